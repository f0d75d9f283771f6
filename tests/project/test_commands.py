"""The small commands: a new article, the table, a folder of one's own."""

import csv
import io
import subprocess
import sys

import new_archive
import pytest
import table
from newsarchive.archive import contents, frontmatter
from support.paths import BASE


def command(*arguments):
    return subprocess.run([sys.executable, *map(str, arguments)], capture_output=True, text=True, cwd=BASE)


@pytest.mark.parametrize(
    ("date", "path", "line"),
    [
        ("2024-06-20", "2024/06/a-storm.md", "Date: 2024-06-20\n"),
        ("2024-06", "2024/06/a-storm.md", "Date_precision: month\n"),
        ("2024", "2024/a-storm.md", "Date_precision: year\n"),
        ("", "undated/a-storm.md", "Date_precision: none\n"),
    ],
)
def test_a_new_article_has_a_right_header(tmp_path, date, path, line):
    done = command("scripts/new.py", "A storm", "--date", date, "--content", tmp_path)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / path).read_text()
    assert text.startswith("Title: A storm\n")
    assert line in text


def test_a_second_article_of_the_name_gets_a_slug_of_its_own(tmp_path):
    for _ in range(2):
        command("scripts/new.py", "A storm", "--content", tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*.md")) == ["a-storm-2.md", "a-storm.md"]


@pytest.mark.parametrize("date", ["yesterday", "2024-13-01", "20240620", "24-6-2"])
def test_a_wrong_date_is_refused_with_words_that_help(tmp_path, date):
    done = command("scripts/new.py", "A storm", "--date", date, "--content", tmp_path)
    assert done.returncode == 2
    assert "Write it as 2024-06-20" in done.stderr
    assert not list(tmp_path.iterdir())


def test_the_table_puts_gaps_first_and_is_not_filled_with_placeholders():
    archive = contents.Archive()
    full = {"Title": "B", "Date": "2024-06-20", "Source": "Gazette", "Authors": "A", "Source_url": "u", "Raw": "b.html"}
    bare = {"Title": "A", "Date": "1970-01-01 00:00", "Date_precision": "none", "Raw": "z.txt"}
    for name, header in {"full": full, "bare": bare}.items():
        archive.add(contents.read_entry(f"{name}.md", frontmatter.dump(header, "x")))
    archive.add(contents.read_entry("mine.md", "Title: Mine\n\nx\n"))
    rows = list(csv.DictReader(io.StringIO(table.as_csv(table.rows(archive)))))
    assert [row["raw"] for row in rows] == ["z.txt", "b.html"]
    assert (rows[0]["date"], rows[0]["date_precision"]) == ("", "")


@pytest.mark.parametrize("out", ["there", "there/mine.csv"])
def test_the_table_is_written_where_it_is_wanted(tmp_path, out):
    header = {"Title": "A", "Date": "2024-06-20", "Raw": "a.html"}
    (tmp_path / "a.md").write_text(frontmatter.dump(header, "x"), encoding="utf-8")
    (tmp_path / "there").mkdir()
    done = command("scripts/table.py", "--content", tmp_path, "--out", tmp_path / out)
    assert done.returncode == 0, done.stderr
    written = tmp_path / "there" / ("metadata.csv" if out == "there" else "mine.csv")
    assert done.stdout.startswith(f"{written}: 1 article, 1 with gaps")
    assert "a.html,A,2024-06-20" in written.read_text(encoding="utf-8-sig")


def test_a_folder_of_ones_own_is_never_written_over(tmp_path):
    new_archive.write(tmp_path / "mine")
    (tmp_path / "mine/pelicanconf.py").write_text("mine")
    with pytest.raises(FileExistsError):
        new_archive.write(tmp_path / "mine")
    assert (tmp_path / "mine/pelicanconf.py").read_text() == "mine"
