"""This module finds the sites of a folder of captures, and learns those that are new before anything is cleaned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from newsarchive import captures, models
from newsarchive.archive import atomic, contents, outcome
from newsarchive.captures.table import TABLE
from newsarchive.ingest.processes import limit_time, start_workers
from newsarchive.metadata import candidates, choose
from newsarchive.models import RawPage
from newsarchive.page import blocks as reader
from newsarchive.page import dump_blocks, parser
from newsarchive.rules import learned, rules, site_rules
from newsarchive.sites import identify, learn, site_page
from newsarchive.text.charset import decode

STALE = 2
"""Times as many captures as when a site was learned, from which a person is told."""


def read_sight(page: RawPage) -> site_page.SitePage:
    """Return a capture as learning sees it: every block, and what the page states outside of its text."""
    text = decode(page.payload, page.charset, page.media_type)
    if page.media_type == "text/plain":
        return site_page.make_page(page.path, page.url or "", dump_blocks.read_dump(text), {})
    tree = parser.parse_html(text)
    facts = {key: fact.value for key, fact in choose.choose_metadata(candidates.list_html_facts(tree, page)).items()}
    address = page.url or facts.get("source_url", "")
    return site_page.make_page(page.path, address, reader.read_blocks(tree).blocks, facts)


# --- reading captures, on several processes -------------------------------------------------------------------------


@dataclass(frozen=True)
class _SightWork:
    """It holds what reading a capture needs to know."""

    rawdir: Path
    table: dict[str, dict[str, str]]


def _name_pages(work: _SightWork, name: str) -> list[tuple[str, str]]:
    """Return each page of a capture with its site; what cannot be read has none, and is named when it is cleaned."""
    try:
        pages = [page for page in captures.read(work.rawdir, name) if isinstance(page, RawPage)]
        return [(page.path, identify.find_site(page, captures.find_row(work.table, page.path))) for page in pages]
    except Exception:
        return []


def _sight_page(work: _SightWork, path: str) -> list[site_page.SitePage]:
    """Return one capture as learning sees it; one that fails teaches nothing, and is named when it is cleaned."""
    try:
        with limit_time():
            return [read_sight(page) for page in captures.read(work.rawdir, path) if isinstance(page, RawPage)]
    except Exception:
        return []


# --- which sites there are ------------------------------------------------------------------------------------------


@dataclass
class Census:
    """A census knows the pages of every site under a raw folder, and what a later run needs to know of them."""

    pages: dict[str, list[str]]
    fresh: set[str]
    """Sites with pages that the cache did not know."""
    tried: dict[str, int]
    """Sites that taught nothing, with the captures that they had then."""
    table: list[int]
    """Stamp of metadata.csv, which may name the sites."""
    known: dict[str, Any]
    """Capture to its stamp and its pages, each with its site."""

    def remember(self, file: Path) -> None:
        """Keep what this run found; it only speeds the next one up."""
        atomic.write_atomically(file, json.dumps([self.table, self.known, self.tried], ensure_ascii=False))


def take_census(rawdir: Path, content: Path, file: Path | None, table: dict[str, dict[str, str]], jobs: int) -> Census:
    """Return which pages each site has; only captures that the cache `file` does not know are read."""
    articles = (path.relative_to(content).as_posix() for path in content.rglob("*.md"))
    names = outcome.leave_samples_out(captures.discover(rawdir), articles)
    stamps = {name: outcome.stamp_file(rawdir / name) for name in names}
    known, tried = _recall_census(file, outcome.stamp_file(rawdir / TABLE))
    there = {name: known[name] for name in names if name in known and known[name][0] == stamps[name]}
    new = [name for name in names if name not in there]
    with start_workers(_SightWork(rawdir, table), jobs, len(new)) as pool:
        read: dict[str, Any] = {name: [stamps[name], pairs] for name, pairs in pool.each(_name_pages, new)}
    pages: dict[str, list[str]] = {}
    every = there | read
    for name in names:
        for path, site in every[name][1]:
            pages.setdefault(site, []).append(path)
    fresh = {site for _, pairs in read.values() for _, site in pairs}
    return Census(pages, fresh, tried, outcome.stamp_file(rawdir / TABLE), every)


def _find_cache(cache: Path, rawdir: Path) -> Path:
    return cache / f"sites-{hashlib.sha256(str(rawdir.resolve()).encode()).hexdigest()[:12]}.json"


def _recall_census(file: Path | None, table: list[int]) -> tuple[dict[str, Any], dict[str, int]]:
    """Return what the cache knows; nothing when it is lost or torn, or when metadata.csv changed."""
    try:
        was, known, tried = json.loads(file.read_text(encoding="utf-8")) if file else (table, {}, {})
    except (OSError, ValueError):
        return {}, {}
    return (known, tried) if was == table else ({}, {})


# --- learning -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lesson:
    """A lesson is what learning gave for one site, with the text of its rules file before and after it."""

    site: str
    learned: learned.Learned
    file: Path
    old: str
    new: str


def learn_lessons(
    rawdir: Path, folder: Path, pages: dict[str, list[str]], table: dict[str, dict[str, str]], jobs: int
) -> Iterator[Lesson]:
    """Learn each site from its `pages`, one after the other, so that memory holds one site's sample; write nothing."""
    with start_workers(_SightWork(rawdir, table), jobs, sum(map(len, pages.values()))) as pool:
        for site, paths in sorted(pages.items()):
            sample = learn.choose_sample(paths)
            sights = dict(pool.each(_sight_page, sample))
            seen = [page for path in sample for page in sights[path]]
            lesson = learn.learn_site(seen, len(paths))
            file = site_rules.find_site_file(
                folder, site, is_sample=all(path.startswith(models.SAMPLES) for path in paths)
            )
            old = file.read_text(encoding="utf-8") if file.is_file() else ""
            yield Lesson(site, lesson, file, old, learned.replace_learned(old, lesson, site))


def relearn(rawdir: Path, content: Path, folder: Path, *, only: str = "", jobs: int = 0) -> Iterator[Lesson]:
    """Learn every site that has enough captures again, or `only` one; write nothing. Raises BadTable."""
    table = captures.read_table(rawdir)
    pages = take_census(rawdir, content, None, table, jobs).pages
    fit = {site: paths for site, paths in pages.items() if len(paths) >= learn.LEAST_PAGES and only in ("", site)}
    for lesson in learn_lessons(rawdir, folder, fit, table, jobs):
        if lesson.learned.pages >= learn.LEAST_PAGES:
            yield lesson


def learn_new(
    rawdir: Path, content: Path, cache: Path, known: rules.Rules, folder: Path, *, jobs: int = 0, dry_run: bool = False
) -> tuple[rules.Rules, list[str]]:
    """Learn the sites that have enough pages for the first time; return the rules with them, and what to tell a person.

    What was learned before stays as it is; where it is stale a line says so. A dry run writes nothing. Raises BadTable.
    """
    table = captures.read_table(rawdir)
    sites = take_census(rawdir, content, _find_cache(cache, rawdir), table, jobs)
    notes, first = [], {}
    for site, paths in sorted(sites.pages.items()):
        notes += _list_ignored(known.site(site)) if site in sites.fresh else []
        had = known.sites.get(site)
        if had and had.learned:
            notes += _list_stale(folder, site, had.learned, paths)
        elif len(paths) >= learn.LEAST_PAGES and sites.tried.get(site) != len(paths):
            first[site] = paths
    standing: set[str] | None = None
    every = dict(known.sites)
    for lesson in learn_lessons(rawdir, folder, first, table, jobs):
        if lesson.learned.pages < learn.LEAST_PAGES:
            sites.tried[lesson.site] = len(first[lesson.site])
            continue
        standing = set(contents.read_archive(content).by_raw) if standing is None else standing
        notes.append(_write_note(lesson, len(standing.intersection(first[lesson.site])), dry_run=dry_run))
        config = known.sites[lesson.site].config if lesson.site in known.sites else None
        every[lesson.site] = replace(site_rules.read_site(lesson.new, lesson.file), config=config)
        if not dry_run:
            atomic.write_atomically(lesson.file, lesson.new)
    if not dry_run:
        sites.remember(_find_cache(cache, rawdir))
    return replace(known, sites=every), notes


def _list_ignored(site: site_rules.SiteRules | None) -> list[str]:
    """Name what a shared config says that cleaning has no use for."""
    if not (site and site.config and site.config.ignored):
        return []
    return [f"{site.host}.txt: ignored, because cleaning has no use for them: {', '.join(site.config.ignored)}."]


def _list_stale(folder: Path, site: str, had: learned.Learned, paths: list[str]) -> list[str]:
    if len(paths) < STALE * max(had.captures, 1):
        return []
    what = f"learned when there were {had.captures:,} captures, now there are {len(paths):,}"
    return [f"{folder.name}/{site}.toml: {what}. See what would change: make learn SITE={site}"]


def _write_note(lesson: Lesson, earlier: int, *, dry_run: bool) -> str:
    knowledge = lesson.learned
    counts = f"{len(knowledge.repeats)} lines that repeat, {len(knowledge.furniture)} places that are furniture"
    what = f"{'would be learned' if dry_run else 'learned'} from {knowledge.pages:,} stories: {counts}"
    todo = f" {earlier:,} captures were cleaned before without it: make reclean cleans them again." if earlier else ""
    return f"{lesson.file.parent.name}/{lesson.file.name}: {what}.{todo}"
