"""The site half, as a Pelican plugin: reads `content/` and nothing else. Only `register` touches Pelican.

scan       the content folder, and what changed            records    a content file to its header and safe HTML
rows       a file to its row of the state                  state      SQLite under CACHE_PATH
changes    changed rows: what counts, and in which lists   listings   which pages a list gives, and what is on each
plan       changed lists to the pages to render            render     pages to files, by forked processes
engine     all of them, in order                           hooks      its place in Pelican
defaults   settings, where the site is silent
context    site-wide values, and which page read which     views      what templates see of an article
articles   what templates read, by header and settings     links      from one article to another
addresses  where articles stand by what their date is      safe       the last step: HTML without what could run
feeds      Atom and JSON feeds                             sitemap    sitemap.xml and robots.txt
check      what is wrong with content files                search     the search index, and answers from it
redirects  old addresses for web servers, pages that lead on
indexing   the search index, kept up to the records        opensearch the site as a browser's search engine
foreign    files that only Pelican's own readers take      site       Pelican's own path, where the engine is not used
progress   how far a build is
outputs    whose tree the output folder is; whole trees swapped in
contract   what both halves agree on
"""

from __future__ import annotations


def register() -> None:
    """Connect the plugin to Pelican's signals."""
    from pressroom.pelican_adapter import signals

    signals.connect()
