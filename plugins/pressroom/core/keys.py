"""The keys of lists: `kind:slug`, as `month:2024-06`, or a kind alone, as `all`; an article's own is `record:NUMBER`. Pure."""

from __future__ import annotations

TERM_KINDS = ("tag", "category", "author", "source")
PERIOD_KINDS = ("year", "month", "day")
RECORD = "record:"
_FORMS = ("%04d", "%04d-%02d", "%04d-%02d-%02d")


def make_period_key(numbers: tuple[int, ...]) -> str:
    """Return the key of a year, a month or a day by its numbers.

    >>> make_period_key((2024,)), make_period_key((2024, 6))
    ('year:2024', 'month:2024-06')
    """
    place = len(numbers) - 1
    return f"{PERIOD_KINDS[place]}:{_FORMS[place] % numbers}"


def make_record_key(number: int) -> str:
    """Return the key of an article by its number in the state.

    >>> make_record_key(7)
    'record:7'
    """
    return f"{RECORD}{number}"
