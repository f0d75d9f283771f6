"""The site's own files have reserved paths, which no article may take. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable

from pressroom.core.settings import SiteSettings

OWN_PAGES = ("SOURCES", "UNDATED", "SEARCH", "NOT_FOUND", "DAYS_OF_THE_YEAR", "STATISTICS")
"""These pages of the whole site are ours and not Pelican's; the names are those of their settings."""
_FIELD = re.compile(r"\{[^}]*\}")


def reserved(settings: SiteSettings) -> re.Pattern[str]:
    """Return what matches the paths that listings, feeds and the theme write, in lower case.

    >>> from pressroom.core.settings import Place
    >>> places = {"TAG": Place("", "tag/{slug}/index.html"), "YEAR_ARCHIVE": Place("", "{date:%Y}/index.html")}
    >>> r = reserved(SiteSettings(places=places, direct_templates=("index",)))
    >>> [bool(r.match(path)) for path in ("tag/x/index.html", "index.html", "2024/index.html", "2024/a/index.html")]
    [True, True, True, False]
    """
    patterns = []
    for key in ("TAG", "CATEGORY", "AUTHOR", "SOURCE", "ON"):
        save_as = settings.place(key).save_as
        if save_as:
            patterns.append(_match_pattern(save_as))
            folder = re.split(r"[{]", save_as)[0].rpartition("/")[0]
            patterns += [re.escape(folder.lower()) + "/.*"] if folder else []
    for key in ("YEAR", "MONTH", "DAY"):
        save_as = settings.place(f"{key}_ARCHIVE").save_as
        if save_as:
            base = re.escape(re.sub(r"index\.html$", "", save_as)) if "{" not in save_as else ""
            patterns += [_match_pattern(save_as), *([base] if base else [])]
    named = [settings.direct_place(name).save_as for name in settings.direct_templates]
    named += [settings.place(key).save_as for key in OWN_PAGES]
    patterns += [re.escape(str(name).lower()) for name in named if name]
    folders = [settings.theme_static_dir, "feeds", "sitemaps", "search", "downloads", "cite", "removed", "checksums"]
    folders += ["statistics"] if settings.place("STATISTICS").save_as else []
    patterns += [re.escape(str(folder).lower()) + "/.*" for folder in folders if folder]
    patterns += [r"robots\.txt", r"sitemap\.xml", r"opensearch\.xml", r"site\.webmanifest", r"about\.txt", r"\..*"]
    return re.compile(f"(?:{'|'.join(patterns)})\\Z")


def _match_pattern(save_as: str) -> str:
    """Return a path pattern of the settings as a regular expression.

    >>> bool(re.fullmatch(_match_pattern("{date:%Y}/{date:%b}/index.html"), "2024/feb/index.html"))
    True
    """
    parts = _FIELD.split(save_as.lower())
    joined = re.escape(parts[0])
    for field, part in zip(_FIELD.findall(save_as), parts[1:], strict=True):
        joined += (_match_dates(field[6:-1]) if field.startswith("{date:") else "[^/]+") + re.escape(part)
    return joined


def _match_dates(form: str) -> str:
    """Return what matches the dates that a form of `strftime` gives, in lower case."""
    names: dict[str, Iterable[str]] = {
        "B": calendar.month_name,
        "b": calendar.month_abbr,
        "A": calendar.day_name,
        "a": calendar.day_abbr,
    }
    pattern = ""
    for plain, code in re.findall(r"([^%]*)(?:%-?(.)|\Z)", form):
        pattern += re.escape(plain.lower())
        if code in names:
            pattern += f"(?:{'|'.join(re.escape(name.lower()) for name in names[code] if name)})"
        elif code:
            pattern += r"\d+" if code in "YymdjHIMSUWuw" else "[^/]+"
    return pattern
