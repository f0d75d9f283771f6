"""The pages that templates of the theme make, as planning describes them to rendering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pressroom import outputs
from pressroom.core import keys
from pressroom.core.page import PageSpec, load, name_kinds
from pressroom.templates.pagination import ListPage


class ArticlePage(NamedTuple):
    """The page of an article or of a page."""

    path: str
    id: int
    links: str
    """What its links lead to, as `links.state_of` tells."""
    beside: dict[str, list[int | None]]
    """The newer and the older article, of `all` and of its `source`."""
    related: list[list[Any]]
    """The values of `similarity.Related` of each that is related."""


class RemovedPage(NamedTuple):
    """What was removed from the articles of a month."""

    path: str
    slug: str
    url: str
    ids: list[int]


class ListingPage(NamedTuple):
    """A page of a list: of a term, a period, a day of the year, or of what is undated."""

    path: str
    kind: str
    slug: str
    name: str
    has_feed: bool
    url: str
    """Address of the list, which is that of its newest page."""
    beside: tuple[str, str, bool] | None = None
    """The next period and the last one, and whether a day has a page of its day of the year; None where none are told."""
    save_as: str = ""
    """File of the list, where it is cut into pages."""
    sheet: ListPage | None = None
    """Which page this is, None where the list is not cut."""
    ids: tuple[int, ...] = ()
    """The articles on this page, newest first, where the list is cut."""

    @property
    def template_name(self) -> str:
        """What Pelican calls the page's template, whatever the theme has for it."""
        return name_template(self.kind)


class DirectPage(NamedTuple):
    """A page of DIRECT_TEMPLATES, or another one of the whole site that a template of its own makes."""

    path: str
    name: str
    """Of the template."""
    url: str
    page_name: str
    save_as: str = ""
    sheet: ListPage | None = None
    ids: tuple[int, ...] = ()


def collect_kinds() -> dict[str, type[Any]]:
    """Return the classes of all pages by name, those of outputs too."""
    return {**outputs.collect_kinds(), **name_kinds((ArticlePage, RemovedPage, ListingPage, DirectPage))}


def name_template(kind: str) -> str:
    """Return the name of the template for a kind of list."""
    return "period_archives" if kind in keys.PERIODS else kind


def load_page(path: str, text: str, kinds: Mapping[str, type[Any]]) -> PageSpec:
    """Return a page or file of the table `page`; `kinds` is of `collect_kinds`."""
    page = load(path, text, kinds)
    if isinstance(page, ListingPage | DirectPage) and page.sheet is not None:
        return page._replace(sheet=ListPage(*page.sheet))  # type: ignore[misc]
    return page


def is_full(page: PageSpec) -> bool:
    """Tell a page of a list that will not change with newer articles."""
    return isinstance(page, ListingPage | DirectPage) and page.sheet is not None and page.sheet.full
