"""Site-wide values that templates read, from the state, and the record of which page read which.

A value that is read is named by a key, `what|list|...`; `fingerprint` gives the key's value now. A page is rendered
again when the fingerprint of a key that it read is another one, so themes need no declarations and nothing is guessed.

count|LIST          how many articles a list holds            any|LIST    whether there is one
list|LIST           its articles, all of them                 range|LIST|FIRST|END   some, newest first
terms|KIND          which terms there are                     files|STATUS           pages by status
downloads           which files of data there are
largest|KIND|NUMBER  those with the most articles
article|ID          where its links lead           flag|NAME            a yes or no of the whole site
counts|KIND         how many articles each list of a kind holds
days|LIST           the same within a month or a year         tally|LIST   the tallies of a source
tallies|            all tallies                               beside|LIST  the next period and the last one, or an article's
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing

from pressroom.content import tally
from pressroom.core import codec, permalinks
from pressroom.core.i18n import Words
from pressroom.core.keys import PERIODS
from pressroom.core.parts import sort_parts
from pressroom.core.settings import SiteSettings
from pressroom.outputs import citations, statistics
from pressroom.outputs import dataset as data
from pressroom.state import adjacency, aggregates, database, links
from pressroom.state.similarity import Related
from pressroom.templates import calendars
from pressroom.templates.models import NO_CARD, Article, Card, Members, Term

CACHED = 4000
"""Articles that one process keeps at hand."""
FLAGS = {
    "dated": "SELECT 1 FROM term WHERE kind = 'day' LIMIT 1",
    "samples": "SELECT 1 FROM record WHERE sample = 1 AND live = 1 AND kind = 'article' LIMIT 1",
    "undated": "SELECT 1 FROM term WHERE kind = 'undated' LIMIT 1",
    "sources": "SELECT 1 FROM term WHERE kind = 'source' LIMIT 1",
}


class Site:
    """Reads the state for templates. `reads` holds the keys of the page that is being rendered."""

    def __init__(self, db: sqlite3.Connection, settings: SiteSettings) -> None:
        self.db, self.settings = db, settings
        self.reads: set[str] = set()
        self.own = ""
        """The list whose page is being rendered: the plan looks at its pages whenever it changes."""
        self.planned: Any = None
        """What stands next to it, as the plan found."""
        self.root = ""
        self.related: list[Related] = []
        """Of the article whose page is being rendered."""
        self._bodies: dict[int, tuple[str, str]] = {}
        """Body and links of the articles that are expected, by their numbers."""
        self._articles: dict[int, Article] = {}
        self._terms: dict[tuple[str, str, str], Term] = {}
        self._counts: dict[str, int] = {}
        self._tallies: list[tally.Tally] | None = None
        self._sums: dict[str, tally.Summary] | None = None
        self._statistics: statistics.Statistics | None = None

    # --- what was read ---

    def read(self, what: str, key: str, *more: Any) -> None:
        """Record that the page reads a value."""
        self.reads.add("self" if key == self.own else "|".join([what, key, *map(str, more)]))

    # --- articles and lists ---

    def article(self, number: int) -> Article:
        """Return an article by its number in the state."""
        found = self._articles.get(number)
        if found is None:
            if len(self._articles) >= CACHED:
                self._articles.clear()
            found = self._articles[number] = Article(self, number)
        return found

    def expect(self, numbers: Sequence[int]) -> None:
        """Read articles of which the bodies are to be shown next, by one question for all that is stored of them."""
        chosen = f"b.id IN {database.marks(numbers)}"
        query = f"SELECT b.id, b.meta, b.html, r.links FROM body b JOIN record r ON r.id = b.id WHERE {chosen}"
        self._bodies.clear()
        if not numbers:  # SQLite would go through all of them to find that none is asked for
            return
        for number, meta, html, linked in self.db.execute(query, tuple(numbers)):
            self._bodies[number] = html, linked
            if not (found := self.article(number)).is_taken:
                found.take(codec.unpacked(meta))

    def card(self, number: int) -> str:
        """Return how lists show an article, "" where it is not known."""
        row = self.db.execute("SELECT html FROM card WHERE id = ?", (number,)).fetchone()
        return row[0] if row else ""

    def fields(self, number: int) -> dict[str, Any]:
        """Return an article's stored values."""
        row = self.db.execute("SELECT meta FROM body WHERE id = ?", (number,)).fetchone()
        found: dict[str, Any] = codec.unpacked(row[0])
        return found

    def count(self, key: str) -> int:
        """Return how many articles a list holds."""
        if key not in self._counts:
            self._counts[key] = count(self.db, key)
        return self._counts[key]

    def members(self, key: str, *, first: int = 0, end: int | None = None, oldest_first: bool = False) -> list[Article]:
        """Return articles of a list, newest first."""
        found = self.listed([number for number, _ in _members(self.db, key, first, end)])
        return found[::-1] if oldest_first else found

    def listed(self, numbers: Sequence[int]) -> list[Article]:
        """Return articles that a list shows; where they are not too many, their cards are read by one question."""
        found = [self.article(number) for number in numbers]
        if 0 < len(numbers) <= database.AT_ONCE:
            query = f"SELECT id, html, source, day FROM card WHERE id IN {database.marks(numbers)}"
            cards = {number: Card(*card) for number, *card in self.db.execute(query, tuple(numbers))}
            for article in found:
                article.take_card(cards.get(article._number, NO_CARD))
        return found

    def unlisted(self, kind: str, status: str) -> list[Article]:
        """Return what is in no list: drafts, hidden articles, and all pages."""
        self.reads.add(f"files|{kind}|{status}")
        return [self.article(number) for number, _ in _unlisted(self.db, kind, status)]

    # --- terms and periods ---

    def term(self, kind: str, name: str, slug: str) -> Term:
        """Return a term as an object; one for each spelling."""
        key = (kind, name, slug)
        if key not in self._terms:
            self._terms[key] = Term(kind, name, slug, self.settings)
        return self._terms[key]

    def terms(self, kind: str) -> list[tuple[Term, Members]]:
        """Return every term of a kind with its articles."""
        self.reads.add(f"terms|{kind}")
        rows = _terms(self.db, kind)
        found = [(self.term(kind, name, slug), Members(self, f"{kind}:{slug}")) for slug, name in rows]
        if kind == "source":
            found.sort(key=lambda pair: (pair[0].name.casefold(), pair[0].slug))
        if kind == "category" and self.settings.reverse_category_order:
            found.reverse()
        return found

    def largest(self, kind: str, number: int) -> list[tuple[Term, int]]:
        """Return the terms of a kind with the most articles, and how many."""
        self.reads.add(f"largest|{kind}|{number}")
        return [(self.term(kind, name, slug), count) for slug, name, count in _largest(self.db, kind, number)]

    def periods(self, kind: str) -> list[dict[str, Any]]:
        """Return every year, month or day that has articles, as Pelican's archives of periods are, newest first."""
        self.reads.add(f"terms|{kind}")
        if not self.settings.place(f"{kind.upper()}_ARCHIVE").save_as:
            return []
        found = [self.period(kind, slug) for slug, _ in _terms(self.db, kind)]
        return found[::-1] if self.settings.newest_first_archives else found

    def period(self, kind: str, slug: str) -> dict[str, Any]:
        """Return one year, month or day."""
        numbers, words = tuple(int(part) for part in slug.split("-")), self.settings.words
        members = Members(self, f"{kind}:{slug}")
        url, save_as = permalinks.period(kind, numbers, self.settings)
        names = (numbers[0], *((words.month(numbers[1]),) if len(numbers) > 1 else ()), *numbers[2:])
        return {
            "period": names, "period_num": numbers, "url": url, "save_as": save_as,
            "articles": members,
            "dates": members if self.settings.newest_first_archives else Members(self, f"{kind}:{slug}", oldest_first=True),
        }  # fmt: skip

    def flag(self, name: str) -> bool:
        """Return a yes or no of the whole site."""
        self.reads.add(f"flag|{name}")
        return _flag(self.db, name)

    def downloads(self) -> list[dict[str, Any]]:
        """Return the months, years and `undated` of which there are files of data, each with how many articles it has."""
        self.reads.add("downloads")
        counts = {path.rpartition("/")[2].partition(".")[0]: number for path, number, _ in data.list_files(self.db)}
        return [{"part": part, "count": counts[part]} for part in sort_parts(counts)]

    # --- calendars and neighbours ---

    def counts(self, kind: str) -> dict[str, int]:
        """Return how many articles each year, month, day or day of the year has, by slug."""
        self.reads.add(f"counts|{kind}")
        return dict(_counts(self.db, kind))

    def calendar(self, *numbers: int) -> calendars.Calendar:
        """Return the months of a year, or one month, with the counts of their days."""
        key = _period_key(numbers)
        self.read("days", key)
        return calendars.months(key.partition(":")[2], dict(_days(self.db, key)), self.address)

    def grid(self) -> calendars.Calendar:
        """Return the whole archive as years by months."""
        return calendars.years(self.counts("year"), self.counts("month"), self.address)

    def days_of_the_year(self) -> calendars.Calendar:
        """Return the days of the year by month, each with how many articles were published on it."""
        return calendars.days_of_the_year(self.counts("on"), self.on)

    def address(self, kind: str, numbers: tuple[int, ...]) -> str:
        """Return the address of a year, month or day, "" where it has no page."""
        url, save_as = permalinks.period(kind, numbers, self.settings)
        return url if save_as else ""

    def period_url(self, *numbers: int) -> str:
        """Return the address of a year, month or day by its numbers, "" where it has no page."""
        return self.address(PERIODS[len(numbers) - 1], numbers)

    def on(self, slug: str) -> str:
        """Return the address of a day of the year, "" where such pages are not made."""
        url, save_as = permalinks.day_of_the_year(slug, self.settings)
        return url if save_as else ""

    def beside(self, kind: str, slug: str) -> dict[str, Any]:
        """Return the next period and the last one, each with its slug and address; of a day its day of the year too."""
        if not self.settings.neighbours:
            return {}
        key = f"{kind}:{slug}"
        if key == self.own:
            newer, older, has_on = self.planned
        else:
            self.reads.add(f"beside|{key}")
            newer, older, has_on = adjacency.of_list(self.db, key)

        def place(one: str) -> dict[str, str] | None:
            url = self.on(one) if kind == "on" else self.address(kind, tuple(map(int, one.split("-")))) if one else ""
            return {"slug": one, "url": url} if one else None

        return {"newer": place(newer), "older": place(older), "on": self.on(slug[5:]) if has_on else ""}

    def neighbours(self, article: Article) -> dict[str, dict[str, Article | None]]:
        """Return the newer and the older article of all, and of the source."""
        if not self.settings.neighbours:
            return {}
        number = article._number
        if self.own == f"record:{number}":
            found = self.planned
        else:
            self.reads.add(f"beside|record:{number}")
            found = adjacency.numbers(self.db, number)
        pairs = ((key, [self.article(one) if one else None for one in pair]) for key, pair in found.items())
        return {key: {"newer": newer, "older": older} for key, (newer, older) in pairs}

    # --- tallies ---

    def archive_statistics(self) -> statistics.Statistics:
        """Return what the statistics of the whole archive show."""
        self.reads.add("tallies|")
        terms = {term.slug: term for term, _ in self.terms("source")}
        if self._statistics is None:
            self._statistics = statistics.make_statistics(self.all_tallies(), self.sums_by_source(), terms)
        return self._statistics

    def all_tallies(self) -> list[tally.Tally]:
        """Return every tally."""
        if self._tallies is None:
            self._tallies = aggregates.all_of(self.db)
        return self._tallies

    def sums_by_source(self) -> dict[str, tally.Summary]:
        """Return the sums of every source by slug."""
        if self._sums is None:
            self._sums = statistics.sum_by_source(self.all_tallies())
        return self._sums

    def source_names(self) -> dict[str, str]:
        """Return the names of the sources by their slugs."""
        return dict(_terms(self.db, "source"))

    def source_statistics(self, slug: str) -> statistics.Part:
        """Return the sums of a source."""
        self.read("tally", f"source:{slug}")
        return statistics.sum_part(slug, aggregates.of_source(self.db, slug))

    # --- texts ---

    def citations(self, article: Article) -> list[Any]:
        """Return an article's citations."""
        site = self.settings.own_address
        return citations.make_citations(article.stored, self.settings.sitename, site)

    def body(self, article: Article) -> str:
        """Return an article's sanitised body with its links as a page needs them."""
        if article._number not in self._bodies:
            query = "SELECT b.html, r.links FROM body b JOIN record r ON r.id = b.id WHERE b.id = ?"
            self._bodies = {article._number: self.db.execute(query, (article._number,)).fetchone()}
        html, found = self._bodies[article._number]
        if found and self.own != f"record:{article._number}":
            self.reads.add(f"article|{article._number}")
        return links.resolved(self.db, html, found, self.root, self.settings, article.path)

    def date_format(self, lang: str) -> str:
        """Return the format of dates of a language."""
        found = self.settings.date_formats.get(lang, self.settings.default_date_format)
        return str(found[1] if isinstance(found, tuple) else found)


class Periods:
    """`period_archives`: years, months and days, each read when a template asks for it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __getitem__(self, kind: str) -> list[dict[str, Any]]:
        if kind not in PERIODS:
            raise KeyError(kind)
        return self._site.periods(kind)

    year = property(lambda self: self["year"])
    month = property(lambda self: self["month"])
    day = property(lambda self: self["day"])

    def items(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield each kind with its periods."""
        return ((kind, self[kind]) for kind in PERIODS)


class Later:
    """A site-wide value that is made, and recorded, when a template reads its name."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


class Reading(Context):
    """Jinja's context, with values that are made when they are read, and shorter ways for what every page does often."""

    def resolve_or_missing(self, key: str) -> Any:
        """Return a variable."""
        if key in self.vars:
            found = self.vars[key]
        elif key in self.parent:
            found = self.parent[key]
        else:
            return missing
        return found.make() if found.__class__ is Later else found

    @internalcode
    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls."""
        kind = called.__class__
        if kind is not Macro and kind is not Words:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **kwargs) if kind is Macro else called(*args, **kwargs)


def site_wide(site: Site) -> dict[str, Any]:
    """Return the variables that Pelican's generators and ours give every template."""
    newest = site.settings.newest_first_archives
    return {
        "articles": Later(lambda: Members(site, "all")),
        "dates": Later(lambda: Members(site, "all", oldest_first=not newest)),
        "drafts": Later(lambda: site.unlisted("article", "draft")),
        "hidden_articles": Later(lambda: site.unlisted("article", "hidden")),
        "pages": Later(lambda: site.unlisted("page", "published")),
        "hidden_pages": Later(lambda: site.unlisted("page", "hidden")),
        "draft_pages": Later(lambda: site.unlisted("page", "draft")),
        "tags": Later(lambda: site.terms("tag")),
        "categories": Later(lambda: site.terms("category")),
        "authors": Later(lambda: site.terms("author")),
        "SOURCES": Later(lambda: site.terms("source")),
        "period_archives": Later(lambda: Periods(site)),
        "YEARS": Later(lambda: _years(site)),
        "UNDATED": Later(lambda: Members(site, "undated")),
        "DOWNLOADS": Later(site.downloads),
        "COLUMNS": data.COLUMNS,
        "COUNT": Later(lambda: len(Members(site, "all"))),
        "ON_DAYS": Later(lambda: _on_days(site)),
        "DAYS_OF_THE_YEAR": Later(site.days_of_the_year),
        "CALENDAR": Later(site.grid),
        "STATISTICS": Later(site.archive_statistics),
        "calendar_of": site.calendar, "beside": site.beside, "statistics_of": site.source_statistics,
        "weekdays": calendars.weekdays, "period_url": site.period_url,
        "HAS_DATED": Later(lambda: site.flag("dated")),
        "HAS_SAMPLES": Later(lambda: site.flag("samples")),
        "HAS_UNDATED": Later(lambda: site.flag("undated")),
        "HAS_SOURCES": Later(lambda: site.flag("sources")),
        "largest": site.largest, "related_posts": [],
    }  # fmt: skip


COUNTED = (
    "COUNT", "YEARS", "UNDATED", "SOURCES", "CALENDAR", "HAS_DATED", "HAS_UNDATED", "HAS_SOURCES", "calendar_of", "beside", "weekdays",
    "period_url", "largest",
)  # fmt: skip
"""Names of `site_wide` that Pelican's own path gives templates too: they need no more than which lists there are."""


def _years(site: Site) -> list[tuple[int, int]]:
    site.reads.add("terms|year")
    slugs = [slug for slug, _ in reversed(_terms(site.db, "year"))]
    return [(int(slug), len(Members(site, f"year:{slug}"))) for slug in slugs]


def _on_days(site: Site) -> str:
    site.reads.add("terms|on")
    return calendars.packed(slug for slug, _ in _terms(site.db, "on")) if site.settings.place("ON").save_as else ""


def _period_key(numbers: tuple[int, ...]) -> str:
    """Return the list of a period.

    >>> _period_key((2024,)), _period_key((2024, 6))
    ('year:2024', 'month:2024-06')
    """
    return f"{PERIODS[len(numbers) - 1]}:{('%04d', '%04d-%02d', '%04d-%02d-%02d')[len(numbers) - 1] % numbers}"


# --- the state's answers --------------------------------------------------------------------------------------------


def fingerprint(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Return what tells whether a value that was read is still the same."""
    what, _, rest = key.partition("|")
    if what == "article":
        row = db.execute("SELECT links FROM record WHERE id = ?", (rest,)).fetchone()
        return links.state_of(db, row[0], settings) if row else ""
    if what == "flag":
        return str(_flag(db, rest))
    if what == "largest":
        kind, number = rest.split("|")
        return _hashed(_largest(db, kind, int(number)))
    if what == "terms":
        return _hashed(_terms(db, rest))
    if what == "downloads":
        return _hashed([(path, number) for path, number, _ in data.list_files(db)])
    if what == "files":
        return _hashed(_unlisted(db, *rest.split("|")))
    if what == "counts":
        return _hashed(_counts(db, rest))
    if what == "days":
        return _hashed(_days(db, rest))
    if what == "tally":
        return _hashed(aggregates.of_source(db, rest.partition(":")[2]))
    if what == "tallies":
        return str(database.get(db, "tallies", ""))
    if what == "beside":
        kind, _, name = rest.partition(":")
        return _hashed([adjacency.of_article(db, int(name)) if kind == "record" else adjacency.of_list(db, rest)])
    if what in ("count", "any"):
        found = count(db, rest)
        return str(found if what == "count" else found > 0)
    if what == "range":
        name, first, end = rest.rsplit("|", 2)
        return _hashed(_members(db, name, int(first), int(end)))
    return _hashed(_members(db, rest, 0, None))


def lists_of(key: str) -> str:
    """Return the list or record that a key is about, "" for a value of the whole site.

    >>> lists_of("range|tag:a|0|24"), lists_of("flag|dated")
    ('tag:a', '')
    """
    what, _, rest = key.partition("|")
    if what in ("flag", "terms", "largest", "files", "downloads", "counts", "tallies") or (
        what == "beside" and not rest.startswith("record:")
    ):
        return ""
    if what == "article":
        return f"record:{rest}"
    return rest.rsplit("|", 2)[0] if what == "range" else rest


def _hashed(rows: list[Any]) -> str:
    total = hashlib.blake2b(digest_size=12)
    for row in rows:
        total.update(repr(row).encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def _flag(db: sqlite3.Connection, name: str) -> bool:
    return db.execute(FLAGS[name]).fetchone() is not None


def count(db: sqlite3.Connection, key: str) -> int:
    """Return how many articles a list holds."""
    row = db.execute("SELECT count FROM term WHERE list = ?", (key,)).fetchone()
    return int(row[0]) if row else 0


def _terms(db: sqlite3.Connection, kind: str) -> list[tuple[str, str]]:
    """Return slug and name of each term, by slug."""
    return db.execute("SELECT slug, name FROM term WHERE kind = ? ORDER BY slug", (kind,)).fetchall()


def _counts(db: sqlite3.Connection, kind: str) -> list[tuple[str, int]]:
    return db.execute("SELECT slug, count FROM term WHERE kind = ? ORDER BY slug", (kind,)).fetchall()


def _days(db: sqlite3.Connection, key: str) -> list[tuple[str, int]]:
    """Return slug and count of the days, and of the months, within a year or month."""
    slug = key.partition(":")[2]
    query = "SELECT slug, count FROM term WHERE list > ? AND list < ? ORDER BY list"
    return [row for kind in ("day", "month") for row in db.execute(query, (f"{kind}:{slug}-", f"{kind}:{slug}."))]


def _largest(db: sqlite3.Connection, kind: str, number: int) -> list[tuple[str, str, int]]:
    query = "SELECT slug, name, count FROM term WHERE kind = ? ORDER BY count DESC, slug LIMIT ?"
    return db.execute(query, (kind, number)).fetchall()


def _members(db: sqlite3.Connection, key: str, first: int, end: int | None) -> list[tuple[int, bytes]]:
    """Return number and hash of a list's articles, newest first; ties by slug."""
    query = "SELECT id, hash FROM member WHERE list = ? ORDER BY stamp, tie LIMIT ? OFFSET ?"
    return db.execute(query, (key, -1 if end is None else max(0, end - first), first)).fetchall()


def _unlisted(db: sqlite3.Connection, kind: str, status: str) -> list[tuple[int, bytes]]:
    """Return pages by their files' names, articles newest first, as Pelican orders them."""
    query = "SELECT id, hash, path FROM record WHERE lists = '' AND kind = ? AND status = ? AND live = 1 ORDER BY stamp, tie"
    rows = db.execute(query, (kind, status)).fetchall()
    if kind == "page":
        rows.sort(key=lambda row: (row[2].rpartition("/")[2], row[2]))
    return [(number, hashed) for number, hashed, _ in rows]
