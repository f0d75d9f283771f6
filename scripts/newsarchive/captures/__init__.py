"""This package reads captures, the evidence under the raw folder: what there is, each one, and what a person knows of
it.

Each form of input is one module that `reads` and `read`s it, and one name in `READERS`:

page_file  pages saved one to a file, as HTML
text_dump  pages whose text alone was saved
warc       pages inside WARC files

files      what lies under the raw folder
marks      addresses and times that browsers write into saved pages
furniture  folders that browsers save beside a page
payload    byte caps, decompression, refusing what is no text
table      metadata.csv
web        fetching pages from their addresses into WARC files (imported by itself: it needs the network)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Protocol

from newsarchive.captures import page_file, text_dump, warc
from newsarchive.captures.files import UNWRITABLE, find_file, find_inside, list_files, read_head, walk_files
from newsarchive.captures.table import TABLE, find_article_row, find_row, is_stated, read_table
from newsarchive.errors import UnreadableCapture
from newsarchive.models import RawPage

__all__ = [
    "discover",
    "find_article_row",
    "find_file",
    "find_row",
    "is_stated",
    "list_files",
    "load",
    "other_files",
    "read",
    "read_table",
]


class Reader(Protocol):
    """A reader takes one form of input."""

    HOLDS_MANY: bool
    """Whether a file holds several pages, each of them known by its place."""

    def reads(self, name: str, head: Callable[[], bytes]) -> bool:
        """Tell whether a file is of this form, by its name or by what `head` returns, its first bytes."""

    def read(self, file: Path, name: str, part: str = "") -> Iterator[RawPage | UnreadableCapture]:
        """Yield the pages of a file, and in place of each that cannot be read its error; always something.

        A page's path is `name`, or `name#part` where a file holds many (`part` is a number); with `part` that page
        alone is read. Raises UnreadableCapture and OSError.
        """


READERS: tuple[Reader, ...] = (page_file, text_dump, warc)
"""Every form of input; the first that reads a file has it."""

PART = re.compile(r"(.+)#(\d{1,15})", re.S)
"""The name of a page in a file that holds many."""


def discover(rawdir: Path) -> list[str]:
    """Return the captures under `rawdir`, sorted relative names with `/`.

    Leaves out hidden files, README files, `metadata.csv` and the furniture of saved pages. Links to files are named,
    so that `load` can say why one is refused; links to folders are not followed (`other_files` names them). A raw
    folder that does not exist holds none.
    """
    return sorted(name for name in walk_files(rawdir) if _is_capture(rawdir, name))


def other_files(rawdir: Path) -> list[str]:
    """Return what lies under `rawdir` and no reader takes, for a warning; names are made printable."""
    return sorted(
        UNWRITABLE.sub(lambda odd: f"\\x{ord(odd[0]) & 0xFF:02x}", name)
        for name in walk_files(rawdir)
        if not _is_capture(rawdir, name) and name != TABLE
    )


def load(rawdir: Path, name: str) -> list[RawPage]:
    """Return the capture `name` of `rawdir`: one page, or the pages of a WARC (`name#offset` is one of them).

    Raises `UnreadableCapture` when nothing in it can be read; `read` also gives the pages of a WARC that cannot be.
    """
    pages = list(read(rawdir, name))
    loaded = [page for page in pages if isinstance(page, RawPage)]
    if not loaded:
        raise next(page for page in pages if isinstance(page, UnreadableCapture))
    return loaded


def read(rawdir: Path, name: str) -> Iterator[RawPage | UnreadableCapture]:
    """Yield the pages of a capture, and in place of each that cannot be read its error; always yields something."""
    whole, part = _split_part(rawdir, name)
    try:
        file = find_inside(rawdir, whole)
        yield from (_find_reader(rawdir, whole) or page_file).read(file, whole, part)
    except UnreadableCapture as error:
        yield error
    except OSError as error:
        yield UnreadableCapture(name, f"it cannot be opened ({error.strerror})", "Check the file and its permissions.")


def _split_part(rawdir: Path, name: str) -> tuple[str, str]:
    """Return the name of a capture's file, and where in it the page is; "" for a file that is read whole."""
    match = PART.fullmatch(name)
    reader = _find_reader(rawdir, match[1]) if match else None
    return (match[1], match[2]) if match and reader and reader.HOLDS_MANY else (name, "")


def _find_reader(rawdir: Path, name: str) -> Reader | None:
    """Return the reader of a file, if there is one."""
    head = partial(read_head, rawdir / name)
    return next((reader for reader in READERS if reader.reads(name, head)), None)


def _is_capture(rawdir: Path, name: str) -> bool:
    """Tell whether a reader takes a file, and its name can be written down."""
    is_file = name != TABLE and not name.endswith("/") and not UNWRITABLE.search(name)
    return is_file and _find_reader(rawdir, name) is not None
