"""Every file of a site that is no HTML page of the theme: one module each, and its name in OUTPUTS."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any, Protocol

from pressroom.core.page import Planned, name_kinds
from pressroom.core.settings import SiteSettings
from pressroom.outputs import (
    about,
    atom,
    checksums,
    citations,
    dataset,
    json_feed,
    opensearch,
    redirects,
    robots,
    sitemap,
    static,
    statistics,
    webmanifest,
)
from pressroom.outputs.archive import Archive, Changed


class Output(Protocol):
    """A module that makes one file, or those of one kind."""

    @property
    def PAGES(self) -> tuple[type[Any], ...]:
        """Classes of the pages that it plans, each a NamedTuple as `core.page` says."""

    def reserved(self, site: SiteSettings) -> Iterable[str]:
        """Return regular expressions of the paths, in lower case, that no article may take."""

    def plan(self, db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterable[Planned]:
        """Yield all files that what changed owns: those that it owned before and that are not among them go away."""

    def render(self, page: Any, archive: Archive, site: SiteSettings) -> bytes:
        """Return the bytes of a file that was planned."""


OUTPUTS: tuple[Output, ...] = (
    atom, json_feed, sitemap, robots, redirects, citations, dataset, checksums, statistics, webmanifest, opensearch,
    about, static,
)  # fmt: skip
"""All of them. Where two plan one path for one list the later has it."""


def collect_kinds() -> dict[str, type[Any]]:
    """Return the classes of all pages of outputs by name."""
    return name_kinds(kind for output in OUTPUTS for kind in output.PAGES)
