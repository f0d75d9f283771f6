"""This module asks decision trees about the columns of a page. It is pure."""

from __future__ import annotations

import numpy as np

from newsarchive.body.columns import Table
from newsarchive.rules.weights import Column, Trees


def judge_columns(trees: Trees, columns: Table) -> Column:
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
