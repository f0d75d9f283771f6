"""Headers say dates in many ways: this module tells how well one is known, and which moment it is. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from pressroom.contract import NO_DATE, PRECISIONS
from pressroom.core.settings import SiteSettings

_PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:[+-]\d{2}:\d{2})?)?")
"""These dates need no parser of all forms, which takes longer than the article's Markdown."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]|\Z)")
_VAGUE_DATE = re.compile(r"\d{4}(?:-\d{2})?")


def parse_moment(value: str) -> datetime:
    """Return a date as Pelican reads it. Raises ValueError.

    >>> parse_moment("2024-06-20 10:15").isoformat(), parse_moment("20 June 2024").isoformat()
    ('2024-06-20T10:15:00', '2024-06-20T00:00:00')
    """
    if _PLAIN_DATE.fullmatch(value) and value[0] != "0":
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    from dateutil import parser  # most dates are plain, and it takes as long to import as a page to render

    default = datetime(2000, 1, 1)
    try:
        date = parser.parse(value.replace("_", " "), default=default)
    except (OverflowError, ValueError, TypeError) as error:
        raise ValueError(value) from error
    if date.tzinfo is not None:
        date.utcoffset()
    if date.year < 1000:  # addresses and lists have years of four digits
        raise ValueError(value)
    return date


def parse_timestamp(value: str) -> str:
    """Return a time as ISO 8601 writes it, as it stands where it is written so. Raises ValueError.

    >>> parse_timestamp("2024-06-20T10:15:00+02:00"), parse_timestamp("20 June 2024 10:15"), parse_timestamp("")
    ('2024-06-20T10:15:00+02:00', '2024-06-20T10:15:00', '')
    """
    if not value:
        return ""
    if _ISO.match(value) and value[0] != "0":
        with suppress(ValueError):
            datetime.fromisoformat(value)
            return value
    return parse_moment(value).isoformat()


def find_precision(header: Mapping[str, str]) -> str:
    """Return how well the date is known: `day`, `month`, `year` or `none`."""
    stated = header.get("date_precision", "").lower()
    if stated in PRECISIONS:
        return stated
    value = header.get("date", "")
    if not value or (value.startswith(NO_DATE[:10]) and header.get("date_from") == "none"):
        return "none"
    return {4: "year", 7: "month"}.get(len(value), "day") if _VAGUE_DATE.fullmatch(value) else "day"


def parse_date(value: str, settings: SiteSettings) -> datetime:
    """Return a date with an offset, TIMEZONE's where it does not say its own."""
    date = parse_moment(value)
    return date if date.tzinfo or not settings.timezone else date.replace(tzinfo=ZoneInfo(settings.timezone))
