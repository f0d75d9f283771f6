"""`scripts/search.py` answers from the index of a built site, in the terminal."""

import json
import subprocess
import sys

import pytest
from pressroom.search import index
from support import searching
from support.paths import BASE


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for path, payload in index.files(searching.archive(140), scripts=False):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(payload)
    return folder


def search(site, *arguments):
    command = [sys.executable, str(BASE / "scripts/search.py"), "--site", str(site), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_shows_what_it_finds_and_how_many(site):
    done = search(site, "lighthouse", "--limit", "2", "--facets")
    assert done.returncode == 0, done.stderr
    assert done.stdout.lower().count("lighthouse") >= 2
    assert "articles, 2 shown." in done.stdout
    assert "source: The Gazette " in done.stdout


def test_other_programs_get_the_same_as_json(site):
    found = json.loads(search(site, "harbuor ferry", "--json").stdout)
    assert found["suggestion"] == "harbour ferry"
    assert found["total"] == sum(count for _, count in found["facets"]["lang"]) > 0
    assert set(found["results"][0]) == {"address", "title", "date", "source", "excerpt"}


def test_nothing_found_is_said_and_told_by_the_exit_code(site):
    done = search(site, "--", "nothingofthekind", "-ferry")
    assert (done.returncode, done.stdout) == (1, "Nothing found.\n")


def test_mended_spelling_is_said(site):
    assert "Shown is: harbour ferry" in search(site, "harbuor ferry").stdout


def test_a_site_that_is_not_built_is_named(tmp_path):
    done = search(tmp_path, "ferry")
    assert done.returncode == 2
    assert f"{tmp_path}/search/manifest.bin: there is no such file. Build the site first" in done.stderr


def test_an_index_that_is_torn_is_named(tmp_path):
    (tmp_path / "search").mkdir()
    (tmp_path / "search/manifest.bin").write_bytes(b"torn")
    done = search(tmp_path, "ferry")
    assert done.returncode == 2
    assert "Build the site again" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_to_look_for_is_an_error(site):
    done = search(site)
    assert done.returncode == 2
    assert "What is looked for?" in done.stderr
