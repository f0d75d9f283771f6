"""The content folder into the state: which files changed, and what stands in them."""

from __future__ import annotations

import fnmatch
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pressroom.build import freshness
from pressroom.build.static_files import is_within
from pressroom.content import removals, validate
from pressroom.content.foreign import ForeignReader
from pressroom.core import processes
from pressroom.core.settings import SiteSettings
from pressroom.outputs import redirects
from pressroom.state import changes, database, rows, scanner

FEW = 64
"""Files below which a second process costs more than it saves."""


class Changes(NamedTuple):
    """What is otherwise in the content folder than the state knows."""

    new: dict[str, tuple[str, scanner.Stat]]
    """Files to look into, with kind and stat."""
    gone: list[str]


class ContentScan:
    """Looks at one content folder by one set of settings, and reads what changed into the state.

    With `everything` nothing that the state knows counts.
    """

    def __init__(self, settings: SiteSettings, foreign: ForeignReader | None, jobs: int, *, everything: bool) -> None:
        self.settings, self.jobs, self.everything = settings, jobs, everything
        self.content = Path(settings.content)
        self.reader = rows.RowReader(settings, settings.address, foreign)
        self.find_kind = make_kinds(settings, foreign.asked.extensions if foreign else ())
        self.removed_markup: list[str] = []
        """What sanitising took out of people's own files that were read."""

    def list_places(self) -> tuple[str, list[str]]:
        """Return the content folder, and hidden files and folders in it that are looked at too."""
        return str(self.content), [path for path in self.settings.static_paths if "/." in f"/{path}"]

    # --- which files changed ---

    def look(self, db: sqlite3.Connection, started: int) -> tuple[int, Iterable[scanner.Folder]]:
        """Return when the content's folders were looked at, and them: before this build, or now."""
        before: scanner.Look | None = self.settings.look
        sealed = database.get(db, "seal")
        if before and not self.everything and sealed and sealed["started"] == before.base_started:
            return before.started, before.folders
        return started, scanner.look_at(*self.list_places(), {} if self.everything else freshness.read_digests(db))

    def compare(self, db: sqlite3.Connection, folders: Iterable[scanner.Folder], started: int) -> Changes:
        """Return what changed in the folders, and keep their digests; `started` is when they were looked at."""
        new: dict[str, tuple[str, scanner.Stat]] = {}
        gone: list[str] = []
        keys, standing = set(), set()
        suspect = database.get(db, "scanned", 0) - scanner.UNSURE
        if self.everything:
            db.execute("DELETE FROM folder")
        for folder in folders:
            keys.add(folder.key)
            if folder.files != []:
                standing.add(folder.key)
            if folder.files is None:
                continue
            known = {} if self.everything else _read_known(db, folder.key)
            new |= self._compare_files(db, folder, known, suspect)
            gone += known
            digest = folder.digest if folder.latest < started - scanner.UNSURE else ""
            db.execute("INSERT OR REPLACE INTO folder VALUES (?, ?)", (folder.key, digest))
        for key in freshness.read_digests(db).keys() - keys:
            gone += _read_known(db, key)
            db.execute("DELETE FROM folder WHERE key = ?", (key,))
        database.put(db, "scanned", started)
        return Changes(new, sorted({*gone} - standing))  # a hidden file that is looked at alone is none of its folder's

    def _compare_files(
        self, db: sqlite3.Connection, folder: scanner.Folder, known: dict[str, tuple[Any, ...]], suspect: int
    ) -> dict[str, tuple[str, scanner.Stat]]:
        """Return the changed files of a folder, and take those that are there out of `known`.

        A file is read again if its times are not before `suspect`: it may have changed since unseen.
        """
        new = {}
        for name, *values in folder.files or ():
            path, stat = folder.key + name, scanner.Stat(*values)
            before = known.pop(path, None)
            if before is not None and before[:4] == stat and max(stat.mtime, stat.ctime) < suspect:
                continue
            if before is not None and before[4] == scanner.hash_file(self.content / path):
                query = "UPDATE file SET size = ?, mtime = ?, ctime = ?, inode = ? WHERE path = ?"
                db.execute(query, (*stat, path))
            else:
                new[path] = (self.find_kind(path), stat)
        return new

    def take_named(self, db: sqlite3.Connection, paths: Iterable[str]) -> Changes:
        """Return what changed of files that a watching program names; the next full scan looks at all of them."""
        new, gone = {}, []
        for name in sorted(set(paths)):
            stat = scanner.stat_file(self.content / name)
            if stat:
                new[name] = (self.find_kind(name), stat)
            elif db.execute("SELECT 1 FROM file WHERE path = ?", (name,)).fetchone():
                gone.append(name)
        return Changes(new, gone)

    # --- what stands in them ---

    def read(self, db: sqlite3.Connection, changed: Changes, progress: Callable[[int, int], None]) -> None:
        """Read changed files into the state, or all of them into an empty one."""
        if self.everything:
            for table in ("file", "record", "body", "card", "member", "link", "old", "stale"):
                db.execute(f"DELETE FROM {table}")
        names = [name for name, (kind, _) in changed.new.items() if kind in ("article", "page")]
        if not self.everything:
            names += _find_beside_removals(db, changed)
        hashes: dict[str, str] = {}
        articles = self._read_files(names, hashes, progress)
        if self.everything:
            changes.fill_state(db, articles)
        else:
            changes.apply_changes(db, articles, changed.gone)
        self._note_files(db, changed, hashes)
        if not self.everything:
            for name in (*changed.new, *changed.gone):
                linking = db.execute("SELECT 'record:' || id FROM link WHERE target = ?", (f"file:{name}",)).fetchall()
                db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", linking)
                leading = redirects.find_at_file(db, name)
                db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", ((key,) for key in leading))

    def _note_files(self, db: sqlite3.Connection, changed: Changes, hashes: dict[str, str]) -> None:
        hashes |= {name: scanner.hash_file(self.content / name) for name in changed.new if name not in hashes}
        db.executemany("DELETE FROM file WHERE path = ?", ((name,) for name in changed.gone))
        db.executemany(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (name, name[: name.rfind("/") + 1], kind == "static", *stat, hashes[name])
                for name, (kind, stat) in changed.new.items()
            ),
        )

    def _read_files(
        self, names: list[str], hashes: dict[str, str], progress: Callable[[int, int], None]
    ) -> Iterator[rows.Row]:
        def work(part: range) -> list[tuple[str, rows.Row]]:
            return [self.reader.read_row(names[at], self.find_kind(names[at])) for at in part]

        jobs = self.jobs if len(names) > FEW else 1
        done = 0
        for batch in processes.spread(len(names), work, jobs):
            for hashed, row in batch:
                hashes[row.path] = hashed
                self._note_removed_markup(row)
                yield row
            done += len(batch)
            progress(done, len(names))

    def _note_removed_markup(self, row: rows.Row) -> None:
        if f'"{rows.REMOVED}"' in row.findings:
            losses = (finding for finding in json.loads(row.findings) if finding[0] == rows.REMOVED)
            self.removed_markup += [f"{where}: {what}. {todo}" for _, where, what, todo in losses]


def _read_known(db: sqlite3.Connection, key: str) -> dict[str, tuple[Any, ...]]:
    """Return what is known of the files of a folder, or of a file alone, by path: stat and hash."""
    column = "folder" if not key or key.endswith("/") else "path"
    rows = db.execute(f"SELECT path, size, mtime, ctime, inode, hash FROM file WHERE {column} = ?", (key,))
    return {row[0]: row[1:] for row in rows}


def _find_beside_removals(db: sqlite3.Connection, changed: Changes) -> list[str]:
    """Return the unchanged articles of which the record of removals beside them changed."""
    names = [*changed.new, *changed.gone]
    stems = {name.removesuffix(removals.ENDING) for name in names if name.endswith(removals.ENDING)}
    paths = (stem + suffix for stem in sorted(stems) for suffix in validate.SUFFIXES)
    exists = "SELECT 1 FROM record WHERE path = ?"
    skipped = {*names}
    return [path for path in paths if path not in skipped and db.execute(exists, (path,)).fetchone()]


def make_kinds(settings: SiteSettings, extensions: Iterable[str]) -> Callable[[str], str]:
    """Return what tells the kind of a file by its path: `article`, `page`, `static` or `ignored`."""
    endings = (*validate.SUFFIXES, *(f".{extension}" for extension in extensions))
    pages, articles = ([path.strip("/") for path in paths] for paths in (settings.page_paths, settings.article_paths))
    no_pages, no_articles = (
        [path.strip("/") for path in paths] for paths in (settings.page_excludes, settings.article_excludes)
    )
    ignored = [pattern for pattern in settings.ignore_files if "/" not in pattern]  # names have none

    def kind(name: str) -> str:
        if any(fnmatch.fnmatch(part, pattern) for pattern in ignored for part in name.split("/")):
            return "ignored"
        if not name.lower().endswith(endings) or "/." in f"/{name}":
            return "static"
        if is_within(name, pages) and not is_within(name, [f for f in no_pages if f]):
            return "page"
        inside = is_within(name, articles) and not is_within(name, [f for f in no_articles if f])
        return "article" if inside else "static"

    return kind
