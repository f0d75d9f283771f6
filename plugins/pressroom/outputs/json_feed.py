"""The whole archive as a JSON Feed: a file for the newest articles, and from it on to older ones, part by part.

Parts are the months, years and the undated, as those of the downloads. Files of a part never shift: the newest of its
articles stand in a file that bears its name, older ones in numbered files that are full. So an article that is added or
edited, however old, makes no more files anew than those of its part and the first.
"""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import TypeVar

from pressroom.outputs import atom, dataset

T = TypeVar("T")
FIRST = "feeds/all.json"
_NEWEST = re.compile(r"feeds/all-(\d{4}(?:-\d\d)?|undated)\.json")


def follow(names: Iterable[str]) -> dict[str, str]:
    """Return parts newest first, each with the next one, "" after the last.

    >>> follow(["undated", "2023", "2024-01"])
    {'2024-01': '2023', '2023': 'undated', 'undated': ''}
    """
    found = [*dataset.order(names)]
    return dict(itertools.zip_longest(found, found[1:], fillvalue=""))


def files(name: str, members: list[T], older: str) -> Iterator[tuple[str, list[T], str]]:
    """Yield the files of a part, newest first: path, articles, path of the next one; `older` is that of the next part.

    >>> [(path, len(found), more) for path, found, more in files("2024-06", [*range(250)], "2024-05")]
    [('feeds/all-2024-06.json', 150, 'feeds/all-2024-06-page-1.json'), \
('feeds/all-2024-06-page-1.json', 100, 'feeds/all-2024-05.json')]
    """
    full = max(0, len(members) // atom.ENTRIES - 1)
    end = len(members) - full * atom.ENTRIES
    paths = [_path(name, number) for number in (0, *range(full, 0, -1))]
    leads = [*paths[1:], _path(older) if older else ""]
    yield paths[0], members[:end], leads[0]
    for path, more in zip(paths[1:], leads[1:], strict=True):
        yield path, members[end : end + atom.ENTRIES], more
        end += atom.ENTRIES


def first(parts: Iterable[tuple[str, list[T]]]) -> tuple[list[T], str]:
    """Return the articles of the first file, and the path of the next one; parts newest first, read as far as needed.

    >>> first([("2024-06", [*"abc"]), ("2024-05", ["d"] * 120), ("2023-01", ["e"])])[1]
    'feeds/all-2023-01.json'
    """
    found: list[T] = []
    for name, members in parts:
        for path, part, _ in files(name, members, ""):
            if len(found) >= atom.ENTRIES:
                return found, path
            found += part
    return found, ""


def _path(name: str, number: int = 0) -> str:
    return f"feeds/all-{name}-page-{number}.json" if number else f"feeds/all-{name}.json"


# --- the state's parts ----------------------------------------------------------------------------------------------


def members(db: sqlite3.Connection, name: str) -> list[tuple[int, bytes]]:
    """Return number and hash of the articles of a part, newest first."""
    key = of_part(name)
    return db.execute(
        f"SELECT id, hash FROM member WHERE list = ? {_vague(key)} ORDER BY stamp, tie", (key,)
    ).fetchall()


def of_part(name: str) -> str:
    """Return the list that has the articles of a part.

    >>> of_part("2024-06"), of_part("2024"), of_part("undated")
    ('month:2024-06', 'year:2024', 'undated')
    """
    return name if name == "undated" else f"{'month' if '-' in name else 'year'}:{name}"


def parts(db: sqlite3.Connection) -> dict[str, str]:
    """Return all parts as `follow` does."""
    query = (
        "SELECT DISTINCT list FROM member WHERE list > 'month:' AND list < 'month;' OR list = 'undated' "
        "OR (list > 'year:' AND list < 'year;' AND day = 0)"
    )
    return follow(key.rpartition(":")[2] for (key,) in db.execute(query))


def followed(db: sqlite3.Connection, keys: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return all parts as `follow` does, and the lists of those that lead to others than at the last build.

    `keys` are the lists that changed since.
    """
    query = "SELECT path FROM page WHERE path > 'feeds/all-' AND path < 'feeds/all.'"
    before = {found[1] for (path,) in db.execute(query) if (found := _NEWEST.fullmatch(path))}
    names = {key.rpartition(":")[2] for key in keys if key.partition(":")[0] in ("month", "year", "undated")}
    now = before - names | {name for name in names if _is_there(db, name)}
    was, leads = follow(before), follow(now)
    return leads, [of_part(name) for name, older in leads.items() if name in was and was[name] != older]


def _is_there(db: sqlite3.Connection, name: str) -> bool:
    key = of_part(name)
    return db.execute(f"SELECT 1 FROM member WHERE list = ? {_vague(key)} LIMIT 1", (key,)).fetchone() is not None


def _vague(key: str) -> str:
    """Return what a question asks of a list's articles: the part of a year is that of which no month is known."""
    return "AND day = 0" if key.startswith("year:") else ""
