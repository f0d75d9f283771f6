"""This module describes one run of ingest or reclean: where it reads and writes, what is known before it, and what
it did so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsarchive import captures
from newsarchive.archive import contents, outcome, revisions
from newsarchive.ingest.batch import Work
from newsarchive.ingest.spool import Spool
from newsarchive.report.report_page import Outcome


@dataclass
class Summary:
    """A summary counts what one run of ingest or reclean did, in captures and files."""

    captures: int = 0
    converted: int = 0
    written: list[str] = field(default_factory=list)
    removed: int = 0
    """Blocks removed from the captures behind the written files."""
    by_hand: list[str] = field(default_factory=list)
    """Files that a person edited and that captures of this run belong to: kept."""
    differ: list[str] = field(default_factory=list)
    """Those of them that the cleaner would write otherwise."""
    kept: list[tuple[str, str]] = field(default_factory=list)
    """Article and reason, where its capture would be held now: the article stands."""
    dropped: list[str] = field(default_factory=list)
    """Such articles that were taken away, because a person said so."""
    gone: list[str] = field(default_factory=list)
    """Articles that cannot be cleaned again, because their captures are no more."""
    others: list[str] = field(default_factory=list)
    held: list[outcome.CaptureStatus] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    archive: contents.Archive = field(default_factory=contents.Archive)
    """The content folder as the run leaves it."""


@dataclass
class Run:
    """It is one run over a folder."""

    content: Path
    work: Work
    names: set[str]
    archive: contents.Archive
    settled: dict[str, list[outcome.CaptureStatus]]
    spool: Spool
    accepted: dict[str, str]
    rejected: dict[str, str]
    tell: Callable[[Outcome], None]
    dry_run: bool
    drop: bool
    summary: Summary
    drafts: list[revisions.Draft] = field(default_factory=list)
    unfit: dict[str, str] = field(default_factory=dict)
    """Capture to reason, of those converted in this run that are no articles to publish."""

    def note(self, path: str, **changes: str) -> None:
        """Add to what is remembered of one capture."""
        statuses = self.settled.get(captures.find_file(path, self.settled), [])
        statuses[:] = [replace(status, **changes) if status.path == path else status for status in statuses]  # type: ignore[arg-type]
