"""Measure what building a site costs beside Hugo and stock Pelican, and what one change costs.

Usage: bench/build.py [DATADIR] [--sizes N ...] [--pairs N] [--peers NAME ...] [--work DIR] [--out DIR]

The archive is made of real stories, recombined, or without DATADIR of invented words (`corpus.py`). Hugo's site (`hugo/`)
is a small one: the articles, lists of them by topic, section, author, source and month, and feeds. Stock Pelican's has the
pages of its own theme. Both have fewer files than ours: a table says how many there are of each kind, and a ratio of CPU
seconds stands also by the file. CPU seconds are user and system of the whole process tree, peak memory is that of all its
processes together, sampled, pages that they share counted once. Full builds run in pairs, alternating who is first; a ratio
is the median of the pairs'. A change is built twice over: through make, as a user starts it, and as the process that make
starts. Writes `build.json` and `build.svg` into the folder for reports.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import corpus
import goals
import plot
import processes
import sites
from processes import Cost

ROOT = Path(__file__).resolve().parents[1]
GOALS = Path(__file__).with_name("goals.toml")
PELICAN_AGAIN, PELICAN_MOST = 2_000, 10_000
"""Up to so many articles stock Pelican is built in every pair, and above at most once: it takes minutes."""
SLOW = 120
"""Microseconds; on tmpfs a new file in a new folder costs about 20, on a quiet disk 60."""
ADVICE = "Wait some minutes after deleting many files, or name another file system: --work /dev/shm."
PEERS = ("hugo", "pagefind", "pelican")
ROUNDS = 3
"""Changes of each kind."""
NEWEST, LONG_AGO = date(2024, 12, 31), date(2018, 6, 15)
"""Days of new articles: the newest of the archive's ten years, and one in their midst."""


@dataclass
class Runs:
    """All that was measured at one size, by name."""

    costs: defaultdict[str, list[Cost]] = field(default_factory=lambda: defaultdict(list))
    written: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    pages: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Those of the files written that a browser shows as pages."""
    files: dict[str, dict[str, int]] = field(default_factory=dict)

    def run(self, name: str, command: list[str]) -> None:
        """Run a command, keep its cost and say so; of a peer that fails, as without memory enough, only say so."""
        try:
            cost = processes.run(command, sites.environment())
        except processes.CommandError as error:
            if name not in PEERS:
                raise
            print(f"  {name} failed, and is left out: {error}", file=sys.stderr)
            return
        self.costs[name].append(cost)
        print(
            f"  {name:<32} {cost.cpu:8.2f} CPU s ({cost.system:.2f} system) {cost.wall:8.2f} s {cost.memory:7.0f} MiB",
            file=sys.stderr,
        )


# --- full builds ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Archive:
    """One archive and its sites."""

    stories: corpus.Archive
    content: Path
    plain: sites.Site
    search: sites.Site
    hugo: sites.Site
    pelican: sites.Site


def prepare(stories: corpus.Archive, folder: Path) -> Archive:
    """Write an archive for everyone."""
    content = folder / "content"
    stories.write(content)
    return Archive(
        stories, content,
        sites.ours(folder / "ours", content, search=False), sites.ours(folder / "ours, search", content, search=True),
        sites.hugo(stories, folder / "hugo"), sites.pelican(folder / "pelican", content),
    )  # fmt: skip


def compare(archive: Archive, runs: Runs, pairs: int, peers: Sequence[str] = PEERS) -> None:
    """Build everyone's site from nothing, in pairs; ours stay for the changes."""
    for number in range(pairs):
        turns = (archive.hugo, archive.plain) if number % 2 else (archive.plain, archive.hugo)
        for site in turns:
            if site is archive.plain or "hugo" in peers:
                _full(runs, site)
        if number == 0:
            if "hugo" in peers:
                runs.files["Hugo"] = _kinds(archive.hugo)
            runs.files["ours"] = _kinds(archive.plain)
        if "hugo" in peers and "pagefind" in peers:
            runs.run("pagefind", sites.pagefind(archive.hugo))
        _full(runs, archive.search)
        if number == 0:
            runs.files["ours, search"] = _kinds(archive.search)
        if "pelican" in peers and archive.stories.count <= (PELICAN_MOST if number == 0 else PELICAN_AGAIN):
            _full(runs, archive.pelican)
            runs.files["Pelican"] = _kinds(archive.pelican)
    for number in range(pairs):
        for jobs in (1, 2) if number % 2 else (2, 1):
            archive.plain.clear()
            runs.run(f"ours, {jobs} jobs", [*archive.plain.command, f"JOBS={jobs}"])
    _full(runs, archive.plain, "ours, before the changes")


def _full(runs: Runs, site: sites.Site, name: str = "") -> None:
    site.clear()
    runs.run(name or site.name, site.command)


def _kinds(site: sites.Site) -> dict[str, int]:
    return dict(sites.kinds(list(site.snapshot())))


# --- changes --------------------------------------------------------------------------------------------------------


class Desk:
    """Changes the articles of an archive, each article once."""

    def __init__(self, archive: Archive) -> None:
        self.content = archive.content
        self._fresh = archive.stories.later()
        self._paths = sorted(archive.content.rglob("*.md"))
        random.Random(archive.stories.count).shuffle(self._paths)

    def add(self, day: date) -> None:
        """Add an article."""
        corpus.write_story(self.content, replace(next(self._fresh), date=day, precision="day"))

    def edit(self, key: str, change: Callable[[str], str]) -> None:
        """Change a header value of an article."""
        path = self._paths.pop()
        lines = path.read_text(encoding="utf-8").split("\n")
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{key}: "))
        lines[at] = f"{key}: {change(lines[at].partition(': ')[2])}"
        path.write_text("\n".join(lines), encoding="utf-8")

    def retag(self) -> None:
        """Give an article a tag of another one in place of its first."""
        tag = next(self._fresh).tags[0]
        self.edit("Tags", lambda tags: "; ".join([tag, *tags.split("; ")[1:]]))

    def delete(self) -> None:
        """Delete an article."""
        self._paths.pop().unlink()


CHANGES: tuple[tuple[str, str, Callable[[Desk], None]], ...] = (
    ("new", "one new article", lambda desk: desk.add(NEWEST)),
    ("backdated", "one back-dated article", lambda desk: desk.add(LONG_AGO)),
    ("title", "one edited title", lambda desk: desk.edit("Title", lambda title: f"{title} (corrected)")),
    ("tag", "one changed tag", Desk.retag),
    ("delete", "one delete", Desk.delete),
    ("nothing", "nothing changed", lambda desk: None),
)


def change(archive: Archive, runs: Runs) -> None:
    """Build after each change, through make and without."""
    desk = Desk(archive)
    for site, names in ((archive.plain, None), (archive.search, ("new", "nothing"))):
        prefix = "search " if site is archive.search else ""
        alone = sites.without_make(site)
        processes.run(site.command, sites.environment())  # takes up what changed meanwhile
        for _ in range(ROUNDS):
            for name, _, act in CHANGES:
                if names is None or name in names:
                    _changed(runs, prefix + name, site, partial(act, desk), site.command)
                    _changed(runs, f"{prefix}{name} without make", site, partial(act, desk), alone)


def _changed(runs: Runs, name: str, site: sites.Site, act: Callable[[], None], command: list[str]) -> None:
    before = site.snapshot()
    act()
    runs.run(name, command)
    found = sites.written(before, site.snapshot())
    runs.written[name].append(len(found))
    runs.pages[name].append(sum(path.endswith(".html") for path in found))


# --- figures --------------------------------------------------------------------------------------------------------


def figures(runs: Runs) -> dict[str, float]:
    """Return what is measured at one size by name: medians of costs, and of the ratios of pairs."""
    costs = runs.costs
    names = {"full": "ours", "hugo": "hugo", "pelican": "pelican", "search": "ours, search", "pagefind": "pagefind"}
    found = {
        f"{figure}_{what}": _median(costs[name], what)
        for figure, name in names.items() if name in costs for what in ("cpu", "system", "wall", "memory")
    }  # fmt: skip
    counted = {"full": "ours", "hugo": "Hugo", "pelican": "Pelican"}
    found |= {
        f"{figure}_files": sum(runs.files[name].values()) for figure, name in counted.items() if name in runs.files
    }
    if "hugo" in costs:
        for what in ("cpu", "wall", "memory"):
            found[f"full_{what}_ratio"] = _ratio(costs["ours"], costs["hugo"], what)
        found["full_file_ratio"] = found["full_cpu_ratio"] * found["hugo_files"] / found["full_files"]
    if "pagefind" in costs:
        both = [_after(a, b) for a, b in zip(costs["hugo"], costs["pagefind"], strict=False)]
        for what in ("cpu", "memory"):
            found[f"search_{what}_ratio"] = _ratio(costs["ours, search"], both, what)
    if "pelican" in costs:
        found["pelican_cpu_ratio"] = _ratio(costs["pelican"], costs["ours"], "cpu")
    found["workers"] = _ratio(costs["ours, 1 jobs"], costs["ours, 2 jobs"], "wall")
    for prefix in ("", "search "):
        for name, *_ in CHANGES:
            if prefix + name in costs:
                figure = f"{prefix}{name}".replace(" ", "_")
                found[f"{figure}_cpu"] = _median(costs[prefix + name], "cpu")
                found[f"{figure}_written"] = max(runs.written[prefix + name])
                found[f"{figure}_pages"] = max(runs.pages[prefix + name])
    if "hugo" in costs:
        found["new_cpu_ratio"] = found["hugo_cpu"] / found["search_new_cpu"]
    return found


def _ratio(ones: list[Cost], others: list[Cost], what: str) -> float:
    """Return the median ratio of pairs; where one side ran once, of the first pair."""
    return float(
        statistics.median(getattr(a, what) / (getattr(b, what) or math.inf) for a, b in zip(ones, others, strict=False))
    )


def _after(first: Cost, second: Cost) -> Cost:
    """Return the cost of two commands, one after the other.

    >>> _after(Cost(1, 0, 2, 30), Cost(4, 1, 5, 20))
    Cost(cpu=5, system=1, wall=7, memory=30)
    """
    return Cost(
        first.cpu + second.cpu, first.system + second.system, first.wall + second.wall, max(first.memory, second.memory)
    )


def changes(runs: Runs) -> list[str]:
    """Return the table of changes: medians, and the most files and pages written."""
    heads = f"{'make CPU s':>11}{'wall s':>8}{'MiB':>7}{'without make: CPU s':>21}{'wall s':>8}{'files':>8}{'pages':>8}"
    lines = [f"{'':<34}{heads}"]
    for prefix, suffix in (("", ""), ("search ", ", with search")):
        for name, title, _ in CHANGES:
            if prefix + name not in runs.costs:
                continue
            made, alone = runs.costs[prefix + name], runs.costs[f"{prefix}{name} without make"]
            names = prefix + name, f"{prefix}{name} without make"
            files, pages = (max(counts[names[0]] + counts[names[1]]) for counts in (runs.written, runs.pages))
            cells = [_median(made, "cpu"), _median(made, "wall"), _median(made, "memory")]
            lines.append(
                f"{title + suffix:<34}{cells[0]:>11.2f}{cells[1]:>8.2f}{cells[2]:>7.0f}"
                f"{_median(alone, 'cpu'):>21.2f}{_median(alone, 'wall'):>8.2f}{files:>8,}{pages:>8,}"
            )
    return lines


def _median(costs: list[Cost], what: str) -> float:
    return float(statistics.median(getattr(cost, what) for cost in costs))


def file_sets(files: dict[str, dict[str, int]]) -> list[str]:
    """Return the table of what stands in each site, by kind."""
    lines = [f"{'':<36}" + "".join(f"{name:>14}" for name in files)]
    for kind, _ in sites.KINDS:
        if any(counts.get(kind) for counts in files.values()):
            lines.append(f"{kind:<36}" + "".join(f"{counts.get(kind, 0):>14,}" for counts in files.values()))
    return [*lines, f"{'all':<36}" + "".join(f"{sum(counts.values()):>14,}" for counts in files.values())]


# --- all of it ------------------------------------------------------------------------------------------------------


def warm(data: Path | None, folder: Path) -> None:
    """Build a small archive, so that programs are loaded and modules compiled."""
    compare(prepare(corpus.Archive(data, 20), folder), Runs(), 1)


def measure(data: Path | None, folder: Path, count: int, pairs: int, peers: Sequence[str]) -> Runs:
    """Measure everything at one size, in a new folder."""
    runs = Runs()
    print(f"{count:,} articles", file=sys.stderr)
    archive = prepare(corpus.Archive(data, count), folder)
    compare(archive, runs, pairs, peers)
    change(archive, runs)
    return runs


def report(done: dict[int, Runs], out: Path) -> list[str]:
    """Write the figures and the plot, and return what to print."""
    known = {size: figures(runs) for size, runs in done.items()}
    for smaller, larger in zip(list(known)[:-1], list(known)[1:], strict=True):
        for figure, of in (("growth", "full_cpu"), ("hugo_growth", "hugo_cpu")):
            if of in known[smaller] and of in known[larger]:
                known[larger][figure] = processes.growth((smaller, known[smaller][of]), (larger, known[larger][of]))
    out.mkdir(parents=True, exist_ok=True)
    runs = {
        size: {
            "figures": known[size], "files": found.files, "written": found.written,
            "pages": found.pages,
            "costs": {name: [asdict(cost) for cost in costs] for name, costs in found.costs.items()},
        }
        for size, found in done.items()
    }  # fmt: skip
    text = json.dumps({"machine": processes.machine(), "sizes": runs}, indent=1) + "\n"
    (out / "build.json").write_text(text, encoding="utf-8")
    series = (
        ("Hugo", "hugo_cpu"), ("Pelican", "pelican_cpu"), ("newsarchive", "full_cpu"),
        ("one new article", "new_cpu"), ("nothing changed", "nothing_cpu"),
    )  # fmt: skip
    lines = {name: [(size, found[key]) for size, found in known.items() if key in found] for name, key in series}
    (out / "build.svg").write_text(plot.svg(lines, across="articles", up="CPU seconds"), encoding="utf-8")
    printed = goals.table(GOALS, known)
    for size, found in done.items():
        printed += ["", f"after a change, {size:,} articles", *changes(found)]
        printed += ["", f"files, {size:,} articles", *file_sets(found.files)]
    return printed


def main() -> int:
    """Measure each size and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "datadir", type=Path, nargs="?", help="folder with search_dev/; without it the words are invented"
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000], metavar="N")
    parser.add_argument("--pairs", type=int, default=0, help="by default 5, fewer above 6,000 articles")
    parser.add_argument("--peers", nargs="*", default=PEERS, choices=PEERS, help="those to build beside (default: all)")
    parser.add_argument(
        "--work", type=Path, help="folder for the sites: a file system with room for all of them at once"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "bench-build")
    args = parser.parse_args()
    data = args.datadir / "search_dev" if args.datadir else None
    if data and not data.is_dir():
        print(f"{data}: there is no such folder. Name the one that holds search_dev.", file=sys.stderr)
        return 2
    if shutil.which("make") is None:
        print("make: it is not found. Install it: the benchmark builds as its users do.", file=sys.stderr)
        return 2
    done: dict[int, Runs] = {}
    printed: list[str] = []
    if args.work:
        args.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-build-", dir=args.work) as work:
        if (spent := processes.new_file(Path(work))) > SLOW:
            print(f"{work}: a new file costs {spent:.0f} us of the kernel's time here. {ADVICE}", file=sys.stderr)
        try:
            print("getting warm", file=sys.stderr)
            warm(data, Path(work, "warm"))
            for size in sorted(args.sizes):
                pairs = args.pairs or max(1, min(5, 30_000 // size))
                done[size] = measure(data, Path(work, str(size)), size, pairs, args.peers)
                printed = report(done, args.out)
        except processes.CommandError as error:
            print(error, file=sys.stderr)
            return 1
    print("\n".join(printed))
    print(f"\n{args.out / 'build.json'} {args.out / 'build.svg'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
