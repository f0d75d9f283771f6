"""What the last build knew, in SQLite under CACHE_PATH: safe to delete at any time, safe to be killed at any time.

Three commits make a build, each complete in itself:

1. `scan` and `records`: rows of changed files, and the keys of the lists that they touch (`stale`);
2. `plan`: pages to render are marked (`page.stale`), the keys go;
3. `render`: what was rendered, and the moves into the output folder that are still to be made (`move`).

The next build goes on at whichever it finds; so no order of kills leaves a page of an earlier content behind.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Sized
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pressroom import made, scan

AT_ONCE = 500
"""Rows that one question asks for: SQLite takes 999 numbers at least."""
VERSION = 11
"""Of the tables below: another one starts anew."""
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
  links TEXT, old TEXT, findings TEXT, family TEXT, rank INT, tally TEXT, translation INT DEFAULT 0);
CREATE INDEX record_address ON record(address);
CREATE INDEX record_source_url ON record(source_url) WHERE source_url != '';
CREATE INDEX record_unlisted ON record(kind, status, path) WHERE lists = '';
CREATE INDEX record_family ON record(family) WHERE family != '';
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
_AT_THE_TOP = """
WITH RECURSIVE top(path) AS (
  SELECT min(path) FROM page UNION ALL
  SELECT CASE instr(path, '/')
    WHEN 0 THEN (SELECT min(page.path) FROM page WHERE page.path > top.path)
    ELSE (SELECT min(page.path) FROM page WHERE page.path >= substr(top.path, 1, instr(top.path, '/') - 1) || '0')
  END FROM top WHERE path IS NOT NULL)
SELECT path FROM top WHERE path IS NOT NULL"""
"""Of each folder at the top the first path, and each file there; the character after the slash is 0."""


def place(cache: str | os.PathLike[str], settings: str, output: str) -> Path:
    """Return where the state of a site stands: one for each settings file and output folder, wherever a clone lies."""
    named = "\n".join(os.path.relpath(os.path.realpath(path), os.path.realpath(cache)) for path in (settings, output))
    return Path(cache) / f"pressroom-{hashlib.sha256(named.encode()).hexdigest()[:12]}.sqlite"


def connect(path: Path) -> sqlite3.Connection:
    """Open the state; one that is torn, foreign or of another version is begun anew."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(path)
    except sqlite3.DatabaseError:
        for name in (path, *path.parent.glob(f"{path.name}-*")):
            if name.suffix != ".lock":
                name.unlink(missing_ok=True)
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -16000")
        db.execute("PRAGMA temp_store = FILE")
        found = db.execute("PRAGMA user_version").fetchone()[0]
        if found != VERSION:
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


def marks(values: Sized) -> str:
    """Return the places of a list of values in a question, of which there may be AT_ONCE.

    >>> marks([4, 5, 6])
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


# --- nothing changed ------------------------------------------------------------------------------------------------


def machine() -> list[Any]:
    """Return what tells an upgraded library or Python without importing any."""
    places = {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return [sys.version, sorted((path, os.stat(path).st_mtime_ns) for path in places if os.path.isdir(path))]


def seal(
    db: sqlite3.Connection,
    content: tuple[str, bool, list[str]],
    beside: dict[str, tuple[str, int]],
    options: list[str],
    started: int,
) -> None:
    """Remember what a finished build saw of its inputs, so that the next one can tell that nothing changed.

    `content` is what `scan.look` takes, its digests are in the table `folder`; `beside` has digest and latest time of each
    root that is no content. `started` is the clock in nanoseconds before anything was seen: what is no older could change
    unseen.
    """
    if max((latest for _, latest in beside.values()), default=0) < started - scan.UNSURE:
        digests = [[root, digest] for root, (digest, _) in beside.items()]
        found = {"content": content, "digests": digests, "options": options, "machine": machine(), "started": started}
        put(db, "seal", found)
    else:
        unseal(db)


def unseal(db: sqlite3.Connection) -> None:
    """Let the next build look at everything."""
    db.execute("DELETE FROM meta WHERE key = 'seal'")


def digests(db: sqlite3.Connection) -> dict[str, str]:
    """Return the digests of the content's folders that the last build saw, "" where they could change unseen."""
    return dict(db.execute("SELECT key, digest FROM folder"))


def unchanged(path: Path, options: list[str], output: Path) -> tuple[dict[str, Any] | None, scan.Look | None]:
    """Return the report of the last build if another one would change nothing, else what was found in the content, if
    anyone looked. Imports no Pelican."""
    if not path.is_file():
        return None, None
    started = time.time_ns()
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        with_seal = get(db, "seal")
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION or not with_seal:
            return None, None
        if with_seal["options"] != options or with_seal["machine"] != json.loads(json.dumps(machine())):
            return None, None
        if any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("stale", "move")):
            return None, None
        if (
            made.token(output) != get(db, "token")
            or missing_at_the_top(db, output)
            or any(scan.digest(root)[0] != digest for root, digest in with_seal["digests"])
        ):
            return None, None
        known, (root, hidden, named) = digests(db), with_seal["content"]
        found = [*scan.look(root, hidden, named, known)]
        if len(found) != len(known) or any(folder.files is not None for folder in found):
            return None, scan.Look(with_seal["started"], started, found)
        return get(db, "report"), None
    except sqlite3.DatabaseError:
        return None, None


def missing_at_the_top(db: sqlite3.Connection, output: Path) -> bool:
    """Tell whether the output folder was emptied or is another one, by the files and folders at its top."""
    firsts = (path.partition("/") for (path,) in db.execute(_AT_THE_TOP))
    return any(not (os.path.isdir if inner else os.path.isfile)(output / name) for name, inner, _ in firsts)
