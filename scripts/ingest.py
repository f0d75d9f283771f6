#!/usr/bin/env python3
"""Clean the captures of a folder into Markdown articles; only what is new or changed since the last run."""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from newsarchive import lessons, pipeline, report, rules, store
from newsarchive.errors import ArchiveError
from newsarchive.models import Conversion
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

BASE = Path(__file__).resolve().parents[1]
RULES = BASE / "scripts" / "rules"


def sites_folder(content: Path, given: Path | None) -> Path:
    """Return where site rules live: as given, in the clone for its own content, else beside the content folder."""
    return given or (RULES / "sites" if content.resolve() == BASE / "content" else content.resolve().parent / "rules")


def rules_state(*folders: Path, table: Path) -> str:
    """Return a hash that changes when any rule or the table does."""
    files = [file for folder in folders for file in [*sorted(folder.glob("*.toml")), *rules.site_files(folder)]] + [
        table
    ]
    state = hashlib.sha256()
    for file in files:
        if file.is_file():
            state.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()


def run(
    rawdir: Path, content: Path, reports: Path, cache: Path, sites: Path, *, jobs: int, dry_run: bool, console: Console
) -> pipeline.Summary:
    """Ingest one folder, show progress, and write the reports. Raises ArchiveError."""
    known_rules, notes = lessons.learn_new(
        rawdir, content, cache, rules.load(RULES, sites), sites, jobs=jobs, dry_run=dry_run
    )
    for line in notes:
        console.print(line, markup=False)
    state = rules_state(RULES, sites, table=rawdir / "metadata.csv")
    settled = store.recall(cache, rawdir, content, state)
    columns = (TextColumn("Cleaning captures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("clean", total=None)
        summary = pipeline.ingest(
            rawdir, content, known_rules, settled, jobs=jobs, dry_run=dry_run,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )  # fmt: skip
    if not dry_run:
        store.remember(cache, rawdir, content, state, settled)
        archive = store.read_archive(content)
        published = store.published(content, archive)
        places = {raw: path for path, c in published for raw in archive.entries[path].raws}
        report.write(reports, [*(c for _, c in published), *summary.held], places)
    return summary


def show(summary: pipeline.Summary, console: Console) -> None:
    """Print what a dry run would write: each block of the capture, removed ones with their rule, and the header."""
    for path, old, new, conversion in summary.changes:
        console.print(f"\n[bold]{'change' if old else 'new'} content/{escape(path)}[/]  from {escape(conversion.path)}")
        for line in new.partition("\n\n")[0].splitlines():
            console.print(f"[green]+ {escape(line)}[/]")
        _show_blocks(conversion, console)
    for held in summary.held:
        console.print(f"\n[yellow]held[/] {escape(held.path)}: {escape(held.held)}")


def _show_blocks(conversion: Conversion, console: Console) -> None:
    removed = {(removal.position, removal.text): removal.rule for removal in conversion.removals}
    for block in conversion.blocks:
        rule = removed.get((block.position, block.text))
        if rule:
            console.print(f"[red]- {escape(block.text)}[/]  [dim]{escape(rule)}[/]")
        else:
            console.print(f"  {escape(block.text)}")


def not_read(others: list[str]) -> list[str]:
    """Return a line for each of the first files that no reader takes, and one for the rest."""
    kinds = {
        True: "a folder that is a link or cannot be listed. Copy it here",
        False: "no reader takes this kind of file. Save it as .html or .txt",
    }
    lines = [f"not read: {name}: {kinds[name.endswith('/')]}." for name in others[:5]]
    return lines + ([f"not read: {len(others) - 5:,} more such files."] if len(others) > 5 else [])


def closing_line(summary: pipeline.Summary, reports: Path, *, dry_run: bool) -> str:
    """Return the one line a run ends with."""
    held = f", {len(summary.held)} held or not articles: open {reports / 'index.html'}" if summary.held else ""
    verb = "would be written" if dry_run else "written"
    return (
        f"{summary.captures:,} captures, {summary.converted:,} cleaned, {len(summary.written):,} articles {verb}{held}"
    )


def main() -> int:
    """Parse the arguments, ingest, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "rawdir", nargs="?", default=str(BASE / "raw"), metavar="RAWDIR", help="captures (default: raw/)"
    )
    parser.add_argument("--content", type=Path, default=BASE / "content", help="where articles go (default: content/)")
    parser.add_argument("--reports", type=Path, help="what was removed (default: reports/ beside the content folder)")
    parser.add_argument("--cache", type=Path, help="may be deleted at any time (default: .cache/ beside content)")
    parser.add_argument(
        "--rules", type=Path, help="rules per site (default: scripts/rules/sites/, or rules/ beside content)"
    )
    parser.add_argument("--jobs", type=int, default=0, help="processes (default: one a core)")
    parser.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    args = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    if not args.rawdir:
        console.print("Nothing to ingest: no folder of captures is set (RAWDIR).")
        return 0
    rawdir, beside = Path(args.rawdir), args.content.resolve().parent
    if not rawdir.is_dir():
        print(f"{rawdir}: there is no such folder. Name the folder that holds your captures.", file=sys.stderr)
        return 2
    reports = args.reports or beside / "reports"
    try:
        summary = run(
            rawdir, args.content, reports, args.cache or beside / ".cache", sites_folder(args.content, args.rules),
            jobs=args.jobs, dry_run=args.dry_run, console=console,
        )  # fmt: skip
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    if args.dry_run:
        show(summary, console)
    for line in not_read(summary.others):
        console.print(line, style="yellow", markup=False)
    for path in summary.by_hand:
        console.print(f"kept as you edited it: {escape(path)}")
    console.print(closing_line(summary, reports, dry_run=args.dry_run))
    return 1 if summary.lost else 0


if __name__ == "__main__":
    sys.exit(main())
