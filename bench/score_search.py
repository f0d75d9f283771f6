"""How good the answers of search are, on articles with known queries: DATADIR/search_dev.

Known item, one typo, the beginning of the last word: mean of 1 / rank of the article meant among the first ten (MRR@10).
Phrase: the same, of any article that has it. Topic: how many of the first ten have the topic whose name is the query.
Other languages: how many of the articles that have a word are found (recall), and how many found have it (precision).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))

from pressroom.search import answers, index  # noqa: E402
from pressroom.search.reader import Index  # noqa: E402
from pressroom.search.shown import Document  # noqa: E402

FIRST = 10
TOPICS = {
    **{name: name for name in ("barley", "cocoa", "coffee", "copper", "corn", "cotton", "gold", "grain", "housing", "lead",
                               "rapeseed", "rice", "rubber", "silver", "soybean", "sugar", "tin", "trade", "wheat", "zinc")},
    "alum": "aluminium", "acq": "acquisition merger", "bop": "balance of payments", "cpi": "consumer prices inflation",
    "crude": "crude oil", "dlr": "dollar", "earn": "earnings dividend", "gnp": "gross national product",
    "interest": "interest rates", "iron-steel": "steel", "livestock": "cattle hogs", "money-fx": "foreign exchange",
    "money-supply": "money supply", "nat-gas": "natural gas", "orange": "orange juice", "palm-oil": "palm oil",
    "reserves": "foreign reserves", "ship": "shipping", "veg-oil": "vegetable oil",
}  # fmt: skip
"""What one would type for a topic. Those that stand for a table of figures, as ipi, are not asked for."""
COMMON_TOPIC = 20
"""Articles that a topic must have to be asked for."""


def main() -> int:
    """Index the articles, ask every query, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path, help="folder with search_dev/")
    args = parser.parse_args()
    data = args.datadir / "search_dev"
    if not data.is_dir():
        print(f"{data}: there is no such folder. Name the one that holds search_dev.", file=sys.stderr)
        return 2
    articles = [*_rows(data / "corpus_20k.jsonl.gz")]
    started = time.process_time()
    found, numbered = _indexed(articles)
    characters = sum(len(row["title"]) + len(row["body"]) for row in articles)
    print(
        f"{len(articles):,} articles indexed in {(time.process_time() - started) / characters * 1e6:.2f} CPU ms / 1,000 characters"
    )
    for kind, ranks in _ranks(found, numbered, data / "queries_dev.jsonl").items():
        mean = sum(1 / rank for rank in ranks if rank) / len(ranks)
        print(f"{kind:10} MRR@10 {mean:.3f}   found {sum(map(bool, ranks)) / len(ranks):.3f}   of {len(ranks)}")
    shares = _topics(found, numbered, articles)
    print(f"{'topic':10} P@10 {sum(shares.values()) / len(shares):.3f}   of {len(shares)} topics; worst: "
          + ", ".join(f"{topic} {share:.1f}" for topic, share in sorted(shares.items(), key=lambda pair: pair[1])[:5]))  # fmt: skip
    found, numbered = _indexed([*_rows(data / "corpus_ml.jsonl.gz")])
    for lang, (recall, precision, count) in _languages(found, numbered, data / "queries_ml_dev.jsonl").items():
        print(f"{lang:10} recall {recall:.3f}   precision {precision:.3f}   of {count}")
    return 0


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    opener: Any = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _indexed(articles: list[dict[str, Any]]) -> tuple[Index, dict[str, int]]:
    """Return an index of articles, and their numbers by address."""
    rows = sorted(articles, key=lambda row: (row["date"], row["id"]))
    documents = [
        Document(
            title=row["title"], url=row["url"], source=row["source"], date=row["date"], shown_date=row["date"], lang=row["lang"],
            direction="ltr", dek="", category="News", tags=tuple(row["tags"]), authors=(row["author"],), body=row["body"],
        )
        for row in rows
    ]  # fmt: skip
    files = dict(index.files(documents, scripts=False))
    return Index(files.__getitem__), {row["url"]: row["id"] for row in rows}


def _first(found: Index, numbered: dict[str, int], text: str, count: int = FIRST) -> list[int]:
    return [numbered[row[0]] for row in answers.records(answers.find(found, text), 0, count)]


def _ranks(found: Index, numbered: dict[str, int], queries: Path) -> dict[str, list[int]]:
    """Return by kind the rank of the first right article of each query, 0 where it is not among the first ten."""
    ranks: defaultdict[str, list[int]] = defaultdict(list)
    here = set(numbered.values())
    for row in _rows(queries):
        if meant := set(row["rel"]) & here:
            shown = _first(found, numbered, row["q"])
            ranks[row["kind"]].append(next((at for at, one in enumerate(shown, 1) if one in meant), 0))
    return ranks


def _topics(found: Index, numbered: dict[str, int], articles: list[dict[str, Any]]) -> dict[str, float]:
    topics = {row["id"]: row["topics"] for row in articles}
    counts = Counter(topic for row in articles for topic in row["topics"])
    shares = {}
    for topic in sorted(topic for topic in TOPICS if counts[topic] >= COMMON_TOPIC):
        shown = _first(found, numbered, TOPICS[topic])
        shares[topic] = sum(topic in topics[one] for one in shown) / FIRST
    return shares


def _languages(found: Index, numbered: dict[str, int], queries: Path) -> dict[str, tuple[float, float, int]]:
    """Return by language how much of what is meant is found, and how much of what is found is meant."""
    asked: defaultdict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row in _rows(queries):
        shown, meant = set(_first(found, numbered, row["q"], 10_000)), set(row["rel"])
        kind = f"{row['lang']} {row['kind'].removeprefix('ml-')}"
        asked[kind].append((len(shown & meant), len(meant), len(shown)))
    return {
        kind: (sum(r[0] for r in rows) / sum(r[1] for r in rows), sum(r[0] for r in rows) / max(sum(r[2] for r in rows), 1), len(rows))
        for kind, rows in sorted(asked.items())
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
