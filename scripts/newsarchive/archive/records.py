"""This module keeps the record beside each article: what was removed and mended, and of which captures it was made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from newsarchive.archive.contents import Archive, Entry
from newsarchive.archive.counts import Yield, count_yield, read_counts, write_record
from newsarchive.archive.outcome import find_cache, stamp_file
from newsarchive.models import Conversion

RECORDED = ("yield", "captures", "checksum")
"""What the cache keeps of a record of removals."""


def _list_orphaned(content: Path) -> list[Path]:
    files = sorted(content.rglob("*.removals.json")) if content.is_dir() else []
    return [file for file in files if not find_article(file).exists()]


def find_article(removals: Path) -> Path:
    """Return the article that a record of removals belongs to."""
    return removals.with_name(removals.name.removesuffix(".removals.json") + ".md")


def list_orphans(content: Path, archive: Archive) -> list[str]:
    """Return captures whose article a person deleted: its record of removals still stands, the article is nowhere."""
    raws = [json.loads(file.read_text(encoding="utf-8")).get("raw", "") for file in _list_orphaned(content)]
    return [raw for raw in raws if raw and raw not in archive.by_raw]


def clear_orphans(content: Path) -> None:
    """Take away the records of removals whose article is gone or was moved."""
    for file in _list_orphaned(content):
        file.unlink()


def place_record(article: Path) -> Path:
    """Return where the record of an article's removals stands."""
    return article.with_suffix(".removals.json")


def read_record(file: Path) -> dict[str, Any]:
    """Return the record in a file; an empty one where there is none or it is torn."""
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def make_record(conversion: Conversion) -> dict[str, Any]:
    return {
        "raw": conversion.path,
        "yield": write_record(count_yield(conversion)),
        "removals": [
            {"rule": r.rule, "path": r.path, "position": r.position, "text": r.text} for r in conversion.removals
        ],
        "repairs": [{"rule": r.rule, "before": r.before, "after": r.after} for r in conversion.repairs],
    }


class Records:
    """It tells what the records of removals say, by article; each is read again only when it changes."""

    def __init__(self, content: Path, cache: Path, rawdir: Path) -> None:
        self.content = content
        try:
            self.before: dict[str, Any] = json.loads(find_cache(cache, rawdir, content).read_text(encoding="utf-8"))[2]
        except (OSError, ValueError, LookupError):
            self.before = {}
        self.known: dict[str, Any] = {}

    def read_yield(self, path: str) -> Yield:
        """Return what cleaning gave for the article at `path`."""
        return read_counts(self._read(path).get("yield"))

    def list_captures(self, entry: Entry) -> dict[str, str]:
        """Return path and SHA-256 of every capture behind an article.

        A person's file may stand without a record: then its header counts. Where the cleaner's own record is missing or
        belongs to other bytes, a killed run did not write the article to its end, and no capture counts as done.
        """
        record = self._read(entry.path)
        if entry.hand_edited:
            return dict(record.get("captures") or {entry.raws[0]: entry.sha256})
        written = (record.get("checksum") or "") == entry.header.get("checksum")
        return dict(record.get("captures") or {}) if written else {}

    def _read(self, path: str) -> dict[str, Any]:
        file = place_record(self.content / path)
        now = stamp_file(file)
        known = self.known.get(path) or self.before.get(path)
        if not known or known[0] != now or set(known[1]) != set(RECORDED):
            record = read_record(file)
            known = [now, {key: record.get(key) for key in RECORDED}]
        self.known[path] = known
        return dict(known[1])
