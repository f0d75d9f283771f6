"""This module finds what stands next to an article or a period. The primary key of `member` is in the order of lists, so each is a seek."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

from pressroom.core.keys import ALL, make_key, make_record_key, split_key, split_keys
from pressroom.state.rows import UNDATED_STAMP

KINDS = ("year", "month", "day", "on")
"""Pages of lists of these kinds lead to the next and the one before."""
_NEWER = (
    "SELECT id, hash FROM member WHERE list = ? AND (stamp, tie, id) < (?, ?, ?) "
    "ORDER BY stamp DESC, tie DESC, id DESC LIMIT 1"
)
_OLDER = (
    f"SELECT id, hash FROM member WHERE list = ? AND (stamp, tie, id) > (?, ?, ?) AND stamp < {UNDATED_STAMP} "
    "ORDER BY stamp, tie, id LIMIT 1"
)
ArticleBeside = tuple[int, bytes] | None
"""It is number and hash of an article, None where there is none."""


def is_ordered(key: str) -> bool:
    """Tell a list in which articles lead to the newer and the older one: that of all, and that of a source."""
    return split_key(key)[0] in (ALL, "source")


def find_around(
    db: sqlite3.Connection, key: str, stamp: int, tie: str, number: int
) -> tuple[ArticleBeside, ArticleBeside]:
    """Return the newer and the older article at a place of a list, whether or not an article stands there."""
    if stamp >= UNDATED_STAMP:
        return None, None
    place = (key, stamp, tie, number)
    return db.execute(_NEWER, place).fetchone(), db.execute(_OLDER, place).fetchone()


def list_concerned(db: sqlite3.Connection, places: Iterable[tuple[Any, ...]]) -> list[str]:
    """Return the records next to places (list, stamp, tie, number) that an article takes or leaves."""
    articles = [article for place in places if is_ordered(place[0]) for article in find_around(db, *place[:4])]
    return [make_record_key(article[0]) for article in articles if article]


def find_neighbours(db: sqlite3.Connection, number: int) -> dict[str, tuple[ArticleBeside, ArticleBeside]]:
    """Return the newer and the older article of `all` and of the `source`; nothing for what is in neither list."""
    query = "SELECT stamp, tie, lists FROM record WHERE id = ? AND live = 1"
    row = db.execute(query, (number,)).fetchone()
    if not row:
        return {}
    stamp, tie, lists = row
    keys = [key for key in split_keys(lists) if is_ordered(key)]
    return {split_key(key)[0]: find_around(db, key, stamp, tie, number) for key in keys}


def prepare_neighbours(db: sqlite3.Connection) -> None:
    """Make the table `around` of all that `find_neighbours` finds, in one pass; `read_neighbours` reads it, until `drop_neighbours`."""
    drop_neighbours(db)
    db.execute(
        "CREATE TEMP TABLE around(id INT, list TEXT, newer INT, newer_hash BLOB, older INT, older_hash BLOB, "
        "PRIMARY KEY(id, list)) WITHOUT ROWID"
    )
    db.execute(
        f"INSERT INTO around SELECT id, list, iif(known, lag(id) OVER w, NULL), iif(known, lag(hash) OVER w, NULL), "
        f"iif(lead(known) OVER w, lead(id) OVER w, NULL), iif(lead(known) OVER w, lead(hash) OVER w, NULL) "
        f"FROM (SELECT *, stamp < {UNDATED_STAMP} AS known FROM member WHERE list = '{ALL}' OR list GLOB 'source:*') "
        "WINDOW w AS (PARTITION BY list ORDER BY stamp, tie, id)"
    )


def read_neighbours(db: sqlite3.Connection, number: int) -> dict[str, tuple[ArticleBeside, ArticleBeside]]:
    """Return what `find_neighbours` does, in a fifth of the time."""
    query = "SELECT list, newer, newer_hash, older, older_hash FROM around WHERE id = ? ORDER BY list"
    return {
        split_key(key)[0]: (newer and (newer, newer_hash), older and (older, older_hash))
        for key, newer, newer_hash, older, older_hash in db.execute(query, (number,))
    }


def drop_neighbours(db: sqlite3.Connection) -> None:
    """Drop what `prepare_neighbours` made."""
    db.execute("DROP TABLE IF EXISTS temp.around")


def number_neighbours(db: sqlite3.Connection, number: int) -> dict[str, list[int | None]]:
    """Return the numbers of what `find_neighbours` finds."""
    return {key: [article and article[0] for article in pair] for key, pair in find_neighbours(db, number).items()}


def find_periods_beside(db: sqlite3.Connection, key: str) -> tuple[str, str]:
    """Return the slugs of the next and of the last period of the kind that have articles, "" for none."""
    kind = make_key(split_key(key)[0], "")
    after = db.execute("SELECT min(list) FROM member WHERE list > ?", (key,)).fetchone()[0] or ""
    before = db.execute("SELECT max(list) FROM member WHERE list < ?", (key,)).fetchone()[0] or ""
    newer, older = (other.removeprefix(kind) if other.startswith(kind) else "" for other in (after, before))
    return newer, older


def find_beside(db: sqlite3.Connection, key: str) -> tuple[str, str, bool]:
    """Return next and last period as `find_periods_beside`, and whether a day has a page of its day of the year."""
    kind, slug = split_key(key)
    return *find_periods_beside(db, key), kind == "day" and _has_day_of_the_year(db, slug)


def list_moved_periods(db: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    """Return the periods next to those of `keys` that come or go, as `term` and `member` tell before planning."""
    periods = []
    for key in keys:
        kind, _ = split_key(key)
        if kind not in KINDS:
            continue
        was = db.execute("SELECT 1 FROM term WHERE list = ?", (key,)).fetchone()
        there = db.execute("SELECT 1 FROM member WHERE list = ? LIMIT 1", (key,)).fetchone()
        if was != there:
            periods += [make_key(kind, slug) for slug in find_periods_beside(db, key) if slug]
    return periods


def _has_day_of_the_year(db: sqlite3.Connection, day: str) -> bool:
    """Tell whether an article of a day stands on the page of its day of the year: one that was published then."""
    query = (
        "SELECT 1 FROM member d JOIN member o ON o.list = ? AND o.stamp = d.stamp AND o.tie = d.tie AND o.id = d.id "
        "WHERE d.list = ? LIMIT 1"
    )
    return db.execute(query, (make_key("on", day[5:]), make_key("day", day))).fetchone() is not None
