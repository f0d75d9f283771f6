"""This module chooses among candidates by weighted features; the weights are data in `ranker.toml`, trained by
`bench/train_choice.py`. It is pure."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("ranker.toml")
WEIGHTS = tomllib.loads(FILE.read_text(encoding="utf-8"))
"""By field, the weight of each feature; read with the code, so that choosing reads nothing."""


@dataclass
class Candidate:
    """A candidate is one possible value of a field, with who states it and what speaks for and against it."""

    value: str
    origin: str
    """The first, in the field's own order, that states this value."""
    features: dict[str, float] = field(default_factory=dict)


def choose_best(candidates: Sequence[Candidate], weights: dict[str, float]) -> Candidate | None:
    """Return the candidate with the largest sum of weights, the first of equals.

    >>> choose_best([Candidate("a", "h1", {"h1": 1}), Candidate("b", "og", {"og": 1})], {"h1": 0.5, "og": 0.2}).value
    'a'
    """
    return max(candidates, key=lambda candidate: score_candidate(candidate, weights), default=None)


def score_candidate(candidate: Candidate, weights: dict[str, float]) -> float:
    """Return the sum of a candidate's features by their weights; rounded, so that equals stay equal everywhere."""
    return round(sum(value * weights.get(name, 0.0) for name, value in candidate.features.items()), 6)


def find_weights(name: str) -> dict[str, float]:
    """Return the weights of one field."""
    return dict(WEIGHTS[name])
