"""No question that a change asks of the state walks a table that grows with the archive, and a build from nothing asks such
a question a few times, not once an article. SQLite itself tells: EXPLAIN QUERY PLAN of every statement that is made.
"""

import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
import search
from pressroom.state import database
from support import sites

ARTICLES = 60
AT_MOST = 8
"""How often a full build may ask a question that walks a table: some are asked once a wave or a stage."""
NEVER_LARGE = frozenset(["meta", "template", "stale", "move", "touched", "top", "sqlite_master"])
"""What is as large as a change, or as the theme; `top` is a question's own, of what stands at the top of the output."""
ALLOWED = {
    "SELECT key, digest FROM folder": "each folder is looked at: that is how a change is found",
    "SELECT 1 FROM record WHERE sample = 0 AND kind = 'article' LIMIT 1": "the first article that is no sample ends it",
    "SELECT path, hash FROM file WHERE static = 1": "an index of the files that are no articles, which may stand in the site",
    "SELECT kind, slug, name FROM term": "one file of the sitemap names every list",
    "SELECT key, fingerprint FROM dep": "what pages read of the whole site: as many as there are lists",
    "SELECT key FROM dep": "the same",
    "SELECT id, keys FROM depset": "sets of what pages read: a few for each kind of page",
    "SELECT keys FROM depset": "the same",
    "SELECT * FROM tally": "the statistics show the sums of all years and sources",
    "SELECT findings FROM record WHERE findings != ''": "an index of the files with findings, which each build tells",
    "SELECT a.path, b.path FROM record a INDEXED BY record_dead": "an index of the files that do not count",
    "SELECT path FROM record WHERE path NOT GLOB": "an index of the files that are no Markdown, which each build names",
    "SELECT o.id, o.file, o.full, r.path FROM old o": "an index of the old addresses that want a page",
    "SELECT count(*) FROM page": "the last line of a build says how many files there are; an index's leaves, once a build",
    "UPDATE page SET stale = 1 WHERE template IN": "only where a template changed, whose pages it marks",
    "UPDATE page SET stale = 1 WHERE list LIKE 'record:%'": "only where the template of cards changed, which marks them all",
}
"""Beginnings of statements that may walk a table after a change too, each with the reason."""
_ALIAS = re.compile(
    r"\b(?:FROM|JOIN|UPDATE)\s+(\w+)\s+(?:AS\s+)?(?!WHERE|JOIN|ON|SET|USING|LEFT|INDEXED|ORDER|GROUP)(\w+)"
)
_VALUES = re.compile(r"\(\?(?:,\?)+\)")


class Asked:
    """What was asked of every connection that was opened meanwhile."""

    def __init__(self) -> None:
        self.plans: dict[str, list[str]] = {}
        self.times: Counter[str] = Counter()

    def note(self, db: sqlite3.Connection, statement: str, values: Any) -> None:
        if statement.split(None, 1)[0].upper() not in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            return
        named = _VALUES.sub("(?)", " ".join(statement.split()))
        self.times[named] += 1
        if named not in self.plans:
            plan = sqlite3.Connection.execute(db, f"EXPLAIN QUERY PLAN {statement}", values)
            self.plans[named] = walked(statement, [detail for *_, detail in plan])

    def walking(self) -> dict[str, int]:
        """Return how often each statement that walks a table was made."""
        return {statement: times for statement, times in self.times.items() if self.plans[statement]}


def walked(statement: str, plan: Iterable[str]) -> list[str]:
    """Return the tables that grow with the archive and that a plan walks from end to end, or a whole index of which."""
    aliases = {alias: table for table, alias in _ALIAS.findall(" ".join(statement.split()))}
    names = [detail.split()[1] for detail in plan if detail.startswith("SCAN ")]
    tables = [aliases.get(name, name) for name in names if not name.startswith("(") and not name.isdigit()]
    return [table for table in tables if table not in NEVER_LARGE]


def test_a_question_that_walks_a_table_is_told(tmp_path):
    db = database.connect(tmp_path / "state.sqlite")
    asked = Asked()
    for statement, walks in {
        "SELECT url FROM record WHERE source_url = ?": ["record"],  # an index of less than all cannot answer it
        "SELECT url FROM record WHERE source_url = ? AND source_url != ''": [],
        "SELECT r.url FROM link l JOIN record r ON r.id = l.id WHERE l.id = ?": ["link"],
        "SELECT count(*) FROM page": ["page"],
        "SELECT 1 FROM move LIMIT 1": [],
    }.items():
        asked.note(db, statement, ("x",) * statement.count("?"))
        assert asked.plans[statement] == walks
    db.close()


@pytest.fixture(scope="module")
def phases(tmp_path_factory):
    """Build a site with all that a real one has, change it in every way, and search it; return what each phase asked."""
    current = [Asked()]

    class Connection(sqlite3.Connection):
        def execute(self, statement, values=()):
            current[0].note(self, statement, values)
            return super().execute(statement, values)

        def executemany(self, statement, rows):
            def noted():
                for row in rows:
                    current[0].note(self, statement, row)
                    yield row

            return super().executemany(statement, noted())

    real = sqlite3.connect
    patch = pytest.MonkeyPatch()
    patch.setattr(sqlite3, "connect", lambda *args, **named: real(*args, **{"factory": Connection, **named}))
    patch.setattr(sites, "SETTINGS", ({"PRESSROOM_SEARCH": True},))
    site = sites.Site(tmp_path_factory.mktemp("plans") / "site")
    for number in range(ARTICLES):
        site.write(f"x/{number}.md", _fields(number))
    for number, name in enumerate(("images/o.png", "o.txt", "x/1.removals.json", "pages/m.md", "samples/k.md", "a.md")):
        site.write(name, _fields(number))
    try:
        site.build()
        whole, current[0] = current[0], Asked()
        for change in _changes(site):
            change()
            site.build()
        patch.setattr(sys, "argv", ["search.py", "--site", str(site.folder / "out"), "--", "ferry"])
        assert search.main() == 0
    finally:
        patch.undo()
    return whole, current[0]


def _fields(number: int) -> dict[str, int]:
    """Return choices for the fields of an article; those of an earlier `source_url` are linked to by others."""
    keys = [key for key, _ in sites.FIELDS]
    fields = {key: number + place for place, key in enumerate(keys)} | {"Body": number}
    return fields | {
        "Status": 0,
        "Slug": 0,
        "Save_as": 0,
        "Withdrawn": number % 13,
        "Source_url": 2 + number % 2,
        "Date": number % 8,
    }


def _changes(site: sites.Site) -> Iterable[Any]:
    yield lambda: site.write("x/new.md", _fields(5))
    yield lambda: site.write("top.md", _fields(5))
    yield lambda: [site.write(f"x/{number}.md", _fields(number + 1)) for number in range(4)]
    yield lambda: site.delete("x/7.md")
    yield lambda: site.rename("x/8.md", "x/moved.md")
    yield lambda: site.write("images/o.png", _fields(6))
    yield lambda: site.write("x/1.removals.json", _fields(1))
    yield lambda: site.edit_template("_card.html")
    yield lambda: site.edit_template("tag.html")


def test_a_full_build_walks_a_table_a_few_times(phases):
    whole, _ = phases
    assert len(whole.times) > 50
    often = {statement: times for statement, times in whole.walking().items() if times > AT_MOST}
    assert not often, "asked again and again, and each time a whole table is read"


def test_a_change_walks_no_table_that_grows(phases):
    _, changed = phases
    assert len(changed.times) > 50
    walking = [statement for statement in changed.walking() if not statement.startswith(tuple(ALLOWED))]
    assert not walking, "give it an index, or join it to what changed"


@pytest.mark.parametrize("statement", ALLOWED)
def test_each_question_that_may_walk_is_asked(phases, statement):
    _, changed = phases
    assert any(made.startswith(statement) for made in changed.walking())
