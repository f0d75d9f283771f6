"""This module knows what a content folder holds already: its articles by capture, by slug and by path."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from pressroom import contract

from newsarchive.archive import frontmatter
from newsarchive.models import Article


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry is one content file as far as ingest needs it."""

    path: str
    """Under the content folder, with `/`."""
    raws: tuple[str, ...]
    sha256: str
    slug: str
    source_url: str
    hand_edited: bool
    body_hash: str
    header: dict[str, str]
    """By key in lower case."""


@dataclass
class Archive:
    """An archive knows what a content folder holds, by capture, by slug and by path."""

    entries: dict[str, Entry] = field(default_factory=dict)
    by_raw: dict[str, Entry] = field(default_factory=dict)
    slugs: dict[str, str] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Take in one content file, in place of an earlier one at the same path."""
        self.forget(entry.path)
        self.entries[entry.path] = entry
        for raw in entry.raws:
            self.by_raw[raw] = entry
        if entry.slug:
            self.slugs[entry.slug] = entry.path

    def forget(self, path: str) -> None:
        """Drop one content file."""
        entry = self.entries.pop(path, None)
        if entry:
            for raw in entry.raws:
                if self.by_raw.get(raw) == entry:
                    del self.by_raw[raw]
            if self.slugs.get(entry.slug) == path:
                del self.slugs[entry.slug]

    def place_for(self, article: Article, wanted: str, prefix: str) -> tuple[str, str]:
        """Return slug and path for a new article: `wanted` or the first `wanted-2` ... where nothing stands."""
        slug, number = self.slug_for(wanted), 1
        while place_article(article, slug, prefix) in self.entries:
            number += 1
            slug = self.slug_for(_number_slug(wanted, number))
        return slug, place_article(article, slug, prefix)

    def slug_for(self, wanted: str, path: str = "") -> str:
        """Return `wanted`, or the first free `wanted-2`, `wanted-3` ...; the slug that `path` holds is free to it."""
        slug, number = wanted, 1
        while self.slugs.get(slug, path) != path:
            number += 1
            slug = _number_slug(wanted, number)
        return slug


def _number_slug(slug: str, number: int) -> str:
    suffix = f"-{number}"
    return slug[: contract.SLUG_LENGTH - len(suffix)].rstrip("-") + suffix


def read_entry(path: str, text: str) -> Entry:
    """Return what ingest needs of a content file's text; of captures and addresses that a person wrote, what can be one."""
    header, body = frontmatter.load(text)
    low = {key.lower(): value for key, value in header.items()}
    if not _is_address(low.get("source_url", "")):
        del low["source_url"]
    named = [low.get("raw", ""), *contract.split_list(low.get("raw_also", ""))]
    raws = tuple(raw for raw in named if _is_capture(raw)) if _is_capture(named[0]) else ()
    return Entry(
        path,
        raws,
        low.get("raw_sha256", ""),
        low.get("slug", ""),
        low.get("source_url", ""),
        frontmatter.is_hand_edited(text),
        hash_text(body),
        low,
    )


def _is_address(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _is_capture(raw: str) -> bool:
    """Tell whether a path can be that of a file in the folder of captures."""
    parts = raw.split("/")
    return "\0" not in raw and all(part not in ("", "..") and len(os.fsencode(part)) < 256 for part in parts)


def hash_text(body: str) -> str:
    """Return a hash of a body's words, the same for bodies that differ only in white space."""
    return hashlib.sha256(" ".join(body.split()).encode()).hexdigest()


def read_archive(content: Path) -> Archive:
    """Read every content file's header. Files that are not UTF-8 are left to `check`."""
    archive = Archive()
    for path in sorted(content.rglob("*.md")) if content.is_dir() else []:
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, OSError):
            continue
        archive.add(read_entry(path.relative_to(content).as_posix(), text))
    return archive


def place_article(article: Article, slug: str, prefix: str = "") -> str:
    """Return where an article is kept: `YYYY/MM/slug.md`, `YYYY/slug.md` or `undated/slug.md`, under `prefix`."""
    date, precision = _read_date(article.header)
    folder = contract.make_date_path(date, "month" if precision == "day" else precision)
    return f"{prefix}{folder}/{slug}.md"


def make_address(header: dict[str, str], slug: str) -> str:
    """Return the address of an article on a site with our settings."""
    return f"/{contract.make_date_path(*_read_date(header))}/{slug}/"


def _read_date(header: dict[str, str]) -> tuple[datetime | None, str]:
    precision = header.get("Date_precision") or "day"
    return None if precision == "none" else datetime.fromisoformat(header["Date"]), precision
