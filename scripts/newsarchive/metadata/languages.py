"""This module tells the language of a text: as declared, unless the text is surely in another. It is pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from newsarchive.text.measures import measure_size

LANG = re.compile(r"^[a-zA-Z]{2,3}(?=$|[-_])")
SURE = 60
"""Letters from which a text's language can be told."""
SAMPLE = 600
"""Characters of a text that tell its language; the model's cost grows with them, its answer does not change."""
LONG_TEXT = 400
"""Letters from which the text may contradict what the page declares (translations under an old template)."""
SURELY = 0.999
COMMONEST = {
    "en": frozenset(["the", "of", "and", "to", "in", "that", "is", "was", "for", "on", "with", "as", "it", "by", "at", "from", "he", "be", "are", "has", "have"]),
    "de": frozenset(["der", "die", "und", "den", "von", "zu", "das", "mit", "sich", "des", "auf", "für", "ist", "im", "dem", "nicht", "ein", "eine", "als", "auch", "es"]),
}  # fmt: skip
"""The commonest words of languages that no other is taken for."""
COMMONEST_SHARE = 0.12
"""Share of them from which the language is sure: on the development pages it is over .14 of all words in texts of the
language (median .26), and at most .07 in others."""
ALIKE = ({"no", "nb"}, {"no", "nn"}, {"nb", "nn"}, {"no", "da"}, {"nb", "da"}, {"id", "ms"}, {"hr", "sr"}, {"hr", "bs"},
         {"sr", "bs"})  # fmt: skip
"""Pairs of languages that the model takes for each other."""


def find_language(text: str, declared: str) -> str:
    """Return the language code of a text: as declared, unless a long text is surely another.

    >>> find_language("Der Hafen von Altona war am Montag wieder offen, sagte der Bürgermeister den Leuten.", "")
    'de'
    """
    match = LANG.match(declared)
    stated = match[0].lower() if match else ""
    if measure_size(text) < (LONG_TEXT if stated else SURE):
        return stated
    if _is_surely(text[:SAMPLE], stated):
        return stated
    lang, probability = _load_identifier().classify(text[:SAMPLE])
    return str(lang) if not stated or (probability > SURELY and {stated, lang} not in ALIKE) else stated


def _is_surely(text: str, lang: str) -> bool:
    """Tell whether the words of a text leave no doubt of its language, so that the model need not be read.

    >>> _is_surely("The mayor of the town said that it was late.", "en"), _is_surely("Le maire est en retard.", "en")
    (True, False)
    """
    common = COMMONEST.get(lang, ())
    words = text.lower().split() if common else []
    return sum(word in common for word in words) > COMMONEST_SHARE * len(words)


@cache
def _load_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
