"""The engines of the benchmark of search: how each indexes the same articles, and what its host has to serve."""

from __future__ import annotations

import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import corpus
import processes
import sites
from corpus import Story
from search_browser import SearchPage

HERE = Path(__file__).parent
PEERS = HERE / "peers"
ROUNDS = 3
"""Articles added, one by one; peers that build everything again add one."""
STAGE = re.compile(r"^search\b.*?([\d.]+) CPU s", re.MULTILINE)
"""The line of the index in what `scripts/build.py --profile` prints."""
EXCERPT = 160
"""Characters of the text that peers keep to show, where they have no excerpts of their own."""
Snapshot = dict[str, tuple[int, str]]


@dataclass(slots=True)
class Built:
    """What an index costs."""

    cpu: list[float] = field(default_factory=list)
    """Seconds; of ours, a build with search less one without."""
    stage: list[float] = field(default_factory=list)
    """Seconds that our build itself counts for the index."""
    whole: list[float] = field(default_factory=list)
    """Seconds of our builds with search, the site included."""
    memory: float = 0.0
    """MiB at the peak; of ours, with the site."""
    files: int = 0
    bytes: int = 0
    added_cpu: list[float] = field(default_factory=list)
    """Seconds that one more article costs; of ours, a build with search less one without."""
    added_stage: list[float] = field(default_factory=list)
    added_files: list[int] = field(default_factory=list)
    """Files with new names or new bytes after one more article: what has to be sent to a host again."""
    added_bytes: list[int] = field(default_factory=list)

    def note_change(self, before: Snapshot, after: Snapshot) -> None:
        """Keep what has to be deployed."""
        new = [name for name, mark in after.items() if before.get(name) != mark]
        self.added_files.append(len(new))
        self.added_bytes.append(sum(after[name][0] for name in new))

    def note_size(self, found: Snapshot) -> None:
        """Keep the number of files and their bytes."""
        self.files, self.bytes = len(found), sum(size for size, _ in found.values())


@dataclass(frozen=True, slots=True)
class Engine:
    """An index that was built."""

    name: str
    built: Built
    web: Path | None = None
    """What its host serves; None where it cannot be asked from a browser."""
    page: SearchPage | None = None
    slow_visits: int | None = None
    """So many at most over the slow line, where each takes minutes and all take the same."""


OURS_PAGE = SearchPage("search/", "#q", "#q", "[data-result]", '[data-state="done"]')
PEER_PAGE = SearchPage("search/", "#q", "[data-ready]", "[data-result]", '[data-state="done"]')


def snapshot(folder: Path) -> Snapshot:
    """Return the files under a folder, each with its size and the hash of its bytes."""
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            content = path.read_bytes()
            found[path.relative_to(folder).as_posix()] = len(content), hashlib.sha256(content).hexdigest()
    return found


def _say(name: str, cost: processes.Cost) -> None:
    print(f"  {name:<32} {cost.cpu:8.2f} CPU s {cost.wall:8.2f} s {cost.memory:7.0f} MiB", file=sys.stderr)


# --- ours -----------------------------------------------------------------------------------------------------------


def ours(folder: Path, stories: Iterable[Story], added: Iterator[Story], pairs: int) -> Engine:
    """Build our site with search and without, in pairs, then add articles to both."""
    content = folder / "content"
    for story in stories:
        corpus.write_story(content, story)
    search = sites.ours(folder / "with search", content, search=True)
    plain = sites.ours(folder / "without", content, search=False)
    built = Built()
    for number in range(pairs):
        costs = {}
        for site in (search, plain) if number % 2 else (plain, search):
            site.clear()
            costs[site.name], printed = _build(site)
            if site is search:
                built.stage += _stage(printed)
                built.memory = max(built.memory, costs[site.name].memory)
        built.whole.append(costs[search.name].cpu)
        built.cpu.append(costs[search.name].cpu - costs[plain.name].cpu)
    index = search.output / "search"
    built.note_size(snapshot(index))
    web = folder / "web"
    for name in ("search", "theme"):
        shutil.copytree(search.output / name, web / name)
    for _ in range(ROUNDS):
        corpus.write_story(content, next(added))
        before = snapshot(index)
        cost, printed = _build(search)
        built.note_change(before, snapshot(index))
        built.added_stage += _stage(printed)
        built.added_cpu.append(cost.cpu - _build(plain)[0].cpu)
    return Engine("ours", built, web, OURS_PAGE)


def _build(site: sites.Site) -> tuple[processes.Cost, str]:
    told = replace(site, command=[*site.command, "PROFILE=1"])
    cost, printed = processes.run_aloud(sites.without_make(told), sites.environment())
    _say(site.name, cost)
    return cost, printed


def _stage(printed: str) -> list[float]:
    r"""Return the CPU seconds of the index, if the build counts them.

    >>> _stage("scan          0.50 s     0.50 CPU s   25 %\nsearch        1.00 s     2.25 CPU s   50 %\n")
    [2.25]
    """
    return [float(seconds) for seconds in STAGE.findall(printed)]


def code_bytes() -> int:
    """Return the size of our client's scripts, each gzipped, as the page of search loads them."""
    return sum(_gzipped(path) for path in (HERE.parent / "theme" / "static" / "js").glob("search*.js"))


def _gzipped(path: Path) -> int:
    return len(subprocess.run(["gzip", "-6cn", path], capture_output=True, check=True).stdout)


# --- peers ----------------------------------------------------------------------------------------------------------


def pagefind(folder: Path, stories: Sequence[Story], added: Iterator[Story]) -> Engine:
    """Let Pagefind crawl pages that hold nothing but the articles, which already stand there."""
    pages, web, again = folder / "pages", folder / "web", folder / "again"
    for story in stories:
        _page(pages, story)
    built = Built()
    command = [sys.executable, "-m", "pagefind", "--site", str(pages), "--output-path"]
    cost = processes.run([*command, str(web / "pagefind")])
    _say("Pagefind", cost)
    built.cpu, built.memory = [cost.cpu], cost.memory
    before = snapshot(web / "pagefind")
    built.note_size(before)
    _page(pages, next(added))
    cost = processes.run([*command, str(again)])
    _say("Pagefind, one article more", cost)
    built.added_cpu.append(cost.cpu)
    built.note_change(before, snapshot(again))
    _copy("pagefind.html", web)
    return Engine("Pagefind", built, web, PEER_PAGE)


def _page(folder: Path, story: Story) -> None:
    path = folder / story.slug / "index.html"
    path.parent.mkdir(parents=True)
    text = "".join(f"<p>{html.escape(part)}</p>" for part in story.body.split("\n\n"))
    path.write_text(
        f'<!doctype html><html lang="en"><title>{html.escape(story.title)}</title><main data-pagefind-body>'
        f'<h1>{html.escape(story.title)}</h1><meta data-pagefind-meta="date[content]" content="{story.date}">'
        f'<meta data-pagefind-filter="source[content]" content="{html.escape(story.source)}">{text}</main></html>',
        encoding="utf-8",
    )


def _copy(page: str, web: Path) -> None:
    (web / "search").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PEERS / page, web / "search" / "index.html")


def minisearch(folder: Path, stories: Sequence[Story], added: Iterator[Story], packages: Path) -> Engine:
    """Let MiniSearch make one JSON index."""
    web = folder / "web" / "search"
    _copy("minisearch.html", web.parent)
    module = packages / "node_modules" / "minisearch" / "dist" / "umd" / "index.js"
    terser = packages / "node_modules" / "terser" / "bin" / "terser"
    subprocess.run(["node", terser, module, "-c", "-m", "-o", web / "minisearch.js"], check=True)
    built = Built()
    articles, index = folder / "articles.jsonl", web / "index.json"
    _lines(articles, stories)
    # Node by default ends at a heap of a few GB: the larger archives need more.
    command = ["node", "--max-old-space-size=12000", *map(str, (PEERS / "minisearch.mjs", packages, articles, index))]
    cost = processes.run(command)
    _say("MiniSearch", cost)
    built.cpu, built.memory = [cost.cpu], cost.memory
    before = snapshot(web)
    built.files, built.bytes = 1, index.stat().st_size
    served = folder / "served.json"
    shutil.copyfile(index, served)
    _lines(articles, [*stories, next(added)])
    cost = processes.run(command)
    _say("MiniSearch, one article more", cost)
    built.added_cpu.append(cost.cpu)
    built.note_change(before, snapshot(web))
    served.replace(index)
    return Engine("MiniSearch", built, web.parent, PEER_PAGE, slow_visits=3)


def fts5(folder: Path, stories: Sequence[Story], added: Iterator[Story]) -> Engine:
    """Let SQLite make a full-text table with the articles in it."""
    articles, more, base = folder / "articles.jsonl", folder / "more.jsonl", folder / "database"
    base.mkdir(parents=True)
    _lines(articles, stories)
    command = [sys.executable, str(PEERS / "fts5.py"), str(articles), str(base / "articles.db")]
    built = Built()
    cost = processes.run(command)
    _say("SQLite FTS5", cost)
    built.cpu, built.memory = [cost.cpu], cost.memory
    built.note_size(snapshot(base))
    for _ in range(ROUNDS):
        before = snapshot(base)
        _lines(more, [next(added)])
        cost = processes.run([*command, str(more)])
        _say("SQLite FTS5, one article more", cost)
        built.added_cpu.append(cost.cpu)
        built.note_change(before, snapshot(base))
    return Engine("SQLite FTS5", built)


def _lines(path: Path, stories: Iterable[Story]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for story in stories:
            excerpt = story.body[:EXCERPT]
            row = {"address": f"/{story.slug}/", "title": story.title, "date": str(story.date), "source": story.source}
            file.write(json.dumps(row | {"excerpt": excerpt, "body": story.body}) + "\n")


def packages(folder: Path) -> Path:
    """Install MiniSearch and what makes its script small, and return the folder. Raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    command = [
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--silent",
        "minisearch@^7.2",
        "terser@^5",
    ]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    return folder
