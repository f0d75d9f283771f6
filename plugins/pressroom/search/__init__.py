"""The search index: shards of terms by their first letters, and result records in groups, as small scripts.

A query loads the shards of its words and the records of what is shown, never the whole archive. The files are scripts
that call `newsarchive.receive(name, value)`, so that search works from a double-clicked folder too.

search/manifest.js   how many articles, how records are grouped, which shards there are
search/t/SHARD.js    {term: [article, impact, article, impact, ...]}, articles as steps from the one before
search/d/NUMBER.js   result records of GROUP articles
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from pressroom.search.analysis import shard, terms

GROUP = 50
"""Articles in one file of result records."""
TITLE, NAMES, BODY = 6, 3, 1
"""Weights of the fields (BM25F: Robertson, Zaragoza, Taylor 2004)."""
K1, B = 1.2, 0.6
"""Saturation of counts and normalisation by length (BM25), common values for short texts."""
SCALE = 20
"""Impacts are written as whole numbers: BM25's part that does not depend on the query, times this."""


@dataclass(frozen=True, slots=True)
class Document:
    """What search knows of one article."""

    title: str
    url: str
    source: str
    date: str
    """`YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or "" when it is not known."""
    shown_date: str
    lang: str
    direction: str
    excerpt: str
    names: str
    body: str


def files(documents: list[Document]) -> dict[str, bytes]:
    """Return every file of the index by its path; `documents` oldest first, so that a new one moves no number."""
    counted = [_counts(document) for document in documents]
    mean = sum(length for _, length in counted) / max(len(counted), 1)
    shards: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    last: dict[str, int] = {}
    for number, (counts, length) in enumerate(counted):
        for term, count in counts.items():
            postings = shards[shard(term)].setdefault(term, [])
            postings += [number - last.get(term, 0), impact(count, length, mean)]
            last[term] = number
    found = {f"search/t/{name}.js": _script(f"t/{name}", dict(sorted(rows.items()))) for name, rows in shards.items()}
    for start in range(0, len(documents), GROUP):
        name = f"d/{start // GROUP}"
        found[f"search/{name}.js"] = _script(name, [_row(d) for d in documents[start : start + GROUP]])
    manifest = {"articles": len(documents), "group": GROUP, "shards": " ".join(sorted(shards))}
    return {"search/manifest.js": _script("manifest", manifest), **found}


def impact(count: float, length: float, mean: float) -> int:
    """Return what a term's weighted count adds to an article's score, before the term's rarity.

    >>> impact(1, 100, 100), impact(6, 100, 100)
    (20, 37)
    """
    return max(1, round(SCALE * count * (K1 + 1) / (count + K1 * (1 - B + B * length / max(mean, 1)))))


def _counts(document: Document) -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    length = 0
    for text, weight in (
        (document.title, TITLE),
        (document.names, NAMES),
        (document.source, NAMES),
        (document.body, BODY),
    ):
        for term in terms(text):
            counts[term] += weight
            length += 1
    return counts, length


def _row(d: Document) -> list[str]:
    return [d.title, d.url, d.source, d.date, d.shown_date, d.lang, d.direction, d.excerpt]


def _script(name: str, value: Any) -> bytes:
    """Return a script that hands a value over; `<` is escaped, and line separators end no string in old browsers."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'newsarchive.receive("{name}",{text});\n'.encode()
