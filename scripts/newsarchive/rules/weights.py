"""This module reads what was learned of blocks from tables that a person can read: two sets of trees for pages and for
dumps, and the odds of words.

`scripts/rules/weights/` holds what `bench/train.py` learned. The second set of trees also sees what the first one thinks
of the blocks around. A tree's node reads `column <= limit ? below : above`; the values of the leaves that a block falls
into add up to log-odds (gradient boosting; Friedman 2001).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from newsarchive.errors import BadRules

Column = np.ndarray
FORM = "Write one node a line: tree, node, column, limit, below, above - or tree, node, =, value."


@dataclass(frozen=True, slots=True)
class Odds:
    """It holds logarithms of the odds that a block is the story, by a word of its class names and by a word of its text."""

    names: dict[str, float]
    texts: dict[str, float]


@dataclass(frozen=True, slots=True)
class Trees:
    """It holds trees in one run of nodes; a leaf leads to itself."""

    columns: tuple[str, ...]
    roots: Column
    column: Column
    """For each node the number of its column in `columns`."""
    limit: Column
    below: Column
    above: Column
    value: Column
    depth: int
    """Steps from a root to the deepest leaf."""


@dataclass(frozen=True, slots=True)
class Weights:
    """It holds what tells story from residue in one kind of capture."""

    first: Trees
    second: Trees
    odds: Odds = field(default_factory=lambda: Odds({}, {}))


@lru_cache(maxsize=4)
def load(folder: Path, name: str) -> Weights:
    """Read `<name>-1.tsv`, `<name>-2.tsv` and `<name>-words.tsv` of a folder. Raises BadRules."""
    return Weights(
        _read_trees(folder / f"{name}-1.tsv"),
        _read_trees(folder / f"{name}-2.tsv"),
        _read_odds(folder / f"{name}-words.tsv"),
    )


def _read_lines(file: Path) -> list[list[str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadRules(str(file), "the file is missing", "Restore it, or run make train.") from error
    return [line.split("\t") for line in text.split("\n") if line and not line.startswith("#")]


def _read_trees(file: Path) -> Trees:
    rows = _read_lines(file)
    try:
        numbers = {(row[0], row[1]): number for number, row in enumerate(rows)}
        columns = tuple(sorted({row[2] for row in rows if row[2] != "="}))
        places = {name: number for number, name in enumerate(columns)}
        splits = [row if row[2] != "=" else [*row[:2], "", "inf", row[1], row[1]] for row in rows]
        links = [(numbers[row[0], row[4]], numbers[row[0], row[5]]) for row in splits]
        return Trees(
            columns,
            np.array([number for number, row in enumerate(rows) if row[1] == "0"]),
            np.array([places.get(row[2], 0) for row in splits]),
            np.array([float(row[3]) for row in splits], np.float32),
            np.array([below for below, _ in links]),
            np.array([above for _, above in links]),
            np.array([float(row[3]) if row[2] == "=" else 0.0 for row in rows]),
            _measure_depth(links),
        )
    except (IndexError, KeyError, ValueError) as error:
        raise BadRules(str(file), f"a node cannot be read ({error})", FORM) from error


def _measure_depth(links: list[tuple[int, int]]) -> int:
    """Return the steps to the deepest leaf; a node stands before the nodes that it leads to."""
    depths = [0] * len(links)
    for number, (below, above) in enumerate(links):
        for child in {below, above} - {number}:
            depths[child] = depths[number] + 1
    return max(depths, default=0)


def _read_odds(file: Path) -> Odds:
    tables: dict[str, dict[str, float]] = {"name": {}, "text": {}}
    try:
        for kind, word, value in _read_lines(file):
            tables[kind][word] = float(value)
    except (ValueError, KeyError) as error:
        raise BadRules(str(file), f"a line cannot be read ({error})", "Write: name or text, word, log-odds.") from error
    return Odds(tables["name"], tables["text"])
