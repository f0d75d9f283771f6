"""This module shows what cleaning does as a diff in the terminal: plain when it is piped or when NO_COLOR is set
(rich sees to that)."""

from __future__ import annotations

import re

from rich.console import Console
from rich.text import Text

from newsarchive.archive import frontmatter
from newsarchive.report.report_page import Outcome, list_differences

STYLES = {"+": "green", "-": "red", "@": "dim"}
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""A captured text must not move the cursor, colour the screen or turn the line around."""


def say_text(console: Console, text: str, style: str = "") -> None:
    """Print one text from a capture, without what a terminal would obey."""
    console.print(Text(_UNPRINTABLE.sub("\ufffd", text), style=style))


def show_outcome(outcome: Outcome, console: Console) -> None:
    """Print what ingest would do with one capture: its header, and the blocks of an article, removed ones with their rule."""
    c = outcome.conversion
    if outcome.fate == "held":
        say_text(console, f"\n{'held' if c.kind == 'article' else c.kind} {c.path}: {outcome.note}", "yellow")
        if c.kind == "article":
            _show_blocks(outcome, console)
    elif outcome.is_edited:
        show_difference(outcome, console)
    elif outcome.new and outcome.new != outcome.old:
        say_text(console, f"\n{'change' if outcome.old else 'new'} content/{outcome.place}  from {c.path}", "bold")
        before, after = (list(frontmatter.load(text)[0].items()) for text in (outcome.old, outcome.new))
        for key, value in before:
            if (key, value) not in after:
                say_text(console, f"- {key}: {value}", "red")
        for key, value in after:
            is_old = (key, value) in before
            say_text(console, f"{' ' if is_old else '+'} {key}: {value}", "" if is_old else "green")
        _show_blocks(outcome, console)


def _show_blocks(outcome: Outcome, console: Console) -> None:
    c = outcome.conversion
    console.print()
    places = {(block.position, block.path) for block in c.blocks}
    rules = {(removal.position, removal.path): removal.rule for removal in c.removals}
    for removal in c.removals:
        if (removal.position, removal.path) not in places:
            say_text(console, f"- {removal.text}  {removal.rule}", "red")
    for block in c.blocks:
        rule = rules.get((block.position, block.path))
        say_text(console, f"- {block.text}  {rule}" if rule else f"  {block.text}", "red" if rule else "")
    for mend in c.repairs:
        say_text(console, f"- {mend.before}  {mend.rule}", "red")
        say_text(console, f"+ {mend.after}", "green")


def show_difference(outcome: Outcome, console: Console) -> None:
    """Print how the cleaner would write, or writes, an article that stands."""
    title = "kept as you edited it; the cleaner would write" if outcome.is_edited else "change"
    say_text(console, f"\n{title} content/{outcome.place}  from {outcome.conversion.path}", "bold")
    for line in list_differences(outcome.old, outcome.new):
        say_text(console, line, STYLES.get(line[0], ""))
