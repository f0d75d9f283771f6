#!/usr/bin/env python3
"""Build the site in one process: ingest the captures, check the content, render with Pelican, swap in what changed."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))


def write_changed(staging: Path, output: Path, manifest: Path) -> tuple[int, int]:
    """Move a finished build into `output`: files that did not change keep their bytes and times.

    Files of an earlier build that are no more go away; files that the build never wrote (CNAME, .git) stay.
    Returns (files of the build, files written).
    """
    new = {path.relative_to(staging).as_posix(): path for path in sorted(staging.rglob("*")) if path.is_file()}
    old = json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else []
    written = sum(_replace(path, output / name) for name, path in new.items())
    for name in sorted(set(old) - set(new)):
        _remove(output, name)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps(sorted(new)), encoding="utf-8")
    return len(new), written


def _replace(new: Path, target: Path) -> bool:
    if target.is_file() and not target.is_symlink() and target.read_bytes() == new.read_bytes():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.new")
    shutil.copyfile(new, temporary)
    os.replace(temporary, target)
    return True


def _remove(output: Path, name: str) -> None:
    (output / name).unlink(missing_ok=True)
    for folder in (output / name).parents:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()


@dataclass(frozen=True, slots=True)
class Site:
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

    def key(self) -> list[str]:
        """Return what makes two builds the same apart from files."""
        return [str(self.content.resolve()), str(self.settings.resolve()), self.siteurl, *self.options]


def unchanged(site: Site) -> dict[str, Any] | None:
    """Return the last build's report if nothing has changed since. Imports no Pelican."""
    from pressroom import state

    place = state.place(site.cache, str(site.settings), str(site.output))
    return state.unchanged(place, site.key(), site.output)


def render(site: Site) -> tuple[int, dict[str, Any]]:
    """Run Pelican with the site's settings; return its exit code and what was done."""
    import pelican

    site.output.mkdir(parents=True, exist_ok=True)
    extra = {
        "CACHE_PATH": str(site.cache.resolve()), "PRESSROOM_SITEURL": site.siteurl, "PRESSROOM_JOBS": site.jobs,
        "PRESSROOM_SETTINGS_FILE": str(site.settings.resolve()), "PRESSROOM_OPTIONS": site.key(),
        "PRESSROOM_CALLER": "build",
    }  # fmt: skip
    arguments = [str(site.content), "-o", str(site.output), "-s", str(site.settings), "--fatal", "errors"]
    try:
        parsed = pelican.parse_arguments([*arguments, *site.options])
        parsed.overrides = {**extra, **parsed.overrides}
        pelican.init_logging(level=parsed.verbosity, fatal=parsed.fatal, name=pelican.__name__)
        instance, _ = pelican.get_instance(parsed)
        return 0, _run(site, instance)
    except SystemExit as stop:
        return (stop.code if isinstance(stop.code, int) else 1), {}
    except Exception as error:
        if parsed.verbosity == logging.DEBUG:
            raise
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1, {}


def _run(site: Site, instance: Any) -> dict[str, Any]:
    """Let the engine build, or Pelican itself where the engine does not take the site; return what was done."""
    from pelican.log import console

    console.quiet = True  # it would count no article: they are the engine's
    try:
        if getattr(instance, "pressroom", None) is not None:
            instance.run()
            report: dict[str, Any] = asdict(instance.pressroom_report)
            return report
        staging = site.cache / f"site-{hashlib.sha256(str(site.output.resolve()).encode()).hexdigest()[:12]}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        instance.output_path = instance.settings["OUTPUT_PATH"] = str(staging)
        instance.run()
    finally:
        console.quiet = False
    files, written = write_changed(staging, site.output, staging.with_suffix(".json"))
    shutil.rmtree(staging, ignore_errors=True)
    reasons = getattr(instance, "pressroom_reasons", [])
    notes = [f"Pelican's own path was used: {reason}." for reason in reasons]
    found = [[f.level, f.where, f.what, f.todo] for f in _checked(site.content)]
    return {"files": files, "written": written, "findings": found, "notes": notes}


def _checked(content: Path) -> list[Any]:
    from pressroom.check import check

    return check(content)


def main() -> int:
    """Parse the arguments, run the stages, end with one line."""
    started = time.monotonic()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--raw", default="", help="folder of captures; empty: nothing is ingested")
    parser.add_argument("--content", type=Path, default=BASE / "content")
    parser.add_argument("--output", type=Path, default=BASE / "output")
    parser.add_argument("--reports", type=Path, default=BASE / "reports")
    parser.add_argument("--cache", type=Path, default=BASE / ".cache")
    parser.add_argument("--rules", type=Path, default=BASE / "scripts" / "rules" / "sites")
    parser.add_argument("--settings", type=Path, default=BASE / "pelicanconf.py")
    parser.add_argument("--port", default="8000", help="where `make serve` will show the site")
    parser.add_argument("--jobs", type=int, default=0, help="processes (default: one a core)")
    parser.add_argument("--profile", action="store_true", help="print where the time went")
    parser.add_argument("pelican", nargs="*", help="options for Pelican, after --")
    args = parser.parse_args()
    return build(args, started)


def build(args: argparse.Namespace, started: float) -> int:
    """Run every stage over the folders of `args`; return the exit code."""
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
            return 1
        for line in [*not_read(summary.others), *lost_lines(summary)]:
            print(line, file=sys.stderr)
        captures, written, held = summary.captures, len(summary.written), len(summary.held)
        removed, lost = summary.removed, summary.lost
    args.content.mkdir(parents=True, exist_ok=True)
    siteurl = f"http://localhost:{args.port}"
    site = Site(args.content, args.output, args.cache, args.settings, tuple(args.pelican), siteurl, args.jobs)
    report = unchanged(site)
    if report is None:
        code, report = render(site)
        if code:
            print(
                f"{args.output}: Pelican stopped, and the site is left as it was. See the error above.", file=sys.stderr
            )
            return code
    errors = [found for found in report["findings"] if found[0] == "error"]
    for _, where, what, todo in errors:
        print(f"{where}: {what}. {todo}", file=sys.stderr)
    for note in [*report["notes"], *report.get("removed_markup", [])]:
        print(note)
    if args.profile:
        for stage, (clock, cpu) in report.get("stages", {}).items():
            print(f"{stage:<10} {clock:7.2f} s {cpu:7.2f} CPU s")
    waiting = f", {held:,} held or not articles ({args.reports / 'index.html'})" if held else ""
    left_out = f", {len(errors)} {'file' if len(errors) == 1 else 'files'} left out (see above)" if errors else ""
    print(
        f"{captures:,} captures read, {written:,} articles written, {removed:,} blocks removed{waiting}; "
        f"{report['files']:,} files built, {report.get('written', 0):,} changed{left_out}; "
        f"{time.monotonic() - started:.1f} s. Open {args.output / 'index.html'}"
    )
    return 1 if errors or lost else 0


if __name__ == "__main__":
    sys.exit(main())
