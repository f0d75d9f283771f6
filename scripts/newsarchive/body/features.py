"""This module measures each block of a page or a dump: the columns from which the weights tell story from residue.

It is pure. A column is named once, in the order in which it is computed; `trees.py` looks columns up by name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from newsarchive.body.columns import LONGEST_MEASURED, NEIGHBOURS, Table, count_since, shift_column, sum_window
from newsarchive.body.dom_columns import measure_dom, weigh_names
from newsarchive.models import Block
from newsarchive.rules.weights import Column, Odds
from newsarchive.text.measures import CJK, LONG, fold_words, measure_size

SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$")
WORD = re.compile(r"[^\W_]+")
PIECE = re.compile(rf"[{CJK}]{{1,2}}|[^\W_{CJK}]+")
DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:h.]\d\d\b|\d{1,2}[./]\d{1,2}[./]\d")
SIGNS = re.compile(r"[|©®™›»→•▶►@#_=+]|https?:|\.\.\.$|…$")
QUOTED = ("“", '"', "«", "„", "»", "「", "『", "–", "—", "- ")
LEADS = ("chars", "density", "ends", "says", "heading")
"""Columns whose neighbours count too."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints hold what the page says of its story outside of the visible text."""

    title: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    body: str = ""
    """JSON-LD `articleBody`."""
    is_news: bool = False
    """Whether the page calls itself a news article: then the dek stands in `Summary`, not in the body."""


def make_table(blocks: list[Block], hints: Hints, says: list[int], groups: dict[str, str]) -> Table:
    """Return the columns of a page's blocks, but for those of `weigh_words`.

    `says` holds for each block what its words say (0 nothing, 1 residue, 2 the end of the story); `groups` gives each
    word of a class name its group.
    """
    columns: Table = {}
    columns |= _measure_shape(blocks)
    columns["news"] = np.full(len(blocks), float(hints.is_news))
    columns["says"] = np.array(says, float)
    columns["tail_said"] = np.maximum.accumulate(columns["says"] == 2).astype(float)
    columns |= _measure_likeness(blocks, hints)
    columns |= _measure_places(columns)
    if blocks and not blocks[0].path.startswith("line:"):
        columns |= measure_dom(blocks, columns, groups)
    return columns


def weigh_words(blocks: list[Block], odds: Odds) -> Table:
    """Return the columns of what the words of texts and of class names spoke for in training."""
    columns = _weigh_texts(blocks, odds)
    if blocks and not blocks[0].path.startswith("line:"):
        columns |= weigh_names(blocks, odds)
    return columns


# --- the text of a block ----------------------------------------------------------------------------------------------


def _measure_shape(blocks: list[Block]) -> Table:
    names = ("chars", "words", "ends", "lower", "digits", "capitals", "commas", "length", "short_words", "signs",
             "colon", "question", "dated", "quoted", "dots")  # fmt: skip
    rows = [_measure_text(block.text) for block in blocks]
    columns = {name: np.array([row[n] for row in rows], float) for n, name in enumerate(names)}
    columns["density"] = np.array([block.link_density for block in blocks], float)
    columns["heading"] = np.array([block.level if block.kind == "heading" else 0 for block in blocks], float)
    columns["long"] = _measure_long(columns)
    return columns


def _measure_long(columns: Table) -> Column:
    """Return 1 for blocks as long as a paragraph of a story; on a page without one, half and a quarter as long will do."""
    for least in (LONG, LONG / 2, LONG / 4):
        long = (columns["chars"] >= np.log1p(least)) & (columns["density"] < 0.5) & (columns["heading"] == 0)
        if long.any():
            break
    return np.asarray(long, float)


def split_pieces(text: str) -> list[str]:
    """Return the words of a text; where words are not parted, two signs stand for one.

    >>> split_pieces("Share this"), split_pieces("責任編輯：Li")
    (['Share', 'this'], ['責任', '編輯', 'Li'])
    """
    return WORD.findall(text) if text.isascii() else PIECE.findall(text)


@lru_cache(maxsize=4096)
def _measure_text(text: str) -> tuple[float, ...]:
    head = text[:LONGEST_MEASURED]
    pieces = split_pieces(head)
    count = len(pieces) or 1
    lengths = list(map(len, pieces))
    last = text[-1:]
    return (
        float(np.log1p(measure_size(text))),
        float(np.log1p(len(pieces))),
        float(bool(SENTENCE_END.search(text[-12:]))),
        float(head[:1].islower()),
        sum(map(str.isdigit, pieces)) / count,
        sum(map(str.isupper, [word[0] for word in pieces])) / count,
        sum(map(head.count, ",;،、，")) / count,
        sum(lengths) / count,
        sum(map((4).__gt__, lengths)) / count,
        float(len(SIGNS.findall(head))),
        float(last in ":："),
        float(last in "?？؟"),
        float(bool(DATED.search(head[:80]))),
        float(head.startswith(QUOTED)),
        sum(map(head.count, ".!?。！？।؟")) / count,
    )


# --- likeness to what the page says of itself -------------------------------------------------------------------------


def _measure_likeness(blocks: list[Block], hints: Hints) -> Table:
    folded = [fold_words(block.text[:LONGEST_MEASURED]) for block in blocks]
    counts = Counter(folded)
    title, dek = fold_words(hints.title), fold_words(hints.summary)
    title_words, dek_words = set(title.split()), set(dek.split())
    names = [fold_words(name) for name in hints.authors]
    body = fold_words(hints.body)
    columns: Table = {
        "copies": np.array([min(counts[text], 5) for text in folded], float),
        "is_title": np.array([float(bool(title) and text == title) for text in folded]),
        "in_title": np.array([_measure_share(text, title_words) for text in folded]),
        "in_dek": np.array([_measure_share(text, dek_words) for text in folded]),
        "is_dek": np.array([float(len(text) > 25 and (text in dek or (len(dek) > 25 and dek in text))) for text in folded]),
        "named": np.array([float(len(text) < 120 and any(name in text for name in names)) for text in folded]),
        "told": np.array([_is_in_body(text, body) for text in folded]),
    }  # fmt: skip
    columns["after_title"] = _count_after(
        columns["is_title"] * (1 + np.array([b.kind == "heading" for b in blocks], float))
    )
    return columns


def _measure_share(text: str, known: set[str]) -> float:
    words = text.split() if known else ()
    return sum(map(known.__contains__, words)) / len(words) if words else 0.0


def _is_in_body(text: str, body: str) -> float:
    """Return whether the page's own statement of its body holds a text: -1 where there is no statement."""
    if len(body) < LONG:
        return -1.0
    probe = text[len(text) // 4 : len(text) // 4 + 40] if len(text) > 60 else text
    return float(bool(text) and probe in body)


def _count_after(marks: Column) -> Column:
    """Return how many blocks after the best mark each block stands (at most 60; -60 to -1 before it), 0 without one."""
    if not marks.any():
        return np.zeros(len(marks))
    best = int(np.flatnonzero(marks == marks.max())[-1 if marks.max() > 1 else 0])
    return np.clip(np.arange(len(marks)) - best, -60, 60).astype(float)


# --- words that spoke for or against in training ----------------------------------------------------------------------


@lru_cache(maxsize=8192)
def list_text_words(text: str) -> tuple[str, ...]:
    """Return the words of a text that are weighed: the first ten, lower case, the first one marked.

    >>> list_text_words("Share this article")
    ('^share', 'share', 'this', 'article')
    """
    words = [word.lower() for word in split_pieces(text[:120])[:10]]
    return (f"^{words[0]}", *words) if words else ()


def _weigh_texts(blocks: list[Block], odds: Odds) -> Table:
    sums, least = [], []
    for block in blocks:
        weights = [odds.texts.get(word, 0.0) for word in list_text_words(block.text)] or [0.0]
        sums.append(sum(weights))
        least.append(min(weights))
    return {"text_odds": np.array(sums), "text_worst": np.array(least)}


# --- place among the other blocks -------------------------------------------------------------------------------------


def _measure_places(columns: Table) -> Table:
    chars, long, count = columns["chars"], columns["long"], len(columns["chars"])
    mass = np.expm1(chars) * long
    total = mass.sum() or 1.0
    numbers = np.arange(count)
    before = np.cumsum(mass) - mass
    columns_around: Table = {
        "position": numbers / max(count, 1),
        "blocks": np.full(count, np.log1p(count)),
        "mass_before": before / total,
        "mass_after": (total - before - mass) / total,
        "long_before": np.minimum(np.cumsum(long) - long, 20),
        "long_after": np.minimum(long.sum() - np.cumsum(long), 20),
        "near_mass": sum_window(mass, 5) / total,
        "near_density": sum_window(columns["density"], 3),
        "since_long": count_since(long, numbers),
        "until_long": count_since(long[::-1], numbers)[::-1],
        "since_heading": count_since((columns["heading"] > 0).astype(float), numbers),
        "since_said": count_since((columns["says"] > 0).astype(float), numbers),
    }
    for name in LEADS:
        columns_around |= {f"{name}{step:+d}": shift_column(columns[name], step) for step in NEIGHBOURS}
    return columns_around
