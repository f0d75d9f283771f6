"""Both halves agree on this: header keys and aliases, slug policy, addresses. Pure; imports no Pelican."""

from __future__ import annotations

import re
from datetime import datetime

from slugify import slugify

KEYS = (
    "Title", "Date", "Modified", "Category", "Tags", "Authors", "Slug", "Summary", "Lang", "Status",
    "Aliases", "Withdrawn", "Source", "Source_from", "Source_url", "Credit", "Captured", "Date_from", "Date_precision", "Section", "Dateline",
    "Image", "Image_caption", "License", "Raw", "Raw_also", "Raw_sha256", "Cleaner", "Removed", "Repaired", "Checksum",
)  # fmt: skip
"""Header keys are written in this order."""

LISTS = frozenset({"Tags", "Authors", "Aliases", "Raw_also"})
"""These keys hold several values, parted by `;`."""

ALIASES = {
    "original_url": "source_url", "link": "source_url", "permalink": "source_url", "canonical": "source_url",
    "hostname": "source", "sitename": "source", "publisher": "source",
    "published": "date", "pubdate": "date", "author": "authors", "categories": "category",
    "description": "summary", "language": "lang",
}  # fmt: skip
"""People and other tools use these names in front matter; ours follow."""

PRECISIONS = ("day", "month", "year", "none")
NO_DATE = "1970-01-01 00:00"
"""It stands for Pelican's required Date where `Date_precision` is `none`; it is never shown, never sorted by."""

SLUG_LENGTH = 100
_PLAIN = re.compile(f"[A-Za-z0-9 -]{{1,{SLUG_LENGTH}}}")


def make_slug(text: str, fallback: str = "untitled") -> str:
    """Return `text` as a slug of `[a-z0-9-]{1,100}`, cut at a word; `fallback` when nothing is left.

    >>> make_slug("Mayor's budget: ¡sí!")
    'mayor-s-budget-si'
    >>> make_slug("!!!", "story-1a2b")
    'story-1a2b'
    """
    if _PLAIN.fullmatch(text):  # most names are, and slugify takes twenty times as long
        return "-".join(text.lower().replace("-", " ").split()) or fallback
    return slugify(text, max_length=SLUG_LENGTH, word_boundary=True) or fallback


def make_date_path(date: datetime | None, precision: str) -> str:
    """Return the folder of an article by how well its date is known.

    >>> make_date_path(datetime(2024, 6, 20), "day"), make_date_path(datetime(2024, 6, 1), "month"), make_date_path(None, "none")
    ('2024/06/20', '2024/06', 'undated')
    """
    if date is None or precision == "none":
        return "undated"
    return date.strftime({"day": "%Y/%m/%d", "month": "%Y/%m", "year": "%Y"}[precision])


def split_list(value: str) -> list[str]:
    """Split a header's list as Pelican does: at `;` if there is one, else at `,`.

    >>> split_list("Smith, Jane;")
    ['Smith, Jane']
    >>> split_list("war, peace")
    ['war', 'peace']
    """
    return [part.strip() for part in value.split(";" if ";" in value else ",") if part.strip()]


def join_list(values: list[str]) -> str:
    """Join a list for the header so that `split_list` gives it back.

    >>> join_list(["Smith, Jane"]), join_list(["a", "b"]), join_list(["a"])
    ('Smith, Jane;', 'a; b', 'a')
    """
    joined = "; ".join(value.replace(";", ",") for value in values)
    return joined + ";" if "," in joined and ";" not in joined else joined


HEADER_LINE = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.*)$")
"""It matches one line of Pelican's own header."""
