"""This module reads pages that were saved one to a file, as HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from newsarchive.captures.marks import read_marks
from newsarchive.captures.payload import GZIP, check_payload, find_media_type, gunzip, refuse_size
from newsarchive.models import RawPage
from newsarchive.text.charset import MAX_BYTES

HOLDS_MANY = False
HTML = re.compile(r"\.html?(?:\.gz)?$", re.I)


def reads(name: str, head: Callable[[], bytes]) -> bool:
    """Tell whether a file is a saved page: by its name.

    >>> reads("a/Story.HTM.gz", bytes), reads("a/photo.jpg", bytes)
    (True, False)
    """
    return bool(HTML.search(name))


def read(file: Path, name: str, part: str = "") -> Iterator[RawPage]:
    """Yield the one page of a file. Raises UnreadableCapture and OSError."""
    yield read_page(file, name, is_text=False)


def read_page(file: Path, name: str, *, is_text: bool) -> RawPage:
    """Return a page from a file of its own, unpacked if it is gzip, whatever its name says.

    A text (`is_text`) that begins as a page is a page.
    """
    with file.open("rb") as stream:
        payload = stream.read(MAX_BYTES + 1)
    if len(payload) > MAX_BYTES:
        raise refuse_size(name)
    payload = check_payload(gunzip(payload, name) if payload.startswith(GZIP) else payload, name)
    kind = find_media_type(payload, is_text)
    url, captured = read_marks(payload) if kind == "text/html" else (None, None)
    digest = hashlib.sha256(payload).hexdigest()
    return RawPage(path=name, payload=payload, media_type=kind, sha256=digest, url=url, captured=captured)
