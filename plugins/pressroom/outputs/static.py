"""Files that are copied as they are: the content's images and attachments, and those of the theme."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from pressroom.core.keys import STATIC
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed


class StaticFile(NamedTuple):
    """A file that is copied."""

    path: str
    origin: str
    """`PATH` for the content folder, `THEME` for the theme's."""
    source: str
    """Its path there."""


PAGES = (StaticFile,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the theme's files; an article may stand beside those of the content."""
    return [f"{re.escape(site.theme_static_dir.lower())}/.*"] if site.theme_static_dir else []


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the files."""
    if changed.key == STATIC:
        for file in changed.files:
            yield Planned(StaticFile(file.place, file.origin, file.source), file.hash)


def render(page: StaticFile, archive: Archive, site: SiteSettings) -> bytes:
    """Return the file's bytes."""
    return Path({"PATH": site.content, "THEME": site.theme}[page.origin], page.source).read_bytes()
