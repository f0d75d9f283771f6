"""Filters for templates: addresses as a page links them, and a body as our theme shows it."""

from __future__ import annotations

import re
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pressroom.contract import slug
from pressroom.fragments import card
from pressroom.removals import rule_words

_LOCAL_LINK = re.compile(r'(href=")(\.\.?/[^"#?:]*/|\.\.?/)(?=["#?])')
_HEADING = re.compile(r"(</?h)1(?=[ >])")


@pass_context
def link(context: Context, address: str) -> str:
    """Return an address of the site as this page links it: relative, ending in a file so that a double-click works."""
    found = context.resolve_or_missing
    address = str(address).lstrip("/")
    if "#" in address:
        address, mark, name = address.partition("#")
        return f"{link(context, address)}{mark}{name}"
    if (not address or address[-1] == "/") and found("RELATIVE_URLS") is True:
        address += "index.html"
    return f"{found('SITEURL') or ''}/{address}"


@pass_context
def absolute(context: Context, address: str) -> str:
    """Return an address of the site as other sites link it."""
    return f"{context['SITE_ADDRESS']}/{str(address).removesuffix('index.html')}"


@pass_context
def local_links(context: Context, html: str) -> Markup:
    """Let links between articles end in a file too, and start the body's headings below the page's own."""
    if context.get("RELATIVE_URLS"):
        html = _LOCAL_LINK.sub(r"\1\2index.html", html)
    return Markup(_HEADING.sub(r"\g<1>2", html))


FILTERS: dict[str, Any] = {
    "card": card,
    "link": link,
    "absolute": absolute,
    "local_links": local_links,
    "slug": slug,
    "rule_words": rule_words,
}
