"""Whether a build would change anything: what the last one saw of its inputs and left in the output, against both now."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pressroom.publish import manifest
from pressroom.state import database, scanner
from pressroom.state.database import get, put

_AT_THE_TOP = """
WITH RECURSIVE top(path) AS (
  SELECT min(path) FROM page UNION ALL
  SELECT CASE instr(path, '/')
    WHEN 0 THEN (SELECT min(page.path) FROM page WHERE page.path > top.path)
    ELSE (SELECT min(page.path) FROM page WHERE page.path >= substr(top.path, 1, instr(top.path, '/') - 1) || '0')
  END FROM top WHERE path IS NOT NULL)
SELECT path FROM top WHERE path IS NOT NULL"""
"""Of each folder at the top the first path, and each file there; the character after the slash is 0."""


def describe_machine() -> list[Any]:
    """Return what tells an upgraded library or Python without importing any."""
    places = {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    return [sys.version, sorted((path, os.stat(path).st_mtime_ns) for path in places if os.path.isdir(path))]


def seal(
    db: sqlite3.Connection,
    content: tuple[str, list[str]],
    beside: dict[str, tuple[str, int]],
    options: Sequence[str],
    started: int,
) -> None:
    """Remember what a finished build saw of its inputs, so that the next one can tell that nothing changed.

    `content` is what `scanner.look_at` takes, its digests are in the table `folder`; `beside` has digest and latest time of each
    root that is no content. `started` is the clock in nanoseconds before anything was seen: what is no older could change
    unseen.
    """
    if max((latest for _, latest in beside.values()), default=0) < started - scanner.UNSURE:
        digests = [[root, digest] for root, (digest, _) in beside.items()]
        seen = {
            "content": content,
            "digests": digests,
            "options": options,
            "machine": describe_machine(),
            "started": started,
        }
        put(db, "seal", seen)
    else:
        unseal(db)


def unseal(db: sqlite3.Connection) -> None:
    """Let the next build look at everything."""
    db.execute("DELETE FROM meta WHERE key = 'seal'")


def read_digests(db: sqlite3.Connection) -> dict[str, str]:
    """Return the digests of the content's folders that the last build saw, "" where they could change unseen."""
    return dict(db.execute("SELECT key, digest FROM folder"))


def check_unchanged(path: Path, options: list[str], output: Path) -> tuple[dict[str, Any] | None, scanner.Look | None]:
    """Return the report of the last build if another one would change nothing, else what was found in the content, if
    anyone looked. Imports no Pelican."""
    if not path.is_file():
        return None, None
    started = time.time_ns()
    try:
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        with_seal = get(db, "seal")
        if db.execute("PRAGMA user_version").fetchone()[0] != database.VERSION or not with_seal:
            return None, None
        if with_seal["options"] != options or with_seal["machine"] != json.loads(json.dumps(describe_machine())):
            return None, None
        if any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("stale", "move")):
            return None, None
        if (
            manifest.read_token(output) != get(db, "token")
            or lacks_top(db, output)
            or any(scanner.hash_tree(root)[0] != digest for root, digest in with_seal["digests"])
        ):
            return None, None
        known, (root, named) = read_digests(db), with_seal["content"]
        folders = [*scanner.look_at(root, named, known)]
        if len(folders) != len(known) or any(folder.files is not None for folder in folders):
            return None, scanner.Look(with_seal["started"], started, folders)
        return get(db, "report"), None
    except sqlite3.DatabaseError:
        return None, None


def lacks_top(db: sqlite3.Connection, output: Path) -> bool:
    """Tell whether the output folder was emptied or is another one, by the files and folders at its top."""
    firsts = (path.partition("/") for (path,) in db.execute(_AT_THE_TOP))
    return any(not (os.path.isdir if inner else os.path.isfile)(output / name) for name, inner, _ in firsts)


def is_strange(db: sqlite3.Connection, output: Path) -> bool:
    """Tell whether the output is not as the last build of this state left it."""
    known = get(db, "token")
    return not known or manifest.read_token(output) != known or lacks_top(db, output)
