"""This module runs ingest as its commands do: in the folders that a person names, with progress and reports."""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from newsarchive import captures
from newsarchive.archive import contents, decisions
from newsarchive.archive.outcome import find_cache, leave_samples_out, recall, remember
from newsarchive.archive.records import Records
from newsarchive.ingest import ingest, learn_sites, spool
from newsarchive.ingest.run import Summary
from newsarchive.report import index
from newsarchive.report.report_page import Outcome, ReportPages
from newsarchive.rules import rules
from newsarchive.rules.explanations import Explanations

BASE = Path(__file__).resolve().parents[3]
RULES = BASE / "scripts" / "rules"
PACKAGE = BASE / "scripts" / "newsarchive"
SHOWN = 20
"""Lines of one kind that a run prints before it only counts."""


def find_sites_folder(content: Path, given: Path | None) -> Path:
    """Return where site rules live: as given, in the clone for its own content, else beside the content folder."""
    return given or (RULES / "sites" if content.resolve() == BASE / "content" else content.resolve().parent / "rules")


def hash_rules(*folders: Path, table: Path) -> str:
    """Return a hash that changes when any rule or the table does."""
    files_there = (file for folder in folders if folder.is_dir() for file in sorted(folder.rglob("*")))
    files = [file for file in files_there if file.is_file() and file.suffix != ".md"] + [table]
    state = hashlib.sha256()
    for file in files:
        if file.is_file():
            state.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()


def make_explanations(sites: Path) -> Explanations:
    """Return the rules with their reasons; the folder of site rules by the name that people know it by."""
    return Explanations(RULES, "scripts/rules/sites" if sites.resolve() == RULES / "sites" else sites.name)


def run_ingest(
    rawdir: Path, content: Path, reports: Path, cache: Path, sites: Path, *, jobs: int, dry_run: bool, console: Console,
    again: ingest.Reclean | None = None, tell: Callable[[Outcome], None] | None = None,
) -> Summary:  # fmt: skip
    """Ingest one folder, show progress, and write the reports; `tell` hears of every capture. Raises ArchiveError."""
    known_rules, notes = learn_sites.learn_new(
        rawdir, content, cache, rules.load(RULES, sites), sites, jobs=jobs, dry_run=dry_run
    )
    for line in notes:
        console.print(line, markup=False)
    state = hash_rules(RULES, sites, table=rawdir / "metadata.csv")
    settled = recall(cache, rawdir, content, state)
    records = Records(content, cache, rawdir)
    file = None if dry_run else find_cache(cache, rawdir, content).with_suffix(".sqlite")
    work = spool.Spool(file, state + spool.hash_code(PACKAGE))
    pages = ReportPages(reports, make_explanations(sites), content.name)

    def hear(outcome: Outcome) -> None:
        if tell:
            tell(outcome)
        if not dry_run:
            pages.write(outcome)

    columns = (TextColumn("Cleaning captures"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("clean", total=None)
        summary = ingest.ingest(
            rawdir, content, known_rules, settled, records, work, jobs=jobs, dry_run=dry_run, again=again, tell=hear,
            progress=lambda done, total: progress.update(task, completed=done, total=total),
        )  # fmt: skip
    if not dry_run:
        rows = index.list_rows(summary.archive, settled, summary.held, records)
        index.write_report(reports, rows, pages.recipes, content.name)
        remember(cache, rawdir, content, state, settled, records.known)
    work.clear()
    return summary


def write_report(rawdir: Path, content: Path, reports: Path, cache: Path, sites: Path) -> str:
    """Write the lists of the report again from what is known, without cleaning; return the line to end with."""
    state = hash_rules(RULES, sites, table=rawdir / "metadata.csv")
    settled = recall(cache, rawdir, content, state)
    archive = contents.read_archive(content)
    decided = (decisions.read_decisions(content, name) for name in decisions.DECISIONS)
    held = ingest.list_held(settled, archive, *decided)
    rows = index.list_rows(archive, settled, held, Records(content, cache, rawdir))
    index.write_report(reports, rows, make_explanations(sites), content.name)
    names = leave_samples_out(captures.discover(rawdir), archive.entries)
    named = {name for row in rows for name in (row.raw, row.raw.rpartition("#")[0])}
    new = sum(name not in named for name in names)
    more = f" {new:,} captures are not in it, because nothing is known of them yet: run make ingest." if new else ""
    return f"{reports / 'index.html'}: {len(rows):,} captures.{more}"


def list_unread(others: list[str]) -> list[str]:
    """Return a line for each of the first files that no reader takes, and one for the rest."""
    kinds = {
        True: "a folder that is a link or cannot be listed. Copy it here",
        False: "no reader takes this kind of file. Save it as .html or .txt",
    }
    lines = [f"not read: {name}: {kinds[name.endswith('/')]}." for name in others[:5]]
    return lines + ([f"not read: {len(others) - 5:,} more such files."] if len(others) > 5 else [])


def list_lost(summary: Summary) -> list[str]:
    """Return a line for captures that ended nowhere: an error of the program."""
    what = "it is neither published nor named with a reason. Report this with the capture"
    return [f"lost: {raw}: {what}." for raw in summary.lost[:SHOWN]]


def write_closing(summary: Summary, reports: Path, *, dry_run: bool) -> str:
    """Return the one line a run ends with."""
    held = f", {len(summary.held)} held or not articles: open {reports / 'index.html'}" if summary.held else ""
    verb = "would be written" if dry_run else "written"
    return (
        f"{summary.captures:,} captures, {summary.converted:,} cleaned, {len(summary.written):,} articles {verb}{held}"
    )


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name folders, which ingest and reclean share."""
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


def read_folders(args: argparse.Namespace) -> tuple[Path, Path, Path, Path, Path] | None:
    """Return raw, content, reports, cache and site rules folder; None, with a word why, where there is no raw folder."""
    rawdir, beside = Path(args.rawdir), args.content.resolve().parent
    if not args.rawdir or not rawdir.is_dir():
        where = args.rawdir or "RAWDIR"
        print(f"{where}: there is no such folder. Name the folder that holds your captures.", file=sys.stderr)
        return None
    reports, cache = args.reports or beside / "reports", args.cache or beside / ".cache"
    return rawdir, args.content, reports, cache, find_sites_folder(args.content, args.rules)
