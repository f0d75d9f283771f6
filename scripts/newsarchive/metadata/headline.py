"""This module chooses which of the titles that a page states is the headline of its story. It is pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from newsarchive.metadata.ranker import Candidate, choose_best, find_weights
from newsarchive.models import Block, Fact
from newsarchive.text.measures import fold_words, measure_size
from newsarchive.text.person_names import squeeze_name

ORIGINS = ("h1", "json-ld", "og", "microdata", "twitter", "meta", "title", "h2", "text")
"""Who may state a title; of equal texts the first is named."""
EVIDENCE = ("title", "full_title", "source", "source_url", "type")
"""Keys of the facts that the choice depends on."""
SHORT, TOO_LONG = 18, 130
"""Letters: a headline seldom has fewer or more."""
LONGEST = 600
"""Characters of a title; what is longer is none."""
LABEL_WORDS = 3
"""Words of a site's name after a dash; more are a part of the headline."""
SITE_LENGTH = 45
"""Characters that a site's name at the end of a title has at the most."""
NEWS = re.compile(r"\w*NewsArticle|LiveBlogPosting|ReportageArticle")

_LIKE = str.maketrans(
    {**dict.fromkeys("‘’‚‛′`´‹›", "'"), **dict.fromkeys("“”„‟«»", '"'), **dict.fromkeys("–—‐‑−", "-")}
)
_HIDDEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_SEPARATOR = re.compile(r"\s+[|–—·•»>:\-~/]+\s+|\s*[|｜]\s*|(?<=\w)_(?=[^_]{2,30}$)|\s-(?=\S)|(?<=[…?!])\s?-\s")
_OPENED = re.compile(r"(.{2,45}?)(?:\s*[|｜]|:|\s[–—-])\s+(.+)")
_DATE_ONLY = re.compile(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "å": "aa", "ø": "oe", "æ": "ae"})

BY_PEOPLE = ("table", "site")
"""Origins that outrank every other: what a person wrote down."""
MIN_TITLE = 15
"""Letters from which a heading that ends in a title is that headline with a kicker before it."""


def normalise_title(text: str) -> str:
    """Return a title as titles are compared: one kind of quote, dash and space, without soft hyphens.

    >>> normalise_title("Ferry “Ana” — late") == normalise_title('Ferry "Ana" - late')
    True
    """
    return " ".join(unicodedata.normalize("NFKC", text).translate(_LIKE).translate(_HIDDEN).split())


def choose_title(facts: list[Fact]) -> Fact | None:
    """Return the headline among the facts of a page.

    >>> said = [Fact("full_title", "Ferry late | Gazette", "title"), Fact("title", "Ferry late", "h1")]
    >>> choose_title(said)
    Fact(key='title', value='Ferry late', origin='h1')
    """
    return _choose_once(tuple(fact for fact in facts if fact.key in EVIDENCE))


@lru_cache(maxsize=16)
def _choose_once(facts: tuple[Fact, ...]) -> Fact | None:
    """Remember the choice: it is asked for several times a page."""
    best = choose_best(list_candidates(list(facts)), find_weights(name_table(list(facts))))
    return Fact("title", best.value, best.origin) if best else None


def name_table(facts: list[Fact]) -> str:
    """Return which weights count: newspapers write their titles for other readers than blogs and guides do."""
    is_news = any(fact.key == "type" and fact.origin == "json-ld" and NEWS.fullmatch(fact.value) for fact in facts)
    return "title-news" if is_news else "title"


def list_candidates(facts: list[Fact]) -> list[Candidate]:
    """Return every distinct title that a page states, whole and without the site's name, with its features."""
    sites = [squeeze_name(fact.value) for fact in facts if fact.key == "source"]
    address = next((fact.value for fact in facts if fact.key == "source_url"), "")
    sites += _list_host_names(address)
    grouped: dict[str, Candidate] = {}
    stated = [fact for fact in facts if fact.key == "title" or (fact.key == "full_title" and fact.origin == "title")]
    stated = [fact for fact in stated if len(fact.value) <= LONGEST]
    stated.sort(key=lambda fact: ORIGINS.index(fact.origin) if fact.origin in ORIGINS else len(ORIGINS))
    seen: set[str] = set()
    for fact in stated:
        for text, cut in _list_variants(fact.value, sites):
            candidate = grouped.setdefault(normalise_title(text), Candidate(text, fact.origin))
            candidate.features.setdefault(fact.origin + cut, 1.0)
            if fact.origin == "h1":
                candidate.features.setdefault("h1-later" if fact.origin in seen else "h1-first", 1.0)
        seen.add(fact.origin)
    candidates = list(grouped.values())
    slug = _list_slug_words(address)
    alone = sum(fact.origin == "h1" for fact in stated) == 1
    spelt = [fold_words(candidate.value) for candidate in candidates]
    for candidate, text in zip(candidates, spelt, strict=True):
        _add_features(candidate, text, spelt, sites, slug)
        if alone and "h1" in candidate.features:
            candidate.features["h1-alone"] = 1.0
    return candidates


def _list_variants(text: str, sites: list[str]) -> Iterator[tuple[str, str]]:
    """Yield a title whole, then without what follows its last separators, then without a site's name before it.

    What is cut off counts as known when it names the site or is a date; else only a few words after a bar are cut.
    """
    yield text, ""
    cuts = list(_SEPARATOR.finditer(text))
    rest, known = text, True
    for cut in reversed(cuts[-3:]):
        head, tail = rest[: cut.start()].strip(), rest[cut.end() :].strip()
        known = known and (_is_site(tail, sites) or bool(_DATE_ONLY.fullmatch(tail)))
        if len(head) < 4 or not (known or _is_label(tail, cut[0])):
            break
        yield head, "-cut" if known else "-part"
        rest = head
    opened = _OPENED.match(text)
    if opened and _is_site(opened[1], sites) and len(opened[2]) > len(opened[1]) / 2:
        yield opened[2], "-cut"


def _is_label(tail: str, separator: str) -> bool:
    """Tell whether the end of a title may be the name of a site or a section, which its length and its bar show."""
    return 2 <= len(tail) <= SITE_LENGTH and (
        any(bar in separator for bar in "|｜•·»_") or len(tail.split()) <= LABEL_WORDS
    )


def _is_site(text: str, sites: list[str]) -> bool:
    """Tell whether a text names the site, whole or in part."""
    spelt = squeeze_name(text)
    return len(spelt) >= 2 and any(
        spelt == site or (len(site) >= 4 and len(spelt) >= 4 and (site in spelt or spelt in site))
        for site in sites
        if site
    )


def _list_host_names(address: str) -> list[str]:
    """Return what a host calls itself.

    >>> _list_host_names("https://www.harbour-gazette.example/a")
    ['harbourgazette', 'harbourgazetteexample']
    """
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    labels = host.split(".")
    name = max(labels[:-1], key=len, default="")
    return [squeeze_name(name), squeeze_name(host)] if name else []


def _list_slug_words(address: str) -> set[str]:
    """Return the words of an address's longest part that has some.

    >>> sorted(_list_slug_words("https://a.example/2024/news/storm-sinks-old-ferry-12345.html"))
    ['ferry', 'old', 'sinks', 'storm']
    """
    parts = re.split(r"[/?=]", unquote(urlsplit(address).path).lower())
    best_part = max(parts, key=lambda part: len(re.findall(r"[-_]", part)), default="")
    words = {word for word in re.split(r"[\W_]+", best_part) if len(word) > 2 and not any(map(str.isdigit, word))}
    return (
        {_strip_word(word) for word in words - {"html", "htm", "php", "article", "artikel"}}
        if len(words) >= 3
        else set()
    )


def _strip_word(word: str) -> str:
    word = word.translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def _add_features(candidate: Candidate, text: str, spelt: list[str], sites: list[str], slug: set[str]) -> None:
    """Add what the text itself shows, and how it stands to the other candidates."""
    features = candidate.features
    letters = measure_size(candidate.value)
    marks = {
        "short": letters < SHORT,
        "too-long": letters > TOO_LONG,
        "cut-off": candidate.value.rstrip().endswith(("...", "…")),
        "capitals": candidate.value.isupper() and letters > 8,
        "site": _is_site(candidate.value, sites) and len(squeeze_name(candidate.value)) < 25,
        "holds-site": any(_is_site(part, sites) for part in _list_ends(candidate.value)),
        "tail-of-another": any(len(other) > len(text) > 12 and other.endswith(f" {text}") for other in spelt),
        "head-of-another": any(len(other) > len(text) > 12 and other.startswith(f"{text} ") for other in spelt),
        "has-kicker": any(12 < len(other) < len(text) and text.endswith(f" {other}") for other in spelt),
        "has-tail": any(12 < len(other) < len(text) and text.startswith(f"{other} ") for other in spelt),
    }
    features.update({name: 1.0 for name, holds in marks.items() if holds})
    if slug:
        words = {_strip_word(word) for word in text.split() if len(word) > 2}
        shared = sum(word in slug or word[:5] in {s[:5] for s in slug if len(s) > 4} for word in words)
        features["slug-told"] = min(shared / len(slug), 1.0)
        features["told-slug"] = shared / len(words) if words else 0.0


def _list_ends(text: str) -> list[str]:
    parts = _SEPARATOR.split(text)
    return [parts[0], parts[-1]] if len(parts) > 1 else []


def mark_headlines(judged: list[tuple[Block, str]], facts: list[Fact]) -> list[tuple[Block, str]]:
    """Return the judged blocks with the page's own headline taken out, also where another title won or a kicker is in it."""
    stated = [fact for fact in facts if fact.key == "title"]
    shown = {fact.value for fact in stated if fact.origin == "h1"}
    # Many headings of the first level are the story's own sections.
    titles = {fold_words(fact.value) for fact in stated if fact.origin != "h1" or len(shown) == 1} | {
        fold_words(state_title(facts))
    }
    titles.discard("")
    return [(block, rule or ("headline" if _is_title(block, titles) else "")) for block, rule in judged]


def _is_title(block: Block, titles: set[str]) -> bool:
    if block.kind != "heading" or block.level != 1:
        return False
    text = fold_words(block.text)
    return text in titles or any(len(title) > MIN_TITLE and text.endswith(title) for title in titles)


def state_title(facts: list[Fact]) -> str:
    """Return the headline as far as the markup tells it."""
    by_person = next((f.value for origin in BY_PEOPLE for f in facts if (f.key, f.origin) == ("title", origin)), "")
    fact = None if by_person else choose_title(facts)
    return fact.value if fact else by_person
