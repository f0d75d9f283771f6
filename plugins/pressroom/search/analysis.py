"""Text to search terms. The client does the same in JavaScript; common test vectors keep the two alike. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 40
"""Letters of a term; longer runs are codes and addresses that nobody types."""
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_RUNS = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[^\W_]+"
)
_WIDE = re.compile(
    r"[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_ALIKE = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ى": "ي", "ة": "ه", "ς": "σ"}
_LETTER = re.compile("|".join(_ALIKE))


def fold(text: str) -> str:
    """Return text in the form that search compares: width, case and marks folded.

    >>> fold("Ｃafé STRASSE Straße"), fold("أُمّة")
    ('cafe strasse strasse', 'امه')
    """
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).lower())
    text = unicodedata.normalize("NFC", _MARKS.sub("", text))
    return _LETTER.sub(lambda match: _ALIKE[match[0]], text)


def terms(text: str) -> Iterator[str]:
    """Yield the terms of a text in order: words, and pairs of characters where words are not parted.

    >>> list(terms("Port of 東京都")), list(terms("山"))
    (['port', 'of', '東京', '京都'], ['山'])
    """
    for match in _RUNS.finditer(fold(text)):
        run = match[0]
        if not _WIDE.match(run):
            yield from (part[:LONGEST] for part in _WIDE.split(run) if part)
        elif len(run) == 1:
            yield run
        else:
            yield from (run[n : n + 2] for n in range(len(run) - 1))


def shard(term: str) -> str:
    """Return the name of the shard that holds a term: all terms of two equal first letters share one.

    >>> shard("port"), shard("a"), shard("мир"), shard("東京")
    ('po', 'a_', 'u43c-438', 'c677')
    """
    first, second = term[0], term[1:2]
    if _WIDE.match(first):
        return f"c{ord(first) >> 4:x}"
    if first.isascii() and (not second or second.isascii()):
        return first + (second or "_")
    return f"u{ord(first):x}-{ord(second) if second else 0:x}"
