"""What a page is: an article, a listing, an error page, a search page, or other. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from newsarchive.models import Block, Fact
from newsarchive.shape import is_long, size

ARTICLE_TYPES = re.compile(
    r"(?:News|Reportage|Opinion|Review|Analysis|Background)?\w*Article|BlogPosting|LiveBlog\w*|Report"
)
LISTING_TYPES = re.compile(r"CollectionPage|ItemList|SearchResultsPage|ProfilePage|ContactPage|AboutPage|WebSite")
ERROR_TITLE = re.compile(
    r"\b(?:error\s*)?(?:404|410|403|500|502|503)\b.{0,40}(?:not found|error|forbidden|gone|unavailable|no encontrad|nicht gefunden)?"
    r"|page (?:not|can(?:no|')t be) found|not found|access denied|forbidden|just a moment|attention required"
    r"|página no encontrada|no se ha encontrado|seite nicht gefunden|page introuvable|página não encontrada"
    r"|pagina non trovata|pagina niet gevonden|страница не найдена|الصفحة غير موجودة|页面不存在|找不到(?:页面|頁面)"
    r"|ページが見つかりません|페이지를 찾을 수 없",
    re.I,
)
SEARCH_TITLE = re.compile(
    r"^(?:search(?: results)?|resultados de (?:la )?búsqueda|suchergebnisse?|résultats de recherche|نتائج البحث|搜索结果|検索結果)\b",
    re.I,
)
LISTING_PATHS = re.compile(
    r"^/(?:(?:tag|tags|category|categories|author|authors|topic|topics|section|seccion|rubrik|tema|temas|autor|thema|themen|etiqueta)/[^/]+/?(?:page/\d+/?)?)?$"
)
"""Addresses of listings: a host's root, and a page under a taxonomy."""
STORY = 600
"""Letters of body that make an article of a page which looks like a listing by its address alone."""
TEASERS = 8
"""Headings that are links, from which a page without a body of its own lists stories."""


def kind(facts: dict[str, Fact], blocks: list[Block], kept: list[Block], url: str) -> tuple[str, str]:
    """Return the kind of a page and how it is known.

    `facts` may hold `type`, the page's own word for what it is (JSON-LD, og:type).
    """
    title = facts["title"].value if "title" in facts else ""
    body = sum(size(block.text) for block in kept if is_long(block))
    parts = urlsplit(url)
    stated = facts["type"].value if "type" in facts else ""
    whole = facts["full_title"].value if "full_title" in facts else ""
    for stated_title in (title, whole):
        if ERROR_TITLE.search(stated_title[:80]) and body < STORY and len(stated_title) < 80:
            return "error page", f"its title says so: {stated_title}"
    if SEARCH_TITLE.search(title) or (parse_qs(parts.query).keys() & {"s", "q", "query", "search"} and "search" in url):
        return "search page", "its title or address says so"
    if url and LISTING_PATHS.match(parts.path or "/") and not parts.query and body < 3 * STORY:
        return "listing", f"its address is a front or a topic: {parts.path or '/'}"
    if LISTING_TYPES.fullmatch(stated) and body < 3 * STORY:
        return "listing", f"the page calls itself {stated}"
    if ARTICLE_TYPES.fullmatch(stated) or stated == "article":
        return "article", ""
    links = sum(1 for b in blocks if b.link_density > 0.8 and (b.kind == "heading" or 35 < size(b.text) < 160))
    if links >= TEASERS and body < STORY and links * 60 > body:
        return "listing", f"{links} linked headlines and {round(body)} letters of text"
    if not kept:
        return "other", "no body was found"
    return "article", ""
