"""The page of one capture in the report: its text in order, what was removed and why, how to undo it, and every candidate
for the header. Pages hold no script and ask no host for anything."""

from __future__ import annotations

import difflib
import hashlib
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, Template
from pressroom import contract

from newsarchive.archive import frontmatter
from newsarchive.archive.counts import is_visibly_long, yield_of
from newsarchive.archive.store import write_changed
from newsarchive.metadata.candidates import ORIGINS, OTHERS
from newsarchive.models import Block, Conversion, Fact
from newsarchive.rules.explanations import Recipes, Where, by_hand, quoted

TEMPLATES = Path(__file__).parent / "templates"
LONG_RUN = 8
"""Removed blocks in a row from which they are folded up: menus, mostly."""
SHOWN = 12
"""Long removed paragraphs that are listed by themselves."""


NOTHING = Conversion("", "", "", None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one capture that was converted."""

    conversion: Conversion = NOTHING
    fate: str = ""
    """`published`, `same article` or `held`."""
    place: str = ""
    """Path of its article under the content folder, or ""."""
    note: str = ""
    old: str = ""
    """The content file before, or ""."""
    new: str = ""
    """The content file as the cleaner writes it, or would if a person had not edited it; "" where it makes none."""
    is_edited: bool = False


def difference(old: str, new: str) -> list[str]:
    """Return the lines of a unified diff, without its two lines of names.

    >>> difference("a\\nb\\n", "a\\nc\\n")[1:]
    [' a', '-b', '+c']
    """
    return list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]


def changed_lines(old: str, new: str) -> int:
    """Return how many lines differ, each counted once.

    >>> changed_lines("a\\nb\\n", "a\\nc\\nd\\n"), changed_lines("a", "a")
    (2, 0)
    """
    marks = Counter(line[0] for line in difference(old, new))
    return max(marks["-"], marks["+"])


def page_name(raw: str) -> str:
    """Return the path of a capture's page under the reports folder: it depends on the capture's name alone.

    >>> page_name("post/Näive story.html")
    'pages/70/post-naive-story-html-7031e76903.html'
    """
    digest = hashlib.sha256(raw.encode()).hexdigest()
    return f"pages/{digest[:2]}/{contract.make_slug(raw)[:60].strip('-')}-{digest[:10]}.html"


@dataclass(frozen=True)
class Pages:
    """Writes the page of one capture after the other."""

    reports: Path
    recipes: Recipes
    content: str = "content"
    """The content folder as people know it."""

    def write(self, outcome: Outcome) -> None:
        """Write the page of one capture, unless it has these bytes already."""
        write_changed(self.reports / page_name(outcome.conversion.path), self.page(outcome))

    def page(self, outcome: Outcome) -> str:
        """Return the page of one capture."""
        c = outcome.conversion
        header = frontmatter.load(outcome.new)[0] if outcome.new else c.article.header if c.article else {}
        place = f"{self.content}/{outcome.place}" if outcome.place else ""
        where = Where(c.path, place, header.get("Source_url", ""))
        runs = list(_runs(c, self.recipes, where))
        return template("page.html").render(
            root="../../", c=c, numbers=yield_of(c), file=quoted(c.path), outcome=outcome, where=where, header=header, runs=runs,
            fields=candidates(header, c.facts), by_hand=by_hand(where), shown=SHOWN,
            cuts=_cuts(c, self.recipes, where),
            long=[block for run in runs if run["rule"] for block in run["blocks"] if block["long"]],
            diff=difference(outcome.old, outcome.new) if outcome.is_edited and outcome.old != outcome.new else [],
        )  # fmt: skip


def candidates(header: dict[str, str], facts: Iterable[Fact]) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Return (field, value as written, [(candidate, origin, whether it won)]) in the order of the header.

    >>> candidates({"Title": "A"}, [Fact("title", "A | The Post", "title"), Fact("title", "A", "h1")])
    [('Title', 'A', [('A | The Post', 'title', False), ('A', 'h1', True)])]
    """
    names = {key.lower(): key for key in contract.KEYS}
    found: dict[str, list[Fact]] = {key: [] for key in names}
    for fact in facts:
        if fact not in found.setdefault(fact.key, []):
            found[fact.key].append(fact)
    rows = []
    for key, stated in found.items():
        value = header.get(names.get(key, ""), "")
        origin = header.get("Date_from", "") if key == "date" else ""
        order = ORIGINS.get(key, OTHERS)
        ranked = sorted(stated, key=lambda f: order.index(f.origin) if f.origin in order else len(order))
        won = _winner(value, ranked, origin)
        if stated:
            rows.append((names.get(key, key), value, [(f.value, f.origin, f is won) for f in stated]))
    return rows


def _winner(value: str, facts: list[Fact], origin: str) -> Fact | None:
    """Return the candidate that a header's value was taken from, as far as the values tell."""
    same = [fact for fact in facts if _folded(fact.value) == _folded(value)]
    near = [fact for fact in facts if _folded(value).startswith(_folded(fact.value))]
    ranked = [fact for fact in [*same, *near] if fact.origin == origin] or same or near
    return ranked[0] if value and ranked else None


def _folded(value: str) -> str:
    return " ".join(value.replace("T", " ").split()).casefold()


def _runs(c: Conversion, recipes: Recipes, where: Where) -> Iterator[dict[str, Any]]:
    """Yield the capture's blocks in order, those beside one another with the same fate together."""
    rules = {(removal.position, removal.path): removal.rule for removal in c.removals}
    for rule, group in groupby(c.blocks, key=lambda block: rules.get((block.position, block.path), "")):
        blocks = [_shown(block, is_removed=bool(rule)) for block in group]
        is_folded = bool(rule) and len(blocks) >= LONG_RUN and not any(block["long"] for block in blocks)
        yield {
            "rule": rule, "blocks": blocks, "is_folded": is_folded,
            "reason": recipes.reason(rule) if rule else "",
            "undo": recipes.undo(rule, blocks[0]["text"], where) if rule else "",
        }  # fmt: skip


def _shown(block: Block, *, is_removed: bool) -> dict[str, Any]:
    text = block.text or f"({block.kind} without text)"
    return {
        "id": f"b{block.position}",
        "text": text,
        "kind": block.kind,
        "long": is_removed and is_visibly_long(block),
        "opening": text[:90],
    }


def _cuts(c: Conversion, recipes: Recipes, where: Where) -> list[dict[str, str]]:
    """Return what was cut before the page became blocks: what site rules select."""
    blocks = {(block.position, block.path) for block in c.blocks}
    return [
        {
            "rule": r.rule,
            "text": r.text,
            "place": r.path,
            "reason": recipes.reason(r.rule),
            "undo": recipes.undo(r.rule, r.text, where),
        }
        for r in c.removals
        if (r.position, r.path) not in blocks
    ]


# --- templates --------------------------------------------------------------------------------------------------------
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def _printable(value: object) -> object:
    """Replace what may not stand in a page at all; the template escapes the rest.

    >>> _printable("a\\x00b"), _printable(3)
    ('a\ufffdb', 3)
    """
    return _UNPRINTABLE.sub("\ufffd", value) if type(value) is str and not value.isprintable() else value


@cache
def template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=_printable,
    )  # fmt: skip
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    environment.globals |= {"style": style, "style_hash": f"sha256-{digest}"}
    return environment.get_template(name)
