"""Filters for templates: addresses as a page links them, a body as our theme shows it, what programs read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pressroom.content.removals import spell_rule
from pressroom.contract import make_slug
from pressroom.core import i18n
from pressroom.templates import jsonld
from pressroom.templates.partials import card, neighbour

_LOCAL_LINK = re.compile(r'(href=")(\.\.?/[^"#?:]*/|\.\.?/)(?=["#?])')
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_TABLE = re.compile(r"<table>.*?</table>", re.S)
FIRST_LEVEL, LAST_LEVEL = 2, 6
"""Of headings in a body: the page's own is the first."""


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
def body(context: Context, html: str) -> Markup:
    """Return a body as our theme shows it.

    Links between articles end in a file too, headings go down from the page's own without a gap, a wide table scrolls in
    a box that the keyboard reaches, and images wait until they are near, but for the first.
    """
    if context.get("RELATIVE_URLS"):
        html = _LOCAL_LINK.sub(r"\1\2index.html", html)
    if "<h" in html:
        html = headings(html)
    if "<table" in html:
        box = f'<section class="scroll" tabindex="0" aria-label="{context["t"]("table")}">'
        html = _TABLE.sub(lambda table: f"{box}{table[0]}</section>", html)
    first, image, rest = html.partition("<img ")
    return Markup(first + image + rest.replace("<img ", '<img loading="lazy" '))


def headings(html: str) -> str:
    """Return HTML whose headings begin at the second level and never skip one going down.

    >>> headings("<h1>a</h1><h4>b</h4><h5>c</h5><h2>d</h2>")
    '<h2>a</h2><h3>b</h3><h4>c</h4><h3>d</h3>'
    """
    above: list[int] = []

    def level(match: re.Match[str]) -> str:
        if not match[1]:
            given = int(match[2])
            while above and above[-1] >= given:
                above.pop()
            above.append(given)
        return f"<{match[1]}h{min(LAST_LEVEL, FIRST_LEVEL - 1 + len(above))}"

    return _HEADING.sub(level, html)


def by_source(articles: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Return articles by their source, by name, each list in the order given; those without one come last."""
    groups: dict[Any, list[Any]] = {}
    for article in articles:
        groups.setdefault(article.source, []).append(article)
    named = sorted((source for source in groups if source), key=lambda source: (source.name.casefold(), source.slug))
    return [(source, groups[source]) for source in [*named, *(source for source in groups if not source)]]


def by_year(articles: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return dated articles, newest first, by their year."""
    return [(year, list(found)) for year, found in groupby(articles, key=lambda article: article.machine_date[:4])]


@pass_context
def json_ld(context: Context, article: Any) -> Markup:
    """Return what `structured.json_ld` does."""
    return Markup(jsonld.json_ld(article, context["SITE_ADDRESS"], context["SITENAME"]))


def wayback(article: Any) -> str:
    """Return what `structured.wayback` does."""
    return jsonld.wayback(article.source_url, article.captured, article.machine_date)


@pass_context
def report_address(context: Context, article: Any) -> str:
    """Return where a reader reports a problem of an article."""
    return jsonld.report_address(context["PRESSROOM_REPORT"], article.title, absolute(context, article.url))


FILTERS: dict[str, Any] = {
    **i18n.FILTERS, "card": card, "neighbour": neighbour, "link": link, "absolute": absolute, "body": body, "slug": make_slug, "json_ld": json_ld,
    "by_source": by_source, "by_year": by_year, "wayback": wayback, "rule_words": spell_rule, "report_address": report_address,
}  # fmt: skip
