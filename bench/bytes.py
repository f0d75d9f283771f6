"""Guard a restructuring: build three sites and compare the SHA-256 of every file with what was recorded before.

Usage: bench/bytes.py [--record] [--sums FILE] [--articles N] [--tree DIR] [--work DIR] [--strict-list] [--only SITE ...]

The sites are the golden one of `tests/site` (by `make html`, and by `make publish` under an address), that of
`raw/samples` with what ingest writes on the way, and a generated archive after a full build, a new article, an edit and a
delete. `.pressroom-files`, the list of a build's own files, is compared apart. Exit code 1: not all is the same; 2: the
comparison could not be made.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import processes
import sites
from corpus import Archive, content_file, content_place, write_story

ROOT = Path(__file__).resolve().parents[1]
LIST = ".pressroom-files"
SHOWN = 20
ADDRESS = """PELICANOPTS=-e 'SITEURL="https://archive.example"' 'PRESSROOM_REDIRECTS=["canalnews.example"]'"""
NEW_DAY = date(2024, 12, 30)
Sums = dict[str, str]
Stages = Iterator[tuple[str, Path]]
"""The builds of a site, each with a name and the folder to look at afterwards."""


class Difference(NamedTuple):
    """A file that is not as it was recorded."""

    what: str
    name: str


def build_sites(tree: Path, work: Path, articles: int, chosen: Sequence[str]) -> Sums:
    """Build the chosen sites with the program of `tree` below `work`, and return the sums of their files."""
    sums: Sums = {}
    for site in chosen:
        for name, folder in SITES[site](tree, work / site, articles):
            found = hash_files(folder)
            print(f"  {name:<24} {len(found):>7,} files", file=sys.stderr)
            sums |= {f"{name}/{path}": hashed for path, hashed in found.items()}
    return sums


def build_golden(tree: Path, folder: Path, articles: int) -> Stages:
    """Build the golden site, and again as a public one."""
    content, public = folder / "content", folder / "public"
    shutil.copytree(tree / "tests" / "site" / "content", content)
    (content / "notes" / "bad-date.md").unlink()  # it stands there to be left out, and make ends with an error
    _make(tree, "html", content, folder)
    yield "golden", folder / "output"
    _make(tree, "publish", content, public, ADDRESS)
    yield "golden, public", public / "output"


def build_samples(tree: Path, folder: Path, articles: int) -> Stages:
    """Ingest the samples and build their site."""
    _make(tree, "html", folder / "content", folder, f"RAWDIR={tree / 'raw' / 'samples'}")
    yield "samples", folder / "output"
    yield "samples, content", folder / "content"
    for name in ("reports", "rules"):
        yield f"samples, {name}", folder / "cache" / name


def build_archive(tree: Path, folder: Path, articles: int) -> Stages:
    """Build a generated archive, and again after each change."""
    content = folder / "content"
    archive = Archive(None, articles)
    archive.write(content)
    for name, change in (("full", None), ("new", _add), ("edit", _edit), ("delete", _delete)):
        if change is not None:
            change(archive, content)
        _make(tree, "html", content, folder)
        yield f"archive, {name}", folder / "output"


SITES: dict[str, Callable[[Path, Path, int], Stages]] = {
    "golden": build_golden, "samples": build_samples, "archive": build_archive,
}  # fmt: skip


def _add(archive: Archive, content: Path) -> None:
    write_story(content, replace(next(archive.later()), date=NEW_DAY, precision="day"))


def _edit(archive: Archive, content: Path) -> None:
    story = archive.story(archive.count // 2)
    tags, authors = archive.story(archive.count // 4).tags[:1], archive.story(archive.count // 4).authors
    edited = replace(story, title=f"{story.title} (corrected)", tags=tags + story.tags[1:], authors=authors)
    _place(content, archive, archive.count // 2).write_text(content_file(edited), encoding="utf-8")


def _delete(archive: Archive, content: Path) -> None:
    _place(content, archive, archive.count // 3).unlink()


def _place(content: Path, archive: Archive, number: int) -> Path:
    story = archive.story(number)
    return content / content_place(story.slug, story.date, story.precision)


def _make(tree: Path, verb: str, content: Path, folder: Path, *further: str) -> None:
    """Run a verb of make as its users do, with every folder named; what it keeps stands in `folder`."""
    # In a worktree the environment may be a link to another one's, whose stamp looks old.
    command = ["make", "-s", "-C", str(tree), "-o", str(tree / ".venv" / ".installed"), verb, "JOBS=2"]
    command += [f"INPUTDIR={content}", f"OUTPUTDIR={folder / 'output'}", f"CACHEDIR={folder / 'cache'}", *further]
    processes.run(command, sites.environment())


def hash_files(folder: Path) -> Sums:
    """Return the SHA-256 of each file below a folder by its path."""
    paths = sorted(Path(parent, name) for parent, _, names in os.walk(folder) for name in names)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def compare(recorded: Sums, found: Sums) -> list[Difference]:
    """Return the files that are not as they were recorded.

    >>> [tuple(one) for one in compare({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "5", "d": "4"})]
    [('differs', 'b'), ('missing', 'c'), ('additional', 'd')]
    """
    return [
        Difference("additional" if name not in recorded else "missing" if name not in found else "differs", name)
        for name in sorted({*recorded, *found})
        if recorded.get(name) != found.get(name)
    ]


def report(differences: list[Difference], files: int, *, strict: bool) -> tuple[int, list[str]]:
    """Return the exit code, and what is said of the differences; the list of a build's files counts only where `strict`.

    >>> report([Difference("differs", "golden/.pressroom-files")], 7, strict=False)
    (0, ['differs, not counted: golden/.pressroom-files', '7 files, all that count as recorded.'])
    >>> report([Difference("missing", "golden/index.html")], 7, strict=False)
    (1, ['missing: golden/index.html', '7 files, 1 not as recorded.'])
    """
    apart = [] if strict else [one for one in differences if one.name.endswith(f"/{LIST}")]
    counted = [one for one in differences if one not in apart]
    lines = [f"{what}, not counted: {name}" for what, name in apart]
    lines += [f"{what}: {name}" for what, name in counted[:SHOWN]]
    if len(counted) > SHOWN:
        lines.append(f"... and {len(counted) - SHOWN:,} more")
    end = f"{len(counted):,} not as recorded." if counted else f"all {'that count ' if apart else ''}as recorded."
    return int(bool(counted)), [*lines, f"{files:,} files, {end}"]


def main() -> int:
    """Build, and record or compare."""
    args = _arguments().parse_args()
    recorded: Sums = {}
    if not args.record:
        try:
            kept = json.loads(args.sums.read_text(encoding="utf-8"))
            recorded = {name: hashed for name, hashed in kept["sums"].items() if re.split("[,/]", name)[0] in args.only}
        except (OSError, ValueError, KeyError):
            print(f"{args.sums}: it holds no sums. Record some before the change: make bytes RECORD=1", file=sys.stderr)
            return 2
        if kept["articles"] != args.articles:
            print(f"{args.sums}: it was recorded with {kept['articles']:,} articles: make bytes N={kept['articles']}", file=sys.stderr)  # fmt: skip
            return 2
    try:
        if args.work:
            args.work.mkdir(parents=True)
            found = build_sites(args.tree.resolve(), args.work.resolve(), args.articles, args.only)
        else:
            with tempfile.TemporaryDirectory(prefix="bytes-") as work:
                found = build_sites(args.tree.resolve(), Path(work), args.articles, args.only)
    except FileExistsError:
        print(f"{args.work}: it is there already. Name a new folder.", file=sys.stderr)
        return 2
    except processes.CommandError as error:
        print(error, file=sys.stderr)
        return 2
    if args.record:
        args.sums.parent.mkdir(parents=True, exist_ok=True)
        args.sums.write_text(json.dumps({"articles": args.articles, "sums": found}, indent=0), encoding="utf-8")
        print(f"{len(found):,} files, recorded in {args.sums}")
        return 0
    code, lines = report(compare(recorded, found), len(found), strict=args.strict_list)
    print("\n".join(lines))
    return code


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="record the sums instead of comparing with them")
    parser.add_argument("--sums", type=Path, default=ROOT / ".cache" / "bytes.json", help="file of sums")
    parser.add_argument("--articles", type=int, default=3_000, help="size of the generated archive")
    parser.add_argument("--tree", type=Path, default=ROOT, help="checkout whose program builds (default: this one)")
    parser.add_argument("--work", type=Path, help="new folder for the sites, which stay there to be looked at")
    parser.add_argument(
        "--only", nargs="+", choices=SITES, default=list(SITES), metavar="SITE", help=f"of {', '.join(SITES)}"
    )
    parser.add_argument("--strict-list", action="store_true", help=f"let {LIST} count too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
