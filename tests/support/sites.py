"""Whole sites for tests: a model of a content folder that changes at random, and builds of it in this process."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import signal
import tempfile
import time
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pressroom import driver
from pressroom.build import engine, renderer, template_sources
from pressroom.build.job import Job
from pressroom.publish import manifest, staging
from pressroom.state import database

from support.paths import BASE

NAMES = ("a.md", "b.md", "c.md", "d/e.md", "d/f.md", "d/g.md", "h.md", "2024/i.md", "2024/j.markdown", "samples/k.md", "samples/l.md",
         "pages/m.md", "pages/n.md", "images/o.png", "o.txt", "a.removals.json", "d/e.removals.json", "p.md", "q.md", "r.md", "s.md", "t.md")  # fmt: skip
TITLES = ("Ferry", "Whale", "Council votes", "Ferry!", "x <b>y</b>", "Ærø & co", "")
DATES = (
    "2024-06-20 10:00",
    "2024-06-20 09:00",
    "2024-06-21",
    "2024-07-01T23:30:00-05:00",
    "2024-07",
    "2023",
    "2023-01-02",
    "2023-06-20",
    "",
    "yesterday",
)
TAGS = ("", "sea", "Sea", "sea; port", "port; whales; zoo", "¿?")
AUTHORS = ("", "Ida Trent", "Ida Trent; Tom Averill")
SOURCES = ("", "Canal News", "canal news", "The Gazette", "</svg><script>alert(1)</script>")
CATEGORIES = ("", "News", "Sport")
SLUGS = ("", "", "", "ferry", "same", "page", "..", "06")
STATUSES = ("", "", "", "", "draft", "hidden", "skip", "odd")
LANGS = ("", "", "de", "ar")
BODIES = ("Text.", "# Head\n\nMore *text* with <script>x</script>.", "See [it]({filename}/a.md) and [that]({filename}e.md#top).",
          "As [reported](https://paper.example/1?utm_source=x) and [again](http://www.paper.example/2/).",
          "![A map]({static}/images/o.png)", "One\n\nTwo\n\nThree ![x]({static}/o.txt)", "[Sea]({tag}sea) [front]({index})",
          "![Beside]({attach}/o.txt) and ![map]({attach}/images/o.png)")  # fmt: skip
URLS = ("", "", "https://paper.example/1", "https://www.paper.example/2")
DATES_FROM = ("", "", "", "captured")
WORDS = ("", "", "12", "no number")
ALIASES = (
    "",
    "",
    "/old/; /2024/06/ferry",
    "/same/; /Images/o.png; /x.html; https://paper.example/2",
    "/a/../b; /2024/; /tag/sea/",
)
CLEANERS = ("", "1", "1")
REMOVALS = (
    '{"removals": [{"rule": "share-line", "text": "<b>Share</b>"}], "repairs": []}',
    '{"removals": [{"rule": "furniture:nav", "text": "Home"}], "repairs": [{"rule": "joined-words", "before": "ab", "after": "a b"}]}',
    '{"removals": [], "repairs": [{"rule": "joined-words", "before": "ab", "after": "a b"}]}',
    "torn",
)
IMAGES = ("", "", "images/o.png", "{static}/images/o.png", "https://paper.example/p.jpg")
WITHDRAWN = ("", "", "", "At the author's request.")
OVERRIDES = ("", "", "", "", "", "tag/sea/index.html", "own/place.html", "../out.html", "2024/index.html",
             "images/o.png", "own", "feeds/all.json")  # fmt: skip
PAGINATED = dict.fromkeys(("index", "tag", "category", "author"))
SETTINGS = (
    {}, {"SITENAME": "Other"}, {"DEFAULT_PAGINATION": 2},
    {"ARTICLE_SAVE_AS": "{slug}.html", "ARTICLE_URL": "{slug}.html"}, {"TIMEZONE": "Asia/Tokyo"}, {"RELATIVE_URLS": False},
    {"USE_FOLDER_AS_CATEGORY": True}, {"SITEURL": "https://a.example"}, {"DEFAULT_LANG": "de"}, {"TAG_SAVE_AS": ""}, {"PRESSROOM_SEARCH": True},
    {"PRESSROOM_DOWNLOADS": "metadata", "PRESSROOM_REMOVED": False, "PRESSROOM_RELATED": 2}, {"PRESSROOM_DOWNLOADS": "", "PRESSROOM_CITATIONS": False},
    {"PRESSROOM_REDIRECTS": ["paper.example"]}, {"PRESSROOM_NEIGHBOURS": False, "ON_SAVE_AS": "", "STATISTICS_SAVE_AS": ""},
    {"THEME": "simple", "DEFAULT_PAGINATION": 3, "PAGINATED_TEMPLATES": PAGINATED, "ARTICLE_SAVE_AS": "{slug}.html",
     "ARTICLE_LANG_SAVE_AS": "{slug}-{lang}.html"},
    {"THEME": "notmyidea", "DEFAULT_PAGINATION": 2, "PAGINATED_TEMPLATES": PAGINATED, "ARTICLE_LANG_SAVE_AS": "{lang}/{slug}.html",
     "ARTICLE_LANG_URL": "{lang}/{slug}.html", "EXTRA_PATH_METADATA": {"o.txt": {"path": "robots.txt"}}, "STATIC_PATHS": ["o.txt"]},
)  # fmt: skip
TEMPLATES = (
    "base.html",
    "_card.html",
    "_parts.html",
    "article.html",
    "tag.html",
    "_listing.html",
    "index.html",
    "period_archives.html",
    "removed.html",
    "downloads.html",
    "days_of_the_year.html",
    "statistics.html",
)
FIELDS = (
    ("Title", TITLES), ("Date", DATES), ("Tags", TAGS), ("Authors", AUTHORS), ("Source", SOURCES), ("Category", CATEGORIES),
    ("Slug", SLUGS), ("Status", STATUSES), ("Lang", LANGS), ("Source_url", URLS), ("Save_as", OVERRIDES),
    ("Aliases", ALIASES), ("Withdrawn", WITHDRAWN), ("Cleaner", CLEANERS), ("Image", IMAGES), ("Date_from", DATES_FROM), ("Removed", WORDS),
)  # fmt: skip
POINTS = (
    (os, "replace"), (os, "unlink"), (os, "mkdir"), (os, "rmdir"), (renderer, "_write"), (database, "put"), (manifest, "add_files"),
    (shutil, "rmtree"), (database, "transaction"), (staging, "_put_file"), (manifest, "_write_lines"),
)  # fmt: skip
"""What a build that is killed may be about to call."""
SHARED = tempfile.mkdtemp(prefix="templates-")
atexit.register(shutil.rmtree, SHARED, ignore_errors=True)


class Shared(template_sources.FileSystemBytecodeCache):
    """The code of templates, shared by all sites of a test run: to compile them takes most of a small build's time.

    The pattern of the files' names tells apart settings and programs.
    """

    def __init__(self, directory: str, pattern: str) -> None:
        super().__init__(SHARED, pattern)

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        return super().get_cache_key(name)


template_sources.FileSystemBytecodeCache = Shared
REFERENCES: dict[tuple[str, tuple[str, ...]], list[str] | None] = {}
"""What sources of templates name, by source and the extensions it is parsed with: all sites of a run have nearly the same."""


def _shared_references(
    env: Any, name: str, source: str, real: Callable[..., Any] = template_sources.find_references
) -> Any:
    key = source, tuple(sorted(env.extensions))
    if key not in REFERENCES:
        REFERENCES[key] = real(env, name, source)
    return REFERENCES[key]


template_sources.find_references = _shared_references


@dataclass
class Site:
    """A content folder, a theme and settings, with an output that follows them."""

    folder: Path
    files: dict[str, dict[str, int]] = field(default_factory=dict)
    settings: int = 0
    edits: dict[str, int] = field(default_factory=dict)
    clock: int = 0
    """Seconds by which the builder's clock is wrong."""
    tried: set[int] = field(default_factory=set)
    """Settings by which pages in the output may have been made: those of the last whole build, and of killed ones since."""
    known: bool = False
    """Whether the state knows all of the output: not from when it was lost to the end of the next whole build."""
    listed: bool = False
    """Whether the list of files does."""

    def __post_init__(self) -> None:
        self.content.mkdir(parents=True)
        shutil.copytree(BASE / "theme", self.folder / "theme")

    @property
    def content(self) -> Path:
        return self.folder / "content"

    # --- changes ---

    def write(self, name: str, choice: dict[str, int]) -> None:
        """Write a file of the content; `choice` picks each field and the body by number."""
        self.files[name] = choice
        path = self.content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith((".png", ".txt")):
            width = choice.get("Title", 0)
            text = (
                f"GIF89a{chr(width)}\0{chr(width)}\0" if width % 2 else f"{width}"
            )  # a GIF by its first bytes, or no image
        elif name.endswith(".json"):
            text = REMOVALS[choice.get("Title", 0) % len(REMOVALS)]
        else:
            values = {key: options[choice.get(key, 0) % len(options)] for key, options in FIELDS}
            header = "".join(f"{key}: {value}\n" for key, value in values.items() if value)
            text = f"{header}\n{BODIES[choice.get('Body', 0) % len(BODIES)]}\n"
        path.write_text(text, encoding="utf-8")

    def touch(self, name: str, seconds: int) -> None:
        """Step a file's clock."""
        if name in self.files:
            os.utime(self.content / name, (seconds, seconds))

    def rename(self, old: str, new: str) -> None:
        """Move a file."""
        if old in self.files and new not in self.files and old.rpartition(".")[2] == new.rpartition(".")[2]:
            choice = self.files.pop(old)
            (self.content / new).parent.mkdir(parents=True, exist_ok=True)
            (self.content / old).rename(self.content / new)
            self.files[new] = choice

    def delete(self, name: str) -> None:
        """Delete a file."""
        if self.files.pop(name, None) is not None:
            (self.content / name).unlink()

    def edit_template(self, name: str) -> None:
        """Change what a template gives."""
        self.edits[name] = self.edits.get(name, 0) + 1
        text = (BASE / "theme/templates" / name).read_text(encoding="utf-8")
        mark = f"<!-- {self.edits[name]} -->"
        text = (
            text.replace("</h", f"{mark}</h", 1)
            if "</h" in text
            else text.replace("{% block heading %}", "{% block heading %}" + str(self.edits[name]))
        )
        (self.folder / "theme/templates" / name).write_text(text, encoding="utf-8")

    # --- builds ---

    def build(
        self, output: str = "out", cache: str = "cache", jobs: int = 1, changed: tuple[str, ...] | None = None
    ) -> dict:
        """Build in this process; return the report. `changed` is what a watching program would name."""
        overrides = {"THEME": str(self.folder / "theme"), "PRESSROOM_SEARCH": False, **SETTINGS[self.settings]}
        import json

        options = ("-e", *(f"{key}={json.dumps(value)}" for key, value in overrides.items()))
        site = Job(
            self.content, self.folder / output, self.folder / cache, BASE / "pelicanconf.py", options, jobs=jobs, changed=changed,
        )  # fmt: skip
        engine.time = database.time = types.SimpleNamespace(
            time_ns=lambda: time.time_ns() + self.clock * 10**9, monotonic=time.monotonic
        )
        try:
            report, look = driver.check_unchanged(site) if changed is None else (None, None)
            if report is None:
                code, report = driver.render_site(site._replace(look=look))
                assert code == 0
        finally:
            engine.time = database.time = time
        self.tried = {self.settings}
        self.known = self.listed = True
        return report

    def killed(self, after: int, points: Iterable[tuple[Any, str]] = POINTS) -> bool:
        """Build in a child that is killed at its `after`-th write, move, removal or commit; tell whether it was."""
        self.tried.add(self.settings)
        child = os.fork()
        if not child:
            _kill_after(after, points)
            code = 1
            try:
                self.build()
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
        return os.WIFSIGNALED(status)

    def fresh(self, number: int) -> dict[str, str]:
        """Return the hashes of a full build of the same content elsewhere."""
        self.build(f"fresh-{number}/out", f"fresh-{number}/cache")
        found = hashes(self.folder / f"fresh-{number}/out")
        shutil.rmtree(self.folder / f"fresh-{number}")
        return found


def counted(function: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """Return a function that counts `left` down, and at nothing kills the process instead."""

    def call(*args: Any, **kwargs: Any) -> Any:
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)

    return call


def _kill_after(count: int, points: Iterable[tuple[Any, str]]) -> None:
    left = [count]
    for module, name in points:
        setattr(module, name, counted(getattr(module, name), left))


def assert_checked(folder: Path) -> None:
    """Check that each list of checksums is right, that it names each file of its part, and each article."""
    named: dict[str, str] = {}
    for path in sorted((folder / "checksums").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            hashed, _, name = line.partition("  ")
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == hashed, (path, name)
            assert named.setdefault(name, path.name) == path.name or "media.txt" in (named[name], path.name)
    if named:
        data = {f"{kind}/{path.name}" for kind in ("cite", "downloads") for path in (folder / kind).glob("[u0-9]*.*")}
        data |= {path.relative_to(folder).as_posix() for path in (folder / "removed").glob("*/index.html")}
        assert data <= set(named)


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of each file below a folder."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def stats(folder: Path) -> dict[str, tuple[int, int]]:
    """Return time and inode of each file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != manifest.NAME)
    return {path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.stat().st_ino) for path in files}
