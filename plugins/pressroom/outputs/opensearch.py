"""`opensearch.xml`, by which browsers offer the site among their search engines (OpenSearch 1.1 draft 6). Pure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed

SPACE = "http://a9.com/-/spec/opensearch/1.1/"
PATH = "opensearch.xml"
LONGEST_NAME = 16
"""Characters that `ShortName` may have."""


class OpenSearchFile(NamedTuple):
    """The file."""

    path: str


PAGES = (OpenSearchFile,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the file's path."""
    return [r"opensearch\.xml"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the file."""
    if changed.key == SITE and site.has_opensearch:
        yield Planned(OpenSearchFile(PATH))


def render(page: OpenSearchFile, archive: Archive, site: SiteSettings) -> bytes:
    """Return the file."""
    search = f"{site.siteurl.rstrip('/')}/{site.place('SEARCH').save_as.removesuffix('index.html')}"
    return describe(site.sitename, site.sitesubtitle, search)


def describe(name: str, about: str, search: str) -> bytes:
    """Return the file for a site: its name, a line about it, and the absolute address of its search page.

    >>> b"https://a.example/search/?q={searchTerms}" in describe("Gazette", "", "https://a.example/search/")
    True
    """
    url = f'<Url type="text/html" method="get" template="{escape(search)}?q={{searchTerms}}"/>'
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<OpenSearchDescription xmlns="{SPACE}">',
        f"<ShortName>{escape(name[:LONGEST_NAME].strip())}</ShortName>",
        f"<LongName>{escape(name)}</LongName>",
        f"<Description>{escape(about or name)}</Description>",
        "<InputEncoding>UTF-8</InputEncoding>",
        url,
        "</OpenSearchDescription>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
