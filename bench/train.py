"""Learn the weights of `scripts/rules/weights/` from pages whose text is known.

    make train DATADIR=...                       learn from all sets and write the weights
    bench/train.py DATADIR --check [--folds 3]   cross-validate by site instead, with a learning curve

Each set is a folder with `pages/ID.html.gz` or `ID.txt.gz` and `truth.jsonl.gz` (id, url, body or body_nosummary).
A block is the story's where more than half of its words lie in runs that the truth has too, in its order (longest
common subsequence). Dumps are learned from the sets of dumps and from every page, flattened in one of two naive ways.
A site's pages are all learned from, or all checked on. What a word speaks for is counted without the page's own site.
Figures of pages learned from flatter; quote those of `--check`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import statistics
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import lightgbm
import numpy as np
from rapidfuzz.distance import Indel

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "plugins")]

from newsarchive.body import classifier  # noqa: E402
from newsarchive.body.columns import Table  # noqa: E402
from newsarchive.body.context_columns import measure_context  # noqa: E402
from newsarchive.body.dom_columns import list_step_words  # noqa: E402
from newsarchive.body.features import Hints, list_text_words, make_table, weigh_words  # noqa: E402
from newsarchive.body.phrases import judge_matches, match_phrases  # noqa: E402
from newsarchive.metadata import candidates, choose  # noqa: E402
from newsarchive.models import Block, RawPage  # noqa: E402
from newsarchive.page.blocks import read_blocks  # noqa: E402
from newsarchive.page.dump_blocks import read_dump  # noqa: E402
from newsarchive.page.elements import INLINE  # noqa: E402
from newsarchive.page.parser import parse_html  # noqa: E402
from newsarchive.rules import rules  # noqa: E402
from newsarchive.rules.weights import Column, Odds  # noqa: E402
from newsarchive.text.charset import decode  # noqa: E402
from newsarchive.text.measures import measure_size  # noqa: E402

PAGES = ("news_dev", "articles_dev")
DUMPS = ("textdump_a_dev", "textdump_b_dev")
WORD = re.compile(r"\w+")
RUN = 4
"""Words in a row that must agree with the truth to count, as in the score."""
SITES = {"name": 6, "text": 6}
"""Sites on which a word must occur to be weighed: with fewer it names a site, not a kind of block."""
WEAKEST = 0.5
"""Log-odds under which a word says too little to be listed."""
EACH = 10.0
"""Blocks of one site that count at most for one word."""
ROUNDS = 70
BRIEFS = 3
"""One page in so many is learned from a second time, cut to a piece of brief news: whole stories are far longer."""
BRIEF = (150, 900)
"""The least and the most letters of a piece of brief news, any of the story's blocks."""
BRIEF_WEIGHT = {"pages": 0.0, "dumps": 0.25}
"""What its blocks count against a whole page's. Learned from at 0.25, F1 of brief news rises by .06 for pages too, but
that of whole news falls by .004."""
DOUBTED = 0.35
"""Agreement (F1) of trees that never saw a page with its truth, under which the truth is doubted and not learned from:
those looked at held a first paragraph, a table of contents or another page."""
TREES: dict[str, Any] = {
    "objective": "binary", "learning_rate": 0.1, "num_leaves": 24, "max_depth": 6, "min_data_in_leaf": 60,
    "feature_fraction": 0.4, "bagging_fraction": 0.8, "bagging_freq": 1, "lambda_l2": 5, "verbose": -1,
    "num_threads": 2, "seed": 1, "deterministic": True, "force_col_wise": True,
}  # fmt: skip
RULES = rules.load(ROOT / "scripts" / "rules")


@dataclass
class Page:
    """A page to learn from."""

    origin: str
    id: str
    site: str
    blocks: list[Block]
    columns: Table
    labels: Column
    tokens: list[list[str]]
    wanted: list[str]
    full: Table = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datadir", type=Path)
    parser.add_argument("--check", action="store_true", help="cross-validate by site; write nothing")
    parser.add_argument("--folds", type=int, default=3)
    parser.add_argument("--curve", action="store_true", help="with --check: learn from a quarter and a half as well")
    parser.add_argument("--kind", choices=("pages", "dumps"), action="append")
    parser.add_argument("--without", action="append", default=[], help="with --check: leave out columns that begin so")
    parser.add_argument("--out", type=Path, default=ROOT / "scripts" / "rules" / "weights")
    args = parser.parse_args()
    for kind in args.kind or ["pages", "dumps"]:
        pages = load(args.datadir, kind)
        if not args.check:
            write(args.out, kind, learn(pages))
            continue
        for share in (0.25, 0.5, 1.0) if args.curve else (1.0,):
            for origin, line in check(pages, args.folds, share, tuple(args.without)):
                print(f"{kind}  learned from {share:.0%}  {origin}: {line}", flush=True)
    return 0


# --- pages with labels ------------------------------------------------------------------------------------------------


def load(datadir: Path, kind: str) -> list[Page]:
    """Read all sets and label their blocks."""
    work = [(name, truth, kind) for name in PAGES for truth in _truth(datadir / name)]
    work += [(name, truth, kind) for name in DUMPS for truth in _truth(datadir / name)] if kind == "dumps" else []
    with ProcessPoolExecutor(2) as pool:
        found = pool.map(_labelled, ((datadir, *job) for job in work), chunksize=8)
        return [page for pages in found for page in pages if page.blocks and page.wanted]


def _truth(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / "truth.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _labelled(job: tuple[Path, str, dict[str, Any], str]) -> list[Page]:
    datadir, origin, truth, kind = job
    wanted = WORD.findall(truth.get("body_nosummary") or truth.get("body") or "")
    host = (urlsplit(truth["url"] or "").hostname or truth["id"]).removeprefix("www.")
    site = ".".join(host.split(".")[-2:])
    pages = []
    for name, blocks, hints in _readings(datadir / origin / "pages", truth, kind):
        tokens = [WORD.findall(block.text) for block in blocks]
        labels = _labels(tokens, wanted)
        pages.append(_page(f"{origin}{name}", truth["id"], site, blocks, hints, labels, wanted))
        if zlib.crc32(f"brief {truth['id']}".encode()) % BRIEFS:
            continue
        kept = _shortened(blocks, labels, truth["id"])
        if sum(kept) < len(blocks):
            few = [block for block, keeps in zip(blocks, kept, strict=True) if keeps]
            story = [t for words, yes, told in zip(tokens, kept, labels, strict=True) if yes and told for t in words]
            labels = np.array([told for told, keeps in zip(labels, kept, strict=True) if keeps])
            pages.append(_page(f"brief {kind}", truth["id"], site, few, replace(hints, body=""), labels, story))
    return pages


def _page(
    origin: str, key: str, site: str, blocks: list[Block], hints: Hints, labels: Column, wanted: list[str]
) -> Page:
    says = [judge_matches(found) for found in match_phrases(blocks, RULES)]
    columns = make_table(blocks, hints, says, RULES.words)
    return Page(origin, key, site, blocks, columns, labels, [WORD.findall(block.text) for block in blocks], wanted)


def _shortened(blocks: list[Block], labels: Column, key: str) -> list[bool]:
    """Tell which blocks are left of a page when its story is cut to a few: as many as a piece of brief news holds."""
    chance = np.random.default_rng(zlib.crc32(key.encode()))
    most, held = chance.uniform(*BRIEF), 0.0
    kept = [not told for told in labels]
    for number in chance.permutation(np.flatnonzero(labels)):
        if held < most:
            kept[number] = True
            held += measure_size(blocks[number].text)
    return kept


def _readings(folder: Path, truth: dict[str, Any], kind: str) -> Iterator[tuple[str, list[Block], Hints]]:
    """Yield a page's blocks as they are, or of its flattened forms."""
    dump = folder / f"{truth['id']}.txt.gz"
    if dump.exists():
        yield "", read_dump(decode(gzip.decompress(dump.read_bytes()), None, "text/plain")), Hints()
        return
    html = decode(gzip.decompress((folder / f"{truth['id']}.html.gz").read_bytes()), None, "text/html")
    try:
        tree = parse_html(html)
    except Exception as error:
        print(f"{truth['id']}: left out ({error})", file=sys.stderr)
        return
    if kind == "dumps":
        if folder.parent.name not in DUMPS and folder.parent.name != "news_dev":
            flat = _text_nodes if zlib.crc32(truth["id"].encode()) % 2 else _paragraphs
            yield flat.__name__, read_dump("\n".join(flat(tree))), Hints()
        return
    facts = candidates.list_html_facts(tree, RawPage(truth["id"], b"", "text/html", "", url=truth["url"]))
    yield "", read_blocks(tree).blocks, classifier.gather_hints(choose.choose_metadata(facts), html)


def _text_nodes(tree: Any) -> Iterator[str]:
    """Yield a page's text as the naivest scraper does: a line for each text node."""
    for text in tree.xpath("//body//text()"):
        parent = text.getparent()
        shown = parent.getparent() if text.is_tail else parent
        if text.strip() and (shown is None or shown.tag not in ("script", "style", "noscript", "template")):
            yield " ".join(text.split())


def _paragraphs(tree: Any) -> Iterator[str]:
    """Yield a line for each element of its own, with inline elements joined without spaces."""
    line: list[str] = []
    inline = INLINE | {"button", "svg", "option"}

    def walk(element: Any) -> Iterator[str]:
        if element.tag in ("script", "style", "noscript", "template") or not isinstance(element.tag, str):
            return
        apart = element.tag not in inline or element.tag == "br"
        if apart:
            yield from flush()
        line.append((element.text or "").strip())
        for child in element:
            yield from walk(child)
            line.append((child.tail or "").strip())
        if apart:
            yield from flush()

    def flush() -> Iterator[str]:
        text = " ".join("".join(line).split())
        line.clear()
        if text:
            yield text

    yield from walk(tree)


def _labels(tokens: list[list[str]], wanted: list[str]) -> Column:
    """Return 1 for each block that is the story's."""
    numbers: dict[str, int] = {}
    ours = [numbers.setdefault(token, len(numbers)) for block in tokens for token in block]
    theirs = [numbers.setdefault(token, len(numbers)) for token in wanted]
    place = [-1] * len(ours)
    for step in Indel.opcodes(ours, theirs):
        if step.tag == "equal":
            place[step.src_start : step.src_end] = range(step.dest_start, step.dest_end)
    spans, start = [], 0
    for block in tokens:
        spans.append(place[start : start + len(block)])
        start += len(block)
    return np.array([float(_is_story(n, spans)) for n in range(len(spans))])


def _is_story(number: int, spans: list[list[int]]) -> bool:
    span = spans[number]
    good, start = 0, 0
    while start < len(span):
        end = start + 1
        while end < len(span) and span[start] >= 0 and span[end] == span[end - 1] + 1:
            end += 1
        good += end - start if span[start] >= 0 and end - start >= min(RUN, len(span)) else 0
        start = end
    if not span or good <= 0.5 * len(span):
        return False
    return len(span) >= RUN or _adjoins(number, spans)


def _adjoins(number: int, spans: list[list[int]]) -> bool:
    """Tell whether a very short block stands in the truth beside its neighbours, not by chance."""
    span = spans[number]
    before = next((p for other in reversed(spans[:number]) for p in reversed(other) if p >= 0), -1)
    after = next((p for other in spans[number + 1 :] for p in other if p >= 0), None)
    return span[0] - before <= 2 or (after is not None and after - span[-1] <= 2)


# --- learning ---------------------------------------------------------------------------------------------------------

Counts = dict[str, dict[str, list[float]]]
"""By site, then by word: blocks of the story and others."""


@dataclass
class Learned:
    """What one run of learning gives."""

    first: Any
    second: Any
    odds: dict[str, dict[str, float]]


def learn(pages: list[Page], without: tuple[str, ...] = (), inner: int = 2) -> Learned:
    """Learn both sets of trees; the second one from answers of the first for sites that it had not seen."""
    pages = [page for page in pages if _weight(page)]
    counts = {"name": _counts(pages, _name_words), "text": _counts(pages, _block_words)}
    totals = {kind: _totals(found) for kind, found in counts.items()}
    for page in pages:
        own = {kind: _odds(totals[kind], SITES[kind], counts[kind].get(page.site)) for kind in counts}
        page.full = page.columns | weigh_words(page.blocks, Odds(own["name"], own["text"]))
    names = _names(pages[0].full, without)
    answers: dict[int, Column] = {}
    fold = _folds(pages, inner, 7)
    for n in range(inner):
        trees = _fit([page for page in pages if fold[page.site] != n], names)
        for page in pages:
            if fold[page.site] == n:
                answers[id(page)] = _answer(trees, page.full, names)
    trusted = [page for page in pages if _agreement(page, answers[id(page)]) >= DOUBTED]
    first = _fit(trusted, names)
    for page in trusted:
        page.full |= measure_context(page.blocks, page.columns, answers[id(page)])
    second = _fit(trusted, _names(trusted[0].full, without))
    return Learned(first, second, {kind: _odds(totals[kind], SITES[kind]) for kind in counts})


def _agreement(page: Page, likely: Column) -> float:
    """Return the F1 of the words of the blocks that are thought likely, against those labelled the story's."""
    size = np.array([len(tokens) for tokens in page.tokens], float)
    chosen = likely > classifier.LIKELY
    common = float((size * page.labels * chosen).sum())
    return 2 * common / max(float((size * page.labels).sum() + (size * chosen).sum()), 1.0)


def _names(columns: Table, without: tuple[str, ...]) -> list[str]:
    return sorted(name for name in columns if not name.startswith(without or ("?",)))


def _name_words(block: Block) -> set[str]:
    return {word for step in block.path.split("/") for word in list_step_words(step)}


def _block_words(block: Block) -> set[str]:
    return set(list_text_words(block.text)) if len(block.text) < 400 else set()


def _counts(pages: list[Page], words: Any) -> Counts:
    counts: Counts = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for page in pages:
        seen = set()
        for block, label in zip(page.blocks, page.labels, strict=True):
            for word in words(block):
                key = (word, label, block.path if words is _name_words else block.text)
                if key not in seen:
                    seen.add(key)
                    counts[page.site][word][0 if label else 1] += 1
    return counts


def _totals(counts: Counts) -> dict[str, list[float]]:
    """Return for each word: story, other, sites - a site counts `EACH` blocks at most."""
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for site in sorted(counts):
        for word, row in counts[site].items():
            for n, value in enumerate((*_capped(row), 1.0)):
                totals[word][n] += value
    return totals


def _capped(row: list[float]) -> tuple[float, float]:
    share = min(sum(row), EACH) / sum(row)
    return row[0] * share, row[1] * share


def _odds(totals: dict[str, list[float]], sites: int, minus: Any = None) -> dict[str, float]:
    """Return log-odds by word; `minus` holds the counts of a site whose own pages must not count."""
    found = {}
    for word, (story, other, count) in totals.items():
        if minus and word in minus:
            own = _capped(minus[word])
            story, other, count = story - own[0], other - own[1], count - 1
        if count >= sites:
            found[word] = round(float(np.log((story + 1) / (other + 1))), 2)
    return {word: value for word, value in found.items() if abs(value) >= WEAKEST}


def _matrix(columns: Table, names: list[str]) -> Column:
    return np.stack([columns[name] for name in names], axis=1)


def _fit(pages: list[Page], names: list[str]) -> Any:
    values = np.concatenate([_matrix(page.full, names) for page in pages])
    labels = np.concatenate([page.labels for page in pages])
    weights = np.concatenate([_weights(page) for page in pages])
    data = lightgbm.Dataset(values, labels, weight=weights / weights.mean(), feature_name=names)
    return lightgbm.train(TREES, data, ROUNDS)


def _weights(page: Page) -> Column:
    """A block weighs as its share of the page's text: that is what it costs in the score."""
    shares = np.minimum((np.array([len(t) for t in page.tokens]) + 3) / max(len(page.wanted), 60), 1.0)
    return np.asarray(shares * _weight(page))


def _weight(page: Page) -> float:
    return BRIEF_WEIGHT.get(page.origin.removeprefix("brief "), 1.0)


def _answer(trees: Any, columns: Table, names: list[str]) -> Column:
    return np.asarray(trees.predict(_matrix(columns, names)))


def _folds(pages: list[Page], count: int, seed: int) -> dict[str, int]:
    sites = sorted({page.site for page in pages})
    np.random.default_rng(seed).shuffle(sites)
    return {site: n % count for n, site in enumerate(sites)}


# --- checking ---------------------------------------------------------------------------------------------------------


def check(pages: list[Page], folds: int, share: float, without: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield for each set its figures, each page judged by trees that never saw its site."""
    fold = _folds(pages, folds, 0)
    answers: dict[int, tuple[Column, Column]] = {}
    for n in range(folds):
        known = [page for page in pages if fold[page.site] != n]
        few = _folds(known, 100, 3)
        known = [page for page in known if few[page.site] < 100 * share]
        learned = learn(known, without)
        for page in pages:
            if fold[page.site] == n:
                answers[id(page)] = _judge(page, learned, without)
    for origin in sorted({page.origin for page in pages}):
        rows = [_score(page, *answers[id(page)]) for page in pages if page.origin == origin]
        p, r = (statistics.mean(column) for column in zip(*rows, strict=True))
        yield origin, f"F1 {2 * p * r / (p + r):.4f}  P {p:.4f}  R {r:.4f}  ({len(rows)} pages)"


def _judge(page: Page, learned: Learned, without: tuple[str, ...]) -> tuple[Column, Column]:
    columns = page.columns | weigh_words(page.blocks, Odds(learned.odds["name"], learned.odds["text"]))
    alone = _answer(learned.first, columns, _names(columns, without))
    columns |= measure_context(page.blocks, columns, alone)
    return alone, _answer(learned.second, columns, _names(columns, without))


def _score(page: Page, alone: Column, likely: Column) -> tuple[float, float]:
    kept = classifier.mark_story(page.blocks, alone, likely)
    told = [t for b, tokens, yes in zip(page.blocks, page.tokens, kept, strict=True)
            if yes and b.kind not in classifier.SEEN for t in tokens]  # fmt: skip
    ours, theirs = _shingles(told), _shingles(page.wanted)
    common = sum((ours & theirs).values())
    return common / max(ours.total(), 1), common / theirs.total()


def _shingles(tokens: list[str]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(tokens[n : n + RUN]) for n in range(max(1, len(tokens) - RUN + 1)))


# --- writing ----------------------------------------------------------------------------------------------------------


def write(folder: Path, kind: str, learned: Learned) -> None:
    """Write the weights as tables that a person can read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{kind}-1.tsv").write_text(_head("tree\tnode\tcolumn\tlimit\tbelow\tabove") + _rows(learned.first))
    (folder / f"{kind}-2.tsv").write_text(_head("tree\tnode\tcolumn\tlimit\tbelow\tabove") + _rows(learned.second))
    lines = [
        f"{k}\t{word}\t{value:g}\n"
        for k, words in learned.odds.items()
        for word, value in sorted(words.items())
        if value
    ]
    (folder / f"{kind}-words.tsv").write_text(_head("name or text\tword\tlog-odds") + "".join(lines))


def _head(columns: str) -> str:
    return (
        "# Learned by bench/train.py from the WCXB development split (CC-BY-4.0) and Fundus' parser tests (MIT).\n"
        f"# {columns}\n"
    )


def _rows(trees: Any) -> str:
    lines: list[str] = []
    names = trees.feature_name()
    for number, tree in enumerate(trees.dump_model()["tree_info"]):
        queue = [tree["tree_structure"]]
        ids = {id(queue[0]): 0}
        for node in queue:
            own = ids[id(node)]
            if "split_feature" not in node:
                lines.append(f"{number}\t{own}\t=\t{node['leaf_value']:.4g}\n")
                continue
            for side in ("left_child", "right_child"):
                ids[id(node[side])] = len(ids)
                queue.append(node[side])
            below, above = ids[id(node["left_child"])], ids[id(node["right_child"])]
            limit = np.format_float_positional(np.float32(node["threshold"]), trim="-")
            lines.append(f"{number}\t{own}\t{names[node['split_feature']]}\t{limit}\t{below}\t{above}\n")
    return "".join(lines)


if __name__ == "__main__":
    sys.exit(main())
