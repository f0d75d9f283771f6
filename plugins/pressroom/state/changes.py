"""Changed files become changed rows: which file counts, in which lists it stands, and what has to be looked at again.

Of several files with one address the first by path counts; samples count only while there is nothing else. `stale` gets
every list that an article entered, left or changed in, and `record:ID` for each page of its own, that of linkers and of
the articles next to it too;
`touched` the place among all articles of each that came, left or changed.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

from pressroom.core.keys import ALL, make_key, make_record_key, split_key, split_keys
from pressroom.outputs import redirects
from pressroom.state import adjacency, database
from pressroom.state.rows import Row

OF_BODY = 4
"""The table `body` has so many last columns of a row."""
_COLUMNS = Row._fields[:-OF_BODY]
_INSERT = f"INSERT INTO record({', '.join(_COLUMNS)}, live) VALUES ({', '.join('?' * len(_COLUMNS))}, 0)"
_UPDATE = f"UPDATE record SET {', '.join(f'{name} = ?' for name in _COLUMNS)}, live = 0 WHERE id = ?"
_BODY = "INSERT OR REPLACE INTO body VALUES (?, ?, ?, ?, ?)"
_MEMBER = "INSERT OR REPLACE INTO member VALUES (?, ?, ?, ?, ?, ?)"
_OLD = "INSERT OR REPLACE INTO old VALUES (?, ?, ?, ?, ?, ?)"
_TOUCHED = "INSERT OR IGNORE INTO touched VALUES (?, ?, ?)"
_COUNTS = "status NOT IN ('error', 'skip')"


def fill_state(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Fill an empty state."""
    for row in rows:
        number = db.execute(_INSERT, row[:-OF_BODY]).lastrowid
        db.execute(_BODY, (number, *row[-OF_BODY:]))
    has_own = _has_own_articles(db)
    database.put(db, "own", has_own)
    db.execute(
        f"UPDATE record SET live = 1 WHERE {_COUNTS} AND (sample = 0 OR kind = 'page' OR NOT ?) AND id IN ("
        f"SELECT id FROM (SELECT id, min(path) FROM record WHERE {_COUNTS} AND (sample = 0 OR kind = 'page' OR NOT ?)"
        " GROUP BY address))",
        (has_own, has_own),
    )
    columns = "id, lists, stamp, tie, hash, day"
    listed = db.execute(f"SELECT {columns} FROM record WHERE live = 1 AND lists != '' ORDER BY stamp, tie")
    db.executemany(_MEMBER, (member for row in listed for member in _make_members(*row)))
    old = db.execute("SELECT id, old FROM record WHERE old != ''").fetchall()
    db.executemany(_OLD, ((*address, number) for number, addresses in old for address in json.loads(addresses)))
    linking = db.execute("SELECT id, links FROM record WHERE links != ''").fetchall()
    db.executemany(
        "INSERT OR IGNORE INTO link VALUES (?, ?)",
        ((target, number) for number, links in linking for target in json.loads(links)),
    )


def apply_changes(db: sqlite3.Connection, rows: Iterable[Row], gone: Iterable[str]) -> int:
    """Bring rows of changed files in and take those of vanished files out; return how many changed anything."""
    touched: set[str] = set()
    count = 0
    for name in gone:
        old = db.execute("SELECT id, address FROM record WHERE path = ?", (name,)).fetchone()
        if old:
            _withdraw_record(db, old[0])
            _drop_links(db, old[0])
            db.execute("DELETE FROM record WHERE id = ?", (old[0],))
            db.execute("DELETE FROM body WHERE id = ?", (old[0],))
            db.execute("DELETE FROM card WHERE id = ?", (old[0],))
            db.execute("DELETE FROM old WHERE id = ?", (old[0],))
            _mark_stale(db, [make_record_key(old[0]), *_list_linkers(db, [make_key("file", name)])])
            touched.add(old[1])
            count += 1
    for row in rows:
        count += _apply_row(db, row, touched)
    has_own = _has_own_articles(db)
    if has_own != database.get(db, "own"):
        database.put(db, "own", has_own)
        touched.update(address for (address,) in db.execute("SELECT address FROM record WHERE sample = 1"))
    for address in sorted(touched - {""}):
        _settle_address(db, address, has_own)
    return count


def _apply_row(db: sqlite3.Connection, row: Row, touched: set[str]) -> int:
    query = "SELECT id, address, hash, kind, findings FROM record WHERE path = ?"
    old = db.execute(query, (row.path,)).fetchone()
    if old and old[2:] == (row.hash, row.kind, row.findings):
        return 0
    if old:
        number = old[0]
        _withdraw_record(db, number)
        _drop_links(db, number)
        db.execute(_UPDATE, (*row[:-OF_BODY], number))
        db.execute("DELETE FROM old WHERE id = ?", (number,))
    else:
        number = db.execute(_INSERT, row[:-OF_BODY]).lastrowid
    db.execute(_BODY, (number, *row[-OF_BODY:]))
    targets = json.loads(row.links) if row.links else []
    db.executemany("INSERT OR IGNORE INTO link VALUES (?, ?)", ((target, number) for target in targets))
    db.executemany(_OLD, ((*address, number) for address in json.loads(row.old or "[]")))
    _mark_stale(db, [make_record_key(number), *_list_linkers(db, [make_key("file", row.path)])])
    touched.update([row.address, *(old[1:2] if old else ())])
    return 1


def _settle_address(db: sqlite3.Connection, address: str, has_own: bool) -> None:
    """Let the first file of an address count, and no other."""
    query = f"SELECT id, live, {_COUNTS} AND (sample = 0 OR kind = 'page' OR NOT ?) FROM record WHERE address = ? ORDER BY path"
    rows = db.execute(query, (has_own, address)).fetchall()
    chosen = next((number for number, _, counts in rows if counts), None)
    for number, live, *_ in rows:
        if live and number != chosen:
            _withdraw_record(db, number)
    for number, live, *_ in rows:
        if number == chosen and not live:
            _enter_record(db, number)


def _enter_record(db: sqlite3.Connection, number: int) -> None:
    db.execute("UPDATE record SET live = 1 WHERE id = ?", (number,))
    query = "SELECT id, lists, stamp, tie, hash, day, path, source_url, address FROM record WHERE id = ?"
    *row, path, source_url, address = db.execute(query, (number,)).fetchone()
    members = [*_make_members(*row)]
    db.executemany(_MEMBER, members)
    db.executemany(_TOUCHED, (member[1:4] for member in members if member[0] == ALL))
    _mark_stale(db, [make_record_key(number), *split_keys(row[1]), *_list_leading(db, number, path, source_url)])
    _mark_stale(db, adjacency.list_concerned(db, members))
    _mark_stale(db, redirects.find_concerned(db, number, address))


def _withdraw_record(db: sqlite3.Connection, number: int) -> None:
    query = "SELECT live, lists, stamp, tie, hash, day, path, source_url, address FROM record WHERE id = ?"
    live, lists, *row, path, source_url, address = db.execute(query, (number,)).fetchone()
    if not live:
        return
    db.execute("UPDATE record SET live = 0 WHERE id = ?", (number,))
    keys = [member[:4] for member in _make_members(number, lists, *row)]
    db.executemany("DELETE FROM member WHERE list = ? AND stamp = ? AND tie = ? AND id = ?", keys)
    db.executemany(_TOUCHED, (key[1:] for key in keys if key[0] == ALL))
    _mark_stale(db, [make_record_key(number), *split_keys(lists), *_list_leading(db, number, path, source_url)])
    _mark_stale(db, adjacency.list_concerned(db, keys))
    _mark_stale(db, redirects.find_concerned(db, number, address))


def _make_members(
    number: int, lists: str, stamp: int, tie: str, hashed: bytes, day: int
) -> Iterator[tuple[object, ...]]:
    """Yield an article's rows of `member`."""
    for name in split_keys(lists):
        yield name, stamp, tie, number, hashed, day


def _list_leading(db: sqlite3.Connection, number: int, path: str, source_url: str) -> list[str]:
    """Return the records that link to an article, or to a file that stands beside it because it attaches it."""
    attached = [slug for kind, slug in map(split_key, _read_targets(db, number)) if kind == "attach"]
    files = [make_key("file", name) for name in (path, *attached)]
    return _list_linkers(db, [*files, make_key("url", source_url)])


def _read_targets(db: sqlite3.Connection, number: int) -> list[str]:
    """Return what an article links to: the table `link` is by target, and would be read whole."""
    (targets,) = db.execute("SELECT links FROM record WHERE id = ?", (number,)).fetchone()
    return json.loads(targets) if targets else []


def _drop_links(db: sqlite3.Connection, number: int) -> None:
    """Forget the links of an article."""
    targets = _read_targets(db, number)
    db.executemany("DELETE FROM link WHERE target = ? AND id = ?", ((target, number) for target in targets))


def _list_linkers(db: sqlite3.Connection, targets: list[str]) -> list[str]:
    rows = [row for target in targets for row in db.execute("SELECT id FROM link WHERE target = ?", (target,))]
    return [make_record_key(number) for (number,) in rows]


def _mark_stale(db: sqlite3.Connection, keys: Iterable[str]) -> None:
    db.executemany("INSERT OR IGNORE INTO stale VALUES (?)", ((key,) for key in keys))


def _has_own_articles(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM record WHERE sample = 0 AND kind = 'article' LIMIT 1").fetchone() is not None


def list_findings(db: sqlite3.Connection, folder: str) -> list[list[str]]:
    """Return what is wrong with the files of a folder: level, place, what is wrong, what to do."""
    rows = db.execute("SELECT findings FROM record WHERE findings != '' ORDER BY path")
    findings = [finding for (text,) in rows for finding in json.loads(text)]
    for path, other in list_twins(db):
        what = f"it has the same address as {folder}/{other}"
        findings.append(["error", f"{folder}/{path}", what, "Give one of them another Slug."])
    return findings


def list_twins(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return files that do not count because an earlier one has their address: (path, path of that one)."""
    query = (
        f"SELECT a.path, b.path FROM record a INDEXED BY record_dead JOIN record b ON b.address = a.address AND b.live = 1 "
        f"WHERE a.live = 0 AND a.{_COUNTS} AND a.address != '' AND b.id != a.id ORDER BY a.path"
    )
    return db.execute(query).fetchall()
