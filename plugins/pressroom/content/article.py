"""`make_fields` gives what templates read of an article or page, from its file and the settings, as plain values. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from html import escape
from pathlib import PurePosixPath
from typing import TypedDict, cast

from pressroom.content import dates, frontmatter, machine_translation, plain_text, wordcount
from pressroom.contract import NO_DATE, make_slug, split_list
from pressroom.core import permalinks
from pressroom.core.i18n import Words
from pressroom.core.keys import ALL, make_key
from pressroom.core.parts import UNDATED, name_part
from pressroom.core.settings import SiteSettings

RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ku-arab", "pa-arab", "ps", "sd", "ug", "ur", "yi"])
SAMPLES = "samples/"


class PlainFields(TypedDict):
    """Templates read these of a header as they stand there; each is "" where a file has none."""

    aliases: str
    withdrawn: str
    source_from: str
    source_url: str
    credit: str
    captured: str
    date_from: str
    section: str
    dateline: str
    image: str
    image_caption: str
    license: str
    raw: str
    raw_also: str
    raw_sha256: str
    cleaner: str
    removed: str
    repaired: str


class HeaderFields(PlainFields, total=False):
    """A header says these and more: its other keys stand beside these, in lower case, and are texts too."""

    summary: str
    author: str
    keywords: str


class DateFields(TypedDict):
    """An article has its dates as a machine reads them and as the interface writes them."""

    machine_date: str
    """It is no finer than the date is known: `2024-06-20`, `2024-06`, `2024` or ""."""
    shown_date: str
    told_date: str
    """It also says that the date is that of a capture."""
    shown_modified: str


class TermFields(TypedDict):
    """An article has terms, each `[name, slug]`."""

    source: list[str] | None
    tags: list[list[str]]
    authors: list[list[str]]
    category: list[str]


class ArticleFields(HeaderFields, DateFields, TermFields):
    """Templates, rows and outputs read these of an article or page: values that MessagePack and JSON take."""

    title: str
    kind: str
    """It is `article` or `page`."""
    path: str
    """It is that of the file, under the content folder."""
    template: str
    status: str
    slug: str
    url: str
    save_as: str
    """Its page stands there; no slash begins it."""
    date: str
    """It is ISO 8601 with offset; NO_DATE where none is known."""
    date_precision: str
    """It is `day`, `month`, `year` or `none`."""
    modified: str
    """It is ISO 8601 with offset, or ""."""
    lang: str
    dir: str
    dek: str
    """It is the header's summary."""
    excerpt: str
    words: int
    is_sample: bool
    machine_translated: bool
    repairs: list[dict[str, str]]
    """They are the words that the cleaner mended, each with `rule`, `before` and `after`."""
    removed_hash: str
    """It is that of the blocks that the cleaner removed, "" where it removed none."""
    removed_url: str
    """The removed blocks stand there on the site; it is "" where nobody may see them."""


PLAIN = tuple(PlainFields.__annotations__)
"""Every article has fields of these header keys."""


def make_fields(
    record: frontmatter.ContentFile, rendered: str, name: str, settings: SiteSettings, kind: str = "article"
) -> ArticleFields:
    """Return what templates read. Dates are ISO 8601 with offset, a term is `[name, slug]`.

    Raises ValueError for a date that is none.
    """
    header = {**read_path_metadata(name, settings), **record.header}
    level = dates.find_precision(header) if kind == "article" or header.get("date") else "none"
    date = dates.parse_date(NO_DATE if level == "none" else header["date"], settings)
    changed = dates.parse_date(header["modified"], settings) if header.get("modified") else None
    lang = header.get("lang", settings.default_lang).lower()
    made: ArticleFields = {
        **fill_header(header), **format_dates(date, changed, level, header.get("date_from", ""), settings),
        **make_terms(header, settings),
        "captured": dates.parse_timestamp(header.get("captured", "")),
        "title": header["title"], "date_precision": level, "date": date.isoformat(),
        "modified": changed.isoformat() if changed else "",
        "slug": header.get("slug") or make_slug(header["title"], "untitled"), "status": _find_status(header),
        "lang": lang, "dir": "rtl" if lang.partition("-")[0] in RIGHT_TO_LEFT else "ltr",
        "dek": header.get("summary", ""), "excerpt": plain_text.make_excerpt(rendered), "words": wordcount.count_words(rendered), "is_sample": name.startswith(SAMPLES),
        "machine_translated": machine_translation.is_machine_translated(rendered, header.get("source_url", "")),
        "kind": kind, "path": name, "template": header.get("template") or kind,
        "repairs": [], "removed_hash": "", "removed_url": "",
        "url": header.get("url", ""), "save_as": header.get("save_as", ""),
    }  # fmt: skip
    made["url"], made["save_as"] = place_article(made, date, settings)
    return made


def fill_header(header: Mapping[str, str]) -> HeaderFields:
    """Return what a header says, with "" for the keys of `PlainFields` that it lacks.

    >>> fill_header({"credit": "Kim Ito", "colour": "red"})["colour"], fill_header({})["credit"]
    ('red', '')
    """
    return cast(HeaderFields, {**dict.fromkeys(PLAIN, ""), **header})


def _find_status(header: Mapping[str, str]) -> str:
    status = header.get("status", "published").lower()
    return "withdrawn" if header.get("withdrawn") and status in ("published", "hidden") else status


def format_dates(
    date: datetime, changed: datetime | None, level: str, date_from: str, settings: SiteSettings
) -> DateFields:
    """Return an article's dates as a machine reads them and as the interface writes them: `told_date` says what is known."""
    words, machine = settings.words, permalinks.make_machine_date(date, level)
    shown = words.date(machine) if machine else words.text("undated")
    return {
        "machine_date": machine, "shown_date": shown,
        "told_date": words.text("captured_on", date=shown) if machine and date_from == "captured" else shown,
        "shown_modified": words.date(permalinks.make_machine_date(changed, "day")) if changed else "",
    }  # fmt: skip


def withdraw_text(fields: ArticleFields, html: str, words: Words) -> str:
    """Return the body of an article; of one that was withdrawn only that it was, and nothing else of it stays in `fields`.

    >>> fields = {"status": "withdrawn", "withdrawn": "At the author's request.", "tags": [["a", "a"]], "dek": "x"}
    >>> words = Words({"withdrawn": "This article was withdrawn. {reason}"}, "en")
    >>> withdraw_text(fields, "<p>secret</p>", words), fields["tags"], fields["dek"]
    ('<p>This article was withdrawn. At the author&#39;s request.</p>\\n', [], '')
    """
    if fields["status"] != "withdrawn":
        return html
    fields |= {
        "dek": "", "summary": "", "excerpt": "", "dateline": "", "image": "", "image_caption": "", "credit": "",
        "keywords": "", "author": "", "raw": "", "raw_also": "", "raw_sha256": "", "cleaner": "", "removed": "",
        "removed_hash": "", "repaired": "", "repairs": [], "tags": [], "authors": [], "words": 0,
    }  # fmt: skip
    return f"<p>{words('withdrawn', reason=fields['withdrawn'])}</p>\n"


def read_path_metadata(name: str, settings: SiteSettings) -> dict[str, str]:
    """Return what the path of a file says by the site's settings; a folder of digits is never a category.

    >>> read_path_metadata("sport/a.md", SiteSettings(use_folder_as_category=True))
    {'category': 'sport'}
    >>> read_path_metadata("extra/robots.txt", SiteSettings(extra_path_metadata={"extra/robots.txt": {"path": "robots.txt"}}))
    {'path': 'robots.txt'}
    """
    metadata = {str(key).lower(): str(value) for key, value in settings.default_metadata.items()}
    for path, values in sorted(settings.extra_path_metadata.items()):
        if name == path or name.startswith(f"{path.rstrip('/')}/"):
            metadata |= {str(key).lower(): str(value) for key, value in values.items()}
    folder = name.rpartition("/")[0].rpartition("/")[2]
    if settings.use_folder_as_category and folder and not folder.isdigit():
        metadata["category"] = folder
    for pattern, subject in ((settings.path_metadata, name), (settings.filename_metadata, PurePosixPath(name).stem)):
        if pattern and (match := re.match(pattern, subject)):
            metadata |= {group.lower(): value for group, value in match.groupdict().items() if value is not None}
    return metadata


def make_terms(header: Mapping[str, str], settings: SiteSettings) -> TermFields:
    """Return tags, authors, category and source, each as `[name, slug]`, the first spelling of a slug only."""

    def term(kind: str, name: str) -> list[str]:
        return [name, make_term_slug(name, kind)]

    def several(kind: str, value: str) -> list[list[str]]:
        first: dict[str, list[str]] = {}
        for name in split_list(value):
            first.setdefault((pair := term(kind, name))[1], pair)
        return list(first.values())

    authors = header.get("authors") or header.get("author") or settings.author
    return {
        "source": term("source", header["source"]) if header.get("source") else None,
        "tags": several("tag", header.get("tags", "")),
        "authors": several("author", authors),
        "category": term("category", header.get("category") or settings.default_category),
    }


def place_article(fields: ArticleFields, date: datetime, settings: SiteSettings) -> tuple[str, str]:
    """Return address and file of an article or page, without a leading slash."""
    prefix = "DRAFT_" if fields["status"] == "draft" else ""
    kind = "PAGE_" if fields["kind"] == "page" else "" if prefix else "ARTICLE_"
    lang = "" if fields["lang"] == settings.default_lang.lower() else "LANG_"
    values = {
        **fields, "date": date, "path": fields["path"], "category": fields["category"][1],
        "author": fields["authors"][0][1] if fields["authors"] else "",
        "source": fields["source"][1] if fields["source"] else "",
    }  # fmt: skip
    url, save_as = _read_own_place(fields)
    patterns = [*settings.place(f"{prefix}{kind}{lang}".rstrip("_"))]
    if fields["kind"] == "article":
        patterns = [permalinks.lower_precision(pattern, fields["date_precision"]) for pattern in patterns]
    made = patterns[0].format_map(values) if not (url and save_as) else ""
    end = patterns[1].removeprefix(patterns[0])
    follows = end != patterns[1] and "{" not in end and "}" not in end
    save_as = save_as or (made + end if follows else patterns[1].format_map(values))
    return (url or made).lstrip("/"), save_as.lstrip("/")


def _read_own_place(fields: ArticleFields) -> tuple[str, str]:
    """Return address and file that the header gives; one follows from the other, so that links lead there."""
    save_as = fields["save_as"]
    url = fields["url"] or re.sub(r"(^|/)index\.html$", r"\1", save_as)
    return url, save_as or (f"{url}index.html" if url.endswith("/") else url)


def list_keys(fields: ArticleFields) -> list[str]:
    """Return the keys of the lists that a published article stands in, `all` first.

    >>> list_keys({"date_precision": "month", "machine_date": "2024-06", "category": ["News", "news"], "tags": [],
    ...     "authors": [], "source": None, "removed_url": ""})
    ['all', 'year:2024', 'month:2024-06', 'category:news']
    """
    date = fields["machine_date"]
    periods = [("year", 4), ("month", 7), ("day", 10)]
    keys = [ALL, *(make_key(kind, date[:width]) for kind, width in periods if len(date) >= width)]
    if len(date) == 10 and fields["date_from"] != "captured":
        keys.append(make_key("on", date[5:]))  # the day of a capture is not one on which the story came out
    if fields["date_precision"] == "none":
        keys.append(UNDATED)
    keys.append(make_key("category", fields["category"][1]))
    keys += [make_key("tag", slug_) for _, slug_ in fields["tags"]]
    keys += [make_key("author", slug_) for _, slug_ in fields["authors"]]
    if fields["source"]:
        keys.append(make_key("source", fields["source"][1]))
    if fields["removed_url"]:
        keys.append(make_key("removed", name_part(fields)))
    return keys


def make_summary(dek: str, excerpt: str) -> str:
    """Return the dek or the first words, as HTML."""
    return escape(dek or excerpt)


@lru_cache(maxsize=16_384)
def make_term_slug(name: str, kind: str) -> str:
    """Return the slug of a tag, category, author or source; of another script's name through its Latin form.

    >>> make_term_slug("¿?", "tag")
    'tag-049e'
    """
    return make_slug(name, f"{kind}-{hashlib.sha256(name.encode()).hexdigest()[:4]}")
