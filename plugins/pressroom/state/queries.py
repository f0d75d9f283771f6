"""What the state answers about lists, terms, bodies and files of data. Nothing is written here."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from pressroom.core import codec
from pressroom.state import database

FLAGS = {
    "dated": "SELECT 1 FROM term WHERE kind = 'day' LIMIT 1",
    "samples": "SELECT 1 FROM record WHERE sample = 1 AND live = 1 AND kind = 'article' LIMIT 1",
    "undated": "SELECT 1 FROM term WHERE kind = 'undated' LIMIT 1",
    "sources": "SELECT 1 FROM term WHERE kind = 'source' LIMIT 1",
}
"""Each yes or no of the whole site has a question that finds a row where it is a yes."""


def has_flag(db: sqlite3.Connection, name: str) -> bool:
    """Tell a yes or no of the whole site."""
    return db.execute(FLAGS[name]).fetchone() is not None


# --- lists ----------------------------------------------------------------------------------------------------------


def count_articles(db: sqlite3.Connection, key: str) -> int:
    """Return how many articles a list holds."""
    row = db.execute("SELECT count FROM term WHERE list = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def select_members(db: sqlite3.Connection, key: str, first: int = 0, end: int | None = None) -> list[tuple[int, bytes]]:
    """Return number and hash of a list's articles, newest first; those of one moment are ordered by slug."""
    query = "SELECT id, hash FROM member WHERE list = ? ORDER BY stamp, tie LIMIT ? OFFSET ?"
    return db.execute(query, (key, -1 if end is None else max(0, end - first), first)).fetchall()


def select_unlisted(db: sqlite3.Connection, kind: str, status: str) -> list[tuple[int, bytes]]:
    """Return number and hash of what is in no list: pages by their files' names, articles newest first, as Pelican orders them."""
    query = "SELECT id, hash, path FROM record WHERE lists = '' AND kind = ? AND status = ? AND live = 1 ORDER BY stamp, tie"
    rows = db.execute(query, (kind, status)).fetchall()
    if kind == "page":
        rows.sort(key=lambda row: (row[2].rpartition("/")[2], row[2]))
    return [(number, hashed) for number, hashed, _ in rows]


# --- terms ----------------------------------------------------------------------------------------------------------


def select_terms(db: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    """Return slug and name of each term of a kind, by slug."""
    return db.execute("SELECT slug, name FROM term WHERE kind = ? ORDER BY slug", (kind,)).fetchall()


def select_counts(db: sqlite3.Connection, kind: str) -> list[tuple[str, int]]:
    """Return slug and number of articles of each term of a kind, by slug."""
    return db.execute("SELECT slug, count FROM term WHERE kind = ? ORDER BY slug", (kind,)).fetchall()


def select_largest(db: sqlite3.Connection, kind: str, number: int) -> list[tuple[str, str, int]]:
    """Return slug, name and number of articles of the terms with the most."""
    query = "SELECT slug, name, count FROM term WHERE kind = ? ORDER BY count DESC, slug LIMIT ?"
    return db.execute(query, (kind, number)).fetchall()


def select_days(db: sqlite3.Connection, key: str) -> list[tuple[str, int]]:
    """Return slug and number of articles of the days, and of the months, within a year or month."""
    slug = key.partition(":")[2]
    query = "SELECT slug, count FROM term WHERE list > ? AND list < ? ORDER BY list"
    return [row for kind in ("day", "month") for row in db.execute(query, (f"{kind}:{slug}-", f"{kind}:{slug}."))]


# --- articles and files ---------------------------------------------------------------------------------------------


def select_fields(db: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Return an article's stored values by name."""
    row = db.execute("SELECT meta FROM body WHERE id = ?", (number,)).fetchone()
    fields: dict[str, Any] = codec.unpack(row[0])
    return fields


def select_body(db: sqlite3.Connection, number: int) -> tuple[str, str]:
    """Return an article's body and the links in it."""
    query = "SELECT b.html, r.links FROM body b JOIN record r ON r.id = b.id WHERE b.id = ?"
    html, linked = db.execute(query, (number,)).fetchone()
    return html, linked


def select_bodies(db: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[int, bytes, str, str]]:
    """Return number, packed values, body and links of articles, by one question."""
    if not numbers:  # SQLite would go through all of them to find that none is asked for
        return []
    chosen = f"b.id IN {database.make_marks(numbers)}"
    query = f"SELECT b.id, b.meta, b.html, r.links FROM body b JOIN record r ON r.id = b.id WHERE {chosen}"
    return db.execute(query, tuple(numbers)).fetchall()


def select_card(db: sqlite3.Connection, number: int) -> str:
    """Return how lists show an article, "" where it is not known."""
    row = db.execute("SELECT html FROM card WHERE id = ?", (number,)).fetchone()
    return row[0] if row else ""


def select_cards(db: sqlite3.Connection, numbers: Sequence[int]) -> list[tuple[int, str, str, str]]:
    """Return number, card, source and day of articles, by one question; those without a card are left out."""
    query = f"SELECT id, html, source, day FROM card WHERE id IN {database.make_marks(numbers)}"
    return db.execute(query, tuple(numbers)).fetchall()
