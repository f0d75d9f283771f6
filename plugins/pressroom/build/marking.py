"""Marks the files that are to be rendered, and notes those that go away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pressroom.build import part_chain
from pressroom.build.pages import ArticlePage
from pressroom.build.planner import Planner
from pressroom.core.keys import RECORD, SITE, STATIC
from pressroom.core.page import Planned
from pressroom.core.processes import Aside
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import StaticSource
from pressroom.state import adjacency, database, links
from pressroom.state import related as relating
from pressroom.templates import dependencies
from pressroom.templates.partials import CARD

_OWN = (
    "INSERT INTO page(path, list, template, spec, sig, stale) VALUES (?, ?, ?, ?, ?, 1) "
    "ON CONFLICT(path) DO UPDATE SET list = excluded.list, template = excluded.template, spec = excluded.spec, "
    "stale = page.stale OR page.sig IS NOT excluded.sig OR page.template IS NOT excluded.template, "
    "sig = excluded.sig"
)


def mark_everything(
    planner: Planner, static: Sequence[StaticSource], templates: dict[str, str], related: Aside | None = None
) -> None:
    """Plan all of the site, and mark every page; `related` is of `relating.start_ahead`."""
    db = planner.db
    db.execute("UPDATE page SET list = '', stale = 1 WHERE list NOT LIKE 'search:%'")
    keys = [row[0] for row in db.execute("SELECT DISTINCT list FROM member ORDER BY list")]
    db.execute("DELETE FROM term")
    db.execute("DELETE FROM tally")
    adjacency.prepare_neighbours(db)
    planner.parts, planner.find_beside = part_chain.find_parts(db), adjacency.read_neighbours
    for key in keys:
        _own_anew(db, planner, key, planner.plan(key))
    relating.update_related(db, planner.settings.related, everything=True, aside=related)
    for (number,) in db.execute("SELECT id FROM record WHERE live = 1 ORDER BY id").fetchall():
        key = f"{RECORD}{number}"
        _own_anew(db, planner, key, planner.plan(key))
    _own_anew(db, planner, STATIC, planner.plan_static(static))
    _own_anew(db, planner, SITE, _leave_static(db, planner.plan_site()))
    _take_away(db, "SELECT path FROM page WHERE list = ''", ())
    adjacency.drop_neighbours(db)
    planner.find_beside = adjacency.find_neighbours
    _keep_templates(db, templates)
    _mark_readers(db, planner.settings, set(keys))
    db.execute("DELETE FROM stale")


def mark_changed(planner: Planner, static: Sequence[StaticSource], templates: dict[str, str]) -> None:
    """Plan what `stale` names and what follows from it, and mark the pages that show something else now."""
    db, settings = planner.db, planner.settings
    relating.update_related(db, settings.related, everything=False)
    stale = [row[0] for row in db.execute("SELECT key FROM stale ORDER BY key")]
    keys = list(dict.fromkeys([*stale, *links.list_term_linkers(db, set(stale), settings)]))
    planner.parts, leading = part_chain.update_parts(db, keys)
    moved = adjacency.list_moved_periods(db, keys) if settings.neighbours else []
    for key in dict.fromkeys([*keys, *moved, *leading]):
        _own(db, planner, key, planner.plan(key))
    _own(db, planner, STATIC, planner.plan_static(static))
    _own(db, planner, SITE, _leave_static(db, planner.plan_site()))
    _mark_templates(db, templates)
    _keep_templates(db, templates)
    _mark_readers(db, settings, set(keys))
    db.execute("DELETE FROM stale")


def _own_anew(db: sqlite3.Connection, planner: Planner, key: str, pages: Iterable[Planned]) -> None:
    """Let a list that owns nothing own these pages."""
    rows = (page.make_row(key) for page in pages if not page.template or planner.has_template(page.template))
    db.executemany(_OWN, rows)


def _own(db: sqlite3.Connection, planner: Planner, key: str, pages: Iterable[Planned]) -> None:
    """Let a list own exactly these pages."""
    before = {path for (path,) in db.execute("SELECT path FROM page WHERE list = ?", (key,))}
    kept, has_page = set(), False
    for page in pages:
        if page.template and not planner.has_template(page.template):
            continue
        kept.add(page.page.path)
        has_page = has_page or isinstance(page.page, ArticlePage)
        db.execute(_OWN, page.make_row(key))
    for path in sorted(before - kept):
        _take_away(db, "SELECT path FROM page WHERE path = ?", (path,))
        if key == STATIC:
            _give_back(db, planner, path)
    # An article without a page of its own has no card either: it would stay as it is.
    if key == STATIC:
        forget = "DELETE FROM card WHERE id IN (SELECT id FROM record WHERE address = ?)"
        db.executemany(forget, ((path.lower(),) for path in kept - before))
    elif key.startswith(RECORD) and not has_page:
        db.execute("DELETE FROM card WHERE id = ?", (int(key.removeprefix(RECORD)),))


def _leave_static(db: sqlite3.Connection, pages: Iterable[Planned]) -> Iterator[Planned]:
    """Yield the files of the whole site but those in whose place a static file of the site's owner stands: a `robots.txt`."""
    query = "SELECT 1 FROM page WHERE path = ? AND list = ?"
    return (page for page in pages if not db.execute(query, (page.page.path, STATIC)).fetchone())


def _give_back(db: sqlite3.Connection, planner: Planner, path: str) -> None:
    """Let an article have its place again, where a static file stood on it."""
    row = db.execute("SELECT id FROM record WHERE address = ? AND live = 1", (path.lower(),)).fetchone()
    if row:
        key = f"{RECORD}{row[0]}"
        _own(db, planner, key, planner.plan(key))


def _take_away(db: sqlite3.Connection, query: str, values: tuple[Any, ...]) -> None:
    for (path,) in db.execute(query, values).fetchall():
        db.execute("DELETE FROM page WHERE path = ?", (path,))
        db.execute("INSERT OR REPLACE INTO move VALUES (?, '', NULL)", (path,))


def _mark_templates(db: sqlite3.Connection, now: dict[str, str]) -> None:
    """Mark the pages of changed templates."""
    before = dict(db.execute("SELECT name, fingerprint FROM template"))
    changed = [name for name, fingerprint in now.items() if before.get(name) != fingerprint]
    if changed:
        db.execute(f"UPDATE page SET stale = 1 WHERE template IN {database.make_marks(changed)}", changed)
    if CARD in changed:
        db.execute("UPDATE page SET stale = 1 WHERE list LIKE 'record:%'")
        db.execute("DELETE FROM card")


def _keep_templates(db: sqlite3.Connection, now: dict[str, str]) -> None:
    db.execute("DELETE FROM template")
    db.executemany("INSERT INTO template VALUES (?, ?)", now.items())


def _mark_readers(db: sqlite3.Connection, settings: SiteSettings, changed: set[str]) -> None:
    """Mark the pages that read what is another value now; those that read their own list, if it changed."""
    moved = _update_fingerprints(db, settings, changed)
    reading = []
    for number, text in db.execute("SELECT id, keys FROM depset").fetchall():
        keys = set(text.split("\n"))
        if keys & moved:
            reading.append(number)
        if "self" in keys:
            lists = ((key, number) for key in changed if not key.startswith(RECORD))
            # The plus keeps SQLite from the index of depsets: one may be that of most articles.
            db.executemany("UPDATE page SET stale = 1 WHERE list = ? AND +depset = ?", lists)
    if reading:
        chosen = ",".join(map(str, reading))
        db.execute(f"UPDATE page SET stale = 1 WHERE depset IN ({chosen})")


def _update_fingerprints(db: sqlite3.Connection, settings: SiteSettings, changed: set[str]) -> set[str]:
    """Bring the fingerprints of what pages read up to date; return the keys whose values changed."""
    moved = set()
    for key, before in db.execute("SELECT key, fingerprint FROM dep").fetchall():
        about = dependencies.find_list(key)
        if about and about not in changed:
            continue
        now = dependencies.make_fingerprint(db, key, settings)
        if now != before:
            db.execute("UPDATE dep SET fingerprint = ? WHERE key = ?", (now, key))
            moved.add(key)
    return moved
