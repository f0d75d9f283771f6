"""The archive as data: a table and lines of JSON for each month, and what says which files there are. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from itertools import repeat
from typing import Any, NamedTuple

from pressroom.content import plain_text, wordcount
from pressroom.core.keys import SITE
from pressroom.core.page import Planned, load
from pressroom.core.settings import SiteSettings
from pressroom.outputs import citations
from pressroom.outputs.archive import Archive, Changed, join_hashes

FOLDER = "downloads"
INDEX = f"{FOLDER}/index.json"
TEXT = "text"
"""What `PRESSROOM_DOWNLOADS` may be."""
FORMATS = ("csv", "jsonl")
COLUMNS: Mapping[str, str] = {
    "address": "where the article stands in this archive; below the site's root where its own address is not known",
    "title": "headline",
    "date": "day, month or year of publication, as far as it is known; empty where it is not",
    "date_precision": "day, month, year or none",
    "date_from": "where the date was found; captured: only the day of the capture is known",
    "modified": "when the publication changed the article",
    "source": "publication",
    "source_from": "credit: the publication is only whom the text names",
    "source_url": "address of the original",
    "credit": "whom the text names as its source",
    "authors": "authors",
    "category": "section in this archive",
    "section": "section in the publication",
    "tags": "topics",
    "lang": "language",
    "summary": "the publication's own summary",
    "dateline": "place that the text begins with",
    "license": "licence that the page states",
    "captured": "when the page was saved",
    "raw": "file of the capture",
    "raw_sha256": "SHA-256 of the capture",
    "cleaner": "version of the program that took the text out of the page",
    "removed": "blocks that it removed",
    "repaired": "places that it mended",
}
"""Columns of the table in order, and what they mean."""
LISTS = ("authors", "tags")
"""Columns of several values: parted by `; ` in the table, lists in JSON."""
_FORMULA = re.compile("[\\s\x00-\x1f]*[=+\\-@＝＋－＠]")
_END = re.compile(r"</(?:p|h[1-6]|li|blockquote|tr|pre|figcaption|dt|dd|div|figure|table)>|<[bh]r ?/?>")
_TAG = re.compile("<[^>]*>")
_UNSPACED = bytes(byte for byte in range(256) if byte not in b"\t\r\x0b\x0c\x1c\x1d\x1e\x1f")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class DataFile(NamedTuple):
    """A file about the articles of a part of the archive."""

    path: str
    form: str
    """One of FORMATS."""
    key: str
    """The part's list."""
    articles: int
    """How many articles the part has."""


class DataIndex(NamedTuple):
    """What a program reads first."""

    path: str


class DataEntry(NamedTuple):
    """A file of data, as the index names it."""

    path: str
    articles: int
    hash: bytes


PAGES = (DataFile, DataIndex)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of data."""
    return [rf"{FOLDER}/.*"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the files of a part, or the index."""
    name, members = changed.part
    if site.downloads and name:
        shown = join_hashes(members)
        for form in FORMATS:
            yield Planned(DataFile(f"{FOLDER}/{name}.{form}", form, changed.key, len(members)), shown)
    if site.downloads and changed.key == SITE:
        yield Planned(DataIndex(INDEX))


def render(page: DataFile | DataIndex, archive: Archive, site: SiteSettings) -> bytes:
    """Return a file of data, or the index of them."""
    with_text = site.downloads == TEXT
    if isinstance(page, DataIndex):
        entries = archive.list_data_files()
        files = [{"path": entry.path, "articles": entry.articles, "sha256": entry.hash.hex()} for entry in entries]
        return write_index(files, site=site.own_address, with_text=with_text).encode("utf-8", "replace")
    articles = archive.read_part(page.key)
    if page.form == "csv":
        return write_table(articles, site.own_address).encode("utf-8", "replace")
    texts = archive.read_texts(page.key) if with_text else repeat("")
    pairs = zip(articles, texts, strict=with_text)
    return write_lines(pairs, site.own_address, with_text=with_text).encode("utf-8", "replace")


def list_files(db: sqlite3.Connection) -> list[DataEntry]:
    """Return the files of data by path, those of citations first."""
    query = "SELECT path, spec, out FROM page WHERE path > ? AND path < ? ORDER BY path"
    kinds = {kind.__name__: kind for kind in (citations.CitationsFile, DataFile)}
    entries = []
    for folder in (citations.FOLDER, FOLDER):
        for path, spec, hashed in db.execute(query, (f"{folder}/", f"{folder}0")):
            page = load(path, spec, kinds) if spec.startswith(tuple(f'["{name}"' for name in kinds)) else None
            if isinstance(page, citations.CitationsFile | DataFile):
                entries.append(DataEntry(path, page.articles, hashed))
    return entries


def _make_row(fields: Mapping[str, Any], site: str) -> dict[str, Any]:
    """Return an article's values by column; `site` is the site's address, "" where it is not known."""
    values: dict[str, Any] = {name: fields.get(name) or "" for name in COLUMNS}
    terms = {name: [term for term, _ in fields[name]] for name in LISTS}
    return values | terms | {
        "address": f"{site}/{fields['url']}" if site else fields["url"], "summary": fields["dek"],
        "date": "" if fields["date_from"] == "captured" else fields["machine_date"],
        "source": fields["source"][0] if fields["source"] else "", "category": fields["category"][0],
    }  # fmt: skip


def write_table(articles: Iterable[Mapping[str, Any]], site: str) -> str:
    """Return CSV (RFC 4180). Where a program of tables would take a text for a formula an apostrophe stands before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for fields in articles:
        values = _make_row(fields, site)
        joined = values | {name: "; ".join(values[name]) for name in LISTS}
        writer.writerow([guard_cell(str(joined[name])) for name in COLUMNS])
    return text.getvalue()


def guard_cell(text: str) -> str:
    """Return a cell that no program of tables runs.

    >>> guard_cell("=HYPERLINK(1)"), guard_cell(" -5 degrees"), guard_cell("a-b")
    ("'=HYPERLINK(1)", "' -5 degrees", 'a-b')
    """
    if not text or text[0].isalnum():
        return text
    return f"'{text}" if _FORMULA.match(text) or text[0] in "\t\r\n" else text


def write_lines(articles: Iterable[tuple[Mapping[str, Any], str]], site: str, *, with_text: bool) -> str:
    """Return one JSON object a line for each article and its HTML; `text` is last."""
    return "".join(
        _ENCODE({**_make_row(fields, site), "text": find_text(html)} if with_text else _make_row(fields, site)) + "\n"
        for fields, html in articles
    )


def find_text(html: str) -> str:
    r"""Return the text of HTML, a line for each block.

    >>> find_text("<h2>A &amp; b</h2>\n<p>one\ntwo<br />three</p>\n<ul>\n<li>x</li>\n</ul>")
    'A & b\none two\nthree\nx'
    """
    parts = _END.sub("\v", html.replace("\n", " "))
    shown = unescape(_TAG.sub("", parts.replace("\v", "\n")))
    fold = str.strip if _is_folded(shown) else plain_text.fold_space
    return "\n".join(filter(None, map(fold, shown.split("\n"))))


def _is_folded(text: str) -> bool:
    """Tell that no white space but single spaces and ends of lines is in a text; most have none, and it is told soon."""
    raw = text.encode("utf-8", "surrogatepass")
    return b"  " not in raw and not raw.translate(None, _UNSPACED) and (text.isascii() or wordcount.is_latin(raw))


def write_index(files: Iterable[Mapping[str, Any]], *, site: str, with_text: bool) -> str:
    """Return what a program reads first: the files with their articles, bytes and SHA-256, and what the columns mean."""
    entries = list(files)
    articles = sum(file["articles"] for file in entries if file["path"].endswith(".csv"))
    text = {"text": "the article's text, a line for each block; in the lines of JSON only"} if with_text else {}
    about = {"site": site, "articles": articles, "columns": {**COLUMNS, **text}, "files": entries}
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"
