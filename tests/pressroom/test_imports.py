"""What the contracts of imports cannot tell: who imports Pelican as it is loaded, and that each name means one thing."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
PLUGIN = BASE / "plugins" / "pressroom"
SHARED_MODULES = {"__init__"}
"""Each package has one."""


def parse_modules(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def find_loaded_modules(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the modules that are imported as soon as a module is: not those within functions or for types alone."""
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif (isinstance(node, ast.If) and ast.unparse(node.test) != "TYPE_CHECKING") or isinstance(
            node, ast.Try | ast.With | ast.ClassDef
        ):
            yield from find_loaded_modules(node.body)


def find_repeated(names: Iterator[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def test_an_import_within_a_function_or_for_types_alone_is_none_of_a_module():
    source = "import a\nif TYPE_CHECKING:\n    import b\ntry:\n    from c.d import e\nexcept ImportError:\n    pass\ndef f():\n    import g\n"
    assert [*find_loaded_modules(ast.parse(source).body)] == ["a", "c.d"]


def test_only_the_adapter_imports_pelican_as_it_is_loaded():
    loading = {
        path.relative_to(PLUGIN).parts[0]
        for path, tree in parse_modules(PLUGIN)
        if any(name.partition(".")[0] == "pelican" for name in find_loaded_modules(tree.body))
    }
    assert loading == {"pelican_adapter"}


@pytest.mark.parametrize("half", ["plugins/pressroom", "scripts/newsarchive"])
def test_no_two_classes_of_a_half_have_one_name(half):
    trees = (tree for _, tree in parse_modules(BASE / half))
    names = (node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert find_repeated(names) == []


@pytest.mark.parametrize("half", ["plugins/pressroom", "scripts/newsarchive"])
def test_no_two_modules_of_a_half_have_one_name(half):
    stems = [path.stem for path in (BASE / half).rglob("*.py") if path.stem not in SHARED_MODULES]
    assert len(stems) > 40
    assert find_repeated(iter(stems)) == []
