"""This module measures what the first trees think of the blocks around each block, and of what the story speaks. It is pure."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np

from newsarchive.body.columns import LONGEST_MEASURED, NEIGHBOURS, Table, count_since, shift_column, sum_window
from newsarchive.body.dom_columns import BIG
from newsarchive.models import Block
from newsarchive.rules.weights import Column
from newsarchive.text.measures import CJK

LONG_WORD = re.compile(rf"(?![{CJK}])[^\W_]{{4,}}")
UNPARTED = re.compile(f"[{CJK}]{{2,}}")
"""Words of scripts that run on or, as Korean, join their particles."""
RARE = 0.3
"""Blocks that are added to either side of a word's odds within a page, so that a word met once says little."""


@lru_cache(maxsize=4096)
def list_topic_words(text: str) -> tuple[str, ...]:
    """Return what a text speaks of: its words of four letters and more, and pairs of signs where words are not parted.

    >>> sorted(list_topic_words("The ferry and the Ferry")), sorted(list_topic_words("暴风雨"))
    (['ferry'], ['暴风', '风雨'])
    """
    text = text[:LONGEST_MEASURED].lower()
    words = dict.fromkeys(LONG_WORD.findall(text))
    for run in () if text.isascii() else UNPARTED.findall(text):
        words |= dict.fromkeys(map("".join, pairwise(run)))
    return tuple(words)


def measure_context(blocks: list[Block], columns: Table, likely: Column) -> Table:
    """Return the columns that tell how likely (by the first trees) the blocks around each block are the story's."""
    text = np.expm1(columns["chars"])
    mass = text * likely
    total = max(float(mass.sum()), 1.0)
    big = ((likely > 0.5) & (text > BIG)).astype(float)
    numbers = np.arange(len(likely))
    around: Table = {"p": likely}
    around |= {f"p{step:+d}": shift_column(likely, step) for step in (-4, *NEIGHBOURS, 4)}
    around |= {
        "p_before": (np.cumsum(mass) - mass) / total,
        "p_after": (total - np.cumsum(mass)) / total,
        "p_mass": np.full(len(likely), np.log1p(total)),
        "p_share": np.full(len(likely), mass.sum() / max(float(text.sum()), 1.0)),
        "p_window": sum_window(mass, 5) / np.maximum(sum_window(text, 5), 1.0),
        "p_since": count_since(big, numbers),
        "p_until": count_since(big[::-1], numbers)[::-1],
    }
    around |= _measure_topic(blocks, likely)
    if blocks and not blocks[0].path.startswith("line:"):
        around |= _measure_likely_places(blocks, text + 1, likely)
    return around


def _measure_topic(blocks: list[Block], likely: Column) -> Table:
    """Return how far each block speaks of what the story speaks of: a naive Bayes of the page's own words.

    A word's log-odds come from the other blocks that it stands in, each counted by how likely it is the story's.
    """
    numbers: dict[str, int] = {}
    said = [[numbers.setdefault(word, len(numbers)) for word in list_topic_words(block.text)] for block in blocks]
    owner = np.repeat(np.arange(len(blocks)), [len(word_numbers) for word_numbers in said])
    word = np.array([number for word_numbers in said for number in word_numbers], int)
    ours = np.bincount(word, weights=likely[owner], minlength=1)[word] - likely[owner]
    others = np.bincount(word, minlength=1)[word] - 1.0
    known = (others > 0).astype(float)
    odds = known * np.log((ours + RARE) / (others - ours + RARE))
    count = len(blocks)
    totals, shared, met = (
        np.bincount(owner, weights=values, minlength=count) for values in (odds, (ours > 0.5).astype(float), known)
    )
    held = np.maximum(np.bincount(owner, minlength=count), 1)
    return {"topic": totals / held, "topic_sum": totals, "topic_shared": shared / held, "topic_known": met / held}


def _measure_likely_places(blocks: list[Block], text: Column, likely: Column) -> Table:
    """Return how likely the text is that stands in the same kind of place: the whole of it, and the rest of it."""
    places: Table = {}
    keys = [block.path for block in blocks]
    for up in range(3):
        numbers: dict[str, int] = {}
        index = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
        said = np.bincount(index, weights=text * likely)[index]
        held = np.bincount(index, weights=text)[index]
        places[f"p_path_{up}"] = said / held
        rest = held - text
        places[f"p_rest_{up}"] = np.where(rest > 1, (said - text * likely) / np.maximum(rest, 1.0), -1.0)
        keys = [key.rpartition("/")[0] or key for key in keys]
    return places
