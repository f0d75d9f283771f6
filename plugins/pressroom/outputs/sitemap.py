"""`sitemap.xml`, an index of one file a month (sitemaps.org 0.9), from the fields of articles."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, NamedTuple

from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed, join_hashes

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
INDEX = "sitemap.xml"
FOLDER = "sitemaps"
LISTINGS = f"{FOLDER}/pages.xml"
LISTS = "SELECT kind, slug, name FROM term ORDER BY kind, slug"
"""Asks for what listings there are."""
SINGLE = "SELECT url FROM record WHERE lists = '' AND kind = 'page' AND live = 1 AND status = 'published' ORDER BY url"
"""Asks for the addresses of pages."""
_FILES = (
    f"SELECT p.path, coalesce(t.lastmod, '') FROM page p LEFT JOIN term t ON t.list = p.list AND t.kind = 'month' "
    f"WHERE p.list != '' AND p.path >= '{FOLDER}/' AND p.path < '{FOLDER}0'"
)


class SitemapIndex(NamedTuple):
    """`sitemap.xml`: its other files, each month with its last change."""

    path: str
    files: list[list[str]]


class ListingsSitemap(NamedTuple):
    """The part for listings and pages."""

    path: str


class PartSitemap(NamedTuple):
    """The part for the articles of a month, of a year or of no date."""

    path: str
    ids: list[int]


PAGES = (SitemapIndex, ListingsSitemap, PartSitemap)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the index and the folder of its files."""
    return [rf"{FOLDER}/.*", r"sitemap\.xml"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the file of a part of the archive; of the site that of listings, and the index."""
    name, members = changed.part
    if site.sitemap and name:
        page = PartSitemap(f"{FOLDER}/{name}.xml", [member.id for member in members])
        yield Planned(page, join_hashes(members))
    if site.sitemap and changed.key == SITE:
        rows = [db.execute(query).fetchall() for query in (LISTS, SINGLE)]
        shown = hashlib.blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=12)
        yield Planned(ListingsSitemap(LISTINGS), shown.digest())
        files = {LISTINGS: "", **dict(db.execute(_FILES).fetchall())}
        yield Planned(SitemapIndex(INDEX, [[path, day] for path, day in sorted(files.items())]))


def render(page: SitemapIndex | ListingsSitemap | PartSitemap, archive: Archive, site: SiteSettings) -> bytes:
    """Return a file of the sitemap."""
    if isinstance(page, SitemapIndex):
        return write_index(((path, day) for path, day in page.files), site.address)
    if isinstance(page, ListingsSitemap):
        return write_urls(((url, "") for url in archive.list_addresses()), site.address)
    return write_urls(archive.read_changes(page.ids), site.address)


def find_change_day(fields: Mapping[str, Any]) -> str:
    """Return the day an article last changed, "" when it is not known."""
    if fields["date_from"] == "captured":
        return ""
    return str(fields["modified"][:10] or (fields["date"][:10] if fields["date_precision"] == "day" else ""))


def write_urls(entries: Iterable[tuple[str, str]], address: str) -> bytes:
    """Return a file of the sitemap: addresses on the site, each with the day of its last change or ""."""
    return _write_file("urlset", "url", entries, address)


def write_index(files: Iterable[tuple[str, str]], address: str) -> bytes:
    """Return `sitemap.xml`: the other files, each with the latest change in it or ""."""
    return _write_file("sitemapindex", "sitemap", files, address)


def _write_file(root: str, element: str, entries: Iterable[tuple[str, str]], site: str) -> bytes:
    lines = [f'<{root} xmlns="{SPACE}">']
    for address, day in sorted(entries):
        lastmod = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<{element}><loc>{escape(f'{site}/{address}')}</loc>{lastmod}</{element}>")
    return "".join(['<?xml version="1.0" encoding="utf-8"?>\n', *lines, f"</{root}>", "\n"]).encode("utf-8", "replace")
