"""What a page is: an article, a listing, an error page, a search page, a wall, or other. Pure.

Three questions in turn. Does the page say outright that it is something else? Is there a story at all? And where it
might be a list of stories: what speaks for one story, what for many, in points.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from newsarchive.models import Block, Fact
from newsarchive.rules.rules import PageKind
from newsarchive.text.dates import is_date, parse_date
from newsarchive.text.measures import is_long, size, words

STORY = 600
"""Letters of text in one run that a page which looks like something else tells a story by; teasers have fewer."""
NOTICE = 1500
"""Letters of text up to which a page with the words of an error, a wall or a metered story is no more than that."""
FLASH = 100
"""Letters of the shortest story; a flattened page has some line of this length even if it is none."""
PICTURES = 5
"""Figures that make a gallery of a page without a text of its own."""
HEAD = (18, 220)
"""Letters of a linked headline; shorter links are menus."""
MANY = 10
"""Linked headlines from which a page with less text than a flash for each is a list of them."""
ABOVE = 8
"""Blocks over the text among which a story has its date."""
UNDER = 5
"""Lines under a headline among which its date or its byline stands in a flattened page."""
FOOT = 20
"""Last blocks of a page among which it names who owns it."""
DATED_LINE = 80
"""Characters under which a line of a flattened page that holds a date is more or less that date."""
LINES = 10
"""Lines like headlines among which a short text of a flattened page may be one of many."""
TOP_DATES = 3
"""Dates over a short text of a flattened page from which it is one of many: the day of the paper, of the story, of a change."""
TEASER = 450
"""Letters of text in one run under which a flattened page with headlines in it is a list of teasers (of the development
pages, two in a hundred have no longer run)."""
LISTING = 2
"""Points from which a page is a listing; set on the development pages and the generated ones (`bench/kinds.py`)."""

_TYPES = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"([^"]{1,60})"')
_PAID = re.compile(r'"isAccessibleForFree"\s*:\s*"?false', re.I)
_PARTED = re.compile(r"\s+[|–—·•»>:-]\s+|\s*[|｜_]\s*")
_ANCHOR = re.compile(r"\s*(?:<(?!a\b)[^<>]*>\s*){0,4}<a\b([^<>]*)>(.*?)</a>", re.S | re.I)
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.I)
_TAGS = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATED = re.compile(r"/(?:19|20)\d\d[/-]?\d\d")
_NUMBERED = re.compile(r"\d{5,}|\.(?:s?html?|aspx?|php|ece|story)$")
_ENDED = re.compile(r"[.!?।。！？؟…]['\"”’»)\]]*$")
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\s*$")
_TIME = re.compile(r"^[\d\s:.,/|–—-]+|[\d\s:.,/|–—-]+$")
_OWNED = re.compile(r"©|\(c\)|copyright", re.I)
_INSIDE = re.compile(r"/a[./]")
_FURNITURE = re.compile(r"/(?:aside|nav|footer)\b")
_WALL_PATH = re.compile(r"paywall|piano-|regwall|subscriber-only|premium-wall|metered", re.I)


def page_facts(tree: Any) -> list[Fact]:
    """Return what a page's markup says of its kind: the body's classes, and what JSON-LD calls the things on it."""
    body = tree.find("body")
    classes = f"{body.get('class') or ''} {body.get('id') or ''}" if body is not None else ""
    scripts = [s.text or "" for s in tree.iter("script") if "ld+json" in (s.get("type") or "")]
    types = Counter(name for text in scripts for name in _TYPES.findall(text))
    stated = [Fact("body_class", _SPACE.sub(" ", classes).strip().lower()[:1000], "body")]
    stated += [Fact("things", " ".join(f"{name}*{count}" for name, count in sorted(types.items())), "json-ld")]
    stated += [Fact("access", "paid", "json-ld")] if any(map(_PAID.search, scripts)) else []
    return [fact for fact in stated if fact.value]


@dataclass(frozen=True)
class _Page:
    """All that is known of a page when its kind is judged."""

    facts: dict[str, Fact]
    blocks: list[Block]
    kept: list[Block]
    url: str
    kinds: dict[str, PageKind]

    def value(self, key: str) -> str:
        return self.facts[key].value if key in self.facts else ""

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
        found = []
        for title in whole:
            parts = [part for part in _PARTED.split(title) if part]
            named = len(parts) > 1 and parts[0].casefold() == site
            found += [title, *parts[: 2 if named else 1]]
        return list(dict.fromkeys(title for title in found if title and len(title) < 120))

    def named(self) -> list[str]:
        """Return the first lines of a flattened page that are its title: a name and the site's."""
        first = [block.text for block in self.blocks[:3]] if self.is_dump() else []
        return [text for text in first if 2 <= len(_PARTED.split(text)) <= 3]

    def opening(self) -> int:
        """Return where the story begins: at its first paragraph, or with the first block if it has none."""
        told = (b for b in self.kept if b.kind in ("paragraph", "item", "quote") and size(b.text) >= FLASH)
        return next(told, self.kept[0]).position if self.kept else 0

    def segments(self) -> list[str]:
        return [unquote(part).lower() for part in urlsplit(self.url).path.split("/") if part]


@dataclass(frozen=True)
class _Shape:
    """How a page's text is laid out between the first and the last of the kept blocks."""

    prose: float
    """Letters of kept text."""
    run: float
    """Letters of the longest run of it that no linked headline parts."""
    lead: float
    """Letters of it before the first linked headline."""
    heads: int
    """Linked headlines to pages of the same site."""
    dates: int
    """Lines that are a date."""
    more: int
    """Links such as "read more"."""
    cuts: int
    """Paragraphs that break off in an ellipsis."""


def kind(
    facts: dict[str, Fact], blocks: list[Block], kept: list[Block], url: str, known: dict[str, PageKind]
) -> tuple[str, str]:
    """Return the kind of a page and how it is known; the reason is empty for an article.

    `facts` may hold what `page_facts` found and the page's `type`, `known` is `Rules.kinds`.
    """
    page = _Page(facts, blocks, kept, url, known)
    shape = _line_shape(page) if page.is_dump() else _shape(page)
    for name, judge in JUDGES:
        if reason := judge(page, shape):
            return name, reason
    return "article", ""


# --- the page says so -----------------------------------------------------------------------------------------------


def _told(page: _Page, name: str) -> str:
    """Return the title by which a page is of a kind, or ""."""
    return next((title for title in page.titles() if page.kinds[name].title.fullmatch(title)), "")


def _said(title: str) -> str:
    return words(_PARTED.split(title)[0])


def _is_stated_article(page: _Page) -> bool:
    """Tell whether JSON-LD names one article on the page (teasers are named by the dozen)."""
    things = page.things()
    return 0 < sum(count for name, count in things.items() if name in page.kinds["article"].types) < 4


def _words(page: _Page, name: str, least: int = 1) -> str:
    """Return words of a kind that stand in a page with little else, in at least so many blocks, or ""."""
    first = page.kept[0].position if page.kept else 0
    above = page.blocks[max(0, first - 2) : first]
    texts = [block.text for block in ([*above, *page.kept] or page.blocks)]
    if sum(map(size, texts)) >= 2 * NOTICE:
        return ""
    found = [match[0] for text in texts if (match := page.kinds[name].text.search(text))]
    return found[0] if len(found) >= least else ""


def _line_told(page: _Page, name: str, above: int = 1) -> str:
    """Return a line just over a flattened page's text by which it is of a kind, where no line is its title; or ""."""
    if not page.is_dump() or page.named() or not page.kept:
        return ""
    spots = {page.kept[0].position, page.opening()} - {0}
    lines = [block.text for spot in sorted(spots) for block in page.blocks[max(0, spot - above) : spot]]
    return next((line for line in lines if page.kinds[name].title.fullmatch(line)), "")


def _error(page: _Page, shape: _Shape) -> str:
    if shape.run >= STORY:
        return ""
    lines = page.blocks[: page.opening()] if page.is_dump() and not page.named() else []
    if line := next((b.text for b in lines if page.kinds["error page"].title.fullmatch(b.text)), ""):
        return f"a line says so: {line}"
    if title := _told(page, "error page"):
        return f"its title says so: {title}"
    marks = set(page.value("body_class").split()) & page.kinds["error page"].classes
    if marks:
        return f"its markup says so: {min(marks)}"
    words = "" if _is_stated_article(page) else _words(page, "error page")
    return f"it says: {words}" if words else ""


def _wall(page: _Page, shape: _Shape) -> str:
    if shape.run >= NOTICE or _is_stated_article(page):
        return ""
    if (title := _told(page, "wall")) and shape.run < STORY:
        return f"its title says so: {title}"
    words = _words(page, "wall", least=1 if shape.run < STORY else 2)
    return f"it says: {words}" if words else ""


def _empty(page: _Page, shape: _Shape) -> str:
    text = " ".join(block.text for block in page.blocks)
    if shape.prose < FLASH and (found := page.kinds["empty page"].text.search(text[:NOTICE])):
        return f"it says: {found[0]}"
    return "" if page.blocks else "there is no text in it"


def _search(page: _Page, shape: _Shape) -> str:
    known = page.kinds["search page"]
    segments = page.segments()
    queries = parse_qs(urlsplit(page.url).query).keys() & known.queries
    if (title := _told(page, "search page") or _line_told(page, "search page", 3)) and (
        shape.run < STORY or not (page.is_dump() or _is_stated_article(page))
    ):
        return f"its title says so: {title}"
    if (segments and segments[-1] in known.last) or (queries and (not segments or "search" in page.url)):
        return "its address says so"
    if known.types & page.things().keys():
        return "the page calls itself a page of search results"
    marks = set(page.value("body_class").split()) & known.classes - page.kinds["article"].classes
    return f"its markup says so: {min(marks)}" if marks and not _for_article(page) else ""


def _about(page: _Page, shape: _Shape) -> str:
    known = page.kinds["about page"]
    if _is_stated_article(page):
        return ""
    if title := _told(page, "about page") or _line_told(page, "about page"):
        return f"its title says so: {title}"
    segments = page.segments()
    if known.types & page.things().keys():
        return "the page calls itself so"
    return "its address says so" if segments and len(segments) <= 2 and segments[-1] in known.last else ""


# --- is there a story -----------------------------------------------------------------------------------------------


def _gallery(page: _Page, shape: _Shape) -> str:
    figures = sum(block.kind == "figure" for block in page.kept)
    return f"{figures} pictures and no text" if figures >= PICTURES and shape.prose < FLASH else ""


def _other(page: _Page, shape: _Shape) -> str:
    if not page.kept:
        return "no body was found"
    if asks := _only_asks(page, shape):
        return f"it only asks to subscribe: {asks}"
    if page.is_dump() and not any(size(b.text) >= FLASH and _ENDED.search(b.text) for b in page.kept):
        return "there is no sentence of some length"
    if page.is_dump() and shape.prose < TEASER:
        lines = sum(HEAD[0] <= size(b.text) <= HEAD[1] and not _ENDED.search(b.text) for b in page.blocks)
        if _is_headed(page):
            return ""
        if lines >= LINES and not _is_dated(page):
            return f"a short text with no date, among {lines} lines that may be headlines"
        if (dates := sum(is_date(block.text) for block in page.blocks[: page.kept[0].position])) >= TOP_DATES:
            return f"a short text after {dates} dates"
    return ""


def _only_asks(page: _Page, shape: _Shape) -> str:
    """Return the beginning of a request to subscribe, where there is hardly any text but such requests, or ""."""
    sizes = {block.position: size(block.text) for block in page.kept}
    rest = shape.prose - sum(sizes.values())
    asks = []
    # The shortest block that is a story by itself settles it soonest.
    for block in sorted(page.kept, key=lambda block: (sizes[block.position] < FLASH, sizes[block.position])):
        if page.kinds["preview"].text.search(block.text[:400]):
            asks.append(block)
        else:
            rest += sizes[block.position]
        if rest >= FLASH:
            return ""
    return min(asks, key=lambda block: block.position).text[:80] if asks else ""


def _is_dated(page: _Page) -> bool:
    """Tell whether a date stands before the first paragraph of the text (of a teaser: after its headline), or is stated."""
    if page.facts.get("date", Fact("", "", "")).origin in ("json-ld", "meta", "microdata", "table"):
        return True
    first = page.opening()
    above = page.blocks[max(0, first - ABOVE) : first + 2]
    heads = [n for n, block in enumerate(above) if _is_linked(block) and size(block.text) >= HEAD[0]]
    says = _states_date if page.is_dump() else lambda block: is_date(block.text)
    if any(says(block) for block in above[: heads[-1] if heads else None]):
        return True
    return not (page.is_dump() or heads) and says(_after(page, first))


def _after(page: _Page, spot: int) -> Block:
    """Return the first block from a place on that ends as no sentence does; the last one if none does."""
    rest = (block for block in page.blocks[spot:] if not _ENDED.search(block.text))
    return next(rest, page.blocks[-1])


def _is_headed(page: _Page) -> bool:
    """Tell whether a flattened page's headline stands over the text once more, with a date or an author under it."""
    if not page.is_dump() or _is_site(page) or _told(page, "listing"):
        return False
    author = words(page.value("authors"))
    titles = {_said(title) for title in page.titles() if size(_PARTED.split(title)[0]) >= HEAD[0]}
    titles = {title for title in titles if not (author and author in title)}
    spots = [b.position for b in page.blocks[1 : page.opening()] if _said(b.text) in titles]
    if not page.named() and page.kept:
        inner = page.blocks[page.opening() : page.kept[-1].position]
        if sum(_states_date(block) for block in inner) >= TOP_DATES:
            return False
    return any(_is_signed(page, spot) for spot in spots)


def _states_date(block: Block) -> bool:
    """Tell whether a short line holds a date: a flattened page glues dates to what stands beside them."""
    return len(block.text) < DATED_LINE and bool(_YEAR.search(block.text)) and parse_date(block.text) is not None


def _is_signed(page: _Page, spot: int) -> bool:
    """Tell whether a date or an author stands under a line of a flattened page, or a date under the text that follows it.

    One longer line may stand between: a dek."""
    author = page.value("authors")
    longer = 0
    for line in page.blocks[spot + 1 : spot + 1 + UNDER]:
        if _states_date(line) or (author and author in line.text):
            return True
        longer += size(line.text) >= HEAD[0]
        if longer > 1:
            break
    return spot + 1 < len(page.blocks) and _states_date(_after(page, spot + 1))


def _is_bare(page: _Page) -> bool:
    """Tell whether a flattened page's name stands over its text once more, with neither a date nor an author under it.

    A name as long as headlines mostly are tells nothing: some stories are short and unsigned."""
    names = {_said(name) for name in page.named() if size(_PARTED.split(name)[0]) < 2 * HEAD[0]}
    spots = [b.position for b in page.blocks[1 : page.opening()] if words(b.text) in names]
    return bool(spots) and not any(_is_signed(page, spot) for spot in spots)


# --- one story or many ----------------------------------------------------------------------------------------------


def _is_linked(block: Block) -> bool:
    """Tell whether a block is a link but for the time beside it, or stands inside one: some teasers are one link."""
    text = block.text
    rest = len(_TIME.sub("", text)) if block.link_density > 0.4 else len(text)
    return block.link_density * len(text) > 0.8 * rest or bool(_INSIDE.search(block.path))


def _leads_on(block: Block, host: str) -> bool:
    """Tell whether a block is the linked headline of another page of the same site, or opens with one."""
    low, high = HEAD
    found = _ANCHOR.search(block.html) if "<a" in block.html else None
    if found and _letters(block.html[: found.start()]):
        found = None
    if found:
        text = _SPACE.sub(" ", _TAGS.sub("", found[2])).strip()
        href = _HREF.search(found[1])
        own = _is_own(href[1] if href else "", host)
        return (
            own and low <= size(text) <= high and (_is_linked(block) or block.html[found.end() :].lstrip()[:3] == "<br")
        )
    if "<a" in block.html or not (_is_linked(block) and low <= size(block.text) <= high):
        return False
    return block.kind == "heading" or not (block.html or _FURNITURE.search(block.path) or _INSIDE.search(block.path))


def _letters(html: str) -> bool:
    return any(map(str.isalpha, _TAGS.sub("", html)))


def _is_own(href: str, host: str) -> bool:
    """Tell whether a link stays on the page's site.

    >>> _is_own("/a", "a.example"), _is_own("https://www.a.example/b", "a.example"), _is_own("https://b.example/", "")
    (True, True, False)
    """
    if href.startswith(("#", "mailto:", "javascript:")):
        return False
    theirs = urlsplit(href).hostname if "//" in href[:8] else ""
    return not theirs or theirs.split(".")[-2:] == host.split(".")[-2:]


def _shape(page: _Page) -> _Shape:
    positions = {block.position for block in page.kept}
    if not positions:
        return _Shape(0, 0, 0, 0, 0, 0, 0)
    region = page.blocks[max(0, min(positions) - 3) : _end(page, max(positions))]
    host = urlsplit(page.url).hostname or ""
    dates = sum(is_date(block.text) for block in region)
    prose = run = longest = lead = 0.0
    heads = more = cuts = 0
    for block in region:
        if _leads_on(block, host):
            heads, run = heads + 1, 0.0
        elif _is_linked(block):
            more += bool(page.kinds["listing"].more.fullmatch(block.text))
        elif block.position in positions and block.kind in ("paragraph", "item", "quote"):
            prose, run = prose + size(block.text), run + size(block.text)
            cuts += bool(_CUT.search(block.text))
        longest, lead = max(longest, run), prose if not heads else lead
    return _Shape(prose, longest, lead, heads, dates, more, cuts)


def _end(page: _Page, last: int) -> int:
    """Return where what belongs to a page's text ends: of little text, where what follows it has a name of its own."""
    prose = sum(size(block.text) for block in page.kept if block.kind in ("paragraph", "item", "quote"))
    if prose >= NOTICE:
        return last + 4
    after = (
        b.position for b in page.blocks[last + 1 :]
        if _FURNITURE.search(b.path) or (b.kind == "heading" and not _is_linked(b))
    )  # fmt: skip
    return max(next(after, len(page.blocks)), last + 4)


def _line_shape(page: _Page) -> _Shape:
    """Return the same of a flattened page: a line without the end of a sentence may be a headline."""
    prose = run = longest = lead = 0.0
    heads = more = cuts = 0
    low, high = HEAD
    positions = {block.position for block in page.kept} or {0}
    bare = _is_bare(page) and sum(size(block.text) for block in page.kept) < NOTICE
    region = page.blocks[min(positions) : None if bare else max(positions) + 1]
    dates = sum(map(_states_date, region))
    for block in region:
        if page.kinds["listing"].more.fullmatch(block.text):
            more += 1
        elif block.position in positions and (_ENDED.search(block.text) or size(block.text) > high):
            prose, run = prose + size(block.text), run + size(block.text)
            cuts += bool(_CUT.search(block.text))
        elif low <= size(block.text) <= high and not _ENDED.search(block.text):
            heads, run = heads + 1, 0.0
        longest, lead = max(longest, run), prose if not heads else lead
    return _Shape(prose, longest, lead, heads, dates, more, cuts)


def _for_article(page: _Page) -> list[tuple[int, str]]:
    """Return what speaks for one story."""
    classes = set(page.value("body_class").split())
    path = urlsplit(page.url).path
    segments = page.segments()
    points = [
        (4, "JSON-LD names an article", _is_stated_article(page)),
        (3, "the markup is of a single story", bool(classes & page.kinds["article"].classes)),
        (1, "og:type is article", page.value("type").lower() == "article"),
        (2, "the address is of a story", bool(_DATED.search(path) or _NUMBERED.search(path)) and len(segments) > 0),
        (
            2,
            "the address spells a headline",
            bool(segments) and max(s.count("-") + s.count("_") for s in segments) >= 3,
        ),
        (1, "a day of publication is stated", page.facts.get("date", Fact("", "", "")).origin in ("json-ld", "meta")),
        (1, "authors are stated", page.facts.get("authors", Fact("", "", "")).origin in ("json-ld", "meta")),
    ]
    return [(weight, words) for weight, words, holds in points if holds]


def _for_listing(page: _Page, shape: _Shape) -> Iterator[tuple[int, str]]:
    """Yield what speaks for many stories."""
    known = page.kinds["listing"]
    segments = page.segments()
    classes = set(page.value("body_class").split())
    single = classes & page.kinds["article"].classes
    things = page.things()
    named = sum(count for name, count in things.items() if name in page.kinds["article"].types)
    if page.url and not segments and not urlsplit(page.url).query:
        yield 4, "its address is a front"
    elif segments and (set(segments[:-1]) & known.addresses and len(segments) < 5 and segments[-1].count("-") < 4):
        yield 3, f"its address is a topic: {urlsplit(page.url).path}"
    elif segments and len(segments) < 3 and segments[-1] in known.last:
        yield 3, f"its address is a front or a topic: {urlsplit(page.url).path}"
    if (marks := classes & known.classes) and not single:
        yield 3, f"its markup says so: {min(marks)}"
    if (kinds := {"CollectionPage", "ItemList", "ProfilePage"} & things.keys()) and not named:
        yield 3, f"the page calls itself {min(kinds)}"
    if named >= 4:
        yield 2, f"JSON-LD names {named} articles"
    if title := _told(page, "listing") or _line_told(page, "listing"):
        yield 3, f"its title says so: {title}"
    elif _is_site(page):
        yield 3, "it is called as the site is"
    elif _is_in_menu(page):
        yield 2, "its title stands in its menu"
    if page.is_dump():
        bare = _is_bare(page)
        most = STORY if bare or (shape.heads >= 6 and not _is_dated(page)) else TEASER
        if shape.heads >= 3 and shape.run < most:
            yield 2, f"{shape.heads} lines that are headlines and no text of {most} letters between them"
        if bare:
            yield 1, "its name stands over the text with no date and no author"
    else:
        yield from _by_shape(shape)
    yield from _by_marks(shape)
    if shape.lead >= FLASH and not (page.is_dump() and (shape.dates >= 3 or not _is_dated(page))):
        yield -4 if _is_dated(page) else -1, "a text of its own before the first of them"
    if _is_headed(page):
        yield -4, "a headline, a date or an author and a text"


def _is_site(page: _Page) -> bool:
    """Tell whether a page is called as its site is, which it states or names as the owner at its foot."""
    name = page.value("full_title") or (page.blocks[0].text if page.is_dump() else "")
    if len(name) < 3 or len(name) > 80:
        return False
    owned = any(_OWNED.search(b.text) and name.casefold() in b.text.casefold() for b in page.blocks[-FOOT:])
    twice = page.is_dump() and len(page.blocks) > 1 and page.blocks[1].text.startswith(name)
    return (owned and (twice or not page.is_dump())) or name.casefold() == page.value("source").casefold()


def _is_in_menu(page: _Page) -> bool:
    """Tell whether a page has the name of an entry of a menu."""
    if page.is_dump():
        parts = [_PARTED.split(block.text) for block in page.blocks[:3]]
        names = {part[0].casefold() for part in parts if len(part) == 2 and size(part[0]) < HEAD[0]}
        return sum(block.text.casefold() in names for block in page.blocks) > 1
    names = {title.casefold() for title in page.titles() if size(title) < HEAD[0]}
    return any(block.link_density > 0.9 and block.text.casefold() in names for block in page.blocks)


def _by_shape(shape: _Shape) -> Iterator[tuple[int, str]]:
    if shape.heads >= 3 and shape.run < STORY:
        yield 2, f"{shape.heads} linked headlines and no text of {STORY} letters between them"
    if shape.heads >= 6 and shape.run < 2 * STORY and shape.prose / shape.heads < STORY:
        yield (
            3 if shape.heads >= MANY and shape.prose / shape.heads < FLASH else 2,
            f"{shape.heads} linked headlines with {round(shape.prose / shape.heads)} letters each",
        )
    if not shape.heads and shape.run > STORY:
        yield -2, "text without a linked headline"
    elif shape.run > 3 * STORY:
        yield -2, "a run of text"


def _by_marks(shape: _Shape) -> Iterator[tuple[int, str]]:
    if shape.more >= 3:
        yield 1, f"{shape.more} links to read more"
    if shape.cuts >= 3:
        yield 1, f"{shape.cuts} paragraphs that break off"
    if shape.dates >= 3 and shape.dates * 2 >= shape.heads >= 3 and shape.run < NOTICE:
        yield 2, f"{shape.dates} dates"


def _listing(page: _Page, shape: _Shape) -> str:
    against = list(_for_listing(page, shape))
    points = sum(weight for weight, _ in against) - sum(weight for weight, _ in _for_article(page))
    reasons = [words for weight, words in against if weight > 0]
    return "; ".join(reasons) if points >= LISTING else ""


# --- an article, but not all of it ----------------------------------------------------------------------------------


def access(facts: dict[str, Fact], blocks: list[Block], kept: list[Block], known: dict[str, PageKind]) -> list[Fact]:
    """Return `access: preview` for a metered story of which the capture holds only the beginning, else nothing."""
    text = sum(size(block.text) for block in kept if is_long(block))
    if text >= NOTICE or not kept:
        return []
    after = blocks[kept[-1].position :][:12]
    words = next(
        (found[0] for b in after if size(b.text) < 400 and (found := known["preview"].text.search(b.text))), ""
    )
    marked = "access" in facts or any(_WALL_PATH.search(block.path) for block in after)
    if words:
        return [Fact("access", "preview", "text")]
    return [Fact("access", "preview", "json-ld")] if marked and text < STORY else []


JUDGES: tuple[tuple[str, Callable[[_Page, _Shape], str]], ...] = (
    ("error page", _error), ("wall", _wall), ("empty page", _empty), ("search page", _search), ("about page", _about),
    ("listing", _listing), ("gallery", _gallery), ("other", _other),
)  # fmt: skip
"""The kinds in the order in which they are looked for."""
