"""Measure how the cost of a full build grows with an archive whose stories link to each other.

Usage: bench/links.py [--sizes N ...] [--data DIR] [--work DIR]

Prints the CPU seconds of a full build without search at each size, those of each thousand articles, and the exponent of
growth since the size before: 1 where an article costs the same in any archive, 2 where each is looked up among all. Needs
no data set.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import corpus
import processes
import sites

SIZES = (1_000, 4_000, 16_000)
MOST = 1.1
"""The exponent that is wanted: looking things up in a tree of a database grows a little with their number."""


def measure(folder: Path, data: Path | None, count: int) -> processes.Cost:
    """Build an archive of `count` stories from nothing and return the cost."""
    corpus.Archive(data, count).write(folder / "content")
    return processes.run(sites.ours(folder, folder / "content", search=False).command, sites.environment())


def describe(known: dict[int, processes.Cost]) -> list[str]:
    """Return a line for each size.

    >>> smaller, larger = processes.Cost(2.0, 0.1, 1.5, 100.0), processes.Cost(16.0, 0.1, 1.5, 100.0)
    >>> print("\\n".join(describe({1000: smaller, 4000: larger})))
      articles     CPU s  per 1,000    wall s     MiB    growth
         1,000      2.00       2.00      1.50     100         -
         4,000     16.00       4.00      1.50     100      1.50 (<= 1.1, MISSED)
    """
    lines = [f"{'articles':>10}{'CPU s':>10}{'per 1,000':>11}{'wall s':>10}{'MiB':>8}{'growth':>10}"]
    before: tuple[int, float] | None = None
    for count, cost in sorted(known.items()):
        figures = f"{count:>10,}{cost.cpu:>10.2f}{cost.cpu * 1000 / count:>11.2f}{cost.wall:>10.2f}{cost.memory:>8.0f}"
        if before is None:
            lines.append(f"{figures}{'-':>10}")
        else:
            exponent = processes.growth(before, (count, cost.cpu))
            lines.append(f"{figures}{exponent:>10.2f} (<= {MOST}, {'met' if exponent <= MOST else 'MISSED'})")
        before = count, cost.cpu
    return lines


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of articles")
    parser.add_argument("--data", type=Path, help="folder search_dev, whose stories are used; else words are invented")
    parser.add_argument(
        "--work", type=Path, help="folder for the sites: a file system with room for all of them at once"
    )
    args = parser.parse_args()
    known: dict[int, processes.Cost] = {}
    with tempfile.TemporaryDirectory(prefix="bench-links-", dir=args.work) as work:
        try:
            measure(Path(work, "warm"), args.data, 20)
            for count in sorted(args.sizes):
                known[count] = measure(Path(work, str(count)), args.data, count)
                print(describe(known)[-1], file=sys.stderr)
        except processes.CommandError as error:
            print(error, file=sys.stderr)
            return 1
    print("\n".join(describe(known)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
