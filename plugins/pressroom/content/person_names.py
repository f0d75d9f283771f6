"""`parse_name` parts an author's name as citations want it. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

PARTICLES = frozenset(
    [
        "af",
        "al",
        "av",
        "bin",
        "da",
        "das",
        "de",
        "del",
        "della",
        "den",
        "der",
        "des",
        "di",
        "do",
        "dos",
        "du",
        "el",
        "ibn",
        "la",
        "le",
        "op",
        "te",
        "ten",
        "ter",
        "van",
        "vom",
        "von",
        "y",
        "zu",
        "zum",
        "zur",
    ]
)
SUFFIXES = frozenset(["jr", "sr", "ii", "iii", "iv"])
_MOST = 6
"""A person's name has no more words; more are a desk or a sentence."""
_BODY = re.compile(
    r"\b(?:agenc(?:y|ia|e)|associat(?:ed|ion)|board|bureau|committee|company|correspondents?|council|desk|editors?|editorial"
    r"|foundation|group|inc|institute|ltd|magazine|media|ministry|network|news(?:paper|room)?|office|organi[sz]ation|press"
    r"|redaktion|redacción|redação|rédaction|redazione|reporters?|service|staff|team|times|tribune|university|wire)\b|[&/@\d]"
    r"|\s(?:and|und|et|y|e|of|for)\s|^the\s",
    re.I,
)
"""It matches what no person's name has."""
_PARTED = re.compile("[A-Za-zÀ-ɏͰ-ӿ԰-֏Ḁ-ỿἀ-῿]")
"""It matches letters of scripts whose names are turned round in lists: Latin, Greek, Cyrillic, Armenian."""


class Person(NamedTuple):
    """An author has these names; an organisation, and a name that is not turned round, has a family name alone."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""

    @property
    def inverted(self) -> str:
        """The name as lists sort it, with its particle in front, as APA and BibTeX have it."""
        family = f"{self.particle} {self.family}".strip()
        return ", ".join(part for part in (family, self.given, self.suffix) if part)

    @property
    def demoted(self) -> str:
        """The name as lists sort it, with its particle at the end, as MLA and Chicago have it."""
        given = f"{self.given} {self.particle}".strip()
        return ", ".join(part for part in (self.family, given, self.suffix) if part)

    @property
    def natural(self) -> str:
        """The name in the order in which it is said."""
        return " ".join(part for part in (self.given, self.particle, self.family, self.suffix) if part)

    @property
    def initials(self) -> str:
        """The first letters of the given names.

        >>> parse_name("Jean-Paul B. Sartre").initials
        'J.-P. B.'
        """
        names = ("-".join(f"{part[0]}." for part in name.split("-") if part) for name in self.given.split())
        return " ".join(name for name in names if name)


@lru_cache(maxsize=4096)
def parse_name(name: str) -> Person:
    """Return the parts of a name.

    >>> parse_name("Ludwig van Beethoven")
    Person(family='Beethoven', given='Ludwig', particle='van', suffix='')
    >>> parse_name("Smith, Jane") == parse_name("Jane Smith"), parse_name("Martin Luther King Jr.").suffix
    (True, 'Jr.')
    >>> parse_name("Reuters"), parse_name("The Gazette staff").given, parse_name("習近平").given, parse_name("محمد علي").given
    (Person(family='Reuters', given='', particle='', suffix=''), '', '', '')
    """
    if _BODY.search(name) or not all(_PARTED.match(word) for word in re.findall(r"[^\W\d_]+", name)):
        return Person(name)
    family, comma, rest = (part.strip() for part in name.partition(","))
    if comma and rest:
        given, _, suffix = (part.strip() for part in rest.partition(","))
        if _is_suffix(given) and not suffix:
            return parse_name(family)._replace(suffix=given)
        return Person(*_split_particle(family.split())[::-1], suffix)._replace(given=given) if given else Person(name)
    words = name.split()
    suffix = words.pop() if len(words) > 2 and _is_suffix(words[-1]) else ""
    if not 2 <= len(words) <= _MOST:
        return Person(name)
    at = len(words) - 1
    while at > 1 and words[at - 1] in PARTICLES:
        at -= 1
    return Person(words[-1], " ".join(words[:at]), " ".join(words[at:-1]), suffix)


def _is_suffix(word: str) -> bool:
    return word.rstrip(".").lower() in SUFFIXES


def _split_particle(words: list[str]) -> tuple[str, str]:
    at = 0
    while at < len(words) - 1 and words[at] in PARTICLES:
        at += 1
    return " ".join(words[:at]), " ".join(words[at:])
