"""Lists of checksums that `sha256sum -c` reads, by month. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pressroom.content import removals
from pressroom.outputs import citations, dataset

FOLDER = "checksums"
MEDIA = f"{FOLDER}/media.txt"
LAST = f"(path >= '{FOLDER}/' AND path < '{FOLDER}0' OR path = '{dataset.INDEX}')"
"""SQL for the pages that are made of the hashes of others, after them."""
_OF_PART = re.compile(
    rf"(?:{citations.FOLDER}/|{dataset.FOLDER}/|{removals.FOLDER}/)(\d{{4}}(?:-\d\d)?|undated)(?:\.\w+|/index\.html)"
)


def text(files: Iterable[tuple[str, bytes]]) -> str:
    r"""Return the lines for files by path and SHA-256, by path.

    >>> text([("b\nc", b"\x01" * 32), ("a", b"\x02" * 32)]) == "02" * 32 + "  a\n\\" + "01" * 32 + "  b\\nc\n"
    True
    """
    return "".join(_line(path, hashed.hex()) for path, hashed in sorted(files))


def _line(path: str, hashed: str) -> str:
    escaped = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return f"{chr(92) if escaped != path else ''}{hashed}  {escaped}\n"


def of_part(name: str) -> str:
    """Return the file of a month, a year or `undated`."""
    return f"{FOLDER}/{name}.txt"


def part_of(path: str) -> str:
    """Return the month, the year or `undated` that a file about many articles belongs to, "" for any other.

    >>> part_of("cite/2024-06.bib"), part_of("removed/undated/index.html"), part_of("downloads/old-addresses/2024-06.csv")
    ('2024-06', 'undated', '')
    """
    match = _OF_PART.fullmatch(path)
    return match[1] if match else ""
