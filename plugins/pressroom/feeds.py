"""Atom feeds and a JSON feed, one file each. An article without a date is in no Atom feed, which requires one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 30
"""Newest articles in one feed."""


def atom(articles: Iterable[Any], *, title: str, site: str, feed_url: str) -> bytes:
    """Return an Atom feed (RFC 4287) of the newest dated articles, of which there is one at least.

    Its `updated` is theirs, never the clock's.
    """
    dated = [article for article in articles if article.date_precision == "day"][:ENTRIES]
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    _add(feed, "title", title)
    _add(feed, "id", feed_url)
    ET.SubElement(feed, f"{{{ATOM}}}link", href=feed_url, rel="self", type="application/atom+xml")
    ET.SubElement(feed, f"{{{ATOM}}}link", href=f"{site}/", rel="alternate", type="text/html")
    _add(feed, "updated", max(_updated(article) for article in dated))
    for article in dated:
        feed.append(_entry(article, site))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(ET.tostring(feed, encoding="utf-8")) + b"\n"


def _entry(article: Any, site: str) -> ET.Element:
    entry = ET.Element(f"{{{ATOM}}}entry")
    entry.set("{http://www.w3.org/XML/1998/namespace}lang", article.lang)
    address = f"{site}/{article.url}"
    _add(entry, "title", article.title)
    _add(entry, "id", address)
    ET.SubElement(entry, f"{{{ATOM}}}link", href=address, rel="alternate", type="text/html")
    if article.source_url:
        ET.SubElement(entry, f"{{{ATOM}}}link", href=article.source_url, rel="via")
    _add(entry, "updated", _updated(article))
    if article.date_from != "captured":
        _add(entry, "published", _stamp(article.date))
    names = [str(author) for author in getattr(article, "authors", [])] or [str(article.source or "")]
    for name in names:
        if name:
            _add(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", name)
    if not any(names):
        _add(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", "unknown")
    for tag in getattr(article, "tags", []):
        ET.SubElement(entry, f"{{{ATOM}}}category", term=str(tag))
    _add(entry, "summary", article.dek or article.excerpt)
    return entry


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _stamp(moment: datetime) -> str:
    text = moment.isoformat(timespec="seconds")
    return text if moment.tzinfo else f"{text}Z"


def _updated(article: Any) -> str:
    return _stamp(getattr(article, "modified", None) or article.date)


def json_feed(articles: Iterable[Any], *, title: str, site: str, feed_url: str) -> bytes:
    """Return a JSON Feed 1.1; an undated article has no `date_published`."""
    items = []
    for article in list(articles)[:ENTRIES]:
        entry = {
            "id": f"{site}/{article.url}", "url": f"{site}/{article.url}", "title": article.title,
            "summary": article.dek or article.excerpt, "content_text": article.excerpt, "language": article.lang,
        }  # fmt: skip
        if article.source_url:
            entry["external_url"] = article.source_url
        if article.date_precision == "day" and article.date_from != "captured":
            entry["date_published"] = _stamp(article.date)
        if authors := [{"name": str(author)} for author in getattr(article, "authors", [])]:
            entry["authors"] = authors
        if tags := [str(tag) for tag in getattr(article, "tags", [])]:
            entry["tags"] = tags
        items.append(entry)
    feed = {
        "version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": f"{site}/",
        "feed_url": feed_url, "items": items,
    }  # fmt: skip
    return json.dumps(feed, ensure_ascii=False, indent=1).encode() + b"\n"
