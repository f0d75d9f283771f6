"""This module writes, moves and removes articles in the content folder without losing anything."""

from __future__ import annotations

import json
import os
from pathlib import Path

from newsarchive.archive import frontmatter
from newsarchive.archive.atomic import write_changed
from newsarchive.archive.records import make_record, place_record, read_record
from newsarchive.errors import WriteRefused
from newsarchive.models import Conversion


def write_article(
    content: Path, path: str, text: str, conversion: Conversion | None, hashes: dict[str, str], was: str = ""
) -> None:
    """Write an article and, beside it, what was removed and mended, and the SHA-256 of all its captures by path.

    An article that stood at `was` is moved first, so that whoever kills the run never leaves two. Without a conversion
    the record of removals keeps what it has, and only the captures are brought up to date.
    Raises WriteRefused when a file at `path` is a person's or the path leaves `content`.
    """
    target = content / path
    if not target.resolve().is_relative_to(content.resolve()):
        raise WriteRefused(path, "the article would be written outside the content folder", "Report this as a bug.")
    if target.exists() and frontmatter.is_hand_edited(target.read_text(encoding="utf-8", errors="replace")):
        raise WriteRefused(path, "a file that a person wrote stands there", "Rename it, then run make ingest again.")
    if was and was != path:
        _move(content / was, target)
    beside = place_record(target)
    known = read_record(beside)
    record = make_record(conversion) if conversion else known
    record["checksum"] = frontmatter.hash_content(text)
    record["captures"] = dict(sorted({**known.get("captures", {}), **hashes}.items()))
    write_changed(target, text)
    write_changed(beside, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _move(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    os.replace(old, new)
    if place_record(old).exists():
        os.replace(place_record(old), place_record(new))


def remove_article(content: Path, path: str) -> None:
    """Take an article that the cleaner wrote, and its record of removals, away.

    The record goes first: alone it would say that a person deleted the article.
    """
    place_record(content / path).unlink(missing_ok=True)
    (content / path).unlink(missing_ok=True)
