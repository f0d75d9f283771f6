"""This module brings a folder of captures into a content folder: what is to do, its conversions, and one article for
each group of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsarchive import captures
from newsarchive.archive import atomic, contents, decisions, revisions
from newsarchive.archive.counts import Yield, count_yield
from newsarchive.archive.outcome import CaptureStatus, leave_samples_out, stamp_file
from newsarchive.archive.records import Records, clear_orphans, list_orphans
from newsarchive.ingest import write_article
from newsarchive.ingest.attribution import attribute_drafts
from newsarchive.ingest.batch import KNOWN, Work, convert_files
from newsarchive.ingest.run import Run, Summary
from newsarchive.ingest.spool import Spool
from newsarchive.models import Conversion
from newsarchive.report.report_page import Outcome
from newsarchive.rules import rules


@dataclass(frozen=True)
class Reclean:
    """It says what is converted although its article stands: all, or the captures at `paths`."""

    paths: frozenset[str] | None = None
    drop: bool = False
    """Take the articles away whose capture would be held now."""


def ingest(
    rawdir: Path,
    content: Path,
    known_rules: rules.Rules,
    settled: dict[str, list[CaptureStatus]],
    records: Records,
    spool: Spool,
    *,
    jobs: int = 0,
    dry_run: bool = False,
    again: Reclean | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    tell: Callable[[Outcome], None] = lambda outcome: None,
) -> Summary:
    """Bring the captures under `rawdir` into `content`: the new and changed ones, and those of `again`.

    `settled` says what became of the captures that did not change since the last run, by name; it is brought up to
    date in place. `tell` hears what became of each capture that was converted. Nothing is written under `content` on a
    dry run. A run that is killed and started again ends in the same bytes as one that is not. Raises BadTable.
    """
    if not dry_run:
        atomic.clear_partial(content)
    archive = contents.read_archive(content)
    names = leave_samples_out(captures.discover(rawdir), archive.entries)
    table = captures.read_table(rawdir) if names else {}
    accepted, rejected = _read_decisions(content, archive, dry_run)
    stands = _list_standing(records, archive, table, set(names))
    todo = [name for name in names if not _is_settled(settled.get(name), stands, accepted, rejected, archive)]
    summary = Summary(captures=len(names), others=captures.other_files(rawdir) if names else [])
    if again:
        todo, stands = _list_recleaned(again, rawdir, names, archive, summary), {}
    work = Work(rawdir, known_rules, table, stands)
    drop = bool(again and again.drop)
    run = Run(content, work, set(names), archive, settled, spool, accepted, rejected, tell, dry_run, drop, summary)
    for done, (name, results) in enumerate(_convert_captures(run, todo, jobs)):
        _settle_capture(run, name, results)
        progress(done + 1, len(todo))
    for gone in set(settled) - run.names:
        del settled[gone]
    for group in revisions.group_drafts(attribute_drafts(run.drafts, archive, known_rules), archive):
        write_article.publish_group(run, group)
    write_article.tell_unfit(run)
    summary.held = list_held(settled, archive, accepted, rejected)
    summary.lost, summary.archive = _list_lost(run), archive
    return summary


def _list_recleaned(
    again: Reclean, rawdir: Path, names: list[str], archive: contents.Archive, summary: Summary
) -> list[str]:
    """Return what is to be converted again; `summary` hears which articles cannot be."""
    for entry in archive.entries.values():
        is_meant = again.paths is None or not again.paths.isdisjoint(entry.raws)
        if (
            entry.raws
            and is_meant
            and not any((rawdir / file).is_file() for file in captures.list_files(entry.raws[0]))
        ):
            summary.gone.append(entry.path)
    known = set(names)
    return names if again.paths is None else sorted(path for path in again.paths if captures.find_file(path, known))


def _convert_captures(run: Run, todo: list[str], jobs: int) -> Iterator[tuple[str, list[Conversion]]]:
    """Yield the conversions of every capture to do: those that a run before this one left, and then new ones."""
    stamps = {name: stamp_file(run.work.rawdir / captures.find_file(name, run.names)) for name in todo}
    left = [name for name in todo if run.spool.holds(name, stamps[name])]
    for name in left:
        yield name, list(run.spool.list_conversions(name))
    begun = set(left)
    for name, conversions in convert_files(run.work, [name for name in todo if name not in begun], jobs):
        is_whole = all(c.kind != KNOWN for c in conversions)
        run.spool.put(name, stamps[name] if is_whole else [], conversions)
        yield name, conversions


def _settle_capture(run: Run, name: str, conversions: list[Conversion]) -> None:
    """Take in the conversions of one capture, or of one page of it."""
    statuses = [_make_status(c) for c in conversions]
    file = captures.find_file(name, run.settled)
    if file and file != name:
        fresh = {status.path: status for status in statuses}
        others = [status for status in run.settled[file] if status.path not in fresh]
        run.settled[file] = sorted([*others, *statuses], key=lambda status: status.path)
    else:
        run.settled[name] = statuses
    for c in conversions:
        if c.kind == KNOWN:
            continue
        run.summary.converted += 1
        if c.article and c.path not in run.rejected and (not c.held or c.path in run.accepted):
            run.drafts.append(revisions.make_draft(c))
        else:
            run.unfit[c.path] = c.held


def _make_status(c: Conversion) -> CaptureStatus:
    header = c.article.header if c.article else {}
    numbers = Yield() if c.kind == KNOWN else count_yield(c)
    return CaptureStatus(
        c.path, c.sha256, c.kind, c.held, header.get("Title", ""), header.get("Source", ""), numbers=numbers
    )


def _read_decisions(content: Path, archive: contents.Archive, dry_run: bool) -> tuple[dict[str, str], dict[str, str]]:
    deleted = dict.fromkeys(list_orphans(content, archive), "its article was deleted by hand")
    if not dry_run:
        for raw, reason in deleted.items():
            decisions.decide(content, raw, "rejected", reason)
        clear_orphans(content)
    return decisions.read_decisions(content, "accepted"), decisions.read_decisions(content, "rejected") | deleted


def _list_standing(
    records: Records, archive: contents.Archive, table: dict[str, dict[str, str]], names: set[str]
) -> dict[str, str]:
    """Return path and hash of every capture whose article stands as its captures' rows of metadata.csv say."""
    stands: dict[str, str] = {}
    for entry in archive.entries.values():
        if not entry.raws:
            continue
        known = (
            captures.find_article_row(table, entry.raws[0], entry.raws)
            if captures.find_file(entry.raws[0], names)
            else {}
        )
        if entry.hand_edited or captures.is_stated(entry.header, known):
            stands |= records.list_captures(entry)
    return stands


def _is_settled(
    statuses: list[CaptureStatus] | None,
    stands: dict[str, str],
    accepted: dict[str, str],
    rejected: dict[str, str],
    archive: contents.Archive,
) -> bool:
    return statuses is not None and all(
        stands.get(status.path) == status.sha256
        or status.path in rejected
        or (status.held and status.path not in accepted)
        or (status.joined in archive.entries and archive.entries[status.joined].hand_edited)
        for status in statuses
    )


def list_held(
    settled: dict[str, list[CaptureStatus]],
    archive: contents.Archive,
    accepted: dict[str, str],
    rejected: dict[str, str],
) -> list[CaptureStatus]:
    """Return every capture that is behind no article, with its reason."""
    held = []
    for status in (status for statuses in settled.values() for status in statuses if status.path not in archive.by_raw):
        reason = f"rejected by hand: {rejected[status.path]}" if status.path in rejected else status.held
        if reason and (status.path in rejected or status.path not in accepted or status.kind == "unreadable"):
            held.append(replace(status, held=reason))
    return sorted(held, key=lambda status: status.path)


def _list_lost(run: Run) -> list[str]:
    """Return captures that are neither behind an article nor named with a reason: there must be none."""
    named = {status.path for status in run.summary.held} | set(run.archive.by_raw)
    statuses = (status for statuses in run.settled.values() for status in statuses)
    return sorted(status.path for status in statuses if status.path not in named and not status.joined)
