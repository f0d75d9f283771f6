"""This module reads the cleaner's knowledge as data: residue phrases by language, furniture words, site selectors,
names of sources."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import Any

from newsarchive.errors import BadRules
from newsarchive.rules import ftr_siteconfig, learned, weights
from newsarchive.rules.weights import Weights

MATCHES = ("whole", "start", "end", "contain")
PLACES = ("any", "head", "tail")
EFFECTS = ("remove", "credit", "rest")
TRAILING = r"[\s:.…!?»>→|·•*\-–—,;：。！？、，\])）】]*"
UNSPACED = "\u2e80"
"""The first sign of scripts that put no space between words."""
OWN_SOURCES = "sources.toml"
"""Beside a person's site rules: names of publications, in the form of the program's own file."""
_FIRST_WORD = re.compile(r"[^\W_]+")
LEADING = r"[\s«»‹›<>←→|·•*►▶▸■●#\-–—\[(（【]*"


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
class SiteRules:
    """It holds what is known of one site: a person's words, a shared site config, and what was learned."""

    host: str
    """Its host without `www.`; for captures without an address the folder they lie in."""
    source: str = ""
    body: str = ""
    strip: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    """Header key in lower case to the selector whose text (or `datetime`, `content`) gives it."""
    residue: tuple[str, ...] = ()
    """Blocks that are never the story, whole."""
    keep: tuple[str, ...] = ()
    """Blocks that stay, whatever was learned."""
    learned: learned.Learned | None = None
    config: ftr_siteconfig.SiteConfig | None = None
    repair: bool = True
    """False where a person wants the source's text as it is, with its faults."""
    names: frozenset[str] = frozenset()
    """Words of the source's pages, in lower case, that are in no word list."""


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
        return reduce(_add_wider, sites[1:], replace(sites[0], host=name)) if sites else None


def _add_wider(site: SiteRules, wider: SiteRules) -> SiteRules:
    """Return a host's rules with those of its domain where it has none of its own."""
    return replace(
        site,
        source=site.source or wider.source,
        body=site.body or wider.body,
        strip=site.strip + wider.strip,
        fields=wider.fields | site.fields,
        residue=site.residue + wider.residue,
        keep=site.keep + wider.keep,
        learned=site.learned or wider.learned,
        config=site.config or wider.config,
        repair=site.repair and wider.repair,
        names=site.names | wider.names,
    )


def load(folder: Path, sites_folder: Path | None = None) -> Rules:
    """Read the rules of `folder` and the site rules of `sites_folder`. Raises BadRules."""
    residue = _read_toml(folder / "residue.toml")
    furniture = _read_toml(folder / "furniture.toml")
    rules = tuple(_read_rule(folder / "residue.toml", table) for table in residue.get("rule", []))
    names = [rule.id for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadRules(str(folder / "residue.toml"), f"two rules are called {twice[0]}", "Rename one.")
    sites = _read_sites(sites_folder) if sites_folder else {}
    sources = {
        spelling.lower(): name
        for name, spellings in (_read_toml(folder / "sources.toml") | _read_sources(sites_folder)).items()
        for spelling in _check_strings(folder / "sources.toml", name, spellings)
    }
    kinds = [
        _read_page_kind(folder / "kinds.toml", table) for table in _read_toml(folder / "kinds.toml").get("kind", [])
    ]
    trained = {name: weights.load(folder / "weights", name) for name in ("pages", "dumps")}
    return Rules(
        trained, rules, frozenset(furniture.get("tags", ())), _gather_words(furniture), sites, sources, {k.id: k for k in kinds}
    )  # fmt: skip


def _read_sources(sites_folder: Path | None) -> dict[str, Any]:
    file = sites_folder / OWN_SOURCES if sites_folder else None
    return _read_toml(file) if file and file.is_file() else {}


def _gather_words(furniture: dict[str, Any]) -> dict[str, str]:
    return {word: group for group, members in furniture.get("words", {}).items() for word in members}


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadRules(str(file), "the file is missing", "Restore it from the repository.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRules(str(file), f"it is not TOML: {error}", "Mend that line.") from error


def _check_strings(file: Path, key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise BadRules(str(file), f"{key} is not a list of texts", f'Write {key} = ["...", "..."].')


def _check_choice(file: Path, name: str, key: str, value: object, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadRules(str(file), f"rule {name}: {key} is {value!r}", f"Use one of: {', '.join(known)}.")
    return str(value)


def _read_rule(file: Path, table: dict[str, Any]) -> Rule:
    name = str(table.get("id", ""))
    if not name or not table.get("reason"):
        raise BadRules(str(file), f"rule {name or '(no id)'} lacks an id or a reason", "Write both.")
    allowed = {"id", "reason", "match", "longest", "place", "effect", "phrases", "patterns", "removes", "keeps",
               "spares_sentences"}  # fmt: skip
    if unknown := sorted(set(table) - allowed):
        raise BadRules(str(file), f"rule {name}: unknown key {unknown[0]}", f"Use: {', '.join(sorted(allowed))}.")
    match = _check_choice(file, name, "match", table.get("match", "whole"), MATCHES)
    phrases = [p for lang, row in table.get("phrases", {}).items() for p in _check_strings(file, f"{name}.{lang}", row)]
    patterns = _check_strings(file, f"{name}.patterns", table.get("patterns", []))
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
        _check_choice(file, name, "place", table.get("place", "any"), PLACES),
        _check_choice(file, name, "effect", table.get("effect", "remove"), EFFECTS),
        match,
        tuple(phrases),
        bare,
        bool(table.get("spares_sentences", False)),
        _check_strings(file, f"{name}.removes", table.get("removes", [])),
        _check_strings(file, f"{name}.keeps", table.get("keeps", [])),
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
        key: [p for lang, row in table.get(key, {}).items() for p in _check_strings(file, f"{name}.{key}.{lang}", row)]
        for key in PHRASES
    }
    title = "|".join([write_pattern(said["titles"], "whole"), write_pattern(said["starts"], "start")])
    names = {key: frozenset(_check_strings(file, f"{name}.{key}", table.get(key, []))) for key in NAMES}
    examples = {
        key: _check_strings(file, f"{name}.examples.{key}", row) for key, row in table.get("examples", {}).items()
    }
    return PageKind(
        name,
        table["reason"],
        re.compile(title, re.I),
        re.compile("|".join(map(_write_phrase, said["texts"])) or "(?!)", re.I),
        re.compile(write_pattern(said["more"], "whole"), re.I),
        **names,
        examples=examples,
    )


def write_pattern(phrases: list[str], match: str, patterns: tuple[str, ...] = ()) -> str:
    r"""Return one expression for a block's whole text.

    In a phrase `*` stands for a few words and `#` for a number; punctuation around it does not count.

    >>> bool(re.fullmatch(write_pattern(["share this *"], "whole"), "» share this article:"))
    True
    """
    phrase = "|".join(map(_write_phrase, sorted(phrases, key=lambda p: (-len(p), p)))) or r"(?!)"
    forms = {
        "whole": rf"{LEADING}(?:{phrase}){TRAILING}",
        "start": rf"{LEADING}(?:{phrase})(?P<rest>.*)",
        "end": rf".*(?:{phrase}){TRAILING}",
        "contain": rf".*(?:{phrase}).*",
    }
    return "|".join([forms[match], *patterns])


def find_opening(text: str) -> str:
    """Return the first word of a text as rules are looked up by it: one sign where words are not parted by spaces.

    >>> find_opening("» Share this"), find_opening("12 comments"), find_opening("関連記事"), find_opening("— —")
    ('share', '#', '関', '')
    """
    match = _FIRST_WORD.search(text)
    if not match:
        return ""
    word = match[0].casefold()
    return "#" if word[0].isdigit() else word[0] if word[0] >= UNSPACED else word


def _write_phrase(text: str) -> str:
    expression = re.escape(text).replace(r"\*", r"\S+(?:\s\S+){0,4}").replace(r"\#", r"[\d.,]+\s?[kKmM]?")
    expression = expression.replace(r"\ ", r"\s+").replace("'", "['’]")
    before = r"\b" if text[0].isalnum() and ord(text[0]) < 0x2E80 else ""
    after = r"\b" if text[-1].isalnum() and ord(text[-1]) < 0x2E80 else ""
    return f"{before}{expression}{after}"


# --- sites ----------------------------------------------------------------------------------------------------------

SITE_KEYS = ("source", "body", "strip", "fields", "residue", "keep", "repair", "names", "learned")
SAMPLES = "samples"
"""Folder of what was learned from sample captures, which step aside for a person's own."""


def list_site_files(folder: Path) -> list[Path]:
    """Return the files that hold rules of sites, those of samples first: later ones count more."""
    files = [
        file for place in (folder / SAMPLES, folder) for suffix in ("toml", "txt") for file in place.glob(f"*.{suffix}")
    ]
    return sorted((f for f in files if f.name != OWN_SOURCES), key=lambda f: (f.parent == folder, f.name))


def find_site_file(folder: Path, name: str, *, is_sample: bool) -> Path:
    """Return the file that holds a site's rules, or where it would be."""
    files = [file for file in list_site_files(folder) if file.suffix == ".toml" and _name_host(file.stem) == name]
    return files[-1] if files else (folder / SAMPLES if is_sample else folder) / f"{name}.toml"


def _read_sites(folder: Path) -> dict[str, SiteRules]:
    sites: dict[str, SiteRules] = {}
    configs: dict[str, ftr_siteconfig.SiteConfig] = {}
    for file in list_site_files(folder):
        text = _read_text(file)
        if file.suffix == ".txt":
            configs[_name_host(file.stem)] = ftr_siteconfig.read(text, str(file))
        else:
            sites[_name_host(file.stem)] = read_site(text, file)
    for host, config in configs.items():
        sites[host] = replace(sites.get(host, SiteRules(host)), config=config)
    return sites


def _name_host(stem: str) -> str:
    return stem.removeprefix("www.").lower()


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadRules(str(file), f"it is not UTF-8: {error}", "Save it as UTF-8.") from error


def read_site(text: str, file: Path) -> SiteRules:
    """Return the rules in the text of `<host>.toml`. Raises BadRules with file and line."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRules(str(file), f"it is not TOML: {error}", "Mend that line.") from error
    if unknown := sorted(set(table) - set(SITE_KEYS)):
        raise BadRules(_find_line(file, text, unknown[0]), f"unknown key {unknown[0]}", f"Use: {', '.join(SITE_KEYS)}.")
    fields = table.get("fields", {})
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        where = _find_line(file, text, "fields")
        raise BadRules(where, "fields is not a table of selectors", 'Write [fields], then title = "h1.head".')
    for key in ("source", "body"):
        if not isinstance(table.get(key, ""), str):
            raise BadRules(_find_line(file, text, key), f"{key} is not a text", f'Write {key} = "...".')
    strip, residue, keep, names = (
        _check_strings(file, key, table.get(key, [])) for key in ("strip", "residue", "keep", "names")
    )
    if not isinstance(repair := table.get("repair", True), bool):
        where = _find_line(file, text, "repair")
        raise BadRules(where, f"repair is {repair!r}", "Write repair = false, or leave it out.")
    lessons = _read_learned(table["learned"], text, file) if "learned" in table else None
    known = frozenset(word.lower() for word in (*names, *(lessons.names if lessons else ())))
    return SiteRules(
        _name_host(file.stem), table.get("source", ""), table.get("body", ""), strip, dict(fields), residue, keep,
        lessons, repair=repair, names=known,
    )  # fmt: skip


def _read_learned(table: object, text: str, file: Path) -> learned.Learned:
    try:
        return learned.read(table if isinstance(table, dict) else {"learned": table})
    except ValueError as error:
        key = str(error)
        todo = "Take out what you wrote there, or delete the learned part and run make learn."
        raise BadRules(
            _find_line(file, text, key), f"{key} of the learned part is not as make learn writes it", todo
        ) from error


def _find_line(file: Path, text: str, key: str) -> str:
    """Return a file with the line where a key stands."""
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}\b", line):
            return f"{file}:{number}"
    return str(file)
