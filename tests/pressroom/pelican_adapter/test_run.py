"""The finished build is swapped in: unchanged files keep their times, foreign files stay, vanished pages go."""

import os

import pytest
from pressroom.build.job import Job
from pressroom.pelican_adapter import run
from support import sites


def tree(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def swap(tmp_path, number, files):
    return run.write_changed(tree(tmp_path / str(number), files), tmp_path / "out", tmp_path / "manifest.json")


def test_a_file_that_did_not_change_keeps_its_time(tmp_path):
    assert swap(tmp_path, 1, {"index.html": "a", "x/index.html": "x"}) == (2, 2)
    os.utime(tmp_path / "out/x/index.html", (1, 1))
    assert swap(tmp_path, 2, {"index.html": "b", "x/index.html": "x"}) == (2, 1)
    assert (tmp_path / "out/x/index.html").stat().st_mtime == 1
    assert (tmp_path / "out/index.html").read_text() == "b"


def test_pages_of_an_earlier_build_go_away_and_foreign_files_stay(tmp_path):
    tree(tmp_path / "out", {"CNAME": "archive.example"})
    swap(tmp_path, 1, {"index.html": "a", "2024/06/gone/index.html": "x"})
    swap(tmp_path, 2, {"index.html": "a"})
    assert sorted(p.name for p in (tmp_path / "out").rglob("*")) == ["CNAME", "index.html"]


def test_no_temporary_file_is_left(tmp_path):
    swap(tmp_path, 1, {"index.html": "a"})
    swap(tmp_path, 2, {"index.html": "b"})
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["index.html"]


@pytest.mark.parametrize(
    ("option", "what"),
    [
        ("SITENAME=News", "Invalid JSON value: News. Values specified via -e / --extra-settings flags must be in JSON"),
        ("SITENAME", "Extra settings must be specified as KEY=VALUE pairs"),
    ],
)
def test_an_option_that_cannot_be_read_is_told_with_what_to_do(tmp_path, capsys, option, what):
    (tmp_path / "content").mkdir()
    settings = sites.BASE / "pelicanconf.py"
    site = Job(tmp_path / "content", tmp_path / "out", tmp_path / "cache", settings, ("-e", option))
    assert run.run(site, {}) == (2, {})
    assert capsys.readouterr().err.startswith(f"-e {option}: {what}")
