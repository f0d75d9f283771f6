"""Which parts of the archive have articles, as planning found them last and finds them now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from pressroom.core.parts import UNDATED, follow_parts, limit_to_part, list_part
from pressroom.state import database

_ALL = (
    "SELECT DISTINCT list FROM member WHERE list > 'month:' AND list < 'month;' OR list = 'undated' "
    "OR (list > 'year:' AND list < 'year;' AND day = 0)"
)


def find_parts(db: sqlite3.Connection) -> dict[str, str]:
    """Return all parts newest first, each with the next one, and remember them."""
    names = [key.rpartition(":")[2] for (key,) in db.execute(_ALL)]
    database.put(db, "parts", sorted(names))
    return follow_parts(names)


def update_parts(db: sqlite3.Connection, keys: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return all parts as `find_parts` does, and the lists of those that another part follows than at the last build.

    `keys` are the lists that changed since.
    """
    before = set(database.get(db, "parts", []))
    touched = {key.rpartition(":")[2] for key in keys if key.partition(":")[0] in ("month", "year", UNDATED)}
    now = before - touched | {name for name in touched if _has_articles(db, name)}
    if now != before:
        database.put(db, "parts", sorted(now))
    was, parts = follow_parts(before), follow_parts(now)
    return parts, [list_part(name) for name, older in parts.items() if name in was and was[name] != older]


def _has_articles(db: sqlite3.Connection, name: str) -> bool:
    key = list_part(name)
    query = f"SELECT 1 FROM member WHERE list = ? {limit_to_part(key)} LIMIT 1"
    return db.execute(query, (key,)).fetchone() is not None
