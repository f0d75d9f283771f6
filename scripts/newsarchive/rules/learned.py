"""This module reads and writes what was learned of one site in its rules file, and keeps it apart from a person's part.
It is pure.

A rules file is a person's part, then a line that opens the learned part. Learning again replaces the second and never
touches the first.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

MARKER = "# ---- learned "
NOTE = f"""{MARKER}{"-" * 104}
# From here on `make learn` writes anew; `seen` counts pages. Overrule it above this line, where your words stay yours:
#   keep = ["a line that must stay"]    residue = ["a line that must go"]
"""
SUM = re.compile(r'^checksum = "[0-9a-f]*"\n', re.M)
TABLE = re.compile(r"^\[+\s*learned\b", re.M)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A sighting is something that recurs, with the number of different stories in which it was seen."""

    seen: int
    text: str
    """A block's text, the words that open it, or (for places) a path as `find_place` returns it."""


@dataclass(frozen=True, slots=True)
class Learned:
    """It holds what the captures of one site have in common."""

    pages: int = 0
    """Different stories it was learned from."""
    captures: int = 0
    """Captures of the site that there were at the time: what tells later that the rules are stale."""
    sample: int = 0
    """Captures looked at, at the most; with more, those whose paths have the smallest hashes."""
    body: tuple[Sighting, ...] = ()
    title: tuple[Sighting, ...] = ()
    authors: tuple[Sighting, ...] = ()
    date: tuple[Sighting, ...] = ()
    """Places in the DOM that hold the story's paragraphs, its headline, its byline and its date."""
    furniture: tuple[Sighting, ...] = ()
    """Places that hold the same on page after page, or links."""
    repeats: tuple[Sighting, ...] = ()
    """Whole blocks; in short ones a run of digits counts as the same as any other."""
    openings: tuple[Sighting, ...] = ()
    """Words that open a line which leads to another story."""
    ends: tuple[Sighting, ...] = ()
    """Whole blocks after which no story goes on."""
    names: tuple[str, ...] = ()
    """Capitalised words of several stories."""


COUNTS = ("pages", "captures", "sample")
LISTS = tuple(f.name for f in fields(Learned) if f.name not in (*COUNTS, "names"))


@lru_cache(maxsize=100_000)
def find_place(path: str) -> str:
    """Return a block's place in the DOM without what a page numbers: names with digits are another on each page.

    >>> find_place("body/main/article.post.post-1234/div.css-1x7f.text")
    'body/main/article.post/div.text'
    """
    return "/".join(".".join(_list_steady(step.split("."))) for step in path.split("/"))


def _list_steady(names: list[str]) -> list[str]:
    return names[:1] + [name for name in names[1:] if not any(c.isdigit() for c in name)]


def is_within(path: str, places: Iterable[str]) -> bool:
    """Tell whether a place is one of `places` or inside one.

    >>> is_within("body/div.foot/p", ["body/div.foot"]), is_within("body/div.footer/p", ["body/div.foot"])
    (True, False)
    """
    return any(path == outer or path.startswith(outer + "/") for outer in places)


def render(learned: Learned) -> str:
    """Return the learned part of a rules file; the same bytes for the same knowledge."""
    lines = ["[learned]", *(f"{name} = {getattr(learned, name)}" for name in COUNTS)]
    for name in LISTS:
        known = getattr(learned, name)
        rows = [f"  {{ seen = {s.seen}, text = {_quote_text(s.text)} }},\n" for s in known]
        lines += [f"{name} = [\n{''.join(rows)}]"] if rows else []
    if learned.names:
        lines.append(f"names = [\n{_wrap_words([_quote_text(name) for name in learned.names])}]")
    text = "\n".join(lines) + "\n"
    return NOTE + text.replace("\n", f'\nchecksum = "{_hash_part(NOTE + text)}"\n', 1)


def _wrap_words(words: list[str]) -> str:
    """Return words as lines of up to 118 characters."""
    lines = [" "]
    for word in words:
        if len(lines[-1]) + len(word) > 116:
            lines.append(" ")
        lines[-1] += f" {word},"
    return "\n".join(lines) + "\n"


def _quote_text(text: str) -> str:
    """Return a TOML string on one line.

    >>> _quote_text('He said "no"')
    '"He said \\\\"no\\\\""'
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _hash_part(part: str) -> str:
    return hashlib.sha256(SUM.sub("", part).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def split(text: str) -> tuple[str, str]:
    """Return a rules file's two parts: a person's, and the learned one ("" where there is none).

    >>> split('source = "A"\\n\\n[learned]\\npages = 5\\n')
    ('source = "A"\\n\\n', '[learned]\\npages = 5\\n')
    """
    starts = [match.start() for match in [re.search(f"^{MARKER}", text, re.M), TABLE.search(text)] if match]
    return (text[: min(starts)], text[min(starts) :]) if starts else (text, "")


def is_edited(text: str) -> bool:
    """Tell whether a person changed the learned part of a rules file; without its checksum it may be replaced."""
    part = split(text)[1]
    stated = SUM.search(part)
    return bool(stated) and _hash_part(part) not in (stated[0] if stated else "")


def replace_learned(text: str, learned: Learned, name: str) -> str:
    """Return a rules file with its learned part replaced and the person's part as it was."""
    person = (
        split(text)[0]
        or f"# {name}: rules for its pages. Keys of your own go here; see README.md beside this file.\n\n"
    )
    return person + ("" if person.endswith("\n") else "\n") + render(learned)


def read(table: dict[str, Any]) -> Learned:
    """Return what a `[learned]` table says. Raises ValueError with the key that is wrong."""
    if unknown := sorted(set(table) - {f.name for f in fields(Learned)} - {"checksum"}):
        raise ValueError(unknown[0])
    values: dict[str, Any] = {name: _read_count(table.get(name, 0), name) for name in COUNTS}
    values |= {
        name: tuple(_read_sighting(row, name) for row in _read_rows(table.get(name, []), name)) for name in LISTS
    }
    values["names"] = tuple(_read_text(name, "names") for name in _read_rows(table.get("names", []), "names"))
    return Learned(**values)


def _read_rows(value: object, key: str) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(key)
    return value


def _read_sighting(row: object, key: str) -> Sighting:
    if not isinstance(row, dict) or set(row) - {"seen", "text"}:
        raise ValueError(key)
    return Sighting(_read_count(row.get("seen", 0), key), _read_text(row.get("text"), key))


def _read_count(value: object, key: str) -> int:
    if not isinstance(value, int):
        raise ValueError(key)
    return value


def _read_text(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise ValueError(key)
    return value
