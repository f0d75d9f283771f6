"""This module reads the shared rule format of the field: `<host>.txt` of ftr-site-config, lines such as `body:
//div[@id='story']`. It is pure.

What cleaning can use is read; what it cannot is named once. Expressions are XPath 1.0, checked before they may run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from newsarchive.errors import BadRules

XPATH_KEYS = ("title", "body", "date", "author", "strip")
TEXT_KEYS = ("strip_id_or_class", "strip_image_src")
SILENT = ("test_url", "test_contains", "tidy", "prune", "parser")
"""Lines that tell others how to test a file, or how to run their own extractor: nothing is lost without them."""
LONGEST = 2_000
"""Characters of one expression; the longest in the shared collection has about 600."""
MOST_LINES = 1_000
DEEPEST = 4
"""Predicates inside one another."""
WIDE_INSIDE = 3
"""Axes that look at whole subtrees, inside predicates: each may multiply the work by the size of the page."""
FUNCTIONS = frozenset(
    re.findall(
        r"\S+",
        "last position count id local-name namespace-uri name string concat starts-with contains substring-before "
        "substring-after substring string-length normalize-space translate boolean not true false lang number sum "
        "floor ceiling round text node comment processing-instruction and or div mod",
    )
)
"""Functions of XPath 1.0, its node tests and operators: none of them reads anything but the page."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_CALL = re.compile(r"([A-Za-z_][\w:.-]*)\s*\(")
_WIDE = re.compile(r"//|\b(?:descendant|descendant-or-self|following|preceding|ancestor|ancestor-or-self)\s*::")
_FARTHEST = re.compile(r"\b(?:following|preceding)\s*::")
_LINE = re.compile(r"([A-Za-z_]+)(\([^)]*\))?\s*:\s*(.*)")


@dataclass(frozen=True, slots=True)
class SiteConfig:
    """It holds the lines of one file that cleaning uses, each list in the order of the file."""

    title: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    strip: tuple[str, ...] = ()
    strip_id_or_class: tuple[str, ...] = ()
    strip_image_src: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Keys that cleaning has no use for, with their lines: `single_page_link (line 7)`."""


def read(text: str, where: str) -> SiteConfig:
    """Return the rules in a file's text; `where` names the file. Raises BadRules with the line.

    >>> read("# A paper\\nbody: //div[@id='story']\\nsingle_page_link: //a\\n", "a.example.txt")
    ... # doctest: +ELLIPSIS
    SiteConfig(title=(), body=("//div[@id='story']",), ..., ignored=('single_page_link (line 3)',))
    """
    by_key: dict[str, list[str]] = {key: [] for key in (*XPATH_KEYS, *TEXT_KEYS)}
    ignored: dict[str, str] = {}
    lines = text.removeprefix("\ufeff").splitlines()
    if len(lines) > MOST_LINES:
        raise BadRules(where, f"it has over {MOST_LINES:,} lines", "Leave out what is not needed.")
    for number, line in enumerate(lines, 1):
        key, value = _split_line(line, f"{where}:{number}")
        if key in by_key and value:
            by_key[key].append(value if key in TEXT_KEYS else check_expression(value, f"{where}:{number}"))
        elif key and key not in SILENT and key not in by_key:
            ignored.setdefault(key, f"{key} (line {number})")
    return SiteConfig(**{key: tuple(values) for key, values in by_key.items()}, ignored=tuple(ignored.values()))


def _split_line(line: str, where: str) -> tuple[str, str]:
    line = line.strip()
    if not line or line.startswith(("#", "//", ";")):
        return "", ""
    match = _LINE.fullmatch(line)
    if not match:
        raise BadRules(where, f"it is no rule: {line[:60]!r}", "Write key: value, or # before a comment.")
    return match[1].lower(), match[3].strip()


def check_expression(expression: str, where: str) -> str:
    """Return an XPath expression if it is one that may run on any page. Raises BadRules.

    >>> check_expression("//div[contains(@class, 'story')]", "a.example.txt:1")
    "//div[contains(@class, 'story')]"
    """
    if problem := _find_problem(expression):
        raise BadRules(where, f"{expression[:80]!r} {problem}", "Write it more simply, or take the line out.")
    try:
        etree.XPath(expression, regexp=False)
    except etree.XPathError as error:
        raise BadRules(where, f"{expression[:80]!r} is no XPath: {error}", "Mend it, or take the line out.") from error
    return expression


def _find_problem(expression: str) -> str:
    if len(expression) > LONGEST:
        return f"is over {LONGEST:,} characters long"
    bare = _QUOTED.sub("''", expression)
    if "$" in bare:
        return "has a variable"
    if odd := sorted({name for name in _CALL.findall(bare) if name.rpartition("::")[2] not in FUNCTIONS}):
        return f"calls {odd[0]}(), which is not of XPath 1.0"
    depth, deepest, inside = 0, 0, []
    for character in bare:
        depth += (character == "[") - (character == "]")
        deepest = max(deepest, depth)
        inside.append(character if depth else " ")
    if deepest > DEEPEST:
        return f"nests predicates over {DEEPEST} deep"
    if len(_WIDE.findall("".join(inside))) > WIDE_INSIDE or len(_FARTHEST.findall(bare)) > 1:
        return "looks at the whole page too often"
    return ""
