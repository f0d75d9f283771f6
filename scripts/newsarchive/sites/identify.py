"""This module tells which site a page is of: by its address, else by the folder of its capture. It is pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from newsarchive.models import SAMPLES, RawPage
from newsarchive.rules.site_rules import OWN_SOURCES

HEAD_BYTES = 400_000
"""Bytes of a page among which its canonical link stands."""
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_LINKS = re.compile(r"<link\b[^>]*>|<meta\b[^>]*>", re.I)
_CANONICAL = re.compile(r"\brel\s*=\s*[\"']?[^\"'>]*\bcanonical\b", re.I)
_OG_URL = re.compile(r"\b(?:property|name)\s*=\s*[\"']?og:url\b", re.I)
_ADDRESS = re.compile(r"\b(?:href|content)\s*=\s*[\"']?\s*(https?://[^\"'\s>]+)", re.I)


def find_stated_address(html: str) -> str:
    """Return the address that a page states for itself, read without parsing: its canonical link, else og:url.

    >>> find_stated_address('<meta property="og:url" content="https://b.example/2"><link rel=canonical href="https://a.example/1">')
    'https://a.example/1'
    """
    addresses: dict[bool, str] = {}
    for match in _LINKS.finditer(html):
        is_canonical = bool(_CANONICAL.search(match[0]))
        address = _ADDRESS.search(match[0]) if is_canonical or _OG_URL.search(match[0]) else None
        if address:
            addresses.setdefault(is_canonical, address[1])
    return addresses.get(True) or addresses.get(False, "")


def name_site(page: RawPage, address: str, folder: str) -> str:
    """Return the name of a page's site: its host without `www.`, else the folder of its capture under `raw/`.

    `address` is what a person knows of it. It is the name of a file, and never that of another kind of rules file.

    >>> page = RawPage("a-paper/1.txt", b"", "text/plain", "")
    >>> name_site(page, "https://www.A.example/x", "A-Paper"), name_site(page, "", "A-Paper"), name_site(page, "", "")
    ('a.example', 'a-paper', 'raw')
    """
    address = address or page.url or ""
    if not address and page.media_type != "text/plain":
        address = find_stated_address(page.payload[:HEAD_BYTES].decode("utf-8", "replace"))
    try:
        host = (urlsplit(address).hostname or "").lower().removeprefix("www.")
    except ValueError:
        host = ""
    site = host if len(host) <= 200 and _HOST.fullmatch(host) else folder.lower()[:60] or "raw"
    return site + "-" if f"{site}.toml" == OWN_SOURCES else site


def find_folder(path: str) -> str:
    """Return the folder under `raw/` that may name a capture's source, or "".

    >>> find_folder("samples/a-paper/x/1.txt"), find_folder("1.txt")
    ('a-paper', '')
    """
    parts = path.removeprefix(SAMPLES).split("/")
    return parts[0] if len(parts) > 1 else ""


def find_site(page: RawPage, row: dict[str, str] | None) -> str:
    """Return the name of the site whose rules hold for a capture; `row` is its line of metadata.csv."""
    return name_site(page, (row or {}).get("source_url", ""), find_folder(page.path))
