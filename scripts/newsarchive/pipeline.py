"""The only module that knows every stage: a capture to a conversion, a folder of captures to a content folder."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Container, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass, field, replace
from html import escape
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from pressroom import contract

from newsarchive import (
    CLEANER,
    body,
    captures,
    frontmatter,
    kinds,
    lessons,
    markup,
    metadata,
    phrases,
    revisions,
    rules,
    sites,
    store,
    weights,
)
from newsarchive import blocks as reader
from newsarchive.dateline import dateline
from newsarchive.decode import decode
from newsarchive.errors import ArchiveError, UnreadableCapture
from newsarchive.features import Hints
from newsarchive.models import Article, Block, Conversion, Fact, RawPage, Removal, Repair
from newsarchive.pages import Outcome, changed_lines
from newsarchive.repair import mend, repair
from newsarchive.residue import residue
from newsarchive.shape import size, words
from newsarchive.spool import Spool
from newsarchive.yields import Yield, yield_of

SHORTEST_BODY = 80
"""Letters under which what is left is no article but a stub, and waits for a person."""
LARGEST_CUT = 0.6
"""Share of the main body that phrase rules may take away before the page waits for a person: past this, a rule is
more likely wrong than the page so full of residue (on the development pages the largest true share was under half)."""
NEAR = 4
"""Blocks before and after the story that are looked at too when a page's kind is told."""
PAGE_SECONDS = 60
"""Time limit of one capture; the slowest development page takes under two seconds."""
FEW = 6
"""Captures up to which starting a process pool costs more than it saves."""
AHEAD = 8
"""Captures that each process may be ahead of what is taken in, so that results never pile up in memory."""


def convert(page: RawPage, known: rules.Rules, row: dict[str, str] | None = None) -> Conversion:
    """Turn one capture into an article with all that was removed, or say why it is none. Pure.

    `row` is the page's line of `metadata.csv`: what a person knows outranks every candidate.
    Raises UnreadableCapture and BadRules.
    """
    text = decode(page.payload, page.charset, page.media_type)
    site = known.site(lessons.site_of(page, row))
    cuts, judged, said, facts = _read(text, page, known, site)
    facts = [*(Fact(key, value, "table") for key, value in (row or {}).items() if value), *facts]
    chosen = metadata.choose_facts(facts)
    judged = metadata.mark_headlines(judged, facts)
    blocks = [block for block, _ in judged]
    main = [block for block, rule in judged if not rule]
    judged = _marked(judged, said, site, _value(chosen, "title"))
    kept, removals, found = residue(
        judged,
        said,
        known,
        title=_value(chosen, "title"),
        summary=_dek(chosen, main),
        authors=contract.split_list(_value(chosen, "authors")),
    )
    facts += found
    chosen = metadata.choose_facts(facts)
    lang = metadata.language(" ".join(block.text for block in kept)[:3000], _value(chosen, "lang"))
    chosen["lang"] = Fact("lang", lang, "text")
    if _is_opening(_value(chosen, "summary"), kept):
        del chosen["summary"]
    if "dateline" not in chosen and (place := dateline(next((b.text for b in kept if b.kind == "paragraph"), ""))):
        chosen["dateline"] = Fact("dateline", place, "text")
    if "source" in chosen:
        chosen["source"] = replace(chosen["source"], value=known.source(chosen["source"].value))
    kind, reason = kinds.kind(chosen, blocks, kept, page.url or _value(chosen, "source_url"), known.kinds)
    facts += kinds.access(chosen, blocks, kept, known.kinds)
    removals = [*cuts, *removals]
    address = page.url or _value(chosen, "source_url")
    mended, text, repairs = _mended(chosen, kept, lang, address, site)
    article = _article(page, chosen, mended, text, len(removals), len(repairs))
    held = reason if kind != "article" else _doubt(main, kept)
    return Conversion(
        page.path, page.sha256, kind, article, held, tuple(removals), tuple(repairs), tuple(facts), tuple(blocks)
    )


def _marked(
    judged: list[tuple[Block, str]], said: list[phrases.Said], site: rules.SiteRules | None, title: str
) -> list[tuple[Block, str]]:
    """Take what was learned of the site out of the chosen blocks; a credit is left to the rule that reads it."""
    if site is None:
        return judged
    story = {block.position for block, rule in judged if not rule}
    marks = sites.marks([block for block, _ in judged], site, title, story)
    return [
        (block, rule or ("" if _is_credit(said[block.position]) else marks.get(block.position, "")))
        for block, rule in judged
    ]


def _is_credit(found: phrases.Said) -> bool:
    return any(rule.effect == "credit" for rule, _ in found)


def _read(
    text: str, page: RawPage, known: rules.Rules, site: rules.SiteRules | None
) -> tuple[list[Removal], list[tuple[Block, str]], list[phrases.Said], list[Fact]]:
    """Return what site rules cut, every block with the rule that leaves it out, what each block's words say, and all
    candidates for the header."""
    if page.media_type == "text/plain":
        blocks = reader.dump_blocks(text)
        said = phrases.said(blocks, known)
        judged = body.choose(blocks, Hints(), said, known, weights.load(known.folder / "weights", "dumps"))
        source = [Fact("source", site.source, "site")] if site and site.source else []
        return [], judged, said, [*source, *metadata.dump_facts(judged, page)]
    tree = reader.parse(text)
    facts = [*metadata.html_facts(tree, page), *kinds.page_facts(tree)]
    cuts: list[Removal] = []
    if site:
        cut, cuts, stated = sites.cut(text, site)
        tree = tree if cut is text else reader.parse(cut)
        more, found = sites.carve(tree, site)
        cuts, facts = [*cuts, *more], [*stated, *found, *facts]
    reading = reader.read(tree)
    blocks = reading.blocks
    facts += metadata.head_facts(blocks, metadata.title(facts))
    if site:
        stated_keys = {fact.key for fact in facts if fact.value}
        facts += [fact for fact in sites.header_facts(blocks, site) if fact.key not in stated_keys]
    if not any(fact.key == "date" for fact in facts):
        facts += metadata.searched_date(tree)
    said = phrases.said(blocks, known)
    hints = body.hints(metadata.choose_facts(facts), text)
    judged = body.choose(blocks, hints, said, known, weights.load(known.folder / "weights", "pages"))
    return cuts, _written(reading, judged), said, facts


def _written(reading: reader.Reading, judged: list[tuple[Block, str]]) -> list[tuple[Block, str]]:
    """Give the story's blocks, and those among and just around them, their HTML: links there tell a listing."""
    numbers = [n for n, (_, rule) in enumerate(judged) if not rule]
    near = range(max(0, numbers[0] - NEAR), numbers[-1] + NEAR + 1) if numbers else range(0)
    return [(reading.written(block) if n in near else block, rule) for n, (block, rule) in enumerate(judged)]


def _mended(
    chosen: dict[str, Fact], kept: list[Block], lang: str, address: str, site: rules.SiteRules | None
) -> tuple[list[Block], str, list[Repair]]:
    """Return the kept blocks mended, their Markdown and the repairs, unless the site's rules say no; mend the title.

    What stands in attributes, tables and figures only shows in the Markdown: its encoding is mended there.
    """
    if site and not site.repair:
        return kept, markup.markdown(kept, address), []
    title = _value(chosen, "title")
    headline = Block("heading", title, escape(title) if any(block.html for block in kept) else "")
    (headline, *blocks), repairs = mend([headline, *kept], lang, site.names if site else frozenset())
    if headline.text != title:
        chosen["title"] = replace(chosen["title"], value=headline.text)
    text, left = repair(markup.markdown(blocks, address))
    return blocks, text, [*repairs, *left]


def _dek(chosen: dict[str, Fact], main: list[Block]) -> str:
    """Return the summary when a story stands under it: what is most of the text is the story itself."""
    summary = _value(chosen, "summary")
    return summary if 2 * len(summary) < sum(len(block.text) for block in main) else ""


def _is_opening(summary: str, kept: list[Block]) -> bool:
    """Tell whether a description only repeats the story's first words: then it is no dek."""
    opening = words(" ".join(block.text for block in kept[:4]))
    return bool(words(summary)) and words(summary)[:-12] in opening


def _doubt(main: list[Block], kept: list[Block]) -> str:
    """Return why a person should look before the article is published, or ""."""
    whole, left = (sum(size(block.text) for block in blocks) for blocks in (main, kept))
    if left < SHORTEST_BODY:
        return f"no body: {sum(len(block.text) for block in kept)} characters are left"
    if whole and 1 - left / whole > LARGEST_CUT:
        return f"cleaning would remove {1 - left / whole:.0%} of the main text"
    return ""


def _article(
    page: RawPage, chosen: dict[str, Fact], kept: list[Block], text: str, removed: int, repaired: int
) -> Article:
    first = " ".join((kept[0].text if kept else "").split()[:12])
    date, precision, origin = _date(chosen, page)
    header = {
        "Title": _value(chosen, "title") or first or "Untitled",
        "Date": date,
        "Date_from": origin,
        "Date_precision": precision,
        "Category": _value(chosen, "category") or _value(chosen, "section") or "News",
        "Captured": _value(chosen, "captured") or (page.captured.isoformat() if page.captured else ""),
        "Raw": page.path,
        "Raw_sha256": page.sha256,
        "Cleaner": CLEANER,
        "Removed": str(removed),
        "Repaired": str(repaired) if repaired else "",
    }
    for key in contract.KEYS:
        if key not in header and key.lower() in chosen:
            header[key] = chosen[key.lower()].value
    header["Source"], header["Source_from"] = _source(chosen)
    return Article({key: frontmatter.one_line(value) for key, value in header.items() if value}, text)


def _value(chosen: dict[str, Fact], key: str) -> str:
    return chosen[key].value if key in chosen else ""


def _source(chosen: dict[str, Fact]) -> tuple[str, str]:
    if "source" in chosen:
        return chosen["source"].value, chosen["source"].origin if chosen["source"].origin == "credit" else ""
    return (chosen["credit"].value, "credit") if "credit" in chosen else ("", "")


def _date(chosen: dict[str, Fact], page: RawPage) -> tuple[str, str, str]:
    """Return (Date, Date_precision, Date_from): a date that the page states, else its capture time, else none."""
    if "date" in chosen:
        value = chosen["date"].value
        parts = len(value[:10].split("-"))
        stated = _value(chosen, "date_precision")
        precision = stated if stated in contract.PRECISIONS else {1: "year", 2: "month"}.get(parts, "day")
        full = value + {1: "-01-01", 2: "-01"}.get(parts, "")
        return full.replace("T", " "), precision, chosen["date"].origin
    if page.captured:
        return page.captured.isoformat(sep=" ", timespec="minutes"), "day", "captured"
    return contract.NO_DATE, "none", "none"


# --- a folder of captures -------------------------------------------------------------------------------------------

KNOWN = "known"
"""Kind of a capture whose article stands already: it is not converted again."""
OF_ONE_CAPTURE = frozenset({"captured", "source_url", "modified"})
"""Columns of metadata.csv that speak of one capture and not of the article that several captures are."""
VERSION = re.compile(r"^(?:Cleaner|Checksum): .*\n", re.MULTILINE)
"""Lines that a new version of the cleaner changes although it wrote the same article."""


@dataclass
class Summary:
    """What one run of ingest or reclean did, in captures and files."""

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
    held: list[store.Fate] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    archive: store.Archive = field(default_factory=store.Archive)
    """The content folder as the run leaves it."""


@dataclass(frozen=True)
class Again:
    """What is converted although its article stands: all, or the captures at `paths`."""

    paths: frozenset[str] | None = None
    drop: bool = False
    """Take the articles away whose capture would be held now."""


@dataclass(frozen=True)
class _Work:
    """What a worker process needs to know; sent to it once."""

    rawdir: Path
    rules: rules.Rules
    table: dict[str, dict[str, str]]
    known: dict[str, str]


_WORK: _Work


def _start_worker(work: _Work) -> None:
    global _WORK
    _WORK = work


def _convert_file(name: str) -> list[Conversion]:
    """Convert every page of one capture file; a page that cannot be read fails alone."""
    try:
        return [_convert_read(name, page) for page in captures.read(_WORK.rawdir, name)]
    except Exception as error:
        return [Conversion(name, "", "unreadable", None, _failed(name, error))]


def _convert_read(name: str, page: RawPage | UnreadableCapture) -> Conversion:
    if isinstance(page, UnreadableCapture):
        return Conversion(page.where or name, "", "unreadable", None, str(page))
    if _WORK.known.get(page.path) == page.sha256:
        return Conversion(page.path, page.sha256, KNOWN, None)
    return _convert_page(page, captures.row(_WORK.table, page.path))


def _failed(path: str, error: Exception) -> str:
    return f"{path}: the cleaner failed ({type(error).__name__}: {error}). Report it with the capture."


def _convert_page(page: RawPage, row: dict[str, str]) -> Conversion:
    def stop(*_: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PAGE_SECONDS)
    try:
        c = convert(page, _WORK.rules, row)
        if c.article:
            store.article_path(c.article, "x")  # a header that gives no path is this page's error, not the run's
        return c
    except TimeoutError:
        reason = f"{page.path}: took more than {PAGE_SECONDS} seconds. Look at the page; it may be hostile."
    except ArchiveError as error:
        reason = f"{page.path}: {error.what}. {error.todo}"
    except Exception as error:  # a batch never dies of one page
        reason = _failed(page.path, error)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    return Conversion(page.path, page.sha256, "unreadable", None, reason)


def _convert_files(work: _Work, names: list[str], jobs: int) -> Iterator[tuple[str, list[Conversion]]]:
    """Yield (capture name, its conversions) in any order, on `jobs` processes; few wait to be fetched at any time."""
    if jobs <= 1 or len(names) <= FEW:
        _start_worker(work)
        for name in names:
            yield name, _convert_file(name)
        return
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(work,)) as pool:
        waiting = iter(names)
        futures = {pool.submit(_convert_file, name): name for name in islice(waiting, jobs * AHEAD)}
        while futures:
            for future in wait(futures, return_when=FIRST_COMPLETED).done:
                name = futures.pop(future)
                yield name, future.result()
                futures.update((pool.submit(_convert_file, name), name) for name in islice(waiting, 1))


@dataclass
class _Run:
    """One run over a folder: where it reads and writes, and what it has found so far."""

    content: Path
    work: _Work
    names: set[str]
    archive: store.Archive
    settled: dict[str, list[store.Fate]]
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
        fates = self.settled.get(_file(path, self.settled), [])
        fates[:] = [replace(fate, **changes) if fate.path == path else fate for fate in fates]  # type: ignore[arg-type]


def ingest(
    rawdir: Path,
    content: Path,
    known_rules: rules.Rules,
    settled: dict[str, list[store.Fate]],
    records: store.Records,
    spool: Spool,
    *,
    jobs: int = 0,
    dry_run: bool = False,
    again: Again | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    tell: Callable[[Outcome], None] = lambda outcome: None,
) -> Summary:
    """Bring the captures under `rawdir` into `content`: the new and changed ones, and those of `again`.

    `settled` says what became of the captures that did not change since the last run, by name; it is brought up to
    date in place. `tell` hears what became of each capture that was converted. Nothing is written under `content` on a
    dry run. A run that is killed and started again ends in the same bytes as one that is not. Raises BadTable.
    """
    if not dry_run:
        store.clear_partial(content)
    archive = store.read_archive(content)
    names = wanted(captures.discover(rawdir), archive)
    table = captures.table(rawdir) if names else {}
    accepted, rejected = _decisions(content, archive, dry_run)
    stands = _standing(records, archive, table, set(names))
    todo = [name for name in names if not _is_settled(settled.get(name), stands, accepted, rejected, archive)]
    summary = Summary(captures=len(names), others=captures.other_files(rawdir) if names else [])
    if again:
        todo, stands = _again(again, rawdir, names, archive, summary), {}
    work = _Work(rawdir, known_rules, table, stands)
    drop = bool(again and again.drop)
    run = _Run(content, work, set(names), archive, settled, spool, accepted, rejected, tell, dry_run, drop, summary)
    for done, (name, results) in enumerate(_conversions(run, todo, _jobs(jobs))):
        _settle(run, name, results)
        progress(done + 1, len(todo))
    for gone in set(settled) - run.names:
        del settled[gone]
    for group in revisions.groups(_with_folder_sources(run.drafts, archive, known_rules), archive):
        _publish(run, group)
    _leave_unfit(run)
    summary.held = held(settled, archive, accepted, rejected)
    summary.lost, summary.archive = _lost(run), archive
    return summary


def wanted(names: list[str], archive: store.Archive) -> list[str]:
    """Leave the samples out as soon as there is any other capture or article."""
    own = [name for name in names if not name.startswith(store.SAMPLES)]
    articles = any(not path.startswith((store.SAMPLES, "pages/")) for path in archive.entries)
    return own if own or articles else names


def _again(again: Again, rawdir: Path, names: list[str], archive: store.Archive, summary: Summary) -> list[str]:
    """Return what is to be converted again; `summary` hears which articles cannot be."""
    for entry in archive.entries.values():
        is_meant = again.paths is None or not again.paths.isdisjoint(entry.raws)
        if entry.raws and is_meant and not any((rawdir / file).is_file() for file in _files(entry.raws[0])):
            summary.gone.append(entry.path)
    known = set(names)
    return names if again.paths is None else sorted(path for path in again.paths if _file(path, known))


def _file(path: str, names: Container[str]) -> str:
    """Return the capture among `names` that holds the page at `path`, or "".

    >>> _file("a.warc.gz#120", {"a.warc.gz"}), _file("a#1.html", {"a#1.html"}), _file("b.html", set())
    ('a.warc.gz', 'a#1.html', '')
    """
    return next((name for name in _files(path) if name in names), "")


def _files(path: str) -> list[str]:
    """Return the names that the file of the page at `path` may have."""
    return [name for name in (path, path.rpartition("#")[0]) if name]


def _conversions(run: _Run, todo: list[str], jobs: int) -> Iterator[tuple[str, list[Conversion]]]:
    """Yield the conversions of every capture to do: those that a run before this one left, and then new ones."""
    stamps = {name: store.stamp(run.work.rawdir / _file(name, run.names)) for name in todo}
    left = [name for name in todo if run.spool.holds(name, stamps[name])]
    for name in left:
        yield name, list(run.spool.of(name))
    begun = set(left)
    for name, found in _convert_files(run.work, [name for name in todo if name not in begun], jobs):
        is_whole = all(c.kind != KNOWN for c in found)
        run.spool.put(name, stamps[name] if is_whole else [], found)
        yield name, found


def _settle(run: _Run, name: str, found: list[Conversion]) -> None:
    """Take in the conversions of one capture, or of one page of it."""
    fates = [_fate(c) for c in found]
    file = _file(name, run.settled)
    if file and file != name:
        fresh = {fate.path: fate for fate in fates}
        others = [fate for fate in run.settled[file] if fate.path not in fresh]
        run.settled[file] = sorted([*others, *fates], key=lambda fate: fate.path)
    else:
        run.settled[name] = fates
    for c in found:
        if c.kind == KNOWN:
            continue
        run.summary.converted += 1
        if c.article and c.path not in run.rejected and (not c.held or c.path in run.accepted):
            run.drafts.append(revisions.draft(c))
        else:
            run.unfit[c.path] = c.held


def _fate(c: Conversion) -> store.Fate:
    header = c.article.header if c.article else {}
    numbers = Yield() if c.kind == KNOWN else yield_of(c)
    return store.Fate(
        c.path, c.sha256, c.kind, c.held, header.get("Title", ""), header.get("Source", ""), numbers=numbers
    )


def _jobs(jobs: int) -> int:
    return jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _decisions(content: Path, archive: store.Archive, dry_run: bool) -> tuple[dict[str, str], dict[str, str]]:
    deleted = dict.fromkeys(store.orphans(content, archive), "its article was deleted by hand")
    if not dry_run:
        for raw, reason in deleted.items():
            store.decide(content, raw, "rejected", reason)
        store.clear_orphans(content)
    return store.decisions(content, "accepted"), store.decisions(content, "rejected") | deleted


def _standing(
    records: store.Records, archive: store.Archive, table: dict[str, dict[str, str]], names: set[str]
) -> dict[str, str]:
    """Return path and hash of every capture whose article stands as its captures' rows of metadata.csv say."""
    stands: dict[str, str] = {}
    for entry in archive.entries.values():
        if not entry.raws:
            continue
        told = _known_of(table, entry.raws[0], entry.raws) if _file(entry.raws[0], names) else {}
        if entry.hand_edited or all(_says(entry.header.get(key, ""), key, value) for key, value in told.items()):
            stands |= records.captures(entry)
    return stands


def _known_of(table: dict[str, dict[str, str]], path: str, raws: Iterable[str]) -> dict[str, str]:
    """Return what metadata.csv knows of an article: the row of the chosen capture, then those of its others."""
    known: dict[str, str] = {}
    for raw in sorted(raws, reverse=True):
        known |= {key: value for key, value in captures.row(table, raw).items() if key not in OF_ONE_CAPTURE}
    return known | captures.row(table, path)


def _says(stated: str, key: str, value: str) -> bool:
    """Tell whether a header already states a cell of the table; a date may be filled up to a day.

    >>> _says("2024-01-01", "date", "2024"), _says("News", "category", "Sport")
    (True, False)
    """
    return stated.replace(" ", "T").startswith(value) if key == "date" else stated == value


def _is_settled(
    fates: list[store.Fate] | None,
    stands: dict[str, str],
    accepted: dict[str, str],
    rejected: dict[str, str],
    archive: store.Archive,
) -> bool:
    return fates is not None and all(
        stands.get(fate.path) == fate.sha256
        or fate.path in rejected
        or (fate.held and fate.path not in accepted)
        or (fate.joined in archive.entries and archive.entries[fate.joined].hand_edited)
        for fate in fates
    )


def held(
    settled: dict[str, list[store.Fate]], archive: store.Archive, accepted: dict[str, str], rejected: dict[str, str]
) -> list[store.Fate]:
    """Return every capture that is behind no article, with its reason."""
    found = []
    for fate in (fate for fates in settled.values() for fate in fates if fate.path not in archive.by_raw):
        reason = f"rejected by hand: {rejected[fate.path]}" if fate.path in rejected else fate.held
        if reason and (fate.path in rejected or fate.path not in accepted or fate.kind == "unreadable"):
            found.append(replace(fate, held=reason))
    return sorted(found, key=lambda fate: fate.path)


def _lost(run: _Run) -> list[str]:
    """Return captures that are neither behind an article nor named with a reason: there must be none."""
    named = {fate.path for fate in run.summary.held} | set(run.archive.by_raw)
    fates = (fate for fates in run.settled.values() for fate in fates)
    return sorted(fate.path for fate in fates if fate.path not in named and not fate.joined)


def _with_folder_sources(
    found: list[revisions.Draft], archive: store.Archive, known: rules.Rules
) -> list[revisions.Draft]:
    """Let a folder name the source of its pages that name none; a folder with many hosts is not a source.

    The name is the one that the folder's other pages state, if they agree; else the folder's own. Of a page that was
    just read its header of old says nothing, so that a killed run ends as one that was not.
    """
    hosts: dict[str, set[str]] = {}
    stated: dict[str, set[str]] = {}
    fresh = {c.path for c in found}
    headers = [(raw, e.header) for raw, e in archive.by_raw.items() if raw not in fresh or e.hand_edited]
    headers += [(c.path, {k.lower(): v for k, v in c.header.items()}) for c in found]
    for path, header in headers:
        if header.get("source_url"):
            hosts.setdefault(lessons.folder_of(path), set()).add(urlsplit(header["source_url"]).hostname or "")
        if header.get("source") and not header.get("source_from"):
            stated.setdefault(lessons.folder_of(path), set()).add(header["source"])
    sourced = []
    for c in found:
        folder = lessons.folder_of(c.path)
        names = stated.get(folder, set())
        own = known.source(folder)
        name = own if own != folder else min(names) if len(names) == 1 else _spoken(folder)
        sourced.append(_sourced(c, name) if folder and len(hosts.get(folder, ())) <= 1 else c)
    return sourced


def _spoken(folder: str) -> str:
    """Return a folder's name as a person would write it.

    >>> _spoken("the-harbour_gazette"), _spoken("El Faro")
    ('The Harbour Gazette', 'El Faro')
    """
    name = folder.replace("-", " ").replace("_", " ")
    return name.title() if name.islower() else name


def _sourced(c: revisions.Draft, name: str) -> revisions.Draft:
    if c.header.get("Source") and c.header.get("Source_from") != "credit":
        return c
    return replace(c, header={**c.header, "Source": name, "Source_from": "folder"})


# --- one article ----------------------------------------------------------------------------------------------------


def _publish(run: _Run, group: revisions.Group) -> None:
    """Write one article for a group of its captures, unless a person's file stands for it."""
    entry = group.entry
    made = _made(run, group)
    old = (run.content / entry.path).read_text(encoding="utf-8") if entry else ""
    if entry and entry.hand_edited:
        _keep(run, group, made, old)
        return
    path, new = _placed(run.archive, group, made.article if made and made.article else Article(*frontmatter.load(old)))
    if entry and _is_same(old, new):
        new = old
    if not entry or (path, new) != (entry.path, old):
        run.summary.written.append(path)
        run.summary.removed += len(made.removals) if made else 0
    _tell_all(run, group, made, Outcome(place=path, old=old, new=new))
    if not run.dry_run:
        store.write_article(run.content, path, new, made, group.hashes, entry.path if entry else "")
    if entry:
        run.archive.forget(entry.path)
    run.archive.add(store.entry_of(path, new))


def _made(run: _Run, group: revisions.Group) -> Conversion | None:
    """Return the conversion that the article is made of; None when the article as it stands is newer."""
    entry = group.entry
    newest = group.best if run.drop and entry and entry.raws[0] in run.unfit else group.newest
    path = newest.path if newest else group.raws[0]
    told = _known_of(run.work.table, path, group.raws)
    made = run.spool.get(path) if newest else None
    if told != captures.row(run.work.table, path) and (newest or not _tells(entry, told)):
        made = _converted_again(run, path, told) or made
    source = newest.header if newest else {k: entry.header.get(k.lower(), "") for k in revisions.KEPT} if entry else {}
    return _with_source(made, source) if made else None


def _tells(entry: store.Entry | None, told: dict[str, str]) -> bool:
    """Tell whether an article says what metadata.csv knows of it."""
    return entry is not None and all(_says(entry.header.get(key, ""), key, value) for key, value in told.items())


def _converted_again(run: _Run, path: str, row: dict[str, str]) -> Conversion | None:
    """Convert a capture with the rows of its article's other captures; None when it is no article then."""
    _start_worker(run.work)
    try:
        c = _convert_page(captures.load(run.work.rawdir, path)[0], row)
    except ArchiveError:
        return None
    return c if c.article and (not c.held or path in run.accepted) else None


def _with_source(made: Conversion, source: dict[str, str]) -> Conversion:
    """Let the folder's name stand for a source where the page states none."""
    header = made.article.header if made.article else {}
    is_stated = header.get("Source") and header.get("Source_from") != "credit"
    if source.get("Source_from") != "folder" or is_stated or not made.article:
        return made
    named = {**header, "Source": source["Source"], "Source_from": "folder"}
    return replace(made, article=replace(made.article, header=named))


def _placed(archive: store.Archive, group: revisions.Group, article: Article) -> tuple[str, str]:
    """Return path and text of a group's article; a slug once given stays."""
    entry = group.entry
    prefix = store.SAMPLES if article.header["Raw"].startswith(store.SAMPLES) else ""
    if entry:
        slug = entry.slug
        path = _place(archive, entry, article, slug, prefix)
    else:
        slug, path = archive.place_for(article, _slug(article), prefix)
    also = contract.join_list(sorted(set(group.raws) - {article.header["Raw"]}))
    header = {**article.header, "Slug": slug, "Raw_also": also}
    return path, frontmatter.dump({k: v for k, v in header.items() if v}, article.body)


def _slug(article: Article) -> str:
    return contract.slug(
        article.header.get("Slug") or article.header["Title"], f"story-{article.header['Raw_sha256'][:8]}"
    )


def _place(archive: store.Archive, entry: store.Entry, article: Article, slug: str, prefix: str) -> str:
    """Return the path of an article that stands: a person's place for it stays, else its date says where it goes."""
    path = store.article_path(article, slug, prefix)
    was = Article({key: entry.header.get(key.lower(), "") for key in ("Date", "Date_precision")}, "")
    is_moved = entry.path != store.article_path(was, slug, prefix)
    return entry.path if is_moved or path in archive.entries else path


def _is_same(old: str, new: str) -> bool:
    """Tell whether two content files differ in nothing but the version of the cleaner."""
    return _unversioned(old) == _unversioned(new)


def _unversioned(text: str) -> str:
    head, gap, body = text.partition("\n\n")
    return VERSION.sub("", head + "\n") + gap + body


def _tell_all(run: _Run, group: revisions.Group, made: Conversion | None, outcome: Outcome) -> None:
    """Tell what became of each capture of a group that was read."""
    for c in group.found:
        if made and c.path == made.path:
            run.tell(replace(outcome, conversion=made, fate="published"))
        else:
            run.tell(Outcome(run.spool.get(c.path), "same article", outcome.place, outcome.note))


def _keep(run: _Run, group: revisions.Group, made: Conversion | None, old: str) -> None:
    """Leave a person's file as it is, and tell what the cleaner would write."""
    assert group.entry
    path = group.entry.path
    run.summary.by_hand.append(path)
    new = _placed(run.archive, group, made.article)[1] if made and made.article else old
    lines = changed_lines(_unversioned(old), _unversioned(new))
    note = f"you edited it, and it stays; the cleaner would write {lines} lines otherwise" if lines else ""
    if lines:
        run.summary.differ.append(path)
    for c in group.found:
        run.note(c.path, note=note, joined="" if c.path in group.entry.raws else path)
    _tell_all(run, group, made, Outcome(place=path, note=note, old=old, new=new if lines else old, is_edited=True))


def _leave_unfit(run: _Run) -> None:
    """Tell of captures that are no articles; an article that such a capture gave before stays unless it may go."""
    for raw, why in sorted(run.unfit.items()):
        reason = f"rejected by hand: {run.rejected[raw]}" if raw in run.rejected else why
        entry = run.archive.by_raw.get(raw)
        fate = "held" if not entry else "published" if entry.raws[0] == raw else "same article"
        if entry and fate == "published":
            if run.drop and not entry.hand_edited and run.unfit.keys() >= set(entry.raws):
                _drop(run, entry)
                entry, fate = None, "held"
            elif raw not in run.rejected:
                run.summary.kept.append((entry.path, reason))
                reason = f"the cleaner would hold it now, but its article stays: {reason}"
                run.note(raw, note=reason)
        run.tell(Outcome(run.spool.get(raw), fate, entry.path if entry else "", reason))


def _drop(run: _Run, entry: store.Entry) -> None:
    run.summary.dropped.append(entry.path)
    run.archive.forget(entry.path)
    if not run.dry_run:
        store.remove_article(run.content, entry.path)
