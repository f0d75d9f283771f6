"""This module writes phrases as expressions, and finds the word that rules are looked up by. It is pure."""

from __future__ import annotations

import re

TRAILING = r"[\s:.…!?»>→|·•*\-–—,;：。！？、，\])）】]*"
UNSPACED = "\u2e80"
"""The first sign of scripts that put no space between words."""
_FIRST_WORD = re.compile(r"[^\W_]+")
LEADING = r"[\s«»‹›<>←→|·•*►▶▸■●#\-–—\[(（【]*"


def write_pattern(phrases: list[str], match: str, patterns: tuple[str, ...] = ()) -> str:
    r"""Return one expression for a block's whole text.

    In a phrase `*` stands for a few words and `#` for a number; punctuation around it does not count.

    >>> bool(re.fullmatch(write_pattern(["share this *"], "whole"), "» share this article:"))
    True
    """
    phrase = "|".join(map(write_phrase, sorted(phrases, key=lambda p: (-len(p), p)))) or r"(?!)"
    forms = {
        "whole": rf"{LEADING}(?:{phrase}){TRAILING}",
        "start": rf"{LEADING}(?:{phrase})(?P<rest>.*)",
        "end": rf".*(?:{phrase}){TRAILING}",
        "contain": rf".*(?:{phrase}).*",
    }
    return "|".join([forms[match], *patterns])


def find_opening(text: str) -> str:
    """Return the first word of a text as rules are looked up by it: one sign where words are not parted by spaces.

    >>> find_opening("» Share this"), find_opening("12 comments"), find_opening("関連記事"), find_opening("— —")
    ('share', '#', '関', '')
    """
    match = _FIRST_WORD.search(text)
    if not match:
        return ""
    word = match[0].casefold()
    return "#" if word[0].isdigit() else word[0] if word[0] >= UNSPACED else word


def write_phrase(text: str) -> str:
    expression = re.escape(text).replace(r"\*", r"\S+(?:\s\S+){0,4}").replace(r"\#", r"[\d.,]+\s?[kKmM]?")
    expression = expression.replace(r"\ ", r"\s+").replace("'", "['’]")
    before = r"\b" if text[0].isalnum() and ord(text[0]) < 0x2E80 else ""
    after = r"\b" if text[-1].isalnum() and ord(text[-1]) < 0x2E80 else ""
    return f"{before}{expression}{after}"
