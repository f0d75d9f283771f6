"""Reads an index: which file has what, and what the files hold. The client does the same in JavaScript."""

from __future__ import annotations

import bisect
import json
import zlib
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from pressroom.search import packing, segment, shown
from pressroom.search.index import FOLDER, VERSION
from pressroom.search.packing import Reader

Load = Callable[[str], bytes]
"""Returns the bytes of a file of the index by its path, as `search/manifest.bin`."""


LISTS = 4
"""Spelling lists that are read for one beginning, at most."""


class Entry(NamedTuple):
    """A form in the dictionary of a term block."""

    form: str
    at: int
    """Its number in the block."""
    stem: str
    total: int
    """How many documents have it."""
    documents: int
    """Where its documents begin in the block."""
    impacts: int
    """Where its impacts begin, -1 where they are with the places."""


@dataclass(slots=True)
class Block:
    """A term block: its dictionary, and the bytes behind it."""

    payload: bytes
    entries: list[Entry]
    by_form: dict[str, Entry]


class Places(NamedTuple):
    """Where a form stands in one document, with the dense forms before and after each place."""

    places: list[int]
    left: list[bytes]
    right: list[bytes]


@dataclass
class Segment:
    """One segment of an index; `start` is the number of its first document among all."""

    load: Load
    entry: dict[str, Any]
    start: int
    dense: Container[str]
    _blocks: dict[int, Block] = field(default_factory=dict)

    @property
    def documents(self) -> int:
        return int(self.entry["documents"])

    @cached_property
    def _borders(self) -> dict[str, list[bytes]]:
        return {kind: [packing.order(border) for border in self.entry.get(kind, ())] for kind in "twv"}

    def file(self, kind: str, number: int) -> bytes:
        """Return a file of the segment, inflated."""
        return _loaded(self.load, f"{self.entry['name']}/{kind}{number}")

    def where(self, kind: str, term: str) -> int:
        """Return the number of the file that would hold a term."""
        return max(bisect.bisect_right(self._borders[kind], packing.order(term)) - 1, 0)

    def block(self, number: int) -> Block:
        """Return a term block."""
        if number not in self._blocks:
            self._blocks[number] = _block(self.file("t", number), self.dense)
        return self._blocks[number]

    def find(self, form: str) -> tuple[int, Entry] | None:
        """Return the number of the block of a form, and its entry; None where it does not occur."""
        number = self.where("t", form)
        found = self.block(number).by_form.get(form)
        return (number, found) if found else None

    def kin(self, form: str, stems: set[str]) -> list[tuple[int, Entry]]:
        """Return the other forms of a form's stems, in the block where it stands or would stand."""
        number = self.where("t", form)
        entries = self.block(number).entries if stems else []
        return [(number, other) for other in entries if other.stem in stems and other.form != form]

    def beginning(self, form: str, most: int) -> list[tuple[int, Entry]]:
        """Return forms that begin with what is typed and are longer, the most frequent first: of the block where they
        begin, and the next one."""
        number = self.where("t", form)
        found = []
        for at in (number, number + 1):
            if at < len(self.entry["t"]) and (at == number or self.entry["t"][at].startswith(form)):
                found += [
                    (at, entry)
                    for entry in self.block(at).entries
                    if entry.form != form and entry.form.startswith(form) and " " not in entry.form
                ]
        found.sort(key=lambda pair: (-pair[1].total, packing.order(pair[1].form)))
        return found[:most]

    def numbers(self, number: int, entry: Entry) -> list[int]:
        """Return the documents of a form, numbered among all."""
        reader = Reader(self.block(number).payload, entry.documents)
        total, found = self.start, []
        for _ in range(entry.total):
            total += reader.number()
            found.append(total)
        return found

    def impacts(self, number: int, entry: Entry) -> bytes:
        """Return the impacts of a form, one a document, the title's mark with them."""
        if entry.impacts >= 0:
            return self.block(number).payload[entry.impacts : entry.impacts + entry.total]
        return self._places(number, entry).take(entry.total)

    def places(self, number: int, entry: Entry, wanted: set[int]) -> dict[int, Places]:
        """Return the places of a form in those documents that are wanted."""
        reader, found = self._places(number, entry), {}
        for document in self.numbers(number, entry):
            count, place = reader.number(), 0
            one = Places([], [], [])
            for _ in range(count):
                place += reader.number()
                head = reader.number()
                one.places.append(place)
                one.left.append(reader.take(head >> 2))
                one.right.append(reader.take(head & 3))
            if document in wanted:
                found[document] = one
        return found

    def _places(self, number: int, entry: Entry) -> Reader:
        reader = Reader(self.file("p", number))
        lengths = reader.numbers(len(self.block(number).entries))
        reader.at += sum(lengths[: entry.at])
        return reader

    def spelling(self, kind: str, beginning: str) -> list[tuple[str, int]]:
        """Return the words of a spelling list that begin so, with the logarithms of their documents."""
        if kind not in self.entry:  # beside the base there are few blocks
            blocks = map(self.block, range(len(self.entry["t"])))
            listed = segment.listed((entry.form, entry.total) for block in blocks for entry in block.entries)
            turned = ((form[::-1] if kind == "v" else form, count) for form, count in listed)
            return [(form, count) for form, count in turned if form.startswith(beginning)]
        if not self.entry[kind]:
            return []
        number, found = self.where(kind, beginning), []
        for at in range(number, number + LISTS):
            if at < len(self.entry[kind]) and (at == number or self.entry[kind][at].startswith(beginning)):
                reader = Reader(self.file(kind, at))
                for word in reader.words(reader.number()):
                    count = reader.number()
                    if word.startswith(beginning):
                        found.append((word, count))
        return found

    def column(self, name: str) -> tuple[list[str], list[list[int]]]:
        """Return the values of a facet, and of each document their numbers."""
        return shown.read_column(self.file("c", shown.COLUMNS.index(name)), self.documents)

    def dates(self) -> list[str]:
        """Return the date of each document."""
        return [date for date, count in shown.read_dates(self.file("c", len(shown.COLUMNS))) for _ in range(count)]

    def record(self, number: int) -> list[str]:
        """Return the result record of a document, numbered among all."""
        group, at = divmod(number - self.start, shown.GROUP)
        shelf, place = divmod(group, self.entry["shelf"])
        found: list[list[str]] = json.loads(_loaded(self.load, f"{self.entry['shelves'][shelf]}/r{place}"))
        return found[at]


class Index:
    """An index as its manifest names it.

    A file that is torn, or of another program, raises ValueError with its name; one that `load` cannot read, what `load`
    raises.
    """

    def __init__(self, load: Load) -> None:
        found = json.loads(_loaded(load, "manifest"))
        if found["version"] != VERSION:
            raise ValueError(
                f"{FOLDER}/manifest.bin: it has another form than this program reads. Build the site again."
            )
        self.dense = {form: code for code, form in enumerate(found["dense"], 1)}
        self.first, self.last = found["first"], found["last"]
        self.segments: list[Segment] = []
        self.gone: set[int] = set()
        start = 0
        for entry in found["segments"]:
            self.segments.append(Segment(load, entry, start, self.dense))
            self.gone.update(entry.get("gone", ()))
            start += entry["documents"]
        self.articles = start - len(self.gone)

    def part(self, number: int) -> Segment:
        """Return the segment of a document."""
        return next(part for part in reversed(self.segments) if part.start <= number)

    @cached_property
    def _around(self) -> tuple[list[int], list[int]]:
        return sorted(self.gone), [at for part in self.segments for at in part.entry.get("at", ())]

    def rank(self, number: int) -> int:
        """Return how many articles are older than a document's."""
        gone, at = self._around
        base = self.articles - len(at) + len(gone)
        if number < base:
            return number - bisect.bisect_left(gone, number) + bisect.bisect_right(at, number)
        older = at[number - base]
        return older - bisect.bisect_left(gone, older) + number - base


def _loaded(load: Load, name: str) -> bytes:
    path = f"{FOLDER}/{name}.bin"
    try:
        return packing.inflate(load(path))
    except zlib.error as error:
        raise ValueError(f"{path}: it is damaged ({error}). Build the site again.") from error


def _block(payload: bytes, dense: Container[str]) -> Block:
    reader = Reader(payload)
    count = reader.number()
    rows = [(form, reader.word(form), reader.numbers(2)) for form in reader.words(count)]
    at = reader.at
    impacts = at + sum(length for _, _, (_, length) in rows)
    entries = []
    for number, (form, stem, (documents, length)) in enumerate(rows):
        is_dense = form in dense
        entries.append(Entry(form, number, stem, documents, at, -1 if is_dense else impacts))
        at += length
        impacts += 0 if is_dense else documents
    return Block(payload, entries, {entry.form: entry for entry in entries})
