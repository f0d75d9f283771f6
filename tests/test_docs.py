"""The documentation names everything that there is, and nothing else."""

import re
from pathlib import Path

import pytest
from pressroom.contract import KEYS

BASE = Path(__file__).resolve().parents[1]
README = (BASE / "README.md").read_text(encoding="utf-8")
INNER = {f"PRESSROOM_{name}" for name in ("CALLER", "CHANGED", "LEFT_OUT", "LOOK", "OPTIONS", "SETTINGS_FILE")}
"""Settings by which the commands and the plugin's own parts speak to each other."""
ELSEWHERE = [README, (BASE / "CONTRIBUTING.md").read_text(encoding="utf-8")]
"""Where the verbs of `bench/Makefile` may stand: they are for work on the program."""


def verbs(makefile):
    found = re.findall(r"^([a-z-]+):[^\n]*##|^(help):$", (BASE / makefile).read_text(encoding="utf-8"), re.MULTILINE)
    return {"".join(pair) for pair in found}


@pytest.mark.parametrize("verb", sorted(verbs("Makefile")))
def test_the_readme_names_every_verb(verb):
    assert f"| `make {verb}` |" in README


@pytest.mark.parametrize("verb", sorted(verbs("bench/Makefile")))
def test_the_documentation_names_every_verb_of_the_benchmarks(verb):
    assert any(f"`make {verb}`" in text for text in ELSEWHERE)


def test_the_readme_names_no_verb_that_is_not_there():
    named = set(re.findall(r"^\| `make ([a-z-]+)` \|", README, re.MULTILINE))
    assert named <= verbs("Makefile") | verbs("bench/Makefile")


@pytest.mark.parametrize("key", KEYS)
def test_the_readme_names_every_header_key(key):
    assert f"| `{key}` |" in README


@pytest.mark.parametrize("script", sorted(path.name for path in (BASE / "scripts").glob("*.py")))
def test_the_readme_names_every_command(script):
    assert f"scripts/{script}" in README


def test_the_readme_names_every_setting_and_no_other():
    names = re.compile(r"PRESSROOM_[A-Z_]+")
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((BASE / "plugins").rglob("*.py")))
    assert set(names.findall(README)) == set(names.findall(code)) - INNER


def test_nothing_names_a_registry_or_a_machine():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (BASE / name).read_text(encoding="utf-8")
