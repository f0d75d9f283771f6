#!/usr/bin/env python3
"""Clean captures again after a change of rules; only articles whose bytes change are written, and edited ones are kept."""

from __future__ import annotations

import argparse
import sys

from newsarchive.errors import ArchiveError
from newsarchive.ingest import ingest
from newsarchive.ingest.command import SHOWN, add_folder_arguments, list_lost, read_folders, run_ingest
from newsarchive.ingest.reclean import list_changes, list_wanted, write_closing
from newsarchive.report import terminal
from newsarchive.report.report_page import Outcome
from rich.console import Console


def main() -> int:
    """Parse the arguments, clean again, say what changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_folder_arguments(parser)
    parser.add_argument("--source", default="", help="only this publication: its name, host, or folder under raw/")
    parser.add_argument("--file", default="", help="only this capture, or the captures of this content file")
    parser.add_argument("--yes", action="store_true", help="take away articles whose captures would be held now")
    args = parser.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    places = read_folders(args)
    if not places:
        return 2
    shown = 0

    def tell(outcome: Outcome) -> None:
        nonlocal shown
        if outcome.old and outcome.new != outcome.old and (outcome.is_edited or args.dry_run):
            shown += 1
            if shown <= SHOWN:
                terminal.show_difference(outcome, console)

    try:
        paths = list_wanted(places[0], places[1], places[3], file=args.file, source=args.source)
        again = ingest.Reclean(paths, drop=args.yes)
        summary = run_ingest(*places, jobs=args.jobs, dry_run=args.dry_run, console=console, again=again, tell=tell)
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1
    if shown > SHOWN:
        terminal.say_text(console, f"\n{shown - SHOWN:,} more differences are not shown here.")
    for line in list_changes(summary, is_asked=args.yes):
        terminal.say_text(console, line, "yellow")
    for line in list_lost(summary):
        print(line, file=sys.stderr)
    terminal.say_text(console, write_closing(summary, places[2], dry_run=args.dry_run))
    return 1 if summary.lost else 0


if __name__ == "__main__":
    sys.exit(main())
