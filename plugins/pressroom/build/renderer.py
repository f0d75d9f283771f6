"""Marked pages to bytes, by forked processes; what changed is staged."""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment

from pressroom import outputs
from pressroom.build.html_pages import HtmlPages, Templates
from pressroom.build.pages import ArticlePage, collect_kinds, load_page
from pressroom.build.state_archive import StateArchive
from pressroom.core import processes
from pressroom.core.keys import split_keys
from pressroom.core.page import PageSpec
from pressroom.core.parts import find_part
from pressroom.core.settings import SiteSettings
from pressroom.outputs import checksums, citations, dataset
from pressroom.publish import manifest, staging
from pressroom.state import database
from pressroom.templates import dependencies, site_context
from pressroom.templates.models import Card

_OWN = "list LIKE 'record:%'"
WAVES = (_OWN, f"NOT {_OWN} AND NOT {checksums.LAST}", f"NOT {_OWN} AND {checksums.LAST}")
"""Pages in their order: lists show the cards that articles' own pages leave, and checksums are of all the others."""
FEW = 64
"""Pages below which a second process costs more than it saves."""


class Done(NamedTuple):
    """A page that was rendered."""

    number: int
    """Its row in the table `page`."""
    hash: bytes
    staged: str
    """File under the staging folder, "" where the bytes are the same as before."""
    reads: str
    article: int
    card: Card | None
    """How lists show the article, None for other pages and where the theme has no cards."""


class Made(NamedTuple):
    """A file that was made whole."""

    path: str
    hash: bytes
    staged: str
    """As of `Done`."""


class Renderer:
    """Renders marked pages from the state, by one theme and one set of settings."""

    def __init__(self, path: Path, settings: SiteSettings, env: Environment, output: Path) -> None:
        self.path, self.settings, self.env = path, settings, env
        self.staging = output / manifest.STAGING
        self._templates = Templates(env, settings)
        self._outputs = {kind: output for output in outputs.OUTPUTS for kind in output.PAGES}
        self._kinds = collect_kinds()
        self._process = 0

    # --- processes ---

    def run(self, db: sqlite3.Connection, jobs: int, progress: Callable[[int, int], None]) -> int:
        """Render every marked page; return how many were written to the staging folder."""
        written = 0
        for chosen in WAVES:
            written += self._render_wave(db, jobs, chosen, progress)
        return written

    def _render_wave(self, db: sqlite3.Connection, jobs: int, chosen: str, progress: Callable[[int, int], None]) -> int:
        query = f"SELECT rowid FROM page WHERE stale = 1 AND {chosen} ORDER BY rowid"
        numbers = array("q", (row[0] for row in db.execute(query)))
        if not numbers:
            return 0
        self.staging.mkdir(parents=True, exist_ok=True)
        query = f"SELECT DISTINCT template FROM page WHERE template != '' AND stale = 1 AND {chosen}"
        for (template,) in db.execute(query):
            self._templates.find(template)  # once, not in each process
        self._process = written = done = 0  # what a process has at hand is of the wave before
        changed: list[int] = []

        def work(part: range) -> list[Done]:
            self._open()
            return self._render_pages(numbers[part.start : part.stop])

        depsets = {keys: number for number, keys in db.execute("SELECT id, keys FROM depset")}
        with database.transaction(db):
            for batch in processes.spread(len(numbers), work, jobs if len(numbers) > FEW else 1):
                written += _note_batch(db, batch, depsets)
                if chosen != WAVES[-1]:
                    changed += [page.number for page in batch if page.staged]
                done += len(batch)
                progress(done, len(numbers))
            self._note_new_keys(db)
            _unsettle(db, changed)
        return written

    def _open(self) -> None:
        """Give each process a connection of its own: SQLite's must not cross a fork."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute("PRAGMA cache_size = -16000")
        self.site = site_context.Site(self.db, self.settings)
        self._archive = StateArchive(self.db, self.settings, self.site)
        self._html = HtmlPages(self.site, self.settings, self._templates)
        self.env.reads = lambda: self.site.reads  # type: ignore[attr-defined]

    def _note_new_keys(self, db: sqlite3.Connection) -> None:
        known = {key for (key,) in db.execute("SELECT key FROM dep")}
        read = {key for (keys,) in db.execute("SELECT keys FROM depset") for key in keys.split("\n")}
        for key in sorted(read - known - {"", "self"}):
            db.execute("INSERT INTO dep VALUES (?, ?)", (key, dependencies.make_fingerprint(db, key, self.settings)))

    # --- files that are made whole ---

    def stage(self, db: sqlite3.Connection, key: str, files: Iterable[tuple[str, bytes]]) -> Iterator[Made]:
        """Stage files that were made whole, of those that a list will own."""
        self.staging.mkdir(parents=True, exist_ok=True)
        before = dict(db.execute("SELECT path, out FROM page WHERE list = ?", (key,)))
        for number, (path, payload) in enumerate(files):
            hashed, staged = staging.hash_bytes(payload), ""
            if before.get(path) != hashed:
                staged = f"{key.replace(':', '-')}-{number}"
                (self.staging / staged).write_bytes(payload)
            yield Made(path, hashed, staged)

    def own_files(self, db: sqlite3.Connection, key: str, files: Iterable[Made]) -> None:
        """Let staged files be all that a list owns."""
        before = {path for (path,) in db.execute("SELECT path FROM page WHERE list = ?", (key,))}
        for path, hashed, staged in files:
            before.discard(path)
            if not staged:
                continue
            query = "INSERT OR REPLACE INTO page(path, list, template, spec, out, stale) VALUES (?, ?, '', '', ?, 0)"
            db.execute(query, (path, key, hashed))
            db.execute("INSERT OR REPLACE INTO move VALUES (?, ?, ?)", (path, staged, hashed))
        for path in before:
            db.execute("DELETE FROM page WHERE path = ?", (path,))
            db.execute("INSERT OR REPLACE INTO move VALUES (?, '', NULL)", (path,))

    # --- one page ---

    def _render_pages(self, numbers: Sequence[int]) -> list[Done]:
        chosen = f"rowid IN {database.make_marks(numbers)} ORDER BY rowid"
        query = f"SELECT rowid, path, list, template, spec, out FROM page WHERE {chosen}"
        rows = self.db.execute(query, tuple(numbers)).fetchall()
        pages = [load_page(path, spec, self._kinds) for _, path, _, _, spec, _ in rows]
        self.site.expect_bodies([page.id for page in pages if isinstance(page, ArticlePage)])
        return [
            self._render_page(number, page, key, template, before)
            for page, (number, _, key, template, _, before) in zip(pages, rows, strict=True)
        ]

    def _render_page(self, number: int, page: PageSpec, key: str, template: str, before: bytes | None) -> Done:
        self._html.begin_page(page, key)
        if template:
            payload = self._html.make_html(page, template).encode("utf-8", "replace")
        else:
            payload = self._outputs[type(page)].render(page, self._archive, self.settings)
        hashed = staging.hash_bytes(payload)
        staged = ""
        if hashed != before:
            staged = str(number)
            _write(f"{self.staging}/{staged}", payload)
        article, card = 0, None
        if isinstance(page, ArticlePage):
            article, card = page.id, self._html.make_card(page.id)
        return Done(number, hashed, staged, "\n".join(sorted(self.site.reads)), article, card)


def _note_batch(db: sqlite3.Connection, batch: list[Done], depsets: dict[str, int]) -> int:
    """Write a batch of results into the state; return how many were staged."""
    for page in batch:
        if page.reads not in depsets:
            cursor = db.execute("INSERT INTO depset(keys) VALUES (?)", (page.reads,))
            depsets[page.reads] = int(cursor.lastrowid or 0)
    db.executemany(
        "UPDATE page SET out = ?, depset = ?, stale = 0 WHERE rowid = ?",
        ((page.hash, depsets[page.reads], page.number) for page in batch),
    )
    cards = ((page.article, *page.card) for page in batch if page.card)
    db.executemany("INSERT OR REPLACE INTO card VALUES (?, ?, ?, ?)", cards)
    staged = [(page.staged, page.hash, page.number) for page in batch if page.staged]
    db.executemany("INSERT OR REPLACE INTO move SELECT path, ?, ? FROM page WHERE rowid = ?", staged)
    return len(staged)


def _unsettle(db: sqlite3.Connection, numbers: list[int]) -> None:
    """Let what is made of the hashes of changed pages be made again after them."""
    if not numbers or not db.execute(f"SELECT 1 FROM page WHERE {checksums.LAST} AND stale = 0 LIMIT 1").fetchone():
        return  # all of it is to be made
    paths = set()
    for number in numbers:
        (path,) = db.execute("SELECT path FROM page WHERE rowid = ?", (number,)).fetchone()
        row = db.execute("SELECT lists FROM record WHERE address = ? AND live = 1", (path.lower(),)).fetchone()
        part = find_part(split_keys(row[0])) if row else checksums.find_part(path)
        paths.update([checksums.name_file(part)] if part else [])
        paths.update([dataset.INDEX] if path.startswith((f"{dataset.FOLDER}/", f"{citations.FOLDER}/")) else [])
    db.executemany("UPDATE page SET stale = 1 WHERE path = ?", ((path,) for path in sorted(paths)))


def _write(path: str, payload: bytes) -> None:
    """Write a file; Python's own objects for it cost as much as the page."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        view = memoryview(payload)
        while view:
            view = view[os.write(file, view) :]
    finally:
        os.close(file)
