"""The list of files that builds made in an output folder, kept in it as lines `hash path`.

With it the pages of articles that are gone go away even when the state was lost, and what we did not make never does. A
build adds what it is about to move, and in the end writes the list by path, the same whatever builds led there. Its last
line names what it holds: the state of a build that left something else does not know what stands in the folder.
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

STAGING = ".pressroom"
"""Folder in the output, so that moves stay within one file system; gone after the build."""
NAME = ".pressroom-files"
"""Hidden, so that no upload by shell pattern and no `ls` shows it; no page depends on it."""
GONE = "-"
"""Stands for the hash of a file that was removed."""
UNKNOWN = "?"
"""Stands for the hash of a file that a build by Pelican's own path made."""
TOKEN = "="
WIDTH = 12
"""Hexadecimal digits of a hash."""
_BLOCK = 4096


def read_token(output: Path) -> str:
    """Return the name of the build that wrote last, "" where none is known."""
    try:
        with open(output / NAME, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _BLOCK))
            last = file.read().rpartition(b"\n")[0].rpartition(b"\n")[2].decode("ascii", "replace")
    except OSError:
        return ""
    kind, _, name = last.partition(" ")
    return name if kind == TOKEN else ""


def read_size(output: Path) -> int:
    """Return the bytes of the list."""
    try:
        return (output / NAME).stat().st_size
    except OSError:
        return 0


def read_files(output: Path) -> dict[str, set[str]]:
    """Return what builds made, by path, with every hash that the file may have: that of a move not made counts too."""
    return {path: set(hashes) for path, hashes in _read_hashes(output).items()}


def read_latest(output: Path) -> dict[str, str]:
    """Return what builds made, by path, with the hash of the last move: the file's own after a whole build."""
    return {path: hashes[-1] for path, hashes in _read_hashes(output).items()}


def _read_hashes(output: Path) -> dict[str, list[str]]:
    """Return the hashes of each file since it was last taken away, in the order of the moves."""
    hashes: defaultdict[str, list[str]] = defaultdict(list)
    try:
        lines = (output / NAME).read_text(encoding="utf-8", errors="surrogateescape").split("\n")[:-1]
    except OSError:
        return {}
    for line in lines:
        hashed, _, path = line.partition(" ")
        if hashed == GONE:
            hashes.pop(path, None)
        elif hashed != TOKEN and path:
            hashes[path].append(hashed)
    return dict(hashes)


def is_ours(output: Path, path: str, hashes: set[str]) -> bool:
    """Tell whether a file still is what a build made of it."""
    target = output / path
    if ".." in path.split("/") or path.startswith("/") or not target.is_file():
        return False
    return hashlib.sha256(target.read_bytes()).hexdigest()[:WIDTH] in hashes


def add_files(output: Path, made: Iterable[tuple[str, str]], name: str) -> None:
    """Add files by path and hash, before they are there; `name` is that of the build."""
    output.mkdir(parents=True, exist_ok=True)
    with open(output / NAME, "a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")  # a killed build's last line
        _write_lines(file, made, name)


def _write_lines(file: BinaryIO, made: Iterable[tuple[str, str]], name: str) -> None:
    for path, hashed in made:
        file.write(f"{hashed[:WIDTH]} {path}\n".encode("utf-8", "surrogateescape"))
    file.write(f"{TOKEN} {name}\n".encode())


def name_list(made: Mapping[str, str]) -> str:
    """Return what a list that holds just these files is called.

    >>> name_list({"a": "12", "b": "34"}) == name_list({"b": "34", "a": "12"}) != name_list({"a": "12"})
    True
    """
    lines = "".join(f"{made[path]} {path}\n" for path in sorted(made))
    return hashlib.blake2b(lines.encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def rewrite_list(output: Path, made: Mapping[str, str], name: str) -> None:
    """Write the list anew, by path."""
    temporary = output / f"{NAME}.new"
    temporary.unlink(missing_ok=True)
    with open(temporary, "wb") as file:
        _write_lines(file, sorted(made.items()), name)
    os.replace(temporary, output / NAME)
