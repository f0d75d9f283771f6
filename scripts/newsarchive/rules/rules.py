"""This module reads the cleaner's knowledge as data: residue phrases by language, furniture words, site selectors,
names of sources."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

from newsarchive.errors import BadRules
from newsarchive.rules import weights
from newsarchive.rules.checks import check_choice, check_strings, read_toml
from newsarchive.rules.patterns import write_pattern, write_phrase
from newsarchive.rules.site_rules import OWN_SOURCES, SiteRules, add_wider, read_sites
from newsarchive.rules.weights import Weights

MATCHES = ("whole", "start", "end", "contain")
PLACES = ("any", "head", "tail")
EFFECTS = ("remove", "credit", "rest")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule is one kind of residue: which phrases tell it, where it counts, and what follows from it."""

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
    match: str = "whole"
    """Where in the block the phrases stand, one of `MATCHES`."""
    phrases: tuple[str, ...] = ()
    bare: re.Pattern[str] | None = None
    """The rule's own expressions without its phrases; None without any."""
    spares_sentences: bool = False
    """True where a line that goes on as a long sentence is the story's."""
    removes: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    """Examples, which the tests run."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """It holds what tells one kind of page (`kinds.toml` says which table is which)."""

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
    """It holds all that cleaning knows besides its code; it can be pickled."""

    weights: dict[str, Weights] = field(default_factory=dict)
    """What tells the blocks of a story, for `pages` and for `dumps`."""
    residue: tuple[Rule, ...] = ()
    tags: frozenset[str] = frozenset()
    """Elements that hold furniture wherever they stand."""
    words: dict[str, str] = field(default_factory=dict)
    """Words in a class, an id or a role that tell what a part of a page is, each with its group."""
    sites: dict[str, SiteRules] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    """Spelling, host or folder (in lower case) to the name of the publication."""
    kinds: dict[str, PageKind] = field(default_factory=dict)
    """What tells each kind of page, by its id."""

    def source(self, name: str) -> str:
        """Return the publication's name for one of its spellings, hosts or folders; the name itself if unknown."""
        return self.sources.get(name.strip().lower(), name)

    def site(self, name: str) -> SiteRules | None:
        """Return the rules of a host or folder; those of `.example.com` also hold for every host below that domain.

        >>> known = Rules(sites={".a.example": SiteRules(".a.example")})
        >>> known.site("news.a.example").host, known.site("a.example")
        ('news.a.example', None)
        """
        parts = name.split(".")
        wider = ("." + ".".join(parts[n:]) for n in range(1, len(parts)))
        sites = [self.sites[key] for key in (name, *wider) if key in self.sites]
        return reduce(add_wider, sites[1:], replace(sites[0], host=name)) if sites else None


def load(folder: Path, sites_folder: Path | None = None) -> Rules:
    """Read the rules of `folder` and the site rules of `sites_folder`. Raises BadRules."""
    residue = read_toml(folder / "residue.toml")
    furniture = read_toml(folder / "furniture.toml")
    rules = tuple(_read_rule(folder / "residue.toml", table) for table in residue.get("rule", []))
    names = [rule.id for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadRules(str(folder / "residue.toml"), f"two rules are called {twice[0]}", "Rename one.")
    sites = read_sites(sites_folder) if sites_folder else {}
    sources = {
        spelling.lower(): name
        for name, spellings in (read_toml(folder / "sources.toml") | _read_sources(sites_folder)).items()
        for spelling in check_strings(folder / "sources.toml", name, spellings)
    }
    kinds = [
        _read_page_kind(folder / "kinds.toml", table) for table in read_toml(folder / "kinds.toml").get("kind", [])
    ]
    trained = {name: weights.load(folder / "weights", name) for name in ("pages", "dumps")}
    return Rules(
        trained, rules, frozenset(furniture.get("tags", ())), _gather_words(furniture), sites, sources, {k.id: k for k in kinds}
    )  # fmt: skip


def _read_sources(sites_folder: Path | None) -> dict[str, Any]:
    file = sites_folder / OWN_SOURCES if sites_folder else None
    return read_toml(file) if file and file.is_file() else {}


def _gather_words(furniture: dict[str, Any]) -> dict[str, str]:
    return {word: group for group, members in furniture.get("words", {}).items() for word in members}


def _read_rule(file: Path, table: dict[str, Any]) -> Rule:
    name = str(table.get("id", ""))
    if not name or not table.get("reason"):
        raise BadRules(str(file), f"rule {name or '(no id)'} lacks an id or a reason", "Write both.")
    allowed = {"id", "reason", "match", "longest", "place", "effect", "phrases", "patterns", "removes", "keeps",
               "spares_sentences"}  # fmt: skip
    if unknown := sorted(set(table) - allowed):
        raise BadRules(str(file), f"rule {name}: unknown key {unknown[0]}", f"Use: {', '.join(sorted(allowed))}.")
    match = check_choice(file, name, "match", table.get("match", "whole"), MATCHES)
    phrases = [p for lang, row in table.get("phrases", {}).items() for p in check_strings(file, f"{name}.{lang}", row)]
    patterns = check_strings(file, f"{name}.patterns", table.get("patterns", []))
    try:
        pattern = re.compile(write_pattern(phrases, match, patterns), re.IGNORECASE)
        bare = re.compile(write_pattern([], match, patterns), re.IGNORECASE) if patterns else None
    except re.error as error:
        raise BadRules(str(file), f"rule {name}: bad pattern: {error}", "Mend it.") from error
    return Rule(
        name,
        table["reason"],
        pattern,
        int(table.get("longest", 80)),
        check_choice(file, name, "place", table.get("place", "any"), PLACES),
        check_choice(file, name, "effect", table.get("effect", "remove"), EFFECTS),
        match,
        tuple(phrases),
        bare,
        bool(table.get("spares_sentences", False)),
        check_strings(file, f"{name}.removes", table.get("removes", [])),
        check_strings(file, f"{name}.keeps", table.get("keeps", [])),
    )


PHRASES = ("titles", "starts", "texts", "more")
NAMES = ("addresses", "last", "queries", "classes", "types")


def _read_page_kind(file: Path, table: dict[str, Any]) -> PageKind:
    name = str(table.get("id", ""))
    if not name or not table.get("reason"):
        raise BadRules(str(file), f"kind {name or '(no id)'} lacks an id or a reason", "Write both.")
    if unknown := sorted(set(table) - {"id", "reason", "examples", *PHRASES, *NAMES}):
        known = ", ".join(sorted(("id", "reason", "examples", *PHRASES, *NAMES)))
        raise BadRules(str(file), f"kind {name}: unknown key {unknown[0]}", f"Use: {known}.")
    said = {
        key: [p for lang, row in table.get(key, {}).items() for p in check_strings(file, f"{name}.{key}.{lang}", row)]
        for key in PHRASES
    }
    title = "|".join([write_pattern(said["titles"], "whole"), write_pattern(said["starts"], "start")])
    names = {key: frozenset(check_strings(file, f"{name}.{key}", table.get(key, []))) for key in NAMES}
    examples = {
        key: check_strings(file, f"{name}.examples.{key}", row) for key, row in table.get("examples", {}).items()
    }
    return PageKind(
        name,
        table["reason"],
        re.compile(title, re.I),
        re.compile("|".join(map(write_phrase, said["texts"])) or "(?!)", re.I),
        re.compile(write_pattern(said["more"], "whole"), re.I),
        **names,
        examples=examples,
    )
