#!/usr/bin/env python3
"""Audit the theme: axe, html-validate, Lighthouse, a feed parser, weights and widths of every type of page.

Builds the sample site as English and as Arabic readers get it. `make audit`; needs node and npm, whose packages go to a
folder of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
from playwright.sync_api import Browser, Page
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "plugins"), str(ROOT / "bench")]

import search_browser  # noqa: E402
from search_browser import LOCAL  # noqa: E402
from support import pagetypes  # noqa: E402

PACKAGES = ("html-validate@^10", "lighthouse@^12", "feedsmith@^3")
LIGHTHOUSE = ("front", "article", "calendar", "search")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ADDRESS = "https://archive.example"
LANGUAGES = ("en", "ar")
WIDTH = 150
"""Columns of the tables, also where a log has fewer."""
NARROW = (320, 256)
"""Pixels of a phone held upright, which are also those of a screen of 1280 by 1024 at 400 % (WCAG 1.4.10)."""
MARKUP = {
    "extends": ["html-validate:recommended"],
    "rules": {
        "void-style": "off",  # HTML takes either way of writing an empty element
        "no-trailing-whitespace": "off",  # of texts that are shown as they were captured
        "long-title": "off",  # a headline is as long as its paper wrote it
        "attribute-boolean-style": "off",
        "valid-id": ["error", {"relaxed": True}],  # an anchor is the article's address
    },
}
FEEDS = """
import { readFileSync } from "node:fs";
import { parseAtomFeed, parseJsonFeed } from "feedsmith";
for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, "utf8");
  const feed = path.endsWith(".json") ? parseJsonFeed(JSON.parse(text)) : parseAtomFeed(text);
  if (!(feed.entries ?? feed.items).length) throw new Error(`${path}: no entry was read`);
}
"""
WATCH = """
window.audit = {shift: 0, blocked: 0};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.audit.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.audit.blocked += Math.max(0, entry.duration - 50);
}).observe({type: "longtask", buffered: true});
"""
"""Layout shift and blocking time as Lighthouse defines them: what a task takes beyond 50 ms."""
BLOCKING = "performance.getEntriesByType('resource').filter((one) => one.renderBlockingStatus === 'blocking').map((one) => one.name)"


def build(folder: Path, lang: str) -> Path:
    """Build the sample site as a public one in a language; return its output."""
    conf = folder / "conf.py"
    conf.write_text(
        f"import runpy\nglobals().update(runpy.run_path({str(ROOT / 'pelicanconf.py')!r}))\n"
        f"THEME, PLUGIN_PATHS = {str(ROOT / 'theme')!r}, [{str(ROOT / 'plugins')!r}]\n"
        f"SITEURL, ROBOTS, DEFAULT_LANG = {ADDRESS!r}, 'index', {lang!r}\nPRESSROOM_REPORT = 'mailto:desk@archive.example?subject={{title}}'\n",
        encoding="utf-8",
    )
    shutil.copytree(ROOT / "content" / "pages", folder / "content" / "pages")
    command = [sys.executable, str(ROOT / "scripts/build.py"), "--settings", str(conf), "--raw", str(ROOT / "raw")]
    for name in ("content", "output", "reports", "cache", "rules"):
        command += [f"--{name}", str(folder / name)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / "output"


def opened(page: Page) -> Page:
    """Return a page with everything unfolded that a reader can unfold."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    return page


def axe(browser: Browser, address: str, pages: dict[str, str]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield (type, scheme, violations) of every page."""
    for scheme in ("light", "dark"):
        with browser.new_context(color_scheme=scheme) as context:  # type: ignore[arg-type]
            page = context.new_page()
            for name, path in pages.items():
                page.goto(address + path)
                yield name, scheme, pagetypes.violations(opened(page))


def narrow(browser: Browser, address: str, pages: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Yield (type, pixels that it is wider than the narrow screen)."""
    with browser.new_context(viewport={"width": NARROW[0], "height": NARROW[1]}) as context:
        page = context.new_page()
        for name, path in pages.items():
            page.goto(address + path)
            yield name, opened(page).evaluate("document.documentElement.scrollWidth") - NARROW[0]


def plain(browser: Browser, address: str, pages: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (type, what is wrong) with scripts off: a heading, a text and links to go on must be there."""
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        for name, path in pages.items():
            page.goto(address + path)
            heading, text = page.locator("main h1").count(), page.locator("main").inner_text().strip()
            links = page.locator("main a[href], nav a[href]").count()
            wrong = (
                "" if heading == 1 and text and links else f"{heading} headings, {len(text)} characters, {links} links"
            )
            yield name, wrong


def weights(browser: Browser, host: search_browser.Host, pages: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (type, bytes over the wire without images, requests, render-blocking requests, layout shift, blocking time)."""
    for name, path in pages.items():
        host.forget()
        with browser.new_context() as context:
            page = context.new_page()
            page.add_init_script(WATCH)
            page.goto(host.address + path)
            page.wait_for_load_state("networkidle")
            seen, blocking = page.evaluate("window.audit"), page.evaluate(BLOCKING)
        sent = host.sent(float("inf"))
        size = sum(bytes_ for file, bytes_ in sent if not file.endswith((".jpg", ".png", ".webp", ".svg")))
        yield name, {"bytes": size, "requests": len(sent), "blocking": len(blocking), **seen}


def lighthouse(packages: Path, address: str, path: str) -> dict[str, Any]:
    """Return Lighthouse's scores of a page on its slow phone, and what it has against it."""
    command = [
        str(packages / "node_modules/.bin/lighthouse"), address + path, "--quiet", "--output=json",
        "--chrome-flags=--headless --no-sandbox --ignore-certificate-errors",
    ]  # fmt: skip
    told = subprocess.run(
        command, check=True, capture_output=True, text=True, env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""}
    )  # fmt: skip
    found = json.loads(told.stdout)
    scores = {name: round(100 * (found["categories"][name]["score"] or 0)) for name in CATEGORIES}
    audits = {ref["id"] for name in CATEGORIES for ref in found["categories"][name]["auditRefs"] if ref["weight"]}
    wrong = [
        name
        for name in sorted(audits)
        if (found["audits"][name]["score"] or 0) < 1
        and found["audits"][name]["scoreDisplayMode"] in ("binary", "numeric")
    ]
    return {**scores, "wrong": [f"{name}: {found['audits'][name].get('displayValue', '')}" for name in wrong]}


def markup(packages: Path, output: Path, paths: list[str]) -> list[str]:
    """Return what html-validate has against pages."""
    config, told = packages / ".htmlvalidate.json", packages / "told.json"
    config.write_text(json.dumps({"root": True, **MARKUP}), encoding="utf-8")
    command = [packages / "node_modules/.bin/html-validate", "--formatter", "json", "--config", config]
    with told.open("w") as file:  # it ends before a pipe has taken all that it says
        subprocess.run([*command, *(output / path for path in paths)], stdout=file, check=False)
    return [
        f"{Path(file['filePath']).relative_to(output)}:{found['line']}: {found['ruleId']}: {found['message']}"
        for file in json.loads(told.read_text(encoding="utf-8"))
        for found in file["messages"]
    ]


def feeds(packages: Path, output: Path) -> list[str]:
    """Return what two parsers have against the feeds: feedparser must find them well-formed, feedsmith read their entries."""
    paths = sorted([*output.glob("feeds/*.xml"), *output.glob("feeds/*.json")])
    wrong = []
    for path in paths:
        found = feedparser.parse(path) if path.suffix == ".xml" else None
        if found is not None and (
            found.bozo or not found.entries or any(not entry.get("id") for entry in found.entries)
        ):
            wrong.append(f"{path.name}: {found.get('bozo_exception', 'no entry')}")
    (packages / "feeds.mjs").write_text(FEEDS, encoding="utf-8")
    told = subprocess.run(
        ["node", "feeds.mjs", *map(str, paths)], cwd=packages, capture_output=True, text=True, check=False
    )
    return [*wrong, *([told.stderr.strip().splitlines()[-1]] if told.returncode else [])]


def install(folder: Path) -> Path:
    """Install the packages of node, and return their folder. Raises CalledProcessError."""
    folder.mkdir(parents=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n', encoding="utf-8")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", *PACKAGES]
    subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    return folder


def main() -> int:
    """Run the command; return its exit code: 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave out Lighthouse, which takes minutes")
    args = parser.parse_args()
    for program, package in (("node", "nodejs"), ("npm", "npm"), ("openssl", "openssl"), ("chromium", "chromium")):
        if shutil.which(program) is None:
            print(
                f"{program}: it is not found. Install it, on Debian or Ubuntu: apt install {package}", file=sys.stderr
            )
            return 2
    with tempfile.TemporaryDirectory(prefix="audit-") as name:
        return _audit(Path(name), with_lighthouse=not args.fast)


def _audit(work: Path, *, with_lighthouse: bool) -> int:
    packages, keys = install(work / "packages"), search_browser.certificate(work)
    console = Console(width=max(Console().width, WIDTH))
    wrong: list[str] = []
    for lang in LANGUAGES:
        (work / lang).mkdir()
        output = build(work / lang, lang)
        pages = pagetypes.chosen(output)
        table = Table(title=f"{lang}: {len(pages)} types of pages", title_justify="left")
        for column in (
            "page",
            "axe light",
            "dark",
            "html",
            "wider at 320 px",
            "without scripts",
            "KB",
            "requests",
            "blocking",
            "shift",
            "blocked ms",
        ):
            table.add_column(column, justify="left" if column == "page" else "right")
        invalid = markup(packages, output, list(pages.values()))
        with search_browser.browser(keys) as browser, search_browser.host(output, LOCAL, keys) as host:
            found = {(page, scheme): told for page, scheme, told in axe(browser, host.address, pages)}
            wide = dict(narrow(browser, host.address, pages))
            bare = dict(plain(browser, host.address, pages))
            weighed = dict(weights(browser, host, pages))
        for page, path in pages.items():
            seen, markup_of = weighed[page], [one for one in invalid if one.startswith(f"{path}:")]
            table.add_row(
                page, *(str(len(found[page, scheme])) for scheme in ("light", "dark")), str(len(markup_of)), str(wide[page]), bare[page] or "yes",
                f"{seen['bytes'] / 1000:.1f}", str(seen["requests"]), str(seen["blocking"]), f"{seen['shift']:.3f}", f"{seen['blocked']:.0f}",
            )  # fmt: skip
        console.print(table)
        wrong += [f"{lang} {page} {scheme}: {one}" for (page, scheme), told in found.items() for one in told]
        wrong += [f"{lang} {one}" for one in invalid]
        wrong += [
            f"{lang} {page}: {pixels} px wider than {NARROW[0]} px" for page, pixels in wide.items() if pixels > 0
        ]
        wrong += [f"{lang} {page} without scripts: {one}" for page, one in bare.items() if one]
        wrong += [f"{lang} feeds: {one}" for one in feeds(packages, output)]
        if with_lighthouse and lang == LANGUAGES[0]:
            wrong += _lighthouse(packages, output, pages, keys, console)
    for one in wrong:
        console.print(one, highlight=False, markup=False, soft_wrap=True)
    console.print(f"{len(wrong)} things are wrong." if wrong else "Nothing is wrong.")
    return int(bool(wrong))


def _lighthouse(
    packages: Path, output: Path, pages: dict[str, str], keys: tuple[Path, Path], console: Console
) -> list[str]:
    table, wrong = Table("page", *CATEGORIES, title="Lighthouse, mobile", title_justify="left"), []
    with search_browser.host(output, LOCAL, keys) as host:
        for page in LIGHTHOUSE:
            scores = lighthouse(packages, host.address, pages[page])
            table.add_row(page, *(str(scores[name]) for name in CATEGORIES))
            wrong += [f"lighthouse {page}: {one}" for one in scores["wrong"]]
    console.print(table)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
