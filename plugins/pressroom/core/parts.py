"""The parts of the archive: each article stands in the files of its month, of its year where no more is known, or of no date."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

UNDATED = "undated"


def name_part(fields: Mapping[str, Any]) -> str:
    """Return the part in whose files an article stands: a month, a year or `undated`.

    >>> name_part({"machine_date": "2024-06-20"}), name_part({"machine_date": "2024"}), name_part({"machine_date": ""})
    ('2024-06', '2024', 'undated')
    """
    return str(fields["machine_date"][:7] or UNDATED)


def find_part(lists: Iterable[str]) -> str:
    """Return the part in whose files an article of these lists stands, "" for none.

    >>> find_part(["all", "year:2024", "month:2024-06"]), find_part(["all", "year:2024", "tag:a"]), find_part(["withdrawn"])
    ('2024-06', '2024', '')
    """
    slugs = dict(name.partition(":")[::2] for name in reversed([*lists]) if name)
    return slugs.get("month") or slugs.get("year") or (UNDATED if UNDATED in slugs else "")


def list_part(name: str) -> str:
    """Return the list that has the articles of a part, and in a year others of which the month is known.

    >>> list_part("2024-06"), list_part("2024"), list_part("undated")
    ('month:2024-06', 'year:2024', 'undated')
    """
    return name if name == UNDATED else f"{'month' if '-' in name else 'year'}:{name}"


def limit_to_part(key: str, table: str = "member") -> str:
    """Return what a question about the articles of a list must add to leave those of the part.

    >>> limit_to_part("year:2024", "m"), limit_to_part("month:2024-06")
    ('AND m.day = 0', '')
    """
    return f"AND {table}.day = 0" if key.startswith("year:") else ""


def sort_parts(names: Iterable[str]) -> Iterator[str]:
    """Yield parts newest first, what is undated last."""
    ordered = sorted(names)
    yield from (name for name in reversed(ordered) if name != UNDATED)
    yield from (name for name in ordered if name == UNDATED)


def follow_parts(names: Iterable[str]) -> dict[str, str]:
    """Return parts newest first, each with the next one, "" after the last.

    >>> follow_parts(["undated", "2023", "2024-01"])
    {'2024-01': '2023', '2023': 'undated', 'undated': ''}
    """
    ordered = [*sort_parts(names)]
    return dict(itertools.zip_longest(ordered, ordered[1:], fillvalue=""))
