"""This module reads what a capture gives to decide on: its blocks, each judged, what their words say, all candidates
for the header. It is pure."""

from __future__ import annotations

from dataclasses import dataclass

from newsarchive.body import classifier, judged_page, phrases
from newsarchive.body.features import Hints
from newsarchive.metadata import candidates, choose, dates, dump_facts, head_lines, headline
from newsarchive.models import Block, Fact, RawPage, Removal
from newsarchive.page import blocks as reader
from newsarchive.page import dump_blocks, parser
from newsarchive.rules import rules, site_rules
from newsarchive.sites import apply

NEAR = 4
"""Blocks before and after the story that are looked at too when a page's kind is told."""


@dataclass(frozen=True)
class PageAnalysis:
    """It holds what was read of one capture."""

    judged: list[tuple[Block, str]]
    """Every block with the rule that leaves it out of the story, or ""."""
    matches: list[phrases.PhraseMatches]
    """By position: the rules that a block's words meet."""
    facts: list[Fact]
    """All candidates for the header, the first of a key being the best informed."""
    cuts: list[Removal]
    """What the site's own rules cut before anything was judged."""


def analyse_page(text: str, page: RawPage, known: rules.Rules, site: site_rules.SiteRules | None) -> PageAnalysis:
    """Read a decoded capture, with the general rules and those of its site."""
    return (
        _read_dump(text, page, known, site) if page.media_type == "text/plain" else _read_html(text, page, known, site)
    )


def _read_dump(text: str, page: RawPage, known: rules.Rules, site: site_rules.SiteRules | None) -> PageAnalysis:
    blocks = dump_blocks.read_dump(text)
    matches = phrases.match_phrases(blocks, known)
    judged = classifier.choose_blocks(blocks, Hints(), matches, known, known.weights["dumps"])
    source = [Fact("source", site.source, "site")] if site and site.source else []
    return PageAnalysis(judged, matches, [*source, *dump_facts.list_dump_facts(judged, page)], [])


def _read_html(text: str, page: RawPage, known: rules.Rules, site: site_rules.SiteRules | None) -> PageAnalysis:
    tree = parser.parse_html(text)
    facts = [*candidates.list_html_facts(tree, page), *judged_page.list_page_facts(tree)]
    cuts: list[Removal] = []
    if site:
        cut, cuts, stated = apply.cut_selected(text, site)
        tree = tree if cut is text else parser.parse_html(cut)
        more, carved = apply.carve_tree(tree, site)
        cuts, facts = [*cuts, *more], [*stated, *carved, *facts]
    reading = reader.read_blocks(tree)
    blocks = reading.blocks
    facts += head_lines.list_head_facts(blocks, headline.state_title(facts), facts)
    if site:
        stated_keys = {fact.key for fact in facts if fact.value}
        facts += [fact for fact in apply.list_header_facts(blocks, site) if fact.key not in stated_keys]
    if not any(fact.key == "date" for fact in facts):
        facts += dates.search_date(tree)
    matches = phrases.match_phrases(blocks, known)
    hints = classifier.gather_hints(choose.choose_metadata(facts), text)
    judged = classifier.choose_blocks(blocks, hints, matches, known, known.weights["pages"])
    return PageAnalysis(_write_near(reading, judged), matches, facts, cuts)


def _write_near(reading: reader.PageReading, judged: list[tuple[Block, str]]) -> list[tuple[Block, str]]:
    """Give the story's blocks, and those among and just around them, their HTML: links there tell a listing."""
    numbers = [n for n, (_, rule) in enumerate(judged) if not rule]
    near = range(max(0, numbers[0] - NEAR), numbers[-1] + NEAR + 1) if numbers else range(0)
    return [(reading.written(block) if n in near else block, rule) for n, (block, rule) in enumerate(judged)]
