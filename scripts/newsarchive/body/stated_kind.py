"""This module finds what a page says outright that it is: an error, a wall, nothing, a search, or about its paper.
It is pure."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from newsarchive.body.judged_page import (
    FLASH,
    NOTICE,
    STORY,
    JudgedPage,
    find_title,
    find_title_line,
    is_stated_article,
)
from newsarchive.body.layout import Layout
from newsarchive.body.listing import list_article_points
from newsarchive.text.measures import measure_size


def _find_words(page: JudgedPage, name: str, least: int = 1) -> str:
    """Return words of a kind that stand in a page with little else, in at least so many blocks, or ""."""
    first = page.kept[0].position if page.kept else 0
    above = page.blocks[max(0, first - 2) : first]
    texts = [block.text for block in ([*above, *page.kept] or page.blocks)]
    if sum(map(measure_size, texts)) >= 2 * NOTICE:
        return ""
    stated = [match[0] for text in texts if (match := page.kinds[name].text.search(text))]
    return stated[0] if len(stated) >= least else ""


def judge_error(page: JudgedPage, layout: Layout) -> str:
    if layout.run >= STORY:
        return ""
    lines = page.blocks[: page.opening()] if page.is_dump() and not page.named() else []
    if line := next((b.text for b in lines if page.kinds["error page"].title.fullmatch(b.text)), ""):
        return f"a line says so: {line}"
    if title := find_title(page, "error page"):
        return f"its title says so: {title}"
    marks = set(page.value("body_class").split()) & page.kinds["error page"].classes
    if marks:
        return f"its markup says so: {min(marks)}"
    words = "" if is_stated_article(page) else _find_words(page, "error page")
    return f"it says: {words}" if words else ""


def judge_wall(page: JudgedPage, layout: Layout) -> str:
    if layout.run >= NOTICE or is_stated_article(page):
        return ""
    if (title := find_title(page, "wall")) and layout.run < STORY:
        return f"its title says so: {title}"
    words = _find_words(page, "wall", least=1 if layout.run < STORY else 2)
    return f"it says: {words}" if words else ""


def judge_empty(page: JudgedPage, layout: Layout) -> str:
    text = " ".join(block.text for block in page.blocks)
    if layout.prose < FLASH and (match := page.kinds["empty page"].text.search(text[:NOTICE])):
        return f"it says: {match[0]}"
    return "" if page.blocks else "there is no text in it"


def judge_search(page: JudgedPage, layout: Layout) -> str:
    known = page.kinds["search page"]
    segments = page.segments()
    queries = parse_qs(urlsplit(page.url).query).keys() & known.queries
    if (title := find_title(page, "search page") or find_title_line(page, "search page", 3)) and (
        layout.run < STORY or not (page.is_dump() or is_stated_article(page))
    ):
        return f"its title says so: {title}"
    if (segments and segments[-1] in known.last) or (queries and (not segments or "search" in page.url)):
        return "its address says so"
    if known.types & page.things().keys():
        return "the page calls itself a page of search results"
    marks = set(page.value("body_class").split()) & known.classes - page.kinds["article"].classes
    return f"its markup says so: {min(marks)}" if marks and not list_article_points(page) else ""


def judge_about(page: JudgedPage, layout: Layout) -> str:
    known = page.kinds["about page"]
    if is_stated_article(page):
        return ""
    if title := find_title(page, "about page") or find_title_line(page, "about page"):
        return f"its title says so: {title}"
    segments = page.segments()
    if known.types & page.things().keys():
        return "the page calls itself so"
    return "its address says so" if segments and len(segments) <= 2 and segments[-1] in known.last else ""
