"""Which rules of `residue.toml` the words of a block meet. Pure."""

from __future__ import annotations

import re

from newsarchive.models import Block
from newsarchive.rules import Rule, Rules, holdings, opening

Said = tuple[tuple[Rule, re.Match[str]], ...]
"""The rules that a block's words meet, in the order of the file, each with its match."""
OPEN_ENDED = 12
"""Words after a phrase from which a line that ends as a sentence is one."""


def said(blocks: list[Block], rules: Rules) -> list[Said]:
    """Return for each block the rules that its words meet; tables, figures and code are never told by a phrase."""
    longest = max((rule.longest for rule in rules.residue), default=0)
    return [
        () if block.kind in ("pre", "table", "figure") or len(block.text) > longest else _said(block.text, rules)
        for block in blocks
    ]


def verdict(found: Said) -> int:
    """Return what the rules that a block meets say: 0 nothing, 1 residue, 2 the end of the story."""
    return max((2 if rule.effect == "rest" else 1 for rule, _ in found), default=0)


def _said(text: str, rules: Rules) -> Said:
    first, held = opening(text), holdings(text)
    candidates = [rule for rule in rules.residue if len(text) <= rule.longest and _may_meet(rule, first, held)]
    return tuple((rule, match) for rule in candidates if (match := _meets(rule, text)))


def _may_meet(rule: Rule, first: str, held: frozenset[str]) -> bool:
    if rule.openings is None:
        return True
    return not rule.openings.isdisjoint(held) if rule.anywhere else first in rule.openings


def _meets(rule: Rule, text: str) -> re.Match[str] | None:
    match = rule.pattern.fullmatch(text)
    if not match or match.groupdict().get("rest") is None:
        return match
    return None if rule.spares_sentences and _is_sentence(match["rest"]) else match


def _is_sentence(rest: str) -> bool:
    """Tell whether what follows a phrase makes a sentence of it: such a line is the story's."""
    return rest.rstrip().endswith((".", "。", "।")) and len(rest.split()) > OPEN_ENDED
