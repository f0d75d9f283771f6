"""What a reader of other forms than ours gives: content files that only Pelican's own readers take."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pressroom.content.article import ArticleFields


class ForeignForms(NamedTuple):
    """What a site asks of Pelican's readers."""

    markdown: bool
    """They read Markdown, all of it."""
    extensions: tuple[str, ...]
    """Endings of other files that they read."""


class ForeignReader(Protocol):
    """Reads a file by Pelican's own readers."""

    asked: ForeignForms

    def __call__(self, name: str, kind: str, hosts: frozenset[str]) -> tuple[ArticleFields, str, str] | None:
        """Return fields, sanitised HTML and the HTML before; None for a file that our reader takes. Raises ValueError."""
