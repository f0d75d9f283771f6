"""This module chooses which of the bylines that a page states names the people who wrote its story. It is pure."""

from __future__ import annotations

from functools import lru_cache

from pressroom.contract import join_list, split_list

from newsarchive.metadata.ranker import Candidate, choose_best, find_weights
from newsarchive.models import Fact
from newsarchive.text.measures import fold_words
from newsarchive.text.person_names import ROLE, is_name, is_publication

ORIGINS = (
    "json-ld",
    "meta",
    "microdata",
    "rel",
    "link",
    "byline",
    "text",
    "line",
    "script",
    "foot",
    "signature",
    "json-ld-organisation",
    "json-ld-both",
)
"""Who may state authors; of equal lists the first is named."""
EVIDENCE = ("authors", "source")
"""Keys of the facts that the choice depends on."""
SHOWN = ("rel", "link", "byline", "text", "line")
"""Origins that a reader of the page sees."""


def choose_authors(facts: list[Fact]) -> Fact | None:
    """Return the authors among the facts of a page.

    >>> said = [Fact("authors", "Gazette", "json-ld"), Fact("authors", "Ana Gale", "byline"), Fact("source", "Gazette", "meta")]
    >>> choose_authors(said).value
    'Ana Gale'
    """
    return _choose_once(tuple(fact for fact in facts if fact.key in EVIDENCE))


@lru_cache(maxsize=16)
def _choose_once(facts: tuple[Fact, ...]) -> Fact | None:
    """Remember the choice: it is asked for several times a page."""
    best = choose_best(list_candidates(list(facts)), find_weights("authors"))
    return Fact("authors", best.value, best.origin) if best else None


def list_candidates(facts: list[Fact]) -> list[Candidate]:
    """Return every distinct list of authors, also without the publication's own name, with its features."""
    publications = [fact.value for fact in facts if fact.key == "source"]
    stated = [fact for fact in facts if fact.key == "authors" and fact.value]
    stated.sort(key=lambda fact: ORIGINS.index(fact.origin) if fact.origin in ORIGINS else len(ORIGINS))
    grouped: dict[frozenset[str], Candidate] = {}
    for fact in stated:
        people = split_list(fact.value)
        persons = [name for name in people if not is_publication(name, publications)]
        for names in (people, persons):
            if names:
                key = frozenset(map(fold_words, names))
                candidate = grouped.setdefault(key, Candidate(join_list(names), fact.origin))
                candidate.features[fact.origin] = 1.0
    shown = {fold_words(name) for fact in stated if fact.origin in SHOWN for name in split_list(fact.value)}
    for key, candidate in grouped.items():
        _add_features(candidate, key, list(grouped), shown, publications)
    return list(grouped.values())


def _add_features(
    candidate: Candidate, key: frozenset[str], others: list[frozenset[str]], shown: set[str], publications: list[str]
) -> None:
    names = split_list(candidate.value)
    share = sum(is_publication(name, publications) for name in names) / len(names)
    shaped = sum(" " in name and is_name(name, visible=True) and not ROLE.search(name) for name in names) / len(names)
    states = sum(origin in candidate.features for origin in ORIGINS)
    candidate.features |= {
        name: value
        for name, value in {
            "publication": share,
            "shaped": shaped,
            "shown": len(key & shown) / len(key),
            "agreed": float(states >= 2),
            "several": float(2 <= len(names) <= 4),
            "crowd": float(len(names) > 4),
            "within-another": float(any(key < other for other in others)),
            "beyond-another": float(any(key > other for other in others)),
        }.items()
        if value
    }
