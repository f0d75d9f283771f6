"""The variables that every template has, those of Pelican's generators and ours; what costs is made when one is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jinja2.runtime import Context, Macro
from jinja2.utils import internalcode, missing

from pressroom.core.i18n import Words
from pressroom.core.keys import PERIODS
from pressroom.outputs import dataset
from pressroom.templates import calendars
from pressroom.templates.models import Members
from pressroom.templates.site_context import Site


class Deferred:
    """A site-wide value that is made, and recorded, when a template reads its name."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


class SiteContext(Context):
    """Jinja's context, with values that are made when they are read, and shorter ways for what every page does often."""

    def resolve_or_missing(self, key: str) -> Any:
        """Return a variable."""
        if key in self.vars:
            value = self.vars[key]
        elif key in self.parent:
            value = self.parent[key]
        else:
            return missing
        return value.make() if value.__class__ is Deferred else value

    @internalcode
    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls."""
        kind = called.__class__
        if kind is not Macro and kind is not Words:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return called(self.eval_ctx, *args, **kwargs) if kind is Macro else called(*args, **kwargs)


class PeriodArchives:
    """`period_archives`: years, months and days, each read when a template asks for it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __getitem__(self, kind: str) -> list[dict[str, Any]]:
        if kind not in PERIODS:
            raise KeyError(kind)
        return self._site.list_periods(kind)

    year = property(lambda self: self["year"])
    month = property(lambda self: self["month"])
    day = property(lambda self: self["day"])

    def items(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """Yield each kind with its periods."""
        return ((kind, self[kind]) for kind in PERIODS)


def make_variables(site: Site) -> dict[str, Any]:
    """Return the variables that Pelican's generators and ours give every template."""
    newest = site.settings.newest_first_archives
    return {
        "articles": Deferred(lambda: Members(site, "all")),
        "dates": Deferred(lambda: Members(site, "all", oldest_first=not newest)),
        "drafts": Deferred(lambda: site.list_unlisted("article", "draft")),
        "hidden_articles": Deferred(lambda: site.list_unlisted("article", "hidden")),
        "pages": Deferred(lambda: site.list_unlisted("page", "published")),
        "hidden_pages": Deferred(lambda: site.list_unlisted("page", "hidden")),
        "draft_pages": Deferred(lambda: site.list_unlisted("page", "draft")),
        "tags": Deferred(lambda: site.list_terms("tag")),
        "categories": Deferred(lambda: site.list_terms("category")),
        "authors": Deferred(lambda: site.list_terms("author")),
        "SOURCES": Deferred(lambda: site.list_terms("source")),
        "period_archives": Deferred(lambda: PeriodArchives(site)),
        "YEARS": Deferred(site.list_years),
        "UNDATED": Deferred(lambda: Members(site, "undated")),
        "DOWNLOADS": Deferred(site.list_downloads),
        "COLUMNS": dataset.COLUMNS,
        "COUNT": Deferred(lambda: len(Members(site, "all"))),
        "ON_DAYS": Deferred(site.pack_days_of_the_year),
        "DAYS_OF_THE_YEAR": Deferred(site.list_days_of_the_year),
        "CALENDAR": Deferred(site.make_grid),
        "STATISTICS": Deferred(site.read_statistics),
        "calendar_of": site.make_calendar, "beside": site.find_periods_beside, "statistics_of": site.read_source_statistics,
        "weekdays": calendars.list_weekdays, "period_url": site.find_url_by_numbers,
        "HAS_DATED": Deferred(lambda: site.has_flag("dated")),
        "HAS_SAMPLES": Deferred(lambda: site.has_flag("samples")),
        "HAS_UNDATED": Deferred(lambda: site.has_flag("undated")),
        "HAS_SOURCES": Deferred(lambda: site.has_flag("sources")),
        "largest": site.list_largest, "related_posts": [],
    }  # fmt: skip


COUNTED = (
    "COUNT", "YEARS", "UNDATED", "SOURCES", "CALENDAR", "HAS_DATED", "HAS_UNDATED", "HAS_SOURCES", "calendar_of", "beside", "weekdays",
    "period_url", "largest",
)  # fmt: skip
"""Pelican's own path gives templates these of the variables too: they need no more than which lists there are."""
