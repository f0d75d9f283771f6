"""What a reader sees of Markdown that comrak and Python-Markdown rendered, and what they should see of blocks."""

from __future__ import annotations

import html as htmllib
import re

import comrak
import markdown as python_markdown
from newsarchive.page import markdown

INLINE = "a abbr b cite code del em i ins kbd mark q s small span strong sub sup u var"
_INLINE = re.compile(rf"</?(?:{INLINE.replace(' ', '|')})(?:\s[^<>]*)?>")
_FIGURE = re.compile(r'<a href="[^"<>]*" title="[^"<>]*">.*?</a>', re.S)
_PLAYER = re.compile(r'<p><a href="https?://([^/"]+)[^"]*">\1</a></p>')
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_TAG = re.compile(r"<[^<>]*>")


def comrak_html(text: str) -> str:
    """Render as the site does."""
    extensions = comrak.ExtensionOptions()
    extensions.table = extensions.footnotes = extensions.strikethrough = extensions.description_lists = True
    rendering = comrak.RenderOptions()
    rendering.unsafe_ = True
    return comrak.render_markdown(text, extension_options=extensions, render_options=rendering)


def python_html(text: str) -> str:
    """Render as stock Pelican does."""
    return python_markdown.markdown(text, extensions=["extra"])


RENDERERS = {"comrak": comrak_html, "Python-Markdown": python_html}


def seen(html: str) -> str:
    """Return the visible text of rendered HTML; links that stand for pictures and players are left out."""
    html = _PLAYER.sub(" ", _FIGURE.sub(" ", html))
    return folded(htmllib.unescape(_TAG.sub(" ", _INLINE.sub("", html))))


def folded(text: str) -> str:
    """Return a text with its white space folded, without characters that have no look."""
    return " ".join(_UNSEEN.sub("", text).split())


def said(blocks: list, base_url: str = "") -> str:
    """Return the text that blocks hold; a picture that can be linked is a link, and left out."""
    return folded(" ".join(block.text for block in blocks if block.kind != "figure" or not _is_link(block, base_url)))


def _is_link(block, base_url: str) -> bool:
    return markdown.write_markdown([block], base_url).startswith("[") or "<figcaption" not in block.html
