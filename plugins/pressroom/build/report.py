"""What a build did, and what is wrong with the content, as its caller tells it."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

from pressroom.content.foreign import ForeignReader
from pressroom.core.settings import SiteSettings
from pressroom.outputs import redirects
from pressroom.state import changes, database, links, queries, rows

NAMED = 5
"""Files of other readers that a note names."""
REFUSED = 5
"""Refused redirect pages that are named."""


@dataclass(slots=True)
class Report:
    """What a build did."""

    articles: int = 0
    files: int = 0
    written: int = 0
    removed: int = 0
    seconds: float = 0
    rendered: int = 0
    findings: list[list[str]] = field(default_factory=list)
    """Level, place, what is wrong, what to do."""
    notes: list[str] = field(default_factory=list)
    """What the engine leaves to Pelican's own readers."""
    removed_markup: list[str] = field(default_factory=list)
    """What sanitising took out of people's own files that were read now: it is said once."""
    stages: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Seconds by stage: on the clock, and of all processors."""

    def time_stage(self, stage: str) -> Stopwatch:
        """Return a context that adds the time within to a stage."""
        return Stopwatch(self.stages, stage)


class Stopwatch:
    """Adds the time within to a stage: on the clock, and of all processors."""

    def __init__(self, stages: dict[str, tuple[float, float]], stage: str) -> None:
        self._stages, self._stage = stages, stage

    def __enter__(self) -> None:
        self._from = self._now()

    def __exit__(self, *_: object) -> None:
        clock, cpu = (now - then for now, then in zip(self._now(), self._from, strict=True))
        before = self._stages.get(self._stage, (0.0, 0.0))
        self._stages[self._stage] = (before[0] + clock, before[1] + cpu)

    def _now(self) -> tuple[float, float]:
        return time.monotonic(), sum(os.times()[:4])


def complete_report(report: Report, db: sqlite3.Connection, settings: SiteSettings, reserved: re.Pattern[str]) -> None:
    """Add what the state knows after a build to its report: counts, and what is wrong or left out.

    `reserved` matches the paths of the site's own files.
    """
    folder = Path(settings.content).name
    findings = [finding for finding in changes.list_findings(db, folder) if finding[0] != rows.REMOVED]
    for path, target in links.list_broken(db):
        what = f"it links to {folder}/{target}, which is not in the site"
        findings.append(["warning", f"{folder}/{path}", what, "Mend the link."])
    report.findings = [*findings, *report.findings]
    refused = redirects.find_refused(db, reserved)
    if refused:
        named = "; ".join(f"{folder}/{path}: {full}" for path, full in refused[:REFUSED])
        more = f" and {len(refused) - REFUSED:,} more" if len(refused) > REFUSED else ""
        report.notes.append(
            f"No page leads on from these old addresses: another file stands there, or it is no page: {named}{more}."
        )
    report.files = db.execute("SELECT count(*) FROM page").fetchone()[0]
    report.articles = queries.count_articles(db, "all")


def keep_report(report: Report, db: sqlite3.Connection) -> None:
    """Let a later build that changes nothing tell the same."""
    names = ("articles", "files", "findings", "notes")
    database.put(db, "report", {name: getattr(report, name) for name in names})


def note_foreign(db: sqlite3.Connection, foreign: ForeignReader, folder: str) -> list[str]:
    """Return what is left to Pelican's own readers, by name."""
    notes = []
    if foreign.asked.markdown:
        notes.append("MARKDOWN is configured, so Pelican's own reader renders Markdown.")
    endings = tuple(f".{extension}" for extension in foreign.asked.extensions)
    others = db.execute("SELECT path FROM record WHERE path NOT GLOB '*.md' ORDER BY path")
    names = [f"{folder}/{name}" for (name,) in others if name.lower().endswith(endings)]
    if names:
        are = "file is" if len(names) == 1 else "files are"
        shown = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED:,} more" if len(names) > NAMED else "")
        notes.append(f"{len(names):,} {are} read by Pelican's own readers: {shown}.")
    return notes
