"""Segments and the manifest that names them: which files an index has, and where each begins.

search/manifest.bin      deflated JSON, the only file that changes: see `manifest`
search/NAME/t0.bin ...   files of a segment (t p w v c, see `segment` and `shown`), NAME from its documents
search/NAME/r0.bin ...   a shelf of result records, NAME from its documents

Documents of a segment are numbered by date, the undated first. The *base* holds the oldest documents, a multiple of
`unit`, *recent* those after them; so a new article rewrites little. Where an older one changed, the base stays as it is, the
manifest says which of its documents are gone (`gone`), and recent holds their new versions, each with how many of the
base's are older (`at`): so numbers still tell the order of dates.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pressroom.search import packing, segment, shown
from pressroom.search.segment import Parameters, Taken
from pressroom.search.shown import GROUP, Document

VERSION = 1
"""Of the form of all files here: the client reads no other."""
FOLDER = "search"
UNIT = 128
"""Documents from which on recent ones are made part of the base, at least: see `unit`."""
SHELF = 1024
"""Files of result records on one shelf of the base: a shelf that is full stays as it is while articles are added."""
SCRIPTS = 2000
"""Articles up to which the files are also written as scripts, where the setting leaves it open."""
NAME = 12
"""Hexadecimal digits of a name."""


class SegmentWriter:
    """Makes the files of one segment."""

    def __init__(self, settled: Parameters, *, is_base: bool) -> None:
        self.settled, self.is_base = settled, is_base
        self.block = segment.BLOCK if is_base else segment.RECENT
        self.collector = segment.Collector(settled)
        self.entry: dict[str, Any] = {}
        """What the manifest says of it, once `files` came to its end."""

    def files(self, documents: Iterable[Document], taken: Iterator[Taken] | None = None) -> Iterator[tuple[str, bytes]]:
        """Yield path and bytes of each file; documents oldest first, with what the collector gave of each, if it is known."""
        collector = self.collector
        values: list[tuple[tuple[str, ...], ...]] = []
        dates: list[str] = []
        total = _hash(repr((VERSION, self.settled, self.block)))
        shelf = _Shelf(SHELF if self.is_base else 1)
        for document in documents:
            total.update(_bytes(document))
            if taken is None:
                collector.add(segment.fields(document), document.lang)
            else:
                collector.put(next(taken))
            values.append(shown.values(document))
            dates.append(document.date)
            yield from shelf.put(document)
        yield from shelf.close()
        name = total.hexdigest()[:NAME]
        for number, rows in enumerate(zip(*values, strict=True)):
            yield f"{FOLDER}/{name}/c{number}.bin", shown.column(rows)
        yield f"{FOLDER}/{name}/c{len(shown.COLUMNS)}.bin", shown.dates(dates)
        entry: dict[str, Any] = {"name": name, "documents": len(dates), "shelf": shelf.size, "shelves": shelf.names}
        if self.is_base:
            for kind, found in zip("wv", collector.spelling(), strict=True):
                entry[kind] = borders = []
                for number, (border, payload) in enumerate(segment.lists(found)):
                    borders.append(border)
                    yield f"{FOLDER}/{name}/{kind}{number}.bin", payload
        entry["t"] = borders = []
        for number, (border, block, places) in enumerate(collector.blocks(self.block)):
            borders.append(border)
            yield f"{FOLDER}/{name}/t{number}.bin", block
            yield f"{FOLDER}/{name}/p{number}.bin", places
        self.entry = entry


class _Shelf:
    """Gathers result records until a shelf is full, and names it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.names: list[str] = []
        self._files: list[bytes] = []
        self._group: list[Document] = []
        self._hash = _hash("")

    def put(self, document: Document) -> Iterator[tuple[str, bytes]]:
        self._hash.update(_bytes(document))
        self._group.append(document)
        if len(self._group) == GROUP:
            self._files.append(shown.group(self._group))
            self._group = []
            if len(self._files) == self.size:
                yield from self.close()

    def close(self) -> Iterator[tuple[str, bytes]]:
        if self._group:
            self._files.append(shown.group(self._group))
            self._group = []
        if self._files:
            name = self._hash.hexdigest()[:NAME]
            self.names.append(name)
            for number, payload in enumerate(self._files):
                yield f"{FOLDER}/{name}/r{number}.bin", payload
            self._files, self._hash = [], _hash("")


def manifest(settled: Parameters, segments: Sequence[dict[str, Any]], first: str, last: str) -> tuple[str, bytes]:
    """Return the manifest's path and bytes.

    `version`; `dense`: the dense forms in order; `first` and `last`: dates of the archive's span, "" if none; `segments`, of
    each: `name`, `documents` (how many), `shelf` (files of a shelf), `shelves` (names), the borders before its files `t`,
    `w` and `v`, and of recent also `gone` (numbers in the base) and `at` (one for each of its documents).
    """
    found = {"version": VERSION, "dense": settled.dense, "first": first, "last": last, "segments": segments}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return f"{FOLDER}/manifest.bin", packing.deflate(text.encode())


def unit(articles: int) -> int:
    """Return how many recent documents are made part of the base: about the square root of all.

    So what it costs to make the base anew, shared by that many articles, grows no faster than what recent costs each.

    >>> unit(100), unit(10_000), unit(100_000), unit(1_000_000)
    (128, 128, 512, 1024)
    """
    return max(UNIT, 1 << (2 * articles).bit_length() // 2)


def split(articles: int) -> int:
    """Return how many of the oldest articles are the base.

    >>> split(100), split(300)
    (0, 256)
    """
    return articles // unit(articles) * unit(articles)


def script(path: str, payload: bytes) -> tuple[str, bytes]:
    """Return a file as a script that hands it over: a page opened from a folder may load nothing else.

    >>> script("search/a/t0.bin", b"abc")
    ('search/a/t0.js', b'newsarchive.receive("a/t0","YWJj")\\n')
    """
    stem = path.removesuffix(".bin")
    name = stem.removeprefix(f"{FOLDER}/")
    return f"{stem}.js", b'newsarchive.receive("%s","%s")\n' % (name.encode(), base64.b64encode(payload))


def has_scripts(setting: bool | None, articles: int) -> bool:
    """Tell whether the files are also written as scripts, by PRESSROOM_SEARCH_SCRIPTS.

    >>> has_scripts(None, 100), has_scripts(None, 100_000), has_scripts(False, 100)
    (True, False, False)
    """
    return articles <= SCRIPTS if setting is None else bool(setting)


def files(documents: Sequence[Document], *, scripts: bool) -> Iterator[tuple[str, bytes]]:
    """Yield every file of a new index; documents oldest first."""
    border = split(len(documents))
    sample = documents[: segment.sampled(len(documents))]
    settled = segment.parameters(map(segment.fields, sample))
    parts = [(True, documents[:border]), (False, documents[border:])]
    segments = []
    for is_base, part in parts:
        if part:
            one = SegmentWriter(settled, is_base=is_base)
            yield from twins(one.files(part), scripts=scripts)
            segments.append(one.entry if is_base else one.entry | {"gone": [], "at": [border] * len(part)})
    dated = [document.date for document in documents if document.date] or [""]
    yield from twins([manifest(settled, segments, dated[0], dated[-1])], scripts=scripts)


def twins(found: Iterable[tuple[str, bytes]], *, scripts: bool) -> Iterator[tuple[str, bytes]]:
    """Yield files, each also as a script where those are wanted."""
    for path, payload in found:
        yield path, payload
        if scripts:
            yield script(path, payload)


def _hash(text: str) -> Any:
    return hashlib.blake2b(text.encode("utf-8", "replace"))


def _bytes(document: Document) -> bytes:
    d = document
    parts = (d.url, d.title, d.source, d.date, d.shown_date, d.lang, d.direction, d.dek, d.category)
    return "\x1f".join((*parts, "\x1e".join(d.tags), "\x1e".join(d.authors), d.body, "")).encode("utf-8", "replace")
