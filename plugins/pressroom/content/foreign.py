"""A foreign reader reads the content files that only Pelican's own readers take."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pressroom.content.article import ArticleFields


class ForeignForms(NamedTuple):
    """A site asks Pelican's readers to read these forms."""

    markdown: bool
    """Whether they read Markdown, all of it."""
    extensions: tuple[str, ...]
    """They read other files with these endings."""


class ForeignReader(Protocol):
    """A foreign reader reads a file by Pelican's own readers."""

    asked: ForeignForms

    def __call__(self, name: str, kind: str, hosts: frozenset[str]) -> tuple[ArticleFields, str, str] | None:
        """Return fields, sanitised HTML and the HTML before; None for a file that our reader takes. Raises ValueError."""
