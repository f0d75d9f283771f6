"""Captures on disk: which are found, how each is read, and what is refused with a reason."""

import gzip
import importlib
import os
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path

import pytest
from newsarchive import captures
from newsarchive.archive.records import Records
from newsarchive.captures import payload as payload_module
from newsarchive.captures import warc as warc_module
from newsarchive.errors import BadTable, UnreadableCapture
from newsarchive.ingest.ingest import ingest
from newsarchive.ingest.spool import Spool
from newsarchive.models import RawPage
from newsarchive.rules import rules
from support.paths import BASE
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

PAGE = b"<!DOCTYPE html><html><body><p>The mayor spoke.</p></body></html>"


def gzipped(data):
    return gzip.compress(data, mtime=0)  # the processes that share the tests must name them alike


def put(folder: Path, name: str, payload: bytes = PAGE) -> Path:
    """Write a file under `folder`."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(payload)
    return file


def refusal(rawdir: Path, name: str) -> str:
    """Return the message with which a capture is refused."""
    with pytest.raises(UnreadableCapture) as caught:
        captures.load(rawdir, name)
    assert str(caught.value).startswith(name.partition("#")[0])
    return str(caught.value)


Response = tuple[str, str, list[tuple[str, str]], bytes]


def put_warc(file: Path, responses: list[Response], *, packed: bool = True) -> None:
    """Write a WARC file of responses: address, status line, header fields, body."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=packed)
        writer.write_record(writer.create_warcinfo_record(file.name, {"software": "test"}))
        for url, status, fields, body in responses:
            headers = StatusAndHeaders(status, fields, protocol="HTTP/1.1")
            dated = {"WARC-Date": "2024-06-20T10:00:00Z"}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=BytesIO(body), http_headers=headers, warc_headers_dict=dated
                )
            )


def page_at(url: str, body: bytes = PAGE, *fields: tuple[str, str]) -> Response:
    """Return a response of HTML with status 200."""
    return url, "200 OK", [("Content-Type", "text/html; charset=ISO-8859-1"), *fields], body


class TestDiscover:
    """Which files are captures."""

    def test_finds_captures_and_leaves_the_rest(self, tmp_path: Path) -> None:
        """Captures are named sorted; furniture, hidden and README files are neither captures nor others."""
        names = ["B/x.HTM", "a/one.html", "a/two.txt.gz", "a/w.warc", "a/w2.warc.gz", "z.html.gz"]
        other = ["a/metadata.csv", "a/photo.jpg", "my_files/list.csv"]
        skipped = [
            "README.md", "README", "metadata.csv", ".hidden/x.html", "a/.DS_Store", "a/README.txt",
            "a/one_files/frame.html", "a/one_files/deep/ad.html", "a/one-dateien/x.html",
        ]  # fmt: skip
        for name in [*names, *other, *skipped]:
            put(tmp_path, name)
        assert captures.discover(tmp_path) == sorted(names)
        assert captures.other_files(tmp_path) == sorted(other)

    def test_no_raw_folder_yet_holds_no_captures(self, tmp_path: Path) -> None:
        """A fresh archive has no raw folder."""
        assert captures.discover(tmp_path / "raw") == captures.other_files(tmp_path / "raw") == []

    def test_names_that_no_header_can_hold_are_named_printably(self, tmp_path: Path) -> None:
        """A line end or a byte outside UTF-8 in a file name is reported, not lost."""
        put(tmp_path, "a\nb.html")
        os.close(os.open(os.fsencode(tmp_path) + b"/caf\xe9.html", os.O_CREAT | os.O_WRONLY))
        assert captures.discover(tmp_path) == []
        assert captures.other_files(tmp_path) == ["a\\x0ab.html", "caf\\xe9.html"]

    def test_links_to_folders_are_named_and_not_followed(self, tmp_path: Path) -> None:
        """A link could lead out or around for ever."""
        put(tmp_path, "raw/a/x.html")
        (tmp_path / "raw/loop").symlink_to(tmp_path / "raw")
        assert captures.discover(tmp_path / "raw") == ["a/x.html"]
        assert captures.other_files(tmp_path / "raw") == ["loop/"]


class TestFiles:
    """Pages saved one to a file."""

    @pytest.mark.parametrize(
        ("name", "stored", "media_type"),
        [
            ("a.html", PAGE, "text/html"),
            ("a.html.gz", gzipped(PAGE), "text/html"),
            ("a.html.gz", PAGE, "text/html"),
            ("a.html", gzipped(PAGE[:9]) + gzipped(PAGE[9:]) + b"\0\0", "text/html"),
            ("a.txt", PAGE, "text/html"),
            ("a.txt.gz", gzipped(b"Skip to content"), "text/plain"),
        ],
    )
    def test_reads_what_is_in_the_file(self, tmp_path: Path, name: str, stored: bytes, media_type: str) -> None:
        """The bytes decide about gzip, and a text file that begins as a page is one."""
        put(tmp_path, f"post/{name}", stored)
        (page,) = captures.load(tmp_path, f"post/{name}")
        assert page.payload in (PAGE, b"Skip to content")
        assert (page.path, page.media_type, page.captured, page.url) == (f"post/{name}", media_type, None, None)

    def test_a_browser_says_where_the_page_came_from(self, tmp_path: Path) -> None:
        """Chrome and Edge write the length of the address before it."""
        put(tmp_path, "a.html", b"<!DOCTYPE html>\n<!-- saved from url=(0025)https://paper.example/a?b -->\n" + PAGE)
        assert captures.load(tmp_path, "a.html")[0].url == "https://paper.example/a?b"

    def test_singlefile_says_where_and_when(self, tmp_path: Path) -> None:
        """SingleFile's comment has both, with the reader's own offset."""
        comment = (
            b"<!DOCTYPE html> <html lang=en><!--\n Page saved with SingleFile \n url: https://paper.example/a\n"
            b" saved date: Thu Jun 20 2024 18:49:47 GMT+0200 (Central European Summer Time)\n-->"
        )
        put(tmp_path, "a.html", comment + PAGE)
        (page,) = captures.load(tmp_path, "a.html")
        assert page.url == "https://paper.example/a"
        assert page.captured == datetime(2024, 6, 20, 18, 49, 47, tzinfo=timezone(timedelta(hours=2)))

    @pytest.mark.parametrize(
        "comment",
        [
            b"<!-- saved from url=(0014)about:internet -->",
            b"<!-- saved from url=(0020)javascript:alert(1)// -->",
            b"<!--\n Page saved with SingleFile \n url: file:///x\n saved date: Thu Foo 99 2024 18:49:47 GMT\n-->",
        ],
    )
    def test_marks_that_say_nothing_are_not_believed(self, tmp_path: Path, comment: bytes) -> None:
        """Only web addresses and real dates count."""
        put(tmp_path, "a.html", comment + PAGE)
        (page,) = captures.load(tmp_path, "a.html")
        assert (page.url, page.captured) == (None, None)

    @pytest.mark.parametrize(
        ("stored", "reason"),
        [
            (b"", "it is empty"),
            (b" \n\0", "it is empty"),
            (gzipped(b""), "it is empty"),
            (gzipped(PAGE)[:-9], "cut short"),
            (gzipped(PAGE)[:-8] + bytes(8), "damaged"),
            (b"%PDF-1.7 x", "it is a PDF"),
            (bytes(range(256)) * 40, "not text"),
        ],
    )
    def test_what_is_no_text_is_refused(self, tmp_path: Path, stored: bytes, reason: str) -> None:
        """Each refusal names the file, the reason, and what to do."""
        put(tmp_path, "a.html", stored)
        message = refusal(tmp_path, "a.html")
        assert reason in message
        assert message.endswith(".")

    def test_a_packed_bomb_is_refused_before_it_fills_memory(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The cap counts what comes out."""
        monkeypatch.setattr(payload_module, "MAX_BYTES", 1000)
        put(tmp_path, "a.html.gz", gzipped(b"x" * 900) + gzipped(b"x" * 900))
        assert "larger than" in refusal(tmp_path, "a.html.gz")

    def test_links_that_leave_the_folder_are_refused(self, tmp_path: Path) -> None:
        """A link inside is a capture like any; one that leaves, or leads nowhere, has its reason."""
        secret = put(tmp_path, "secret.html")
        raw = tmp_path / "raw"
        put(raw, "a.html")
        (raw / "inside.html").symlink_to("a.html")
        (raw / "outside.html").symlink_to(secret)
        (raw / "nowhere.html").symlink_to("gone.html")
        assert captures.discover(raw) == ["a.html", "inside.html", "nowhere.html", "outside.html"]
        assert captures.load(raw, "inside.html")[0].payload == PAGE
        assert "leaves the raw folder" in refusal(raw, "outside.html")
        assert "cannot be opened" in refusal(raw, "nowhere.html")
        assert "leaves the raw folder" in refusal(raw, "../secret.html")

    def test_what_is_no_file_is_refused_without_waiting(self, tmp_path: Path) -> None:
        """Opening a pipe would wait for ever."""
        os.mkfifo(tmp_path / "a.html")
        assert "not a regular file" in refusal(tmp_path, "a.html")


class TestWarc:
    """Pages inside WARC files."""

    @pytest.mark.parametrize("name", ["w.warc", "w.warc.gz"])
    def test_gives_the_pages_and_nothing_else(self, tmp_path: Path, name: str) -> None:
        """Only answers of HTML or text with status 200 are pages; each can also be had by its own name."""
        image = ("https://p.example/i.png", "200 OK", [("Content-Type", "image/png")], b"\x89PNG")
        gone = ("https://p.example/gone", "404 Not Found", [("Content-Type", "text/html")], PAGE)
        robots = ("https://p.example/robots.txt", "200 OK", [("Content-Type", "text/plain")], b"User-agent: *")
        text = ("https://p.example/t", "200 OK", [("Content-Type", "text/plain")], b"Plain words")
        wanted = [page_at("https://p.example/1"), text]
        put_warc(tmp_path / name, [image, gone, robots, *wanted], packed=name.endswith("gz"))
        first, second = captures.load(tmp_path, name)
        assert (first.url, first.payload, first.media_type) == ("https://p.example/1", PAGE, "text/html")
        assert (second.url, second.media_type, second.charset) == ("https://p.example/t", "text/plain", None)
        assert first.charset == "iso-8859-1"
        assert first.captured == datetime(2024, 6, 20, 10, tzinfo=UTC)
        assert first.path.startswith(f"{name}#")
        assert captures.load(tmp_path, second.path) == [second]

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            (gzipped(PAGE), [("Content-Encoding", "gzip")]),
            (PAGE, [("Content-Encoding", "br")]),
            (PAGE, [("Transfer-Encoding", "chunked")]),
            (b"9\r\n" + PAGE[:9] + b"\r\n%x\r\n" % len(PAGE[9:]) + PAGE[9:] + b"\r\n0\r\n\r\n",
             [("Transfer-Encoding", "chunked")]),
        ],
    )  # fmt: skip
    def test_takes_http_framing_off(self, tmp_path: Path, body: bytes, fields: list[tuple[str, str]]) -> None:
        """Chunks and compression go, also where a tool took them off and left the header."""
        put_warc(tmp_path / "w.warc.gz", [page_at("https://p.example/1", body, *fields)])
        assert captures.load(tmp_path, "w.warc.gz")[0].payload == PAGE

    def test_a_bad_record_fails_alone(self, tmp_path: Path) -> None:
        """`read` names the page that cannot be read; `load` gives the others."""
        bad = page_at("https://p.example/1", gzipped(PAGE)[:-9], ("Content-Encoding", "gzip"))
        put_warc(tmp_path / "w.warc.gz", [bad, page_at("https://p.example/2")])
        error, page = captures.read(tmp_path, "w.warc.gz")
        assert isinstance(error, UnreadableCapture)
        assert isinstance(page, RawPage)
        assert "cut short" in str(error)
        assert captures.load(tmp_path, "w.warc.gz") == [page]

    @pytest.mark.parametrize("name", ["w.warc", "w.warc.gz"])
    def test_a_file_that_breaks_off_says_so(self, tmp_path: Path, name: str) -> None:
        """What was whole is read, the rest is named."""
        put_warc(
            tmp_path / name,
            [page_at("https://p.example/1"), page_at("https://p.example/2", PAGE + os.urandom(9).hex().encode() * 9)],
            packed=name.endswith("gz"),
        )
        put(tmp_path, name, (tmp_path / name).read_bytes()[:-60])
        page, error = captures.read(tmp_path, name)
        assert isinstance(page, RawPage)
        assert "cut short" in str(error)

    def test_without_a_page_it_is_unreadable(self, tmp_path: Path) -> None:
        """An empty result would be silent."""
        put_warc(tmp_path / "w.warc.gz", [])
        assert "holds no page" in refusal(tmp_path, "w.warc.gz")

    @pytest.mark.parametrize("stored", [b"", b"not a warc\n", PAGE, gzipped(PAGE), b"WARC/1.0\r\n\r\n"])
    def test_what_is_no_warc_is_refused(self, tmp_path: Path, stored: bytes) -> None:
        """Another file under the name is an error of that file alone."""
        put(tmp_path, "w.warc.gz", stored)
        refusal(tmp_path, "w.warc.gz")

    def test_a_page_over_the_cap_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The cap counts each page, not the file."""
        monkeypatch.setattr(warc_module, "MAX_BYTES", 400)
        put_warc(tmp_path / "w.warc.gz", [page_at("https://p.example/1", PAGE * 9), page_at("https://p.example/2")])
        error, page = captures.read(tmp_path, "w.warc.gz")
        assert "larger than" in str(error)
        assert isinstance(page, RawPage)


class TestTable:
    """metadata.csv."""

    def test_no_table_knows_nothing(self, tmp_path: Path) -> None:
        """The file is optional."""
        assert captures.read_table(tmp_path) == {}

    @pytest.mark.parametrize("part", [",", ";", "\t"])
    @pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16"])
    def test_reads_what_spreadsheets_write(self, tmp_path: Path, part: str, charset: str) -> None:
        """Any parting character and charset; keys in any case, aliases too; empty cells say nothing."""
        text = 'Raw|Source|published|Title|\r\npost/a.html|El País|2024-06-20|"A\r\nstory, told; twice"|\r\n\r\npost/*|Post||\r\n'
        put(tmp_path, "metadata.csv", text.replace("|", part).encode(charset))
        known = captures.read_table(tmp_path)
        assert list(known) == ["post/*", "post/a.html"]
        expected = {"source": "El País", "date": "2024-06-20", "title": "A story, told; twice"}
        assert captures.find_row(known, "post/a.html") == expected
        assert captures.find_row(known, "post/deep/b.html") == {"source": "Post"}
        assert captures.find_row(known, "times/b.html") == {}

    def test_dates_as_people_write_them(self, tmp_path: Path) -> None:
        """A month or a year alone is enough; what a spreadsheet makes of a date is read."""
        put(tmp_path, "metadata.csv", b"raw,date\na,1931\nb,1931-05\nc,3 May 1931\nd,5/31/1931\ne,1931-05-03 10:15\n")
        dates = [row["date"] for row in captures.read_table(tmp_path).values()]
        assert dates == ["1931", "1931-05", "1931-05-03", "1931-05-31", "1931-05-03T10:15"]

    def test_the_exact_path_wins_also_with_pattern_marks(self, tmp_path: Path) -> None:
        """Browsers name second copies `a[1].html`."""
        put(tmp_path, "metadata.csv", b"raw,lang\na[1].html,es\n*,en\n")
        known = captures.read_table(tmp_path)
        assert captures.find_row(known, "a[1].html") == {"lang": "es"}
        assert captures.find_row(known, "a1.html") == {"lang": "en"}

    def test_a_page_of_a_warc_takes_the_row_of_its_file(self, tmp_path: Path) -> None:
        """The record's own row counts more."""
        put(tmp_path, "metadata.csv", b"raw,lang,source\nw.warc.gz,es,Post\nw.warc.gz#12,en,\n")
        assert captures.find_row(captures.read_table(tmp_path), "w.warc.gz#12") == {"lang": "en", "source": "Post"}

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("raw,when\n", 'metadata.csv:1: column 2, "when", is not a header key'),
            ("raw,date,published\n", 'metadata.csv:1: column 3, "published", gives date twice'),
            ("title\nx\n", "metadata.csv:1: column raw is missing"),
            ("raw,title\na.html,x\n,y\n", "metadata.csv:3: column raw is empty"),
            ("raw,title\na.html,x\na.html,y\n", 'metadata.csv:3: column raw repeats "a.html"'),
            ("raw,title\na.html,x,y\n", 'metadata.csv:2: column 3 has a value, "y", and no name'),
            ('raw,title\na.html,"x\n', "metadata.csv:2: the row cannot be read"),
            ("raw,date\na.html,soon\n", 'metadata.csv:2: column date holds no date whose order is sure, "soon"'),
            ("raw,date\na.html,03/04/2021\n", "metadata.csv:2: column date holds no date whose order is sure"),
            ("raw,captured\na.html,1\n", "metadata.csv:2: column captured holds no date"),
            ("raw,date_precision\na.html,hour\n", 'metadata.csv:2: column date_precision holds "hour"'),
        ],
    )
    def test_what_is_wrong_is_named_by_line_and_column(self, tmp_path: Path, text: str, message: str) -> None:
        """A person finds the cell."""
        put(tmp_path, "metadata.csv", text.encode())
        with pytest.raises(BadTable) as caught:
            captures.read_table(tmp_path)
        assert message in str(caught.value)


CLIPPING = '''"""Clippings: a title, a rule of `=`, and the text."""

from hashlib import sha256

from newsarchive.models import RawPage
from newsarchive.rules import rules

HOLDS_MANY = False


def reads(name, head):
    return head().startswith(b"%CLIPPING")


def read(file, name, part=""):
    _, title, text = file.read_text().split("\\n", 2)
    payload = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{text}</body></html>".encode()
    yield RawPage(name, payload, "text/html", sha256(payload).hexdigest())
'''


def test_a_new_form_of_input_is_one_module_and_one_name_in_the_tuple(tmp_path, monkeypatch):
    put(tmp_path, "clipping.py", CLIPPING.encode())
    monkeypatch.syspath_prepend(tmp_path)
    raw, content = tmp_path / "raw", tmp_path / "content"
    story = "".join(
        f"<p>The lock at Ferrow was opened by hand on day {day} of the strike, the keepers said.</p>"
        for day in range(9)
    )
    put(raw, "canal/cutting.clip", f"%CLIPPING\nThe lock was opened by hand\n{story}".encode())
    assert captures.discover(raw) == []
    assert captures.other_files(raw) == ["canal/cutting.clip"]
    monkeypatch.setattr(captures, "READERS", (*captures.READERS, importlib.import_module("clipping")))
    known = rules.load(BASE / "scripts" / "rules")
    summary = ingest(raw, content, known, {}, Records(content, tmp_path / "cache", raw), Spool(None, ""), jobs=1)
    (article,) = content.rglob("*.md")
    assert summary.others == []
    assert "Title: The lock was opened by hand\n" in article.read_text()
    assert "day 8 of the strike" in article.read_text()
