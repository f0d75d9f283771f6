"""`site.webmanifest`: name, colours and icon of the site for systems that pin it (W3C Web Application Manifest). Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

PATH = "site.webmanifest"
PAPER = "#fdfcf9"
"""Background of the light theme."""


def of(settings: Mapping[str, Any]) -> bytes:
    """Return the file for a site with these settings; its addresses are relative, so that it works below any path."""
    words = settings["JINJA_GLOBALS"]["t"]
    icon = {"src": f"{settings['THEME_STATIC_DIR']}/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    found = {
        "name": settings["SITENAME"], "short_name": settings["SITENAME"], "lang": words.lang, "dir": words.dir,
        "description": settings.get("SITESUBTITLE") or settings["SITENAME"], "start_url": "./", "scope": "./",
        "display": "browser", "background_color": PAPER, "theme_color": PAPER, "icons": [icon],
    }  # fmt: skip
    return f"{json.dumps(found, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")
