"""`robots.txt`: what crawlers may read. Pure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed

PATH = "robots.txt"
ROBOTS: Mapping[str, str] = {
    "noindex": "User-agent: *\nDisallow:\n\n# The pages say noindex: they are others' articles, kept for reading here.\n",
    "canonical-original": "User-agent: *\nDisallow:\n",
    "index": "User-agent: *\nDisallow:\n",
    "disallow": "User-agent: *\nDisallow: /\n",
}
"""`ROBOTS` setting to `robots.txt`. With `noindex` crawling stays open, because a page must be read to be left out.

With `canonical-original` an article's page names the original as the one to list."""


class RobotsFile(NamedTuple):
    """The file."""

    path: str


PAGES = (RobotsFile,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the file's path."""
    return [r"robots\.txt"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the file where there is a sitemap for it to name."""
    if changed.key == SITE and site.sitemap:
        yield Planned(RobotsFile(PATH))


def render(page: RobotsFile, archive: Archive, site: SiteSettings) -> bytes:
    """Return the file."""
    return write_robots(site.robots, site.address)


def write_robots(policy: str, address: str) -> bytes:
    """Return `robots.txt`. Raises KeyError for an unknown policy."""
    return f"{ROBOTS[policy]}\nSitemap: {address}/sitemap.xml\n".encode()
