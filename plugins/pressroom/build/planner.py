"""From a changed list, article or the whole site to the files that it owns. Nothing is rendered here.

Each list owns files: its listing pages, and what outputs make of it. A file's signature says what it shows; it is
rendered when the signature changes, when its template changes, or when a site-wide value that it read does.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pressroom import outputs
from pressroom.build.pages import ArticlePage, DirectPage, ListingPage, RemovedPage, name_template
from pressroom.content import removals, tally
from pressroom.core import codec, permalinks
from pressroom.core.keys import KINDS, PERIODS, RECORD, SITE, STATIC
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs import atom, dataset
from pressroom.outputs.archive import Changed, Member, StaticSource, join_hashes
from pressroom.state import adjacency, aggregates, links, reserved
from pressroom.state import related as relating
from pressroom.templates import pagination
from pressroom.templates.models import Term

NewerOlder = Mapping[str, tuple[adjacency.ArticleBeside, adjacency.ArticleBeside]]


@dataclass(slots=True)
class Planner:
    """Plans by one state and one set of settings."""

    db: sqlite3.Connection
    settings: SiteSettings
    has_template: Callable[[str], bool]
    parts: Mapping[str, str] = field(default_factory=dict)
    """The parts of the archive, newest first, each with the next one."""
    find_beside: Callable[[sqlite3.Connection, int], NewerOlder] = adjacency.find_neighbours
    _layouts: dict[str, pagination.Layout | None] = field(default_factory=dict)
    _reserved: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._reserved = reserved.reserved(self.settings)

    def plan(self, key: str) -> Iterator[Planned]:
        """Yield what a list or an article owns."""
        return self._plan_article(int(key.removeprefix(RECORD))) if key.startswith(RECORD) else self._plan_list(key)

    def plan_static(self, files: Sequence[StaticSource]) -> Iterator[Planned]:
        """Yield the files that are copied."""
        return self._plan_outputs(STATIC, files=files)

    def plan_site(self) -> Iterator[Planned]:
        """Yield what is about the whole site. What is on the pages, they read themselves."""
        yield from self._plan_direct_pages()
        yield from self._plan_outputs(SITE)

    def _plan_outputs(
        self, key: str, name: str = "", members: Sequence[Member] = (), files: Sequence[StaticSource] = ()
    ) -> Iterator[Planned]:
        changed = Changed(key, self._reserved, self.parts, name, members, files)
        for output in outputs.OUTPUTS:
            yield from output.plan(self.db, self.settings, changed)

    # --- lists ---

    def _plan_list(self, key: str) -> Iterator[Planned]:
        """Yield the files of one list, and keep its row of `term`."""
        kind, _, slug = key.partition(":")
        members = self._read_members(key)
        if self.settings.place("STATISTICS").save_as and kind in tally.LISTS:
            numbers = [member.id for member in members if kind != "year" or not member.day]
            aggregates.rewrite_tallies(self.db, kind, slug, numbers)
        if not members:
            self.db.execute("DELETE FROM term WHERE list = ?", (key,))
            return
        name = ""
        if kind == "removed":
            yield _plan_removed(slug, members)
        elif kind != "withdrawn":
            name = self._name_list(kind, slug, members[0].id)
            self._note_term(key, name, members)
            yield from self._plan_listing(kind, slug, name, members)
        yield from self._plan_outputs(key, name, members)

    def _read_members(self, key: str) -> list[Member]:
        # No page of ours shows all articles at once: those of the newest are enough to tell that there are any.
        most = atom.ENTRIES if key == "all" else -1
        query = "SELECT id, hash, day FROM member WHERE list = ? ORDER BY stamp, tie LIMIT ?"
        return [*map(Member._make, self.db.execute(query, (key, most)))]

    def _note_term(self, key: str, name: str, members: Sequence[Member]) -> None:
        """Keep what the site knows of a list: its name, how many articles it has, when a month last changed."""
        kind, _, slug = key.partition(":")
        count, lastmod = len(members), ""
        if key == "all":
            (count,) = self.db.execute("SELECT count(*) FROM member WHERE list = ?", (key,)).fetchone()
        if kind == "month":
            query = "SELECT max(r.lastmod) FROM member m JOIN record r ON r.id = m.id WHERE m.list = ?"
            lastmod = str(self.db.execute(query, (key,)).fetchone()[0] or "")
        self.db.execute(
            "INSERT OR REPLACE INTO term VALUES (?, ?, ?, ?, ?, ?)", (key, kind, slug, name, count, lastmod)
        )

    def _name_list(self, kind: str, slug: str, newest: int) -> str:
        if kind not in KINDS:
            return slug
        fields = codec.unpack(self.db.execute("SELECT meta FROM body WHERE id = ?", (newest,)).fetchone()[0])
        pairs = {"tag": fields["tags"], "author": fields["authors"]}.get(kind) or [fields[kind]]
        return next((name for name, known in pairs if known == slug), slug)

    def _plan_listing(self, kind: str, slug: str, name: str, members: list[Member]) -> Iterator[Planned]:
        template = name_template(kind)
        url, save_as = self._place_list(kind, slug, name)
        source = template
        if not self.has_template(template):
            source = "archives" if kind in PERIODS else ""
        if not save_as or not source or (not slug and kind in KINDS):
            return
        has_feed = self.settings.feeds and any(member.day == 2 for member in members)
        page = ListingPage(save_as, kind, slug, name, has_feed, url)
        beside = None
        if kind in adjacency.KINDS and self.settings.neighbours:
            beside = adjacency.find_beside(self.db, f"{kind}:{slug}")
        if kind == "year":
            members = [member for member in members if not member.day]  # its months list the others
        layout = self._find_layout(template)
        if layout is None:
            yield Planned(page._replace(beside=beside), join_hashes(members), source)
            return
        for sheet in pagination.list_pages(len(members), url, save_as, layout):
            shown = members[sheet.first : sheet.end]
            cut = page._replace(
                path=sheet.save_as, beside=None if sheet.full else beside, save_as=save_as, sheet=_settle(sheet),
                ids=tuple(member.id for member in shown),
            )  # fmt: skip
            yield Planned(cut, join_hashes(shown), source)

    def _place_list(self, kind: str, slug: str, name: str) -> tuple[str, str]:
        """Return address and file of a list, "" where it has no page."""
        if kind == "all":
            return "", ""
        if kind in KINDS:
            term = Term(kind, name, slug, self.settings)
            return term.url, term.save_as
        if kind == "undated":
            return self.settings.place("UNDATED")
        if kind == "on":
            return permalinks.place_day_of_the_year(slug, self.settings)
        return permalinks.place_period(kind, tuple(map(int, slug.split("-"))), self.settings)

    def _find_layout(self, template: str) -> pagination.Layout | None:
        if template not in self._layouts:
            self._layouts[template] = pagination.find_layout(self.settings, template)
        return self._layouts[template]

    # --- articles ---

    def _plan_article(self, number: int) -> Iterator[Planned]:
        query = "SELECT save_as, template, hash, links, live FROM record WHERE id = ?"
        row = self.db.execute(query, (number,)).fetchone()
        if not row or not row[4]:
            return
        save_as, template, hashed, targets, _ = row
        beside = self.find_beside(self.db, number) if self.settings.neighbours else {}
        page = ArticlePage(
            save_as,
            number,
            links.fingerprint_links(self.db, targets, self.settings) if targets else "",
            {key: [article and article[0] for article in pair] for key, pair in beside.items()},
            relating.read_related(self.db, number) if self.settings.related else [],
        )
        hashes = [article[1] for pair in beside.values() for article in pair if article]
        yield Planned(page, b"".join([hashed, *hashes]), template)
        yield from self._plan_outputs(f"{RECORD}{number}", members=[Member(number, hashed, 0)])

    # --- the whole site ---

    def _plan_direct_pages(self) -> Iterator[Planned]:
        settings = self.settings
        for name in settings.direct_templates:
            url, save_as = settings.direct_place(name)
            if save_as:
                yield from self._plan_direct(name, save_as, url)
        for name in ("SOURCES", "DAYS_OF_THE_YEAR", "STATISTICS"):
            if settings.place(name).save_as:
                yield _plan_page(name.lower(), settings.place(name).save_as, settings.place(name).url)
        if settings.search:
            yield _plan_page("search", settings.place("SEARCH").save_as, "search/")
        if settings.place("NOT_FOUND").save_as:
            yield _plan_page("404", settings.place("NOT_FOUND").save_as, "404.html")
        if settings.downloads:
            yield _plan_page("downloads", f"{dataset.FOLDER}/index.html", f"{dataset.FOLDER}/")

    def _plan_direct(self, name: str, save_as: str, url: str) -> Iterator[Planned]:
        page_name = save_as.rpartition(".")[0] or save_as
        layout = self._find_layout(name)
        if layout is None:
            yield Planned(DirectPage(save_as, name, url, page_name), template=name)
            return
        query = "SELECT id, hash, day FROM member WHERE list = 'all' ORDER BY stamp, tie"
        members = [*map(Member._make, self.db.execute(query))]
        for sheet in pagination.list_pages(len(members), url, save_as, layout):
            shown = members[sheet.first : sheet.end]
            numbers = tuple(member.id for member in shown)
            page = DirectPage(sheet.save_as, name, url, page_name, save_as, _settle(sheet), numbers)
            yield Planned(page, join_hashes(shown), name)


def _plan_page(name: str, save_as: str, url: str) -> Planned:
    page_name = save_as.removesuffix("/index.html").removesuffix(".html")
    return Planned(DirectPage(save_as, name, url, page_name), template=name)


def _plan_removed(slug: str, members: Sequence[Member]) -> Planned:
    """Return the page of what was removed from the articles of a month."""
    place = f"{removals.FOLDER}/{slug}/"
    page = RemovedPage(f"{place}index.html", slug, place, [member.id for member in members])
    return Planned(page, join_hashes(members), "removed")


def _settle(sheet: pagination.ListPage) -> pagination.ListPage:
    """Return a page of a list; a full one without its place in the list, which moves as the list grows."""
    return replace(sheet, last=0, first=0, end=0) if sheet.full else sheet
