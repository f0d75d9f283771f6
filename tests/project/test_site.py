"""The built site: every link leads somewhere, the same bytes everywhere, and no lock-in."""

import re
import shutil
import subprocess
import sys
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from support.commands import make_html, make_site
from support.paths import BASE
from support.sites import hashes


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    folder.joinpath("line").write_text(make_html(folder, PYTHONHASHSEED="1", TZ="Asia/Tokyo"))
    return folder


def test_the_last_line_says_what_was_done(built):
    line = built.joinpath("line").read_text().strip().splitlines()[-1]
    assert re.match(r"48 captures read, 45 articles written, \d+ blocks removed, 2 held .*; [\d,]+ files built", line)


def test_every_link_of_every_page_leads_to_a_file_of_the_site(built):
    out = built / "out"
    pages = [path for path in out.rglob("*.html") if path.name != "404.html"]
    broken, walked = [], 0
    for page in pages:
        for link in re.findall(r'(?:href|src|action)="([^"]*)"', page.read_text(encoding="utf-8")):
            address = urlsplit(unescape(link))
            if address.scheme or link.startswith(("#", "//")) or not address.path:
                continue
            walked += 1
            target = (page.parent / unquote(address.path)).resolve()
            if not (target.is_file() and target.is_relative_to(out.resolve())) and not link.endswith("search/"):
                broken.append(f"{page.relative_to(out)}: {link}")
    assert walked > 1000
    assert broken == []


def test_pages_ask_no_other_host_for_anything(built):
    for page in (built / "out").rglob("*.html"):
        text = re.sub(r'<(?:a|link rel="(?:canonical|original)") [^>]*>', "", page.read_text(encoding="utf-8"))
        if page.name != "404.html":
            assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text), page


def test_a_second_run_changes_no_byte_and_writes_no_file(built):
    before = hashes(built / "content"), hashes(built / "out")
    times = {path: path.stat().st_mtime_ns for path in built.rglob("*") if path.is_file() and "cache" not in path.parts}
    line = make_html(built).splitlines()[-1]
    assert "0 articles written" in line
    assert (hashes(built / "content"), hashes(built / "out")) == before
    changed = [p for p, time in times.items() if "reports" not in p.parts and p.stat().st_mtime_ns != time]
    assert changed == []


@pytest.mark.slow
def test_another_folder_hash_seed_and_time_zone_give_the_same_bytes(built, tmp_path):
    make_html(tmp_path, PYTHONHASHSEED="77", TZ="America/Lima", LC_ALL="C")
    assert hashes(tmp_path / "content") == hashes(built / "content")
    assert hashes(tmp_path / "out") == hashes(built / "out")


def test_stock_pelican_builds_the_same_content(built, tmp_path):
    """No plugin, no settings of ours, the theme that Pelican brings."""
    settings = tmp_path / "conf.py"
    settings.write_text(
        "SITENAME = 'x'\nTIMEZONE = 'UTC'\nTHEME = 'simple'\nPATH = 'content'\nARTICLE_PATHS = ['']\n"
        "ARTICLE_EXCLUDES = ['pages']\nARTICLE_TRANSLATION_ID = None\nUSE_FOLDER_AS_CATEGORY = False\nPLUGINS = []\n"
        "FEED_ALL_ATOM = None\nCATEGORY_FEED_ATOM = None\nTRANSLATION_FEED_ATOM = None\nAUTHOR_FEED_ATOM = None\nAUTHOR_FEED_RSS = None\n"
    )
    command = [
        sys.executable,
        "-m",
        "pelican",
        str(built / "content"),
        "-o",
        str(tmp_path / "out"),
        "-s",
        str(settings),
        "--fatal",
        "errors",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Processed 45 articles" in " ".join(done.stdout.split())


def test_an_undated_story_has_no_date_in_anything_a_machine_reads(built):
    out = built / "out"
    page = (out / "undated/how-to-tie-the-harbour-hitch/index.html").read_text()
    assert "undated" in page
    assert "1970-01" not in "".join(path.read_text(encoding="utf-8") for path in out.rglob("*.html"))
    assert "<time" not in re.sub(r'<section class="provenance.*', "", page, flags=re.S)
    from pressroom.search import packing

    records = [packing.inflate(path.read_bytes()) for path in out.glob("search/*/r*.bin")]
    assert records
    assert b"1970" not in b"".join(records)
    for path in [*out.rglob("*.xml"), *out.rglob("*.json")]:
        assert "1970-01" not in path.read_text(encoding="utf-8"), path


def test_samples_wear_a_mark_and_step_aside(built, tmp_path):
    assert (
        '<span class="mark" lang="en">sample</span>'
        in next((built / "out/2024").rglob("breakwater*/index.html")).read_text()
    )
    (tmp_path / "content").mkdir()
    shutil.copytree(built / "content/samples", tmp_path / "content/samples")
    (tmp_path / "content/mine.md").write_text("# My own note\n\nIt is about herons.\n")
    make_html(tmp_path)
    index = (tmp_path / "out/index.html").read_text()
    assert "My own note" in index
    assert "sample" not in index
    assert not (tmp_path / "out/source/the-harbour-gazette").exists()


def test_a_persons_own_file_has_no_provenance_and_no_source(tmp_path):
    (tmp_path / "content/any/folder").mkdir(parents=True)
    (tmp_path / "content/any/folder/x.md").write_text("Title: Mine\nDate: 2031-05-06\nTags: a, b\n\nText of mine.\n")
    make_html(tmp_path, raw=tmp_path / "nothing")
    page = (tmp_path / "out/2031/05/06/mine/index.html").read_text()
    assert "Where this comes from" not in page
    assert (tmp_path / "out/tag/a/index.html").is_file()
    assert "No article names its publication yet" in (tmp_path / "out/source/index.html").read_text()


def test_a_file_with_an_error_is_named_and_the_rest_is_built(tmp_path):
    (tmp_path / "content").mkdir()
    (tmp_path / "content/good.md").write_text("Title: Good\nDate: 2024-01-01\n\nText.\n")
    (tmp_path / "content/bad.md").write_text("Title: Bad\nDate: yesterday\n\nText.\n")
    command = [sys.executable, str(BASE / "scripts/build.py"), "--content", str(tmp_path / "content"), "--output", str(tmp_path / "out"), "--cache", str(tmp_path / "c"), "--reports", str(tmp_path / "r")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert 'content/bad.md:2: Date is not a date: "yesterday". Write it as 2024-06-20' in done.stderr
    assert "Good" in (tmp_path / "out/index.html").read_text()
    assert "1 file left out" in done.stdout


def test_a_build_without_the_test_tools_says_nothing_but_its_lines(tmp_path):
    """Users have no Python-Markdown: Pelican's own reader is then disabled, and ours must stand in without a word."""
    (tmp_path / "content").mkdir()
    (tmp_path / "content/x.md").write_text("Title: X\nDate: 2024-01-01\n\nText.\n")
    code = "import sys, runpy; sys.modules['markdown'] = None; sys.path.insert(0, '{}'); sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')".format(
        BASE / "scripts"
    )
    command = [sys.executable, "-c", code, str(BASE / "scripts/build.py"), "--content", str(tmp_path / "content"), "--output", str(tmp_path / "out"), "--cache", str(tmp_path / "c"), "--reports", str(tmp_path / "r")]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "WARNING" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_robots_policies(tmp_path):
    content = tmp_path / "content"
    content.mkdir()
    (content / "a.md").write_text("Title: A\nDate: 2024-01-02\nSource_url: https://paper.example/a\n\nText.\n")
    found = {}
    for policy in ("noindex", "canonical-original", "index"):
        output = make_site(tmp_path, ROBOTS=policy, SITEURL="https://archive.example")
        text = (output / "2024/01/02/a/index.html").read_text()
        found[policy] = ('content="noindex"' in text, re.search(r'rel="canonical" href="([^"]*)"', text)[1])
    assert found == {
        "noindex": (True, "https://archive.example/2024/01/02/a/"),
        "canonical-original": (False, "https://paper.example/a"),
        "index": (False, "https://archive.example/2024/01/02/a/"),
    }


def test_a_sites_own_templates_take_the_place_of_the_themes(tmp_path):
    content, own = tmp_path / "content", tmp_path / "templates"
    content.mkdir()
    own.mkdir()
    (content / "a.md").write_text("Title: A\nDate: 2024-01-02\n\nText.\n")
    (own / "article.html").write_text(
        '{% extends "!theme/article.html" %}{% block extra_head %}{{ super() }}<meta name="own" content="1">{% endblock %}'
    )
    (own / "tags.html").write_text('{% extends "base.html" %}{% block content %}<h1>Own topics</h1>{% endblock %}')
    settings = {"THEME_TEMPLATES_OVERRIDES": [str(own)], "PRESSROOM_WORDS": {"topics": "Subjects"}}
    output = make_site(tmp_path, **settings)
    page = (output / "2024/01/02/a/index.html").read_text()
    assert '<meta name="own" content="1">' in page
    assert "application/ld+json" in page
    assert ">Subjects</a>" in page
    assert "<h1>Own topics</h1>" in (output / "tag/index.html").read_text()
    (own / "article.html").write_text('{% extends "!theme/article.html" %}')
    assert 'name="own"' not in (make_site(tmp_path, **settings) / "2024/01/02/a/index.html").read_text()
