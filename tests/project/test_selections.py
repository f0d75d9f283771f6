"""Of all tests each is run by one of two verbs: by `make test`, or by `make test-all`."""

import shlex
import subprocess
import tomllib

import pytest
from support.paths import BASE

SETTINGS = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["pytest"]["ini_options"]


def selection(verb):
    """Return the words of the command that a verb runs the tests by."""
    said = subprocess.run(["make", "-n", verb], cwd=BASE, capture_output=True, text=True, check=True).stdout
    return shlex.split(next(line for line in said.splitlines() if " pytest " in line))


def test_what_one_verb_leaves_out_the_other_runs():
    quick, long = selection("test"), selection("test-all")
    marks = long[long.index("-m", long.index("pytest")) + 1]
    assert [f"not ({word})" if word == marks else word for word in long] == quick
    names = {line.partition(":")[0] for line in SETTINGS["markers"]}
    assert set(marks.split(" or ")) == names - {"nginx"}


def test_a_test_in_a_browser_has_its_mark(request):
    without = [
        item.nodeid
        for item in request.session.items
        if "browser" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("browser")
    ]
    assert without == []


def test_a_mark_that_is_not_registered_is_an_error(pytestconfig):
    assert pytestconfig.getoption("strict_markers")
    with pytest.raises(pytest.fail.Exception, match="'slwo' not found"):
        pytest.mark.slwo  # noqa: B018
