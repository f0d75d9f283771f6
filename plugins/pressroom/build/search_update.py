"""Keeps the search index up to the records: what stays, what is made anew. Its cost follows what changed.

Of the state's tables `indexed` has the articles of the base, `beside` those that stand beside it, and `touched` what
`changes` did since: so nothing looks at all articles to find the few.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from pressroom.build.renderer import Made, Renderer
from pressroom.content import plain_text
from pressroom.core import codec
from pressroom.core.processes import Aside
from pressroom.search import index, segment
from pressroom.search.index import SegmentWriter
from pressroom.search.segment import Parameters, Taken
from pressroom.search.shown import Document
from pressroom.state import database, queries
from pressroom.state.rows import UNDATED_STAMP

SMALL = 256
"""Articles up to which the whole index is made anew when an older one changed: it takes no longer than a page."""
BASE, RECENT = "search:base", "search:recent"
"""The lists that own the files of the two segments; the manifest is with the second."""
_OLDEST = "ORDER BY stamp DESC, tie DESC, id DESC"
_TOUCHED = (
    "SELECT t.stamp, t.tie, t.id, m.id IS NOT NULL, i.number, m.hash IS i.hash FROM touched t "
    "LEFT JOIN member m ON m.list = 'all' AND m.stamp = t.stamp AND m.tie = t.tie AND m.id = t.id "
    "LEFT JOIN indexed i ON i.stamp = t.stamp AND i.tie = t.tie AND i.id = t.id"
)
_OLDER = "SELECT number FROM indexed WHERE (stamp, tie, id) > (?, ?, ?) ORDER BY stamp, tie, id LIMIT 1"


class Base(NamedTuple):
    """The base, made anew."""

    settled: Parameters
    entry: dict[str, Any] | None
    """What the manifest says of it, None where the archive is too small for one."""
    files: list[Made]


def start_ahead(db: sqlite3.Connection, renderer: Renderer, code: str, jobs: int) -> Aside | None:
    """Have the base made beside planning and rendering, where `update` will make it anew for another `code`."""
    settings = renderer.settings
    if jobs < 2 or not settings.search or (database.get(db, "search") or {}).get("of", [""])[0] == code:
        return None
    # Not by `context.count`: the plan has yet to count terms.
    (articles,) = db.execute("SELECT count(*) FROM member WHERE list = 'all'").fetchone()
    if not index.split(articles):
        return None
    scripts = index.has_scripts(settings.search_scripts, articles)

    def work(progress: Callable[[int, int], None]) -> Base:
        own = sqlite3.connect(renderer.path, isolation_level=None)
        return _Update(own, renderer, scripts, progress).make_base(articles)

    return Aside(work)


def update(
    db: sqlite3.Connection,
    renderer: Renderer,
    code: str,
    *,
    fold: bool,
    aside: Aside | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> None:
    """Stage the files of the index that are otherwise than before.

    `code` names all that changes every file: settings and program. With `fold` older articles that changed become part
    of the base, so that the index is what a first build of the same articles makes. `aside` is of `ahead`.
    """
    settings = renderer.settings
    articles = queries.count_articles(db, "all")
    scripts = index.has_scripts(settings.search_scripts, articles)
    known = database.get(db, "search") or {}
    now = [code, scripts]
    is_same = known.get("of") == now
    if is_same and (known["is_plain"] or not fold) and not db.execute("SELECT 1 FROM touched LIMIT 1").fetchone():
        return
    with database.transaction(db):
        if not settings.search:
            renderer.own_files(db, BASE, ())
            renderer.own_files(db, RECENT, ())
            known = {"base": None, "gone": [], "is_plain": True}
        else:
            updater = _Update(db, renderer, scripts, progress)
            done = updater.update_recent(known, articles, fold=fold) if is_same else None
            known = done or updater.make_all(articles, aside.result(progress) if aside else updater.make_base(articles))
        db.execute("DELETE FROM touched")
        database.put(db, "search", {**known, "of": now})


class _Update:
    """One bringing up of the index."""

    def __init__(
        self, db: sqlite3.Connection, renderer: Renderer, scripts: bool, progress: Callable[[int, int], None]
    ) -> None:
        self.db, self.renderer, self.scripts, self.progress = db, renderer, scripts, progress

    def make_base(self, articles: int) -> Base:
        """Make the base anew, and stage its files."""
        border, settled = index.split(articles), self._settle(articles)
        if not border:
            return Base(settled, None, [])
        built = SegmentWriter(settled, is_base=True)
        documents = self._watch(self._read_documents(border), border)
        files = [*self._stage(BASE, built.files(documents))]
        return Base(settled, built.entry, files)

    def make_all(self, articles: int, base: Base) -> dict[str, Any]:
        """Make the whole index anew, but for the base."""
        border, db = index.split(articles), self.db
        for table in ("indexed", "beside"):
            db.execute(f"DELETE FROM {table}")
        rows = db.execute(f"SELECT stamp, tie, id, hash FROM member WHERE list = 'all' {_OLDEST} LIMIT ?", (border,))
        db.executemany("INSERT INTO indexed VALUES (?, ?, ?, ?, ?)", ((*row, at) for at, row in enumerate(rows)))
        query = f"SELECT stamp, tie, id FROM member WHERE list = 'all' {_OLDEST} LIMIT -1 OFFSET ?"
        rest = db.execute(query, (border,)).fetchall()
        db.executemany("INSERT INTO beside VALUES (?, ?, ?, NULL)", rest)
        self.renderer.own_files(db, BASE, base.files)
        known: dict[str, Any] = {"base": base.entry, "settled": base.settled, "gone": [], "is_plain": True}
        known["sampled"] = segment.sampled(articles)
        self._make_recent(known, [(*row, None) for row in rest], [border] * len(rest))
        return known

    def update_recent(self, known: dict[str, Any], articles: int, *, fold: bool) -> dict[str, Any] | None:
        """Make what is beside the base anew; None where the base is to be made anew too."""
        db, base = self.db, known["base"]
        if not base:
            return None
        before = {*known["gone"]}
        gone, first = self._sort_out({*before})
        rows = db.execute(f"SELECT stamp, tie, id, taken FROM beside {_OLDEST}").fetchall()
        at = [self._count_older(row[:3]) for row in rows]
        is_plain = not gone and all(older == base["documents"] for older in at)
        if is_plain and base["documents"] != index.split(articles):
            return None
        unit = index.unit(articles)
        if not is_plain and (fold or base["documents"] <= SMALL or len(rows) >= unit or len(gone) > unit):
            return None
        sampled = segment.sampled(articles)
        # Without the base's documents that are gone, those after them stand that much nearer to the oldest.
        if known["sampled"] != sampled or first - len(before.union(gone)) < sampled:
            settled = self._settle(articles)
            if [settled.mean, [*settled.dense]] != known["settled"]:
                return None
        known = {**known, "gone": gone, "is_plain": is_plain, "sampled": sampled}
        self._make_recent(known, rows, at)
        return known

    def _sort_out(self, gone: set[int]) -> tuple[list[int], int]:
        """Bring `beside` up to what was touched.

        Return the numbers of the base that no longer count, and how many of the base's documents are older than all that
        was touched.
        """
        db, first = self.db, sys.maxsize
        for *key, is_there, number, is_same in db.execute(_TOUCHED).fetchall():
            first = min(first, self._count_older(key) if number is None else number)
            if number is not None:
                (gone.discard if is_there and is_same else gone.add)(number)
            if is_there and (number is None or not is_same):
                db.execute("INSERT OR REPLACE INTO beside VALUES (?, ?, ?, NULL)", key)
            else:
                db.execute("DELETE FROM beside WHERE stamp = ? AND tie = ? AND id = ?", key)
        return sorted(gone), first

    def _make_recent(self, known: dict[str, Any], rows: list[tuple[Any, ...]], at: list[int]) -> None:
        """Make the segment beside the base, and the manifest; `rows` are those of `beside`."""
        settled, segments = Parameters(known["settled"][0], tuple(known["settled"][1])), []
        if known["base"]:
            segments.append({**known["base"], "gone": known["gone"]})
        files: list[tuple[str, bytes]] = []
        if rows:
            built = SegmentWriter(settled, is_base=False)
            documents = [self._read_document(number) for _, _, number, _ in rows]
            files += built.files(documents, self._take_postings(built, rows, documents))
            segments.append({**built.entry, "at": at})
        files.append(index.manifest(settled, segments, *self._find_span()))
        self.renderer.own_files(self.db, RECENT, self._stage(RECENT, files))

    def _take_postings(
        self, built: SegmentWriter, rows: list[tuple[Any, ...]], documents: list[Document]
    ) -> Iterator[Taken]:
        """Yield what each document gives to the postings: of those that stood beside the base before, as it was kept."""
        for (*key, known), document in zip(rows, documents, strict=True):
            if known is not None:
                yield Taken(*codec.unpack(known))
                continue
            postings = built.collector.taken(segment.fields(document), document.lang)
            query = "UPDATE beside SET taken = ? WHERE stamp = ? AND tie = ? AND id = ?"
            self.db.execute(query, (codec.pack(postings), *key))
            yield postings

    def _stage(self, key: str, files: Iterable[tuple[str, bytes]]) -> Iterator[Made]:
        return self.renderer.stage(self.db, key, index.twins(files, scripts=self.scripts))

    def _settle(self, articles: int) -> Parameters:
        return segment.parameters(map(segment.fields, self._read_documents(segment.sampled(articles))))

    def _find_span(self) -> tuple[str, str]:
        """Return the dates of the oldest and the newest article that has one, "" where none has."""
        query = (
            "SELECT b.meta FROM member m JOIN body b ON b.id = m.id WHERE m.list = 'all' AND m.stamp < ? "
            "ORDER BY m.stamp {0}, m.tie {0}, m.id {0} LIMIT 1"
        )
        rows = (self.db.execute(query.format(order), (UNDATED_STAMP,)).fetchone() for order in ("DESC", "ASC"))
        first, last = (codec.unpack(row[0])["machine_date"] if row else "" for row in rows)
        return first, last

    def _count_older(self, key: Sequence[Any]) -> int:
        """Return how many documents of the base are older than an article."""
        row = self.db.execute(_OLDER, key).fetchone()
        return row[0] + 1 if row else 0

    def _read_document(self, number: int) -> Document:
        meta, html = self.db.execute("SELECT meta, html FROM body WHERE id = ?", (number,)).fetchone()
        return make_document(codec.unpack(meta), html)

    def _read_documents(self, count: int) -> Iterator[Document]:
        """Yield the oldest."""
        query = (
            "SELECT b.meta, b.html FROM member m JOIN body b ON b.id = m.id WHERE m.list = 'all' "
            "ORDER BY m.stamp DESC, m.tie DESC, m.id DESC LIMIT ?"
        )
        return (make_document(codec.unpack(meta), html) for meta, html in self.db.execute(query, (count,)))

    def _watch(self, documents: Iterable[Document], total: int) -> Iterator[Document]:
        for done, document in enumerate(documents, 1):
            yield document
            self.progress(done, total)


def make_document(fields: dict[str, Any], html: str) -> Document:
    """Return what search knows of a record, by its fields and its rendered text."""
    return Document(
        title=fields["title"], url=fields["url"], source=fields["source"][0] if fields["source"] else "",
        date=fields["machine_date"], shown_date=fields["told_date"], lang=fields["lang"],
        direction=fields["dir"], dek=fields["dek"], category=fields["category"][0] if fields["category"] else "",
        tags=tuple(name for name, _ in fields["tags"]), authors=tuple(name for name, _ in fields["authors"]),
        body=plain_text.extract_text(html),
    )  # fmt: skip
