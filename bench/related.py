"""How well an article's page names related ones: the share of them that have a topic in common with it, DATADIR/search_dev.

Beside ours stand articles chosen at random among the earlier ones, and the cosine of whole texts weighed by tf-idf over the
whole archive, which has to look at everything again for each new article.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

BASE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BASE / "plugins"))

from pressroom.search import analysis  # noqa: E402
from pressroom.state import similarity  # noqa: E402

MOST = 5
SAMPLE = 1500
"""Articles for which the cosine with all earlier ones is taken."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path, help="folder with search_dev/")
    parser.add_argument("--show", type=int, default=0, help="print so many articles with what is named")
    args = parser.parse_args()
    path = args.datadir / "search_dev" / "corpus_20k.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = sorted(map(json.loads, file), key=lambda row: (row["date"], row["id"]))
    similarity.load_commonness("en")
    started = time.process_time()
    signed = [similarity.make_signature(row["title"], "", row["body"], row["lang"]) for row in rows]
    between = time.process_time()
    ours = list(similarity.relate_all(signed, MOST))
    ended = time.process_time()
    each = 1000 / len(rows)
    print(
        f"{len(rows):,} articles, {(between - started) * each:.3f} ms for a signature, {(ended - between) * each:.3f} ms to relate"
    )
    chosen = random.Random(7).sample([at for at, row in enumerate(rows) if row["topics"] and at > MOST], SAMPLE)
    anyone = random.Random(8)
    print(f"at random           {score(rows, {at: anyone.sample(range(at), MOST) for at in chosen})}")
    print(f"ours                {score(rows, {at: ours[at] for at in chosen})}")
    print(f"tf-idf cosine       {score(rows, cosines(rows, chosen))}")
    for at in random.Random(9).sample(range(len(rows)), args.show):
        print(f"\n{rows[at]['date']} {rows[at]['title']}")
        for one in ours[at]:
            print(f"    {rows[one]['date']} {rows[one]['title']}")
    return 0


def score(rows: list[dict[str, Any]], named: dict[int, list[int]]) -> str:
    """Return the share of named articles with topics that have one in common, and how many are named."""
    pairs = [(rows[at], rows[one]) for at, found in named.items() for one in found if rows[one]["topics"]]
    share = sum(bool({*one["topics"]} & {*other["topics"]}) for one, other in pairs) / max(1, len(pairs))
    any_ = sum(map(bool, named.values())) / len(named)
    return f"{share:.3f} share a topic; {any_:.3f} of pages name any, {sum(map(len, named.values())) / len(named):.2f} each"


def cosines(rows: list[dict[str, Any]], chosen: list[int]) -> dict[int, list[int]]:
    """Return for each chosen article the earlier ones of the highest cosine."""
    counts = [Counter(analysis.terms(f"{row['title']} {row['body']}")) for row in rows]
    frequency = Counter(term for count in counts for term in count)
    postings: defaultdict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    vectors = []
    for number, count in enumerate(counts):
        vector = {term: (1 + math.log(times)) * math.log(len(rows) / frequency[term]) for term, times in count.items()}
        length = math.sqrt(sum(weight * weight for weight in vector.values())) or 1
        vectors.append({term: weight / length for term, weight in vector.items()})
        for term, weight in vectors[-1].items():
            postings[term][0].append(number)
            postings[term][1].append(weight)
    arrays = {term: (np.array(numbers), np.array(weights)) for term, (numbers, weights) in postings.items()}
    found = {}
    for at in chosen:
        sums = np.zeros(len(rows))
        for term, weight in vectors[at].items():
            numbers, weights = arrays[term]
            sums[numbers] += weight * weights
        found[at] = [int(one) for one in np.argsort(-sums[:at], kind="stable")[:MOST]]
    return found


if __name__ == "__main__":
    sys.exit(main())
