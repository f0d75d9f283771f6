"""Captures as files under a raw folder: which there are, and each one read."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Container, Iterator
from pathlib import Path

from newsarchive.captures import warc
from newsarchive.captures.furniture import furniture
from newsarchive.captures.marks import marks
from newsarchive.captures.payload import GZIP, checked, gunzip, media_type, too_big
from newsarchive.captures.table import TABLE
from newsarchive.errors import UnreadableCapture
from newsarchive.models import RawPage
from newsarchive.text.charset import MAX_BYTES

CAPTURE = re.compile(r"\.(?:html?|txt|warc)(?:\.gz)?$", re.I)
TEXT = re.compile(r"\.txt(?:\.gz)?$", re.I)
WARC = re.compile(r"\.warc(?:\.gz)?$", re.I)
RECORD = re.compile(r"(.+\.warc(?:\.gz)?)#(\d{1,15})", re.I | re.S)
UNWRITABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
"""What a name may not hold, because it goes into a header line: control characters and bytes that are not UTF-8."""


def discover(rawdir: Path) -> list[str]:
    """Return the captures under `rawdir`, sorted relative names with `/`.

    Leaves out hidden files, README files, `metadata.csv` and the furniture of saved pages. Links to files are named,
    so that `load` can say why one is refused; links to folders are not followed (`other_files` names them). A raw
    folder that does not exist holds none.
    """
    return sorted(name for name in _walk(rawdir) if _is_capture(name))


def other_files(rawdir: Path) -> list[str]:
    """Return what lies under `rawdir` and no reader takes, for a warning; names are made printable."""
    return sorted(
        UNWRITABLE.sub(lambda odd: f"\\x{ord(odd[0]) & 0xFF:02x}", name)
        for name in _walk(rawdir)
        if not _is_capture(name) and name != TABLE
    )


def load(rawdir: Path, name: str) -> list[RawPage]:
    """Return the capture `name` of `rawdir`: one page, or the pages of a WARC (`name#offset` is one of them).

    Raises `UnreadableCapture` when nothing in it can be read; `read` also gives the pages of a WARC that cannot be.
    """
    found = list(read(rawdir, name))
    loaded = [page for page in found if isinstance(page, RawPage)]
    if not loaded:
        raise next(page for page in found if isinstance(page, UnreadableCapture))
    return loaded


def read(rawdir: Path, name: str) -> Iterator[RawPage | UnreadableCapture]:
    """Yield the pages of a capture, and in place of each that cannot be read its error; always yields something."""
    record = RECORD.fullmatch(name)
    try:
        file = _inside(rawdir, record[1] if record else name)
        if record:
            yield from _some(warc.pages(file, record[1], int(record[2])), name, is_one=True)
        elif WARC.search(name):
            yield from _some(warc.pages(file, name), name, is_one=False)
        else:
            yield _page(file, name)
    except UnreadableCapture as error:
        yield error
    except OSError as error:
        yield UnreadableCapture(name, f"it cannot be opened ({error.strerror})", "Check the file and its permissions.")


def file_of(path: str, names: Container[str]) -> str:
    """Return the capture among `names` that holds the page at `path`, or "".

    >>> file_of("a.warc.gz#120", {"a.warc.gz"}), file_of("a#1.html", {"a#1.html"}), file_of("b.html", set())
    ('a.warc.gz', 'a#1.html', '')
    """
    return next((name for name in files_of(path) if name in names), "")


def files_of(path: str) -> list[str]:
    """Return the names that the file of the page at `path` may have."""
    return [name for name in (path, path.rpartition("#")[0]) if name]


def _some(
    pages: Iterator[RawPage | UnreadableCapture], name: str, *, is_one: bool
) -> Iterator[RawPage | UnreadableCapture]:
    """Yield the pages (only the first if `is_one`), or an error where there are none."""
    first = next(pages, None)
    if first is None:
        what = "it holds no page: no answer of HTML or text with status 200"
        first = UnreadableCapture(name, what, "Fetch the page again, or remove the file.")
    yield first
    if not is_one:
        yield from pages


def _walk(rawdir: Path) -> Iterator[str]:
    """Yield relative names of all files, and with a final `/` those of folders that are links or cannot be listed.

    Leaves out what is hidden, README files and furniture; yields nothing where there is no raw folder yet.
    """
    closed: list[str] = []
    for folder, folders, files in os.walk(rawdir, onerror=lambda error: closed.append(os.fspath(error.filename))):
        beside = furniture(folders, files)
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        folders[:] = sorted(set(folders) - beside - set(links))
        folders[:] = [name for name in folders if not name.startswith(".")]
        prefix = "" if folder == os.fspath(rawdir) else os.path.relpath(folder, rawdir).replace(os.sep, "/") + "/"
        for name in [*files, *(link + "/" for link in links if link not in beside)]:
            if not name.startswith((".", "README")):
                yield prefix + name
    if rawdir.exists():
        yield from (os.path.relpath(folder, rawdir).replace(os.sep, "/") + "/" for folder in closed)


def _is_capture(name: str) -> bool:
    """Tell whether a reader takes a file of this name.

    >>> _is_capture("a/Story.HTM.gz"), _is_capture("a/photo.jpg"), _is_capture("a/b\\n.html"), _is_capture("a/x.warc")
    (True, False, False, True)
    """
    return bool(CAPTURE.search(name)) and not UNWRITABLE.search(name)


def _inside(rawdir: Path, name: str) -> Path:
    """Return the regular file of a capture, with links followed; refuse one outside `rawdir`."""
    file = (rawdir / name).resolve(strict=True)
    if not file.is_relative_to(rawdir.resolve()):
        raise UnreadableCapture(name, "it is a link that leaves the raw folder", "Copy the file itself into it.")
    if not stat.S_ISREG(file.stat().st_mode):
        raise UnreadableCapture(name, "it is not a regular file", "Save the page as a file.")
    return file


def _page(file: Path, name: str) -> RawPage:
    """Return a page from a file of its own, unpacked if it is gzip, whatever its name says."""
    with file.open("rb") as stream:
        payload = stream.read(MAX_BYTES + 1)
    if len(payload) > MAX_BYTES:
        raise too_big(name)
    payload = checked(gunzip(payload, name) if payload.startswith(GZIP) else payload, name)
    kind = media_type(payload, bool(TEXT.search(name)))
    url, captured = marks(payload) if kind == "text/html" else (None, None)
    digest = hashlib.sha256(payload).hexdigest()
    return RawPage(path=name, payload=payload, media_type=kind, sha256=digest, url=url, captured=captured)
