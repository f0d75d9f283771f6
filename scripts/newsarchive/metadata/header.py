"""This module makes the header of an article from the facts that were chosen. It is pure."""

from __future__ import annotations

from pressroom import contract

from newsarchive import CLEANER
from newsarchive.models import Article, Block, Metadata, RawPage
from newsarchive.text import lines


def make_article(page: RawPage, chosen: Metadata, kept: list[Block], text: str, removed: int, repaired: int) -> Article:
    """Return the article that chosen facts, kept blocks and their Markdown make; absent keys are not written."""
    first = " ".join((kept[0].text if kept else "").split()[:12])
    date, precision, origin = _find_date(chosen, page)
    header = {
        "Title": chosen.value("title") or first or "Untitled",
        "Date": date,
        "Date_from": origin,
        "Date_precision": precision,
        "Category": chosen.value("category") or chosen.value("section") or "News",
        "Captured": chosen.value("captured") or (page.captured.isoformat() if page.captured else ""),
        "Raw": page.path,
        "Raw_sha256": page.sha256,
        "Cleaner": CLEANER,
        "Removed": str(removed),
        "Repaired": str(repaired) if repaired else "",
    }
    for key in contract.KEYS:
        if key not in header and key.lower() in chosen:
            header[key] = chosen[key.lower()].value
    header["Source"], header["Source_from"] = _find_source(chosen)
    return Article({key: lines.join_lines(cell) for key, cell in header.items() if cell}, text)


def _find_source(chosen: Metadata) -> tuple[str, str]:
    if "source" in chosen:
        return chosen["source"].value, chosen["source"].origin if chosen["source"].origin == "credit" else ""
    return (chosen["credit"].value, "credit") if "credit" in chosen else ("", "")


def _find_date(chosen: Metadata, page: RawPage) -> tuple[str, str, str]:
    """Return (Date, Date_precision, Date_from): a date that the page states, else its capture time, else none."""
    if "date" in chosen:
        date = chosen["date"].value
        parts = len(date[:10].split("-"))
        stated = chosen.value("date_precision")
        precision = stated if stated in contract.PRECISIONS else {1: "year", 2: "month"}.get(parts, "day")
        full = date + {1: "-01-01", 2: "-01"}.get(parts, "")
        return full.replace("T", " "), precision, chosen["date"].origin
    if page.captured:
        return page.captured.isoformat(sep=" ", timespec="minutes"), "day", "captured"
    return contract.NO_DATE, "none", "none"
