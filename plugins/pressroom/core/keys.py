"""What lists are called: `all`, `undated`, `tag:sea`, `month:2024-06`; and what else pages are planned for."""

from __future__ import annotations

KINDS = ("tag", "category", "author", "source")
"""Kinds of lists that a term has."""
PERIODS = ("year", "month", "day")
RECORD = "record:"
"""Begins the key of an article's or page's own page; its number follows."""
STATIC = "static"
"""The key of the static files."""
SITE = "site"
"""The key of what is about the whole site."""
