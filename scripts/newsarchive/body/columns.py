"""This module computes columns, which hold a number for each block of a page, from other columns. It is pure."""

from __future__ import annotations

import numpy as np

from newsarchive.rules.weights import Column

Table = dict[str, Column]
"""Columns by name, each with one float for each block."""
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
LONGEST_MEASURED = 600
"""Characters of a block that are measured; what follows says the same."""


def shift_column(column: Column, step: int) -> Column:
    """Return the column's values `step` blocks further on; -1 past the ends."""
    moved = np.full(len(column), -1.0)
    if abs(step) < len(column):
        if step > 0:
            moved[:-step] = column[step:]
        else:
            moved[-step:] = column[:step]
    return moved


def sum_window(column: Column, reach: int) -> Column:
    """Return the sum over each block and `reach` blocks on either side."""
    sums = np.concatenate([np.zeros(reach + 1), np.cumsum(column), np.full(reach, column.sum())])
    return np.asarray(sums[2 * reach + 1 :] - sums[: len(column)])


def count_since(marks: Column, numbers: Column) -> Column:
    """Return how many blocks ago the last mark was, itself included (at most 40)."""
    last = np.maximum.accumulate(np.where(marks > 0, numbers, -1000))
    return np.asarray(np.minimum(numbers - last, 40), float)
