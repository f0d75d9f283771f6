"""What the archive gives away as data: citations, tables, removed texts, checksums, and a file that explains them."""

import csv
import hashlib
import io
import json
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from pressroom.outputs import about, checksums, dataset
from support import sites
from support.sites import hashes

ARTICLES = {
    "2024/a.md": ("A ferry & a whale", "2024-06-20", "Cleaner: 1\nSource: Canal News\nTags: sea; port\nSource_url: https://a.example/1\n"),
    "2024/b.md": ("=HYPERLINK(1)", "2024-06-21", "Cleaner: 1\nLang: ar\nAuthors: @cmd; Smith, Jane\n"),
    "2024/c.md": ("Same", "2024-06", "Cleaner: 1\nRepaired: 1\n"),
    "2024/i.md": ("Ferry & whale again", "2023-01-06", ""),
    "2024/d.md": ("Vague", "2024", ""),
    "e.md": ("No date", "", ""),
    "f.md": ("Captured", "2023-01-05", "Date_from: captured\nCaptured: 2023-01-05T10:00:00+00:00\n"),
    "g.md": ("Withdrawn", "2024-06-03", "Cleaner: 1\nWithdrawn: Wrong.\n"),
    "h.md": ("Draft", "2024-06-04", "Cleaner: 1\nStatus: draft\n"),
}  # fmt: skip
REMOVED = {
    "removals": [{"rule": "furniture:nav", "text": "<script>alert(1)</script> secret"}, {"rule": "share-line", "text": "Share"}],
    "repairs": [{"rule": "joined-words", "before": "<i>ofthe", "after": "of the"}],
}  # fmt: skip


class Archive(sites.Site):
    def put(self, name, title="", date="", header="", body="Text of it.\n\n- one\n- two &amp; three"):
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        dated = f"Date: {date}\n" if date else ""
        path.write_text(f"Title: {title}\n{dated}{header}\n{body}\n", encoding="utf-8")

    def put_beside(self, name, record=REMOVED):
        (self.content / name).with_suffix(".removals.json").write_text(json.dumps(record), encoding="utf-8")

    @property
    def out(self):
        return self.folder / "out"

    def text(self, name):
        return (self.out / name).read_text(encoding="utf-8")


@pytest.fixture
def archive(tmp_path):
    found = Archive(tmp_path / "site")
    for name, values in ARTICLES.items():
        found.put(name, *values)
        found.put_beside(name)
    found.put_beside("2024/c.md", {"removals": [], "repairs": REMOVED["repairs"]})
    (found.content / "images").mkdir()
    (found.content / "images" / "map.png").write_bytes(b"x")
    found.build()
    return found


def rows(archive, part):
    with open(archive.out / f"downloads/{part}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- checksums ------------------------------------------------------------------------------------------------------


def assert_sums(archive):
    """Let the real program check every list."""
    lists = sorted(path.relative_to(archive.out) for path in (archive.out / "checksums").glob("*.txt"))
    for path in lists:
        done = subprocess.run(
            ["sha256sum", "--strict", "-c", path], cwd=archive.out, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    named = "".join((archive.out / path).read_text() for path in lists)
    stories = [path for path in archive.out.rglob("20*/*/index.html") if 'class="body"' in path.read_text()]
    listed = [path for path in stories if "withdrawn" not in path.read_text() and "drafts" not in path.parts]
    assert listed
    assert all(path.relative_to(archive.out).as_posix() in named for path in listed)


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="there is no sha256sum")
def test_sha256sum_checks_a_site_after_any_build(archive):
    assert_sums(archive)
    assert archive.text("checksums/media.txt") == f"{hashlib.sha256(b'x').hexdigest()}  images/map.png\n"
    times = sites.stats(archive.out)
    archive.put("2024/a.md", "Another title", "2024-06-20", ARTICLES["2024/a.md"][2])
    archive.build()
    assert_sums(archive)
    changed = {path for path, time in sites.stats(archive.out).items() if times.get(path) != time}
    assert {path for path in changed if path.startswith("checksums/")} == {"checksums/2024-06.txt"}
    archive.put("2024/a.md", "Another title", "2022-01-01", ARTICLES["2024/a.md"][2])
    (archive.content / "e.md").unlink()
    (archive.content / "images/map.png").write_bytes(b"y")
    archive.build()
    assert_sums(archive)
    assert not (archive.out / "checksums/undated.txt").exists()
    (archive.content / "images/map.png").unlink()
    archive.build()
    assert not (archive.out / "checksums/media.txt").exists()
    assert hashes(archive.out) == archive.fresh(0)


def test_names_that_no_line_can_hold_are_escaped_as_sha256sum_does(tmp_path):
    names = ("a\nb", "c\\d", "e\rf", "ü ", "plain")
    for name in names:
        (tmp_path / name).write_text(name)
    text = checksums.write_list((name, hashlib.sha256(name.encode()).digest()) for name in names)
    (tmp_path / "sums").write_text(text, newline="")
    done = subprocess.run(
        ["sha256sum", "--strict", "--quiet", "-c", "sums"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


# --- data -----------------------------------------------------------------------------------------------------------


def test_the_table_has_every_article_once_and_runs_nothing(archive):
    found = {part: rows(archive, part) for part in ("2024-06", "2024", "2023-01", "undated")}
    titles = {part: [row["title"] for row in part_rows] for part, part_rows in found.items()}
    assert titles == {"2024-06": ["Same", "A ferry & a whale", "'=HYPERLINK(1)"], "2024": ["Vague"],
                      "2023-01": ["Captured", "Ferry & whale again"], "undated": ["No date"]}  # fmt: skip
    formula = found["2024-06"][2]
    assert formula["authors"] == "'@cmd; Smith, Jane"
    assert found["2024-06"][1]["tags"] == "sea; port"
    assert [row["date"] for row in found["2024-06"]] == ["2024-06", "2024-06-20", "2024-06-21"]
    assert found["2023-01"][0]["date"] == ""
    assert found["2023-01"][0]["captured"].startswith("2023-01-05")
    raw = (archive.out / "downloads/2024-06.csv").read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") == 4


def test_the_lines_have_the_text_and_what_the_table_has_as_it_is(archive):
    lines = [json.loads(line) for line in archive.text("downloads/2024-06.jsonl").splitlines()]
    assert lines[2]["title"] == "=HYPERLINK(1)"
    assert lines[2]["authors"] == ["@cmd", "Smith, Jane"]
    assert lines[1]["text"] == "Text of it.\none\ntwo & three"
    assert [*lines[0]] == [*dataset.COLUMNS, "text"]


def test_the_index_names_every_file_with_its_checksum(archive):
    index = json.loads(archive.text("downloads/index.json"))
    assert index["articles"] == 7
    for file in index["files"]:
        payload = (archive.out / file["path"]).read_bytes()
        assert hashlib.sha256(payload).hexdigest() == file["sha256"]
    named = {file["path"] for file in index["files"]}
    there = {
        path.relative_to(archive.out).as_posix()
        for kind in ("cite", "downloads")
        for path in (archive.out / kind).glob("[u0-9]*")
    }
    assert named == there
    page = archive.text("downloads/index.html")
    assert all(f'href="../{path}"' in page for path in named)


def test_data_may_be_left_out(archive):
    archive.settings = next(n for n, s in enumerate(sites.SETTINGS) if s.get("PRESSROOM_DOWNLOADS") == "metadata")
    archive.build()
    assert '"text"' not in archive.text("downloads/2024-06.jsonl")
    assert "text" not in json.loads(archive.text("downloads/index.json"))["columns"]
    assert not (archive.out / "removed").exists()
    assert "removed/" not in archive.text("2024/06/20/a-ferry-a-whale/index.html")
    archive.settings = next(n for n, s in enumerate(sites.SETTINGS) if s.get("PRESSROOM_DOWNLOADS") == "")
    archive.build()
    assert not (archive.out / "cite").exists()
    assert [path.name for path in (archive.out / "downloads").iterdir()] == ["old-addresses"]
    assert_sums(archive)


def test_citations_of_a_month(archive):
    assert archive.text("cite/2024-06.bib").count("\n}\n") == 3
    assert len(json.loads(archive.text("cite/2024-06.json"))) == 3
    assert archive.text("cite/2024.ris").count("TY  - NEWS") == 1
    assert "Withdrawn" not in archive.text("cite/2024-06.bib") + archive.text("downloads/2024-06.csv")


# --- what was removed -----------------------------------------------------------------------------------------------


class Ids(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found += [value for name, value in attributes if name == "id"]


def test_removed_texts_stand_on_a_page_of_their_month(archive):
    page = archive.text("removed/2024-06/index.html")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; secret" in page
    assert "<script>alert" not in page
    assert page.index("furniture: nav") < page.index("share line")
    assert "&lt;i&gt;ofthe" in page
    assert '<meta name="robots" content="noindex">' in page
    ids = Ids(page).found
    assert len(ids) == len(set(ids))
    assert {"2024/06/20/a-ferry-a-whale", "2024/06/21/hyperlink-1"} <= set(ids)
    article = archive.text("2024/06/20/a-ferry-a-whale/index.html")
    assert 'href="../../../../removed/2024-06/index.html#2024/06/20/a-ferry-a-whale"' in article
    assert "Same" not in page  # nothing was removed from it
    assert "removed/" not in archive.text("sitemaps/pages.xml") + archive.text("sitemaps/2024-06.xml")
    assert 'lang="ar" dir="rtl">Share' in page


def test_nothing_of_what_was_taken_back_or_is_not_published_shows(archive):
    everything = "".join(path.read_text(encoding="utf-8") for path in (archive.out / "removed").rglob("*.html"))
    assert "Withdrawn" not in everything
    assert "Draft" not in everything
    archive.put("2024/a.md", "A ferry & a whale", "2024-06-20", "Cleaner: 1\nWithdrawn: Wrong.\n")
    archive.build()
    assert "whale" not in archive.text("removed/2024-06/index.html")
    archive.put("2024/b.md", "=HYPERLINK(1)", "2024-06-21", "Status: hidden\nCleaner: 1\n")
    archive.build()
    assert not (archive.out / "removed/2024-06").exists()
    assert hashes(archive.out) == archive.fresh(0)


def test_a_change_of_what_was_removed_alone_is_seen(archive):
    archive.put_beside("2024/a.md", {"removals": [{"rule": "x", "text": "other words"}], "repairs": []})
    archive.build()
    assert "other words" in archive.text("removed/2024-06/index.html")
    (archive.content / "2024/a.removals.json").unlink()
    archive.build()
    assert "whale" not in archive.text("removed/2024-06/index.html")
    assert hashes(archive.out) == archive.fresh(0)


# --- the file that explains it all ----------------------------------------------------------------------------------


def test_about_names_what_is_there_and_nothing_else(archive):
    text = archive.text("ABOUT.txt")
    for place in ("index.html", "checksums/", "downloads/", "cite/", "removed/", "sitemap.xml", "images/", "theme/"):
        assert f"  {place} " in text
        assert (archive.out / place).exists()
    assert "search/" not in text
    assert "sha256sum -c checksums/2024-06.txt" in text
    assert all(len(line) <= 100 for line in text.splitlines())
    assert f"newsarchive {about.VERSION}" in text


def test_the_version_is_that_of_the_project():
    import tomllib

    project = tomllib.loads((sites.BASE / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == about.VERSION


def test_a_table_is_read_by_a_reader_of_tables():
    fields = {
        **dict.fromkeys(dataset.COLUMNS, ""), "title": 'a "b", c\nd', "dek": "\t=x", "url": "u/", "source": None,
        "category": ["News", "news"], "authors": [], "tags": [], "machine_date": "",
    }  # fmt: skip
    read = list(csv.reader(io.StringIO(dataset.write_table([fields], ""), newline="")))
    assert read[1][1] == 'a "b", c\nd'
    assert read[1][15] == "'\t=x"
