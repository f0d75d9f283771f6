"""This module knows how common a word is, from the word lists of languages (package wordfreq). Each list is read
once, when it is first asked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Literal

import numpy as np

FREE_WORDS = Path(__file__).resolve().parents[2] / "rules" / "joints"
SAME = {"no": "nb", "nn": "nb", "sr": "sh", "hr": "sh", "bs": "sh", "iw": "he", "in": "id", "tl": "fil"}
"""Language codes whose list goes by another code."""
TURKIC = frozenset({"tr", "az", "kk"})
_TURKIC_LOWER = str.maketrans({"I": "ı", "İ": "i"})
_STEP = 10
"""Steps of the lists are a hundredth of a power of ten; of rare words a tenth is told."""

Side = Literal["left", "right"]


def lower_word(word: str, lang: str) -> str:
    """Return a word as the lists spell it.

    >>> lower_word("Işık", "tr"), lower_word("Ice’s", "en")
    ('ışık', "ice's")
    """
    if lang in TURKIC:
        word = word.translate(_TURKIC_LOWER)
    return word.lower().replace("’", "'")


def find_code(lang: str) -> str:
    """Return the code that a language's word list goes by, whatever region or script the page adds.

    >>> find_code("pt-BR"), find_code("no")
    ('pt', 'nb')
    """
    primary = lang.replace("_", "-").partition("-")[0].lower()
    return SAME.get(primary, primary)


@dataclass(frozen=True, slots=True)
class _WordRows:
    """It holds rows of words, found by their hashes: a tenth of the memory of a dictionary, and a third of the time to make."""

    hashes: np.ndarray
    """Of all words, sorted."""
    rows: np.ndarray
    """For each hash the row of its word."""
    texts: list[str]
    """For each row its words, a line each."""

    @classmethod
    def build(cls, rows: list[list[str]]) -> _WordRows:
        hashes = np.fromiter(map(hash, chain.from_iterable(rows)), np.int64)
        order = np.argsort(hashes)
        numbers = np.repeat(np.arange(len(rows), dtype=np.uint16), [len(row) for row in rows])
        return cls(hashes[order], numbers[order], ["\n".join(["", *row, ""]) for row in rows])

    def find(self, word: str) -> int:
        """Return the number of the row that holds a word, or -1."""
        key = hash(word)
        first = int(np.searchsorted(self.hashes, key))
        for row, key_there in zip(self.rows[first : first + 2], self.hashes[first : first + 2], strict=True):
            if key_there == key and f"\n{word}\n" in self.texts[row]:
                return int(row)
        return -1


@dataclass(frozen=True)
class Lexicon:
    """A lexicon holds the words of one language; it is empty where the package has no list."""

    lang: str

    @cached_property
    def common(self) -> dict[str, float]:
        """Return the 30,000 commonest words with their frequency: the decimal logarithm of uses in a thousand million."""
        return {word: 9 - at / 100 for at, words in enumerate(_read_list(self.lang, "small")) for word in words}

    @cached_property
    def _rare(self) -> _WordRows:
        return _WordRows.build(_read_list(self.lang, "large"))

    @cached_property
    def _free(self) -> dict[str, dict[str, float]]:
        file = FREE_WORDS / f"{self.lang}.toml"
        table = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        return {
            side: {word: float(level) for level, row in rows.items() for word in row.split()}
            for side, rows in table.items()
        }

    def frequency(self, word: str) -> float:
        """Return how common a word in lower case is, from about 8 down to 1; 0 for a word that is in no list."""
        frequency = self.common.get(word)
        if frequency is not None:
            return frequency
        at = self._rare.find(word)
        return 9 - at // _STEP * _STEP / 100 if at >= 0 else 0.0

    def free(self, side: Side) -> dict[str, float]:
        """Return the words of which is known how freely they stand as the left or right one of two."""
        return self._free.get(side, {})

    def freedom(self, word: str, side: Side) -> float:
        """Return how freely a word stands as the left or right one of two, 5 and more for free ones; 0 if not known."""
        return self.free(side).get(word, 0.0)


@cache
def find_lexicon(lang: str) -> Lexicon:
    """Return the one lexicon of a language."""
    return Lexicon(find_code(lang))


def _read_list(lang: str, size: str) -> list[list[str]]:
    import wordfreq  # reads 100 ms of tables of its own: only when a word is asked

    path = wordfreq.available_languages(size).get(lang)
    return wordfreq.read_cBpack(path) if path else []
