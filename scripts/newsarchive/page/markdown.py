"""This module writes blocks as Markdown in the common subset of comrak and Python-Markdown. It is pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from newsarchive.models import Block
from newsarchive.page.elements import read_alt
from newsarchive.page.escapes import clean_url, escape_opening, escape_plain, write_target, write_title
from newsarchive.page.inline import APART, TextRun, fold_runs, list_runs, split_lines, write_line

WIDEST = 50
"""Columns or rows that one cell may span; more is a mistake or an attack."""
LONGEST_ALT = 200
"""Characters of an image's description that stand in the text."""
PLAYER = re.compile(r"(?:youtube(?:-nocookie)?\.com/embed/)([\w-]{6,20})", re.I)
LAZY = ("data-src", "data-original", "data-lazy-src", "src")

_NAME_OF_FILE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|svg)", re.I)


def write_markdown(blocks: list[Block], base_url: str) -> str:
    """Return the blocks as Markdown that ends in one newline.

    >>> write_markdown([Block("heading", "Ice", level=3), Block("paragraph", "1 < 2", "1 &lt; <b>2</b>")], "")
    '### Ice\\n\\n1 &lt; **2**\\n'
    """
    parts: list[str] = []
    depth, before = 0, Block("paragraph", "")
    for block, element in zip(blocks, _parse_elements(blocks), strict=True):
        text = WRITERS[block.kind](block, element, base_url)
        if not text:
            continue
        deep = _measure_depth(block, depth)
        if parts:
            tight = before.kind == block.kind == "item" and before.ordered == block.ordered and deep == depth
            parts.append("\n" if tight else "\n\n")
        parts.append(_indent_text(text, 4 * (deep - 1 if block.kind == "item" else deep)))
        depth, before = deep, block
    return "".join(parts).strip("\n") + "\n"


def _measure_depth(block: Block, depth: int) -> int:
    """Return how many lists a block stands in: one more than the block before at the most, or it would be code."""
    if block.kind == "item":
        return min(max(block.level, 1), depth + 1)
    return min(block.level, depth) if block.kind == "paragraph" else 0


def _indent_text(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else line for line in text.split("\n")) if by else text


def _parse_elements(blocks: list[Block]) -> list[Any]:
    """Parse the fragments that hold elements, all at once: one parser start instead of one a block; None for others."""
    html = "".join(f'<section data-n="{n}">{b.html}</section>' for n, b in enumerate(blocks) if "<" in b.html)
    if not html:
        return [None] * len(blocks)
    tree = etree.fromstring(html.encode("utf-8", "replace"), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    sections = {section.get("data-n"): section for section in tree.iter("section")}
    return [sections.get(str(n)) for n in range(len(blocks))]


def _write_text(runs: Iterable[TextRun]) -> str:
    """Return runs as the lines of one paragraph, parted by two-space breaks."""
    return "  \n".join(escape_opening(line) for line in map(write_line, split_lines(runs)) if line)


def _list_block_runs(block: Block, element: Any, base_url: str) -> list[TextRun]:
    return list(list_runs(element, TextRun(""), base_url)) if element is not None else [TextRun(block.text)]


def _write_paragraph(block: Block, element: Any, base_url: str) -> str:
    return _write_text(_list_block_runs(block, element, base_url))


def _write_flat(block: Block, element: Any, base_url: str) -> str:
    """Return a block's content on one line."""
    return write_line(
        fold_runs(
            TextRun(" ") if run.text in ("\n", "\0") else run for run in _list_block_runs(block, element, base_url)
        )
    )


def _write_heading(block: Block, element: Any, base_url: str) -> str:
    text = _write_flat(block, element, base_url)
    bare = text.rstrip("#")
    text = bare + "&#35;" * (len(text) - len(bare))
    return f"{'#' * min(max(block.level, 2), 6)} {text}" if text else ""


def _write_item(block: Block, element: Any, base_url: str) -> str:
    text = escape_opening(_write_flat(block, element, base_url))
    return f"{'1.' if block.ordered else '-'} {text}" if text else ""


def _write_quote(block: Block, element: Any, base_url: str) -> str:
    """Return a quote; blocks inside it are its paragraphs."""
    paragraphs = (
        _write_text(group)
        for apart, group in groupby(_list_block_runs(block, element, base_url), lambda run: run is APART)
        if not apart
    )
    lines = "\n\n".join(text for text in paragraphs if text).split("\n")
    return "\n".join(f"> {line}" if line else ">" for line in lines) if any(lines) else ""


def _write_pre(block: Block, element: Any, base_url: str) -> str:
    """Return text whose lines stand, within fences: indented, it would be a paragraph of a list before it."""
    lines = [re.sub(r"[\x00-\x08\x0b-\x1f]", "", line).rstrip() for line in block.text.split("\n")]
    fence = "`" * max(3, max(map(len, re.findall("`+", block.text)), default=0) + 1)
    return "\n".join([fence, *lines, fence]) if any(lines) else ""


def _write_table(block: Block, element: Any, base_url: str) -> str:
    """Return a table with its caption above; a table of one row is no table for Markdown, and becomes a paragraph."""
    if element is None:
        return _write_paragraph(block, element, base_url)
    rows = [row for row in _list_rows(element, base_url) if any(row)]
    if len(rows) < 2:
        return _write_flat(block, element, base_url)
    width = max(map(len, rows))
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    caption = element.find(".//caption")
    above = _write_text(list_runs(caption, TextRun(""), base_url)) if caption is not None else ""
    return "\n".join([*([above, ""] if above else []), lines[0], "|" + " --- |" * width, *lines[1:]])


def _list_rows(table: Any, base_url: str) -> Iterator[list[str]]:
    """Yield the cells of each row; where a cell spans others, those are empty."""
    above: dict[int, int] = {}
    for row in table.iter("tr"):
        cells: list[str] = []
        begun: dict[int, int] = {}
        for cell in row.iter("td", "th"):
            while above.get(len(cells)):
                cells.append("")
            wide, high = _read_span(cell, "colspan"), _read_span(cell, "rowspan")
            begun |= {len(cells) + n: high - 1 for n in range(wide)}
            cells += [_write_cell(cell, base_url), *[""] * (wide - 1)]
        above = {column: left - 1 for column, left in above.items() if left > 1} | begun
        yield cells


def _read_span(cell: Any, name: str) -> int:
    value = str(cell.get(name) or "")
    return min(max(int(value), 1), WIDEST) if value.isascii() and value.isdigit() else 1


def _write_cell(cell: Any, base_url: str) -> str:
    """Return a cell on one line, its lines parted by `<br>`; code that holds a pipe is no code here."""
    runs = [run._replace(code=False) if "|" in run.text else run for run in list_runs(cell, TextRun(""), base_url)]
    lines = split_lines(TextRun("\n") if run is APART else run for run in runs)
    return "<br>".join(line for line in map(write_line, lines) if line).replace("|", "&#124;")


def find_image_address(image: Any, base_url: str) -> str:
    """Return the address of an image, a lazy one's true address before its placeholder."""
    if image is None:
        return ""
    for name in LAZY:
        value = str(image.get(name) or "")
        if value and not value.startswith("data:") and (address := clean_url(value, base_url)):
            return address
    candidates = [part.split() for part in (image.get("srcset") or image.get("data-srcset") or "").split(", ")]
    return clean_url(candidates[-1][0], base_url) if candidates and candidates[-1] else ""


def _write_figure(block: Block, element: Any, base_url: str) -> str:
    """Write an image with its caption as its title; the site half makes a link of a remote one."""
    image = element.find(".//img") if element is not None else None
    frame = element.find(".//iframe") if element is not None else None
    alt = read_alt(image) if image is not None else ""
    alt = "" if _NAME_OF_FILE.fullmatch(alt) else alt
    caption = "" if _NAME_OF_FILE.fullmatch(block.text) else block.text
    label = caption or alt
    address = find_image_address(image, base_url)
    if not address and frame is not None:
        return _write_player(frame, base_url)
    if not address:
        return (
            escape_opening(escape_plain(caption))
            if element is not None and element.find(".//figcaption") is not None
            else ""
        )
    return (
        f'![{escape_plain((alt or label)[:LONGEST_ALT])}]({write_target(address)} "{write_title(label)}")'
        if label
        else ""
    )


def _write_embed(block: Block, element: Any, base_url: str) -> str:
    """Write what another host would show as a link to it, and the words of a quoted post as a quote."""
    frame = element.find(".//iframe") if element is not None else None
    return _write_player(frame, base_url) if frame is not None else _write_quote(block, element, base_url)


def _write_player(frame: Any, base_url: str) -> str:
    address = clean_url((frame.get("src") or frame.get("data-src") or ""), base_url or "https:")
    player = PLAYER.search(address)
    address = f"https://www.youtube.com/watch?v={player[1]}" if player else address
    return f"[{escape_plain(urlsplit(address).hostname or 'video')}]({write_target(address)})" if address else ""


WRITERS: dict[str, Callable[[Block, Any, str], str]] = {
    "paragraph": _write_paragraph, "heading": _write_heading, "item": _write_item, "quote": _write_quote, "pre": _write_pre, "table": _write_table,
    "figure": _write_figure, "embed": _write_embed,
}  # fmt: skip
