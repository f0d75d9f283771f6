"""Documents to the files of a segment: term blocks, places, spelling lists. Pure, one pass, flat in memory.

A segment's files are raw deflate of what `packing` writes:

t  term block: how many forms; of each its word and its stem (both as `packing.word`, the stem after the word; "" is
   none), how many documents, bytes of its documents; then of each form its documents, as steps from the one before; then of
   each form that is not dense an impact a document.
p  places of the forms of a term block: of each form how many bytes; then of each its places: of each document how many,
   then of each the step from the one before and its neighbours. A dense form has no places: its impacts instead.
w  spelling list: how many words; of each the word and the logarithm of its documents.    v  the same, words reversed.

A form is *dense* if it stands in so many documents that it tells little and costs much. Phrases find it beside the
others: a place's neighbours are the dense forms right before and after it, three at most on either side, as one byte, `4 *
before + after`, and their numbers in the list of dense forms, from 1 on; and two dense forms in a row are a form of their
own, "of the". So no phrase reads the places of "the".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from pressroom.search import packing, stems
from pressroom.search.analysis import is_wide, terms
from pressroom.search.packing import NUMBERS, number
from pressroom.search.shown import Document

TITLE, DEK, NAMES, BODY = 3, 2, 2, 1
"""Weights of the fields (BM25F: Robertson, Zaragoza, Taylor 2004)."""
MOST = 31
"""The largest impact."""
K1, B = 1.6, 0.4
"""Saturation of counts and normalisation by length (BM25)."""
SCALE = 12
"""Impacts are BM25's part that does not depend on the query, times this: at most 31, about 12 * (K1 + 1). Finer ones rank no better and
are 6 % larger."""
IN_TITLE = 32
"""Added to the impact of a form that stands in the title."""
GAP = 8
"""Places left free between two fields, so that no phrase reaches over."""
DENSE = 0.25
"""Share of the documents from which on a form is dense."""
MOST_DENSE = 120
SAMPLE = 1024
"""Documents, the oldest, whose lengths and dense forms count for all: so a new one moves nothing."""
BLOCK = 4000
"""Bytes of a term block before deflate: about 4 KB after it."""
RECENT = 24_000
"""The same beside the base, where every new article makes all of them anew."""
NEAR = 3000
"""Bytes that may stand between two forms of a stem that one block holds: comes and coming are parted."""
LIST = 6000
"""Bytes of a spelling list before deflate."""
RUN = 3
"""Neighbours of a place that are kept on either side."""
SPELLED = 4
"""Letters of a word that spelling may mend."""
_DENSE_RUN = re.compile(rb"[^\0]+")
_NONE = b"\0"


class _Beside(dict[tuple[bytes, bytes], bytes]):
    """The bytes of neighbours, by what stands before and after."""

    def __missing__(self, sides: tuple[bytes, bytes]) -> bytes:
        before, after = sides
        found = self[sides] = bytes([len(before) << 2 | len(after)]) + before + after
        return found


class _Alone(dict[int, bytes]):
    """The bytes of a form's only place in a document, without neighbours."""

    def __missing__(self, place: int) -> bytes:
        found = self[place] = b"\x01" + number(place) + _NONE
        return found


_BESIDE, _ALONE = _Beside(), _Alone()


class Fields(NamedTuple):
    """The terms of a document by field."""

    title: list[str]
    dek: list[str]
    body: list[str]
    names: list[list[str]]


class Taken(NamedTuple):
    """What a document gives to the postings of a segment."""

    language: str
    """Its stemmer, "" for none."""
    forms: list[str]
    impacts: bytes
    """One a form."""
    places: list[bytes]
    """The bytes of each form's places, b"" for a dense one's."""


class Parameters(NamedTuple):
    """What all segments of an index must agree on, so that they score alike."""

    mean: int
    """Terms of a common document: the pivot of the normalisation by length."""
    dense: tuple[str, ...]


class Postings:
    """Where one form stands, as bytes; in the order of documents. An impact a document, so they count them."""

    __slots__ = ("documents", "impacts", "language", "last", "places")

    def __init__(self, language: str) -> None:
        self.last = 0
        self.language = language
        """The stemmer of the first document that has the form, and has one."""
        self.documents, self.impacts, self.places = bytearray(), bytearray(), bytearray()


def fields(document: Document) -> Fields:
    """Return the terms of a document."""
    names = (*document.tags, *document.authors, document.source)
    return Fields(terms(document.title), terms(document.dek), terms(document.body), [terms(name) for name in names])


def parameters(sample: Iterable[Fields]) -> Parameters:
    """Return what the oldest documents say about all: at most SAMPLE of them, a power of two.

    The mean is rounded to a quarter of a power of two, so that it hardly ever moves.
    """
    counts: Counter[str] = Counter()
    total = found = 0
    for one in sample:
        found += 1
        total += len(one.title) + len(one.body)
        counts.update({*one.title, *one.dek, *one.body})
    most = counts.most_common(MOST_DENSE)
    dense = sorted(form for form, count in most if count >= max(found * DENSE, 8))
    mean, unit = total / max(found, 1), 1
    while unit * 2 <= mean:
        unit *= 2
    return Parameters(max(1, round(mean * 4 / unit) * unit // 4), tuple(dense))


def sampled(articles: int) -> int:
    """Return how many of the oldest documents `parameters` asks for.

    >>> sampled(100), sampled(100_000)
    (64, 1024)
    """
    return min(SAMPLE, 1 << max(articles.bit_length() - 1, 0))


class Collector:
    """Takes documents, oldest first, and gives the files of their segment."""

    def __init__(self, settled: Parameters) -> None:
        self.parameters = settled
        self.codes = {form: code for code, form in enumerate(settled.dense, 1)}
        self.postings: dict[str, Postings] = {}
        self.documents = 0

    def add(self, found: Fields, lang: str) -> None:
        """Take the next document."""
        self.put(self.taken(found, lang))

    def put(self, document: Taken) -> None:
        """Take the next document as `taken` gave it."""
        postings, at, language = self.postings, self.documents, document.language
        for form, impact, places in zip(document.forms, document.impacts, document.places, strict=True):
            try:
                one = postings[form]
            except KeyError:
                one = postings[form] = Postings(language)
            if not one.language:
                one.language = language
            one.documents += NUMBERS[at - one.last]
            one.last = at
            one.impacts.append(impact)
            one.places += places
        self.documents += 1

    def taken(self, found: Fields, lang: str) -> Taken:
        """Return what a document gives to the postings, wherever it comes among the others."""
        once, more, beside = self._places(found)
        norm = K1 * (1 - B + B * (len(found.title) + len(found.body)) / self.parameters.mean)
        levels = [0, *(_level(count, norm) for count in range(1, 8))]
        raised = self._raised(found, once, more, norm)
        codes, level, impacts, places = self.codes, levels[1], bytearray(), []
        for form, place in once.items():
            if form in more:
                where = more[form]
                count = len(where)
                impacts.append(raised[form] if form in raised else levels[count] if count < 8 else _level(count, norm))
                places.append(b"" if form in codes else _several(where, beside))
            else:
                impacts.append(raised.get(form, level))
                if place in beside:
                    places.append(b"\x01" + NUMBERS[place] + beside[place])
                else:
                    places.append(b"" if form in codes else _ALONE[place])
        return Taken(stems.language(lang), [*once], bytes(impacts), places)

    def _raised(self, found: Fields, once: dict[str, int], more: dict[str, list[int]], norm: float) -> dict[str, int]:
        """Return the impacts of the forms that stand in other fields than the body."""
        weights: dict[str, int] = {}
        for field, weight in ((found.title, TITLE), (found.dek, DEK), *((name, NAMES) for name in found.names)):
            for form in field:
                before = weights.get(form) or (len(more[form]) if form in more else 1)
                weights[form] = before + weight - BODY
        title = set(found.title)
        return {form: _level(weight, norm) | (IN_TITLE if form in title else 0) for form, weight in weights.items()}

    def _places(self, found: Fields) -> tuple[dict[str, int], dict[str, list[int]], dict[int, bytes]]:
        """Return the place of each form, all places of those that have more, and the dense forms around a place."""
        once: dict[str, int] = {}
        more: dict[str, list[int]] = {}
        beside: dict[int, bytes] = {}
        start = 0
        for field in (found.title, found.dek, found.body, *found.names):
            if not field:
                continue
            for at, form in enumerate(field, start):
                if form not in once:
                    once[form] = at
                elif form in more:
                    more[form].append(at)
                else:
                    more[form] = [once[form], at]
            self._neighbours(field, start, once, more, beside)
            start += len(field) + GAP
        return once, more, beside

    def _neighbours(
        self, field: list[str], start: int, once: dict[str, int], more: dict[str, list[int]], beside: dict[int, bytes]
    ) -> None:
        """Note the dense forms around the others, and each two in a row as a form of their own."""
        end, left, last = -2, b"", len(field)
        for match in _DENSE_RUN.finditer(bytes(map(self.codes.get, field, repeat(0)))):
            run, first = match[0], match.start()
            if first:
                beside[start + first - 1] = _BESIDE[left if end == first - 1 else b"", run[:RUN]]
            end, left = match.end(), run[-RUN:]
            if end < last:
                beside[start + end] = _BESIDE[left, b""]
            if len(run) > 1:
                for at in range(first, end - 1):
                    both, place = f"{field[at]} {field[at + 1]}", start + at
                    if both not in once:
                        once[both] = place
                    elif both in more:
                        more[both].append(place)
                    else:
                        more[both] = [once[both], place]

    # --- files ---

    def blocks(self, target: int) -> Iterator[tuple[str, bytes, bytes]]:
        """Yield of each term block the border before it, its file `t` and its file `p`; what is yielded is let go."""
        postings = self.postings
        forms = sorted(postings, key=packing.order)
        sizes = [
            len(one.documents) + (0 if form in self.codes else len(one.impacts)) + 6
            for form, one in ((form, postings[form]) for form in forms)
        ]
        found = self._stems(forms)
        starts = packing.cut(sizes, _joined(found, sizes), target)
        for first, end in zip(starts, [*starts[1:], len(forms)], strict=True):
            border = packing.border(forms[first - 1], forms[first]) if first else ""
            part = zip(forms[first:end], found[first:end], strict=True)
            yield border, *self._block([(form, postings.pop(form), stem) for form, stem in part])

    def _block(self, part: list[tuple[str, Postings, str]]) -> tuple[bytes, bytes]:
        head, lengths, before, word = bytearray(number(len(part))), bytearray(), "", packing.word
        for form, one, stem in part:
            impacts = len(one.impacts)
            head += word(before, form) + word(form, stem) + NUMBERS[impacts] + NUMBERS[len(one.documents)]
            before = form
            lengths += NUMBERS[impacts if form in self.codes else len(one.places)]
        documents = b"".join([one.documents for _, one, _ in part])
        weights = b"".join([one.impacts for form, one, _ in part if form not in self.codes])
        places = b"".join([one.impacts if form in self.codes else one.places for form, one, _ in part])
        return packing.deflate(bytes(head + documents + weights)), packing.deflate(bytes(lengths + places))

    def _stems(self, forms: list[str]) -> list[str]:
        """Return the stem of each form, "" where it has none. What begins otherwise, as dying and die, is left apart."""
        found = []
        for form in forms:
            language = self.postings[form].language
            has_one = language and len(form) >= stems.SHORTEST and form.isalpha() and form not in self.codes
            stem = stems.stem(form, language) if has_one else ""
            found.append(stem if stem[: stems.SHORTEST - 1] == form[: stems.SHORTEST - 1] else "")
        return found

    def spelling(self) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        """Return the words that spelling may propose with the logarithm of their documents: sorted, and sorted from
        their ends."""
        found = listed((form, len(one.impacts)) for form, one in self.postings.items())
        reverse = [(form[::-1], count) for form, count in found]
        return sorted(found, key=_by_word), sorted(reverse, key=_by_word)


def _level(weight: int, norm: float) -> int:
    return max(1, min(MOST, round(SCALE * weight * (K1 + 1) / (weight + norm))))


def _several(where: list[int], beside: dict[int, bytes]) -> bytes:
    parts, last = [number(len(where))], 0
    for place in where:
        step = place - last
        last = place
        parts.append(NUMBERS[step])
        parts.append(beside.get(place, _NONE))
    return b"".join(parts)


def listed(forms: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return those forms that spelling may propose, with the logarithm of their documents.

    >>> listed([("ferry", 9), ("1999", 5), ("of", 7), ("of the", 3), ("東京", 2)])
    [('ferry', 4)]
    """
    return [
        (form, count.bit_length())
        for form, count in forms
        if len(form) >= SPELLED and form.isalpha() and not is_wide(form)
    ]


def lists(found: Sequence[tuple[str, int]]) -> Iterator[tuple[str, bytes]]:
    """Yield of each spelling list the border before it and its file."""
    sizes = [len(form.encode()) // 2 + 3 for form, _ in found]
    starts = packing.cut(sizes, [False] * len(found), LIST)
    for first, end in zip(starts, [*starts[1:], len(found)], strict=True):
        border = packing.border(found[first - 1][0], found[first][0]) if first else ""
        payload, before = bytearray(number(end - first)), ""
        for form, count in found[first:end]:
            payload += packing.word(before, form) + number(count)
            before = form
        yield border, packing.deflate(bytes(payload))


def _by_word(pair: tuple[str, int]) -> bytes:
    return packing.order(pair[0])


def _joined(found: list[str], sizes: list[int]) -> list[bool]:
    """Tell of each form whether it stands between two forms of a stem that are near, or is the last of them.

    >>> _joined(["ferri", "", "ferri", "gale"], [9, 9, 9, 9])
    [False, True, True, False]
    """
    ends: dict[str, tuple[int, int]] = {}
    until = [0] * len(found)
    total = 0
    for at, (stem, size) in enumerate(zip(found, sizes, strict=True)):
        if stem:
            before, end = ends.get(stem, (at, total))
            if total - end <= NEAR:
                until[before] = at
            ends[stem] = at, total + size
        total += size
    joined, last = [], -1
    for at, to in enumerate(until):
        joined.append(at <= last)
        last = max(last, to)
    return joined
