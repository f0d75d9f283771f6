"""A build without Pelican, by the settings that it made ready for the build before: its import takes longer than a page.

Only where nothing has changed that it made them from: the settings file says the same when it is run again, the options
are the same, and so are Python, the libraries and this plugin. Anything else is left to Pelican.
"""

from __future__ import annotations

import ast
import locale
import os
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader

from pressroom import defaults, engine, foreign, progress, scan, state

KEY = "ready"
"""Of the table `meta`."""
PATTERNS = "PAGINATION_PATTERNS"
FUNCTIONS = ("JINJA_FILTERS", "JINJA_GLOBALS", "JINJA_TESTS")


def keep(path: Path, key: list[str], options: Sequence[str], caller: dict[str, Any], pelican: Any) -> None:
    """Keep in the state at `path` what Pelican made ready for the build that has just ended, where it can be kept.

    `key` is what makes two builds the same apart from files, `options` are those for Pelican among it; `caller` are the
    settings that the caller gives anew for each build. What is no literal, as a filter of the site's own, cannot be kept,
    and neither can other plugins.
    """
    with closing(state.connect(path)) as db:
        db.execute("DELETE FROM meta WHERE key = ?", (KEY,))
        is_alone = pelican.settings["PLUGINS"] == ["pressroom"] and pelican.pressroom["PRESSROOM_LISTINGS"] == "stable"
        if not is_alone or not all(option == "-e" or _is_of_site(option, caller) for option in options):
            return
        given, whole = pelican.pressroom_given, pelican.pressroom
        settings = {name: (given if name in FUNCTIONS else whole)[name] for name in given if name not in caller}
        settings[PATTERNS] = [tuple(rule) for rule in settings[PATTERNS]]
        built = pelican.pressroom_engine
        found = {
            "of": _of(path, Path(caller["PRESSROOM_SETTINGS_FILE"]), key), "settings": settings,
            "templates": [loader.searchpath for loader in built.env.loader.loaders[:2]],
            "foreign": tuple(built.foreign.asked) if built.foreign else None, "versions": built.versions,
        }  # fmt: skip
        text = repr(found)
        with suppress(ValueError, SyntaxError):
            if found["of"] and ast.literal_eval(text) == found:
                state.put(db, KEY, text)


def known(path: Path, key: list[str], caller: dict[str, Any]) -> dict[str, Any] | None:
    """Return what `keep` kept, None where there is nothing, or Pelican would make it otherwise now."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            text = state.get(db, KEY)
    except sqlite3.DatabaseError:
        return None
    found: dict[str, Any] = ast.literal_eval(text) if text else {}
    if not found or found["of"] != _of(path, Path(caller["PRESSROOM_SETTINGS_FILE"]), key):
        return None
    return found if Path(found["settings"]["THEME"]).is_dir() else None


def build(found: dict[str, Any], caller: dict[str, Any]) -> dict[str, Any]:
    """Build and return the report; `found` is of `known`, `caller` as `keep` was given it."""
    settings = found["settings"] | caller
    defaults.complete(settings)
    for name in settings["LOCALE"]:
        with suppress(locale.Error):
            locale.setlocale(locale.LC_ALL, str(name))
            break
    asked = found["foreign"]
    reader = foreign.Foreign(settings, foreign.Asked(*asked)) if asked else None
    env = environment(settings, *found["templates"])
    built = engine.Engine(settings, env, reader, found["versions"])
    with progress.Progress() as shown:
        return asdict(built.build(shown))


def environment(settings: dict[str, Any], folders: list[str], simple: list[str]) -> Environment:
    """Return Jinja's environment as Pelican's generators make it: theme, its overrides, and Pelican's `simple` theme."""
    shared = FileSystemLoader(simple)
    prefixed = PrefixLoader({"!simple": shared, "!theme": FileSystemLoader(folders[-1:])})
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(folders), shared, prefixed]), **settings["JINJA_ENVIRONMENT"]
    )
    env.filters["strftime"] = _strftime
    env.filters.update(settings["JINJA_FILTERS"])
    env.globals.update(settings["JINJA_GLOBALS"])
    env.tests["plugin_enabled"] = lambda name: _is_enabled(settings["PLUGINS"], name)
    env.tests.update(settings["JINJA_TESTS"])
    return env


def _is_of_site(option: str, caller: dict[str, Any]) -> bool:
    """Tell a setting among the options that nobody but the site's maker gives."""
    key, given, _ = option.partition("=")
    return bool(given) and not key.startswith("-") and key not in caller


def _strftime(date: Any, form: str) -> str:
    from pelican.utils import DateFormatter

    return str(DateFormatter()(date, form))


def _is_enabled(plugins: list[str], name: str) -> bool:
    from pelican.plugins._utils import plugin_enabled

    return bool(plugin_enabled(name, plugins))


def _of(path: Path, settings_file: Path, key: list[str]) -> list[Any]:
    """Return what the settings are made from, nothing where the file cannot be run: Pelican will tell of it.

    Where the state lies, at `path`, says where the output folder does: its name is of the way from one to the other.
    """
    names: dict[str, Any] = {"__name__": settings_file.stem, "__file__": str(settings_file)}
    try:
        exec(compile(settings_file.read_bytes(), settings_file, "exec"), names)
    except Exception:
        return []
    said = repr([(name, value) for name, value in sorted(names.items()) if name.isupper()])
    code = scan.contents(Path(__file__).parent, (".py", ".toml"))
    return [state.machine(), said, code, key, os.getcwd(), os.path.realpath(path)]
