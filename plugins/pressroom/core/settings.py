"""This module has the plugin's settings: what they are where the site is silent, and which values there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pressroom.core import i18n
from pressroom.core.filesystem import place_state

DEFAULTS = {
    "PRESSROOM_SITEURL": "", "PRESSROOM_JOBS": 0, "PRESSROOM_ENGINE": True,
    "PRESSROOM_SETTINGS_FILE": "", "PRESSROOM_OPTIONS": [], "ROBOTS": "noindex",
    "SEARCH_SAVE_AS": "search/index.html", "NEWEST_FIRST_ARCHIVES": True, "PRESSROOM_TRUSTED": [],
    "PRESSROOM_FRAME_HOSTS": [], "PRESSROOM_REDIRECTS": [], "PRESSROOM_SEARCH_SCRIPTS": None,
    "PRESSROOM_RIGHTS": "",
    "PRESSROOM_WORDS": {}, "PRESSROOM_REPORT": "",
}  # fmt: skip
"""This plugin's settings are these where the site's settings file is silent."""
OURS = {
    "SOURCE_URL": "source/{slug}/", "SOURCE_SAVE_AS": "source/{slug}/index.html", "SOURCES_URL": "source/",
    "SOURCES_SAVE_AS": "source/index.html", "UNDATED_URL": "undated/", "UNDATED_SAVE_AS": "undated/index.html",
    "NOT_FOUND_SAVE_AS": "404.html", "PRESSROOM_SEARCH": True, "PRESSROOM_FEEDS": True, "PRESSROOM_SITEMAP": True,
    "PRESSROOM_OLD_ADDRESSES": True, "PRESSROOM_CITATIONS": True, "PRESSROOM_REMOVED": True, "PRESSROOM_DOWNLOADS": "text",
    "PRESSROOM_CHECKSUMS": True, "PRESSROOM_ABOUT": True, "PRESSROOM_RELATED": 5,
    "PRESSROOM_NEIGHBOURS": True,
    "ON_URL": "on/{slug}/", "ON_SAVE_AS": "on/{slug}/index.html",
    "DAYS_OF_THE_YEAR_URL": "on/", "DAYS_OF_THE_YEAR_SAVE_AS": "on/index.html",
    "STATISTICS_URL": "statistics/", "STATISTICS_SAVE_AS": "statistics/index.html",
}  # fmt: skip
"""Our sites have these beyond Pelican's."""
DOWNLOADS = ("", "metadata", "text")
"""PRESSROOM_DOWNLOADS says which of these the files of data hold."""
ROBOTS = ("noindex", "canonical-original", "index", "disallow")
"""ROBOTS says which of these search engines may do."""


def complete_settings(settings: dict[str, Any]) -> None:
    """Fill in this plugin's settings and filters. Raises ValueError for a value that is none."""
    for key, value in {**DEFAULTS, **OURS}.items():
        settings.setdefault(key, value)
    settings["HAS_WEBMANIFEST"] = True
    settings["HAS_ADDRESS"] = bool(settings["SITEURL"])
    settings["HAS_OPENSEARCH"] = bool(settings["PRESSROOM_SEARCH"] and settings["SITEURL"])  # its address is absolute
    if settings["PRESSROOM_DOWNLOADS"] not in DOWNLOADS:
        choices = ", ".join(map(repr, DOWNLOADS))
        raise ValueError(f"PRESSROOM_DOWNLOADS is {settings['PRESSROOM_DOWNLOADS']!r}. Use one of: {choices}.")
    words = i18n.load_words(Path(settings["THEME"]), settings["DEFAULT_LANG"], settings["PRESSROOM_WORDS"])
    settings["JINJA_GLOBALS"] = {**settings["JINJA_GLOBALS"], "t": words}
    if settings["ROBOTS"] not in ROBOTS:
        raise ValueError(f"ROBOTS is {settings['ROBOTS']!r}. Use one of: {', '.join(ROBOTS)}.")
    if not settings.get("PRESSROOM_STATE"):
        file = settings["PRESSROOM_SETTINGS_FILE"] or settings["PATH"]
        settings["PRESSROOM_STATE"] = str(place_state(settings["CACHE_PATH"], file, settings["OUTPUT_PATH"]))


def turn_off_engine_pages(settings: dict[str, Any]) -> list[str]:
    """Turn off what only the engine makes, so that no template links to it; return the names of what was on."""
    names = ["site.webmanifest"]
    settings["HAS_WEBMANIFEST"] = settings["HAS_OPENSEARCH"] = False
    for key, value in OURS.items():
        if not key.endswith("_URL"):
            names += [_name_page(key, settings[key])] if settings[key] else []
            settings[key] = type(value)()
    return names


def _name_page(key: str, value: Any) -> str:
    """Return a page's path, and what another setting of ours asks for as people call it.

    >>> _name_page("ON_SAVE_AS", "on/{slug}/index.html"), _name_page("PRESSROOM_OLD_ADDRESSES", True)
    ('on/{slug}/index.html', 'old addresses')
    """
    return str(value) if key.endswith("_SAVE_AS") else key.removeprefix("PRESSROOM_").replace("_", " ").lower()


class Place(NamedTuple):
    """A kind of page stands where these patterns of its address and of its file say; they are "" where it is not made."""

    url: str = ""
    save_as: str = ""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """The engine reads a site's settings, Pelican's and ours, in this form, built once.

    A setting is called what Pelican calls it, in lower case and without `PRESSROOM_`; `content`, `output` and `shown_at`
    are PATH, OUTPUT_PATH and PRESSROOM_SITEURL.
    """

    raw: Mapping[str, Any] = field(default_factory=dict)
    """It has all of them as they were made ready, for templates and for what tells whether one changed."""
    words: i18n.Words = field(default_factory=lambda: i18n.Words({}, "en"))
    """They are those of the interface, in the site's language."""
    places: Mapping[str, Place] = field(default_factory=dict)
    """Each stands under what comes before `_URL` and `_SAVE_AS`."""
    # --- where things stand ---
    content: str = "content"
    output: str = "output"
    theme: str = "theme"
    theme_static_dir: str = "theme"
    theme_static_paths: tuple[str, ...] = ("static",)
    theme_templates_overrides: tuple[str, ...] = ()
    article_paths: tuple[str, ...] = ("",)
    article_excludes: tuple[str, ...] = ()
    page_paths: tuple[str, ...] = ("pages",)
    page_excludes: tuple[str, ...] = ()
    static_paths: tuple[str, ...] = ("images",)
    static_excludes: tuple[str, ...] = ()
    ignore_files: tuple[str, ...] = (".*",)
    output_retention: tuple[str, ...] = ()
    delete_output_directory: bool = False
    state: str = ""
    settings_file: str = ""
    trusted: tuple[str, ...] = ()
    frame_hosts: tuple[str, ...] = ()
    # --- the site ---
    sitename: str = "A Pelican Blog"
    sitesubtitle: str = ""
    siteurl: str = ""
    shown_at: str = ""
    has_address: bool = False
    relative_urls: bool = False
    timezone: str = "UTC"
    default_lang: str = "en"
    default_category: str = "misc"
    default_date_format: str = "%a %d %B %Y"
    date_formats: Mapping[str, Any] = field(default_factory=dict)
    author: str = ""
    default_metadata: Mapping[str, Any] = field(default_factory=dict)
    extra_path_metadata: Mapping[str, Any] = field(default_factory=dict)
    use_folder_as_category: bool = False
    path_metadata: str = ""
    filename_metadata: str = ""
    robots: str = "noindex"
    rights: str = ""
    redirects: tuple[str, ...] = ()
    # --- lists and pages ---
    newest_first_archives: bool = True
    reverse_category_order: bool = False
    direct_templates: tuple[str, ...] = ("index", "tags", "categories", "authors", "archives")
    template_extensions: tuple[str, ...] = (".html",)
    paginated_templates: Mapping[str, Any] = field(default_factory=dict)
    default_pagination: Any = 0
    pagination_patterns: Any = ()
    # --- what is made ---
    search: bool = False
    search_scripts: Any = None
    feeds: bool = False
    sitemap: bool = False
    old_addresses: bool = False
    citations: bool = False
    removed: bool = False
    downloads: str = ""
    checksums: bool = False
    about: bool = False
    related: int = 0
    neighbours: bool = False
    has_webmanifest: bool = False
    has_opensearch: bool = False
    # --- this run ---
    jobs: int = 0
    options: tuple[str, ...] = ()
    caller: str = ""
    changed: Any = None
    look: Any = None

    @property
    def address(self) -> str:
        """The site's absolute address where a format needs one, without a closing slash."""
        return (self.siteurl or self.shown_at or "http://localhost:8000").rstrip("/")

    @property
    def own_address(self) -> str:
        """The address that SITEURL says, without a closing slash; "" where it says none."""
        return self.siteurl.rstrip("/") if self.has_address else ""

    def place(self, name: str) -> Place:
        """Return where a kind of page stands, by the name that its settings begin with, as `TAG` or `YEAR_ARCHIVE`."""
        return self.places.get(name, Place())

    def direct_place(self, template: str) -> Place:
        """Return where the page of a template of DIRECT_TEMPLATES stands: by its settings, else by its name."""
        name = template.upper()
        url, save_as = (str(self.raw.get(f"{name}_{end}", f"{template}.html") or "") for end in ("URL", "SAVE_AS"))
        return Place(url, save_as)


def make_settings(settings: Mapping[str, Any]) -> SiteSettings:
    """Return settings that `complete_settings` made ready as the engine reads them.

    Its length is a line for each setting, so that each name and type stands in one place that mypy checks.
    """
    names = {key.removesuffix(end) for key in settings for end in ("_URL", "_SAVE_AS") if key.endswith(end)}
    ends = ("URL", "SAVE_AS")
    places = {name: Place(*(str(settings.get(f"{name}_{end}") or "") for end in ends)) for name in names}
    return SiteSettings(
        raw=settings,
        words=settings["JINJA_GLOBALS"]["t"],
        places=places,
        content=str(settings.get("PATH") or ""),
        output=str(settings.get("OUTPUT_PATH") or ""),
        theme=str(settings.get("THEME") or ""),
        theme_static_dir=str(settings.get("THEME_STATIC_DIR") or ""),
        theme_static_paths=tuple(map(str, settings.get("THEME_STATIC_PATHS") or ())),
        theme_templates_overrides=tuple(map(str, settings.get("THEME_TEMPLATES_OVERRIDES") or ())),
        article_paths=tuple(map(str, settings.get("ARTICLE_PATHS") or ())),
        article_excludes=tuple(map(str, settings.get("ARTICLE_EXCLUDES") or ())),
        page_paths=tuple(map(str, settings.get("PAGE_PATHS") or ())),
        page_excludes=tuple(map(str, settings.get("PAGE_EXCLUDES") or ())),
        static_paths=tuple(map(str, settings.get("STATIC_PATHS") or ())),
        static_excludes=tuple(map(str, settings.get("STATIC_EXCLUDES") or ())),
        ignore_files=tuple(map(str, settings.get("IGNORE_FILES") or ())),
        output_retention=tuple(map(str, settings.get("OUTPUT_RETENTION") or ())),
        delete_output_directory=bool(settings.get("DELETE_OUTPUT_DIRECTORY")),
        state=str(settings.get("PRESSROOM_STATE") or ""),
        settings_file=str(settings.get("PRESSROOM_SETTINGS_FILE") or ""),
        trusted=tuple(map(str, settings.get("PRESSROOM_TRUSTED") or ())),
        frame_hosts=tuple(map(str, settings.get("PRESSROOM_FRAME_HOSTS") or ())),
        sitename=str(settings.get("SITENAME") or ""),
        sitesubtitle=str(settings.get("SITESUBTITLE") or ""),
        siteurl=str(settings.get("SITEURL") or ""),
        shown_at=str(settings.get("PRESSROOM_SITEURL") or ""),
        has_address=bool(settings.get("HAS_ADDRESS")),
        relative_urls=bool(settings.get("RELATIVE_URLS")),
        timezone=str(settings.get("TIMEZONE") or ""),
        default_lang=str(settings.get("DEFAULT_LANG") or ""),
        default_category=str(settings.get("DEFAULT_CATEGORY") or ""),
        default_date_format=str(settings.get("DEFAULT_DATE_FORMAT") or ""),
        date_formats=dict(settings.get("DATE_FORMATS") or {}),
        author=str(settings.get("AUTHOR") or ""),
        default_metadata=dict(settings.get("DEFAULT_METADATA") or {}),
        extra_path_metadata=dict(settings.get("EXTRA_PATH_METADATA") or {}),
        use_folder_as_category=bool(settings.get("USE_FOLDER_AS_CATEGORY")),
        path_metadata=str(settings.get("PATH_METADATA") or ""),
        filename_metadata=str(settings.get("FILENAME_METADATA") or ""),
        robots=str(settings.get("ROBOTS") or ""),
        rights=str(settings.get("PRESSROOM_RIGHTS") or ""),
        redirects=tuple(map(str, settings.get("PRESSROOM_REDIRECTS") or ())),
        newest_first_archives=bool(settings.get("NEWEST_FIRST_ARCHIVES")),
        reverse_category_order=bool(settings.get("REVERSE_CATEGORY_ORDER")),
        direct_templates=tuple(map(str, settings.get("DIRECT_TEMPLATES") or ())),
        template_extensions=tuple(map(str, settings.get("TEMPLATE_EXTENSIONS") or ())),
        paginated_templates=dict(settings.get("PAGINATED_TEMPLATES") or {}),
        default_pagination=settings.get("DEFAULT_PAGINATION"),
        pagination_patterns=settings.get("PAGINATION_PATTERNS"),
        search=bool(settings.get("PRESSROOM_SEARCH")),
        search_scripts=settings.get("PRESSROOM_SEARCH_SCRIPTS"),
        feeds=bool(settings.get("PRESSROOM_FEEDS")),
        sitemap=bool(settings.get("PRESSROOM_SITEMAP")),
        old_addresses=bool(settings.get("PRESSROOM_OLD_ADDRESSES")),
        citations=bool(settings.get("PRESSROOM_CITATIONS")),
        removed=bool(settings.get("PRESSROOM_REMOVED")),
        downloads=str(settings.get("PRESSROOM_DOWNLOADS") or ""),
        checksums=bool(settings.get("PRESSROOM_CHECKSUMS")),
        about=bool(settings.get("PRESSROOM_ABOUT")),
        related=int(settings.get("PRESSROOM_RELATED") or 0),
        neighbours=bool(settings.get("PRESSROOM_NEIGHBOURS")),
        has_webmanifest=bool(settings.get("HAS_WEBMANIFEST")),
        has_opensearch=bool(settings.get("HAS_OPENSEARCH")),
        jobs=int(settings.get("PRESSROOM_JOBS") or 0),
        options=tuple(map(str, settings.get("PRESSROOM_OPTIONS") or ())),
        caller=str(settings.get("PRESSROOM_CALLER") or ""),
        changed=settings.get("PRESSROOM_CHANGED"),
        look=settings.get("PRESSROOM_LOOK"),
    )
