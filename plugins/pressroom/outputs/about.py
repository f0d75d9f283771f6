"""ABOUT.txt: what the site is and how it is laid out, for who finds its files one day without a program. Pure."""

from __future__ import annotations

import sqlite3
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed

PATH = "ABOUT.txt"
VERSION = "0.1.0"
"""Of this program, as in pyproject.toml."""
WIDTH = 80
OTHERS = (
    "The articles are the work of their authors and publications, which each page names. They are kept here for reading and "
    "research."
)
"""What is said of rights where `PRESSROOM_RIGHTS` is empty."""


class AboutFile(NamedTuple):
    """The file."""

    path: str


PAGES = (AboutFile,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the file's path."""
    return [r"about\.txt"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the file."""
    if changed.key == SITE and site.about:
        yield Planned(AboutFile(PATH))


def render(page: AboutFile, archive: Archive, site: SiteSettings) -> bytes:
    """Return the file."""
    return write_about(site).encode("utf-8", "replace")


def write_about(settings: SiteSettings) -> str:
    """Return the file by the site's settings."""
    return "\n\n".join(_fill_section(*section) for section in list_sections(settings)) + "\n"


def list_sections(settings: SiteSettings) -> list[tuple[str, list[str]]]:
    """Return headings and paragraphs; a paragraph that begins with two spaces keeps its form."""
    name, address = _join_lines(settings.sitename), str(settings.siteurl)
    what = [f"{name} is an archive of news stories. Each stands on a page of its own with where it comes from."]
    if subtitle := _join_lines(settings.sitesubtitle):
        what.append(subtitle)
    what += [f"Its address: {address}/"] * bool(address)
    reading = [
        "The site is files and nothing else: copy the folder anywhere, open index.html in a browser, and read. Every link "
        "between pages works without a server and without a network.",
        "The pages are HTML in UTF-8. Without a browser, any editor shows the text of a story between <article> and "
        "</article>.",
    ]
    found = [(name, what), ("How it is laid out", [_describe_layout(settings)]), ("How to read it", reading)]
    if settings.checksums:
        found.append(("How to check it", _describe_checks()))
    if data := _describe_data(settings):
        found.append(("Data", data))
    found.append(("Rights", [_join_lines(settings.rights) or OTHERS]))
    return [*found, ("What made it", [f"newsarchive {VERSION}, with Pelican."])]


def _describe_layout(settings: SiteSettings) -> str:
    rows = [("index.html", "the front page")]
    if settings.place("ARTICLE").save_as.startswith("{date:%Y}/{date:%m}/{date:%d}/"):
        rows.append(("2024/06/20/", "the stories of a day, each in a folder of its name"))
        rows.append(("2024/06/  2024/", "those of a month, of a year; stories of which no more is known stand there"))
    else:
        rows.append((settings.place("ARTICLE").save_as, "a story"))
    terms = (("SOURCE", "publications"), ("CATEGORY", "sections"), ("TAG", "topics"), ("AUTHOR", "authors"))
    places = ((settings.place(kind).save_as.partition("{")[0], meaning) for kind, meaning in terms)
    rows += [(place, meaning) for place, meaning in places if place]
    named = [("undated/", settings.place("UNDATED").save_as, "stories whose date is not known"), ("on/", settings.place("ON").save_as, "the stories of a day of the year, of all years"),
             ("search/", settings.search, "the search page and its index"), ("statistics/", settings.place("STATISTICS").save_as, "the archive in numbers"), ("feeds/", settings.feeds, "feeds"),
             ("removed/", settings.removed, "what was taken out of the captured pages, by month"),
             ("downloads/", settings.downloads, "the archive as tables and lines of JSON, by month"),
             ("cite/", settings.citations, "citations of every story, by month"),
             ("checksums/", settings.checksums, "SHA-256 of the files, by month"),
             ("sitemap.xml", settings.sitemap, "every address")]  # fmt: skip
    rows += [(place, meaning) for place, is_made, meaning in named if is_made]
    rows += [("images/", "pictures"), ("theme/", "how the pages look")]
    return "\n".join(f"  {place:<17} {meaning}" for place, meaning in rows)


def _describe_checks() -> list[str]:
    return [
        "In this folder, with the sha256sum of any Unix (on a Mac: shasum -a 256 -c):",
        "  sha256sum -c checksums/2024-06.txt",
        "or all of it: cat checksums/*.txt | sha256sum -c --quiet. Files that are named but missing or changed are shown.",
    ]


def _describe_data(settings: SiteSettings) -> list[str]:
    found = []
    if settings.downloads:
        texts = " with the texts" if settings.downloads == "text" else ""
        found.append(
            f"downloads/index.json names every file, says what the columns mean and has a checksum for each: "
            f"downloads/2024-06.csv is a table (RFC 4180, UTF-8) of a month's stories, downloads/2024-06.jsonl the same{texts}, "
            "one JSON object a line."
        )
    if settings.citations:
        found.append(
            "cite/2024-06.bib (BibTeX), .ris (RIS) and .json (CSL-JSON) have the citations of a month's stories."
        )
    return found


def _fill_section(heading: str, paragraphs: list[str]) -> str:
    filled = [
        part if part.startswith("  ") else textwrap.fill(part, WIDTH, break_long_words=False) for part in paragraphs
    ]
    return "\n\n".join([f"{heading}\n{'=' * min(WIDTH, len(heading))}", *filled])


def _join_lines(value: Any) -> str:
    return " ".join(str(value).split())
