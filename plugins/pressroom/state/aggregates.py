"""The state keeps sums of articles: those of a list are made anew from its own articles when it changes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Sequence

from pressroom.content import tally
from pressroom.content.tally import Tally
from pressroom.state import database


def rewrite_tallies(db: sqlite3.Connection, kind: str, slug: str, numbers: Sequence[int]) -> None:
    """Bring the tallies of a list up to its articles; `tallies` in the state tells that any changed."""
    name = slug or kind
    query = "SELECT tally FROM record WHERE id = ?"
    rows = tally.tally_facts(name, (db.execute(query, (number,)).fetchone()[0] for number in numbers))
    if rows == _select_tallies(db, "SELECT * FROM tally WHERE list = ? ORDER BY source, lang", (name,)):
        return
    db.execute("DELETE FROM tally WHERE list = ?", (name,))
    db.executemany(
        f"INSERT INTO tally VALUES {database.make_marks(Tally._fields)}",
        ([*row[:8], json.dumps(row.lengths), *row[9:]] for row in rows),
    )
    before = database.get(db, "tallies", "")
    text = f"{before}{name}{rows}".encode("utf-8", "surrogatepass")
    database.put(db, "tallies", hashlib.blake2b(text, digest_size=12).hexdigest())


def read_tallies(db: sqlite3.Connection) -> list[Tally]:
    """Return every tally, by list."""
    return _select_tallies(db, "SELECT * FROM tally ORDER BY list, source, lang", ())


def read_source_tallies(db: sqlite3.Connection, slug: str) -> list[Tally]:
    """Return the tallies of a source, by list."""
    return _select_tallies(db, "SELECT * FROM tally WHERE source = ? ORDER BY list, lang", (slug,))


def read_year_tallies(db: sqlite3.Connection, slug: str) -> list[Tally]:
    """Return the tallies of a year and its months, or of `undated`."""
    query = "SELECT * FROM tally WHERE list = ? OR list > ? AND list < ? ORDER BY list, source, lang"
    return _select_tallies(db, query, (slug, f"{slug}-", f"{slug}."))


def _select_tallies(db: sqlite3.Connection, query: str, values: tuple[str, ...]) -> list[Tally]:
    rows = db.execute(query, values).fetchall()
    # In one go: to read them one by one takes five times as long.
    lengths = json.loads(f"[{','.join(row[8] for row in rows)}]")
    return [tally.make_tally([*row[:8], buckets, *row[9:]]) for row, buckets in zip(rows, lengths, strict=True)]
