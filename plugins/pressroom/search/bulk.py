"""Takes many documents at once, by numpy: the same bytes as `segment.Collector` makes of them, in a third of the time.

The terms of a batch are numbered and kept in one row, sorted by term, and encoded as a whole. Where numpy is not there,
and for the few recent documents, for which loading it would take longer than the work, Collector does it alone.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from pressroom.search import segment, stems
from pressroom.search.segment import (
    BODY,
    DEK,
    GAP,
    IN_TITLE,
    K1,
    MOST,
    NAMES,
    RUN,
    SCALE,
    TITLE,
    B,
    Collector,
    Fields,
    Parameters,
)

BATCH = 500_000
"""Terms that are encoded together: about 60 MB of numbers."""
Numbers = Any
"""A numpy array of whole numbers."""


class Encoded(NamedTuple):
    """Rows of bytes, one after the other."""

    payload: bytes
    ends: Numbers
    """Where each row ends."""


class Bulk(Collector):
    """A Collector for many documents."""

    def __init__(self, settled: Parameters) -> None:
        super().__init__(settled)
        self._numbered: defaultdict[str, int] = defaultdict(self._count)
        self._by_number: list[tuple[str, segment.Postings]] = []
        self._dense = [self._numbered[form] for form in settled.dense]
        self._last = np.zeros(0, np.int64)
        self._begin()

    def _count(self) -> int:
        return len(self._numbered)

    def _begin(self) -> None:
        self._terms = array("i")
        self._fields: list[tuple[int, int, int, int]] = []  # document, terms, first place, weight
        self._norms: list[float] = []
        self._languages: list[str] = []
        self._from = self.documents

    def add(self, found: Fields, lang: str) -> None:
        """Take the next document."""
        start = 0
        weighted = (
            (found.title, TITLE),
            (found.dek, DEK),
            (found.body, BODY),
            *((name, NAMES) for name in found.names),
        )
        for nth, (field, weight) in enumerate(weighted):
            if field:
                self._terms.extend(map(self._numbered.__getitem__, field))
                self._fields.append((self.documents, len(field), start, -weight if nth == 0 else weight))
                start += len(field) + GAP
        self._norms.append(K1 * (1 - B + B * (len(found.title) + len(found.body)) / self.parameters.mean))
        self._languages.append(stems.language(lang))
        self.documents += 1
        if len(self._terms) >= BATCH:
            self._encode()

    def blocks(self, target: int) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield what Collector does."""
        self._encode()
        return super().blocks(target)

    def spelling(self) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Return what Collector does."""
        self._encode()
        return super().spelling()

    # --- a batch ---

    def _encode(self) -> None:
        """Add what was taken to the postings."""
        if not self._terms:
            return
        terms = np.frombuffer(self._terms, np.int32).astype(np.int64)
        rows = np.array(self._fields, np.int64)
        document, place = np.repeat(rows[:, 0], rows[:, 1]), _within(rows[:, 1]) + np.repeat(rows[:, 2], rows[:, 1])
        weight = np.repeat(rows[:, 3], rows[:, 1])
        codes = np.zeros(len(self._numbered), np.uint8)
        codes[self._dense] = np.arange(1, len(self._dense) + 1)
        code = codes[terms]
        beside = self._beside(code, np.repeat(np.arange(len(rows)), rows[:, 1]))
        pairs = np.flatnonzero((code > 0) & (beside[RUN] > 0))
        names = self._pairs(code[pairs], beside[RUN][pairs])
        terms, document, place = np.r_[terms, names], np.r_[document, document[pairs]], np.r_[place, place[pairs]]
        weight = np.r_[weight, np.full(len(pairs), BODY)]
        beside = [np.r_[side, np.zeros(len(pairs), np.uint8)] for side in beside]
        order = np.argsort(terms, kind="stable")
        self._postings(terms[order], document[order], place[order], weight[order], [side[order] for side in beside])
        self._begin()

    def _beside(self, code: Numbers, field: Numbers) -> list[Numbers]:
        """Return the codes of the dense forms before each term, the nearest first, and after it; 0 where the row ends."""
        found = []
        for side in (1, -1):
            open_ = np.ones(len(code), bool)
            for step in range(1, RUN + 1):
                other, same = _shifted(code, side * step), _shifted(field + 1, side * step) == field + 1
                open_ &= same & (other > 0)
                found.append(np.where(open_, other, 0).astype(np.uint8))
        return found

    def _pairs(self, first: Numbers, second: Numbers) -> Numbers:
        """Return the numbers of the forms that two dense ones in a row are."""
        both = first.astype(np.int64) << 8 | second
        different, where = np.unique(both, return_inverse=True)
        dense = self.parameters.dense
        found = [self._numbered[f"{dense[(pair >> 8) - 1]} {dense[(pair & 255) - 1]}"] for pair in different.tolist()]
        return np.array(found, np.int64)[where] if found else np.zeros(0, np.int64)

    def _postings(
        self, terms: Numbers, document: Numbers, place: Numbers, weight: Numbers, beside: list[Numbers]
    ) -> None:
        new = np.r_[True, (terms[1:] != terms[:-1]) | (document[1:] != document[:-1])]
        starts = np.flatnonzero(new)
        term, number = terms[starts], document[starts]
        total = np.add.reduceat(np.abs(weight), starts)
        norm = np.array(self._norms)[number - self._from]
        impact = np.clip(np.rint(SCALE * total * (K1 + 1) / (total + norm)), 1, MOST).astype(np.uint8)
        impact |= (np.minimum.reduceat(weight, starts) < 0).astype(np.uint8) * np.uint8(IN_TITLE)
        of_term = np.flatnonzero(np.r_[True, term[1:] != term[:-1]])
        self._last = np.r_[self._last, np.zeros(len(self._numbered) - len(self._last), np.int64)]
        step = np.r_[0, number[1:] - number[:-1]]
        step[of_term] = number[of_term] - self._last[term[of_term]]
        ends = np.r_[of_term[1:], len(term)]
        self._last[term[of_term]] = number[ends - 1]
        documents = _encoded(step)
        places = _encoded_places(place, new, starts, beside)
        where = np.r_[starts, len(terms)][ends]
        self._take(
            term[of_term].tolist(), documents, np.r_[0, documents.ends][ends].tolist(), impact.tobytes(), ends.tolist(),
            places, np.r_[0, places.ends][where].tolist(), self._language_of(term, number),
        )  # fmt: skip

    def _language_of(self, term: Numbers, number: Numbers) -> dict[int, str]:
        """Return the stemmer of the first document of each term whose language has one."""
        names = sorted({*self._languages, ""})
        code = np.array([names.index(name) for name in self._languages])[number - self._from]
        stemmed = np.flatnonzero(code > 0)
        found, first = np.unique(term[stemmed], return_index=True)
        chosen = code[stemmed[first]]
        return {one: names[at] for one, at in zip(found.tolist(), chosen.tolist(), strict=True)}

    def _take(
        self, terms: list[int], documents: Encoded, document_ends: list[int], impacts: bytes, impact_ends: list[int],
        places: Encoded, place_ends: list[int], languages: dict[int, str],
    ) -> None:  # fmt: skip
        known = self._by_number
        for form in [*self._numbered][len(known) :]:
            known.append((form, segment.Postings("")))
        dense = set(self._dense)
        a = b = c = 0
        for term, to_document, to_impact, to_place in zip(terms, document_ends, impact_ends, place_ends, strict=True):
            form, one = known[term]
            if not one.impacts:
                self.postings[form] = one
            one.documents += documents.payload[a:to_document]
            one.impacts += impacts[b:to_impact]
            if term not in dense:
                one.places += places.payload[c:to_place]
            if not one.language:
                one.language = languages.get(term, "")
            a, b, c = to_document, to_impact, to_place


def _within(lengths: Numbers) -> Numbers:
    """Return 0, 1, 2 ... for each of some rows.

    >>> _within(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(lengths)
    return np.arange(ends[-1]) - np.repeat(ends - lengths, lengths)


def _shifted(row: Numbers, steps: int) -> Numbers:
    """Return a row moved to the right, or to the left, with 0 where nothing comes from.

    >>> _shifted(np.array([1, 2, 3]), 1).tolist(), _shifted(np.array([1, 2, 3]), -2).tolist()
    ([0, 1, 2], [3, 0, 0])
    """
    found = np.zeros_like(row)
    if abs(steps) < len(row):
        if steps > 0:
            found[steps:] = row[:-steps]
        else:
            found[:steps] = row[-steps:]
    return found


def _lengths(values: Numbers) -> Numbers:
    """Return how many bytes each number takes."""
    found = np.ones(len(values), np.int64)
    for bits in (7, 14, 21, 28):
        found += values >= 1 << bits
    return found


def _put(payload: Numbers, at: Numbers, values: Numbers, lengths: Numbers) -> None:
    """Write numbers as `packing.number` does."""
    for nth in range(int(lengths.max(initial=0))):
        some = lengths > nth
        more = np.where(lengths[some] > nth + 1, 128, 0)
        payload[at[some] + nth] = (values[some] >> 7 * nth) & 127 | more


def _encoded(values: Numbers) -> Encoded:
    """Return numbers as bytes.

    >>> _encoded(np.array([5, 300])).payload
    b'\\x05\\xac\\x02'
    """
    lengths = _lengths(values)
    ends = np.cumsum(lengths)
    payload = np.zeros(int(ends[-1]), np.uint8)
    _put(payload, ends - lengths, values, lengths)
    return Encoded(payload.tobytes(), ends)


def _encoded_places(place: Numbers, new: Numbers, starts: Numbers, beside: list[Numbers]) -> Encoded:
    """Return the places of each term in each document with what is beside them; a row of bytes for each place."""
    count = np.diff(np.r_[starts, len(place)])
    step = place - _shifted(place, 1)
    step[starts] = place[starts]
    before, after = (sum((side > 0).astype(np.int64) for side in beside[at : at + RUN]) for at in (0, RUN))
    of_step, of_count = _lengths(step), np.zeros(len(place), np.int64)
    of_count[starts] = _lengths(count)
    lengths = of_count + of_step + 1 + before + after
    ends = np.cumsum(lengths)
    payload = np.zeros(int(ends[-1]), np.uint8)
    at = ends - lengths
    _put(payload, at[starts], count, of_count[starts])
    at += of_count
    _put(payload, at, step, of_step)
    at += of_step
    payload[at] = before << 2 | after
    for nth in range(RUN):  # the farthest stands first
        some = before > nth
        payload[at[some] + before[some] - nth] = beside[nth][some]
        some = after > nth
        payload[at[some] + 1 + before[some] + nth] = beside[RUN + nth][some]
    return Encoded(payload.tobytes(), ends)
