"""Counts of days and months as calendars: weeks of a month, years by months, the days of the year. Pure.

How dark a cell is follows from the counts that stand beside it, in five steps of about as many cells each.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

STEPS = 5
FIRST_WEEKDAY = 0
"""Weeks begin with this day; 0 is Monday (ISO 8601)."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Step(NamedTuple):
    """A step of the scale."""

    level: int
    """It is 1 to `STEPS`."""
    least: int
    most: int


class Cell(NamedTuple):
    """A day, a month or a year with its articles."""

    slug: str
    """It is as ISO 8601 writes it."""
    number: int
    """It is that of the day in its month, or of the month in its year."""
    articles: int
    level: int
    """It is 0 where there is no article."""
    url: str
    """It is "" where there is no page."""


class Month(NamedTuple):
    """A month as a sheet of a calendar."""

    slug: str
    articles: int
    url: str
    weeks: list[list[Cell | None]]
    """Each has seven days, None where a day is another month's."""


class Year(NamedTuple):
    """A row of years by months."""

    year: Cell
    months: list[Cell]
    vague: int
    """Of so many articles only the year is known."""


class Calendar(NamedTuple):
    """Sheets or rows, and the steps by which their cells are shaded."""

    rows: list[Any]
    steps: list[Step]


Address = Callable[[str, tuple[int, ...]], str]
"""It gives the address of a period by its kind and numbers, "" where such pages are not made."""


def scale_counts(counts: Iterable[int]) -> list[Step]:
    """Return the steps for counts: each holds about a fifth of those that are not 0; equal counts are in one step.

    >>> scale_counts([1, 1, 0, 1, 1, 2, 3, 10])
    [Step(level=1, least=1, most=1), Step(level=3, least=2, most=2), Step(level=4, least=3, most=3), \
Step(level=5, least=4, most=10)]
    >>> scale_counts([0])
    []
    """
    ordered = sorted(count for count in counts if count)
    if not ordered:
        return []
    tops = [ordered[-(-len(ordered) * step // STEPS) - 1] for step in range(1, STEPS + 1)]
    first = {top: tops.index(top) + 1 for top in tops}
    return [Step(first[most], below + 1, most) for below, most in pairwise([ordered[0] - 1, *first])]


def find_level(count: int, steps: Iterable[Step]) -> int:
    """Return the level of a count.

    >>> find_level(3, [Step(1, 1, 2), Step(5, 3, 9)]), find_level(0, [])
    (5, 0)
    """
    return next((step.level for step in steps if step.least <= count <= step.most), 0)


def list_weekdays() -> list[int]:
    """Return the days of the week as a week begins, 0 for Monday."""
    return [*calendar.Calendar(FIRST_WEEKDAY).iterweekdays()]


def list_months(slug: str, counts: Mapping[str, int], address: Address) -> Calendar:
    """Return the months of a year, or one month, by the counts of their days, and of the months where those are known.

    >>> june = list_months("2024-06", {"2024-06-20": 2}, lambda kind, numbers: kind).rows[0]
    >>> june.articles, len(june.weeks), june.weeks[0][:6], june.weeks[3][3]
    (2, 5, [None, None, None, None, None, Cell(slug='2024-06-01', number=1, articles=0, level=0, url='')], \
Cell(slug='2024-06-20', number=20, articles=2, level=1, url='day'))
    """
    year, *rest = map(int, slug.split("-"))
    steps = scale_counts(count for name, count in counts.items() if len(name) == 10)

    def cell(month: int, day: int) -> Cell | None:
        if not day:
            return None
        name = f"{slug[:4]}-{month:02d}-{day:02d}"
        count = counts.get(name, 0)
        return Cell(name, day, count, find_level(count, steps), address("day", (year, month, day)) if count else "")

    rows = []
    for month in rest or range(1, 13):
        sheet = calendar.Calendar(FIRST_WEEKDAY).monthdayscalendar(year, month)
        weeks = [[cell(month, day) for day in week] for week in sheet]
        name = f"{slug[:4]}-{month:02d}"
        count = counts.get(name) or sum(day.articles for week in weeks for day in week if day)
        rows.append(Month(name, count, address("month", (year, month)) if count else "", weeks))
    return Calendar(rows, steps)


def list_years(by_year: Mapping[str, int], by_month: Mapping[str, int], address: Address) -> Calendar:
    """Return a row for each year, newest first.

    >>> row = list_years({"2024": 3}, {"2024-06": 2}, lambda kind, numbers: kind).rows[0]
    >>> row.year.articles, row.months[5].articles, row.months[5].url, row.months[6].url, row.vague
    (3, 2, 'month', '', 1)
    """
    steps, rows = scale_counts(by_month.values()), []
    for slug, total in sorted(by_year.items(), reverse=True):
        cells = []
        for month in range(1, 13):
            name = f"{slug}-{month:02d}"
            count = by_month.get(name, 0)
            url = address("month", (int(slug), month)) if count else ""
            cells.append(Cell(name, month, count, find_level(count, steps), url))
        year = Cell(slug, int(slug), total, 0, address("year", (int(slug),)))
        rows.append(Year(year, cells, total - sum(cell.articles for cell in cells)))
    return Calendar(rows, steps)


def list_days_of_the_year(counts: Mapping[str, int], address: Callable[[str], str]) -> Calendar:
    """Return the twelve months, each as its number and its days; 29 February is one of them.

    >>> months = list_days_of_the_year({"02-29": 1}, lambda slug: f"on/{slug}/").rows
    >>> len(months), months[1][0], months[1][1][-1], months[0][1][0].url
    (12, '02', Cell(slug='02-29', number=29, articles=1, level=1, url='on/02-29/'), '')
    """
    steps, rows = scale_counts(counts.values()), []
    for month in range(1, 13):
        cells = []
        for day in range(1, calendar.monthrange(2000, month)[1] + 1):
            slug = f"{month:02d}-{day:02d}"
            count = counts.get(slug, 0)
            cells.append(Cell(slug, day, count, find_level(count, steps), address(slug) if count else ""))
        rows.append((f"{month:02d}", cells))
    return Calendar(rows, steps)


def pack_days(days: Iterable[str]) -> str:
    """Return the days of the year that have a page as twelve numbers in base 36, bit d-1 for the month's day d.

    >>> pack_days(["01-01", "01-03", "02-06"]), pack_days([])
    ('5 w 0 0 0 0 0 0 0 0 0 0', '0 0 0 0 0 0 0 0 0 0 0 0')
    """
    months = [0] * 12
    for slug in days:
        month, day = map(int, slug.split("-"))
        months[month - 1] |= 1 << (day - 1)
    return " ".join(_write_base36(number) for number in months)


def _write_base36(number: int) -> str:
    digits = _DIGITS[number % 36]
    while number := number // 36:
        digits = _DIGITS[number % 36] + digits
    return digits
