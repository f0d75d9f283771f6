"""The only module that knows every stage of cleaning: one capture to a conversion. Pure."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from pressroom import contract

from newsarchive import page_analysis
from newsarchive.body import page_kind, phrases
from newsarchive.body.residue import residue
from newsarchive.metadata import candidates, header
from newsarchive.metadata.header import value
from newsarchive.models import Block, Conversion, Fact, RawPage, Repair
from newsarchive.page import markdown
from newsarchive.repair.repair import mend, repair
from newsarchive.rules import rules
from newsarchive.sites import identify
from newsarchive.text.charset import decode
from newsarchive.text.dateline import dateline
from newsarchive.text.measures import size, words

SHORTEST_BODY = 80
"""Letters under which what is left is no article but a stub, and waits for a person."""
LARGEST_CUT = 0.6
"""Share of the main body that phrase rules may take away before the page waits for a person: past this, a rule is
more likely wrong than the page so full of residue (on the development pages the largest true share was under half)."""


def convert(page: RawPage, known: rules.Rules, row: dict[str, str] | None = None) -> Conversion:
    """Turn one capture into an article with all that was removed, or say why it is none. Pure.

    `row` is the page's line of `metadata.csv`: what a person knows outranks every candidate.
    Raises UnreadableCapture and BadRules.
    """
    text = decode(page.payload, page.charset, page.media_type)
    site = known.site(identify.site_of(page, row))
    found = page_analysis.read(text, page, known, site)
    facts = [*(Fact(key, cell, "table") for key, cell in (row or {}).items() if cell), *found.facts]
    chosen = candidates.choose_facts(facts)
    judged = candidates.mark_headlines(found.judged, facts)
    blocks = [block for block, _ in judged]
    main = [block for block, rule in judged if not rule]
    judged = _marked(judged, found.said, site, value(chosen, "title"))
    kept, removals, credits = residue(
        judged,
        found.said,
        known,
        title=value(chosen, "title"),
        summary=_dek(chosen, main),
        authors=contract.split_list(value(chosen, "authors")),
    )
    facts += credits
    chosen = candidates.choose_facts(facts)
    lang = candidates.language(" ".join(block.text for block in kept)[:3000], value(chosen, "lang"))
    chosen["lang"] = Fact("lang", lang, "text")
    if _is_opening(value(chosen, "summary"), kept):
        del chosen["summary"]
    if "dateline" not in chosen and (place := dateline(next((b.text for b in kept if b.kind == "paragraph"), ""))):
        chosen["dateline"] = Fact("dateline", place, "text")
    if "source" in chosen:
        chosen["source"] = replace(chosen["source"], value=known.source(chosen["source"].value))
    address = page.url or value(chosen, "source_url")
    kind, reason = page_kind.kind(chosen, blocks, kept, address, known.kinds)
    facts += page_kind.access(chosen, blocks, kept, known.kinds)
    removals = [*found.cuts, *removals]
    mended, text, repairs = _mended(chosen, kept, lang, address, site)
    article = header.article(page, chosen, mended, text, len(removals), len(repairs))
    held = reason if kind != "article" else _doubt(main, kept)
    return Conversion(
        page.path, page.sha256, kind, article, held, tuple(removals), tuple(repairs), tuple(facts), tuple(blocks)
    )


def _marked(
    judged: list[tuple[Block, str]], said: list[phrases.Said], site: rules.SiteRules | None, title: str
) -> list[tuple[Block, str]]:
    """Take what was learned of the site out of the chosen blocks; a credit is left to the rule that reads it."""
    if site is None:
        return judged
    story = {block.position for block, rule in judged if not rule}
    marks = identify.marks([block for block, _ in judged], site, title, story)
    return [
        (block, rule or ("" if _is_credit(said[block.position]) else marks.get(block.position, "")))
        for block, rule in judged
    ]


def _is_credit(found: phrases.Said) -> bool:
    return any(rule.effect == "credit" for rule, _ in found)


def _mended(
    chosen: dict[str, Fact], kept: list[Block], lang: str, address: str, site: rules.SiteRules | None
) -> tuple[list[Block], str, list[Repair]]:
    """Return the kept blocks mended, their Markdown and the repairs, unless the site's rules say no; mend the title.

    What stands in attributes, tables and figures only shows in the Markdown: its encoding is mended there.
    """
    if site and not site.repair:
        return kept, markdown.markdown(kept, address), []
    title = value(chosen, "title")
    headline = Block("heading", title, escape(title) if any(block.html for block in kept) else "")
    (headline, *blocks), repairs = mend([headline, *kept], lang, site.names if site else frozenset())
    if headline.text != title:
        chosen["title"] = replace(chosen["title"], value=headline.text)
    text, left = repair(markdown.markdown(blocks, address))
    return blocks, text, [*repairs, *left]


def _dek(chosen: dict[str, Fact], main: list[Block]) -> str:
    """Return the summary when a story stands under it: what is most of the text is the story itself."""
    summary = value(chosen, "summary")
    return summary if 2 * len(summary) < sum(len(block.text) for block in main) else ""


def _is_opening(summary: str, kept: list[Block]) -> bool:
    """Tell whether a description only repeats the story's first words: then it is no dek."""
    opening = words(" ".join(block.text for block in kept[:4]))
    return bool(words(summary)) and words(summary)[:-12] in opening


def _doubt(main: list[Block], kept: list[Block]) -> str:
    """Return why a person should look before the article is published, or ""."""
    whole, left = (sum(size(block.text) for block in blocks) for blocks in (main, kept))
    if left < SHORTEST_BODY:
        return f"no body: {sum(len(block.text) for block in kept)} characters are left"
    if whole and 1 - left / whole > LARGEST_CUT:
        return f"cleaning would remove {1 - left / whole:.0%} of the main text"
    return ""
