"""This module shows a capture as learning sees it: its lines, and what the page states outside of its text. It is pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsarchive.models import Block
from newsarchive.rules.learned import find_place
from newsarchive.text.measures import fold_words, is_long, measure_size

LINKED = 0.8
"""Share of a line's characters inside links from which it is a way to another page."""
CUT = 600
"""Characters of a repeated block that are kept; longer ones are stories."""
WORDY = 8
WIDE = 60
"""Words, or letters, from which no two stories have the same line by chance. Shorter ones inside of stories are labels
("Pros", "What we like", "Background") as often as prompts, and only words tell the two apart: they are left to the
general rules."""
_DIGITS = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[^\W\d_A-Z]|,|;)\s([^\W\d_]{3,30})\b")


@dataclass(frozen=True, slots=True)
class PageLine:
    """It is one block of a page as learning sees it."""

    key: str
    text: str
    place: str
    """Place in the DOM; "" in a dump."""
    kind: str
    is_long: bool
    is_linked: bool
    links: float
    length: float
    is_wordy: bool


@dataclass(frozen=True, slots=True)
class SitePage:
    """It is one capture as learning sees it."""

    path: str
    address: str
    title: str
    """Words of the headline, "" where it is not known."""
    lines: tuple[PageLine, ...]
    authors: tuple[str, ...] = ()
    date: str = ""
    names: frozenset[str] = frozenset()


def fold_line(text: str) -> str:
    """Return what two lines have in common if they are the same, or if they are short and differ in numbers alone.

    Longer ones may be news in one form every day: the weather, the draw, the price of fish.

    >>> fold_line("12 Comments"), fold_line("© 2024 The Post")
    ('# comments', '# the post')
    >>> fold_line("Cod closed at 14 and herring at 9 on Monday, the harbour office said.")
    'cod closed at 14 and herring at 9 on monday the harbour office said'
    """
    folded = fold_words(text)
    return folded if is_wordy(text) else _DIGITS.sub("#", folded)


def make_page(path: str, address: str, blocks: list[Block], facts: dict[str, str]) -> SitePage:
    """Return a capture as learning sees it; `facts` are the header's values that the page states outside of its text."""
    lines = tuple(_make_line(block) for block in blocks if block.kind in ("paragraph", "heading", "item", "quote"))
    authors = tuple(fold_words(name) for name in facts.get("authors", "").split(";") if fold_words(name))
    names = frozenset(
        name for block in blocks if is_long(block) for name in _NAME.findall(block.text) if is_name_word(name)
    )
    return SitePage(
        path, address, fold_words(facts.get("title", "")), lines, authors, facts.get("date", "")[:10], names
    )


def _make_line(block: Block) -> PageLine:
    where = "" if block.path.startswith("line:") else find_place(block.path)
    links = block.link_density
    return PageLine(
        fold_line(block.text), block.text, where, block.kind, is_long(block), links >= LINKED, links, measure_size(block.text),
        is_wordy(block.text),
    )  # fmt: skip


def is_wordy(text: str) -> bool:
    """Tell whether two stories would hardly have a line in common by chance.

    >>> is_wordy("What happens next"), is_wordy("Sign up for the tide letter and get it before the gulls do.")
    (False, True)
    """
    return len(fold_words(text).split()) >= WORDY or measure_size(text) >= WIDE


def is_name_word(word: str) -> bool:
    return word[0].isupper() and not word.isupper()
