"""This module parses HTML to an element tree, with limits against pages that are built to stop parsers. It is pure."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
from lxml import etree

from newsarchive.errors import UnreadableCapture
from newsarchive.page.elements import UNCLOSED

MAX_DEPTH = 200
"""Elements inside one another past which a page is refused: parsers turn quadratic (the deepest real one has 70)."""
MAX_TAG = 200_000
"""Characters of one tag past which a page is refused: a million attributes stop every parser (data URIs are cut)."""
_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]{200,}")
_ENDS = re.compile(r"</(?:body|html)\s*>", re.I)
_LONG_TAG = re.compile(r"<[^<>]{200000}")
_OPENED = re.compile(
    r"<(/?)(div|span|table|ul|ol|blockquote|section|article|font|b|i|a|em|strong|center|form|dl)\b", re.I
)
_STEPS = {"div": 1, "span": 1, "a": 1, "ul": 2, "ol": 2, "dl": 2, "table": 4}


def parse_html(html: str) -> Any:
    """Return the page's element tree. Raises UnreadableCapture where the page has none or is built to stop parsers."""
    if "base64," in html:
        html = _DATA_URI.sub("data:,", html)
    if len(ends := _ENDS.findall(html)) > 2:  # a page pasted behind another's end, which the parser would drop
        html = _ENDS.sub("", html, count=len(ends) - 2)
    if len(html) > MAX_TAG and max(map(len, html.split("<"))) >= MAX_TAG and _LONG_TAG.search(html):
        raise UnreadableCapture("capture", f"one tag is over {MAX_TAG:,} characters", "Save the page again.")
    if measure_depth(html) > MAX_DEPTH:
        what = f"elements are nested over {MAX_DEPTH} deep"
        raise UnreadableCapture("capture", what, "Save the article alone, as text.")
    try:
        tree = lxml.html.document_fromstring(
            html.encode("utf-8", "replace"),
            parser=_make_parser(),
        )
    except (etree.ParserError, ValueError) as error:
        raise UnreadableCapture("capture", "there is no page in it", "Save the page again.") from error
    for main in list(tree.iter("main")):
        _free_main(main)
    for reading in tree.iter("rt"):
        _bracket_reading(reading)
    return tree


def _bracket_reading(reading: Any) -> None:
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


def _make_parser() -> Any:
    """Return a parser whose elements are all of one class: lxml's own asks Python for the class of each."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_pis=True, remove_comments=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=lxml.html.HtmlElement))
    return parser


def _free_main(main: Any) -> None:
    """Move `<main>` behind the menu or button that holds it: the page never closed that, so all the rest is inside."""
    caught = [element for element in main.iterancestors() if element.tag in UNCLOSED]
    if caught and caught[-1].getparent() is not None:
        caught[-1].addnext(main)


def measure_depth(html: str) -> int:
    """Return about how deep elements are nested, counted from the text alone.

    >>> measure_depth("<div><div>x</div></div>")
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
