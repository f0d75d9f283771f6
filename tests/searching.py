"""Small archives for tests of search: documents of few words, and an index of them in memory."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from pressroom.search import index, segment
from pressroom.search.index import SegmentWriter
from pressroom.search.reader import Index
from pressroom.search.segment import Parameters
from pressroom.search.shown import Document

COMMON = ("the", "of", "a", "to", "in", "said")
RARE = (
    "ferry", "ferries", "harbour", "harbours", "whale", "whales", "council", "votes", "voted", "bridge", "tug", "gale",
    "storm", "captain", "museum", "lighthouse", "keeper", "rate", "rates", "rating", "fédération", "straße",
)  # fmt: skip
FILLER = tuple(f"w{a}{b}" for a in "abcdefghij" for b in "klmnopqrstuv")
OTHER = ("東京都の電車", "大阪の電車", "한국의 신문", "หนังสือพิมพ์ไทย", "الأمة والحمامة", "हिन्दी समाचार", "привет мир")


def document(number: int, body: str, title: str = "", **more: object) -> Document:
    """Return a document; the number is its day and its address."""
    day = f"20{10 + number // 336:02}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    values: dict[str, object] = {
        "title": title or f"Story {number}", "url": f"{day.replace('-', '/')}/s{number}/", "source": "Canal News", "date": day,
        "shown_date": day, "lang": "en", "direction": "ltr", "dek": "", "category": "News", "tags": (), "authors": (), "body": body,
    }  # fmt: skip
    return Document(**{**values, **more})  # type: ignore[arg-type]


def archive(count: int, seed: int = 1, words: int = 30) -> list[Document]:
    """Return documents of words at random, some in other scripts."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        text = chance.choices((*COMMON * 20, *RARE, *FILLER * 2), k=words) + chance.choices(OTHER, k=number % 2)
        found.append(
            document(
                number,
                " ".join(text),
                " ".join(chance.choices(RARE, k=2)).capitalize(),
                source=chance.choice(["Canal News", "The Gazette", ""]),
                tags=tuple(chance.sample(["sea", "port", "zoo"], k=number % 3)),
                authors=("Ida Trent",) if number % 4 else (),
                lang=("en", "en", "ja")[number % 7 // 3],
                **(
                    {"date": "", "shown_date": "no date"} if number < 3 else {"date": "2010-02"} if number == 35 else {}
                ),
            )
        )
    return sorted(found, key=lambda document: (document.date, document.url))


def parameters(documents: Iterable[Document]) -> Parameters:
    """Return what all segments of some documents agree on."""
    return segment.parameters(map(segment.fields, documents))


def opened(files: Iterable[tuple[str, bytes]]) -> Index:
    """Return an index of files in memory."""
    return Index(dict(files).__getitem__)


def whole(documents: Sequence[Document], settled: Parameters) -> Index:
    """Return an index of one segment."""
    return split(documents, [], settled)


def split(
    base: Sequence[Document],
    recent: Sequence[Document],
    settled: Parameters,
    gone: Sequence[int] = (),
    at: Sequence[int] | None = None,
) -> Index:
    """Return an index of a base and what is beside it."""
    files, entries = [], []
    for is_base, documents in ((True, base), (False, recent)):
        if documents:
            one = SegmentWriter(settled, is_base=is_base)
            files += one.files(documents)
            entries.append(one.entry)
    if base:
        entries[0] = {**entries[0], "gone": list(gone)}
    if recent:
        entries[-1] = {**entries[-1], "at": list(at) if at is not None else [len(base)] * len(recent)}
    return opened([*files, index.manifest(settled, entries, "", "")])
