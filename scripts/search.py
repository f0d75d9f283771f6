#!/usr/bin/env python3
"""Search a built archive in the terminal, by the same index as its search page."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))

if TYPE_CHECKING:
    from pressroom.search.answers import Answer

HELP = """words: all of them, or most where no article has all   "exact words": in a row   -word: without it   a OR b: either
source: author: tag: category: lang: title: what the field says   before: after: on: 2024, 2024-06 or 2024-06-20
Example: make search Q='ferry "white star" source:gazette after:2019'"""


def main() -> int:
    """Print what a query finds; 0 if there is anything, 1 if not, 2 if the index cannot be read."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=HELP, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("query", nargs="*", help="what to look for")
    parser.add_argument("--site", type=Path, default=BASE / "output", help="folder of the built site; default: output/")
    parser.add_argument("--limit", type=int, default=10, help="articles shown; default: 10")
    parser.add_argument("--sort", choices=("relevance", "newest", "oldest"), default="relevance")
    parser.add_argument(
        "--facets", action="store_true", help="also count sources, years, sections, languages, authors, tags"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, for other programs")
    args = parser.parse_args()
    text = " ".join(args.query)
    if not text.strip():
        parser.error("What is looked for? See --help.")

    from pressroom.search import answers
    from pressroom.search.reader import Index

    try:
        index = Index(lambda path: (args.site / path).read_bytes())
        answer = answers.find(index, text, sort=args.sort)
        rows = answers.records(answer, 0, args.limit)
        beside = answers.Beside(answer)
        facets = {name: beside.facet(name) for name in answers.FACETS} if args.facets or args.json else {}
    except FileNotFoundError as error:
        print(f"{error.filename}: there is no such file. Build the site first: make html. Or name its folder: --site.", file=sys.stderr)  # fmt: skip
        return 2
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    show_json(answer, rows, facets) if args.json else show(answer, rows, facets, args.site)
    return 0 if answer.numbers else 1


def show(answer: Answer, rows: list[list[str]], facets: dict[str, list[tuple[str, int]]], site: Path) -> None:
    """Print an answer for a person; found words stand out where the terminal can."""
    from pressroom.search.excerpts import excerpt, ranges
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    if answer.problem:
        console.print(answer.problem, markup=False)
    if answer.suggestion:
        console.print(f"Nothing has all the words as typed. Shown is: {answer.suggestion}", markup=False)
    elif answer.numbers and not answer.has_all:
        console.print("No article has all the words; these have most of them.")
    for url, title, source, _, date, _, _, dek, text in rows:
        shown = Text(title, style="bold")
        for start, end in ranges(title, answer.words):
            shown.stylize("underline", start, end)
        console.print(shown)
        console.print(" · ".join(part for part in (source, date, f"{site}/{url}") if part), style="dim", markup=False)
        part = Text(excerpt(dek, text, answer.words))
        for start, end in ranges(part.plain, answer.words):
            part.stylize("bold yellow", start, end)
        console.print(part)
        console.print()
    for name, values in facets.items():
        console.print(f"{name}: " + ", ".join(f"{value} {count:,}" for value, count in values[:10]), markup=False)
    count = len(answer.numbers)
    console.print(
        "Nothing found." if not count else f"{count:,} article{'s' if count > 1 else ''}, {len(rows):,} shown."
    )


def show_json(answer: Answer, rows: list[list[str]], facets: dict[str, list[tuple[str, int]]]) -> None:
    """Print an answer for a program, in the form of the search page's `newsarchive.search`."""
    from pressroom.search.excerpts import excerpt

    results = [
        {"address": url, "title": title, "date": date, "source": source, "excerpt": excerpt(dek, text, answer.words)}
        for url, title, source, date, _, _, _, dek, text in rows
    ]
    found = {"total": len(answer.numbers), "suggestion": answer.suggestion, "facets": facets, "results": results}
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
