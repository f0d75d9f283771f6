"""This module reads what the `<meta>` elements of a page state. It is pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsarchive.metadata.jsonld import LINE, strip_markup
from newsarchive.models import Fact
from newsarchive.text.date_forms import find_stated_date
from newsarchive.text.person_names import BY

META = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"),
    "date": (
        "article:published_time", "og:article:published_time", "og:published_time", "publish-date", "publish_date",
        "publishdate", "publication_date", "pubdate", "datepublished", "parsely-pub-date", "sailthru.date", "date",
        "dc.date", "dc.date.issued", "dcterms.date", "dcterms.created", "article.published", "cxenseparse:recs:publishtime",
        "originalpublicationdate", "citation_publication_date", "last-modified-date", "article_date_original", "created",
        "published", "article:published", "publish_time", "publication-date", "release_date", "citation_date", "citation_online_date", "bt:pubdate",
    ),
    "modified": ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified", "datemodified"),
    "authors": ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
                "cxenseparse:author", "twitter:creator:name", "citation_author"),
    "summary": ("og:description", "description", "twitter:description", "dc.description"),
    "source": ("og:site_name", "application-name", "dc.publisher", "cre", "twitter:app:name:iphone"),
    "section": ("article:section", "section", "parsely-section", "cxenseparse:articlesection"),
    "tags": ("article:tag", "news_keywords", "keywords", "parsely-tags"),
    "lang": ("og:locale", "content-language", "language", "dc.language"),
    "image": ("og:image", "twitter:image", "og:image:url"),
    "image_caption": ("og:image:alt", "twitter:image:alt"),
    "source_url": ("og:url", "twitter:url", "parsely-link"),
    "license": ("license", "dcterms.license"),
    "type": ("og:type",),
}  # fmt: skip
"""Names of `<meta>` elements for each field, best first."""
INVERTED = ("citation_author", "dc.creator", "dcterms.creator")
"""Names of `<meta>` elements that libraries fill, the family name first."""
TITLE_ORIGINS = {"og:title": "og", "twitter:title": "twitter"}
"""Title candidates whose weight differs from other `<meta>`s."""


def gather_metas(elements: list[Any]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in elements:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        content = strip_markup(meta.get("content") or meta.get("value"))
        if name and content:
            named = "author" if BY.fullmatch(f"{name.rpartition(':')[2]} ") else name.lower()
            metas.setdefault(named, []).append(_forename_first(content) if named in INVERTED else content)
    for label, stated in zip(metas.get("twitter:label1", ()), metas.get("twitter:data1", ()), strict=False):
        if BY.match(f"{label} ") or BY.match(f"{label}:"):
            metas.setdefault("author", []).append(stated)
    return metas


def _forename_first(name: str) -> str:
    """Return one person's name as it is spoken.

    >>> _forename_first("Gale, Ana"), _forename_first("Ana Gale")
    ('Ana Gale', 'Ana Gale')
    """
    family, comma, given = name.partition(", ")
    is_one = bool(comma) and "," not in given and " " not in family and len(given.split()) <= 2
    return f"{given} {family}" if is_one else name


def list_meta_facts(metas: dict[str, list[str]]) -> Iterator[Fact]:
    for key, named in META.items():
        for name in named:
            values = metas.get(name, [])
            if not values:
                continue
            if key in ("tags", "authors"):
                yield Fact(key, LINE.join(values), "meta")
            elif key in ("date", "modified"):
                yield from (Fact(key, day, "meta") for value in values if (day := find_stated_date(value)))
            elif key == "title":
                yield Fact(key, values[0], TITLE_ORIGINS.get(name, "meta"))
            else:
                yield Fact(key, values[0], "meta")
