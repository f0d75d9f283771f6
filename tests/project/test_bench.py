"""The archives that benchmarks build, and what guards the bytes of a restructuring."""

import re
import shutil
import subprocess
import sys

import pytest
from support.paths import BASE

BENCH = BASE / "bench"
sys.path.append(str(BENCH))

import corpus  # noqa: E402


@pytest.fixture(scope="module")
def archive():
    return corpus.Archive(None, 400)


@pytest.mark.parametrize("name", ["bytes", "build", "corpus", "goals", "links", "processes", "sites", "texts"])
def test_the_examples_in_the_docstrings_hold(name):
    command = [sys.executable, "-m", "doctest", BENCH / f"{name}.py"]  # apart: tests have a `sites` too
    done = subprocess.run(command, cwd=BENCH, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_one_seed_gives_one_archive(archive, tmp_path):
    archive.write(tmp_path / "a")
    corpus.Archive(None, 400).write(tmp_path / "b")
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) > 700
    assert files == sorted(path.relative_to(tmp_path / "b") for path in (tmp_path / "b").rglob("*") if path.is_file())
    assert all((tmp_path / "a" / path).read_bytes() == (tmp_path / "b" / path).read_bytes() for path in files)


def test_a_smaller_archive_holds_the_first_stories_of_a_larger_one(archive):
    smaller = [archive.story(number) for number in range(100)]
    for one, other in zip(corpus.Archive(None, 100).stories(), smaller, strict=True):
        named = ("slug", "title", "section", "source", "authors", "tags", "summary", "address", "lang", "precision")
        assert [getattr(one, name) for name in named] == [getattr(other, name) for name in named]


def test_stories_link_as_those_of_a_real_archive_do(archive):
    stories = list(archive.stories())
    targets = [target for story in stories for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)]*)\)", story.body)]
    numbers = [
        (int(story.slug[-6:]), int(found[1]))
        for story in stories
        for found in re.finditer(r"\(https?://[^)]*story-(\d{6})", story.body)
    ]
    assert 3 < len(targets) / len(stories) < 3.6
    assert all(
        any(target.startswith(kind) for target in targets) for kind in ("{filename}", "{tag}", "{static}", "{attach}")
    )
    assert any("elsewhere-" in target for target in targets)
    assert sum(other < number for number, other in numbers) > 0.8 * len(numbers)


def test_every_file_that_a_story_names_is_there(archive, tmp_path):
    archive.write(tmp_path)
    named = {
        match[1] or match[2]
        for path in tmp_path.rglob("*.md")
        for match in re.finditer(r"\{(?:filename|static|attach)\}/([^)]*)\)|^Image: (.*)$", path.read_text(), re.M)
    }
    assert len(named) > 50
    assert [name for name in sorted(named) if not (tmp_path / name).is_file()] == []


def test_stories_come_in_several_languages_and_not_all_are_dated(archive):
    stories = list(archive.stories())
    assert {"en", "de", "fr", "es"} <= {story.lang for story in stories}
    assert {story.precision for story in stories} == {"day", "month", "year", "none"}
    assert any("Aliases" in story.further for story in stories)
    assert (
        sum("Raw_sha256" in story.further for story in stories) == sum(bool(story.removals) for story in stories) > 300
    )


def test_help_names_every_verb_those_for_work_on_the_program_last():
    shown = subprocess.run(
        ["make", "-s", "-C", BENCH.parent, "help"], capture_output=True, text=True, check=True
    ).stdout
    users, _, developers = shown.partition("For work on the program itself:")
    named = [set(re.findall(r"^  make ([a-z-]+) ", part, re.M)) for part in (users, developers)]
    makefiles = [(folder / "Makefile").read_text(encoding="utf-8") for folder in (BENCH.parent, BENCH)]
    there = [set(re.findall(r"^([a-z-]+):[^#\n]*##", text, re.M)) for text in makefiles]
    assert named[0] | named[1] == there[0] | there[1]
    assert not named[0] & (named[1] | there[1])
    assert {"html", "publish", "search"} <= named[0]


def test_make_runs_in_a_folder_with_a_space_in_its_name(tmp_path):
    for folder in ("", "bench"):
        (tmp_path / "my archive" / folder).mkdir(parents=True, exist_ok=True)
        shutil.copy(BENCH.parent / folder / "Makefile", tmp_path / "my archive" / folder)
    shown = subprocess.run(["make", "help"], cwd=tmp_path / "my archive", capture_output=True, text=True, check=True)
    assert "make html" in shown.stdout
    assert "make bytes" in shown.stdout
