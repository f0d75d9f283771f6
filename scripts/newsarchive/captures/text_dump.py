"""This module reads pages of which the text alone was saved, one to a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from newsarchive.captures.page_file import read_page
from newsarchive.models import RawPage

HOLDS_MANY = False
TEXT = re.compile(r"\.txt(?:\.gz)?$", re.I)


def reads(name: str, head: Callable[[], bytes]) -> bool:
    """Tell whether a file is a text: by its name; what it holds may still begin as a page, and then is one.

    >>> reads("a/story.txt", bytes), reads("a/story.html", bytes)
    (True, False)
    """
    return bool(TEXT.search(name))


def read(file: Path, name: str, part: str = "") -> Iterator[RawPage]:
    """Yield the one page of a file. Raises UnreadableCapture and OSError."""
    yield read_page(file, name, is_text=True)
