"""Marked pages to bytes, by forked processes; what changed is staged, then moved into the output folder.

The order of moves lets no page link to one that is not there: first pages that were not there before, then changed
ones, then those that go away are removed. A page whose bytes are the same is not touched.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, Template, TemplateNotFound

from pressroom.build import planner
from pressroom.content import removals
from pressroom.core import codec, keys, parts, processes
from pressroom.core.settings import SiteSettings
from pressroom.outputs import (
    about,
    atom,
    checksums,
    citations,
    dataset,
    opensearch,
    redirects,
    sitemap,
    statistics,
    webmanifest,
)
from pressroom.publish import manifest
from pressroom.state import aggregates, database, queries
from pressroom.state.reserved import reserved
from pressroom.state.similarity import Related
from pressroom.templates import dependencies, pagination, variables
from pressroom.templates.models import Card, Members
from pressroom.templates.pagination import ListPage, Page, PageLink
from pressroom.templates.partials import CARD, LEVEL, ROOT, render_template
from pressroom.templates.site_context import Site

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
    """How lists show the article, None where the theme has no cards."""


class Made(NamedTuple):
    """A file that was made whole."""

    path: str
    hash: bytes
    staged: str
    """As of `Done`."""


class Renderer:
    """Renders marked pages from the state, by one theme and one set of settings."""

    def __init__(self, path: Path, settings: SiteSettings, env: Environment, output: Path, site_address: str) -> None:
        self.path, self.settings, self.env, self.output = path, settings, env, output
        self.address = site_address
        self.staging = output / manifest.STAGING
        self._templates: dict[str, Template] = {}
        self._process = 0
        self._moves: tuple[str, list[redirects.Move]] = ("", [])
        self._part: tuple[str, list[dict[str, Any]]] = ("", [])
        self._works: tuple[str, list[citations.Work]] = ("", [])
        self._makers: dict[str, Callable[[dict[str, Any], str], bytes]] = {
            "feed": self._feed, "json": self._json, "urlset": self._urlset, "others": self._others,
            "index": self._index, "robots": self._robots, "opensearch": self._opensearch, "webmanifest": self._webmanifest,
            "static": self._static,
            "old": self._old, "redirect": self._redirect, "cite": self._cite, "download": self._download,
            "downloads": self._downloads, "checksums": self._checksums, "media": self._media, "about": self._about,
            "tallies": self._tallies,
        }  # fmt: skip
        self._sorts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "record": self._record,
            "removed": self._removed,
        }

    # --- processes ---

    def run(self, db: sqlite3.Connection, jobs: int, progress: Callable[[int, int], None]) -> int:
        """Render every marked page; return how many were written to the staging folder."""
        written = 0
        for chosen in WAVES:
            written += self._wave(db, jobs, chosen, progress)
        return written

    def _wave(self, db: sqlite3.Connection, jobs: int, chosen: str, progress: Callable[[int, int], None]) -> int:
        query = f"SELECT rowid FROM page WHERE stale = 1 AND {chosen} ORDER BY rowid"
        numbers = array("q", (row[0] for row in db.execute(query)))
        if not numbers:
            return 0
        self.staging.mkdir(parents=True, exist_ok=True)
        query = f"SELECT DISTINCT template FROM page WHERE template != '' AND stale = 1 AND {chosen}"
        for (template,) in db.execute(query):
            self._template(template)  # once, not in each process
        self._process = written = done = 0  # what a process has at hand is of the wave before
        changed: list[int] = []

        def work(part: range) -> list[Done]:
            self._open()
            return self._pages(numbers[part.start : part.stop])

        depsets = {keys: number for number, keys in db.execute("SELECT id, keys FROM depset")}
        with database.transaction(db):
            for batch in processes.spread(len(numbers), work, jobs if len(numbers) > FEW else 1):
                written += self._note(db, batch, depsets)
                if chosen != WAVES[-1]:
                    changed += [page.number for page in batch if page.staged]
                done += len(batch)
                progress(done, len(numbers))
            self._new_keys(db)
            _unsettle(db, changed)
        return written

    def _open(self) -> None:
        """Give each process a connection of its own: SQLite's must not cross a fork."""
        if self._process == os.getpid():
            return
        self._process = os.getpid()
        self.db = sqlite3.connect(self.path, isolation_level=None)
        self.db.execute("PRAGMA cache_size = -16000")
        self.site = Site(self.db, self.settings)
        self._moves, self._part, self._works = ("", []), ("", []), ("", [])
        common = {**self.settings.raw, **variables.make_variables(self.site)}
        common |= {
            "SITE_ADDRESS": self.address, "generated_content": {}, "static_links": set(), "static_content": {},
            "localsiteurl": self.settings.siteurl,
        }  # fmt: skip
        self.common = common
        self.plain = {**self.settings.raw, "SITE_ADDRESS": self.address}
        self.plain |= {"SITEURL": ROOT, "level": LEVEL}
        self.env.reads = lambda: self.site.reads  # type: ignore[attr-defined]
        try:
            self._card: Template | None = self._template(CARD)
        except TemplateNotFound:
            self._card = None

    def _note(self, db: sqlite3.Connection, batch: list[Done], depsets: dict[str, int]) -> int:
        """Write a batch of results into the state."""
        for page in batch:
            if page.reads not in depsets:
                found = db.execute("INSERT INTO depset(keys) VALUES (?)", (page.reads,))
                depsets[page.reads] = int(found.lastrowid or 0)
        db.executemany(
            "UPDATE page SET out = ?, depset = ?, stale = 0 WHERE rowid = ?",
            ((page.hash, depsets[page.reads], page.number) for page in batch),
        )
        cards = ((page.article, *page.card) for page in batch if page.card)
        db.executemany("INSERT OR REPLACE INTO card VALUES (?, ?, ?, ?)", cards)
        staged = [(page.staged, page.hash, page.number) for page in batch if page.staged]
        db.executemany("INSERT OR REPLACE INTO move SELECT path, ?, ? FROM page WHERE rowid = ?", staged)
        return len(staged)

    def _new_keys(self, db: sqlite3.Connection) -> None:
        known = {key for (key,) in db.execute("SELECT key FROM dep")}
        found = {key for (keys,) in db.execute("SELECT keys FROM depset") for key in keys.split("\n")}
        for key in sorted(found - known - {"", "self"}):
            db.execute("INSERT INTO dep VALUES (?, ?)", (key, dependencies.make_fingerprint(db, key, self.settings)))

    def stage(self, db: sqlite3.Connection, key: str, files: Iterable[tuple[str, bytes]]) -> Iterator[Made]:
        """Stage files that were made whole, of those that a list will own."""
        self.staging.mkdir(parents=True, exist_ok=True)
        before = dict(db.execute("SELECT path, out FROM page WHERE list = ?", (key,)))
        for number, (path, payload) in enumerate(files):
            hashed, staged = _hash(payload), ""
            if before.get(path) != hashed:
                staged = f"{key.replace(':', '-')}-{number}"
                (self.staging / staged).write_bytes(payload)
            yield Made(path, hashed, staged)

    def own(self, db: sqlite3.Connection, key: str, files: Iterable[Made]) -> None:
        """Let staged files be all that a list owns."""
        before = {path for (path,) in db.execute("SELECT path FROM page WHERE list = ?", (key,))}
        for path, hashed, staged in files:
            before.discard(path)
            if not staged:
                continue
            row = (path, key, json.dumps({"kind": "made"}), hashed)
            db.execute(
                "INSERT OR REPLACE INTO page(path, list, template, spec, out, stale) VALUES (?, ?, '', ?, ?, 0)", row
            )
            db.execute("INSERT OR REPLACE INTO move VALUES (?, ?, ?)", (path, staged, hashed))
        for path in before:
            db.execute("DELETE FROM page WHERE path = ?", (path,))
            db.execute("INSERT OR REPLACE INTO move VALUES (?, '', NULL)", (path,))

    # --- one page ---

    def _pages(self, numbers: Sequence[int]) -> list[Done]:
        chosen = f"rowid IN {database.make_marks(numbers)} ORDER BY rowid"
        query = f"SELECT rowid, path, list, template, spec, out FROM page WHERE {chosen}"
        found = [(*row, json.loads(spec), out) for *row, spec, out in self.db.execute(query, tuple(numbers))]
        self.site.expect_bodies([spec["id"] for *_, spec, _ in found if spec["kind"] == "record"])
        return [self._page(*row) for row in found]

    def _page(
        self, number: int, path: str, key: str, template: str, values: dict[str, Any], before: bytes | None
    ) -> Done:
        self.site.reads, self.site.owner, self.site.planned_neighbours = set(), key, values.get("beside")
        self.site.planned_links = values.get("links", "")
        if "sheet" in values and ListPage(*values["sheet"]).full:
            self.site.owner = ""  # its signature does not tell of the rest of its list: what is read of that counts
        if template:
            payload = self._html(path, template, values).encode("utf-8", "replace")
        else:
            payload = self._makers[values["kind"]](values, path)
        hashed = _hash(payload)
        staged = ""
        if hashed != before:
            staged = str(number)
            _write(f"{self.staging}/{staged}", payload)
        article, card = values.get("id", 0), None
        if template and article and self._card is not None and values["kind"] == "record":
            shown = self.site.get_article(article)
            card = shown.make_card(render_template(self._card, {**self.plain, "article": shown}))
        return Done(number, hashed, staged, "\n".join(sorted(self.site.reads)), article, card)

    def _html(self, path: str, template: str, spec: dict[str, Any]) -> str:
        local = dict(self.common)
        local["output_file"] = path
        root = self.settings.siteurl
        if self.settings.relative_urls:
            root = local["SITEURL"] = local["localsiteurl"] = "/".join([".."] * path.count("/")) or "."
        self.site.root = root
        local.update(self._sorts.get(spec["kind"], self._listing)(spec))
        return render_template(self._template(template), local)

    def _template(self, name: str) -> Template:
        if name not in self._templates:
            self._templates[name] = find_template(self.env, name, self.settings)
        return self._templates[name]

    def _record(self, spec: dict[str, Any]) -> dict[str, Any]:
        article = self.site.get_article(spec["id"])
        self.site.related = [Related(*shown) for shown in spec.get("related", ())]
        if article.kind == "page":
            return {"page": article, "url": article.url}
        found = {"article": article, "category": article.category, "url": article.url, "blog": True}
        if article.status == "draft":
            found["all_articles"] = variables.Deferred(lambda: Members(self.site, "all"))
        return found

    def _removed(self, spec: dict[str, Any]) -> dict[str, Any]:
        entries = []
        for number in spec["ids"]:
            article = self.site.get_article(number)
            found = removals.read_record(Path(self.settings.content), article.path)
            entries.append({"article": article, "anchor": article.removed_url.partition("#")[2], **found._asdict()})
        url = str(spec["url"])
        return {
            "entries": entries,
            "part": spec["slug"],
            "url": url,
            "page_name": url.rstrip("/"),
            "template_name": "removed",
        }

    def _listing(self, spec: dict[str, Any]) -> dict[str, Any]:
        kind, site = spec["kind"], self.site
        found: dict[str, Any] = {"url": spec["url"], "blog": True}
        if kind == "direct":
            key = "all"
            found["page_name"] = spec["page_name"]
            if spec["name"] in self.settings.direct_templates:
                found["template_name"] = spec["name"]
        else:
            key = f"{kind}:{spec['slug']}" if spec["slug"] else kind
            found |= {"template_name": spec["template_name"], "HAS_FEED": spec["feed"]}
            found["all_articles"] = variables.Deferred(lambda: Members(site, "all"))
            if kind in keys.KINDS:
                found[kind] = term = site.get_term(kind, spec["name"], spec["slug"])
                found["page_name"] = term.page_name
            elif kind in keys.PERIODS:
                period = site.make_period(kind, spec["slug"])
                found |= {"period": period["period"], "period_num": period["period_num"]}
            elif kind == "on":
                found |= {"slug": spec["slug"], "page_name": spec["url"].rstrip("/")}
            else:
                found["page_name"] = kind
        members = Members(site, key)
        oldest = not self.settings.newest_first_archives
        found |= {"articles": members, "dates": Members(site, key, oldest_first=True) if oldest else members}
        if "sheet" in spec:
            found |= self._leaves(ListPage(*spec["sheet"]), spec, key)
        return found

    def _leaves(self, sheet: ListPage, spec: dict[str, Any], key: str) -> dict[str, Any]:
        site = self.site
        found: dict[str, Any] = {}
        shown = site.list_articles(spec["ids"])
        how = pagination.find_layout(self.settings, spec["template_name"])
        assert how is not None  # it was cut by it
        leaf = Page(sheet, shown, lambda: Members(site, key), how, (spec["url"], spec["save_as"]))
        for name in ("articles", "dates"):
            found |= {
                f"{name}_paginator": leaf.paginator, f"{name}_page": leaf,
                f"{name}_previous_page": PageLink(sheet.newer, sheet.number - 1) if sheet.newer else None,
                f"{name}_next_page": PageLink(sheet.older, sheet.number + 1) if sheet.older else None,
            }  # fmt: skip
        return found

    # --- what needs no template ---

    def _rows(self, columns: str, ids: list[int], table: str = "body") -> Iterator[Any]:
        for start in range(0, len(ids), database.AT_ONCE):
            part = ids[start : start + database.AT_ONCE]
            query = f"SELECT id, {columns} FROM {table} WHERE id IN {database.make_marks(part)}"
            found = {row[0]: row[1:] for row in self.db.execute(query, part)}
            yield from (found[number] for number in part)

    def _feed(self, spec: dict[str, Any], path: str) -> bytes:
        entries = [row[0] for row in self._rows("entry", spec["ids"])]
        return atom.atom(entries, title=spec["title"], site=self.address, feed_url=f"{self.address}/{path}")

    def _json(self, spec: dict[str, Any], path: str) -> bytes:
        shown = (codec.unpack(row[0]) for row in self._rows("meta", spec["ids"]))
        older = f"{self.address}/{spec['older']}" if spec["older"] else ""
        title, feed_url = self.settings.sitename, f"{self.address}/{path}"
        return atom.json_feed(shown, title=title, site=self.address, feed_url=feed_url, next_url=older)

    def _urlset(self, spec: dict[str, Any], path: str) -> bytes:
        return sitemap.urlset(self._rows("url, lastmod", spec["ids"], "record"), self.address)

    def _others(self, spec: dict[str, Any], path: str) -> bytes:
        return sitemap.urlset(((url, "") for url in planner.others(self.db, self.settings)), self.address)

    def _index(self, spec: dict[str, Any], path: str) -> bytes:
        return sitemap.index(((name, day) for name, day in spec["files"]), self.address)

    def _robots(self, spec: dict[str, Any], path: str) -> bytes:
        return sitemap.robots(self.settings.robots, self.address)

    def _opensearch(self, spec: dict[str, Any], path: str) -> bytes:
        return opensearch.of(self.settings)

    def _webmanifest(self, spec: dict[str, Any], path: str) -> bytes:
        return webmanifest.of(self.settings)

    def _old(self, spec: dict[str, Any], path: str) -> bytes:
        if self._moves[0] != spec["list"]:  # its other forms come next
            self._moves = spec["list"], redirects.moves(self.db, spec["list"], reserved(self.settings))
        site = self.settings.siteurl.rstrip("/")
        return redirects.FORMATS[spec["format"]](self._moves[1], site).encode("utf-8", "replace")

    def _redirect(self, spec: dict[str, Any], path: str) -> bytes:
        return redirects.leading(self.site.read_fields(spec["article"]), path, self.settings, self.address)

    def _fields(self, key: str) -> list[dict[str, Any]]:
        """Return the fields of the articles of a month, a year or no date, oldest first; its other files come next."""
        if self._part[0] != key:
            query = f"SELECT b.meta {queries.make_part_clause(key)}"
            self._part = key, [codec.unpack(row[0]) for row in self.db.execute(query, (key,))]
        return self._part[1]

    def _cite(self, spec: dict[str, Any], path: str) -> bytes:
        key = spec["list"]
        if self._works[0] != key:  # its other forms come next
            site, name = self.settings.own_address, self.settings.sitename
            self._works = key, [citations.work(fields, name, site) for fields in self._fields(key)]
        return citations.FILES[spec["form"]](self._works[1]).encode("utf-8", "replace")

    def _download(self, spec: dict[str, Any], path: str) -> bytes:
        key, site = spec["list"], self.settings.own_address
        fields = self._fields(key)
        if spec["form"] == "csv":
            return dataset.table(fields, site).encode("utf-8", "replace")
        with_text = self.settings.downloads == dataset.TEXT
        texts = (html for (html,) in self.db.execute(f"SELECT b.html {queries.make_part_clause(key)}", (key,)))
        pairs = zip(fields, texts if with_text else repeat(""), strict=with_text)
        return dataset.lines(pairs, site, with_text=with_text).encode("utf-8", "replace")

    def _downloads(self, spec: dict[str, Any], path: str) -> bytes:
        files = [
            {"path": file, "articles": count, "sha256": hashed.hex()}
            for file, count, hashed in queries.select_downloads(self.db)
        ]
        with_text = self.settings.downloads == dataset.TEXT
        return dataset.index(files, site=self.settings.own_address, with_text=with_text).encode("utf-8", "replace")

    def _checksums(self, spec: dict[str, Any], path: str) -> bytes:
        query = f"SELECT p.path, p.out {queries.make_part_clause(spec['list'], 'JOIN page p ON p.path = r.save_as')}"
        found = self.db.execute(query, (spec["list"],)).fetchall()
        beside = (f"{citations.FOLDER}/", f"{dataset.FOLDER}/", f"{removals.FOLDER}/")
        query = "SELECT path, out FROM page WHERE path > ? AND path < ?"
        for folder in beside:
            start = f"{folder}{spec['part']}"
            rows = self.db.execute(query, (start, f"{start}0")).fetchall()
            found += [row for row in rows if checksums.part_of(row[0]) == spec["part"]]
        return checksums.text(found).encode("utf-8", "surrogateescape")

    def _media(self, spec: dict[str, Any], path: str) -> bytes:
        found = self.db.execute("SELECT path, spec, out FROM page WHERE list = 'static'")
        own = ((path, hashed) for path, spec_, hashed in found if json.loads(spec_)["from"] == "PATH")
        return checksums.text(own).encode("utf-8", "surrogateescape")

    def _about(self, spec: dict[str, Any], path: str) -> bytes:
        return about.text(self.settings).encode("utf-8", "replace")

    def _tallies(self, spec: dict[str, Any], path: str) -> bytes:
        if "list" in spec:
            return statistics.of_year(aggregates.read_year_tallies(self.db, spec["list"]))
        site = self.site
        return statistics.file(spec["name"], site.read_tallies(), site.sum_by_source(), site.name_sources())

    def _static(self, spec: dict[str, Any], path: str) -> bytes:
        return Path(
            {"PATH": self.settings.content, "THEME": self.settings.theme}[spec["from"]], spec["source"]
        ).read_bytes()


def _unsettle(db: sqlite3.Connection, numbers: list[int]) -> None:
    """Let what is made of the hashes of changed pages be made again after them."""
    if not numbers or not db.execute(f"SELECT 1 FROM page WHERE {checksums.LAST} AND stale = 0 LIMIT 1").fetchone():
        return  # all of it is to be made
    found = set()
    for number in numbers:
        (path,) = db.execute("SELECT path FROM page WHERE rowid = ?", (number,)).fetchone()
        row = db.execute("SELECT lists FROM record WHERE address = ? AND live = 1", (path.lower(),)).fetchone()
        part = parts.find_part(row[0].split("\n")) if row else checksums.part_of(path)
        found.update([checksums.of_part(part)] if part else [])
        found.update([dataset.INDEX] if path.startswith((f"{dataset.FOLDER}/", f"{citations.FOLDER}/")) else [])
    db.executemany("UPDATE page SET stale = 1 WHERE path = ?", ((path,) for path in sorted(found)))


def _write(path: str, payload: bytes) -> None:
    """Write a file; Python's own objects for it cost as much as the page."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        view = memoryview(payload)
        while view:
            view = view[os.write(file, view) :]
    finally:
        os.close(file)


def find_template(env: Environment, name: str, settings: SiteSettings) -> Template:
    """Return a theme's template by its name without ending. Raises TemplateNotFound."""
    return env.select_template([name + ending for ending in settings.template_extensions])


# --- moving ---------------------------------------------------------------------------------------------------------


def move(db: sqlite3.Connection, output: Path) -> tuple[int, int]:
    """Move what is staged to its place, then remove what goes away; return how many files of each."""
    if manifest.token(output) != database.get(db, "token", "") or db.execute("SELECT 1 FROM move LIMIT 1").fetchone():
        _listed(db, output)
    written = _moved(db, output)
    rows = db.execute("SELECT path FROM move WHERE staged = '' ORDER BY path").fetchall()
    gone = [path for (path,) in rows if _remove(str(output), path)]
    if rows:
        manifest.add(output, ((path, manifest.GONE) for (path,) in rows), database.get(db, "token"))
    with database.transaction(db):
        db.execute("DELETE FROM move")
    shutil.rmtree(output / manifest.STAGING, ignore_errors=True)
    return written, len(gone)


def _listed(db: sqlite3.Connection, output: Path) -> None:
    """Add what is about to be moved to the list of files that builds made, in the name of this build.

    The name is a hash of all that this state's builds moved. The state has it first: a kill in between lets the next
    build look at every file.
    """
    before = database.get(db, "token", "")
    whole = "SELECT path, out FROM page WHERE out IS NOT NULL UNION ALL " if manifest.token(output) != before else ""
    query = f"{whole}SELECT path, hash FROM move WHERE staged != '' ORDER BY path"
    total = hashlib.blake2b(before.encode(), digest_size=8)
    for path, hashed in db.execute(query):
        total.update(path.encode("utf-8", "surrogateescape") + hashed)
    database.put(db, "token", total.hexdigest())
    manifest.add(output, ((path, hashed.hex()) for path, hashed in db.execute(query)), total.hexdigest())


def compact(db: sqlite3.Connection, output: Path, *, strange: bool) -> None:
    """Bring the list of files into its one form, which any build that ends with the same files leaves.

    Where the output was `strange`, the state says what belongs to it; else the list itself does.
    """
    if not strange and manifest.size(output) == database.get(db, "listed", -1):
        return
    if strange:
        pages = db.execute("SELECT path, out FROM page WHERE out IS NOT NULL")
        listed = {path: out.hex()[: manifest.WIDTH] for path, out in pages}
    else:
        listed = manifest.latest(output)
    name = manifest.name_list(listed)
    database.put(db, "token", name)
    manifest.rewrite(output, listed, name)
    database.put(db, "listed", manifest.size(output))


def _moved(db: sqlite3.Connection, output: Path) -> int:
    """Move new pages, the front page last, then changed ones: what a reader reaches is there."""
    staging, root = str(output / manifest.STAGING), str(output)
    fresh = _is_fresh(output)
    written, changed = 0, []
    _make_folder.cache_clear()
    going = {path for (path,) in db.execute("SELECT path FROM move WHERE staged = ''")}
    query = "SELECT path, staged FROM move WHERE staged != '' ORDER BY path = 'index.html', path"
    for path, staged in db.execute(query):
        if fresh or not os.path.lexists(f"{root}/{path}"):
            written += _put(f"{staging}/{staged}", root, path, going, known_new=True)
        else:
            changed.append((path, staged))
    return written + sum(_put(f"{staging}/{staged}", root, path, going) for path, staged in changed)


def finish(db: sqlite3.Connection, output: Path, *, strange: bool) -> None:
    """Take up what a killed build left: its moves if it had rendered everything, else those pages once more.

    A part of them could link to a page that was not rendered. Removals wait for the end of this build. Where the output
    is `strange`, somebody else wrote there since.
    """
    left = "SELECT path FROM move WHERE staged != ''"
    if db.execute(f"{left} LIMIT 1").fetchone():
        unfinished = strange or any(
            db.execute(query).fetchone() for query in ("SELECT 1 FROM page WHERE stale = 1", "SELECT 1 FROM stale")
        )
        if not unfinished:
            _listed(db, output)
            _moved(db, output)
            lost = [path for (path,) in db.execute(left) if not os.path.isfile(output / path)]
        with database.transaction(db):
            again = [path for (path,) in db.execute(left)] if unfinished else lost
            lose(db, again)
            db.execute("DELETE FROM move WHERE staged != ''")
    shutil.rmtree(output / manifest.STAGING, ignore_errors=True)


def lose(db: sqlite3.Connection, paths: list[str]) -> None:
    """Note that files are not in the output as the state knows them: their pages are to be made once more."""
    for path in paths:
        db.execute("UPDATE page SET stale = list NOT LIKE 'search:%', out = NULL WHERE path = ?", (path,))
    if paths:
        database.put(db, "search", None)


def file_hash(path: Path) -> bytes | None:
    """Return the hash of a file as the state keeps it, None where there is none."""
    try:
        return _hash(path.read_bytes())
    except OSError:
        return None


def _hash(payload: bytes) -> bytes:
    return hashlib.sha256(payload).digest()


def _is_fresh(output: Path) -> bool:
    """Tell an output folder in which there is nothing yet."""
    return output.is_dir() and set(os.listdir(output)) <= {manifest.STAGING, manifest.NAME}


def _put(staged: str, output: str, path: str, going: set[str], *, known_new: bool = False) -> bool:
    """Move a staged file to its place; return False where there is none, or the same bytes stand there."""
    target = f"{output}/{path}"
    if not known_new and _same(staged, target):
        return False
    if known_new:
        _make_folder(os.path.dirname(target))
    try:
        os.replace(staged, target)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        if not os.path.lexists(staged):
            return False
        _make_way(path, Path(output), going)
        os.replace(staged, target)
    return True


@lru_cache(maxsize=1)
def _make_folder(folder: str) -> None:
    """Make a folder and those above; one after the other, most files stand in the same few."""
    try:
        os.mkdir(folder)
    except FileNotFoundError:
        with suppress(OSError):
            os.makedirs(folder, exist_ok=True)
    except OSError:
        pass  # it is there, or something is in its place: moving will tell


def _same(one: str, other: str) -> bool:
    try:
        if os.stat(one).st_size != os.stat(other).st_size:
            return False
        with open(one, "rb") as first, open(other, "rb") as second:
            return first.read() == second.read()
    except OSError:
        return False


def _make_way(path: str, output: Path, going: set[str]) -> None:
    """Make a file's folder; pages that go away stand in its place no longer: a file for a folder, or the reverse.

    Raises FileExistsError for what no build made.
    """
    target = output / path
    for parent in reversed(Path(path).parents[:-1]):
        if parent.as_posix() in going:
            _remove(str(output), parent.as_posix())
    if target.is_dir() and not target.is_symlink():
        for inside in sorted(one for one in going if one.startswith(f"{path}/")):
            _remove(str(output), inside)
    try:
        os.makedirs(target.parent, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileExistsError(f"{target}: a file stands where its folder belongs. Move it away.") from error
    if target.is_dir() and not target.is_symlink():
        raise FileExistsError(f"{target}: a folder that no build made stands where a page belongs. Move it away.")


def _remove(output: str, path: str) -> bool:
    """Remove a file, and the folders that it leaves empty."""
    target = f"{output}/{path}"
    try:
        os.unlink(target)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    folder = os.path.dirname(target)
    while len(folder) > len(output):
        try:
            os.rmdir(folder)
        except OSError:
            break
        folder = os.path.dirname(folder)
    return True
