#!/usr/bin/env python3
"""Show what learning a site adds: body F1 (four-word runs) without and with it.

On the sites of DATADIR that have two pages or more, each learned from its own few pages (there two pages are enough for
a repeat, where the program asks for three and for five pages of the site), and on pages of an invented paper, 5 to 20 of
one site, as pages and as dumps.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

BASE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BASE / "scripts"), str(BASE / "plugins"), str(BASE / "tests")]

from newsarchive import pipeline  # noqa: E402
from newsarchive.ingest import learn_sites  # noqa: E402
from newsarchive.models import RawPage  # noqa: E402
from newsarchive.rules import rules, site_rules  # noqa: E402
from newsarchive.sites import identify, learn  # noqa: E402
from support import papers  # noqa: E402

SETS = ("news_dev", "articles_dev", "textdump_a_dev", "textdump_b_dev")
RULES = rules.load(BASE / "scripts" / "rules")
Pair = tuple[RawPage, str]


def runs(text: str) -> Counter[tuple[str, ...]]:
    """Return the four-word runs of a text."""
    found = re.findall(r"\w+", text)
    return Counter(tuple(found[n : n + 4]) for n in range(max(1, len(found) - 3)))


def visible(markdown: str) -> str:
    """Return about what a reader sees of Markdown; captions count neither way."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", markdown)
    return re.sub(r"\]\([^)]*\)|[*_#>`\\\[]", "", text)


def score(page: RawPage, truth: str, known: rules.Rules) -> tuple[float, float]:
    """Return precision and recall of a page's cleaned body."""
    article = pipeline.convert(page, known).article
    want, got = runs(truth), runs(visible(article.body if article else ""))
    common = (want & got).total()
    return common / got.total(), common / want.total()


def f1(scores: list[tuple[float, float]]) -> str:
    """Return F1 of mean precision and mean recall, with both."""
    p, r = (sum(part) / len(scores) for part in zip(*scores, strict=True))
    return f"F1 {2 * p * r / (p + r):.4f} (P {p:.4f} R {r:.4f})"


def compare(name: str, groups: Iterable[list[Pair]], least_seen: int, *, first: int = 0) -> None:
    """Print one line: the score of all pages of the groups without learning and with it.

    With `first`, only so many pages are learned from, and the others are scored.
    """
    without, with_it, worse, better = [], [], 0, 0
    for group in groups:
        site = identify.name_site(group[0][0], "", group[0][0].path.partition("/")[0])
        seen = [learn_sites.read_sight(page) for page, _ in group[: first or None]]
        learned = learn.learn_site(seen, len(group), least_seen=least_seen)
        known = replace(RULES, sites={site: site_rules.SiteRules(site, learned=learned)})
        for page, truth in group[first:]:
            before, after = score(page, truth, RULES), score(page, truth, known)
            without.append(before)
            with_it.append(after)
            worse += sum(after) < sum(before) - 1e-9
            better += sum(after) > sum(before) + 1e-9
    counts = f"{len(without)} pages, {better} better, {worse} worse"
    print(f"{name:28} without {f1(without)}   with {f1(with_it)}   {counts}")


def stored(folder: Path) -> Iterable[list[Pair]]:
    """Yield the pages of each site of a development set that has two or more."""
    groups: dict[str, list[Pair]] = {}
    with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            host = (urlsplit(row["url"]).hostname or "").removeprefix("www.")
            file = next((folder / "pages").glob(f"{row['id']}.*"))
            payload = gzip.decompress(file.read_bytes())
            kind, url = ("text/plain", None) if ".txt" in file.name else ("text/html", row["url"])
            page = RawPage(f"{host}/{file.name}", payload, kind, hashlib.sha256(payload).hexdigest(), url=url)
            groups.setdefault(host, []).append((page, row.get("body_nosummary") or row["body"]))
    yield from (group for _, group in sorted(groups.items()) if len(group) > 1)


def invented(count: int, as_dump: bool) -> list[Pair]:
    """Return pages of the invented paper with their stories."""
    return [(capture.page, "\n".join(capture.story)) for capture in papers.captures(count, as_dump=as_dump)]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datadir", nargs="?", type=Path, help="development sets; without it the invented paper alone")
    args = parser.parse_args()
    for name in SETS if args.datadir else ():
        if (args.datadir / name).is_dir():
            compare(name, stored(args.datadir / name), 2)
        else:
            print(f"{name:28} skipped: {args.datadir / name} is not there")
    for as_dump in (False, True):
        for count in (5, 10, 20):
            compare(
                f"invented, {count} {'dumps' if as_dump else 'pages'}", [invented(count, as_dump)], learn.LEAST_SEEN
            )
        name = f"invented, 5 tell 15 {'dumps' if as_dump else 'pages'}"
        compare(name, [invented(20, as_dump)], learn.LEAST_SEEN, first=5)
    return 0


if __name__ == "__main__":
    sys.exit(main())
