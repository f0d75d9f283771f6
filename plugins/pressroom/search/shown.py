"""What search shows of documents beside their words: result records in groups, and columns of facets and dates. Pure.

r  result records of GROUP documents: JSON, of each its address, title, source, date, date as shown, language, direction,
   dek and the beginning of its text.
c  a column: how many values; of each how many bytes, and its text; then of each document how many values it has, and
   their numbers. The most frequent value comes first. The column of dates is in runs: how many; of each how many bytes, the
   date, and how many documents in a row have it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pressroom.search import packing
from pressroom.search.packing import Reader, number, numbers

GROUP = 4
"""Documents in one file of result records."""
TEXT = 2400
"""Characters of the text that a result record has, for its excerpt: most words of a query stand early in news."""
COLUMNS = ("source", "category", "lang", "author", "tag")
"""Facets that are columns, in the order of their files; the dates follow."""


@dataclass(frozen=True, slots=True)
class Document:
    """What search knows of one article."""

    title: str
    url: str
    source: str
    date: str
    """`YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or "" when it is not known."""
    shown_date: str
    lang: str
    direction: str
    dek: str
    category: str
    tags: tuple[str, ...]
    authors: tuple[str, ...]
    body: str


def beginning(text: str, longest: int = TEXT) -> str:
    """Return the beginning of a text, cut at a word.

    >>> beginning("one two three", 8), beginning("one", 8)
    ('one two', 'one')
    """
    if len(text) <= longest:
        return text
    found = text[:longest]
    return found.rpartition(" ")[0] if " " in found[longest // 2 :] else found


def group(documents: Iterable[Document]) -> bytes:
    """Return a file of result records."""
    rows = [
        [d.url, d.title, d.source, d.date, d.shown_date, d.lang, d.direction, d.dek, beginning(d.body)]
        for d in documents
    ]
    return packing.deflate(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def values(document: Document) -> tuple[tuple[str, ...], ...]:
    """Return a document's values of each of COLUMNS."""
    single = ((value,) if value else () for value in (document.source, document.category, document.lang))
    return (*single, document.authors, document.tags)


def column(rows: Sequence[tuple[str, ...]]) -> bytes:
    """Return the file of one facet.

    >>> read_column(packing.inflate(column([("a",), ("b", "a"), ()])), 3)
    (['a', 'b'], [[0], [1, 0], []])
    """
    counts = Counter(value for row in rows for value in row)
    ordered = sorted(counts, key=lambda value: (-counts[value], value))
    numbered = {value: at for at, value in enumerate(ordered)}
    payload = bytearray(number(len(ordered)))
    for value in ordered:
        payload += _text(value)
    payload += numbers(part for row in rows for part in (len(row), *map(numbered.__getitem__, row)))
    return packing.deflate(bytes(payload))


def read_column(payload: bytes, documents: int) -> tuple[list[str], list[list[int]]]:
    """Return the values of a facet's file, inflated, and of each document their numbers."""
    reader = Reader(payload)
    found = [reader.take(reader.number()).decode() for _ in range(reader.number())]
    return found, [reader.numbers(reader.number()) for _ in range(documents)]


def dates(found: Sequence[str]) -> bytes:
    """Return the file of dates.

    >>> read_dates(packing.inflate(dates(["", "2024-06-20", "2024-06-20", "2024-06"])))
    [('', 1), ('2024-06-20', 2), ('2024-06', 1)]
    """
    runs = [(date, sum(1 for _ in same)) for date, same in groupby(found)]
    payload = bytearray(number(len(runs)))
    for date, count in runs:
        payload += _text(date) + number(count)
    return packing.deflate(bytes(payload))


def read_dates(payload: bytes) -> list[tuple[str, int]]:
    """Return the runs of a file of dates, inflated."""
    reader = Reader(payload)
    return [(reader.take(reader.number()).decode(), reader.number()) for _ in range(reader.number())]


def _text(value: str) -> bytes:
    found = value.encode("utf-8", "replace")
    return number(len(found)) + found
