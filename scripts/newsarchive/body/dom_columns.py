"""This module measures where each block stands in the DOM. It is pure."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from itertools import accumulate, chain

import numpy as np

from newsarchive.body.columns import Table, shift_column
from newsarchive.models import Block
from newsarchive.rules.weights import Column, Odds

GROUPS = ("navigation", "related", "prompts", "advertising", "frame", "hidden", "story")
"""Groups of words in class names, as `furniture.toml` has them."""
TAGS = ("article", "main", "section", "aside", "header", "footer", "nav", "form", "li", "td", "figure", "blockquote")
LEAVES = ("p", "div", "span", "a", "li", "strong", "b", "em", "i")
KINDS = ("paragraph", "heading", "item", "quote", "table", "figure", "pre", "embed")
PIECES = re.compile(r"[^-_:.]+")
NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
BIG = 100
"""Characters from which a likely block counts as a part of the story for the blocks around."""


def measure_dom(blocks: list[Block], columns: Table, groups: dict[str, str]) -> Table:
    numbers: dict[str, int] = {}
    index = np.array([numbers.setdefault(block.path, len(numbers)) for block in blocks])
    steps = [_split_path(path) for path in numbers]
    mass = np.expm1(columns["chars"]) * columns["long"]
    main = _split_path(_find_main(blocks, mass))
    dom: Table = {f"kind_{kind}": np.array([float(b.kind == kind) for b in blocks]) for kind in KINDS}
    dom["level"] = np.array([block.level for block in blocks], float)
    dom |= {name: column[index] for name, column in _measure_paths(steps, main, groups).items()}
    return dom | _compare_places(index, columns) | _measure_held(steps, index, columns, mass)


@lru_cache(maxsize=8192)
def _split_path(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))


def _compare_places(index: Column, columns: Table) -> Table:
    """Return whether the blocks and the paragraphs on either side stand in the same kind of place."""
    same = {f"same{step:+d}": (shift_column(index, step) == index).astype(float) for step in (-2, -1, 1, 2)}
    same["same_before"] = _compare_long(index, columns["long"])
    same["same_after"] = _compare_long(index[::-1], columns["long"][::-1])[::-1]
    return same


def _compare_long(index: Column, long: Column) -> Column:
    """Return 1 where the nearest paragraph before a block has the block's path, 0 where another, -1 without one."""
    numbers = np.arange(len(index))
    last = np.maximum.accumulate(np.where(long > 0, numbers, -1))
    last = np.concatenate([[-1], last[:-1]])
    return np.where(last < 0, -1.0, (index[np.maximum(last, 0)] == index).astype(float))


def weigh_names(blocks: list[Block], odds: Odds) -> Table:
    numbers: dict[str, int] = {}
    index = np.array([numbers.setdefault(block.path, len(numbers)) for block in blocks])
    names = ("names_sum", "names_worst", "names_best", "names_last")
    rows = np.array(_weigh_paths([_split_path(path) for path in numbers], odds.names))
    return {name: rows[index, n] for n, name in enumerate(names)}


def _weigh_paths(paths: list[tuple[str, ...]], odds: dict[str, float]) -> list[tuple[float, float, float, float]]:
    """Return of each path the sum, the least and the greatest of its words' log-odds, and the sum of its last two."""
    known = {step: [odds.get(word, 0.0) for word in list_step_words(step)] for step in set(chain(*paths))}
    rows = []
    for steps in paths:
        weights = [weight for step in steps for weight in known[step]] or [0.0]
        last = [weight for step in steps[-2:] for weight in known[step]]
        rows.append((sum(weights), min(weights), max(weights), sum(last)))
    return rows


def _find_main(blocks: list[Block], mass: Column) -> str:
    """Return the path of the element whose own paragraphs hold the most text."""
    held: dict[str, float] = defaultdict(float)
    for block, weight in zip(blocks, mass, strict=True):
        if weight:
            held[block.path.rpartition("/")[0]] += weight
    return max(sorted(held), key=lambda path: held[path], default="body")


def _measure_paths(steps: list[tuple[str, ...]], main: tuple[str, ...], groups: dict[str, str]) -> Table:
    """Return the columns that depend on a path alone, a row for each path."""
    named = {part: [groups[word] for word in list_step_words(part) if word in groups] for part in set(chain(*steps))}
    rows, shares = [], []
    for parts in steps:
        shared = next((n for n, (ours, theirs) in enumerate(zip(parts, main, strict=False)) if ours != theirs), None)
        shared = min(len(parts), len(main)) if shared is None else shared
        tags = [part.partition(".")[0] for part in parts]
        near = [group for part in parts[shared:] for group in named[part]]
        far = {group for part in parts[:shared] for group in named[part]}
        held = set(tags)
        rows.append(
            [tag in held for tag in TAGS]
            + [tags[-1] == tag for tag in LEAVES]
            + [count for group in GROUPS for count in (near.count(group), group in far)]
        )
        shares.append((len(parts), len(parts) - shared, len(main) - shared))
    names = [*(f"in_{tag}" for tag in TAGS), *(f"leaf_{tag}" for tag in LEAVES)]
    names += [f"{group}_{place}" for group in GROUPS for place in ("near", "far")]
    measured: Table = dict(zip(names, np.array(rows, float).T, strict=True))
    return measured | dict(zip(("depth", "below_main", "above_main"), np.array(shares, float).T, strict=True))


@lru_cache(maxsize=65536)
def list_step_words(step: str) -> tuple[str, ...]:
    """Return the words of an element's names in lower case; parts with digits are made by machines and mean nothing.

    >>> list_step_words("div.related-stories_b5ad4.sidebarAd")
    ('related', 'stories', 'sidebar', 'ad', 'sidebarad')
    """
    words: dict[str, None] = {}
    for piece in PIECES.findall(step.partition(".")[2]):
        if piece.isascii() and piece.islower() and piece.isalpha():
            words[piece] = None
        elif not any(map(str.isdigit, piece)):
            words |= dict.fromkeys(word.lower() for word in (*NAME_PARTS.findall(piece), piece))
    return tuple(word for word in words if 1 < len(word) < 30)


def _measure_held(steps: list[tuple[str, ...]], index: Column, columns: Table, mass: Column) -> Table:
    """Return what the element of each block holds, and the three around it: text, links, paragraphs."""
    chars = np.expm1(columns["chars"])
    values = np.stack(
        [mass, chars, chars * columns["density"], np.ones(len(mass)), columns["long"], columns["says"] > 0]
    )
    own_sums = np.zeros((len(steps), len(values)))
    np.add.at(own_sums, index, values.T)
    numbers: dict[str, int] = {}
    above = [[numbers.setdefault(path, len(numbers)) for path in accumulate(parts, "{}/{}".format)] for parts in steps]
    sums = np.zeros((len(numbers), len(values)))
    np.add.at(sums, list(chain(*above)), np.repeat(own_sums, list(map(len, above)), axis=0))
    total = max(float(mass.sum()), 1.0)
    columns_held: Table = {}
    for up in range(4):
        held, text, linked, count, long, said = sums[[row[max(len(row) - 1 - up, 0)] for row in above]].T
        text = np.maximum(text, 1.0)
        by_name = {"mass": held / total, "links": linked / text, "count": np.log1p(count), "paragraphs": long / count,
                   "said": said / count, "per_block": np.log1p(text / count)}  # fmt: skip
        columns_held |= {f"held_{name}_{up}": column[index] for name, column in by_name.items()}
    return columns_held
