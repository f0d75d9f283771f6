#!/usr/bin/env python3
"""Start an empty article with a right header."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from newsarchive.archive import store
from pressroom.contract import make_slug

BASE = Path(__file__).resolve().parents[1]


def main() -> int:
    """Parse the arguments, write the file, say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("title")
    parser.add_argument("--content", type=Path, default=BASE / "content", help="(default: content/)")
    parser.add_argument("--date", default="", help="YYYY-MM-DD, YYYY-MM or YYYY; undated without it")
    args = parser.parse_args()
    try:
        header = [("Title", " ".join(args.title.split())), *dates(args.date), ("Category", "News")]
    except ValueError:
        print(f"--date: not a date: {args.date!r}. Write it as 2024-06-20, 2024-06 or 2024.", file=sys.stderr)
        return 2
    name = store.read_archive(args.content).slug_for(make_slug(args.title))
    folder = {4: args.date, 7: args.date.replace("-", "/"), 10: args.date[:7].replace("-", "/")}
    target = args.content / folder.get(len(args.date), "undated") / f"{name}.md"
    lines = "".join(f"{key}: {value}\n" for key, value in [*header, ("Slug", name)])
    store.write_atomically(target, f"{lines}\nWrite here.\n")
    print(f"{target}: write your article there, then run make html.")
    return 0


def dates(value: str) -> list[tuple[str, str]]:
    """Return the header lines of a date that is known to the day, the month, the year, or not at all.

    >>> dates("2024-06")
    [('Date', '2024-06-01'), ('Date_precision', 'month')]
    """
    if not value:
        return [("Date", "1970-01-01 00:00"), ("Date_precision", "none")]
    precision, rest = {4: ("year", "-01-01"), 7: ("month", "-01")}.get(len(value), ("day", ""))
    if datetime.strptime(value + rest, "%Y-%m-%d").strftime("%Y-%m-%d") != value + rest:
        raise ValueError(value)
    return [("Date", value + rest), *([("Date_precision", precision)] if rest else [])]


if __name__ == "__main__":
    sys.exit(main())
