"""Folders to what stands in them: paths, stats, hashes. Hidden names are none of the site's, where it does not say so."""

from __future__ import annotations

import hashlib
import os
import stat as modes
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

AT_ONCE = 1 << 16
"""Bytes that are read at a time."""


class Stat(NamedTuple):
    """What tells cheaply that a file is still the same."""

    size: int
    mtime: int
    """Nanoseconds, as `ctime`, which also tells a file whose own time was set back."""
    ctime: int
    inode: int


def tree(root: str | os.PathLike[str], *, hidden: bool = False) -> Iterator[tuple[str, Stat]]:
    """Yield every file under a folder by its relative path, in one fixed order; links are followed, loops are not."""
    yield from _walk(os.fspath(root), "", frozenset(), hidden)


def _walk(folder: str, prefix: str, above: frozenset[tuple[int, int]], hidden: bool) -> Iterator[tuple[str, Stat]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted((entry.name, entry) for entry in found if hidden or not entry.name.startswith("."))
    except OSError:
        return
    for name, entry in entries:
        try:
            stat = entry.stat()
            if modes.S_ISDIR(stat.st_mode):
                place = (stat.st_dev, stat.st_ino)
                if not entry.is_symlink() or place not in above:
                    yield from _walk(entry.path, f"{prefix}{name}/", above | {place}, hidden)
                continue
        except OSError:
            continue  # a link that leads nowhere
        if modes.S_ISREG(stat.st_mode):
            yield prefix + name, Stat(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


class Digest:
    """One hash over paths and stats, taken while others read them, and the latest time among them."""

    def __init__(self) -> None:
        self._total, self.latest = hashlib.blake2b(digest_size=16), 0

    def over(self, files: Iterable[tuple[str, Stat]]) -> Iterator[tuple[str, Stat]]:
        """Yield the files as they come."""
        update = self._total.update
        for name, stat in files:
            update(f"{name}\0{stat[0]} {stat[1]} {stat[2]} {stat[3]}\n".encode("utf-8", "surrogateescape"))
            self.latest = max(self.latest, stat[1], stat[2])
            yield name, stat

    def hex(self) -> str:
        """Return the hash so far."""
        return self._total.hexdigest()


def digest(root: str | os.PathLike[str], *, hidden: bool = False) -> Digest:
    """Return the digest of a folder or a file."""
    found = Digest()
    for _ in found.over(tree(root, hidden=hidden) if os.path.isdir(root) else one(root)):
        pass
    return found


def payload(path: str) -> bytes:
    """Return a file's bytes; Python's own objects for it cost twice as much."""
    file, found = os.open(path, os.O_RDONLY), b""
    try:
        while part := os.read(file, AT_ONCE):
            found += part
    finally:
        os.close(file)
    return found


def content_hash(path: str | os.PathLike[str]) -> str:
    """Return the hash of a file's bytes, "" for one that cannot be read."""
    try:
        return bytes_hash(Path(path).read_bytes())
    except OSError:
        return ""


def bytes_hash(payload: bytes, size: int = 16) -> str:
    """Return the hash by which the bytes of files are compared; `size` is in bytes."""
    return hashlib.blake2b(payload, digest_size=size).hexdigest()


def contents(root: str | os.PathLike[str], suffixes: tuple[str, ...] = ()) -> str:
    """Return one hash over the bytes of all files under a folder whose names end as given."""
    total = hashlib.blake2b(digest_size=16)
    for name, _ in tree(root):
        if not suffixes or name.endswith(suffixes):
            total.update(f"{name}\0{content_hash(os.path.join(root, name))}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def one(path: str | os.PathLike[str]) -> list[tuple[str, Stat]]:
    """Return a single file as `tree` yields those of a folder; nothing where there is none."""
    try:
        stat = os.stat(path)
    except OSError:
        return []
    return [("", Stat(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino))]
