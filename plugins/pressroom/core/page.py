"""What stands between planning and rendering: one NamedTuple for each kind of file, as the table `page` keeps it. Pure."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol


class PageSpec(Protocol):
    """What rendering needs to know of a file: a NamedTuple of what JSON takes, its path first."""

    @property
    def path(self) -> str:
        """Where the file stands below the output folder."""

    def __iter__(self) -> Iterator[Any]: ...


class Planned(NamedTuple):
    """A file that a list owns."""

    page: PageSpec
    shown: bytes = b""
    """Hashes of the articles that it shows."""
    template: str = ""
    """Of the theme; "" for what needs none."""

    def make_row(self, key: str) -> tuple[Any, ...]:
        """Return the columns of the table `page` that planning gives; the last is the signature.

        It is the hash of everything that the page is made from, but for its template and site-wide values.
        """
        text = dump(self.page)
        signature = hashlib.blake2b(text.encode("utf-8", "surrogatepass") + self.shown, digest_size=12).digest()
        return self.page.path, key, self.template, text, signature


_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dataclasses.astuple).encode


def dump(page: PageSpec) -> str:
    """Return a page as JSON: the name of its class, then all values but its path, which has a column of its own."""
    _, *values = page
    return _ENCODE([type(page).__name__, *values])


def load(path: str, text: str, kinds: Mapping[str, Callable[..., PageSpec]]) -> PageSpec:
    """Return the page that `dump` wrote; `kinds` are the classes by name. Raises KeyError for a class that is not there.

    >>> class Note(NamedTuple):
    ...     path: str
    ...     ids: list[int]
    >>> load("a.txt", dump(Note("a.txt", [1, 2])), {"Note": Note})
    Note(path='a.txt', ids=[1, 2])
    """
    name, *values = json.loads(text)
    return kinds[name](path, *values)


def name_kinds(kinds: Iterable[type[Any]]) -> dict[str, type[Any]]:
    """Return classes of pages by name, as `load` takes them."""
    return {kind.__name__: kind for kind in kinds}
