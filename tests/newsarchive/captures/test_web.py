"""fetch.py against a server of this machine: what is saved, what is refused, what it says."""

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fetch
import pytest
from newsarchive import captures
from newsarchive.captures import web
from newsarchive.captures.web import Fetcher
from newsarchive.errors import NotFetched
from warcio.archiveiterator import ArchiveIterator

PAGE = "<!DOCTYPE html><html><body><p>Año nuevo en la ciudad.</p></body></html>".encode("latin-1")
HTML = {"Content-Type": "text/html; charset=ISO-8859-1"}
ROBOTS = b"User-agent: newsarchive\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n"
ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/robots.txt": (200, {"Content-Type": "text/plain"}, ROBOTS),
    "/2024/story.html": (200, HTML, PAGE),
    "/packed": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    "/moved": (301, {"Location": "/2024/story.html"}, b"gone there"),
    "/to-private": (302, {"Location": "/private/x"}, b""),
    "/to-file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/loop": (302, {"Location": "/loop"}, b""),
    "/missing": (404, HTML, PAGE),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG"),
    "/empty": (200, HTML, b""),
    "/big": (200, HTML, PAGE * 90),
    "/cut": (200, {**HTML, "Content-Length": "9999"}, PAGE),
    "/bomb": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(bytes(60 * 2**20))),
}


class Paper(BaseHTTPRequestHandler):
    """A small newspaper's server."""

    asked: list[str]
    """Paths in order, with the agent that asked."""

    def do_GET(self) -> None:
        """Answer from `ANSWERS`."""
        self.asked.append(self.path)
        assert self.headers["User-Agent"].startswith("newsarchive/")
        if self.path == "/chunked":
            self._answer_in_chunks()
            return
        status, headers, body = ANSWERS.get(self.path.partition("?")[0], (200, HTML, PAGE))
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _answer_in_chunks(self) -> None:
        """Answer as HTTP/1.1 servers of pages made on the fly do."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(PAGE), PAGE))

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture
def paper() -> Iterator[str]:
    """Serve the paper and give its address."""
    Paper.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Paper)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def refusal(tmp_path: Path, address: str) -> str:
    """Return the message with which an address is refused, having seen that nothing was written."""
    with pytest.raises(NotFetched) as caught:
        Fetcher(tmp_path, delay=0).fetch(address)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
    return str(caught.value)


@pytest.mark.parametrize("path", ["/2024/story.html", "/packed", "/chunked", "/"])
def test_a_saved_page_reads_back(tmp_path: Path, paper: str, path: str) -> None:
    """Bytes, address, charset and time come back, however the server framed the page."""
    file = Fetcher(tmp_path, delay=0).fetch(paper + path)
    (name,) = captures.discover(tmp_path)
    assert tmp_path / name == file
    assert captures.other_files(tmp_path) == []
    (page,) = captures.load(tmp_path, name)
    assert (page.payload, page.url, page.media_type) == (PAGE, paper + path, "text/html")
    assert page.captured is not None
    assert f"{page.captured:%Y%m%dT%H%M%SZ}" in name
    assert name.startswith("127.0.0.1/")


def test_redirects_are_kept_and_the_page_has_its_final_address(tmp_path: Path, paper: str) -> None:
    """Each hop has its response and its request."""
    file = Fetcher(tmp_path, delay=0).fetch(paper + "/moved")
    with file.open("rb") as stream:
        records = [(record.rec_type, record.rec_headers["WARC-Target-URI"]) for record in ArchiveIterator(stream)]
    hops = [paper + "/moved", paper + "/2024/story.html"]
    assert records == [("warcinfo", None), *((kind, hop) for hop in hops for kind in ("response", "request"))]
    assert file.name.startswith("2024-story-html-")
    assert [page.url for page in captures.load(tmp_path, captures.discover(tmp_path)[0])] == [hops[1]]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/private/story", "robots.txt of 127.0.0.1 does not let newsarchive fetch it"),
        ("/to-private", "robots.txt of 127.0.0.1 does not let newsarchive fetch it"),
        ("/to-file", "is not an http or https address"),
        ("/loop", "10 redirects"),
        ("/missing", "answered 404"),
        ("/image", "it is image/png, not HTML or text"),
        ("/empty", "it is empty"),
        ("/cut", "cannot be had"),
        ("/bomb", "larger than 50 MiB"),
    ],
)
def test_what_cannot_be_saved_is_refused_with_its_reason(tmp_path: Path, paper: str, path: str, reason: str) -> None:
    """Nothing is written, and the message says why."""
    assert reason in refusal(tmp_path, paper + path)


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ftp://paper.example/a", "is not an http or https address"),
        ("paper.example/a", "is not an http or https address"),
        ("http://", "is not an http or https address"),
        ("https://me:secret@paper.example/", "holds a password"),
        ("https://paper.example:port/", "is not an address"),
        ("https://paper.example/\x1b[2J", "is not an address"),
    ],
)
def test_what_is_no_address_is_refused(tmp_path: Path, address: str, reason: str) -> None:
    """Before anything is asked; a password or a control character is not repeated."""
    message = refusal(tmp_path, address)
    assert reason in message
    assert "secret" not in message
    assert "\x1b" not in message


def test_an_answer_over_the_cap_is_dropped(tmp_path: Path, paper: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cap counts while it is read."""
    monkeypatch.setattr(web, "MAX_BYTES", 2 * 2**10)
    assert "larger than 2 KiB" in refusal(tmp_path, paper + "/big")


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Port 9 of this machine answers nobody."""
    assert "cannot be had" in refusal(tmp_path, "http://127.0.0.1:9/")


@pytest.mark.parametrize(("status", "is_saved"), [(404, True), (503, False)])
def test_robots_that_are_missing_allow_and_robots_that_fail_forbid(
    tmp_path: Path, paper: str, monkeypatch: pytest.MonkeyPatch, status: int, is_saved: bool
) -> None:
    """As RFC 9309 says."""
    monkeypatch.setitem(ANSWERS, "/robots.txt", (status, {}, b""))
    if is_saved:
        assert Fetcher(tmp_path, delay=0).fetch(paper + "/private/story").exists()
    else:
        assert "answered 503" in refusal(tmp_path, paper + "/2024/story.html")


def test_pages_of_one_host_are_asked_for_with_a_delay(tmp_path: Path, paper: str) -> None:
    """Robots.txt is read once; two pages of one second and one slug are two files."""
    fetcher, start = Fetcher(tmp_path, delay=0.2), time.monotonic()
    files = {fetcher.fetch(paper + "/a"), fetcher.fetch(paper + "/a"), fetcher.fetch(paper + "/a")}
    assert time.monotonic() - start >= 0.4
    assert len(files) == 3
    assert Paper.asked == ["/robots.txt", "/a", "/a", "/a"]


def test_a_crawl_delay_of_the_host_counts(tmp_path: Path, paper: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is longer than ours."""
    monkeypatch.setitem(ANSWERS, "/robots.txt", (200, {}, b"User-agent: *\nCrawl-delay: 0.3\n"))
    fetcher, start = Fetcher(tmp_path, delay=0), time.monotonic()
    fetcher.fetch(paper + "/a")
    fetcher.fetch(paper + "/b")
    assert time.monotonic() - start >= 0.3


def test_the_command_ends_with_one_line_and_a_code(
    tmp_path: Path, paper: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page that fails is named and makes the code 1; the others are saved."""
    story = paper + "/2024/story.html"
    assert fetch.main([story, "--raw", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"1 page: 1 saved under {tmp_path}, 0 failed.\n"
    assert fetch.main([story + "?b", paper + "/missing", "--raw", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == f"2 pages: 1 saved under {tmp_path}, 1 failed.\n"
    assert f"{paper}/missing: the server answered 404" in said.err
