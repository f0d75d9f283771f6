"""This module tells which dates an article can have, and which of two that differ. It is pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from newsarchive.metadata import headline
from newsarchive.metadata.headline import BY_PEOPLE
from newsarchive.models import Fact


def search_date(tree: Any) -> list[Fact]:
    """Return the day that htmldate finds in a page: the last resort. It never takes the clock or the address.

    A first of January is what it makes of a copyright year, and is left out.
    """
    import htmldate  # 70 ms of tables, and few pages come to it

    try:
        day = htmldate.find_date(
            tree, extensive_search=False, original_date=True, outputformat="%Y-%m-%d", max_date="2100-01-01"
        )
    except (ValueError, TypeError, AttributeError):
        return []
    return [Fact("date", day, "text")] if day and not day.endswith("-01-01") else []


def is_before(fact: Fact, captured: str) -> bool:
    """Tell whether a date is not later than the capture; zones that are not stated may be a day apart."""
    if not captured or fact.origin in BY_PEOPLE:
        return True
    stated, saved = _read_moment(fact.value), _read_moment(captured)
    if stated is None or saved is None:
        return True
    if stated.tzinfo and saved.tzinfo:
        return stated <= saved + timedelta(minutes=5)
    return stated.date() <= saved.date() + timedelta(days=1)


def find_shown_day(facts: list[Fact], declared: Fact) -> Fact | None:
    """Return the day that a page shows under its headline or in its address, where what it declares is a later one.

    A guide declares anew when it is published again; a declared moment in UTC may be the next day. Newspapers declare
    what they mean. On the development pages the shown day was right 14 times, the declared one twice.
    """
    if declared.origin not in ("json-ld", "meta") or headline.name_table(facts) == "title-news":
        return None
    updates = {fact.value[:10] for fact in facts if fact.key == "modified"}
    for origins in (("text",), ("time", "microdata"), ("url",)):
        first = next((fact for fact in facts if fact.key == "date" and fact.origin in origins), None)
        if first and first.value[:10] < declared.value[:10]:
            return first if first.value[:10] not in updates else None
        if first and origins != ("url",):
            return None
    return None


def is_after(modified: Fact, published: Fact | None) -> bool:
    if published is None or modified.origin in BY_PEOPLE:
        return True
    later, first = _read_moment(modified.value), _read_moment(published.value)
    if later is None or first is None:
        return True
    return later >= first if bool(later.tzinfo) == bool(first.tzinfo) else later.date() >= first.date()


def _read_moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
