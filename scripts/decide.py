#!/usr/bin/env python3
"""Publish a held capture (`accept`), or leave a capture out for good (`reject`); the decision survives every ingest."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from newsarchive import captures
from newsarchive.archive import contents, decisions, store
from newsarchive.captures.files import name_capture

BASE = Path(__file__).resolve().parents[1]
NAMES = {"accept": "accepted", "reject": "rejected"}


def main() -> int:
    """Parse the arguments, write the decision, take a rejected article away unless a person edited it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=sorted(NAMES))
    parser.add_argument("file", help="the capture as the report names it, or its path")
    parser.add_argument("--raw", type=Path, default=BASE / "raw", help="folder of captures (default: raw/)")
    parser.add_argument("--content", type=Path, default=BASE / "content", help="(default: content/)")
    parser.add_argument("--reason", default="", help="why; kept with the decision")
    args = parser.parse_args()
    name = name_capture(args.file, args.raw)
    if name.partition("#")[0] not in captures.discover(args.raw):
        print(f"{args.file}: there is no such capture in {args.raw}. Copy its name from the report.", file=sys.stderr)
        return 2
    decisions.decide(args.content, name, NAMES[args.verb], args.reason or "no reason given")
    entry = contents.read_archive(args.content).by_raw.get(name)
    if args.verb == "reject" and entry and not entry.hand_edited and entry.raws == (name,):
        store.remove_article(args.content, entry.path)
    print(f"{NAMES[args.verb]}: {name}. It takes effect with the next make html.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
