"""What a build reads beside the content, and the hash of all of it that any page may depend on."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from pressroom.core import i18n
from pressroom.core.settings import SiteSettings
from pressroom.state import scanner

PROGRAM = Path(__file__).parents[1]
LIBRARIES = ("pelican", "jinja2", "comrak", "nh3", "python-slugify", "markupsafe", "wordfreq", "babel", "imagesize")
"""Whose versions may change a page."""
NOT_PAGES = frozenset(
    ["PATH", "OUTPUT_PATH", "CACHE_PATH", "THEME", "PLUGIN_PATHS", "PLUGINS", "PORT", "BIND", "LISTEN", "AUTORELOAD",
     "PRESSROOM_CALLER", "PRESSROOM_CHANGED", "PRESSROOM_LOOK", "PRESSROOM_STATE", "PRESSROOM_SETTINGS_FILE", "PLUGIN_PATHS", "THEME_TEMPLATES_OVERRIDES", "PRESSROOM_JOBS", "PRESSROOM_OPTIONS", "LOG_FILTER", "DEBUG", "theme"]
)  # fmt: skip
"""Settings that no page shows: folders, ports and the like. What stands in the folders is looked at itself."""


def list_roots(settings: SiteSettings) -> list[str]:
    """Return what a build reads beside the content: theme, plugin, settings."""
    file = settings.settings_file
    beside = sorted(str(path) for path in Path(file).parent.glob("*.py")) if file else []
    return [settings.theme, *settings.theme_templates_overrides, str(PROGRAM), *beside]


def hash_base(settings: SiteSettings) -> str:
    """Return the hash of what every record and page may depend on: settings, code, libraries."""
    total = hashlib.sha256(repr(show_settings(settings.raw)).encode("utf-8", "replace"))
    versions = [sys.version_info[:3], [_find_version(name) for name in LIBRARIES], settings.address]
    total.update(repr(versions).encode())
    total.update(scanner.hash_contents(PROGRAM, (".py", ".toml")).encode())
    total.update(scanner.hash_contents(Path(settings.theme, i18n.FOLDER), (".toml",)).encode())
    return total.hexdigest()


def show_settings(settings: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the settings that pages may show, in a form that is the same in every process."""
    return [(key, _show_value(value)) for key, value in sorted(settings.items()) if key not in NOT_PAGES]


def _show_value(value: Any) -> str:
    if callable(value):
        return f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', type(value).__name__)}"
    if isinstance(value, dict):
        return repr([(str(key), _show_value(value[key])) for key in sorted(value, key=str)])
    if isinstance(value, (list, tuple)):
        return repr([_show_value(part) for part in value])
    if isinstance(value, (set, frozenset)):
        return repr(sorted(_show_value(part) for part in value))
    return repr(value) if isinstance(value, (str, int, float, bool, bytes, type(None))) else type(value).__name__


def _find_version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
