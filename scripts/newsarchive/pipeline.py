"""The only module that knows every stage: a capture to a conversion, a folder of captures to a content folder."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from pressroom import contract

from newsarchive import CLEANER, body, captures, frontmatter, kinds, markup, metadata, revisions, rules, sites, store
from newsarchive.decode import decode
from newsarchive.errors import ArchiveError, UnreadableCapture
from newsarchive.models import Article, Block, Conversion, Fact, RawPage, Removal, Repair
from newsarchive.repair import repair
from newsarchive.residue import residue
from newsarchive.shape import words

SHORTEST_BODY = 80
"""Characters under which what is left is no article but a stub, and waits for a person."""
LARGEST_CUT = 0.6
"""Share of the main body that phrase rules may take away before the page waits for a person: past this, a rule is
more likely wrong than the page so full of residue (on the development pages the largest true share was under half)."""
PAGE_SECONDS = 60
"""Time limit of one capture; the slowest development page takes under two seconds."""
FEW = 6
"""Captures up to which starting a process pool costs more than it saves."""


def convert(page: RawPage, known: rules.Rules, row: dict[str, str] | None = None) -> Conversion:
    """Turn one capture into an article with all that was removed, or say why it is none. Pure.

    `row` is the page's line of `metadata.csv`: what a person knows outranks every candidate.
    Raises UnreadableCapture and BadRules.
    """
    text = decode(page.payload, page.charset, page.media_type)
    cuts, judged, facts = _read(text, page, known)
    facts = [*(Fact(key, value, "table") for key, value in (row or {}).items() if value), *facts]
    chosen = metadata.choose_facts(facts)
    blocks = [block for block, _ in judged]
    main = [block for block, rule in judged if not rule]
    kept, removals, found = residue(
        judged,
        known,
        title=_value(chosen, "title"),
        summary=_value(chosen, "summary"),
        authors=contract.split_list(_value(chosen, "authors")),
    )
    facts += found
    chosen = metadata.choose_facts(facts)
    lang = metadata.language(" ".join(block.text for block in kept)[:3000], _value(chosen, "lang"))
    chosen["lang"] = Fact("lang", lang, "text")
    if _is_opening(_value(chosen, "summary"), kept):
        del chosen["summary"]
    if "source" in chosen:
        chosen["source"] = replace(chosen["source"], value=known.source(chosen["source"].value))
    kind, reason = kinds.kind(chosen, blocks, kept, page.url or _value(chosen, "source_url"), known.kinds)
    facts += kinds.access(chosen, blocks, kept, known.kinds)
    removals = [*cuts, *removals]
    article, repairs = _article(page, chosen, kept, len(removals))
    held = reason if kind != "article" else _doubt(main, kept)
    return Conversion(
        page.path, page.sha256, kind, article, held, tuple(removals), tuple(repairs), tuple(facts), tuple(blocks)
    )


def _read(text: str, page: RawPage, known: rules.Rules) -> tuple[list[Removal], list[tuple[Block, str]], list[Fact]]:
    """Return what site rules cut, every block with the rule that leaves it out, and all candidates for the header."""
    if page.media_type == "text/plain":
        judged = body.choose(body.dump_blocks(text), known)
        return [], judged, metadata.dump_facts(judged, page)
    tree = body.parse(text)
    facts = [*metadata.html_facts(tree, page), *kinds.page_facts(tree)]
    address = page.url or next((fact.value for fact in facts if fact.key == "source_url"), "")
    cuts: list[Removal] = []
    site = known.sites.get((urlsplit(address).hostname or "").removeprefix("www."))
    if site:
        text, cuts, stated = sites.cut(text, site)
        facts = [*stated, *facts]
        tree = body.parse(text)
    blocks = body.html_blocks(tree, address)
    facts += metadata.head_facts(blocks, _value(metadata.choose_facts(facts), "title"))
    if not any(fact.key == "date" for fact in facts):
        facts += metadata.searched_date(tree)
    return cuts, body.choose(blocks, known, tree), facts


def _is_opening(summary: str, kept: list[Block]) -> bool:
    """Tell whether a description only repeats the story's first words: then it is no dek."""
    opening = words(" ".join(block.text for block in kept[:4]))
    return bool(words(summary)) and words(summary)[:-12] in opening


def _doubt(main: list[Block], kept: list[Block]) -> str:
    """Return why a person should look before the article is published, or ""."""
    size, left = (sum(len(block.text) for block in blocks) for blocks in (main, kept))
    if left < SHORTEST_BODY:
        return f"no body: {left} characters are left"
    if size and 1 - left / size > LARGEST_CUT:
        return f"cleaning would remove {1 - left / size:.0%} of the main text"
    return ""


def _article(
    page: RawPage, chosen: dict[str, Fact], kept: list[Block], removed: int
) -> tuple[Article, tuple[Repair, ...]]:
    text, repairs = repair(markup.markdown(kept, page.url or _value(chosen, "source_url")))
    title, title_repairs = repair(_value(chosen, "title"))
    mended = [*title_repairs, *repairs]
    first = " ".join((kept[0].text if kept else "").split()[:12])
    date, precision, origin = _date(chosen, page)
    header = {
        "Title": title or first or "Untitled",
        "Date": date,
        "Date_from": origin,
        "Date_precision": precision,
        "Category": _value(chosen, "category") or _value(chosen, "section") or "News",
        "Captured": _value(chosen, "captured") or (page.captured.isoformat() if page.captured else ""),
        "Raw": page.path,
        "Raw_sha256": page.sha256,
        "Cleaner": CLEANER,
        "Removed": str(removed),
        "Repaired": str(len(mended)) if mended else "",
    }
    for key in contract.KEYS:
        if key not in header and key.lower() in chosen:
            header[key] = chosen[key.lower()].value
    header["Source"], header["Source_from"] = _source(chosen)
    return Article({key: frontmatter.one_line(value) for key, value in header.items() if value}, text), tuple(mended)


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


@dataclass
class Summary:
    """What one run of ingest did, in captures and files."""

    captures: int = 0
    converted: int = 0
    written: list[str] = field(default_factory=list)
    changes: list[tuple[str, str, str, Conversion]] = field(default_factory=list)
    """For each written file: path, text before (or ""), text after, the conversion behind it."""
    by_hand: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    held: list[Conversion] = field(default_factory=list)
    lost: int = 0


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
    return _convert_page(page)


def _failed(path: str, error: Exception) -> str:
    return f"{path}: the cleaner failed ({type(error).__name__}: {error}). Report it with the capture."


def _convert_page(page: RawPage) -> Conversion:
    if _WORK.known.get(page.path) == page.sha256:
        return Conversion(page.path, page.sha256, KNOWN, None)

    def stop(*_: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PAGE_SECONDS)
    try:
        return convert(page, _WORK.rules, captures.row(_WORK.table, page.path))
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
    """Yield (capture name, its conversions) in any order, on `jobs` processes."""
    if jobs <= 1 or len(names) <= FEW:
        _start_worker(work)
        for name in names:
            yield name, _convert_file(name)
        return
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(work,)) as pool:
        futures = {pool.submit(_convert_file, name): name for name in names}
        for future in as_completed(futures):
            name = futures.pop(future)
            yield name, future.result()


def ingest(
    rawdir: Path,
    content: Path,
    known_rules: rules.Rules,
    settled: dict[str, list[store.Fate]],
    *,
    jobs: int = 0,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Summary:
    """Bring the captures under `rawdir` into `content`; only new and changed ones are converted.

    `settled` says what became of the captures that did not change since the last run, by name; it is brought up to
    date in place. Nothing is written on a dry run. Raises BadTable.
    """
    archive = store.read_archive(content)
    names = wanted(captures.discover(rawdir), archive)
    table = captures.table(rawdir) if names else {}
    accepted, rejected = _decisions(content, archive, dry_run)
    stands = _standing(content, archive, table)
    todo = [name for name in names if not _is_settled(settled.get(name), stands, accepted)]
    summary = Summary(captures=len(names), others=captures.other_files(rawdir) if names else [])
    found: list[Conversion] = []
    for done, (name, results) in enumerate(
        _convert_files(_Work(rawdir, known_rules, table, stands), todo, _jobs(jobs))
    ):
        settled[name] = [store.Fate(c.path, c.sha256, c.kind, c.held, _title(c)) for c in results]
        found += (replace(c, blocks=() if not dry_run else c.blocks) for c in results if c.kind != KNOWN)
        progress(done + 1, len(todo))
    for gone in set(settled) - set(names):
        del settled[gone]
    summary.converted = len(found)
    summary.held = _held(settled, accepted, rejected)
    fit = [c for c in found if c.article and c.path not in rejected and (not c.held or c.path in accepted)]
    for group in revisions.groups(_with_folder_sources(fit, archive, known_rules), archive):
        _publish(content, archive, summary, group, dry_run=dry_run)
    return summary


def wanted(names: list[str], archive: store.Archive) -> list[str]:
    """Leave the samples out as soon as there is any other capture or article."""
    own = [name for name in names if not name.startswith(store.SAMPLES)]
    articles = any(not path.startswith((store.SAMPLES, "pages/")) for path in archive.entries)
    return own if own or articles else names


def _jobs(jobs: int) -> int:
    return jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _title(c: Conversion) -> str:
    return c.article.header["Title"] if c.article else ""


def _decisions(content: Path, archive: store.Archive, dry_run: bool) -> tuple[dict[str, str], dict[str, str]]:
    deleted = dict.fromkeys(store.orphans(content, archive), "its article was deleted by hand")
    if not dry_run:
        for raw, reason in deleted.items():
            store.decide(content, raw, "rejected", reason)
        store.clear_orphans(content)
    return store.decisions(content, "accepted"), store.decisions(content, "rejected") | deleted


def _standing(content: Path, archive: store.Archive, table: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return path and hash of every capture whose article stands as its row of metadata.csv says."""
    stands: dict[str, str] = {}
    for entry in archive.entries.values():
        if not entry.raws:
            continue
        row = captures.row(table, entry.raws[0])
        if entry.hand_edited or all(_says(entry.header.get(key, ""), key, value) for key, value in row.items()):
            stands |= store.capture_hashes(content, entry)
    return stands


def _says(stated: str, key: str, value: str) -> bool:
    """Tell whether a header already states a cell of the table; a date may be filled up to a day.

    >>> _says("2024-01-01", "date", "2024"), _says("News", "category", "Sport")
    (True, False)
    """
    return stated.replace(" ", "T").startswith(value) if key == "date" else stated == value


def _is_settled(fates: list[store.Fate] | None, stands: dict[str, str], accepted: dict[str, str]) -> bool:
    return fates is not None and all(
        stands.get(fate.path) == fate.sha256 or (fate.held and fate.path not in accepted) for fate in fates
    )


def _held(settled: dict[str, list[store.Fate]], accepted: dict[str, str], rejected: dict[str, str]) -> list[Conversion]:
    """Return every capture that is not published, with its reason."""
    held = []
    for fate in (fate for fates in settled.values() for fate in fates):
        reason = f"rejected by hand: {rejected[fate.path]}" if fate.path in rejected else fate.held
        if reason and (fate.path not in accepted or fate.kind == "unreadable"):
            article = Article({"Title": fate.title}, "") if fate.title else None
            held.append(Conversion(fate.path, fate.sha256, fate.kind, article, reason))
    return sorted(held, key=lambda c: c.path)


def _folder(path: str) -> str:
    """Return the folder under `raw/` that may name the source, or ""."""
    parts = path.removeprefix(store.SAMPLES).split("/")
    return parts[0] if len(parts) > 1 else ""


def _with_folder_sources(found: list[Conversion], archive: store.Archive, known: rules.Rules) -> list[Conversion]:
    """Let a folder name the source of its pages that name none; a folder with many hosts is not a source.

    The name is the one that the folder's other pages state, if they agree; else the folder's own.
    """
    hosts: dict[str, set[str]] = {}
    stated: dict[str, set[str]] = {}
    headers = [(raw, entry.header) for raw, entry in archive.by_raw.items()]
    headers += [(c.path, {k.lower(): v for k, v in c.article.header.items()}) for c in found if c.article]
    for path, header in headers:
        if header.get("source_url"):
            hosts.setdefault(_folder(path), set()).add(urlsplit(header["source_url"]).hostname or "")
        if header.get("source") and not header.get("source_from"):
            stated.setdefault(_folder(path), set()).add(header["source"])
    sourced = []
    for c in found:
        folder = _folder(c.path)
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


def _sourced(c: Conversion, name: str) -> Conversion:
    assert c.article
    header = c.article.header
    if header.get("Source") and header.get("Source_from") != "credit":
        return c
    return replace(c, article=replace(c.article, header={**header, "Source": name, "Source_from": "folder"}))


def _publish(content: Path, archive: store.Archive, summary: Summary, group: revisions.Group, *, dry_run: bool) -> None:
    """Write one article for a group of its captures, unless a person's file stands for it."""
    entry, newest = group.entry, group.newest
    if entry and entry.hand_edited:
        summary.by_hand.append(entry.path)
        return
    old = (content / entry.path).read_text(encoding="utf-8") if entry else ""
    if newest is None:
        header, text = frontmatter.load(old)
        article = Article(header, text)
    else:
        assert newest.article
        article = newest.article
    prefix = store.SAMPLES if article.header["Raw"].startswith(store.SAMPLES) else ""
    slug = entry.slug if entry else archive.slug_for(_slug(article))
    also = contract.join_list(sorted(set(group.raws) - {article.header["Raw"]}))
    article = replace(article, header={**article.header, "Slug": slug, "Raw_also": also})
    path = _place(entry, article, slug, prefix)
    new = frontmatter.dump({k: v for k, v in article.header.items() if v}, article.body)
    if new != old:
        summary.written.append(path)
        if newest:
            summary.changes.append((path, old, new, newest))
    if not dry_run:
        store.write_article(content, path, new, newest, group.hashes)
        if entry and entry.path != path:
            store.remove_article(content, entry.path)
    if entry:
        archive.forget(entry.path)
    archive.add(store.entry_of(path, new))


def _slug(article: Article) -> str:
    return contract.slug(
        article.header.get("Slug") or article.header["Title"], f"story-{article.header['Raw_sha256'][:8]}"
    )


def _place(entry: store.Entry | None, article: Article, slug: str, prefix: str) -> str:
    """Return the path of an article: where it stands if a person moved it there, else where its date puts it."""
    path = store.article_path(article, slug, prefix)
    if entry:
        was = Article({key: entry.header.get(key.lower(), "") for key in ("Date", "Date_precision")}, "")
        if entry.path != store.article_path(was, slug, prefix):
            return entry.path
    return path
