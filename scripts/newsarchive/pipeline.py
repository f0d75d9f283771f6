"""This is the only module that knows every stage of cleaning: it turns one capture into a conversion. It is pure."""

from __future__ import annotations

from html import escape

from pressroom import contract

from newsarchive import page_analysis
from newsarchive.body import page_kind
from newsarchive.body.phrases import PhraseMatches
from newsarchive.body.residue import split_residue
from newsarchive.metadata import header, languages
from newsarchive.metadata.choose import choose_metadata
from newsarchive.metadata.headline import mark_headlines
from newsarchive.models import Block, Conversion, Fact, Metadata, RawPage, Repair
from newsarchive.page import markdown
from newsarchive.repair.repair import mend_blocks, repair_text
from newsarchive.rules import rules, site_rules
from newsarchive.sites import apply, identify
from newsarchive.text.charset import decode
from newsarchive.text.dateline import find_dateline
from newsarchive.text.measures import fold_words, measure_size

SHORTEST_BODY = 80
"""Letters under which what is left is no article but a stub, and waits for a person."""
LARGEST_CUT = 0.6
"""Share of the main body that phrase rules may take away before the page waits for a person: past this, a rule is
more likely wrong than the page so full of residue (on the development pages the largest true share was under half)."""


def convert(page: RawPage, known: rules.Rules, row: dict[str, str] | None = None) -> Conversion:
    """Turn one capture into an article with all that was removed, or say why it is none. It is pure.

    `row` is the page's line of `metadata.csv`: what a person knows outranks every candidate.
    Raises UnreadableCapture and BadRules.
    """
    text = decode(page.payload, page.charset, page.media_type)
    site = known.site(identify.find_site(page, row))
    analysis = page_analysis.analyse_page(text, page, known, site)
    facts = [*(Fact(key, cell, "table") for key, cell in (row or {}).items() if cell), *analysis.facts]
    metadata = choose_metadata(facts)
    judged = mark_headlines(analysis.judged, facts)
    blocks = [block for block, _ in judged]
    main = [block for block, rule in judged if not rule]
    kept, removals, credits = split_residue(
        _mark_learned(judged, analysis.matches, site, metadata.value("title")),
        analysis.matches,
        known,
        title=metadata.value("title"),
        summary=_find_dek(metadata, main),
        authors=contract.split_list(metadata.value("authors")),
    )
    facts += credits
    metadata = _complete(choose_metadata(facts), kept, known)
    address = page.url or metadata.value("source_url")
    kind, reason = page_kind.judge_kind(metadata, blocks, kept, address, known.kinds)
    facts += page_kind.judge_access(metadata, blocks, kept, known.kinds)
    removals = [*analysis.cuts, *removals]
    metadata, mended, text, repairs = _mend(metadata, kept, address, site)
    article = header.make_article(page, metadata, mended, text, len(removals), len(repairs))
    held = reason if kind != "article" else _find_doubt(main, kept)
    return Conversion(
        page.path, page.sha256, kind, article, held, tuple(removals), tuple(repairs), tuple(facts), tuple(blocks)
    )


def _complete(metadata: Metadata, kept: list[Block], known: rules.Rules) -> Metadata:
    """Return the metadata with what the kept text tells: its language, its dateline, and whether the summary is a dek."""
    lang = languages.find_language(" ".join(block.text for block in kept)[:3000], metadata.value("lang"))
    metadata = metadata.with_fact(Fact("lang", lang, "text"))
    if _is_opening(metadata.value("summary"), kept):
        metadata = metadata.without("summary")
    if "dateline" not in metadata and (
        place := find_dateline(next((b.text for b in kept if b.kind == "paragraph"), ""))
    ):
        metadata = metadata.with_fact(Fact("dateline", place, "text"))
    if "source" in metadata:
        metadata = metadata.with_value("source", known.source(metadata.value("source")))
    return metadata


def _mark_learned(
    judged: list[tuple[Block, str]], matches: list[PhraseMatches], site: site_rules.SiteRules | None, title: str
) -> list[tuple[Block, str]]:
    """Take what was learned of the site out of the chosen blocks; a credit is left to the rule that reads it."""
    if site is None:
        return judged
    story = {block.position for block, rule in judged if not rule}
    marks = apply.mark_learned([block for block, _ in judged], site, title, story)
    return [
        (block, rule or ("" if _is_credit(matches[block.position]) else marks.get(block.position, "")))
        for block, rule in judged
    ]


def _is_credit(matches: PhraseMatches) -> bool:
    return any(rule.effect == "credit" for rule, _ in matches)


def _mend(
    metadata: Metadata, kept: list[Block], address: str, site: site_rules.SiteRules | None
) -> tuple[Metadata, list[Block], str, list[Repair]]:
    """Return the metadata with a mended title, the kept blocks mended, their Markdown, and the repairs.

    Nothing is mended where the site's rules say no. What stands in attributes, tables and figures only shows in the
    Markdown: its encoding is mended there.
    """
    if site and not site.repair:
        return metadata, kept, markdown.write_markdown(kept, address), []
    title = metadata.value("title")
    headline = Block("heading", title, escape(title) if any(block.html for block in kept) else "")
    names = site.names if site else frozenset()
    (headline, *blocks), repairs = mend_blocks([headline, *kept], metadata.value("lang"), names)
    if headline.text != title:
        metadata = metadata.with_value("title", headline.text)
    text, left = repair_text(markdown.write_markdown(blocks, address))
    return metadata, blocks, text, [*repairs, *left]


def _find_dek(metadata: Metadata, main: list[Block]) -> str:
    """Return the summary when a story stands under it: what is most of the text is the story itself."""
    summary = metadata.value("summary")
    return summary if 2 * len(summary) < sum(len(block.text) for block in main) else ""


def _is_opening(summary: str, kept: list[Block]) -> bool:
    """Tell whether a description only repeats the story's first words: then it is no dek."""
    opening = fold_words(" ".join(block.text for block in kept[:4]))
    return bool(fold_words(summary)) and fold_words(summary)[:-12] in opening


def _find_doubt(main: list[Block], kept: list[Block]) -> str:
    """Return why a person should look before the article is published, or ""."""
    whole, left = (sum(measure_size(block.text) for block in blocks) for blocks in (main, kept))
    if left < SHORTEST_BODY:
        return f"no body: {sum(len(block.text) for block in kept)} characters are left"
    if whole and 1 - left / whole > LARGEST_CUT:
        return f"cleaning would remove {1 - left / whole:.0%} of the main text"
    return ""
