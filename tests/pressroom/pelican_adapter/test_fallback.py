"""Pelican's own path: articles and pages, safe, and one line that names all that the engine would make besides."""

import json
import os
import re
import subprocess
import sys
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from pressroom.core import settings
from pressroom.publish import manifest
from support.paths import BASE

BAD = '<script>alert(1)</script>\n\n<p onclick="x()">Kept.</p>\n\n[a](javascript:alert(1)) <iframe src="https://x.example/"></iframe>\n'
CONTENT = {
    "a.md": f"Title: Ferry\nDate: 2024-06-20\nTags: sea, port\nSource: Canal News\nAuthors: Ida Trent\n\n# Head\n\nBefore.\n\n{BAD}",
    "b.md": "Title: Only a month\nDate: 2024-05\nSource: The Gazette\nAliases: /old/\n\nSee [it]({filename}a.md).\n",
    "c.md": "Title: Only a year\nDate: 2023\n\nOf the year.\n",
    "d.md": "Title: Undated\n\nWithout a date.\n",
    "e.md": "Title: Taken back\nDate: 2024-06-01\nWithdrawn: At the author's request.\n\nsecret words\n",
    "f.md": "Title: Draft\nDate: 2024-06-02\nStatus: draft\n\nNot yet.\n",
    "g.rst": "By another reader\n#################\n\n:date: 2024-06-03\n:tags: sea\n\nText.\n\n.. raw:: html\n\n   <script>alert(2)</script><p onclick='x()'>Raw.</p>\n",
    "h.html": "<html><head><title>In HTML</title><meta name='date' content='2024-06-04'><meta name='summary' content='<script>alert(3)</script>sum'>"
              "</head><body><p>Body.</p><script>alert(4)</script></body></html>",
    "pages/about.md": f"Title: About\n\nWho we are.\n\n{BAD}",
    "pages/more.rst": "More\n####\n\nOf another reader.\n",
}  # fmt: skip
OFF = {key: type(value)() for key, value in settings.OURS.items() if not key.endswith("_URL")}


def make(folder, content, settings=None):
    """Build a site with our theme; return the output folder and what `scripts/build.py` did."""
    for name, text in content.items():
        (folder / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / name).write_text(text)
    options = [f"{key}={json.dumps(value)}" for key, value in (settings or {"PRESSROOM_ENGINE": False}).items()]
    command = [
        sys.executable,
        str(BASE / "scripts/build.py"),
        "--content",
        "content",
        "--output",
        "out",
        "--cache",
        "c",
    ]
    command += ["--reports", "r", "--rules", "rules", "--", "-e", *options]
    environment = {**os.environ, "PYTHONHASHSEED": "3"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    return folder / "out", done


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return make(tmp_path_factory.mktemp("own"), CONTENT)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out, done = make(tmp_path_factory.mktemp("engine"), CONTENT, OFF)
    assert done.returncode == 0, done.stderr
    return out


def files(out):
    return {
        path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file() and path.name != manifest.NAME
    }


def test_one_line_names_the_reason_and_all_that_is_left_out(built, whole):
    out, done = built
    assert done.returncode == 0, done.stdout + done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("pressroom:"))
    assert done.stdout.count("own path") == 1
    assert "PRESSROOM_ENGINE is off" in line
    for name in (
        "source/{slug}/index.html",
        "404.html",
        "search",
        "feeds",
        "old addresses",
        "downloads",
        "statistics/index.html",
    ):
        assert name in line, name
    # What it names is all: an engine that is told to leave that out makes the same files, but for these two.
    assert files(whole) - files(out) == {"site.webmanifest", "old/index.html"}
    assert "site.webmanifest" in line
    assert files(out) - files(whole) == set()


def test_what_a_setting_leaves_out_already_is_not_named(tmp_path):
    _, done = make(tmp_path, {"a.md": CONTENT["a.md"]}, {"PRESSROOM_ENGINE": False, **OFF, "PRESSROOM_FEEDS": True})
    assert "So it leaves out: site.webmanifest, feeds." in done.stdout


def test_no_page_links_to_one_that_is_left_out(built):
    out, _ = built
    broken, walked = [], 0
    for page in out.rglob("*.html"):
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', page.read_text(encoding="utf-8")):
            address = urlsplit(unescape(link))
            if address.scheme or not address.path:
                continue
            walked += 1
            if not (page.parent / unquote(address.path)).resolve().is_file():
                broken.append(f"{page.relative_to(out)}: {link}")
    assert walked > 300
    assert broken == []


def body(path):
    return re.search(r'<div class="body".*?\n</?(?:div|p|article)', path.read_text(encoding="utf-8"), re.S)[0]


def test_bodies_are_those_of_the_engine_sanitised_last(built, whole):
    out, _ = built
    pages = [path for path in files(out) if '<div class="body"' in (out / path).read_text(encoding="utf-8")]
    assert len(pages) == 10
    assert [path for path in pages if body(out / path) != body(whole / path)] == []
    for path in out.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<script>alert|alert\(|onclick|javascript:|<iframe|secret words", text), path
    for path, text in {
        "2024/06/20/ferry": "Kept.",
        "2024/06/03/by-another-reader": "Raw.",
        "2024/06/04/in-html": "Body.",
    }.items():
        assert text in (out / path / "index.html").read_text(encoding="utf-8")


def test_no_article_stands_in_a_period_that_is_not_known_to_be_its_own(built):
    out, _ = built
    assert not (out / "1970").exists()
    assert not (out / "2023/01").exists()
    assert "Only a year" in (out / "2023/index.html").read_text(encoding="utf-8")
    assert "known" in (out / "2023/index.html").read_text(encoding="utf-8")
    assert '<h2 class="kicker">' not in (out / "2024/index.html").read_text(encoding="utf-8")
    assert not (out / "2024/05/01").exists()
    front = (out / "index.html").read_text(encoding="utf-8")
    assert front.index("Ferry") < front.index("In HTML") < front.index("Only a month") < front.index("Undated")


def test_a_file_with_an_error_is_named_and_left_out(tmp_path):
    content = {
        "good.md": "Title: Good\nDate: 2024-01-01\nSlug: same\n\nText.\n", "bad.md": "Title: Bad\nDate: yesterday\n\nText.\n",
        "twin.md": "Title: Twin\nDate: 2024-01-01\nSlug: same\n\nText.\n", "own.md": "Title: Own\nDate: 2024-01-01\nSave_as: index.html\n\nText.\n",
        "samples/s.md": "Title: Sample\nDate: 2024-01-01\n\nText.\n", "script.md": f"Title: S\nDate: 2024-01-02\n\n{BAD}",
    }  # fmt: skip
    out, done = make(tmp_path, content)
    assert done.returncode == 1
    assert 'content/bad.md:2: Date is not a date: "yesterday"' in done.stderr
    assert "content/twin.md: it has the same address as content/good.md" in done.stderr
    assert "own.md: its address is one of the site's own" in done.stderr
    assert "content/script.md:4: <script> is not kept" in done.stdout
    assert "3 files left out" in done.stdout
    front = (out / "index.html").read_text(encoding="utf-8")
    assert "Good" in front
    assert not re.search("Bad|Twin|Sample", front)


def test_after_it_the_engine_builds_what_it_would_have_built(built, tmp_path):
    content = {name: text for name, text in CONTENT.items() if name in ("a.md", "pages/about.md")}
    make(tmp_path, content)
    out, done = make(tmp_path, content, {"SITENAME": "x"})
    assert done.returncode == 0
    assert "own path" not in done.stdout
    assert (out / "source/canal-news/index.html").is_file()
