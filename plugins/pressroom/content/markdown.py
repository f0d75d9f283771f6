"""A content file's text to its header and body, whatever way a person wrote the header; and its body to HTML. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from html import unescape
from pathlib import PurePosixPath
from typing import Any

import comrak

from pressroom.content import sanitize
from pressroom.content.images import figures
from pressroom.content.sanitize import safe_html
from pressroom.contract import ALIASES, HEADER_LINE, NO_DATE, PRECISIONS, join_list, slug

NESTED = 2
"""Lists in lists that a value of YAML front matter is taken from."""
LONG = 1 << 14
"""Characters from which on YAML front matter is not given to libyaml."""
EXCERPT = 220
"""Characters of the excerpt that listings and search results show."""

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_LINE = re.compile(HEADER_LINE.pattern.strip("^$"))
"""Within a text; a value ends with its line."""
_FIRST_KEYS = frozenset(
    ["title", "date", "tags", "category", "author", "authors", "slug", "summary", "lang", "status", "modified"]
)
_CONTINUED = re.compile(r"^[ \t]+\S")
_FIRST_HEADING = re.compile(r"^(?:#{1,2}[ \t]+(.+?)[ \t#]*$|(.+)\n={3,}[ \t]*$)", re.M)
_FILE_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})[-_ ]?")
_PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?(?:[+-]\d{2}:\d{2})?)?")
"""Dates that need no parser of all forms, which takes longer than the article's Markdown."""
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]|\Z)")
_VAGUE_DATE = re.compile(r"\d{4}(?:-\d{2})?")
_INTRASITE = re.compile(r"%7B(filename|static|attach|author|category|tag|index)%7D", re.I)
_CODE = re.compile(r"^(```+|~~~+).*?^\1|(`+).+?\2", re.S | re.M)
_PARAGRAPH = re.compile(r"<(?:p|li)>([^<]*(?:<(?!/(?:p|li)>)[^<]*)*)</(?:p|li)>")
"""Without `.*?`, which goes letter by letter."""
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Record:
    """A content file as it is read: what it says, before any setting."""

    header: dict[str, str]
    """By key in lower case; aliases are resolved."""
    body: str
    lines: dict[str, int] = field(default_factory=dict)
    """Line of each key in the file, from 1."""


def split(text: str, path: str) -> Record:
    """Return header and body of a content file in Pelican's form, with YAML front matter, or with none.

    The title falls back to the first heading, which then leaves the body, or to the file's name; the date to a date
    that the name begins with. Raises ValueError where front matter is no YAML.

    >>> split("Title: A\\nPubdate: 2024-06-20\\n\\nBody\\n", "a.md").header
    {'title': 'A', 'date': '2024-06-20'}
    >>> split("---\\ntitle: A\\ntags: [x, 'y, z']\\n---\\nBody\\n", "a.md").header
    {'title': 'A', 'tags': 'x; y, z'}
    >>> split("# A storm\\n\\nBody\\n", "2024-06-20-storm.md").header
    {'title': 'A storm', 'date': '2024-06-20'}
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    raw, lines, body = _yaml(front[1] or "", text[front.end() :]) if front else _pelican(text)
    header: dict[str, str] = {}
    for key, value in raw.items():
        name = ALIASES.get(key, key)
        if value and (name == key or name not in raw):
            header.setdefault(name, value)
    if "title" not in header:
        title, body = _title(body, PurePosixPath(path).stem)
        header = {"title": title, **header}
    if "date" not in header and (match := _FILE_DATE.match(PurePosixPath(path).stem)):
        header["date"] = match[1]
    return Record(header, body, lines)


def _pelican(text: str) -> tuple[dict[str, str], dict[str, int], str]:
    """Read Pelican's header: `Key: value` lines up to the first that is none; indented lines go on with the last."""
    header: dict[str, str] = {}
    numbers: dict[str, int] = {}
    last, number, start = "", 0, 0
    while start <= len(text):
        match = _LINE.match(text, start)
        if match and (header or _opens_header(match, text)):
            end = match.end()
            last = match[1].lower()
            header.setdefault(last, match[2].strip())
            numbers.setdefault(last, number + 1)
        else:
            end = text.find("\n", start)
            line = text[start : (end := len(text) if end < 0 else end)]
            if not last or not _CONTINUED.match(line):
                return header, numbers, text[start:] if line.strip() else text[end + 1 :]
            header[last] = f"{header[last]} {line.strip()}".strip()
        number, start = number + 1, end + 1
    return header, numbers, ""


def _opens_header(match: re.Match[str], text: str) -> bool:
    """Tell a header from prose that begins with "UPDATE: ..." or with an address."""
    key = match[1].lower()
    return (
        key in _FIRST_KEYS
        or key in ALIASES
        or any((other := HEADER_LINE.match(line)) and other[1].lower() == "title" for line in text.split("\n", 6)[1:6])
    )


def _yaml(front: str, body: str) -> tuple[dict[str, str], dict[str, int], str]:
    import yaml  # here, as Pelican's own header does without

    # libyaml, where it is there, takes a seventh of the time, but dies of what is nested 200,000 deep.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if len(front) < LONG else yaml.SafeLoader
    try:
        found = yaml.load(front.encode("utf-8", "replace"), loader) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"line {mark.line + 2 if mark else 1}: the front matter is no YAML") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line 1: the front matter cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("line 1: the front matter is no table of keys and values")
    header = {str(key).lower(): _value(str(key).lower(), value) for key, value in found.items()}
    lines = {}
    for number, line in enumerate(front.split("\n"), 2):
        if match := re.match(r"([\w-]+)\s*:", line):
            lines[match[1].lower()] = number
    return header, lines, body.lstrip("\n")


def _value(key: str, value: Any, depth: int = 0) -> str:
    """Return a value as a header's line has it; no deeper than lists in a list: by its anchors YAML can nest without end."""
    if isinstance(value, list):
        return join_list([_value("", part, depth + 1) for part in value]) if depth < NESTED else ""
    if isinstance(value, dict):
        name = value.get("name")
        return "" if isinstance(name, (dict, list)) else _value("", name)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return "" if value is None else folded(str(value))


def _title(body: str, name: str) -> tuple[str, str]:
    match = _FIRST_HEADING.search(body)
    if match and not body[: match.start()].strip():
        return plain_text(html(match[1] or match[2])), body[match.end() :].lstrip("\n")
    if match:
        return plain_text(html(match[1] or match[2])), body
    return (_FILE_DATE.sub("", name).replace("-", " ").replace("_", " ").strip() or name), body


def moment(value: str) -> datetime:
    """Return a date as Pelican reads it. Raises ValueError.

    >>> moment("2024-06-20 10:15").isoformat(), moment("20 June 2024").isoformat()
    ('2024-06-20T10:15:00', '2024-06-20T00:00:00')
    """
    if _PLAIN_DATE.fullmatch(value) and value[0] != "0":
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    from dateutil import parser  # most dates are plain, and it takes as long to import as a page to render

    default = datetime(2000, 1, 1)
    try:
        found = parser.parse(value.replace("_", " "), default=default)
    except (OverflowError, ValueError, TypeError) as error:
        raise ValueError(value) from error
    if found.tzinfo is not None:
        found.utcoffset()
    if found.year < 1000:  # addresses and lists have years of four digits
        raise ValueError(value)
    return found


def timestamp(value: str) -> str:
    """Return a time as ISO 8601 writes it, as it stands where it is written so. Raises ValueError.

    >>> timestamp("2024-06-20T10:15:00+02:00"), timestamp("20 June 2024 10:15"), timestamp("")
    ('2024-06-20T10:15:00+02:00', '2024-06-20T10:15:00', '')
    """
    if not value:
        return ""
    if _ISO.match(value) and value[0] != "0":
        with suppress(ValueError):
            datetime.fromisoformat(value)
            return value
    return moment(value).isoformat()


def precision(header: dict[str, str]) -> str:
    """Return how well the date is known: `day`, `month`, `year` or `none`."""
    stated = header.get("date_precision", "").lower()
    if stated in PRECISIONS:
        return stated
    value = header.get("date", "")
    if not value or (value.startswith(NO_DATE[:10]) and header.get("date_from") == "none"):
        return "none"
    return {4: "year", 7: "month"}.get(len(value), "day") if _VAGUE_DATE.fullmatch(value) else "day"


def html(body: str, hosts: frozenset[str] = frozenset()) -> str:
    """Return a Markdown body as safe HTML: comrak, then nh3 last; frames of `hosts` may stay.

    >>> html("a *b* <script>alert(1)</script>")
    '<p>a <em>b</em> </p>\\n'
    """
    rendered = _rendered(body)
    if "%7" in rendered:  # without regard to case the pattern is tried at every letter
        rendered = _INTRASITE.sub(r"{\1}", rendered)
    return figures(safe_html(rendered, hosts))


def may_lose(body: str) -> bool:
    """Tell cheaply whether sanitising could take anything out of a Markdown body."""
    lowered = body.lower() if ":" in body else ""
    return "<" in body or any(scheme in lowered for scheme in ("script:", "data:", "file:"))


def removed(body: str, text: str, hosts: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Yield what sanitising takes out of the Markdown body of a file that a person wrote: line of the file, and what.

    >>> list(removed("`<script>`\\n\\n<script>b</script>\\n", "Title: x\\n\\n`<script>`\\n\\n<script>b</script>\\n"))
    [(5, '<script>')]
    """
    yield from lost(_rendered(body), text, max(0, len(text) - len(body)), hosts)


def lost(rendered: str, text: str, start: int = 0, hosts: frozenset[str] = frozenset()) -> Iterator[tuple[int, str]]:
    """Yield what sanitising takes out of HTML and stands in the text of its file, from a place on."""
    text = _CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    place = start
    for tag, what in sanitize.removed(rendered, hosts):
        written = tag if tag in text else what.partition('"')[2].rstrip('"') or what.rstrip(">")
        if written and (at := text.find(written, place)) >= 0:
            yield text.count("\n", 0, at) + 1, what
            place = at + 1


def _rendered(body: str) -> str:
    return str(comrak.render_markdown(body, extension_options=_EXTENSIONS, render_options=_RENDERING))


_EXTENSIONS, _RENDERING = comrak.ExtensionOptions(), comrak.RenderOptions()
_EXTENSIONS.table = _EXTENSIONS.footnotes = _EXTENSIONS.strikethrough = _EXTENSIONS.description_lists = True
_RENDERING.unsafe_ = True


def plain_text(rendered: str) -> str:
    """Return the visible text of HTML, white space folded.

    >>> plain_text("<p>a &lt; <b>b</b></p><p>c</p>")
    'a < b c'
    """
    return folded(unescape(_TAGS.sub(" ", rendered.replace("</b>", "").replace("<b>", ""))))


def folded(text: str) -> str:
    """Return text with each run of white space as one space, and none at its ends."""
    return " ".join(text.split())


def excerpt(rendered: str, longest: int = EXCERPT) -> str:
    """Return the first words of an article's paragraphs, cut at a word.

    >>> excerpt("<h2>x</h2><p>One two three</p>", 8)
    'One two …'
    """
    start, parts, found = 0, [], 0
    while found <= longest * 2 and (match := _PARAGRAPH.search(rendered, start)):
        start = match.end()
        if shown := plain_text(match[1]):
            parts.append(shown)
            found += len(shown) + 1
    text = " ".join(parts).strip() if parts else plain_text(rendered)
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return (cut.rpartition(" ")[0] if " " in cut[longest // 2 :] else cut).rstrip(",;:. ") + " …"


@lru_cache(maxsize=16_384)
def taxonomy_slug(name: str, kind: str) -> str:
    """Return the slug of a tag, category, author or source; of another script's name through its Latin form.

    >>> taxonomy_slug("¿?", "tag")
    'tag-049e'
    """
    return slug(name, f"{kind}-{hashlib.sha256(name.encode()).hexdigest()[:4]}")
