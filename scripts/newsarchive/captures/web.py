"""Pages fetched from their addresses into WARC files: what was asked, what was answered, byte for byte."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import httpx
from pressroom import contract
from protego import Protego
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.captures import warc
from newsarchive.captures.payload import GZIP, gunzip
from newsarchive.errors import NotFetched, UnreadableCapture
from newsarchive.models import RawPage
from newsarchive.text.charset import MAX_BYTES

AGENT = "newsarchive"
"""The name that robots.txt may speak of."""

USER_AGENT = f"{AGENT}/0.1 (saves single news pages for an archive; obeys robots.txt)"
REDIRECTS = 10
DELAY = 1.0
"""Seconds between two pages of one host; a longer Crawl-delay in its robots.txt counts instead."""

TIMEOUT = 30.0
"""Seconds without any byte."""

PAGE_TIMEOUT = 180.0
"""Seconds for one answer as a whole, because a server can drip for ever."""

ROBOTS_BYTES = 512 * 2**10
"""How much of a robots.txt counts; RFC 9309 asks for at least 500 KiB."""

HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1",
    # What every reader of WARC files can unpack.
    "Accept-Encoding": "gzip",
}
SLUG_LENGTH = 80
REDIRECT_STATUS = frozenset({301, 302, 303, 307, 308})
BY_HAND = "Save the page from a browser into the raw folder, if you may."


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question to a server and its answer, the body as it came over the wire."""

    url: httpx.URL
    request: httpx.Headers
    response: httpx.Headers
    status: int
    reason: str
    http_version: str
    body: bytes
    date: datetime


@dataclass
class Host:
    """What is known of one server: its robots.txt and when it was last asked for a page."""

    robots: Protego
    delay: float
    asked: float | None = None


@dataclass
class Fetcher:
    """Fetches pages politely: a host's robots.txt is read once, and its pages are asked for with a delay."""

    raw: Path
    delay: float = DELAY
    hosts: dict[str, Host] = field(default_factory=dict)
    client: httpx.Client = field(default_factory=lambda: httpx.Client(headers=HEADERS, timeout=TIMEOUT))

    def fetch(self, address: str) -> Path:
        """Save the page at `address` and return its capture, `raw/<host>/<slug>-<time>.warc.gz`.

        Raises `NotFetched` when the address, robots.txt, the server or the page forbids it; then nothing is written.
        """
        # A cookie set for one page must not change the next.
        self.client.cookies.clear()
        url = checked_address(address)
        try:
            return write(self.raw, list(self._follow(url)))
        except httpx.TimeoutException as error:
            what = f"the server did not answer within {TIMEOUT:.0f} s"
            raise NotFetched(address, what, "Try again later.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            what = f"the page cannot be had ({_reason(error)})"
            raise NotFetched(address, what, "Check the address and the connection, or try again later.") from error
        except OSError as error:
            what = f"the page cannot be written ({error.strerror})"
            raise NotFetched(str(self.raw), what, "Check the folder and the space on the disk.") from error

    def _follow(self, url: httpx.URL) -> Iterator[Exchange]:
        """Yield the exchanges from `url` through its redirects to the page."""
        for _ in range(REDIRECTS + 1):
            self._wait(url)
            exchange = self._ask(url, MAX_BYTES)
            yield exchange
            location = exchange.response.get("Location")
            if exchange.status not in REDIRECT_STATUS or not location:
                return
            url = checked_address(str(url.join(location)), f"{url} leads to")
        raise NotFetched(str(url), f"it is the end of {REDIRECTS} redirects and leads on", BY_HAND)

    def _wait(self, url: httpx.URL) -> None:
        """Wait until the host may be asked; refuse what its robots.txt refuses."""
        host = self._host(url)
        if not host.robots.can_fetch(str(url), AGENT):
            raise NotFetched(str(url), f"robots.txt of {url.host} does not let {AGENT} fetch it", BY_HAND)
        if host.asked is not None:
            time.sleep(max(0.0, host.asked + host.delay - time.monotonic()))
        host.asked = time.monotonic()

    def _host(self, url: httpx.URL) -> Host:
        """Return what is known of the server of `url`, after reading its robots.txt once."""
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if origin not in self.hosts:
            robots = Protego.parse(self._robots(httpx.URL(origin + "/robots.txt")))
            self.hosts[origin] = Host(robots, max(self.delay, robots.crawl_delay(AGENT) or 0.0))
        return self.hosts[origin]

    def _robots(self, url: httpx.URL) -> str:
        """Return a robots.txt, "" where there is none; where the server fails, nothing may be fetched (RFC 9309)."""
        for _ in range(REDIRECTS + 1):
            answer = self._ask(url, ROBOTS_BYTES)
            location = answer.response.get("Location")
            if answer.status not in REDIRECT_STATUS or not location:
                break
            url = checked_address(str(url.join(location)), f"{url} leads to")
        if answer.status >= 500:
            what = f"the server answered {answer.status}, so that nobody knows what it allows"
            raise NotFetched(str(url), what, "Try again later.")
        return _unpacked(answer).decode("utf-8", "replace") if answer.status == 200 else ""

    def _ask(self, url: httpx.URL, most: int) -> Exchange:
        """Return the answer to a GET, its body as sent and refused over `most` bytes."""
        body, start, date = bytearray(), time.monotonic(), datetime.now(UTC)
        with self.client.stream("GET", url, follow_redirects=False) as answer:
            for part in answer.iter_raw():
                body += part
                if len(body) > most:
                    raise NotFetched(str(url), f"the answer is larger than {most // 2**10} KiB", BY_HAND)
                if time.monotonic() - start > PAGE_TIMEOUT:
                    raise NotFetched(str(url), f"the answer takes more than {PAGE_TIMEOUT:.0f} s", "Try again later.")
            return Exchange(
                url, answer.request.headers, answer.headers, answer.status_code, answer.reason_phrase,
                answer.http_version, bytes(body), date,
            )  # fmt: skip


def checked_address(address: str, says: str = "") -> httpx.URL:
    """Return an address of http or https without fragment; raise `NotFetched` for any other.

    >>> str(checked_address("https://Paper.example/a#b"))
    'https://paper.example/a'
    >>> checked_address("file:///etc/passwd")
    Traceback (most recent call last):
    newsarchive.errors.NotFetched: file:///etc/passwd: it is not an http or https address. Write it with https:// ...
    """
    where = f"{says} {address}".strip()
    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL as error:
        raise NotFetched(ascii(where), f"it is not an address ({error})", "Copy it from the browser.") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise NotFetched(where, "it is not an http or https address", "Write it with https:// in front.")
    if url.userinfo:
        raise NotFetched(url.host, "the address holds a password, which the capture would keep", "Leave it out.")
    return url.copy_with(fragment=None)


def write(raw: Path, exchanges: list[Exchange]) -> Path:
    """Write the exchanges that led to a page as a WARC file, whole or not at all, and return it.

    Raises `NotFetched` when the last answer is no page that `captures.load` can read.
    """
    last = exchanges[-1]
    if last.status != 200:
        raise NotFetched(str(last.url), f"the server answered {last.status} {last.reason}".rstrip(), BY_HAND)
    folder = raw / host_folder(last.url)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            _write_records(stream, exchanges)
            stream.flush()
            os.fsync(stream.fileno())
        _check(part, last)
        target = _free(folder, f"{page_slug(last.url)}-{last.date:%Y%m%dT%H%M%SZ}")
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def host_folder(url: httpx.URL) -> str:
    """Return the folder of a host's captures.

    >>> host_folder(httpx.URL("https://www.Paper.example:8080/a")), host_folder(httpx.URL("http://[::1]/"))
    ('www.paper.example', '1')
    """
    return re.sub(r"[^a-z0-9.-]+", "-", url.raw_host.decode("ascii").lower()).strip(".-") or "host"


def page_slug(url: httpx.URL) -> str:
    """Return a name for a page's capture, made of its path and query.

    >>> page_slug(httpx.URL("https://paper.example/2024/06/20/a%C3%B1o-nuevo.html?p=2"))
    '2024-06-20-ano-nuevo-html-p-2'
    """
    words = unquote(f"{url.path} {url.query.decode('ascii', 'replace')}")
    return contract.make_slug(words, "index")[:SLUG_LENGTH].strip("-")


def _free(folder: Path, stem: str) -> Path:
    """Return a path that does not exist yet: two pages of one second may share a slug."""
    target, count = folder / f"{stem}.warc.gz", 1
    while target.exists():
        count += 1
        target = folder / f"{stem}-{count}.warc.gz"
    return target


def _write_records(stream: object, exchanges: list[Exchange]) -> None:
    """Write a warcinfo record, then for each exchange its response and its request."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    about = {"software": USER_AGENT, "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record("", about))
    for exchange in exchanges:
        url, dated = str(exchange.url), {"WARC-Date": f"{exchange.date:%Y-%m-%dT%H:%M:%SZ}"}
        status = StatusAndHeaders(
            f"{exchange.status} {exchange.reason}".rstrip(), _fields(exchange.response), protocol=exchange.http_version
        )
        response = writer.create_warc_record(
            url, "response", payload=BytesIO(exchange.body), http_headers=status, warc_headers_dict=dated
        )
        line = f"GET {exchange.url.raw_path.decode('ascii')} {exchange.http_version}"
        asked = StatusAndHeaders(line, _fields(exchange.request), is_http_request=True)
        request = writer.create_warc_record(url, "request", http_headers=asked, warc_headers_dict=dict(dated))
        writer.write_request_response_pair(request, response)


def _fields(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return header fields as sent; `Transfer-Encoding` under another name, because the chunks are gone already."""
    fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw]
    return [
        (f"X-Archive-Orig-{name}" if name.lower() == "transfer-encoding" else name, value) for name, value in fields
    ]


def _check(file: Path, last: Exchange) -> None:
    """Refuse a capture that cannot be read back as one page."""
    found = next(warc.pages(file, str(last.url)), None)
    if isinstance(found, RawPage):
        return
    if isinstance(found, UnreadableCapture):
        raise NotFetched(str(last.url), found.what, found.todo)
    media_type = last.response.get("Content-Type", "of no type")
    raise NotFetched(str(last.url), f"it is {media_type}, not HTML or text", "Fetch the page that leads to it.")


def _unpacked(answer: Exchange) -> bytes:
    """Return the body of a small answer without HTTP compression, nothing where it is damaged."""
    try:
        body = gunzip(answer.body, str(answer.url)) if answer.body.startswith(GZIP) else answer.body
    except UnreadableCapture:
        return b""
    return body[:ROBOTS_BYTES]


def _reason(error: Exception) -> str:
    """Return what a library says of a failure, in one line."""
    return " ".join(str(error).split()) or type(error).__name__
