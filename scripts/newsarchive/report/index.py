"""What the cleaner did, for people: `index.html` and a list for each source, which lead to the page of each capture;
and
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

from newsarchive.archive.atomic import write_atomically, write_changed
from newsarchive.archive.contents import Archive, Entry
from newsarchive.archive.counts import Yield
from newsarchive.archive.outcome import CaptureStatus
from newsarchive.archive.records import Records
from newsarchive.models import SAMPLES
from newsarchive.report.report_page import load_template, name_page
from newsarchive.rules.explanations import Explanations, find_host

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
class CaptureRow:
    """It is one capture in the lists."""

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


def list_rows(
    archive: Archive, settled: dict[str, list[CaptureStatus]], held: list[CaptureStatus], records: Records
) -> list[CaptureRow]:
    """Return a row for every capture that is known, by source and then by capture."""
    statuses = {status.path: status for rows in settled.values() for status in rows}
    rows: list[CaptureRow] = []
    for entry in archive.entries.values():
        if entry.raws:
            numbers = records.read_yield(entry.path)
            rows += (_make_published(entry, raw, statuses.get(raw), numbers) for raw in entry.raws)
    for status in statuses.values():
        if status.joined in archive.entries:
            reason = f"another capture of {status.joined}, which you edited"
            rows.append(_make_row(status, "same article", reason, archive.entries[status.joined].path))
    rows += (_make_row(status, _name_outcome(status), status.held, "") for status in held)
    rows = _add_sources(rows)
    return sorted({row.raw: row for row in rows}.values(), key=lambda row: (row.source.casefold(), row.raw))


def _add_sources(rows: list[CaptureRow]) -> list[CaptureRow]:
    """Count a capture that names no source under that of its folder's articles, where they agree on one."""
    stated: dict[str, set[str]] = {}
    for row in rows:
        if row.fate == "published":
            stated.setdefault(_name_folder_source(row.raw), set()).add(row.source)
    only = {folder: min(names) for folder, names in stated.items() if len(names) == 1}
    return [replace(row, source=only.get(row.source, row.source)) for row in rows]


def _name_outcome(status: CaptureStatus) -> str:
    return "held" if status.kind in ("article", "unreadable", "known") else "not an article"


def _make_row(status: CaptureStatus, word: str, reason: str, article: str) -> CaptureRow:
    source = status.source or _name_folder_source(status.path)
    return CaptureRow(
        status.path, word, status.kind, reason, status.title, source, article, status.sha256, False, (), status.numbers
    )  # fmt: skip


def _name_folder_source(raw: str) -> str:
    """Return what stands for the source of a capture that names none: the folder that it lies in.

    >>> _name_folder_source("samples/post/a.html"), _name_folder_source("a.html")
    ('post/', '(no source)')
    """
    folder, slash, _ = raw.removeprefix(SAMPLES).partition("/")
    return folder + slash if slash else "(no source)"


def _make_published(entry: Entry, raw: str, status: CaptureStatus | None, numbers: Yield) -> CaptureRow:
    header = entry.header
    source = header.get("source") or find_host(header.get("source_url", "")) or _name_folder_source(raw)
    is_first = raw == entry.raws[0]
    word = "published" if is_first else "same article"
    return CaptureRow(
        raw, word, "article", status.note if status and is_first else "", header.get("title", ""), source, entry.path,
        entry.sha256 if is_first else "", entry.hand_edited,
        tuple(_list_missing(header, numbers)) if is_first else (), numbers if is_first else Yield(),
    )  # fmt: skip


def _list_missing(header: dict[str, str], numbers: Yield) -> Iterator[str]:
    if not header.get("title") or not numbers.titled:
        yield "title"
    if header.get("date_precision") == "none" or header.get("date_from") == "captured":
        yield "date"
    yield from (key for key in ("authors", "lang") if not header.get(key))


def list_oddities(row: CaptureRow, usual: float) -> list[str]:
    """Return what about a published capture is unlike the others of its source, worst first; `usual` removed share."""
    n = row.numbers
    oddities = [row.reason] if row.reason else []
    if n.long:
        oddities.append(f"{n.long} long {'paragraph' if n.long == 1 else 'paragraphs'} removed")
    if n.share > usual + FAR * (1 - usual):
        oddities.append(f"{n.share:.0%} removed, usual: {usual:.0%}")
    if n.kept and n.kept < LITTLE:
        oddities.append(f"only {n.kept:,} letters kept")
    return oddities + [f"no {key}" for key in row.missing]


@dataclass(frozen=True)
class SourceRows:
    """It holds the captures of one publication."""

    name: str
    file: str
    rows: list[CaptureRow]
    middle: float
    """Median of the removed share."""
    usual: float
    """The same, or that of the whole archive where the captures are too few to have something usual."""

    @property
    def published(self) -> list[CaptureRow]:
        """Return the captures behind articles, one an article."""
        return [row for row in self.rows if row.fate == "published"]

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Return how many captures are not published, by kind."""
        return sorted(Counter(_name_kind(row) for row in self.rows if not row.article).items())

    def lacks(self, key: str) -> int:
        """Return how many articles lack a field."""
        return sum(key in row.missing for row in self.published)

    def odd(self) -> list[tuple[CaptureRow, list[str]]]:
        """Return published captures that are unlike the others with what is odd, the oddest first."""
        odd = [(row, list_oddities(row, self.usual)) for row in self.published]
        return sorted((pair for pair in odd if pair[1]), key=lambda pair: _measure_oddness(*pair))

    def listed(self) -> list[tuple[CaptureRow, list[str]]]:
        """Return all captures: held, odd, not articles, then the rest."""
        odd = self.odd()
        named = {row.raw for row, _ in odd}
        held = [(row, [row.reason]) for row in self.rows if row.fate == "held"]
        others = [(row, [row.reason]) for row in self.rows if row.fate == "not an article"]
        rest = [(row, [row.reason] if row.reason else []) for row in self.rows if row.article and row.raw not in named]
        return [*held, *odd, *others, *rest]


def _name_kind(row: CaptureRow) -> str:
    return "held" if row.fate == "held" and row.kind != "unreadable" else row.kind


def _measure_oddness(row: CaptureRow, oddities: list[str]) -> tuple[bool, float, int, float, str]:
    n = row.numbers
    return not row.reason, -min(n.long, 5) - 2 * (0 < n.kept < LITTLE), -len(oddities), -n.share, row.raw


def group_sources(every: list[CaptureRow]) -> list[SourceRows]:
    """Return the captures by source, each source with a file name of its own."""
    groups, taken = [], set()
    everywhere = _find_middle(every)
    for name, group in groupby(every, key=lambda row: row.source):
        slug = wanted = contract.make_slug(name, "source")[:80]
        while slug in taken:
            slug = f"{wanted}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
        taken.add(slug)
        members = list(group)
        is_many = sum(row.fate == "published" for row in members) >= USUAL_OF
        groups.append(
            SourceRows(name, slug, members, _find_middle(members), _find_middle(members) if is_many else everywhere)
        )
    return groups


def _find_middle(every: list[CaptureRow]) -> float:
    shares = [row.numbers.share for row in every if row.fate == "published"]
    return median(shares) if shares else 0.0


def write_report(reports: Path, every: list[CaptureRow], recipes: Explanations, content: str = "content") -> None:
    """Write index, source lists and `cleaning.jsonl`, and take away pages of captures that are no more.

    The bytes depend on the rows, on which pages stand and on the rules' reasons; not on clock or order.
    """
    write_atomically(reports / "cleaning.jsonl", "".join(map(_write_line, sorted(every, key=lambda row: row.raw))))
    pages = _prune_pages(reports, every)
    groups = group_sources(every)
    kept = {reports / "sources" / name for source in groups for name in _write_source(reports, source, pages, content)}
    for file in set((reports / "sources").glob("*.html")) - kept:
        file.unlink()
    write_changed(reports / "index.html", _write_index(groups, every, recipes, pages, content))


def _write_line(row: CaptureRow) -> str:
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


def _prune_pages(reports: Path, every: list[CaptureRow]) -> dict[str, str]:
    """Take away the pages of captures that are no more; return the page of each capture that has one."""
    names = {name_page(row.raw): row.raw for row in every}
    pages = {}
    for file in sorted((reports / "pages").glob("??/*.html")):
        name = file.relative_to(reports).as_posix()
        if name in names:
            pages[names[name]] = name
        else:
            file.unlink()
    return pages


def _write_source(reports: Path, source: SourceRows, pages: dict[str, str], content: str) -> list[str]:
    listed = source.listed()
    count = max(1, -(-len(listed) // PER_PAGE))
    names = [f"{source.file}.html" if n == 0 else f"{source.file}.{n + 1}.html" for n in range(count)]
    for number, name in enumerate(names):
        part = listed[number * PER_PAGE : (number + 1) * PER_PAGE]
        text = load_template("source.html").render(
            root="../", source=source, listed=part, pages=pages, content=content, names=names, number=number
        )
        write_changed(reports / "sources" / name, text)
    return names


def _write_index(
    groups: list[SourceRows], every: list[CaptureRow], recipes: Explanations, pages: dict[str, str], content: str
) -> str:
    counts: Counter[str] = Counter()
    for row in every:
        if row.fate == "published":
            counts.update(row.numbers.rules)
    odd = [(row, why) for source in groups for row, why in source.odd()[:PER_SOURCE]]
    kinds = sorted(Counter(row.kind for row in every if row.fate == "not an article").items())
    return load_template("index.html").render(
        root="", sources=groups, fields=FIELDS, pages=pages, content=content, limit=PER_LIST,
        fates=Counter(row.fate for row in every),
        total=len(every),
        odd=sorted(odd, key=lambda pair: _measure_oddness(*pair)),
        held=[row for row in every if row.fate == "held"],
        kinds=[(kind, count, [r for r in every if r.fate == "not an article" and r.kind == kind]) for kind, count in kinds],
        edited=[row for row in every if row.fate == "published" and row.is_edited],
        rules=[(rule, recipes.reason(rule), count) for rule, count in sorted(counts.items(), key=lambda p: (-p[1], p[0]))],
    )  # fmt: skip
