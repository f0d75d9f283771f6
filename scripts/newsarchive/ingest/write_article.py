"""One article from its captures: made, placed and written, unless a person's file stands for it."""

from __future__ import annotations

import re
from dataclasses import replace

from pressroom import contract

from newsarchive import captures, models
from newsarchive.archive import frontmatter, revisions, store
from newsarchive.errors import ArchiveError
from newsarchive.ingest import attribution, batch
from newsarchive.ingest.run import Run
from newsarchive.models import Article, Conversion
from newsarchive.report.report_page import Outcome, changed_lines

VERSION = re.compile(r"^(?:Cleaner|Checksum): .*\n", re.MULTILINE)
"""Lines that a new version of the cleaner changes although it wrote the same article."""


def publish(run: Run, group: revisions.Group) -> None:
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


def _made(run: Run, group: revisions.Group) -> Conversion | None:
    """Return the conversion that the article is made of; None when the article as it stands is newer."""
    entry = group.entry
    newest = group.best if run.drop and entry and entry.raws[0] in run.unfit else group.newest
    path = newest.path if newest else group.raws[0]
    told = captures.article_row(run.work.table, path, group.raws)
    made = run.spool.get(path) if newest else None
    if told != captures.row(run.work.table, path) and (newest or not (entry and captures.agrees(entry.header, told))):
        made = _converted_again(run, path, told) or made
    source = newest.header if newest else {k: entry.header.get(k.lower(), "") for k in revisions.KEPT} if entry else {}
    return attribution.with_source(made, source) if made else None


def _converted_again(run: Run, path: str, row: dict[str, str]) -> Conversion | None:
    """Convert a capture with the rows of its article's other captures; None when it is no article then."""
    try:
        c = batch.convert_page(run.work, captures.load(run.work.rawdir, path)[0], row)
    except ArchiveError:
        return None
    return c if c.article and (not c.held or path in run.accepted) else None


def _placed(archive: store.Archive, group: revisions.Group, article: Article) -> tuple[str, str]:
    """Return path and text of a group's article; a slug once given stays."""
    entry = group.entry
    prefix = models.SAMPLES if article.header["Raw"].startswith(models.SAMPLES) else ""
    if entry:
        slug = entry.slug
        path = _place(archive, entry, article, slug, prefix)
    else:
        slug, path = archive.place_for(article, _slug(article), prefix)
    also = contract.join_list(sorted(set(group.raws) - {article.header["Raw"]}))
    header = {**article.header, "Slug": slug, "Raw_also": also}
    if entry:
        header["Aliases"] = contract.join_list(_aliases(entry, header))
    return path, frontmatter.dump({k: v for k, v in header.items() if v}, article.body)


def _slug(article: Article) -> str:
    return contract.make_slug(
        article.header.get("Slug") or article.header["Title"], f"story-{article.header['Raw_sha256'][:8]}"
    )


def _place(archive: store.Archive, entry: store.Entry, article: Article, slug: str, prefix: str) -> str:
    """Return the path of an article that stands: a person's place for it stays, else its date says where it goes."""
    if entry.hand_edited:
        return entry.path
    path = store.article_path(article, slug, prefix)
    was = Article({key: entry.header.get(key.lower(), "") for key in ("Date", "Date_precision")}, "")
    is_moved = entry.path != store.article_path(was, slug, prefix)
    return entry.path if is_moved or path in archive.entries else path


def _aliases(entry: store.Entry, header: dict[str, str]) -> list[str]:
    """Return the old addresses of an article that stands: where a corrected date moves it, the one that it had too."""
    before = {key: entry.header.get(key.lower(), "") for key in ("Aliases", "Date", "Date_precision")}
    known = [alias for found in (header, before) for alias in contract.split_list(found.get("Aliases", ""))]
    if not entry.hand_edited:
        known.append(store.address(before, header["Slug"]))
    now = store.address(header, header["Slug"])
    return [*dict.fromkeys(alias for alias in known if alias != now)]


def _is_same(old: str, new: str) -> bool:
    """Tell whether two content files differ in nothing but the version of the cleaner."""
    return _unversioned(old) == _unversioned(new)


def _unversioned(text: str) -> str:
    head, gap, body = text.partition("\n\n")
    return VERSION.sub("", head + "\n") + gap + body


def _tell_all(run: Run, group: revisions.Group, made: Conversion | None, outcome: Outcome) -> None:
    """Tell what became of each capture of a group that was read."""
    for c in group.found:
        if made and c.path == made.path:
            run.tell(replace(outcome, conversion=made, fate="published"))
        else:
            run.tell(Outcome(run.spool.get(c.path), "same article", outcome.place, outcome.note))


def _keep(run: Run, group: revisions.Group, made: Conversion | None, old: str) -> None:
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


def leave_unfit(run: Run) -> None:
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


def _drop(run: Run, entry: store.Entry) -> None:
    run.summary.dropped.append(entry.path)
    run.archive.forget(entry.path)
    if not run.dry_run:
        store.remove_article(run.content, entry.path)
