#!/usr/bin/env python3
"""Make a golden case of a capture: `make case FROM=capture NAME=site-point`."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

from support import golden

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
SUFFIXES = {"text/html": ".html", "text/plain": ".txt"}


class Refused(Exception):
    """Why no case is made: `where: what is wrong. What to do.`"""


class Place(NamedTuple):
    """Where a capture is: a raw folder, and its name under it."""

    rawdir: Path
    name: str


def main() -> int:
    """Parse the arguments, write the case, say what a person must do with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("capture", help="a path, or a name under the raw folder as the report gives it")
    parser.add_argument("name", help="<site>-<point>")
    parser.add_argument("--raw", default="raw", help="raw folder (default: raw)")
    args = parser.parse_args()
    try:
        case = write_case(golden.CASES / args.name, args.capture, Path(args.raw))
    except Refused as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{case}: made. Say in page.json why it exists, write its words anew, then: make golden")
    return 0


def write_case(case: Path, capture: str, raw: Path) -> Path:
    """Make the folder of a case with all its files, and return it. Raises Refused; then nothing is written."""
    if not NAME.fullmatch(case.name):
        raise Refused(f'{case.name}: it is no name of a case. Write it as "<site>-<point>", in small letters.')
    if case.exists():
        raise Refused(f"{case}: there is such a case. Choose another name.")
    page = read_page(find_capture(capture, raw))
    case.mkdir(parents=True)
    (case / f"source{SUFFIXES[page.media_type]}").write_bytes(page.payload)
    (case / "page.json").write_text(describe_page(page), encoding="utf-8")
    golden.write_case_files(case)
    return case


def find_capture(capture: str, raw: Path) -> Place:
    """Return where a capture is, named by a path or as the report names it. Raises Refused where there is none."""
    file = re.sub(r"#\d+$", "", capture)
    for path in (Path(file), raw / file):
        if path.is_file():
            return Place(path.parent, path.name + capture.removeprefix(file))
    raise Refused(f"{capture}: there is no such capture. Give its path, or its name under {raw}.")


def read_page(place: Place):
    """Return the page of a capture. Raises Refused where it cannot be read, or is several."""
    from newsarchive import captures
    from newsarchive.errors import ArchiveError

    try:
        pages = captures.load(*place)
    except ArchiveError as error:
        raise Refused(str(error)) from error
    if len(pages) > 1:
        names = " ".join(page.path for page in pages[:5])
        raise Refused(f"{place.name}: it holds {len(pages)} pages. Name one of them: {names} ...")
    return pages[0]


def describe_page(page) -> str:
    """Return `page.json` of a capture: an empty reason, which a person fills in, and what the capture says of itself."""
    captured = page.captured.isoformat() if page.captured else None
    about = {"why": "", "url": page.url, "captured": captured, "charset": page.charset}
    known = {key: value for key, value in about.items() if value is not None}
    return json.dumps(known, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
