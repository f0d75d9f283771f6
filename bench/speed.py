"""Measure what cleaning costs beside trafilatura, which only extracts: the same pages, in pairs, in one process.

Usage: bench/speed.py DATADIR [--set NAME ...] [--pages N] [--pairs]

Each page is given to both as bytes, once; both return metadata and Markdown, trafilatura in its precision mode without
comments. CPU time; the ratio is that of the sums, with what a page is the first to need (word lists, models), and the
median over the pages beside it.
`start` is the CPU time of a process that does one page. `two processes` is wall time of one against two, in pairs.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "plugins")]

import trafilatura  # noqa: E402
from newsarchive import captures, pipeline  # noqa: E402
from newsarchive.ingest import batch  # noqa: E402
from newsarchive.models import RawPage  # noqa: E402
from newsarchive.rules import rules  # noqa: E402

PATHS = f"import sys; sys.path[:0] = [{str(ROOT / 'scripts')!r}, {str(ROOT / 'plugins')!r}]; "
STARTS = {
    "newsarchive": PATHS
    + "from pathlib import Path; from newsarchive import captures, pipeline; from newsarchive.rules import rules; "
    "known = rules.load(Path(sys.argv[3])); pipeline.convert(captures.load(Path(sys.argv[1]), sys.argv[2])[0], known)",
    "trafilatura": "import gzip, sys; from pathlib import Path; import trafilatura; "
    "page = gzip.decompress((Path(sys.argv[1]) / sys.argv[2]).read_bytes()); "
    "trafilatura.extract(page, output_format='markdown', favor_precision=True, include_comments=False, "
    "with_metadata=True)",
}
RULES = ROOT / "scripts" / "rules"
KNOWN = rules.load(RULES)
FEWEST = 5
"""Runs of which a median is taken."""


def ours(page: RawPage) -> object:
    return pipeline.convert(page, KNOWN)


def theirs(page: RawPage) -> object:
    return trafilatura.extract(
        page.payload, output_format="markdown", favor_precision=True, include_comments=False, with_metadata=True
    )


def seconds(clean: Callable[[RawPage], object], page: RawPage) -> float:
    """Return the CPU time of one page; nothing that an earlier page left is swept up in it."""
    gc.collect()
    start = time.process_time()
    clean(page)
    return time.process_time() - start


def pairs(pages: list[RawPage]) -> Iterator[tuple[float, float]]:
    """Yield CPU seconds (ours, theirs) of each page; who is first alternates, and no page is seen twice."""
    for number, page in enumerate(pages):
        if number % 2:
            a, b = seconds(ours, page), seconds(theirs, page)
        else:
            b, a = seconds(theirs, page), seconds(ours, page)
        yield a, b


def starts(folder: Path, name: str) -> dict[str, float]:
    """Return the median CPU seconds of a new process that does one page."""
    found: dict[str, list[float]] = {who: [] for who in STARTS}
    for _ in range(FEWEST):
        for who, code in STARTS.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", code, str(folder), name, str(RULES)], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            found[who].append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return {who: statistics.median(times) for who, times in found.items()}


def speedup(folder: Path, names: list[str]) -> float:
    """Return how many times faster two processes are than one, starting them included."""
    ratios = []
    work = batch.Work(folder, KNOWN, {}, {})
    for _ in range(FEWEST):
        walls = []
        for jobs in (1, 2):
            start = time.perf_counter()
            for _ in batch.convert_files(work, names, jobs):
                pass
            walls.append(time.perf_counter() - start)
        ratios.append(walls[0] / walls[1])
    return statistics.median(ratios)


def main() -> int:
    """Measure each set and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path)
    parser.add_argument("--set", action="append", help="news_dev if none is named")
    parser.add_argument("--pages", type=int, default=0, help="only so many of each set")
    parser.add_argument("--pairs", action="store_true", help="only the pairs of pages")
    args = parser.parse_args()
    for name in args.set or ["news_dev"]:
        folder = args.datadir / name / "pages"
        names = captures.discover(folder)[: args.pages or None]
        pages = [page for file in names for page in captures.load(folder, file)]
        found = list(pairs(pages))
        a, b = (1000 * sum(times) / len(found) for times in zip(*found, strict=True))
        middle = statistics.median(x / y for x, y in found)
        print(f"{name}: {a:.1f} ms a page, trafilatura {b:.1f}: {a / b:.2f} times as much (median page {middle:.2f})")
        if args.pairs:
            continue
        first = starts(folder, names[0])
        print(f"  start: {first['newsarchive']:.2f} s, trafilatura {first['trafilatura']:.2f}")
        cores = len(os.sched_getaffinity(0))
        print(f"  two processes: {speedup(folder, names):.2f} times as fast as one ({cores} cores)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
