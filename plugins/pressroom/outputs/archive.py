"""What an output is told when it plans, and what it may ask of the archive when it renders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from pressroom.content.tally import Summary, Tally
from pressroom.core.parts import UNDATED

if TYPE_CHECKING:
    from pressroom.outputs.dataset import DataEntry
    from pressroom.outputs.redirects import Move

T = TypeVar("T")
Fields = Mapping[str, Any]


class Member(NamedTuple):
    """An article of a list."""

    id: int
    hash: bytes
    day: int
    """How well its date is known: 2 to the day, 1 to the month."""


class StaticSource(NamedTuple):
    """A file that is copied as it is."""

    origin: str
    """`PATH` for the content folder, `THEME` for the theme's."""
    source: str
    """Its path there."""
    place: str
    """Its path in the output folder."""
    hash: bytes


class Changed(NamedTuple):
    """What changed, and may want other files than before: a list, an article or page, the static files, the whole site."""

    key: str
    """As `core.keys` says: `all`, `month:2024-06`, `tag:sea`, `record:12`; then `static`, and last `site`."""
    reserved: re.Pattern[str]
    """Matches the paths that listings, outputs and the theme write, in lower case."""
    parts: Mapping[str, str]
    """The parts of the archive, newest first, each with the next one."""
    name: str = ""
    """Of the list, as readers see it."""
    members: Sequence[Member] = ()
    """Articles of the list, newest first; of `all` no more than the newest, which are enough to tell that there are any."""
    files: Sequence[StaticSource] = ()
    """The static files."""

    @property
    def kind(self) -> str:
        """What kind of list it is: what stands before the colon."""
        return self.key.partition(":")[0]

    @property
    def slug(self) -> str:
        """What stands after the colon."""
        return self.key.partition(":")[2]

    @property
    def part(self) -> tuple[str, Sequence[Member]]:
        """Name and articles of the part of the archive that the list is, ("", ()) for none.

        Stories of which no more than the year is known have a part of their own.
        """
        if self.kind in ("month", UNDATED):
            return self.slug or self.kind, self.members
        vague = [member for member in self.members if not member.day] if self.kind == "year" else []
        return (self.slug, vague) if vague else ("", ())


class Archive(Protocol):
    """Answers about the articles and the files of the site, all that is planned."""

    def read_entries(self, numbers: Sequence[int]) -> list[str]:
        """Return the Atom entries of articles."""

    def read_articles(self, numbers: Sequence[int]) -> Iterator[Fields]:
        """Yield the fields of articles."""

    def read_changes(self, numbers: Sequence[int]) -> Iterator[tuple[str, str]]:
        """Yield the addresses of articles, each with the day of its last change or ""."""

    def read_part(self, key: str) -> list[Fields]:
        """Return the fields of the articles of a part of the archive, by its list, oldest first."""

    def read_texts(self, key: str) -> Iterator[str]:
        """Yield the HTML of the articles of a part in the same order."""

    def list_addresses(self) -> list[str]:
        """Return the addresses of listings and pages: all but those of articles."""

    def find_moves(self, key: str) -> list[Move]:
        """Return the lines of a list's part of the maps of old addresses."""

    def count_articles(self, key: str) -> int:
        """Return how many articles a list holds."""

    def read_tallies(self, key: str) -> list[Tally]:
        """Return the tallies of a year and its months, or of `undated`."""

    def all_tallies(self) -> list[Tally]:
        """Return every tally."""

    def sums_by_source(self) -> dict[str, Summary]:
        """Return the sums of every source by slug."""

    def source_names(self) -> dict[str, str]:
        """Return the names of the sources by slug."""

    def list_data_files(self) -> list[DataEntry]:
        """Return the files of data by path."""

    def hash_articles(self, key: str) -> list[tuple[str, bytes]]:
        """Return path and SHA-256 of the pages of the articles of a part."""

    def hash_files(self, start: str) -> list[tuple[str, bytes]]:
        """Return path and SHA-256 of the files whose paths begin with `start` and no further digit."""

    def hash_media(self) -> list[tuple[str, bytes]]:
        """Return path and SHA-256 of the static files of the content."""

    def keep(self, name: str, key: str, make: Callable[[], T]) -> T:
        """Return what `make` makes of a list, once while its files are rendered one after the other."""


def join_hashes(members: Iterable[Member]) -> bytes:
    """Return what tells whether the articles that a file shows are the same: their hashes, one after the other."""
    return b"".join(member.hash for member in members)
