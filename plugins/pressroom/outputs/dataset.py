"""The archive as data: a table and lines of JSON for each month, and what says which files there are. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

from pressroom.content import plain_text, wordcount

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


def row(fields: Mapping[str, Any], site: str) -> dict[str, Any]:
    """Return an article's values by column; `site` is the site's address, "" where it is not known."""
    found: dict[str, Any] = {name: fields.get(name) or "" for name in COLUMNS}
    terms = {name: [term for term, _ in fields[name]] for name in LISTS}
    return found | terms | {
        "address": f"{site}/{fields['url']}" if site else fields["url"], "summary": fields["dek"],
        "date": "" if fields["date_from"] == "captured" else fields["machine_date"],
        "source": fields["source"][0] if fields["source"] else "", "category": fields["category"][0],
    }  # fmt: skip


def table(articles: Iterable[Mapping[str, Any]], site: str) -> str:
    """Return CSV (RFC 4180). Where a program of tables would take a text for a formula an apostrophe stands before it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for fields in articles:
        values = row(fields, site)
        joined = values | {name: "; ".join(values[name]) for name in LISTS}
        writer.writerow([guarded(str(joined[name])) for name in COLUMNS])
    return text.getvalue()


def guarded(text: str) -> str:
    """Return a cell that no program of tables runs.

    >>> guarded("=HYPERLINK(1)"), guarded(" -5 degrees"), guarded("a-b")
    ("'=HYPERLINK(1)", "' -5 degrees", 'a-b')
    """
    if not text or text[0].isalnum():
        return text
    return f"'{text}" if _FORMULA.match(text) or text[0] in "\t\r\n" else text


def lines(articles: Iterable[tuple[Mapping[str, Any], str]], site: str, *, with_text: bool) -> str:
    """Return one JSON object a line for each article and its HTML; `text` is last."""
    return "".join(
        _ENCODE({**row(fields, site), "text": plain(html)} if with_text else row(fields, site)) + "\n"
        for fields, html in articles
    )


def plain(html: str) -> str:
    r"""Return the text of HTML, a line for each block.

    >>> plain("<h2>A &amp; b</h2>\n<p>one\ntwo<br />three</p>\n<ul>\n<li>x</li>\n</ul>")
    'A & b\none two\nthree\nx'
    """
    parts = _END.sub("\v", html.replace("\n", " "))
    shown = unescape(_TAG.sub("", parts.replace("\v", "\n")))
    one = str.strip if _is_folded(shown) else plain_text.fold_space
    return "\n".join(filter(None, map(one, shown.split("\n"))))


def _is_folded(text: str) -> bool:
    """Tell that no white space but single spaces and ends of lines is in a text; most have none, and it is told soon."""
    raw = text.encode("utf-8", "surrogatepass")
    return b"  " not in raw and not raw.translate(None, _UNSPACED) and (text.isascii() or wordcount.is_latin(raw))


def index(files: Iterable[Mapping[str, Any]], *, site: str, with_text: bool) -> str:
    """Return what a program reads first: the files with their articles, bytes and SHA-256, and what the columns mean."""
    found = list(files)
    articles = sum(file["articles"] for file in found if file["path"].endswith(".csv"))
    text = {"text": "the article's text, a line for each block; in the lines of JSON only"} if with_text else {}
    about = {"site": site, "articles": articles, "columns": {**COLUMNS, **text}, "files": found}
    return json.dumps(about, ensure_ascii=False, indent=1) + "\n"


def order(paths: Iterable[str]) -> Iterator[str]:
    """Yield paths newest part first, what is undated last."""
    found = sorted(paths)
    yield from (path for path in reversed(found) if "undated" not in path)
    yield from (path for path in found if "undated" in path)
