"""The content folder: what is in it already, where an article goes, and writing it without losing anything."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pressroom import contract

from newsarchive import frontmatter
from newsarchive.errors import WriteRefused
from newsarchive.models import Article, Conversion

SAMPLES = "samples/"
DECISIONS = ("accepted", "rejected")


@dataclass(frozen=True, slots=True)
class Entry:
    """One content file as far as ingest needs it."""

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
    """What a content folder holds, by capture, by slug and by path."""

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

    def slug_for(self, wanted: str, path: str = "") -> str:
        """Return `wanted`, or the first free `wanted-2`, `wanted-3` ...; the slug that `path` holds is free to it."""
        slug, number = wanted, 1
        while self.slugs.get(slug, path) != path:
            number += 1
            suffix = f"-{number}"
            slug = wanted[: contract.SLUG_LENGTH - len(suffix)].rstrip("-") + suffix
        return slug


def entry_of(path: str, text: str) -> Entry:
    """Return what ingest needs of a content file's text."""
    header, body = frontmatter.load(text)
    low = {key.lower(): value for key, value in header.items()}
    raw = low.get("raw", "")
    raws = (raw, *contract.split_list(low.get("raw_also", ""))) if raw else ()
    return Entry(
        path,
        raws,
        low.get("raw_sha256", ""),
        low.get("slug", ""),
        low.get("source_url", ""),
        frontmatter.is_hand_edited(text),
        text_hash(body),
        low,
    )


def text_hash(body: str) -> str:
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
        archive.add(entry_of(path.relative_to(content).as_posix(), text))
    return archive


def orphans(content: Path, archive: Archive) -> list[str]:
    """Return captures whose article a person deleted: its record of removals still stands, the article is nowhere."""
    found = []
    for path in sorted(content.rglob("*.removals.json")) if content.is_dir() else []:
        if not path.with_name(path.name.removesuffix(".removals.json") + ".md").exists():
            raw = json.loads(path.read_text(encoding="utf-8")).get("raw", "")
            if raw and raw not in archive.by_raw:
                found.append(raw)
            path.unlink()
    return found


def article_path(article: Article, slug: str, prefix: str = "") -> str:
    """Return where an article is kept: `YYYY/MM/slug.md`, `YYYY/slug.md` or `undated/slug.md`, under `prefix`."""
    precision = article.header.get("Date_precision", "day")
    date = None if precision == "none" else datetime.fromisoformat(article.header["Date"])
    folder = contract.date_path(date, "month" if precision == "day" else precision)
    return f"{prefix}{folder}/{slug}.md"


def write_atomically(path: Path, text: str) -> None:
    """Write a file in one step: a reader or a kill finds the old bytes or the new, never half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}-")
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


def write_article(content: Path, path: str, text: str, conversion: Conversion) -> None:
    """Write an article and, beside it, what was removed and mended.

    Raises WriteRefused when a file at `path` is a person's or the path leaves `content`.
    """
    target = content / path
    if not target.resolve().is_relative_to(content.resolve()):
        raise WriteRefused(path, "the article would be written outside the content folder", "Report this as a bug.")
    if target.exists() and frontmatter.is_hand_edited(target.read_text(encoding="utf-8", errors="replace")):
        raise WriteRefused(path, "a file that a person wrote stands there", "Rename it, then run make ingest again.")
    write_atomically(target, text)
    beside = target.with_suffix(".removals.json")
    write_atomically(beside, removals_json(conversion))


def removals_json(conversion: Conversion) -> str:
    """Return the record of removals and repairs that stands beside an article."""
    record = {
        "raw": conversion.path,
        "raw_sha256": conversion.sha256,
        "removals": [
            {"rule": r.rule, "path": r.path, "position": r.position, "text": r.text} for r in conversion.removals
        ],
        "repairs": [{"rule": r.rule, "before": r.before, "after": r.after} for r in conversion.repairs],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"


def remove_article(content: Path, path: str) -> None:
    """Take an article that the cleaner wrote, and its record of removals, away."""
    (content / path).unlink(missing_ok=True)
    (content / path).with_suffix(".removals.json").unlink(missing_ok=True)


def decisions(content: Path, name: str) -> dict[str, str]:
    """Return a person's decisions, `accepted` or `rejected`: capture path to reason."""
    file = content / f".{name}"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    pairs = (line.partition("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {raw.strip(): reason.strip() for raw, _, reason in pairs}


def write_decisions(content: Path, name: str, values: dict[str, str]) -> None:
    """Keep a person's decisions in `content/.accepted` or `content/.rejected`, one capture a line."""
    head = f"# Captures that were {name} by hand: path, tab, reason.\n"
    write_atomically(content / f".{name}", head + "".join(f"{raw}\t{why}\n" for raw, why in sorted(values.items())))


def decide(content: Path, raw: str, name: str, reason: str) -> None:
    """Record that `raw` is accepted or rejected, and undo the opposite decision."""
    for other in DECISIONS:
        values = decisions(content, other)
        known = raw in values
        values.pop(raw, None)
        if other == name:
            write_decisions(content, name, {**values, raw: reason})
        elif known:
            write_decisions(content, other, values)


def without_samples(names: Iterable[str]) -> list[str]:
    """Leave the samples out as soon as there is any other capture.

    >>> without_samples(["samples/a.html", "mine/b.html"]), without_samples(["samples/a.html"])
    (['mine/b.html'], ['samples/a.html'])
    """
    every = list(names)
    return [name for name in every if not name.startswith(SAMPLES)] or every
