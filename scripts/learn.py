#!/usr/bin/env python3
"""Learn the sites of a folder of captures again: show what would change in their rules, and write it when told to."""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from newsarchive.archive import atomic
from newsarchive.errors import ArchiveError
from newsarchive.ingest import learn_sites
from newsarchive.ingest.command import BASE, RULES, find_sites_folder
from newsarchive.rules import learned, rules
from rich.console import Console
from rich.markup import escape

COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def show(lesson: learn_sites.Lesson, console: Console) -> None:
    """Print what changes in one rules file."""
    name = lesson.file.name
    lines = difflib.unified_diff(
        lesson.old.splitlines(), lesson.new.splitlines(), f"{name} now", f"{name} learned", n=1, lineterm=""
    )
    for line in lines:
        colour = COLOURS.get(line[:1], "default")
        console.print(f"[{colour}]{escape(line)}[/]")


def write(lesson: learn_sites.Lesson, console: Console) -> bool:
    """Replace the learned part of one rules file, unless a person changed it; return whether it was written."""
    if learned.is_edited(lesson.old):
        todo = (
            "Move your lines above it (keep = [...], residue = [...]), delete its line checksum = ..., "
            "then run make learn WRITE=1 again"
        )
        console.print(
            f"{escape(str(lesson.file))}: the learned part was edited by hand and is left alone. {escape(todo)}."
        )
        return False
    atomic.write_atomically(lesson.file, lesson.new)
    console.print(f"written: {escape(str(lesson.file))}")
    return True


def agrees(console: Console) -> bool:
    """Ask a person who sits at a terminal; nobody else agrees."""
    return sys.stdin.isatty() and console.input("Write this? [y/N] ").strip().lower() in ("y", "yes")


def run(args: argparse.Namespace, console: Console) -> int:
    """Learn, show, write; return the exit code. Raises ArchiveError."""
    folder = find_sites_folder(args.content, args.rules)
    rules.load(RULES, folder)  # a wrong file is named before anything is written
    rawdir, looked, changed, written, kept = Path(args.rawdir), 0, 0, 0, 0
    for lesson in learn_sites.relearn(rawdir, args.content, folder, only=args.site.lower(), jobs=args.jobs):
        looked += 1
        if lesson.old != lesson.new:
            changed += 1
            show(lesson, console)
            if args.yes or agrees(console):
                is_written = write(lesson, console)
                written, kept = written + is_written, kept + (not is_written)
    if args.site and not looked:
        print(f"{args.site}: there are too few captures of it. Look for its name in {folder}.", file=sys.stderr)
        return 1
    rest = changed - written
    todo = "; nothing is written: make learn WRITE=1" if rest and not args.yes else ""
    after = "; articles that stand are cleaned again by make reclean" if written else ""
    console.print(f"{looked:,} sites learned, {changed:,} rules files differ, {written:,} written{todo}{after}")
    return 1 if kept else 0


def main() -> int:
    """Parse the arguments and learn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "rawdir", nargs="?", default=str(BASE / "raw"), metavar="RAWDIR", help="captures (default: raw/)"
    )
    parser.add_argument("--content", type=Path, default=BASE / "content", help="(default: content/)")
    parser.add_argument("--rules", type=Path, help="(default: scripts/rules/sites/, or rules/ beside content)")
    parser.add_argument("--site", default="", help="only this host, or folder of captures without an address")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    parser.add_argument("--jobs", type=int, default=0, help="processes (default: one a core)")
    args = parser.parse_args()
    if not Path(args.rawdir).is_dir():
        print(f"{args.rawdir}: there is no such folder. Name the folder that holds your captures.", file=sys.stderr)
        return 2
    try:
        return run(args, Console(highlight=False, soft_wrap=True))
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
