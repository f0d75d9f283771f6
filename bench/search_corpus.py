"""The articles and queries of the benchmark of search: real stories, and mixes of them where more are asked for."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from corpus import Story
from texts import MARKUP

KINDS = ("known", "typo", "prefix", "phrase")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, and which articles they are after."""

    kind: str
    text: str
    wanted: tuple[int, ...]


def queries(data: Path) -> list[Query]:
    """Return all queries, in the order of the file."""
    lines = (data / "queries_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [Query(row["kind"], row["q"], tuple(row["rel"])) for row in map(json.loads, lines)]


def turns(found: Sequence[Query], visits: int, further: int, seed: int) -> list[list[Query]]:
    """Return what is typed at each visit: a first query and some further ones, each kind as often as any other.

    >>> known = [Query(kind, f"{kind} {n}", ()) for kind in KINDS for n in range(5)]
    >>> typed = turns(known, 4, 2, 1)
    >>> sorted(first.kind for first, *_ in typed), [len(turn) for turn in typed]
    (['known', 'phrase', 'prefix', 'typo'], [3, 3, 3, 3])
    """
    chance = random.Random(seed)
    piles = [[query for query in found if query.kind == kind] for kind in KINDS]
    for pile in piles:
        chance.shuffle(pile)
    evenly = [query for row in zip(*piles, strict=False) for query in row]
    first, others = evenly[:visits], evenly[visits : visits * (1 + further)]
    chance.shuffle(first)
    chance.shuffle(others)
    return [[query, *others[at * further : (at + 1) * further]] for at, query in enumerate(first)]


def stories(data: Path, count: int, seed: int = 11) -> list[Story]:
    """Return `count` articles: first those that queries look for, then other stories, then mixes of two or three.

    An archive holds all that a smaller one holds.
    """
    rows = _rows(data)
    wanted = {number for query in queries(data) for number in query.wanted}
    chance = random.Random(seed)
    others = [row for row in rows if row["id"] not in wanted]
    chance.shuffle(others)
    ordered = [row for row in rows if row["id"] in wanted] + others
    chance.shuffle(rows)
    return [_story(row) for row in islice(_endless(ordered, rows, chance), count)]


def fresh(data: Path, count: int) -> Iterator[Story]:
    """Yield articles that no archive of these has, dated as its newest."""
    rows = _rows(data)
    newest = max(row["date"] for row in rows)
    chance = random.Random(count)
    for number in range(count):
        yield _story(_mix(rows, chance, 10_000_000 + number) | {"date": newest})


def characters(found: Iterable[Story]) -> int:
    """Return the length of the text that is indexed: titles and bodies."""
    return sum(len(story.title) + len(story.body) for story in found)


def _rows(data: Path) -> list[dict[str, Any]]:
    with gzip.open(data / "corpus_20k.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _endless(real: list[dict[str, Any]], rows: list[dict[str, Any]], chance: random.Random) -> Iterator[dict[str, Any]]:
    yield from real
    number = 1_000_000
    while True:
        yield _mix(rows, chance, number)
        number += 1


def _mix(rows: list[dict[str, Any]], chance: random.Random, number: int) -> dict[str, Any]:
    """Return an article of paragraphs of two or three others, as long as one of them on average."""
    parents = chance.sample(rows, chance.choice((2, 3)))
    paragraphs = [(at, part) for row in parents for at, part in enumerate(row["body"].split("\n"))]
    kept = sorted(chance.sample(paragraphs, max(1, round(len(paragraphs) / len(parents)))), key=lambda pair: pair[0])
    return parents[0] | {
        "id": number, "body": "\n".join(part for _, part in kept), "title": chance.choice(parents)["title"],
        "date": chance.choice(parents)["date"], "source": chance.choice(parents)["source"],
        "tags": sorted({tag for row in parents for tag in row["tags"]}),
    }  # fmt: skip


def _story(row: dict[str, Any]) -> Story:
    body = "\n\n".join(row["body"].translate(MARKUP).split("\n"))
    section = row["topics"][0].title() if row["topics"] else "News"
    tags = sorted({*row["tags"], *row["topics"], *row["places"]})
    return Story(
        f"story-{row['id']}", row["title"].translate(MARKUP), date.fromisoformat(row["date"]), section, row["source"],
        [row["author"]], tags, body[:150].replace("\n", " "), body, f"https://paper.example/{row['date'][:4]}/story-{row['id']}",
    )  # fmt: skip
