"""This module tells which blocks are the story: it measures each block and weighs it by what was learned from pages
with known text. It is pure."""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import numpy as np
from pressroom.contract import split_list

from newsarchive.body.context_columns import measure_context
from newsarchive.body.dom_columns import list_step_words
from newsarchive.body.features import Hints, make_table, weigh_words
from newsarchive.body.phrases import PhraseMatches, judge_matches
from newsarchive.body.trees import judge_columns
from newsarchive.models import Block, Metadata
from newsarchive.rules.rules import Rules
from newsarchive.rules.weights import Column, Weights
from newsarchive.text.measures import measure_size

LIKELY = 0.5
"""Probability from which a block is the story's; on the development pages F1 is flat from 0.4 to 0.6."""
LITTLE = 250
"""Letters of likely paragraphs under which a page's story is sought among doubtful blocks too: brief news on a busy page
is told from its surroundings less surely."""
RELATIVE = 0.5
"""The share of the likeliest block's probability from which doubtful blocks are the story's."""
FAINT = 0.05
"""Probability under which no block is the story's."""
SET = ("table", "pre")
"""Kinds that a story sets among its paragraphs; the known texts learned from often leave them out."""
LINKED = 0.5
"""Share of linked characters from which a table is a menu."""
SEEN = ("figure", "embed")
"""Kinds that hold no words of the story; they are kept where they stand among its paragraphs."""

_STATED_BODY = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")')


def gather_hints(chosen: Metadata, html: str) -> Hints:
    """Return what a page says of its story: chosen facts, and the body that its JSON-LD states."""
    value = {key: fact.value for key, fact in chosen.items()}
    return Hints(
        value.get("title", ""),
        value.get("summary", ""),
        tuple(split_list(value.get("authors", ""))),
        find_stated_body(html),
        "News" in value.get("type", ""),
    )


def find_stated_body(html: str) -> str:
    """Return the longest JSON-LD `articleBody` of a page, or "".

    >>> find_stated_body('{"articleBody": "It \\u00fb rained."}')
    'It û rained.'
    """
    bodies = []
    for text in _STATED_BODY.findall(html) if "articleBody" in html else ():
        try:
            bodies.append(str(json.loads(text, strict=False)))
        except ValueError:
            continue
    return max(bodies, key=len, default="")


def choose_blocks(
    blocks: list[Block], hints: Hints, phrase_matches: list[PhraseMatches], rules: Rules, weights: Weights
) -> list[tuple[Block, str]]:
    """Return each block with the id of the rule that leaves it out of the story, or "".

    The ids are `furniture:<word>` where an element or a class name tells what a block is, else `before-body`,
    `after-body` and `outside-body`.
    """
    kept = _place_figures(
        blocks, mark_story(blocks, *measure_likelihood(blocks, hints, phrase_matches, rules, weights))
    )
    numbers = [n for n, keeps in enumerate(kept) if keeps] or [len(blocks)]
    furniture = _find_furniture((block.path for n, block in enumerate(blocks) if not kept[n]), rules)
    return [
        (block, "" if kept[n] else furniture[block.path] or _name_place(n, numbers[0], numbers[-1]))
        for n, block in enumerate(blocks)
    ]


def measure_likelihood(
    blocks: list[Block], hints: Hints, phrase_matches: list[PhraseMatches], rules: Rules, weights: Weights
) -> tuple[Column, Column]:
    """Return for each block how likely it is the story's, 0 to 1: by itself, and among the page's other blocks."""
    columns = make_table(blocks, hints, [judge_matches(matches) for matches in phrase_matches], rules.words)
    columns |= weigh_words(blocks, weights.odds)
    alone = judge_columns(weights.first, columns)
    columns |= measure_context(blocks, columns, alone)
    return alone, judge_columns(weights.second, columns)


def mark_story(blocks: list[Block], alone: Column, likely: Column) -> list[bool]:
    """Tell for each block whether it is likely enough to be the story's; tables and figures are not placed yet."""
    sure = likely > LIKELY
    sizes = np.array([0.0 if block.kind in SEEN else measure_size(block.text) for block in blocks])
    if not len(blocks) or float((sizes * sure).sum()) >= LITTLE:
        return [bool(yes) for yes in sure]
    doubtful = np.sqrt(alone * likely)
    least = min(LIKELY, max(FAINT, RELATIVE * float(doubtful[sizes > 0].max(initial=0.0))))
    return [bool(yes) for yes in doubtful > least]


def _place_figures(blocks: list[Block], kept: list[bool]) -> list[bool]:
    """Return what is kept when pictures and tables have their place among the kept blocks.

    It is between two of them, in an element that holds one; a figure also stands under the page's headline where the
    story begins next to it.
    """
    placed = list(kept)
    numbers = [number for number, keeps in enumerate(kept) if keeps]
    headline = next((n for n, block in enumerate(blocks) if block.kind == "heading" and block.level == 1), len(blocks))
    for number, block in enumerate(blocks):
        is_set = block.kind in SET and block.link_density < LINKED and not kept[number]
        if block.kind not in SEEN and not is_set:
            continue
        before, after = bisect_left(numbers, number) - 1, bisect_right(numbers, number)
        leads = block.kind == "figure" and headline < number
        placed[number] = after < len(numbers) and (
            (before >= 0 and _stands_near(block, blocks[numbers[before]]))
            or ((before >= 0 or leads) and _stands_near(block, blocks[numbers[after]]))
        )
    return placed


def _stands_near(block: Block, other: Block) -> bool:
    return _is_beside(block.path.split("/"), other.path.split("/"))


def _is_beside(path: list[str], other: list[str]) -> bool:
    """Tell whether one path leads to the other's parent, or next to it."""
    shared = next((n for n, (a, b) in enumerate(zip(path, other, strict=False)) if a != b), min(len(path), len(other)))
    return shared >= len(other) - 2


def _find_furniture(paths: Iterable[str], rules: Rules) -> dict[str, str]:
    """Return of each path `furniture:<word>` for the innermost element or class name that marks furniture, or ""."""
    marks: dict[str, str] = {}
    furniture: dict[str, str] = {}
    for path in paths:
        if path not in furniture:
            steps = path.split("/")
            for step in steps:
                if step not in marks:
                    marks[step] = _find_mark(step, rules)
            word = next((marks[step] for step in reversed(steps) if marks[step]), "")
            furniture[path] = f"furniture:{word}" if word else ""
    return furniture


def _find_mark(step: str, rules: Rules) -> str:
    """Return the word that marks an element as furniture, or ""."""
    tag = step.partition(".")[0]
    if tag in rules.tags:
        return tag
    return next((word for word in list_step_words(step) if rules.words.get(word, "story") != "story"), "")


def _name_place(number: int, first: int, last: int) -> str:
    return "before-body" if number < first else "after-body" if number > last else "outside-body"
