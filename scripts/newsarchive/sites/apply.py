"""This module applies what is known of one site to one of its pages: a person's selectors, a shared config, learned
repeats. It is pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import Any

from bs4 import BeautifulSoup, Tag
from lxml import etree
from lxml.html import HtmlElement

from newsarchive.errors import BadRules
from newsarchive.models import Block, Fact, Removal
from newsarchive.rules.learned import find_place, is_within
from newsarchive.rules.site_rules import SiteRules
from newsarchive.sites.repeats import LONGEST_LINE, OPENING, SENTENCE_END
from newsarchive.sites.site_page import LINKED, fold_line, is_wordy
from newsarchive.text import person_names
from newsarchive.text.date_forms import find_stated_date
from newsarchive.text.measures import fold_words, is_long, measure_size

LARGEST_END = 0.3
"""Share of a page's long text that may follow a line which ends stories: with more, this page is made differently."""
MOST_FOUND = 2_000
"""Elements that one expression may find on a page."""
TEXTS = ("paragraph", "heading", "item", "quote")


def cut_selected(html: str, site: SiteRules) -> tuple[str, list[Removal], list[Fact]]:
    """Return the page without what `strip` selects and outside of what `body` selects, with removals and facts.

    The selectors are CSS, and BeautifulSoup finds them; pages of sites without any are left as they are. Raises
    BadRules where a selector is none.

    >>> site = SiteRules("a.example", strip=("p.ad",), fields={"authors": "b"})
    >>> html, removals, facts = cut_selected("<body><b>Ana</b><p>Story<p class=ad>Buy", site)
    >>> html, removals[0].text, facts[0].value
    ('<html><body><b>Ana</b><p>Story</p></body></html>', 'Buy', 'Ana')
    """
    facts = [Fact("source", site.source, "site")] if site.source else []
    if not (site.strip or site.body or site.fields):
        return html, [], facts
    from bs4 import BeautifulSoup  # 70 ms, and few sites have selectors

    soup = BeautifulSoup(html, "lxml")
    facts = [*_list_facts(soup, site), *facts]
    removals = []
    for number, selector in enumerate(site.strip):
        for element in _select(soup, selector, site):
            if not element.decomposed:
                text = " ".join(element.get_text(" ").split())
                removals.append(Removal(text, f"site:{site.host}:strip-{number + 1}", selector, 0))
                element.decompose()
    body = _select(soup, site.body, site) if site.body else []
    if body and soup.body:
        inside = [element.extract() for element in body if not any(parent in body for parent in element.parents)]
        left = " ".join(soup.body.get_text(" ").split())
        removals += [Removal(left, f"site:{site.host}:body", "body", 0)] if left else []
        soup.body.clear()
        soup.body.extend(inside)
    return str(soup), removals, facts


def _list_facts(soup: BeautifulSoup, site: SiteRules) -> list[Fact]:
    facts = []
    for header, selector in site.fields.items():
        for element in _select(soup, selector, site)[:1]:
            value = element.get("datetime") or element.get("content") or element.get_text(" ")
            facts.append(_make_fact(header.lower(), str(value)))
    return [fact for fact in facts if fact.value]


def _make_fact(header: str, value: str) -> Fact:
    text = " ".join(value.split())
    return Fact(header, find_stated_date(text) if header in ("date", "modified") else text, "site")


def _select(soup: BeautifulSoup, selector: str, site: SiteRules) -> list[Tag]:
    try:
        return list(soup.select(selector))
    except Exception as error:
        raise BadRules(f"{site.host}.toml", f"{selector!r} is no CSS selector: {error}", "Mend it.") from error


def carve_tree(tree: Any, site: SiteRules) -> tuple[list[Removal], list[Fact]]:
    """Take out of a page's tree what the site's shared config strips and what its body leaves out.

    As in the programs that share the format, the first line of a key that finds something counts; every `strip` does.
    """
    config = site.config
    if config is None:
        return [], []
    facts = [fact for fact in _list_config_facts(tree, site) if fact.value]
    removals: list[Removal] = []
    for rule, elements in _list_stripped(tree, site):
        removals += [Removal(_read_found(e), f"site:{site.host}:{rule}", rule, 0) for e in elements if _read_found(e)]
        for element in elements:
            if element.getparent() is not None and element.tag not in ("html", "body"):
                element.drop_tree()
    return removals + _keep_body(tree, site), facts


def _list_config_facts(tree: Any, site: SiteRules) -> Iterable[Fact]:
    assert site.config
    for header, lines in (("title", site.config.title), ("date", site.config.date), ("authors", site.config.author)):
        results = _find_first(tree, lines, site)
        texts = [text for text in (_read_found(element) for element in results[:5]) if text]
        if texts:
            yield _make_fact(header, "; ".join(dict.fromkeys(texts)) if header == "authors" else texts[0])


def _list_stripped(tree: Any, site: SiteRules) -> Iterable[tuple[str, list[Any]]]:
    assert site.config
    for line in site.config.strip:
        yield f"strip {line}", [e for e in _find(tree, line, site) if isinstance(e, HtmlElement)]
    for part in site.config.strip_id_or_class:
        part = part.strip("\"'")
        names = ((e, f"{e.get('id') or ''} {e.get('class') or ''}") for e in tree.iter(etree.Element))
        yield f"strip_id_or_class {part}", [e for e, text in names if part in text]
    for part in site.config.strip_image_src:
        yield f"strip_image_src {part}", [e for e in tree.iter("img") if part.strip("\"'") in (e.get("src") or "")]


def _keep_body(tree: Any, site: SiteRules) -> list[Removal]:
    assert site.config
    elements = [e for e in _find_first(tree, site.config.body, site) if isinstance(e, HtmlElement)]
    page = tree.find("body")
    if not elements or page is None or any(e.tag in ("html", "body") for e in elements):
        return []
    inside = set(elements)
    outermost = [e for e in elements if not any(parent in inside for parent in e.iterancestors())]
    for element in outermost:
        element.drop_tree()
        element.tail = None
    left = _read_found(page)
    for child in list(page):
        page.remove(child)
    page.text = None
    page.extend(outermost)
    return [Removal(left, f"site:{site.host}:body", "body", 0)] if left else []


def _find_first(tree: Any, lines: tuple[str, ...], site: SiteRules) -> list[Any]:
    return next((results for line in lines if (results := _find(tree, line, site))), [])


def _find(tree: Any, expression: str, site: SiteRules) -> list[Any]:
    """Return what an expression finds: elements, attributes, or a string as one."""
    try:
        results = etree.XPath(expression, regexp=False, smart_strings=False)(tree)
    except etree.XPathError as error:
        where, todo = f"{site.host}.txt", "Mend it, or take the line out."
        raise BadRules(where, f"{expression[:80]!r} cannot be applied: {error}", todo) from error
    return (
        list(results)[:MOST_FOUND]
        if isinstance(results, list)
        else [results]
        if isinstance(results, str) and results
        else []
    )


def _read_found(result: Any) -> str:
    if isinstance(result, str):
        return " ".join(result.split())
    if not hasattr(result, "itertext"):
        return ""
    value = result.get("datetime") or result.get("content") or " ".join(result.itertext())
    return " ".join(value.split())


def mark_learned(
    blocks: list[Block], site: SiteRules, title: str = "", story: Container[int] | None = None
) -> dict[int, str]:
    """Return the positions of blocks that are residue on this site, each with its rule; never the headline `title`.

    `story` holds the positions of what is taken for the story so far (all blocks, if it is not given). Inside of it a
    short line that repeats stays: it may be a label.

    >>> site = SiteRules("a.example", residue=("Sign up for the tide letter.",))
    >>> mark_learned([Block("paragraph", "Sign up for the Tide Letter!", position=4)], site)
    {4: 'site:a.example:residue'}
    """
    keep = {fold_line(text) for text in (*site.keep, title) if text}
    lines = _list_lines(site)
    taken = [n for n, block in enumerate(blocks) if story is None or block.position in story]
    story_lines = [n for n in taken if is_long(blocks[n]) and fold_line(blocks[n].text) not in lines] or [0]
    marks = {}
    for number in taken:
        block = blocks[number]
        line = fold_line(block.text) if block.kind in TEXTS else ""
        rule = (
            _name_rule(block, line, site, lines, is_inside=story_lines[0] < number < story_lines[-1])
            if line and line not in keep
            else ""
        )
        if rule:
            marks[block.position] = f"site:{site.host}:{rule}"
    return _mark_after_end(blocks, story_lines, site, keep) | marks


def _list_lines(site: SiteRules) -> dict[str, str]:
    """Return the lines that never are the story, each with the kind of rule that says so."""
    repeats = site.learned.repeats if site.learned else ()
    return {fold_line(s.text): "repeat" for s in repeats} | {fold_line(text): "residue" for text in site.residue}


def _name_rule(block: Block, line: str, site: SiteRules, lines: dict[str, str], *, is_inside: bool) -> str:
    """Return the kind of rule that takes a block out, or ""."""
    rule = lines.get(line, "")
    is_label = is_inside and not is_wordy(block.text) and block.link_density < LINKED
    if rule and not (rule == "repeat" and is_label):
        return rule
    if site.learned and _is_opening(block, {s.text for s in site.learned.openings}):
        return "opening"
    if site.learned and is_within(find_place(block.path), (s.text for s in site.learned.furniture)):
        return "furniture"
    return ""


def _is_opening(block: Block, openings: set[str]) -> bool:
    """Tell whether a line opens as those that lead elsewhere, and goes on as a headline."""
    match = OPENING.match(block.text) if openings and measure_size(block.text) <= LONGEST_LINE else None
    if not match or fold_words(match["opening"]) not in openings:
        return False
    return block.link_density >= 0.5 or (block.path.startswith("line:") and not SENTENCE_END.search(block.text))


def _mark_after_end(blocks: list[Block], story_lines: list[int], site: SiteRules, keep: set[str]) -> dict[int, str]:
    """Return every block from the first line that ends stories here, if little of the text that is `story_lines` follows it."""
    ends = {fold_line(s.text) for s in site.learned.ends} - keep if site.learned else set()
    total = sum(measure_size(blocks[n].text) for n in story_lines)
    for number in (
        n for n, block in enumerate(blocks) if ends and block.kind in TEXTS and fold_line(block.text) in ends
    ):
        after = sum(measure_size(blocks[n].text) for n in story_lines if n > number)
        if after <= LARGEST_END * total and story_lines[0] < number:
            return {block.position: f"site:{site.host}:end" for block in blocks[number:]}
    return {}


def list_header_facts(blocks: list[Block], site: SiteRules) -> list[Fact]:
    """Return what stands where the site's other pages have their headline, byline and date.

    It is the last resort for a page that states them nowhere.
    """
    if site.learned is None:
        return []
    there: dict[str, str] = {}
    for block in blocks:
        there.setdefault(find_place(block.path), block.text)
    readers = (
        ("title", site.learned.title, str.strip),
        ("authors", site.learned.authors, _split_byline),
        ("date", site.learned.date, find_stated_date),
    )
    facts = [
        Fact(header, read(there[s.text]), "learned")
        for header, places, read in readers
        for s in places
        if s.text in there
    ]
    return [fact for fact in facts if fact.value]


def _split_byline(byline: str) -> str:
    """Return the names in a byline, as the header has them.

    >>> _split_byline("By Ida Trent and Rosa Hale | 3 May 2024")
    'Ida Trent; Rosa Hale'
    """
    return "; ".join(person_names.list_names([re.split(r"\s[|·•]\s|\d", byline)[0]], visible=True))
