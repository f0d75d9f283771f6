"""Filters for templates: addresses as a page links them, a body as our theme shows it, what programs read of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pressroom.content.removals import rule_words
from pressroom.contract import slug
from pressroom.core import i18n
from pressroom.templates import jsonld
from pressroom.templates.partials import show_card, show_neighbour

_LOCAL_LINK = re.compile(r'(href=")(\.\.?/[^"#?:]*/|\.\.?/)(?=["#?])')
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_TABLE = re.compile(r"<table>.*?</table>", re.S)
FIRST_LEVEL, LAST_LEVEL = 2, 6
"""Headings in a body have these levels: the page's own is the first."""


@pass_context
def make_link(context: Context, address: str) -> str:
    """Return an address of the site as this page links it: relative, ending in a file so that a double-click works."""
    resolve = context.resolve_or_missing
    address = str(address).lstrip("/")
    if "#" in address:
        address, mark, name = address.partition("#")
        return f"{make_link(context, address)}{mark}{name}"
    if (not address or address[-1] == "/") and resolve("RELATIVE_URLS") is True:
        address += "index.html"
    return f"{resolve('SITEURL') or ''}/{address}"


@pass_context
def make_absolute(context: Context, address: str) -> str:
    """Return an address of the site as other sites link it."""
    return f"{context['SITE_ADDRESS']}/{str(address).removesuffix('index.html')}"


@pass_context
def show_body(context: Context, html: str) -> Markup:
    """Return a body as our theme shows it.

    Links between articles end in a file too, headings go down from the page's own without a gap, a wide table scrolls in
    a box that the keyboard reaches, and images wait until they are near, but for the first.
    """
    if context.get("RELATIVE_URLS"):
        html = _LOCAL_LINK.sub(r"\1\2index.html", html)
    if "<h" in html:
        html = lower_headings(html)
    if "<table" in html:
        box = f'<section class="scroll" tabindex="0" aria-label="{context["t"]("table")}">'
        html = _TABLE.sub(lambda table: f"{box}{table[0]}</section>", html)
    first, image, rest = html.partition("<img ")
    return Markup(first + image + rest.replace("<img ", '<img loading="lazy" '))


def lower_headings(html: str) -> str:
    """Return HTML whose headings begin at the second level and never skip one going down.

    >>> lower_headings("<h1>a</h1><h4>b</h4><h5>c</h5><h2>d</h2>")
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


def group_by_source(articles: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Return articles by their source, by name, each list in the order given; those without one come last."""
    groups: dict[Any, list[Any]] = {}
    for article in articles:
        groups.setdefault(article.source, []).append(article)
    named = sorted((source for source in groups if source), key=lambda source: (source.name.casefold(), source.slug))
    return [(source, groups[source]) for source in [*named, *(source for source in groups if not source)]]


def group_by_year(articles: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return dated articles, newest first, by their year."""
    return [(year, list(group)) for year, group in groupby(articles, key=lambda article: article.machine_date[:4])]


@pass_context
def write_json_ld(context: Context, article: Any) -> Markup:
    """Return what `jsonld.write_json_ld` does."""
    return Markup(jsonld.write_json_ld(article, context["SITE_ADDRESS"], context["SITENAME"]))


def find_wayback_url(article: Any) -> str:
    """Return what `jsonld.find_wayback_url` does."""
    return jsonld.find_wayback_url(article.source_url, article.captured, article.machine_date)


@pass_context
def make_report_url(context: Context, article: Any) -> str:
    """Return where a reader reports a problem of an article."""
    return jsonld.make_report_url(context["PRESSROOM_REPORT"], article.title, make_absolute(context, article.url))


FILTERS: dict[str, Any] = {
    **i18n.FILTERS, "card": show_card, "neighbour": show_neighbour, "link": make_link, "absolute": make_absolute, "body": show_body, "slug": slug, "json_ld": write_json_ld,
    "by_source": group_by_source, "by_year": group_by_year, "wayback": find_wayback_url, "rule_words": rule_words, "report_address": make_report_url,
}  # fmt: skip
