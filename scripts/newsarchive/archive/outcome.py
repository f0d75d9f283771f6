"""This module keeps what became of each capture in the cache folder, so that a later run looks only at what is new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from newsarchive.archive.atomic import write_atomically
from newsarchive.archive.counts import Yield
from newsarchive.models import SAMPLES

NO_YIELD = Yield()


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """It says what became of one page of a capture."""

    path: str
    sha256: str
    kind: str
    held: str
    title: str
    source: str = ""
    note: str = ""
    """What else a person should know: how an article that they edited differs from what the cleaner would write."""
    joined: str = ""
    """The person's article that this capture belongs to, without being named in its header."""
    numbers: Yield = NO_YIELD


def leave_samples_out(names: list[str], articles: Iterable[str]) -> list[str]:
    """Leave the samples out of captures as soon as there is any other capture or article."""
    captures = [name for name in names if not name.startswith(SAMPLES)]
    return captures if captures or any(not path.startswith((SAMPLES, "pages/")) for path in articles) else names


def stamp_file(path: Path) -> list[int]:
    """Return size and modification time in nanoseconds; nothing when there is no file."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def find_cache(cache: Path, rawdir: Path, content: Path) -> Path:
    """Return where the state of ingest from one folder into another is kept."""
    key = f"{rawdir.resolve()}\0{content.resolve()}"
    return cache / f"ingest-{hashlib.sha256(key.encode()).hexdigest()[:12]}.json"


def recall(cache: Path, rawdir: Path, content: Path, rules_state: str) -> dict[str, list[CaptureStatus]]:
    """Return what an earlier run over the same folders found of the captures that did not change since.

    What rules decide (a held page) is forgotten when `rules_state` changed. A lost or torn cache is an empty one.
    """
    try:
        state, known, _ = json.loads(find_cache(cache, rawdir, content).read_text(encoding="utf-8"))
        statuses = {
            n: [_read_status(*f) for f in pages] for n, (was, pages) in known.items() if stamp_file(rawdir / n) == was
        }
    except (OSError, ValueError, TypeError):
        return {}
    if state != rules_state:
        statuses = {name: pages for name, pages in statuses.items() if not any(status.held for status in pages)}
    return statuses


def _read_status(path: str, sha256: str, kind: str, held: str, title: str, *more: Any) -> CaptureStatus:
    source, note, joined, numbers = more
    return CaptureStatus(path, sha256, kind, held, title, source, note, joined, Yield(*numbers))


def remember(
    cache: Path,
    rawdir: Path,
    content: Path,
    rules_state: str,
    statuses: dict[str, list[CaptureStatus]],
    recorded: dict[str, Any],
) -> None:
    """Keep what this run found and what the records of removals hold; it only speeds the next one up."""
    known = {
        name: [stamp_file(rawdir / name), [astuple(status) for status in pages]]
        for name, pages in sorted(statuses.items())
    }
    state = json.dumps([rules_state, known, recorded], ensure_ascii=False)
    write_atomically(find_cache(cache, rawdir, content), state)
