"""This module renders the Markdown of a content file's body as safe HTML, and lists what sanitising takes out of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

import comrak

from pressroom.content import sanitize
from pressroom.content.images import make_figures
from pressroom.content.sanitize import sanitize_html

_INTRASITE = re.compile(r"%7B(filename|static|attach|author|category|tag|index)%7D", re.I)
_CODE = re.compile(r"^(```+|~~~+).*?^\1|(`+).+?\2", re.S | re.M)


def render_markdown(body: str, hosts: frozenset[str] = frozenset()) -> str:
    """Return a Markdown body as safe HTML: comrak, then nh3 last; frames of `hosts` may stay.

    >>> render_markdown("a *b* <script>alert(1)</script>")
    '<p>a <em>b</em> </p>\\n'
    """
    rendered = _render(body)
    if "%7" in rendered:  # without regard to case the pattern is tried at every letter
        rendered = _INTRASITE.sub(r"{\1}", rendered)
    return make_figures(sanitize_html(rendered, hosts))


def may_lose(body: str) -> bool:
    """Tell cheaply whether sanitising could take anything out of a Markdown body."""
    lowered = body.lower() if ":" in body else ""
    return "<" in body or any(scheme in lowered for scheme in ("script:", "data:", "file:"))


def list_removed(body: str, text: str, hosts: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Yield what sanitising takes out of the Markdown body of a file that a person wrote: line of the file, and what.

    >>> list(list_removed("`<script>`\\n\\n<script>b</script>\\n", "Title: x\\n\\n`<script>`\\n\\n<script>b</script>\\n"))
    [(5, '<script>')]
    """
    yield from list_lost(_render(body), text, max(0, len(text) - len(body)), hosts)


def list_lost(
    rendered: str, text: str, start: int = 0, hosts: frozenset[str] = frozenset()
) -> Iterator[tuple[int, str]]:
    """Yield what sanitising takes out of HTML and stands in the text of its file, from a place on."""
    text = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    place = start
    for tag, what in sanitize.list_removed(rendered, hosts):
        written = tag if tag in text else what.partition('"')[2].rstrip('"') or what.rstrip(">")
        if written and (at := text.find(written, place)) >= 0:
            yield text.count("\n", 0, at) + 1, what
            place = at + 1


def _render(body: str) -> str:
    return str(comrak.render_markdown(body, extension_options=_EXTENSIONS, render_options=_RENDERING))


_EXTENSIONS, _RENDERING = comrak.ExtensionOptions(), comrak.RenderOptions()
_EXTENSIONS.table = _EXTENSIONS.footnotes = _EXTENSIONS.strikethrough = _EXTENSIONS.description_lists = True
_RENDERING.unsafe_ = True
