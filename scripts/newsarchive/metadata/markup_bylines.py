"""This module reads the authors that a page's markup states and shows. It is pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pressroom.contract import join_list

from newsarchive.metadata.markup import MarkupMetadata, is_furniture, read_lines
from newsarchive.models import Fact
from newsarchive.text.person_names import list_names

PROFILE = re.compile(
    r"/(?:authors?|autor(?:es|in|en)?|auteurs?|autori?|contributors?|profiles?|people|staff|reporters?|journalists?|redaktion|by)/[\w%.-]{4,}",
    re.I,
)
"""Addresses of pages about one author."""
SCRIPTED = re.compile(
    r'"(?:(?:page|article|content)_?)?(?:[Aa]uthors?|[Aa]uthor_?[Nn]ames?)"\s*:\s*("[^"]{3,60}"|\[\s*"[^\]]{3,300}\])'
)


def list_authors(markup: MarkupMetadata, start: int) -> Iterator[Fact]:
    """Yield the names of links marked as the author's, and of the first byline under the headline."""
    linked = [a for a in markup.tags["a"] if "author" in (a.get("rel") or "") and not is_furniture(a)]
    yield Fact("authors", join_list(list_names([read_lines(a) for a in linked[:6]], visible=True)), "rel")
    yield Fact("authors", join_list(_list_profiles(markup, start)), "link")
    below = [b for b in markup.bylines if markup.place[b] > start]
    for element in [*below, *(b for b in markup.bylines if markup.place[b] <= start)][:40]:
        if is_furniture(element):
            continue
        people = list_byline_names(element)
        if people:
            alike = [
                other
                for other in markup.bylines
                if other.get("class") == element.get("class") and _are_near(element, other)
            ]
            more = [name for other in alike[:8] for name in list_byline_names(other)]
            yield Fact("authors", join_list(list(dict.fromkeys([*people, *more]))), "byline")
            return


def _list_profiles(markup: MarkupMetadata, start: int) -> list[str]:
    """Return the names of the first links under the headline that lead to a page about an author."""
    for number, link in enumerate(markup.tags["a"]):
        if markup.place[link] > start and PROFILE.search(link.get("href") or "") and not is_furniture(link):
            parent = link.getparent()
            near = [
                other
                for other in markup.tags["a"][number : number + 6]
                if _are_near(link, other) or other.getparent() is parent
            ]
            people = list_names([read_lines(a) for a in near if PROFILE.search(a.get("href") or "")], visible=True)
            if people:
                return people
    return []


def list_scripted_authors(markup: MarkupMetadata) -> Iterator[Fact]:
    """Yield the names that data for a page's own scripts state; the last resort."""
    for script in markup.tags["script"]:
        text = script.text or ""
        if "uthor" in text and "ld+json" not in (script.get("type") or ""):
            for match in SCRIPTED.finditer(text):
                people = list_names(re.findall(r'"((?:[^"\\]|\\.){3,60})"', match[1]))
                if people:
                    yield Fact("authors", join_list(people), "script")
                    return


def _are_near(element: Any, other: Any) -> bool:
    """Tell whether two elements hang on one parent or grandparent."""
    first, second = element.getparent(), other.getparent()
    return first is second or (first is not None and second is not None and first.getparent() is second.getparent())


def list_byline_names(element: Any) -> list[str]:
    """Return the names in a byline: those of its links, else those of its text."""
    text = read_lines(element)
    if not 3 <= len(text) <= 250:
        return []
    links = [read_lines(a) for a in element.iter("a")]
    return list_names([link for link in links if link], visible=True) or list_names([text], visible=True)
