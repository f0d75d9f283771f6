"""This module chooses among the candidates for every field of the header. It is pure."""

from __future__ import annotations

import re

from newsarchive.metadata import bylines, headline
from newsarchive.metadata.dates import find_shown_day, is_after, is_before
from newsarchive.metadata.headline import BY_PEOPLE
from newsarchive.metadata.languages import LANG
from newsarchive.models import Fact, Metadata

ORIGINS: dict[str, tuple[str, ...]] = {
    "date": ("table", "site", "json-ld", "meta", "microdata", "time", "text", "url", "search"),
    "modified": ("table", "site", "json-ld", "meta", "microdata", "time"),
    "source": ("table", "site", "meta", "json-ld", "microdata", "title"),
    "source_url": ("table", "capture", "canonical", "meta", "json-ld"),
    "summary": ("table", "site", "standfirst", "meta", "json-ld"),
    "image": ("table", "site", "meta", "json-ld"),
    "image_caption": ("table", "site", "figcaption", "json-ld", "meta"),
    "tags": ("table", "site", "meta", "json-ld", "rel"),
}
"""Whom each field believes, best first; measured on news pages. Fields not named: table, site, JSON-LD, meta, rest.
Titles and authors are chosen by weights (`ranker.toml`)."""
OTHERS = ("table", "site", "json-ld", "meta", "microdata", "time", "rel", "byline", "text", "credit")


def choose_metadata(facts: list[Fact]) -> Metadata:
    """Return the winner of each key; what a person wrote in a table or a site rule always wins."""
    known = [fact for fact in facts if fact.value]
    captured = next((fact.value for fact in known if fact.key == "captured"), "")
    known = [fact for fact in known if fact.key not in ("date", "modified") or is_before(fact, captured)]
    chosen: dict[str, Fact] = {}
    for key in dict.fromkeys(fact.key for fact in known):
        order = ORIGINS.get(key, OTHERS)
        candidates = [fact for fact in known if fact.key == key]
        chosen[key] = min(candidates, key=lambda fact: order.index(fact.origin) if fact.origin in order else len(order))
    if "date" in chosen and (shown := find_shown_day(known, chosen["date"])):
        chosen["date"] = shown
    for key, choose in (("title", headline.choose_title), ("authors", bylines.choose_authors)):
        by_person = next((f for origin in BY_PEOPLE for f in known if (f.key, f.origin) == (key, origin)), None)
        if winner := by_person or choose(known):
            chosen[key] = winner
    if "lang" in chosen:
        match = LANG.match(chosen["lang"].value)
        chosen["lang"] = Fact("lang", match[0].lower() if match else "", chosen["lang"].origin)
    if "source" in chosen and re.match(r"https?://|@", chosen["source"].value):
        del chosen["source"]
    if "modified" in chosen and not is_after(chosen["modified"], chosen.get("date")):
        del chosen["modified"]
    return Metadata({key: fact for key, fact in chosen.items() if fact.value})
