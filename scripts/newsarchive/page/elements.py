"""This module knows the elements of a page: which are inline, which are silent, their text and their HTML. It is
pure."""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from typing import Any

from lxml import etree

from newsarchive.text.measures import LONG

INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "img", "picture", "source", "label", "nobr", "data", "output",
])  # fmt: skip
"""Elements whose text belongs to the paragraph around them."""
SILENT = frozenset([
    "script", "style", "noscript", "template", "head", "svg", "math", "canvas", "map", "audio", "video", "input", "select", "option", "textarea",
    "button", "object", "embed", "applet", "meta", "link", "param", "track", "colgroup", "dialog",
])  # fmt: skip
"""Elements that hold no text to read."""
SPILLED = frozenset(["button", "svg", "select", "dialog", "map", "object", "noscript"])
"""Silent elements that a parser may leave open, so that the rest of the page stands inside."""
UNCLOSED = frozenset(["button", "nav", "header", "footer", "aside"])
"""Elements that never hold `<main>` (HTML 4.4.14), but for a parser that missed their end."""
TEXT_BLOCKS = frozenset(["p", "dt", "dd", "summary", "address", "figcaption", "caption", "legend"])
HEADINGS = {f"h{level}": level for level in range(1, 7)}


def is_hidden(element: Any) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style) and _is_hiding(style)


@lru_cache(maxsize=1024)
def _is_hiding(style: str) -> bool:
    style = style.replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def is_plain(element: Any) -> bool:
    return all(not isinstance(d.tag, str) or d.tag in INLINE or d.tag in SILENT for d in element.iterdescendants())


def list_content(element: Any) -> list[Any]:
    """Return the strings and elements inside of an element."""
    parts: list[Any] = [element.text] if element.text else []
    for child in element:
        if isinstance(child.tag, str) and child.tag not in SILENT:
            parts.append(child)
        if child.tail:
            parts.append(child.tail)
    return parts


def holds_story(element: Any) -> bool:
    total = 0
    for paragraph in element.iter("p"):
        total += len(read_text(paragraph))
        if total > 3 * LONG:
            return True
    return False


def read_alt(image: Any) -> str:
    """Return what an `img` says that it shows; content systems escape its entities twice."""
    return " ".join(unescape(image.get("alt") or "").split())


def read_text(element: Any) -> str:
    """Return the visible text of an element, without what is silent inside; blocks inside are parted by a space."""
    parts: list[str] = []
    _gather_text(element, parts)
    return " ".join("".join(parts).split())


def gather_texts(nodes: list[Any], parts: list[str], inside: bool) -> int:
    """Collect the text of nodes; return how many of its characters are linked."""
    linked = 0
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif inside:
            if node.text:
                parts.append(node.text)
            for child in node:
                linked += _gather_text(child, parts)
                if child.tail:
                    parts.append(child.tail)
        else:
            linked += _gather_text(node, parts)
    return linked


def _gather_text(element: Any, parts: list[str]) -> int:
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
        linked += _gather_text(child, parts)
        if child.tail:
            parts.append(child.tail)
    if apart:
        parts.append(" ")
    if tag == "a" and element.get("href") is not None:
        return len(" ".join("".join(parts[start:]).split()))
    return linked


def write_outer(element: Any) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))


def write_inner(element: Any) -> str:
    return escape_text(element.text or "") + "".join(
        (write_outer(child) if isinstance(child.tag, str) and child.tag not in SILENT else "")
        + escape_text(child.tail or "")
        for child in element
    )


def escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
