"""What the cleaner did, for people: `index.html` and a list for each source, which lead to the page of each capture; and
for programs: `cleaning.jsonl`, one line a capture."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from statistics import median

from pressroom import contract

from newsarchive.archive.counts import Yield
from newsarchive.archive.store import Archive, Entry, Fate, Records, write_atomically, write_changed
from newsarchive.models import SAMPLES
from newsarchive.report.report_page import page_name, template
from newsarchive.rules.explanations import Recipes, host_of

PER_PAGE = 500
"""Captures on one page of a source's list: about 150 KB, which a telephone still shows at once."""
PER_SOURCE, PER_LIST = 5, 40
"""Captures that the index shows of one source, and in one list."""
FAR = 0.25
"""How far the removed share may be from what is usual for the source, towards all, before the page is named for it."""
LITTLE = 400
"""Letters of an article under which it is named as short."""
USUAL_OF = 5
"""Captures from which a source has something usual."""


@dataclass(frozen=True, slots=True)
class Row:
    """One capture in the lists."""

    raw: str
    fate: str
    """`published`, `same article`, `held`, or `not an article`."""
    kind: str
    reason: str
    """Why it is not published, or what else a person should know."""
    title: str
    source: str
    article: str
    sha256: str
    is_edited: bool
    missing: tuple[str, ...]
    numbers: Yield


FIELDS = ("title", "date", "authors", "lang")
"""Whose absence is counted."""


def rows(archive: Archive, settled: dict[str, list[Fate]], held: list[Fate], records: Records) -> list[Row]:
    """Return a row for every capture that is known, by source and then by capture."""
    fates = {fate.path: fate for found in settled.values() for fate in found}
    found: list[Row] = []
    for entry in archive.entries.values():
        if entry.raws:
            numbers = records.numbers(entry.path)
            found += (_published(entry, raw, fates.get(raw), numbers) for raw in entry.raws)
    for fate in fates.values():
        if fate.joined in archive.entries:
            reason = f"another capture of {fate.joined}, which you edited"
            found.append(_row(fate, "same article", reason, archive.entries[fate.joined].path))
    found += (_row(fate, _fate_word(fate), fate.held, "") for fate in held)
    found = _with_sources(found)
    return sorted({row.raw: row for row in found}.values(), key=lambda row: (row.source.casefold(), row.raw))


def _with_sources(found: list[Row]) -> list[Row]:
    """Count a capture that names no source under that of its folder's articles, where they agree on one."""
    stated: dict[str, set[str]] = {}
    for row in found:
        if row.fate == "published":
            stated.setdefault(_folder_source(row.raw), set()).add(row.source)
    only = {folder: min(names) for folder, names in stated.items() if len(names) == 1}
    return [replace(row, source=only.get(row.source, row.source)) for row in found]


def _fate_word(fate: Fate) -> str:
    return "held" if fate.kind in ("article", "unreadable", "known") else "not an article"


def _row(fate: Fate, word: str, reason: str, article: str) -> Row:
    source = fate.source or _folder_source(fate.path)
    return Row(
        fate.path, word, fate.kind, reason, fate.title, source, article, fate.sha256, False, (), fate.numbers
    )  # fmt: skip


def _folder_source(raw: str) -> str:
    """Return what stands for the source of a capture that names none: the folder that it lies in.

    >>> _folder_source("samples/post/a.html"), _folder_source("a.html")
    ('post/', '(no source)')
    """
    folder, slash, _ = raw.removeprefix(SAMPLES).partition("/")
    return folder + slash if slash else "(no source)"


def _published(entry: Entry, raw: str, fate: Fate | None, numbers: Yield) -> Row:
    header = entry.header
    source = header.get("source") or host_of(header.get("source_url", "")) or _folder_source(raw)
    is_first = raw == entry.raws[0]
    word = "published" if is_first else "same article"
    return Row(
        raw, word, "article", fate.note if fate and is_first else "", header.get("title", ""), source, entry.path,
        entry.sha256 if is_first else "", entry.hand_edited,
        tuple(_missing(header, numbers)) if is_first else (), numbers if is_first else Yield(),
    )  # fmt: skip


def _missing(header: dict[str, str], numbers: Yield) -> Iterator[str]:
    if not header.get("title") or not numbers.titled:
        yield "title"
    if header.get("date_precision") == "none" or header.get("date_from") == "captured":
        yield "date"
    yield from (key for key in ("authors", "lang") if not header.get(key))


def oddities(row: Row, usual: float) -> list[str]:
    """Return what about a published capture is unlike the others of its source, worst first; `usual` removed share."""
    n = row.numbers
    found = [row.reason] if row.reason else []
    if n.long:
        found.append(f"{n.long} long {'paragraph' if n.long == 1 else 'paragraphs'} removed")
    if n.share > usual + FAR * (1 - usual):
        found.append(f"{n.share:.0%} removed, usual: {usual:.0%}")
    if n.kept and n.kept < LITTLE:
        found.append(f"only {n.kept:,} letters kept")
    return found + [f"no {key}" for key in row.missing]


@dataclass(frozen=True)
class Source:
    """The captures of one publication."""

    name: str
    file: str
    rows: list[Row]
    middle: float
    """Median of the removed share."""
    usual: float
    """The same, or that of the whole archive where the captures are too few to have something usual."""

    @property
    def published(self) -> list[Row]:
        """Return the captures behind articles, one an article."""
        return [row for row in self.rows if row.fate == "published"]

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Return how many captures are not published, by kind."""
        return sorted(Counter(_kind(row) for row in self.rows if not row.article).items())

    def lacks(self, key: str) -> int:
        """Return how many articles lack a field."""
        return sum(key in row.missing for row in self.published)

    def odd(self) -> list[tuple[Row, list[str]]]:
        """Return published captures that are unlike the others with what is odd, the oddest first."""
        found = [(row, oddities(row, self.usual)) for row in self.published]
        return sorted((pair for pair in found if pair[1]), key=lambda pair: _oddness(*pair))

    def listed(self) -> list[tuple[Row, list[str]]]:
        """Return all captures: held, odd, not articles, then the rest."""
        odd = self.odd()
        told = {row.raw for row, _ in odd}
        held = [(row, [row.reason]) for row in self.rows if row.fate == "held"]
        others = [(row, [row.reason]) for row in self.rows if row.fate == "not an article"]
        rest = [(row, [row.reason] if row.reason else []) for row in self.rows if row.article and row.raw not in told]
        return [*held, *odd, *others, *rest]


def _kind(row: Row) -> str:
    return "held" if row.fate == "held" and row.kind != "unreadable" else row.kind


def _oddness(row: Row, found: list[str]) -> tuple[bool, float, int, float, str]:
    n = row.numbers
    return not row.reason, -min(n.long, 5) - 2 * (0 < n.kept < LITTLE), -len(found), -n.share, row.raw


def sources(every: list[Row]) -> list[Source]:
    """Return the captures by source, each source with a file name of its own."""
    found, taken = [], set()
    everywhere = _middle(every)
    for name, group in groupby(every, key=lambda row: row.source):
        slug = wanted = contract.make_slug(name, "source")[:80]
        while slug in taken:
            slug = f"{wanted}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        taken.add(slug)
        members = list(group)
        is_many = sum(row.fate == "published" for row in members) >= USUAL_OF
        found.append(Source(name, slug, members, _middle(members), _middle(members) if is_many else everywhere))
    return found


def _middle(every: list[Row]) -> float:
    shares = [row.numbers.share for row in every if row.fate == "published"]
    return median(shares) if shares else 0.0


def write(reports: Path, every: list[Row], recipes: Recipes, content: str = "content") -> None:
    """Write index, source lists and `cleaning.jsonl`, and take away pages of captures that are no more.

    The bytes depend on the rows, on which pages stand and on the rules' reasons; not on clock or order.
    """
    write_atomically(reports / "cleaning.jsonl", "".join(map(_line, sorted(every, key=lambda row: row.raw))))
    pages = _prune(reports, every)
    found = sources(every)
    kept = {reports / "sources" / name for source in found for name in _write_source(reports, source, pages, content)}
    for file in set((reports / "sources").glob("*.html")) - kept:
        file.unlink()
    write_changed(reports / "index.html", _index(found, every, recipes, pages, content))


def _line(row: Row) -> str:
    n = row.numbers
    return json.dumps(
        {
            "raw": row.raw, "fate": row.fate, "kind": row.kind, "reason": row.reason, "article": row.article,
            "title": row.title, "source": row.source, "sha256": row.sha256, "edited": row.is_edited,
            "missing": row.missing, "kept": n.kept, "removed": n.removed, "blocks": n.blocks, "long": n.long,
            "mended": n.mended, "rules": n.rules,
        },
        ensure_ascii=False,
    ) + "\n"  # fmt: skip


def _prune(reports: Path, every: list[Row]) -> dict[str, str]:
    """Take away the pages of captures that are no more; return the page of each capture that has one."""
    names = {page_name(row.raw): row.raw for row in every}
    pages = {}
    for file in sorted((reports / "pages").glob("??/*.html")):
        name = file.relative_to(reports).as_posix()
        if name in names:
            pages[names[name]] = name
        else:
            file.unlink()
    return pages


def _write_source(reports: Path, source: Source, pages: dict[str, str], content: str) -> list[str]:
    listed = source.listed()
    count = max(1, -(-len(listed) // PER_PAGE))
    names = [f"{source.file}.html" if n == 0 else f"{source.file}.{n + 1}.html" for n in range(count)]
    for number, name in enumerate(names):
        part = listed[number * PER_PAGE : (number + 1) * PER_PAGE]
        text = template("source.html").render(
            root="../", source=source, listed=part, pages=pages, content=content, names=names, number=number
        )
        write_changed(reports / "sources" / name, text)
    return names


def _index(found: list[Source], every: list[Row], recipes: Recipes, pages: dict[str, str], content: str) -> str:
    counts: Counter[str] = Counter()
    for row in every:
        if row.fate == "published":
            counts.update(row.numbers.rules)
    odd = [(row, why) for source in found for row, why in source.odd()[:PER_SOURCE]]
    kinds = sorted(Counter(row.kind for row in every if row.fate == "not an article").items())
    return template("index.html").render(
        root="", sources=found, fields=FIELDS, pages=pages, content=content, limit=PER_LIST,
        fates=Counter(row.fate for row in every),
        total=len(every),
        odd=sorted(odd, key=lambda pair: _oddness(*pair)),
        held=[row for row in every if row.fate == "held"],
        kinds=[(kind, count, [r for r in every if r.fate == "not an article" and r.kind == kind]) for kind, count in kinds],
        edited=[row for row in every if row.fate == "published" and row.is_edited],
        rules=[(rule, recipes.reason(rule), count) for rule, count in sorted(counts.items(), key=lambda p: (-p[1], p[0]))],
    )  # fmt: skip
