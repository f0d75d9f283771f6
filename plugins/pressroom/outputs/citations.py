"""An article's fields to citations of it, and the files with those of many articles."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from pressroom.content.person_names import Person, parse_name
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed, join_hashes
from pressroom.outputs.citation_records import write_bibtex, write_csl, write_csl_list, write_ris
from pressroom.outputs.citation_styles import (
    Days,
    Work,
    cite_apa,
    cite_chicago,
    cite_mla,
    cite_wikipedia,
    often,
    write_note,
)

FOLDER = "cite"
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
"""Line ends, other control characters, and what turns the direction of all that follows."""


class Citation(NamedTuple):
    """One form of a citation."""

    key: str
    label: str
    text: str


def make_work(fields: Mapping[str, Any], archive: str, site: str) -> Work:
    """Return what is cited by an article's fields; `site` is the site's absolute address, "" where it is not known."""
    is_published = fields["date_from"] != "captured"
    source = _fold(fields["source"][0]) if fields["source"] else ""
    names = (name for name, _ in fields["authors"] if _fold(name))
    address = f"{site}/{quote(fields['url'], safe='/%:=&?~+!$,;@()*-._')}" if site else ""
    work = Work(
        name_key(fields), _fold(fields["title"]), tuple(_make_author(_fold(name), source) for name in names),
        source, fields["source_from"] == "credit",
        _read_days(fields["machine_date"]) if is_published else (), _read_days(fields["captured"][:10]), fields["lang"],
        _fold(fields["source_url"]), _fold(archive), address, _count_mended(fields), "",
    )  # fmt: skip
    return work._replace(note=write_note(work))


@often
def _make_author(name: str, source: str) -> Person:
    """Return an author; a publication that signs its own story is no person.

    >>> _make_author("Saltmarsh Observer", "Saltmarsh Observer")
    Person(family='Saltmarsh Observer', given='', particle='', suffix='')
    """
    return Person(name) if name.casefold() == source.casefold() else parse_name(name)


def name_key(fields: Mapping[str, Any]) -> str:
    """Return what names an article among all: its address, without what BibTeX and CSL would not have in a key.

    >>> name_key({"save_as": "2024/06/20/ferry/index.html"}), name_key({"save_as": "ein haus~.html"})
    ('2024/06/20/ferry', 'ein+20haus+7E.html')
    """
    place = fields["save_as"].removesuffix("index.html").strip("/")
    return quote(place, safe="/").replace("%", "+").replace("~", "+7E") or "index"


def make_citations(fields: Mapping[str, Any], archive: str, site: str) -> list[Citation]:
    """Return the citations of an article, in the order in which they are shown; none of one that was withdrawn."""
    if fields["status"] == "withdrawn":
        return []
    cited = make_work(fields, archive, site)
    return [Citation(name, label, form(cited)) for name, label, form in FORMS]


@often
def _fold(text: str) -> str:
    return " ".join((text if text.isprintable() else _HIDDEN.sub(" ", text)).split())


@often
def _read_days(text: str) -> Days:
    """Return the numbers of a date, none where it is no date.

    >>> _read_days("2024-06"), _read_days("2024-06-31"), _read_days("yesterday")
    ((2024, 6), (), ())
    """
    if not re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text):
        return ()
    numbers = tuple(map(int, text.split("-")))
    try:
        date(*(*numbers, 1, 1)[:3])
    except ValueError:
        return ()
    return numbers


def _count_mended(fields: Mapping[str, Any]) -> int:
    stated = str(fields["repaired"])
    return int(stated) if stated.isdecimal() else len(fields["repairs"])


FORMS: tuple[tuple[str, str, Callable[[Work], str]], ...] = (
    ("apa", "APA 7", cite_apa), ("mla", "MLA 9", cite_mla), ("chicago", "Chicago", cite_chicago), ("wikipedia", "Wikipedia", cite_wikipedia),
    ("bibtex", "BibTeX", write_bibtex), ("ris", "RIS", write_ris), ("csl", "CSL-JSON", write_csl),
)  # fmt: skip
"""Key, label and maker of each citation, in the order in which they are shown."""


class CitationsFile(NamedTuple):
    """The citations of the articles of a part of the archive."""

    path: str
    form: str
    """One of FILES."""
    key: str
    """The part's list."""
    articles: int
    """How many articles the part has."""


PAGES = (CitationsFile,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of citations."""
    return [rf"{FOLDER}/.*"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the files of a part."""
    name, members = changed.part
    if site.citations and name:
        shown = join_hashes(members)
        for form in FILES:
            yield Planned(CitationsFile(f"{FOLDER}/{name}.{form}", form, changed.key, len(members)), shown)


def render(page: CitationsFile, archive: Archive, site: SiteSettings) -> bytes:
    """Return a file of citations."""

    def make_works() -> list[Work]:
        return [make_work(fields, site.sitename, site.own_address) for fields in archive.read_part(page.key)]

    works = archive.keep("works", page.key, make_works)  # for all its forms
    return FILES[page.form](works).encode("utf-8", "replace")


FILES: Mapping[str, Callable[[Iterable[Work]], str]] = {
    "bib": lambda works: "\n".join(map(write_bibtex, works)),
    "ris": lambda works: "\r\n".join(map(write_ris, works)),
    "json": write_csl_list,
}
"""Ending of a file with the citations of many articles to what writes it."""
