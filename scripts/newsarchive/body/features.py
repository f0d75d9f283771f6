"""This module measures each block of a page or a dump: the columns from which the weights tell story from residue.

It is pure. A column is named once, in the order in which it is computed; `trees.py` looks columns up by name.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, chain, pairwise

import numpy as np

from newsarchive.models import Block
from newsarchive.rules.weights import Column, Odds
from newsarchive.text.measures import CJK, LONG, fold_words, measure_size

Table = dict[str, Column]
"""Columns by name, each with one float for each block."""

SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$")
WORD = re.compile(r"[^\W_]+")
PIECE = re.compile(rf"[{CJK}]{{1,2}}|[^\W_{CJK}]+")
LONG_WORD = re.compile(rf"(?![{CJK}])[^\W_]{{4,}}")
UNPARTED = re.compile(f"[{CJK}]{{2,}}")
"""Words of scripts that run on or, as Korean, join their particles."""
DATED = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[:h.]\d\d\b|\d{1,2}[./]\d{1,2}[./]\d")
SIGNS = re.compile(r"[|©®™›»→•▶►@#_=+]|https?:|\.\.\.$|…$")
QUOTED = ("“", '"', "«", "„", "»", "「", "『", "–", "—", "- ")
GROUPS = ("navigation", "related", "prompts", "advertising", "frame", "hidden", "story")
"""Groups of words in class names, as `furniture.toml` has them."""
TAGS = ("article", "main", "section", "aside", "header", "footer", "nav", "form", "li", "td", "figure", "blockquote")
LEAVES = ("p", "div", "span", "a", "li", "strong", "b", "em", "i")
KINDS = ("paragraph", "heading", "item", "quote", "table", "figure", "pre", "embed")
PIECES = re.compile(r"[^-_:.]+")
NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
NEIGHBOURS = (-3, -2, -1, 1, 2, 3)
LEADS = ("chars", "density", "ends", "says", "heading")
"""Columns whose neighbours count too."""
BIG = 100
"""Characters from which a likely block counts as a part of the story for the blocks around."""
RARE = 0.3
"""Blocks that are added to either side of a word's odds within a page, so that a word met once says little."""
LONGEST_MEASURED = 600
"""Characters of a block that are measured; what follows says the same."""


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
        columns |= _measure_dom(blocks, columns, groups)
    return columns


def weigh_words(blocks: list[Block], odds: Odds) -> Table:
    """Return the columns of what the words of texts and of class names spoke for in training."""
    columns = _weigh_texts(blocks, odds)
    if blocks and not blocks[0].path.startswith("line:"):
        columns |= _weigh_names(blocks, odds)
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
        "near_mass": _sum_window(mass, 5) / total,
        "near_density": _sum_window(columns["density"], 3),
        "since_long": _count_since(long, numbers),
        "until_long": _count_since(long[::-1], numbers)[::-1],
        "since_heading": _count_since((columns["heading"] > 0).astype(float), numbers),
        "since_said": _count_since((columns["says"] > 0).astype(float), numbers),
    }
    for name in LEADS:
        columns_around |= {f"{name}{step:+d}": shift_column(columns[name], step) for step in NEIGHBOURS}
    return columns_around


def shift_column(column: Column, step: int) -> Column:
    """Return the column's values `step` blocks further on; -1 past the ends."""
    moved = np.full(len(column), -1.0)
    if abs(step) < len(column):
        if step > 0:
            moved[:-step] = column[step:]
        else:
            moved[-step:] = column[:step]
    return moved


def _sum_window(column: Column, reach: int) -> Column:
    """Return the sum over each block and `reach` blocks on either side."""
    sums = np.concatenate([np.zeros(reach + 1), np.cumsum(column), np.full(reach, column.sum())])
    return np.asarray(sums[2 * reach + 1 :] - sums[: len(column)])


def _count_since(marks: Column, numbers: Column) -> Column:
    """Return how many blocks ago the last mark was, itself included (at most 40)."""
    last = np.maximum.accumulate(np.where(marks > 0, numbers, -1000))
    return np.asarray(np.minimum(numbers - last, 40), float)


# --- place in the DOM -------------------------------------------------------------------------------------------------


def _measure_dom(blocks: list[Block], columns: Table, groups: dict[str, str]) -> Table:
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


def _weigh_names(blocks: list[Block], odds: Odds) -> Table:
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


@lru_cache(maxsize=4096)
def list_topic_words(text: str) -> tuple[str, ...]:
    """Return what a text speaks of: its words of four letters and more, and pairs of signs where words are not parted.

    >>> sorted(list_topic_words("The ferry and the Ferry")), sorted(list_topic_words("暴风雨"))
    (['ferry'], ['暴风', '风雨'])
    """
    text = text[:LONGEST_MEASURED].lower()
    words = dict.fromkeys(LONG_WORD.findall(text))
    for run in () if text.isascii() else UNPARTED.findall(text):
        words |= dict.fromkeys(map("".join, pairwise(run)))
    return tuple(words)


# --- what the first trees think of the blocks around --------------------------------------------------------------------


def measure_context(blocks: list[Block], columns: Table, likely: Column) -> Table:
    """Return the columns that tell how likely (by the first trees) the blocks around each block are the story's."""
    text = np.expm1(columns["chars"])
    mass = text * likely
    total = max(float(mass.sum()), 1.0)
    big = ((likely > 0.5) & (text > BIG)).astype(float)
    numbers = np.arange(len(likely))
    around: Table = {"p": likely}
    around |= {f"p{step:+d}": shift_column(likely, step) for step in (-4, *NEIGHBOURS, 4)}
    around |= {
        "p_before": (np.cumsum(mass) - mass) / total,
        "p_after": (total - np.cumsum(mass)) / total,
        "p_mass": np.full(len(likely), np.log1p(total)),
        "p_share": np.full(len(likely), mass.sum() / max(float(text.sum()), 1.0)),
        "p_window": _sum_window(mass, 5) / np.maximum(_sum_window(text, 5), 1.0),
        "p_since": _count_since(big, numbers),
        "p_until": _count_since(big[::-1], numbers)[::-1],
    }
    around |= _measure_topic(blocks, likely)
    if blocks and not blocks[0].path.startswith("line:"):
        around |= _measure_likely_places(blocks, text + 1, likely)
    return around


def _measure_topic(blocks: list[Block], likely: Column) -> Table:
    """Return how far each block speaks of what the story speaks of: a naive Bayes of the page's own words.

    A word's log-odds come from the other blocks that it stands in, each counted by how likely it is the story's.
    """
    numbers: dict[str, int] = {}
    said = [[numbers.setdefault(word, len(numbers)) for word in list_topic_words(block.text)] for block in blocks]
    owner = np.repeat(np.arange(len(blocks)), [len(word_numbers) for word_numbers in said])
    word = np.array([number for word_numbers in said for number in word_numbers], int)
    ours = np.bincount(word, weights=likely[owner], minlength=1)[word] - likely[owner]
    others = np.bincount(word, minlength=1)[word] - 1.0
    known = (others > 0).astype(float)
    odds = known * np.log((ours + RARE) / (others - ours + RARE))
    count = len(blocks)
    totals, shared, met = (
        np.bincount(owner, weights=values, minlength=count) for values in (odds, (ours > 0.5).astype(float), known)
    )
    held = np.maximum(np.bincount(owner, minlength=count), 1)
    return {"topic": totals / held, "topic_sum": totals, "topic_shared": shared / held, "topic_known": met / held}


def _measure_likely_places(blocks: list[Block], text: Column, likely: Column) -> Table:
    """Return how likely the text is that stands in the same kind of place: the whole of it, and the rest of it."""
    places: Table = {}
    keys = [block.path for block in blocks]
    for up in range(3):
        numbers: dict[str, int] = {}
        index = np.array([numbers.setdefault(key, len(numbers)) for key in keys])
        said = np.bincount(index, weights=text * likely)[index]
        held = np.bincount(index, weights=text)[index]
        places[f"p_path_{up}"] = said / held
        rest = held - text
        places[f"p_rest_{up}"] = np.where(rest > 1, (said - text * likely) / np.maximum(rest, 1.0), -1.0)
        keys = [key.rpartition("/")[0] or key for key in keys]
    return places
