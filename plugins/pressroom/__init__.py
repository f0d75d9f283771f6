"""The site half, as a Pelican plugin: reads `content/` and nothing else. The only module that touches Pelican.

records    a content file to its header and safe HTML      safe      the last step: HTML without what could run
addresses  where articles stand by what their date is       feeds     Atom and JSON feeds
sitemap    sitemap.xml and robots.txt                       check     what is wrong with content files
search     the search index and its client's data           contract  what both halves agree on
"""

from __future__ import annotations


def register() -> None:
    """Connect the plugin to Pelican's signals."""
    from pressroom import site

    site.connect()
