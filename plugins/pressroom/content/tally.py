"""Tallies are sums of articles by list (a month, a year of which no more is known, `undated`), source and language.

Everything that counts the whole archive is added up from them. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from pressroom.content.article import ArticleFields
from pressroom.core.parts import UNDATED

LISTS = ("month", "year", UNDATED)
"""Lists of these kinds together hold each article once; of a year, those of which only the year is known."""
LENGTHS = (100, 200, 400, 800, 1600)
"""A longer bucket begins at each number of words: a brief, a short report, a report, a long one, a feature, an essay."""
MOST = 10**9
"""A header that says more of a number is no count."""
LONGEST = {"month": 120, "year": 150}
"""A month or a year has a bar of its own in a plot of no more bars."""


class Tally(NamedTuple):
    """A tally has the sums of one list, source and language."""

    list: str
    """It is `2024-06`, `2024` or `undated`."""
    source: str
    """It is the slug, "" where no article says one."""
    lang: str
    articles: int
    words: int
    cleaned: int
    """So many articles the cleaner wrote."""
    removed: int
    """It took so many blocks out of them."""
    mended: int
    """It mended so many words in them."""
    lengths: tuple[int, ...]
    """It counts articles by length, in a bucket more than `LENGTHS` has."""
    first: str
    """It is the first day on which one was published, "" where none is known."""
    last: str


class Gap(NamedTuple):
    """A gap is a run of months without an article, between months that have some."""

    first: str
    last: str
    months: int


class Bar(NamedTuple):
    """A bar shows how many articles a month, a year or more years have."""

    slug: str
    """It is `2024-06`, `2024`, or `1990-1999`."""
    articles: int


class Summary(NamedTuple):
    """Tallies add up to this."""

    articles: int
    words: int
    cleaned: int
    removed: int
    mended: int
    lengths: tuple[int, ...]
    first: str
    last: str
    months: int
    """So many have an article."""
    gaps: list[Gap]
    bars: list[Bar]
    unplaced: int
    """No bar shows so many articles, as their month, or year, is not known."""
    langs: list[tuple[str, int]]
    """Each stands with the number of its articles, the most first."""


# --- an article, a list ---------------------------------------------------------------------------------------------


def make_fact(fields: ArticleFields) -> str:
    """Return what an article adds to the tallies, as the state keeps it."""
    is_known = fields["date_precision"] == "day" and fields["date_from"] != "captured"
    source = fields["source"][1] if fields["source"] else ""
    numbers = [
        fields["words"],
        int(bool(fields["cleaner"])),
        _parse_count(fields["removed"]),
        _parse_count(fields["repaired"]),
    ]
    return json.dumps([source, fields["lang"], *numbers, fields["machine_date"] if is_known else ""])


def _parse_count(text: Any) -> int:
    """Return a count that a header says, 0 for what is none.

    >>> _parse_count("12"), _parse_count(""), _parse_count("-3"), _parse_count("9" * 30)
    (12, 0, 0, 0)
    """
    text = str(text).strip()
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0
    return count if count < MOST else 0


def find_bucket(words: int) -> int:
    """Return the number of the bucket of a length.

    >>> find_bucket(99), find_bucket(100), find_bucket(5000)
    (0, 1, 5)
    """
    return sum(words >= least for least in LENGTHS)


def tally_facts(name: str, facts: Iterable[str]) -> list[Tally]:
    """Return the tallies of a list.

    >>> tally_facts("2024-06", ['["a", "en", 150, 1, 3, 0, "2024-06-20"]', '["a", "en", 50, 0, 0, 0, ""]'])
    [Tally(list='2024-06', source='a', lang='en', articles=2, words=200, cleaned=1, removed=3, mended=0, \
lengths=(1, 1, 0, 0, 0, 0), first='2024-06-20', last='2024-06-20')]
    """
    by_key: dict[tuple[str, str], list[Any]] = {}
    for text in facts:
        source, lang, words, cleaned, removed, mended, day = json.loads(text)
        sums = by_key.get((source, lang))
        if sums is None:
            sums = by_key[source, lang] = [0, 0, 0, 0, 0, [0] * (len(LENGTHS) + 1), day, day]
        for at, value in enumerate((1, words, cleaned, removed, mended)):
            sums[at] += value
        sums[5][find_bucket(words)] += 1
        if day:
            sums[6], sums[7] = min(sums[6] or day, day), max(sums[7], day)
    return [make_tally([name, *key, *sums]) for key, sums in sorted(by_key.items())]


def make_tally(columns: Sequence[Any]) -> Tally:
    return Tally._make([*columns[:8], tuple(columns[8]), *columns[9:]])


# --- sums -----------------------------------------------------------------------------------------------------------


def sum_tallies(rows: Iterable[Tally], span: tuple[str, str] | None = None) -> Summary:
    """Return what tallies add up to; the bars run over `span`, from month to month, else over their own.

    >>> summary = sum_tallies([Tally("2024-06", "a", "en", 2, 200, 0, 0, 0, (1, 1, 0, 0, 0, 0), "2024-06-20", "2024-06-20"),
    ...     Tally("2024-09", "a", "de", 1, 50, 0, 0, 0, (1, 0, 0, 0, 0, 0), "", "")])
    >>> summary.articles, summary.lengths, summary.first, summary.langs
    (3, (2, 1, 0, 0, 0, 0), '2024-06-20', [('en', 2), ('de', 1)])
    >>> summary.gaps, summary.bars[1:3]
    ([Gap(first='2024-07', last='2024-08', months=2)], [Bar(slug='2024-07', articles=0), Bar(slug='2024-08', articles=0)])
    """
    rows = list(rows)
    articles, words, cleaned, removed, mended, *lengths = sum_columns(rows)
    by_list: dict[str, int] = {}
    langs: dict[str, int] = {}
    for name, _, lang, count, *_ in rows:
        by_list[name] = by_list.get(name, 0) + count
        langs[lang] = langs.get(lang, 0) + count
    by_month = [name for name in by_list if "-" in name]
    shown = make_bars(by_list, span or find_span(by_list))
    return Summary(
        articles=articles,
        words=words,
        cleaned=cleaned,
        removed=removed,
        mended=mended,
        lengths=tuple(lengths),
        first=min((row.first for row in rows if row.first), default=""),
        last=max((row.last for row in rows), default=""),
        months=len(by_month),
        gaps=list_gaps(by_month),
        bars=shown,
        unplaced=articles - sum(bar.articles for bar in shown),
        langs=sorted(langs.items(), key=lambda pair: (-pair[1], pair[0])),
    )


def sum_columns(rows: Sequence[Tally]) -> list[int]:
    """Return the sums of the columns from `articles` to `mended`, then those of each bucket of lengths.

    >>> sum_columns([Tally("2024-06", "a", "en", 2, 200, 1, 3, 0, (1, 1, 0, 0, 0, 0), "", "")] * 2)
    [4, 400, 2, 6, 0, 2, 2, 0, 0, 0, 0]
    """
    if not rows:
        return [0] * (5 + len(LENGTHS) + 1)
    columns: list[Any] = list(zip(*rows, strict=True))
    return [*map(sum, columns[3:8]), *map(sum, zip(*columns[8], strict=True))]


def find_span(lists: Iterable[str]) -> tuple[str, str]:
    """Return the first and the last month of lists; a year stands for its months.

    >>> find_span(["2024-06", "2023", "undated"]), find_span(["undated"])
    (('2023-01', '2024-06'), ('', ''))
    """
    known = [name for name in lists if name != UNDATED]
    firsts, lasts = ([name if "-" in name else name + end for name in known] for end in ("-01", "-12"))
    return min(firsts, default=""), max(lasts, default="")


def list_gaps(months: Iterable[str]) -> list[Gap]:
    """Return the runs of months that are missing between the first and the last.

    >>> list_gaps(["2023-11", "2024-02", "2024-03"])
    [Gap(first='2023-12', last='2024-01', months=2)]
    """
    numbers = sorted(map(_number_month, months))
    between = ((a + 1, b - 1) for a, b in pairwise(numbers) if b - a > 1)
    return [Gap(_name_month(first), _name_month(last), last - first + 1) for first, last in between]


def make_bars(by_list: Mapping[str, int], span: tuple[str, str]) -> list[Bar]:
    """Return a bar for each month of a span; for each year where those are many, or for ten or more years.

    >>> make_bars({"2024-06": 2, "2024": 5}, ("2024-05", "2024-06"))
    [Bar(slug='2024-05', articles=0), Bar(slug='2024-06', articles=2)]
    >>> make_bars({"1990-06": 2, "1991": 5, "2001-01": 1}, ("1990-06", "2001-01"))[:2]
    [Bar(slug='1990', articles=2), Bar(slug='1991', articles=5)]
    >>> make_bars({"1790-06": 2, "1991": 5}, ("1790-06", "1991-12"))[0]
    Bar(slug='1790-1799', articles=2)
    """
    if not span[0]:
        return []
    first, last = map(_number_month, span)
    if last - first < LONGEST["month"]:
        return [Bar(name, by_list.get(name, 0)) for name in _list_months(first, last)]
    step = 1
    while last // 12 // step - first // 12 // step >= LONGEST["year"]:
        step *= 10
    counts = dict.fromkeys(range(first // 12 // step, last // 12 // step + 1), 0)
    for name, count in by_list.items():
        if name != UNDATED and (number := int(name[:4]) // step) in counts:
            counts[number] += count
    return [Bar(_name_years(number * step, step), count) for number, count in counts.items()]


@lru_cache(maxsize=4)
def _list_months(first: int, last: int) -> tuple[str, ...]:
    return tuple(map(_name_month, range(first, last + 1)))


@lru_cache(maxsize=4000)
def _number_month(month: str) -> int:
    """Return a month as a number that counts on over the years."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _name_month(ordinal: int) -> str:
    return f"{ordinal // 12:04d}-{ordinal % 12 + 1:02d}"


def _name_years(first: int, step: int) -> str:
    return f"{first:04d}" if step == 1 else f"{first:04d}-{first + step - 1:04d}"


def group_by_source(rows: Iterable[Tally]) -> dict[str, list[Tally]]:
    """Return the tallies of each source, by slug."""
    ordered = sorted(rows, key=lambda row: (row.source, row.list, row.lang))
    return {slug: list(tallies) for slug, tallies in groupby(ordered, key=lambda row: row.source)}
