"""The plugin's hooks: the reader, the order of articles, and the pages and files that Pelican does not write itself."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from pelican import signals
from pelican.contents import Author, Category, Tag
from pelican.generators import Generator, PelicanTemplateNotFound
from pelican.readers import BaseReader
from pelican.urlwrappers import URLWrapper
from pelican.utils import set_date_tzinfo

from pressroom import addresses, check, feeds, records, search, sitemap
from pressroom.contract import NO_DATE, slug, split_list

RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "ku-arab", "pa-arab", "ps", "sd", "ug", "ur", "yi"])
DEFAULTS = {
    "SOURCE_URL": "source/{slug}/", "SOURCE_SAVE_AS": "source/{slug}/index.html", "SOURCES_URL": "source/",
    "SOURCES_SAVE_AS": "source/index.html", "UNDATED_URL": "undated/", "UNDATED_SAVE_AS": "undated/index.html",
    "PRESSROOM_SEARCH": True, "PRESSROOM_SITEURL": "", "ROBOTS": "noindex", "SEARCH_SAVE_AS": "search/index.html",
    "NOT_FOUND_SAVE_AS": "404.html",
}  # fmt: skip
"""Settings of this plugin, where the site's settings file is silent."""
PLAIN = (
    "source_from", "source_url", "credit", "captured", "date_from", "section", "dateline", "image", "image_caption",
    "license", "raw", "raw_also", "raw_sha256", "cleaner", "removed", "repaired",
)  # fmt: skip
"""Header keys that templates read as they stand; "" where a file has none."""

_LOCAL_LINK = re.compile(r'(href=")(\.\.?/[^"#?:]*/|\.\.?/)(?=["#?])')


class Source(URLWrapper):  # type: ignore[misc]
    """A publication, as Pelican's Tag and Category are."""


def connect() -> None:
    """Connect every hook."""
    signals.initialized.connect(_settings)
    signals.readers_init.connect(_readers)
    signals.article_generator_init.connect(_leave_out)
    for started in (signals.article_generator_init, signals.page_generator_init, signals.static_generator_init):
        started.connect(_no_complaint)
    signals.article_generator_pretaxonomy.connect(_order)
    signals.article_generator_finalized.connect(_periods)
    signals.get_generators.connect(_generator)


def _settings(pelican: Any) -> None:
    settings = pelican.settings
    for key, value in DEFAULTS.items():
        settings.setdefault(key, value)
    filters = {"link": link, "absolute": absolute, "local_links": local_links, "slug": slug}
    settings["JINJA_FILTERS"] = {**filters, **settings["JINJA_FILTERS"]}
    if settings["ROBOTS"] not in sitemap.ROBOTS:
        raise ValueError(f"ROBOTS is {settings['ROBOTS']!r}. Use one of: {', '.join(sitemap.ROBOTS)}.")


def site_address(settings: dict[str, Any]) -> str:
    """Return the site's absolute address where a format needs one, without a closing slash."""
    return str(settings["SITEURL"] or settings["PRESSROOM_SITEURL"] or "http://localhost:8000").rstrip("/")


def _readers(readers: Any) -> None:
    for extension in ContentReader.file_extensions:
        readers.reader_classes[extension] = ContentReader


def _no_complaint(generator: Any) -> None:
    """Take away Pelican's reader of Markdown, which complains of each file where Python-Markdown is not installed."""
    for extension in ContentReader.file_extensions:
        generator.readers.disabled_readers.pop(extension, None)


def _leave_out(generator: Any) -> None:
    """Leave out files with errors, and the samples as soon as there is an article besides them."""
    content = Path(generator.settings["PATH"])
    bad = check.left_out(check.check(content))
    names = set(check.articles(content))
    stepped_aside = {name for name in check.files(content) if not name.startswith(check.PAGES)} - names
    generator.settings["PRESSROOM_LEFT_OUT"] = frozenset(bad | stepped_aside)


# --- reading --------------------------------------------------------------------------------------------------------


class ContentReader(BaseReader):  # type: ignore[misc]
    """Reads Markdown with any header that `records` knows, renders with comrak and sanitises last."""

    enabled = True
    file_extensions = ("md", "markdown", "mkd", "mdown")

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return safe HTML and the metadata, as Pelican's readers do."""
        settings = self.settings
        name = Path(source_path).resolve().relative_to(Path(settings["PATH"]).resolve()).as_posix()
        if name in settings.get("PRESSROOM_LEFT_OUT", ()):
            return "", {"title": name, "status": "skip"}
        record = records.split(Path(source_path).read_text(encoding="utf-8"), name)
        rendered = records.html(record.body)
        metadata = _metadata(record, rendered, settings)
        metadata["repairs"] = _repairs(Path(source_path))
        metadata["is_sample"] = name.startswith(check.SAMPLES)
        if name.startswith(check.PAGES):
            for key in ("url", "save_as"):
                metadata.pop(key, None)
        return rendered, metadata


def _repairs(article: Path) -> list[dict[str, str]]:
    """Return what the cleaner mended in an article, from the record that it keeps beside it."""
    try:
        return records.repairs(article.with_suffix(".removals.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return []


def _metadata(record: records.Record, rendered: str, settings: dict[str, Any]) -> dict[str, Any]:
    header = record.header
    metadata: dict[str, Any] = {key: header.get(key, "") for key in PLAIN}
    metadata |= {key: value for key, value in header.items() if key not in metadata}
    level = records.precision(header)
    metadata["date_precision"] = level
    metadata["date"] = set_date_tzinfo(
        records.moment(NO_DATE if level == "none" else header["date"]), settings["TIMEZONE"]
    )
    if "modified" in header:
        metadata["modified"] = set_date_tzinfo(records.moment(header["modified"]), settings["TIMEZONE"])
    changed = metadata.get("modified")
    metadata["shown_modified"] = addresses.shown_date(changed, "day") if changed else ""
    metadata["shown_date"] = addresses.shown_date(metadata["date"], level)
    metadata["machine_date"] = addresses.machine_date(metadata["date"], level)
    metadata["slug"] = header.get("slug") or slug(header["title"], "untitled")
    metadata["status"] = header.get("status", "published").lower()
    metadata["lang"] = header.get("lang", settings["DEFAULT_LANG"]).lower()
    metadata["dir"] = "rtl" if metadata["lang"].partition("-")[0] in RIGHT_TO_LEFT else "ltr"
    metadata["dek"] = header.get("summary", "")
    metadata["excerpt"] = records.excerpt(rendered)
    metadata["summary"] = Markup.escape(metadata["dek"] or metadata["excerpt"])
    metadata |= _taxonomies(header, settings)
    if level != "day":
        for key, setting in (("url", "ARTICLE_URL"), ("save_as", "ARTICLE_SAVE_AS")):
            metadata.setdefault(key, _address(settings[setting], metadata))
    return metadata


def _address(pattern: str, metadata: dict[str, Any]) -> str:
    values = {key: metadata[key] for key in ("date", "slug", "lang")}
    category = metadata["category"].slug if "category" in metadata else ""
    return addresses.lowered(pattern, metadata["date_precision"]).format(**values, category=category, path="")


def _taxonomies(header: dict[str, str], settings: dict[str, Any]) -> dict[str, Any]:
    """Return tags, authors, category and source as Pelican's objects, with slugs of one policy."""
    found: dict[str, Any] = {"source": _term(Source, header["source"], settings) if header.get("source") else None}
    if tags := split_list(header.get("tags", "")):
        found["tags"] = _unique([_term(Tag, name, settings) for name in tags])
    if authors := split_list(header.get("authors", "")):
        found["authors"] = _unique([_term(Author, name, settings) for name in authors])
        found["author"] = found["authors"][0]
    found["category"] = _term(Category, header.get("category") or settings["DEFAULT_CATEGORY"], settings)
    return found


def _term(kind: type[URLWrapper], name: str, settings: dict[str, Any]) -> URLWrapper:
    term = kind(name, settings)
    term.slug = records.taxonomy_slug(name, kind.__name__.lower())
    return term


def _unique(terms: list[URLWrapper]) -> list[URLWrapper]:
    return list({term.slug: term for term in reversed(terms)}.values())[::-1]


# --- order and periods ----------------------------------------------------------------------------------------------


def _key(article: Any) -> tuple[bool, Any, str]:
    return article.date_precision != "none", article.date, article.slug


def _order(generator: Any) -> None:
    """Sort newest first, ties by slug, undated last: Pelican's own order of ties follows the hash seed."""
    for group in (generator.articles, generator.drafts, generator.hidden_articles):
        group.sort(key=lambda article: article.slug)
        group.sort(key=lambda article: _key(article)[:2], reverse=True)


def _periods(generator: Any) -> None:
    """Keep an article out of the days, months and years that it is not known to belong to."""
    known = {"year": ("day", "month", "year"), "month": ("day", "month"), "day": ("day",)}
    for granularity, periods in generator.period_archives.items():
        for period in periods:
            for key in ("dates", "articles"):
                period[key] = [a for a in period[key] if a.date_precision in known[granularity]]
        periods[:] = [period for period in periods if period["dates"]]
    years = {period["period_num"][0]: len(period["dates"]) for period in generator.period_archives["year"]}
    sources = _by_source(generator.articles)
    generator.context.update(
        YEARS=sorted(years.items(), reverse=True),
        SOURCES=sources,
        UNDATED=[a for a in generator.articles if a.date_precision == "none"],
        MONTHS=addresses.MONTHS,
        SITE_ADDRESS=site_address(generator.settings),
        COUNT=len(generator.articles),
        HAS_DATED=any(a.date_precision == "day" for a in generator.articles),
        HAS_SAMPLES=any(a.is_sample for a in generator.articles),
    )


def _by_source(articles: list[Any]) -> list[tuple[Source, list[Any]]]:
    grouped: defaultdict[Source, list[Any]] = defaultdict(list)
    for article in articles:
        if article.source:
            grouped[article.source].append(article)
    return sorted(grouped.items(), key=lambda pair: (pair[0].name.casefold(), pair[0].slug))


# --- writing --------------------------------------------------------------------------------------------------------


def _generator(pelican: Any) -> type[Generator]:
    return SiteGenerator


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
        for source, articles in context["SOURCES"]:
            self._page(writer, "source", source.save_as, source.url, source=source, articles=articles, dates=articles)
        self._page(writer, "sources", settings["SOURCES_SAVE_AS"], settings["SOURCES_URL"])
        if context["UNDATED"]:
            undated = context["UNDATED"]
            self._page(
                writer, "undated", settings["UNDATED_SAVE_AS"], settings["UNDATED_URL"], articles=undated, dates=undated
            )
        if settings["PRESSROOM_SEARCH"]:
            self._page(writer, "search", settings["SEARCH_SAVE_AS"], "search/")
        self._page(writer, "404", settings["NOT_FOUND_SAVE_AS"], "404.html")

    def _page(self, writer: Any, name: str, save_as: str, url: str, **values: Any) -> None:
        """Write one page, if the theme has its template."""
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
        articles, site = context["articles"], site_address(settings)
        files = self._feeds(articles, site)
        files |= sitemap.sitemaps(articles, self._listings(), site)
        files["robots.txt"] = sitemap.robots(settings["ROBOTS"], site)
        if settings["PRESSROOM_SEARCH"]:
            files |= search.files([_searched(article) for article in reversed(articles)])
        return files

    def _listings(self) -> list[str]:
        context = self.context
        terms = [term for key in ("tags", "categories", "authors", "SOURCES") for term, _ in context[key]]
        periods = [period["url"] for rows in context["period_archives"].values() for period in rows]
        pages = [page.url for page in context["pages"]]
        return ["", *(term.url for term in terms), *periods, *pages]

    def _feeds(self, articles: list[Any], site: str) -> dict[str, bytes]:
        groups: list[tuple[str, str, list[Any]]] = [("all", "", articles)]
        kinds = (("source", "SOURCES"), ("category", "categories"), ("tag", "tags"), ("author", "authors"))
        for kind, key in kinds:
            groups += [(f"{kind}-{term.slug}", f": {term.name}", found) for term, found in self.context[key]]
        files = {}
        for name, suffix, found in groups:
            if not any(article.date_precision == "day" for article in found):
                continue  # Atom requires a date, and none is known
            path = f"feeds/{name}.atom.xml"
            title = f"{self.settings['SITENAME']}{suffix}"
            files[path] = feeds.atom(found, title=title, site=site, feed_url=f"{site}/{path}")
        files["feeds/all.json"] = feeds.json_feed(
            articles, title=self.settings["SITENAME"], site=site, feed_url=f"{site}/feeds/all.json"
        )
        return files


def _searched(article: Any) -> search.Document:
    return search.Document(
        title=article.title,
        url=article.url,
        source=str(article.source or ""),
        date=article.machine_date,
        shown_date=f"captured {article.shown_date}" if article.date_from == "captured" else article.shown_date,
        lang=article.lang,
        direction=article.dir,
        excerpt=article.dek or article.excerpt,
        names=" ".join(str(term) for term in [*getattr(article, "tags", []), *getattr(article, "authors", [])]),
        body=records.plain_text(article._content),
    )


# --- filters for templates ------------------------------------------------------------------------------------------


@pass_context
def link(context: Context, address: str) -> str:
    """Return an address of the site as this page links it: relative, ending in a file so that a double-click works."""
    address = str(address).lstrip("/")
    if context.get("RELATIVE_URLS") and (not address or address.endswith("/")):
        address += "index.html"
    base = context.get("SITEURL", "")
    return f"{base}/{address}" if base else address


@pass_context
def absolute(context: Context, address: str) -> str:
    """Return an address of the site as other sites link it."""
    return f"{context['SITE_ADDRESS']}/{str(address).removesuffix('index.html')}"


@pass_context
def local_links(context: Context, html: str) -> Markup:
    """Let links between articles end in a file too, and start the body's headings below the page's own."""
    if context.get("RELATIVE_URLS"):
        html = _LOCAL_LINK.sub(r"\1\2index.html", html)
    return Markup(re.sub(r"(</?h)1(?=[ >])", r"\g<1>2", html))
