"""This module takes residue from the chosen blocks, told by words: rules of `residue.toml`, and what repeats the
header. It is pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from newsarchive.body.phrases import PhraseMatches
from newsarchive.models import Block, Fact, Removal
from newsarchive.rules.rules import Rule, Rules
from newsarchive.text.date_forms import DATE_LINE, parse_date
from newsarchive.text.measures import fold_words, is_long, measure_size

HEADLINE_ALIKE = 0.9
"""Share of matching characters from which a short line repeats the headline (`bench/score.py` counts titles so)."""
LINKED = 0.8
"""Share of a block's characters inside links from which it is a way to other pages, not a sentence."""
REST_SHARE = 0.34
"""Share of the body's characters that a tail may hold: past it, what looks like a tail is a section of the story."""
CREDIT_LINES = 4
"""Lines under the story among which its credit stands."""
HEAD_BLOCKS = 8
"""Blocks from the top among which bylines and dates stand when there is no long paragraph to end the head."""

_WORDS = re.compile(r"\w+")


@dataclass
class _StoryPage:
    """It holds the blocks of one page while passes take residue away."""

    kept: list[Block]
    rules: Rules
    phrase_matches: list[PhraseMatches]
    """By position: the rules that a block's words meet."""
    title: str
    summary: str
    authors: list[str]
    removals: list[Removal] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def drop(self, blocks: list[Block], rule: str) -> None:
        gone = {block.position for block in blocks}
        if gone:
            self.kept = [block for block in self.kept if block.position not in gone]
            self.removals += [Removal(block.text, rule, block.path, block.position) for block in blocks]

    def match(self, rule: Rule, block: Block) -> re.Match[str] | None:
        """Return the match of a rule with a block, or None."""
        return next((match for known, match in self.phrase_matches[block.position] if known.id == rule.id), None)

    def head(self) -> list[Block]:
        """Return the blocks before the first long paragraph."""
        for number, block in enumerate(self.kept):
            if is_long(block):
                return self.kept[:number]
        return self.kept[:HEAD_BLOCKS]

    def tail(self) -> list[Block]:
        """Return the blocks after the last long paragraph."""
        for number in range(len(self.kept) - 1, -1, -1):
            if is_long(self.kept[number]):
                return self.kept[number + 1 :]
        return self.kept


def split_residue(
    judged: list[tuple[Block, str]],
    phrase_matches: list[PhraseMatches],
    rules: Rules,
    *,
    title: str,
    summary: str,
    authors: list[str],
) -> tuple[list[Block], list[Removal], list[Fact]]:
    """Return the blocks that are the story, every removed block with its rule, and what removed lines say.

    `judged` are all blocks of a page with the rule that removes each already, or ""; `phrase_matches` the rules that the words of
    each meet.
    """
    page = _StoryPage([block for block, rule in judged if not rule], rules, phrase_matches, title, summary, authors)
    for take in PASSES:
        take(page)
    before = [
        Removal(block.text, _name_rule(page, block, rule), block.path, block.position) for block, rule in judged if rule
    ]
    if not page.facts:
        page.facts += _list_credits_below(judged, page)
    return page.kept, sorted([*before, *page.removals], key=lambda r: r.position), page.facts


PLACES = ("before-body", "after-body", "outside-body")
"""Rules by place alone; a rule that knows the words says more."""


def _name_rule(page: _StoryPage, block: Block, rule: str) -> str:
    """Return the rule that knows the words of a block that its place removed, else the place's."""
    if rule not in PLACES:
        return rule
    if page.title and fold_words(block.text) == fold_words(page.title):
        return "headline"
    return next((known.id for known, _ in page.phrase_matches[block.position]), rule)


def _list_credits_below(judged: list[tuple[Block, str]], page: _StoryPage) -> list[Fact]:
    """Return the credit right under the story, which the choice of the body already left out."""
    last = max((n for n, (_, rule) in enumerate(judged) if not rule), default=len(judged))
    for block, _ in judged[last + 1 : last + 1 + CREDIT_LINES]:
        for rule, match in page.phrase_matches[block.position]:
            if rule.effect == "credit" and (name := _read_credit(match["rest"] or "")):
                return [Fact("credit", page.rules.source(name), "credit")]
    return []


def _drop_headline(page: _StoryPage) -> None:
    """Drop the headline, which stands in the header; dumps repeat it up to three times."""
    wanted = fold_words(page.title)
    head = {block.position for block in page.head()}
    lines = [b for b in page.kept if b.kind in ("paragraph", "heading", "item")] if wanted else []
    page.drop([b for b in lines if _is_repeated(fold_words(b.text), wanted, nearly=b.position in head)], "headline")


def _is_repeated(text: str, wanted: str, *, nearly: bool) -> bool:
    return text == wanted or (nearly and _is_alike(text, wanted))


def _is_alike(text: str, wanted: str) -> bool:
    if not text or abs(len(text) - len(wanted)) > 0.2 * len(wanted):
        return False
    return SequenceMatcher(None, text, wanted, autojunk=False).ratio() >= HEADLINE_ALIKE


def _drop_dek(page: _StoryPage) -> None:
    """Drop the dek, which stands in `Summary`; it is a dek only where it is set apart from the body's paragraphs."""
    wanted = fold_words(page.summary)
    top = [(block, fold_words(block.text)) for block in page.kept[:4]] if wanted else []
    same = [block for block, text in top if text == wanted or (len(text) > 40 and wanted.startswith(text))]
    page.drop([block for block in same if block.kind == "heading" or _is_apart(block, page.kept)], "dek")


def _is_apart(block: Block, kept: list[Block]) -> bool:
    """Tell whether a block stands in another element than the body's long paragraphs."""
    if not block.path or block.path.startswith("line:"):
        return False
    return all(other.path != block.path for other in kept if other is not block and is_long(other))


def _drop_byline(page: _StoryPage) -> None:
    """Drop lines of the head that are only the authors' names or a date."""
    names = {fold_words(name) for name in page.authors}
    together = " ".join(fold_words(name) for name in page.authors)
    for block in page.head():
        text = fold_words(block.text)
        bare = fold_words(re.sub(r"^\s*\w{1,4}\s+", "", block.text))
        if names and (text in names or bare in names or text == together):
            page.drop([block], "byline")
        elif len(block.text) <= 60 and DATE_LINE.fullmatch(block.text) and parse_date(block.text):
            page.drop([block], "date-line")


def _apply_phrases(page: _StoryPage) -> None:
    met = {rule.id for block in page.kept for rule, _ in page.phrase_matches[block.position]}
    for rule in page.rules.residue:
        if rule.id in met:
            _apply_rule(page, rule)


def _apply_rule(page: _StoryPage, rule: Rule) -> None:
    if rule.effect == "rest":
        _drop_rest(page, rule)
        return
    blocks = page.head() if rule.place == "head" else page.tail() if rule.place == "tail" else page.kept
    matched = [(block, match) for block in blocks if (match := page.match(rule, block))]
    if rule.effect == "credit":
        names = [name for _, match in matched if (name := _read_credit(match["rest"] or ""))]
        page.facts += [Fact("credit", page.rules.source(name), "credit") for name in names]
    page.drop([block for block, _ in matched], rule.id)


def _read_credit(rest: str) -> str:
    name = rest.strip(" \t:.,;()[]|-–—：。、（）")
    return name if 1 < len(name) <= 60 else ""


def _drop_rest(page: _StoryPage, rule: Rule) -> None:
    """Cut from the first matching block of the tail to the end, when the end is a small share of the whole."""
    total = sum(measure_size(block.text) for block in page.kept)
    after = total
    for number, block in enumerate(page.kept):
        if number and after <= REST_SHARE * total and page.match(rule, block):
            page.drop(page.kept[number:], rule.id)
            return
        after -= measure_size(block.text)


def _drop_links(page: _StoryPage) -> None:
    """Drop paragraphs that are links to elsewhere; a subhead or an item of a list is as often the story's own as not."""
    lines = [b for b in page.kept if b.link_density >= LINKED and b.kind == "paragraph"]
    page.drop([block for block in lines if not is_long(block)], "link-only")


def _drop_bare_headings(page: _StoryPage) -> None:
    """Drop a subhead under which nothing is left."""
    number = len(page.kept)
    while number and page.kept[number - 1].kind == "heading":
        number -= 1
    page.drop(page.kept[number:], "empty-heading")


def _drop_empty(page: _StoryPage) -> None:
    worded = [block for block in page.kept if block.kind not in ("figure", "embed", "pre")]
    page.drop([block for block in worded if not _WORDS.search(block.text)], "no-words")


PASSES: tuple[Callable[[_StoryPage], None], ...] = (
    _drop_headline, _drop_dek, _drop_byline, _apply_phrases, _drop_links, _drop_byline, _drop_bare_headings, _drop_empty,
)  # fmt: skip
"""In this order: the head must be known before phrases count in it."""
