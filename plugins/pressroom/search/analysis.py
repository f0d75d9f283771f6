"""Text to search terms. The client does the same in JavaScript; common test vectors keep the two alike. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40
"""Letters of a term; longer runs are codes and addresses that nobody types."""
WIDE = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"
    "\u2e80-\u2fdf\u3005-\u3007\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, and Hangul, whose words carry particles: Thai, Lao, Burmese, Khmer, Chinese,
Japanese, Korean. They are searched by pairs of characters."""
SIGNS = "\u0900-\u0963\u0966-\u0dff\u0f18-\u0fbc"
"""Scripts of India and Tibet, whose vowel signs are parts of words; \u0964 and \u0965 are full stops."""
_MARKS = re.compile(
    "[\u0300-\u0305\u0307-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]|(?<!\u0438)\u0306"
)
"""Accents and points. The breve of the Cyrillic short i stays: it makes another letter."""
_ALIKE = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ς": "σ"}  # fmt: skip
_LETTER = re.compile("|".join(_ALIKE))
_PLAIN = re.compile("[a-z0-9]+")
_RUN = f"[{WIDE}]+|(?:[^\\W_{WIDE}]|[{SIGNS}])+"
_IS_WIDE = f"[{WIDE}]"
"""Compiled when the first text asks for them: it takes as long as ten modules do."""


def fold(text: str) -> str:
    """Return text in the form that search compares: width, case and marks folded.

    >>> fold("Ｃafé STRASSE Straße"), fold("أُمّة"), fold("Й ё")
    ('cafe strasse strasse', 'امه', 'й е')
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    return _LETTER.sub(lambda match: _ALIKE[match[0]], text)


def words(text: str) -> list[str]:
    """Return the words of a text in order, folded; a run of a script without spaces is one.

    >>> words("Port of 東京都, U.S."), words("हिन्दी समाचार।")
    (['port', 'of', '東京都', 'u', 's'], ['हिन्दी', 'समाचार'])
    """
    return _short(_PLAIN.findall(text.lower()) if text.isascii() else re.findall(_RUN, fold(text)))


def _short(found: list[str]) -> list[str]:
    if max(map(len, found), default=0) <= LONGEST:
        return found
    return [word[:LONGEST] if not is_wide(word) else word for word in found]


def is_wide(word: str) -> bool:
    """Tell whether a word is a run of a script that is searched by pairs.

    >>> is_wide("東京"), is_wide("port")
    (True, False)
    """
    return not word.isascii() and re.match(_IS_WIDE, word) is not None


def pairs(run: str) -> Iterator[str]:
    """Yield the pairs of a run, as a query asks for them; a run of one is itself.

    >>> list(pairs("東京都")), list(pairs("山"))
    (['東京', '京都'], ['山'])
    """
    if len(run) == 1:
        yield run
    for at in range(len(run) - 1):
        yield run[at : at + 2]


def terms(text: str) -> list[str]:
    """Return the terms that an index holds of a text, in order. A run also gives its last character: so every
    character begins a term, and one alone is found by its beginning.

    >>> terms("Port of 東京都"), terms("山")
    (['port', 'of', '東京', '京都', '都'], ['山'])
    """
    if text.isascii():
        return words(text)
    folded = fold(text)
    found = _short(re.findall(_RUN, folded))
    if not re.search(_IS_WIDE, folded):
        return found
    return [term for word in found for term in (_indexed(word) if is_wide(word) else (word,))]


def _indexed(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run)))
