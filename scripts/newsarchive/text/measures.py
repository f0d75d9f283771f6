"""This module measures a text: its length in letters, whether it reads as a paragraph, its words for comparing. It
is pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from newsarchive.models import Block

LONG = 140
"""Characters from which a block is taken for a paragraph of the story; prompts and headlines are shorter."""
WIDE = 2.5
"""One character of Chinese, Japanese or Korean says about as much as this many letters."""
CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Signs of Chinese, Japanese and Korean, as a range inside a pattern's brackets."""
_WORDS = re.compile(r"\w+")
_CJK = re.compile(f"[{CJK}]")


def measure_size(text: str) -> float:
    """Return the length of a text in letters of an alphabet.

    >>> measure_size("storm"), measure_size("暴风雨")
    (5, 7.5)
    """
    wide = 0 if text.isascii() else len(_CJK.findall(text))
    return len(text) if not wide else len(text) + wide * (WIDE - 1)


def is_long(block: Block) -> bool:
    """Tell whether a block reads as a paragraph of a story rather than a prompt or a headline."""
    return (
        block.kind in ("paragraph", "quote", "item") and measure_size(block.text) >= LONG and block.link_density < 0.5
    )


@lru_cache(maxsize=8192)
def fold_words(text: str) -> str:
    """Return a text's words in lower case, as lines are compared.

    >>> fold_words("« Ferry — late! »")
    'ferry late'
    """
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))
