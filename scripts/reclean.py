#!/usr/bin/env python3
"""Clean captures again after a change of rules; only articles whose bytes change are written, and edited ones are kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from decide import capture_name
from ingest import SHOWN, folder_arguments, folders, lost_lines, run
from newsarchive.archive import store
from newsarchive.errors import ArchiveError
from newsarchive.ingest import ingest
from newsarchive.ingest.run import Summary
from newsarchive.report import terminal
from newsarchive.report.report_page import Outcome
from newsarchive.rules.explanations import host_of
from pressroom import contract
from rich.console import Console


def captures_of_file(archive: store.Archive, content: Path, rawdir: Path, file: str) -> frozenset[str]:
    """Return all captures of the article that `file` names: as a capture or as a content file."""
    inside = Path(file).resolve().is_relative_to(content.resolve())
    path = Path(file).resolve().relative_to(content.resolve()).as_posix() if inside else file
    name = capture_name(file, rawdir)
    entry = archive.entries.get(path) or archive.by_raw.get(name)
    return frozenset(entry.raws) if entry and entry.raws else frozenset([name])


def captures_of_source(archive: store.Archive, settled: dict[str, list[store.Fate]], source: str) -> frozenset[str]:
    """Return all known captures of a publication, by its name, its slug, its host or its folder under raw/."""
    wanted = source.strip().rstrip("/")
    found = {
        raw for entry in archive.entries.values() for raw in entry.raws if _is_of(entry.header, entry.raws, wanted)
    }
    fates = (fate for fates in settled.values() for fate in fates)
    return frozenset(found | {fate.path for fate in fates if _is_of({"source": fate.source}, (fate.path,), wanted)})


def _is_of(header: dict[str, str], raws: tuple[str, ...], wanted: str) -> bool:
    name = header.get("source", "")
    names = {name.casefold(), contract.make_slug(name, ""), host_of(header.get("source_url", ""))}
    return wanted.casefold() in names - {""} or any(raw.startswith(wanted + "/") for raw in raws)


def wanted_captures(args: argparse.Namespace, rawdir: Path, content: Path, cache: Path) -> frozenset[str] | None:
    """Return the captures to clean again; None for all. Raises ArchiveError where none is meant."""
    if not args.file and not args.source:
        return None
    archive = store.read_archive(content)
    if args.file:
        found = captures_of_file(archive, content, rawdir, args.file)
        if not any((rawdir / name).is_file() for raw in found for name in (raw, raw.rpartition("#")[0])):
            raise ArchiveError(args.file, "no capture is called so", "Copy its name from the report.")
        return found
    found = captures_of_source(archive, store.recall(cache, rawdir, content, ""), args.source)
    if not found:
        names = sorted({entry.header.get("source", "") for entry in archive.entries.values()} - {""})
        raise ArchiveError(args.source, "no source is called so", f"Known are: {', '.join(names[:SHOWN]) or 'none'}.")
    return found


def lines(summary: Summary, *, is_asked: bool) -> Iterator[str]:
    """Yield what a person should know of the run, a few lines of each kind."""
    yes = "" if is_asked else " Take such articles away with YES=1."
    kinds = {
        "taken away": summary.dropped,
        "not cleaned again, its capture is gone": summary.gone,
        "kept, though its capture would be held now": [f"{path}: {why}" for path, why in summary.kept],
    }
    for what, found in kinds.items():
        yield from (f"{what}: {line}" for line in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"{what}: {len(found) - SHOWN:,} more"
    if summary.kept:
        yield f"{len(summary.kept):,} articles are kept though the cleaner would hold their captures.{yes}"


def closing_line(summary: Summary, reports: Path, *, dry_run: bool) -> str:
    """Return the one line a run ends with."""
    verb = "would change" if dry_run else "changed"
    files = "edited file is" if len(summary.differ) == 1 else "edited files are"
    edited = f", {len(summary.differ):,} {files} kept that would read otherwise" if summary.differ else ""
    return f"{summary.converted:,} captures cleaned again, {len(summary.written):,} articles {verb}{edited}: {reports / 'index.html'}"


def main() -> int:
    """Parse the arguments, clean again, say what changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    folder_arguments(parser)
    parser.add_argument("--source", default="", help="only this publication: its name, host, or folder under raw/")
    parser.add_argument("--file", default="", help="only this capture, or the captures of this content file")
    parser.add_argument("--yes", action="store_true", help="take away articles whose captures would be held now")
    args = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    found = folders(args)
    if not found:
        return 2
    shown = 0

    def tell(outcome: Outcome) -> None:
        nonlocal shown
        if outcome.old and outcome.new != outcome.old and (outcome.is_edited or args.dry_run):
            shown += 1
            if shown <= SHOWN:
                terminal.show_difference(outcome, console)

    try:
        paths = wanted_captures(args, found[0], found[1], found[3])
        again = ingest.Again(paths, drop=args.yes)
        summary = run(*found, jobs=args.jobs, dry_run=args.dry_run, console=console, again=again, tell=tell)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    if shown > SHOWN:
        terminal.say(console, f"\n{shown - SHOWN:,} more differences are not shown here.")
    for line in lines(summary, is_asked=args.yes):
        terminal.say(console, line, "yellow")
    for line in lost_lines(summary):
        print(line, file=sys.stderr)
    terminal.say(console, closing_line(summary, found[2], dry_run=args.dry_run))
    return 1 if summary.lost else 0


if __name__ == "__main__":
    sys.exit(main())
