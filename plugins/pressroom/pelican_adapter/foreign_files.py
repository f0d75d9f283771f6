"""Files that our reader does not take, read by Pelican's own: other formats, and Markdown with configured extensions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pressroom.content import article, dates, plain_text, validate, wordcount
from pressroom.content.article import ArticleFields
from pressroom.content.foreign import ForeignForms
from pressroom.content.images import make_figures
from pressroom.content.sanitize import sanitize_html
from pressroom.contract import NO_DATE
from pressroom.core.settings import SiteSettings, make_settings
from pressroom.state.rows import find_frame_hosts


class PelicanFiles:
    """Reads a file with Pelican's readers, and makes of it what our own reader gives."""

    def __init__(self, settings: dict[str, Any], readers: Any, asked: ForeignForms) -> None:
        self.settings, self._readers, self.asked = settings, readers, asked

    def __call__(self, name: str, kind: str, hosts: frozenset[str]) -> tuple[ArticleFields, str, str] | None:
        """Return fields, sanitised HTML and the HTML before, None for a file that our reader takes. Raises ValueError."""
        if name.lower().endswith(validate.SUFFIXES) and not self.asked.markdown:
            return None
        from pelican.contents import Article, Page

        made = self._readers.read_file(
            base_path=self.settings["PATH"], path=name, content_class=Page if kind == "page" else Article, context={}
        )
        if not hasattr(made, "title"):
            raise ValueError("it has no title")
        html = make_figures(sanitize_html(made._content, hosts))
        return make_fields(made, html, name, kind, make_settings(self.settings)), html, made._content


def find_reader(settings: dict[str, Any]) -> PelicanFiles | None:
    """Return the reader of what is not ours, None where there is no such thing."""
    from pelican.readers import Readers

    found = Readers(settings, "pressroom")
    ours = {suffix[1:] for suffix in validate.SUFFIXES}
    markdown = bool(ours & set(settings.get("READERS") or ())) or is_markdown_configured(settings)
    asked = ForeignForms(markdown, tuple(sorted(set(found.extensions) - ours)))
    return PelicanFiles(settings, found, asked) if any(asked) else None


def is_markdown_configured(settings: dict[str, Any]) -> bool:
    """Tell whether a site asks for more of Markdown than Pelican's defaults; its reader adds `extensions` by itself."""
    from pelican.settings import DEFAULT_CONFIG

    found, default = settings.get("MARKDOWN") or {}, DEFAULT_CONFIG["MARKDOWN"]
    own = set(found.get("extensions", ())) - set(found.get("extension_configs", ())) - {"markdown.extensions.meta"}
    return bool(own) or any(found.get(key) != default.get(key) for key in {*found, *default} - {"extensions"})


def make_fields(made: Any, html: str, name: str, kind: str, settings: SiteSettings) -> ArticleFields:
    """Return the fields of a content object of Pelican's."""
    header = {key: str(value) for key, value in made.metadata.items() if isinstance(value, str)}
    level = "day" if hasattr(made, "date") else "none"
    date = made.date if level == "day" else dates.parse_date(NO_DATE, settings)
    changed = getattr(made, "modified", None)
    category = str(getattr(made, "category", None) or settings.default_category)
    source = str(made.metadata.get("source", ""))
    found: ArticleFields = {
        **article.fill_header(header), **article.format_dates(date, changed, level, "", settings),
        "title": str(made.title), "date_precision": level, "date": date.isoformat(),
        "modified": changed.isoformat() if changed else "",
        "slug": made.slug, "status": made.status.lower() or "published", "lang": made.lang.lower(),
        "dir": "rtl" if made.lang.partition("-")[0] in article.RIGHT_TO_LEFT else "ltr",
        "dek": plain_text.extract_text(str(made.metadata.get("summary", ""))), "excerpt": plain_text.make_excerpt(html), "words": wordcount.count_words(html),
        "is_sample": name.startswith(article.SAMPLES), "kind": kind, "path": name, "template": made.template,
        "machine_translated": False, "repairs": [], "removed_hash": "", "removed_url": "",
        "source": [source, article.make_term_slug(source, "source")] if source else None,
        "tags": [[str(tag), tag.slug] for tag in getattr(made, "tags", [])],
        "authors": [[str(author), author.slug] for author in getattr(made, "authors", [])],
        "category": [category, article.make_term_slug(category, "category")],
        "url": header.get("url", ""), "save_as": header.get("save_as", ""),
    }  # fmt: skip
    found["url"], found["save_as"] = article.place_article(found, date, settings)
    return found


def name_file(source_path: str, settings: dict[str, Any]) -> str:
    """Return the path of a file under the content folder."""
    return Path(source_path).resolve().relative_to(Path(settings["PATH"]).resolve()).as_posix()


class Sanitised:
    """Stands before a reader that is not ours, and sanitises what it gives."""

    settings: dict[str, Any]

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return what the reader does, safe."""
        html, found = super().read(source_path)  # type: ignore[misc]
        hosts = find_frame_hosts(name_file(source_path, self.settings), make_settings(self.settings))
        formatted = [key for key in self.settings["FORMATTED_FIELDS"] if isinstance(found.get(key), str)]
        return make_figures(sanitize_html(html or "", hosts)), found | {
            key: sanitize_html(found[key], hosts) for key in formatted
        }
