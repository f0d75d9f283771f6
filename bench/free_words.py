"""Write scripts/rules/joints/<language>.toml: the words that stand alone, from the word lists of the package wordfreq.

    python bench/free_words.py [LANGUAGE ...]

A common word is free as a left half when few listed words begin with it and go on with another common word ("the"
against "over"), as a right half when few end so ("and" against "able"). Its freedom is its frequency less the decimal
logarithm of one more than the number of such words, in halves. Written are the free words, those of freedom 5 and more,
the bound ones, which make many longer words, and the very common ones.
"""

from __future__ import annotations

import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

import wordfreq

FOLDER = Path(__file__).resolve().parents[1] / "scripts" / "rules" / "joints"
COMMON = 4.5
"""Frequency (decimal logarithm of uses in a thousand million) from which a word is looked at."""
PART, PART_LETTERS = 3.0, 5
"""Frequency and length from which the rest of a longer word counts as a word of its own: shorter rests are endings."""
VERY_COMMON = 6.0
FREE = 5.0
BOUND = 20
"""Longer words from which a word counts as bound."""
SUFFIXES = {"en": frozenset(["able", "free", "hood", "less", "like", "long", "proof", "ship", "wide", "wise"])}
"""Words that make new ones at will, more than any list holds ("monthslong")."""
LONGEST = 8
UNSPACED = {"zh", "ja", "ko"}
HEAD = """\
# How freely a word stands beside others: high for a `left` word that rarely begins a longer one ("the", not "over"),
# for a `right` one that rarely ends one ("and", not "able"). Words that are not here lie between, below 5.
# Written by bench/free_words.py from the word lists of wordfreq (CC BY-SA 4.0); mend it by hand where it is wrong.
"""


def frequencies(lang: str) -> dict[str, float]:
    """Return every listed word of a language with its frequency."""
    rows = wordfreq.read_cBpack(wordfreq.available_languages("large")[lang])
    return {word: 9 - at / 100 for at, words in enumerate(rows) for word in words if word.isalpha()}


def compounds(known: dict[str, float]) -> tuple[Counter[str], Counter[str]]:
    """Count for every common word the listed words that begin, and that end, with it beside another common word."""
    common = {word for word, frequency in known.items() if frequency >= COMMON}
    parts = {word for word, frequency in known.items() if frequency >= PART and len(word) >= PART_LETTERS}
    begins: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for word in known:
        for size in range(1, min(len(word) - 2, LONGEST + 1)):
            if word[:size] in common and word[size:] in parts:
                begins[word[:size]] += 1
            if word[-size:] in common and word[:-size] in parts:
                ends[word[-size:]] += 1
    return begins, ends


def by_freedom(
    known: dict[str, float], counts: Counter[str], suffixes: frozenset[str] = frozenset()
) -> dict[float, list[str]]:
    """Group the free words by their freedom, the surest first."""
    groups: defaultdict[float, list[str]] = defaultdict(list)
    for word, frequency in known.items():
        freedom = 3.0 if word in suffixes else frequency - math.log10(1 + counts[word])
        if frequency >= COMMON and (
            freedom >= FREE or frequency >= VERY_COMMON or counts[word] >= BOUND or word in suffixes
        ):
            groups[round(freedom * 2) / 2].append(word)
    return {level: sorted(groups[level]) for level in sorted(groups, reverse=True)}


def table(name: str, groups: dict[float, list[str]]) -> str:
    """Return one table of the file."""
    rows = [f'"{level}" = """\\\n{_wrapped(words)}"""\n' for level, words in groups.items()]
    return f"\n[{name}]\n" + "".join(rows)


def _wrapped(words: list[str]) -> str:
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 116:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return " \\\n".join([*lines, line])


def main() -> None:
    """Write the files of the languages named, or of all that have a long list and put spaces between words."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for lang in sys.argv[1:] or sorted(set(wordfreq.available_languages("large")) - UNSPACED):
        known = frequencies(lang)
        begins, ends = compounds(known)
        text = (
            HEAD
            + table("left", by_freedom(known, begins))
            + table("right", by_freedom(known, ends, SUFFIXES.get(lang, frozenset())))
        )
        (FOLDER / f"{lang}.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
