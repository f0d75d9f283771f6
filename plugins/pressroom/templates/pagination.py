"""Which listing pages a list of articles gives, and what is on each. Pure.

A page once full never changes: pages are numbered from the oldest article on, and the newest page, which holds between
one and two pagefuls, stands at the list's plain address. One new article touches one page.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from pressroom.core.settings import SiteSettings


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list."""

    number: int
    """From 1; the plain address has the highest."""
    last: int
    """The number of pages."""
    first: int
    """Where its articles begin in the list, newest first."""
    end: int
    url: str
    save_as: str
    newer: str
    """Address of the page with newer articles, "" for none."""
    older: str
    full: bool
    """It will not change with newer articles, so what counts the whole list has no place on it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How lists are cut: the site's settings of pagination."""

    per_page: int
    """0: everything on one page."""
    patterns: tuple[tuple[int, str, str], ...]
    """Pelican's PAGINATION_PATTERNS: from which page on, address, file."""


def layout(settings: SiteSettings, template: str) -> Layout | None:
    """Return how lists of a template are cut, None where the setting does not cut them."""
    if template not in settings.paginated_templates:
        return None
    per_page = settings.paginated_templates[template] or settings.default_pagination or 0
    patterns = tuple((rule[0], rule[1], rule[2]) for rule in settings.pagination_patterns)
    return Layout(int(per_page), patterns)


def sheets(count: int, url: str, save_as: str, how: Layout) -> list[Sheet]:
    """Return the pages of a list of `count` articles.

    >>> rules = ((1, "{url}", "{save_as}"), (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"))
    >>> [(s.number, s.first, s.end, s.url, s.newer, s.older) for s in sheets(
    ...     7, "tag/a/", "tag/a/index.html", Layout(2, rules))]
    [(1, 5, 7, 'tag/a/page/1/', 'tag/a/page/2/', ''), (2, 3, 5, 'tag/a/page/2/', 'tag/a/', 'tag/a/page/1/'), \
(3, 0, 3, 'tag/a/', '', 'tag/a/page/2/')]
    """
    size = how.per_page or max(count, 1)
    full = max(0, count // size - 1)
    places = [*(_place(number, url, save_as, how) for number in range(1, full + 1)), (url, save_as)]
    found = []
    for at, (address, file) in enumerate(places):
        first, end = (0, count - full * size) if at == full else (count - (at + 1) * size, count - at * size)
        newer = places[at + 1][0] if at < full else ""
        older = places[at - 1][0] if at else ""
        found.append(Sheet(at + 1, full + 1, first, end, address, file, newer, older, at < full))
    return found


def _place(number: int, url: str, save_as: str, how: Layout) -> tuple[str, str]:
    """Return address and file of a numbered page by the last rule: it never shares the plain address."""
    rules = [rule for rule in how.patterns if rule[0] != -1]  # that of Pelican's last page
    if not rules:
        return "", ""
    name, extension = os.path.splitext(save_as)
    folder, file = os.path.split(save_as)
    values = {
        "save_as": save_as, "url": url, "name": name, "extension": extension, "number": number,
        "base_name": folder if file in ("index.htm", "index.html") else name,
    }  # fmt: skip
    return rules[-1][1].format(**values).removeprefix("/"), rules[-1][2].format(**values).removeprefix("/")
