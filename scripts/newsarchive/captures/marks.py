"""This module reads what browsers write into the head of a saved page: the address it came from and when."""

from __future__ import annotations

import re
from datetime import datetime

from newsarchive.text.charset import HEAD_BYTES

SAVED_FROM = re.compile(r"<!--\s*saved from url=\((\d{1,5})\)(https?://[^\s<>]+)", re.I)
SINGLE_FILE = re.compile(r"<!--\s*Page saved with SingleFile\b(.{0,4000}?)-->", re.S)
SINGLE_FILE_URL = re.compile(r"^\s*url:\s*(https?://\S+)\s*$", re.M)
SINGLE_FILE_DATE = re.compile(
    r"^\s*saved date:\s*\w{3} (\w{3}) (\d{1,2}) (\d{4}) (\d\d:\d\d:\d\d) (?:GMT|UTC)([+-]\d{4})?", re.M
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As JavaScript writes them in every locale; `strptime` would follow the machine's."""


def read_marks(payload: bytes) -> tuple[str | None, datetime | None]:
    """Return the address and the aware time of saving that a saved page carries in its head.

    >>> read_marks(b"<!-- saved from url=(0022)https://paper.example/ --><html>")
    ('https://paper.example/', None)
    """
    head = payload[:HEAD_BYTES].decode("utf-8", "replace")
    comment = SINGLE_FILE.search(head)
    if comment:
        url = SINGLE_FILE_URL.search(comment[1])
        return (url[1] if url else None), _read_date(comment[1])
    return _read_saved_from(head), None


def _read_saved_from(head: str) -> str | None:
    """Return the address of a "saved from" comment, whose number is its length (a space may follow, or `-->` at once).

    >>> _read_saved_from("<!-- saved from url=(0018)http://paper.test/-->")
    'http://paper.test/'
    """
    match = SAVED_FROM.search(head)
    if not match:
        return None
    length, url = int(match[1]), match[2]
    return url[:length] if 10 < length <= len(url) else url.removesuffix("--")


def _read_date(comment: str) -> datetime | None:
    """Return the time of a `saved date:` line; None where it is not one.

    >>> _read_date("saved date: Thu Jun 20 2024 18:49:47 GMT+0200 (CEST)").isoformat()
    '2024-06-20T18:49:47+02:00'
    """
    match = SINGLE_FILE_DATE.search(comment)
    if not match or match[1] not in MONTHS:
        return None
    month = MONTHS.index(match[1]) + 1
    try:
        return datetime.fromisoformat(f"{match[3]}-{month:02}-{int(match[2]):02}T{match[4]}{match[5] or '+0000'}")
    except ValueError:
        return None
