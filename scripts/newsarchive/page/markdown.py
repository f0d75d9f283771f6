"""This module writes blocks as Markdown in the common subset of comrak and Python-Markdown. It is pure."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree

from newsarchive.models import Block
from newsarchive.page.elements import INLINE, SILENT, read_alt

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_ga|ref_src|ref_url|cmpid|ocid|at_\w+|wt_\w+|s_cid|ito|guccounter|spm",
    re.I,
)
"""Parameters of an address that count visitors and lead nowhere else."""
SCHEMES = frozenset({"http", "https", "mailto"})
MAX_ADDRESS = 2000
WIDEST = 50
"""Columns or rows that one cell may span; more is a mistake or an attack."""
LONGEST_ALT = 200
"""Characters of an image's description that stand in the text."""
BOLD = frozenset({"b", "strong"})
ITALIC = frozenset({"i", "em", "cite", "dfn"})
CODE = frozenset({"code", "kbd", "samp", "tt"})
RAW = {"sup": "sup", "sub": "sub", "del": "del", "s": "del", "strike": "del"}
"""Elements that Markdown has no mark for and whose loss changes the meaning (10<sup>6</sup>); both readers take them."""
PLAYER = re.compile(r"(?:youtube(?:-nocookie)?\.com/embed/)([\w-]{6,20})", re.I)
LAZY = ("data-src", "data-original", "data-lazy-src", "src")

_SPACE = re.compile(r"\s+")
_SPECIAL = re.compile(r"([\\`*\[\]])")
_SNAKE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_OPENS = re.compile(r"^(#|[-+](?=\s|$)|=|-{2,}|:(?=[\s-])|\||!!!)")
_NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f]+|%(?:[01][0-9A-Fa-f]|7[fF])")
"""Control characters, plain and percent-encoded (libxml2 writes them so): browsers skip some of them in a scheme."""
_ENTITIES = {  # the first stands in all others
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "~": "&#126;",
    "{": "&#123;",
}
_HYPHENS = re.compile("[\u00ad\u2060\ufeff]|(?<=[\u0000-\u0530])\u200b(?=[\u0000-\u0530])")
"""Characters that only tell where a line may break, where the script parts words by spaces."""
_NAME_OF_FILE = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|avif|svg)", re.I)


def escape_plain(text: str) -> str:
    r"""Return text that renders as itself inside a paragraph, in comrak and in Python-Markdown.

    Entities stand for what the two escape differently; the rest takes a backslash.

    >>> escape_plain("a < b & *c* [d] ~e~ {f}")
    'a &lt; b &amp; \\*c\\* \\[d\\] &#126;e&#126; &#123;f}'
    """
    text = _SPACE.sub(" ", text)
    text = text if text.isascii() else _HYPHENS.sub("", text)
    text = _SPECIAL.sub(r"\\\1", _write_entities(text))
    return _SNAKE.sub(r"\\_", text) if "_" in text else text


def _write_entities(text: str) -> str:
    for sign, entity in _ENTITIES.items():
        text = text.replace(sign, entity)
    return text


def escape_opening(text: str) -> str:
    r"""Escape what would make a paragraph's first characters a heading, a list, a rule or a table.

    >>> escape_opening("1. May was cold"), escape_opening("#one"), escape_opening("- two"), escape_opening("Title: x")
    ('1\\. May was cold', '\\#one', '\\- two', 'Title: x')
    """
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _OPENS.sub(
        lambda match: {":": "&#58;", "=": "&#61;", "!": "&#33;!!"}.get(match[1][0], "\\" + match[1]), text
    )


def clean_url(address: str, base_url: str) -> str:
    """Return an address that may be linked, absolute and without tracking parameters, or "".

    >>> clean_url("/a?utm_source=x&id=3#p", "https://a.example/b")
    'https://a.example/a?id=3#p'
    >>> clean_url("java\\tscript:alert(1)", "https://a.example/"), clean_url("x.html", "")
    ('', '')
    """
    try:
        address = urljoin(base_url, _UNSEEN.sub("", address))
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises on a port that is none
    except ValueError:
        return ""
    if parts.scheme not in SCHEMES or (parts.scheme != "mailto" and not parts.netloc) or len(address) > MAX_ADDRESS:
        return ""
    query = parts.query
    if TRACKING.search(query):
        query = urlencode(
            [pair for pair in parse_qsl(query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])]
        )
    return urlunsplit(parts._replace(query=query))


def _write_target(address: str) -> str:
    """Return an address as it stands between the parentheses of a link."""
    signs = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22", "*": "%2A", "_": "_",
             "`": "%60", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D", "|": "%7C", "^": "%5E", "&": "&amp;"}  # fmt: skip
    return "".join(signs.get(letter, letter) for letter in address)


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


# --- inline content: runs of text that look alike, then Markdown ------------------------------------------------------


class TextRun(NamedTuple):
    """It is a run of text with one look."""

    text: str
    """`\\n` is a line break."""
    bold: bool = False
    italic: bool = False
    code: bool = False
    raw: str = ""
    """Name of an element that is written as it is."""
    link: str = ""
    """Address that the run leads to."""


APART = TextRun("\0")
"""Stands where a block begins or ends inside another."""


def _list_runs(node: Any, look: TextRun, base_url: str) -> Iterator[TextRun]:
    """Yield an element's text in runs; what stands in a block of its own is set apart."""
    if node.text:
        yield look._replace(text=_fold_string(node.text))
    for child in node:
        if child.tag == "br":
            yield TextRun("\n")
        elif child.tag in INLINE:
            yield from _list_runs(child, _read_look(child, look, base_url), base_url)
        elif isinstance(child.tag, str) and child.tag not in SILENT:
            yield APART
            yield from _list_runs(child, look, base_url)
            yield APART
        if child.tail:
            yield look._replace(text=_fold_string(child.tail))


def _fold_string(text: str) -> str:
    """Return a text node; one that is only white space is a line break where it holds one, else a space."""
    return text if text.strip(" \n\t\f\r") else "\n" if "\n" in text else " "


def _read_look(node: Any, look: TextRun, base_url: str) -> TextRun:
    """Return how text inside an element looks, given how text around it does."""
    name = node.tag
    if name == "a":
        href = node.get("href") or ""
        return look._replace(link="" if href.startswith("#") else clean_url(href, base_url) if href else "")
    if name in BOLD:
        return look._replace(bold=True)
    if name in ITALIC:
        return look._replace(italic=True)
    if name in CODE:
        return look._replace(code=True)
    return look._replace(raw=RAW[name]) if name in RAW else look


def _split_lines(runs: Iterable[TextRun]) -> Iterator[list[TextRun]]:
    """Yield the lines of a text: its runs between line breaks, white space folded."""
    line: list[TextRun] = []
    for run in runs:
        if run.text == "\n":
            yield _fold_runs(line)
            line = []
        else:
            line.append(TextRun(" ") if run is APART else run)
    yield _fold_runs(line)


def _fold_runs(runs: Iterable[TextRun]) -> list[TextRun]:
    """Fold white space, also across runs, and join neighbours that look alike."""
    folded: list[TextRun] = []
    spaced = True
    for run in runs:
        text = _SPACE.sub(" ", run.text)
        text = text.lstrip(" ") if spaced else text
        if not text:
            continue
        spaced = text.endswith(" ")
        if folded and folded[-1]._replace(text="") == run._replace(text=""):
            folded[-1] = run._replace(text=folded[-1].text + text)
        else:
            folded.append(run._replace(text=text))
    if folded:
        folded[-1] = folded[-1]._replace(text=folded[-1].text.rstrip(" "))
    return [run for run in folded if run.text]


def _write_line(runs: list[TextRun]) -> str:
    """Return one line as Markdown: emphasis stands within links, never around them, because readers differ there."""
    parts: list[str] = []
    groups = [(address, list(group)) for address, group in groupby(runs, key=lambda run: run.link)]
    for number, (address, group) in enumerate(groups):
        if not address:
            before, after = ")" if number else "", "[" if number + 1 < len(groups) else ""
            parts.append(_write_emphasis(group, before, after))
            continue
        inner = _write_emphasis(group, "[", "]")
        words = inner.strip(" ")
        if parts and parts[-1].endswith("!"):
            parts[-1] = parts[-1][:-1] + "&#33;"
        words = "&#94;" + words[1:] if words.startswith("^") else words
        left, right = inner[: inner.index(words[:1])] if words else inner, " " if words and inner.endswith(" ") else ""
        parts.append(f"{left}[{words}]({_write_target(address)}){right}" if words else left)
    return "".join(parts)


def _write_emphasis(runs: list[TextRun], before: str, after: str) -> str:
    """Return runs as Markdown with emphasis that both readers see; `before` and `after` are the signs around them."""
    tokens = _part_touching([token for run in runs for token in _part_run(run)])
    texts = [before, *(token.text for token in tokens), after]
    return "".join(_write_token(token, texts[n][-1:], texts[n + 2][:1]) for n, token in enumerate(tokens))


def _part_run(run: TextRun) -> Iterator[TextRun]:
    """Yield a run with the white space at its ends, which no emphasis may touch, apart."""
    words = run.text.strip(" ")
    if not (run.bold or run.italic or run.code or run.raw) or words == run.text:
        yield run
        return
    start = len(run.text) - len(run.text.lstrip(" "))
    yield from (TextRun(" ") for _ in range(bool(start)))
    if words:
        yield run._replace(text=words)
        yield from (TextRun(" ") for _ in range(len(run.text) > start + len(words)))


def _part_touching(tokens: list[TextRun]) -> list[TextRun]:
    """Give runs that touch one another one emphasis: what all share, else the longest keeps its own."""
    parted: list[TextRun] = []
    for marked, group in groupby(
        tokens, key=lambda token: (token.bold or token.italic) and not (token.code or token.raw)
    ):
        members = list(group)
        if not marked or len(members) == 1:
            parted += members
            continue
        bold, italic = all(m.bold for m in members), all(m.italic for m in members)
        if bold or italic:
            parted.append(TextRun("".join(m.text for m in members), bold, italic))
        else:
            longest = max(members, key=lambda m: len(m.text))
            parted += [m if m is longest else m._replace(bold=False, italic=False) for m in members]
    return parted


def _write_token(token: TextRun, before: str, after: str) -> str:
    """Return one run as Markdown, given the signs around it."""
    if token.code:
        return _write_code(token.text)
    if token.raw:
        return f"<{token.raw}>{escape_plain(token.text)}</{token.raw}>"
    mark = ("**" if token.bold else "") + ("*" if token.italic else "")
    if not mark:
        return escape_plain(token.text)
    left, words, right = _split_inner(token.text, before, after)
    return (
        f"{escape_plain(left)}{mark}{escape_plain(words)}{mark}{escape_plain(right)}"
        if words
        else escape_plain(token.text)
    )


def _split_inner(text: str, before: str, after: str) -> tuple[str, str, str]:
    """Part a text so that emphasis may stand around its middle: next to a letter, it must begin and end with letters.

    >>> _split_inner("(see", "a", ""), _split_inner("(see)", " ", ".")
    (('(', 'see', ''), ('', '(see)', ''))
    """
    start, end = 0, len(text)
    while start < end and not text[start].isalnum() and not _is_border(before):
        before, start = text[start], start + 1
    while end > start and not text[end - 1].isalnum() and not _is_border(after):
        after, end = text[end - 1], end - 1
    words = text[start:end]
    if words != words.strip() or not any(map(str.isalnum, words)):
        return "", "", ""
    return text[:start], words, text[end:]


def _is_border(sign: str) -> bool:
    """Tell whether emphasis may open after, or close before, a sign whatever stands inside."""
    return not sign or sign.isspace() or sign in string.punctuation or unicodedata.category(sign).startswith("P")


def _write_code(text: str) -> str:
    """Return inline code, with as many backticks around as it takes.

    >>> _write_code("a`b"), _write_code("`"), _write_code("x")
    ('``a`b``', '`` ` ``', '`x`')
    """
    if "\\" in text and "`" in text:
        return escape_plain(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


# --- blocks -----------------------------------------------------------------------------------------------------------


def _write_text(runs: Iterable[TextRun]) -> str:
    """Return runs as the lines of one paragraph, parted by two-space breaks."""
    return "  \n".join(escape_opening(line) for line in map(_write_line, _split_lines(runs)) if line)


def _list_block_runs(block: Block, element: Any, base_url: str) -> list[TextRun]:
    return list(_list_runs(element, TextRun(""), base_url)) if element is not None else [TextRun(block.text)]


def _write_paragraph(block: Block, element: Any, base_url: str) -> str:
    return _write_text(_list_block_runs(block, element, base_url))


def _write_flat(block: Block, element: Any, base_url: str) -> str:
    """Return a block's content on one line."""
    return _write_line(
        _fold_runs(
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
    above = _write_text(_list_runs(caption, TextRun(""), base_url)) if caption is not None else ""
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
    runs = [run._replace(code=False) if "|" in run.text else run for run in _list_runs(cell, TextRun(""), base_url)]
    lines = _split_lines(TextRun("\n") if run is APART else run for run in runs)
    return "<br>".join(line for line in map(_write_line, lines) if line).replace("|", "&#124;")


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
        f'![{escape_plain((alt or label)[:LONGEST_ALT])}]({_write_target(address)} "{_write_title(label)}")'
        if label
        else ""
    )


def _write_title(text: str) -> str:
    """Return text as it stands between the quotes of a link's title."""
    return _write_entities(text).replace('"', "&quot;").replace("\\", "&#92;")


def _write_embed(block: Block, element: Any, base_url: str) -> str:
    """Write what another host would show as a link to it, and the words of a quoted post as a quote."""
    frame = element.find(".//iframe") if element is not None else None
    return _write_player(frame, base_url) if frame is not None else _write_quote(block, element, base_url)


def _write_player(frame: Any, base_url: str) -> str:
    address = clean_url((frame.get("src") or frame.get("data-src") or ""), base_url or "https:")
    player = PLAYER.search(address)
    address = f"https://www.youtube.com/watch?v={player[1]}" if player else address
    return f"[{escape_plain(urlsplit(address).hostname or 'video')}]({_write_target(address)})" if address else ""


WRITERS: dict[str, Callable[[Block, Any, str], str]] = {
    "paragraph": _write_paragraph, "heading": _write_heading, "item": _write_item, "quote": _write_quote, "pre": _write_pre, "table": _write_table,
    "figure": _write_figure, "embed": _write_embed,
}  # fmt: skip
