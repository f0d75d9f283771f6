#!/usr/bin/env python3
"""Build the site in one process: ingest the captures, check the content, render with Pelican, swap in what changed."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
import time
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]


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


def render(content: Path, staging: Path, settings: Path, siteurl: str, options: list[str]) -> int:
    """Run Pelican into `staging`; return its exit code."""
    import pelican

    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    extra = ["-e", f"PRESSROOM_SITEURL={json.dumps(siteurl)}", *options]
    arguments = [str(content), "-o", str(staging), "-s", str(settings), "--fatal", "errors", *extra]
    try:
        pelican.main(arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 1
    return 0


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
    parser.add_argument("pelican", nargs="*", help="options for Pelican, after --")
    args = parser.parse_args()
    return build(args, started)


def build(args: argparse.Namespace, started: float) -> int:
    """Run every stage over the folders of `args`; return the exit code."""
    from ingest import lost_lines, not_read, run
    from newsarchive.errors import ArchiveError
    from pressroom.check import check
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    captures, written, removed, held = 0, 0, 0, 0
    lost: list[str] = []
    if args.raw and not Path(args.raw).is_dir():
        print(f"{args.raw}: there is no such folder of captures, so nothing is ingested. Mend RAWDIR.", file=sys.stderr)
    elif args.raw:
        try:
            summary = run(
                Path(args.raw), args.content, args.reports, args.cache, args.rules,
                jobs=args.jobs, dry_run=False, console=console,
            )  # fmt: skip
        except ArchiveError as error:
            print(error, file=sys.stderr)
            return 1
        for line in [*not_read(summary.others), *lost_lines(summary)]:
            print(line, file=sys.stderr)
        captures, written, held = summary.captures, len(summary.written), len(summary.held)
        removed, lost = summary.removed, summary.lost
    args.content.mkdir(parents=True, exist_ok=True)
    errors = [finding for finding in check(args.content) if finding.level == "error"]
    for finding in errors:
        print(finding, file=sys.stderr)
    key = hashlib.sha256(f"{args.output.resolve()}".encode()).hexdigest()[:12]
    staging = args.cache / f"site-{key}"
    code = render(args.content, staging, args.settings, f"http://localhost:{args.port}", args.pelican)
    if code:
        print(f"{args.output}: Pelican stopped, and the site is left as it was. See the error above.", file=sys.stderr)
        return code
    pages, changed = write_changed(staging, args.output, args.cache / f"site-{key}.json")
    shutil.rmtree(staging, ignore_errors=True)
    waiting = f", {held:,} held or not articles ({args.reports / 'index.html'})" if held else ""
    left_out = f", {len(errors)} {'file' if len(errors) == 1 else 'files'} left out (see above)" if errors else ""
    console.print(
        f"{captures:,} captures read, {written:,} articles written, {removed:,} blocks removed{waiting}; "
        f"{pages:,} files built, {changed:,} changed{left_out}; {time.monotonic() - started:.1f} s. "
        f"Open {args.output / 'index.html'}"
    )
    return 1 if errors or lost else 0


if __name__ == "__main__":
    sys.exit(main())
