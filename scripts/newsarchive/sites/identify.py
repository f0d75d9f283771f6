"""What is known of one site, applied to one of its pages: a person's selectors, a shared config, learned repeats. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.errors import BadRules
from newsarchive.models import SAMPLES, Block, Fact, RawPage, Removal
from newsarchive.rules.learned import is_within, place
from newsarchive.rules.rules import OWN_SOURCES, SiteRules
from newsarchive.sites.learn import LINKED, LONGEST_LINE, OPENING, SENTENCE_END, is_wordy, key
from newsarchive.text import person_names
from newsarchive.text.dates import stated_date
from newsarchive.text.measures import is_long, size, words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

LARGEST_END = 0.3
"""Share of a page's long text that may follow a line which ends stories: with more, this page is made differently."""
MOST_FOUND = 2_000
"""Elements that one expression may find on a page."""
HEAD_BYTES = 400_000
"""Bytes of a page among which its canonical link stands."""
TEXTS = ("paragraph", "heading", "item", "quote")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_LINKS = re.compile(r"<link\b[^>]*>|<meta\b[^>]*>", re.I)
_CANONICAL = re.compile(r"\brel\s*=\s*[\"']?[^\"'>]*\bcanonical\b", re.I)
_OG_URL = re.compile(r"\b(?:property|name)\s*=\s*[\"']?og:url\b", re.I)
_ADDRESS = re.compile(r"\b(?:href|content)\s*=\s*[\"']?\s*(https?://[^\"'\s>]+)", re.I)


# --- which site -----------------------------------------------------------------------------------------------------


def stated_address(html: str) -> str:
    """Return the address that a page states for itself, read without parsing: its canonical link, else og:url.

    >>> stated_address('<meta property="og:url" content="https://b.example/2"><link rel=canonical href="https://a.example/1">')
    'https://a.example/1'
    """
    found: dict[bool, str] = {}
    for match in _LINKS.finditer(html):
        is_canonical = bool(_CANONICAL.search(match[0]))
        address = _ADDRESS.search(match[0]) if is_canonical or _OG_URL.search(match[0]) else None
        if address:
            found.setdefault(is_canonical, address[1])
    return found.get(True) or found.get(False, "")


def name(page: RawPage, address: str, folder: str) -> str:
    """Return the name of a page's site: its host without `www.`, else the folder of its capture under `raw/`.

    `address` is what a person knows of it. It is the name of a file, and never that of another kind of rules file.

    >>> page = RawPage("a-paper/1.txt", b"", "text/plain", "")
    >>> name(page, "https://www.A.example/x", "A-Paper"), name(page, "", "A-Paper"), name(page, "", "")
    ('a.example', 'a-paper', 'raw')
    """
    address = address or page.url or ""
    if not address and page.media_type != "text/plain":
        address = stated_address(page.payload[:HEAD_BYTES].decode("utf-8", "replace"))
    try:
        host = (urlsplit(address).hostname or "").lower().removeprefix("www.")
    except ValueError:
        host = ""
    found = host if len(host) <= 200 and _HOST.fullmatch(host) else folder.lower()[:60] or "raw"
    return found + "-" if f"{found}.toml" == OWN_SOURCES else found


def folder_of(path: str) -> str:
    """Return the folder under `raw/` that may name a capture's source, or "".

    >>> folder_of("samples/a-paper/x/1.txt"), folder_of("1.txt")
    ('a-paper', '')
    """
    parts = path.removeprefix(SAMPLES).split("/")
    return parts[0] if len(parts) > 1 else ""


def site_of(page: RawPage, row: dict[str, str] | None) -> str:
    """Return the name of the site whose rules hold for a capture; `row` is its line of metadata.csv."""
    return name(page, (row or {}).get("source_url", ""), folder_of(page.path))


# --- a person's selectors and shared configs, on the page -----------------------------------------------------------


def cut(html: str, site: SiteRules) -> tuple[str, list[Removal], list[Fact]]:
    """Return the page without what `strip` selects and outside of what `body` selects, with removals and facts.

    The selectors are CSS, and BeautifulSoup finds them; pages of sites without any are left as they are. Raises
    BadRules where a selector is none.

    >>> site = SiteRules("a.example", strip=("p.ad",), fields={"authors": "b"})
    >>> html, removals, facts = cut("<body><b>Ana</b><p>Story<p class=ad>Buy", site)
    >>> html, removals[0].text, facts[0].value
    ('<html><body><b>Ana</b><p>Story</p></body></html>', 'Buy', 'Ana')
    """
    facts = [Fact("source", site.source, "site")] if site.source else []
    if not (site.strip or site.body or site.fields):
        return html, [], facts
    from bs4 import BeautifulSoup  # 70 ms, and few sites have selectors

    soup = BeautifulSoup(html, "lxml")
    facts = [*_facts(soup, site), *facts]
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


def _facts(soup: BeautifulSoup, site: SiteRules) -> list[Fact]:
    facts = []
    for header, selector in site.fields.items():
        for element in _select(soup, selector, site)[:1]:
            value = element.get("datetime") or element.get("content") or element.get_text(" ")
            facts.append(_fact(header.lower(), str(value)))
    return [fact for fact in facts if fact.value]


def _fact(header: str, value: str) -> Fact:
    text = " ".join(value.split())
    return Fact(header, stated_date(text) if header in ("date", "modified") else text, "site")


def _select(soup: BeautifulSoup, selector: str, site: SiteRules) -> list[Tag]:
    try:
        return list(soup.select(selector))
    except Exception as error:
        raise BadRules(f"{site.host}.toml", f"{selector!r} is no CSS selector: {error}", "Mend it.") from error


def carve(tree: Any, site: SiteRules) -> tuple[list[Removal], list[Fact]]:
    """Take out of a page's tree what the site's shared config strips and what its body leaves out.

    As in the programs that share the format, the first line of a key that finds something counts; every `strip` does.
    """
    config = site.config
    if config is None:
        return [], []
    facts = [fact for fact in _config_facts(tree, site) if fact.value]
    removals: list[Removal] = []
    for rule, found in _stripped(tree, site):
        removals += [Removal(_told(e), f"site:{site.host}:{rule}", rule, 0) for e in found if _told(e)]
        for element in found:
            if element.getparent() is not None and element.tag not in ("html", "body"):
                element.drop_tree()
    return removals + _only_body(tree, site), facts


def _config_facts(tree: Any, site: SiteRules) -> Iterable[Fact]:
    assert site.config
    for header, lines in (("title", site.config.title), ("date", site.config.date), ("authors", site.config.author)):
        found = _first(tree, lines, site)
        texts = [text for text in (_told(element) for element in found[:5]) if text]
        if texts:
            yield _fact(header, "; ".join(dict.fromkeys(texts)) if header == "authors" else texts[0])


def _stripped(tree: Any, site: SiteRules) -> Iterable[tuple[str, list[Any]]]:
    assert site.config
    for line in site.config.strip:
        yield f"strip {line}", [e for e in _find(tree, line, site) if isinstance(e, HtmlElement)]
    for part in site.config.strip_id_or_class:
        part = part.strip("\"'")
        names = ((e, f"{e.get('id') or ''} {e.get('class') or ''}") for e in tree.iter(etree.Element))
        yield f"strip_id_or_class {part}", [e for e, text in names if part in text]
    for part in site.config.strip_image_src:
        yield f"strip_image_src {part}", [e for e in tree.iter("img") if part.strip("\"'") in (e.get("src") or "")]


def _only_body(tree: Any, site: SiteRules) -> list[Removal]:
    assert site.config
    found = [e for e in _first(tree, site.config.body, site) if isinstance(e, HtmlElement)]
    page = tree.find("body")
    if not found or page is None or any(e.tag in ("html", "body") for e in found):
        return []
    inside = set(found)
    outermost = [e for e in found if not any(parent in inside for parent in e.iterancestors())]
    for element in outermost:
        element.drop_tree()
        element.tail = None
    left = _told(page)
    for child in list(page):
        page.remove(child)
    page.text = None
    page.extend(outermost)
    return [Removal(left, f"site:{site.host}:body", "body", 0)] if left else []


def _first(tree: Any, lines: tuple[str, ...], site: SiteRules) -> list[Any]:
    return next((found for line in lines if (found := _find(tree, line, site))), [])


def _find(tree: Any, expression: str, site: SiteRules) -> list[Any]:
    """Return what an expression finds: elements, attributes, or a string as one."""
    try:
        found = etree.XPath(expression, regexp=False, smart_strings=False)(tree)
    except etree.XPathError as error:
        where, todo = f"{site.host}.txt", "Mend it, or take the line out."
        raise BadRules(where, f"{expression[:80]!r} cannot be applied: {error}", todo) from error
    return list(found)[:MOST_FOUND] if isinstance(found, list) else [found] if isinstance(found, str) and found else []


def _told(found: Any) -> str:
    if isinstance(found, str):
        return " ".join(found.split())
    if not hasattr(found, "itertext"):
        return ""
    value = found.get("datetime") or found.get("content") or " ".join(found.itertext())
    return " ".join(value.split())


# --- what was learned, on the blocks --------------------------------------------------------------------------------


def marks(blocks: list[Block], site: SiteRules, title: str = "", story: Container[int] | None = None) -> dict[int, str]:
    """Return the positions of blocks that are residue on this site, each with its rule; never the headline `title`.

    `story` holds the positions of what is taken for the story so far (all blocks, if it is not given). Inside of it a
    short line that repeats stays: it may be a label.

    >>> site = SiteRules("a.example", residue=("Sign up for the tide letter.",))
    >>> marks([Block("paragraph", "Sign up for the Tide Letter!", position=4)], site)
    {4: 'site:a.example:residue'}
    """
    keep = {key(text) for text in (*site.keep, title) if text}
    told = _told_lines(site)
    taken = [n for n, block in enumerate(blocks) if story is None or block.position in story]
    own = [n for n in taken if is_long(blocks[n]) and key(blocks[n].text) not in told] or [0]
    found = {}
    for number in taken:
        block = blocks[number]
        line = key(block.text) if block.kind in TEXTS else ""
        rule = _rule(block, line, site, told, is_inside=own[0] < number < own[-1]) if line and line not in keep else ""
        if rule:
            found[block.position] = f"site:{site.host}:{rule}"
    return _after_end(blocks, own, site, keep) | found


def _told_lines(site: SiteRules) -> dict[str, str]:
    """Return the lines that never are the story, each with the kind of rule that says so."""
    repeats = site.learned.repeats if site.learned else ()
    return {key(s.text): "repeat" for s in repeats} | {key(text): "residue" for text in site.residue}


def _rule(block: Block, line: str, site: SiteRules, told: dict[str, str], *, is_inside: bool) -> str:
    """Return the kind of rule that takes a block out, or ""."""
    rule = told.get(line, "")
    is_label = is_inside and not is_wordy(block.text) and block.link_density < LINKED
    if rule and not (rule == "repeat" and is_label):
        return rule
    if site.learned and _opens(block, {s.text for s in site.learned.openings}):
        return "opening"
    if site.learned and is_within(place(block.path), (s.text for s in site.learned.furniture)):
        return "furniture"
    return ""


def _opens(block: Block, openings: set[str]) -> bool:
    """Tell whether a line opens as those that lead elsewhere, and goes on as a headline."""
    match = OPENING.match(block.text) if openings and size(block.text) <= LONGEST_LINE else None
    if not match or words(match["opening"]) not in openings:
        return False
    return block.link_density >= 0.5 or (block.path.startswith("line:") and not SENTENCE_END.search(block.text))


def _after_end(blocks: list[Block], own: list[int], site: SiteRules, keep: set[str]) -> dict[int, str]:
    """Return every block from the first line that ends stories here, if little of the text that is `own` follows it."""
    ends = {key(s.text) for s in site.learned.ends} - keep if site.learned else set()
    total = sum(size(blocks[n].text) for n in own)
    for number in (n for n, block in enumerate(blocks) if ends and block.kind in TEXTS and key(block.text) in ends):
        after = sum(size(blocks[n].text) for n in own if n > number)
        if after <= LARGEST_END * total and own[0] < number:
            return {block.position: f"site:{site.host}:end" for block in blocks[number:]}
    return {}


def header_facts(blocks: list[Block], site: SiteRules) -> list[Fact]:
    """Return what stands where the site's other pages have their headline, byline and date.

    It is the last resort for a page that states them nowhere.
    """
    if site.learned is None:
        return []
    there: dict[str, str] = {}
    for block in blocks:
        there.setdefault(place(block.path), block.text)
    readers = (
        ("title", site.learned.title, str.strip),
        ("authors", site.learned.authors, _people),
        ("date", site.learned.date, stated_date),
    )
    found = [
        Fact(header, read(there[s.text]), "learned")
        for header, places, read in readers
        for s in places
        if s.text in there
    ]
    return [fact for fact in found if fact.value]


def _people(byline: str) -> str:
    """Return the names in a byline, as the header has them.

    >>> _people("By Ida Trent and Rosa Hale | 3 May 2024")
    'Ida Trent; Rosa Hale'
    """
    return "; ".join(person_names.names([re.split(r"\s[|·•]\s|\d", byline)[0]], visible=True))
