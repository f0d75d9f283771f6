"""The part of a text that shows why it was found. The client does the same in JavaScript. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pressroom.search.analysis import fold, is_wide

LONGEST = 240
"""Characters of an excerpt."""
_PIECE = re.compile(r"[^\W_]+(?:[^\W_]|[\u0300-\u036f\u0610-\u065f\u0900-\u0dff])*")

Range = tuple[int, int]


def ranges(text: str, words: Sequence[str]) -> list[Range]:
    """Return where words stand in a text: folded forms, `word*` for a beginning.

    >>> ranges("The Férry, ferries", ["ferry", "ferri*"])
    [(4, 9), (11, 18)]
    """
    exact = set(words)
    begun = tuple(word[:-1] for word in words if word.endswith("*"))
    wide = [word.rstrip("*") for word in words if is_wide(word)]
    found: list[Range] = []
    for match in _PIECE.finditer(text):
        folded = fold(match[0])
        if folded in exact or (begun and folded.startswith(begun)):
            found.append(match.span())
        elif len(folded) == len(match[0]):
            for word in wide:
                found += [(match.start() + at, match.start() + at + len(word)) for at in _every(folded, word)]
    found.sort()
    return [span for at, span in enumerate(found) if not at or span[0] >= found[at - 1][1]]


def excerpt(dek: str, text: str, words: Sequence[str]) -> str:
    """Return the part of a text with most of the words; the dek where it has as many.

    >>> excerpt("", "One ferry.", ["ferry"])
    'One ferry.'
    """
    found = ranges(text, words)
    best = start = 0
    for at, (begin, _) in enumerate(found):
        near = [span for span in found[at:] if span[1] <= begin + LONGEST * 0.8]
        if (count := _different(text, near)) > best:
            best, start = count, begin
    if dek and _different(dek, ranges(dek, words)) >= best:
        return dek
    first = 0
    if start > LONGEST * 0.6:
        first = text.rfind(" ", 0, start - LONGEST // 5 + 1) + 1
        if first < start - LONGEST // 2:  # a script without spaces
            first = start - LONGEST // 5
    end = min(len(text), first + LONGEST)
    if end < len(text) and (space := text.rfind(" ", 0, end + 1)) > first + LONGEST * 0.6:
        end = space
    return ("… " if first else "") + text[first:end] + (" …" if end < len(text) else "")


def _every(text: str, word: str) -> Iterable[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def _different(text: str, found: Iterable[Range]) -> int:
    return len({fold(text[start:end]) for start, end in found})
