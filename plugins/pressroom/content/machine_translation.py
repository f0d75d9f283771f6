"""A text may say of itself that a machine translated it: the signs are in machine_translation.toml. Pure."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

LONGEST = 240
"""A note has no more characters; longer paragraphs are the story's."""
ENDS = 2
"""A note stands among as many paragraphs at an end of a text."""
_PARAGRAPH = re.compile(r"<(?:p|li|h\d)>([^<]*(?:<(?!/(?:p|li|h\d)>)[^<]*)*)</(?:p|li|h\d)>")
"""It has no `.*?`, which goes letter by letter."""
_TAG = re.compile(r"<[^>]*>")


def is_machine_translated(html: str, source_url: str) -> bool:
    """Tell a machine's translation by a note in its sanitised body, or by the service that its address names.

    >>> is_machine_translated("<p><em>This article was automatically translated.</em></p><p>Rain.</p>", "")
    True
    >>> is_machine_translated("<p>Rain.</p>", "https://paper-example.translate.goog/1")
    True
    >>> is_machine_translated("<p>Rain.</p>", "https://paper.example/1")
    False
    """
    patterns, stems, hosts = read_signs()
    if any(host in source_url for host in hosts):  # most have none: an address is taken apart only then
        named = _find_host(source_url)
        if any(named == host or named.endswith(f".{host}") for host in hosts):
            return True
    start, end = html[: 4 * LONGEST], html[-4 * LONGEST :] if len(html) > 4 * LONGEST else ""
    folded = _TAG.sub("", f"{start}\n{end}").casefold()
    if not _has_stem(folded, stems):  # most texts have none, and patterns cost thirty times as much
        return False
    shown = _PARAGRAPH.findall(start)[:ENDS] + _PARAGRAPH.findall(end)[-ENDS:]
    texts = (unescape(_TAG.sub("", part)).strip() for part in shown)
    note = re.compile(patterns, re.I)
    return any(note.search(text) for text in texts if len(text) <= LONGEST and _has_stem(text.casefold(), stems))


def _has_stem(folded: str, stems: tuple[str, ...]) -> bool:
    return any(stem in folded for stem in stems)


def _find_host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


@lru_cache(maxsize=1)
def read_signs() -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return one pattern for all notes, to be compiled where a text has a stem, their stems, and the hosts of services."""
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    pattern = "|".join(f"(?:{note['pattern']})" for note in table["note"])
    stems = dict.fromkeys(stem for note in table["note"] for stem in note["stems"])
    return pattern, tuple(stems), tuple(table["hosts"])
