"""The state is what the last build knew, in SQLite under CACHE_PATH: it may be deleted, and a build be killed, at any time.

Three commits make a build, each complete in itself:

1. `scanner` and `rows`: rows of changed files, and the keys of the lists that they touch (`stale`);
2. `planner`: pages to render are marked (`page.stale`), the keys go;
3. `renderer`: what was rendered, and the moves into the output folder that are still to be made (`move`).

The next build goes on at whichever it finds; so no order of kills leaves a page of an earlier content behind.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Any

AT_ONCE = 500
"""One question asks for no more rows: SQLite takes 999 numbers at least."""
VERSION = 11
"""The tables below have this version: another one starts anew."""
SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE file(
  path TEXT PRIMARY KEY, folder TEXT, static INT, size INT, mtime INT, ctime INT, inode INT, hash TEXT) WITHOUT ROWID;
CREATE INDEX file_folder ON file(folder);
CREATE INDEX file_static ON file(path) WHERE static = 1;
CREATE TABLE folder(key TEXT PRIMARY KEY, digest TEXT) WITHOUT ROWID;
CREATE TABLE record(
  id INTEGER PRIMARY KEY, path TEXT UNIQUE, kind TEXT, sample INT, live INT, status TEXT, address TEXT, url TEXT,
  save_as TEXT, stamp INT, tie TEXT, day INT, lastmod TEXT, template TEXT, hash BLOB, lists TEXT, source_url TEXT,
  links TEXT, old TEXT, findings TEXT, tally TEXT);
CREATE INDEX record_address ON record(address);
CREATE INDEX record_source_url ON record(source_url) WHERE source_url != '';
CREATE INDEX record_unlisted ON record(kind, status, path) WHERE lists = '';
CREATE INDEX record_other ON record(path) WHERE path NOT GLOB '*.md';
CREATE INDEX record_sample ON record(sample) WHERE sample = 1;
CREATE INDEX record_dead ON record(path) WHERE live = 0;
CREATE INDEX record_findings ON record(path) WHERE findings != '';
CREATE INDEX record_linking ON record(id) WHERE links != '';
CREATE TABLE body(id INTEGER PRIMARY KEY, meta BLOB, entry TEXT, html TEXT, sign TEXT);
CREATE TABLE card(id INTEGER PRIMARY KEY, html TEXT, source TEXT, day TEXT);
CREATE TABLE member(list TEXT, stamp INT, tie TEXT, id INT, hash BLOB, day INT, PRIMARY KEY(list, stamp, tie, id))
  WITHOUT ROWID;
CREATE TABLE link(target TEXT, id INT, PRIMARY KEY(target, id)) WITHOUT ROWID;
CREATE TABLE term(list TEXT PRIMARY KEY, kind TEXT, slug TEXT, name TEXT, count INT, lastmod TEXT) WITHOUT ROWID;
CREATE INDEX term_kind ON term(kind, count);
CREATE TABLE stale(key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE page(
  path TEXT PRIMARY KEY, list TEXT, template TEXT, spec TEXT, sig BLOB, out BLOB, depset INT, stale INT);
CREATE INDEX page_list ON page(list);
CREATE INDEX page_stale ON page(stale) WHERE stale = 1;
CREATE INDEX page_depset ON page(depset);
CREATE TABLE depset(id INTEGER PRIMARY KEY, keys TEXT UNIQUE);
CREATE TABLE dep(key TEXT PRIMARY KEY, fingerprint TEXT) WITHOUT ROWID;
CREATE TABLE template(name TEXT PRIMARY KEY, fingerprint TEXT) WITHOUT ROWID;
CREATE TABLE move(path TEXT PRIMARY KEY, staged TEXT, hash BLOB) WITHOUT ROWID;
CREATE TABLE old(address TEXT, place TEXT, "full" TEXT, file TEXT, page INT, id INT, PRIMARY KEY(address, id)) WITHOUT ROWID;
CREATE TABLE tally(
  list TEXT, source TEXT, lang TEXT, articles INT, words INT, cleaned INT, removed INT, mended INT, lengths TEXT,
  first TEXT, last TEXT, PRIMARY KEY(list, source, lang)) WITHOUT ROWID;
CREATE INDEX tally_source ON tally(source);
CREATE TABLE touched(stamp INT, tie TEXT, id INT, PRIMARY KEY(stamp, tie, id)) WITHOUT ROWID;
CREATE TABLE indexed(stamp INT, tie TEXT, id INT, hash BLOB, number INT, PRIMARY KEY(stamp, tie, id)) WITHOUT ROWID;
CREATE TABLE beside(stamp INT, tie TEXT, id INT, taken BLOB, PRIMARY KEY(stamp, tie, id));
CREATE TABLE sign(term TEXT, stamp INT, tie INT, id INT, weight INT, PRIMARY KEY(term, stamp, tie, id)) WITHOUT ROWID;
CREATE TABLE signed(id INTEGER PRIMARY KEY, stamp INT, tie INT, sign TEXT, related TEXT);
CREATE INDEX old_place ON old(place);
CREATE INDEX old_id ON old(id);
CREATE INDEX old_page ON old(id) WHERE page = 1;
"""


def connect(path: Path) -> sqlite3.Connection:
    """Open the state; one that is torn, foreign or of another version is begun anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path)
    except sqlite3.DatabaseError:
        for name in (path, *path.parent.glob(f"{path.name}-*")):
            if name.suffix != ".lock":
                name.unlink(missing_ok=True)
        return _open(path)


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -16000")
        db.execute("PRAGMA temp_store = FILE")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version != VERSION:
            if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise sqlite3.DatabaseError("of another version")
            db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    except BaseException:
        db.close()
        raise
    return db


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Let one build at a time use a state; a second one waits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Commit everything within, or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def make_marks(values: Sized) -> str:
    """Return the places of a list of values in a question, of which there may be AT_ONCE.

    >>> make_marks([4, 5, 6])
    '(?,?,?)'
    """
    return f"({','.join('?' * len(values))})"


def get(db: sqlite3.Connection, key: str, default: Any = None) -> Any:
    """Return a value of the table `meta`."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else default


def put(db: sqlite3.Connection, key: str, value: Any) -> None:
    """Write a value of the table `meta`."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))
