"""The locked files hold what pyproject.toml asks for, each with its hashes; `make lock` writes them."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from support.paths import BASE

PROJECT = tomllib.loads((BASE / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = PROJECT["project"]["dependencies"]
FILES = {"requirements.txt": NEEDED, "requirements-dev.txt": [*NEEDED, *PROJECT["dependency-groups"]["dev"]]}
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)(.*(?:\n    .*)*)", re.M)


def read_pins(name):
    """Return the versions of each package in a locked file, with what follows them."""
    pins = {}
    for package, version, rest in PIN.findall((BASE / name).read_text(encoding="utf-8")):
        pins.setdefault(canonicalize_name(package), []).append((Version(version), rest))
    return pins


@pytest.mark.parametrize("name", FILES)
def test_a_locked_file_holds_what_the_project_asks_for(name):
    pins = read_pins(name)
    for requirement in map(Requirement, FILES[name]):
        versions = [version for version, _ in pins.get(canonicalize_name(requirement.name), [])]
        assert versions, f"{requirement.name} is not locked: make lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement}: make lock"


@pytest.mark.parametrize("name", FILES)
def test_every_line_of_a_locked_file_is_a_pin_with_hashes(name):
    text = (BASE / name).read_text(encoding="utf-8")
    assert "".join(match[0] + "\n" for match in PIN.finditer(text)) == text
    for package, pinned in read_pins(name).items():
        assert all("--hash=sha256:" in rest for _, rest in pinned), package


def test_the_tests_run_on_what_the_program_runs_with():
    pins = read_pins("requirements-dev.txt")
    for package, pinned in read_pins("requirements.txt").items():
        assert pins[package] == pinned, package
