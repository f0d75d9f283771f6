"""This module tells one story from many: what speaks for a listing and what against it, in points. It is pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from newsarchive.body.judged_page import (
    FLASH,
    NOTICE,
    STORY,
    TEASER,
    JudgedPage,
    find_title,
    find_title_line,
    is_bare,
    is_dated,
    is_headed,
    is_in_menu,
    is_site,
    is_stated_article,
)
from newsarchive.body.layout import Layout
from newsarchive.models import Fact

MANY = 10
"""Linked headlines from which a page with less text than a flash for each is a list of them."""
LISTING = 2
"""Points from which a page is a listing; set on the development pages and the generated ones (`bench/kinds.py`)."""
_DATED = re.compile(r"/(?:19|20)\d\d[/-]?\d\d")
_NUMBERED = re.compile(r"\d{5,}|\.(?:s?html?|aspx?|php|ece|story)$")


def list_article_points(page: JudgedPage) -> list[tuple[int, str]]:
    """Return what speaks for one story."""
    classes = set(page.value("body_class").split())
    path = urlsplit(page.url).path
    segments = page.segments()
    points = [
        (4, "JSON-LD names an article", is_stated_article(page)),
        (3, "the markup is of a single story", bool(classes & page.kinds["article"].classes)),
        (1, "og:type is article", page.value("type").lower() == "article"),
        (2, "the address is of a story", bool(_DATED.search(path) or _NUMBERED.search(path)) and len(segments) > 0),
        (
            2,
            "the address spells a headline",
            bool(segments) and max(s.count("-") + s.count("_") for s in segments) >= 3,
        ),
        (1, "a day of publication is stated", page.facts.get("date", Fact("", "", "")).origin in ("json-ld", "meta")),
        (1, "authors are stated", page.facts.get("authors", Fact("", "", "")).origin in ("json-ld", "meta")),
    ]
    return [(weight, words) for weight, words, holds in points if holds]


def list_listing_points(page: JudgedPage, layout: Layout) -> Iterator[tuple[int, str]]:
    """Yield what speaks for many stories."""
    known = page.kinds["listing"]
    segments = page.segments()
    classes = set(page.value("body_class").split())
    single = classes & page.kinds["article"].classes
    things = page.things()
    named = sum(count for name, count in things.items() if name in page.kinds["article"].types)
    if page.url and not segments and not urlsplit(page.url).query:
        yield 4, "its address is a front"
    elif segments and (set(segments[:-1]) & known.addresses and len(segments) < 5 and segments[-1].count("-") < 4):
        yield 3, f"its address is a topic: {urlsplit(page.url).path}"
    elif segments and len(segments) < 3 and segments[-1] in known.last:
        yield 3, f"its address is a front or a topic: {urlsplit(page.url).path}"
    if (marks := classes & known.classes) and not single:
        yield 3, f"its markup says so: {min(marks)}"
    if (kinds := {"CollectionPage", "ItemList", "ProfilePage"} & things.keys()) and not named:
        yield 3, f"the page calls itself {min(kinds)}"
    if named >= 4:
        yield 2, f"JSON-LD names {named} articles"
    if title := find_title(page, "listing") or find_title_line(page, "listing"):
        yield 3, f"its title says so: {title}"
    elif is_site(page):
        yield 3, "it is called as the site is"
    elif is_in_menu(page):
        yield 2, "its title stands in its menu"
    if page.is_dump():
        bare = is_bare(page)
        most = STORY if bare or (layout.heads >= 6 and not is_dated(page)) else TEASER
        if layout.heads >= 3 and layout.run < most:
            yield 2, f"{layout.heads} lines that are headlines and no text of {most} letters between them"
        if bare:
            yield 1, "its name stands over the text with no date and no author"
    else:
        yield from _list_layout_points(layout)
    yield from _list_mark_points(layout)
    if layout.lead >= FLASH and not (page.is_dump() and (layout.dates >= 3 or not is_dated(page))):
        yield -4 if is_dated(page) else -1, "a text of its own before the first of them"
    if is_headed(page):
        yield -4, "a headline, a date or an author and a text"


def _list_layout_points(layout: Layout) -> Iterator[tuple[int, str]]:
    if layout.heads >= 3 and layout.run < STORY:
        yield 2, f"{layout.heads} linked headlines and no text of {STORY} letters between them"
    if layout.heads >= 6 and layout.run < 2 * STORY and layout.prose / layout.heads < STORY:
        yield (
            3 if layout.heads >= MANY and layout.prose / layout.heads < FLASH else 2,
            f"{layout.heads} linked headlines with {round(layout.prose / layout.heads)} letters each",
        )
    if not layout.heads and layout.run > STORY:
        yield -2, "text without a linked headline"
    elif layout.run > 3 * STORY:
        yield -2, "a run of text"


def _list_mark_points(layout: Layout) -> Iterator[tuple[int, str]]:
    if layout.more >= 3:
        yield 1, f"{layout.more} links to read more"
    if layout.cuts >= 3:
        yield 1, f"{layout.cuts} paragraphs that break off"
    if layout.dates >= 3 and layout.dates * 2 >= layout.heads >= 3 and layout.run < NOTICE:
        yield 2, f"{layout.dates} dates"


def judge_listing(page: JudgedPage, layout: Layout) -> str:
    against = list(list_listing_points(page, layout))
    points = sum(weight for weight, _ in against) - sum(weight for weight, _ in list_article_points(page))
    reasons = [words for weight, words in against if weight > 0]
    return "; ".join(reasons) if points >= LISTING else ""
