"""The imports between the packages of both halves, drawn floor by floor, as `docs/architecture.md` shows them.

`make golden` writes them there; a test compares. A package is what stands directly in `newsarchive` or `pressroom`:
a folder, or a module of its own.
"""

from __future__ import annotations

import re

from support.paths import BASE

PAGE = BASE / "docs" / "architecture.md"
HALVES = ("pressroom", "newsarchive")
BLOCK = re.compile(r"(?<=```imports\n).*?(?=^```$)", re.M | re.S)
WIDTH = 120

Imports = dict[str, set[str]]
"""By package, those that it imports."""


def read_imports() -> Imports:
    """Return the packages of both halves, each with those that any module in it imports, itself left out."""
    import grimp

    graph = grimp.build_graph(*HALVES, cache_dir=None)
    imports: Imports = {}
    for module in graph.modules:
        reached = {name_package(other) for other in graph.find_modules_directly_imported_by(module)}
        imports.setdefault(name_package(module), set()).update(reached - {name_package(module)})
    return imports


def name_package(module: str) -> str:
    """Return the package that a module belongs to; the half's own `__init__` is one.

    >>> name_package("pressroom.search.reader"), name_package("pressroom.contract"), name_package("pressroom")
    ('pressroom.search', 'pressroom.contract', 'pressroom.__init__')
    """
    half, _, rest = module.partition(".")
    return f"{half}.{rest.partition('.')[0] or '__init__'}"


def number_floors(imports: Imports) -> dict[str, int]:
    """Return how many floors lie below each package; packages that import each other share one.

    >>> number_floors({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    {'a': 2, 'b': 1, 'c': 0}
    >>> number_floors({"a": {"b"}, "b": {"a", "c"}, "c": set()})
    {'a': 1, 'b': 1, 'c': 0}
    """
    below = {package: find_below(package, imports) for package in imports}
    rings = {package: {other for other in below[package] if package in below[other]} | {package} for package in imports}
    floors: dict[str, int] = {}
    for package in sorted(imports, key=lambda name: len(below[name] - rings[name])):
        floors[package] = 1 + max((floors[other] for other in below[package] - rings[package]), default=-1)
    return {package: floors[package] for package in imports}


def find_below(package: str, imports: Imports) -> set[str]:
    """Return all that a package imports, by itself or by what it imports; itself only in a ring."""
    below: set[str] = set()
    waiting = [*imports[package]]
    while waiting:
        other = waiting.pop()
        if other not in below:
            below.add(other)
            waiting += imports[other]
    return below


def draw_half(half: str, imports: Imports) -> str:
    """Return the packages of one half, the highest floor first; those of the other half keep its name.

    >>> print(draw_half("a", {"a.x": {"a.y", "b.z"}, "a.y": set(), "b.z": set()}), end="")
    a
     1  x -> y, b.z
     0  y
    """
    floors = number_floors(imports)
    lines = [half]
    for package in sorted(imports, key=lambda name: (-floors[name], name)):
        if package.startswith(f"{half}."):
            names = ", ".join(sorted((name.removeprefix(f"{half}.") for name in imports[package]), key=_by_half))
            short = package.removeprefix(f"{half}.")
            lines += _wrap(f"{floors[package]:2}  {short}{' -> ' if names else ''}", names)
    return "\n".join(lines) + "\n"


def _by_half(name: str) -> tuple[bool, str]:
    return "." in name, name


def _wrap(head: str, names: str) -> list[str]:
    """Return a line, and what does not fit below it, indented."""
    lines, line = [], head
    for name in names.split(", ") if names else []:
        if line.endswith(","):
            line += " "
        if len(line) + len(name) >= WIDTH:
            lines.append(line.rstrip())
            line = " " * 8
        line += f"{name},"
    return [*lines, line.rstrip(",").rstrip()]


def draw_imports() -> str:
    """Return the block of the page."""
    imports = read_imports()
    return "\n".join(draw_half(half, imports) for half in HALVES)


def shown_imports(page: str) -> str:
    """Return the block as a page shows it. Raises ValueError where it has none.

    >>> shown_imports("x\\n```imports\\na -> b\\n```\\ny\\n")
    'a -> b\\n'
    """
    if (match := BLOCK.search(page)) is None:
        raise ValueError("the page has no block of imports")
    return match[0]


def replace_imports(page: str, drawn: str) -> str:
    """Return a page with another block in place of its own.

    >>> replace_imports("x\\n```imports\\n```\\ny\\n", "a -> b\\n")
    'x\\n```imports\\na -> b\\n```\\ny\\n'
    """
    return BLOCK.sub(lambda match: drawn, page)


def write_imports() -> None:
    """Write the block into the page."""
    PAGE.write_text(replace_imports(PAGE.read_text(encoding="utf-8"), draw_imports()), encoding="utf-8")
