"""This module lists what a page says of itself: every candidate for every field, as its markup has it. It is pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from pressroom.contract import join_list

from newsarchive.metadata import headline, jsonld, markup, markup_bylines
from newsarchive.metadata.jsonld import LINE, strip_markup
from newsarchive.metadata.meta_elements import gather_metas, list_meta_facts
from newsarchive.models import Fact, RawPage
from newsarchive.text.date_forms import find_url_date
from newsarchive.text.person_names import list_names

FILE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)$|^\S+_\S+$", re.I)


# --- pages ----------------------------------------------------------------------------------------------------------


def list_html_facts(tree: Any, page: RawPage) -> list[Fact]:
    """Return every candidate that a page gives, in the order of the page within one origin."""
    seen = markup.gather_markup(tree)
    metas = gather_metas(seen.tags["meta"])
    scripts = [script.text or "" for script in seen.tags["script"] if "ld+json" in (script.get("type") or "")]
    facts = [
        *list_capture_facts(page),
        *jsonld.list_facts(scripts),
        *list_meta_facts(metas),
        *markup.list_microdata(seen),
        *markup.list_links(seen),
    ]
    facts += [*markup.list_titles(seen), *_list_html_lang(tree)]
    address = page.url or next((fact.value for fact in facts if fact.key == "source_url"), "")
    facts = [fact for fact in map(_clean_fact, _make_absolute(facts, address)) if fact.value]
    title = headline.choose_title(facts)
    start = markup.place_headline(seen, title.value if title else "")
    end = markup.place_story(seen, start)
    image = next((fact.value for fact in facts if fact.key == "image"), "")
    facts += [
        *markup.list_times(seen),
        *markup.list_deks(seen, start, end, title.value if title else ""),
        *markup_bylines.list_authors(seen, start),
        *markup.list_captions(seen, start, image),
    ]
    if not any(fact.key == "authors" and fact.value and fact.origin != "json-ld-organisation" for fact in facts):
        facts += markup_bylines.list_scripted_authors(seen)
    if address and (day := find_url_date(address)):
        facts.append(Fact("date", day, "url"))
    return [fact for fact in facts if fact.value]


def _clean_fact(fact: Fact) -> Fact:
    """Return a fact whose raw lists are judged: names that are none and tags that are sentences are left out."""
    if fact.key == "authors" and fact.origin.startswith(("json-ld", "meta")):
        return Fact(fact.key, join_list(list_names(fact.value.split(LINE))), fact.origin)
    if fact.key == "tags":
        return Fact(fact.key, join_list(_split_tags(fact.value.split(LINE))), fact.origin)
    if fact.key == "image_caption" and (FILE_NAME.search(fact.value) or len(fact.value) > 500):
        return Fact(fact.key, "", fact.origin)
    return fact


def list_capture_facts(page: RawPage) -> list[Fact]:
    facts = [Fact("source_url", page.url, "capture")] if page.url else []
    return [*facts, Fact("captured", page.captured.isoformat(), "capture")] if page.captured else facts


def _list_html_lang(tree: Any) -> Iterator[Fact]:
    html = tree if tree.tag == "html" else tree.getroottree().getroot()
    yield Fact("lang", strip_markup(html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang")), "html")


def _make_absolute(facts: list[Fact], base: str) -> Iterator[Fact]:
    """Yield the facts with addresses made absolute; an address that is none is no fact."""
    for fact in facts:
        if not fact.value:
            continue
        if fact.key in ("source_url", "image"):
            try:
                value = urljoin(base, fact.value)
                good = urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
            except ValueError:
                good = False
            if good and not (fact.key == "source_url" and _is_root(value) and base and not _is_root(base)):
                yield Fact(fact.key, value, fact.origin)
        else:
            yield fact


def _is_root(address: str) -> bool:
    return urlsplit(address).path in ("", "/") and not urlsplit(address).query


def _split_tags(values: Iterable[str]) -> list[str]:
    tags = [part.strip() for value in values for part in re.split(r"[,;،、，]", value)]
    return list(dict.fromkeys(tag for tag in tags if 1 < len(tag) <= 50))[:15]
