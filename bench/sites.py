"""The same archive as a site of ours, of Hugo and of stock Pelican: how each is built, and what stands in each."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import corpus

ROOT = Path(__file__).resolve().parents[1]
WITHOUT_SEARCH = "PELICANOPTS=-e PRESSROOM_SEARCH=false"
LEFT_OUT = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHONDONTWRITEBYTECODE")
"""What a make hands down, of which a user's own has nothing; and what would have each build compile the program again."""
PELICAN_CONF = """
import runpy

globals().update(runpy.run_path({conf!r}))
PATH, THEME, PLUGIN_PATHS, PLUGINS = {content!r}, "notmyidea", [], []
SITEURL = "http://localhost:8000"
PAGINATED_TEMPLATES = {{"index": None, "tag": None, "category": None, "author": None, "period_archives": None}}
FEED_MAX_ITEMS = 100
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = "feeds/category-{{slug}}.atom.xml"
TAG_FEED_ATOM = "feeds/tag-{{slug}}.atom.xml"
AUTHOR_FEED_ATOM = "feeds/author-{{slug}}.atom.xml"
JINJA_ENVIRONMENT = {{"trim_blocks": True, "lstrip_blocks": True, "extensions": []}}  # its themes escape nothing twice
"""

TERMS = "tag|category|author|source"
KINDS: tuple[tuple[str, str], ...] = (
    ("further pages of lists", r".*page/\d+/index\.html|index\d+\.html"),
    ("articles", r"(\d{4}(/\d\d){0,2}|undated|drafts)/[a-z][^/]*/index\.html"),
    ("days", r"(\d{4}/\d\d/\d\d|day/[^/]+)/index\.html"),
    ("months", r"(\d{4}/\d\d|month/[^/]+)/index\.html"),
    ("years", r"(\d{4}|year/[^/]+)/index\.html"),
    ("days of the year", r"on/\d\d-\d\d/index\.html"),
    ("tags", r"tag/[^/]+/index\.html"),
    ("sections", r"category/[^/]+/index\.html"),
    ("authors", r"author/[^/]+/index\.html"),
    ("sources", r"source/[^/]+/index\.html"),
    ("lists of terms and periods", rf"({TERMS}|on|year|month|day|calendar|undated)/index\.html"),
    ("pages of statistics and downloads", r"(statistics|downloads)/index\.html"),
    ("statistics as CSV", r"statistics/.*\.csv"),
    ("what was removed, by month", r"removed/.*"),
    ("pages at old paths", r"archive/.*"),
    ("downloads by month, their index", r"downloads/((month/)?[^/]+\.(csv|jsonl)|index\.json)"),
    ("citations by month", r"cite/.*"),
    ("checksums by month", r"checksums/.*"),
    ("maps of old addresses", r"downloads/old-addresses/.*"),
    ("Atom feeds of terms", rf"feeds/({TERMS})-.*\.xml|({TERMS})/[^/]+/index\.xml"),
    ("Atom feed of all", r"feeds/all\.atom\.xml|index\.xml"),
    ("JSON feed of all, in parts", r"feeds/(page/\d+/)?all.*\.json"),
    ("images and other files of stories", r"images/.*"),
    ("sitemaps", r"sitemap\.xml|sitemaps/.*"),
    ("front page, error page, robots.txt", r"index\.html|404\.html|robots\.txt"),
    ("manifest", r"site\.webmanifest"),
    ("ABOUT.txt", r"(?i:about)\.txt"),
    ("search", r"(search|pagefind)/.*|opensearch\.xml"),
    ("theme", r"theme/.*"),
    ("the list of a build's own files", r"\.pressroom-files"),
    ("others", r".*"),
)
"""Kinds of files, the first that matches. Others' addresses differ from ours in dates and feeds."""
Snapshot = dict[str, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Site:
    """A site that can be built."""

    name: str
    command: list[str]
    content: Path
    output: Path
    cache: Path

    def clear(self) -> None:
        """Put aside what earlier builds left, so that the next one is a full one.

        Nothing is deleted before the end of the benchmark: ext4 without a journal passes over every inode that was
        freed in the last minutes, and with some thousands of them a new file costs 400 us in place of 12.
        """
        for folder in (self.output, self.cache):
            if folder.exists():
                folder.rename(tempfile.mkdtemp(prefix="old-", dir=folder.parent))

    def snapshot(self) -> Snapshot:
        """Return the files of the output, each with what a write of it changes: inode, time in nanoseconds, size."""
        return {path.relative_to(self.output).as_posix(): _mark(path.stat()) for path in _files(self.output)}


def _files(folder: Path) -> list[Path]:
    return [Path(parent, name) for parent, _, names in os.walk(folder) for name in names]


def _mark(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def written(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the files that were written between two snapshots.

    >>> written({"a": (1, 1, 1), "b": (2, 1, 1)}, {"a": (1, 1, 1), "b": (3, 2, 1), "c": (4, 2, 1)})
    ['b', 'c']
    """
    return [name for name, mark in after.items() if before.get(name) != mark]


def kinds(names: list[str]) -> Counter[str]:
    """Count files by kind.

    >>> kinds(["2020/01/02/a/index.html", "year/2020/index.html", "tag/x/index.xml", "tag/x/page/2/index.html"])
    Counter({'articles': 1, 'years': 1, 'Atom feeds of terms': 1, 'further pages of lists': 1})
    """
    return Counter(next(kind for kind, pattern in KINDS if re.fullmatch(pattern, name)) for name in names)


def ours(folder: Path, content: Path, *, search: bool) -> Site:
    """Return our site, built by `make html` as its users call it."""
    output, cache = folder / "output", folder / "cache"
    # The make that runs the benchmark has looked after the environment; in a worktree its stamp may look old.
    command = ["make", "-s", "-C", str(ROOT), "-o", str(ROOT / ".venv" / ".installed"), "html"]
    command += [f"INPUTDIR={content}", f"OUTPUTDIR={output}", f"CACHEDIR={cache}"]
    return Site(folder.name, command + ([] if search else [WITHOUT_SEARCH]), content, output, cache)


def without_make(site: Site) -> list[str]:
    """Return the command that make would run."""
    printed = subprocess.run(
        [*site.command, "--dry-run"], env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
    ).stdout  # fmt: skip
    return shlex.split(printed.replace("\\\n", " "))


def hugo(stories: corpus.Archive, folder: Path) -> Site:
    """Write a small site of Hugo: pages of articles, lists of them by their terms and months, and feeds."""
    shutil.copytree(ROOT / "bench" / "hugo", folder)
    content, output, cache = folder / "content", folder / "public", folder / "cache"
    stories.write_hugo(content, folder / "static")
    # The package's own command is Python that starts this binary: its time is not Hugo's.
    command = [_binary("hugo", "binaries/hugo"), "--source", str(folder), "--destination", str(output), "--cacheDir", str(cache), "--quiet"]  # fmt: skip
    return Site(folder.name, command, content, output, cache)


def pagefind(site: Site) -> list[str]:
    """Return the command that adds a search index to a built site."""
    return [sys.executable, "-m", "pagefind", "--site", str(site.output)]


def pelican(folder: Path, content: Path) -> Site:
    """Write the settings of stock Pelican: its own theme, no plugin, our addresses, its feeds for what it has."""
    folder.mkdir(parents=True)
    settings, output = folder / "settings.py", folder / "output"
    conf = str(ROOT / "pelicanconf.py")
    settings.write_text(PELICAN_CONF.format(conf=conf, content=str(content)), encoding="utf-8")
    command = [sys.executable, "-m", "pelican", str(content), "-o", str(output), "-s", str(settings)]
    return Site(folder.name, [*command, "--fatal", "errors", "--quiet"], content, output, folder / "cache")


def environment() -> dict[str, str]:
    """Return the environment of the builds: without LEFT_OUT, and Hugo may keep as much as it wants."""
    found = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    # GB; by default a quarter of the machine, with which Hugo took a fifth longer at 100,000 articles.
    return found | {"HUGO_MEMORYLIMIT": str(max(1, int(memory * 2 / 3)))}


def _binary(package: str, place: str) -> str:
    """Return a program that a Python package carries. Raises FileNotFoundError."""
    spec = importlib.util.find_spec(package)
    for folder in (spec.submodule_search_locations or []) if spec else ():
        if (path := Path(folder, place)).is_file():
            return str(path)
    raise FileNotFoundError(f"{package}: the package has no {place}. Install it: pip install {package}")
