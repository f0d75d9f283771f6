"""Measure our search beside Pagefind, MiniSearch and SQLite FTS5: what an index costs, and what a reader waits for.

Usage: bench/search.py DATADIR [--sizes N ...] [--peers N ...] [--visits N] [--work DIR] [--out DIR]

Everyone indexes the same articles: real stories, and mixes of them above 17,489. CPU seconds are user and system of the
whole process tree, peak memory is that of all its processes together. A reader opens the search page in Chromium with a
new profile, over HTTP/2 and a line of 1.6 Mbit/s where each response waits 150 ms, and types a query: the cold one. Warm
ones follow on the same page. Time is from the last key to ten results, or to all there are; bytes and requests of the
cold query are all since the page was asked for, code included; `with opening` adds what the page took to load. `local`
is the same over a fast line. The engines are asked the same queries, side by side in one run. Writes `search.json` and
`search.svg` into the folder for reports.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path

import goals
import plot
import processes
import search_browser
import search_corpus
import search_engines
from search_browser import LOCAL, SLOW, Answer, Line
from search_engines import Engine

ROOT = Path(__file__).resolve().parents[1]
GOALS = Path(__file__).with_name("search_goals.toml")
WARM = {SLOW: 3, LOCAL: 5}
"""Queries after the first one, on the same page."""
SEED = 3
PEERS = ("Pagefind", "MiniSearch")
"""Those that a browser can ask."""


@dataclass
class Measured:
    """All that was measured at one size."""

    characters: int
    engines: list[Engine]
    answers: dict[str, dict[str, list[list[Answer]]]] = field(default_factory=dict)
    """By line and engine: the visits, each with its queries in turn."""


# --- measuring ------------------------------------------------------------------------------------------------------


def build(data: Path, folder: Path, size: int, packages: Path | None) -> Measured:
    """Index an archive with everyone, or only with ours without the packages of the peers."""
    stories = search_corpus.stories(data, size)
    pairs = max(1, min(3, 30_000 // size))
    added = search_corpus.fresh(data, 20)
    engines = [search_engines.ours(folder / "ours", stories, added, pairs)]
    if packages:
        engines += [
            search_engines.pagefind(folder / "pagefind", stories, added),
            search_engines.minisearch(folder / "minisearch", stories, added, packages),
            search_engines.fts5(folder / "fts5", stories, added),
        ]
    return Measured(search_corpus.characters(stories), engines)


def browse(data: Path, measured: Measured, line: Line, visits: int, keys: tuple[Path, Path]) -> None:
    """Ask every engine the same queries; who is first alternates."""
    turns = search_corpus.turns(search_corpus.queries(data), visits, WARM[line], SEED)
    asked = [engine for engine in measured.engines if engine.web and engine.page]
    answers: dict[str, list[list[Answer]]] = {engine.name: [] for engine in asked}
    with ExitStack() as open_:
        started = open_.enter_context(search_browser.browser(keys))
        hosts = {engine.name: open_.enter_context(search_browser.host(_web(engine), line, keys)) for engine in asked}
        for number, turn in enumerate(turns):
            for engine in asked if number % 2 else reversed(asked):
                if line is SLOW and number >= (engine.slow_visits or visits):
                    continue
                assert engine.page
                found = search_browser.visit(started, hosts[engine.name], engine.page, turn)
                answers[engine.name].append(found)
                _say(line, engine, found)
    measured.answers[line.name] = answers


def _web(engine: Engine) -> Path:
    assert engine.web
    return engine.web


def _say(line: Line, engine: Engine, found: Sequence[Answer]) -> None:
    cold, *warm = found
    times = " ".join(f"{answer.ms:.0f}" for answer in warm)
    print(
        f"  {line.name:<6}{engine.name:<12}{cold.ms:7.0f} ms {cold.bytes / 1000:9.1f} KB {cold.requests:3} requests, "
        f"then {times} ms  (opened in {cold.loaded:.0f} ms, {cold.query})",
        file=sys.stderr,
    )


# --- figures --------------------------------------------------------------------------------------------------------


def figures(measured: Measured) -> dict[str, float]:
    """Return what was measured at one size by name: `slow_cold_ms` is ours, `pagefind_slow_cold_ms` a peer's."""
    found: dict[str, float] = {}
    for engine in measured.engines:
        of = "" if engine.name == "ours" else f"{engine.name.split()[-1].lower()}_"
        found |= {of + name: value for name, value in _costs(engine, measured.characters).items()}
        for line, answers in measured.answers.items():
            if visits := answers.get(engine.name):
                found |= {f"{of}{line}_{name}": value for name, value in waits(visits).items()}
    for line, answers in measured.answers.items():
        for peer in PEERS:
            if theirs := answers.get(peer):
                for name, value in ratios(answers["ours"], theirs).items():
                    found[f"{peer.lower()}_{line}_{name}_ratio"] = value
    return found | {"code": search_engines.code_bytes() / 1000}


def _costs(engine: Engine, characters: int) -> dict[str, float]:
    built = engine.built
    medians = {
        "index_cpu": built.cpu, "index_stage": built.stage, "build_cpu": built.whole, "added_cpu": built.added_cpu,
        "added_stage": built.added_stage,
    }  # fmt: skip
    found = {name: float(statistics.median(values)) for name, values in medians.items() if values}
    for name in ("index_cpu", "index_stage"):
        if name in found:
            found[f"{name}_each"] = found[name] * 1e6 / characters
    return found | {
        "memory": built.memory, "files": built.files, "megabytes": built.bytes / 1e6,
        "added_files": max(built.added_files), "added_kilobytes": max(built.added_bytes) / 1000,
    }  # fmt: skip


def waits(visits: Sequence[Sequence[Answer]]) -> dict[str, float]:
    """Return medians and 95th percentiles of the first queries and of the further ones."""
    found: dict[str, float] = {}
    for name, answers in _by_warmth(visits).items():
        if answers:
            times = [answer.ms for answer in answers]
            found |= {
                f"{name}_ms": statistics.median(times), f"{name}_p95": percentile(times, 95),
                f"{name}_opened_ms": statistics.median(answer.loaded + answer.ms for answer in answers),
                f"{name}_kilobytes": statistics.median(answer.bytes for answer in answers) / 1000,
                f"{name}_kilobytes_p95": percentile([answer.bytes / 1000 for answer in answers], 95),
                f"{name}_requests": statistics.median(answer.requests for answer in answers),
                f"{name}_requests_p95": percentile([answer.requests for answer in answers], 95),
            }  # fmt: skip
    return found


def _by_warmth(visits: Iterable[Sequence[Answer]]) -> dict[str, list[Answer]]:
    answers = [answer for visit in visits for answer in visit]
    return {"cold": [a for a in answers if a.cold], "warm": [a for a in answers if not a.cold]}


def ratios(ones: Sequence[Sequence[Answer]], others: Sequence[Sequence[Answer]]) -> dict[str, float]:
    """Return the medians of what the others took by what ones took, query by query."""
    pairs = [pair for mine, theirs in zip(ones, others, strict=False) for pair in zip(mine, theirs, strict=True)]
    found = {}
    for name, cold in (("cold", True), ("warm", False)):
        times = [theirs.ms / max(mine.ms, 1) for mine, theirs in pairs if mine.cold is cold]
        if times:
            found[name] = float(statistics.median(times))
    return found


def percentile(values: Iterable[float], part: int) -> float:
    """Return the least value that `part` percent of the values do not exceed.

    >>> percentile([5, 1, 4, 2, 3], 95), percentile(range(1, 101), 95)
    (5, 95)
    """
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * part / 100) - 1)]


# --- the report -----------------------------------------------------------------------------------------------------

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("index CPU s", "index_cpu", 2), ("peak MiB", "memory", 0), ("files", "files", 0), ("MB", "megabytes", 1),
    ("added CPU s", "added_cpu", 2), ("files", "added_files", 0), ("KB", "added_kilobytes", 0),
    ("slow cold ms", "slow_cold_ms", 0), ("p95", "slow_cold_p95", 0), ("with opening", "slow_cold_opened_ms", 0), ("KB", "slow_cold_kilobytes", 0),
    ("requests", "slow_cold_requests", 0), ("warm ms", "slow_warm_ms", 0), ("p95", "slow_warm_p95", 0),
    ("local cold ms", "local_cold_ms", 0), ("warm ms", "local_warm_ms", 0), ("p95", "local_warm_p95", 0),
)  # fmt: skip


def side_by_side(measured: Measured, found: dict[str, float]) -> list[str]:
    """Return the table of the engines at one size."""
    lines = [f"{'':<14}" + "".join(f"{title:>{_wide(title)}}" for title, _, _ in COLUMNS)]
    for engine in measured.engines:
        of = "" if engine.name == "ours" else f"{engine.name.split()[-1].lower()}_"
        cells = (f"{found[of + name]:,.{digits}f}" if of + name in found else "-" for _, name, digits in COLUMNS)
        lines.append(
            f"{engine.name:<14}"
            + "".join(f"{cell:>{_wide(title)}}" for (title, _, _), cell in zip(COLUMNS, cells, strict=True))
        )
    return lines


def _wide(title: str) -> int:
    return max(9, len(title) + 2)


def kinds(measured: Measured) -> list[str]:
    """Return the table of what each kind of query takes: medians in milliseconds."""
    lines = [f"{'':<26}" + "".join(f"{kind:>10}" for kind in search_corpus.KINDS)]
    for line, answers in measured.answers.items():
        for engine, visits in answers.items():
            for name, found in _by_warmth(visits).items():
                cells = []
                for kind in search_corpus.KINDS:
                    times = [answer.ms for answer in found if answer.kind == kind]
                    cells.append(f"{statistics.median(times):>10.0f}" if times else f"{'-':>10}")
                lines.append(f"{f'{line} {name}, {engine}':<26}" + "".join(cells))
    return lines


def report(done: dict[int, Measured], out: Path) -> list[str]:
    """Write the figures and the plot, and return what to print."""
    known = {size: figures(measured) for size, measured in done.items()}
    least = min(known)
    for size, found in known.items():
        if size != least and "slow_cold_kilobytes" in found:
            found["growth"] = found["slow_cold_kilobytes"] / known[least]["slow_cold_kilobytes"]
    out.mkdir(parents=True, exist_ok=True)
    sizes = {
        size: {
            "figures": known[size], "built": {engine.name: asdict(engine.built) for engine in measured.engines},
            "answers": {
                line: {name: [[asdict(answer) for answer in visit] for visit in visits] for name, visits in found.items()}
                for line, found in measured.answers.items()
            },
        }
        for size, measured in done.items()
    }  # fmt: skip
    text = json.dumps({"machine": processes.machine(), "sizes": sizes}) + "\n"
    (out / "search.json").write_text(text, encoding="utf-8")
    series = (
        ("MiniSearch", "minisearch_slow_cold_kilobytes"),
        ("Pagefind", "pagefind_slow_cold_kilobytes"),
        ("newsarchive", "slow_cold_kilobytes"),
    )
    lines = {name: [(size, found[key]) for size, found in known.items() if key in found] for name, key in series}
    if any(lines.values()):
        (out / "search.svg").write_text(
            plot.svg(lines, across="articles", up="KB to the first results"), encoding="utf-8"
        )
    printed = goals.table(GOALS, known)
    for size, measured in done.items():
        printed += ["", f"side by side, {size:,} articles", *side_by_side(measured, known[size])]
        printed += ["", f"milliseconds by kind of query, {size:,} articles", *kinds(measured)]
    return printed


def main() -> int:
    """Measure each size and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path, help="folder with search_dev/")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 17_489, 100_000], metavar="N")
    parser.add_argument(
        "--peers", type=int, nargs="*", default=[1_000, 17_489], metavar="N",
        help="sizes at which peers are measured too; at 100,000 Pagefind takes 9 GB and minutes",
    )  # fmt: skip
    parser.add_argument("--visits", type=int, default=20, help="new profiles for each engine, size and line")
    parser.add_argument("--work", type=Path, help="folder for the sites: a file system with room for all of them")
    parser.add_argument("--out", type=Path, default=ROOT / "reports" / "bench-search")
    args = parser.parse_args()
    data = args.datadir / "search_dev"
    if not data.is_dir():
        print(f"{data}: there is no such folder. Name the one that holds search_dev.", file=sys.stderr)
        return 2
    for program, package in (("make", "make"), ("node", "nodejs"), ("npm", "npm"), ("openssl", "openssl")):
        if shutil.which(program) is None:
            print(
                f"{program}: it is not found. Install it, on Debian or Ubuntu: apt install {package}", file=sys.stderr
            )
            return 2
    done: dict[int, Measured] = {}
    printed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-search-", dir=args.work) as name:
        work = Path(name)
        try:
            peers = set(args.sizes) & set(args.peers)
            packages = search_engines.packages(work / "packages") if peers else None
            keys = search_browser.certificate(work)
            for size in sorted(args.sizes):
                print(f"{size:,} articles", file=sys.stderr)
                done[size] = build(data, work / str(size), size, packages if size in peers else None)
                for line in (SLOW, LOCAL):
                    browse(data, done[size], line, args.visits, keys)
                printed = report(done, args.out)
                shutil.rmtree(work / str(size))
        except (processes.CommandError, subprocess.CalledProcessError, RuntimeError) as error:
            print(error, file=sys.stderr)
            return 1
    print("\n".join(printed))
    print(f"\n{args.out / 'search.json'} {args.out / 'search.svg'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
