"""This module takes the visible text out of rendered HTML, and makes the excerpt that lists show. Pure."""

from __future__ import annotations

import re
from html import unescape

EXCERPT = 220
"""The excerpt that listings and search results show has no more characters."""
_PARAGRAPH = re.compile(r"<(?:p|li)>([^<]*(?:<(?!/(?:p|li)>)[^<]*)*)</(?:p|li)>")
"""It has no `.*?`, which goes letter by letter."""
_TAGS = re.compile(r"<[^>]*>")


def extract_text(rendered: str) -> str:
    """Return the visible text of HTML, white space folded.

    >>> extract_text("<p>a &lt; <b>b</b></p><p>c</p>")
    'a < b c'
    """
    return fold_space(unescape(_TAGS.sub(" ", rendered.replace("</b>", "").replace("<b>", ""))))


def fold_space(text: str) -> str:
    """Return text with each run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def make_excerpt(rendered: str, longest: int = EXCERPT) -> str:
    """Return the first words of an article's paragraphs, cut at a word.

    >>> make_excerpt("<h2>x</h2><p>One two three</p>", 8)
    'One two …'
    """
    start, parts, length = 0, [], 0
    while length <= longest * 2 and (match := _PARAGRAPH.search(rendered, start)):
        start = match.end()
        if shown := extract_text(match[1]):
            parts.append(shown)
            length += len(shown) + 1
    text = " ".join(parts).strip() if parts else extract_text(rendered)
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut.rpartition(" ")[0] if " " in cut[longest // 2 :] else cut).rstrip(",;:. ") + " …"
