"""This module turns captures into conversions, many at a time: a page that fails, or takes too long, fails alone and
says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarchive import captures
from newsarchive.archive import contents
from newsarchive.errors import ArchiveError, UnreadableCapture
from newsarchive.ingest.processes import PAGE_SECONDS, limit_time, start_workers
from newsarchive.models import Conversion, RawPage
from newsarchive.pipeline import convert
from newsarchive.rules import rules

KNOWN = "known"
"""Kind of a capture whose article stands already: it is not converted again."""


@dataclass(frozen=True)
class Work:
    """It holds what converting a capture needs to know."""

    rawdir: Path
    rules: rules.Rules
    table: dict[str, dict[str, str]]
    """Rows of metadata.csv, as `captures.table` gives them."""
    known: dict[str, str]
    """Path and hash of the captures whose article stands."""


def convert_files(work: Work, names: list[str], jobs: int) -> Iterator[tuple[str, list[Conversion]]]:
    """Yield each capture file with the conversions of its pages, in any order, on `jobs` processes (0: one a core)."""
    with start_workers(work, jobs, len(names)) as pool:
        yield from pool.each(_convert_file, names)


def convert_page(work: Work, page: RawPage, row: dict[str, str]) -> Conversion:
    """Convert one page within the time limit; what goes wrong is the reason of a conversion without an article."""
    try:
        with limit_time():
            c = convert(page, work.rules, row)
            if c.article:
                contents.place_article(
                    c.article, "x"
                )  # a header that gives no path is this page's error, not the run's
            return c
    except TimeoutError:
        reason = f"{page.path}: took more than {PAGE_SECONDS} seconds. Look at the page; it may be hostile."
    except ArchiveError as error:
        reason = f"{page.path}: {error.what}. {error.todo}"
    except Exception as error:  # a batch never dies of one page
        reason = _make_reason(page.path, error)
    return Conversion(page.path, page.sha256, "unreadable", None, reason)


def _convert_file(work: Work, name: str) -> list[Conversion]:
    try:
        return [_convert_named(work, name, page) for page in captures.read(work.rawdir, name)]
    except Exception as error:
        return [Conversion(name, "", "unreadable", None, _make_reason(name, error))]


def _convert_named(work: Work, name: str, page: RawPage | UnreadableCapture) -> Conversion:
    if isinstance(page, UnreadableCapture):
        return Conversion(page.where or name, "", "unreadable", None, str(page))
    if work.known.get(page.path) == page.sha256:
        return Conversion(page.path, page.sha256, KNOWN, None)
    return convert_page(work, page, captures.find_row(work.table, page.path))


def _make_reason(path: str, error: Exception) -> str:
    return f"{path}: the cleaner failed ({type(error).__name__}: {error}). Report it with the capture."
