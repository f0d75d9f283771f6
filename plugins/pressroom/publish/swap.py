"""Which build an output folder shows, and how a finished tree takes its place: whole folders are swapped.

`publish` keeps a tree of its own under CACHE_PATH, built as cheaply as any other. A copy of it by hard links is swapped
with the output folder, so that readers see the old site or the new one. A build in place by other settings (`make
html`) finds its own tree again: what a swap takes out is kept for it. What no build made (`.git`, `CNAME`, a
certificate's `.well-known`) stays, at whatever depth.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pressroom.publish import manifest

_EXCHANGE, _HERE = 2, -100
"""RENAME_EXCHANGE and AT_FDCWD of Linux's renameat2."""


class Note(NamedTuple):
    """What is known of an output folder."""

    state: str
    """Name of the state file of the build that it shows; "" while it is being swapped."""
    whole: bool
    """It was swapped in, and its files are links to those of a tree that is kept."""
    current: bool = True
    """No build has begun since on the tree that it is a copy of."""


class OutputFolder(NamedTuple):
    """An output folder, and what is known of it under CACHE_PATH."""

    folder: Path
    cache: Path

    @property
    def tree(self) -> Path:
        """Where `publish` builds."""
        return self.cache / f"publish-{self._hash_place()}"

    @property
    def note(self) -> Path:
        """The file of `Note`; its `state.lock` lets one build at a time work on the folder."""
        return self.cache / f"output-{self._hash_place()}.json"

    # --- builds in place ---

    def take_over(self, own: Path) -> None:
        """Make the folder that of a build in place with the state `own`: swap its tree of before in, if there is one.

        Where there is none, the build sees by the list of the manifest that it does not know the folder.
        """
        noted = self._read_note()
        if noted and noted.state != own.name and (kept := self._find_kept(own.name)).is_dir() and own.is_file():
            self._write_note(Note("", False))
            self._swap_trees(kept, set(manifest.read_files(self.folder)), noted)
        self._write_note(Note(own.name, False))

    # --- whole trees ---

    def begin_tree(self) -> None:
        """Remember that the tree will change, so that a killed `publish` is finished by the next one."""
        if noted := self._read_note():
            self._write_note(noted._replace(current=False))

    def is_showing(self, own: Path) -> bool:
        """Tell whether the folder shows what the build with the state `own` left."""
        noted = self._read_note()
        if noted is None or noted.state != own.name or not noted.current or not self.folder.is_dir():
            return False
        return not noted.whole or all((self.folder / entry.name).exists() for entry in os.scandir(self.tree))

    def show_tree(self, own: Path) -> None:
        """Swap a copy of the tree that `publish` built in. Raises OSError, with the folder as it was."""
        noted = self._read_note() or Note("", False)
        folder, beside, _ = self._find_places()
        self._recover_swap()
        shutil.rmtree(beside, ignore_errors=True)
        built = self._from_spare(beside)
        if not built:
            beside.mkdir(parents=True)
            built = set(_copy_tree(str(self.tree), str(folder), str(beside)))
        if manifest.NAME not in built:  # Pelican's own path keeps its list elsewhere
            manifest.rewrite_list(beside, dict.fromkeys(built, manifest.UNKNOWN), own.name)
        self._write_note(Note("", False))
        self._swap_trees(beside, built | set(manifest.read_files(folder)), noted)
        self._write_note(Note(own.name, True))

    def _from_spare(self, new: Path) -> set[str]:
        """Make of the tree that was swapped out before a copy of the one now; return its files, none where it cannot be."""
        now, before = manifest.read_latest(self.tree), manifest.read_latest(self._find_spare())
        if not now or not before:
            return set()
        try:
            os.replace(self._find_spare(), new)
            (new / manifest.NAME).unlink()  # without it nobody trusts the tree
            for path in sorted(set(before) - set(now)):
                (new / path).unlink()
                with suppress(OSError):
                    os.removedirs((new / path).parent)
            for path, hashed in now.items():
                if before.get(path) != hashed:
                    (new / path).unlink(missing_ok=True)
                    (new / path).parent.mkdir(parents=True, exist_ok=True)
                    _link_file(f"{self.tree}/{path}", f"{new}/{path}")
            shutil.copy2(self.tree / manifest.NAME, new / manifest.NAME)
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            return set()
        return {*now, manifest.NAME}

    def _swap_trees(self, new: Path, ours: set[str], noted: Note) -> None:
        """Put a tree in the folder's place; keep what stood there if a build in place will want it again."""
        folder, beside, aside = self._find_places()
        self._recover_swap()
        if not folder.is_dir():
            os.replace(new, folder)
            return
        foreign = sorted(_list_foreign(str(folder), ours))
        for path in foreign:
            with suppress(FileExistsError, NotADirectoryError):
                (new / path).parent.mkdir(parents=True, exist_ok=True)
                _link_file(f"{folder}/{path}", f"{new}/{path}")
        if new != beside:
            shutil.rmtree(beside, ignore_errors=True)
            os.replace(new, beside)
        shutil.copymode(folder, beside)
        _exchange_folders(str(beside), str(folder), str(aside))
        self._recover_swap()
        if noted.state:
            for path in foreign:
                with suppress(OSError):
                    (beside / path).unlink()
                    os.removedirs((beside / path).parent)
            kept = self._find_spare() if noted.whole else self._find_kept(noted.state)
            shutil.rmtree(kept, ignore_errors=True)
            with suppress(OSError):  # CACHE_PATH may be on another disk: then all is copied each time
                os.replace(beside, kept)
        shutil.rmtree(beside, ignore_errors=True)

    def _recover_swap(self) -> None:
        """Undo half a swap; take hidden folders, which are the user's, out of a tree that was swapped out."""
        folder, beside, aside = self._find_places()
        if aside.is_dir():
            if folder.exists():
                shutil.rmtree(beside, ignore_errors=True)
                os.replace(aside, beside)
            else:
                os.replace(aside, folder)
        if beside.is_dir() and folder.is_dir():
            for entry in list(os.scandir(beside)):
                if _is_users(entry) and not os.path.lexists(folder / entry.name):
                    os.replace(entry.path, folder / entry.name)

    # --- what is known ---

    def _hash_place(self) -> str:
        named = os.path.relpath(os.path.realpath(self.folder), os.path.realpath(self.cache))
        return hashlib.sha256(named.encode()).hexdigest()[:12]

    def _find_places(self) -> tuple[Path, Path, Path]:
        """Return the folder itself, the one that is swapped with it, and one for systems that cannot swap."""
        folder = Path(os.path.realpath(self.folder))
        return folder, folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")

    def _find_spare(self) -> Path:
        """Where the tree is kept that the last `publish` but one showed: the next copy needs only what changed since."""
        return self.cache / f"spare-{self._hash_place()}"

    def _find_kept(self, owner: str) -> Path:
        return self.cache / f"tree-{owner.removesuffix('.sqlite')}"

    def _read_note(self) -> Note | None:
        try:
            return Note(*json.loads(self.note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _write_note(self, noted: Note) -> None:
        self.note.parent.mkdir(parents=True, exist_ok=True)
        temporary = self.note.with_suffix(".new")
        temporary.write_text(json.dumps(noted), encoding="utf-8")
        os.replace(temporary, self.note)


def _copy_tree(tree: str, folder: str, new: str) -> Iterator[str]:
    """Copy a tree by links, and yield its files. One whose bytes stand in the folder already keeps that file and its time."""
    for path in _list_files(tree, ""):
        source, there, target = f"{tree}/{path}", f"{folder}/{path}", f"{new}/{path}"
        if path == manifest.NAME:
            shutil.copy2(source, target)  # it is added to in place
        elif _is_same(source, there):
            os.link(there, f"{source}.{manifest.STAGING}")
            os.replace(f"{source}.{manifest.STAGING}", source)
        if path != manifest.NAME:
            try:
                _link_file(source, target)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(target), exist_ok=True)
                _link_file(source, target)
        yield path


def _is_same(one: str, other: str) -> bool:
    """Tell two files with the same bytes that are not one file yet."""
    try:
        first, second = os.stat(one), os.lstat(other)
        if first.st_size != second.st_size or first.st_ino == second.st_ino or first.st_dev != second.st_dev:
            return False
        with open(one, "rb") as left, open(other, "rb") as right:
            return left.read() == right.read()
    except OSError:
        return False


def _list_foreign(folder: str, ours: set[str]) -> Iterator[str]:
    """Yield the files that no build wrote; hidden folders at the top, which are moved as they are, are none."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != manifest.STAGING and not _is_users(entry):
                yield from (path for path in _list_files(entry.path, f"{entry.name}/") if path not in ours)
        elif entry.name not in ours and entry.name != manifest.NAME:
            yield entry.name


def _list_files(folder: str, prefix: str) -> Iterator[str]:
    """Yield every file and link under a folder."""
    with os.scandir(folder) as listing:
        entries = list(listing)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if prefix or entry.name != manifest.STAGING:
                yield from _list_files(entry.path, f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name


def _is_users(entry: os.DirEntry[str]) -> bool:
    return entry.name.startswith(".") and entry.name != manifest.STAGING and entry.is_dir(follow_symlinks=False)


def _link_file(source: str, target: str) -> None:
    """Link a file to another place, or copy it with its time where that is on another disk."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (FileNotFoundError, FileExistsError, NotADirectoryError):
        raise
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _exchange_folders(one: str, other: str, aside: str) -> None:
    """Let two folders change places, at once where the system can."""
    import ctypes

    with suppress(AttributeError, OSError):
        rename = ctypes.CDLL(None).renameat2
        if rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
            return
    os.replace(other, aside)
    os.replace(one, other)
    os.replace(aside, one)
