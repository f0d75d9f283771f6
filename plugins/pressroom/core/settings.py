"""The plugin's settings: what they are where the site is silent, and which values there are."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from pressroom.core import i18n

DEFAULTS = {
    "PRESSROOM_SITEURL": "", "PRESSROOM_JOBS": 0, "PRESSROOM_ENGINE": True,
    "PRESSROOM_SETTINGS_FILE": "", "PRESSROOM_OPTIONS": [], "ROBOTS": "noindex",
    "SEARCH_SAVE_AS": "search/index.html", "NEWEST_FIRST_ARCHIVES": True, "PRESSROOM_TRUSTED": [],
    "PRESSROOM_FRAME_HOSTS": [], "PRESSROOM_REDIRECTS": [], "PRESSROOM_SEARCH_SCRIPTS": None,
    "PRESSROOM_RIGHTS": "",
    "PRESSROOM_WORDS": {}, "PRESSROOM_REPORT": "",
}  # fmt: skip
"""Settings of this plugin, where the site's settings file is silent."""
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
"""What our sites have beyond Pelican's."""
DOWNLOADS = ("", "metadata", "text")
"""What the files of data hold: PRESSROOM_DOWNLOADS."""
ROBOTS = ("noindex", "canonical-original", "index", "disallow")
"""What search engines may do."""


def complete(settings: dict[str, Any]) -> None:
    """Fill in this plugin's settings and filters. Raises ValueError for a value that is none."""
    for key, value in {**DEFAULTS, **OURS}.items():
        settings.setdefault(key, value)
    settings["HAS_WEBMANIFEST"] = True
    settings["HAS_ADDRESS"] = bool(settings["SITEURL"])
    settings["HAS_OPENSEARCH"] = bool(settings["PRESSROOM_SEARCH"] and settings["SITEURL"])  # its address is absolute
    if settings["PRESSROOM_DOWNLOADS"] not in DOWNLOADS:
        choices = ", ".join(map(repr, DOWNLOADS))
        raise ValueError(f"PRESSROOM_DOWNLOADS is {settings['PRESSROOM_DOWNLOADS']!r}. Use one of: {choices}.")
    said = i18n.load(Path(settings["THEME"]), settings["DEFAULT_LANG"], settings["PRESSROOM_WORDS"])
    settings["JINJA_GLOBALS"] = {**settings["JINJA_GLOBALS"], "t": said}
    if settings["ROBOTS"] not in ROBOTS:
        raise ValueError(f"ROBOTS is {settings['ROBOTS']!r}. Use one of: {', '.join(ROBOTS)}.")
    if not settings.get("PRESSROOM_STATE"):
        file = settings["PRESSROOM_SETTINGS_FILE"] or settings["PATH"]
        settings["PRESSROOM_STATE"] = str(place_state(settings["CACHE_PATH"], file, settings["OUTPUT_PATH"]))


def leave_out(settings: dict[str, Any]) -> list[str]:
    """Turn off what only the engine makes, so that no template links to it; return the names of what was on."""
    found = ["site.webmanifest"]
    settings["HAS_WEBMANIFEST"] = settings["HAS_OPENSEARCH"] = False
    for key, value in OURS.items():
        if not key.endswith("_URL"):
            found += [_name(key, settings[key])] if settings[key] else []
            settings[key] = type(value)()
    return found


def _name(key: str, value: Any) -> str:
    """Return a page's path, and what another setting of ours asks for as people call it.

    >>> _name("ON_SAVE_AS", "on/{slug}/index.html"), _name("PRESSROOM_OLD_ADDRESSES", True)
    ('on/{slug}/index.html', 'old addresses')
    """
    return str(value) if key.endswith("_SAVE_AS") else key.removeprefix("PRESSROOM_").replace("_", " ").lower()


def site_address(settings: dict[str, Any]) -> str:
    """Return the site's absolute address where a format needs one, without a closing slash."""
    return str(settings["SITEURL"] or settings["PRESSROOM_SITEURL"] or "http://localhost:8000").rstrip("/")


def place_state(cache: str | os.PathLike[str], settings: str, output: str) -> Path:
    """Return where the state of a site stands: one for each settings file and output folder, wherever a clone lies."""
    named = "\n".join(os.path.relpath(os.path.realpath(path), os.path.realpath(cache)) for path in (settings, output))
    return Path(cache) / f"pressroom-{hashlib.sha256(named.encode()).hexdigest()[:12]}.sqlite"
