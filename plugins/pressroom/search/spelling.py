"""Which words a misspelled one may have meant. The client does the same in JavaScript. Pure but for reading lists."""

from __future__ import annotations

from collections.abc import Iterable

from pressroom.search.reader import Segment

LONG = 8
"""Letters from which on two mistakes are looked for."""
SHORTEST = 4
PROPOSED = 4
"""Words that are tried."""


def proposals(word: str, segments: Iterable[Segment]) -> list[str]:
    """Return the words an edit away (two, if it is long), the likeliest first.

    One edit leaves the first or the last half of a word as it is: so two short lists hold all that it may be.
    """
    length = len(word)
    if length < SHORTEST or not word.isalpha():
        return []
    most = 2 if length >= LONG else 1
    kept = max(length // 3, 2) if most == 2 else max((length - 1) // 2, 1)
    found: dict[str, int] = {}
    for segment in segments:
        for kind, beginning in (("w", word[:kept]), ("v", word[::-1][:kept])):
            for form, count in segment.spelling(kind, beginning):
                form = form[::-1] if kind == "v" else form
                if form not in found and abs(len(form) - length) <= most and form != word:
                    edits = distance(word, form, most)
                    if edits <= most:
                        found[form] = score(word, form, edits, count)
    return sorted(found, key=lambda form: (-found[form], form))[:PROPOSED]


def score(word: str, form: str, edits: int, count: int) -> int:
    """Return how likely a form was meant: fewer edits first, then frequent words, and people get first letters right."""
    return count + (2 if word[0] == form[0] else 0) + (1 if len(word) == len(form) else 0) - 12 * edits


def distance(one: str, other: str, most: int) -> int:
    """Return in how many edits one word becomes the other: letters put in, left out, changed, or two neighbours swapped;
    more than `most` is `most + 1` (optimal string alignment).

    >>> distance("recieve", "receive", 2), distance("abc", "xyz", 1)
    (1, 2)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, meant in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != meant))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == meant:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
