"""The whole archive as a JSON Feed: a file for the newest articles, and from it on to older ones, part by part.

Parts are the months, years and the undated, as those of the downloads. Files of a part never shift: the newest of its
articles stand in a file that bears its name, older ones in numbered files that are full. So an article that is added or
edited, however old, makes no more files anew than those of its part and the first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeVar

from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.parts import limit_to_part, list_part
from pressroom.core.settings import SiteSettings
from pressroom.outputs import atom
from pressroom.outputs.archive import Archive, Changed, Fields, Member, join_hashes

T = TypeVar("T")
FIRST = f"{atom.FOLDER}/all.json"


class JsonFeedPage(NamedTuple):
    """A file of the feed."""

    path: str
    ids: list[int]
    """Articles, newest first."""
    older: str
    """Path of the next file, "" for the last."""


PAGES = (JsonFeedPage,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of feeds."""
    return atom.reserved(site)


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the first file, or those of a part; that of a site without articles is empty."""
    if not site.feeds:
        return
    if changed.key == "all":
        parts = ((name, _read_members(db, name)) for name in changed.parts)
        yield _plan_file(FIRST, *find_first(parts))
    name, members = changed.part
    for file in cut_part(name, [*members], changed.parts[name]) if name else ():
        yield _plan_file(*file)
    if changed.key == SITE and not db.execute("SELECT 1 FROM term WHERE list = 'all'").fetchone():
        yield _plan_file(FIRST, [], "")


def _plan_file(path: str, members: list[Member], older: str) -> Planned:
    page = JsonFeedPage(path, [member.id for member in members], older)
    return Planned(page, join_hashes(members))


def _read_members(db: sqlite3.Connection, name: str) -> list[Member]:
    """Return the articles of a part, newest first."""
    key = list_part(name)
    query = f"SELECT id, hash, day FROM member WHERE list = ? {limit_to_part(key)} ORDER BY stamp, tie"
    return [Member(*row) for row in db.execute(query, (key,))]


def render(page: JsonFeedPage, archive: Archive, site: SiteSettings) -> bytes:
    """Return a file of the feed."""
    older = f"{site.address}/{page.older}" if page.older else ""
    feed_url, articles = f"{site.address}/{page.path}", archive.read_articles(page.ids)
    return write_json(articles, title=site.sitename, site=site.address, feed_url=feed_url, next_url=older)


def cut_part(name: str, members: list[T], older: str) -> Iterator[tuple[str, list[T], str]]:
    """Yield the files of a part, newest first: path, articles, path of the next one; `older` is that of the next part.

    >>> [(path, len(found), more) for path, found, more in cut_part("2024-06", [*range(250)], "2024-05")]
    [('feeds/all-2024-06.json', 150, 'feeds/all-2024-06-page-1.json'), \
('feeds/all-2024-06-page-1.json', 100, 'feeds/all-2024-05.json')]
    """
    full = max(0, len(members) // atom.ENTRIES - 1)
    end = len(members) - full * atom.ENTRIES
    paths = [_name_file(name, number) for number in (0, *range(full, 0, -1))]
    leads = [*paths[1:], _name_file(older) if older else ""]
    yield paths[0], members[:end], leads[0]
    for path, more in zip(paths[1:], leads[1:], strict=True):
        yield path, members[end : end + atom.ENTRIES], more
        end += atom.ENTRIES


def find_first(parts: Iterable[tuple[str, list[T]]]) -> tuple[list[T], str]:
    """Return the articles of the first file, and the path of the next one; parts newest first, read as far as needed.

    >>> find_first([("2024-06", [*"abc"]), ("2024-05", ["d"] * 120), ("2023-01", ["e"])])[1]
    'feeds/all-2023-01.json'
    """
    newest: list[T] = []
    for name, members in parts:
        for path, part, _ in cut_part(name, members, ""):
            if len(newest) >= atom.ENTRIES:
                return newest, path
            newest += part
    return newest, ""


def _name_file(name: str, number: int = 0) -> str:
    return f"feeds/all-{name}-page-{number}.json" if number else f"feeds/all-{name}.json"


# --- writing --------------------------------------------------------------------------------------------------------

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_json(articles: Iterable[Fields], *, title: str, site: str, feed_url: str, next_url: str = "") -> bytes:
    """Return a part of a JSON Feed 1.1; an undated article has no `date_published`. `next_url` is that of older ones."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": f"{site}/", "feed_url": feed_url,
    }  # fmt: skip
    if next_url:
        feed["next_url"] = next_url
    head = _ENCODE(feed)[:-1]
    items = ",\n".join(_ENCODE(_make_item(fields, site)) for fields in articles)
    return f'{head},"items":[\n{items}\n]}}\n'.encode("utf-8", "replace")


def _make_item(fields: Fields, site: str) -> dict[str, Any]:
    address = f"{site}/{fields['url']}"
    item = {
        "id": address, "url": address, "title": fields["title"], "summary": fields["dek"] or fields["excerpt"],
        "content_text": fields["excerpt"], "language": fields["lang"],
    }  # fmt: skip
    if fields["source_url"]:
        item["external_url"] = fields["source_url"]
    if fields["date_precision"] == "day" and fields["date_from"] != "captured":
        item["date_published"] = atom.format_stamp(fields["date"])
    if names := atom.name_authors(fields):
        item["authors"] = [{"name": name} for name in names]
    if tags := [name for name, _ in fields["tags"]]:
        item["tags"] = tags
    return item
