"""What lists are called: `all`, `undated`, `tag:sea`, `month:2024-06`; and what else pages are planned for."""

from __future__ import annotations

KINDS = ("tag", "category", "author", "source")
"""Kinds of lists that a term has."""
PERIODS = ("year", "month", "day")
RECORD = "record:"
"""Begins the key of an article's or page's own page; its number follows."""
STATIC = "static"
"""The key of the static files."""
SITE = "site"
"""The key of what is about the whole site."""
_FORMS = ("%04d", "%04d-%02d", "%04d-%02d-%02d")


def make_period_key(numbers: tuple[int, ...]) -> str:
    """Return the key of a year, a month or a day by its numbers.

    >>> make_period_key((2024,)), make_period_key((2024, 6))
    ('year:2024', 'month:2024-06')
    """
    place = len(numbers) - 1
    return f"{PERIODS[place]}:{_FORMS[place] % numbers}"


def make_record_key(number: int) -> str:
    """Return the key of an article's or page's own page by its number in the state.

    >>> make_record_key(7)
    'record:7'
    """
    return f"{RECORD}{number}"
