"""This module finds what stands in folders: paths, stats, hashes. Hidden names are none of the site's, where it does not say so."""

from __future__ import annotations

import hashlib
import marshal
import os
import stat as modes
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

AT_ONCE = 1 << 16
"""So many bytes are read at a time."""

UNSURE = 20_000_000
"""A file must be so many nanoseconds older than a look at it: what is younger may change again at the same time."""


class Stat(NamedTuple):
    """A stat tells cheaply that a file is still the same."""

    size: int
    mtime: int
    """It is in nanoseconds, as `ctime`, which also tells a file whose own time was set back."""
    ctime: int
    inode: int


class Folder(NamedTuple):
    """A folder has the files that stand in it itself, or is a file that is looked at alone."""

    key: str
    """It is the path with a slash at its end, "" for the root; of a file alone its path."""
    digest: str
    """It is a hash over names and stats; those of two versions of Python may differ."""
    latest: int
    """It is the latest time among them, in nanoseconds."""
    files: list[tuple[str, int, int, int, int]] | None
    """They are name and stat of each, by name; None where the digest is the one that was known."""


def walk_folders(
    root: str | os.PathLike[str],
    known: Mapping[str, str] = MappingProxyType({}),
    *,
    hidden: bool = False,
    key: str = "",
) -> Iterator[Folder]:
    """Yield a folder and those under it, in one fixed order; links are followed, loops are not.

    `known` has digests by key: where one still holds, nobody needs the files. `key` is that of the root.
    """
    return _walk(os.fspath(root), key, frozenset(), known, hidden)


class Look(NamedTuple):
    """A look at the content before the build finds this."""

    base_started: int
    """The build whose digests were known began then."""
    started: int
    """The clock showed so many nanoseconds before anything was seen."""
    folders: list[Folder]


def look_at(
    root: str | os.PathLike[str],
    beside: Iterable[str],
    known: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Folder]:
    """Yield the folders of the content, and hidden files and folders of it that are looked at too, by their paths."""
    yield from walk_folders(root, known)
    for name in beside:
        path, key = os.path.join(root, name), name.strip("/")
        if os.path.isdir(path):
            yield from walk_folders(path, known, hidden=True, key=f"{key}/")
        else:
            yield stat_alone(path, known, key=key)


def stat_alone(
    path: str | os.PathLike[str], known: Mapping[str, str] = MappingProxyType({}), *, key: str = ""
) -> Folder:
    """Return a file as `walk_folders` yields a folder; without files where there is none."""
    stat = stat_file(path)
    return _make_folder(key, [("", *stat)] if stat else [], known)


def _walk(
    folder: str, key: str, above: frozenset[tuple[int, int]], known: Mapping[str, str], hidden: bool
) -> Iterator[Folder]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted((entry.name, entry) for entry in listing if hidden or entry.name[0] != ".")
    except OSError:
        return
    files, inner = [], []
    for name, entry in entries:
        try:
            stat = entry.stat()
        except OSError:
            continue  # a link that leads nowhere
        kind = modes.S_IFMT(stat.st_mode)
        if kind == modes.S_IFREG:
            files.append((name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino))
        elif kind == modes.S_IFDIR:
            place = (stat.st_dev, stat.st_ino)
            if not entry.is_symlink() or place not in above:
                inner.append((name, entry.path, place))
    yield _make_folder(key, files, known)
    for name, path, place in inner:
        yield from _walk(path, f"{key}{name}/", above | {place}, known, hidden)


def _make_folder(key: str, files: list[tuple[str, int, int, int, int]], known: Mapping[str, str]) -> Folder:
    digest = hashlib.blake2b(marshal.dumps(files, 2), digest_size=16).hexdigest()  # from 3 on it marks what is shared
    latest = max((max(mtime, ctime) for _, _, mtime, ctime, _ in files), default=0)
    return Folder(key, digest, latest, None if known.get(key) == digest else files)


def _make_stat(stat: os.stat_result) -> Stat:
    return Stat(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def list_tree(root: str | os.PathLike[str], *, hidden: bool = False) -> Iterator[tuple[str, Stat]]:
    """Yield every file under a folder by its relative path, in one fixed order."""
    for folder in walk_folders(root, hidden=hidden):
        for name, *stat in folder.files or ():
            yield folder.key + name, Stat(*stat)


def hash_tree(root: str | os.PathLike[str]) -> tuple[str, int]:
    """Return one hash over all paths and stats under a folder, or of a file, and the latest time among them."""
    folders = [*walk_folders(root)] if os.path.isdir(root) else [stat_alone(root)]
    digests = repr([(folder.key, folder.digest) for folder in folders])
    return hash_bytes(digests.encode("utf-8", "surrogateescape")), max((folder.latest for folder in folders), default=0)


def read_payload(path: str) -> bytes:
    """Return a file's bytes; Python's own objects for it cost twice as much."""
    file, payload = os.open(path, os.O_RDONLY), b""
    try:
        while part := os.read(file, AT_ONCE):
            payload += part
    finally:
        os.close(file)
    return payload


def hash_file(path: str | os.PathLike[str]) -> str:
    """Return the hash of a file's bytes, "" for one that cannot be read."""
    try:
        return hash_bytes(Path(path).read_bytes())
    except OSError:
        return ""


def hash_bytes(payload: bytes, size: int = 16) -> str:
    """Return the hash by which the bytes of files are compared; `size` is in bytes."""
    return hashlib.blake2b(payload, digest_size=size).hexdigest()


def hash_contents(root: str | os.PathLike[str], suffixes: tuple[str, ...] = ()) -> str:
    """Return one hash over the bytes of all files under a folder whose names end as given."""
    total = hashlib.blake2b(digest_size=16)
    for name, _ in list_tree(root):
        if not suffixes or name.endswith(suffixes):
            total.update(f"{name}\0{hash_file(os.path.join(root, name))}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()


def stat_file(path: str | os.PathLike[str]) -> Stat | None:
    """Return the stat of a single file, None where there is none."""
    try:
        return _make_stat(os.stat(path))
    except OSError:
        return None
