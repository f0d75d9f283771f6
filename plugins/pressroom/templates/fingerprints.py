"""The fingerprints of what pages read: each is another text when the value that the state gives is another one.

Each function takes the state, what stands in a key behind the first bar, and the settings.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from typing import Any

from pressroom.core.settings import SiteSettings
from pressroom.outputs import dataset
from pressroom.state import adjacency, aggregates, database, links, queries


def hash_rows(rows: Iterable[Any]) -> str:
    """Return a hash of rows in their order.

    >>> hash_rows([(1, "a")]) == hash_rows([(1, "b")])
    False
    """
    total = hashlib.blake2b(digest_size=12)
    for row in rows:
        total.update(repr(row).encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def print_count(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Tell how many articles a list holds."""
    return str(queries.count_articles(db, key))


def print_presence(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Tell whether a list holds an article."""
    return str(queries.count_articles(db, key) > 0)


def hash_list(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Hash all articles of a list."""
    return hash_rows(queries.select_members(db, key))


def hash_range(db: sqlite3.Connection, rest: str, settings: SiteSettings) -> str:
    """Hash the articles of a list from a place to another: `LIST|FIRST|END`."""
    key, first, end = rest.rsplit("|", 2)
    return hash_rows(queries.select_members(db, key, int(first), int(end)))


def hash_unlisted(db: sqlite3.Connection, rest: str, settings: SiteSettings) -> str:
    """Hash what is in no list: `KIND|STATUS`."""
    return hash_rows(queries.select_unlisted(db, *rest.split("|")))


def hash_terms(db: sqlite3.Connection, kind: str, settings: SiteSettings) -> str:
    """Hash the slugs and names of all terms of a kind."""
    return hash_rows(queries.select_terms(db, kind))


def hash_largest(db: sqlite3.Connection, rest: str, settings: SiteSettings) -> str:
    """Hash the terms with the most articles: `KIND|NUMBER`."""
    kind, number = rest.split("|")
    return hash_rows(queries.select_largest(db, kind, int(number)))


def hash_counts(db: sqlite3.Connection, kind: str, settings: SiteSettings) -> str:
    """Hash how many articles each term of a kind has."""
    return hash_rows(queries.select_counts(db, kind))


def hash_days(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Hash how many articles each day and month within a period has."""
    return hash_rows(queries.select_days(db, key))


def print_flag(db: sqlite3.Connection, name: str, settings: SiteSettings) -> str:
    """Tell a yes or no of the whole site."""
    return str(queries.has_flag(db, name))


def hash_downloads(db: sqlite3.Connection, rest: str, settings: SiteSettings) -> str:
    """Hash the paths of the files of data, each with its number of articles."""
    return hash_rows((path, number) for path, number, _ in dataset.list_files(db))


def hash_source_tallies(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Hash the tallies of a source."""
    return hash_rows(aggregates.of_source(db, key.partition(":")[2]))


def read_tallies_hash(db: sqlite3.Connection, rest: str, settings: SiteSettings) -> str:
    """Return the hash of all tallies, which the state keeps."""
    return str(database.get(db, "tallies", ""))


def hash_neighbours(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Hash what stands next to an article or a period."""
    kind, _, name = key.partition(":")
    return hash_rows([adjacency.of_article(db, int(name)) if kind == "record" else adjacency.of_list(db, key)])


def print_links(db: sqlite3.Connection, number: str, settings: SiteSettings) -> str:
    """Tell where an article's links lead, "" for an article that is not there."""
    row = db.execute("SELECT links FROM record WHERE id = ?", (number,)).fetchone()
    return links.state_of(db, row[0], settings) if row else ""
