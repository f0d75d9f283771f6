"""This module reads what a page's JSON-LD states of its article. It is pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from newsarchive.models import Fact
from newsarchive.text.date_forms import find_stated_date

ARTICLE_TYPES = re.compile(r"\w*(?:Article|Posting|Report|Review)")
LISTING_TYPES = ("CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage")
ORGANISATIONS = re.compile(r"\w*(?:Organi[sz]ation|Corporation|Company|Brand|Newspaper|WebSite|WebPage)")
MOST_THINGS = 500
MOST_TAGS = 15
LINE = "\n"
"""Parts the names in a Fact of `authors` that is not judged yet."""

_SPACE = re.compile(r"\s+")
_TAG = re.compile(
    r"</?(?:a|abbr|b|bdi|big|br|center|cite|code|dfn|div|em|figure|font|h[1-6]|i|iframe|img|ins|kbd|li|mark|nobr|o|ol|p|picture|pre|q|s|samp"
    r"|section|small|source|span|strike|strong|sub|sup|table|tbody|td|time|tr|tt|u|ul|var|wbr)(?:[\s/][^>]*)?>",
    re.I,
)
"""Elements that texts are marked up with; any other name in angle brackets is the text's own."""
_COMMENT = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\]\]>)\s*$")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")


def strip_markup(text: object) -> str:
    """Return a text without the markup and the entities that some pages put into JSON-LD and meta.

    >>> strip_markup("Fish &amp;amp; <b>chips</b> ")
    'Fish & chips'
    >>> strip_markup("Asked for their <password>, <em>not</em> for <script>")
    'Asked for their <password>, not for <script>'
    """
    plain = str(text or "")
    if "&" in plain or "<" in plain:
        plain = unescape(_TAG.sub("", unescape(plain)))
    return _SPACE.sub(" ", plain).strip()


def read_things(text: str) -> list[dict[str, Any]]:
    """Return every object of a JSON-LD script, graphs unfolded; scripts that are slightly broken are read as can be.

    >>> [t["name"] for t in read_things('{"@graph": [{"name": "a"}, {"name": "b"},]}') if "name" in t]
    ['a', 'b']
    """
    things: list[dict[str, Any]] = []
    queue = [_load_script(text)]
    while queue and len(things) <= MOST_THINGS:
        thing = queue.pop(0)
        if isinstance(thing, list):
            queue[:0] = thing
        elif isinstance(thing, dict):
            things.append(thing)
            queue += [
                thing[k] for k in ("@graph", "mainEntity", "mainEntityOfPage") if isinstance(thing.get(k), dict | list)
            ]
    return things


def _load_script(text: str) -> Any:
    try:
        return json.loads(text.strip().strip(";"), strict=False)
    except (ValueError, RecursionError):
        try:
            return json.loads(_TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text)), strict=False)
        except (ValueError, RecursionError):
            return None


def list_kinds(thing: dict[str, Any]) -> list[str]:
    """Return the types of a thing."""
    stated = thing.get("@type") or ""
    return [str(part) for part in stated] if isinstance(stated, list) else [str(stated)]


def list_facts(scripts: list[str]) -> list[Fact]:
    """Return what the page's first article states, and the names that the site gives itself."""
    things = [thing for text in scripts for thing in read_things(text)]
    names = {str(t.get("@id")): t for t in things if t.get("@id") and t.get("name")}
    article = _find_article(things)
    stated = (
        list(_list_article_facts(article, names))
        if article
        else [Fact("type", kind, "json-ld") for kind in _list_site_names(things)]
    )
    if not any(fact.key == "date" and fact.value for fact in stated):
        stated += [
            Fact("date", find_stated_date(_take_first(thing.get("datePublished"))), "json-ld")
            for thing in things
            if "WebPage" in list_kinds(thing)
        ]
    for thing in things:
        if {"WebSite", "NewsMediaOrganization"} & set(list_kinds(thing)) and isinstance(thing.get("name"), str):
            stated.append(Fact("source", strip_markup(thing["name"]), "json-ld"))
    return [fact for fact in stated if fact.value]


def _list_site_names(things: list[dict[str, Any]]) -> list[str]:
    return [stated for thing in things for stated in list_kinds(thing) if stated in LISTING_TYPES]


def _find_article(things: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the article with a date before those without one: teasers have none."""
    articles = [
        t for t in things if any(map(ARTICLE_TYPES.fullmatch, list_kinds(t))) and (t.get("headline") or t.get("name"))
    ]
    dated = [thing for thing in articles if thing.get("datePublished")]
    return next(iter([*dated, *articles]), None)


def _list_article_facts(thing: dict[str, Any], names: dict[str, Any]) -> Iterator[Fact]:
    yield Fact("type", list_kinds(thing)[0], "json-ld")
    yield Fact("title", strip_markup(_take_first(thing.get("headline") or thing.get("name"))), "json-ld")
    yield Fact("summary", strip_markup(_take_first(thing.get("description"))), "json-ld")
    yield Fact("date", find_stated_date(_take_first(thing.get("datePublished") or thing.get("dateCreated"))), "json-ld")
    yield Fact("modified", find_stated_date(_take_first(thing.get("dateModified"))), "json-ld")
    yield from _list_authors(thing.get("author") or thing.get("creator"), names)
    yield Fact("source", _read_name(thing.get("publisher"), names), "json-ld")
    yield Fact("section", strip_markup(_take_first(thing.get("articleSection"))), "json-ld")
    yield Fact("lang", strip_markup(_take_first(thing.get("inLanguage"))), "json-ld")
    yield from _list_images(thing.get("image"))
    yield Fact("tags", LINE.join(_list_strings(thing.get("keywords"))[:MOST_TAGS]), "json-ld")
    yield Fact("license", _read_address(thing.get("license")), "json-ld")
    yield Fact("source_url", _read_address(thing.get("mainEntityOfPage")) or _read_address(thing.get("url")), "json-ld")


def _take_first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value if isinstance(value, str) else ""


def _list_strings(value: object) -> list[str]:
    """Return keywords, also where they are things with a name."""
    values = value if isinstance(value, list) else [value]
    named = [part.get("name") if isinstance(part, dict) else part for part in values]
    return [strip_markup(part) for part in named if isinstance(part, str)]


def _read_address(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    address = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
    return strip_markup(address) if isinstance(address, str) else ""


def _list_images(value: object) -> Iterator[Fact]:
    value = value[0] if isinstance(value, list) and value else value
    address = value.get("url") or value.get("contentUrl") if isinstance(value, dict) else value
    yield Fact("image", strip_markup(address) if isinstance(address, str) else "", "json-ld")
    if isinstance(value, dict) and isinstance(value.get("caption"), str):
        yield Fact("image_caption", strip_markup(value["caption"]), "json-ld")


def _read_name(value: object, names: dict[str, Any]) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("name") or names.get(str(value.get("@id")), {}).get("name")
    return strip_markup(value) if isinstance(value, str) else ""


def _list_authors(value: object, names: dict[str, Any]) -> Iterator[Fact]:
    """Yield the people, and apart from them the organisations, that a page names as its authors."""
    people: list[str] = []
    organisations: list[str] = []
    for author in value if isinstance(value, list) else [value]:
        whole = (
            names.get(str(author.get("@id")), author) if isinstance(author, dict) and not author.get("name") else author
        )
        stated = whole.get("name") if isinstance(whole, dict) else whole
        said = [
            strip_markup(part) for part in (stated if isinstance(stated, list) else [stated]) if isinstance(part, str)
        ]
        is_body = isinstance(whole, dict) and any(map(ORGANISATIONS.fullmatch, list_kinds(whole)))
        (organisations if is_body else people).extend(said)
    yield Fact("authors", LINE.join(people), "json-ld")
    yield Fact("authors", LINE.join(organisations), "json-ld-organisation")
    yield Fact("authors", LINE.join([*people, *organisations]) if people and organisations else "", "json-ld-both")
