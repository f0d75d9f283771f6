"""The table of a benchmark: what a file of goals asks for, and whether it is kept."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def table(goals: Path, known: Mapping[int, Mapping[str, float]]) -> list[str]:
    """Return the table: for each row of the file the figure at each number of articles, and whether its goal is met."""
    rows = tomllib.loads(goals.read_text(encoding="utf-8"))["row"]
    wide = max(42, *(len(row["name"]) + 2 for row in rows))
    lines = [f"{'':<{wide}}" + "".join(f"{f'{size:,} articles':>30}" for size in known)]
    lines += [
        f"{row['name']:<{wide}}" + "".join(f"{cell(row, size, known[size]):>30}" for size in known) for row in rows
    ]
    return [line.rstrip() for line in lines]


def cell(row: Mapping[str, Any], size: int, found: Mapping[str, float]) -> str:
    """Return one figure with its goal.

    >>> row = {"figure": "x", "digits": 2, "most": {"10": 0.5}}
    >>> [cell(row, 10, {"x": 0.25}), cell(row, 10, {"x": 1}), cell(row, 20, {"x": 1}), cell(row, 20, {})]
    ['0.25 (<= 0.5, met)', '1.00 (<= 0.5, MISSED)', '1.00', '-']
    """
    if row["figure"] not in found:
        return "-"
    value = found[row["figure"]]
    shown = f"{value:,.{row.get('digits', 0)}f}"
    for key, sign in (("most", "<="), ("least", ">=")):
        if (goal := row.get(key, {}).get(str(size))) is not None:
            kept = value <= goal if key == "most" else value >= goal
            return f"{shown} ({sign} {goal}, {'met' if kept else 'MISSED'})"
    return shown
