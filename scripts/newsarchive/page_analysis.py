"""What a capture gives to decide on: its blocks, each judged, what their words say, all candidates for the header. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.body import classifier, page_kind, phrases, trees
from newsarchive.body.features import Hints
from newsarchive.metadata import candidates
from newsarchive.models import Block, Fact, RawPage, Removal
from newsarchive.page import blocks as reader
from newsarchive.rules import rules
from newsarchive.sites import identify

NEAR = 4
"""Blocks before and after the story that are looked at too when a page's kind is told."""


@dataclass
class Evidence:
    """What was read of one capture."""

    judged: list[tuple[Block, str]]
    """Every block with the rule that leaves it out of the story, or ""."""
    said: list[phrases.Said]
    """By position: the rules that a block's words meet."""
    facts: list[Fact]
    """All candidates for the header, the first of a key being the best informed."""
    cuts: list[Removal]
    """What the site's own rules cut before anything was judged."""


def read(text: str, page: RawPage, known: rules.Rules, site: rules.SiteRules | None) -> Evidence:
    """Read a decoded capture, with the general rules and those of its site."""
    return (
        _read_dump(text, page, known, site) if page.media_type == "text/plain" else _read_html(text, page, known, site)
    )


def _read_dump(text: str, page: RawPage, known: rules.Rules, site: rules.SiteRules | None) -> Evidence:
    blocks = reader.dump_blocks(text)
    said = phrases.said(blocks, known)
    judged = classifier.choose(blocks, Hints(), said, known, trees.load(known.folder / "weights", "dumps"))
    source = [Fact("source", site.source, "site")] if site and site.source else []
    return Evidence(judged, said, [*source, *candidates.dump_facts(judged, page)], [])


def _read_html(text: str, page: RawPage, known: rules.Rules, site: rules.SiteRules | None) -> Evidence:
    tree = reader.parse(text)
    facts = [*candidates.html_facts(tree, page), *page_kind.page_facts(tree)]
    cuts: list[Removal] = []
    if site:
        cut, cuts, stated = identify.cut(text, site)
        tree = tree if cut is text else reader.parse(cut)
        more, found = identify.carve(tree, site)
        cuts, facts = [*cuts, *more], [*stated, *found, *facts]
    reading = reader.read(tree)
    blocks = reading.blocks
    facts += candidates.head_facts(blocks, candidates.title(facts), facts)
    if site:
        stated_keys = {fact.key for fact in facts if fact.value}
        facts += [fact for fact in identify.header_facts(blocks, site) if fact.key not in stated_keys]
    if not any(fact.key == "date" for fact in facts):
        facts += candidates.searched_date(tree)
    said = phrases.said(blocks, known)
    hints = classifier.hints(candidates.choose_facts(facts), text)
    judged = classifier.choose(blocks, hints, said, known, trees.load(known.folder / "weights", "pages"))
    return Evidence(_written(reading, judged), said, facts, cuts)


def _written(reading: reader.Reading, judged: list[tuple[Block, str]]) -> list[tuple[Block, str]]:
    """Give the story's blocks, and those among and just around them, their HTML: links there tell a listing."""
    numbers = [n for n, (_, rule) in enumerate(judged) if not rule]
    near = range(max(0, numbers[0] - NEAR), numbers[-1] + NEAR + 1) if numbers else range(0)
    return [(reading.written(block) if n in near else block, rule) for n, (block, rule) in enumerate(judged)]
