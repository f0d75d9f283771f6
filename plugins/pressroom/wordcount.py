"""How many words a text has, also in scripts that write none apart. Pure."""

from __future__ import annotations

import math
import re

_TAG = re.compile(r"<[^>]*>")
_UNSPACED = re.compile(
    "([\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    "|([\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e45\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec4\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1780-\u17b3]+)"
)
"""Runs of Chinese characters and kana; letters, without marks above and below, of Thai, Lao, Burmese and Khmer."""
_ANY = re.compile("[\u0e01-\u0eff\u1000-\u103f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
"""Tells that there is one of either; a class alone is looked for ten times as fast."""
_MARKS = re.compile(
    "[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u17dd]"
)
CHARACTERS, LETTERS = 2, 4
"""Characters of Chinese and Japanese, and letters of Thai and its like, that count as a word: about as many has the
mean word of a running text."""


def counted(html: str) -> int:
    """Return the words of HTML: what white space parts; where a script has none, by its letters.

    >>> counted("<p>The <b>f</b>erry docks.</p>\\n<p>It left.</p>")
    5
    >>> counted("<p>\u96fb\u8eca\u304c\u9045\u308c\u305f JR \u7dda</p>"), counted("<p>\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28\u0e44\u0e17\u0e22</p>")
    (5, 3)
    """
    text = _TAG.sub("", html)
    if text.isascii() or not _ANY.search(text):
        return len(text.split())
    found = 0
    for characters, letters in _UNSPACED.findall(text := _MARKS.sub("", text)):
        found += math.ceil(len(characters) / CHARACTERS) + math.ceil(len(letters) / LETTERS)
    return found + sum(any(map(str.isalnum, word)) for word in _UNSPACED.sub(" ", text).split())
