"""This module keeps in the state which articles each one's page names as related; its cost follows what changed.

`sign` has a row for each word of each article's signature, `signed` each article's place, its signature with what other
pages show of it, and the numbers of those related to it. What `changes` touched is compared with these.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from pressroom.core.keys import make_record_key
from pressroom.core.processes import Aside
from pressroom.state import database, similarity
from pressroom.state.similarity import WINDOW, Shares, Signature

MANY = 500
"""From so many changed articles on all of them are gone through, which costs a tenth of a millisecond each."""
BESIDE = 2000
"""From so many articles on a process of its own pays."""
_EARLIER = "SELECT id, weight FROM sign WHERE term = ? AND (stamp, tie) > (?, ?) ORDER BY stamp, tie LIMIT ?"  # the newest first
_LATER = "SELECT id, weight FROM sign WHERE term = ? AND (stamp, tie) < (?, ?) ORDER BY stamp DESC, tie DESC LIMIT ?"
_TOUCHED = (
    "SELECT t.id, m.stamp, b.sign FROM touched t LEFT JOIN member m ON m.list = 'all' AND m.stamp = t.stamp "
    "AND m.tie = t.tie AND m.id = t.id LEFT JOIN body b ON b.id = m.id ORDER BY t.id, m.stamp"
)
_ALL = "SELECT m.id, m.stamp, b.sign FROM member m JOIN body b ON b.id = m.id WHERE m.list = 'all'"
_OLDEST = f"{_ALL} ORDER BY m.stamp DESC, CAST(b.sign AS INTEGER) DESC"
"""It has the oldest first; a sign begins with the place of its article among those of its moment."""
RelatedRows = list[tuple[str, int]]
"""Each article that has some stands in them: the numbers of those related, and its own."""


class _Signed(NamedTuple):
    """It says where an article stands and what it is about."""

    stamp: int
    tie: int
    terms: Signature


def start_ahead(db: sqlite3.Connection, path: Path, most: int, jobs: int) -> Aside | None:
    """Have what is related in the state at `path` found in a process of its own, for an `update_related` of everything."""
    query = "SELECT 1 FROM member WHERE list = 'all' LIMIT 1 OFFSET ?"
    if jobs < 2 or not most or not db.execute(query, (BESIDE,)).fetchone():
        return None

    def work(progress: Callable[[int, int], None]) -> RelatedRows:
        return _find_all(sqlite3.connect(path, isolation_level=None), most)

    return Aside(work)


def update_related(db: sqlite3.Connection, most: int, *, everything: bool, aside: Aside | None = None) -> None:
    """Bring the state up to what was touched; `stale` gets the articles whose pages name others now."""
    if not most:
        if everything:
            db.execute("DELETE FROM sign")
            db.execute("DELETE FROM signed")
        return
    count = db.execute("SELECT count(*) FROM (SELECT 1 FROM touched LIMIT ?)", (MANY,)).fetchone()[0]
    if everything or count == MANY:
        _relate_all(db, most, marked=not everything, aside=aside)
    elif count:
        _relate_touched(db, most)


def read_related(db: sqlite3.Connection, number: int) -> list[Any]:
    """Return what an article's page shows of those related to it."""
    row = db.execute("SELECT related FROM signed WHERE id = ?", (number,)).fetchone()
    if not row or not row[0]:
        return []
    numbers = [int(other) for other in row[0].split()]
    signs = dict(db.execute(f"SELECT id, sign FROM signed WHERE id IN {database.make_marks(numbers)}", numbers))
    return [json.loads(signs[other].split("\n", 2)[2]) for other in numbers]


def _parse_signed(stamp: int, sign: str) -> _Signed:
    tie, terms, _ = sign.split("\n", 2)
    return _Signed(stamp, int(tie), similarity.unpack_signature(terms))


def _relate_all(db: sqlite3.Connection, most: int, *, marked: bool, aside: Aside | None) -> None:
    """Make it all anew, oldest article first; `marked`: what is otherwise than before is stale."""
    whole = "SELECT id, sign || '\n' || related FROM signed"
    before = dict(db.execute(whole)) if marked else {}
    db.execute("DELETE FROM sign")
    db.execute("DELETE FROM signed")
    db.execute("CREATE TEMP TABLE signs(term TEXT, stamp INT, tie INT, id INT, weight INT)")
    for number, stamp, sign in db.execute(_ALL):
        article = _parse_signed(stamp, sign)
        db.execute("INSERT INTO signed VALUES (?, ?, ?, ?, '')", (number, stamp, article.tie, sign))
        rows = ((term, stamp, article.tie, number, weight) for term, weight in article.terms)
        db.executemany("INSERT INTO signs VALUES (?, ?, ?, ?, ?)", rows)
    db.execute("INSERT INTO sign SELECT * FROM signs ORDER BY term, stamp, tie, id")  # sorted it is written in one go
    db.execute("DROP TABLE signs")
    related: RelatedRows = aside.result(lambda *_: None) if aside else _find_all(db, most)
    db.executemany("UPDATE signed SET related = ? WHERE id = ?", related)
    if marked:
        changed = [number for number, text in db.execute(whole) if before.get(number) != text]
        others = {str(number) for number in changed}
        naming = [number for text, number in related if others & set(text.split())]
        _mark_stale(db, [*changed, *naming])


def _find_all(db: sqlite3.Connection, most: int) -> RelatedRows:
    numbers: list[int] = []

    def signatures() -> Iterator[Signature]:
        for number, _, sign in db.execute(_OLDEST):
            numbers.append(number)
            yield similarity.unpack_signature(sign.split("\n", 2)[1])

    related = (
        (numbers[-1], [numbers[other] for other in row]) for row in similarity.relate_all(signatures(), most) if row
    )
    return [(" ".join(map(str, others)), number) for number, others in related]


def _relate_touched(db: sqlite3.Connection, most: int) -> None:
    """Compare what was touched, and look again at those that may name it, or may have named it."""
    changed: list[_Signed] = []
    numbers = set()
    now = {number: (stamp, sign) for number, stamp, sign in db.execute(_TOUCHED).fetchall()}
    for number, (stamp, sign) in now.items():
        old = db.execute("SELECT stamp, sign FROM signed WHERE id = ?", (number,)).fetchone()
        if old == (stamp, sign) or (old is None and sign is None):
            continue
        numbers.add(number)
        if old:
            changed.append(article := _parse_signed(*old))
            keys = ((term, article.stamp, article.tie, number) for term, _ in article.terms)
            db.executemany("DELETE FROM sign WHERE term = ? AND stamp = ? AND tie = ? AND id = ?", keys)
            db.execute("DELETE FROM signed WHERE id = ?", (number,))
        if sign is not None:
            changed.append(article := _parse_signed(stamp, sign))
            db.execute("INSERT INTO signed VALUES (?, ?, ?, ?, '')", (number, article.stamp, article.tie, sign))
            rows = ((term, article.stamp, article.tie, number, weight) for term, weight in article.terms)
            db.executemany("INSERT OR REPLACE INTO sign VALUES (?, ?, ?, ?, ?)", rows)
    again = set(numbers)
    times = Counter(term for article in changed for term, _ in article.terms)
    for article in changed:
        again.update(_list_naming(db, article, times))
    for number in sorted(again):
        row = db.execute("SELECT stamp, sign, related FROM signed WHERE id = ?", (number,)).fetchone()
        if row:
            others = _find_related(db, _parse_signed(*row[:2]), most)
            text = " ".join(map(str, others))
            if text != row[2] or numbers & {number, *others}:
                db.execute("UPDATE signed SET related = ? WHERE id = ?", (text, number))
                _mark_stale(db, [number])


def _list_naming(db: sqlite3.Connection, article: _Signed, times: Counter[str]) -> Iterator[int]:
    """Yield later articles for which it may count that this one came or went.

    Where a word fills its window, another one moves into it or out of it; else only the article itself counts, and only
    for those that share enough with it.
    """
    shares = Shares()
    for term, weight in article.terms:
        later = db.execute(_LATER, (term, article.stamp, article.tie, WINDOW)).fetchall()
        query = "SELECT count(*) FROM (SELECT 1 FROM sign WHERE term = ? LIMIT ?)"
        if later and db.execute(query, (term, WINDOW + 1)).fetchone()[0] + times[term] > WINDOW:
            yield from (number for number, _ in later)
        shares.add(weight, later)
    yield from (number for _, number in shares.list_enough())


def _find_related(db: sqlite3.Connection, article: _Signed, most: int) -> list[int]:
    shares = Shares()
    for term, weight in article.terms:
        shares.add(weight, db.execute(_EARLIER, (term, article.stamp, article.tie, WINDOW)))
    place = "SELECT stamp, tie FROM signed WHERE id = ?"
    enough = [(-shared, *db.execute(place, (number,)).fetchone(), number) for shared, number in shares.list_enough()]
    return [number for *_, number in sorted(enough)[:most]]


def _mark_stale(db: sqlite3.Connection, numbers: list[int]) -> None:
    db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", ((make_record_key(number),) for number in numbers))
