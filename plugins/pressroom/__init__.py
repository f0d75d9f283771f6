"""The site half, as a Pelican plugin: reads `content/` and nothing else. Imports point down.

driver            what the commands call: is there anything to do, one build at a time, run, swap in
pelican_adapter   the plugin's place in Pelican; the only package that imports it at the top
build             the order of stages, which pages a change touches, how they are rendered
templates         what the theme's templates see, and the record of what each page read
publish           rendered files to their place, whole trees swapped in
state             SQLite under CACHE_PATH: what each file said, lists, links, neighbours, tallies
outputs           every generated file that is no page of the theme, one module each
content           a content file to its header, its safe HTML and what is wrong with it
search            the search index, and answers from it
core              settings, kinds of pages, keys and parts of the archive, addresses, words, processes
contract          what both halves agree on
"""

from __future__ import annotations


def register() -> None:
    """Connect the plugin to Pelican's signals."""
    from pressroom.pelican_adapter import signals

    signals.connect()
