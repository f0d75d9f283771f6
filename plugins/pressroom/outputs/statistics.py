"""What the statistics pages and their CSV files show, from tallies.

Shapes are paths of numbers that a template puts into its SVG; each plot stands beside a table of the same counts.
"""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pressroom.content import tally
from pressroom.content.tally import LENGTHS, Bar, Gap, Summary, Tally
from pressroom.core.keys import SITE
from pressroom.core.page import Planned
from pressroom.core.settings import SiteSettings
from pressroom.outputs.archive import Archive, Changed, join_hashes
from pressroom.outputs.dataset import guard_cell

FOLDER = "statistics"
FILES = ("months", "sources", "gaps", "languages", "lengths")
"""CSV files of the whole archive; each year has one of its own, by month, source and language."""
SHOWN = 25
"""Gaps that the page names, the longest ones; the CSV file has all."""
HEIGHT, STEP = 100, 4
"""Of a plot, and from bar to bar, in units of its view box."""
_SUMS = ("articles", "words", "cleaned_articles", "removed_blocks", "mended_words")


class TallyFile(NamedTuple):
    """A CSV file: of a year by `key`, or of the whole archive by `name`."""

    path: str
    key: str
    """A year or `undated`, "" for the whole archive."""
    name: str
    """One of FILES, "" for a year."""


PAGES = (TallyFile,)


def reserved(site: SiteSettings) -> Iterable[str]:
    """Return what matches the folder of statistics."""
    return [rf"{FOLDER}/.*"] if site.place("STATISTICS").save_as else []


def plan(db: sqlite3.Connection, site: SiteSettings, changed: Changed) -> Iterator[Planned]:
    """Yield the file of a year, or those of the whole archive."""
    if not site.place("STATISTICS").save_as:
        return
    if changed.kind in ("year", "undated"):
        name = changed.slug or changed.kind
        yield Planned(TallyFile(f"{FOLDER}/{name}.csv", name, ""), join_hashes(changed.members))
    if changed.key == SITE:
        tallies = db.execute("SELECT value FROM meta WHERE key = 'tallies'").fetchone()
        sources = db.execute("SELECT slug, name FROM term WHERE kind = 'source' ORDER BY slug").fetchall()
        shown = hashlib.blake2b(repr((tallies, sources)).encode("utf-8", "surrogatepass"), digest_size=12).digest()
        for name in FILES:
            yield Planned(TallyFile(f"{FOLDER}/{name}.csv", "", name), shown)


def render(page: TallyFile, archive: Archive, site: SiteSettings) -> bytes:
    """Return a CSV file."""
    if page.key:
        return write_year(archive.read_tallies(page.key))
    return write_file(page.name, archive.all_tallies(), archive.sums_by_source(), archive.source_names())


class Plot(NamedTuple):
    """Bars as a path."""

    path: str
    width: int
    height: int
    most: int
    """The count of the highest bar."""
    bars: list[Bar]


class Length(NamedTuple):
    """A bucket of lengths."""

    least: int
    most: int
    """0: no end."""
    articles: int


class Part(NamedTuple):
    """A source or a language, summed."""

    slug: str
    term: Any
    """The source as templates know it, None for articles that name none."""
    sums: Summary
    plot: Plot


class Statistics(NamedTuple):
    """The whole archive."""

    sums: Summary
    plot: Plot
    sources: list[Part]
    languages: list[Part]
    lengths: list[Length]
    gaps: list[tuple[Part | None, Gap]]
    """The longest ones; None before those of the whole archive."""
    more_gaps: int
    """That are not among them."""
    files: list[str]
    """CSV files, as addresses."""


def draw_plot(bars: Sequence[Bar]) -> Plot:
    """Return bars as a path, from left to right.

    >>> draw_plot([Bar("2023", 2), Bar("2024", 0), Bar("2025", 1)])[:4]
    ('M0 100V0h3V100zM8 100V50h3V100z', 11, 100, 2)
    """
    most = max((bar.articles for bar in bars), default=0)
    path = "".join(
        f"M{at * STEP} {HEIGHT}V{HEIGHT - max(1, HEIGHT * bar.articles // most)}h{STEP - 1}V{HEIGHT}z"
        for at, bar in enumerate(bars)
        if bar.articles
    )
    return Plot(path, max(0, len(bars) * STEP - 1), HEIGHT, most, list(bars))


def list_lengths(counts: Iterable[int]) -> list[Length]:
    """Return the buckets of lengths with their articles."""
    edges = [*zip((0, *LENGTHS), (*(least - 1 for least in LENGTHS), 0), strict=True)]
    return [Length(*edge, count) for edge, count in zip(edges, counts, strict=True)]


def sum_part(slug: str, rows: Iterable[Tally], span: tuple[str, str] | None = None) -> Part:
    """Return the sums of a source or language; its bars run over `span`, if one is given."""
    sums = tally.sum_tallies(rows, span)
    return Part(slug, None, sums, draw_plot(sums.bars))


def sum_by_source(rows: Sequence[Tally]) -> dict[str, Summary]:
    """Return the sums of each source by slug; their bars run over the whole archive's months."""
    span = tally.find_span({row.list for row in rows})
    return {slug: tally.sum_tallies(tallies, span) for slug, tallies in tally.group_by_source(rows).items()}


def make_statistics(rows: Sequence[Tally], by_source: Mapping[str, Summary], terms: Mapping[str, Any]) -> Statistics:
    """Return what the page shows; `by_source` is of `sum_by_source`, `terms` has the sources by slug."""
    whole = tally.sum_tallies(rows)
    span = tally.find_span({row.list for row in rows})
    sources = [Part(slug, terms.get(slug), sums, draw_plot(sums.bars)) for slug, sums in by_source.items()]
    sources.sort(key=lambda source: (source.term is None, -source.sums.articles, source.slug))
    shown = draw_plot(whole.bars)
    if len(whole.langs) == 1:
        languages = [Part(whole.langs[0][0], None, whole, shown)]
    else:
        languages = [sum_part(lang, [row for row in rows if row.lang == lang], span) for lang, _ in whole.langs]
    all_gaps: list[tuple[Part | None, Gap]] = [(None, gap) for gap in whole.gaps]
    all_gaps += [(source, gap) for source in sources for gap in source.sums.gaps]
    all_gaps.sort(key=lambda pair: (-pair[1].months, pair[1].first, pair[0].slug if pair[0] else ""))
    return Statistics(
        whole, shown, sources, languages, list_lengths(whole.lengths), all_gaps[:SHOWN], max(0, len(all_gaps) - SHOWN),
        list_addresses({row.list[:4] if row.list != "undated" else row.list for row in rows}),
    )  # fmt: skip


# --- CSV ------------------------------------------------------------------------------------------------------------


def list_addresses(years: Iterable[str]) -> list[str]:
    """Return the addresses of all CSV files; `years` has `undated` too, where there is such a list."""
    return [f"{FOLDER}/{name}.csv" for name in (*FILES, *sorted(years))]


def write_year(rows: Iterable[Tally]) -> bytes:
    """Return the tallies of a year as they are."""
    head = ["month", "source", "language", *_SUMS, *_name_buckets(), "first", "last"]
    return _write_csv(head, ([*row[:8], *row.lengths, row.first, row.last] for row in rows))


def write_months(rows: Sequence[Tally]) -> bytes:
    """Return the sums of each month, of each year's articles without one, and of undated ones."""
    return _write_csv(["month", *_SUMS, *_name_buckets()], _sum_groups(rows, lambda row: row.list))


def write_sources(by_source: Mapping[str, Summary], names: Mapping[str, str]) -> bytes:
    """Return the sums of each source, its span and gaps."""
    head = ["source", "name", *_SUMS, "first", "last", "months", "gaps", "languages", *_name_buckets()]

    def make_row(slug: str, sums: Summary) -> list[Any]:
        langs = " ".join(lang for lang, _ in sums.langs)
        return [slug, names.get(slug, ""), *sums[:5], sums.first, sums.last, sums.months, len(sums.gaps), langs, *sums.lengths]  # fmt: skip

    return _write_csv(head, (make_row(slug, sums) for slug, sums in by_source.items()))


def write_gaps(by_source: Mapping[str, Summary]) -> bytes:
    """Return every gap of every source."""
    gaps = ([slug, *gap] for slug, sums in by_source.items() for gap in sums.gaps)
    return _write_csv(["source", "first", "last", "months"], gaps)


def write_languages(rows: Sequence[Tally]) -> bytes:
    """Return the sums of each language."""
    return _write_csv(["language", *_SUMS, *_name_buckets()], _sum_groups(rows, lambda row: row.lang))


def write_lengths(rows: Sequence[Tally]) -> bytes:
    """Return how many articles have which length."""
    counts = tally.sum_columns(rows)[-len(LENGTHS) - 1 :]
    return _write_csv(["words_from", "words_to", "articles"], ([a, b or "", n] for a, b, n in list_lengths(counts)))


def write_file(name: str, rows: Sequence[Tally], by_source: Mapping[str, Summary], names: Mapping[str, str]) -> bytes:
    """Return a CSV file of `FILES`; `by_source` is of `sum_by_source`, `names` has the sources by slug."""
    if name == "sources":
        return write_sources(by_source, names)
    if name == "gaps":
        return write_gaps(by_source)
    return {"months": write_months, "languages": write_languages, "lengths": write_lengths}[name](rows)


def _sum_groups(rows: Iterable[Tally], key: Callable[[Tally], str]) -> Iterable[list[Any]]:
    groups: dict[str, list[Tally]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return ([name, *tally.sum_columns(tallies)] for name, tallies in sorted(groups.items()))


def _name_buckets() -> list[str]:
    ends = [*(f"{least - 1}" for least in LENGTHS), ""]
    return [f"words_{least}_{end or 'up'}" for least, end in zip((0, *LENGTHS), ends, strict=True)]


def _write_csv(head: list[str], rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([guard_cell(value) if isinstance(value, str) else value for value in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")
