"""Save news pages as captures: fetch.py URL... [--raw DIR]. Obeys robots.txt; exit code 1 when a page failed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from newsarchive.captures.web import Fetcher
from newsarchive.errors import NotFetched
from rich.console import Console
from rich.progress import track


def main(arguments: list[str] | None = None) -> int:
    """Fetch each address once, name what failed, end with one line, and return the exit code."""
    parser = argparse.ArgumentParser(prog="fetch.py", description="Save news pages as captures (WARC files).")
    parser.add_argument("urls", nargs="+", metavar="URL", help="address of a page, http or https")
    parser.add_argument("--raw", type=Path, default=Path("raw"), metavar="DIR", help="raw folder (default: raw)")
    options = parser.parse_args(arguments)
    urls = list(dict.fromkeys(options.urls))
    console = Console(stderr=True, highlight=False)
    fetcher, failed = Fetcher(options.raw), 0
    for url in track(urls, "Fetching", console=console, transient=True):
        try:
            saved = fetcher.fetch(url)
            console.print(f"{url} -> {saved}", markup=False, soft_wrap=True)
        except NotFetched as error:
            failed += 1
            console.print(str(error), markup=False, style="red", soft_wrap=True)
    print(f"{len(urls)} page{'s'[: len(urls) > 1]}: {len(urls) - failed} saved under {options.raw}, {failed} failed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
