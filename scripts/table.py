#!/usr/bin/env python3
"""Write what the archive knows of its captures as a spreadsheet, gaps first; it goes back in as metadata.csv."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path

from newsarchive.archive import atomic, contents

BASE = Path(__file__).resolve().parents[1]
COLUMNS = ("raw", "title", "date", "date_precision", "authors", "source", "source_url", "section", "tags", "lang")
"""What people know better than a page does; other header keys may be added as columns by hand."""
GAPS = ("date", "source", "authors", "source_url")
"""Fields whose absence puts a row first."""


def rows(archive: contents.Archive) -> list[dict[str, str]]:
    """Return one row an article that was made from a capture, those with most gaps first, then by capture."""
    made = [_row(entry) for entry in archive.entries.values() if entry.raws]
    return sorted(made, key=lambda row: (-sum(not row[key] for key in GAPS), row["raw"]))


def _row(entry: contents.Entry) -> dict[str, str]:
    row = {key: entry.header.get(key, "") for key in COLUMNS}
    if row["date_precision"] == "none":
        row |= {"date": "", "date_precision": ""}
    if entry.header.get("source_from"):
        row["source"] = ""
    return row


def as_csv(made: list[dict[str, str]]) -> str:
    """Return rows as CSV with a header line.

    >>> as_csv([dict.fromkeys(COLUMNS, "x")]).splitlines()[0]
    'raw,title,date,date_precision,authors,source,source_url,section,tags,lang'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(made)
    return text.getvalue()


def main() -> int:
    """Parse the arguments, write the table, say where it is and how it goes back in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--content", type=Path, default=BASE / "content", help="(default: content/)")
    parser.add_argument(
        "--out",
        type=Path,
        default=BASE / "reports" / "metadata.csv",
        help="file, or a folder for its metadata.csv (default: reports/metadata.csv)",
    )
    args = parser.parse_args()
    made = rows(contents.read_archive(args.content))
    out = args.out / "metadata.csv" if args.out.is_dir() else args.out
    atomic.write_atomically(out, "\ufeff" + as_csv(made))
    gaps = sum(any(not row[key] for key in GAPS) for row in made)
    counted = f"{len(made):,} {'article' if len(made) == 1 else 'articles'}"
    print(f"{out}: {counted}, {gaps:,} with gaps. Fill it in, save it as raw/metadata.csv, run make html.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
