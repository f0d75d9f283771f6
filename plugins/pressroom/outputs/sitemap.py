"""`sitemap.xml`, an index of one file a month (sitemaps.org 0.9), and `robots.txt`, from the fields of articles. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from pressroom.content.article import ArticleFields

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def changed(fields: ArticleFields) -> str:
    """Return the day an article last changed, "" when it is not known."""
    if fields["date_from"] == "captured":
        return ""
    return str(fields["modified"][:10] or (fields["date"][:10] if fields["date_precision"] == "day" else ""))


def urlset(entries: Iterable[tuple[str, str]], site: str) -> bytes:
    """Return a file of the sitemap: addresses on the site, each with the day of its last change or ""."""
    return _file("urlset", "url", entries, site)


def index(files: Iterable[tuple[str, str]], site: str) -> bytes:
    """Return `sitemap.xml`: the other files, each with the latest change in it or ""."""
    return _file("sitemapindex", "sitemap", files, site)


def _file(root: str, element: str, entries: Iterable[tuple[str, str]], site: str) -> bytes:
    lines = [f'<{root} xmlns="{SPACE}">']
    for address, day in sorted(entries):
        lastmod = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<{element}><loc>{escape(f'{site}/{address}')}</loc>{lastmod}</{element}>")
    return _bytes([*lines, f"</{root}>"])


def _bytes(lines: list[str]) -> bytes:
    return "".join(['<?xml version="1.0" encoding="utf-8"?>\n', *lines, "\n"]).encode("utf-8", "replace")


ROBOTS: Mapping[str, str] = {
    "noindex": "User-agent: *\nDisallow:\n\n# The pages say noindex: they are others' articles, kept for reading here.\n",
    "canonical-original": "User-agent: *\nDisallow:\n",
    "index": "User-agent: *\nDisallow:\n",
    "disallow": "User-agent: *\nDisallow: /\n",
}
"""`ROBOTS` setting to `robots.txt`. With `noindex` crawling stays open, because a page must be read to be left out.

With `canonical-original` an article's page names the original as the one to list."""


def robots(policy: str, site: str) -> bytes:
    """Return `robots.txt`. Raises KeyError for an unknown policy."""
    return f"{ROBOTS[policy]}\nSitemap: {site}/sitemap.xml\n".encode()
