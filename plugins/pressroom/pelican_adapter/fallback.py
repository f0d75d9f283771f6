"""Pelican's own path, for builds that the engine does not take: our reader, the order of articles, and what Pelican does
not write itself. Everything is made again at every build.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican import signals
from pelican.contents import Author, Category, Tag
from pelican.generators import Generator, PelicanTemplateNotFound
from pelican.readers import BaseReader, MarkdownReader
from pelican.urlwrappers import URLWrapper
from pelican.utils import SafeDatetime

from pressroom.build import search_update
from pressroom.content import article as articles
from pressroom.content import markdown, removals, tally, validate
from pressroom.core import permalinks
from pressroom.core import settings as defaults
from pressroom.core.parts import name_part
from pressroom.outputs import (
    about,
    atom,
    citations,
    dataset,
    json_feed,
    opensearch,
    redirects,
    sitemap,
    statistics,
    webmanifest,
)
from pressroom.pelican_adapter import foreign_files
from pressroom.search import index
from pressroom.state import adjacency, aggregates, database, rows, scanner, similarity
from pressroom.templates import filters, site_context

EXTENSIONS = tuple(suffix[1:] for suffix in validate.SUFFIXES)


class Source(URLWrapper):  # type: ignore[misc]
    """A publication, as Pelican's Tag and Category are."""


def connect() -> None:
    """Connect every hook."""
    for signal, hook in _hooks():
        signal.connect(hook)


def disconnect() -> None:
    """Disconnect every hook: the next build of this process is the engine's."""
    for signal, hook in _hooks():
        signal.disconnect(hook)


def _hooks() -> list[tuple[Any, Any]]:
    started = (signals.article_generator_init, signals.page_generator_init, signals.static_generator_init)
    return [
        (signals.readers_init, _readers), (signals.article_generator_init, _leave_out),
        *((signal, _no_complaint) for signal in started),
        (signals.article_generator_pretaxonomy, _order), (signals.article_generator_finalized, _periods),
    ]  # fmt: skip


def _readers(readers: Any) -> None:
    if foreign_files.is_markdown_configured(readers.settings):
        return  # extensions that comrak does not have
    for extension in EXTENSIONS:
        if readers.reader_classes.get(extension) in (None, MarkdownReader):  # else another plugin's, or a setting's
            readers.reader_classes[extension] = ContentReader


def _no_complaint(generator: Any) -> None:
    """Take away Pelican's reader of Markdown, which complains of each file where Python-Markdown is not installed."""
    if foreign_files.is_markdown_configured(generator.settings):
        return  # it is missed
    for extension in EXTENSIONS:
        generator.readers.disabled_readers.pop(extension, None)


def _leave_out(generator: Any) -> None:
    """Leave out files with errors, and the samples as soon as there is an article besides them."""
    content = Path(generator.settings["PATH"])
    stable = generator.settings["PRESSROOM_LISTINGS"] == "stable"  # else addresses are not ours
    bad = validate.left_out(validate.check(content, twins=stable))
    names = set(validate.articles(content))
    stepped_aside = {name for name in validate.files(content) if not name.startswith(validate.PAGES)} - names
    generator.settings["PRESSROOM_LEFT_OUT"] = frozenset(bad | stepped_aside)


# --- reading --------------------------------------------------------------------------------------------------------


class ContentReader(BaseReader):  # type: ignore[misc]
    """Reads Markdown with any header that `records` knows, renders with comrak and sanitises last."""

    enabled = True
    file_extensions = ()
    """None: Pelican takes every reader that it finds, for all these."""

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return safe HTML and the metadata, as Pelican's readers do."""
        settings = self.settings
        name = Path(source_path).resolve().relative_to(Path(settings["PATH"]).resolve()).as_posix()
        if name in settings.get("PRESSROOM_LEFT_OUT", ()):
            return "", {"title": name, "status": "skip"}
        record = markdown.split(Path(source_path).read_text(encoding="utf-8"), name)
        rendered = markdown.html(record.body)
        kind = "page" if name.startswith(validate.PAGES) else "article"
        if settings["PRESSROOM_LISTINGS"] == "pelican":
            return rendered.rstrip("\n"), self._plain(record, rendered, name, kind)
        fields = articles.fields(record, rendered, name, settings, kind)
        found = removals.beside(Path(settings["PATH"]), name) if "cleaner" in record.header else removals.NOTHING
        fields |= {"repairs": [one._asdict() for one in found.repairs], "removed_hash": removals.digest(found)}
        rendered = articles.taken_back(fields, rendered, settings["JINJA_GLOBALS"]["t"])
        fields["removed_url"] = removals.address(fields) if settings["PRESSROOM_REMOVED"] else ""
        return rendered, _metadata(fields, settings)

    def _plain(self, record: markdown.Record, rendered: str, name: str, kind: str) -> dict[str, Any]:
        """Return the metadata that the header gives, and no more: a date or a summary is Pelican's to find."""
        fields = articles.fields(record, rendered, name, self.settings, kind)
        found = _metadata({**fields, "repairs": []}, self.settings)
        given = {"date", "modified", "summary", "category", "lang", "slug", "status", "url", "save_as"}
        header = {**articles.path_metadata(name, self.settings), **record.header}
        for key in given - set(header):
            found.pop(key, None)
        if "summary" in header:
            found["summary"] = markdown.html(header["summary"]).strip()
        if not {"author", "authors"} & set(header):
            found = {key: value for key, value in found.items() if key not in ("author", "authors")}
        return {**found, **{key: header[key] for key in ("url", "save_as", "template") if key in header}}


def _metadata(fields: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return fields as Pelican's readers give them: dates and terms as objects."""
    metadata = {
        key: value for key, value in fields.items() if key not in ("kind", "path", "template", "url", "save_as")
    }
    metadata["fields"], metadata["summary"] = fields, Markup(articles.summary(fields))
    metadata["date"] = _date(fields["date"])
    metadata.pop("modified")
    if fields["modified"]:
        metadata["modified"] = _date(fields["modified"])
    for kind, key in ((Tag, "tags"), (Author, "authors")):
        metadata[key] = [_term(kind, pair, settings) for pair in fields[key]]
        if not metadata[key]:
            del metadata[key]
    metadata.pop("author", None)
    if "authors" in metadata:
        metadata["author"] = metadata["authors"][0]
    if fields["status"] == "withdrawn":
        metadata["status"] = "hidden"
    metadata["category"] = _term(Category, fields["category"], settings)
    metadata["source"] = _term(Source, fields["source"], settings) if fields["source"] else None
    if fields["kind"] == "article":
        metadata["url"], metadata["save_as"] = fields["url"], fields["save_as"]
    return metadata


def _date(text: str) -> SafeDatetime:
    found = datetime.fromisoformat(text)
    return SafeDatetime(
        found.year, found.month, found.day, found.hour, found.minute, found.second, found.microsecond, found.tzinfo
    )


def _term(kind: type[URLWrapper], pair: list[str], settings: dict[str, Any]) -> URLWrapper:
    term = kind(pair[0], settings)
    term.slug = pair[1]
    return term


# --- order and periods ----------------------------------------------------------------------------------------------


def _key(article: Any) -> tuple[bool, Any, str]:
    return article.date_precision != "none", article.date, article.slug


def _order(generator: Any) -> None:
    """Sort newest first, ties by slug, undated last: Pelican's own order of ties follows the hash seed."""
    for group in (generator.articles, generator.drafts, generator.hidden_articles):
        for article in group:
            _complete(article, generator.settings)
        group.sort(key=lambda article: article.slug)
        group.sort(key=lambda article: _key(article)[:2], reverse=True)


def _complete(article: Any, settings: dict[str, Any]) -> None:
    """Give an article what templates read of ours, those of other readers too."""
    if not hasattr(article, "fields"):
        found = foreign_files.fields(article, article._content, article.relative_source_path, "article", settings)
        article.fields = {**found, "url": article.url, "save_as": article.save_as}
        for key, value in found.items():
            if not hasattr(article, key) and key not in ("date", "modified"):
                setattr(article, key, value)
    for key in ("tags", "authors"):
        if not hasattr(article, key):
            setattr(article, key, [])
    article.citations = citations.of(article.fields, settings["SITENAME"], site_context.own_address(settings))


def _periods(generator: Any) -> None:
    """Keep an article out of the days, months and years that it is not known to belong to."""
    known = {"year": ("day", "month", "year"), "month": ("day", "month"), "day": ("day",)}
    for granularity, periods in generator.period_archives.items():
        for period in periods:
            for key in ("dates", "articles"):
                period[key] = [a for a in period[key] if a.date_precision in known[granularity]]
        periods[:] = [period for period in periods if period["dates"]]
    if generator.settings["PRESSROOM_RELATED"]:
        _relate(generator.articles, generator.settings["PRESSROOM_RELATED"])
    years = {period["period_num"][0]: len(period["dates"]) for period in generator.period_archives["year"]}
    sources = _by_source(generator.articles)
    if generator.settings["PRESSROOM_LISTINGS"] == "stable":  # other themes do not know what follows
        _lists(generator)
    generator.context.update(
        YEARS=sorted(years.items(), reverse=True),
        SOURCES=sources,
        UNDATED=[a for a in generator.articles if a.date_precision == "none"],
        largest=partial(_largest, generator.context, sources),
        SITE_ADDRESS=defaults.site_address(generator.settings),
        COUNT=len(generator.articles),
        HAS_DATED=any(a.date_precision == "day" for a in generator.articles),
        HAS_SAMPLES=any(a.is_sample for a in generator.articles),
        HAS_SOURCES=bool(sources),
        HAS_UNDATED=any(a.date_precision == "none" for a in generator.articles),
    )


def _lists(generator: Any) -> None:
    """Give templates what the engine's own do: calendars, neighbours and statistics, by the questions the engine asks."""
    found, settings = generator.articles, generator.settings
    site = site_context.Site(_state(found, settings), settings)
    for number, article in enumerate(found):
        pairs = adjacency.numbers(site.db, number) if settings["PRESSROOM_NEIGHBOURS"] else {}
        article.neighbours = {
            key: dict(zip(("newer", "older"), (None if one is None else found[one] for one in pair), strict=True))
            for key, pair in pairs.items()
        }
    values = site_context.site_wide(site)
    generator.context["OWN_LISTS"] = site
    generator.context.update(
        {key: value for key, value in values.items() if key in site_context.FUNCTIONS},
        **{key: values[key].make() for key in site_context.OF_LISTS},
    )


def _state(found: list[Any], settings: dict[str, Any]) -> sqlite3.Connection:
    """Return what `context` asks of a state for those."""
    db = sqlite3.connect(":memory:")
    db.executescript(database.SCHEMA)
    lists: defaultdict[str, list[int]] = defaultdict(list)
    for number, article in enumerate(found):
        fields = article.fields
        keys = articles.groups(fields)
        stamp = rows.UNDATED if fields["date_precision"] == "none" else number
        values = (number, fields["path"], stamp, rows.FIELDS_SEPARATOR.join(keys), tally.fact(fields))
        db.execute("INSERT INTO record(id, path, live, stamp, tie, lists, tally) VALUES (?, ?, 1, ?, '', ?, ?)", values)
        db.executemany("INSERT INTO member VALUES (?, ?, '', ?, x'', 0)", ((key, stamp, number) for key in keys))
        for key in keys:
            lists[key].append(number)
    names = {f"source:{source.slug}": source.name for source, _ in _by_source(found)}
    for key, numbers in lists.items():
        kind, _, slug = key.partition(":")
        row = (key, kind, slug, names.get(key, slug), len(numbers))
        db.execute("INSERT INTO term VALUES (?, ?, ?, ?, ?, '')", row)
        if kind in tally.LISTS and settings["STATISTICS_SAVE_AS"]:
            own = [number for number in numbers if kind != "year" or len(found[number].fields["machine_date"]) == 4]
            aggregates.rewrite(db, kind, slug, own)
    return db


def _largest(context: dict[str, Any], sources: list[Any], kind: str, number: int) -> list[tuple[Any, int]]:
    """Return the terms of a kind with the most articles, and how many."""
    pairs = {"tag": context["tags"], "category": context["categories"], "author": context["authors"], "source": sources}
    ordered = sorted(pairs[kind], key=lambda pair: (-len(pair[1]), pair[0].slug))
    return [(term, len(found)) for term, found in ordered[:number]]


def _relate(found: list[Any], most: int) -> None:
    """Give each article those related to it."""
    ordered = sorted(found, key=lambda one: (rows.moment(one.fields), rows.place(one.fields)), reverse=True)
    signatures = [rows.signature(one.fields, one._content) for one in ordered]
    for article, named in zip(ordered, similarity.of_all(signatures, most), strict=True):
        article.related = [similarity.Related(*similarity.shown(ordered[one].fields)) for one in named]


def _by_source(articles: list[Any]) -> list[tuple[Source, list[Any]]]:
    return [(source, found) for source, found in filters.by_source(articles) if source]


# --- writing --------------------------------------------------------------------------------------------------------


class SiteGenerator(Generator):  # type: ignore[misc]
    """Writes source pages, the undated ones, search, the error page, feeds, sitemap and robots.txt."""

    def generate_output(self, writer: Any) -> None:
        """Write everything that Pelican's own generators do not."""
        self._pages(writer)
        for name, payload in self._files().items():
            path = Path(self.output_path) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(payload)

    def _pages(self, writer: Any) -> None:
        settings, context = self.settings, self.context
        for source, listed in context["SOURCES"]:
            self._page(writer, "source", source.save_as, source.url, source=source, articles=listed, dates=listed)
        self._page(writer, "sources", settings["SOURCES_SAVE_AS"], settings["SOURCES_URL"])
        if context["UNDATED"]:
            undated = context["UNDATED"]
            self._page(
                writer, "undated", settings["UNDATED_SAVE_AS"], settings["UNDATED_URL"], articles=undated, dates=undated
            )
        if "OWN_LISTS" in context:
            self._own_lists(writer)
        if settings["PRESSROOM_SEARCH"]:
            self._page(writer, "search", settings["SEARCH_SAVE_AS"], "search/")
        if settings["PRESSROOM_DOWNLOADS"]:
            parts = _parts(context["articles"])
            counts = [{"part": part, "count": len(parts[part])} for part in dataset.order(parts)]
            place = f"{dataset.FOLDER}/index.html"
            self._page(writer, "downloads", place, f"{dataset.FOLDER}/", DOWNLOADS=counts, COLUMNS=dataset.COLUMNS)
        self._removed(writer)
        self._page(writer, "404", settings["NOT_FOUND_SAVE_AS"], "404.html")

    def _removed(self, writer: Any) -> None:
        content = Path(self.settings["PATH"])
        for part, found in _parts(self.context["articles"]).items():
            entries = [
                {"article": article, "anchor": article.fields["removed_url"].partition("#")[2],
                 **removals.beside(content, article.fields["path"])._asdict()}
                for article in found if article.fields.get("removed_url")
            ]  # fmt: skip
            url = f"{removals.FOLDER}/{part}/"
            if entries:
                self._page(writer, "removed", f"{url}index.html", url, entries=entries, part=part)

    def _own_lists(self, writer: Any) -> None:
        """Write the days of the year and the statistics."""
        settings, site = self.settings, self.context["OWN_LISTS"]
        by_day: defaultdict[str, list[Any]] = defaultdict(list)
        for article in self.context["articles"]:
            for key in articles.groups(article.fields):
                if key.startswith("on:"):
                    by_day[key[3:]].append(article)
        for slug, found in sorted(by_day.items()):
            url, save_as = permalinks.day_of_the_year(slug, settings)
            self._page(writer, "on", save_as, url, slug=slug, articles=found, dates=found)
        for name in ("days_of_the_year", "statistics"):
            self._page(writer, name, settings[f"{name.upper()}_SAVE_AS"], settings[f"{name.upper()}_URL"])
        if settings["STATISTICS_SAVE_AS"]:
            for name, payload in statistics.files(aggregates.all_of(site.db), site.source_names()).items():
                path = Path(self.output_path) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(payload)

    def _page(self, writer: Any, name: str, save_as: str, url: str, **values: Any) -> None:
        """Write one page, if the theme has its template."""
        if not save_as:
            return
        try:
            template = self.get_template(name)
        except PelicanTemplateNotFound:
            return
        relative = self.settings["RELATIVE_URLS"]
        page_name = save_as.removesuffix("/index.html").removesuffix(".html")
        writer.write_file(
            save_as, template, self.context, relative, template_name=name, page_name=page_name, url=url, **values
        )

    def _files(self) -> dict[str, bytes]:
        context, settings = self.context, self.settings
        found, site = context["articles"], defaults.site_address(settings)
        files: dict[str, bytes] = {}
        if settings["PRESSROOM_FEEDS"]:
            files |= self._feeds(found, site)
        if settings["PRESSROOM_SITEMAP"]:
            files |= self._sitemaps([article.fields for article in found], site)
            files["robots.txt"] = sitemap.robots(settings["ROBOTS"], site)
        files |= self._data(found)
        if settings["PRESSROOM_ABOUT"]:
            files[about.PATH] = about.text(settings).encode("utf-8", "replace")
        if settings["PRESSROOM_LISTINGS"] == "stable":
            files[webmanifest.PATH] = webmanifest.of(settings)
        if settings["HAS_OPENSEARCH"]:
            files[opensearch.PATH] = opensearch.of(settings)
        files |= self._old_addresses()
        if settings["PRESSROOM_SEARCH"]:
            scripts = index.has_scripts(settings["PRESSROOM_SEARCH_SCRIPTS"], len(found))
            files |= dict(
                index.files(
                    [search_update.document(article.fields, article._content) for article in reversed(found)],
                    scripts=scripts,
                )
            )
        return files

    def _data(self, found: list[Any]) -> dict[str, bytes]:
        """Return citations and data of each part of the archive."""
        settings, files, counts = self.settings, dict[str, str](), dict[str, int]()
        site, name, choice = site_context.own_address(settings), settings["SITENAME"], settings["PRESSROOM_DOWNLOADS"]
        for part, members in _parts(found).items():
            members = members[::-1]
            made: dict[str, str] = {}
            if settings["PRESSROOM_CITATIONS"]:
                works = [citations.work(article.fields, name, site) for article in members]
                made |= {f"{citations.FOLDER}/{part}.{ending}": form(works) for ending, form in citations.FILES.items()}
            if choice:
                made[f"{dataset.FOLDER}/{part}.csv"] = dataset.table((one.fields for one in members), site)
                pairs = ((one.fields, one._content) for one in members)
                lines = dataset.lines(pairs, site, with_text=choice == dataset.TEXT)
                made[f"{dataset.FOLDER}/{part}.jsonl"] = lines
            files |= made
            counts |= dict.fromkeys(made, len(members))
        encoded = {path: text.encode("utf-8", "replace") for path, text in sorted(files.items())}
        if choice:
            listed = [
                {"path": path, "articles": counts[path], "sha256": hashlib.sha256(payload).hexdigest()}
                for path, payload in encoded.items()
            ]
            encoded[dataset.INDEX] = dataset.index(listed, site=site, with_text=choice == dataset.TEXT).encode()
        return encoded

    def _old_addresses(self) -> dict[str, bytes]:
        """Return the maps of old addresses and the pages that lead on from them, by the questions the engine asks."""
        settings, own = self.settings, rows.reserved(self.settings)
        kinds = ("articles", "hidden_articles", "pages")
        contents = [content.fields for kind in kinds for content in self.context[kind] if hasattr(content, "fields")]
        site, files = settings["SITEURL"].rstrip("/"), {}
        with closing(_table(contents, settings)) as db:
            keys = [key for (key,) in db.execute("SELECT DISTINCT list FROM member ORDER BY list")]
            for key in keys if settings["PRESSROOM_OLD_ADDRESSES"] else ():
                if lines := redirects.moves(db, key, own):
                    kind, _, slug = key.partition(":")
                    for ending, form in redirects.FORMATS.items():
                        files[f"{redirects.FOLDER}/{slug or kind}.{ending}"] = form(lines, site).encode(
                            "utf-8", "replace"
                        )
            for number, fields in enumerate(contents):
                for file in redirects.pages(db, number, own):
                    files[file] = redirects.leading(fields, file, settings, defaults.site_address(settings))
        return files

    def _sitemaps(self, found: list[dict[str, Any]], site: str) -> dict[str, bytes]:
        months: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for fields in found:
            months[name_part(fields)].append((fields["url"], sitemap.changed(fields)))
        months["pages"] = [(address, "") for address in self._listings()]
        files = {f"sitemaps/{month}.xml": sitemap.urlset(entries, site) for month, entries in months.items()}
        latest = [
            (f"sitemaps/{month}.xml", max(day for _, day in entries) if month[-3:-2] == "-" else "")
            for month, entries in months.items()
        ]
        return {"sitemap.xml": sitemap.index(latest, site), **files}

    def _listings(self) -> list[str]:
        context = self.context
        terms = [term for key in ("tags", "categories", "authors", "SOURCES") for term, _ in context[key]]
        periods = [period["url"] for rows in context["period_archives"].values() for period in rows]
        pages = [page.url for page in context["pages"]]
        own = []
        if site := context.get("OWN_LISTS"):
            own = [cell.url for _, days in site.days_of_the_year().rows for cell in days if cell.url]
            names = ("DAYS_OF_THE_YEAR", "STATISTICS")
            own += [self.settings[f"{key}_URL"] for key in names if self.settings[f"{key}_SAVE_AS"]]
        return ["", *(term.url for term in terms), *periods, *own, *pages]

    def _feeds(self, listed: list[Any], site: str) -> dict[str, bytes]:
        groups: list[tuple[str, str, list[Any]]] = [("all", "", listed)]
        kinds = (("source", "SOURCES"), ("category", "categories"), ("tag", "tags"), ("author", "authors"))
        for kind, key in kinds:
            groups += [(f"{kind}-{term.slug}", f": {term.name}", found) for term, found in self.context[key]]
        files = {}
        for name, suffix, found in groups:
            dated = [article.fields for article in found if article.date_precision == "day"][: atom.ENTRIES]
            if not dated:
                continue  # Atom requires a date, and none is known
            path, title = f"feeds/{name}.atom.xml", f"{self.settings['SITENAME']}{suffix}"
            entries = [atom.entry(fields, site) for fields in dated]
            files[path] = atom.atom(entries, title=title, site=site, feed_url=f"{site}/{path}")
        parts = {name: [article.fields for article in found] for name, found in _parts(listed).items()}
        order = json_feed.follow(parts)
        chained = [(json_feed.FIRST, *json_feed.first((name, parts[name]) for name in order))]
        for name, older in order.items():
            chained += json_feed.files(name, parts[name], older)
        for path, part, older in chained:
            more, title = older and f"{site}/{older}", self.settings["SITENAME"]
            files[path] = atom.json_feed(part, title=title, site=site, feed_url=f"{site}/{path}", next_url=more)
        return files


def _parts(found: list[Any]) -> dict[str, list[Any]]:
    """Return articles by month, year or `undated`, as well as their date is known."""
    parts: defaultdict[str, list[Any]] = defaultdict(list)
    for article in found:
        parts[name_part(article.fields)].append(article)
    return dict(parts)


def _table(contents: list[dict[str, Any]], settings: dict[str, Any]) -> sqlite3.Connection:
    """Return what `redirects` asks of a state."""
    db = sqlite3.connect(":memory:")
    db.executescript(database.SCHEMA)
    for number, fields in enumerate(contents):
        groups = articles.groups(fields) if fields["status"] == "published" and fields["kind"] == "article" else []
        groups = [key for key in groups if key.partition(":")[0] in redirects.LISTS]
        groups += ["withdrawn"] * (fields["status"] == "withdrawn")
        row = (number, fields["path"], fields["save_as"].lower(), fields["url"])
        db.execute("INSERT INTO record(id, path, live, address, url) VALUES (?, ?, 1, ?, ?)", row)
        old = ((*address, number) for address in redirects.found(fields, settings))
        db.executemany("INSERT INTO old VALUES (?, ?, ?, ?, ?, ?)", old)
        day = {"day": 2, "month": 1}.get(fields["date_precision"], 0)
        db.executemany(
            "INSERT INTO member VALUES (?, ?, '', ?, NULL, ?)", ((key, number, number, day) for key in groups)
        )
    names = ((path,) for path, _ in scanner.tree(settings["PATH"]))
    db.executemany("INSERT INTO file(path) VALUES (?)", names)
    return db
