"""Measure repair: how many of the joints that it mends are real, how many real ones it mends, and what it costs.

    python bench/repair_precision.py DATADIR [--show N] [--clean]

Three tables, by language:
  dump       DATADIR/textdump_b_dev as the pipeline keeps it, against the truth's body: a mended joint is right when the
             truth has a space there, wrong when it has none, unplaced when the truth does not have the words
  flattened  paragraphs of DATADIR/articles_dev and news_dev joined here as a naive scraper does, so that every joint is
             known; by halves of the sites, because the weights come from half 0
  clean      (--clean) textdump_a_dev, news_dev and articles_dev as they are, where next to no repair is right: counted
             and listed
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

BASE = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(BASE / "scripts"), str(BASE / "plugins")]

import lxml.html  # noqa: E402
from newsarchive import pipeline  # noqa: E402
from newsarchive.metadata import languages  # noqa: E402
from newsarchive.models import Block, Conversion, RawPage  # noqa: E402
from newsarchive.repair import repair  # noqa: E402
from newsarchive.rules import rules  # noqa: E402

WINDOW = 14
"""Letters on each side of a joint by which it is found in the truth."""
BLOCKS = ("p", "li", "h1", "h2", "h3", "blockquote", "td")
LIKE = str.maketrans({**dict.fromkeys("‘’", "'"), **dict.fromkeys("“”„", '"')})
KEPT = rules.load(BASE / "scripts" / "rules")


def squeezed(text: str) -> tuple[str, set[int]]:
    """Return a text without white space, and before which of its characters there was some.

    >>> squeezed("a bc d")
    ('abcd', {1, 3})
    """
    letters, gaps = [], set()
    for letter in text.translate(LIKE):
        if letter.isspace():
            gaps.add(len(letters))
        else:
            letters.append(letter)
    return "".join(letters), gaps


def truths(folder: Path) -> dict[str, Any]:
    """Return the truth of a set by id."""
    with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as file:
        return {row["id"]: row for row in map(json.loads, file)}


def conversions(folder: Path) -> Iterator[tuple[str, Conversion]]:
    """Convert every page of a set."""
    for path in sorted((folder / "pages").iterdir()):
        payload = gzip.decompress(path.read_bytes())
        name = path.name.removesuffix(".gz")
        kind = "text/plain" if name.endswith(".txt") else "text/html"
        try:
            yield name.rpartition(".")[0], pipeline.convert(RawPage(path.name, payload, kind, ""), KEPT)
        except Exception as error:  # a page that cannot be read is none to measure
            print(f"{path.name}: {error}", file=sys.stderr)


def kept(conversion: Conversion) -> list[Block]:
    """Return the blocks of a conversion that are not removed, as they were before mending."""
    removed = {(removal.position, removal.path) for removal in conversion.removals}
    return [block for block in conversion.blocks if (block.position, block.path) not in removed]


def compare(before: str, after: str, truth: str, gaps: set[int]) -> Iterator[tuple[str, str]]:
    """Yield (verdict, place) for every joint that was mended, or that is missed where the whole block is in the truth."""
    letters, had = squeezed(before)
    mended, has = squeezed(after)
    if mended != letters:
        return  # its encoding was mended too
    place = truth.find(letters)
    for at in sorted(has - had):
        near = letters[max(0, at - WINDOW) : at + WINDOW]
        found = place + at if place >= 0 else truth.find(near) + at - max(0, at - WINDOW) if near in truth else -1
        verdict = "unplaced" if found < 0 else "right" if found in gaps else "wrong"
        yield verdict, f"{letters[max(0, at - WINDOW) : at]}|{letters[at : at + WINDOW]}"
    if place >= 0:
        for at in range(1, len(letters)):
            if place + at in gaps and at not in has:
                yield "missed", f"{letters[max(0, at - WINDOW) : at]}|{letters[at : at + WINDOW]}"


class Table:
    """Counts of verdicts by group, and what was not right."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.places: list[str] = []

    def add(self, group: str, verdict: str, place: str) -> None:
        self.counts[group][verdict] += 1
        self.counts["all"][verdict] += 1
        if verdict in ("wrong", "unplaced"):
            self.places.append(f"  {verdict} {group}: {place}")

    def show(self, places: int) -> None:
        print(f"\n{self.name}\n{'':22}  right  wrong unplaced missed  precision recall")
        for group, n in sorted(self.counts.items()):
            precision = n["right"] / max(1, n["right"] + n["wrong"])
            recall = n["right"] / max(1, n["right"] + n["missed"])
            row = f"{n['right']:7}{n['wrong']:7}{n['unplaced']:9}{n['missed']:7}"
            print(f"{group:22}{row}  {precision:9.4f} {recall:6.3f}")
        print("\n".join(self.places[:places]))


def measure(table: Table, group: str, blocks: list[Block], lang: str, body: str) -> None:
    truth, gaps = squeezed(body)
    mended, _ = repair.mend_blocks(blocks, lang)
    for block, after in zip(blocks, mended, strict=True):
        for verdict, place in compare(block.text, after.text, truth, gaps):
            table.add(group, verdict, place)


def dump(data: Path) -> Table:
    """Measure the flattened dumps whose joints only the truth knows."""
    table, truth = Table("dump: textdump_b_dev"), truths(data / "textdump_b_dev")
    for name, conversion in conversions(data / "textdump_b_dev"):
        lang = conversion.article.header["Lang"] if conversion.article else "en"
        measure(table, lang, kept(conversion), lang, truth[name]["body"] or "")
    return table


def paragraphs(html: str) -> Iterator[tuple[str, str]]:
    """Yield every paragraph as it reads, and as a scraper leaves it that strips each text and joins them."""
    tree = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    for element in tree.iter(*BLOCKS):
        if not any(True for _ in element.iter("p", "div", "li", "ul", "br", "table", "script", "style", "figure")) or (
            element.tag in ("p", "li")
            and not any(True for _ in element.iterdescendants("p", "div", "li", "br", "script"))
        ):
            texts = list(element.itertext())
            yield " ".join("".join(texts).split()), "".join(" ".join(text.split()) for text in texts)


def flattened(data: Path, name: str) -> Table:
    """Measure paragraphs that are flattened here."""
    table = Table(f"flattened: {name}")
    for row in truths(data / name).values():
        site = row.get("publisher") or urlsplit(row["url"] or "").hostname or row["id"]
        half = hashlib.md5(site.encode()).digest()[0] % 2
        html = gzip.decompress((data / name / "pages" / f"{row['id']}.html.gz").read_bytes()).decode("utf-8", "replace")
        body = squeezed(row["body"] or "")[0]
        pairs = [pair for pair in paragraphs(html) if len(pair[0]) > 40 and squeezed(pair[0])[0] in body]
        lang = languages.find_language(" ".join(pair[0] for pair in pairs)[:3000], "")
        blocks = [Block("paragraph", glued, position=n) for n, (_, glued) in enumerate(pairs)]
        measure(table, f"{lang} half {half}", blocks, lang, "\n".join(pair[0] for pair in pairs))
    return table


def clean(data: Path, name: str, shown: int) -> None:
    """List what is mended where nothing should be, and what mending costs a page."""
    repairs: list[str] = []
    times = []
    for page, conversion in conversions(data / name):
        repairs += [f"  {page}: {r.rule}: {r.before} -> {r.after}" for r in conversion.repairs if r.rule != "mojibake"]
        blocks = kept(conversion)
        start = time.process_time()
        repair.mend_blocks(blocks, conversion.article.header["Lang"] if conversion.article else "en")
        times.append(1000 * (time.process_time() - start))
    times.sort()
    print(f"\nclean: {name}: {len(repairs)} repairs on {len(times)} pages; CPU ms a page:", end=" ")
    print(f"median {times[len(times) // 2]:.2f}, 90 % {times[len(times) * 9 // 10]:.2f}, highest {times[-1]:.1f}")
    print("\n".join(repairs[:shown]))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--show", type=int, default=40, help="how many places that are not right are listed")
    parser.add_argument("--clean", action="store_true", help="also the sets where nothing should be mended")
    options = parser.parse_args()
    dump(options.data).show(options.show)
    for name in ("news_dev", "articles_dev"):
        flattened(options.data, name).show(options.show)
    for name in ("textdump_a_dev", "news_dev", "articles_dev") if options.clean else ():
        clean(options.data, name, options.show)


if __name__ == "__main__":
    main()
