"""The build: scan, records, plan, render, in this order, over one state. Its cost follows what changed."""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from jinja2 import Environment

from pressroom.build import freshness, inputs, marking, search_update, static_files, template_sources
from pressroom.build.planner import Planner
from pressroom.build.renderer import Renderer
from pressroom.build.report import Report, complete_report, keep_report, note_foreign
from pressroom.build.scanning import ContentScan
from pressroom.content.foreign import ForeignReader
from pressroom.core.settings import SiteSettings
from pressroom.publish import staging
from pressroom.state import database, scanner
from pressroom.state import related as relating
from pressroom.templates import partials, variables

SWEEP = 3_000, 10, 10
"""New objects between two looks for cycles, and how many looks at the young before one at the older."""
Progress = Callable[[str, int, int], None]
"""Is told a stage, how many are done, and of how many."""


class Engine:
    """Builds one site with one state."""

    def __init__(self, settings: SiteSettings, env: Environment, foreign: ForeignReader | None = None) -> None:
        self.settings, self.env, self.foreign = settings, env, foreign
        self.output, self.path = Path(settings.output), Path(settings.state)
        self.jobs = int(settings.jobs) or os.cpu_count() or 1
        self.report = Report()
        env.context_class = variables.SiteContext
        env.add_extension(partials.CacheTag)
        env.auto_reload = False  # it would look at each template's file for each page

    def build(self, progress: Progress) -> Report:
        """Bring the output up to the content; return what was done."""
        clock = time.monotonic()
        started = time.time_ns()
        with database.lock(self.path), _seldom_swept():
            db = database.connect(self.path)
            try:
                self._run_stages(db, started, progress)
            finally:
                db.close()
        self.report.seconds = time.monotonic() - clock
        return self.report

    def _run_stages(self, db: sqlite3.Connection, started: int, progress: Progress) -> None:
        with self.report.time_stage("look"):
            seen = {root: scanner.hash_tree(root) for root in inputs.list_roots(self.settings)}
            base = inputs.hash_base(self.settings)
            everything = database.get(db, "base") != base
            templates = self._look_at_templates(db, base, anew=everything)
            strange = freshness.is_strange(db, self.output)
            staging.finish_moves(db, self.output, strange=strange)
            if strange:
                staging.verify_files(db, self.output)
        scan = ContentScan(self.settings, self.foreign, self.jobs, everything=everything)
        hint = None if everything else self.settings.changed
        with self.report.time_stage("scan"), database.transaction(db):
            if hint is None:
                started, folders = scan.look(db, started)
                changed = scan.compare(db, folders, started)
            else:
                changed = scan.take_named(db, hint)
            with self.report.time_stage("records"):
                scan.read(db, changed, lambda *at: progress("articles", *at))
            freshness.unseal(db)  # until all is done: what a killed build leaves is to be looked at
            database.put(db, "base", base)
            everything = everything or database.get(db, "unplanned", False)
            database.put(db, "unplanned", everything)
        self._make_pages(db, base, templates, progress, everything=everything, strange=strange)
        with self.report.time_stage("move"):
            self.report.written, self.report.removed = staging.move_files(db, self.output)
            staging.compact_list(db, self.output, strange=strange)
        self._complete_report(db, scan)
        with database.transaction(db):
            keep_report(self.report, db)
            if hint is None:
                freshness.seal(db, scan.list_places(), seen, self.settings.options, started)

    def _look_at_templates(self, db: sqlite3.Connection, base: str, *, anew: bool) -> dict[str, str]:
        """Return the fingerprints of the theme's templates by file."""
        template_sources.keep_code(self.env, self.path, base, anew=anew)
        uses = {} if anew else database.get(db, "uses", {})
        fingerprints = template_sources.fingerprint_templates(self.env, uses)
        database.put(db, "uses", uses)
        return fingerprints

    def _make_pages(
        self, db: sqlite3.Connection, base: str, templates: dict[str, str], progress: Progress,
        *, everything: bool, strange: bool,
    ) -> None:  # fmt: skip
        """Plan, render, and bring the search index up to date, all into the staging folder."""
        renderer = Renderer(self.path, self.settings, self.env, self.output)
        fold = self.settings.caller == "publish"
        with search_update.start_ahead(db, renderer, base, self.jobs) or nullcontext() as aside:
            with self.report.time_stage("plan"), database.transaction(db):
                self._plan(db, templates, everything)
                if strange:
                    staging.clear_unplanned(db, self.settings, self.output)
                database.put(db, "unplanned", False)
            with self.report.time_stage("render"):
                renderer.run(db, self.jobs, lambda *at: progress("pages", *at))
            with self.report.time_stage("search"):
                search_update.update(
                    db, renderer, base, fold=fold, aside=aside, progress=lambda *at: progress("index", *at)
                )

    def _plan(self, db: sqlite3.Connection, templates: dict[str, str], everything: bool) -> None:
        by_name = {name.rpartition(".")[0]: fingerprint for name, fingerprint in templates.items()}
        planner = Planner(db, self.settings, by_name.__contains__)
        static, self.report.findings = static_files.find_static(db, self.settings)
        if not everything:
            marking.mark_changed(planner, static, by_name)
            return
        aside = relating.start_ahead(db, self.path, self.settings.related, self.jobs)
        with aside or nullcontext() as related:
            marking.mark_everything(planner, static, by_name, related)

    def _complete_report(self, db: sqlite3.Connection, scan: ContentScan) -> None:
        self.report.removed_markup = scan.removed_markup
        self.report.notes = note_foreign(db, self.foreign, scan.content.name) if self.foreign else []
        complete_report(self.report, db, self.settings, scan.reader.reserved)


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
