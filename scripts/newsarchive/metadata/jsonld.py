"""What a page's JSON-LD states of its article. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from newsarchive.models import Fact
from newsarchive.text.dates import stated_date

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


def plain(text: object) -> str:
    """Return a text without the markup and the entities that some pages put into JSON-LD and meta.

    >>> plain("Fish &amp;amp; <b>chips</b> ")
    'Fish & chips'
    >>> plain("Asked for their <password>, <em>not</em> for <script>")
    'Asked for their <password>, not for <script>'
    """
    found = str(text or "")
    if "&" in found or "<" in found:
        found = unescape(_TAG.sub("", unescape(found)))
    return _SPACE.sub(" ", found).strip()


def things(text: str) -> list[dict[str, Any]]:
    """Return every object of a JSON-LD script, graphs unfolded; scripts that are slightly broken are read as can be.

    >>> [t["name"] for t in things('{"@graph": [{"name": "a"}, {"name": "b"},]}') if "name" in t]
    ['a', 'b']
    """
    found: list[dict[str, Any]] = []
    queue = [_loaded(text)]
    while queue and len(found) <= MOST_THINGS:
        thing = queue.pop(0)
        if isinstance(thing, list):
            queue[:0] = thing
        elif isinstance(thing, dict):
            found.append(thing)
            queue += [
                thing[k] for k in ("@graph", "mainEntity", "mainEntityOfPage") if isinstance(thing.get(k), dict | list)
            ]
    return found


def _loaded(text: str) -> Any:
    try:
        return json.loads(text.strip().strip(";"), strict=False)
    except (ValueError, RecursionError):
        try:
            return json.loads(_TRAILING_COMMA.sub(r"\1", _COMMENT.sub("", text)), strict=False)
        except (ValueError, RecursionError):
            return None


def kinds(thing: dict[str, Any]) -> list[str]:
    """Return the types of a thing."""
    stated = thing.get("@type") or ""
    return [str(part) for part in stated] if isinstance(stated, list) else [str(stated)]


def facts(scripts: list[str]) -> list[Fact]:
    """Return what the page's first article states, and the names that the site gives itself."""
    found = [thing for text in scripts for thing in things(text)]
    names = {str(t.get("@id")): t for t in found if t.get("@id") and t.get("name")}
    article = _article(found)
    stated = (
        list(_facts_of(article, names)) if article else [Fact("type", kind, "json-ld") for kind in _listings(found)]
    )
    if not any(fact.key == "date" and fact.value for fact in stated):
        stated += [
            Fact("date", stated_date(_first(thing.get("datePublished"))), "json-ld")
            for thing in found
            if "WebPage" in kinds(thing)
        ]
    for thing in found:
        if {"WebSite", "NewsMediaOrganization"} & set(kinds(thing)) and isinstance(thing.get("name"), str):
            stated.append(Fact("source", plain(thing["name"]), "json-ld"))
    return [fact for fact in stated if fact.value]


def _listings(found: list[dict[str, Any]]) -> list[str]:
    return [stated for thing in found for stated in kinds(thing) if stated in LISTING_TYPES]


def _article(found: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the article with a date before those without one: teasers have none."""
    articles = [
        t for t in found if any(map(ARTICLE_TYPES.fullmatch, kinds(t))) and (t.get("headline") or t.get("name"))
    ]
    dated = [thing for thing in articles if thing.get("datePublished")]
    return next(iter([*dated, *articles]), None)


def _facts_of(thing: dict[str, Any], names: dict[str, Any]) -> Iterator[Fact]:
    yield Fact("type", kinds(thing)[0], "json-ld")
    yield Fact("title", plain(_first(thing.get("headline") or thing.get("name"))), "json-ld")
    yield Fact("summary", plain(_first(thing.get("description"))), "json-ld")
    yield Fact("date", stated_date(_first(thing.get("datePublished") or thing.get("dateCreated"))), "json-ld")
    yield Fact("modified", stated_date(_first(thing.get("dateModified"))), "json-ld")
    yield from _authors(thing.get("author") or thing.get("creator"), names)
    yield Fact("source", _name(thing.get("publisher"), names), "json-ld")
    yield Fact("section", plain(_first(thing.get("articleSection"))), "json-ld")
    yield Fact("lang", plain(_first(thing.get("inLanguage"))), "json-ld")
    yield from _image(thing.get("image"))
    yield Fact("tags", LINE.join(_strings(thing.get("keywords"))[:MOST_TAGS]), "json-ld")
    yield Fact("license", _address(thing.get("license")), "json-ld")
    yield Fact("source_url", _address(thing.get("mainEntityOfPage")) or _address(thing.get("url")), "json-ld")


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    """Return keywords, also where they are things with a name."""
    values = value if isinstance(value, list) else [value]
    named = [part.get("name") if isinstance(part, dict) else part for part in values]
    return [plain(part) for part in named if isinstance(part, str)]


def _address(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    found = (value.get("@id") or value.get("url")) if isinstance(value, dict) else value
    return plain(found) if isinstance(found, str) else ""


def _image(value: object) -> Iterator[Fact]:
    value = value[0] if isinstance(value, list) and value else value
    found = value.get("url") or value.get("contentUrl") if isinstance(value, dict) else value
    yield Fact("image", plain(found) if isinstance(found, str) else "", "json-ld")
    if isinstance(value, dict) and isinstance(value.get("caption"), str):
        yield Fact("image_caption", plain(value["caption"]), "json-ld")


def _name(value: object, names: dict[str, Any]) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("name") or names.get(str(value.get("@id")), {}).get("name")
    return plain(value) if isinstance(value, str) else ""


def _authors(value: object, names: dict[str, Any]) -> Iterator[Fact]:
    """Yield the people, and apart from them the organisations, that a page names as its authors."""
    people: list[str] = []
    organisations: list[str] = []
    for author in value if isinstance(value, list) else [value]:
        whole = (
            names.get(str(author.get("@id")), author) if isinstance(author, dict) and not author.get("name") else author
        )
        stated = whole.get("name") if isinstance(whole, dict) else whole
        said = [plain(part) for part in (stated if isinstance(stated, list) else [stated]) if isinstance(part, str)]
        is_body = isinstance(whole, dict) and any(map(ORGANISATIONS.fullmatch, kinds(whole)))
        (organisations if is_body else people).extend(said)
    yield Fact("authors", LINE.join(people), "json-ld")
    yield Fact("authors", LINE.join(organisations), "json-ld-organisation")
    yield Fact("authors", LINE.join([*people, *organisations]) if people and organisations else "", "json-ld-both")
