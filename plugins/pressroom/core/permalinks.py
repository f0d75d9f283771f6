"""Addresses are made by how well a date is known. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from pressroom.core.settings import SiteSettings

_DATE_FIELD = re.compile(r"\{date:([^}]*)\}|\{date\}")
_FORMS = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y", "none": ""}
_FINE = {"year": re.compile("%[mbBdjHMS]"), "month": re.compile("%[djHMS]")}


def lower_precision(pattern: str, precision: str) -> str:
    """Return an address pattern without the parts of the date that are not known.

    >>> lower_precision("{date:%Y}/{date:%m}/{date:%d}/{slug}/", "month"), lower_precision("{date:%Y}/{slug}/", "none")
    ('{date:%Y}/{date:%m}/{slug}/', 'undated/{slug}/')
    >>> lower_precision("posts/{slug}.html", "none"), lower_precision("{date:%Y-%m-%d}-{slug}.html", "year")
    ('posts/{slug}.html', '{slug}.html')
    """
    if precision == "day":
        return pattern
    steps = pattern.split("/")
    kept = []
    for step in steps:
        fields = _DATE_FIELD.findall(step)
        fine = [f for f in fields if precision == "none" or not f or _FINE[precision].search(f)]
        if not fine:
            kept.append(step)
        elif "{slug}" in step:
            kept.append(_DATE_FIELD.sub("", step).lstrip("-_. "))
    lost = precision == "none" and _DATE_FIELD.search(pattern)
    return "/".join(["undated", *kept] if lost else kept)


def make_machine_date(date: datetime, precision: str) -> str:
    """Return a date for `datetime` attributes, no finer than it is known; "" when it is not.

    >>> make_machine_date(datetime(2024, 6, 1), "month"), make_machine_date(datetime(1970, 1, 1), "none")
    ('2024-06', '')
    """
    form = _FORMS[precision]
    return date.strftime(form) if form else ""


def place_period(kind: str, numbers: tuple[int, ...], settings: SiteSettings) -> tuple[str, str]:
    """Return address and file of a year, a month or a day.

    >>> from pressroom.core.settings import Place
    >>> place_period("month", (2024, 6), SiteSettings(places={"MONTH_ARCHIVE": Place("{date:%Y}/{date:%m}/", "x")}))
    ('2024/06/', 'x')
    """
    url, save_as = settings.place(f"{kind.upper()}_ARCHIVE")
    return _fill_date(url, numbers), _fill_date(save_as, numbers)


def place_day_of_the_year(slug: str, settings: SiteSettings) -> tuple[str, str]:
    """Return address and file of a day of the year.

    >>> from pressroom.core.settings import Place
    >>> place_day_of_the_year("06-20", SiteSettings(places={"ON": Place("on/{slug}/", "on/{slug}/index.html")}))
    ('on/06-20/', 'on/06-20/index.html')
    """
    url, save_as = settings.place("ON")
    return url.format(slug=slug).lstrip("/"), save_as.format(slug=slug).lstrip("/")


@lru_cache(maxsize=16_384)
def _fill_date(pattern: str, numbers: tuple[int, ...]) -> str:
    year, month, day = (*numbers, 1, 1)[:3]
    return pattern.format(date=datetime(year, month, day)).lstrip("/")
