"""Atom feeds and a JSON feed, from the fields of articles. An article without a day is in no Atom feed. Pure.

An article's Atom entry is the same in every feed, so it is written once per change and feeds are joined from entries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pressroom.content.article import ArticleFields

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 100
"""Newest articles in one feed."""
_UPDATED = re.compile("<updated>([^<]*)</updated>")


def entry(fields: ArticleFields, site: str) -> str:
    """Return an article's Atom entry (RFC 4287)."""
    address = f"{site}/{fields['url']}"
    parts = [
        f'<entry xml:lang="{_attribute(fields["lang"])}">', _element("title", fields["title"]), _element("id", address),
        f'<link href="{_attribute(address)}" rel="alternate" type="text/html" />',
    ]  # fmt: skip
    if fields["source_url"]:
        parts.append(f'<link href="{_attribute(fields["source_url"])}" rel="via" />')
    parts.append(_element("updated", updated(fields)))
    if fields["date_from"] != "captured":
        parts.append(_element("published", _stamp(fields["date"])))
    names = _names(fields) or ([fields["source"][0]] if fields["source"] else ["unknown"])
    parts += [f"<author>{_element('name', name)}</author>" for name in names]
    parts += [f'<category term="{_attribute(name)}" />' for name, _ in fields["tags"]]
    parts += [_element("summary", fields["dek"] or fields["excerpt"]), "</entry>"]
    return "".join(parts)


def atom(entries: Sequence[str], *, title: str, site: str, feed_url: str) -> bytes:
    """Return an Atom feed of entries, of which there is one at least. Its `updated` is theirs, never the clock's."""
    latest = max((_UPDATED.search(text)[1] for text in entries), key=datetime.fromisoformat)  # type: ignore[index]
    head = [
        f'<feed xmlns="{ATOM}">', _element("title", title), _element("id", feed_url),
        f'<link href="{_attribute(feed_url)}" rel="self" type="application/atom+xml" />',
        f'<link href="{_attribute(site)}/" rel="alternate" type="text/html" />', _element("updated", latest),
    ]  # fmt: skip
    text = "".join(['<?xml version="1.0" encoding="utf-8"?>\n', *head, *entries, "</feed>\n"])
    return text.encode("utf-8", "replace")


def updated(fields: ArticleFields) -> str:
    """Return when an article was last changed, as Atom writes it."""
    return _stamp(fields["modified"] or fields["date"])


_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_feed(articles: Iterable[ArticleFields], *, title: str, site: str, feed_url: str, next_url: str = "") -> bytes:
    """Return a part of a JSON Feed 1.1; an undated article has no `date_published`. `next_url` is that of older ones."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1", "title": title, "home_page_url": f"{site}/", "feed_url": feed_url,
    }  # fmt: skip
    if next_url:
        feed["next_url"] = next_url
    head = _encoded(feed)[:-1]
    items = ",\n".join(_encoded(_item(fields, site)) for fields in articles)
    return f'{head},"items":[\n{items}\n]}}\n'.encode("utf-8", "replace")


def _item(fields: ArticleFields, site: str) -> dict[str, Any]:
    address = f"{site}/{fields['url']}"
    found: dict[str, Any] = {
        "id": address, "url": address, "title": fields["title"], "summary": fields["dek"] or fields["excerpt"],
        "content_text": fields["excerpt"], "language": fields["lang"],
    }  # fmt: skip
    if fields["source_url"]:
        found["external_url"] = fields["source_url"]
    if fields["date_precision"] == "day" and fields["date_from"] != "captured":
        found["date_published"] = _stamp(fields["date"])
    if names := _names(fields):
        found["authors"] = [{"name": name} for name in names]
    if tags := [name for name, _ in fields["tags"]]:
        found["tags"] = tags
    return found


def _names(fields: ArticleFields) -> list[str]:
    return [name for name, _ in fields["authors"]]


def _stamp(date: str) -> str:
    moment = datetime.fromisoformat(date)
    text = moment.isoformat(timespec="seconds")
    return text if moment.tzinfo else f"{text}Z"


def _element(name: str, text: str) -> str:
    return f"<{name}>{_escaped(text)}</{name}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def _attribute(text: str) -> str:
    text = _escaped(text).replace('"', "&quot;")
    return text.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#09;") if not text.isprintable() else text
