"""This module learns what the pages of one site have in common: residue that repeats, and where the story and its
header stand. It is pure.

Nothing is taken for residue that may be a story's own words: copies of one story count once, text that stands among a
story's paragraphs must be on half of all pages, long text there is never learned, and short sentences need many pages.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from newsarchive.rules.learned import Learned, Sighting
from newsarchive.sites.repeats import Repeats, find_ends, find_furniture, find_openings, rank_counts
from newsarchive.sites.site_page import SitePage, fold_line
from newsarchive.sites.stories import Story, list_stories
from newsarchive.text.date_forms import find_stated_date
from newsarchive.text.measures import fold_words

LEAST_PAGES = 5
"""Pages from which a site is learned."""
LEAST_SEEN = 3
"""Stories in which residue must be seen."""
SAMPLE = 200
"""Captures of a site that are looked at: what stands on 2 % of the pages is then seen three times with p = 0.76."""
MOST_NAMES = 1_000
DATE_LINES = 12
"""Lines under or over the headline among which its date stands."""


def choose_sample(paths: Iterable[str]) -> list[str]:
    """Return which captures of a site are looked at: the same for any order, and nearly the same with some more."""
    ranked = sorted(set(paths), key=lambda path: (hashlib.sha256(path.encode("utf-8", "replace")).digest(), path))
    return sorted(ranked[:SAMPLE])


def learn_site(pages: Iterable[SitePage], captures: int, *, least_seen: int = LEAST_SEEN) -> Learned:
    """Return what the pages of one site have in common, in any order of the pages; `captures` is how many there are."""
    stories = list_stories(sorted(pages, key=lambda page: page.path))
    repeats = Repeats(stories, least_seen)
    residue = {line for line in repeats.seen if repeats.is_residue(line)}
    furniture = find_furniture(stories, residue, least_seen)
    listed = [line for line in residue if not repeats.is_only_within(line, furniture)]
    ends = find_ends(stories, residue, least_seen)
    homes = Counter(story.home for story in stories if story.home)
    title, authors, date = (
        _find_steady_places(stories, test, least_seen) for test in (_is_title, _is_byline, _is_date)
    )
    return Learned(
        len(stories), captures, SAMPLE, rank_counts(homes, least_seen)[:3], title, authors, date,
        tuple(Sighting(seen, where) for where, seen in sorted(furniture.items())),
        rank_counts({repeats.text(line): len(repeats.seen[line]) for line in listed}, 1),
        find_openings(stories, least_seen),
        rank_counts({repeats.text(line): len(repeats.seen[line]) for line in ends}, 1),
        _find_names(stories, least_seen),
    )  # fmt: skip


def _find_steady_places(
    stories: list[Story], test: Callable[[SitePage, int], bool], least_seen: int
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
    return rank_counts(steady, least_seen)[:2]


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


def _find_names(stories: list[Story], least_seen: int) -> tuple[str, ...]:
    counts = Counter(name for story in stories for name in story.page.names)
    common = sorted((name for name, count in counts.items() if count >= least_seen), key=lambda n: (-counts[n], n))
    return tuple(sorted(common[:MOST_NAMES]))
