"""`sitemap.xml`, an index of one file a month (sitemaps.org 0.9), and `robots.txt`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree as ET

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemaps(articles: Iterable[Any], others: Iterable[str], site: str) -> dict[str, bytes]:
    """Return every file of the sitemap by its path: articles by month, undated ones, and the other pages."""
    months: dict[str, list[tuple[str, str]]] = {"pages": [(address, "") for address in sorted(others)]}
    for article in articles:
        month = article.date.strftime("%Y-%m") if article.date_precision in ("day", "month") else "undated"
        months.setdefault(month, []).append((article.url, _changed(article)))
    files = {f"sitemaps/{month}.xml": _urlset(sorted(entries), site) for month, entries in months.items() if entries}
    return {"sitemap.xml": _index(sorted(files), site), **files}


def _changed(article: Any) -> str:
    """Return the day an article last changed, as far as it is known."""
    moment = getattr(article, "modified", None) or (article.date if article.date_precision == "day" else None)
    return moment.date().isoformat() if moment and article.date_from != "captured" else ""


def _urlset(entries: list[tuple[str, str]], site: str) -> bytes:
    root = ET.Element("urlset", xmlns=SPACE)
    for address, changed in entries:
        url = ET.SubElement(root, "url")
        ET.SubElement(url, "loc").text = f"{site}/{address}"
        if changed:
            ET.SubElement(url, "lastmod").text = changed
    return _bytes(root)


def _index(files: list[str], site: str) -> bytes:
    root = ET.Element("sitemapindex", xmlns=SPACE)
    for name in files:
        ET.SubElement(ET.SubElement(root, "sitemap"), "loc").text = f"{site}/{name}"
    return _bytes(root)


def _bytes(root: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(ET.tostring(root, encoding="utf-8")) + b"\n"


ROBOTS: Mapping[str, str] = {
    "noindex": "User-agent: *\nDisallow:\n\n# The pages say noindex: they are others' articles, kept for reading here.\n",
    "index": "User-agent: *\nDisallow:\n",
    "disallow": "User-agent: *\nDisallow: /\n",
}
"""`ROBOTS` setting to `robots.txt`. With `noindex` crawling stays open, because a page must be read to be left out."""


def robots(policy: str, site: str) -> bytes:
    """Return `robots.txt`. Raises KeyError for an unknown policy."""
    return f"{ROBOTS[policy]}\nSitemap: {site}/sitemap.xml\n".encode()
