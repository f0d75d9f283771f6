"""What a page may read of the state beside its own article or list: one table of the kinds of reads.

A value that is read is named by a key: the kind of read, and what it is about, parted by bars. A page is rendered again
when the fingerprint of a key that it read is another one, so themes need no declarations and nothing is guessed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any, NamedTuple

from pressroom.core import keys
from pressroom.core.settings import SiteSettings
from pressroom.templates import fingerprints

SELF = "self"
"""This stands for all keys about the list whose page is rendered: planning looks at its pages whenever it changes."""


def _name_site(rest: str) -> str:
    return ""


def _name_list(rest: str) -> str:
    return rest


def _name_list_of_range(rest: str) -> str:
    return rest.rsplit("|", 2)[0]


def _name_record(rest: str) -> str:
    return f"{keys.RECORD}{rest}"


def _name_record_beside(rest: str) -> str:
    """Return the article's record; what stands next to a period follows from other lists than its own."""
    return rest if rest.startswith(keys.RECORD) else ""


class ReadKind(NamedTuple):
    """A kind of value that pages read."""

    name: str
    rest: str
    """What stands in a key behind the name."""
    meaning: str
    make_fingerprint: Callable[[sqlite3.Connection, str, SiteSettings], str]
    find_list: Callable[[str], str]
    """Returns the list or record that a value is about: while that does not change, the value does not; "" where any
    change may be one of the value."""


READ_KINDS = (
    ReadKind("count", "LIST", "how many articles a list holds", fingerprints.print_count, _name_list),
    ReadKind("any", "LIST", "whether it holds one", fingerprints.print_presence, _name_list),
    ReadKind("list", "LIST", "all its articles", fingerprints.hash_list, _name_list),
    ReadKind("range", "LIST|FIRST|END", "some of them, newest first", fingerprints.hash_range, _name_list_of_range),
    ReadKind("days", "LIST", "how many articles the days within it have", fingerprints.hash_days, _name_list),
    ReadKind("tally", "LIST", "the tallies of a source", fingerprints.hash_source_tallies, _name_list),
    ReadKind("tallies", "", "all tallies", fingerprints.read_tallies_hash, _name_site),
    ReadKind("beside", "LIST", "the next period and the last one, or an article's", fingerprints.hash_neighbours, _name_record_beside),
    ReadKind("article", "NUMBER", "where an article's links lead", fingerprints.print_links, _name_record),
    ReadKind("files", "KIND|STATUS", "what is in no list, by status", fingerprints.hash_unlisted, _name_site),
    ReadKind("terms", "KIND", "which terms there are", fingerprints.hash_terms, _name_site),
    ReadKind("counts", "KIND", "how many articles each term has", fingerprints.hash_counts, _name_site),
    ReadKind("largest", "KIND|NUMBER", "the terms with the most articles", fingerprints.hash_largest, _name_site),
    ReadKind("downloads", "", "which files of data there are", fingerprints.hash_downloads, _name_site),
    ReadKind("flag", "NAME", "a yes or no of the whole site", fingerprints.print_flag, _name_site),
)  # fmt: skip
_BY_NAME = {kind.name: kind for kind in READ_KINDS}


def make_key(name: str, *rest: Any) -> str:
    """Return the key of a value.

    >>> make_key("range", "tag:a", 0, 24), make_key("downloads")
    ('range|tag:a|0|24', 'downloads|')
    """
    return f"{name}|{'|'.join(map(str, rest))}"


def make_fingerprint(db: sqlite3.Connection, key: str, settings: SiteSettings) -> str:
    """Return what tells whether a value that was read is still the same."""
    name, _, rest = key.partition("|")
    return _BY_NAME[name].make_fingerprint(db, rest, settings)


def find_list(key: str) -> str:
    """Return the list or record that a key is about, "" for a value of the whole site.

    >>> find_list("range|tag:a|0|24"), find_list("flag|dated"), find_list("article|7"), find_list("beside|day:2024-06-20")
    ('tag:a', '', 'record:7', '')
    """
    name, _, rest = key.partition("|")
    return _BY_NAME[name].find_list(rest)
