"""This module walks the files under a raw folder, without what browsers save beside pages, and finds each one
safely."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Container, Iterator
from pathlib import Path

from newsarchive.captures.furniture import find_furniture
from newsarchive.errors import UnreadableCapture

HEAD_BYTES = 4096
"""Bytes by which a reader may tell what a file holds."""
UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""What a name may not hold, because it goes into a header line: control characters and bytes that are not UTF-8."""


def find_file(path: str, names: Container[str]) -> str:
    """Return the capture among `names` that holds the page at `path`, or "".

    >>> find_file("a.warc.gz#120", {"a.warc.gz"}), find_file("a#1.html", {"a#1.html"}), find_file("b.html", set())
    ('a.warc.gz', 'a#1.html', '')
    """
    return next((name for name in list_files(path) if name in names), "")


def list_files(path: str) -> list[str]:
    """Return the names that the file of the page at `path` may have."""
    return [name for name in (path, path.rpartition("#")[0]) if name]


def walk_files(rawdir: Path) -> Iterator[str]:
    """Yield relative names of all files, and with a final `/` those of folders that are links or cannot be listed.

    Leaves out what is hidden, README files and furniture; yields nothing where there is no raw folder yet.
    """
    closed: list[str] = []
    for folder, folders, files in os.walk(rawdir, onerror=lambda error: closed.append(os.fspath(error.filename))):
        beside = find_furniture(folders, files)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(set(folders) - beside - set(links))
        folders[:] = [name for name in folders if not name.startswith(".")]
        prefix = "" if folder == os.fspath(rawdir) else os.path.relpath(folder, rawdir).replace(os.sep, "/") + "/"
        for name in [*files, *(link + "/" for link in links if link not in beside)]:
            if not name.startswith((".", "README")):
                yield prefix + name
    if rawdir.exists():
        yield from (os.path.relpath(folder, rawdir).replace(os.sep, "/") + "/" for folder in closed)


def find_inside(rawdir: Path, name: str) -> Path:
    """Return the regular file of a capture, with links followed; refuse one outside `rawdir`."""
    file = (rawdir / name).resolve(strict=True)
    if not file.is_relative_to(rawdir.resolve()):
        raise UnreadableCapture(name, "it is a link that leaves the raw folder", "Copy the file itself into it.")
    if not stat.S_ISREG(file.stat().st_mode):
        raise UnreadableCapture(name, "it is not a regular file", "Save the page as a file.")
    return file


def read_head(file: Path) -> bytes:
    """Return the first bytes of a regular file, none where it cannot be read."""
    try:
        if not file.is_file():
            return b""
        with file.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError:
        return b""


def name_capture(file: str, rawdir: Path) -> str:
    """Return the name of a capture under `rawdir`, from that name or from a path to it."""
    path, mark, record = file.partition("#")
    inside = Path(path).resolve().is_relative_to(rawdir.resolve())
    name = Path(path).resolve().relative_to(rawdir.resolve()).as_posix() if inside else path
    return name + mark + record
