"""This module learns what the pages of one site have in common: residue that repeats, and where the story and its
header stand. It is pure.

Nothing is taken for residue that may be a story's own words: copies of one story count once, text that stands among a
story's paragraphs must be on half of all pages, long text there is never learned, and short sentences need many pages.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newsarchive.models import Block
from newsarchive.rules.learned import Learned, Sighting, find_place, is_within
from newsarchive.text.dates import find_stated_date
from newsarchive.text.measures import fold_words, is_long, measure_size

LEAST_PAGES = 5
"""Pages from which a site is learned."""
LEAST_SEEN = 3
"""Stories in which residue must be seen."""
SAMPLE = 200
"""Captures of a site that are looked at: what stands on 2 % of the pages is then seen three times with p = 0.76."""
LINKED = 0.8
"""Share of a line's characters inside links from which it is a way to another page."""
CUT = 600
"""Characters of a repeated block that are kept; longer ones are stories."""
WORDY = 8
WIDE = 60
"""Words, or letters, from which no two stories have the same line by chance. Shorter ones inside of stories are labels
("Pros", "What we like", "Background") as often as prompts, and only words tell the two apart: they are left to the
general rules."""
EDGE, COMMON, RARE, USUAL, AMONG = 0.05, 0.1, 0.3, 0.3, 0.5
"""Shares of the stories in which must be seen: any line beside the story's paragraphs (where a paper ends some stories
with the same background); a short line; a short sentence at the story's edge; what ends a story, or a place; a line
among the story's paragraphs."""
STRAY = 0.2
"""Share that may be otherwise: pages are cut and nested differently now and then."""
COPIES = 0.6
"""Share of the shorter page's long paragraphs that two captures of one story have in common."""
MOST = 300
"""Entries of a list in the file."""
MOST_NAMES = 1_000
OPENING = re.compile(r"\s*(?P<opening>[^\W\d_][^:|»>→▶：–—]{1,40}?)\s*(?:[:|»>→▶：]|\s[–—]\s)\s*(?P<rest>\S.*)", re.S)
LONGEST_LINE = 260
"""Characters of a line that leads to another story; as in the general rule for such lines."""
SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$")
DATE_LINES = 12
"""Lines under or over the headline among which its date stands."""
_DIGITS = re.compile(r"\d+")
_NAME = re.compile(r"(?<=[^\W\d_A-Z]|,|;)\s([^\W\d_]{3,30})\b")


@dataclass(frozen=True, slots=True)
class PageLine:
    """It is one block of a page as learning sees it."""

    key: str
    text: str
    place: str
    """Place in the DOM; "" in a dump."""
    kind: str
    is_long: bool
    is_linked: bool
    links: float
    length: float
    is_wordy: bool


@dataclass(frozen=True, slots=True)
class SitePage:
    """It is one capture as learning sees it."""

    path: str
    address: str
    title: str
    """Words of the headline, "" where it is not known."""
    lines: tuple[PageLine, ...]
    authors: tuple[str, ...] = ()
    date: str = ""
    names: frozenset[str] = frozenset()


def fold_line(text: str) -> str:
    """Return what two lines have in common if they are the same, or if they are short and differ in numbers alone.

    Longer ones may be news in one form every day: the weather, the draw, the price of fish.

    >>> fold_line("12 Comments"), fold_line("© 2024 The Post")
    ('# comments', '# the post')
    >>> fold_line("Cod closed at 14 and herring at 9 on Monday, the harbour office said.")
    'cod closed at 14 and herring at 9 on monday the harbour office said'
    """
    folded = fold_words(text)
    return folded if is_wordy(text) else _DIGITS.sub("#", folded)


def make_page(path: str, address: str, blocks: list[Block], facts: dict[str, str]) -> SitePage:
    """Return a capture as learning sees it; `facts` are the header's values that the page states outside of its text."""
    lines = tuple(_make_line(block) for block in blocks if block.kind in ("paragraph", "heading", "item", "quote"))
    authors = tuple(fold_words(name) for name in facts.get("authors", "").split(";") if fold_words(name))
    names = frozenset(
        name for block in blocks if is_long(block) for name in _NAME.findall(block.text) if _is_name(name)
    )
    return SitePage(
        path, address, fold_words(facts.get("title", "")), lines, authors, facts.get("date", "")[:10], names
    )


def _make_line(block: Block) -> PageLine:
    where = "" if block.path.startswith("line:") else find_place(block.path)
    links = block.link_density
    return PageLine(
        fold_line(block.text), block.text, where, block.kind, is_long(block), links >= LINKED, links, measure_size(block.text),
        is_wordy(block.text),
    )  # fmt: skip


def is_wordy(text: str) -> bool:
    """Tell whether two stories would hardly have a line in common by chance.

    >>> is_wordy("What happens next"), is_wordy("Sign up for the tide letter and get it before the gulls do.")
    (False, True)
    """
    return len(fold_words(text).split()) >= WORDY or measure_size(text) >= WIDE


def _is_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper()


def choose_sample(paths: Iterable[str]) -> list[str]:
    """Return which captures of a site are looked at: the same for any order, and nearly the same with some more."""
    ranked = sorted(set(paths), key=lambda path: (hashlib.sha256(path.encode("utf-8", "replace")).digest(), path))
    return sorted(ranked[:SAMPLE])


# --- stories --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Story:
    """A story is a page with what is its own, once that is known."""

    page: SitePage
    number: int
    long_lines: list[int] = field(default_factory=list)
    """Indices of its long lines that no other story has."""
    home: str = ""
    """Place that holds most of them."""
    span: tuple[int, int] = (0, 0)
    """Indices of the first and the last long line of its own, wherever they stand."""

    def is_inside(self, index: int) -> bool:
        """Tell whether a line stands between two long lines of the story's own."""
        return self.span[0] < index < self.span[1]

    def is_among(self, index: int) -> bool:
        """Tell whether a line stands between two of the story's own paragraphs, in the same element."""
        return bool(self.long_lines) and self.long_lines[0] < index < self.long_lines[-1] and self.is_beside(index)

    def is_beside(self, index: int) -> bool:
        return _find_parent(self.page.lines[index].place) == self.home


def _find_parent(where: str) -> str:
    return where.rpartition("/")[0]


def learn_site(pages: Iterable[SitePage], captures: int, *, least_seen: int = LEAST_SEEN) -> Learned:
    """Return what the pages of one site have in common, in any order of the pages; `captures` is how many there are."""
    stories = _list_stories(sorted(pages, key=lambda page: page.path))
    repeats = _Repeats(stories, least_seen)
    residue = {line for line in repeats.seen if repeats.is_residue(line)}
    furniture = _find_furniture(stories, residue, least_seen)
    listed = [line for line in residue if not repeats.is_only_within(line, furniture)]
    ends = _find_ends(stories, residue, least_seen)
    homes = Counter(story.home for story in stories if story.home)
    title, authors, date = (
        _find_steady_places(stories, test, least_seen) for test in (_is_title, _is_byline, _is_date)
    )
    return Learned(
        len(stories), captures, SAMPLE, _rank_counts(homes, least_seen)[:3], title, authors, date,
        tuple(Sighting(seen, where) for where, seen in sorted(furniture.items())),
        _rank_counts({repeats.text(line): len(repeats.seen[line]) for line in listed}, 1),
        _find_openings(stories, least_seen),
        _rank_counts({repeats.text(line): len(repeats.seen[line]) for line in ends}, 1),
        _find_names(stories, least_seen),
    )  # fmt: skip


def _rank_counts(counts: dict[str, int] | Counter[str], least: int) -> tuple[Sighting, ...]:
    sightings = [Sighting(seen, text) for text, seen in counts.items() if seen >= least]
    return tuple(sorted(sightings, key=lambda s: (-s.seen, s.text))[:MOST])


def _list_stories(pages: list[SitePage]) -> list[_Story]:
    """Return one page for each story, with what is its own; pages without two long lines tell nothing."""
    first = _drop_copies(
        [page for page in pages if sum(line.is_long and not line.is_linked for line in page.lines) > 1]
    )
    stories = [_Story(page, number) for number, page in enumerate(first)]
    counts = Counter(line for story in stories for line in {line.key for line in story.page.lines})
    for story in stories:
        lines = story.page.lines
        long_lines = [
            n for n, line in enumerate(lines) if line.is_long and not line.is_linked and counts[line.key] == 1
        ]
        homes = Counter(_find_parent(lines[n].place) for n in long_lines)
        if homes:
            most = max(homes.values())
            story.home = min(where for where, count in homes.items() if count == most)
            story.span = (long_lines[0], long_lines[-1])
        story.long_lines = [n for n in long_lines if _find_parent(lines[n].place) == story.home]
    return stories


def _drop_copies(pages: list[SitePage]) -> list[SitePage]:
    """Leave one page of each story: captures of one address, or that have most of their long paragraphs in common."""
    texts = [{line.key: line.length for line in page.lines if line.is_long} for page in pages]
    holders: dict[str, list[int]] = defaultdict(list)
    kept: list[int] = []
    addresses: set[str] = set()
    for number, page in enumerate(pages):
        near = Counter(other for line in texts[number] for other in holders[line])
        if page.address in addresses or any(_is_copy(pages, texts, number, other) for other in near):
            continue
        kept.append(number)
        addresses |= {page.address} if page.address else set()
        for line in texts[number]:
            holders[line].append(number)
    return [pages[number] for number in kept]


def _is_copy(pages: list[SitePage], texts: list[dict[str, float]], page: int, other: int) -> bool:
    shared = sum(length for line, length in texts[page].items() if line in texts[other])
    smaller = min(sum(texts[page].values()), sum(texts[other].values()))
    same_title = bool(pages[page].title) and pages[page].title == pages[other].title
    count = sum(line in texts[other] for line in texts[page])
    return shared >= COPIES * smaller and (count >= 3 or same_title)


# --- what repeats ---------------------------------------------------------------------------------------------------


class _Repeats:
    """It knows for each line that stands on several pages in which stories it stands, and how near to their paragraphs."""

    def __init__(self, stories: list[_Story], least_seen: int) -> None:
        self.total, self.least = len(stories), least_seen
        self.titles = {fold_line(story.page.title) for story in stories}
        self.seen: dict[str, set[int]] = defaultdict(set)
        self.inside: dict[str, set[int]] = defaultdict(set)
        self.among: dict[str, set[int]] = defaultdict(set)
        self.beside: dict[str, set[int]] = defaultdict(set)
        self.leads: dict[str, set[int]] = defaultdict(set)
        self.lines: dict[str, list[PageLine]] = defaultdict(list)
        for story in stories:
            for index, line in enumerate(story.page.lines):
                self._add(story, index, line)

    def _add(self, story: _Story, index: int, line: PageLine) -> None:
        if not any(c.isalpha() for c in line.key) or len(line.text) > CUT:
            return
        self.seen[line.key].add(story.number)
        self.lines[line.key].append(line)
        if story.is_inside(index) and not line.is_linked:
            self.inside[line.key].add(story.number)
        if story.is_among(index):
            self.among[line.key].add(story.number)
        if story.is_beside(index):
            self.beside[line.key].add(story.number)
        if line.kind == "heading" and index + 1 in story.long_lines:
            self.leads[line.key].add(story.number)

    def text(self, line: str) -> str:
        """Return a line as it is written most often."""
        counts = Counter(line_seen.text for line_seen in self.lines[line])
        return min(counts, key=lambda text: (-counts[text], text))

    def is_only_within(self, line: str, furniture: Iterable[str]) -> bool:
        places = list(furniture)
        return bool(places) and all(is_within(line_seen.place, places) for line_seen in self.lines[line])

    def is_residue(self, line: str) -> bool:
        seen, among = len(self.seen[line]), len(self.among[line])
        if seen < self.least or len(self.leads[line]) * 2 > seen:
            return False
        is_beside = len(self.beside[line]) * 2 > seen
        if is_beside and seen < EDGE * self.total and not self.lines[line][0].is_linked:
            return False
        if any(line_seen.is_long for line_seen in self.lines[line]):
            return not among
        example = self.lines[line][0]
        if len(self.inside[line]) > STRAY * seen and not example.is_wordy:
            return False
        if among > STRAY * seen:
            return seen >= AMONG * self.total and example.kind != "heading"
        if example.is_wordy:
            return True
        sentence = is_beside and bool(SENTENCE_END.search(example.text))
        return seen >= (RARE if sentence else COMMON) * self.total


def _find_furniture(stories: list[_Story], residue: set[str], least_seen: int) -> dict[str, int]:
    """Return the outermost places that hold nothing but what repeats and links, with the stories that have them."""
    pages: dict[str, set[int]] = defaultdict(set)
    blocks: Counter[str] = Counter()
    odd: Counter[str] = Counter()
    stories_by_place: dict[str, set[int]] = defaultdict(set)
    for story in stories:
        for index, line in enumerate(story.page.lines):
            steps = line.place.split("/")
            for n in range(2, len(steps) + 1):
                where = "/".join(steps[:n])
                if n < len(steps):
                    pages[where].add(story.number)
                blocks[where] += 1
                odd[where] += line.key not in residue and not line.is_linked
                if (line.is_long and not line.is_linked and line.key not in residue) or index in story.long_lines:
                    stories_by_place[where].add(story.number)
    furniture: dict[str, int] = {}
    for where in sorted(pages):
        seen = len(pages[where])
        if seen < max(least_seen, USUAL * len(stories)) or stories_by_place[where] or is_within(where, furniture):
            continue
        if odd[where] <= STRAY * blocks[where]:
            furniture[where] = seen
    return furniture


def _find_ends(stories: list[_Story], residue: set[str], least_seen: int) -> list[str]:
    """Return repeated lines after which none of the stories goes on; of several in a row, the first."""
    last: dict[str, dict[int, int]] = defaultdict(dict)
    for story in stories:
        for index, line in enumerate(story.page.lines):
            if line.key in residue:
                last[line.key][story.number] = index
    fit = {line for line, at in last.items() if len(at) >= max(least_seen, math.ceil(USUAL * len(stories)))}
    good = {
        line for line in fit if sum(_is_end(stories[n], at) for n, at in last[line].items()) >= 0.95 * len(last[line])
    }
    first: Counter[str] = Counter()
    for story in stories:
        ends = [(last[line][story.number], line) for line in good if story.number in last[line]]
        if ends:
            first[min(ends)[1]] += 1
    return [line for line, count in first.items() if count >= least_seen]


def _is_end(story: _Story, index: int) -> bool:
    return bool(story.long_lines) and story.long_lines[-1] < index


def _find_openings(stories: list[_Story], least_seen: int) -> tuple[Sighting, ...]:
    """Return what opens lines that lead elsewhere: the same words before a colon, and then another headline each time."""
    seen: dict[str, set[int]] = defaultdict(set)
    rests: dict[str, set[str]] = defaultdict(set)
    lines: Counter[str] = Counter()
    sentences: Counter[str] = Counter()
    for story in stories:
        for line in story.page.lines:
            match = OPENING.match(line.text) if line.length <= LONGEST_LINE and line.kind != "heading" else None
            if match and len(match["opening"].split()) <= 5 and _is_headline(match["rest"]):
                opening = fold_words(match["opening"])
                seen[opening].add(story.number)
                rests[opening].add(fold_words(match["rest"]))
                lines[opening] += 1
                sentences[opening] += line.links < 0.5 and (bool(line.place) or bool(SENTENCE_END.search(line.text)))
    fit = {
        opening: len(headlines)
        for opening, headlines in seen.items()
        if len(rests[opening]) >= least_seen
        and len(headlines) >= RARE * len(stories)
        and sentences[opening] <= STRAY * lines[opening]
        and lines[opening] <= 4 * len(headlines)
    }
    return _rank_counts(fit, least_seen)


def _is_headline(rest: str) -> bool:
    return len(rest) > 15 and "|" not in rest and not rest.startswith("//")


# --- where things stand ---------------------------------------------------------------------------------------------


def _find_steady_places(
    stories: list[_Story], test: Callable[[SitePage, int], bool], least_seen: int
) -> tuple[Sighting, ...]:
    """Return the places where `test` holds for a line on nearly every page that has the place."""
    right: dict[str, set[int]] = defaultdict(set)
    there: dict[str, set[int]] = defaultdict(set)
    for story in stories:
        hits = Counter(line.place for n, line in enumerate(story.page.lines) if line.place and test(story.page, n))
        for where, count in Counter(line.place for line in story.page.lines).items():
            there[where].add(story.number)
            if hits[where] == count:
                right[where].add(story.number)
    steady = {w: len(stories_right) for w, stories_right in right.items() if len(stories_right) >= 0.8 * len(there[w])}
    return _rank_counts(steady, least_seen)[:2]


def _is_title(page: SitePage, index: int) -> bool:
    return bool(page.title) and fold_line(page.title) == page.lines[index].key


def _is_byline(page: SitePage, index: int) -> bool:
    line = page.lines[index]
    if not page.authors or line.length > 120:
        return False
    spelt = fold_words(line.text)
    return all(name in spelt for name in page.authors)


def _is_date(page: SitePage, index: int) -> bool:
    line = page.lines[index]
    if not page.date or line.length > 80 or "#" not in line.key:
        return False
    near = any(_is_title(page, n) for n in range(max(0, index - DATE_LINES), min(len(page.lines), index + DATE_LINES)))
    return near and find_stated_date(line.text)[:10] == page.date


def _find_names(stories: list[_Story], least_seen: int) -> tuple[str, ...]:
    counts = Counter(name for story in stories for name in story.page.names)
    common = sorted((name for name, count in counts.items() if count >= least_seen), key=lambda n: (-counts[n], n))
    return tuple(sorted(common[:MOST_NAMES]))
