"""Pelican's own path, for builds that the engine does not take: articles and pages by Pelican's generators, with safe
bodies and with what templates read of ours. What else the engine makes is left out: see `defaults.turn_off_engine_pages`.
"""

from __future__ import annotations

import logging
import sqlite3
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import signals
from pelican.contents import Author, Category, Tag
from pelican.readers import BaseReader, MarkdownReader
from pelican.settings import DEFAULT_CONFIG
from pelican.utils import SafeDatetime

from pressroom.build.scanning import make_kinds
from pressroom.content import article, validate
from pressroom.core import codec
from pressroom.core import settings as defaults
from pressroom.outputs import citations
from pressroom.pelican_adapter import foreign_files
from pressroom.state import changes, database, rows
from pressroom.templates import variables
from pressroom.templates.models import Term
from pressroom.templates.site_context import Site

log = logging.getLogger(__name__)
ARTICLES = ("articles", "drafts", "hidden_articles", "translations", "drafts_translations", "hidden_translations")
"""Lists of the generator of articles."""
PAGES = ("pages", "draft_pages", "hidden_pages", "translations", "draft_translations", "hidden_translations")
PERIODS = {"year": ("day", "month", "year"), "month": ("day", "month"), "day": ("day",)}
"""How well a date must be known for an article to belong to a period."""


def connect() -> None:
    """Connect every hook."""
    for signal, hook in _list_hooks():
        signal.connect(hook)


def disconnect() -> None:
    """Disconnect every hook: the next build of this process is the engine's."""
    for signal, hook in _list_hooks():
        signal.disconnect(hook)


def _list_hooks() -> list[tuple[Any, Any]]:
    return [
        (signals.readers_init, _set_readers), (signals.article_generator_init, _read_files),
        *((signal, _silence_markdown) for signal in (signals.page_generator_init, signals.static_generator_init)),
        (signals.article_generator_pretaxonomy, _complete_articles), (signals.article_generator_finalized, _fill_context),
        (signals.page_generator_finalized, _complete_pages),
    ]  # fmt: skip


def _set_readers(readers: Any) -> None:
    """Let our reader read Markdown, unless another is asked for, and sanitise what Pelican's readers give."""
    own = not foreign_files.is_markdown_configured(readers.settings)
    for extension in {*readers.reader_classes, *(suffix[1:] for suffix in validate.SUFFIXES)} - {"static"}:
        reader = readers.reader_classes.get(extension)
        if own and f".{extension}" in validate.SUFFIXES and reader in (None, MarkdownReader):
            readers.reader_classes[extension] = ContentReader
        elif reader:
            readers.reader_classes[extension] = type("Safe", (foreign_files.Sanitised, reader), {})


def _silence_markdown(generator: Any) -> None:
    """Take away Pelican's reader of Markdown, which complains of each file where Python-Markdown is not installed."""
    for extension, reader in generator.readers.readers.items():
        if isinstance(reader, ContentReader):
            generator.readers.disabled_readers.pop(extension, None)


def _read_files(generator: Any) -> None:
    """Read the files that are our reader's, as the engine does, and keep those that count."""
    _silence_markdown(generator)
    settings, readers, db = generator.settings, generator.readers.readers, _open_memory()
    site = defaults.make_settings(settings)
    content, kind = Path(site.content), make_kinds(site, ())
    reader = rows.RowReader(site, site.address)
    ours = (
        name for name in validate.list_files(content) if isinstance(readers.get(name.rpartition(".")[2]), ContentReader)
    )
    changes.fill_state(db, (reader.read_row(name, kind(name))[1] for name in ours if kind(name) in ("article", "page")))
    live = db.execute("SELECT r.path, b.html, b.meta FROM record r JOIN body b USING (id) WHERE r.live = 1")
    settings["PRESSROOM_READ"] = {path: (html, meta) for path, html, meta in live}
    settings["PRESSROOM_FINDINGS"] = changes.list_findings(db, content.name)
    if not settings.get("PRESSROOM_CALLER"):
        log_findings(settings["PRESSROOM_FINDINGS"])


def log_findings(findings: list[list[str]]) -> None:
    """Say what is wrong, where Pelican's own command builds."""
    for level, where, what, todo in findings:
        log.log(logging.WARNING if level == "error" else logging.INFO, "%s: %s. %s", where, what, todo)


class ContentReader(BaseReader):  # type: ignore[misc]
    """Gives Pelican what `rows` made of a file: rendered with comrak, and sanitised last."""

    enabled = True
    file_extensions = ()
    """None: Pelican takes every reader that it finds, for all these."""

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return safe HTML and the metadata, as Pelican's readers do; a file that does not count is skipped."""
        name = foreign_files.name_file(source_path, self.settings)
        html, meta = self.settings["PRESSROOM_READ"].get(name, ("", b""))
        return html, _make_metadata(codec.unpack(meta), self.settings) if meta else {"title": name, "status": "skip"}


def _make_metadata(fields: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return fields as Pelican's readers give them: dates and terms as objects."""
    metadata = {key: value for key, value in fields.items() if key not in ("kind", "path", "author", "modified")}
    metadata |= {"fields": fields, "summary": Markup(article.make_summary(fields["dek"], fields["excerpt"]))}
    metadata |= {key: _make_date(fields[key]) for key in ("date", "modified") if fields[key]}
    metadata["status"] = "hidden" if fields["status"] == "withdrawn" else fields["status"]
    for kind, key in ((Tag, "tags"), (Author, "authors")):
        metadata[key] = [_make_term(kind, pair, settings) for pair in fields[key]]
    metadata["category"] = _make_term(Category, fields["category"], settings)
    source = fields["source"]
    metadata["source"] = Term("source", source[0], source[1], defaults.make_settings(settings)) if source else None
    return {
        key: value for key, value in metadata.items() if value or key not in ("tags", "authors")
    }  # Pelican reads the first


def _make_date(text: str) -> SafeDatetime:
    moment = datetime.fromisoformat(text)
    return SafeDatetime.combine(moment.date(), moment.timetz())


def _make_term(kind: type[Any], pair: list[str], settings: dict[str, Any]) -> Any:
    term = kind(pair[0], settings)
    term.slug = pair[1]
    return term


def _complete_contents(generator: Any, lists: tuple[str, ...], kind: str) -> None:
    """Give articles or pages what templates read of ours, those of other readers too."""
    settings = defaults.make_settings(generator.settings)
    for content in (content for name in lists for content in getattr(generator, name)):
        if not hasattr(content, "fields"):
            fields = foreign_files.make_fields(content, content._content, content.relative_source_path, kind, settings)
            content.fields = {**fields, "url": content.url, "save_as": content.save_as}
            for key, value in fields.items():
                if key not in ("date", "modified") and not hasattr(content, key):
                    setattr(content, key, value)
        if content.fields["status"] == "withdrawn":
            content.status = "withdrawn"  # Pelican, which takes no such word, has read it by now
        content.tags, content.authors = getattr(content, "tags", []), getattr(content, "authors", [])
        content.citations = citations.make_citations(content.fields, settings.sitename, settings.own_address)


def _complete_pages(generator: Any) -> None:
    _complete_contents(generator, PAGES, "page")


def _complete_articles(generator: Any) -> None:
    """Sort newest first, ties by slug, undated last: Pelican's own order of ties follows the hash seed."""
    _complete_contents(generator, ARTICLES, "article")
    if generator.settings["ARTICLE_ORDER_BY"] == DEFAULT_CONFIG["ARTICLE_ORDER_BY"]:
        for name in ARTICLES:
            getattr(generator, name).sort(key=lambda content: content.slug)
            getattr(generator, name).sort(
                key=lambda content: (content.date_precision != "none", content.date), reverse=True
            )


def _fill_context(generator: Any) -> None:
    """Keep articles out of periods that they are not known to belong to; give templates what they ask of the archive."""
    for granularity, periods in generator.period_archives.items():
        for period in periods:
            for key in ("dates", "articles"):
                period[key] = [content for content in period[key] if content.date_precision in PERIODS[granularity]]
        periods[:] = [period for period in periods if period["dates"]]
    site = defaults.make_settings(generator.settings)
    db, counts, names = _open_memory(), Counter[str](), dict[str, str]()
    for fields in (content.fields for content in reversed(generator.articles)):
        counts.update(article.list_keys(fields))
        pairs = {"tag": fields["tags"], "author": fields["authors"], "category": [fields["category"]]}
        pairs["source"] = [fields["source"]] if fields["source"] else []
        names |= {f"{kind}:{slug}": name for kind, named in pairs.items() for name, slug in named}
    terms = ((key, *key.partition(":")[::2], names.get(key, key.partition(":")[2]), counts[key]) for key in counts)
    db.executemany("INSERT INTO term VALUES (?, ?, ?, ?, ?, '')", terms)
    wide = variables.make_variables(Site(db, site))
    made = {
        name: value.make() if isinstance(value := wide[name], variables.Deferred) else value
        for name in variables.COUNTED
    }
    samples = any(article.fields["is_sample"] for article in generator.articles)
    generator.context.update(made, SITE_ADDRESS=site.address, HAS_SAMPLES=samples, HAS_FEED=False)


def _open_memory() -> sqlite3.Connection:
    """Return an empty state in memory."""
    db = sqlite3.connect(":memory:")
    db.executescript(database.SCHEMA)
    return db
