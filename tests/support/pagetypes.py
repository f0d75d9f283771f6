"""The types of pages that a site has, one page of each, and what axe says of a page in a browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python import sync_playwright as axe

TYPES = (
    ("front", r"index\.html"),
    ("article", r"\d{4}/\d\d/\d\d/[^/]+/index\.html"),
    ("article-rtl", r"\d{4}/\d\d/\d\d/[^/]+/index\.html"),
    ("article-undated", r"undated/[^/]+/index\.html"),
    ("year", r"\d{4}/index\.html"),
    ("month", r"\d{4}/\d\d/index\.html"),
    ("day", r"\d{4}/\d\d/\d\d/index\.html"),
    ("calendar", r"calendar/index\.html"),
    ("on-this-day", r"on/index\.html"),
    ("day-of-the-year", r"on/\d\d-\d\d/index\.html"),
    ("sources", r"source/index\.html"),
    ("source", r"source/[^/]+/index\.html"),
    ("sections", r"category/index\.html"),
    ("section", r"category/[^/]+/index\.html"),
    ("topics", r"tag/index\.html"),
    ("topic", r"tag/[^/]+/index\.html"),
    ("older-page", r"[a-z]+/[^/]+/page/\d+/index\.html"),
    ("authors", r"author/index\.html"),
    ("author", r"author/[^/]+/index\.html"),
    ("undated", r"undated/index\.html"),
    ("search", r"search/index\.html"),
    ("statistics", r"statistics/index\.html"),
    ("downloads", r"downloads/index\.html"),
    ("removed", r"removed/[^/]+/index\.html"),
    ("page", r"about/index\.html"),
    ("not-found", r"404\.html"),
)
"""Name and path of each; of several pages the largest file stands for its type."""
RIGHT_TO_LEFT = re.compile(r'<div class="body"[^>]* lang="(?:ar|fa|he|ur)"')
RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
"""Of axe: every rule but the experimental ones and those of the WCAG's level AAA."""


def chosen(output: Path) -> dict[str, str]:
    """Return the path of one page of each type that the site has."""
    pages = {path.relative_to(output).as_posix(): path for path in output.rglob("*.html")}
    found = {}
    for name, pattern in TYPES:
        of_type = [path for path in sorted(pages) if re.fullmatch(pattern, path)]
        if name.startswith("article"):
            turned = name == "article-rtl"
            texts = {path: pages[path].read_text(encoding="utf-8") for path in of_type}
            of_type = [
                path for path, text in texts.items() if bool(RIGHT_TO_LEFT.search(text)) == turned or "own" in name
            ]
        if of_type:
            found[name] = max(of_type, key=lambda path: pages[path].stat().st_size)
    return found


def violations(page: Any) -> list[str]:
    """Return what axe has against a page that is open in a browser: the rule, how bad, and the first elements."""
    results = axe.Axe().run(page, options=RULES)
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: "
        + "; ".join(node["html"][:160] for node in found["nodes"][:3])
        for found in results.response["violations"]
    ]
