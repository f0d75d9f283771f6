"""This module tells what a page is: an article, a listing, an error page, a search page, a wall, or other. It is pure.

Three questions in turn. Does the page say outright that it is something else? Is there a story at all? And where it
might be a list of stories: what speaks for one story, what for many, in points.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from newsarchive.body.judged_page import (
    ENDED,
    FLASH,
    HEAD,
    NOTICE,
    STORY,
    TEASER,
    TOP_DATES,
    JudgedPage,
    is_dated,
    is_headed,
)
from newsarchive.body.layout import Layout, measure_layout, measure_lines
from newsarchive.body.listing import judge_listing
from newsarchive.body.stated_kind import judge_about, judge_empty, judge_error, judge_search, judge_wall
from newsarchive.models import Block, Fact, Metadata
from newsarchive.rules.rules import PageKind
from newsarchive.text.date_forms import is_date
from newsarchive.text.measures import is_long, measure_size

PICTURES = 5
"""Figures that make a gallery of a page without a text of its own."""
LINES = 10
"""Lines like headlines among which a short text of a flattened page may be one of many."""

_WALL_PATH = re.compile(r"paywall|piano-|regwall|subscriber-only|premium-wall|metered", re.I)


def judge_kind(
    facts: Metadata, blocks: list[Block], kept: list[Block], url: str, known: dict[str, PageKind]
) -> tuple[str, str]:
    """Return the kind of a page and how it is known; the reason is empty for an article.

    `facts` may hold what `list_page_facts` found and the page's `type`, `known` is `Rules.kinds`.
    """
    page = JudgedPage(facts, blocks, kept, url, known)
    layout = measure_lines(page) if page.is_dump() else measure_layout(page)
    for name, judge in JUDGES:
        if reason := judge(page, layout):
            return name, reason
    return "article", ""


# --- is there a story -----------------------------------------------------------------------------------------------


def _judge_gallery(page: JudgedPage, layout: Layout) -> str:
    figures = sum(block.kind == "figure" for block in page.kept)
    return f"{figures} pictures and no text" if figures >= PICTURES and layout.prose < FLASH else ""


def _judge_other(page: JudgedPage, layout: Layout) -> str:
    if not page.kept:
        return "no body was found"
    if asks := _find_asking(page, layout):
        return f"it only asks to subscribe: {asks}"
    if page.is_dump() and not any(measure_size(b.text) >= FLASH and ENDED.search(b.text) for b in page.kept):
        return "there is no sentence of some length"
    if page.is_dump() and layout.prose < TEASER:
        lines = sum(HEAD[0] <= measure_size(b.text) <= HEAD[1] and not ENDED.search(b.text) for b in page.blocks)
        if is_headed(page):
            return ""
        if lines >= LINES and not is_dated(page):
            return f"a short text with no date, among {lines} lines that may be headlines"
        if (dates := sum(is_date(block.text) for block in page.blocks[: page.kept[0].position])) >= TOP_DATES:
            return f"a short text after {dates} dates"
    return ""


def _find_asking(page: JudgedPage, layout: Layout) -> str:
    """Return the beginning of a request to subscribe, where there is hardly any text but such requests, or ""."""
    sizes = {block.position: measure_size(block.text) for block in page.kept}
    rest = layout.prose - sum(sizes.values())
    asks = []
    # The shortest block that is a story by itself settles it soonest.
    for block in sorted(page.kept, key=lambda block: (sizes[block.position] < FLASH, sizes[block.position])):
        if page.kinds["preview"].text.search(block.text[:400]):
            asks.append(block)
        else:
            rest += sizes[block.position]
        if rest >= FLASH:
            return ""
    return min(asks, key=lambda block: block.position).text[:80] if asks else ""


# --- an article, but not all of it ----------------------------------------------------------------------------------


def judge_access(facts: Metadata, blocks: list[Block], kept: list[Block], known: dict[str, PageKind]) -> list[Fact]:
    """Return `access: preview` for a metered story of which the capture holds only the beginning, else nothing."""
    text = sum(measure_size(block.text) for block in kept if is_long(block))
    if text >= NOTICE or not kept:
        return []
    after = blocks[kept[-1].position :][:12]
    words = next(
        (match[0] for b in after if measure_size(b.text) < 400 and (match := known["preview"].text.search(b.text))), ""
    )
    marked = "access" in facts or any(_WALL_PATH.search(block.path) for block in after)
    if words:
        return [Fact("access", "preview", "text")]
    return [Fact("access", "preview", "json-ld")] if marked and text < STORY else []


JUDGES: tuple[tuple[str, Callable[[JudgedPage, Layout], str]], ...] = (
    ("error page", judge_error), ("wall", judge_wall), ("empty page", judge_empty), ("search page", judge_search), ("about page", judge_about),
    ("listing", judge_listing), ("gallery", _judge_gallery), ("other", _judge_other),
)  # fmt: skip
"""The kinds in the order in which they are looked for."""
