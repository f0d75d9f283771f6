"""What templates see: articles, terms, periods and pages with the attributes of Pelican's own objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property, total_ordering
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from pressroom.content import article
from pressroom.core.settings import SiteSettings
from pressroom.templates.pagination import Layout, Sheet, sheets

if TYPE_CHECKING:
    from pressroom.state.similarity import Related
    from pressroom.templates.site_context import Site

_NUMBERS = re.compile(r"(?:[ -$&-~]|%[YmdHMS])*")
"""Forms of dates that are the same in every language, and need nothing of Pelican."""


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
    """How lists show it, "" where that is not known."""
    source: str
    """Name and slug, a line each, "" where it has none."""
    day: str
    """Its date as a machine reads it."""


NO_CARD = Card("", "", "")


class Article:
    """An article or page. Its stored values are attributes; what costs more is made when a template asks for it."""

    _site: Site
    _number: int

    def __init__(self, site: Site, number: int) -> None:
        self._site, self._number = site, number
        self.stored_neighbour = ""

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__
        if "path" not in values:
            self.take(self._site.fields(self._number))
            if name in values:
                return values[name]
        maker = _MADE.get(name)
        if maker is None:
            raise AttributeError(name)
        value = values[name] = maker(self)
        return value

    @cached_property
    def stored_card(self) -> str:
        """How lists show the article, "" where it is not known."""
        return self._site.card(self._number)

    @property
    def is_taken(self) -> bool:
        """Whether the stored values are at hand."""
        return "path" in self.__dict__

    def take(self, stored: dict[str, Any]) -> None:
        """Take the stored values over as attributes."""
        for key in _MADE:
            stored["_" + key] = stored.pop(key, None)
        self.__dict__.update(stored)

    def take_card(self, card: Card) -> None:
        """Take over what lists show, and by what they group; what is at hand stays."""
        values = self.__dict__
        values["stored_card"] = card.html
        if card.html and not self.is_taken:
            name, _, slug = card.source.rpartition("\n")
            values["source"] = self._site.term("source", name, slug) if slug else None
            values["machine_date"] = card.day

    def carded(self, html: str) -> Card:
        """Return what `take_card` takes."""
        if not self.is_taken:
            self.take(self._site.fields(self._number))
        return Card(html, "\n".join(self.__dict__["_source"] or ()), self.machine_date)

    @property
    def stored(self) -> dict[str, Any]:
        """The stored values by their names, before anything is made of them."""
        if not self.is_taken:
            self.take(self._site.fields(self._number))
        values = self.__dict__
        return {**values, **{key: values["_" + key] for key in _MADE}}

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
        return self._site.body(self)

    @property
    def translations(self) -> list[Article]:
        """Other languages of a text: themes of Pelican ask for them, and here each is an article of its own."""
        return []

    @property
    def related(self) -> list[Related]:
        """Earlier articles about the same, on the article's own page."""
        return self._site.related if self._site.own == f"record:{self._number}" else []

    @property
    def neighbours(self) -> dict[str, dict[str, Article | None]]:
        """The newer and the older article, of `all` and of the same `source`."""
        return self._site.neighbours(self)

    @property
    def summary(self) -> str:
        """The dek or the first words."""
        return Markup(article.make_summary(self.dek, self.excerpt))


class Moment(datetime):
    """A date as Pelican's are: `strftime` by its own rules."""

    def strftime(self, form: str, safe: bool = True) -> str:
        """Return the date in a form; with `safe` as Pelican's SafeDatetime does."""
        if not safe or _NUMBERS.fullmatch(form):
            return super().strftime(form)
        from pelican.utils import strftime

        return str(strftime(datetime.combine(self.date(), self.timetz()), form))


def _date(name: str) -> Callable[[Article], datetime]:
    def made(article: Article) -> datetime:
        text = article.__dict__["_" + name]
        if not text:
            raise AttributeError(name)
        return Moment.fromisoformat(text)

    return made


def _local(name: str) -> Callable[[Article], str]:
    def made(article: Article) -> str:
        date = getattr(article, name)
        if date.year == datetime.max.year:
            raise AttributeError(name)  # a draft without a date: Pelican's shows none
        return str(date.strftime(article._site.date_format(article.lang)))

    return made


def _term(kind: str) -> Callable[[Article], Term | None]:
    return lambda article: article._site.term(kind, *found) if (found := article.__dict__["_" + kind]) else None


def _terms(kind: str) -> Callable[[Article], list[Term]]:
    return lambda article: [article._site.term(kind, *pair) for pair in article.__dict__[f"_{kind}s"] or ()]


def _author(article: Article) -> Term:
    if not article.authors:
        raise AttributeError("author")
    return article.authors[0]  # type: ignore[no-any-return]


def _settings(article: Article) -> SiteSettings:
    return article._site.settings


_MADE: dict[str, Callable[[Article], Any]] = {
    "date": _date("date"), "modified": _date("modified"),
    "locale_date": _local("date"), "locale_modified": _local("modified"),
    "category": _term("category"), "source": _term("source"), "tags": _terms("tag"), "authors": _terms("author"),
    "author": _author, "citations": lambda article: article._site.citations(article), "repairs": lambda article: article.__dict__["_repairs"] or [],
    "in_default_lang": lambda article: article.lang == _settings(article).default_lang.lower(),
    "settings": lambda article: _settings(article).raw, "metadata": lambda article: article.__dict__,
    "relative_source_path": lambda article: article.path,
    "relative_dir": lambda article: str(PurePosixPath(article.path).parent),
    "source_path": lambda article: f"{_settings(article).content}/{article.path}",
    "timezone": lambda article: article.date.tzinfo,
    "date_format": lambda article: article._site.date_format(article.lang),
}  # fmt: skip


class Members:
    """The articles of a list, newest first, as templates go through them; what they read of it is recorded."""

    def __init__(self, site: Site, key: str, *, oldest_first: bool = False) -> None:
        self._site, self._key, self._reversed = site, key, oldest_first

    def __len__(self) -> int:
        self._site.read("count", self._key)
        return self._site.count(self._key)

    def __bool__(self) -> bool:
        self._site.read("any", self._key)
        return self._site.count(self._key) > 0

    def __iter__(self) -> Iterator[Article]:
        self._site.read("list", self._key)
        return iter(self._site.members(self._key, oldest_first=self._reversed))

    def __getitem__(self, at: int | slice) -> Any:
        first, end = (at.start or 0, at.stop) if isinstance(at, slice) else (at, at + 1)
        step = at.step if isinstance(at, slice) else None
        if self._reversed or first < 0 or end is None or end < 0 or step not in (None, 1):
            return list(self)[at]
        self._site.read("range", self._key, first, end)
        found = self._site.members(self._key, first=first, end=end)
        return found if isinstance(at, slice) else found[0]

    def __add__(self, other: Any) -> list[Article]:
        return [*self, *other]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Members) and other._key == self._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __lt__(self, other: Any) -> bool:
        return False  # after equal terms, in sorted pairs


class Leaf:
    """A page of a list, with the attributes of Pelican's paginator's pages."""

    def __init__(
        self,
        sheet: Sheet,
        object_list: list[Article],
        whole: Callable[[], Members],
        how: Layout,
        place: tuple[str, str],
    ) -> None:
        self.object_list, self.number = object_list, sheet.number
        self.url, self.save_as = sheet.url, sheet.save_as
        self.newer, self.older, self.full, self._last = sheet.newer, sheet.older, sheet.full, sheet.last
        self.paginator = Pager(sheet, whole, how, place)

    def has_other_pages(self) -> bool:
        """Tell whether the list has more than this page."""
        return bool(self.newer or self.older)

    def has_previous(self) -> bool:
        """Tell whether there is a page of newer articles."""
        return bool(self.newer)

    def has_next(self) -> bool:
        """Tell whether there is a page of older articles."""
        return bool(self.older)

    def previous_page_number(self) -> int:
        """Return the number of the page before, whether or not it is there."""
        return self.number - 1

    def next_page_number(self) -> int:
        """Return the number of the page after, whether or not it is there."""
        return self.number + 1

    def start_index(self) -> int:
        """Return the place of the first article in the whole list, from 1."""
        return self.paginator.per_page * (self.number - 1) + 1 if self.object_list else 0

    def end_index(self) -> int:
        """Return the place of the last article in the whole list."""
        return self.start_index() + len(self.object_list) - 1 if self.object_list else 0


class Pager:
    """What a page tells of the whole: how many pages and articles there are, and the other pages."""

    def __init__(self, sheet: Sheet, whole: Callable[[], Members], how: Layout, place: tuple[str, str]) -> None:
        self.per_page = how.per_page or max(1, sheet.end - sheet.first)
        self._last, self._whole, self._how, self._place = sheet.last, whole, how, place

    @property
    def num_pages(self) -> int:
        """Pages of the whole list."""
        return self._last or len(sheets(len(self._whole()), *self._place, self._how))

    @property
    def page_range(self) -> list[int]:
        """Their numbers."""
        return list(range(1, self.num_pages + 1))

    @property
    def count(self) -> int:
        """Articles in the whole list."""
        return len(self._whole())

    def page(self, number: int) -> Leaf:
        """Return a page by its number."""
        members = self._whole()
        sheet = sheets(len(members), *self._place, self._how)[number - 1]
        return Leaf(sheet, members[sheet.first : sheet.end], self._whole, self._how, self._place)


class Neighbour:
    """The page before or after: its address and number."""

    def __init__(self, url: str, number: int) -> None:
        self.url, self.number = url, number
