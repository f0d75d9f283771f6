"""The cleaner keeps beside an article, in `NAME.removals.json`, the blocks that it removed and the words that it mended."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from pressroom.content.article import ArticleFields
from pressroom.core.parts import name_part

ENDING = ".removals.json"
FOLDER = "removed"


class Removal(NamedTuple):
    """The cleaner removed this block."""

    rule: str
    text: str


class Repair(NamedTuple):
    """The cleaner mended this piece of text."""

    rule: str
    before: str
    after: str


class CleaningRecord(NamedTuple):
    """A record says what was done to a capture's text, in the order of the page."""

    removals: tuple[Removal, ...] = ()
    repairs: tuple[Repair, ...] = ()


NOTHING = CleaningRecord()


def parse_record(text: str) -> CleaningRecord:
    """Return the record that a file holds; an empty one where it is torn.

    >>> parse_record('{"removals": [{"rule": "share-line", "text": "Share", "position": 3}], "repairs": []}').removals
    (Removal(rule='share-line', text='Share'),)
    >>> parse_record("torn") == parse_record("[]") == parse_record('{"repairs": [{}]}') == NOTHING
    True
    """
    try:
        table = json.loads(text)
        removals = [Removal(*(str(entry[key]) for key in Removal._fields)) for entry in table.get("removals", ())]
        repairs = [Repair(*(str(entry[key]) for key in Repair._fields)) for entry in table.get("repairs", ())]
    except (ValueError, KeyError, TypeError, AttributeError):
        return NOTHING
    return CleaningRecord(tuple(removals), tuple(repairs))


def read_record(content: Path, name: str) -> CleaningRecord:
    """Return the record beside a content file; an empty one where there is none."""
    try:
        with open(os.path.splitext(f"{content}/{name}")[0] + ENDING, encoding="utf-8") as file:
            return parse_record(file.read())
    except (OSError, UnicodeDecodeError):
        return NOTHING


def hash_removals(record: CleaningRecord) -> str:
    """Return a short hash of what was removed, "" where nothing was."""
    if not record.removals:
        return ""
    return hashlib.blake2b(repr(record.removals).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def make_anchor(fields: ArticleFields) -> str:
    """Return the article's name on a page of removed texts: its address, so that no other has it.

    >>> make_anchor({"save_as": "2024/06/20/ferry/index.html"})
    '2024/06/20/ferry'
    """
    return quote(fields["save_as"].removesuffix("index.html").strip("/"), safe="/") or "index"


def make_address(fields: ArticleFields) -> str:
    """Return where the removed texts of an article stand, "" where nothing was removed or nobody may see it."""
    if not fields["removed_hash"] or fields["status"] != "published" or fields["kind"] != "article":
        return ""
    return f"{FOLDER}/{name_part(fields)}/#{make_anchor(fields)}"


def spell_rule(rule: str) -> str:
    """Return a rule's name in words.

    >>> spell_rule("furniture:nav"), spell_rule("site:a.example:strip-2")
    ('furniture: nav', 'site: a.example: strip 2')
    """
    kind, colon, rest = rule.rpartition(":")
    shown = rest.replace("-", " ")
    return f"{kind.replace(':', ': ')}: {shown}" if colon else shown
