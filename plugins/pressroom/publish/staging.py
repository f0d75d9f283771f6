"""What a build rendered to its place in the output folder, and what goes away out of it.

The order of moves lets no page link to one that is not there: first pages that were not there before, then changed
ones, then those that go away are removed. A page whose bytes are the same is not touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from pressroom.publish import manifest
from pressroom.state import database


def move(db: sqlite3.Connection, output: Path) -> tuple[int, int]:
    """Move what is staged to its place, then remove what goes away; return how many files of each."""
    if manifest.token(output) != database.get(db, "token", "") or db.execute("SELECT 1 FROM move LIMIT 1").fetchone():
        _listed(db, output)
    written = _moved(db, output)
    rows = db.execute("SELECT path FROM move WHERE staged = '' ORDER BY path").fetchall()
    gone = [path for (path,) in rows if _remove(str(output), path)]
    if rows:
        manifest.add(output, ((path, manifest.GONE) for (path,) in rows), database.get(db, "token"))
    with database.transaction(db):
        db.execute("DELETE FROM move")
    shutil.rmtree(output / manifest.STAGING, ignore_errors=True)
    return written, len(gone)


def _listed(db: sqlite3.Connection, output: Path) -> None:
    """Add what is about to be moved to the list of files that builds made, in the name of this build.

    The name is a hash of all that this state's builds moved. The state has it first: a kill in between lets the next
    build look at every file.
    """
    before = database.get(db, "token", "")
    whole = "SELECT path, out FROM page WHERE out IS NOT NULL UNION ALL " if manifest.token(output) != before else ""
    query = f"{whole}SELECT path, hash FROM move WHERE staged != '' ORDER BY path"
    total = hashlib.blake2b(before.encode(), digest_size=8)
    for path, hashed in db.execute(query):
        total.update(path.encode("utf-8", "surrogateescape") + hashed)
    database.put(db, "token", total.hexdigest())
    manifest.add(output, ((path, hashed.hex()) for path, hashed in db.execute(query)), total.hexdigest())


def compact(db: sqlite3.Connection, output: Path, *, strange: bool) -> None:
    """Bring the list of files into its one form, which any build that ends with the same files leaves.

    Where the output was `strange`, the state says what belongs to it; else the list itself does.
    """
    if not strange and manifest.size(output) == database.get(db, "listed", -1):
        return
    if strange:
        pages = db.execute("SELECT path, out FROM page WHERE out IS NOT NULL")
        listed = {path: out.hex()[: manifest.WIDTH] for path, out in pages}
    else:
        listed = manifest.latest(output)
    name = manifest.name_list(listed)
    database.put(db, "token", name)
    manifest.rewrite(output, listed, name)
    database.put(db, "listed", manifest.size(output))


def _moved(db: sqlite3.Connection, output: Path) -> int:
    """Move new pages, the front page last, then changed ones: what a reader reaches is there."""
    staging, root = str(output / manifest.STAGING), str(output)
    fresh = _is_fresh(output)
    written, changed = 0, []
    _make_folder.cache_clear()
    going = {path for (path,) in db.execute("SELECT path FROM move WHERE staged = ''")}
    query = "SELECT path, staged FROM move WHERE staged != '' ORDER BY path = 'index.html', path"
    for path, staged in db.execute(query):
        if fresh or not os.path.lexists(f"{root}/{path}"):
            written += _put(f"{staging}/{staged}", root, path, going, known_new=True)
        else:
            changed.append((path, staged))
    return written + sum(_put(f"{staging}/{staged}", root, path, going) for path, staged in changed)


def finish(db: sqlite3.Connection, output: Path, *, strange: bool) -> None:
    """Take up what a killed build left: its moves if it had rendered everything, else those pages once more.

    A part of them could link to a page that was not rendered. Removals wait for the end of this build. Where the output
    is `strange`, somebody else wrote there since.
    """
    left = "SELECT path FROM move WHERE staged != ''"
    if db.execute(f"{left} LIMIT 1").fetchone():
        unfinished = strange or any(
            db.execute(query).fetchone() for query in ("SELECT 1 FROM page WHERE stale = 1", "SELECT 1 FROM stale")
        )
        if not unfinished:
            _listed(db, output)
            _moved(db, output)
            lost = [path for (path,) in db.execute(left) if not os.path.isfile(output / path)]
        with database.transaction(db):
            again = [path for (path,) in db.execute(left)] if unfinished else lost
            lose(db, again)
            db.execute("DELETE FROM move WHERE staged != ''")
    shutil.rmtree(output / manifest.STAGING, ignore_errors=True)


def lose(db: sqlite3.Connection, paths: list[str]) -> None:
    """Note that files are not in the output as the state knows them: their pages are to be made once more."""
    for path in paths:
        db.execute("UPDATE page SET stale = list NOT LIKE 'search:%', out = NULL WHERE path = ?", (path,))
    if paths:
        database.put(db, "search", None)


def hash_file(path: Path) -> bytes | None:
    """Return the hash of a file as the state keeps it, None where there is none."""
    try:
        return hash_bytes(path.read_bytes())
    except OSError:
        return None


def hash_bytes(payload: bytes) -> bytes:
    """Return the hash of a file's bytes as the state keeps it."""
    return hashlib.sha256(payload).digest()


def _is_fresh(output: Path) -> bool:
    """Tell an output folder in which there is nothing yet."""
    return output.is_dir() and set(os.listdir(output)) <= {manifest.STAGING, manifest.NAME}


def _put(staged: str, output: str, path: str, going: set[str], *, known_new: bool = False) -> bool:
    """Move a staged file to its place; return False where there is none, or the same bytes stand there."""
    target = f"{output}/{path}"
    if not known_new and _same(staged, target):
        return False
    if known_new:
        _make_folder(os.path.dirname(target))
    try:
        os.replace(staged, target)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        if not os.path.lexists(staged):
            return False
        _make_way(path, Path(output), going)
        os.replace(staged, target)
    return True


@lru_cache(maxsize=1)
def _make_folder(folder: str) -> None:
    """Make a folder and those above; one after the other, most files stand in the same few."""
    try:
        os.mkdir(folder)
    except FileNotFoundError:
        with suppress(OSError):
            os.makedirs(folder, exist_ok=True)
    except OSError:
        pass  # it is there, or something is in its place: moving will tell


def _same(one: str, other: str) -> bool:
    try:
        if os.stat(one).st_size != os.stat(other).st_size:
            return False
        with open(one, "rb") as first, open(other, "rb") as second:
            return first.read() == second.read()
    except OSError:
        return False


def _make_way(path: str, output: Path, going: set[str]) -> None:
    """Make a file's folder; pages that go away stand in its place no longer: a file for a folder, or the reverse.

    Raises FileExistsError for what no build made.
    """
    target = output / path
    for parent in reversed(Path(path).parents[:-1]):
        if parent.as_posix() in going:
            _remove(str(output), parent.as_posix())
    if target.is_dir() and not target.is_symlink():
        for inside in sorted(one for one in going if one.startswith(f"{path}/")):
            _remove(str(output), inside)
    try:
        os.makedirs(target.parent, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise FileExistsError(f"{target}: a file stands where its folder belongs. Move it away.") from error
    if target.is_dir() and not target.is_symlink():
        raise FileExistsError(f"{target}: a folder that no build made stands where a page belongs. Move it away.")


def _remove(output: str, path: str) -> bool:
    """Remove a file, and the folders that it leaves empty."""
    target = f"{output}/{path}"
    try:
        os.unlink(target)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return False
    folder = os.path.dirname(target)
    while len(folder) > len(output):
        try:
            os.rmdir(folder)
        except OSError:
            break
        folder = os.path.dirname(folder)
    return True
