"""This module says why a block was removed, and the one line that undoes it: every rule with its reason and its
recipe."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsarchive.rules.patterns import write_pattern

REASONS = {
    "headline": "It repeats the headline, which stands in the header.",
    "dek": "It is the dek, which stands in the header as Summary.",
    "byline": "It names the authors, who stand in the header.",
    "date-line": "It is a date, which stands in the header.",
    "link-only": "It is nothing but a link to elsewhere.",
    "empty-heading": "It is a subhead under which nothing is left.",
    "no-words": "It holds no word.",
    "before-body": "It stands above the story.",
    "after-body": "It stands below the story.",
    "outside-body": "It stands outside of the story's own element.",
}
"""Rules that are code and not data. A furniture or site rule says in its name what it is."""
LEARNED = {
    "repeat": "The line stands on several pages of the site.",
    "opening": "It opens as lines that lead to another story do on this site.",
    "furniture": "It stands where this site holds the same on each page, or links.",
    "end": "On this site no story goes on after this line.",
}
"""Rules that were learned from a site's captures; a line that a person wants to keep outranks them."""


@dataclass(frozen=True, slots=True)
class RecipeFiles:
    """It names the files that the recipes for one capture need."""

    raw: str
    article: str = ""
    """Path of the article with the content folder's name, or "" while there is none."""
    source_url: str = ""


@dataclass(frozen=True)
class Explanations:
    """They tell people what the rules files say."""

    folder: Path
    """Of the program's rules."""
    sites: str = "scripts/rules/sites"
    """The folder of site rules as people know it."""
    _found: dict[tuple[str, str], str] = field(default_factory=dict)

    @cached_property
    def _residue(self) -> dict[str, dict[str, Any]]:
        tables = tomllib.loads((self.folder / "residue.toml").read_text(encoding="utf-8")).get("rule", [])
        return {table["id"]: table for table in tables}

    def reason(self, rule: str) -> str:
        """Return why a rule removes, in one sentence, or "" for a rule that gives none."""
        if rule in self._residue:
            return str(self._residue[rule]["reason"])
        kind, _, name = rule.partition(":")
        if kind == "furniture":
            return f"Its element is marked “{name}”, as pages mark what stands around a story."
        host, _, what = name.partition(":")
        return LEARNED.get(what, f"A rule for the site {host}.") if kind == "site" else REASONS.get(rule, "")

    def undo(self, rule: str, text: str, where: RecipeFiles) -> str:
        """Return the line that brings such a block back."""
        return self._rule_recipe(rule, text, where) or explain_hand_edit(where)

    def _rule_recipe(self, rule: str, text: str, where: RecipeFiles) -> str:
        again = f"then make reclean FILE={quote_name(where.raw)}."
        kind, _, name = rule.partition(":")
        if rule in self._residue:
            return f"In scripts/rules/residue.toml, rule {rule}, take {self._phrase(rule, text)} out, {again}"
        if kind == "site":
            host, _, what = name.partition(":")
            if what in LEARNED:
                return f"In {self.sites}/{host}.toml, add {json.dumps(text, ensure_ascii=False)} to keep, {again}"
            return f"In {self.sites}/{host}.toml, take {name_part(what)} out, {again}"
        site = f"{self.sites}/{find_host(where.source_url) or '<host>'}.toml"
        if kind == "furniture":
            return f'In {site} write body = "<the story\'s element>", or take {name} out of scripts/rules/furniture.toml, {again}'
        return f'In {site} write body = "<the story\'s element>", {again}' if rule == "outside-body" else ""

    def _phrase(self, rule: str, text: str) -> str:
        """Name the phrase of a residue rule that a text matches."""
        key = (rule, text)
        if key not in self._found:
            if len(self._found) > 10_000:
                self._found.clear()
            self._found[key] = self._search(self._residue[rule], " ".join(text.split()))
        return self._found[key]

    def _search(self, table: dict[str, Any], text: str) -> str:
        match = table.get("match", "whole")
        phrases = [(p, lang) for lang, row in table.get("phrases", {}).items() for p in row]
        for phrase, lang in sorted(phrases, key=lambda pair: (-len(pair[0]), pair)):
            if _may_begin(phrase, text) and re.fullmatch(write_pattern([phrase], match), text, re.IGNORECASE):
                return f"the phrase “{phrase}” ({lang})"
        return "the phrase or pattern that it matches"


def _may_begin(phrase: str, text: str) -> bool:
    """Tell whether a phrase may be in a text, without compiling it: its first word is."""
    return re.split(r"[\s*#'’]", phrase.strip("*# "))[0].casefold() in text.casefold()


def name_part(what: str) -> str:
    """Return a site rule's part in words.

    >>> name_part("strip-2"), name_part("body")
    ('line 2 of strip', 'body')
    """
    match = re.fullmatch(r"([\w-]+)-(\d+)", what)
    return f"line {match[2]} of {match[1]}" if match else what


def explain_hand_edit(where: RecipeFiles) -> str:
    """Return how this page alone is mended."""
    if where.article:
        return f"Edit {where.article}; it is yours from then on."
    return f"make accept FILE={quote_name(where.raw)}, then make html, and edit the file that it writes."


def quote_name(name: str) -> str:
    """Return a name as it is typed after `FILE=`.

    >>> quote_name("a/b.html"), quote_name("it's $5.html")
    ('a/b.html', '\\'it\\'"\\'"\\'s $$5.html\\'')
    """
    return shlex.quote(name).replace("$", "$$")


def find_host(address: str) -> str:
    """Return the host that a site's rules file is named after, or "" where there is none.

    >>> find_host("https://www.a.example/x"), find_host("http://[")
    ('a.example', '')
    """
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
