"""The documentation names everything that there is, and nothing else; it fits together, and the first page is short."""

import re
import subprocess
import sys
from functools import cache

import pytest
from pressroom.contract import ALIASES, KEYS
from support import import_picture
from support.paths import BASE

INNER = {f"PRESSROOM_{name}" for name in ("CALLER", "CHANGED", "FINDINGS", "LOOK", "OPTIONS", "READ", "SETTINGS_FILE")}
"""Settings by which the commands and the plugin's own parts speak to each other."""
SCRIPTS = sorted(path.name for path in (BASE / "scripts").glob("*.py"))
ELSEWHERE = ("content", "output", "reports", "tests")
"""Folders whose Markdown is not about the program: articles, and what tests and benchmarks feed on."""


def read(name):
    return (BASE / name).read_text(encoding="utf-8")


def rows(text, title=""):
    """Return the first cells of the tables of a text, or of the table whose first column has a title."""
    tables = re.findall(r"(?:^\|.*\n)+", text + "\n", re.M)
    wanted = [table.splitlines() for table in tables if not title or table.startswith(f"| {title} |")]
    return [re.split(r"(?<!\\)\|", line)[1].strip() for table in wanted for line in table[2:]]


def makefiles():
    return "".join(
        path.read_text(encoding="utf-8") for path in (BASE / "Makefile", BASE / "bench" / "Makefile") if path.is_file()
    )


def anchors(page):
    """Return the addresses of a page's headings, as code hosts make them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    headings = re.findall(r"^#+ (.*)$", text, re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(text, heading):
    """Return what stands under a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    assert found, heading
    return found[1]


@cache
def options(script):
    """Return the options that a command says it has."""
    command = [sys.executable, str(BASE / "scripts" / script), "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", said.partition("options:")[2])) - {"--help"}


README = read("README.md")
PAGES = {path.name: path.read_text(encoding="utf-8") for path in sorted((BASE / "docs").glob("*.md"))}
DOCUMENTS = README + "".join(PAGES.values())
MARKDOWN = sorted(
    path
    for path in BASE.rglob("*.md")
    if not path.relative_to(BASE).as_posix().startswith(tuple(f"{folder}/" for folder in ELSEWHERE))
    and not any(part.startswith(".") for part in path.relative_to(BASE).parts)
)
VERBS = {"".join(pair) for pair in re.findall(r"^([a-z-]+):[^\n]*##|^(help):$", makefiles(), re.MULTILINE)}
CALLED = [
    script for script in SCRIPTS if "argparse" in read(f"scripts/{script}") or "parser" in read(f"scripts/{script}")
]


def test_the_readme_fits_on_two_screens():
    lines = README.splitlines()
    assert len(lines) <= 120
    assert all(len(line) <= 130 for line in lines)


def test_the_readme_names_what_runs_the_tests():
    assert "To run the tests: `make test`; those that take long: `make test-all`." in README


def test_the_readme_leads_to_every_page_of_the_documentation():
    assert {f"docs/{name}" for name in PAGES} == set(re.findall(r"\]\((docs/[^)#]*)", README))


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: path.relative_to(BASE).as_posix())
def test_every_link_of_a_document_leads_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    text = re.sub(r"(?<!\[)`[^`\n]*`(?!\])", "", text)
    for link in re.findall(r"\]\(([^)\s]+)", text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_the_documentation_names_every_verb_once(verb):
    assert rows(PAGES["commands.md"], "verb").count(f"`make {verb}`") == 1


def test_the_documentation_names_no_verb_that_is_not_there():
    every = "".join(page.read_text(encoding="utf-8") for page in MARKDOWN if page.name != "CHANGELOG.md")
    assert set(re.findall(r"`make ([a-z-]+)", every)) <= VERBS
    assert {f"`make {verb}`" for verb in VERBS} == set(rows(PAGES["commands.md"], "verb"))


def test_the_readme_has_ten_verbs():
    named = rows(README, "verb")
    assert len(named) == len(set(named)) == 10
    assert set(named) <= {f"`make {verb}`" for verb in VERBS}


def test_the_documentation_names_every_variable_of_the_verbs():
    said = re.search(r"Folders and options: (.*?)\. Example", makefiles().replace("'\n\t@echo '", " "), re.S)
    variables = set(re.findall(r"[A-Z]{3,}", said[1]))
    assert variables <= set(re.findall(r"[A-Z]{3,}", section(PAGES["commands.md"], "Folders and variables")))
    assert len(variables) > 10


@pytest.mark.parametrize("key", KEYS)
def test_the_documentation_names_every_header_key(key):
    assert f"| `{key}` |" in PAGES["archive.md"]


def test_the_documentation_names_no_header_key_that_is_not_there():
    assert rows(section(PAGES["archive.md"], "The header of an article"), "key") == [f"`{key}`" for key in KEYS]


def test_the_documentation_names_every_other_name_of_a_key():
    table = re.findall(r"^\| ((?:`[a-z_]+` ?)+) \| `(\w+)` \|$", PAGES["inputs.md"], re.M)
    assert {name: key.lower() for names, key in table for name in re.findall(r"[a-z_]+", names)} == ALIASES


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_documentation_names_every_command(script):
    assert f"scripts/{script}" in PAGES["commands.md"]


def test_the_documentation_names_no_command_that_is_not_there():
    assert set(re.findall(r"scripts/(\w+\.py)", DOCUMENTS)) == set(SCRIPTS)


@pytest.mark.parametrize("script", CALLED)
def test_the_documentation_names_every_option_of_a_command_and_no_other(script):
    text = section(PAGES["commands.md"], f"`scripts/{script}`")
    usage = re.search(r"^```\n(.*?)^```$", text, re.M | re.S)[1]
    assert set(re.findall(r"--[a-z][a-z-]+", usage)) == options(script)
    shared = set(re.findall(r"--[a-z-]+", " ".join(rows(PAGES["commands.md"], "option"))))
    assert options(script) <= shared | set(re.findall(r"`(--[a-z-]+)`", text)), "an option is not explained"


def test_the_options_that_commands_share_are_those_of_a_command():
    shared = set(re.findall(r"--[a-z-]+", " ".join(rows(PAGES["commands.md"], "option"))))
    assert shared <= set().union(*(options(script) for script in CALLED))


def test_the_documentation_names_every_setting_and_no_other():
    names = re.compile(r"PRESSROOM_[A-Z_]+")
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((BASE / "plugins").rglob("*.py")))
    every = DOCUMENTS + read("theme/README.md") + read("CONTRIBUTING.md")
    assert set(names.findall(every)) == set(names.findall(code)) - INNER
    table = " ".join(rows(section(PAGES["site.md"], "Settings"), "setting"))
    assert set(names.findall(table)) == set(names.findall(code)) - INNER


def test_no_inner_setting_is_named_that_is_not_there():
    code = "".join(path.read_text(encoding="utf-8") for path in sorted((BASE / "plugins").rglob("*.py")))
    assert {name for name in INNER if name not in code} == set(), "take it out of INNER"


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: path.relative_to(BASE).as_posix())
def test_every_path_that_a_document_names_is_there(page):
    named = set(
        re.findall(r"`((?:bench|docs|plugins|scripts|tests|theme)/[\w./-]*)`", page.read_text(encoding="utf-8"))
    )
    assert {path for path in named if not (BASE / path).exists()} == set()


def test_the_documentation_names_whatever_stands_at_the_top_of_a_site():
    built = re.findall(r"^===== ([^/\n]+/?)", read("tests/site/expected.txt"), re.M)
    written = {path.stem for path in (BASE / "tests" / "site" / "content" / "pages").glob("*.md")}
    names = {name for name in built if not name[:4].isdigit() and name.rstrip("/") not in written}
    told = set(re.findall(r"`/?([\w.-]+/?)", PAGES["site.md"] + PAGES["data.md"]))
    assert names - {"index.html"} <= told
    assert len(names) > 20


def test_the_architecture_shows_the_imports_that_there_are():
    shown = import_picture.shown_imports(PAGES["architecture.md"])
    assert shown == import_picture.draw_imports(), "make golden writes them"


def test_nothing_names_a_registry_or_a_machine():
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in read(name)
