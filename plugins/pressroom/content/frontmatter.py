"""`split_content` parts a content file into header and body, in whichever form a person wrote the header. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from pressroom.content.markdown import render_markdown
from pressroom.content.plain_text import extract_text, fold_space
from pressroom.contract import ALIASES, HEADER_LINE, join_list

NESTED = 2
"""A value of YAML front matter is taken from no more lists in lists."""
LONG = 1 << 14
"""YAML front matter of as many characters is not given to libyaml."""

_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_LINE = re.compile(HEADER_LINE.pattern.strip("^$"))
"""It matches within a text; a value ends with its line."""
_FIRST_KEYS = frozenset(
    ["title", "date", "tags", "category", "author", "authors", "slug", "summary", "lang", "status", "modified"]
)
_CONTINUED = re.compile(r"^[ \t]+\S")
_FIRST_HEADING = re.compile(r"^(?:#{1,2}[ \t]+(.+?)[ \t#]*$|(.+)\n={3,}[ \t]*$)", re.M)
_FILE_DATE = re.compile(r"^(\d{4}-\d{2}-\d{2})[-_ ]?")


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A content file is read as this: what it says, before any setting."""

    header: dict[str, str]
    """It has values by key in lower case; aliases are resolved."""
    body: str
    lines: dict[str, int] = field(default_factory=dict)
    """It has the line of each key in the file, from 1."""


def split_content(text: str, path: str) -> ContentFile:
    """Return header and body of a content file in Pelican's form, with YAML front matter, or with none.

    The title falls back to the first heading, which then leaves the body, or to the file's name; the date to a date
    that the name begins with. Raises ValueError where front matter is no YAML.

    >>> split_content("Title: A\\nPubdate: 2024-06-20\\n\\nBody\\n", "a.md").header
    {'title': 'A', 'date': '2024-06-20'}
    >>> split_content("---\\ntitle: A\\ntags: [x, 'y, z']\\n---\\nBody\\n", "a.md").header
    {'title': 'A', 'tags': 'x; y, z'}
    >>> split_content("# A storm\\n\\nBody\\n", "2024-06-20-storm.md").header
    {'title': 'A storm', 'date': '2024-06-20'}
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    raw, lines, body = _read_yaml(front[1] or "", text[front.end() :]) if front else _read_pelican(text)
    header: dict[str, str] = {}
    for key, value in raw.items():
        name = ALIASES.get(key, key)
        if value and (name == key or name not in raw):
            header.setdefault(name, value)
    if "title" not in header:
        title, body = _find_title(body, PurePosixPath(path).stem)
        header = {"title": title, **header}
    if "date" not in header and (match := _FILE_DATE.match(PurePosixPath(path).stem)):
        header["date"] = match[1]
    return ContentFile(header, body, lines)


def _read_pelican(text: str) -> tuple[dict[str, str], dict[str, int], str]:
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


def _read_yaml(front: str, body: str) -> tuple[dict[str, str], dict[str, int], str]:
    import yaml  # here, as Pelican's own header does without

    # libyaml, where it is there, takes a seventh of the time, but dies of what is nested 200,000 deep.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if len(front) < LONG else yaml.SafeLoader
    try:
        table = yaml.load(front.encode("utf-8", "replace"), loader) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ValueError(f"line {mark.line + 2 if mark else 1}: the front matter is no YAML") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"line 1: the front matter cannot be read: {error}") from error
    if not isinstance(table, dict):
        raise ValueError("line 1: the front matter is no table of keys and values")
    header = {str(key).lower(): _format_value(str(key).lower(), value) for key, value in table.items()}
    lines = {}
    for number, line in enumerate(front.split("\n"), 2):
        if match := re.match(r"([\w-]+)\s*:", line):
            lines[match[1].lower()] = number
    return header, lines, body.lstrip("\n")


def _format_value(key: str, value: Any, depth: int = 0) -> str:
    """Return a value as a header's line has it; no deeper than lists in a list: by its anchors YAML can nest without end."""
    if isinstance(value, list):
        return join_list([_format_value("", part, depth + 1) for part in value]) if depth < NESTED else ""
    if isinstance(value, dict):
        name = value.get("name")
        return "" if isinstance(name, (dict, list)) else _format_value("", name)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return "" if value is None else fold_space(str(value))


def _find_title(body: str, name: str) -> tuple[str, str]:
    match = _FIRST_HEADING.search(body)
    if match and not body[: match.start()].strip():
        return extract_text(render_markdown(match[1] or match[2])), body[match.end() :].lstrip("\n")
    if match:
        return extract_text(render_markdown(match[1] or match[2])), body
    return (_FILE_DATE.sub("", name).replace("-", " ").replace("_", " ").strip() or name), body
