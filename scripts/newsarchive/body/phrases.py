"""This module finds which rules of `residue.toml` the words of a block meet. It is pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.models import Block
from newsarchive.rules.patterns import UNSPACED, find_opening
from newsarchive.rules.rules import Rule, Rules

PhraseMatches = tuple[tuple[Rule, re.Match[str]], ...]
"""The rules that a block's words meet, in the order of the file, each with its match."""
OPEN_ENDED = 12
"""Words after a phrase from which a line that ends as a sentence is one."""
_WORD = re.compile(r"[^\W_]+")


def match_phrases(blocks: list[Block], rules: Rules) -> list[PhraseMatches]:
    """Return for each block the rules that its words meet; tables, figures and code are never told by a phrase."""
    index = _make_index(rules.residue)
    return [
        ()
        if block.kind in ("pre", "table", "figure") or len(block.text) > index.longest
        else _match_phrases(block.text, index)
        for block in blocks
    ]


def judge_matches(matches: PhraseMatches) -> int:
    """Return what the rules that a block meets say: 0 nothing, 1 residue, 2 the end of the story."""
    return max((2 if rule.effect == "rest" else 1 for rule, _ in matches), default=0)


@dataclass(frozen=True, eq=False)
class _PhraseIndex:
    """It finds rules by the words that a text must hold to meet one of their phrases: most texts then need no expression."""

    rules: tuple[Rule, ...]
    longest: int
    bare: frozenset[int]
    """Rules that have patterns, which no word tells."""
    open_ended: set[int]
    """Rules with a phrase that needs no word."""
    opened: dict[str, list[tuple[int, frozenset[str]]]]
    """By the first word of a phrase that opens the text (see `opening`): rule, all words."""
    held: dict[str, list[tuple[int, frozenset[str]]]]
    """By a word of a phrase that may stand anywhere, or a sign of one without words: rule, all words."""

    def candidates(self, text: str) -> set[int]:
        """Return the rules one of whose phrases may be met."""
        low = fold_text(text)
        words = frozenset(_WORD.findall(low))
        numbers = {
            number for number, needed in self.opened.get(find_opening(text), ()) if needed <= words
        } | self.open_ended
        for word in self.held.keys() & (words if low.isascii() else words.union(low)):
            numbers.update(number for number, needed in self.held[word] if needed <= words)
        return numbers


@lru_cache(maxsize=4)
def _make_index(rules: tuple[Rule, ...]) -> _PhraseIndex:
    index = _PhraseIndex(
        rules, max((rule.longest for rule in rules), default=0),
        frozenset(number for number, rule in enumerate(rules) if rule.bare), set(), {}, {},
    )  # fmt: skip
    for number, rule in enumerate(rules):
        for phrase in rule.phrases:
            words = _list_whole_words(phrase)
            first = "#" if phrase.startswith("#") else find_opening(phrase)
            if rule.match in ("whole", "start") and not phrase.startswith("*") and first:
                index.opened.setdefault(first, []).append((number, words))
            elif key := max(sorted(words), key=len, default="") or _find_sign(phrase):
                index.held.setdefault(key, []).append((number, words))
            else:
                index.open_ended.add(number)
    return index


def _list_whole_words(phrase: str) -> frozenset[str]:
    """Return the words that stand whole in any text that meets a phrase: no numbers, none of unspaced scripts.

    >>> sorted(_list_whole_words("more from * in 3 days")), _list_whole_words("関連記事")
    (['days', 'from', 'in', 'more'], frozenset())
    """
    words = _WORD.findall(_find_fixed(phrase))
    return frozenset(word for word in words if not word[0].isdigit() and max(word) < UNSPACED)


def _find_sign(phrase: str) -> str:
    """Return the sign outside of ASCII by which a phrase without words is known, or "".

    >>> _find_sign("© *"), _find_sign("使用cookie"), _find_sign("(*)")
    ('©', '用', '')
    """
    return max((sign for sign in _find_fixed(phrase) if not sign.isascii() and not sign.isspace()), default="")


def _find_fixed(phrase: str) -> str:
    """Return the parts of a phrase that stand in every text that meets it."""
    return " ".join(part for part in fold_text(phrase).split() if "*" not in part and "#" not in part)


def fold_text(text: str) -> str:
    """Return a text in which all forms of a letter that an expression takes for the same are one.

    >>> fold_text("İLGİLİ") == fold_text("ilgili") == fold_text("ılgılı")
    True
    """
    return text.casefold().replace("\u0307", "").replace("ı", "i")  # what folding leaves of İ is i and a dot


@lru_cache(maxsize=8192)
def _match_phrases(text: str, index: _PhraseIndex) -> PhraseMatches:
    matches = []
    candidates = index.candidates(text)
    for number in sorted(candidates | index.bare):
        rule = index.rules[number]
        pattern = rule.pattern if number in candidates else rule.bare
        if pattern and len(text) <= rule.longest and (match := _match_rule(rule, pattern, text)):
            matches.append((rule, match))
    return tuple(matches)


def _match_rule(rule: Rule, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    match = pattern.fullmatch(text)
    if not match or match.groupdict().get("rest") is None:
        return match
    return None if rule.spares_sentences and _is_sentence(match["rest"]) else match


def _is_sentence(rest: str) -> bool:
    """Tell whether what follows a phrase makes a sentence of it: such a line is the story's."""
    return rest.rstrip().endswith((".", "。", "।")) and len(rest.split()) > OPEN_ENDED
