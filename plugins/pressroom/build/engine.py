"""The build: scan, records, plan, render, in this order, over one state. Its cost follows what changed."""

from __future__ import annotations

import fnmatch
import gc
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, TemplateNotFound, meta

from pressroom.build import freshness, marking, planner, search_update, static_files
from pressroom.build import renderer as render
from pressroom.build.static_files import is_within
from pressroom.content import removals, validate
from pressroom.content.foreign import ForeignReader
from pressroom.core import i18n, processes
from pressroom.core.settings import SiteSettings
from pressroom.outputs import redirects
from pressroom.publish import manifest, staging
from pressroom.state import changes, database, links, queries, rows, scanner
from pressroom.state import related as relating
from pressroom.templates import partials, variables

PROGRAM = Path(__file__).parents[1]
LIBRARIES = ("pelican", "jinja2", "comrak", "nh3", "python-slugify", "markupsafe", "wordfreq", "babel", "imagesize")
"""Whose versions may change a page."""
NAMED = 5
"""Files of other readers that a note names."""
REFUSED = 5
"""Refused redirect pages that are named."""
SWEEP = 3_000, 10, 10
"""New objects between two looks for cycles, and how many looks at the young before one at the older."""
NOT_PAGES = frozenset(
    ["PATH", "OUTPUT_PATH", "CACHE_PATH", "THEME", "PLUGIN_PATHS", "PLUGINS", "PORT", "BIND", "LISTEN", "AUTORELOAD",
     "PRESSROOM_CALLER", "PRESSROOM_CHANGED", "PRESSROOM_LOOK", "PRESSROOM_STATE", "PRESSROOM_SETTINGS_FILE", "PLUGIN_PATHS", "THEME_TEMPLATES_OVERRIDES", "PRESSROOM_JOBS", "PRESSROOM_OPTIONS", "LOG_FILTER", "DEBUG", "theme"]
)  # fmt: skip
"""Settings that no page shows: folders, ports and the like. What stands in the folders is looked at itself."""


@dataclass(slots=True)
class Report:
    """What a build did."""

    articles: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    seconds: float = 0
    rendered: int = 0
    findings: list[list[str]] = field(default_factory=list)
    """Level, place, what is wrong, what to do."""
    notes: list[str] = field(default_factory=list)
    """What the engine leaves to Pelican's own readers."""
    removed_markup: list[str] = field(default_factory=list)
    """What sanitising took out of people's own files that were read now: it is said once."""
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Seconds by stage: on the clock, and of all processors."""


class Engine:
    """Builds one site with one state."""

    def __init__(self, settings: SiteSettings, env: Environment, foreign: ForeignReader | None = None) -> None:
        self.settings, self.env, self.address = settings, env, settings.address
        self.content, self.output = Path(settings.content), Path(settings.output)
        self.path = Path(settings.state)
        self.jobs = int(settings.jobs) or os.cpu_count() or 1
        self.foreign = foreign
        self.reader = rows.Reader(settings, self.address, foreign)
        self.kind = kinds(settings, foreign.asked.extensions if foreign else ())
        self.report = Report()
        self._refused: list[list[str]] = []
        env.context_class = variables.SiteContext
        env.add_extension(partials.CacheTag)
        env.auto_reload = False  # it would look at each template's file for each page

    def build(self, progress: Callable[[str, int, int], None]) -> Report:
        """Bring the output up to the content; return what was done."""
        clock = time.monotonic()
        started = time.time_ns()
        with database.lock(self.path), _seldom_swept():
            db = database.connect(self.path)
            try:
                self._stages(db, started, progress)
            finally:
                db.close()
        self.report.seconds = time.monotonic() - clock
        return self.report

    def _stages(self, db: sqlite3.Connection, started: int, progress: Callable[[str, int, int], None]) -> None:
        with self._timed("look"):
            seen = {root: scanner.digest(root) for root in self._roots()}
            base = self._base()
            everything = database.get(db, "base") != base
            self._keep_code(base, everything)
            uses = {} if everything else database.get(db, "uses", {})
            templates = fingerprints(self.env, uses)
            database.put(db, "uses", uses)
            strange = self._is_strange(db)
            staging.finish(db, self.output, strange=strange)
            if strange:
                self._verify(db)
        content = str(self.content), [path for path in self.settings.static_paths if "/." in f"/{path}"]
        hint = None if everything else self.settings.changed
        with self._timed("scan"), database.transaction(db):
            if hint is None:
                started, folders = self._look(db, content, started, everything)
                changed = self._scan(db, folders, started, everything)
            else:
                changed = self._named(db, hint)
            with self._timed("records"):
                self._records(db, *changed, everything, lambda *at: progress("articles", *at))
            freshness.unseal(db)  # until all is done: what a killed build leaves is to be looked at
            database.put(db, "base", base)
            everything = everything or database.get(db, "unplanned", False)
            database.put(db, "unplanned", everything)
        renderer = render.Renderer(self.path, self.settings, self.env, self.output)
        fold = self.settings.caller == "publish"
        with search_update.ahead(db, renderer, base, self.jobs) or nullcontext() as aside:
            with self._timed("plan"), database.transaction(db):
                self._plan(db, templates, everything)
                if strange:
                    self._clear(db)
                database.put(db, "unplanned", False)
            with self._timed("render"):
                renderer.run(db, self.jobs, lambda *at: progress("pages", *at))
            with self._timed("search"):
                search_update.update(
                    db, renderer, base, fold=fold, aside=aside, progress=lambda *at: progress("index", *at)
                )
        with self._timed("move"):
            self.report.written, self.report.removed = staging.move(db, self.output)
            staging.compact(db, self.output, strange=strange)
        self._told(db)
        with database.transaction(db):
            database.put(
                db, "report", {name: getattr(self.report, name) for name in ("articles", "files", "findings", "notes")}
            )
            if hint is None:
                freshness.seal(db, content, seen, self.settings.options, started)

    # --- what is the same as last time ---

    def _roots(self) -> list[str]:
        """Return what a build reads beside the content: theme, plugin, settings."""
        settings_file = self.settings.settings_file
        beside = sorted(str(path) for path in Path(settings_file).parent.glob("*.py")) if settings_file else []
        overrides = [str(path) for path in self.settings.theme_templates_overrides]
        return [str(self.settings.theme), *overrides, str(PROGRAM), *beside]

    def _base(self) -> str:
        """Return the hash of what every record and page may depend on: settings, code, libraries."""
        total = hashlib.sha256(repr(shown(self.settings.raw)).encode("utf-8", "replace"))
        total.update(repr([sys.version_info[:3], [_version(name) for name in LIBRARIES], self.address]).encode())
        total.update(scanner.contents(PROGRAM, (".py", ".toml")).encode())
        total.update(scanner.contents(Path(self.settings.theme, i18n.FOLDER), (".toml",)).encode())
        return total.hexdigest()

    def _keep_code(self, base: str, everything: bool) -> None:
        """Let the code of templates be kept for later builds of the same base: filters of constants are worked out in it."""
        folder = self.path.with_suffix(".templates")
        if everything:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        self.env.bytecode_cache = FileSystemBytecodeCache(str(folder), f"{base}-%s.cache")

    def _is_strange(self, db: sqlite3.Connection) -> bool:
        """Tell whether the output is not as the last build of this state left it."""
        known = database.get(db, "token")
        return not known or manifest.token(self.output) != known or freshness.missing_at_the_top(db, self.output)

    def _verify(self, db: sqlite3.Connection) -> None:
        """Render again what the output has otherwise than this state knows it."""
        known = db.execute("SELECT path, out FROM page WHERE out IS NOT NULL")
        lost = [path for path, out in known if staging.hash_file(self.output / path) != out]
        with database.transaction(db):
            staging.lose(db, lost)

    def _clear(self, db: sqlite3.Connection) -> None:
        """Let go what earlier builds made and this one does not, of which the state knew nothing.

        With DELETE_OUTPUT_DIRECTORY so goes everything else that OUTPUT_RETENTION does not name.
        """
        settings, kept = self.settings, {manifest.STAGING, manifest.NAME, *self.settings.output_retention}
        whose = manifest.files(self.output)
        found: Iterable[str] = whose
        if settings.delete_output_directory:
            every = scanner.tree(self.output, hidden=True)
            found = [path for path, _ in every if not kept & {path.partition("/")[0], path.rpartition("/")[2]}]
        for path in found:
            planned = db.execute("SELECT 1 FROM page WHERE path = ?", (path,)).fetchone()
            if not planned and (settings.delete_output_directory or manifest.ours(self.output, path, whose[path])):
                db.execute("INSERT OR IGNORE INTO move VALUES (?, '', NULL)", (path,))

    # --- stages ---

    def _look(
        self, db: sqlite3.Connection, content: tuple[str, list[str]], started: int, everything: bool
    ) -> tuple[int, Iterable[scanner.Folder]]:
        """Return the content's folders, and when they were looked at: before this build, or now."""
        before: scanner.Look | None = self.settings.look
        sealed = database.get(db, "seal")
        if before and not everything and sealed and sealed["started"] == before.of:
            return before.started, before.folders
        return started, scanner.look(*content, {} if everything else freshness.digests(db))

    def _scan(
        self, db: sqlite3.Connection, folders: Iterable[scanner.Folder], started: int, everything: bool
    ) -> tuple[dict[str, tuple[str, scanner.Stat]], list[str]]:
        """Return (files to look into, with kind and stat; files that are gone)."""
        suspect = database.get(db, "scanned", 0) - scanner.UNSURE
        new: dict[str, tuple[str, scanner.Stat]] = {}
        gone: list[str] = []
        keys, standing = set(), set()
        if everything:
            db.execute("DELETE FROM folder")
        for folder in folders:
            keys.add(folder.key)
            if folder.files != []:
                standing.add(folder.key)
            if folder.files is None:
                continue
            known = {} if everything else self._known(db, folder.key)
            for name, *values in folder.files:
                path, stat = folder.key + name, scanner.Stat(*values)
                before = known.pop(path, None)
                if before is None or before[:4] != stat or max(stat.mtime, stat.ctime) >= suspect:
                    same = before is not None and before[4] == scanner.content_hash(self.content / path)
                    if same:
                        query = "UPDATE file SET size = ?, mtime = ?, ctime = ?, inode = ? WHERE path = ?"
                        db.execute(query, (*stat, path))
                    else:
                        new[path] = (self.kind(path), stat)
            gone += known
            digest = folder.digest if folder.latest < started - scanner.UNSURE else ""
            db.execute("INSERT OR REPLACE INTO folder VALUES (?, ?)", (folder.key, digest))
        for key in freshness.digests(db).keys() - keys:
            gone += self._known(db, key)
            db.execute("DELETE FROM folder WHERE key = ?", (key,))
        database.put(db, "scanned", started)
        return new, sorted({*gone} - standing)  # a hidden file that is looked at alone is none of its folder's

    def _known(self, db: sqlite3.Connection, key: str) -> dict[str, tuple[Any, ...]]:
        """Return what is known of the files of a folder, or of a file alone, by path: stat and hash."""
        column = "folder" if not key or key.endswith("/") else "path"
        rows = db.execute(f"SELECT path, size, mtime, ctime, inode, hash FROM file WHERE {column} = ?", (key,))
        return {row[0]: row[1:] for row in rows}

    def _named(
        self, db: sqlite3.Connection, paths: Iterable[str]
    ) -> tuple[dict[str, tuple[str, scanner.Stat]], list[str]]:
        """Return what `_scan` does, of files that a watching program names; the next full scan looks at all of them."""
        new, gone = {}, []
        for name in sorted(set(paths)):
            stat = scanner.one(self.content / name)
            if stat:
                new[name] = (self.kind(name), stat)
            elif db.execute("SELECT 1 FROM file WHERE path = ?", (name,)).fetchone():
                gone.append(name)
        return new, gone

    def _records(
        self,
        db: sqlite3.Connection,
        new: dict[str, tuple[str, scanner.Stat]],
        gone: list[str],
        everything: bool,
        progress: Callable[[int, int], None],
    ) -> None:
        """Read changed files into the state, or all of them into an empty one."""
        if everything:
            for table in ("file", "record", "body", "card", "member", "link", "old", "stale"):
                db.execute(f"DELETE FROM {table}")
        names = [name for name, (kind, _) in new.items() if kind in ("article", "page")]
        beside = {name.removesuffix(removals.ENDING) for name in [*new, *gone] if name.endswith(removals.ENDING)}
        if beside and not everything:
            known = ((stem, stem + suffix) for stem in sorted(beside) for suffix in validate.SUFFIXES)
            exists = "SELECT 1 FROM record WHERE path = ?"
            names += [
                name
                for _, name in known
                if name not in new and name not in gone and db.execute(exists, (name,)).fetchone()
            ]
        hashes: dict[str, str] = {}
        found = self._read(names, new, hashes, progress)
        if everything:
            changes.begin(db, found)
        else:
            changes.apply(db, found, gone)
        hashes |= {name: scanner.content_hash(self.content / name) for name in new if name not in hashes}
        db.executemany("DELETE FROM file WHERE path = ?", ((name,) for name in gone))
        db.executemany(
            "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (name, name[: name.rfind("/") + 1], kind == "static", *stat, hashes[name])
                for name, (kind, stat) in new.items()
            ),
        )
        targets = [f"file:{name}" for name in [*new, *gone]]
        if not everything:
            for target in targets:
                linking = db.execute("SELECT 'record:' || id FROM link WHERE target = ?", (target,)).fetchall()
                db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", linking)
                led = redirects.at_file(db, target.removeprefix("file:"))
                db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", ((key,) for key in led))

    def _read(
        self, names: list[str], new: dict[str, Any], hashes: dict[str, str], progress: Callable[[int, int], None]
    ) -> Iterator[rows.Row]:
        def work(part: range) -> list[tuple[str, rows.Row]]:
            return [self._one(names[at]) for at in part]

        jobs = self.jobs if len(names) > render.FEW else 1
        done = 0
        for batch in processes.spread(len(names), work, jobs):
            for hashed, row in batch:
                hashes[row.path] = hashed
                self._removed(row)
                yield row
            done += len(batch)
            progress(done, len(names))

    def _removed(self, row: rows.Row) -> None:
        """Note what sanitising took out of a file."""
        if f'"{rows.REMOVED}"' in row.findings:
            found = (finding for finding in json.loads(row.findings) if finding[0] == rows.REMOVED)
            self.report.removed_markup += [f"{where}: {what}. {todo}" for _, where, what, todo in found]

    def _one(self, name: str) -> tuple[str, rows.Row]:
        return self.reader.row(name, self.kind(name))

    def _plan(self, db: sqlite3.Connection, templates: dict[str, str], everything: bool) -> None:
        by_name = {name.rpartition(".")[0]: fingerprint for name, fingerprint in templates.items()}
        planned = planner.Planner(db, self.settings, by_name.__contains__)
        static, self._refused = static_files.find_static(db, self.settings)
        if not everything:
            marking.mark_changed(planned, static, by_name)
            return
        aside = relating.ahead(db, self.path, self.settings.related, self.jobs)
        with aside or nullcontext() as related:
            marking.mark_everything(planned, static, by_name, related)

    def _told(self, db: sqlite3.Connection) -> None:
        report = self.report
        folder = self.content.name
        report.findings = [found for found in changes.findings(db, folder) if found[0] != rows.REMOVED]
        for path, target in links.broken(db):
            what = f"it links to {folder}/{target}, which is not in the site"
            report.findings.append(["warning", f"{folder}/{path}", what, "Mend the link."])
        report.findings += self._refused
        report.notes = self._notes(db)
        refused = redirects.find_refused(db, self.reader.reserved)
        if refused:
            named = "; ".join(f"{folder}/{path}: {full}" for path, full in refused[:REFUSED])
            more = f" and {len(refused) - REFUSED:,} more" if len(refused) > REFUSED else ""
            report.notes.append(
                f"No page leads on from these old addresses: another file stands there, or it is no page: {named}{more}."
            )
        report.files = db.execute("SELECT count(*) FROM page").fetchone()[0]
        report.articles = queries.count_articles(db, "all")

    def _notes(self, db: sqlite3.Connection) -> list[str]:
        """Return what is left to Pelican's own readers, by name."""
        foreign = self.foreign
        if foreign is None:
            return []
        notes = []
        if foreign.asked.markdown:
            notes.append("MARKDOWN is configured, so Pelican's own reader renders Markdown.")
        endings = tuple(f".{extension}" for extension in foreign.asked.extensions)
        others = db.execute("SELECT path FROM record WHERE path NOT GLOB '*.md' ORDER BY path")
        names = [f"{self.content.name}/{name}" for (name,) in others if name.lower().endswith(endings)]
        if names:
            are = "file is" if len(names) == 1 else "files are"
            shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED:,} more" if len(names) > NAMED else "")
            notes.append(f"{len(names):,} {are} read by Pelican's own readers: {shown}.")
        return notes

    def _timed(self, stage: str) -> Any:
        return _Timed(self.report.stages, stage)


class _Timed:
    """Adds the time within to a stage: on the clock, and of all processors."""

    def __init__(self, stages: dict[str, tuple[float, float]], stage: str) -> None:
        self._stages, self._stage = stages, stage

    def __enter__(self) -> None:
        self._from = self._now()

    def __exit__(self, *_: object) -> None:
        clock, cpu = (now - then for now, then in zip(self._now(), self._from, strict=True))
        before = self._stages.get(self._stage, (0.0, 0.0))
        self._stages[self._stage] = (before[0] + clock, before[1] + cpu)

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), sum(os.times()[:4])


@contextmanager
def _seldom_swept() -> Iterator[None]:
    """Have Python look for cycles of objects less often, in this process and those forked meanwhile.

    `make html` of 2,500 articles took 13.6 CPU s with Python's 700, 11.8 with SWEEP and no less with three times as much.
    """
    before = gc.get_threshold()
    gc.set_threshold(*SWEEP)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def kinds(settings: SiteSettings, extensions: Iterable[str]) -> Callable[[str], str]:
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


def shown(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the settings that pages may show, in a form that is the same in every process."""
    return [(key, _plain(value)) for key, value in sorted(settings.items()) if key not in NOT_PAGES]


def _plain(value: Any) -> str:
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__name__)}"
    if isinstance(value, dict):
        return repr([(str(key), _plain(value[key])) for key in sorted(value, key=str)])
    if isinstance(value, (list, tuple)):
        return repr([_plain(part) for part in value])
    if isinstance(value, (set, frozenset)):
        return repr(sorted(_plain(part) for part in value))
    return repr(value) if isinstance(value, (str, int, float, bool, bytes, type(None))) else type(value).__name__


def fingerprints(env: Environment, known: dict[str, list[str] | None]) -> dict[str, str]:
    """Return, by template, the hash of its source and of all that it includes, extends or imports.

    `known` has what sources name, by their hashes; it gets what was not known, and keeps what is still asked for.
    """
    names = [name for name in env.list_templates() if not name.startswith("!")]
    sources, uses = {}, {}
    for name in names:
        try:
            source = env.loader.get_source(env, name)[0]  # type: ignore[union-attr]
        except (TemplateNotFound, UnicodeDecodeError):
            continue
        sources[name] = hashlib.blake2b(source.encode("utf-8", "replace"), digest_size=12).hexdigest()
        uses[name] = source
    everything = hashlib.blake2b(repr(sorted(sources.items())).encode(), digest_size=12).hexdigest()
    before = dict(known)
    known.clear()
    for name, source in uses.items():
        hashed = sources[name]
        known[hashed] = before[hashed] if hashed in before else _references(env, name, source)
    found = {name: known[sources[name]] for name in uses}
    return {name: _closure(name, sources, found) or everything for name in sources}


def _references(env: Environment, name: str, source: str) -> list[str] | None:
    """Return the templates that a source names, None where it computes a name."""
    try:
        named = set(meta.find_referenced_templates(env.parse(source, name)))
    except Exception:
        return None
    named.update(f"{name}.html" for name in partials.FILTERED if f"|{name[1:]}" in source)
    return None if None in named else sorted(name for name in named if name)


def _closure(name: str, sources: dict[str, str], uses: dict[str, list[str] | None]) -> str:
    reached, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one in reached:
            continue
        reached.add(one)
        if one.startswith("!"):
            waiting.append(one.split("/", 1)[1])
            continue
        named = uses.get(one, [])
        if named is None:
            return ""
        waiting += named
    parts = [(one, sources.get(one, "")) for one in sorted(reached)]
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
