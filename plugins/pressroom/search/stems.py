"""Which forms of words belong together, by Snowball's stemmers; at build time only."""

from __future__ import annotations

from functools import cache
from typing import Any

LANGUAGES = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
"""Snowball's algorithms by the language's code."""
SHORTEST = 3
"""Letters of a form that has others: what is shorter is a particle, a mark or a letter."""


def language(lang: str) -> str:
    """Return the stemmer's name for a language tag, "" where there is none.

    >>> language("en-GB"), language("zh")
    ('english', '')
    """
    return LANGUAGES.get(lang.lower().replace("_", "-").partition("-")[0], "")


def stem(form: str, name: str) -> str:
    """Return the stem of a folded form.

    >>> stem("rating", "english"), stem("häuser", "german")
    ('rate', 'haus')
    """
    return str(_stemmer(name).stemWord(form))


@cache
def _stemmer(name: str) -> Any:
    import Stemmer  # sites without search need none

    return Stemmer.Stemmer(name)
