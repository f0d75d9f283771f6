"""This module reads what is known of each site: `<host>.toml`, and shared configs `<host>.txt`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsarchive.errors import BadRules
from newsarchive.rules import ftr_siteconfig, learned
from newsarchive.rules.checks import check_strings

OWN_SOURCES = "sources.toml"
"""Beside a person's site rules: names of publications, in the form of the program's own file."""
SITE_KEYS = ("source", "body", "strip", "fields", "residue", "keep", "repair", "names", "learned")
SAMPLES = "samples"
"""Folder of what was learned from sample captures, which step aside for a person's own."""


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


def add_wider(site: SiteRules, wider: SiteRules) -> SiteRules:
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


def read_sites(folder: Path) -> dict[str, SiteRules]:
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
        check_strings(file, key, table.get(key, [])) for key in ("strip", "residue", "keep", "names")
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
