"""`site.webmanifest`: name, colours and icon of the site for systems that pin it (W3C Web Application Manifest). Pure."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed

PATH = "site.webmanifest"
PAPER = "#fdfcf9"
"""Background of the light theme."""


class WebManifest(NamedTuple):
    """The file."""

    path: str


PAGES = (WebManifest,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the file's path."""
    return [r"site\.webmanifest"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the file."""
    if changed.key == SITE and site.has_webmanifest:
        yield Planned(WebManifest(PATH))


def render(page: WebManifest, archive: Archive, site: SiteSettings) -> bytes:
    """Return the file."""
    return write_manifest(site)


def write_manifest(settings: SiteSettings) -> bytes:
    """Return the file for a site with these settings; its addresses are relative, so that it works below any path."""
    words = settings.words
    icon = {"src": f"{settings.theme_static_dir}/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    found = {
        "name": settings.sitename, "short_name": settings.sitename, "lang": words.lang, "dir": words.dir,
        "description": settings.sitesubtitle or settings.sitename, "start_url": "./", "scope": "./",
        "display": "browser", "background_color": PAPER, "theme_color": PAPER, "icons": [icon],
    }  # fmt: skip
    return f"{json.dumps(found, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")
