"""Which blocks are the story: measured block by block, weighed by what was learned from pages with known text. Pure."""

from __future__ import annotations

import json
import re

from pressroom.contract import split_list

from newsarchive.features import Column, Hints, context, step_words, table, weighed
from newsarchive.models import Block, Fact
from newsarchive.phrases import Said, verdict
from newsarchive.rules import Rules
from newsarchive.weights import Weights, probability

LIKELY = 0.5
"""Probability from which a block is the story's; on the development pages F1 is flat from 0.4 to 0.6."""
DOUBTFUL = 0.25
"""The same where less than `LITTLE` is likely: a short text on a busy page is told from its surroundings less surely."""
LITTLE = 250
"""Characters of likely paragraphs under which a page's story is sought among doubtful blocks too."""
SET = ("table", "pre")
"""Kinds that a story sets among its paragraphs; the known texts learned from often leave them out."""
LINKED = 0.5
"""Share of linked characters from which a table is a menu."""
SEEN = ("figure", "embed")
"""Kinds that hold no words of the story; they are kept where they stand among its paragraphs."""

_STATED_BODY = re.compile(r'"articleBody"\s*:\s*("(?:[^"\\]|\\.)*")')


def hints(chosen: dict[str, Fact], html: str) -> Hints:
    """Return what a page says of its story: chosen facts, and the body that its JSON-LD states."""
    value = {key: fact.value for key, fact in chosen.items()}
    return Hints(
        value.get("title", ""),
        value.get("summary", ""),
        tuple(split_list(value.get("authors", ""))),
        stated_body(html),
        "News" in value.get("type", ""),
    )


def stated_body(html: str) -> str:
    """Return the longest JSON-LD `articleBody` of a page, or "".

    >>> stated_body('{"articleBody": "It \\u00fb rained."}')
    'It û rained.'
    """
    found = []
    for text in _STATED_BODY.findall(html) if "articleBody" in html else ():
        try:
            found.append(str(json.loads(text, strict=False)))
        except ValueError:
            continue
    return max(found, key=len, default="")


def choose(
    blocks: list[Block], hints: Hints, said: list[Said], rules: Rules, weights: Weights
) -> list[tuple[Block, str]]:
    """Return each block with the id of the rule that leaves it out of the story, or "".

    The ids are `furniture:<word>` where an element or a class name tells what a block is, else `before-body`,
    `after-body` and `outside-body`.
    """
    likely = likelihood(blocks, hints, said, rules, weights)
    kept = story(blocks, likely)
    kept = [_is_kept(n, blocks, kept) for n in range(len(blocks))]
    numbers = [n for n, keeps in enumerate(kept) if keeps] or [len(blocks)]
    return [
        (block, "" if kept[n] else _furniture(block, rules) or _place(n, numbers[0], numbers[-1]))
        for n, block in enumerate(blocks)
    ]


def likelihood(blocks: list[Block], hints: Hints, said: list[Said], rules: Rules, weights: Weights) -> Column:
    """Return for each block how likely it is the story's, 0 to 1."""
    columns = table(blocks, hints, [verdict(found) for found in said], rules.words)
    columns |= weighed(blocks, weights.odds)
    columns |= context(blocks, columns, probability(weights.first, columns))
    return probability(weights.second, columns)


def story(blocks: list[Block], likely: Column) -> list[bool]:
    """Tell for each block whether it is likely enough to be the story's; tables and figures are not placed yet."""
    sure = [p > LIKELY for p in likely]
    held = sum(len(block.text) for block, yes in zip(blocks, sure, strict=True) if yes and block.kind not in SEEN)
    return sure if held >= LITTLE else [p > DOUBTFUL for p in likely]


def _is_kept(number: int, blocks: list[Block], kept: list[bool]) -> bool:
    block = blocks[number]
    if block.kind in SEEN:
        return _stands_within(number, blocks, kept) or (block.kind == "figure" and _leads(number, blocks, kept))
    if block.kind in SET and block.link_density < LINKED:
        return kept[number] or _stands_within(number, blocks, kept)
    return kept[number]


def _stands_within(number: int, blocks: list[Block], kept: list[bool]) -> bool:
    """Tell whether a block stands between two kept blocks, in an element that holds one of them."""
    before = next((blocks[n] for n in range(number - 1, -1, -1) if kept[n]), None)
    after = next((blocks[n] for n in range(number + 1, len(blocks)) if kept[n]), None)
    if before is None or after is None:
        return False
    own = blocks[number].path.split("/")
    return any(_shares(own, block.path.split("/")) for block in (before, after))


def _leads(number: int, blocks: list[Block], kept: list[bool]) -> bool:
    """Tell whether a figure stands under the page's headline and opens the element that the story stands in."""
    headed = any(block.kind == "heading" and block.level == 1 for block in blocks[:number])
    after = next((blocks[n] for n in range(number + 1, len(blocks)) if kept[n]), None)
    return headed and after is not None and _shares(blocks[number].path.split("/"), after.path.split("/"))


def _shares(own: list[str], other: list[str]) -> bool:
    """Tell whether one path leads to the other's parent, or next to it."""
    shared = next((n for n, (a, b) in enumerate(zip(own, other, strict=False)) if a != b), min(len(own), len(other)))
    return shared >= len(other) - 2


def _furniture(block: Block, rules: Rules) -> str:
    """Return `furniture:<word>` for the innermost element or class name that marks a block as furniture, or ""."""
    for step in reversed(block.path.split("/")):
        tag = step.partition(".")[0]
        if tag in rules.tags:
            return f"furniture:{tag}"
        for word in step_words(step):
            if rules.words.get(word, "story") != "story":
                return f"furniture:{word}"
    return ""


def _place(number: int, first: int, last: int) -> str:
    return "before-body" if number < first else "after-body" if number > last else "outside-body"
