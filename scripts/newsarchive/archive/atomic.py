"""This module writes a file in one step, so that a kill leaves the old bytes or the new."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PARTIAL = ".partial"
"""End of the name of a file that is being written: what a killed run leaves, the next one takes away."""


def write_atomically(path: Path, text: str) -> None:
    """Write a file in one step: a reader or a kill finds the old bytes or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-", suffix=PARTIAL)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def clear_partial(folder: Path) -> None:
    """Take away what a killed run left half written."""
    for file in folder.rglob(f".*{PARTIAL}") if folder.is_dir() else ():
        file.unlink(missing_ok=True)


def write_changed(path: Path, text: str) -> bool:
    """Write a file unless it has these bytes already; tell whether it was written."""
    try:
        if path.read_bytes() == text.encode():
            return False
    except OSError:
        pass
    write_atomically(path, text)
    return True
