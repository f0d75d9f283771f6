"""This module writes text and addresses so that Markdown shows them as they are. It is pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|yclid|_ga|ref_src|ref_url|cmpid|ocid|at_\w+|wt_\w+|s_cid|ito|guccounter|spm",
    re.I,
)
"""Parameters of an address that count visitors and lead nowhere else."""
SCHEMES = frozenset({"http", "https", "mailto"})
MAX_ADDRESS = 2000
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

SPACE = re.compile(r"\s+")


def escape_plain(text: str) -> str:
    r"""Return text that renders as itself inside a paragraph, in comrak and in Python-Markdown.

    Entities stand for what the two escape differently; the rest takes a backslash.

    >>> escape_plain("a < b & *c* [d] ~e~ {f}")
    'a &lt; b &amp; \\*c\\* \\[d\\] &#126;e&#126; &#123;f}'
    """
    text = SPACE.sub(" ", text)
    text = text if text.isascii() else _HYPHENS.sub("", text)
    text = _SPECIAL.sub(r"\\\1", write_entities(text))
    return _SNAKE.sub(r"\\_", text) if "_" in text else text


def write_entities(text: str) -> str:
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


def write_target(address: str) -> str:
    """Return an address as it stands between the parentheses of a link."""
    signs = {"(": "%28", ")": "%29", "<": "%3C", ">": "%3E", " ": "%20", "\\": "%5C", '"': "%22", "*": "%2A", "_": "_",
             "`": "%60", "[": "%5B", "]": "%5D", "{": "%7B", "}": "%7D", "|": "%7C", "^": "%5E", "&": "&amp;"}  # fmt: skip
    return "".join(signs.get(letter, letter) for letter in address)


def write_title(text: str) -> str:
    """Return text as it stands between the quotes of a link's title."""
    return write_entities(text).replace('"', "&quot;").replace("\\", "&#92;")
