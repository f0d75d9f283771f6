"""Which pages a list of articles gives, what is on each, and what templates ask of one.

A page once full never changes: pages are numbered from the oldest article on, and the newest page, which holds between
one and two pagefuls, stands at the list's plain address. One new article touches one page.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from pressroom.core.settings import SiteSettings
from pressroom.templates.models import Article, Members


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list."""

    number: int
    """It counts from 1; the plain address has the highest."""
    last: int
    """It is the number of pages."""
    first: int
    """Its articles begin here in the list, newest first."""
    end: int
    url: str
    save_as: str
    newer: str
    """It is the address of the page with newer articles, "" for none."""
    older: str
    full: bool
    """It will not change with newer articles, so what counts the whole list has no place on it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How lists are cut: the site's settings of pagination."""

    per_page: int
    """With 0 everything stands on one page."""
    patterns: tuple[tuple[int, str, str], ...]
    """As Pelican's PAGINATION_PATTERNS they tell from which page on, address and file."""


def find_layout(settings: SiteSettings, template: str) -> Layout | None:
    """Return how lists of a template are cut, None where the setting does not cut them."""
    if template not in settings.paginated_templates:
        return None
    per_page = settings.paginated_templates[template] or settings.default_pagination or 0
    patterns = tuple((rule[0], rule[1], rule[2]) for rule in settings.pagination_patterns)
    return Layout(int(per_page), patterns)


def list_pages(count: int, url: str, save_as: str, layout: Layout) -> list[ListPage]:
    """Return the pages of a list of `count` articles.

    >>> rules = ((1, "{url}", "{save_as}"), (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"))
    >>> [(s.number, s.first, s.end, s.url, s.newer, s.older) for s in list_pages(
    ...     7, "tag/a/", "tag/a/index.html", Layout(2, rules))]
    [(1, 5, 7, 'tag/a/page/1/', 'tag/a/page/2/', ''), (2, 3, 5, 'tag/a/page/2/', 'tag/a/', 'tag/a/page/1/'), \
(3, 0, 3, 'tag/a/', '', 'tag/a/page/2/')]
    """
    size = layout.per_page or max(count, 1)
    full = max(0, count // size - 1)
    places = [*(_find_place(number, url, save_as, layout) for number in range(1, full + 1)), (url, save_as)]
    pages = []
    for at, (address, file) in enumerate(places):
        first, end = (0, count - full * size) if at == full else (count - (at + 1) * size, count - at * size)
        newer = places[at + 1][0] if at < full else ""
        older = places[at - 1][0] if at else ""
        pages.append(ListPage(at + 1, full + 1, first, end, address, file, newer, older, at < full))
    return pages


def _find_place(number: int, url: str, save_as: str, layout: Layout) -> tuple[str, str]:
    """Return address and file of a numbered page by the last rule: it never shares the plain address."""
    rules = [rule for rule in layout.patterns if rule[0] != -1]  # that of Pelican's last page
    if not rules:
        return "", ""
    name, extension = os.path.splitext(save_as)
    folder, file = os.path.split(save_as)
    values = {
        "save_as": save_as, "url": url, "name": name, "extension": extension, "number": number,
        "base_name": folder if file in ("index.htm", "index.html") else name,
    }  # fmt: skip
    return rules[-1][1].format(**values).removeprefix("/"), rules[-1][2].format(**values).removeprefix("/")


class Page:
    """A page of a list, with the attributes of Pelican's paginator's pages."""

    def __init__(
        self,
        list_page: ListPage,
        object_list: list[Article],
        make_members: Callable[[], Members],
        layout: Layout,
        place: tuple[str, str],
    ) -> None:
        self.object_list, self.number = object_list, list_page.number
        self.url, self.save_as = list_page.url, list_page.save_as
        self.newer, self.older, self.full, self._last = list_page.newer, list_page.older, list_page.full, list_page.last
        self.paginator = Paginator(list_page, make_members, layout, place)

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


class Paginator:
    """What a page tells of the whole: how many pages and articles there are, and the other pages."""

    def __init__(
        self, list_page: ListPage, make_members: Callable[[], Members], layout: Layout, place: tuple[str, str]
    ) -> None:
        self.per_page = layout.per_page or max(1, list_page.end - list_page.first)
        self._last, self._make_members, self._layout, self._place = list_page.last, make_members, layout, place

    @property
    def num_pages(self) -> int:
        """The whole list has so many pages."""
        return self._last or len(list_pages(len(self._make_members()), *self._place, self._layout))

    @property
    def page_range(self) -> list[int]:
        """These are the numbers of its pages."""
        return list(range(1, self.num_pages + 1))

    @property
    def count(self) -> int:
        """The whole list has so many articles."""
        return len(self._make_members())

    def page(self, number: int) -> Page:
        """Return a page by its number."""
        members = self._make_members()
        list_page = list_pages(len(members), *self._place, self._layout)[number - 1]
        return Page(list_page, members[list_page.first : list_page.end], self._make_members, self._layout, self._place)


class PageLink:
    """The page before or after: its address and number."""

    def __init__(self, url: str, number: int) -> None:
        self.url, self.number = url, number
