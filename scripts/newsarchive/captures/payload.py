"""This module has what every reader of captures shares: byte caps, decompression that cannot run away, and refusing
what is no text."""

from __future__ import annotations

import re
import zlib

from newsarchive.errors import UnreadableCapture
from newsarchive.text.charset import MAX_BYTES, SAMPLE_BYTES

GZIP = b"\x1f\x8b"
CONTROL_SHARE = 0.02
"""Share of control bytes from which a payload is not text: text has next to none, compressed bytes one in nine."""

OTHER_FORMATS = (
    (b"%PDF-", "a PDF"), (b"\x89PNG", "a PNG image"), (b"\xff\xd8\xff", "a JPEG image"), (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP file"), (b"RIFF", "a media file"), (b"bplist00", "a Safari web archive"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"), (b"SQLite format 3", "a database"),
)  # fmt: skip
"""First bytes of what people save under a page's name by mistake, so that the message can say what it is."""

CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
HTML_START = re.compile(rb"\s*(?:<!--.*?-->\s*)*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S)


def check_payload(payload: bytes, where: str) -> bytes:
    """Return `payload` if it can be text; raise `UnreadableCapture` naming `where` if it is empty or binary."""
    if not payload.strip(b"\0\t\n\f\r \xef\xbb\xbf"):
        raise UnreadableCapture(where, "it is empty", "Save the page again.")
    for start, name in OTHER_FORMATS:
        if payload.startswith(start):
            raise UnreadableCapture(where, f"it is {name}, not a page", "Save the page itself as HTML or text.")
    if is_binary(payload):
        what = "its bytes are not text (compressed, encrypted or damaged)"
        raise UnreadableCapture(where, what, "Save the page again as HTML or text.")
    return payload


def is_binary(payload: bytes) -> bool:
    r"""Tell whether bytes are neither text nor markup in any charset.

    >>> is_binary("añil".encode("latin-1")), is_binary("añil".encode("utf-16")), is_binary(bytes(range(256)) * 9)
    (False, False, True)
    """
    sample = payload[:SAMPLE_BYTES]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 >= len(sample) and min(even, odd) * 20 <= max(even, odd):
        return False  # UTF-16 without a mark
    return len(CONTROL.findall(sample)) > max(2, CONTROL_SHARE * len(sample))


def find_media_type(payload: bytes, is_text: bool) -> str:
    """Return `text/html` or `text/plain`; a text file that begins as a page is a page.

    >>> find_media_type(b"<!DOCTYPE html><p>x", is_text=True), find_media_type(b"Skip to content", is_text=True)
    ('text/html', 'text/plain')
    """
    return "text/plain" if is_text and not HTML_START.match(payload[:SAMPLE_BYTES]) else "text/html"


def refuse_size(where: str) -> UnreadableCapture:
    """Return the error for a payload over `MAX_BYTES`."""
    what = f"it is larger than {MAX_BYTES // 2**20} MiB, the most that is read of one page"
    return UnreadableCapture(where, what, "Save the article alone, without what is embedded in the page.")


def gunzip(data: bytes, where: str) -> bytes:
    """Return what gzip packed, in any number of members; trailing bytes that are not gzip are ignored, as gzip does.

    Never holds more than `MAX_BYTES` of it: raises `UnreadableCapture` over that, or if it is damaged or cut short.
    """
    packed = bytearray()
    while data.startswith(GZIP):
        data = _inflate(data, 16 + zlib.MAX_WBITS, packed, where).lstrip(b"\0")
    return bytes(packed)


def inflate(data: bytes, where: str) -> bytes:
    """Return what HTTP's `deflate` packed, in a zlib wrapper or, as some servers send it, without one."""
    has_wrapper = len(data) > 1 and data[0] & 15 == 8 and (data[0] * 256 + data[1]) % 31 == 0
    packed = bytearray()
    _inflate(data, zlib.MAX_WBITS if has_wrapper else -zlib.MAX_WBITS, packed, where)
    return bytes(packed)


def _inflate(data: bytes, wbits: int, packed: bytearray, where: str) -> bytes:
    """Append one stream's content to `packed` and return the bytes after it."""
    stream = zlib.decompressobj(wbits)
    try:
        packed += stream.decompress(data, MAX_BYTES + 1 - len(packed))
    except zlib.error as error:
        raise UnreadableCapture(where, f"its compressed data is damaged ({error})", "Save the page again.") from error
    if len(packed) > MAX_BYTES:
        raise refuse_size(where)
    if not stream.eof:
        raise UnreadableCapture(where, "its compressed data is cut short", "Save or copy the file again.")
    return stream.unused_data
