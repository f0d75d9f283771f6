"""`opensearch.xml`, by which browsers offer the site among their search engines (OpenSearch 1.1 draft 6). Pure."""

from __future__ import annotations

from html import escape

from pressroom.core.settings import SiteSettings

SPACE = "http://a9.com/-/spec/opensearch/1.1/"
PATH = "opensearch.xml"
LONGEST_NAME = 16
"""Characters that `ShortName` may have."""


def of(settings: SiteSettings) -> bytes:
    """Return the file for a site with these settings."""
    page = str(settings.place("SEARCH").save_as).removesuffix("index.html")
    search = f"{settings.siteurl.rstrip('/')}/{page}"
    return description(str(settings.sitename), str(settings.sitesubtitle), search)


def description(name: str, about: str, search: str) -> bytes:
    """Return the file for a site: its name, a line about it, and the absolute address of its search page.

    >>> b"https://a.example/search/?q={searchTerms}" in description("Gazette", "", "https://a.example/search/")
    True
    """
    url = f'<Url type="text/html" method="get" template="{escape(search)}?q={{searchTerms}}"/>'
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<OpenSearchDescription xmlns="{SPACE}">',
        f"<ShortName>{escape(name[:LONGEST_NAME].strip())}</ShortName>",
        f"<LongName>{escape(name)}</LongName>",
        f"<Description>{escape(about or name)}</Description>",
        "<InputEncoding>UTF-8</InputEncoding>",
        url,
        "</OpenSearchDescription>",
    ]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")
