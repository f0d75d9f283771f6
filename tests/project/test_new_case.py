"""`make case` makes a golden case of a capture, or says why not; and every case says why it exists."""

import gzip
import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from support import golden, new_case
from support.paths import PYTHONPATH
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

STORY = "The ferry from Ferrow to the north quay will not sail on Thursday, because its engine stands on the pier in parts. "
PAGE = f"""<!DOCTYPE html>
<!-- Page saved with SingleFile
 url: https://harbour.example/2024/06/ferry
 saved date: Thu Jun 20 2024 18:49:47 GMT+0200 (CEST)
-->
<html lang="en"><head><title>The ferry stays at the pier</title></head><body><article><h1>The ferry stays at the pier</h1>
<p>{STORY * 3}</p><p>Café owners on the north quay {STORY * 2}</p></article><footer>All rights reserved.</footer></body></html>
"""
DUMP = f"Skip to content\nThe ferry stays at the pier\n20 June 2024\n{STORY * 3}\n{STORY * 2}\nShare this article\n"


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    (folder / "harbour").mkdir(parents=True)
    (folder / "harbour" / "ferry.html").write_text(PAGE, encoding="utf-8")
    (folder / "harbour" / "ferry.txt.gz").write_bytes(gzip.compress(DUMP.encode(), mtime=0))
    return folder


def write_warc(file, charset, pages):
    """Write a WARC file of pages of one host."""
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=False)
        for number, page in enumerate(pages):
            headers = StatusAndHeaders(
                "200 OK", [("Content-Type", f"text/html; charset={charset}")], protocol="HTTP/1.1"
            )
            writer.write_record(
                writer.create_warc_record(
                    f"https://harbour.example/{number}",
                    "response",
                    payload=BytesIO(page.encode(charset)),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2024-06-20T10:00:00Z"},
                )
            )


def files(case):
    return {path.name: path.read_bytes() for path in case.iterdir()}


def test_a_case_of_a_page_has_its_bytes_and_what_the_capture_says_of_itself(raw, tmp_path):
    case = new_case.write_case(tmp_path / "harbour-ferry", "harbour/ferry.html", raw)
    made = files(case)
    assert set(made) == {"page.json", "source.html", "expected.md", "removed.txt"}
    assert made["source.html"] == PAGE.encode()
    assert json.loads(made["page.json"]) == {
        "why": "",
        "url": "https://harbour.example/2024/06/ferry",
        "captured": "2024-06-20T18:49:47+02:00",
    }
    expected = made["expected.md"].decode()
    assert "Title: The ferry stays at the pier\n" in expected
    assert "Captured: 2024-06-20T18:49:47+02:00\n" in expected
    assert "Café owners" in expected
    assert "All rights reserved." in made["removed.txt"].decode()


def test_a_case_passes_the_test_of_cases_as_it_is_made(raw, tmp_path):
    case = new_case.write_case(tmp_path / "harbour-ferry", str(raw / "harbour" / "ferry.html"), Path("elsewhere"))
    assert {name: text.encode() for name, text in golden.case_files(case).items()}.items() <= files(case).items()


def test_a_packed_dump_becomes_a_plain_one(raw, tmp_path):
    case = new_case.write_case(tmp_path / "harbour-dump", "harbour/ferry.txt.gz", raw)
    assert (case / "source.txt").read_text(encoding="utf-8") == DUMP
    assert "skip-link\tSkip to content\n" in (case / "removed.txt").read_text(encoding="utf-8")


def test_a_page_of_a_warc_keeps_the_charset_that_its_server_declared(raw, tmp_path):
    write_warc(raw / "one.warc", "ISO-8859-1", [PAGE])
    case = new_case.write_case(tmp_path / "harbour-latin", "one.warc", raw)
    assert json.loads((case / "page.json").read_text(encoding="utf-8"))["charset"].lower() == "iso-8859-1"
    assert "Café owners" in (case / "expected.md").read_text(encoding="utf-8")


def test_of_a_warc_with_several_pages_one_is_named(raw, tmp_path):
    write_warc(raw / "two.warc", "utf-8", [PAGE.replace("pier", "quay"), PAGE])
    with pytest.raises(new_case.Refused, match=r"holds 2 pages. Name one of them: two.warc#0 ") as caught:
        new_case.write_case(tmp_path / "harbour-two", "two.warc", raw)
    second = str(caught.value).split()[-2]
    case = new_case.write_case(tmp_path / "harbour-two", second, raw)
    assert "Title: The ferry stays at the pier\n" in (case / "expected.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "capture", "reason"),
    [
        ("Harbour", "harbour/ferry.html", "it is no name of a case"),
        ("harbour-there", "harbour/ferry.html", "there is such a case"),
        ("harbour-none", "harbour/none.html", "there is no such capture"),
        ("harbour-empty", "empty.html", "it is empty"),
    ],
)
def test_what_cannot_become_a_case_is_refused_and_nothing_is_written(raw, tmp_path, name, capture, reason):
    (tmp_path / "harbour-there").mkdir()
    (raw / "empty.html").touch()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(new_case.Refused, match=reason):
        new_case.write_case(tmp_path / name, capture, raw)
    assert sorted(tmp_path.rglob("*")) == before


def test_the_command_says_what_is_wrong_and_fails():
    command = [sys.executable, "-m", "support.new_case", "none.html", "harbour-none"]
    ended = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": PYTHONPATH}, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("none.html: there is no such capture. ")


@pytest.mark.parametrize(
    "case", sorted(path for path in golden.CASES.iterdir() if path.is_dir()), ids=lambda path: path.name
)
def test_every_case_says_why_it_exists(case):
    assert len(json.loads((case / "page.json").read_text(encoding="utf-8"))["why"]) > 20
