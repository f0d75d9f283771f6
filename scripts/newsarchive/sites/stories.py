"""This module finds the stories among the pages of one site: one page for each, with what is its own. It is pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from newsarchive.sites.site_page import SitePage

COPIES = 0.6
"""Share of the shorter page's long paragraphs that two captures of one story have in common."""


@dataclass(slots=True)
class Story:
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
        return find_parent(self.page.lines[index].place) == self.home


def find_parent(where: str) -> str:
    return where.rpartition("/")[0]


def list_stories(pages: list[SitePage]) -> list[Story]:
    """Return one page for each story, with what is its own; pages without two long lines tell nothing."""
    first = _drop_copies(
        [page for page in pages if sum(line.is_long and not line.is_linked for line in page.lines) > 1]
    )
    stories = [Story(page, number) for number, page in enumerate(first)]
    counts = Counter(line for story in stories for line in {line.key for line in story.page.lines})
    for story in stories:
        lines = story.page.lines
        long_lines = [
            n for n, line in enumerate(lines) if line.is_long and not line.is_linked and counts[line.key] == 1
        ]
        homes = Counter(find_parent(lines[n].place) for n in long_lines)
        if homes:
            most = max(homes.values())
            story.home = min(where for where, count in homes.items() if count == most)
            story.span = (long_lines[0], long_lines[-1])
        story.long_lines = [n for n in long_lines if find_parent(lines[n].place) == story.home]
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
