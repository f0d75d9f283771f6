"""A page or a flattened dump as blocks, furniture included, in document order. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from html import unescape
from typing import Any

import lxml.html
from lxml import etree

from newsarchive.errors import UnreadableCapture
from newsarchive.models import Block
from newsarchive.text.dates import is_date
from newsarchive.text.measures import LONG, size

MAX_DEPTH = 200
"""Elements inside one another past which a page is refused: parsers turn quadratic (the deepest real one has 70)."""
MAX_TAG = 200_000
"""Characters of one tag past which a page is refused: a million attributes stop every parser (data URIs are cut)."""
INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "br",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "rb",
        "rp",
        "rt",
        "rtc",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "picture",
        "source",
        "label",
        "nobr",
        "data",
        "output",
    ]
)
"""Elements whose text belongs to the paragraph around them."""
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "math",
        "canvas",
        "map",
        "audio",
        "video",
        "input",
        "select",
        "option",
        "textarea",
        "button",
        "object",
        "embed",
        "applet",
        "meta",
        "link",
        "param",
        "track",
        "colgroup",
        "dialog",
    ]
)
"""Elements that hold no text to read."""
SPILLED = frozenset(["button", "svg", "select", "dialog", "map", "object", "noscript"])
"""Silent elements that a parser may leave open, so that the rest of the page stands inside."""
UNCLOSED = frozenset(["button", "nav", "header", "footer", "aside"])
"""Elements that never hold `<main>` (HTML 4.4.14), but for a parser that missed their end."""
TEXT_BLOCKS = frozenset(["p", "dt", "dd", "summary", "address", "figcaption", "caption", "legend"])
HEADINGS = {f"h{level}": level for level in range(1, 7)}
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
SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$|[:;：；]$")
CLOSING = ",.;:!?)]»”’。，、；：！？）」』"
OPENING = "([{«“„‘（「『"
"""Signs that no space stands before, or after."""

_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]{200,}")
_ENDS = re.compile(r"</(?:body|html)\s*>", re.I)
_LONG_TAG = re.compile(r"<[^<>]{200000}")


def parse(html: str) -> Any:
    """Return the page's element tree. Raises UnreadableCapture where the page has none or is built to stop parsers."""
    if "base64," in html:
        html = _DATA_URI.sub("data:,", html)
    if len(ends := _ENDS.findall(html)) > 2:  # a page pasted behind another's end, which the parser would drop
        html = _ENDS.sub("", html, count=len(ends) - 2)
    if len(html) > MAX_TAG and max(map(len, html.split("<"))) >= MAX_TAG and _LONG_TAG.search(html):
        raise UnreadableCapture("capture", f"one tag is over {MAX_TAG:,} characters", "Save the page again.")
    if depth(html) > MAX_DEPTH:
        what = f"elements are nested over {MAX_DEPTH} deep"
        raise UnreadableCapture("capture", what, "Save the article alone, as text.")
    try:
        tree = lxml.html.document_fromstring(
            html.encode("utf-8", "replace"),
            parser=_parser(),
        )
    except (etree.ParserError, ValueError) as error:
        raise UnreadableCapture("capture", "there is no page in it", "Save the page again.") from error
    for main in list(tree.iter("main")):
        _free(main)
    for reading in tree.iter("rt"):
        _bracket(reading)
    return tree


def _bracket(reading: Any) -> None:
    """Put a ruby reading into brackets where the page leaves that to the browser, so that it is not glued to its word."""
    around = (reading.getprevious(), reading.getnext())
    text = "".join(reading.itertext()).strip()
    if text and text[0] not in "(（" and all(near is None or near.tag != "rp" for near in around):
        reading.text = f"（{reading.text or ''}"
        last = reading[-1] if len(reading) else None
        if last is None:
            reading.text += "）"
        else:
            last.tail = f"{last.tail or ''}）"


def _parser() -> Any:
    """Return a parser whose elements are all of one class: lxml's own asks Python for the class of each."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    return parser


def _free(main: Any) -> None:
    """Move `<main>` behind the menu or button that holds it: the page never closed that, so all the rest is inside."""
    caught = [element for element in main.iterancestors() if element.tag in UNCLOSED]
    if caught and caught[-1].getparent() is not None:
        caught[-1].addnext(main)


_OPENED = re.compile(
    r"<(/?)(div|span|table|ul|ol|blockquote|section|article|font|b|i|a|em|strong|center|form|dl)\b", re.I
)
_STEPS = {"div": 1, "span": 1, "a": 1, "ul": 2, "ol": 2, "dl": 2, "table": 4}


def depth(html: str) -> int:
    """Return about how deep elements are nested, counted from the text alone.

    >>> depth("<div><div>x</div></div>")
    2
    """
    deepest = level = 0
    for closes, name in _OPENED.findall(html):
        steps = _STEPS[name] if name in _STEPS else _STEPS.get(name.lower(), 1)
        if closes:
            level = level - steps if level > steps else 0
        else:
            level += steps
            if level > deepest:
                deepest = level
    return deepest


# --- a page -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Reading:
    """The blocks of a page, and the nodes that each was read from, to write its HTML when it is kept."""

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
        linked = _gather_all(nodes, parts, inside)
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
            return replace(block, html=_inner(nodes[0]))
        return replace(block, html="".join(_escape(n) if isinstance(n, str) else _outer(n) for n in nodes))


def read(tree: Any) -> Reading:
    """Return every visible block of a page in document order, furniture included."""
    reading = Reading(holders=_holders(tree))
    body = tree.find("body")
    _walk(reading, tree if body is None else body, "body", 0, False)
    return reading


def _holders(tree: Any) -> set[Any]:
    """Return the inline elements, and the silent ones left open, inside which block elements stand."""
    holders: set[Any] = set()
    for element in tree.iter("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "blockquote",
                             "figure", "section", "article", "main", "header", "aside", "pre", "dl", "form", "iframe"):  # fmt: skip
        parent = element.getparent()
        while parent is not None and parent.tag in INLINE and parent not in holders:
            holders.add(parent)
            parent = parent.getparent()
    return holders


def _step(element: Any) -> str:
    """Return an element's step of a path: `div.story`, with its classes, id, role and what else names it."""
    stated = dict(element.items())
    return _named(element.tag, *map(stated.get, NAMING)) if stated else str(element.tag)


@lru_cache(maxsize=8192)
def _named(tag: str, *stated: str | None) -> str:
    names = [name for value in stated if value for name in value.split()[:NAMES_OF_STEP]]
    return ".".join([tag, *(name.replace("/", "").replace(".", "")[:40] for name in names)])


def _is_hidden(element: Any) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style) and _hides(style)


@lru_cache(maxsize=1024)
def _hides(style: str) -> bool:
    style = style.replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _walk(reading: Reading, element: Any, path: str, item_level: int, ordered: bool) -> None:
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
            if tag in SPILLED and _holds_story(child):
                kind = _add_run(reading, run, path, kind, level, ordered)
                run = []
                _walk(reading, child, f"{path}/{tag}", item_level, ordered)
        elif tag in INLINE and child not in reading.holders:
            run.append(child)
        elif isinstance(tag, str):
            kind = _add_run(reading, run, path, kind, level, ordered)
            run = []
            if level and tag == "p" and not _is_hidden(child) and _is_plain(child):
                kind = _add_run(reading, _content(child), f"{path}/{_step(child)}", kind, level, ordered)
            else:
                _block(reading, child, path, item_level, ordered)
                kind, level = ("paragraph", 0) if tag in HEADINGS else (kind, level)
        if child.tail and (run or not child.tail.isspace()):
            run.append(child.tail)
    _add_run(reading, run, path, kind, level, ordered)


def _is_plain(element: Any) -> bool:
    return all(not isinstance(d.tag, str) or d.tag in INLINE or d.tag in SILENT for d in element.iterdescendants())


def _content(element: Any) -> list[Any]:
    """Return the strings and elements inside of an element."""
    parts: list[Any] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SILENT:
            parts.append(child)
        if child.tail:
            parts.append(child.tail)
    return parts


def _block(reading: Reading, element: Any, path: str, item_level: int, ordered: bool) -> None:
    tag = element.tag
    path = f"{path}/{_step(element)}"
    if _is_hidden(element):
        path += ".hidden"
    if tag in HEADINGS:
        reading.add("heading", [element], path, inside=True, level=HEADINGS[tag])
    elif tag == "pre":
        reading.add("pre", [element], path)
    elif tag == "figure" and not _holds_story(element):
        _figure(reading, element, path)
    elif tag == "iframe":
        if PLAYERS.search(element.get("src") or element.get("data-src") or ""):
            reading.add("embed", [element], path)
    elif tag == "blockquote":
        _quote(reading, element, path)
    elif tag == "table" and _is_data(element):
        reading.add("table", [element], path)
    elif tag in ("ul", "ol"):
        _walk(reading, element, path, item_level + 1, tag == "ol")
    elif tag != "hr":
        _walk(reading, element, path, item_level, ordered)


def _add_run(reading: Reading, run: list[Any], path: str, kind: str, level: int, ordered: bool) -> str:
    """Add inline content as one block, as several where two line breaks part it, its images as figures.

    Returns the kind of what follows in the same container: after an item, the item's further paragraphs.
    """
    for part in _parted(run, path) if run else ():
        alone = part[0] if len(part) == 1 and not isinstance(part[0], str) else None
        leaf = path if alone is None or alone.tag == "img" else f"{path}/{_step(alone)}"
        count = len(reading.blocks)
        reading.add(kind, part, leaf, level=level, ordered=ordered and kind == "item")
        kind = "paragraph" if kind == "item" and len(reading.blocks) > count else kind
        for piece in part:
            if not isinstance(piece, str) and (piece.tag == "img" or len(piece)):
                for image in piece.iter("img"):
                    reading.add_figure(image, alt_text(image), f"{path}/img")
    return kind


def _parted(run: list[Any], path: str) -> Iterator[list[Any]]:
    """Yield the parts of a run: parted at two line breaks, and loose short lines (menus of old pages) at each one."""
    if not any(not isinstance(piece, str) and piece.tag == "br" for piece in run):
        yield run
        return
    loose = path.rpartition("/")[2].partition(".")[0] not in TEXT_BLOCKS
    parts: list[tuple[list[Any], int]] = [([], 0)]
    for piece in run:
        if not isinstance(piece, str) and piece.tag == "br":
            parts.append(([piece], parts[-1][1] + 1 if not _said(parts[-1][0]) else 1))
        else:
            parts[-1][0].append(piece)
    short = loose and all(len(_said(part)) < SHORT_LINE for part, _ in parts)
    joined: list[Any] = []
    for part, breaks in parts:
        if joined and (short or breaks >= 2) and _said(part):
            yield joined
            joined = []
        joined += part
    if joined:
        yield joined


def _said(part: list[Any]) -> str:
    parts: list[str] = []
    _gather_all(part, parts, False)
    return "".join(parts).strip()


def _holds_story(element: Any) -> bool:
    total = 0
    for paragraph in element.iter("p"):
        total += len(_text(paragraph))
        if total > 3 * LONG:
            return True
    return False


def alt_text(image: Any) -> str:
    """Return what an `img` says that it shows; content systems escape its entities twice."""
    return " ".join(unescape(image.get("alt") or "").split())


def _figure(reading: Reading, element: Any, path: str) -> None:
    caption = element.find(".//figcaption")
    if element.find(".//img") is not None or PLAYERS.search(_outer(element)):
        reading.add_figure(element, _text(caption if caption is not None else element), path)
    elif element.find(".//table") is not None or element.find(".//blockquote") is not None:
        _walk(reading, element, path, 0, False)
    else:
        reading.add("paragraph", [element if caption is None else caption], path, inside=True)


def _quote(reading: Reading, element: Any, path: str) -> None:
    if EMBEDS.search(element.get("class") or ""):
        reading.add("embed", [element], path)
    elif element.find(".//blockquote") is None and element.find(".//table") is None and len(_text(element)) < 3000:
        reading.add("quote", [element], path, inside=True)
    else:
        _walk(reading, element, path, 0, False)


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
    return all(len(_text(cell)) < 400 and len(cell.findall(".//p")) < 3 for row in cells for cell in row)


def _text(element: Any) -> str:
    """Return the visible text of an element, without what is silent inside; blocks inside are parted by a space."""
    parts: list[str] = []
    _gather(element, parts)
    return " ".join("".join(parts).split())


def _gather_all(nodes: list[Any], parts: list[str], inside: bool) -> int:
    """Collect the text of nodes; return how many of its characters are linked."""
    linked = 0
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif inside:
            if node.text:
                parts.append(node.text)
            for child in node:
                linked += _gather(child, parts)
                if child.tail:
                    parts.append(child.tail)
        else:
            linked += _gather(node, parts)
    return linked


def _gather(element: Any, parts: list[str]) -> int:
    tag = element.tag
    if tag in SILENT or not isinstance(tag, str):
        return 0
    start = len(parts)
    apart = tag not in INLINE or tag == "br"
    if apart:
        parts.append(" ")
    if element.text:
        parts.append(element.text)
    linked = 0
    for child in element:
        linked += _gather(child, parts)
        if child.tail:
            parts.append(child.tail)
    if apart:
        parts.append(" ")
    if tag == "a" and element.get("href") is not None:
        return len(" ".join("".join(parts[start:]).split()))
    return linked


def _outer(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _inner(element: Any) -> str:
    return _escape(element.text or "") + "".join(
        (_outer(child) if isinstance(child.tag, str) and child.tag not in SILENT else "") + _escape(child.tail or "")
        for child in element
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- a dump -----------------------------------------------------------------------------------------------------------
def dump_blocks(text: str) -> list[Block]:
    """Return the lines of a flattened dump as blocks; lines that were cut at inline tags are joined again.

    >>> [b.text for b in dump_blocks("Skip to content\\n\\nThe mayor of the old town spoke late\\n, and then,\\nas the rain fell on the square, he went.\\n")]
    ['Skip to content', 'The mayor of the old town spoke late, and then, as the rain fell on the square, he went.']
    """
    blocks: list[Block] = []
    previous = 0
    lines = [" ".join(line.split()) for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        after = lines[number] if number < len(lines) else ""
        if blocks and number == previous + 1 and _continues(blocks[-1].text, line, after):
            before = blocks[-1].text
            space = "" if line[0] in CLOSING or before[-1] in OPENING else " "
            blocks[-1] = replace(blocks[-1], text=before + space + line)
        else:
            blocks.append(Block("paragraph", line, path=f"line:{number}", position=len(blocks)))
        previous = number
    return blocks


def _continues(before: str, line: str, after: str) -> bool:
    """Tell whether a line goes on with the sentence of the line before; `after` is the line after it.

    >>> _continues("The lock at", "Ferrow", "was opened by hand"), _continues("News", "Sport", "Weather")
    (True, False)
    """
    if SENTENCE_END.search(before) or is_date(line):
        return False
    if line[0] in CLOSING:
        return len(line) > 1 or line in ".,)。，"
    if before[-1] in OPENING + ",–—-/&、，":
        return size(before) > 40 or size(line) > 40
    if line[0].islower() or line[0].isdigit():
        return size(before) + size(line) > 40 and (size(before) > 25 or before[0].isupper())
    last = before.rpartition(" ")[2]
    return " " in before and last.isalpha() and last.islower() and size(line) < 40 and after[:1].islower()
