"""A page as blocks, and which of them are the story. Pure.

Pages: every visible piece of text becomes a block with its place in the DOM; trafilatura's extraction is evidence, and
the choice is made block by block. Flattened dumps: lines become blocks, and the best run of paragraphs is the story.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import lxml.html
import trafilatura
from lxml import etree

from newsarchive.dates import is_date
from newsarchive.errors import UnreadableCapture
from newsarchive.models import Block
from newsarchive.residue import matches
from newsarchive.rules import Rules
from newsarchive.shape import LONG, is_long, size, words

MAX_DEPTH = 200
"""Elements inside one another past which a page is refused: parsers turn quadratic (the deepest real one has 70)."""
MAX_TAG = 200_000
"""Characters of one tag past which a page is refused: a million attributes stop every parser (data URIs are cut)."""
"""First the inline elements, whose text belongs to the paragraph around them; then those that hold no text to read."""
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
        "rp",
        "rt",
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
        "center",
    ]
) - {"center"}
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
UNCLOSED = frozenset({"button", "nav", "header", "footer", "aside"})
"""Elements that never hold `<main>` (HTML 4.4.14), but for a parser that missed their end."""
TEXT_BLOCKS = {"p": "paragraph", "dt": "paragraph", "dd": "paragraph", "summary": "paragraph", "address": "paragraph",
               "figcaption": "paragraph", "caption": "paragraph", "legend": "paragraph"}  # fmt: skip
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
NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
MISTRUST = 0.2
"""Share of the backed text past which a class word cannot mean furniture (the largest true share on the development
pages is a box of 15 %)."""
COVERED = 0.6
"""Share of a block's four-word runs that must occur in the extraction for it to back the block."""
SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$|[:;：；]$")

CLOSING = ",.;:!?)]»”’。，、；：！？）」』"
OPENING = "([{«“„‘（「『"
"""Signs that no space stands before, or after."""

_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]{200,}")
_LONG_TAG = re.compile(r"<[^<>]{200000}")
_SPACE = re.compile(r"\s+")


def parse(html: str) -> Any:
    """Return the page's element tree. Raises UnreadableCapture where the page has none or is built to stop parsers."""
    html = _DATA_URI.sub("data:,", html)
    if _LONG_TAG.search(html):
        raise UnreadableCapture("capture", f"one tag is over {MAX_TAG:,} characters", "Save the page again.")
    if depth(html) > MAX_DEPTH:
        what = f"elements are nested over {MAX_DEPTH} deep"
        raise UnreadableCapture("capture", what, "Save the article alone, as text.")
    try:
        tree = lxml.html.document_fromstring(
            html.encode("utf-8", "replace"),
            parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True),
        )
    except (etree.ParserError, ValueError) as error:
        raise UnreadableCapture("capture", "there is no page in it", "Save the page again.") from error
    for main in list(tree.iter("main")):
        _free(main)
    return tree


def _free(main: Any) -> None:
    """Move `<main>` behind the menu or button that holds it: the page never closed that, so all the rest is inside."""
    caught = [element for element in main.iterancestors() if element.tag in UNCLOSED]
    if caught and caught[-1].getparent() is not None:
        caught[-1].addnext(main)


_OPENED = re.compile(
    r"<(/?)(div|span|table|tr|td|ul|ol|li|blockquote|section|article|font|b|i|a|p|em|strong|center|form|dl|dd)\b", re.I
)


def depth(html: str) -> int:
    """Return about how deep elements are nested, counted from the text alone.

    >>> depth("<div><div>x</div></div>")
    2
    """
    if html.count("<") < MAX_DEPTH:
        return min(html.count("<div"), 2) if html.count("<div") < 3 else 3
    deepest = level = 0
    for match in _OPENED.finditer(html):
        if match[2].lower() in ("p", "li", "td", "tr", "dd"):
            continue
        steps = {"ul": 2, "ol": 2, "dl": 2, "table": 4}.get(match[2].lower(), 1)
        level = max(0, level - steps) if match[1] else level + steps
        deepest = max(deepest, level)
    return deepest


# --- a page to blocks -----------------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Walks a tree in document order and collects its blocks."""

    base_url: str
    blocks: list[Block] = field(default_factory=list)

    def add(
        self, kind: str, element: Any, path: str, html: str, text: str, *, level: int = 0, ordered: bool = False
    ) -> None:
        if kind != "pre":
            text = _SPACE.sub(" ", text).strip()
        if text or kind in ("figure", "embed"):
            density = _density(html, text)
            self.blocks.append(Block(kind, text, html, density, path, len(self.blocks), level, ordered))


def html_blocks(tree: Any, base_url: str) -> list[Block]:
    """Return every visible block of a page in document order, furniture included."""
    reader = _Reader(base_url)
    body = tree.find("body")
    _walk(reader, tree if body is None else body, "body", 0, False)
    return reader.blocks


def _step(element: Any) -> str:
    """Return an element's step of a path: `div.story`, with its classes, id and role."""
    names = [element.get("class") or "", element.get("id") or "", element.get("role") or ""]
    found = [name for value in names for name in value.split()[:6]]
    return ".".join([str(element.tag), *(name.replace("/", "").replace(".", "")[:40] for name in found)])


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def _walk(reader: _Reader, element: Any, path: str, item_level: int, ordered: bool) -> None:
    """Emit the blocks of a container: its runs of inline content, and its block children.

    The first paragraph of a list item is the item; those after it are paragraphs whose level is the item's depth.
    """
    run: list[Any] = []
    kind, level = ("item", item_level) if element.tag == "li" else ("paragraph", 0)

    def emit(content: list[Any], at: str) -> None:
        nonlocal kind
        kind = _emit_run(reader, content, at, kind, level, ordered)

    if element.text and element.text.strip():
        run.append(element.text)
    for child in element:
        if not isinstance(child.tag, str) or child.tag in SILENT:
            pass
        elif _is_inline(child):
            run.append(child)
        else:
            if run:
                emit(run, path)
                run = []
            if level and child.tag == "p" and _is_plain(child) and not _is_hidden(child):
                emit([child.text or "", *_children(child)], f"{path}/{_step(child)}")
            else:
                _block(reader, child, path, item_level, ordered)
                kind, level = ("paragraph", 0) if child.tag in HEADINGS else (kind, level)
        if child.tail and (child.tail.strip() or run):
            run.append(child.tail)
    if run:
        emit(run, path)


def _is_inline(element: Any) -> bool:
    """Tell whether an element is inline and holds nothing else; a link around a whole card is a container."""
    if element.tag not in INLINE:
        return False
    return all(not isinstance(d.tag, str) or d.tag in INLINE or d.tag in SILENT for d in element.iterdescendants())


def _block(reader: _Reader, element: Any, path: str, item_level: int, ordered: bool) -> None:
    tag = element.tag
    path = f"{path}/{_step(element)}"
    if _is_hidden(element):
        path += ".hidden"
    if tag in HEADINGS:
        reader.add("heading", element, path, _inner(element), _text(element), level=HEADINGS[tag])
    elif tag == "pre":
        reader.add("pre", element, path, _outer(element), "".join(element.itertext()).strip("\n"))
    elif tag == "figure" and not _holds_story(element):
        _figure(reader, element, path)
    elif tag == "iframe":
        if PLAYERS.search(element.get("src") or element.get("data-src") or ""):
            reader.add("embed", element, path, _outer(element), "")
    elif tag == "blockquote":
        _quote(reader, element, path)
    elif tag == "table" and _is_data(element):
        reader.add("table", element, path, _outer(element), _text(element))
    elif tag in ("ul", "ol"):
        _walk(reader, element, path, item_level + 1, tag == "ol")
    elif tag == "hr":
        pass
    elif tag in TEXT_BLOCKS and _is_plain(element):
        _emit_run(reader, [element.text or "", *_children(element)], path, TEXT_BLOCKS[tag], 0, False)
    else:
        _walk(reader, element, path, item_level, ordered)


def _children(element: Any) -> list[Any]:
    parts: list[Any] = []
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SILENT:
            parts.append(child)
        if child.tail:
            parts.append(child.tail)
    return parts


def _is_plain(element: Any) -> bool:
    return all(not isinstance(d.tag, str) or d.tag in INLINE or d.tag in SILENT for d in element.iterdescendants())


def _emit_run(reader: _Reader, run: list[Any], path: str, kind: str, level: int, ordered: bool) -> str:
    """Emit inline content as one block, as several where two line breaks part it, its images as figures.

    Returns the kind of what follows in the same container: after an item, the item's further paragraphs.
    """
    for part in _parted(run, path.rpartition("/")[2].partition(".")[0] not in TEXT_BLOCKS):
        text = "".join(piece if isinstance(piece, str) else _text(piece, spaced=False) for piece in part)
        html = "".join(_escape(piece) if isinstance(piece, str) else _outer(piece) for piece in part)
        images = [image for piece in part if not isinstance(piece, str) for image in _images(piece)]
        if text.strip():
            reader.add(kind, None, path, html, text, level=level, ordered=ordered and kind == "item")
            kind = "paragraph" if kind == "item" else kind
        for image in images:
            reader.add("figure", image, f"{path}/img", _outer(image), image.get("alt") or "")
    return kind


def _parted(run: list[Any], loose: bool) -> Iterator[list[Any]]:
    """Yield the parts of a run: parted at two line breaks, and loose short lines (menus of old pages) at each one."""
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
    return "".join(piece if isinstance(piece, str) else _text(piece, spaced=False) for piece in part).strip()


def _images(element: Any) -> list[Any]:
    return [element] if element.tag == "img" else list(element.iter("img"))


def _holds_story(element: Any) -> bool:
    return sum(len(_text(p)) for p in element.iter("p")) > 3 * LONG


def _figure(reader: _Reader, element: Any, path: str) -> None:
    caption = element.find(".//figcaption")
    text = _text(caption) if caption is not None else _text(element)
    if element.find(".//img") is not None or PLAYERS.search(_outer(element)):
        reader.add("figure", element, path, _outer(element), text)
    elif element.find(".//table") is not None or element.find(".//blockquote") is not None:
        _walk(reader, element, path, 0, False)
    else:
        reader.add("paragraph", element, path, _inner(element if caption is None else caption), text)


def _quote(reader: _Reader, element: Any, path: str) -> None:
    if EMBEDS.search(element.get("class") or ""):
        reader.add("embed", element, path, _outer(element), _text(element))
    elif element.find(".//blockquote") is None and element.find(".//table") is None and len(_text(element)) < 3000:
        reader.add("quote", element, path, _inner(element), _text(element))
    else:
        _walk(reader, element, path, 0, False)


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


def _text(element: Any, *, spaced: bool = True) -> str:
    """Return the visible text of an element, without what is silent inside; blocks inside are parted by a space."""
    parts: list[str] = []
    _gather(element, parts)
    text = "".join(parts)
    return _SPACE.sub(" ", text).strip() if spaced else text


def _gather(element: Any, parts: list[str]) -> None:
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    apart = element.tag not in INLINE or element.tag == "br"
    if apart:
        parts.append(" ")
    if element.text:
        parts.append(element.text)
    for child in element:
        _gather(child, parts)
        if child.tail:
            parts.append(child.tail)
    if apart:
        parts.append(" ")


def _outer(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def _inner(element: Any) -> str:
    return _escape(element.text or "") + "".join(
        (_outer(child) if isinstance(child.tag, str) and child.tag not in SILENT else "") + _escape(child.tail or "")
        for child in element
    )


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


_ANCHOR = re.compile(r"<a\b[^>]*\bhref[^>]*>(.*?)</a>", re.S | re.I)
_TAGS = re.compile(r"<[^>]*>")


def _density(html: str, text: str) -> float:
    if "<a" not in html or not text:
        return 0.0
    linked = sum(len(_SPACE.sub(" ", _TAGS.sub("", inner)).strip()) for inner in _ANCHOR.findall(html))
    return min(1.0, linked / len(text))


# --- a dump to blocks -----------------------------------------------------------------------------------------------


def dump_blocks(text: str) -> list[Block]:
    """Return the lines of a flattened dump as blocks; lines that were cut at inline tags are joined again.

    >>> [b.text for b in dump_blocks("Skip to content\\n\\nThe mayor of the old town spoke late\\n, and then,\\nas the rain fell on the square, he went.\\n")]
    ['Skip to content', 'The mayor of the old town spoke late, and then, as the rain fell on the square, he went.']
    """
    blocks: list[Block] = []
    previous = 0
    lines = [_SPACE.sub(" ", line).strip() for line in text.split("\n")]
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


# --- which blocks are the story -------------------------------------------------------------------------------------


def choose(blocks: list[Block], rules: Rules, tree: Any = None) -> list[tuple[Block, str]]:
    """Return each block with the id of the rule that leaves it out of the story, or "". `tree` is None for a dump.

    The tree may be changed.
    """
    return _choose_html(blocks, rules, tree) if tree is not None else _choose_dump(blocks, rules)


def _choose_html(blocks: list[Block], rules: Rules, tree: Any) -> list[tuple[Block, str]]:
    evidence = _extracted(tree)
    backed = [_is_backed(block, *evidence) for block in blocks]
    if not any(backed):
        backed = [is_long(block) for block in blocks]
    root = _common([b.path for b, yes in zip(blocks, backed, strict=True) if yes and is_long(b)])
    places: Counter[str] = Counter()
    for block, yes in zip(blocks, backed, strict=True):
        if yes and is_long(block):
            places[block.path.rpartition("/")[0]] += 1
    numbers = [n for n, yes in enumerate(backed) if yes and is_long(blocks[n])] or [-1]
    first, last = numbers[0], numbers[-1]
    marks = _trusted_furniture(blocks, backed, root, rules)
    judged = []
    for number, block in enumerate(blocks):
        furniture = marks[number]
        within = first <= number <= last
        if furniture:
            rule = f"furniture:{furniture}"
        elif backed[number] or (within and _belongs(block, places)):
            rule = ""
        else:
            rule = "outside-body"
        judged.append((block, rule))
    return judged


def _belongs(block: Block, places: Counter[str]) -> bool:
    """Tell whether a block that no extractor took stands among the body's paragraphs as one of them."""
    if block.path.rpartition("/")[0] not in places and not (block.kind == "item" and _near(block.path, places)):
        return False
    if block.kind in ("figure", "embed", "table", "pre", "quote"):
        return True
    return block.link_density < 0.5


def _near(path: str, places: Counter[str]) -> bool:
    return path.rpartition("/")[0].rpartition("/")[0] in places


def _extracted(tree: Any) -> tuple[set[tuple[str, ...]], set[str]]:
    """Return the four-word runs of trafilatura's extraction, and its lines with their last words alone."""
    text = trafilatura.extract(
        deepcopy(tree), include_comments=False, include_tables=True, favor_precision=True, deduplicate=False
    )
    lines = [words(line) for line in (text or "").split("\n")]
    ends = {" ".join(line.split(" ")[-n:]) for line in lines for n in range(1, 6)}
    return set(_runs(" ".join(lines))), (ends | set(lines)) - {""}


def _runs(text: str) -> Iterable[tuple[str, ...]]:
    found = _tokens(text)
    return (tuple(found[n : n + 4]) for n in range(len(found) - 3))


def _tokens(text: str) -> list[str]:
    """Return words; scripts without spaces give one for each character."""
    return re.findall(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+", text)


def _is_backed(block: Block, runs: set[tuple[str, ...]], lines: set[str]) -> bool:
    text = words(block.text)
    found = list(_runs(text))
    if len(found) >= 3:
        return sum(run in runs for run in found) >= COVERED * len(found)
    return text in lines


def _common(paths: list[str]) -> str:
    """Return the deepest path that holds most of the story's long paragraphs."""
    counts: Counter[str] = Counter()
    for path in paths:
        steps = path.split("/")
        for n in range(1, len(steps)):
            counts["/".join(steps[:n])] += 1
    held = [path for path, count in counts.items() if count >= 0.7 * len(paths)]
    return max(held, key=len, default="")


def _trusted_furniture(blocks: list[Block], backed: list[bool], root: str, rules: Rules) -> list[str]:
    """Return each block's furniture word or "".

    A word that would take away much of what the extraction backs names no furniture on this page: page builders call
    every paragraph a widget, and metered pages mark the paid part of the story itself.
    """
    words_of = [_furniture(block.path, root, rules) for block in blocks]
    total = sum(len(block.text) for block, yes in zip(blocks, backed, strict=True) if yes)
    distrusted: set[str] = set()
    while True:
        marks = [next((word for word in found if word not in distrusted), "") for found in words_of]
        weight: Counter[str] = Counter()
        for block, yes, mark in zip(blocks, backed, marks, strict=True):
            weight[mark] += len(block.text) if yes and mark else 0
        wrong = {word for word, count in weight.items() if count > MISTRUST * total}
        if not wrong:
            return marks
        distrusted |= wrong


def _furniture(path: str, root: str, rules: Rules) -> list[str]:
    """Return the elements and words that mark a block below or beside the story's element as furniture."""
    steps = path.split("/")
    shared = 0
    for ours, theirs in zip(steps, root.split("/"), strict=False):
        if ours != theirs:
            break
        shared += 1
    found = []
    for step in steps[shared:]:
        tag, *names = step.split(".")
        found += [tag] if tag in rules.tags else []
        for name in names:
            found += [part for part in _parts(name) if part in rules.words]
    return found


@lru_cache(maxsize=100_000)
def _parts(name: str) -> tuple[str, ...]:
    """Return the words of a class name in lower case; parts with digits are made by machines and mean nothing.

    >>> _parts("related-stories_b5ad4"), _parts("sidebarAd")
    (('related', 'stories'), ('sidebar', 'ad', 'sidebarad'))
    """
    pieces = [piece for piece in re.split(r"[-_:]+", name) if piece and not any(c.isdigit() for c in piece)]
    words = [word.lower() for piece in pieces for word in NAME_PARTS.findall(piece)]
    return tuple(dict.fromkeys([*words, *(piece.lower() for piece in pieces)]))


def _choose_dump(blocks: list[Block], rules: Rules) -> list[tuple[Block, str]]:
    """Take the run of lines with the best sum of weights: paragraphs weigh for it, short lines against it."""
    weights = [-1.0 if _is_related(block, rules) else _weight(block) for block in blocks]
    first, last = _best_run(weights)
    return [
        (block, "" if first <= number <= last else "before-body" if number < first else "after-body")
        for number, block in enumerate(blocks)
    ]


def _is_related(block: Block, rules: Rules) -> bool:
    """Tell a line that leads to another story: it stands in the middle of this one and does not end it."""
    return any(
        rule.effect == "remove" and rule.place == "any" and rule.longest > 200 and matches(rule, block)
        for rule in rules.residue
    )


def _weight(block: Block) -> float:
    """Return how much a line speaks for the story: its length over a threshold, in words of about six letters."""
    length = size(block.text)
    ends = bool(SENTENCE_END.search(block.text))
    if length >= LONG:
        return min(length, 600) / 6 if ends else min(length, 300) / 12
    if length >= 70:
        return 6.0 if ends else -2.0
    return -1.0 if ends else -7.0


def _best_run(weights: list[float]) -> tuple[int, int]:
    """Return first and last index of the contiguous run with the largest sum (Kadane).

    >>> _best_run([-1, 5, -2, 6, -9])
    (1, 3)
    """
    best, best_run, total, start = float("-inf"), (0, len(weights) - 1), 0.0, 0
    for number, weight in enumerate(weights):
        if total <= 0:
            total, start = 0.0, number
        total += weight
        if total > best:
            best, best_run = total, (start, number)
    return best_run
