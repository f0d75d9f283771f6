"""Lists of checksums that `sha256sum -c` reads, by month. Pure."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pressroom.content import removals
from pressroom.core.keys import SITE, STATIC
from pressroom.core.page import Planned, load, name_kinds
from pressroom.core.settings import SiteSettings
from pressroom.outputs import citations, dataset, static
from pressroom.outputs.archive import Archive, Changed, join_hashes

FOLDER = "checksums"
MEDIA = f"{FOLDER}/media.txt"
LAST = f"(path >= '{FOLDER}/' AND path < '{FOLDER}0' OR path = '{dataset.INDEX}')"
"""SQL for the pages that are made of the hashes of others, after them."""
_OF_PART = re.compile(
    rf"(?:{citations.FOLDER}/|{dataset.FOLDER}/|{removals.FOLDER}/)(\d{{4}}(?:-\d\d)?|undated)(?:\.\w+|/index\.html)"
)


class PartChecksums(NamedTuple):
    """The list of a part of the archive."""

    path: str
    part: str
    key: str


class MediaChecksums(NamedTuple):
    """The list of the content's static files."""

    path: str


PAGES = (PartChecksums, MediaChecksums)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of checksums."""
    return [rf"{FOLDER}/.*"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the list of a part, or that of the static files, which are planned by then."""
    name, members = changed.part
    if site.checksums and name:
        page = PartChecksums(name_file(name), name, changed.key)
        yield Planned(page, join_hashes(members))
    if site.checksums and changed.key == SITE:
        query = "SELECT path, spec, sig FROM page WHERE list = ? ORDER BY path"
        rows = db.execute(query, (STATIC,)).fetchall()
        media = [
            f"{path}\0".encode("utf-8", "surrogateescape") + sig for path, spec, sig in rows if is_media(path, spec)
        ]
        if media:
            yield Planned(MediaChecksums(MEDIA), hashlib.blake2b(b"".join(media), digest_size=12).digest())


def render(page: PartChecksums | MediaChecksums, archive: Archive, site: SiteSettings) -> bytes:
    """Return a list of checksums."""
    if isinstance(page, MediaChecksums):
        return write_list(archive.hash_media()).encode("utf-8", "surrogateescape")
    files = archive.hash_articles(page.key)
    for folder in (citations.FOLDER, dataset.FOLDER, removals.FOLDER):
        files += [file for file in archive.hash_files(f"{folder}/{page.part}") if find_part(file[0]) == page.part]
    return write_list(files).encode("utf-8", "surrogateescape")


def is_media(path: str, spec: str) -> bool:
    """Tell whether a static file, by its row of `page`, is one of the content."""
    page = load(path, spec, name_kinds(static.PAGES))
    return isinstance(page, static.StaticFile) and page.origin == "PATH"


def write_list(files: Iterable[tuple[str, bytes]]) -> str:
    r"""Return the lines for files by path and SHA-256, by path.

    >>> write_list([("b\nc", b"\x01" * 32), ("a", b"\x02" * 32)]) == "02" * 32 + "  a\n\\" + "01" * 32 + "  b\\nc\n"
    True
    """
    return "".join(_write_line(path, hashed.hex()) for path, hashed in sorted(files))


def _write_line(path: str, hashed: str) -> str:
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{chr(92) if escaped != path else ''}{hashed}  {escaped}\n"


def name_file(name: str) -> str:
    """Return the file of a month, a year or `undated`."""
    return f"{FOLDER}/{name}.txt"


def find_part(path: str) -> str:
    """Return the month, the year or `undated` that a file about many articles belongs to, "" for any other.

    >>> find_part("cite/2024-06.bib"), find_part("removed/undated/index.html"), find_part("downloads/old-addresses/2024-06.csv")
    ('2024-06', 'undated', '')
    """
    match = _OF_PART.fullmatch(path)
    return match[1] if match else ""
