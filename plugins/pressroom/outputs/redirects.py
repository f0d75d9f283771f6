"""Old addresses of articles, and where they stand now: maps for web servers, and pages that lead on.

An old address is the `Source_url` of an article or page, or one of its `Aliases`: a path of this site or a whole
address. Of several articles with one old address the first by path has it. The maps are cut by month, as the sitemap
is, so that one new article changes one part of each. A page at an old path is written for aliases on this site and for
the hosts of PRESSROOM_REDIRECTS, never where the site has a page of its own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import posixpath
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urlsplit

from markupsafe import Markup

from pressroom.contract import split_list
from pressroom.core.keys import RECORD
from pressroom.core.page import Planned
from pressroom.core.parts import limit_to_part
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed

FOLDER = "downloads/old-addresses"
LISTS = ("month", "year", "undated", "withdrawn")
"""Kinds of lists that own a part of the maps; a year those of which only the year is known."""
LONGEST = 240
"""Bytes of a part of a path; file systems take 255."""
_SAFE = "/%:=&?~+!$,;'@()*[]"
_PLAIN = re.compile(r"https?://[a-z0-9.-]+/[\w./~-]*", re.ASCII)
_UNQUOTED = re.compile(r"[\w./~-]*", re.ASCII)
_NAMELESS = re.compile(r"[\x00-\x1f\x7f\\]")
_HOST = re.compile(r"[\w.-]+(?::\d+)?", re.ASCII)
_PAGE = (".html", ".htm")
_NUMBERED = re.compile(r"(?:.*/)?page/\d+(?:/.*)?", re.S)
"""Where lists put their further pages."""


class Old(NamedTuple):
    """An old address as the state keeps it."""

    address: str
    """Host, path and query in lower case, or a path: servers tell addresses apart by these."""
    place: str
    """`file` in lower case: no two pages may share it."""
    full: str
    """The address as it was."""
    file: str
    """Below the output folder, where a page for it would stand; "" where none can."""
    page: int
    """Whether that page is wanted."""


class RedirectMap(NamedTuple):
    """A list's part of the maps."""

    path: str
    key: str
    form: str
    """One of FORMATS."""


class RedirectPage(NamedTuple):
    """A page at an old path."""

    path: str
    article: int


PAGES = (RedirectMap, RedirectPage)


class Move(NamedTuple):
    """One line of a map."""

    full: str
    url: str
    """Where the article stands now, below the site's address."""
    has_path: bool
    """No other article has the path on another host, and nothing of this site stands there."""


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of the maps; a page at an old path gives way to an article."""
    return [rf"{FOLDER}/.*"]


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield a list's part of the maps, or the pages that lead to an article."""
    if changed.key.startswith(RECORD):
        for file in find_pages(db, int(changed.slug), changed.reserved):
            yield Planned(RedirectPage(file, int(changed.slug)), changed.members[0].hash)
    if site.old_addresses and changed.kind in LISTS and (lines := find_moves(db, changed.key, changed.reserved)):
        shown = hashlib.blake2b(repr(lines).encode("utf-8", "surrogatepass"), digest_size=12).digest()
        for form in FORMATS:
            yield Planned(RedirectMap(f"{FOLDER}/{changed.slug or changed.kind}.{form}", changed.key, form), shown)


def render(page: RedirectMap | RedirectPage, archive: Archive, site: SiteSettings) -> bytes:
    """Return a part of a map, or a page that leads on."""
    if isinstance(page, RedirectPage):
        (fields,) = archive.read_articles([page.article])
        return write_page(fields, page.path, site)
    return FORMATS[page.form](archive.find_moves(page.key), site.siteurl.rstrip("/")).encode("utf-8", "replace")


# --- reading --------------------------------------------------------------------------------------------------------


def found(fields: Mapping[str, Any], settings: SiteSettings) -> list[Old]:
    """Return the old addresses of an article or page, each once; none of what readers are not shown.

    >>> [old.file for old in found({"status": "published", "source_url": "https://a.example/x?id=1", "aliases": "/b/; /c.php",
    ...     "save_as": "x"}, SiteSettings())]
    ['', 'b/index.html', 'c.php']
    """
    if fields["status"] not in ("published", "withdrawn"):
        return []
    hosts = {str(host).lower() for host in settings.redirects}
    kept: dict[str, Old] = {}
    for text in (fields.get("source_url", ""), *split_list(fields.get("aliases", ""))):
        full = cleaned(text)
        if not full:
            continue
        host, slash, path = full.partition("://")[2].partition("/") if "://" in full else ("", "/", full[1:])
        file = "" if "?" in path else file_of(path)
        own = not host or bool({host.lower(), "*"} & hosts)
        address = f"{host}{slash}{path}".lower()
        page = own and _is_page(file) and file.lower() != fields["save_as"].lower()
        kept.setdefault(address, Old(address, file.lower(), full, file, int(page)))
    return list(kept.values())


def cleaned(address: str) -> str:
    """Return an old address as a browser asks for it, without its fragment; "" for what is none.

    >>> cleaned("HTTPS://Paper.example/a b?x=1#top"), cleaned("/old/"), cleaned("mailto:x"), cleaned("//x")
    ('https://paper.example/a%20b?x=1', '/old/', '', '')
    """
    address = address.strip().partition("#")[0]
    if _PLAIN.fullmatch(address):  # most are, and to take them apart takes twenty times as long
        return address
    if address.startswith("/"):
        return quote(address, safe=_SAFE) if not address.startswith("//") else ""
    try:
        parts = urlsplit(address)
        host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{host}{quote((parts.path or '/') + query, safe=_SAFE)}"


def file_of(path: str) -> str:
    """Return the file that a static host shows at a path, "" for a path that leaves the site or that no file can have.

    >>> file_of("2009/a%20b/"), file_of("story"), file_of("story.html"), file_of("a/../b"), file_of(".git/x")
    ('2009/a b/index.html', 'story/index.html', 'story.html', '', '')
    """
    try:
        plain = unquote(path, errors="strict") if "%" in path else path
    except UnicodeDecodeError:
        return ""
    *folders, last = plain.split("/")
    if _NAMELESS.search(plain) or any(
        not part or part[0] == "." or len(part.encode()) > LONGEST for part in [*folders, last or "index.html"]
    ):
        return ""
    if not last:
        return "/".join([*folders, "index.html"])
    return plain if "." in last else f"{plain}/index.html"


def _is_page(file: str) -> bool:
    """Tell whether a redirect page may stand in a file: one that hosts serve as HTML, no folder of which is one."""
    folder, name = posixpath.split(file.lower())
    return name.endswith(_PAGE) and not any(part.endswith(_PAGE) for part in folder.split("/"))


def is_reserved(file: str, own: re.Pattern[str]) -> bool:
    """Tell whether a file is one of the site's listings, feeds and the like."""
    return bool(own.match(file.lower()) or _NUMBERED.fullmatch(file.lower()))


# --- the state's answers --------------------------------------------------------------------------------------------

_FIRST = (
    "NOT EXISTS (SELECT 1 FROM old p JOIN record q ON q.id = p.id WHERE p.{0} = o.{0} AND p.id != o.id AND q.live = 1 "
    "AND q.path < r.path)"
)
_FREE = "NOT EXISTS (SELECT 1 FROM record q WHERE q.address = o.place AND q.live = 1)"


def find_moves(db: sqlite3.Connection, key: str, own: re.Pattern[str]) -> list[Move]:
    """Return the lines of a list's part of the maps, in the order of its articles."""
    query = (
        f"SELECT o.full, r.url, o.place, o.place != '' AND {_FIRST.format('place')} AND {_FREE} "
        f"FROM member m JOIN record r ON r.id = m.id JOIN old o ON o.id = m.id "
        f"WHERE m.list = ? {limit_to_part(key, 'm')} AND {_FIRST.format('address')} ORDER BY m.stamp, m.tie, o.address"
    )
    return [
        Move(full, url, bool(free) and not is_reserved(place, own))
        for full, url, place, free in db.execute(query, (key,))
    ]


def find_pages(db: sqlite3.Connection, number: int, own: re.Pattern[str]) -> list[str]:
    """Return the files of the pages that lead to an article from its old paths, without those that may not be."""
    query = (
        f"SELECT o.file FROM old o JOIN record r ON r.id = o.id WHERE o.id = ? AND o.page = 1 AND {_FIRST.format('place')} "
        f"AND {_FREE} ORDER BY o.file"
    )
    files = {file.lower(): file for (file,) in db.execute(query, (number,))}
    return [file for file in files.values() if not is_reserved(file, own) and not _is_blocked(db, file)]


def _is_blocked(db: sqlite3.Connection, file: str) -> bool:
    """Tell whether another file of the site stands in the place, in that of a folder, or below it."""
    above = _folders(file)
    if db.execute("SELECT 1 FROM file WHERE path = ?", (file,)).fetchone():
        return True
    if any(
        db.execute("SELECT 1 FROM record WHERE address = ? AND live = 1", (path.lower(),)).fetchone() for path in above
    ):
        return True
    below = (f"{file.lower()}/", f"{file.lower()}0")
    return bool(db.execute("SELECT 1 FROM record WHERE address > ? AND address < ? AND live = 1", below).fetchone())


def _folders(file: str) -> list[str]:
    parts = file.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def find_refused(db: sqlite3.Connection, own: re.Pattern[str]) -> list[tuple[str, str]]:
    """Return pages that are wanted and not written: (path of the content file, old address)."""
    query = (  # of those that have no page of the very name a few are looked at closely: the state has the pages planned
        "SELECT o.id, o.file, o.full, r.path FROM old o JOIN record r ON r.id = o.id WHERE o.page = 1 AND r.live = 1 "
        "AND NOT EXISTS (SELECT 1 FROM page p WHERE p.path = o.file AND p.list = 'record:' || o.id)"
    )
    written: dict[int, set[str]] = {}
    left = []
    for number, file, full, path in db.execute(f"{query} ORDER BY r.path, o.full").fetchall():
        if number not in written:
            written[number] = {page.lower() for page in find_pages(db, number, own)}
        if file.lower() not in written[number]:
            left.append((path, full))
    return left


def concerned(db: sqlite3.Connection, number: int, address: str) -> Iterator[str]:
    """Yield the keys of what has to be planned again when an article that stands at `address` comes, goes or changes."""
    rivals = "SELECT p.id FROM old o JOIN old p ON p.{0} = o.{0} AND o.{0} != '' AND p.id != o.id WHERE o.id = ?"
    numbers = {row[0] for column in ("address", "place") for row in db.execute(rivals.format(column), (number,))}
    numbers |= _at(db, address) if address else set()
    for other in sorted(numbers):
        yield f"record:{other}"
        lists = db.execute("SELECT lists FROM record WHERE id = ?", (other,)).fetchone()[0]
        yield from (key for key in lists.split("\n") if key.partition(":")[0] in LISTS)


def at_file(db: sqlite3.Connection, path: str) -> list[str]:
    """Return the keys of articles whose redirect pages a static file concerns."""
    return [f"record:{number}" for number in sorted(_at(db, path.lower()))]


def _at(db: sqlite3.Connection, place: str) -> set[int]:
    """Return articles with an old path in a place, in one of its folders, or below it."""
    found = {
        row[0]
        for path in (place, *_folders(place))
        for row in db.execute("SELECT id FROM old WHERE place = ?", (path,))
    }
    below = db.execute("SELECT id FROM old WHERE place > ? AND place < ?", (f"{place}/", f"{place}0"))
    return found | {row[0] for row in below}


# --- writing --------------------------------------------------------------------------------------------------------


def write_nginx(lines: Iterable[Move], site: str) -> str:
    """Return lines for a `map "$host$request_uri"` of nginx. An address over 400 characters would need larger buckets."""
    return "".join(
        f'"{key}" "{_target(move, site).replace("$", "%24")}";\n'
        for move in lines
        if len(key := _key(move, site)) <= 400 and key[0] != "/"
    )


def write_apache(lines: Iterable[Move], site: str) -> str:
    """Return lines for a `RewriteMap` of Apache with the key `%{HTTP_HOST}` and the path as it was asked for."""
    return "".join(f"{key} {_target(move, site)}\n" for move in lines if (key := _key(move, site))[0] != "/")


def write_netlify(lines: Iterable[Move], site: str) -> str:
    """Return lines for `_redirects`, which knows paths only: without queries and without what would be a placeholder."""
    kept: dict[str, str] = {}
    for move in lines:
        path = (
            "/" + move.full.partition("://")[2].partition("/")[2]
            if "://" in move.full
            else urlsplit(site).path + move.full
        )
        if move.has_path and "*" not in path and "/:" not in path:
            kept.setdefault(path, f"{path} {_target(move, site)} 301\n")
    return "".join(kept.values())


def write_csv(lines: Iterable[Move], site: str) -> str:
    """Return CSV: old address, new address."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows((_full(move, site), _target(move, site)) for move in lines)
    return text.getvalue()


FORMATS: Mapping[str, Callable[[Sequence[Move], str], str]] = {
    "nginx.map": write_nginx, "apache.txt": write_apache, "redirects.txt": write_netlify, "csv": write_csv,
}  # fmt: skip
"""Ending of a part's name to what writes it. Parts may be joined: none has a head."""

_LEAD = Markup(
    '<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
    '<meta name="robots" content="noindex">\n<link rel="canonical" href="{canonical}">\n'
    '<meta http-equiv="refresh" content="0; url={address}">\n</head>\n'
    '<body><p><a href="{address}">{title}</a></p></body>\n</html>\n'
)


def write_page(fields: Mapping[str, Any], file: str, settings: SiteSettings) -> bytes:
    """Return the page in a file that leads on to an article."""
    url, above = fields["url"], settings.siteurl
    if settings.relative_urls:
        above = "/".join([".."] * file.count("/")) or "."
        url += "index.html" * (not url or url.endswith("/"))
    page = _LEAD.format(
        title=fields["title"], lang=fields["lang"], address=f"{above}/{url}", canonical=f"{settings.address}/{fields['url']}"
    )  # fmt: skip
    return page.encode("utf-8", "replace")


def _full(move: Move, site: str) -> str:
    return f"{site}{move.full}" if move.full.startswith("/") else move.full


def _key(move: Move, site: str) -> str:
    """Return host, path and query; the path alone where the site's own host is not known."""
    return _full(move, site).partition("://")[2] or move.full


def _target(move: Move, site: str) -> str:
    return f"{site}/{move.url if _UNQUOTED.fullmatch(move.url) else quote(move.url, safe=_SAFE)}"
