"""This module tells which words say what an article is about, and which earlier articles share them. Pure.

An article's *signature* are its weightiest words, weighed by how often they stand at its beginning and by how rare they
are in the language. The weights are frozen (package wordfreq, whose lists are finished), never counted over the archive:
so one more article leaves all other signatures as they are. For each word only the nearest WINDOW earlier articles that
have it are looked at; so what an article's page names follows from the articles before it, and a change reaches a
bounded number of pages.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from itertools import chain, repeat
from pathlib import Path
from typing import NamedTuple

from pressroom.content.article import ArticleFields
from pressroom.search import analysis

TERMS = 12
"""A signature has so many words. With 8 a point less of the articles named share a topic, with 16 they cost a third more."""
WINDOW = 32
READ = 1000
"""So many characters of the body count. Twice as many name no better articles."""
IN_TITLE = 4
"""A word of the title counts so many times."""
COMMON, RARE, UNKNOWN_PAIR = 200, 450, 350
"""They are steps of the lists, a hundredth of a power of ten each: what is commoner tells nothing, what is rarer is alike; a pair
of letters that is in no list may be no word."""
LEAST = 16_000
"""Related articles share so much at least, of 255 * 255: a cosine of a quarter."""
SHARED = 2
"""They share so many words at least."""
_PAIR = 1 << 32
_MOST = 99
_TIMES = [0, *(round(100 * (1 + math.log(times))) for times in range(1, _MOST + 1))]
SAME = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "iw": "he", "in": "id", "tl": "fil"}
"""The lists of these language codes go by another code."""
Signature = list[tuple[str, int]]


class Related(NamedTuple):
    """A page shows this of another article."""

    url: str
    title: str
    lang: str
    dir: str
    source: str
    """It is the name of the publication, "" where it is not known."""
    date_precision: str
    date_from: str
    machine_date: str
    shown_date: str


def show_related(fields: ArticleFields) -> list[str]:
    """Return what other pages show of an article, as JSON takes it."""
    return list(
        Related(
            url=fields["url"],
            title=fields["title"],
            lang=fields["lang"],
            dir=fields["dir"],
            source=fields["source"][0] if fields["source"] else "",
            date_precision=fields["date_precision"],
            date_from=fields["date_from"],
            machine_date=fields["machine_date"],
            shown_date=fields["shown_date"],
        )
    )


def hash_tie(tie: str) -> int:
    """Return what orders articles of one moment, from what they are told apart by."""
    return int.from_bytes(
        hashlib.blake2b(tie.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True
    )


# --- signatures -----------------------------------------------------------------------------------------------------


def make_signature(title: str, dek: str, body: str, lang: str) -> Signature:
    """Return the weightiest words of an article with their weights, whose squares sum up to about 255 * 255.

    >>> [term for term, _ in make_signature("The ferry and the whale", "", "The whale met the ferry at the quay.", "en")][:3]
    ['ferry', 'whale', 'quay']
    """
    counts = Counter(analysis.terms(f"{dek} {body[:READ]}"))
    for term in analysis.terms(title):
        counts[term] += IN_TITLE
    weighed = _pick_weightiest({term: times for term, times in counts.items() if times > 1}, lang)
    if len(weighed) < TERMS or -weighed[-1][0] <= _TIMES[1] * (RARE - COMMON):  # one that stands once may be among them
        weighed = _pick_weightiest(counts, lang)
    length = math.isqrt(sum(weight * weight for weight, _ in weighed)) or 1
    return [(term, -weight * 255 // length) for weight, term in weighed]


@cache
def load_commonness(lang: str) -> Mapping[str, int]:
    """Return the common words of a language, folded, with their steps from the commonest; none where there is no list."""
    primary = lang.partition("-")[0]
    rows = _load_rows(SAME.get(primary, primary))
    steps: dict[str, int] = {}
    for step, words in enumerate(rows[:RARE]):
        for word in words:
            # A plain word is its own term, as nearly all of a list are.
            for term in (word,) if word.isascii() and word.isalnum() and word.islower() else analysis.words(word):
                steps.setdefault(term, step)
    return steps


def _pick_weightiest(counts: Mapping[str, int], lang: str) -> list[tuple[int, str]]:
    """Return the weightiest terms, each after its weight, which is negative."""
    listed = map(load_commonness(lang).get, counts, repeat(RARE))
    weighed = [
        (-_TIMES[times if times < _MOST else _MOST] * (rarity - COMMON), term)
        for (term, times), step in zip(counts.items(), listed, strict=True)
        if (rarity := step if step != RARE else _rate_unlisted(term, times)) > COMMON
    ]
    weighed.sort()
    return weighed[:TERMS]


def _rate_unlisted(term: str, times: int) -> int:
    """Return how rare a term is that is in no list, COMMON for what may be no word."""
    if not term.isascii() and analysis.is_wide(term):
        return UNKNOWN_PAIR if len(term) > 1 and times > 1 else COMMON
    return RARE if len(term) > 2 and not term.isdecimal() else COMMON


def _load_rows(lang: str) -> list[list[str]]:
    """Return a list of wordfreq, a row for each step, without importing the package, which takes a quarter of a second."""
    package = find_spec("wordfreq") if re.fullmatch("[a-z]{2,8}", lang) else None
    folders = (package.submodule_search_locations or []) if package else []
    for folder in folders:
        path = Path(folder) / "data" / f"small_{lang}.msgpack.gz"
        if path.is_file():
            import msgpack

            head, *rows = msgpack.loads(gzip.decompress(path.read_bytes()), raw=False)
            return rows if head == {"format": "cB", "version": 1} else []
    return []


def pack_signature(signed: Signature) -> str:
    """Return a signature as text.

    >>> unpack_signature(pack_signature([("ferry", 200), ("whale", 150)])), unpack_signature("")
    ([('ferry', 200), ('whale', 150)], [])
    """
    return " ".join(f"{term} {weight}" for term, weight in signed)


def unpack_signature(text: str) -> Signature:
    """Return the signature that `pack_signature` made text of."""
    parts = text.split()
    return list(zip(parts[::2], map(int, parts[1::2]), strict=True))


# --- what is related ------------------------------------------------------------------------------------------------


class Shares:
    """An object adds up what one article shares with others."""

    def __init__(self) -> None:
        self.sums: dict[int, int] = {}

    def add(self, weight: int, others: Iterable[tuple[int, int]]) -> None:
        """Add a word that others have: their numbers, and its weights there."""
        sums = self.sums
        for other, theirs in others:
            sums[other] = sums.get(other, 0) + _PAIR + weight * theirs

    def list_enough(self) -> Iterator[tuple[int, int]]:
        """Yield the others that share enough: what they share, and number."""
        return (
            (shared % _PAIR, other)
            for other, shared in self.sums.items()
            if shared >= SHARED * _PAIR and shared % _PAIR >= LEAST
        )


def relate_all(signatures: Iterable[Signature], most: int) -> Iterator[list[int]]:
    """Yield for each article, oldest first, the numbers of those related, the nearest ones first where several are alike.

    >>> one, two, other = [("ferry", 180), ("whale", 180)], [("ferry", 200), ("whale", 158)], [("ferry", 255)]
    >>> list(relate_all([one, other, two], 5))
    [[], [], [0]]
    """
    rows: dict[str, int | dict[int, int]] = {}
    for number, signed in enumerate(signatures):
        words = []
        for term, weight in signed:
            row = rows.get(term)
            if row is None:
                rows[term] = number << 8 | weight  # most words stay with one article, and a table takes ten times more
                continue
            if isinstance(row, int):
                rows[term] = row = {row >> 8: row & 255}
            words.append((weight, row))
        enough = [(-shared, -other) for shared, other in _list_sharing(words) if shared >= LEAST]
        yield [-other for _, other in sorted(enough)[:most]]
        for weight, row in words:
            row[number] = weight
            if len(row) > WINDOW:
                del row[next(iter(row))]


def _list_sharing(columns: list[tuple[int, dict[int, int]]]) -> Iterator[tuple[int, int]]:
    """Yield who shares SHARED words at least, each after what it shares; `columns` has a word's weight and its others'.

    A tenth of them do, so that they are counted before anything is added up.
    """
    for other, words in Counter(chain.from_iterable(row for _, row in columns)).items():
        if words >= SHARED:
            yield sum(weight * row[other] for weight, row in columns if other in row), other
