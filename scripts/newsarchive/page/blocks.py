"""This module reads a page as blocks, furniture included, in document order. It is pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from newsarchive.models import Block
from newsarchive.page.elements import (
    HEADINGS,
    INLINE,
    SILENT,
    SPILLED,
    TEXT_BLOCKS,
    escape_text,
    gather_texts,
    holds_story,
    is_hidden,
    is_plain,
    list_content,
    read_alt,
    read_text,
    write_inner,
    write_outer,
)

SHORT_LINE = 100
"""Characters under which lines parted by `<br>` outside of a paragraph are lines of their own."""
LINES_OF_TABLE = 2
"""Rows and columns that a table of data has at the least; smaller ones lay a page out."""
EMBEDS = re.compile(r"twitter-tweet|instagram-media|tiktok-embed|fb-post|reddit-card|bluesky-embed|twitter-video")
PLAYERS = re.compile(
    r"//(?:www\.)?(?:youtube(?:-nocookie)?\.com/embed|player\.vimeo\.com|w\.soundcloud\.com|open\.spotify\.com/embed|www\.dailymotion\.com/embed)",
    re.I,
)
NAMING = ("class", "id", "role", "itemprop", "data-testid", "data-component", "data-type", "aria-label")
"""Attributes whose words say what an element is for."""
NAMES_OF_STEP = 8


@dataclass(slots=True)
class PageReading:
    """It holds the blocks of a page, and the nodes that each was read from, to write its HTML when it is kept."""

    blocks: list[Block] = field(default_factory=list)
    nodes: list[tuple[list[Any], bool]] = field(default_factory=list)
    """For each block: strings and elements, and whether of a single element only the inside is meant."""
    holders: set[Any] = field(default_factory=set)
    """Inline elements that hold block elements: a link around a whole card is a container."""

    def add(
        self, kind: str, nodes: list[Any], path: str, *, inside: bool = False, level: int = 0, ordered: bool = False
    ) -> None:
        """Add a block; one without text is left out unless it is seen."""
        parts: list[str] = []
        linked = gather_texts(nodes, parts, inside)
        text = "".join(parts)
        text = text.strip("\n") if kind == "pre" else " ".join(text.split())
        self._add(kind, text, linked, nodes, path, inside, level, ordered)

    def add_figure(self, element: Any, text: str, path: str) -> None:
        """Add a figure with its caption as its text."""
        self._add("figure", text, 0, [element], path, False, 0, False)

    def _add(
        self, kind: str, text: str, linked: int, nodes: list[Any], path: str, inside: bool, level: int, ordered: bool
    ) -> None:
        if text or kind in ("figure", "embed"):
            density = min(1.0, linked / len(text)) if text else 0.0
            self.blocks.append(Block(kind, text, "", density, path, len(self.blocks), level, ordered))
            self.nodes.append((nodes, inside))

    def written(self, block: Block) -> Block:
        """Return a block of this page with its HTML."""
        nodes, inside = self.nodes[block.position]
        if inside:
            return replace(block, html=write_inner(nodes[0]))
        return replace(block, html="".join(escape_text(n) if isinstance(n, str) else write_outer(n) for n in nodes))


def read_blocks(tree: Any) -> PageReading:
    """Return every visible block of a page in document order, furniture included."""
    reading = PageReading(holders=_find_holders(tree))
    body = tree.find("body")
    _walk_container(reading, tree if body is None else body, "body", 0, False)
    return reading


def _find_holders(tree: Any) -> set[Any]:
    """Return the inline elements, and the silent ones left open, inside which block elements stand."""
    holders: set[Any] = set()
    for element in tree.iter("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "blockquote",
                             "figure", "section", "article", "main", "header", "aside", "pre", "dl", "form", "iframe"):  # fmt: skip
        parent = element.getparent()
        while parent is not None and parent.tag in INLINE and parent not in holders:
            holders.add(parent)
            parent = parent.getparent()
    return holders


def _name_step(element: Any) -> str:
    """Return an element's step of a path: `div.story`, with its classes, id, role and what else names it."""
    stated = dict(element.items())
    return _name_element(element.tag, *map(stated.get, NAMING)) if stated else str(element.tag)


@lru_cache(maxsize=8192)
def _name_element(tag: str, *stated: str | None) -> str:
    names = [name for value in stated if value for name in value.split()[:NAMES_OF_STEP]]
    return ".".join([tag, *(name.replace("/", "").replace(".", "")[:40] for name in names)])


def _walk_container(reading: PageReading, element: Any, path: str, item_level: int, ordered: bool) -> None:
    """Add the blocks of a container: its runs of inline content, and its block children.

    The first paragraph of a list item is the item; those after it are paragraphs whose level is the item's depth.
    """
    run: list[Any] = []
    kind, level = ("item", item_level) if element.tag == "li" else ("paragraph", 0)
    if element.text and not element.text.isspace():
        run.append(element.text)
    for child in element:
        tag = child.tag
        if tag in SILENT:
            if tag in SPILLED and holds_story(child):
                kind = _add_run(reading, run, path, kind, level, ordered)
                run = []
                _walk_container(reading, child, f"{path}/{tag}", item_level, ordered)
        elif tag in INLINE and child not in reading.holders:
            run.append(child)
        elif isinstance(tag, str):
            kind = _add_run(reading, run, path, kind, level, ordered)
            run = []
            if level and tag == "p" and not is_hidden(child) and is_plain(child):
                kind = _add_run(reading, list_content(child), f"{path}/{_name_step(child)}", kind, level, ordered)
            else:
                _read_block(reading, child, path, item_level, ordered)
                kind, level = ("paragraph", 0) if tag in HEADINGS else (kind, level)
        if child.tail and (run or not child.tail.isspace()):
            run.append(child.tail)
    _add_run(reading, run, path, kind, level, ordered)


def _read_block(reading: PageReading, element: Any, path: str, item_level: int, ordered: bool) -> None:
    tag = element.tag
    path = f"{path}/{_name_step(element)}"
    if is_hidden(element):
        path += ".hidden"
    if tag in HEADINGS:
        reading.add("heading", [element], path, inside=True, level=HEADINGS[tag])
    elif tag == "pre":
        reading.add("pre", [element], path)
    elif tag == "figure" and not holds_story(element):
        _read_figure(reading, element, path)
    elif tag == "iframe":
        if PLAYERS.search(element.get("src") or element.get("data-src") or ""):
            reading.add("embed", [element], path)
    elif tag == "blockquote":
        _read_quote(reading, element, path)
    elif tag == "table" and _is_data(element):
        reading.add("table", [element], path)
    elif tag in ("ul", "ol"):
        _walk_container(reading, element, path, item_level + 1, tag == "ol")
    elif tag != "hr":
        _walk_container(reading, element, path, item_level, ordered)


def _add_run(reading: PageReading, run: list[Any], path: str, kind: str, level: int, ordered: bool) -> str:
    """Add inline content as one block, as several where two line breaks part it, its images as figures.

    Returns the kind of what follows in the same container: after an item, the item's further paragraphs.
    """
    for part in _part_run(run, path) if run else ():
        alone = part[0] if len(part) == 1 and not isinstance(part[0], str) else None
        leaf = path if alone is None or alone.tag == "img" else f"{path}/{_name_step(alone)}"
        count = len(reading.blocks)
        reading.add(kind, part, leaf, level=level, ordered=ordered and kind == "item")
        kind = "paragraph" if kind == "item" and len(reading.blocks) > count else kind
        for piece in part:
            if not isinstance(piece, str) and (piece.tag == "img" or len(piece)):
                for image in piece.iter("img"):
                    reading.add_figure(image, read_alt(image), f"{path}/img")
    return kind


def _part_run(run: list[Any], path: str) -> Iterator[list[Any]]:
    """Yield the parts of a run: parted at two line breaks, and loose short lines (menus of old pages) at each one."""
    if not any(not isinstance(piece, str) and piece.tag == "br" for piece in run):
        yield run
        return
    loose = path.rpartition("/")[2].partition(".")[0] not in TEXT_BLOCKS
    parts: list[tuple[list[Any], int]] = [([], 0)]
    for piece in run:
        if not isinstance(piece, str) and piece.tag == "br":
            parts.append(([piece], parts[-1][1] + 1 if not _read_part(parts[-1][0]) else 1))
        else:
            parts[-1][0].append(piece)
    short = loose and all(len(_read_part(part)) < SHORT_LINE for part, _ in parts)
    joined: list[Any] = []
    for part, breaks in parts:
        if joined and (short or breaks >= 2) and _read_part(part):
            yield joined
            joined = []
        joined += part
    if joined:
        yield joined


def _read_part(part: list[Any]) -> str:
    parts: list[str] = []
    gather_texts(part, parts, False)
    return "".join(parts).strip()


def _read_figure(reading: PageReading, element: Any, path: str) -> None:
    caption = element.find(".//figcaption")
    if element.find(".//img") is not None or PLAYERS.search(write_outer(element)):
        reading.add_figure(element, read_text(caption if caption is not None else element), path)
    elif element.find(".//table") is not None or element.find(".//blockquote") is not None:
        _walk_container(reading, element, path, 0, False)
    else:
        reading.add("paragraph", [element if caption is None else caption], path, inside=True)


def _read_quote(reading: PageReading, element: Any, path: str) -> None:
    if EMBEDS.search(element.get("class") or ""):
        reading.add("embed", [element], path)
    elif element.find(".//blockquote") is None and element.find(".//table") is None and len(read_text(element)) < 3000:
        reading.add("quote", [element], path, inside=True)
    else:
        _walk_container(reading, element, path, 0, False)


def _is_data(table: Any) -> bool:
    """Tell a table of data from one that lays out a page."""
    if table.find(".//table") is not None or table.get("role") == "presentation":
        return False
    rows = table.findall(".//tr")
    cells = [row.findall("td") + row.findall("th") for row in rows]
    columns = Counter(len(row) for row in cells).most_common(1)[0][0] if cells else 0
    if len(rows) < LINES_OF_TABLE or columns < LINES_OF_TABLE:
        return False
    if len([row for row in cells if len(row) == columns]) < 0.6 * len(rows):
        return False
    return all(len(read_text(cell)) < 400 and len(cell.findall(".//p")) < 3 for row in cells for cell in row)
