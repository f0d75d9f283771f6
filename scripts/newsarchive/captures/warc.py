"""This module reads WARC files: the pages among their records, each with the address and time it was saved with."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import WARCIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from newsarchive.captures.payload import GZIP, check_payload, find_media_type, gunzip, inflate, refuse_size
from newsarchive.errors import UnreadableCapture
from newsarchive.models import RawPage
from newsarchive.text.charset import MAX_BYTES

PAGE_TYPES = {"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain"}
READ_BYTES = 64 * 2**10
HOLDS_MANY = True
WARC = re.compile(r"\.warc(?:\.gz)?$", re.I)


def reads(name: str, head: Callable[[], bytes]) -> bool:
    """Tell whether a file is a WARC: by its name.

    >>> reads("a/x.warc", bytes), reads("a/x.warc.gz", bytes), reads("a/x.html", bytes)
    (True, True, False)
    """
    return bool(WARC.search(name))


def read(file: Path, name: str, part: str = "") -> Iterator[RawPage | UnreadableCapture]:
    """Yield the pages of a WARC, or the one in its record at byte `part`; an error where there is none."""
    records = read_records(file, name, int(part or 0))
    first = next(records, None)
    if first is None:
        what = "it holds no page: no answer of HTML or text with status 200"
        where = f"{name}#{part}" if part else name
        first = UnreadableCapture(where, what, "Fetch the page again, or remove the file.")
    yield first
    if not part:
        yield from records


def read_records(file: Path, name: str, offset: int = 0) -> Iterator[RawPage | UnreadableCapture]:
    """Yield the pages of a WARC in order: responses of HTML or text with status 200; an unreadable one as its error.

    `offset` starts at that record. A record is named `name#offset`. A file that breaks off yields an error last.
    """
    with file.open("rb") as stream:
        stream.seek(offset)
        records = WARCIterator(stream)
        try:
            for record in records:
                where = f"{name}#{records.offset}"
                page = _read_page(record, where) if _is_page(record) else None
                if _skip_rest(record):
                    yield UnreadableCapture(
                        where, "the record is cut short, and what follows it is lost", "Copy or fetch the file again."
                    )
                    return
                if page:
                    yield page
        except (ArchiveLoadFailed, EOFError, AttributeError, ValueError) as error:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            yield UnreadableCapture(name, f"it is not a sound WARC file ({reason})", "Run warcio recompress on it.")


def _is_page(record: Any) -> bool:
    """Tell whether a record is the answer that a reader of the page got."""
    if record.rec_type != "response" or not record.http_headers or record.http_headers.get_statuscode() != "200":
        return False
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    return _read_content_type(record)[0] in PAGE_TYPES and urlsplit(address).path != "/robots.txt"


def _read_page(record: Any, where: str) -> RawPage | UnreadableCapture:
    """Return a record as a capture, or the reason why it cannot be one."""
    try:
        payload = check_payload(_read_payload(record, where), where)
    except UnreadableCapture as error:
        return error
    declared, charset = _read_content_type(record)
    return RawPage(
        path=where,
        payload=payload,
        media_type=find_media_type(payload, PAGE_TYPES[declared] == "text/plain"),
        sha256=hashlib.sha256(payload).hexdigest(),
        charset=charset,
        url=record.rec_headers.get_header("WARC-Target-URI"),
        captured=read_warc_date(record.rec_headers.get_header("WARC-Date")),
    )


def _read_content_type(record: Any) -> tuple[str, str | None]:
    """Return the media type (`text/html` where the header is missing: servers of pages forget it) and charset."""
    message = Message()
    message["Content-Type"] = re.sub(r"[\r\n]+", " ", record.http_headers.get_header("Content-Type") or "text/html")
    return message.get_content_type(), message.get_content_charset()


def _read_payload(record: Any, where: str) -> bytes:
    """Return the body of a response without HTTP's chunks and compression, within `MAX_BYTES`."""
    if (record.length or 0) > MAX_BYTES:
        raise refuse_size(where)
    is_chunked = (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    body = _read_stream(ChunkedDataReader(record.raw_stream) if is_chunked else record.raw_stream, where)
    encodings = (record.http_headers.get_header("Content-Encoding") or "").lower().split(",")
    for encoding in reversed([encoding.strip() for encoding in encodings]):
        # Many tools keep the header and store the body unpacked.
        if encoding in ("gzip", "x-gzip") and body.startswith(GZIP):
            body = gunzip(body, where)
        elif encoding == "deflate" and not body.lstrip().startswith(b"<"):
            body = inflate(body, where)
    return body


def _read_stream(stream: Any, where: str) -> bytes:
    """Return what is left of a stream, within `MAX_BYTES`."""
    body = bytearray()
    while part := stream.read(READ_BYTES):
        body += part
        if len(body) > MAX_BYTES:
            raise refuse_size(where)
    return bytes(body)


def _skip_rest(record: Any) -> int:
    """Read a record to its end and return how many of its bytes are missing."""
    while record.raw_stream.read(READ_BYTES):
        pass
    return int(getattr(record.raw_stream, "limit", 0))


def read_warc_date(text: str | None) -> datetime | None:
    """Return a WARC-Date as an aware time, None where it is not one.

    >>> read_warc_date("2024-06-20T10:00:00Z").isoformat(), read_warc_date("soon")
    ('2024-06-20T10:00:00+00:00', None)
    """
    try:
        date = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
