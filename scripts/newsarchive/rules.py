"""The cleaner's knowledge as data: residue phrases by language, furniture words, site selectors, names of sources."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from newsarchive.errors import BadRules

MATCHES = ("whole", "start", "end", "contain")
PLACES = ("any", "head", "tail")
EFFECTS = ("remove", "credit", "rest")
TRAILING = r"[\s:.…!?»>→|·•*\-–—,;：。！？、，\])）】]*"
OWN_SOURCES = "sources.toml"
"""Beside a person's site rules: names of publications, in the form of the program's own file."""
LEADING = r"[\s«»‹›<>←→|·•*►▶▸■●#\-–—\[(（【]*"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of residue: which phrases tell it, where it counts, and what follows from it."""

    id: str
    reason: str
    pattern: re.Pattern[str]
    """Matches the whole text of a block (white space folded); group `rest` is what stands beside the phrase."""
    longest: int
    """Characters of a block over which the rule does not apply: a long paragraph that opens so is a story."""
    place: str = "any"
    """`head` counts before the body's first long paragraph, `tail` after its last one."""
    effect: str = "remove"
    """`credit` keeps the rest of the block as `Credit`; `rest` also removes every block that follows."""
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    """Examples, which the tests run."""


@dataclass(frozen=True, slots=True)
class SiteRules:
    """A person's CSS selectors for one site."""

    host: str
    source: str = ""
    body: str = ""
    strip: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    """Header key in lower case to the selector whose text (or `datetime`, `content`) gives it."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """What tells one kind of page (`kinds.toml` says which table is which)."""

    id: str
    reason: str
    title: re.Pattern[str]
    """Matches a whole part of a title."""
    text: re.Pattern[str]
    """Found somewhere in a page's text."""
    more: re.Pattern[str]
    """Matches a whole link that leads from a teaser to its story."""
    addresses: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    queries: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Titles that are (`is`) and that are not (`not`) of this kind, which the tests run."""


@dataclass(frozen=True, slots=True)
class Rules:
    """All that cleaning knows besides its code; picklable."""

    residue: tuple[Rule, ...] = ()
    tags: frozenset[str] = frozenset()
    """Elements that hold furniture wherever they stand."""
    words: frozenset[str] = frozenset()
    """Words in a class, an id or a role that mark furniture."""
    sites: dict[str, SiteRules] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """Spelling, host or folder (in lower case) to the name of the publication."""
    kinds: dict[str, PageKind] = field(default_factory=dict)
    """What tells each kind of page, by its id."""

    def source(self, name: str) -> str:
        """Return the publication's name for one of its spellings, hosts or folders; the name itself if unknown."""
        return self.sources.get(name.strip().lower(), name)


def load(folder: Path, sites_folder: Path | None = None) -> Rules:
    """Read the rules of `folder` and the site rules of `sites_folder`. Raises BadRules."""
    residue = _read(folder / "residue.toml")
    furniture = _read(folder / "furniture.toml")
    rules = tuple(_rule(folder / "residue.toml", table) for table in residue.get("rule", []))
    names = [rule.id for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadRules(str(folder / "residue.toml"), f"two rules are called {twice[0]}", "Rename one.")
    sites = {}
    for file in sorted(sites_folder.glob("*.toml")) if sites_folder and sites_folder.is_dir() else ():
        if file.name != OWN_SOURCES:
            site = _site(file, _read(file))
            sites[site.host] = site
    sources = {
        spelling.lower(): name
        for name, spellings in (_read(folder / "sources.toml") | _own_sources(sites_folder)).items()
        for spelling in _strings(folder / "sources.toml", name, spellings)
    }
    kinds = [_page_kind(folder / "kinds.toml", table) for table in _read(folder / "kinds.toml").get("kind", [])]
    return Rules(
        rules, frozenset(furniture.get("tags", ())), frozenset(_words(furniture)), sites, sources, {k.id: k for k in kinds}
    )  # fmt: skip


def _own_sources(sites_folder: Path | None) -> dict[str, Any]:
    file = sites_folder / OWN_SOURCES if sites_folder else None
    return _read(file) if file and file.is_file() else {}


def _words(furniture: dict[str, Any]) -> list[str]:
    return [word for group in furniture.get("words", {}).values() for word in group]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadRules(str(file), "the file is missing", "Restore it from the repository.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(str(file), f"it is not TOML: {error}", "Mend that line.") from error


def _strings(file: Path, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise BadRules(str(file), f"{key} is not a list of texts", f'Write {key} = ["...", "..."].')


def _one_of(file: Path, name: str, key: str, value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadRules(str(file), f"rule {name}: {key} is {value!r}", f"Use one of: {', '.join(known)}.")
    return str(value)


def _rule(file: Path, table: dict[str, Any]) -> Rule:
    name = str(table.get("id", ""))
    if not name or not table.get("reason"):
        raise BadRules(str(file), f"rule {name or '(no id)'} lacks an id or a reason", "Write both.")
    allowed = {"id", "reason", "match", "longest", "place", "effect", "phrases", "patterns", "removes", "keeps"}
    if unknown := sorted(set(table) - allowed):
        raise BadRules(str(file), f"rule {name}: unknown key {unknown[0]}", f"Use: {', '.join(sorted(allowed))}.")
    match = _one_of(file, name, "match", table.get("match", "whole"), MATCHES)
    phrases = [p for lang, row in table.get("phrases", {}).items() for p in _strings(file, f"{name}.{lang}", row)]
    patterns = _strings(file, f"{name}.patterns", table.get("patterns", []))
    try:
        pattern = re.compile(phrase_pattern(phrases, match, patterns), re.IGNORECASE)
    except re.error as error:
        raise BadRules(str(file), f"rule {name}: bad pattern: {error}", "Mend it.") from error
    return Rule(
        name,
        table["reason"],
        pattern,
        int(table.get("longest", 80)),
        _one_of(file, name, "place", table.get("place", "any"), PLACES),
        _one_of(file, name, "effect", table.get("effect", "remove"), EFFECTS),
        _strings(file, f"{name}.removes", table.get("removes", [])),
        _strings(file, f"{name}.keeps", table.get("keeps", [])),
    )


PHRASES = ("titles", "starts", "texts", "more")
NAMES = ("addresses", "last", "queries", "classes", "types")


def _page_kind(file: Path, table: dict[str, Any]) -> PageKind:
    name = str(table.get("id", ""))
    if not name or not table.get("reason"):
        raise BadRules(str(file), f"kind {name or '(no id)'} lacks an id or a reason", "Write both.")
    if unknown := sorted(set(table) - {"id", "reason", "examples", *PHRASES, *NAMES}):
        known = ", ".join(sorted(("id", "reason", "examples", *PHRASES, *NAMES)))
        raise BadRules(str(file), f"kind {name}: unknown key {unknown[0]}", f"Use: {known}.")
    said = {
        key: [p for lang, row in table.get(key, {}).items() for p in _strings(file, f"{name}.{key}.{lang}", row)]
        for key in PHRASES
    }
    title = "|".join([phrase_pattern(said["titles"], "whole"), phrase_pattern(said["starts"], "start")])
    names = {key: frozenset(_strings(file, f"{name}.{key}", table.get(key, []))) for key in NAMES}
    examples = {key: _strings(file, f"{name}.examples.{key}", row) for key, row in table.get("examples", {}).items()}
    return PageKind(
        name,
        table["reason"],
        re.compile(title, re.I),
        re.compile("|".join(map(_phrase, said["texts"])) or "(?!)", re.I),
        re.compile(phrase_pattern(said["more"], "whole"), re.I),
        **names,
        examples=examples,
    )


def phrase_pattern(phrases: list[str], match: str, patterns: tuple[str, ...] = ()) -> str:
    r"""Return one expression for a block's whole text.

    In a phrase `*` stands for a few words and `#` for a number; punctuation around it does not count.

    >>> bool(re.fullmatch(phrase_pattern(["share this *"], "whole"), "» share this article:"))
    True
    """
    phrase = "|".join(map(_phrase, sorted(phrases, key=lambda p: (-len(p), p)))) or r"(?!)"
    forms = {
        "whole": rf"{LEADING}(?:{phrase}){TRAILING}",
        "start": rf"{LEADING}(?:{phrase})(?P<rest>.*)",
        "end": rf".*(?:{phrase}){TRAILING}",
        "contain": rf".*(?:{phrase}).*",
    }
    return "|".join([forms[match], *patterns])


def _phrase(text: str) -> str:
    expression = re.escape(text).replace(r"\*", r"\S+(?:\s\S+){0,4}").replace(r"\#", r"[\d.,]+\s?[kKmM]?")
    expression = expression.replace(r"\ ", r"\s+").replace("'", "['’]")
    before = r"\b" if text[0].isalnum() and ord(text[0]) < 0x2E80 else ""
    after = r"\b" if text[-1].isalnum() and ord(text[-1]) < 0x2E80 else ""
    return f"{before}{expression}{after}"


def _site(file: Path, table: dict[str, Any]) -> SiteRules:
    host = file.stem.removeprefix("www.").lower()
    if unknown := sorted(set(table) - {"source", "body", "strip", "fields"}):
        raise BadRules(str(file), f"unknown key {unknown[0]}", "Use: source, body, strip, fields.")
    fields = table.get("fields", {})
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise BadRules(str(file), "fields is not a table of selectors", 'Write [fields], then title = "h1.head".')
    strip = _strings(file, "strip", table.get("strip", []))
    return SiteRules(host, str(table.get("source", "")), str(table.get("body", "")), strip, dict(fields))
