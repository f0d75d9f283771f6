"""`site.webmanifest`: name, colours and icon of the site for systems that pin it (W3C Web Application Manifest). Pure."""

from __future__ import annotations

import json

from pressroom.core.settings import SiteSettings

PATH = "site.webmanifest"
PAPER = "#fdfcf9"
"""Background of the light theme."""


def of(settings: SiteSettings) -> bytes:
    """Return the file for a site with these settings; its addresses are relative, so that it works below any path."""
    words = settings.words
    icon = {"src": f"{settings.theme_static_dir}/icon.svg", "sizes": "any", "type": "image/svg+xml"}
    found = {
        "name": settings.sitename, "short_name": settings.sitename, "lang": words.lang, "dir": words.dir,
        "description": settings.sitesubtitle or settings.sitename, "start_url": "./", "scope": "./",
        "display": "browser", "background_color": PAPER, "theme_color": PAPER, "icons": [icon],
    }  # fmt: skip
    return f"{json.dumps(found, ensure_ascii=False, indent=1)}\n".encode("utf-8", "replace")
