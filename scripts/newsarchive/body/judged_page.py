"""This module looks at a page whose kind is judged: what it is called, who owns it, whether it is dated and signed.
It is pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from newsarchive.models import Block, Fact, Metadata
from newsarchive.rules.rules import PageKind
from newsarchive.text.date_forms import is_date, parse_date
from newsarchive.text.measures import fold_words, measure_size

STORY = 600
"""Letters of text in one run that a page which looks like something else tells a story by; teasers have fewer."""
NOTICE = 1500
"""Letters of text up to which a page with the words of an error, a wall or a metered story is no more than that."""
FLASH = 100
"""Letters of the shortest story; a flattened page has some line of this length even if it is none."""
HEAD = (18, 220)
"""Letters of a linked headline; shorter links are menus."""
ABOVE = 8
"""Blocks over the text among which a story has its date."""
UNDER = 5
"""Lines under a headline among which its date or its byline stands in a flattened page."""
FOOT = 20
"""Last blocks of a page among which it names who owns it."""
DATED_LINE = 80
"""Characters under which a line of a flattened page that holds a date is more or less that date."""
TOP_DATES = 3
"""Dates over a short text of a flattened page from which it is one of many: the day of the paper, of the story, of a change."""
_TYPES = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"([^"]{1,60})"')
_PAID = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.I)
PARTED = re.compile(r"\s+[|–—·•»>:-]\s+|\s*[|｜_]\s*")
SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(?:19|20)\d\d")
ENDED = re.compile(r"[.!?।。！？؟…]['\"”’»)\]]*$")
_TIME = re.compile(r"^[\d\s:.,/|–—-]+|[\d\s:.,/|–—-]+$")
_OWNED = re.compile(r"©|\(c\)|copyright", re.I)
INSIDE = re.compile(r"/a[./]")

TEASER = 450
"""Letters of text in one run under which a flattened page with headlines in it is a list of teasers (of the development
pages, two in a hundred have no longer run)."""


def list_page_facts(tree: Any) -> list[Fact]:
    """Return what a page's markup says of its kind: the body's classes, and what JSON-LD calls the things on it."""
    body = tree.find("body")
    classes = f"{body.get('class') or ''} {body.get('id') or ''}" if body is not None else ""
    scripts = [s.text or "" for s in tree.iter("script") if "ld+json" in (s.get("type") or "")]
    types = Counter(name for text in scripts for name in _TYPES.findall(text))
    stated = [Fact("body_class", SPACE.sub(" ", classes).strip().lower()[:1000], "body")]
    stated += [Fact("things", " ".join(f"{name}*{count}" for name, count in sorted(types.items())), "json-ld")]
    stated += [Fact("access", "paid", "json-ld")] if any(map(_PAID.search, scripts)) else []
    return [fact for fact in stated if fact.value]


@dataclass(frozen=True)
class JudgedPage:
    """It holds all that is known of a page when its kind is judged."""

    facts: Metadata
    blocks: list[Block]
    kept: list[Block]
    url: str
    kinds: dict[str, PageKind]

    def value(self, key: str) -> str:
        return self.facts.value(key)

    def is_dump(self) -> bool:
        return bool(self.blocks) and self.blocks[0].path.startswith("line:")

    def things(self) -> Counter[str]:
        """Return how many things of each type JSON-LD names."""
        pairs = (word.rpartition("*") for word in self.value("things").split())
        return Counter({name: int(count) for name, _, count in pairs if count.isdigit()})

    def titles(self) -> list[str]:
        """Return what the page is called: the first part of its titles (or the next, after the site's name) and h1."""
        whole = [self.value("title"), self.value("full_title")]
        heads = [b.text for b in self.blocks if b.kind == "heading" and b.level == 1]
        whole += heads if len(heads) == 1 else []
        first = [block.text for block in self.blocks[:3]] if self.is_dump() else []
        whole += [*self.named(), *(text for text in first if "404" in text)]
        site = self.value("source").casefold()
        titles = []
        for title in whole:
            parts = [part for part in PARTED.split(title) if part]
            named = len(parts) > 1 and parts[0].casefold() == site
            titles += [title, *parts[: 2 if named else 1]]
        return list(dict.fromkeys(title for title in titles if title and len(title) < 120))

    def named(self) -> list[str]:
        """Return the first lines of a flattened page that are its title: a name and the site's."""
        first = [block.text for block in self.blocks[:3]] if self.is_dump() else []
        return [text for text in first if 2 <= len(PARTED.split(text)) <= 3]

    def opening(self) -> int:
        """Return where the story begins: at its first paragraph, or with the first block if it has none."""
        paragraphs = (
            b for b in self.kept if b.kind in ("paragraph", "item", "quote") and measure_size(b.text) >= FLASH
        )
        return next(paragraphs, self.kept[0]).position if self.kept else 0

    def segments(self) -> list[str]:
        return [unquote(part).lower() for part in urlsplit(self.url).path.split("/") if part]


def find_title(page: JudgedPage, name: str) -> str:
    """Return the title by which a page is of a kind, or ""."""
    return next((title for title in page.titles() if page.kinds[name].title.fullmatch(title)), "")


def _spell_title(title: str) -> str:
    return fold_words(PARTED.split(title)[0])


def is_stated_article(page: JudgedPage) -> bool:
    """Tell whether JSON-LD names one article on the page (teasers are named by the dozen)."""
    things = page.things()
    return 0 < sum(count for name, count in things.items() if name in page.kinds["article"].types) < 4


def find_title_line(page: JudgedPage, name: str, above: int = 1) -> str:
    """Return a line just over a flattened page's text by which it is of a kind, where no line is its title; or ""."""
    if not page.is_dump() or page.named() or not page.kept:
        return ""
    spots = {page.kept[0].position, page.opening()} - {0}
    lines = [block.text for spot in sorted(spots) for block in page.blocks[max(0, spot - above) : spot]]
    return next((line for line in lines if page.kinds[name].title.fullmatch(line)), "")


def is_dated(page: JudgedPage) -> bool:
    """Tell whether a date stands before the first paragraph of the text (of a teaser: after its headline), or is stated."""
    if page.facts.get("date", Fact("", "", "")).origin in ("json-ld", "meta", "microdata", "table"):
        return True
    first = page.opening()
    above = page.blocks[max(0, first - ABOVE) : first + 2]
    heads = [n for n, block in enumerate(above) if is_linked(block) and measure_size(block.text) >= HEAD[0]]
    says = states_date if page.is_dump() else lambda block: is_date(block.text)
    if any(says(block) for block in above[: heads[-1] if heads else None]):
        return True
    return not (page.is_dump() or heads) and says(_find_unended(page, first))


def _find_unended(page: JudgedPage, spot: int) -> Block:
    """Return the first block from a place on that ends as no sentence does; the last one if none does."""
    rest = (block for block in page.blocks[spot:] if not ENDED.search(block.text))
    return next(rest, page.blocks[-1])


def is_headed(page: JudgedPage) -> bool:
    """Tell whether a flattened page's headline stands over the text once more, with a date or an author under it."""
    if not page.is_dump() or is_site(page) or find_title(page, "listing"):
        return False
    author = fold_words(page.value("authors"))
    titles = {_spell_title(title) for title in page.titles() if measure_size(PARTED.split(title)[0]) >= HEAD[0]}
    titles = {title for title in titles if not (author and author in title)}
    spots = [b.position for b in page.blocks[1 : page.opening()] if _spell_title(b.text) in titles]
    if not page.named() and page.kept:
        inner = page.blocks[page.opening() : page.kept[-1].position]
        if sum(states_date(block) for block in inner) >= TOP_DATES:
            return False
    return any(_is_signed(page, spot) for spot in spots)


def states_date(block: Block) -> bool:
    """Tell whether a short line holds a date: a flattened page glues dates to what stands beside them."""
    return len(block.text) < DATED_LINE and bool(_YEAR.search(block.text)) and parse_date(block.text) is not None


def _is_signed(page: JudgedPage, spot: int) -> bool:
    """Tell whether a date or an author stands under a line of a flattened page, or a date under the text that follows it.

    One longer line may stand between: a dek."""
    author = page.value("authors")
    longer = 0
    for line in page.blocks[spot + 1 : spot + 1 + UNDER]:
        if states_date(line) or (author and author in line.text):
            return True
        longer += measure_size(line.text) >= HEAD[0]
        if longer > 1:
            break
    return spot + 1 < len(page.blocks) and states_date(_find_unended(page, spot + 1))


def is_bare(page: JudgedPage) -> bool:
    """Tell whether a flattened page's name stands over its text once more, with neither a date nor an author under it.

    A name as long as headlines mostly are tells nothing: some stories are short and unsigned."""
    names = {_spell_title(name) for name in page.named() if measure_size(PARTED.split(name)[0]) < 2 * HEAD[0]}
    spots = [b.position for b in page.blocks[1 : page.opening()] if fold_words(b.text) in names]
    return bool(spots) and not any(_is_signed(page, spot) for spot in spots)


def is_linked(block: Block) -> bool:
    """Tell whether a block is a link but for the time beside it, or stands inside one: some teasers are one link."""
    text = block.text
    rest = len(_TIME.sub("", text)) if block.link_density > 0.4 else len(text)
    return block.link_density * len(text) > 0.8 * rest or bool(INSIDE.search(block.path))


def is_site(page: JudgedPage) -> bool:
    """Tell whether a page is called as its site is, which it states or names as the owner at its foot."""
    name = page.value("full_title") or (page.blocks[0].text if page.is_dump() else "")
    if len(name) < 3 or len(name) > 80:
        return False
    owned = any(_OWNED.search(b.text) and name.casefold() in b.text.casefold() for b in page.blocks[-FOOT:])
    twice = page.is_dump() and len(page.blocks) > 1 and page.blocks[1].text.startswith(name)
    return (owned and (twice or not page.is_dump())) or name.casefold() == page.value("source").casefold()


def is_in_menu(page: JudgedPage) -> bool:
    """Tell whether a page has the name of an entry of a menu."""
    if page.is_dump():
        parts = [PARTED.split(block.text) for block in page.blocks[:3]]
        names = {part[0].casefold() for part in parts if len(part) == 2 and measure_size(part[0]) < HEAD[0]}
        return sum(block.text.casefold() in names for block in page.blocks) > 1
    names = {title.casefold() for title in page.titles() if measure_size(title) < HEAD[0]}
    return any(block.link_density > 0.9 and block.text.casefold() in names for block in page.blocks)
