"""This module finds what repeats on the stories of one site: lines, places that are furniture, ends and openings. It is pure."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from newsarchive.rules.learned import Sighting, is_within
from newsarchive.sites.site_page import CUT, PageLine, fold_line
from newsarchive.sites.stories import Story
from newsarchive.text.measures import fold_words

STRAY = 0.2
"""Share that may be otherwise: pages are cut and nested differently now and then."""
OPENING = re.compile(r"\s*(?P<opening>[^\W\d_][^:|»>→▶：–—]{1,40}?)\s*(?:[:|»>→▶：]|\s[–—]\s)\s*(?P<rest>\S.*)", re.S)
LONGEST_LINE = 260
"""Characters of a line that leads to another story; as in the general rule for such lines."""
SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$")
EDGE, COMMON, RARE, USUAL, AMONG = 0.05, 0.1, 0.3, 0.3, 0.5
"""Shares of the stories in which must be seen: any line beside the story's paragraphs (where a paper ends some stories
with the same background); a short line; a short sentence at the story's edge; what ends a story, or a place; a line
among the story's paragraphs."""
MOST = 300
"""Entries of a list in the file."""


class Repeats:
    """It knows for each line that stands on several pages in which stories it stands, and how near to their paragraphs."""

    def __init__(self, stories: list[Story], least_seen: int) -> None:
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

    def _add(self, story: Story, index: int, line: PageLine) -> None:
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


def find_furniture(stories: list[Story], residue: set[str], least_seen: int) -> dict[str, int]:
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


def find_ends(stories: list[Story], residue: set[str], least_seen: int) -> list[str]:
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


def _is_end(story: Story, index: int) -> bool:
    return bool(story.long_lines) and story.long_lines[-1] < index


def find_openings(stories: list[Story], least_seen: int) -> tuple[Sighting, ...]:
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
    return rank_counts(fit, least_seen)


def _is_headline(rest: str) -> bool:
    return len(rest) > 15 and "|" not in rest and not rest.startswith("//")


def rank_counts(counts: dict[str, int] | Counter[str], least: int) -> tuple[Sighting, ...]:
    sightings = [Sighting(seen, text) for text, seen in counts.items() if seen >= least]
    return tuple(sorted(sightings, key=lambda s: (-s.seen, s.text))[:MOST])
