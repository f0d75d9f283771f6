"""This module has the frozen records that pass between the stages of cleaning; all can be pickled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

SAMPLES = "samples/"
"""Begins the path, under the raw folder, of captures that only show what the program does."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """It is a capture: one raw page as it was saved."""

    path: str
    """Under the raw folder, with `/`; a record inside a WARC ends in `#` and its byte offset."""
    payload: bytes
    """After gzip or WARC framing, before charset decoding."""
    media_type: str
    """`text/html` or `text/plain` (a flattened dump)."""
    sha256: str
    """Of `payload`, hexadecimal."""
    charset: str | None = None
    """As the capture's HTTP header declares it."""
    url: str | None = None
    """Address the page was saved from, where the capture itself carries it."""
    captured: datetime | None = None
    """When it was saved, aware, only where the capture itself carries it; never a file time."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block is the unit of cleaning, for HTML and for text dumps alike."""

    kind: str
    """One of: paragraph heading item quote table figure pre embed."""
    text: str
    """Visible text, white space folded (`pre` keeps lines)."""
    html: str = ""
    """The block's own HTML fragment; empty for a dump."""
    link_density: float = 0.0
    """Share of the text's characters inside links, 0 to 1."""
    path: str = ""
    """Place in the DOM with classes, `body/main/div.story/p`; for a dump `line:12`."""
    position: int = 0
    """0-based order in the capture."""
    level: int = 0
    """Heading level 1-6, or depth of a list item from 1; a paragraph that goes on with an item has its depth, others 0."""
    ordered: bool = False
    """True for an item of a numbered list."""


@dataclass(frozen=True, slots=True)
class Removal:
    """A removal is one removed block, with the rule that removed it and its place."""

    text: str
    rule: str
    path: str
    position: int


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair is one mended piece of text."""

    before: str
    after: str
    rule: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact is one candidate for a field of the header, with where it came from."""

    key: str
    """A header key in lower case, as in `pressroom.contract.KEYS`."""
    value: str
    origin: str
    """`table`, `json-ld`, `meta`, `microdata`, `time`, `h1`, `title`, `url`, `byline`, `text`, `credit`, `folder` ..."""


@dataclass(frozen=True, eq=False)
class Metadata(Mapping[str, Fact]):
    """It holds the fact that was chosen for each key; it never changes, each change makes a new one."""

    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Fact:
        return self.facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def value(self, key: str) -> str:
        """Return the value chosen for a key, or ""."""
        return self.facts[key].value if key in self.facts else ""

    def with_fact(self, fact: Fact) -> Metadata:
        """Return the same with another fact for its key.

        >>> Metadata({}).with_fact(Fact("lang", "en", "text")).with_value("lang", "de").value("lang")
        'de'
        """
        return Metadata({**self.facts, fact.key: fact})

    def with_value(self, key: str, value: str) -> Metadata:
        """Return the same with another value of a key that was chosen."""
        return self.with_fact(replace(self.facts[key], value=value))

    def without(self, key: str) -> Metadata:
        """Return the same without a key.

        >>> Metadata({"lang": Fact("lang", "en", "text")}).without("lang") == {}
        True
        """
        return Metadata({name: fact for name, fact in self.facts.items() if name != key})


@dataclass(frozen=True, slots=True)
class Article:
    """It is a cleaned article: header values by key and the Markdown body."""

    header: dict[str, str]
    """Header keys as written (`Title`, `Date` ...) to single-line values; absent keys are not written."""
    body: str
    """Markdown, ends in one newline."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion is what became of one capture."""

    path: str
    sha256: str
    kind: str
    """`article`, `listing`, `error page`, `search page`, `about page`, `wall`, `gallery`, `empty page` or `other`."""
    article: Article | None
    """None unless `kind` is `article` and a body was found."""
    held: str = ""
    """Why the article waits for a person instead of being published; empty when it is published."""
    removals: tuple[Removal, ...] = ()
    repairs: tuple[Repair, ...] = ()
    facts: tuple[Fact, ...] = ()
    blocks: tuple[Block, ...] = field(default=())
    """Every block of the capture in order, for the report."""
