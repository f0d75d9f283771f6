"""Rendered HTML to safe HTML: the last step before a page, always. Pure."""

from __future__ import annotations

import re

import nh3

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "picture",
        "pre",
        "q",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "section",
        "small",
        "source",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href", "hreflang", "name"},
    "blockquote": {"cite"}, "q": {"cite"}, "del": {"cite", "datetime"}, "ins": {"cite", "datetime"},
    "col": {"span"}, "colgroup": {"span"},
    "details": {"open"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"reversed", "start", "type"}, "li": {"value"},
    "td": {"colspan", "rowspan", "headers"}, "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "section": {"class"}, "sup": {"class", "id"},
}  # fmt: skip
FOOTNOTE_IDS = re.compile(r"^fn(?:ref)?[\w-]*$")
SCHEMES = {"http", "https", "mailto", "tel"}
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def safe_html(html: str) -> str:
    """Return HTML without what could run, load or dress itself up as the site.

    Control characters go first, because a later step may drop them and so make a scheme of what was none.

    >>> safe_html('<a href="java\\x02script:x" onclick="y">z</a><img src="data:x">')
    '<a rel="noopener noreferrer">z</a><img>'
    """
    return _CLEANER.clean(_CONTROLS.sub("", html))


def _kept(tag: str, name: str, value: str) -> str | None:
    """Keep ids and classes of footnotes only: others could take the place of the page's own."""
    if name == "id":
        return value if FOOTNOTE_IDS.match(value) else None
    if name == "class":
        return value if value.startswith("footnote") else None
    return value


_CLEANER = nh3.Cleaner(
    tags=set(TAGS),
    attributes={tag: set(names) for tag, names in ATTRIBUTES.items()}
    | {"a": {"href", "hreflang", "id", "class"}, "li": {"value", "id"}},
    attribute_filter=_kept,
    url_schemes=SCHEMES,
    link_rel="noopener noreferrer",
)
