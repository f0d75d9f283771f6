"""A person's CSS selectors for one site, applied with BeautifulSoup before anything else is decided. Pure."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag

from newsarchive.errors import BadRules
from newsarchive.models import Fact, Removal
from newsarchive.rules import SiteRules


def cut(html: str, site: SiteRules) -> tuple[str, list[Removal], list[Fact]]:
    """Return the page without what `strip` selects and outside of what `body` selects, with removals and facts.

    Raises BadRules where a selector is none.

    >>> site = SiteRules("a.example", strip=("p.ad",), fields={"authors": "b"})
    >>> html, removals, facts = cut("<body><b>Ana</b><p>Story<p class=ad>Buy", site)
    >>> html, removals[0].text, facts[0].value
    ('<html><body><b>Ana</b><p>Story</p></body></html>', 'Buy', 'Ana')
    """
    soup = BeautifulSoup(html, "lxml")
    facts = [*_facts(soup, site), *([Fact("source", site.source, "site")] if site.source else [])]
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
    for key, selector in site.fields.items():
        for element in _select(soup, selector, site)[:1]:
            value = element.get("datetime") or element.get("content") or element.get_text(" ")
            facts.append(Fact(key.lower(), " ".join(str(value).split()), "site"))
    return [fact for fact in facts if fact.value]


def _select(soup: BeautifulSoup, selector: str, site: SiteRules) -> list[Tag]:
    try:
        return list(soup.select(selector))
    except Exception as error:
        raise BadRules(f"{site.host}.toml", f"{selector!r} is no CSS selector: {error}", "Mend it.") from error
