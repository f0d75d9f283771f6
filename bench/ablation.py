"""Show what each part of the cleaner adds: the figures of `bench/score.py` with one part switched off at a time.

    make bench-ablation DATADIR=...

The weights were learned with all parts on: a part's loss includes that the trees miss what they knew. Milliseconds are
CPU time of cleaning and scoring.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "plugins"), str(ROOT / "bench")]

import score  # noqa: E402
from newsarchive import pipeline  # noqa: E402
from newsarchive.body import classifier, context_columns, features, page_kind  # noqa: E402
from newsarchive.rules import site_rules, weights  # noqa: E402


def _set(module: Any, name: str, value: Any) -> Callable[[], None]:
    """Return what puts `value` in the place of a part."""
    return lambda: setattr(module, name, value)


def _first_alone(*args: Any, known: Any = classifier.measure_likelihood) -> Any:
    alone, _ = known(*args)
    return alone, alone


def _forget_words() -> None:
    """Take the odds of words out of the weights that the pages are judged by."""
    for name, known in score.KNOWN.weights.items():
        score.KNOWN.weights[name] = weights.Weights(known.first, known.second)


def _no_topic(blocks: Any, likely: Any) -> Any:
    return dict.fromkeys(("topic", "topic_sum", "topic_shared", "topic_known"), 0 * likely)


def _no_residue(judged: Any, *args: Any, **kwargs: Any) -> Any:
    return [block for block, rule in judged if not rule], [], []


def _no_repair(*args: Any, known: Any = pipeline._mend) -> Any:
    site = site_rules.SiteRules("off", repair=False)
    return known(*args[:-1], site)


PARTS: dict[str, list[Callable[[], None]]] = {
    "all parts on": [],
    "phrases as columns": [_set(classifier, "judge_matches", lambda found: 0)],
    "second trees": [_set(classifier, "measure_likelihood", _first_alone)],
    "odds of words and class names": [_forget_words],
    "subject of the story": [_set(context_columns, "_measure_topic", _no_topic)],
    "what the page states (hints)": [_set(classifier, "gather_hints", lambda *args: features.Hints())],
    "short stories by the likeliest block": [_set(classifier, "LITTLE", 0)],
    "places of tables and figures": [_set(classifier, "_place_figures", lambda blocks, kept: kept)],
    "headline and dek marked": [_set(pipeline, "mark_headlines", lambda judged, facts: judged)],
    "residue rules": [_set(pipeline, "split_residue", _no_residue)],
    "repair": [_set(pipeline, "_mend", _no_repair)],
    "kinds (all pages published)": [_set(page_kind, "judge_kind", lambda *args: ("article", ""))],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path)
    parser.add_argument("--set", action="append", choices=score.SETS, help="all of them if none is named")
    args = parser.parse_args()
    sets = args.set or score.SETS
    jobs = [(args.datadir, part, sets) for part in PARTS]
    print(f"{'without':40}{'ms a page':>12}" + "".join(f"{name:>18}" for name in sets))
    with ProcessPoolExecutor(2, max_tasks_per_child=1) as pool:
        for part, row in zip(PARTS, pool.map(_without, jobs), strict=True):
            cost, *found = row
            print(f"{part:40}{cost:12.1f}" + "".join(f"{value:18.4f}" for value in found), flush=True)
    return 0


def _without(job: tuple[Path, str, list[str]]) -> list[float]:
    datadir, part, sets = job
    for switch in PARTS[part]:
        switch()
    before = time.process_time()
    found = [score.figures(datadir / name, workers=1)["body"] for name in sets]
    pages = sum(1 for name in sets for _ in (datadir / name / "pages").iterdir())
    return [1000 * (time.process_time() - before) / pages, *found]


if __name__ == "__main__":
    sys.exit(main())
