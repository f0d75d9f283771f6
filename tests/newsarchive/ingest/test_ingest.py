"""Ingest over folders: nothing lost, nothing overwritten, a person's word counts."""

import csv
import shutil
import subprocess
import sys

import pytest
from support.paths import BASE

DUMP = """Skip to content
The lock was opened by hand on Thursday

The lock was opened by hand on Thursday

The lock at Ferrow was opened by hand on Thursday for the first time in forty years, after the motor that turns the gates burned out during the night.

LOOK HERE: Canal company counts its swans

Six keepers took turns at the iron wheel, which had been painted shut and had to be freed with a blowlamp and a good deal of patience below the weir.

Source: Canalnews

Share this article:
"""


def ingest(folder, *more):
    command = [sys.executable, str(BASE / "scripts/ingest.py"), str(folder / "raw"), "--content", str(folder / "content"), "--reports", str(folder / "reports"), "--cache", str(folder / "cache"), *more]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=False)


def decide(folder, verb, name):
    command = [sys.executable, str(BASE / "scripts/decide.py"), verb, name, "--raw", str(folder / "raw"), "--content", str(folder / "content")]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw/canal").mkdir(parents=True)
    (tmp_path / "raw/canal/lock.txt").write_text(DUMP)
    return tmp_path


def article(folder):
    return next(path for path in (folder / "content").rglob("*.md"))


def test_a_dry_run_shows_what_would_be_written_and_writes_nothing(folder):
    done = ingest(folder, "--dry-run")
    assert done.returncode == 0
    assert "+ Title: The lock was opened by hand on Thursday" in done.stdout
    assert "- LOOK HERE: Canal company counts its swans  related-line" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == ["raw"]


@pytest.mark.slow
def test_touched_captures_give_the_same_bytes(folder):
    ingest(folder)
    first = article(folder).read_bytes()
    shutil.rmtree(folder / "content")
    (folder / "raw/canal/lock.txt").touch()
    ingest(folder)
    assert article(folder).read_bytes() == first
    assert b"Date_precision: none" in first


@pytest.mark.slow
def test_a_hand_edit_is_never_overwritten(folder):
    ingest(folder)
    path = article(folder)
    path.write_text(path.read_text().replace("forty years", "41 years"))
    (folder / "raw/canal/lock.txt").write_text(DUMP.replace("Six keepers", "Seven keepers"))
    done = ingest(folder)
    assert "kept as you edited it" in done.stdout
    assert "41 years" in path.read_text()
    assert "Seven" not in path.read_text()


@pytest.mark.slow
def test_a_deleted_article_stays_away_until_it_is_accepted(folder):
    ingest(folder)
    path = article(folder)
    path.unlink()
    assert "deleted by hand" in ingest(folder).stdout + (folder / "reports/cleaning.jsonl").read_text()
    assert not path.exists()
    assert decide(folder, "accept", "canal/lock.txt").returncode == 0
    ingest(folder)
    assert path.exists()


@pytest.mark.slow
def test_a_held_page_is_named_and_published_when_accepted(folder):
    (folder / "raw/canal/stub.txt").write_text("A short note\n\nToo short.\n")
    done = ingest(folder)
    assert "1 held" in done.stdout
    assert done.returncode == 0
    assert "no body was found" in (folder / "reports/index.html").read_text()
    assert decide(folder, "accept", "canal/stub.txt").returncode == 0
    for _ in range(2):
        ingest(folder)
        assert len(list((folder / "content").rglob("*.md"))) == 2


@pytest.mark.slow
def test_what_a_person_knows_outranks_the_page(folder):
    ingest(folder)
    with (folder / "raw/metadata.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["raw", "date", "source", "authors"], ["canal/*.txt", "2021-03-04", "The Canal News", "Ida Trent; Rosa Hale"]])  # fmt: skip
    ingest(folder)
    text = article(folder).read_text()
    assert "Date: 2021-03-04" in text
    assert "Date_from: table" in text
    assert "Source: The Canal News" in text
    assert "Authors: Ida Trent; Rosa Hale" in text
    assert len(list((folder / "content").rglob("*.md"))) == 1


PAGE = """<html lang="en"><head><title>The lock was opened by hand</title><meta property="og:site_name" content="Canal News">
<link rel="canonical" href="https://canal.example/1"><meta property="article:modified_time" content="{0}"></head><body>
<article><h1>The lock was opened by hand</h1><p>The lock at Ferrow was opened by hand on Thursday for the first time in
forty years, after the motor that turns the gates burned out during the night. Version {0}.</p><p>Six keepers took turns
at the iron wheel, which had been painted shut and had to be freed with a blowlamp and a good deal of patience.</p>
</article></body></html>"""


@pytest.fixture
def twice(tmp_path):
    """Give a folder with two captures of one article, of which the second is the newer one."""
    (tmp_path / "raw/canal").mkdir(parents=True)
    for name, day in (("a", "2024-06-20"), ("b", "2024-06-21")):
        (tmp_path / f"raw/canal/{name}.html").write_text(PAGE.format(day))
    return tmp_path


def know(folder, *rows):
    with (folder / "raw/metadata.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["raw", "date", "section"], *rows])


@pytest.mark.slow
def test_a_row_reaches_the_article_whichever_of_its_captures_it_names(twice):
    know(twice, ["canal/a.html", "2021-03-04", "Locks"])
    ingest(twice)
    text = article(twice).read_text()
    assert "Raw: canal/b.html\nRaw_also: canal/a.html" in text
    assert "Date: 2021-03-04" in text
    assert "Date_from: table" in text
    assert "Section: Locks" in text
    know(twice, ["canal/a.html", "2022-05-06", "Gates"], ["canal/b.html", "", "Water"])
    assert "1 articles written" in ingest(twice).stdout
    text = article(twice).read_text()
    assert "Date: 2022-05-06" in text
    assert "Section: Water" in text
    assert "0 cleaned" in ingest(twice).stdout


@pytest.mark.slow
def test_a_row_for_an_older_capture_that_comes_later_reaches_the_article(twice):
    older = (twice / "raw/canal/a.html").read_text()
    (twice / "raw/canal/a.html").unlink()
    ingest(twice)
    (twice / "raw/canal/a.html").write_text(older)
    know(twice, ["canal/a.html", "2021-03-04", ""])
    ingest(twice)
    text = article(twice).read_text()
    assert "Date: 2021-03-04" in text
    assert "Version 2024-06-21" in text
    assert "Raw_also: canal/a.html" in text
    assert "0 cleaned" in ingest(twice).stdout


@pytest.mark.slow
def test_another_capture_of_an_edited_article_is_named_and_settled(twice):
    newer = (twice / "raw/canal/b.html").read_text()
    (twice / "raw/canal/b.html").unlink()
    ingest(twice)
    path = article(twice)
    path.write_text(path.read_text().replace("forty years", "41 years"))
    (twice / "raw/canal/b.html").write_text(newer)
    assert "kept as you edited it" in ingest(twice).stdout
    assert "which you edited" in (twice / "reports/cleaning.jsonl").read_text()
    assert "0 cleaned" in ingest(twice).stdout
    assert "which you edited" in (twice / "reports/cleaning.jsonl").read_text()


@pytest.mark.slow
def test_a_rejected_capture_is_not_cleaned_every_time(folder):
    ingest(folder)
    decide(folder, "reject", "canal/lock.txt")
    ingest(folder)
    assert not list((folder / "content").rglob("*.md"))
    assert "0 cleaned" in ingest(folder).stdout
    assert "rejected by hand" in (folder / "reports/index.html").read_text()
    assert decide(folder, "accept", "canal/lock.txt").returncode == 0
    ingest(folder)
    assert len(list((folder / "content").rglob("*.md"))) == 1


def test_a_persons_file_at_the_place_of_a_new_article_is_left_alone(folder):
    mine = folder / "content/undated/the-lock-was-opened-by-hand-on-thursday.md"
    mine.parent.mkdir(parents=True)
    mine.write_text("Title: Mine\n\nI was there.\n")
    assert ingest(folder).returncode == 0
    assert "I was there." in mine.read_text()
    assert (mine.parent / "the-lock-was-opened-by-hand-on-thursday-2.md").exists()


def test_a_site_rule_that_gives_no_date_fails_that_page_alone(twice):
    (twice / "rules").mkdir()
    (twice / "rules/canal.example.toml").write_text('[fields]\ndate = "h1"\n')
    (twice / "raw/canal/lock.txt").write_text(DUMP)
    done = ingest(twice)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert len(list((twice / "content").rglob("*.md"))) >= 1


def test_every_capture_of_the_samples_is_published_or_named(tmp_path):
    shutil.copytree(BASE / "raw/samples", tmp_path / "raw/samples")
    ingest(tmp_path, "--jobs", "2")
    report = (tmp_path / "reports/cleaning.jsonl").read_text()
    captures = [
        p
        for p in (tmp_path / "raw").rglob("*")
        if p.suffix in (".html", ".htm", ".txt", ".gz") and "_files" not in str(p)
    ]
    for path in captures:
        assert f'"raw": "{path.relative_to(tmp_path / "raw").as_posix()}"' in report
    published = [path.read_text() for path in (tmp_path / "content").rglob("*.md")]
    assert len(published) == 45
    for residue in ("Skip to content", "LOOK HERE", "MORE INFORMATION", "Share this", "most popular", ".jpg\n", "Lee también", "LEE TAMBIÉN", "Lesen Sie auch", "Newsletter", "cookies", "Comparte", "相关阅读", "責任编辑", "责任编辑", "関連記事", "اقرأ أيضا", "Read also", "Leave a Reply", "Print this", "More stories", "Advertisement", "Lo más leído"):  # fmt: skip
        assert not [text for text in published if residue in text.partition("\n\n")[2]], residue
    ferry = next(text for text in published if "Title: Winter ferry" in text)
    assert "Raw: samples/harbour-gazette/ferry-timetable-2.html" in ferry
    assert "Raw_also: samples/harbour-gazette/ferry-timetable.html" in ferry
    assert "two of its seven" in ferry
    assert sum("Credit: Coastal News Agency" in text for text in published) == 3
    lighthouse = next(text for text in published if "winds the Farrow light" in text)
    assert "Source_url: https://harbourgazette.example/2021/08/30/lighthouse-keeper" in lighthouse
