"""Decision trees as data: read from tables that a person can read, and their answer for the columns of a page. Pure.

`scripts/rules/weights/` holds, for pages and for dumps, what `bench/train.py` learned: two sets of trees (the second
also sees what the first one thinks of the blocks around) and the words that spoke for or against. A tree's node reads
`column <= limit ? below : above`; the values of the leaves that a block falls into add up to log-odds (gradient
boosting; Friedman 2001).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from newsarchive.body.features import Column, Odds, Table
from newsarchive.errors import BadRules

FORM = "Write one node a line: tree, node, column, limit, below, above - or tree, node, =, value."


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees in one run of nodes; a leaf leads to itself."""

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
    """What tells story from residue in one kind of capture."""

    first: Trees
    second: Trees
    odds: Odds = field(default_factory=lambda: Odds({}, {}))


@lru_cache(maxsize=4)
def load(folder: Path, name: str) -> Weights:
    """Read `<name>-1.tsv`, `<name>-2.tsv` and `<name>-words.tsv` of a folder. Raises BadRules."""
    return Weights(
        _trees(folder / f"{name}-1.tsv"), _trees(folder / f"{name}-2.tsv"), _odds(folder / f"{name}-words.tsv")
    )


def probability(trees: Trees, columns: Table) -> Column:
    """Return for each block how likely it is the story's, 0 to 1."""
    count = len(next(iter(columns.values())))
    if not count:
        return np.zeros(0)
    values = np.stack([columns[name] for name in trees.columns], axis=1).astype(np.float32).ravel()
    starts = (np.arange(count) * len(trees.columns))[:, None]
    nodes = np.broadcast_to(trees.roots, (count, len(trees.roots)))
    for _ in range(trees.depth):
        goes = values.take(starts + trees.column.take(nodes)) <= trees.limit.take(nodes)
        nodes = np.where(goes, trees.below.take(nodes), trees.above.take(nodes))
    return np.asarray(1 / (1 + np.exp(-trees.value.take(nodes).sum(axis=1))))


def _lines(file: Path) -> list[list[str]]:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadRules(str(file), "the file is missing", "Restore it, or run make train.") from error
    return [line.split("\t") for line in text.split("\n") if line and not line.startswith("#")]


def _trees(file: Path) -> Trees:
    rows = _lines(file)
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
            _depth(links),
        )
    except (IndexError, KeyError, ValueError) as error:
        raise BadRules(str(file), f"a node cannot be read ({error})", FORM) from error


def _depth(links: list[tuple[int, int]]) -> int:
    """Return the steps to the deepest leaf; a node stands before the nodes that it leads to."""
    depths = [0] * len(links)
    for number, (below, above) in enumerate(links):
        for child in {below, above} - {number}:
            depths[child] = depths[number] + 1
    return max(depths, default=0)


def _odds(file: Path) -> Odds:
    tables: dict[str, dict[str, float]] = {"name": {}, "text": {}}
    try:
        for kind, word, value in _lines(file):
            tables[kind][word] = float(value)
    except (ValueError, KeyError) as error:
        raise BadRules(str(file), f"a line cannot be read ({error})", "Write: name or text, word, log-odds.") from error
    return Odds(tables["name"], tables["text"])
