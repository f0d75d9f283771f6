"""What a person types to what is looked for. The client does the same in JavaScript. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from pressroom.search.analysis import words

FILTERS = ("source", "author", "tag", "category", "lang", "title")
DATES = ("before", "after", "on")
_TOKEN = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))')
_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?")


class Clause(NamedTuple):
    """One thing that an article must have, or must not."""

    words: tuple[str, ...]
    """One word, or those of a phrase, folded."""
    text: str
    """As it was typed."""
    is_phrase: bool = False
    is_open: bool = False
    """Whether the word is being typed: its beginning counts."""


class Filter(NamedTuple):
    """What an article's field must say."""

    field: str
    value: str
    without: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: all of `groups`, of each group any; nothing of `without`."""

    groups: tuple[tuple[Clause, ...], ...] = ()
    without: tuple[Clause, ...] = ()
    filters: tuple[Filter, ...] = ()
    first: str = ""
    """The earliest and the latest date, "" where there is none."""
    last: str = ""
    problem: str = ""


def parse(text: str) -> Query:
    """Return what a query asks for; what is not understood is looked for as words.

    >>> [clause.words for group in parse('ferry "white star" -tug').groups for clause in group]
    [('ferry',), ('white', 'star')]
    >>> parse("storm OR gale harbour").groups[0][1].words, parse("x on:2024-06").last
    (('gale',), '2024-06-31')
    """
    groups: list[list[Clause]] = []
    without: list[Clause] = []
    filters: list[Filter] = []
    first, last, problem, either = "", "", "", False
    for match in _TOKEN.finditer(text.replace("“", '"').replace("”", '"').replace("„", '"')):
        minus, field, phrase, word = match.groups()
        value = phrase if phrase is not None else word
        if word == "OR" and not minus and not field:
            either = bool(groups)
            continue
        if field in DATES:
            span = dates(value)
            if not span:
                problem = problem or f"{field}: needs a year, a month or a day, as 2024-06-20, not “{value}”."
            elif field == "before":
                last = min(last, _before(span[0])) if last else _before(span[0])
            elif field == "after":
                first = max(first, _after(span[1]))
            else:
                first, last = max(first, span[0]), min(last, span[1]) if last else span[1]
            continue
        if field in FILTERS:
            filters.append(Filter(field, value, bool(minus)))
            continue
        found = tuple(words(f"{field} {value}" if field else value))
        if not found:
            continue
        is_open = phrase is None and match.end() == len(text)
        # what punctuation parts was typed in one: U.S., 3.5
        clause = Clause(found, match[0].removeprefix("-"), phrase is not None or len(found) > 1, is_open)
        if minus:
            without.append(clause)
        elif either and groups:
            groups[-1].append(clause)
        else:
            groups.append([clause])
        either = False
    return Query(tuple(map(tuple, groups)), tuple(without), tuple(filters), first, last, problem)


def dates(value: str) -> tuple[str, str] | None:
    """Return the first and the last day of what a year, a month or a day spans.

    >>> dates("2024"), dates("2024-6"), dates("2024-13")
    (('2024-01-01', '2024-12-31'), ('2024-06-01', '2024-06-31'), None)
    """
    match = _DATE.fullmatch(value.strip())
    if not match:
        return None
    year, month, day = match.groups()
    if (month and not 1 <= int(month) <= 12) or (day and not 1 <= int(day) <= 31):
        return None
    first = f"{year}-{int(month or 1):02}-{int(day or 1):02}"
    return first, f"{year}-{int(month or 12):02}-{int(day or 31):02}"


def _before(day: str) -> str:
    """Return what sorts before a day and after all that is earlier."""
    return day[:-1] + chr(ord(day[-1]) - 1) + "~"


def _after(day: str) -> str:
    return day + "~"
