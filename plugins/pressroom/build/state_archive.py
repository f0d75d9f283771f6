"""What outputs ask of the archive when they render, answered from the state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from pressroom.content.tally import Summary, Tally
from pressroom.core import codec, permalinks
from pressroom.core.keys import KINDS, PERIODS, STATIC
from pressroom.core.parts import limit_to_part
from pressroom.core.settings import SiteSettings
from pressroom.outputs import checksums, dataset, redirects, sitemap
from pressroom.outputs.archive import Fields
from pressroom.state import aggregates, database, queries, reserved
from pressroom.templates import site_context
from pressroom.templates.models import Term

T = TypeVar("T")


class StateArchive:
    """Reads the state for outputs; `outputs.archive.Archive` says what each method returns."""

    def __init__(self, db: sqlite3.Connection, settings: SiteSettings, site: site_context.Site) -> None:
        self.db, self.settings = db, settings
        self.all_tallies, self.sums_by_source, self.source_names = (
            site.read_tallies,
            site.sum_by_source,
            site.name_sources,
        )
        self._kept: dict[str, tuple[str, Any]] = {}

    def read_entries(self, numbers: Sequence[int]) -> list[str]:
        """Return the Atom entries of articles."""
        return [row[0] for row in self._read_rows("entry", "body", numbers)]

    def read_articles(self, numbers: Sequence[int]) -> Iterator[Fields]:
        """Yield the fields of articles."""
        return (codec.unpack(row[0]) for row in self._read_rows("meta", "body", numbers))

    def read_changes(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """Yield the addresses of articles, each with the day of its last change or ""."""
        return self._read_rows("url, lastmod", "record", numbers)

    def read_part(self, key: str) -> list[Fields]:
        """Return the fields of the articles of a part, kept for its other files, which come next."""

        def make() -> list[Fields]:
            rows = self._select_part("b.meta", "JOIN body b ON b.id = m.id", key)
            return [codec.unpack(meta) for (meta,) in rows]

        return self.keep("part", key, make)

    def read_texts(self, key: str) -> Iterator[str]:
        """Yield the HTML of the articles of a part."""
        return (html for (html,) in self._select_part("b.html", "JOIN body b ON b.id = m.id", key))

    def list_addresses(self) -> list[str]:
        """Return the addresses of listings and pages."""
        return list_addresses(self.db, self.settings)

    def find_moves(self, key: str) -> list[redirects.Move]:
        """Return the lines of a list's part of the maps, kept for its other forms, which come next."""
        return self.keep("moves", key, lambda: redirects.find_moves(self.db, key, self._reserved))

    def count_articles(self, key: str) -> int:
        """Return how many articles a list holds."""
        return queries.count_articles(self.db, key)

    def read_tallies(self, key: str) -> list[Tally]:
        """Return the tallies of a year and its months, or of `undated`."""
        return aggregates.read_year_tallies(self.db, key)

    all_tallies: Callable[[], list[Tally]]
    sums_by_source: Callable[[], dict[str, Summary]]
    source_names: Callable[[], dict[str, str]]

    def list_data_files(self) -> list[dataset.DataEntry]:
        """Return the files of data by path."""
        return dataset.list_files(self.db)

    def hash_articles(self, key: str) -> list[tuple[str, bytes]]:
        """Return path and SHA-256 of the pages of the articles of a part."""
        return self._select_part("p.path, p.out", "JOIN page p ON p.path = r.save_as", key).fetchall()

    def hash_files(self, start: str) -> list[tuple[str, bytes]]:
        """Return path and SHA-256 of the files whose paths begin with `start` and no further digit."""
        query = "SELECT path, out FROM page WHERE path > ? AND path < ?"
        return self.db.execute(query, (start, f"{start}0")).fetchall()

    def hash_media(self) -> list[tuple[str, bytes]]:
        """Return path and SHA-256 of the static files of the content."""
        rows = self.db.execute("SELECT path, spec, out FROM page WHERE list = ?", (STATIC,))
        return [(path, hashed) for path, spec, hashed in rows if checksums.is_media(path, spec)]

    def keep(self, name: str, key: str, make: Callable[[], T]) -> T:
        """Return what `make` makes of a list, the last one of each name from memory."""
        if self._kept.get(name, ("",))[0] != key:
            self._kept[name] = key, make()
        kept: T = self._kept[name][1]
        return kept

    @cached_property
    def _reserved(self) -> Any:
        return reserved.reserved(self.settings)

    def _read_rows(self, columns: str, table: str, numbers: Sequence[int]) -> Iterator[Any]:
        for start in range(0, len(numbers), database.AT_ONCE):
            chosen = numbers[start : start + database.AT_ONCE]
            query = f"SELECT id, {columns} FROM {table} WHERE id IN {database.make_marks(chosen)}"
            by_number = {row[0]: row[1:] for row in self.db.execute(query, tuple(chosen))}
            yield from (by_number[number] for number in chosen)

    def _select_part(self, columns: str, joined: str, key: str) -> sqlite3.Cursor:
        """Ask for the articles of a part of the archive, oldest first."""
        query = (
            f"SELECT {columns} FROM member m JOIN record r ON r.id = m.id {joined} WHERE m.list = ? "
            f"{limit_to_part(key, 'm')} ORDER BY m.stamp DESC, m.tie DESC"
        )
        return self.db.execute(query, (key,))


def list_addresses(db: sqlite3.Connection, settings: SiteSettings) -> list[str]:
    """Return the addresses of listings and pages, which have no part of the sitemap of their own."""
    addresses = [""]
    for kind, slug, name in db.execute(sitemap.LISTS):
        if kind in KINDS:
            addresses.append(Term(kind, name, slug, settings).url)
        elif kind in PERIODS:
            addresses.append(permalinks.place_period(kind, tuple(map(int, slug.split("-"))), settings)[0])
        elif kind == "on" and settings.place("ON").save_as:
            addresses.append(permalinks.place_day_of_the_year(slug, settings)[0])
    places = (settings.place(name) for name in ("DAYS_OF_THE_YEAR", "STATISTICS"))
    addresses += [place.url for place in places if place.save_as]
    addresses += [url for (url,) in db.execute(sitemap.SINGLE)]
    return sorted(set(addresses))
