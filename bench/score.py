"""Score the cleaner on development sets; a score may only rise.

    make score DATADIR=...            clean every set, print its figures, fail where one fell below `bench/floor.toml`
    bench/score.py DATADIR --raise    write the figures that rose as the new floor

A set is a folder with `pages/ID.html.gz` or `ID.txt.gz` and `truth.jsonl.gz`. Body: F1 of four-word runs as multisets
(the measure of the article extraction benchmark), a page without an article counts as nothing; captions count neither
way. Title: equal; date: the same day; authors: the same names. The weights were learned from these same pages: the
figures guard against faults, and `bench/train.py --check` tells what to expect of others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import tomllib
import unicodedata
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import comrak
import lxml.html

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "plugins")]

from newsarchive import captures, pipeline  # noqa: E402
from newsarchive.rules import rules  # noqa: E402
from pressroom.contract import split_list  # noqa: E402

SETS = ("news_dev", "articles_dev", "textdump_a_dev", "textdump_b_dev")
FIGURES = ("body", "title", "date", "authors")
FLOOR = ROOT / "bench" / "floor.toml"
SLACK = 0.0005
"""What a figure may fall without a word: the rounding of the floor."""
RUN = 4
KNOWN = rules.load(ROOT / "scripts" / "rules")
WORD = re.compile(r"\w+")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path, nargs="?")
    parser.add_argument("--raise", action="store_true", dest="rising", help="keep what rose as the new floor")
    args = parser.parse_args()
    sets = [name for name in SETS if args.datadir and (args.datadir / name / "truth.jsonl.gz").is_file()]
    if not sets:
        print("score: skipped, because no DATADIR with development sets is given")
        return 0
    floor = tomllib.loads(FLOOR.read_text(encoding="utf-8")) if FLOOR.is_file() else {}
    found = {name: figures(args.datadir / name) for name in sets}
    fallen = [
        f"{name}: {key} fell from {least} to {found[name][key]:.4f}"
        for name in sets
        for key, least in floor.get(name, {}).items()
        if found[name][key] < least - SLACK
    ]
    for name in sets:
        print(name, "  ".join(f"{key} {value:.4f}" for key, value in found[name].items()))
    print("\n".join(fallen) or "No figure fell.")
    if args.rising:
        FLOOR.write_text(_floor(floor, found), encoding="utf-8")
    return 1 if fallen else 0


def figures(folder: Path, workers: int = 2) -> dict[str, float]:
    """Return the figures of one set, 0 to 1."""
    with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        truths = {truth["id"]: truth for truth in map(json.loads, lines)}
    names = captures.discover(folder / "pages")
    work = [(folder / "pages", name, truths[name.split(".")[0]]) for name in names]
    if workers == 1:
        rows = list(map(_score, work))
    else:
        with ProcessPoolExecutor(workers) as pool:
            rows = list(pool.map(_score, work, chunksize=8))
    p, r = (statistics.mean(row[key] for row in rows if key in row) for key in ("P", "R"))
    found = {"body": 2 * p * r / (p + r)}
    return found | {key: statistics.mean(row[key] for row in rows if key in row) for key in FIGURES[1:]}


def _score(job: tuple[Path, str, dict[str, Any]]) -> dict[str, float]:
    folder, name, truth = job
    page = next(iter(captures.read(folder, name)))
    assert not isinstance(page, Exception)
    try:
        conversion = pipeline.convert(page, KNOWN)
    except Exception as error:  # a page that fails scores nothing, and is named
        print(f"{name}: {error}", file=sys.stderr)
        return {"P": 0.0, "R": 0.0}
    article = conversion.article if conversion.kind == "article" and not conversion.held else None
    wanted = _runs(truth.get("body_nosummary") or truth.get("body") or "")
    ours = _runs(_visible(article.body) if article else "")
    common = sum((wanted & ours).values())
    row = {"P": common / max(ours.total(), 1), "R": common / wanted.total()} if wanted else {}
    header = article.header if article else {}
    if truth.get("title"):
        row["title"] = float(_folded(truth["title"]) == _folded(header.get("Title", "")))
    if truth.get("date"):
        row["date"] = float(truth["date"][:10] == header.get("Date", "")[:10])
    if truth.get("authors"):
        row["authors"] = float(_names(truth["authors"]) == _names(split_list(header.get("Authors", ""))))
    return row


def _visible(markdown: str) -> str:
    tree = lxml.html.fromstring(f"<div>{comrak.render_markdown(markdown)}</div>")
    return "\n".join(tree.itertext())


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(unicodedata.normalize("NFC", text))
    return Counter(tuple(words[n : n + RUN]) for n in range(max(1, len(words) - RUN + 1))) if words else Counter()


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("‘’“”–—", "''\"\"--"))
    return " ".join(text.split())


def _names(values: list[str]) -> set[str]:
    return {_folded(value).casefold().rstrip(".,") for value in values}


def _floor(floor: dict[str, dict[str, float]], found: dict[str, dict[str, float]]) -> str:
    lines = ["# The least that the cleaner scores on the development sets; `bench/score.py --raise` writes it.\n"]
    for name in {**floor, **found}:
        lines.append(f"\n[{name}]\n")
        old, new = floor.get(name, {}), found.get(name, {})
        lines += [f"{key} = {max(old.get(key, 0.0), round(new.get(key, 0.0), 4))}\n" for key in FIGURES]
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
