#!/usr/bin/env python3
"""Build the site in one process: ingest the captures, check the content, render with Pelican, swap in what changed."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))
from pressroom import driver  # noqa: E402
from pressroom.build.job import Job  # noqa: E402

STAGES = ("look", "scan", "records", "plan", "render", "search", "move")
"""Of a build, in order; what is left is the start of Python and Pelican."""


def profile(stages: dict[str, tuple[float, float]], ingest: float, total: float) -> list[str]:
    """Return where the time of a build went: seconds and CPU seconds of each stage, and its share.

    >>> profile({"records": (1.0, 2.0), "scan": (1.5, 2.5)}, 0.0, 2.0)
    ['scan          0.50 s     0.50 CPU s   25 %', 'records       1.00 s     2.00 CPU s   50 %', \
'start         0.50 s                  25 %']
    """
    times = {name: stages[name] for name in STAGES if name in stages}
    if "scan" in times and "records" in times:  # one reads while the other looks
        (clock, cpu), (read, read_cpu) = times["scan"], times["records"]
        times["scan"] = clock - read, cpu - read_cpu
    lines = [(name, clock, f"{cpu:6.2f} CPU s") for name, (clock, cpu) in times.items()]
    rest = total - ingest - sum(clock for _, clock, _ in lines)
    lines = [*([("ingest", ingest, "")] if ingest > 0.01 else []), *lines, ("start" if times else "look", rest, "")]
    return [
        f"{name:<10} {clock:7.2f} s  {cpu:>13} {clock / total:5.0%}".replace("%", " %") for name, clock, cpu in lines
    ]


def main() -> int:
    """Parse the arguments, run the stages, end with one line."""
    started = time.monotonic()
    return build(arguments().parse_args(), started)[0]


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", default="", help="folder of captures; empty: nothing is ingested")
    parser.add_argument("--content", type=Path, default=BASE / "content")
    parser.add_argument("--output", type=Path, default=BASE / "output")
    parser.add_argument("--reports", type=Path, default=BASE / "reports")
    parser.add_argument("--cache", type=Path, default=BASE / ".cache")
    parser.add_argument("--rules", type=Path, default=BASE / "scripts" / "rules" / "sites")
    parser.add_argument("--settings", type=Path, default=BASE / "pelicanconf.py")
    parser.add_argument("--publish", action="store_true", help="build aside and swap the whole output folder")
    parser.add_argument("--port", default="8000", help="where `make serve` will show the site")
    parser.add_argument("--jobs", type=int, default=0, help="processes (default: one a core)")
    parser.add_argument("--profile", action="store_true", help="print where the time went")
    parser.add_argument("pelican", nargs="*", help="options for Pelican, after --")
    return parser


class Ingested(NamedTuple):
    """What became of the captures."""

    captures: int = 0
    written: int = 0
    removed: int = 0
    """Blocks that were taken out of them."""
    held: int = 0
    lost: int = 0


def build(
    args: argparse.Namespace, started: float, *, changed: tuple[str, ...] | None = None, look: bool = True
) -> tuple[int, dict[str, Any]]:
    """Run every stage over the folders of `args`; return the exit code and what was done.

    `changed` are the files under the content folder that changed, where that is known; without `look` nobody looks first
    whether there is anything to do.
    """
    ingested = ingest_captures(args)
    if ingested is None:
        return 1, {}
    seconds = time.monotonic() - started
    args.content.mkdir(parents=True, exist_ok=True)
    job = Job(
        args.content, args.output, args.cache, args.settings, tuple(args.pelican), f"http://localhost:{args.port}",
        args.jobs, args.publish, changed,
    )  # fmt: skip
    code, report = render_site(job, look=look)
    if code:
        print(f"{args.output}: Pelican stopped, and the site is left as it was. See the error above.", file=sys.stderr)
        return code, {}
    errors = tell_findings(report)
    if args.profile:
        print("\n".join(profile(report.get("stages", {}), seconds, time.monotonic() - started)))
    print(
        f"{sum_up(args, ingested, report, errors)}; {time.monotonic() - started:.1f} s. Open {args.output / 'index.html'}"
    )
    return (1 if errors or ingested.lost else 0), report


def ingest_captures(args: argparse.Namespace) -> Ingested | None:
    """Ingest the raw folder, if there is one; say what was not read, and return what became of it, None where it failed."""
    if not args.raw:
        return Ingested()
    if not Path(args.raw).is_dir():
        print(f"{args.raw}: there is no such folder of captures, so nothing is ingested. Mend RAWDIR.", file=sys.stderr)
        return Ingested()
    from newsarchive.errors import ArchiveError
    from newsarchive.ingest.command import list_lost, list_unread, run_ingest
    from rich.console import Console

    try:
        summary = run_ingest(
            Path(args.raw), args.content, args.reports, args.cache, args.rules,
            jobs=args.jobs, dry_run=False, console=Console(highlight=False, soft_wrap=True),
        )  # fmt: skip
    except ArchiveError as error:
        print(error, file=sys.stderr)
        return None
    for line in [*list_unread(summary.others), *list_lost(summary)]:
        print(line, file=sys.stderr)
    return Ingested(summary.captures, len(summary.written), summary.removed, len(summary.held), len(summary.lost))


def render_site(job: Job, *, look: bool) -> tuple[int, dict[str, Any]]:
    """Render the site where anything changed; return the exit code and what was done."""
    report, seen = driver.check_unchanged(job) if look else (None, None)
    if report is not None:
        return 0, {**report, "written": 0, "removed": 0}
    try:
        return driver.render_site(job._replace(look=seen))
    except OSError as error:
        print(f"{error.filename or job.output}: {error.strerror or error}.", file=sys.stderr)
        return 1, {}


def tell_findings(report: dict[str, Any]) -> int:
    """Say what is wrong with content files and what a build notes; return how many files are left out."""
    errors = [finding for finding in report["findings"] if finding[0] == "error"]
    for _, where, what, todo in errors:
        print(f"{where}: {what}. {todo}", file=sys.stderr)
    for note in [*report["notes"], *report.get("removed_markup", [])]:
        print(note)
    return len(errors)


def sum_up(args: argparse.Namespace, ingested: Ingested, report: dict[str, Any], errors: int) -> str:
    """Return the last line, but for the time."""
    waiting = f", {ingested.held:,} held or not articles ({args.reports / 'index.html'})" if ingested.held else ""
    left_out = f", {errors} {'file' if errors == 1 else 'files'} left out (see above)" if errors else ""
    return (
        f"{ingested.captures:,} captures read, {ingested.written:,} articles written, {ingested.removed:,} blocks "
        f"removed{waiting}; {report['files']:,} files built, {report.get('written', 0):,} changed{left_out}"
    )


if __name__ == "__main__":
    sys.exit(main())
