"""A body links by Pelican's `{filename}`, `{static}`, `{attach}`, `{tag}` and the like, and by addresses of originals.

A link whose target is another article's `source_url` leads to our page, with the original as its title. `find_targets` gives
what a body links to when it is read, `resolve_links` puts addresses in when a page is written, so that a moved target
changes only the pages that link to it.
"""

from __future__ import annotations

import json
import posixpath
import re
import sqlite3
from collections.abc import Iterable, Mapping
from html import escape, unescape
from urllib.parse import quote, unquote, urlsplit

from pressroom.content import article
from pressroom.core.keys import make_key, make_record_key, split_key
from pressroom.core.settings import SiteSettings

_LINK = re.compile(
    r'(<[^<>]*?\s(?:href|src)=)"(?:[{|](filename|static|attach|tag|category|author|index)[}|]|(?=https?:))([^"]*)"([^<>]*>)',
    re.I,
)
_PLAIN = re.compile(r"https?://([a-z0-9.-]+)(/[\w./~-]*)", re.ASCII)
_ATTRIBUTE = re.compile(r"\s(?:href|src)=\Z", re.I)
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|mc_[ce]id|cmpid|ref|ref_src)(?:=|$)", re.I)


def normalise_address(address: str) -> str:
    """Return an address as two spellings of it share it: no scheme, `www.`, fragment, tracking or closing slash.

    >>> normalise_address("https://www.Paper.example/a/?utm_source=x&id=2#top"), normalise_address("mailto:x")
    ('paper.example/a?id=2', '')
    """
    if (plain := _PLAIN.fullmatch(address)) and (host := plain[1].removeprefix("www.")):
        return host + plain[2].rstrip("/")  # most are plain, and to take them apart takes five times as long
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
        port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.match(part))
    return f"{host}{port}{parts.path.rstrip('/')}{'?' + query if query else ''}"


def find_targets(html: str, path: str) -> list[str]:
    """Return the targets that a body links to: `file:PATH` below the content folder, `url:ADDRESS` normalised.

    A file that is linked as a static one is also `static:PATH`, one that moves to the article also `attach:PATH`.

    >>> find_targets('<a href="{filename}../b.md#x">b</a> <a href="https://a.example/c/">c</a>', "x/a.md")
    ['file:b.md', 'url:a.example/c']
    """
    targets: dict[str, None] = {}
    for match in _LINK.finditer(html):
        target, kind = _make_target(match[2], match[3], path), (match[2] or "").lower()
        if target:
            targets[target] = None
        if target and kind in ("static", "attach"):
            targets[make_key("static", split_key(target)[1])] = None
        if target and kind == "attach":
            targets[make_key("attach", split_key(target)[1])] = None
    return list(targets)


def _make_target(kind: str | None, value: str, path: str) -> str:
    value = unescape(value)
    if not kind:
        address = normalise_address(value)
        return make_key("url", address) if address else ""
    if kind.lower() not in ("filename", "static", "attach"):
        return make_key(kind.lower(), value)
    place = unquote(urlsplit(value).path)
    folder = posixpath.dirname(path)
    place = place.lstrip("/") if place.startswith("/") else posixpath.join(folder, place)
    return make_key("file", posixpath.normpath(place))


def find_places(db: sqlite3.Connection, targets: str, settings: SiteSettings, known: str = "") -> dict[str, str | None]:
    """Return where the targets that `find_targets` gave stand on the site; `known` is what `fingerprint_links` said of them, if it did."""
    names = json.loads(targets) if targets else []
    if known:
        return {target: place for target, (place, *_) in zip(names, json.loads(known), strict=True)}
    return {target: find_address(db, target, settings) for target in names}


def resolve_links(
    html: str, places: Mapping[str, str | None], root: str, settings: SiteSettings, path: str = ""
) -> str:
    """Return a body with its links as a page below `root` needs them. What leads nowhere is no link."""
    if not places:
        return html

    def put(match: re.Match[str]) -> str:
        target = _make_target(match[2], match[3], path)
        place = places.get(target)
        if place is None:
            return match[0] if not match[2] else _ATTRIBUTE.sub("", match[1]) + match[4]
        address = unescape(match[3])
        tail = address[len(address.partition("#")[0] if target.startswith("url:") else re.split("[?#]", address)[0]) :]
        if match[1].startswith("<img ") and target.startswith("file:"):
            return (
                f'{match[1]}"{escape(f"{root}/{place}{tail}")}"{_measure_image(settings.content, target[5:])}{match[4]}'
            )
        named = match[2] or " title=" in match[1] + match[4] or not match[1].endswith(" href=")
        title = "" if named else f' title="{escape(address)}"'
        return f'{match[1]}"{escape(f"{root}/{place}{tail}")}"{title}{match[4]}'

    return _LINK.sub(put, html)


def _measure_image(content: str, path: str) -> str:
    """Return width and height of an image as attributes, so that the text below it does not move when it comes."""
    import imagesize  # it brings what speaks HTTP, and few articles have images

    try:
        width, height = imagesize.get(posixpath.join(content, path))
    except (OSError, ValueError):
        return ""
    return f' width="{width}" height="{height}"' if width > 0 and height > 0 else ""


def find_address(db: sqlite3.Connection, target: str, settings: SiteSettings) -> str | None:
    """Return where a target stands on the site, None for one that is not there."""
    kind, value = split_key(target)
    if kind == "url":  # "!=" lets SQLite take the index, which has no articles without an original
        row = db.execute(
            "SELECT url FROM record WHERE source_url = ? AND source_url != '' AND live = 1 AND status = 'published' "
            "ORDER BY path LIMIT 1",
            (value,),
        ).fetchone()
        return str(row[0]) if row else None
    if kind == "file":
        row = db.execute("SELECT url, live FROM record WHERE path = ?", (value,)).fetchone()
        if row:
            return str(row[0]) if row[1] else None
        if db.execute("SELECT 1 FROM file WHERE path = ?", (value,)).fetchone():
            return place_static(db, value, settings)[0]
        return None
    if kind in ("static", "attach"):
        return None
    if kind == "index":
        return settings.place("INDEX").save_as
    slug = article.make_term_slug(value, kind)
    if not has_term(db, kind, slug, settings):
        return None
    return settings.place(kind.upper()).url.format(slug=slug, name=value)


def place_static(db: sqlite3.Connection, path: str, settings: SiteSettings) -> tuple[str, str]:
    """Return address and file of a static file.

    What the settings say of its path counts first; then it stands beside the first article that attaches it, newest first;
    else where STATIC_SAVE_AS puts it.
    """
    metadata = article.read_path_metadata(path, settings)
    if "save_as" not in metadata and "url" not in metadata:
        query = (
            "SELECT r.path, r.save_as FROM link l JOIN record r ON r.id = l.id WHERE l.target = ? AND r.live = 1 "
            "ORDER BY r.lists = '', r.stamp, r.tie LIMIT 1"
        )
        attaching = db.execute(query, (make_key("attach", path),)).fetchone()
        if attaching:
            tail = posixpath.relpath(path, posixpath.dirname(attaching[0]) or ".")
            tail = posixpath.basename(path) if tail.startswith("../") else tail
            save_as = posixpath.join(posixpath.dirname(attaching[1]), tail)
            return quote(save_as), save_as
    values = {**metadata, "path": metadata.get("path", path), "slug": "", "lang": settings.default_lang}
    url, save_as = (metadata.get(key) or pattern for key, pattern in settings.place("STATIC")._asdict().items())
    return url.format(**{**values, "path": quote(values["path"])}), save_as.format(**values).lstrip("/")


def has_term(db: sqlite3.Connection, kind: str, slug: str, settings: SiteSettings) -> bool:
    """Tell whether a tag, category or author has a page."""
    row = db.execute("SELECT 1 FROM member WHERE list = ? LIMIT 1", (make_key(kind, slug),)).fetchone()
    return row is not None and bool(settings.place(kind.upper()).save_as)


def is_linked(db: sqlite3.Connection, path: str, kinds: Iterable[str]) -> bool:
    """Tell whether an article links to a file, as one of some kinds of targets."""
    query = "SELECT 1 FROM link JOIN record USING (id) WHERE target = ? AND live = 1 LIMIT 1"
    return any(db.execute(query, (make_key(kind, path),)).fetchone() for kind in kinds)


def list_term_linkers(db: sqlite3.Connection, changed: set[str], settings: SiteSettings) -> list[str]:
    """Return the keys of the records whose bodies link to terms of which the list changed."""
    linkers = []
    for kind in ("author", "category", "tag"):
        query = "SELECT target, id FROM link WHERE target > ? AND target < ? ORDER BY id"
        for target, number in db.execute(query, (make_key(kind, ""), f"{kind};")):
            if make_key(kind, article.make_term_slug(split_key(target)[1], kind)) in changed:
                linkers.append(make_record_key(number))
    return linkers


def list_broken(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return links to files that are not there: (path of the article, path of the file)."""
    query = (
        "SELECT r.path, substr(l.target, 6) AS file FROM link l JOIN record r ON r.id = l.id AND r.live = 1 "
        "WHERE l.target > 'file:' AND l.target < 'file;' "
        "AND NOT EXISTS (SELECT 1 FROM record o WHERE o.path = substr(l.target, 6) AND o.live = 1) "
        "AND (EXISTS (SELECT 1 FROM record o WHERE o.path = substr(l.target, 6)) "
        "OR NOT EXISTS (SELECT 1 FROM file f WHERE f.path = substr(l.target, 6))) ORDER BY r.path, file"
    )
    return db.execute(query).fetchall()


def fingerprint_links(db: sqlite3.Connection, targets: str, settings: SiteSettings) -> str:
    """Return what tells whether the links of a body still lead where they led, and its images are the same."""
    listed = json.loads(targets) if targets else []
    return (
        json.dumps([[find_address(db, target, settings), *_hash_static(db, target)] for target in listed])
        if listed
        else ""
    )


def _hash_static(db: sqlite3.Connection, target: str) -> list[str]:
    """Return the hash of a static file: it may be an image, whatever its name, and a page shows the size of one."""
    if not target.startswith("file:"):
        return []
    query = "SELECT hash FROM file WHERE path = ? AND path NOT IN (SELECT path FROM record)"
    return [str(hashed) for (hashed,) in db.execute(query, (target[5:],))]
