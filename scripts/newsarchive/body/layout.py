"""This module measures how a page's text is laid out among its headlines, links and dates. It is pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsarchive.body.judged_page import (
    ENDED,
    HEAD,
    INSIDE,
    NOTICE,
    SPACE,
    JudgedPage,
    is_bare,
    is_linked,
    states_date,
)
from newsarchive.models import Block
from newsarchive.text.date_forms import is_date
from newsarchive.text.measures import measure_size

_ANCHOR = re.compile(r"\s*(?:<(?!a\b)[^<>]*>\s*){0,4}<a\b([^<>]*)>(.*?)</a>", re.S | re.I)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
_TAGS = re.compile(r"<[^>]*>")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_FURNITURE = re.compile(r"/(?:aside|nav|footer)\b")


@dataclass(frozen=True)
class Layout:
    """A layout measures how a page's text lies between the first and the last of the kept blocks."""

    prose: float
    """Letters of kept text."""
    run: float
    """Letters of the longest run of it that no linked headline parts."""
    lead: float
    """Letters of it before the first linked headline."""
    heads: int
    """Linked headlines to pages of the same site."""
    dates: int
    """Lines that are a date."""
    more: int
    """Links such as "read more"."""
    cuts: int
    """Paragraphs that break off in an ellipsis."""


def _is_leading_on(block: Block, host: str) -> bool:
    """Tell whether a block is the linked headline of another page of the same site, or opens with one."""
    low, high = HEAD
    anchor = _ANCHOR.search(block.html) if "<a" in block.html else None
    if anchor and _has_letters(block.html[: anchor.start()]):
        anchor = None
    if anchor:
        text = SPACE.sub(" ", _TAGS.sub("", anchor[2])).strip()
        href = _HREF.search(anchor[1])
        is_own = _is_own(href[1] if href else "", host)
        return (
            is_own
            and low <= measure_size(text) <= high
            and (is_linked(block) or block.html[anchor.end() :].lstrip()[:3] == "<br")
        )
    if "<a" in block.html or not (is_linked(block) and low <= measure_size(block.text) <= high):
        return False
    return block.kind == "heading" or not (block.html or _FURNITURE.search(block.path) or INSIDE.search(block.path))


def _has_letters(html: str) -> bool:
    return any(map(str.isalpha, _TAGS.sub("", html)))


def _is_own(href: str, host: str) -> bool:
    """Tell whether a link stays on the page's site.

    >>> _is_own("/a", "a.example"), _is_own("https://www.a.example/b", "a.example"), _is_own("https://b.example/", "")
    (True, True, False)
    """
    if href.startswith(("#", "mailto:", "javascript:")):
        return False
    theirs = urlsplit(href).hostname if "//" in href[:8] else ""
    return not theirs or theirs.split(".")[-2:] == host.split(".")[-2:]


def measure_layout(page: JudgedPage) -> Layout:
    positions = {block.position for block in page.kept}
    if not positions:
        return Layout(0, 0, 0, 0, 0, 0, 0)
    region = page.blocks[max(0, min(positions) - 3) : _find_end(page, max(positions))]
    host = urlsplit(page.url).hostname or ""
    dates = sum(is_date(block.text) for block in region)
    prose = run = longest = lead = 0.0
    heads = more = cuts = 0
    for block in region:
        if _is_leading_on(block, host):
            heads, run = heads + 1, 0.0
        elif is_linked(block):
            more += bool(page.kinds["listing"].more.fullmatch(block.text))
        elif block.position in positions and block.kind in ("paragraph", "item", "quote"):
            prose, run = prose + measure_size(block.text), run + measure_size(block.text)
            cuts += bool(_CUT.search(block.text))
        longest, lead = max(longest, run), prose if not heads else lead
    return Layout(prose, longest, lead, heads, dates, more, cuts)


def _find_end(page: JudgedPage, last: int) -> int:
    """Return where what belongs to a page's text ends: of little text, where what follows it has a name of its own."""
    prose = sum(measure_size(block.text) for block in page.kept if block.kind in ("paragraph", "item", "quote"))
    if prose >= NOTICE:
        return last + 4
    after = (
        b.position for b in page.blocks[last + 1 :]
        if _FURNITURE.search(b.path) or (b.kind == "heading" and not is_linked(b))
    )  # fmt: skip
    return max(next(after, len(page.blocks)), last + 4)


def measure_lines(page: JudgedPage) -> Layout:
    """Return the same of a flattened page: a line without the end of a sentence may be a headline."""
    prose = run = longest = lead = 0.0
    heads = more = cuts = 0
    low, high = HEAD
    positions = {block.position for block in page.kept} or {0}
    bare = is_bare(page) and sum(measure_size(block.text) for block in page.kept) < NOTICE
    region = page.blocks[min(positions) : None if bare else max(positions) + 1]
    dates = sum(map(states_date, region))
    for block in region:
        if page.kinds["listing"].more.fullmatch(block.text):
            more += 1
        elif block.position in positions and (ENDED.search(block.text) or measure_size(block.text) > high):
            prose, run = prose + measure_size(block.text), run + measure_size(block.text)
            cuts += bool(_CUT.search(block.text))
        elif low <= measure_size(block.text) <= high and not ENDED.search(block.text):
            heads, run = heads + 1, 0.0
        longest, lead = max(longest, run), prose if not heads else lead
    return Layout(prose, longest, lead, heads, dates, more, cuts)
