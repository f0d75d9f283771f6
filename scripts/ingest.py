#!/usr/bin/env python3
"""Clean the captures of a folder into Markdown articles; only what is new or changed since the last run."""

from __future__ import annotations

import argparse
import sys

from newsarchive.errors import ArchiveError
from newsarchive.ingest.command import (
    add_folder_arguments,
    list_lost,
    list_unread,
    read_folders,
    run_ingest,
    write_closing,
    write_report,
)
from newsarchive.report import terminal
from rich.console import Console


def main() -> int:
    """Parse the arguments, ingest, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_folder_arguments(parser)
    parser.add_argument("--report", action="store_true", help="only write the report's lists again, from what is known")
    args = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    if not args.rawdir:
        console.print("Nothing to ingest: no folder of captures is set (RAWDIR).")
        return 0
    places = read_folders(args)
    if not places:
        return 2
    try:
        if args.report:
            terminal.say_text(console, write_report(*places))
            return 0
        tell = (lambda outcome: terminal.show_outcome(outcome, console)) if args.dry_run else None
        summary = run_ingest(*places, jobs=args.jobs, dry_run=args.dry_run, console=console, tell=tell)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    for line in list_unread(summary.others):
        terminal.say_text(console, line, "yellow")
    for path in summary.by_hand:
        terminal.say_text(console, f"kept as you edited it: {path}")
    for path, reason in summary.kept:
        terminal.say_text(console, f"kept, though its capture would be held now: {path}: {reason}", "yellow")
    for line in list_lost(summary):
        print(line, file=sys.stderr)
    terminal.say_text(console, write_closing(summary, places[2], dry_run=args.dry_run))
    return 1 if summary.lost else 0


if __name__ == "__main__":
    sys.exit(main())
