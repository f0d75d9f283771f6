#!/usr/bin/env python3
"""Build the site in one process: ingest the captures, check the content, render with Pelican, swap in what changed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))
if TYPE_CHECKING:
    from pressroom.outputs import Output
    from pressroom.scan import Look

ZONE = "/etc/localtime"
"""What stands for TZ where that is not set; Babel, told so, does not ask for its name, which has pytz look at 600 files."""
STAGES = ("look", "scan", "records", "plan", "render", "search", "move")
"""Of a build, in order; what is left is the start of Python and Pelican."""


class Site(NamedTuple):
    """What a build makes its site from, and where."""

    content: Path
    output: Path
    cache: Path
    settings: Path
    options: tuple[str, ...] = ()
    """For Pelican, as its command takes them."""
    siteurl: str = "http://localhost:8000"
    """Where the site is shown while SITEURL is empty."""
    jobs: int = 0
    whole: bool = False
    """Built aside, then swapped in."""
    changed: tuple[str, ...] | None = None
    """Files under the content folder beside which none changed, where that is known."""
    look: Look | None = None
    """What `unchanged` found in the content folder."""

    def shown(self) -> Output:
        """Return the output folder with what is known of it."""
        from pressroom.outputs import Output

        return Output(self.output, self.cache)

    def target(self) -> Path:
        """Return where it is built."""
        return self.shown().tree if self.whole else self.output

    def state(self) -> Path:
        """Return the file of the state."""
        from pressroom import state

        return state.place(self.cache, str(self.settings), str(self.target()))

    def key(self) -> list[str]:
        """Return what makes two builds the same apart from files."""
        return [str(self.content.resolve()), str(self.settings.resolve()), self.siteurl, *self.options]


def unchanged(site: Site) -> tuple[dict[str, Any] | None, Look | None]:
    """Return the last build's report if nothing has changed since, else what was found in the content folder, if anything
    was looked at. Imports no Pelican."""
    from pressroom import state

    own = site.state()
    return state.unchanged(own, site.key(), site.target()) if site.shown().shows(own) else (None, None)


def render(site: Site) -> tuple[int, dict[str, Any]]:
    """Run Pelican with the site's settings; return its exit code and what was done."""
    from pressroom import state

    shown = site.shown()
    with state.lock(shown.note):
        if site.whole:
            shown.begin()
            code, report = _render(site)
            if not code:
                shown.show(site.state())
            return code, report
        shown.take(site.state())
        return _render(site)


def _render(site: Site) -> tuple[int, dict[str, Any]]:
    if os.path.exists(ZONE):
        os.environ.setdefault("TZ", f":{ZONE}")
    import pelican_run

    target = site.target()
    target.mkdir(parents=True, exist_ok=True)
    caller = {
        "CACHE_PATH": str(site.cache.resolve()), "PRESSROOM_SITEURL": site.siteurl, "PRESSROOM_JOBS": site.jobs,
        "PRESSROOM_SETTINGS_FILE": str(site.settings.resolve()), "PRESSROOM_OPTIONS": site.key(),
        "PRESSROOM_CALLER": "publish" if site.whole else "build", "PRESSROOM_CHANGED": site.changed,
        "PRESSROOM_LOOK": site.look,
    }  # fmt: skip
    return pelican_run.run(site, caller)


def profile(stages: dict[str, tuple[float, float]], ingest: float, total: float) -> list[str]:
    """Return where the time of a build went: seconds and CPU seconds of each stage, and its share.

    >>> profile({"records": (1.0, 2.0), "scan": (1.5, 2.5)}, 0.0, 2.0)
    ['scan          0.50 s     0.50 CPU s   25 %', 'records       1.00 s     2.00 CPU s   50 %', \
'start         0.50 s                  25 %']
    """
    found = {name: stages[name] for name in STAGES if name in stages}
    if "scan" in found and "records" in found:  # one reads while the other looks
        (clock, cpu), (read, read_cpu) = found["scan"], found["records"]
        found["scan"] = clock - read, cpu - read_cpu
    lines = [(name, clock, f"{cpu:6.2f} CPU s") for name, (clock, cpu) in found.items()]
    rest = total - ingest - sum(clock for _, clock, _ in lines)
    lines = [*([("ingest", ingest, "")] if ingest > 0.01 else []), *lines, ("start" if found else "look", rest, "")]
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


def build(
    args: argparse.Namespace, started: float, *, changed: tuple[str, ...] | None = None, look: bool = True
) -> tuple[int, dict[str, Any]]:
    """Run every stage over the folders of `args`; return the exit code and what was done.

    `changed` are the files under the content folder that changed, where that is known; without `look` nobody looks first
    whether there is anything to do.
    """
    captures, written, removed, held = 0, 0, 0, 0
    lost: list[str] = []
    if args.raw and not Path(args.raw).is_dir():
        print(f"{args.raw}: there is no such folder of captures, so nothing is ingested. Mend RAWDIR.", file=sys.stderr)
    elif args.raw:
        from ingest import lost_lines, not_read, run
        from newsarchive.errors import ArchiveError
        from rich.console import Console

        try:
            summary = run(
                Path(args.raw), args.content, args.reports, args.cache, args.rules,
                jobs=args.jobs, dry_run=False, console=Console(highlight=False, soft_wrap=True),
            )  # fmt: skip
        except ArchiveError as error:
            print(error, file=sys.stderr)
            return 1, {}
        for line in [*not_read(summary.others), *lost_lines(summary)]:
            print(line, file=sys.stderr)
        captures, written, held = summary.captures, len(summary.written), len(summary.held)
        removed, lost = summary.removed, summary.lost
    ingested = time.monotonic()
    args.content.mkdir(parents=True, exist_ok=True)
    siteurl = f"http://localhost:{args.port}"
    site = Site(
        args.content,
        args.output,
        args.cache,
        args.settings,
        tuple(args.pelican),
        siteurl,
        args.jobs,
        args.publish,
        changed,
    )
    report, found = unchanged(site) if look else (None, None)
    if report is not None:
        report["written"] = report["removed"] = 0
    else:
        try:
            code, report = render(site._replace(look=found))
        except OSError as error:
            print(f"{error.filename or args.output}: {error.strerror or error}.", file=sys.stderr)
            code, report = 1, {}
        if code:
            print(
                f"{args.output}: Pelican stopped, and the site is left as it was. See the error above.", file=sys.stderr
            )
            return code, {}
    errors = [found for found in report["findings"] if found[0] == "error"]
    for _, where, what, todo in errors:
        print(f"{where}: {what}. {todo}", file=sys.stderr)
    for note in [*report["notes"], *report.get("removed_markup", [])]:
        print(note)
    if args.profile:
        print("\n".join(profile(report.get("stages", {}), ingested - started, time.monotonic() - started)))
    waiting = f", {held:,} held or not articles ({args.reports / 'index.html'})" if held else ""
    left_out = f", {len(errors)} {'file' if len(errors) == 1 else 'files'} left out (see above)" if errors else ""
    print(
        f"{captures:,} captures read, {written:,} articles written, {removed:,} blocks removed{waiting}; "
        f"{report['files']:,} files built, {report.get('written', 0):,} changed{left_out}; "
        f"{time.monotonic() - started:.1f} s. Open {args.output / 'index.html'}"
    )
    return (1 if errors or lost else 0), report


if __name__ == "__main__":
    sys.exit(main())
