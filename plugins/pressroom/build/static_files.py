"""Which files are copied as they are: those of STATIC_PATHS, those that bodies link to, and the theme's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from pressroom.content import removals
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import StaticSource
from pressroom.state import links, scanner


def find_static(db: sqlite3.Connection, settings: SiteSettings) -> tuple[list[StaticSource], list[list[str]]]:
    """Return the files, and findings on those that have no place: level, place, what is wrong, what to do."""
    files, findings = [], []
    folder = Path(settings.content).name
    for path, hashed in _choose_files(db, settings):
        save_as = links.static_place(db, path, settings)[1]
        if save_as and ".." not in save_as.split("/"):
            files.append(StaticSource("PATH", path, save_as, hashed.encode()))
        else:
            what = f'its place leaves the site: "{save_as}"'
            findings.append(["error", f"{folder}/{path}", what, "Mend EXTRA_PATH_METADATA."])
    return [*files, *_find_theme_files(settings)], findings


def _choose_files(db: sqlite3.Connection, settings: SiteSettings) -> Iterator[tuple[str, str]]:
    """Yield path and hash of the content's files that belong to the site."""
    paths = [path.strip("/") for path in settings.static_paths]
    without = [path.strip("/") for path in settings.static_excludes]
    for path, hashed in db.execute("SELECT path, hash FROM file WHERE static = 1 ORDER BY path").fetchall():
        inside = is_within(path, paths) and not is_within(path, without)
        if (inside and not path.endswith(removals.ENDING)) or links.is_linked(db, path, ("static", "file")):
            yield path, hashed


def _find_theme_files(settings: SiteSettings) -> Iterator[StaticSource]:
    theme = Path(settings.theme)
    for folder in settings.theme_static_paths:
        for name, _ in scanner.tree(theme / folder):
            hashed = scanner.content_hash(theme / folder / name)
            place = f"{settings.theme_static_dir}/{name}"
            yield StaticSource("THEME", f"{folder}/{name}", place, hashed.encode())


def is_within(path: str, folders: list[str]) -> bool:
    """Tell whether a path stands in one of the folders, or is one; "" is the root."""
    return any(not folder or path == folder or path.startswith(f"{folder}/") for folder in folders)
