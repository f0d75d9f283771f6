"""An archive of any size for the benchmarks of building, which looks like a real one: links, images, captures, languages.

Its stories are real ones, recombined, or a salad of words (`texts.py`); everything else is invented. One seed gives one
archive, and the first `n` stories of a larger archive are those of an archive of `n` but for their dates, and for links
to newer stories that the smaller one lacks.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count as count_up
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import texts
from texts import Texts

WORDS, SECTIONS, DAYS = 500, 12, 3652
FIRST_DAY = date(2015, 1, 1)
SOURCES, AUTHORS, TAGS = (40, 0.036), (30, 0.22), (60, 0.01)
"""How many names there are at the start, and how often a name is a new one: with 10,000 stories 400 sources, 3,000 authors."""
LINKS = (0, 1, 1, 2, 3, 3, 4, 5, 6, 8)
"""How many links a story has, each as often as any other: 3.3 on average."""
RECENT = 150
"""How many stories lie between a story and a recent one that it links to, on average."""
LANGUAGES, WEIGHTS = ("en", "de", "es", "fr", "ru", "ar", "zh"), (70, 8, 7, 5, 4, 3, 3)
"""Of sources, in hundredths."""
WWW = "https://www."
SPELLINGS = (*["https://www.{}"] * 5, "https://www.{}/", "https://www.{}?utm_source=letter", "https://www.{}#part-2",
             "http://www.{}", "https://{}")  # fmt: skip
"""How links spell the address of a story."""
RULES = ("furniture:nav", "before-body", "headline", "share-line", "related-head", "after-body")
LINES = (
    "Home",
    "News & Sport",
    "Share this article:",
    "Most popular",
    "LOOK HERE: another story",
    "Sign in",
    "© The paper",
)
STORY = re.compile(r"story-(\d{6})")
TARGET = re.compile(r"\]\(([^()\s]+)\)")


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
    address: str
    """Where it stood, its `Source_url`."""
    lang: str = "en"
    precision: str = "day"
    clock: str = "10:00"
    further: dict[str, str] = field(default_factory=dict)
    """Further keys of the header."""
    removals: str = ""
    """What stands in the file of removals, empty for a story without one."""


class Head(NamedTuple):
    """What is known of a story before it is written: other stories link to it."""

    source: int
    authors: list[int]
    tags: list[int]
    section: int


class Names:
    """Numbers drawn one by one: a new one at times, else one of those drawn before, so that few are frequent (Simon's model)."""

    def __init__(self, chance: random.Random, first: int, new: float) -> None:
        self._chance = chance
        self._new = new
        self._drawn = list(range(first))
        self._count = first

    def draw(self) -> int:
        """Return the next number."""
        if self._chance.random() < self._new:
            number, self._count = self._count, self._count + 1
        else:
            number = self._chance.choice(self._drawn)
        self._drawn.append(number)
        return number


def make_heads(seed: int) -> Iterator[Head]:
    """Yield what is known of each story, without end."""
    chance = random.Random(seed)
    sources, authors, tags = Names(chance, *SOURCES), Names(chance, *AUTHORS), Names(chance, *TAGS)
    while True:
        yield Head(
            sources.draw(), _draw_several(authors, chance.choice((1, 1, 2))),
            _draw_several(tags, chance.randint(3, 6)), chance.randrange(SECTIONS),
        )  # fmt: skip


def _draw_several(names: Names, count: int) -> list[int]:
    return list(dict.fromkeys(names.draw() for _ in range(count)))


class Archive:
    """An archive of `count` stories; stories with higher numbers are those that come later, and link to it."""

    def __init__(self, data: Path | None, count: int, seed: int = 7) -> None:
        self.count = count
        self.seed = seed
        self._texts = texts.load_texts(data)
        self._endless = make_heads(seed)
        self._heads = list(islice(self._endless, count))

    def stories(self) -> Iterator[Story]:
        """Yield the stories of the archive."""
        return map(self.story, range(self.count))

    def later(self) -> Iterator[Story]:
        """Yield stories that are not in the archive, without end."""
        return map(self.story, count_up(self.count))

    def story(self, number: int) -> Story:
        """Return a story by its number."""
        while number >= len(self._heads):
            self._heads.append(next(self._endless))
        head = self._heads[number]
        chance = random.Random(self.seed << 32 | number)
        lang, day = self._language(head.source), self._day(number)
        paragraphs = _choose_paragraphs(self._texts, lang, chance)
        title, summary = chance.choice(self._texts.titles[lang]), paragraphs[0][:150].strip()
        _add_links(paragraphs, [self._link(number, chance) for _ in range(chance.choice(LINKS))], lang, chance)
        _dress(paragraphs, number, title, chance)
        further, removals = self._header(number, head, day, chance)
        words = self._texts.words
        return Story(
            f"story-{number:06d}", title, day, words[200 + head.section].title(), texts.make_paper(head.source),
            [texts.make_person(author) for author in head.authors], [_make_tag(words, tag) for tag in head.tags], summary,
            "\n\n".join(paragraphs), self._address(number), lang, self._precision(number),
            f"{chance.randrange(5, 23):02d}:{chance.randrange(60):02d}", further, removals,
        )  # fmt: skip

    def page(self, number: int) -> str:
        """Return where a story stands on a site, by its date."""
        return f"/{self._day(number):%Y/%m/%d}/story-{number:06d}/"

    def write(self, folder: Path) -> None:
        """Write the archive as content files."""
        for story in self.stories():
            write_story(folder, story)
        write_files(folder / "images", self.count)

    def write_hugo(self, content: Path, static: Path) -> None:
        """Write the same archive as content and static files of a Hugo site."""
        for story in self.stories():
            path = content / "posts" / f"{story.date:%Y/%m}" / f"{story.slug}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(hugo_file(story, self.page), encoding="utf-8")
        write_files(static / "images", self.count)

    def _language(self, source: int) -> str:
        return random.Random(f"language {source}").choices(LANGUAGES, WEIGHTS)[0]

    def _day(self, number: int) -> date:
        return FIRST_DAY + timedelta(days=min(number, self.count) * DAYS // self.count)

    def _precision(self, number: int) -> str:
        return random.Random(f"precision {number}").choices(("day", "month", "year", "none"), (91, 5, 1, 3))[0]

    def _address(self, number: int) -> str:
        return f"{WWW}{_host(self._heads[number].source)}/story-{number:06d}"

    def _link(self, number: int, chance: random.Random) -> str:
        """Return the target of a link of a story, in Pelican's words."""
        kind = chance.choices(("address", "file", "outward", "tag", "static"), (55, 8, 24, 7, 6))[0]
        if kind == "tag":
            return f"{{tag}}{_make_tag(self._texts.words, chance.choice(self._heads[number].tags))}".replace(" ", "%20")
        if kind == "static":
            at = chance.randrange(_count_files(number))
            return (
                f"{{attach}}/images/notes-{at:04d}.txt"
                if chance.random() < 0.2
                else f"{{static}}/images/table-{at:04d}.csv"
            )
        other = _choose_other(number, chance)
        if kind == "outward" or not 0 <= other < self.count:
            return f"{WWW}{_host(chance.randrange(400))}/elsewhere-{chance.randrange(10**6):06d}"
        if kind == "file":
            return f"{{filename}}/{content_place(f'story-{other:06d}', self._day(other), self._precision(other))}"
        return chance.choice(SPELLINGS).format(self._address(other).removeprefix(WWW))

    def _header(self, number: int, head: Head, day: date, chance: random.Random) -> tuple[dict[str, str], str]:
        """Return further keys of a header, and the file of removals."""
        found: dict[str, str] = {}
        old, precision, removals = _host(head.source), self._precision(number), ""
        if precision == "day" and chance.random() < 0.1:
            found["Modified"] = f"{day + timedelta(days=1)} 08:30+01:00"
        if chance.random() < 0.03:
            found["Aliases"] = f"/archive/{number:06d}.html; https://old.{old}/{number:06d}"
        if chance.random() < 0.04:
            found["Credit"] = texts.make_paper(chance.randrange(400))
        if chance.random() < 0.1:
            found["Dateline"] = texts.make_place(chance.randrange(384)).upper()
        if chance.random() < 0.15:
            found["Image"] = f"images/picture-{chance.randrange(_count_files(number)):04d}.png"
            found["Image_caption"] = f"{texts.make_place(chance.randrange(384))} in the morning"
        if chance.random() < 0.002:
            found["Withdrawn"] = "At the author's request."
        elif chance.random() < 0.003:
            found["Status"] = "draft"
        if chance.random() < 0.85:
            raw = f"{old.partition('.')[0]}/story-{number:06d}.html"
            blocks = [
                {"rule": chance.choice(RULES), "path": "body/div/p", "position": at, "text": chance.choice(LINES)}
                for at in range(chance.randint(4, 12))
            ]
            removals = json.dumps({"raw": raw, "removals": blocks, "repairs": [], "captures": {}}, indent=1)
            kinds = ("json-ld", "meta", "time", "url", "text") if precision == "day" else ("text", "table")
            found |= {
                "Captured": f"{day + timedelta(days=chance.randint(1, 400))}T08:{chance.randrange(60):02d}:00+00:00",
                "Date_from": "none" if precision == "none" else chance.choice(kinds),
                "Raw": raw, "Raw_sha256": hashlib.sha256(raw.encode()).hexdigest(), "Cleaner": "1", "Removed": str(len(blocks)),
            }  # fmt: skip
        return found | {"Date_precision": precision}, removals


def _host(source: int) -> str:
    """Return the host of a source.

    >>> _host(0)
    'albridge-post.example'
    """
    return texts.make_paper(source).removeprefix("The ").lower().replace(" ", "-") + ".example"


def _make_tag(words: list[str], number: int) -> str:
    return f"{words[number % 97]} {words[97 + number % 101]}"


def _choose_other(number: int, chance: random.Random) -> int:
    """Return the number of a story to which a story links: mostly one of the last, or any older one, at times a newer one."""
    if chance.random() < 0.1:
        return number + 1 + int(chance.expovariate(1 / RECENT))
    if chance.random() < 0.6:
        return number - 1 - int(chance.expovariate(1 / RECENT))
    return chance.randrange(number) if number else -1


def _choose_paragraphs(known: Texts, lang: str, chance: random.Random) -> list[str]:
    found: list[str] = []
    left = WORDS
    while left > 0:
        paragraph = chance.choice(known.paragraphs[lang])
        words = paragraph.split()[: max(left, 20)]
        found.append(" ".join(words))
        left -= len(words) if lang != "zh" else len(paragraph) // 2
    return found


def _add_links(paragraphs: list[str], targets: list[str], lang: str, chance: random.Random) -> None:
    """Put links into paragraphs: around words, in Chinese behind the paragraph."""
    for target in targets:
        at = chance.randrange(len(paragraphs))
        plain = paragraphs[at].rpartition(")")[2]  # what stands behind the last link
        words = plain.split()
        if lang == "zh" or len(words) < 6:
            paragraphs[at] += f" [{texts.make_place(chance.randrange(384))}]({target})"
            continue
        start = chance.randrange(1, len(words) - 4)
        words[start : start + 3] = [f"[{' '.join(words[start : start + 3])}]({target})"]
        paragraphs[at] = f"{paragraphs[at][: len(paragraphs[at]) - len(plain)]} {' '.join(words)}".strip()


def _dress(paragraphs: list[str], number: int, title: str, chance: random.Random) -> None:
    """Add an image, a heading, a quotation or a list to some stories."""
    if chance.random() < 0.08:
        at = chance.randrange(_count_files(number))
        paragraphs.insert(1, f"![{texts.make_place(number)} from above]({{static}}/images/picture-{at:04d}.png)")
    if chance.random() < 0.2:
        paragraphs.insert(len(paragraphs) // 2, f"## {title}")
    if chance.random() < 0.15:
        paragraphs[-1] = f"> {paragraphs[-1]}"
    if chance.random() < 0.1:
        paragraphs.append("\n".join(f"- {texts.make_place(chance.randrange(384))}, *{place}*" for place in range(1, 5)))


# --- files ----------------------------------------------------------------------------------------------------------


def content_place(slug: str, day: date, precision: str) -> str:
    """Return where a story stands below the content folder.

    >>> content_place("a", date(2024, 6, 1), "day"), content_place("a", date(2024, 1, 1), "none")
    ('2024/06/a.md', 'undated/a.md')
    """
    folder = {"none": "undated", "year": f"{day:%Y}"}.get(precision, f"{day:%Y/%m}")
    return f"{folder}/{slug}.md"


def content_file(story: Story) -> str:
    """Return a story as a file of `content/`."""
    when = {
        "day": f"{story.date} {story.clock}",
        "month": f"{story.date:%Y-%m}",
        "year": f"{story.date:%Y}",
        "none": "",
    }
    header = {
        "Title": story.title, "Date": when[story.precision], "Category": story.section, "Tags": "; ".join(story.tags),
        "Authors": "; ".join(story.authors) + ";", "Slug": story.slug, "Summary": story.summary, "Lang": story.lang,
        "Source": story.source, "Source_url": story.address, **story.further,
    }  # fmt: skip
    return "".join(f"{key}: {value}\n" for key, value in header.items() if value) + f"\n{story.body}\n"


def write_story(folder: Path, story: Story) -> Path:
    """Write a story below a content folder, with its file of removals, and return its path."""
    path = folder / content_place(story.slug, story.date, story.precision)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content_file(story), encoding="utf-8")
    if story.removals:
        path.with_suffix(".removals.json").write_text(story.removals, encoding="utf-8")
    return path


def hugo_file(story: Story, page: Callable[[int], str]) -> str:
    """Return a story as Hugo reads it: links to stories lead to their pages, and what has no day has the first of its time."""

    def lead(match: re.Match[str]) -> str:
        target = match[1]
        if archived := STORY.search(target):
            return f"]({page(int(archived[1]))})"
        if target.startswith("{tag}"):
            return f"](/tag/{target[5:].replace('%20', '-')}/)"
        return f"]({re.sub('^{(?:static|attach)}', '', target)})"

    header = {
        "title": story.title, "date": f"{story.date}T{story.clock}:00Z", "slug": story.slug, "summary": story.summary,
        "category": [story.section], "tag": story.tags, "author": story.authors, "source": [story.source],
        "month": [f"{story.date:%Y-%m}"], "source_url": story.address, "language": story.lang,
        **({"image": story.further["Image"]} if "Image" in story.further else {}),
    }  # fmt: skip
    return f"{json.dumps(header)}\n\n{TARGET.sub(lead, story.body)}\n"


def _count_files(number: int) -> int:
    """Return how many pictures, tables and notes there are when a story is written."""
    return 4 + number // 50


def write_files(folder: Path, count: int) -> None:
    """Write the pictures, tables and notes that the stories of an archive show and link to."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(_count_files(count)):
        (folder / f"picture-{number:04d}.png").write_bytes(make_png(40 + number % 50, 30 + number % 7, number))
        rows = "".join(f"{year},{number * year % 997}\n" for year in range(2015, 2025))
        (folder / f"table-{number:04d}.csv").write_text(f"year,count\n{rows}", encoding="utf-8")
        (folder / f"notes-{number:04d}.txt").write_text(f"Notes, part {number}.\n", encoding="utf-8")


def make_png(width: int, height: int, shade: int) -> bytes:
    """Return a picture in grey, not compressed, so that each library writes the same bytes.

    >>> make_png(3, 2, 0)[:8], struct.unpack(">II", make_png(3, 2, 0)[16:24])
    (b'\\x89PNG\\r\\n\\x1a\\n', (3, 2))
    """
    rows = b"".join(b"\0" + bytes((shade + x + y) % 256 for x in range(width)) for y in range(height))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""),
    )  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
