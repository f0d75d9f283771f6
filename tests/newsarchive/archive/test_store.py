"""The content folder: nothing that a person wrote is overwritten, and every collision gets a place of its own."""

import pytest
from newsarchive.archive import contents, decisions, frontmatter, records, store
from newsarchive.errors import WriteRefused
from newsarchive.models import Article, Conversion, Removal

HEADER = {"Title": "A storm", "Date": "2024-06-20", "Date_precision": "day", "Slug": "a-storm", "Raw": "x/a.html"}
CONVERSION = Conversion(
    "x/a.html", "ab" * 32, "article", Article(HEADER, "It rained.\n"), "", (Removal("Share", "share", "p", 3),)
)


def write(content, path="2024/06/a-storm.md"):
    store.write_article(content, path, frontmatter.dump(HEADER, "It rained."), CONVERSION, {"x/a.html": "ab" * 32})


def test_an_article_is_found_again_by_its_capture(tmp_path):
    write(tmp_path)
    archive = contents.read_archive(tmp_path)
    assert archive.by_raw["x/a.html"].path == "2024/06/a-storm.md"
    assert not archive.by_raw["x/a.html"].hand_edited
    assert (tmp_path / "2024/06/a-storm.removals.json").exists()


def test_a_persons_file_is_never_overwritten(tmp_path):
    write(tmp_path)
    file = tmp_path / "2024/06/a-storm.md"
    file.write_text(file.read_text() + "My note.\n")
    with pytest.raises(WriteRefused):
        write(tmp_path)
    assert "My note." in file.read_text()


def test_no_article_leaves_the_folder(tmp_path):
    with pytest.raises(WriteRefused):
        write(tmp_path / "content", "../escaped.md")
    assert not (tmp_path / "escaped.md").exists()


def test_a_taken_slug_gets_a_number():
    archive = contents.Archive()
    archive.add(contents.read_entry("a.md", "Title: A\nSlug: a\n\nx\n"))
    assert archive.slug_for("a") == "a-2"
    assert archive.slug_for("a", "a.md") == "a"
    archive.forget("a.md")
    assert archive.slug_for("a") == "a"


@pytest.mark.parametrize(
    ("date", "precision", "path"),
    [
        ("2024-06-20 10:00", "day", "2024/06/s.md"),
        ("2024-06-01", "month", "2024/06/s.md"),
        ("2024-01-01", "year", "2024/s.md"),
        ("1970-01-01 00:00", "none", "undated/s.md"),
    ],
)
def test_the_folder_says_how_well_the_date_is_known(date, precision, path):
    assert contents.place_article(Article({"Date": date, "Date_precision": precision}, ""), "s") == path


def test_a_deleted_article_is_remembered_once(tmp_path):
    write(tmp_path)
    (tmp_path / "2024/06/a-storm.md").unlink()
    assert records.list_orphans(tmp_path, contents.read_archive(tmp_path)) == ["x/a.html"]
    records.clear_orphans(tmp_path)
    assert records.list_orphans(tmp_path, contents.read_archive(tmp_path)) == []


def test_accepting_undoes_rejecting(tmp_path):
    decisions.decide(tmp_path, "a.html", "rejected", "not ours")
    decisions.decide(tmp_path, "b.html", "rejected", "not ours either")
    decisions.decide(tmp_path, "a.html", "accepted", "")
    assert decisions.read_decisions(tmp_path, "rejected") == {"b.html": "not ours either"}
    assert set(decisions.read_decisions(tmp_path, "accepted")) == {"a.html"}
