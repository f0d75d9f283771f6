"""What templates see: articles, terms, periods and pages with the attributes of Pelican's own objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, total_ordering
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from markupsafe import Markup

from pressroom.content import article
from pressroom.core.settings import SiteSettings

if TYPE_CHECKING:
    from pressroom.state.similarity import Related

_NUMBERS = re.compile(r"(?:[ -$&-~]|%[YmdHMS])*")
"""Forms of dates that match are the same in every language, and need nothing of Pelican."""


class SiteAnswers(Protocol):
    """What articles and lists ask of the site that they belong to."""

    settings: SiteSettings

    def record_list_read(self, name: str, key: str, *rest: Any) -> None:
        """Record that the page reads a value of a list."""

    def read_card(self, number: int) -> str:
        """Return how lists show an article, "" where it is not known."""

    def read_fields(self, number: int) -> dict[str, Any]:
        """Return an article's stored values."""

    def read_body(self, article: Article) -> str:
        """Return an article's body with its links as a page needs them."""

    def make_citations(self, article: Article) -> list[Any]:
        """Return an article's citations."""

    def find_neighbours(self, article: Article) -> dict[str, dict[str, Article | None]]:
        """Return the newer and the older article of all, and of the source."""

    def find_related(self, number: int) -> list[Related]:
        """Return earlier articles about the same."""

    def find_date_format(self, lang: str) -> str:
        """Return the format of dates of a language."""

    def get_term(self, kind: str, name: str, slug: str) -> Term:
        """Return a term as an object."""

    def count_articles(self, key: str) -> int:
        """Return how many articles a list holds."""

    def read_members(
        self, key: str, *, first: int = 0, end: int | None = None, oldest_first: bool = False
    ) -> list[Article]:
        """Return articles of a list."""


@total_ordering
class Term:
    """A tag, category, author or source; equal and ordered by its slug, as in Pelican."""

    __slots__ = ("kind", "name", "page_name", "save_as", "slug", "url")

    def __init__(self, kind: str, name: str, slug: str, settings: SiteSettings) -> None:
        self.kind, self.name, self.slug = kind, name, slug
        url, save_as = settings.place(kind.upper())
        values = {"name": name, "slug": slug}
        self.url, self.save_as = url.format(**values), save_as.format(**values)
        base, dot, tail = url.rpartition(".")
        self.page_name = (base if dot and "/" not in tail else url).format(**values)

    def __str__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return hash(self.slug)

    def __eq__(self, other: object) -> bool:
        return self.slug == other.slug if isinstance(other, Term) else isinstance(other, str) and self.name == other

    def __lt__(self, other: Any) -> bool:
        return bool(self.slug < getattr(other, "slug", str(other)))


class Card(NamedTuple):
    """What the state keeps of an article for lists, so that they need not read all of it."""

    html: str
    """Lists show the article so; "" where that is not known."""
    source: str
    """It holds name and slug, a line each; "" where the article has none."""
    day: str
    """It is the article's date as a machine reads it."""


NO_CARD = Card("", "", "")


class Article:
    """An article or page. Its stored values are attributes; what costs more is made when a template asks for it."""

    _site: SiteAnswers
    _number: int

    def __init__(self, site: SiteAnswers, number: int) -> None:
        self._site, self._number = site, number
        self.stored_neighbour = ""

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__
        if "path" not in values:
            self.take(self._site.read_fields(self._number))
            if name in values:
                return values[name]
        maker = _MAKERS.get(name)
        if maker is None:
            raise AttributeError(name)
        value = values[name] = maker(self)
        return value

    @cached_property
    def stored_card(self) -> str:
        """How lists show the article, "" where it is not known."""
        return self._site.read_card(self._number)

    @property
    def is_taken(self) -> bool:
        """Whether the stored values are at hand."""
        return "path" in self.__dict__

    def take(self, stored: dict[str, Any]) -> None:
        """Take the stored values over as attributes."""
        for key in _MAKERS:
            stored["_" + key] = stored.pop(key, None)
        self.__dict__.update(stored)

    def take_card(self, card: Card) -> None:
        """Take over what lists show, and by what they group; what is at hand stays."""
        values = self.__dict__
        values["stored_card"] = card.html
        if card.html and not self.is_taken:
            name, _, slug = card.source.rpartition("\n")
            values["source"] = self._site.get_term("source", name, slug) if slug else None
            values["machine_date"] = card.day

    def make_card(self, html: str) -> Card:
        """Return what `take_card` takes."""
        if not self.is_taken:
            self.take(self._site.read_fields(self._number))
        return Card(html, "\n".join(self.__dict__["_source"] or ()), self.machine_date)

    @property
    def stored(self) -> dict[str, Any]:
        """The stored values by their names, before anything is made of them."""
        if not self.is_taken:
            self.take(self._site.read_fields(self._number))
        values = self.__dict__
        return {**values, **{key: values["_" + key] for key in _MAKERS}}

    def __str__(self) -> str:
        return str(self.source_path)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Article) and other._number == self._number

    def __hash__(self) -> int:
        return hash(self._number)

    def __lt__(self, other: Article) -> bool:
        return bool(self.slug < other.slug)

    @property
    def content(self) -> str:
        """The sanitised body, its links as the page being written needs them."""
        return self._site.read_body(self)

    @property
    def translations(self) -> list[Article]:
        """Other languages of a text: themes of Pelican ask for them, and here each is an article of its own."""
        return []

    @property
    def related(self) -> list[Related]:
        """Earlier articles about the same, on the article's own page."""
        return self._site.find_related(self._number)

    @property
    def neighbours(self) -> dict[str, dict[str, Article | None]]:
        """The newer and the older article, of `all` and of the same `source`."""
        return self._site.find_neighbours(self)

    @property
    def summary(self) -> str:
        """The dek or the first words."""
        return Markup(article.summary({"dek": self.dek, "excerpt": self.excerpt}))


class Moment(datetime):
    """A date as Pelican's are: `strftime` by its own rules."""

    def strftime(self, form: str, safe: bool = True) -> str:
        """Return the date in a form; with `safe` as Pelican's SafeDatetime does."""
        if not safe or _NUMBERS.fullmatch(form):
            return super().strftime(form)
        from pelican.utils import strftime

        return str(strftime(datetime.combine(self.date(), self.timetz()), form))


def _make_date_maker(name: str) -> Callable[[Article], datetime]:
    def make_date(article: Article) -> datetime:
        text = article.__dict__["_" + name]
        if not text:
            raise AttributeError(name)
        return Moment.fromisoformat(text)

    return make_date


def _make_local_date_maker(name: str) -> Callable[[Article], str]:
    def make_local_date(article: Article) -> str:
        date = getattr(article, name)
        if date.year == datetime.max.year:
            raise AttributeError(name)  # a draft without a date: Pelican's shows none
        return str(date.strftime(article._site.find_date_format(article.lang)))

    return make_local_date


def _make_term_maker(kind: str) -> Callable[[Article], Term | None]:
    def make_term(article: Article) -> Term | None:
        pair = article.__dict__[f"_{kind}"]
        return article._site.get_term(kind, *pair) if pair else None

    return make_term


def _make_terms_maker(kind: str) -> Callable[[Article], list[Term]]:
    return lambda article: [article._site.get_term(kind, *pair) for pair in article.__dict__[f"_{kind}s"] or ()]


def _find_author(article: Article) -> Term:
    if not article.authors:
        raise AttributeError("author")
    return article.authors[0]  # type: ignore[no-any-return]


def _get_settings(article: Article) -> SiteSettings:
    return article._site.settings


_MAKERS: dict[str, Callable[[Article], Any]] = {
    "date": _make_date_maker("date"), "modified": _make_date_maker("modified"),
    "locale_date": _make_local_date_maker("date"), "locale_modified": _make_local_date_maker("modified"),
    "category": _make_term_maker("category"), "source": _make_term_maker("source"), "tags": _make_terms_maker("tag"), "authors": _make_terms_maker("author"),
    "author": _find_author, "citations": lambda article: article._site.make_citations(article), "repairs": lambda article: article.__dict__["_repairs"] or [],
    "in_default_lang": lambda article: article.lang == _get_settings(article).default_lang.lower(),
    "settings": lambda article: _get_settings(article).raw, "metadata": lambda article: article.__dict__,
    "relative_source_path": lambda article: article.path,
    "relative_dir": lambda article: str(PurePosixPath(article.path).parent),
    "source_path": lambda article: f"{_get_settings(article).content}/{article.path}",
    "timezone": lambda article: article.date.tzinfo,
    "date_format": lambda article: article._site.find_date_format(article.lang),
}  # fmt: skip


class Members:
    """The articles of a list, newest first, as templates go through them; what they read of it is recorded."""

    def __init__(self, site: SiteAnswers, key: str, *, oldest_first: bool = False) -> None:
        self._site, self._key, self._reversed = site, key, oldest_first

    def __len__(self) -> int:
        self._site.record_list_read("count", self._key)
        return self._site.count_articles(self._key)

    def __bool__(self) -> bool:
        self._site.record_list_read("any", self._key)
        return self._site.count_articles(self._key) > 0

    def __iter__(self) -> Iterator[Article]:
        self._site.record_list_read("list", self._key)
        return iter(self._site.read_members(self._key, oldest_first=self._reversed))

    def __getitem__(self, at: int | slice) -> Any:
        first, end = (at.start or 0, at.stop) if isinstance(at, slice) else (at, at + 1)
        step = at.step if isinstance(at, slice) else None
        if self._reversed or first < 0 or end is None or end < 0 or step not in (None, 1):
            return list(self)[at]
        self._site.record_list_read("range", self._key, first, end)
        articles = self._site.read_members(self._key, first=first, end=end)
        return articles if isinstance(at, slice) else articles[0]

    def __add__(self, other: Any) -> list[Article]:
        return [*self, *other]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Members) and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: Any) -> bool:
        return False  # after equal terms, in sorted pairs
