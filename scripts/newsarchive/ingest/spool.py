"""This module keeps the conversions of the run under way on disk: memory stays flat, and a run that was stopped goes on
where it was.

One SQLite file in the cache folder. It holds only what can be made again, is thrown away when the run ends, and is
never trusted further than JSON: a cache folder may come with an archive that somebody else sent.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any

from newsarchive.models import Article, Block, Conversion, Fact, Removal, Repair

TABLES = """
create table if not exists run (state text);
create table if not exists capture (name text primary key, stamp text) without rowid;
create table if not exists page (path text primary key, name text, number integer, conversion blob);
create index if not exists page_name on page (name);
"""
PARTS: tuple[tuple[str, type], ...] = (("removals", Removal), ("repairs", Repair), ("facts", Fact), ("blocks", Block))


class Spool:
    """A spool keeps conversions by capture while `state` (rules, table, cleaner) is the same.

    Without a file it lives in a private temporary file of SQLite's: a dry run leaves nothing behind.
    """

    def __init__(self, file: Path | None, state: str) -> None:
        self.file = file
        try:
            self._open(state)
        except sqlite3.DatabaseError:
            self._unlink()
            self._open(state)

    def _open(self, state: str) -> None:
        if self.file:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(self.file or "", isolation_level=None)
        # A killed process loses nothing; after a power cut the file is torn at worst, and then begun anew.
        self.db.executescript("pragma journal_mode=wal; pragma synchronous=off;" + TABLES)
        if self.db.execute("select state from run").fetchall() != [(state,)]:
            self.db.executescript("begin; delete from run; delete from capture; delete from page; commit;")
            self.db.execute("insert into run values (?)", (state,))

    def holds(self, name: str, stamp: list[int]) -> bool:
        """Tell whether capture `name` was converted already in the form that `stamp` tells."""
        row = self.db.execute("select stamp from capture where name = ?", (name,)).fetchone()
        return bool(row) and row[0] == json.dumps(stamp)

    def put(self, name: str, stamp: list[int], conversions: list[Conversion]) -> None:
        """Keep the conversions of all pages of one capture, in one step."""
        rows = [(c.path, name, number, _pack(c)) for number, c in enumerate(conversions)]
        with suppress(sqlite3.OperationalError):
            self.db.execute("rollback")
        self.db.execute("begin")
        self.db.execute("delete from page where name = ?", (name,))
        for c in conversions:  # a page of a WARC may have been read alone before, or the other way round
            others = "delete from capture where name in (select name from page where path = ?)"
            self.db.execute(others, (c.path,))
        self.db.executemany("insert or replace into page values (?, ?, ?, ?)", rows)
        self.db.execute("insert or replace into capture values (?, ?)", (name, json.dumps(stamp)))
        self.db.execute("commit")

    def list_conversions(self, name: str) -> Iterator[Conversion]:
        """Yield the conversions of one capture in the order of its pages."""
        rows = self.db.execute("select conversion from page where name = ? order by number", (name,)).fetchall()
        return (_unpack(packed) for (packed,) in rows)

    def get(self, path: str) -> Conversion:
        """Return the conversion of one page. Raises KeyError."""
        row = self.db.execute("select conversion from page where path = ?", (path,)).fetchone()
        if not row:
            raise KeyError(path)
        return _unpack(row[0])

    def clear(self) -> None:
        """End the run: the file goes away."""
        self.db.close()
        self._unlink()

    def _unlink(self) -> None:
        for end in ("", "-wal", "-shm") if self.file else ():
            Path(f"{self.file}{end}").unlink(missing_ok=True)


def hash_code(*folders: Path) -> str:
    """Return a hash of the program's own files: conversions of another version are not gone on with."""
    state = hashlib.sha256()
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in (".py", ".toml")):
        state.update(file.name.encode() + b"\0" + file.read_bytes())
    return state.hexdigest()


def _pack(c: Conversion) -> bytes:
    parts = [[_VALUES[make](part) for part in getattr(c, name)] for name, make in PARTS]
    article = [c.article.header, c.article.body] if c.article else None
    return zlib.compress(json.dumps([c.path, c.sha256, c.kind, c.held, article, *parts]).encode(), 1)


def _unpack(packed: bytes) -> Conversion:
    path, sha256, kind, held, article, *parts = json.loads(zlib.decompress(packed))
    made = {
        name: tuple(make(**dict(zip(_NAMES[make], values, strict=True))) for values in part)
        for (name, make), part in zip(PARTS, parts, strict=True)
    }
    return Conversion(path, sha256, kind, Article(*article) if article else None, held, **made)


_NAMES = {make: [field.name for field in fields(make) if field.name != "html"] for _, make in PARTS}
"""Fields of each part; a block without its HTML, which only the writing of Markdown needs."""
_VALUES: dict[type, Callable[[Any], Any]] = {make: attrgetter(*names) for make, names in _NAMES.items()}
