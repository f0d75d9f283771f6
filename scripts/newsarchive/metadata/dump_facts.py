"""This module lists every candidate that a flattened dump gives: headline, bylines and dates among the lines around
its story. It is pure."""

from __future__ import annotations

from dataclasses import replace

from pressroom.contract import join_list

from newsarchive.metadata import dumps
from newsarchive.metadata.candidates import list_capture_facts
from newsarchive.metadata.head_lines import ABOVE_BLOCKS, HEAD_BLOCKS, PUBLISHED, find_dated, gather_common, list_dates
from newsarchive.metadata.ranker import choose_best, find_weights
from newsarchive.models import Block, Fact, RawPage
from newsarchive.text.date_forms import is_date
from newsarchive.text.measures import is_long

LINES_BELOW, LINES_AFTER, LINES_CLOSING = 30, 8, 3
"""Lines of a dump between headline and story, from there on, and under the story, among which byline and date stand."""
ENOUGH_ABOVE = 3.0
"""The least evidence of a byline above the headline."""


def list_dump_facts(judged: list[tuple[Block, str]], page: RawPage) -> list[Fact]:
    """Return what a flattened dump says: the headline, bylines and dates among the lines around it."""
    head, story = dumps.split_head(judged)
    rest = [block for block, _ in judged[len(head) :]]
    title = choose_best(dumps.list_title_candidates(head, story, rest), find_weights("title-dump"))
    facts = [*list_capture_facts(page), *([Fact("title", title.value, "text")] if title else [])]
    same = [n for n, block in enumerate(head) if title and dumps.trim_line(block.text) == title.value]
    same = same or [n for n, block in enumerate(head) if title and title.value in block.text][-1:]
    said = title.value if title else ""
    same_lines = [replace(head[n], text=head[n].text.partition(said)[2].strip()) for n in same]
    same_lines = [line for line in same_lines if line.text]
    start = next((n for n in same if same[-1] - n <= HEAD_BLOCKS), -1)
    below = head[start + 1 :] if same else head[-HEAD_BLOCKS:]
    above = head[max(start - ABOVE_BLOCKS, 0) : start] if same else []
    top = below[:LINES_BELOW]
    after = [block for block, _ in judged[len(head) : len(head) + LINES_AFTER]]
    end = max((n for n, (block, rule) in enumerate(judged) if not rule and is_long(block)), default=len(judged))
    closing = [block for block, _ in judged[end + 1 : end + 1 + LINES_CLOSING]]
    repeats = dumps.count_repeats(block for block, _ in judged)
    common = gather_common(block for block, _ in judged)
    signed: list[dumps.Byline] = []
    for lines, enough in (([*same_lines, *top, *after], dumps.ENOUGH), (above, ENOUGH_ABOVE), (closing, dumps.ENOUGH)):
        signed = signed or [line for line in dumps.list_bylines(lines, repeats, common) if line.weight >= enough]
    signed.sort(key=lambda line: -line.weight)
    facts += [
        *(Fact("authors", join_list(line.people), "text") for line in signed[:1]),
        *list_dates(map(dumps.part_year, top)),
        *list_dates(map(dumps.part_year, above[::-1])),
        *list_dates(map(dumps.part_year, [*same_lines, *after, *story[:3]])),
    ]
    openings = [dumps.find_opening_date([block]) for block in [*top, *story[:1]]]
    facts += [Fact("date", day, "text") for day in openings if day]
    if not any(fact.key == "date" for fact in facts):
        rest = [dumps.part_year(block) for block, _ in judged[len(head) :]]
        facts += list_dates([line for line in find_dated(rest) if PUBLISHED.match(line.text) or is_date(line.text)])
    return [fact for fact in facts if fact.value]
