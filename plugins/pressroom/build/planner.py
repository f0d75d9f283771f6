"""From changed lists and records to the pages that have to be rendered. Nothing is rendered here.

Each list owns pages: its listing pages, its feeds, its part of the sitemap. A page's signature says what it shows; the
page is rendered when the signature changes, when its template changes, or when a site-wide value that it read does.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pressroom.content import removals, tally
from pressroom.core import codec, keys, permalinks
from pressroom.core.processes import Aside
from pressroom.core.settings import SiteSettings
from pressroom.outputs import (
    about,
    atom,
    checksums,
    citations,
    dataset,
    json_feed,
    opensearch,
    redirects,
    statistics,
    webmanifest,
)
from pressroom.state import adjacency, aggregates, database, links, queries
from pressroom.state import related as relating
from pressroom.state.reserved import reserved
from pressroom.templates import dependencies, pagination
from pressroom.templates.models import Term
from pressroom.templates.partials import CARD

OTHERS = (
    "SELECT kind, slug, name FROM term ORDER BY kind, slug",
    "SELECT url FROM record WHERE lists = '' AND kind = 'page' AND live = 1 AND status = 'published' ORDER BY url",
)
"""What `others` is made from."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Planned:
    """A page that a list owns."""

    path: str
    template: str
    """Of the theme; "" for what needs none."""
    spec: dict[str, Any]
    """What `render` needs to know, as JSON takes it."""
    shown: bytes = b""
    """Hash of the articles it shows."""

    def row(self, key: str) -> tuple[Any, ...]:
        """Return the columns of the table `page` that planning gives; the last is the signature.

        It is the hash of everything that the page is made from, but for its template and site-wide values.
        """
        text = _ENCODE(self.spec)
        signature = hashlib.blake2b(text.encode("utf-8", "surrogatepass") + self.shown, digest_size=12).digest()
        return self.path, key, self.template, text, signature


@dataclass(slots=True)
class Plan:
    """The site's settings as planning needs them."""

    db: sqlite3.Connection
    settings: SiteSettings
    has_template: Callable[[str], bool]
    _layouts: dict[str, pagination.Layout | None] = field(default_factory=dict)
    _reserved: re.Pattern[str] = field(init=False)
    _leads: bool = field(init=False)
    """Whether there is an old address that wants a page."""
    _chain: dict[str, str] = field(default_factory=dict)
    """The parts of the JSON feed, newest first, each with the next one."""
    _around: Callable[[sqlite3.Connection, int], dict[str, Any]] = adjacency.find_neighbours

    def __post_init__(self) -> None:
        self._reserved = reserved(self.settings)
        self._leads = self.db.execute("SELECT 1 FROM old WHERE page = 1 LIMIT 1").fetchone() is not None

    # --- what lists own ---

    def listing(self, key: str) -> Iterator[Planned]:
        """Yield the pages of one list, and keep its row of `term`."""
        kind, _, slug = key.partition(":")
        # No page of ours shows all articles at once: those of the newest are enough to tell that there are any.
        most = atom.ENTRIES if key == "all" else -1
        query = "SELECT id, hash, day FROM member WHERE list = ? ORDER BY stamp, tie LIMIT ?"
        members = self.db.execute(query, (key, most)).fetchall()
        if self.settings.place("STATISTICS").save_as and kind in tally.LISTS:
            numbers = [number for number, _, day in members if kind != "year" or not day]
            aggregates.rewrite_tallies(self.db, kind, slug, numbers)
        if not members:
            self.db.execute("DELETE FROM term WHERE list = ?", (key,))
            return
        yield from self._old(key, kind, slug)
        if kind == "withdrawn":
            return
        if kind == "removed":
            yield _removed(slug, members)
            return
        name = self._name(kind, slug, members[0][0])
        count = len(members) if most < 0 else self._count(key)
        row = (key, kind, slug, name, count, self._lastmod(key) if kind == "month" else "")
        self.db.execute("INSERT OR REPLACE INTO term VALUES (?, ?, ?, ?, ?, ?)", row)
        dated = any(day == 2 for *_, day in members)
        spec = {"kind": kind, "slug": slug, "name": name, "feed": dated and self.settings.feeds}
        yield from self._sheets(spec, members)
        if self.settings.feeds:
            yield from self._feeds(spec, members)
        if part := _part(kind, slug, members):
            yield from self._of_part(key, *part)
        if self.settings.place("STATISTICS").save_as and kind in ("year", "undated"):
            shown = b"".join(member[1] for member in members)
            name = slug or kind
            yield Planned(f"{statistics.FOLDER}/{name}.csv", "", {"kind": "tallies", "list": name}, shown)

    def _count(self, key: str) -> int:
        return int(self.db.execute("SELECT count(*) FROM member WHERE list = ?", (key,)).fetchone()[0])

    def _lastmod(self, key: str) -> str:
        query = "SELECT max(r.lastmod) FROM member m JOIN record r ON r.id = m.id WHERE m.list = ?"
        return str(self.db.execute(query, (key,)).fetchone()[0] or "")

    def _name(self, kind: str, slug: str, newest: int) -> str:
        if kind not in keys.KINDS:
            return slug
        fields = codec.unpack(self.db.execute("SELECT meta FROM body WHERE id = ?", (newest,)).fetchone()[0])
        pairs = {"tag": fields["tags"], "author": fields["authors"]}.get(kind) or [fields[kind]]
        return next((name for name, found in pairs if found == slug), slug)

    def _sheets(self, spec: dict[str, Any], members: list[Any]) -> Iterator[Planned]:
        kind, slug, name = spec["kind"], spec["slug"], spec["name"]
        template = "period_archives" if kind in keys.PERIODS else kind
        if kind == "all":
            return
        if kind in keys.KINDS:
            term = Term(kind, name, slug, self.settings)
            url, save_as = term.url, term.save_as
        elif kind == "undated":
            url, save_as = self.settings.place("UNDATED").url, self.settings.place("UNDATED").save_as
        elif kind == "on":
            url, save_as = permalinks.place_day_of_the_year(slug, self.settings)
        else:
            url, save_as = permalinks.place_period(kind, tuple(map(int, slug.split("-"))), self.settings)
        source = template
        if not self.has_template(template):
            source = "archives" if kind in keys.PERIODS else ""
        if not save_as or not source or (not slug and kind in keys.KINDS):
            return
        how = self._layout(template)
        beside = self._beside(kind, slug)
        if kind == "year":
            members = [member for member in members if not member[2]]  # its months list the others
        if how is None:
            shown = {**spec, **beside, "url": url, "template_name": template}
            yield Planned(save_as, source, shown, b"".join(member[1] for member in members))
            return
        for sheet in pagination.list_pages(len(members), url, save_as, how):
            part = members[sheet.first : sheet.end]
            yield Planned(
                sheet.save_as, source,
                {**spec, **({} if sheet.full else beside),
                 "url": url, "save_as": save_as, "template_name": template, "sheet": _sheet(sheet), "ids": [row[0] for row in part]},
                b"".join(row[1] for row in part),
            )  # fmt: skip

    def _beside(self, kind: str, slug: str) -> dict[str, Any]:
        """Return what the newest page of a period leads to: the next one, the last one, its day of the year."""
        if kind not in adjacency.KINDS or not self.settings.neighbours:
            return {}
        return {"beside": adjacency.find_beside(self.db, f"{kind}:{slug}")}

    def _layout(self, template: str) -> pagination.Layout | None:
        if template not in self._layouts:
            self._layouts[template] = pagination.find_layout(self.settings, template)
        return self._layouts[template]

    def _feeds(self, spec: dict[str, Any], members: list[Any]) -> Iterator[Planned]:
        kind, slug = spec["kind"], spec["slug"]
        if kind != "all" and kind not in keys.KINDS:
            return
        name = f"{kind}-{slug}" if slug else kind
        if kind == "all":
            query = "SELECT id, hash FROM member WHERE list = 'all' AND day = 2 ORDER BY stamp, tie LIMIT ?"
            newest = self.db.execute(query, (atom.ENTRIES,)).fetchall()
        else:
            newest = [*itertools.islice((member for member in members if member[2] == 2), atom.ENTRIES)]
        if newest:
            suffix = f": {spec['name']}" if slug else ""
            yield _of("feed", f"feeds/{name}.atom.xml", newest, title=f"{self.settings.sitename}{suffix}")
        if kind == "all":
            first, older = json_feed.first((name, json_feed.members(self.db, name)) for name in self._chain)
            yield _of("json", json_feed.FIRST, first, older=older)

    def _of_part(self, key: str, name: str, members: list[Any]) -> Iterator[Planned]:
        """Yield the files about all articles of a month, of a year or of no known date."""
        settings, shown = self.settings, b"".join(row[1] for row in members)
        if settings.sitemap:
            yield _of("urlset", f"sitemaps/{name}.xml", members)
        if settings.feeds:
            for path, part, more in json_feed.files(name, members, self._chain[name]):
                yield _of("json", path, part, older=more)
        spec = {"list": key, "count": len(members)}
        if settings.citations:
            for ending in citations.FILES:
                yield Planned(
                    f"{citations.FOLDER}/{name}.{ending}", "", {"kind": "cite", "form": ending, **spec}, shown
                )
        if settings.downloads:
            for ending in dataset.FORMATS:
                path = f"{dataset.FOLDER}/{name}.{ending}"
                yield Planned(path, "", {"kind": "download", "form": ending, **spec}, shown)
        if settings.checksums:
            yield Planned(checksums.of_part(name), "", {"kind": "checksums", "part": name, "list": key}, shown)

    def _old(self, key: str, kind: str, slug: str) -> Iterator[Planned]:
        """Yield a list's part of the maps of old addresses."""
        if not self.settings.old_addresses or kind not in redirects.LISTS:
            return
        if lines := redirects.moves(self.db, key, self._reserved):
            shown = hashlib.blake2b(repr(lines).encode("utf-8", "surrogatepass"), digest_size=12).digest()
            for ending in redirects.FORMATS:
                spec = {"kind": "old", "list": key, "format": ending}
                yield Planned(f"{redirects.FOLDER}/{slug or kind}.{ending}", "", spec, shown)

    # --- pages of their own, and of the whole site ---

    def record(self, number: int) -> Iterator[Planned]:
        """Yield the page of an article or page."""
        query = "SELECT save_as, template, hash, links, live FROM record WHERE id = ?"
        row = self.db.execute(query, (number,)).fetchone()
        if row and row[4]:
            save_as, template, hashed, targets, _ = row
            spec = {"kind": "record", "id": number}
            if targets:
                spec["links"] = links.fingerprint_links(self.db, targets, self.settings)
            if self.settings.neighbours:
                found = self._around(self.db, number)
                spec["beside"] = {key: [one and one[0] for one in pair] for key, pair in found.items()}
                hashed += b"".join(one[1] for pair in found.values() for one in pair if one)
            if self.settings.related and (named := relating.read_related(self.db, number)):
                spec["related"] = named
            yield Planned(save_as, template, spec, hashed)
            for file in redirects.pages(self.db, number, self._reserved) if self._leads else ():
                yield Planned(file, "", {"kind": "redirect", "article": number}, hashed)

    def site(self, media: bytes = b"") -> Iterator[Planned]:
        """Yield the pages of the whole site. What is on them, they read themselves; `media` tells of the static files."""
        settings = self.settings
        for name in settings.direct_templates:
            url, save_as = settings.direct_place(name)
            if save_as:
                yield from self._direct(name, save_as, url)
        if settings.place("SOURCES").save_as:
            yield self._page("sources", settings.place("SOURCES").save_as, settings.place("SOURCES").url)
        if settings.place("DAYS_OF_THE_YEAR").save_as:
            yield self._page(
                "days_of_the_year", settings.place("DAYS_OF_THE_YEAR").save_as, settings.place("DAYS_OF_THE_YEAR").url
            )
        if settings.place("STATISTICS").save_as:
            yield self._page("statistics", settings.place("STATISTICS").save_as, settings.place("STATISTICS").url)
            read = ("tallies|", "terms|source")
            shown = "".join(dependencies.make_fingerprint(self.db, key, settings) for key in read).encode()
            for name in statistics.FILES:
                yield Planned(f"{statistics.FOLDER}/{name}.csv", "", {"kind": "tallies", "name": name}, shown)
        if settings.search:
            yield self._page("search", settings.place("SEARCH").save_as, "search/")
        if settings.has_webmanifest:
            yield Planned(webmanifest.PATH, "", {"kind": "webmanifest"})
        if settings.has_opensearch:
            yield Planned(opensearch.PATH, "", {"kind": "opensearch"})
        if settings.place("NOT_FOUND").save_as:
            yield self._page("404", settings.place("NOT_FOUND").save_as, "404.html")
        if settings.sitemap:
            yield Planned("robots.txt", "", {"kind": "robots"})
            yield self._others()
            yield self._index()
        if settings.downloads:
            yield self._page("downloads", f"{dataset.FOLDER}/index.html", f"{dataset.FOLDER}/")
            yield Planned(dataset.INDEX, "", {"kind": "downloads"})
        if settings.checksums and media:
            yield Planned(checksums.MEDIA, "", {"kind": "media"}, media)
        if settings.about:
            yield Planned(about.PATH, "", {"kind": "about"})
        if settings.feeds and not queries.count_articles(self.db, "all"):
            yield _of("json", json_feed.FIRST, [], older="")

    def _direct(self, name: str, save_as: str, url: str) -> Iterator[Planned]:
        how = self._layout(name)
        if how is None:
            yield self._page(name, save_as, url, page_name=save_as.rpartition(".")[0] or save_as)
            return
        members = self.db.execute("SELECT id, hash FROM member WHERE list = 'all' ORDER BY stamp, tie").fetchall()
        for sheet in pagination.list_pages(len(members), url, save_as, how):
            part = members[sheet.first : sheet.end]
            spec: dict[str, Any] = {
                "kind": "direct",
                "name": name,
                "url": url,
                "save_as": save_as,
                "page_name": save_as.rpartition(".")[0] or save_as,
            }
            spec |= {"template_name": name, "sheet": _sheet(sheet), "ids": [row[0] for row in part]}
            yield Planned(sheet.save_as, name, spec, b"".join(row[1] for row in part))

    def _page(self, name: str, save_as: str, url: str, page_name: str = "") -> Planned:
        page_name = page_name or save_as.removesuffix("/index.html").removesuffix(".html")
        return Planned(save_as, name, {"kind": "direct", "name": name, "url": url, "page_name": page_name})

    def _others(self) -> Planned:
        """Return the part of the sitemap for listings and pages."""
        rows = [self.db.execute(query).fetchall() for query in OTHERS]
        shown = hashlib.blake2b(repr(rows).encode("utf-8", "surrogatepass"), digest_size=12)
        return Planned("sitemaps/pages.xml", "", {"kind": "others"}, shown.digest())

    def _index(self) -> Planned:
        """Return the sitemap's index: its other files, each month with its last change."""
        query = (
            "SELECT p.path, coalesce(t.lastmod, '') FROM page p LEFT JOIN term t ON t.list = p.list AND t.kind = 'month' "
            "WHERE p.list != '' AND p.path >= 'sitemaps/' AND p.path < 'sitemaps0'"
        )
        files = {"sitemaps/pages.xml": "", **dict(self.db.execute(query).fetchall())}
        return Planned("sitemap.xml", "", {"kind": "index", "files": sorted(files.items())})

    # --- marking --------------------------------------------------------------------------------------------------

    def mark(
        self, static: Iterable[Planned], templates: dict[str, str], *, everything: bool, related: Aside | None = None
    ) -> None:
        """Mark the pages to render, and note in `move` those that go away; `related` is of `relating.start_ahead`."""
        most = self.settings.related
        if everything:
            self.db.execute("UPDATE page SET list = '', stale = 1 WHERE list NOT LIKE 'search:%'")
            keys = [row[0] for row in self.db.execute("SELECT DISTINCT list FROM member ORDER BY list")]
            self.db.execute("DELETE FROM term")
            self.db.execute("DELETE FROM tally")
            adjacency.prepare_neighbours(self.db)
            self._chain = json_feed.parts(self.db)
            self._around = adjacency.read_neighbours
            self._each(keys, everything=True)
            relating.update_related(self.db, most, everything=True, aside=related)
            records = self.db.execute("SELECT id FROM record WHERE live = 1 ORDER BY id").fetchall()
            self._each((f"record:{number}" for (number,) in records), everything=True)
        else:
            relating.update_related(self.db, most, everything=False)
            keys = [row[0] for row in self.db.execute("SELECT key FROM stale ORDER BY key")]
            keys = list(dict.fromkeys([*keys, *links.list_term_linkers(self.db, set(keys), self.settings)]))
            self._chain, leading = json_feed.followed(self.db, keys)
            moved = adjacency.list_moved_periods(self.db, keys) if self.settings.neighbours else []
            self._each(dict.fromkeys([*keys, *moved, *leading]), everything=False)
        media: list[bytes] = []
        self._own("static", _noted(static, media), everything=everything)
        self._own("site", self.site(b"".join(media)), everything=everything)
        if everything:
            self._take_away("SELECT path FROM page WHERE list = ''", ())
            adjacency.drop_neighbours(self.db)
            self._around = adjacency.find_neighbours
        self._templates(templates, everything=everything)
        self._site_wide(set(keys))
        self.db.execute("DELETE FROM stale")

    def _each(self, keys: Iterable[str], *, everything: bool) -> None:
        for key in keys:
            number = key.partition(":")[2]
            pages = self.record(int(number)) if key.startswith("record:") else self.listing(key)
            self._own(key, pages, everything=everything)

    def _own(self, key: str, pages: Iterable[Planned], *, everything: bool) -> None:
        """Let a list own exactly these pages; with `everything`, no list owned any."""
        query = (
            "INSERT INTO page(path, list, template, spec, sig, stale) VALUES (?, ?, ?, ?, ?, 1) "
            "ON CONFLICT(path) DO UPDATE SET list = excluded.list, template = excluded.template, spec = excluded.spec, "
            "stale = page.stale OR page.sig IS NOT excluded.sig OR page.template IS NOT excluded.template, "
            "sig = excluded.sig"
        )
        owned = "SELECT path FROM page WHERE list = ?"
        before = set() if everything else {path for (path,) in self.db.execute(owned, (key,))}
        kept, has_own = set(), False
        for page in pages:
            if page.template and not self.has_template(page.template):
                continue
            kept.add(page.path)
            has_own = has_own or page.spec["kind"] == "record"
            self.db.execute(query, page.row(key))
        if everything:
            return
        for path in sorted(before - kept):
            self._take_away("SELECT path FROM page WHERE path = ?", (path,))
            if key == "static":
                self._give_back(path)
        # An article without a page of its own has no card either: it would stay as it is.
        if key == "static":
            forget = "DELETE FROM card WHERE id IN (SELECT id FROM record WHERE address = ?)"
            self.db.executemany(forget, ((path.lower(),) for path in kept - before))
        elif key.startswith("record:") and not has_own:
            self.db.execute("DELETE FROM card WHERE id = ?", (int(key.removeprefix("record:")),))

    def _give_back(self, path: str) -> None:
        """Let an article have its place again, where a static file stood on it."""
        row = self.db.execute("SELECT id FROM record WHERE address = ? AND live = 1", (path.lower(),)).fetchone()
        if row:
            self._own(f"record:{row[0]}", self.record(row[0]), everything=False)

    def _take_away(self, query: str, values: tuple[Any, ...]) -> None:
        for (path,) in self.db.execute(query, values).fetchall():
            self.db.execute("DELETE FROM page WHERE path = ?", (path,))
            self.db.execute("INSERT OR REPLACE INTO move VALUES (?, '', NULL)", (path,))

    def _templates(self, now: dict[str, str], *, everything: bool) -> None:
        """Mark the pages of changed templates; with `everything`, all are."""
        before = dict(self.db.execute("SELECT name, fingerprint FROM template"))
        changed = [] if everything else [name for name, found in now.items() if before.get(name) != found]
        if changed:
            self.db.execute(f"UPDATE page SET stale = 1 WHERE template IN {database.make_marks(changed)}", changed)
        if CARD in changed:
            self.db.execute("UPDATE page SET stale = 1 WHERE list LIKE 'record:%'")
            self.db.execute("DELETE FROM card")
        self.db.execute("DELETE FROM template")
        self.db.executemany("INSERT INTO template VALUES (?, ?)", now.items())

    def _site_wide(self, changed: set[str]) -> None:
        """Mark the pages that read what is another value now; those that read their own list, if it changed."""
        moved = set()
        for key, before in self.db.execute("SELECT key, fingerprint FROM dep").fetchall():
            about = dependencies.find_list(key)
            if (not about or about in changed) and (
                now := dependencies.make_fingerprint(self.db, key, self.settings)
            ) != before:
                self.db.execute("UPDATE dep SET fingerprint = ? WHERE key = ?", (now, key))
                moved.add(key)
        reading = []
        for number, text in self.db.execute("SELECT id, keys FROM depset").fetchall():
            keys = set(text.split("\n"))
            if keys & moved:
                reading.append(number)
            if "self" in keys:
                lists = ((key, number) for key in changed if not key.startswith("record:"))
                # The plus keeps SQLite from the index of depsets: one may be that of most articles.
                self.db.executemany("UPDATE page SET stale = 1 WHERE list = ? AND +depset = ?", lists)
        if reading:
            found = ",".join(map(str, reading))
            self.db.execute(f"UPDATE page SET stale = 1 WHERE depset IN ({found})")


def _part(kind: str, slug: str, members: list[Any]) -> tuple[str, list[Any]] | None:
    """Return name and articles of the part of the archive that a list is; stories of which no more than the year is known
    have one of their own."""
    if kind in ("month", "undated"):
        return slug or kind, members
    vague = [member for member in members if not member[2]] if kind == "year" else []
    return (slug, vague) if vague else None


def _noted(static: Iterable[Planned], media: list[bytes]) -> Iterator[Planned]:
    """Yield static files, and note what the content's are."""
    for page in static:
        if page.spec["from"] == "PATH":
            media.append(
                hashlib.blake2b(page.path.encode("utf-8", "surrogateescape") + page.shown, digest_size=8).digest()
            )
        yield page


def _removed(slug: str, members: list[Any]) -> Planned:
    """Return the page of what was removed from the articles of a month."""
    place = f"{removals.FOLDER}/{slug}/"
    spec = {"kind": "removed", "slug": slug, "url": place, "ids": [row[0] for row in members]}
    return Planned(f"{place}index.html", "removed", spec, b"".join(row[1] for row in members))


def others(db: sqlite3.Connection, settings: SiteSettings) -> list[str]:
    """Return the addresses of listings and pages, which have no part of the sitemap of their own."""
    found = [""]
    for kind, slug, name in db.execute(OTHERS[0]):
        if kind in keys.KINDS:
            found.append(Term(kind, name, slug, settings).url)
        elif kind in keys.PERIODS:
            found.append(permalinks.place_period(kind, tuple(map(int, slug.split("-"))), settings)[0])
        elif kind == "on" and settings.place("ON").save_as:
            found.append(permalinks.place_day_of_the_year(slug, settings)[0])
    found += [settings.place(key).url for key in ("DAYS_OF_THE_YEAR", "STATISTICS") if settings.place(key).save_as]
    found += [url for (url,) in db.execute(OTHERS[1])]
    return sorted(set(found))


def _sheet(sheet: pagination.ListPage) -> list[Any]:
    """Return a page of a list as JSON takes it; a full one without its place in the list, which moves as the list grows."""
    kept = replace(sheet, last=0, first=0, end=0) if sheet.full else sheet
    return [getattr(kept, name) for name in pagination.ListPage.__dataclass_fields__]


def _of(kind: str, path: str, members: list[Any], **more: Any) -> Planned:
    spec = {"kind": kind, "ids": [row[0] for row in members], **more}
    return Planned(path, "", spec, b"".join(row[1] for row in members))
