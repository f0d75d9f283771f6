"""The content folder: what is in it already, where an article goes, and writing it without losing anything."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pressroom import contract

from newsarchive.archive import frontmatter
from newsarchive.archive.counts import Yield, as_record, from_record, yield_of
from newsarchive.errors import WriteRefused
from newsarchive.models import SAMPLES, Article, Conversion

DECISIONS = ("accepted", "rejected")
PARTIAL = ".partial"
"""End of the name of a file that is being written: what a killed run leaves, the next one takes away."""


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

    def place_for(self, article: Article, wanted: str, prefix: str) -> tuple[str, str]:
        """Return slug and path for a new article: `wanted` or the first `wanted-2` ... where nothing stands."""
        slug, number = self.slug_for(wanted), 1
        while article_path(article, slug, prefix) in self.entries:
            number += 1
            slug = self.slug_for(_numbered(wanted, number))
        return slug, article_path(article, slug, prefix)

    def slug_for(self, wanted: str, path: str = "") -> str:
        """Return `wanted`, or the first free `wanted-2`, `wanted-3` ...; the slug that `path` holds is free to it."""
        slug, number = wanted, 1
        while self.slugs.get(slug, path) != path:
            number += 1
            slug = _numbered(wanted, number)
        return slug


def _numbered(slug: str, number: int) -> str:
    suffix = f"-{number}"
    return slug[: contract.SLUG_LENGTH - len(suffix)].rstrip("-") + suffix


def entry_of(path: str, text: str) -> Entry:
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
        text_hash(body),
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


def _orphaned(content: Path) -> list[Path]:
    files = sorted(content.rglob("*.removals.json")) if content.is_dir() else []
    return [file for file in files if not article_beside(file).exists()]


def article_beside(removals: Path) -> Path:
    """Return the article that a record of removals belongs to."""
    return removals.with_name(removals.name.removesuffix(".removals.json") + ".md")


def orphans(content: Path, archive: Archive) -> list[str]:
    """Return captures whose article a person deleted: its record of removals still stands, the article is nowhere."""
    raws = [json.loads(file.read_text(encoding="utf-8")).get("raw", "") for file in _orphaned(content)]
    return [raw for raw in raws if raw and raw not in archive.by_raw]


def clear_orphans(content: Path) -> None:
    """Take away the records of removals whose article is gone or was moved."""
    for file in _orphaned(content):
        file.unlink()


def record_beside(article: Path) -> Path:
    """Return where the record of an article's removals stands."""
    return article.with_suffix(".removals.json")


def article_path(article: Article, slug: str, prefix: str = "") -> str:
    """Return where an article is kept: `YYYY/MM/slug.md`, `YYYY/slug.md` or `undated/slug.md`, under `prefix`."""
    date, precision = _date(article.header)
    folder = contract.make_date_path(date, "month" if precision == "day" else precision)
    return f"{prefix}{folder}/{slug}.md"


def address(header: dict[str, str], slug: str) -> str:
    """Return the address of an article on a site with our settings."""
    return f"/{contract.make_date_path(*_date(header))}/{slug}/"


def _date(header: dict[str, str]) -> tuple[datetime | None, str]:
    precision = header.get("Date_precision") or "day"
    return None if precision == "none" else datetime.fromisoformat(header["Date"]), precision


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
    beside = record_beside(target)
    known = _json(beside)
    record = _record(conversion) if conversion else known
    record["checksum"] = frontmatter.checksum(text)
    record["captures"] = dict(sorted({**known.get("captures", {}), **hashes}.items()))
    write_changed(target, text)
    write_changed(beside, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def _move(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    os.replace(old, new)
    if record_beside(old).exists():
        os.replace(record_beside(old), record_beside(new))


def _json(file: Path) -> dict[str, Any]:
    """Return the record in a file; an empty one where there is none or it is torn."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _record(conversion: Conversion) -> dict[str, Any]:
    return {
        "raw": conversion.path,
        "yield": as_record(yield_of(conversion)),
        "removals": [
            {"rule": r.rule, "path": r.path, "position": r.position, "text": r.text} for r in conversion.removals
        ],
        "repairs": [{"rule": r.rule, "before": r.before, "after": r.after} for r in conversion.repairs],
    }


def remove_article(content: Path, path: str) -> None:
    """Take an article that the cleaner wrote, and its record of removals, away.

    The record goes first: alone it would say that a person deleted the article.
    """
    record_beside(content / path).unlink(missing_ok=True)
    (content / path).unlink(missing_ok=True)


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


# --- the cache ------------------------------------------------------------------------------------------------------


NO_YIELD = Yield()


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one page of a capture."""

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


def wanted(names: list[str], articles: Iterable[str]) -> list[str]:
    """Leave the samples out of captures as soon as there is any other capture or article."""
    own = [name for name in names if not name.startswith(SAMPLES)]
    return own if own or any(not path.startswith((SAMPLES, "pages/")) for path in articles) else names


def stamp(path: Path) -> list[int]:
    """Return size and modification time in nanoseconds; nothing when there is no file."""
    try:
        status = path.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def cache_file(cache: Path, rawdir: Path, content: Path) -> Path:
    """Return where the state of ingest from one folder into another is kept."""
    key = f"{rawdir.resolve()}\0{content.resolve()}"
    return cache / f"ingest-{hashlib.sha256(key.encode()).hexdigest()[:12]}.json"


def recall(cache: Path, rawdir: Path, content: Path, rules_state: str) -> dict[str, list[Fate]]:
    """Return what an earlier run over the same folders found of the captures that did not change since.

    What rules decide (a held page) is forgotten when `rules_state` changed. A lost or torn cache is an empty one.
    """
    try:
        state, known, _ = json.loads(cache_file(cache, rawdir, content).read_text(encoding="utf-8"))
        fates = {n: [_fate(*f) for f in found] for n, (was, found) in known.items() if stamp(rawdir / n) == was}
    except (OSError, ValueError, TypeError):
        return {}
    if state != rules_state:
        fates = {name: found for name, found in fates.items() if not any(fate.held for fate in found)}
    return fates


def _fate(path: str, sha256: str, kind: str, held: str, title: str, *more: Any) -> Fate:
    source, note, joined, numbers = more
    return Fate(path, sha256, kind, held, title, source, note, joined, Yield(*numbers))


def remember(
    cache: Path, rawdir: Path, content: Path, rules_state: str, fates: dict[str, list[Fate]], records: Records
) -> None:
    """Keep what this run found; it only speeds the next one up."""
    known = {name: [stamp(rawdir / name), [astuple(fate) for fate in found]] for name, found in sorted(fates.items())}
    state = json.dumps([rules_state, known, records.known], ensure_ascii=False)
    write_atomically(cache_file(cache, rawdir, content), state)


RECORDED = ("yield", "captures", "checksum")
"""What the cache keeps of a record of removals."""


class Records:
    """What the records of removals say, by article: each is read again only when it changes."""

    def __init__(self, content: Path, cache: Path, rawdir: Path) -> None:
        self.content = content
        try:
            self.before: dict[str, Any] = json.loads(cache_file(cache, rawdir, content).read_text(encoding="utf-8"))[2]
        except (OSError, ValueError, LookupError):
            self.before = {}
        self.known: dict[str, Any] = {}

    def numbers(self, path: str) -> Yield:
        """Return what cleaning gave for the article at `path`."""
        return from_record(self._of(path).get("yield"))

    def captures(self, entry: Entry) -> dict[str, str]:
        """Return path and SHA-256 of every capture behind an article.

        A person's file may stand without a record: then its header counts. Where the cleaner's own record is missing or
        belongs to other bytes, a killed run did not write the article to its end, and no capture counts as done.
        """
        record = self._of(entry.path)
        if entry.hand_edited:
            return dict(record.get("captures") or {entry.raws[0]: entry.sha256})
        written = (record.get("checksum") or "") == entry.header.get("checksum")
        return dict(record.get("captures") or {}) if written else {}

    def _of(self, path: str) -> dict[str, Any]:
        file = record_beside(self.content / path)
        now = stamp(file)
        found = self.known.get(path) or self.before.get(path)
        if not found or found[0] != now or set(found[1]) != set(RECORDED):
            record = _json(file)
            found = [now, {key: record.get(key) for key in RECORDED}]
        self.known[path] = found
        return dict(found[1])
