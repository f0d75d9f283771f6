"""This module reads the dates and bylines that the lines around a headline show. It is pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pressroom.contract import join_list

from newsarchive.metadata import dumps, markup
from newsarchive.models import Block, Fact
from newsarchive.text.date_forms import find_stated_date
from newsarchive.text.measures import fold_words, is_long, measure_size
from newsarchive.text.person_names import BY, is_person, list_names

_ASIDE = re.compile(r"(?:^|/)(?:aside|nav|footer)(?=[./]|$)")
_SMALL_WORD = re.compile(r"(?<!\w)[^\W\d_A-Z][^\W\d_]{2,}")
_BARS = re.compile(r"\s+[|·•–—-]\s+|\n")
HEAD_BLOCKS, ABOVE_BLOCKS = 12, 4
"""Blocks under the headline, and above it, among which a page shows its date and its authors."""
PUBLISHED = re.compile(
    r"\W*(?:publi|pubbli|opubl|veröff|erstellt|erschienen|datum|date|fecha|data|posted|gepost|geplaatst|дата|опубл|公開|配信|掲載|发布|發布|등록|입력|نشر)",
    re.I,
)
"""How a line opens that says when a story was published."""
ENOUGH_ON_PAGES = 2.7
"""The least evidence, in `dumps.BEARS_OUT`, of a byline that the markup does not tell: more than the place alone."""
SHORT_LINE = 66
"""Characters of a line that shows a date and little more."""
LONGEST_SIGNATURE = 60
"""Letters of a line that names who wrote the story above it."""
SIGNED = re.compile(
    r"(?:(?:this )?(?:article|post|story|piece)(?: was)? (?:written )?by|written by|about the author:?|(?:escrito|texto) por|geschrieben von|écrit par|scritto da)\s+(?=\S)",
    re.I,
)
"""What stands before a name in a box under a story."""


def list_head_facts(blocks: list[Block], title: str, facts: list[Fact]) -> list[Fact]:
    """Return the dates and the byline that a page shows around its headline: below it, else right above it.

    Where neither has a date, nor `facts`, which the markup states, the first short line below that is one counts.
    """
    place = _find_headline(blocks, fold_words(title))
    head = _list_head(blocks[place + 1 :]) if place >= 0 else []
    repeats = dumps.count_repeats(blocks)
    plain_lines = [block for block in head if block.kind == "paragraph"]
    common = gather_common(blocks)
    lines = [line.people for line in dumps.list_bylines(plain_lines, repeats, common) if line.weight >= ENOUGH_ON_PAGES]
    lines = [people for people in lines if all(is_person(name, common) for name in people)]
    named = [Fact("authors", join_list(people), "line") for people in lines[:1]]
    below = [*_list_stated(head), *named, *_list_signatures(blocks[place + 1 :], common), *list_dates(head)]
    is_dated = place < 0 or any(fact.key == "date" for fact in below)
    above = [] if is_dated else list_dates(blocks[max(place - ABOVE_BLOCKS, 0) : place])
    if not any(fact.key == "date" for fact in [*below, *above, *facts]):
        # Below a long dek, or where the headline was not found.
        above = list_dates(find_dated(blocks[place + 1 :]))
    return [fact for fact in [*below, *above] if fact.value]


def _list_head(blocks: list[Block]) -> list[Block]:
    """Return the lines between a headline and its story; a long dek may stand among them."""
    head: list[Block] = []
    for block in (block for block in blocks[:HEAD_BLOCKS] if not _ASIDE.search(block.path)):
        if is_long(block) and any(map(is_long, head)):
            break
        head.append(block)
    return head


def _find_headline(blocks: list[Block], wanted: str) -> int:
    """Return the place of the heading that is the headline: the last that says it, else the first of the top level."""
    headings = [(n, block.level, fold_words(block.text)) for n, block in enumerate(blocks) if block.kind == "heading"]
    same = [n for n, _, text in headings if text and text == wanted]
    alike = [n for n, _, text in headings if len(text) > 15 and (text in wanted or wanted in text) and wanted]
    first = [n for n, level, _ in headings if level == 1]
    return same[-1] if same else next(iter([*alike, *first]), -1)


def _list_stated(head: list[Block]) -> Iterator[Fact]:
    """Yield bylines and dates of short lines; "Written by" may stand on the line before the name."""
    before = ""
    for block in head:
        text = block.text
        if len(text) <= 90 and not text.endswith("."):
            if BY.match(text) or before:
                yield Fact("authors", join_list(list_names([text], visible=True)), "text")
            elif (parts := _BARS.split(text)) and len(parts) > 1 and " " in parts[0] and find_stated_date(text):
                yield Fact("authors", join_list(list_names(parts[:1], visible=True)), "text")
        before = text if BY.fullmatch(f"{text} ") else ""


def gather_common(blocks: Iterable[Block]) -> set[str]:
    """Return the words that a page writes small."""
    return {word for block in blocks for word in _SMALL_WORD.findall(block.text)}


def _list_signatures(blocks: list[Block], common: set[str]) -> Iterator[Fact]:
    """Yield the names that close a story on a line of their own, and those that a box under it says wrote it."""
    for above, block in pairwise(blocks):
        text = block.text
        if measure_size(text) > LONGEST_SIGNATURE or block.link_density > 0 or _ASIDE.search(block.path):
            continue
        if SIGNED.match(text):
            yield Fact("authors", join_list(list_names([SIGNED.sub("", text)], visible=True)), "foot")
        elif block.kind == "paragraph" and is_long(above) and dumps.is_name_alone(text):
            people = list_names([text], visible=True)
            if all(is_person(name, common) for name in people):
                yield Fact("authors", join_list(people), "signature")


def find_dated(blocks: list[Block]) -> list[Block]:
    """Return the first short line with a date, at best one that says it is when the story was published."""
    lines = [block for block in blocks if len(block.text) <= SHORT_LINE and find_stated_date(block.text)]
    return [line for line in lines if PUBLISHED.match(line.text)][:1] or lines[:1]


def list_dates(head: Iterable[Block]) -> list[Fact]:
    """Return the dates of short lines, those of updates last; an update is also a modified date."""
    dates = [
        (bool(markup.UPDATED.search(block.text)), find_stated_date(block.text))
        for block in head
        if len(block.text) <= 100
    ]
    dated = sorted((is_update, n, day) for n, (is_update, day) in enumerate(dates) if day)
    updates = [Fact("modified", day, "text") for is_update, _, day in dated if is_update]
    return [Fact("date", day, "text") for _, _, day in dated] + updates
