"""This module decides, before anything is written, which captures are one article, and which of them is the newest.
It is pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from newsarchive.archive.contents import Archive, Entry, hash_text
from newsarchive.models import Conversion

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft is a conversion that may be published, as far as grouping needs it: a hundred thousand of them fit in memory."""

    path: str
    sha256: str
    header: dict[str, str]
    """Only `KEPT` keys, as written."""
    text_hash: str


KEPT = ("Source", "Source_from", "Source_url", "Captured", "Modified", "Date")


def make_draft(c: Conversion) -> Draft:
    """Return what grouping needs of a conversion with an article."""
    assert c.article
    header = {key: c.article.header[key] for key in KEPT if key in c.article.header}
    return Draft(c.path, c.sha256, header, hash_text(c.article.body))


@dataclass
class Group:
    """A group holds the captures of one article."""

    entry: Entry | None = None
    """The article as it stands, if it does."""
    drafts: list[Draft] = field(default_factory=list)

    @property
    def best(self) -> Draft:
        """Return the newest of the captures that were read."""
        return max(self.drafts, key=_find_age)

    @property
    def newest(self) -> Draft | None:
        """Return the capture to publish; None when the one that is published already, and was not read again, is newer."""
        best = self.best
        read = {c.path for c in self.drafts}
        if self.entry and self.entry.raws[0] not in read and _find_entry_age(self.entry) > _find_age(best):
            return None
        return best

    @property
    def raws(self) -> list[str]:
        """Return the paths of all captures."""
        return [*(self.entry.raws if self.entry else ()), *(c.path for c in self.drafts)]

    @property
    def hashes(self) -> dict[str, str]:
        """Return by path the SHA-256 of the captures that this run read."""
        return {c.path: c.sha256 for c in self.drafts}


def group_drafts(drafts: Iterable[Draft], archive: Archive) -> list[Group]:
    """Group captures into articles: the same capture, bytes, address, or the same text of one source.

    Two articles that stand already stay two; a capture that belongs to both joins the first.
    """
    place: dict[Key, Group] = {}
    for entry in archive.entries.values():
        if entry.raws:
            group = Group(entry)
            for key in _list_entry_keys(entry):
                place.setdefault(key, group)
    for c in sorted(drafts, key=lambda c: c.path):
        keys = _list_keys(c)
        met = [place[key] for key in keys if key in place]
        group = next((other for other in met if other.entry), met[0] if met else Group())
        group.drafts.append(c)
        for other in met:
            if other is not group and other.entry is None:
                _merge_groups(other, group, place)
        for key in keys:
            place.setdefault(key, group)
    made = {id(group): group for group in place.values() if group.drafts}
    return sorted(made.values(), key=lambda group: min(c.path for c in group.drafts))


def _merge_groups(group: Group, into: Group, place: dict[Key, Group]) -> None:
    into.drafts += group.drafts
    for c in group.drafts:
        place.update(dict.fromkeys((key for key in _list_keys(c) if place[key] is group), into))
    group.drafts = []


def compare_address(url: str) -> str:
    """Return an address as it is compared: no scheme, `www.`, fragment or closing slash.

    >>> compare_address("https://www.a.example/x/#top")
    'a.example/x'
    """
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return (parts.hostname or "").removeprefix("www.") + parts.path.rstrip("/") + query


def _list_keys(c: Draft) -> list[Key]:
    header = c.header
    keys: list[Key] = [("raw", c.path), ("sha", c.sha256)]
    if header.get("Source_url"):
        keys.append(("url", compare_address(header["Source_url"])))
    return [*keys, ("text", header.get("Source", ""), c.text_hash)]


def _list_entry_keys(entry: Entry) -> list[Key]:
    keys: list[Key] = [*(("raw", raw) for raw in entry.raws), ("sha", entry.sha256)]
    if entry.header.get("source_url"):
        keys.append(("url", compare_address(entry.header["source_url"])))
    return [*keys, ("text", entry.header.get("source", ""), entry.body_hash)]


def _find_age(c: Draft) -> tuple[datetime, str, str]:
    header = c.header
    return _read_moment(header.get("Captured", "")), header.get("Modified") or header.get("Date", ""), c.path


def _find_entry_age(entry: Entry) -> tuple[datetime, str, str]:
    header = entry.header
    return _read_moment(header.get("captured", "")), header.get("modified") or header.get("date", ""), entry.raws[0]


def _read_moment(captured: str) -> datetime:
    """Return a capture time, the beginning of time when it is not known, or a person wrote something else."""
    try:
        moment = datetime.fromisoformat(captured)
    except ValueError:
        moment = datetime.min
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
