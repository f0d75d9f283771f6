"""This module finds the captures that a person wants cleaned again, and says what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pressroom import contract

from newsarchive.archive import contents
from newsarchive.archive.outcome import CaptureStatus, recall
from newsarchive.captures.files import name_capture
from newsarchive.errors import ArchiveError
from newsarchive.ingest.command import SHOWN
from newsarchive.ingest.run import Summary
from newsarchive.rules.explanations import find_host


def list_file_captures(archive: contents.Archive, content: Path, rawdir: Path, file: str) -> frozenset[str]:
    """Return all captures of the article that `file` names: as a capture or as a content file."""
    inside = Path(file).resolve().is_relative_to(content.resolve())
    path = Path(file).resolve().relative_to(content.resolve()).as_posix() if inside else file
    name = name_capture(file, rawdir)
    entry = archive.entries.get(path) or archive.by_raw.get(name)
    return frozenset(entry.raws) if entry and entry.raws else frozenset([name])


def list_source_captures(
    archive: contents.Archive, settled: dict[str, list[CaptureStatus]], source: str
) -> frozenset[str]:
    """Return all known captures of a publication, by its name, its slug, its host or its folder under raw/."""
    wanted = source.strip().rstrip("/")
    captures = {
        raw
        for entry in archive.entries.values()
        for raw in entry.raws
        if _is_of_source(entry.header, entry.raws, wanted)
    }
    statuses = (status for pages in settled.values() for status in pages)
    return frozenset(
        captures
        | {status.path for status in statuses if _is_of_source({"source": status.source}, (status.path,), wanted)}
    )


def _is_of_source(header: dict[str, str], raws: tuple[str, ...], wanted: str) -> bool:
    name = header.get("source", "")
    names = {name.casefold(), contract.make_slug(name, ""), find_host(header.get("source_url", ""))}
    return wanted.casefold() in names - {""} or any(raw.startswith(wanted + "/") for raw in raws)


def list_wanted(rawdir: Path, content: Path, cache: Path, *, file: str, source: str) -> frozenset[str] | None:
    """Return the captures to clean again; None for all. Raises ArchiveError where none is meant."""
    if not file and not source:
        return None
    archive = contents.read_archive(content)
    if file:
        captures = list_file_captures(archive, content, rawdir, file)
        if not any((rawdir / name).is_file() for raw in captures for name in (raw, raw.rpartition("#")[0])):
            raise ArchiveError(file, "no capture is called so", "Copy its name from the report.")
        return captures
    captures = list_source_captures(archive, recall(cache, rawdir, content, ""), source)
    if not captures:
        names = sorted({entry.header.get("source", "") for entry in archive.entries.values()} - {""})
        raise ArchiveError(source, "no source is called so", f"Known are: {', '.join(names[:SHOWN]) or 'none'}.")
    return captures


def list_changes(summary: Summary, *, is_asked: bool) -> Iterator[str]:
    """Yield what a person should know of the run, a few lines of each kind."""
    yes = "" if is_asked else " Take such articles away with YES=1."
    kinds = {
        "taken away": summary.dropped,
        "not cleaned again, its capture is gone": summary.gone,
        "kept, though its capture would be held now": [f"{path}: {why}" for path, why in summary.kept],
    }
    for what, paths in kinds.items():
        yield from (f"{what}: {line}" for line in paths[:SHOWN])
        if len(paths) > SHOWN:
            yield f"{what}: {len(paths) - SHOWN:,} more"
    if summary.kept:
        yield f"{len(summary.kept):,} articles are kept though the cleaner would hold their captures.{yes}"


def write_closing(summary: Summary, reports: Path, *, dry_run: bool) -> str:
    """Return the one line a run ends with."""
    verb = "would change" if dry_run else "changed"
    files = "edited file is" if len(summary.differ) == 1 else "edited files are"
    edited = f", {len(summary.differ):,} {files} kept that would read otherwise" if summary.differ else ""
    return f"{summary.converted:,} captures cleaned again, {len(summary.written):,} articles {verb}{edited}: {reports / 'index.html'}"
