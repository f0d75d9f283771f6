"""Mends text that a wrong decoding broke, only where it is sure. Pure."""

from __future__ import annotations

import re

import ftfy

from newsarchive.models import Repair

_SIGNS = re.compile(
    "[\u00c2\u00c3\u00e2\u00d0\u00d1\u00d8\u00d9\u00e3\u00e5\u00e6\u00ef][\u0080-\u00bf\u20ac\u2013-\u203a\u0152-\u0178\u02c6\u02dc\u2122]"
)
"""What UTF-8 read as Windows-1252 or Latin-1 leaves: a lead byte's letter and a sign after it."""
_CONFIG = ftfy.TextFixerConfig(
    unescape_html=False, remove_terminal_escapes=False, fix_latin_ligatures=False, fix_character_width=False,
    uncurl_quotes=False, fix_line_breaks=False, fix_surrogates=False, remove_control_chars=False, normalization=None,
)  # fmt: skip


def repair(text: str) -> tuple[str, list[Repair]]:
    """Return the text with mojibake mended line by line, and what was mended.

    >>> repair("El aÃ±o prÃ³ximo")[0]
    'El año próximo'
    >>> repair("São Paulo, Ângela: 5 â‚¬?")[1] != []
    True
    >>> repair("Âme, Österreich")[1]
    []
    """
    if not _SIGNS.search(text):
        return text, []
    mended, repairs = [], []
    for line in text.split("\n"):
        new = ftfy.fix_encoding(line, _CONFIG) if _SIGNS.search(line) else line
        if new != line:
            repairs.append(Repair(line, new, "mojibake"))
        mended.append(new)
    return "\n".join(mended), repairs
