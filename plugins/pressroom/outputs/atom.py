"""Atom feeds of all articles and of each term, from the fields of articles. An article without a day is in none.

An article's Atom entry is the same in every feed, so it is written once per change and feeds are joined from entries.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from pressroom.core.keys import KINDS
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed, Fields, Member, join_hashes

ATOM = "http://www.w3.org/2005/Atom"
FOLDER = "feeds"
ENTRIES = 100
"""Newest articles in one feed."""
_UPDATED = re.compile("<updated>([^<]*)</updated>")


class FeedPage(NamedTuple):
    """A feed."""

    path: str
    title: str
    ids: list[int]
    """Articles, newest first."""


PAGES = (FeedPage,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of feeds."""
    return [rf"{FOLDER}/.*"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the feed of the newest articles of all, or of a term."""
    if not site.feeds or changed.kind not in ("all", *KINDS):
        return
    if changed.kind == "all":  # the newest of them may be undated
        rows = db.execute(
            "SELECT id, hash, day FROM member WHERE list = 'all' AND day = 2 ORDER BY stamp, tie LIMIT ?", (ENTRIES,)
        )
        newest = [Member(*row) for row in rows]
    else:
        newest = [*islice((member for member in changed.members if member.day == 2), ENTRIES)]
    if newest:
        name, title = (
            (f"{changed.kind}-{changed.slug}", f"{site.sitename}: {changed.name}")
            if changed.slug
            else (changed.kind, site.sitename)
        )
        page = FeedPage(f"{FOLDER}/{name}.atom.xml", title, [member.id for member in newest])
        yield Planned(page, join_hashes(newest))


def render(page: FeedPage, archive: Archive, site: SiteSettings) -> bytes:
    """Return the feed."""
    entries = archive.read_entries(page.ids)
    return write_feed(entries, title=page.title, site=site.address, feed_url=f"{site.address}/{page.path}")


def make_entry(fields: Fields, site: str) -> str:
    """Return an article's Atom entry (RFC 4287)."""
    address = f"{site}/{fields['url']}"
    parts = [
        f'<entry xml:lang="{_escape_attribute(fields["lang"])}">', _write_element("title", fields["title"]), _write_element("id", address),
        f'<link href="{_escape_attribute(address)}" rel="alternate" type="text/html" />',
    ]  # fmt: skip
    if fields["source_url"]:
        parts.append(f'<link href="{_escape_attribute(fields["source_url"])}" rel="via" />')
    parts.append(_write_element("updated", find_update(fields)))
    if fields["date_from"] != "captured":
        parts.append(_write_element("published", format_stamp(fields["date"])))
    names = name_authors(fields) or ([fields["source"][0]] if fields["source"] else ["unknown"])
    parts += [f"<author>{_write_element('name', name)}</author>" for name in names]
    parts += [f'<category term="{_escape_attribute(name)}" />' for name, _ in fields["tags"]]
    parts += [_write_element("summary", fields["dek"] or fields["excerpt"]), "</entry>"]
    return "".join(parts)


def write_feed(entries: Sequence[str], *, title: str, site: str, feed_url: str) -> bytes:
    """Return an Atom feed of entries, of which there is one at least. Its `updated` is theirs, never the clock's."""
    latest = max((_UPDATED.search(text)[1] for text in entries), key=datetime.fromisoformat)  # type: ignore[index]
    head = [
        f'<feed xmlns="{ATOM}">', _write_element("title", title), _write_element("id", feed_url),
        f'<link href="{_escape_attribute(feed_url)}" rel="self" type="application/atom+xml" />',
        f'<link href="{_escape_attribute(site)}/" rel="alternate" type="text/html" />', _write_element("updated", latest),
    ]  # fmt: skip
    text = "".join(['<?xml version="1.0" encoding="utf-8"?>\n', *head, *entries, "</feed>\n"])
    return text.encode("utf-8", "replace")


def find_update(fields: Fields) -> str:
    """Return when an article was last changed, as Atom writes it."""
    return format_stamp(fields["modified"] or fields["date"])


def name_authors(fields: Fields) -> list[str]:
    """Return the names of an article's authors."""
    return [name for name, _ in fields["authors"]]


def format_stamp(date: str) -> str:
    """Return a date in the form of RFC 3339, which both kinds of feeds want."""
    moment = datetime.fromisoformat(date)
    text = moment.isoformat(timespec="seconds")
    return text if moment.tzinfo else f"{text}Z"


def _write_element(name: str, text: str) -> str:
    return f"<{name}>{_escape(text)}</{name}>"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def _escape_attribute(text: str) -> str:
    text = _escape(text).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#09;") if not text.isprintable() else text
