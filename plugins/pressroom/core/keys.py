"""Keys name lists, as `all`, `undated`, `tag:sea`, `month:2024-06`, and what else pages are planned for."""

from __future__ import annotations

from collections.abc import Iterable

KINDS = ("tag", "category", "author", "source")
"""Kinds of lists that a term has."""
PERIODS = ("year", "month", "day")
RECORD = "record:"
"""Begins the key of an article's or page's own page; its number follows."""
ALL = "all"
"""The list of all published articles."""
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


def make_key(kind: str, slug: str) -> str:
    """Return a key of a kind: of a list, or of what a body links to.

    >>> make_key("tag", "sea")
    'tag:sea'
    """
    return f"{kind}:{slug}"


def split_key(key: str) -> tuple[str, str]:
    """Return kind and slug of a key; a list that has no others of its kind has no slug.

    >>> split_key("month:2024-06"), split_key("all"), split_key("url:a.example/b:c")
    (('month', '2024-06'), ('all', ''), ('url', 'a.example/b:c'))
    """
    kind, _, slug = key.partition(":")
    return kind, slug


def join_keys(keys: Iterable[str]) -> str:
    """Return keys as a column of the state holds them, a line each."""
    return "\n".join(keys)


def split_keys(column: str) -> list[str]:
    """Return the keys that `join_keys` put into a column.

    >>> split_keys(join_keys(["all", "tag:sea"])), split_keys("")
    (['all', 'tag:sea'], [])
    """
    return column.split("\n") if column else []
