#!/usr/bin/env python3
"""Train the weights by which titles and authors are chosen among a page's candidates, and say how they do on new sites.

    train_choice.py SET... [--facts FILE] [--write]

A SET is a folder with `truth.jsonl.gz` (id, url, title, authors) and `pages/ID.html.gz` or `pages/ID.txt.gz`. The model is a softmax over the
candidates of one page with an L2 penalty; every figure comes from five folds that share no site. `--write` puts
the trained weights into `scripts/newsarchive/metadata/ranker.toml` and leaves the others; `--facts` keeps the facts of the pages between runs. Needs numpy.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import pickle
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

BASE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BASE / "scripts"), str(BASE / "plugins")]

from newsarchive import page_analysis, pipeline  # noqa: E402
from newsarchive.metadata import bylines, dumps, headline, ranker  # noqa: E402
from newsarchive.models import RawPage  # noqa: E402
from newsarchive.rules import rules  # noqa: E402
from newsarchive.text.charset import decode  # noqa: E402
from pressroom.contract import split_list  # noqa: E402

FOLDS = 5
PENALTY = 0.2
STEPS = 400
FIELDS = ("title", "title-dump", "authors")
TRAINED = ("title", "title-dump")
"""The authors' weights are set by hand: trained ones did worse on new sites."""
HEAD = """# Weights of the candidates for a page's title and authors: whoever states a value adds to it, what speaks against it takes away.
# A name is an origin of newsarchive.models.Fact or a feature of headline.py, dumps.py or bylines.py. `title-news` counts on pages
# that call themselves NewsArticle in JSON-LD, `title-dump` in flattened dumps. The titles' weights are trained by
# bench/train_choice.py on {sets}
# (made of Fundus' parser tests, MIT, and WCXB's development split, CC-BY-4.0); the authors' are set by hand, because trained ones
# did worse. Right choices on sites that were not trained on:
# {figures}.
"""


def main() -> None:
    """Train, report, write."""
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("sets", nargs="+", type=Path)
    ap.add_argument("--facts", type=Path)
    ap.add_argument("--write", action="store_true")
    args = ap.parse_args()
    pages = _pages(args.sets, args.facts)
    tables = tomllib.loads(ranker.FILE.read_text(encoding="utf-8"))
    figures = []
    for field in FIELDS:
        examples = [e for e in (_example(field, *page) for page in pages) if e]
        for name in sorted({e["set"] for e in examples}):
            asked = [e for e in examples if e["set"] == name]
            held, now = _held_out(examples, name), _score({t: tables.get(t, {}) for t in _tables(examples)}, asked)
            best = np.mean([e["right"].any() for e in asked])
            figures += [f"{field} {held:.3f} on {name}"] if field in TRAINED else []
            print(f"{field} {name}: on new sites {held:.4f}, with the present weights {now:.4f}, at best {best:.4f}")
        tables |= _train(examples) if field in TRAINED else {}
    if args.write:
        ranker.FILE.write_text(_toml(tables, args.sets, figures), encoding="utf-8")


def _pages(sets: list[Path], cache: Path | None) -> list[tuple[str, dict[str, Any], list[Any]]]:
    """Return set, truth and evidence of every page: its facts, or of a dump the lines that may be its headline."""
    if cache and cache.exists():
        return pickle.loads(cache.read_bytes())
    known, found = rules.load(BASE / "scripts" / "rules"), []
    for folder in sets:
        with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
            for truth in map(json.loads, lines):
                file = next((folder / "pages").glob(f"{truth['id']}.*"))
                found.append((folder.name, truth, _evidence(file, known)))
    if cache:
        cache.write_bytes(pickle.dumps(found))
    return found


def _evidence(file: Path, known: rules.Rules) -> list[Any]:
    payload = gzip.decompress(file.read_bytes())
    if ".txt" in file.name:
        page = RawPage(file.name, payload, "text/plain", "")
        judged = page_analysis.analyse_page(decode(payload, None, "text/plain"), page, known, None).judged
        head, story = dumps.split_head(judged)
        return dumps.list_title_candidates(head, story, [block for block, _ in judged[len(head) :]])
    page = RawPage(file.name, payload, "text/html", hashlib.sha256(payload).hexdigest())
    return list(pipeline.convert(page, known).facts)


def _example(field: str, name: str, truth: dict[str, Any], evidence: list[Any]) -> dict[str, Any] | None:
    """Return a page's candidates and which of them are right; None where the truth or the page has none."""
    is_dump = bool(evidence) and isinstance(evidence[0], ranker.Candidate)
    kind = field.partition("-")[0]
    if not truth.get(kind) or is_dump != (field == "title-dump"):
        return None
    candidates = {"title": headline.list_candidates, "title-dump": list, "authors": bylines.list_candidates}
    found = candidates[field](evidence)
    alike: Callable[[Any], Any] = headline.normalise_title if kind == "title" else _people
    right = np.array([alike(c.value) == alike(truth[kind]) for c in found], dtype=bool)
    site = truth.get("publisher") or (urlsplit(truth["url"]).hostname or "").removeprefix("www.")
    return {
        "set": name,
        "site": site,
        "table": headline.name_table(evidence) if field == "title" else field,
        "candidates": found,
        "right": right,
    }


def _people(value: Any) -> frozenset[str]:
    return frozenset(
        headline.normalise_title(name).casefold().rstrip(".,")
        for name in (value if isinstance(value, list) else split_list(value))
    )


def _fold(site: str) -> int:
    return int(hashlib.sha256(re.sub(r"_\d.*", "", site).encode()).hexdigest(), 16) % FOLDS


def _tables(examples: list[dict[str, Any]]) -> list[str]:
    return sorted({e["table"] for e in examples})


def _held_out(examples: list[dict[str, Any]], name: str) -> float:
    """Return the share of right choices on the sites of a set, each chosen without having seen its site."""
    hits, count = 0.0, 0
    for fold in range(FOLDS):
        told = _train([e for e in examples if _fold(e["site"]) != fold])
        asked = [e for e in examples if _fold(e["site"]) == fold and e["set"] == name]
        hits += _score(told, asked) * len(asked)
        count += len(asked)
    return hits / count


def _score(weights: dict[str, dict[str, float]], examples: list[dict[str, Any]]) -> float:
    """Return the share of pages whose best candidate is right."""
    hits = 0
    for example in examples:
        best = ranker.choose_best(example["candidates"], weights[example["table"]])
        hits += best is not None and bool(example["right"][[c is best for c in example["candidates"]].index(True)])
    return hits / len(examples) if examples else 0.0


def _train(examples: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Return the weights of every table that the examples use."""
    return {table: _fit([e for e in examples if e["table"] == table]) for table in _tables(examples)}


def _fit(examples: list[dict[str, Any]]) -> dict[str, float]:
    """Return weights under which right candidates win; each set counts the same however many pages it has."""
    features = sorted({f for e in examples for c in e["candidates"] for f in c.features})
    place = {name: n for n, name in enumerate(features)}
    rows, groups, right, weight = [], [], [], []
    usable = [e for e in examples if e["right"].any() and not e["right"].all()]
    counts = {name: sum(e["set"] == name for e in usable) for name in {e["set"] for e in usable}}
    for number, example in enumerate(usable):
        for candidate, good in zip(example["candidates"], example["right"], strict=True):
            row = np.zeros(len(features))
            for name, value in candidate.features.items():
                row[place[name]] = value
            rows.append(row)
            groups.append(number)
            right.append(good)
        weight.append(1 / counts[example["set"]] / len(counts))
    x, group, good, share = np.array(rows), np.array(groups), np.array(right), np.array(weight)
    told, moment, square = np.zeros(len(features)), np.zeros(len(features)), np.zeros(len(features))
    for step in range(1, STEPS + 1):
        sums = x @ told
        p = np.exp(sums - np.maximum.reduceat(sums, np.flatnonzero(np.r_[True, np.diff(group) > 0]))[group])
        all_p, good_p = np.bincount(group, p), np.bincount(group, p * good)
        slope = x.T @ ((p * good / good_p[group] - p / all_p[group]) * share[group]) - PENALTY / len(features) * told
        moment, square = 0.9 * moment + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        told = told + 0.1 * (moment / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return {name: round(float(value), 2) for name, value in zip(features, told, strict=True)}


def _toml(tables: dict[str, dict[str, float]], sets: list[Path], figures: list[str]) -> str:
    lines = [HEAD.format(sets=", ".join(folder.name for folder in sets), figures=", ".join(figures))]
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {value}" for key, value in table.items() if value), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
