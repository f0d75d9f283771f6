"""This module reads `metadata.csv` beside the captures: what a person knows about them, which outranks what the
pages say."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import takewhile
from pathlib import Path

from pressroom import contract

from newsarchive.errors import ArchiveError, BadTable
from newsarchive.text.charset import decode
from newsarchive.text.date_forms import find_stated_date

TABLE = "metadata.csv"
COLUMNS = frozenset(key.lower() for key in contract.KEYS)
DATES = ("date", "modified", "captured")
MONTH_OR_YEAR = re.compile(r"(?:1[6-9]|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")
RECORD = re.compile(r"(.+)#\d+")
OF_ONE_CAPTURE = frozenset({"captured", "source_url", "modified"})
"""Columns of metadata.csv that speak of one capture and not of the article that several captures are."""


def read_table(rawdir: Path) -> dict[str, dict[str, str]]:
    """Return the rows of `metadata.csv` by path or pattern, patterns first, each in file order; {} without the file.

    Column `raw` names captures, the other columns are header keys; empty cells are left out. The parting character
    is the comma, or the semicolon or tab that spreadsheets write. Raises `BadTable` naming line and column.
    """
    file = rawdir / TABLE
    try:
        text = decode(file.read_bytes(), None, "text/csv")
    except FileNotFoundError:
        return {}
    except (ArchiveError, OSError) as error:
        raise BadTable(str(file), f"it cannot be read ({error})", "Save it as CSV in UTF-8.") from error
    rows = _read_rows(text, str(file))
    return {raw: rows[raw] for raw in sorted(rows, key=lambda raw: not _is_pattern(raw))}


def find_row(table: Mapping[str, Mapping[str, str]], name: str) -> dict[str, str]:
    """Return what the table knows of one capture, by key.

    Every pattern that matches counts, a later row over an earlier one, and the exact path over all. A page inside a
    WARC (`name#offset`) also takes the row of its file.

    >>> find_row({"post/*": {"source": "The Post", "lang": "en"}, "post/a.html": {"lang": "es"}}, "post/a.html")
    {'source': 'The Post', 'lang': 'es'}
    """
    record = RECORD.fullmatch(name)
    names = [record[1], name] if record else [name]
    known: dict[str, str] = {}
    # Patterns come first in the table, so that a hundred thousand exact rows cost nothing here.
    for pattern in takewhile(_is_pattern, table):
        if any(fnmatchcase(name, pattern) for name in names):
            known.update(table[pattern])
    for exact in names:
        known.update(table.get(exact, {}))
    return known


def find_article_row(table: Mapping[str, Mapping[str, str]], path: str, raws: Iterable[str]) -> dict[str, str]:
    """Return what metadata.csv knows of an article: the row of the chosen capture, then those of its others."""
    known: dict[str, str] = {}
    for raw in sorted(raws, reverse=True):
        known |= {key: value for key, value in find_row(table, raw).items() if key not in OF_ONE_CAPTURE}
    return known | find_row(table, path)


def is_stated(header: Mapping[str, str], row: Mapping[str, str]) -> bool:
    """Tell whether a header already states what the table knows; a date may be filled up to a day.

    >>> is_stated({"date": "2024-01-01"}, {"date": "2024"}), is_stated({"category": "News"}, {"category": "Sport"})
    (True, False)
    """
    return all(_is_cell_stated(header.get(key, ""), key, value) for key, value in row.items())


def _is_cell_stated(stated: str, key: str, value: str) -> bool:
    return stated.replace(" ", "T").startswith(value) if key == "date" else stated == value


def _is_pattern(raw: str) -> bool:
    """Tell whether a `raw` cell is a pattern rather than a path.

    >>> _is_pattern("post/2020*"), _is_pattern("post/a.html")
    (True, False)
    """
    return any(mark in raw for mark in "*?[")


def _read_rows(text: str, where: str) -> dict[str, dict[str, str]]:
    """Return the rows by `raw` in file order."""
    lines = _list_lines(text, where)
    _, names = next(lines, (1, []))
    columns = _read_columns(names, where) if any(names) else []
    rows: dict[str, dict[str, str]] = {}
    for line, cells in lines:
        if not any(cells):
            continue
        known = _read_cells(cells, columns, f"{where}:{line}")
        raw = known.pop("raw", "").replace("\\", "/").removeprefix("./")
        if not raw:
            raise BadTable(
                f"{where}:{line}", "column raw is empty", "Write the path of a capture under the raw folder."
            )
        if raw in rows:
            raise BadTable(f"{where}:{line}", f'column raw repeats "{raw}"', "Keep one row for each path or pattern.")
        rows[raw] = known
    return rows


def _list_lines(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row's first line number and its cells, white space folded."""
    first = text.lstrip("\n").partition("\n")[0]
    reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [" ".join(cell.split()) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadTable(f"{where}:{line}", f"the row cannot be read ({error})", "Close its quotation marks.") from error


def _read_columns(names: list[str], where: str) -> list[str]:
    """Return the header keys that the columns mean, `""` for a column without name."""
    columns: list[str] = []
    for number, name in enumerate(names, 1):
        key = re.sub(r"[\s-]+", "_", name.lower())
        key = contract.ALIASES.get(key, key)
        if key and key not in COLUMNS:
            known = ", ".join(sorted(COLUMNS))
            raise BadTable(f"{where}:1", f'column {number}, "{name}", is not a header key', f"Use one of: {known}.")
        if key and key in columns:
            raise BadTable(
                f"{where}:1", f'column {number}, "{name}", gives {key} twice', "Keep one column for each key."
            )
        columns.append(key)
    if "raw" not in columns:
        raise BadTable(f"{where}:1", "column raw is missing", "Add it: the path or pattern of captures, under raw.")
    return columns


def _read_cells(cells: list[str], columns: list[str], where: str) -> dict[str, str]:
    """Return a row's filled cells by key."""
    for number, cell in enumerate(cells, 1):
        if cell and (number > len(columns) or not columns[number - 1]):
            todo = "Name the column in line 1, or quote a cell that holds the parting character."
            raise BadTable(where, f'column {number} has a value, "{cell}", and no name', todo)
    known = {key: cell for key, cell in zip(columns, cells, strict=False) if cell}
    for key in set(DATES) & set(known):
        day = known[key] if MONTH_OR_YEAR.fullmatch(known[key]) else find_stated_date(known[key])
        if not day:
            todo = "Write it as 2024-06-20, 2024-06 or 2024, with a time if it is known, or leave the cell empty."
            raise BadTable(where, f'column {key} holds no date whose order is sure, "{known[key]}"', todo)
        known[key] = day
    if known.get("date_precision", "day") not in contract.PRECISIONS:
        todo = f"Use one of: {', '.join(contract.PRECISIONS)}."
        raise BadTable(where, f'column date_precision holds "{known["date_precision"]}"', todo)
    return known
