"""An archive of any size for the benchmarks of building: real stories, recombined, with invented bylines."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

WORDS, TAGS, AUTHORS, SOURCES, YEARS, SECTIONS = 500, 500, 30, 40, 10, 12
FIRST = ("Ada", "Ben", "Cora", "Dan", "Edith", "Finn")
LAST = ("Marlow", "Ostrom", "Pryce", "Quist", "Rowan")


@dataclass(frozen=True, slots=True)
class Story:
    """One article of the archive."""

    slug: str
    title: str
    date: date
    section: str
    source: str
    authors: list[str]
    tags: list[str]
    summary: str
    body: str


def stories(data: Path, count: int, seed: int = 7) -> Iterator[Story]:
    """Yield `count` articles; the first `n` of a larger archive are those of an archive of `n` but for their dates."""
    chance = random.Random(seed)
    paragraphs, titles, words = _material(data)
    tags = [f"{a} {b}" for a in words[:25] for b in words[25:45]][:TAGS]
    authors = [f"{first} {last}" for first in FIRST for last in LAST][:AUTHORS]
    sources = [f"The {word.title()} {kind}" for kind in ("Post", "Herald") for word in words[50:70]][:SOURCES]
    sections = [word.title() for word in words[80 : 80 + SECTIONS]]
    start = date(2015, 1, 1)
    for number in range(count):
        body: list[str] = []
        left = WORDS
        while left > 0:
            paragraph = chance.choice(paragraphs).split()[: max(left, 20)]
            body.append(" ".join(paragraph))
            left -= len(paragraph)
        title = chance.choice(titles)
        yield Story(
            f"story-{number:06d}", title, start + timedelta(days=number * 3652 // count), chance.choice(sections),
            chance.choice(sources), chance.sample(authors, chance.choice((1, 1, 2))), chance.sample(tags, chance.randint(3, 6)),
            body[0][:150], "\n\n".join(body),
        )  # fmt: skip


def _material(data: Path) -> tuple[list[str], list[str], list[str]]:
    paragraphs: list[str] = []
    titles: list[str] = []
    counts: dict[str, int] = {}
    with gzip.open(data / "corpus_20k.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            plain = row["body"].translate(str.maketrans({"<": "(", ">": ")", "*": "", "_": " ", "#": "", "`": "'"}))
            paragraphs += [p for p in plain.split("\n") if len(p) > 60]
            titles.append(row["title"].replace('"', "'"))
            for word in row["title"].lower().split():
                if word.isalpha() and len(word) > 4:
                    counts[word] = counts.get(word, 0) + 1
    return paragraphs, titles, sorted(counts, key=lambda word: (-counts[word], word))


def content_file(story: Story) -> str:
    """Return a story as a file of `content/`."""
    header = {
        "Title": story.title, "Date": f"{story.date} 10:00", "Category": story.section, "Tags": "; ".join(story.tags),
        "Authors": "; ".join(story.authors) + ";", "Slug": story.slug, "Summary": story.summary, "Lang": "en",
        "Source": story.source, "Source_url": f"https://paper.example/{story.date:%Y}/{story.slug}",
    }  # fmt: skip
    return "".join(f"{key}: {value}\n" for key, value in header.items()) + f"\n{story.body}\n"


def write(data: Path, folder: Path, count: int) -> None:
    """Write an archive as content files."""
    for story in stories(data, count):
        path = folder / f"{story.date:%Y/%m}" / f"{story.slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content_file(story), encoding="utf-8")


def hugo_file(story: Story) -> str:
    """Return a story as Hugo reads it; what is listed by date is a taxonomy, because Hugo has no archives by date."""
    header = {
        "title": story.title, "date": f"{story.date}T10:00:00Z", "slug": story.slug, "summary": story.summary.strip(),
        "category": [story.section], "tag": story.tags, "author": story.authors, "source": [story.source],
        "paper": story.source, "source_url": f"https://paper.example/{story.date:%Y}/{story.slug}",
        "year": [f"{story.date:%Y}"], "month": [f"{story.date:%Y-%m}"], "day": [f"{story.date:%Y-%m-%d}"],
        "on": [f"{story.date:%m-%d}"],
    }  # fmt: skip
    return f"{json.dumps(header)}\n\n{story.body}\n"


def write_hugo(data: Path, folder: Path, count: int) -> None:
    """Write the same archive as the content of a Hugo site."""
    for story in stories(data, count):
        path = folder / "posts" / f"{story.date:%Y/%m}" / f"{story.slug}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(hugo_file(story), encoding="utf-8")
