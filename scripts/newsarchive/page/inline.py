"""This module writes inline content: runs of text that look alike, then Markdown. It is pure."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from newsarchive.page.elements import INLINE, SILENT
from newsarchive.page.escapes import SPACE, clean_url, escape_plain, write_target

BOLD = frozenset({"b", "strong"})
ITALIC = frozenset({"i", "em", "cite", "dfn"})
CODE = frozenset({"code", "kbd", "samp", "tt"})
RAW = {"sup": "sup", "sub": "sub", "del": "del", "s": "del", "strike": "del"}
"""Elements that Markdown has no mark for and whose loss changes the meaning (10<sup>6</sup>); both readers take them."""


class TextRun(NamedTuple):
    """It is a run of text with one look."""

    text: str
    """`\\n` is a line break."""
    bold: bool = False
    italic: bool = False
    code: bool = False
    raw: str = ""
    """Name of an element that is written as it is."""
    link: str = ""
    """Address that the run leads to."""


APART = TextRun("\0")
"""Stands where a block begins or ends inside another."""


def list_runs(node: Any, look: TextRun, base_url: str) -> Iterator[TextRun]:
    """Yield an element's text in runs; what stands in a block of its own is set apart."""
    if node.text:
        yield look._replace(text=_fold_string(node.text))
    for child in node:
        if child.tag == "br":
            yield TextRun("\n")
        elif child.tag in INLINE:
            yield from list_runs(child, _read_look(child, look, base_url), base_url)
        elif isinstance(child.tag, str) and child.tag not in SILENT:
            yield APART
            yield from list_runs(child, look, base_url)
            yield APART
        if child.tail:
            yield look._replace(text=_fold_string(child.tail))


def _fold_string(text: str) -> str:
    """Return a text node; one that is only white space is a line break where it holds one, else a space."""
    return text if text.strip(" \n\t\f\r") else "\n" if "\n" in text else " "


def _read_look(node: Any, look: TextRun, base_url: str) -> TextRun:
    """Return how text inside an element looks, given how text around it does."""
    name = node.tag
    if name == "a":
        href = node.get("href") or ""
        return look._replace(link="" if href.startswith("#") else clean_url(href, base_url) if href else "")
    if name in BOLD:
        return look._replace(bold=True)
    if name in ITALIC:
        return look._replace(italic=True)
    if name in CODE:
        return look._replace(code=True)
    return look._replace(raw=RAW[name]) if name in RAW else look


def split_lines(runs: Iterable[TextRun]) -> Iterator[list[TextRun]]:
    """Yield the lines of a text: its runs between line breaks, white space folded."""
    line: list[TextRun] = []
    for run in runs:
        if run.text == "\n":
            yield fold_runs(line)
            line = []
        else:
            line.append(TextRun(" ") if run is APART else run)
    yield fold_runs(line)


def fold_runs(runs: Iterable[TextRun]) -> list[TextRun]:
    """Fold white space, also across runs, and join neighbours that look alike."""
    folded: list[TextRun] = []
    spaced = True
    for run in runs:
        text = SPACE.sub(" ", run.text)
        text = text.lstrip(" ") if spaced else text
        if not text:
            continue
        spaced = text.endswith(" ")
        if folded and folded[-1]._replace(text="") == run._replace(text=""):
            folded[-1] = run._replace(text=folded[-1].text + text)
        else:
            folded.append(run._replace(text=text))
    if folded:
        folded[-1] = folded[-1]._replace(text=folded[-1].text.rstrip(" "))
    return [run for run in folded if run.text]


def write_line(runs: list[TextRun]) -> str:
    """Return one line as Markdown: emphasis stands within links, never around them, because readers differ there."""
    parts: list[str] = []
    groups = [(address, list(group)) for address, group in groupby(runs, key=lambda run: run.link)]
    for number, (address, group) in enumerate(groups):
        if not address:
            before, after = ")" if number else "", "[" if number + 1 < len(groups) else ""
            parts.append(_write_emphasis(group, before, after))
            continue
        inner = _write_emphasis(group, "[", "]")
        words = inner.strip(" ")
        if parts and parts[-1].endswith("!"):
            parts[-1] = parts[-1][:-1] + "&#33;"
        words = "&#94;" + words[1:] if words.startswith("^") else words
        left, right = inner[: inner.index(words[:1])] if words else inner, " " if words and inner.endswith(" ") else ""
        parts.append(f"{left}[{words}]({write_target(address)}){right}" if words else left)
    return "".join(parts)


def _write_emphasis(runs: list[TextRun], before: str, after: str) -> str:
    """Return runs as Markdown with emphasis that both readers see; `before` and `after` are the signs around them."""
    tokens = _part_touching([token for run in runs for token in _part_run(run)])
    texts = [before, *(token.text for token in tokens), after]
    return "".join(_write_token(token, texts[n][-1:], texts[n + 2][:1]) for n, token in enumerate(tokens))


def _part_run(run: TextRun) -> Iterator[TextRun]:
    """Yield a run with the white space at its ends, which no emphasis may touch, apart."""
    words = run.text.strip(" ")
    if not (run.bold or run.italic or run.code or run.raw) or words == run.text:
        yield run
        return
    start = len(run.text) - len(run.text.lstrip(" "))
    yield from (TextRun(" ") for _ in range(bool(start)))
    if words:
        yield run._replace(text=words)
        yield from (TextRun(" ") for _ in range(len(run.text) > start + len(words)))


def _part_touching(tokens: list[TextRun]) -> list[TextRun]:
    """Give runs that touch one another one emphasis: what all share, else the longest keeps its own."""
    parted: list[TextRun] = []
    for marked, group in groupby(
        tokens, key=lambda token: (token.bold or token.italic) and not (token.code or token.raw)
    ):
        members = list(group)
        if not marked or len(members) == 1:
            parted += members
            continue
        bold, italic = all(m.bold for m in members), all(m.italic for m in members)
        if bold or italic:
            parted.append(TextRun("".join(m.text for m in members), bold, italic))
        else:
            longest = max(members, key=lambda m: len(m.text))
            parted += [m if m is longest else m._replace(bold=False, italic=False) for m in members]
    return parted


def _write_token(token: TextRun, before: str, after: str) -> str:
    """Return one run as Markdown, given the signs around it."""
    if token.code:
        return _write_code(token.text)
    if token.raw:
        return f"<{token.raw}>{escape_plain(token.text)}</{token.raw}>"
    mark = ("**" if token.bold else "") + ("*" if token.italic else "")
    if not mark:
        return escape_plain(token.text)
    left, words, right = _split_inner(token.text, before, after)
    return (
        f"{escape_plain(left)}{mark}{escape_plain(words)}{mark}{escape_plain(right)}"
        if words
        else escape_plain(token.text)
    )


def _split_inner(text: str, before: str, after: str) -> tuple[str, str, str]:
    """Part a text so that emphasis may stand around its middle: next to a letter, it must begin and end with letters.

    >>> _split_inner("(see", "a", ""), _split_inner("(see)", " ", ".")
    (('(', 'see', ''), ('', '(see)', ''))
    """
    start, end = 0, len(text)
    while start < end and not text[start].isalnum() and not _is_border(before):
        before, start = text[start], start + 1
    while end > start and not text[end - 1].isalnum() and not _is_border(after):
        after, end = text[end - 1], end - 1
    words = text[start:end]
    if words != words.strip() or not any(map(str.isalnum, words)):
        return "", "", ""
    return text[:start], words, text[end:]


def _is_border(sign: str) -> bool:
    """Tell whether emphasis may open after, or close before, a sign whatever stands inside."""
    return not sign or sign.isspace() or sign in string.punctuation or unicodedata.category(sign).startswith("P")


def _write_code(text: str) -> str:
    """Return inline code, with as many backticks around as it takes.

    >>> _write_code("a`b"), _write_code("`"), _write_code("x")
    ('``a`b``', '`` ` ``', '`x`')
    """
    if "\\" in text and "`" in text:
        return escape_plain(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"
