"""The site as templates ask for it: articles, lists, terms and periods from the state. What a page reads is recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from pressroom.content import tally
from pressroom.core import codec, keys, parts, permalinks
from pressroom.core.settings import SiteSettings
from pressroom.outputs import citations, dataset, statistics
from pressroom.state import adjacency, aggregates, database, links, queries
from pressroom.state.similarity import Related
from pressroom.templates import calendars, dependencies
from pressroom.templates.models import NO_CARD, Article, Card, Members, Term

CACHED = 4000
"""One process keeps at most so many articles at hand."""


class Site:
    """Reads the state for templates. `reads` holds the keys of the page that is being rendered."""

    def __init__(self, db: sqlite3.Connection, settings: SiteSettings) -> None:
        self.db, self.settings = db, settings
        self.reads: set[str] = set()
        self.owner = ""
        """The list or record whose page is being rendered; "" where reads of its list count as those of any other."""
        self.planned_neighbours: Any = None
        """Planning found that these stand next to the owner."""
        self.root = ""
        self.related: list[Related] = []
        """The page that is being rendered names these articles as related."""
        self._bodies: dict[int, tuple[str, str]] = {}
        """These are bodies and links of the articles that are expected, by their numbers."""
        self._articles: dict[int, Article] = {}
        self._terms: dict[tuple[str, str, str], Term] = {}
        self._counts: dict[str, int] = {}
        self._tallies: list[tally.Tally] | None = None
        self._sums: dict[str, tally.Summary] | None = None
        self._statistics: statistics.Statistics | None = None

    # --- what was read ---

    def record_read(self, name: str, *rest: Any) -> None:
        """Record that the page reads a value of the whole site."""
        self.reads.add(dependencies.make_key(name, *rest))

    def record_list_read(self, name: str, key: str, *rest: Any) -> None:
        """Record that the page reads a value of a list, which may be its own."""
        self.reads.add(dependencies.SELF if key == self.owner else dependencies.make_key(name, key, *rest))

    # --- articles and lists ---

    def get_article(self, number: int) -> Article:
        """Return an article by its number in the state."""
        article = self._articles.get(number)
        if article is None:
            if len(self._articles) >= CACHED:
                self._articles.clear()
            article = self._articles[number] = Article(self, number)
        return article

    def expect_bodies(self, numbers: Sequence[int]) -> None:
        """Read articles of which the bodies are to be shown next, by one question for all that is stored of them."""
        self._bodies.clear()
        for number, meta, html, linked in queries.select_bodies(self.db, numbers):
            self._bodies[number] = html, linked
            if not (article := self.get_article(number)).is_taken:
                article.take(codec.unpacked(meta))

    def read_card(self, number: int) -> str:
        """Return how lists show an article, "" where it is not known."""
        return queries.select_card(self.db, number)

    def read_fields(self, number: int) -> dict[str, Any]:
        """Return an article's stored values."""
        return queries.select_fields(self.db, number)

    def count_articles(self, key: str) -> int:
        """Return how many articles a list holds."""
        if key not in self._counts:
            self._counts[key] = queries.count_articles(self.db, key)
        return self._counts[key]

    def read_members(
        self, key: str, *, first: int = 0, end: int | None = None, oldest_first: bool = False
    ) -> list[Article]:
        """Return articles of a list, newest first unless told otherwise."""
        articles = self.list_articles([number for number, _ in queries.select_members(self.db, key, first, end)])
        return articles[::-1] if oldest_first else articles

    def list_articles(self, numbers: Sequence[int]) -> list[Article]:
        """Return articles that a list shows; where they are not too many, their cards are read by one question."""
        articles = [self.get_article(number) for number in numbers]
        if 0 < len(numbers) <= database.AT_ONCE:
            cards = {number: Card(*card) for number, *card in queries.select_cards(self.db, numbers)}
            for article in articles:
                article.take_card(cards.get(article._number, NO_CARD))
        return articles

    def list_unlisted(self, kind: str, status: str) -> list[Article]:
        """Return what is in no list: drafts, hidden articles, and all pages."""
        self.record_read("files", kind, status)
        return [self.get_article(number) for number, _ in queries.select_unlisted(self.db, kind, status)]

    # --- terms and periods ---

    def get_term(self, kind: str, name: str, slug: str) -> Term:
        """Return a term as an object; there is one for each spelling."""
        key = (kind, name, slug)
        if key not in self._terms:
            self._terms[key] = Term(kind, name, slug, self.settings)
        return self._terms[key]

    def list_terms(self, kind: str) -> list[tuple[Term, Members]]:
        """Return every term of a kind with its articles."""
        self.record_read("terms", kind)
        rows = queries.select_terms(self.db, kind)
        pairs = [(self.get_term(kind, name, slug), Members(self, f"{kind}:{slug}")) for slug, name in rows]
        if kind == "source":
            pairs.sort(key=lambda pair: (pair[0].name.casefold(), pair[0].slug))
        if kind == "category" and self.settings.reverse_category_order:
            pairs.reverse()
        return pairs

    def list_largest(self, kind: str, number: int) -> list[tuple[Term, int]]:
        """Return the terms of a kind with the most articles, and how many these are."""
        self.record_read("largest", kind, number)
        rows = queries.select_largest(self.db, kind, number)
        return [(self.get_term(kind, name, slug), count) for slug, name, count in rows]

    def list_periods(self, kind: str) -> list[dict[str, Any]]:
        """Return every year, month or day that has articles, as Pelican's archives of periods are, newest first."""
        self.record_read("terms", kind)
        if not self.settings.place(f"{kind.upper()}_ARCHIVE").save_as:
            return []
        periods = [self.make_period(kind, slug) for slug, _ in queries.select_terms(self.db, kind)]
        return periods[::-1] if self.settings.newest_first_archives else periods

    def make_period(self, kind: str, slug: str) -> dict[str, Any]:
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

    def list_years(self) -> list[tuple[int, int]]:
        """Return every year that has articles, newest first, each with how many they are."""
        self.record_read("terms", "year")
        slugs = [slug for slug, _ in reversed(queries.select_terms(self.db, "year"))]
        return [(int(slug), len(Members(self, f"year:{slug}"))) for slug in slugs]

    def has_flag(self, name: str) -> bool:
        """Tell a yes or no of the whole site."""
        self.record_read("flag", name)
        return queries.has_flag(self.db, name)

    def list_downloads(self) -> list[dict[str, Any]]:
        """Return the months, years and `undated` of which there are files of data, each with how many articles it has."""
        self.record_read("downloads")
        files = dataset.list_files(self.db)
        counts = {path.rpartition("/")[2].partition(".")[0]: number for path, number, _ in files}
        return [{"part": part, "count": counts[part]} for part in parts.sort_parts(counts)]

    # --- calendars and neighbours ---

    def count_by_slug(self, kind: str) -> dict[str, int]:
        """Return how many articles each year, month, day or day of the year has, by slug."""
        self.record_read("counts", kind)
        return dict(queries.select_counts(self.db, kind))

    def make_calendar(self, *numbers: int) -> calendars.Calendar:
        """Return the months of a year, or one month, with the counts of their days."""
        key = keys.make_period_key(numbers)
        self.record_list_read("days", key)
        counts = dict(queries.select_days(self.db, key))
        return calendars.list_months(key.partition(":")[2], counts, self.find_period_url)

    def make_grid(self) -> calendars.Calendar:
        """Return the whole archive as years by months."""
        return calendars.list_years(self.count_by_slug("year"), self.count_by_slug("month"), self.find_period_url)

    def list_days_of_the_year(self) -> calendars.Calendar:
        """Return the days of the year by month, each with how many articles were published on it."""
        return calendars.list_days_of_the_year(self.count_by_slug("on"), self.find_day_url)

    def pack_days_of_the_year(self) -> str:
        """Return which days of the year have a page, as the script of the page of all of them reads it."""
        self.record_read("terms", "on")
        slugs = (slug for slug, _ in queries.select_terms(self.db, "on"))
        return calendars.pack_days(slugs) if self.settings.place("ON").save_as else ""

    def find_period_url(self, kind: str, numbers: tuple[int, ...]) -> str:
        """Return the address of a year, month or day, "" where it has no page."""
        url, save_as = permalinks.period(kind, numbers, self.settings)
        return url if save_as else ""

    def find_url_by_numbers(self, *numbers: int) -> str:
        """Return the address of a year, month or day by its numbers, "" where it has no page."""
        return self.find_period_url(keys.PERIODS[len(numbers) - 1], numbers)

    def find_day_url(self, slug: str) -> str:
        """Return the address of a day of the year, "" where such pages are not made."""
        url, save_as = permalinks.day_of_the_year(slug, self.settings)
        return url if save_as else ""

    def find_periods_beside(self, kind: str, slug: str) -> dict[str, Any]:
        """Return the next period and the last one, each with its slug and address; of a day its day of the year too."""
        if not self.settings.neighbours:
            return {}
        key = f"{kind}:{slug}"
        if key == self.owner:
            newer, older, has_day = self.planned_neighbours
        else:
            self.record_read("beside", key)
            newer, older, has_day = adjacency.of_list(self.db, key)
        return {
            "newer": self._make_period_link(kind, newer), "older": self._make_period_link(kind, older),
            "on": self.find_day_url(slug[5:]) if has_day else "",
        }  # fmt: skip

    def _make_period_link(self, kind: str, slug: str) -> dict[str, str] | None:
        if not slug:
            return None
        numbers = tuple(map(int, slug.split("-")))
        return {"slug": slug, "url": self.find_day_url(slug) if kind == "on" else self.find_period_url(kind, numbers)}

    def find_neighbours(self, article: Article) -> dict[str, dict[str, Article | None]]:
        """Return the newer and the older article of all, and of the source."""
        if not self.settings.neighbours:
            return {}
        key = keys.make_record_key(article._number)
        if self.owner == key:
            pairs = self.planned_neighbours
        else:
            self.record_read("beside", key)
            pairs = adjacency.numbers(self.db, article._number)
        return {
            key: {"newer": newer and self.get_article(newer), "older": older and self.get_article(older)}
            for key, (newer, older) in pairs.items()
        }

    def find_related(self, number: int) -> list[Related]:
        """Return earlier articles about the same, on the article's own page."""
        return self.related if self.owner == keys.make_record_key(number) else []

    # --- tallies ---

    def read_statistics(self) -> statistics.Statistics:
        """Return what the statistics of the whole archive show."""
        self.record_read("tallies")
        terms = {term.slug: term for term, _ in self.list_terms("source")}
        if self._statistics is None:
            self._statistics = statistics.statistics(self.read_tallies(), self.sum_by_source(), terms)
        return self._statistics

    def read_tallies(self) -> list[tally.Tally]:
        """Return every tally."""
        if self._tallies is None:
            self._tallies = aggregates.all_of(self.db)
        return self._tallies

    def sum_by_source(self) -> dict[str, tally.Summary]:
        """Return the sums of every source by slug."""
        if self._sums is None:
            self._sums = statistics.by_source(self.read_tallies())
        return self._sums

    def name_sources(self) -> dict[str, str]:
        """Return the names of the sources by their slugs."""
        return dict(queries.select_terms(self.db, "source"))

    def read_source_statistics(self, slug: str) -> statistics.Part:
        """Return the sums of a source."""
        self.record_list_read("tally", f"source:{slug}")
        return statistics.part(slug, aggregates.of_source(self.db, slug))

    # --- texts ---

    def make_citations(self, article: Article) -> list[Any]:
        """Return an article's citations."""
        return citations.make_citations(article.stored, self.settings.sitename, self.settings.own_address)

    def read_body(self, article: Article) -> str:
        """Return an article's sanitised body with its links as a page needs them."""
        number = article._number
        if number not in self._bodies:
            self._bodies = {number: queries.select_body(self.db, number)}
        html, linked = self._bodies[number]
        if linked and self.owner != keys.make_record_key(number):
            self.record_read("article", number)
        return links.resolved(self.db, html, linked, self.root, self.settings, article.path)

    def find_date_format(self, lang: str) -> str:
        """Return the format of dates of a language."""
        form = self.settings.date_formats.get(lang, self.settings.default_date_format)
        return str(form[1] if isinstance(form, tuple) else form)
