"""The parts of the archive: each article stands in the files of its month, of its year where no more is known, or of no date.

All that tells parts apart is here: their names, their lists, which articles of a list they have, and their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

UNDATED = "undated"
NAMES = rf"\d{{4}}(?:-\d\d)?|{UNDATED}"
"""This regular expression has the names of all parts."""


def name_part(fields: Mapping[str, Any]) -> str:
    """Return the part in whose files an article stands: a month, a year or `undated`.

    >>> name_part({"machine_date": "2024-06-20"}), name_part({"machine_date": "2024"}), name_part({"machine_date": ""})
    ('2024-06', '2024', 'undated')
    """
    return str(fields["machine_date"][:7] or UNDATED)


def find_part(lists: str) -> str:
    r"""Return the part of an article by the keys of its lists, a line each; "" where it is in none.

    >>> find_part("all\nyear:2024\nmonth:2024-06"), find_part("all\nyear:2024\ntag:a"), find_part("withdrawn")
    ('2024-06', '2024', '')
    """
    keys = dict(name.partition(":")[::2] for name in reversed(lists.split("\n")) if name)
    return keys.get("month") or keys.get("year") or (UNDATED if UNDATED in keys else "")


def make_part_key(part: str) -> str:
    """Return the key of the list that has the articles of a part.

    >>> make_part_key("2024-06"), make_part_key("2024"), make_part_key("undated")
    ('month:2024-06', 'year:2024', 'undated')
    """
    return part if part == UNDATED else f"{'month' if '-' in part else 'year'}:{part}"


def choose_members(kind: str, slug: str, members: list[Any]) -> tuple[str, list[Any]] | None:
    """Return name and articles of the part that a list is, None where it is none.

    Articles are rows whose third value says how well the day is known. The part of a year has those of which no more
    than the year is known: its months have the others.

    >>> choose_members("year", "2024", [(1, b"", 2), (2, b"", 0)]), choose_members("year", "2023", [(3, b"", 1)])
    (('2024', [(2, b'', 0)]), None)
    """
    if kind in ("month", UNDATED):
        return slug or kind, members
    vague = [member for member in members if not member[2]] if kind == "year" else []
    return (slug, vague) if vague else None


def limit_to_part(key: str, column: str = "day") -> str:
    """Return the condition by which SQL chooses among a list's articles as `choose_members` does.

    >>> limit_to_part("year:2024"), limit_to_part("month:2024-06")
    ('AND day = 0', '')
    """
    return f"AND {column} = 0" if key.startswith("year:") else ""


def order_parts(names: Iterable[str]) -> Iterator[str]:
    """Yield parts, or paths of their files, newest first; what is undated comes last.

    >>> [*order_parts(["2023", "undated", "2024-01"])]
    ['2024-01', '2023', 'undated']
    """
    ordered = sorted(names)
    yield from (name for name in reversed(ordered) if UNDATED not in name)
    yield from (name for name in ordered if UNDATED in name)
