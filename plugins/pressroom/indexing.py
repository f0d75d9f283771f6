"""Keeps the search index up to the records: what stays, what is made anew. Its cost follows what changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pressroom import context, records, state
from pressroom.render import Renderer
from pressroom.rows import UNDATED
from pressroom.search import index, segment
from pressroom.search.index import UNIT, Segment
from pressroom.search.segment import Parameters
from pressroom.search.shown import Document

SMALL = 256
"""Articles up to which the whole index is made anew when an older one changed: it takes no longer than a page."""
BASE, RECENT = "search:base", "search:recent"
"""The lists that own the files of the two segments; the manifest is with the second."""
_OLDEST = "ORDER BY stamp DESC, tie DESC, id DESC"
_CHANGED = "SELECT stamp, tie, id, hash FROM member WHERE list = 'all' EXCEPT SELECT stamp, tie, id, hash FROM indexed"
_GONE = (
    "SELECT number FROM indexed WHERE (stamp, tie, id, hash) IN "
    "(SELECT stamp, tie, id, hash FROM indexed EXCEPT SELECT stamp, tie, id, hash FROM member WHERE list = 'all') "
    "ORDER BY number"
)


def update(
    db: sqlite3.Connection,
    renderer: Renderer,
    code: str,
    *,
    fold: bool,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> None:
    """Stage the files of the index that are otherwise than before.

    `code` names all that changes every file: settings and program. With `fold` older articles that changed become part
    of the base, so that the index is what a first build of the same articles makes.
    """
    settings = renderer.settings
    articles = context.count(db, "all")
    scripts = settings["PRESSROOM_SEARCH_SCRIPTS"]
    scripts = articles <= index.SCRIPTS if scripts is None else bool(scripts)
    known = state.get(db, "search") or {}
    now = [context.fingerprint(db, "list|all", settings), code, scripts]
    if known.get("of") == now and (known["is_plain"] or not fold):
        return
    with state.transaction(db):
        if not settings["PRESSROOM_SEARCH"]:
            db.execute("DELETE FROM indexed")
            renderer.write(db, BASE, ())
            renderer.write(db, RECENT, ())
            known = {"base": None, "is_plain": True}
        else:
            one = _Update(db, renderer, scripts, progress)
            done = one.recent(known, articles, fold=fold) if known.get("of", [])[1:] == now[1:] else None
            known = done or one.all(articles)
        state.put(db, "search", {**known, "of": now})


class _Update:
    """One bringing up of the index."""

    def __init__(
        self, db: sqlite3.Connection, renderer: Renderer, scripts: bool, progress: Callable[[int, int], None]
    ) -> None:
        self.db, self.renderer, self.scripts, self.progress = db, renderer, scripts, progress

    def all(self, articles: int) -> dict[str, Any]:
        """Make the whole index anew."""
        border, db = index.split(articles), self.db
        settled = self._settled(articles)
        db.execute("DELETE FROM indexed")
        rows = db.execute(f"SELECT stamp, tie, id, hash FROM member WHERE list = 'all' {_OLDEST} LIMIT ?", (border,))
        db.executemany("INSERT INTO indexed VALUES (?, ?, ?, ?, ?)", ((at, *row) for at, row in enumerate(rows)))
        base = None
        if border:
            one = Segment(settled, is_base=True, count=border)
            documents = self._watched(self._documents(border), border)
            self._write(BASE, one.files(documents))
            base = one.entry
        else:
            self._write(BASE, ())
        known = {"base": base, "settled": settled, "is_plain": True}
        query = f"SELECT id FROM member WHERE list = 'all' {_OLDEST} LIMIT -1 OFFSET ?"
        rest = [self._document(number) for (number,) in db.execute(query, (border,)).fetchall()]
        self._recent(known, [], rest, [border] * len(rest))
        return known

    def recent(self, known: dict[str, Any], articles: int, *, fold: bool) -> dict[str, Any] | None:
        """Make what is beside the base anew; None where the base is to be made anew too."""
        db, base = self.db, known["base"]
        if not base or len(found := db.execute(f"{_CHANGED} {_OLDEST}").fetchmany(UNIT)) == UNIT:
            return None
        gone = [number for (number,) in db.execute(_GONE)]
        at = [self._older(stamp, tie, number, base["documents"]) for stamp, tie, number, _ in found]
        is_plain = not gone and all(older == base["documents"] for older in at)
        if len(gone) > UNIT or (not is_plain and (fold or base["documents"] <= SMALL)):
            return None
        if min([*gone, *at], default=segment.SAMPLE) < segment.SAMPLE:
            settled = self._settled(articles)
            if [settled.mean, [*settled.dense]] != known["settled"]:
                return None
        known = {**known, "is_plain": is_plain}
        self._recent(known, gone, [self._document(number) for _, _, number, _ in found], at)
        return known

    def _recent(self, known: dict[str, Any], gone: list[int], documents: list[Document], at: list[int]) -> None:
        settled, segments = Parameters(known["settled"][0], tuple(known["settled"][1])), []
        if known["base"]:
            segments.append({**known["base"], "gone": gone})
        found: list[tuple[str, bytes]] = []
        if documents:
            one = Segment(settled, is_base=False)
            found += one.files(documents)
            segments.append({**one.entry, "at": at})
        found.append(index.manifest(settled, segments, *self._span()))
        self._write(RECENT, found)

    def _write(self, key: str, found: Iterable[tuple[str, bytes]]) -> None:
        self.renderer.write(self.db, key, index.twins(found, scripts=self.scripts))

    def _settled(self, articles: int) -> Parameters:
        return segment.parameters(map(segment.fields, self._documents(segment.sampled(articles))))

    def _span(self) -> tuple[str, str]:
        """Return the dates of the oldest and the newest article that has one, "" where none has."""
        query = "SELECT id FROM member WHERE list = 'all' AND stamp < ? ORDER BY stamp {0}, tie {0}, id {0} LIMIT 1"
        rows = (self.db.execute(query.format(order), (UNDATED,)).fetchone() for order in ("DESC", "ASC"))
        first, last = (self._document(row[0]).date if row else "" for row in rows)
        return first, last

    def _older(self, stamp: int, tie: str, number: int, documents: int) -> int:
        """Return how many documents of the base are older than an article."""
        low, high = 0, documents
        query = "SELECT (stamp, tie, id) > (?, ?, ?) FROM indexed WHERE number = ?"
        while low < high:
            # most are newer than all
            middle = documents - 1 if high == documents and low == 0 else (low + high) // 2
            if self.db.execute(query, (stamp, tie, number, middle)).fetchone()[0]:
                low = middle + 1
            else:
                high = middle
        return low

    def _document(self, number: int) -> Document:
        meta, html = self.db.execute("SELECT meta, html FROM body WHERE id = ?", (number,)).fetchone()
        return document(json.loads(meta), html)

    def _documents(self, count: int) -> Iterator[Document]:
        """Yield the oldest."""
        query = (
            "SELECT b.meta, b.html FROM member m JOIN body b ON b.id = m.id WHERE m.list = 'all' "
            "ORDER BY m.stamp DESC, m.tie DESC, m.id DESC LIMIT ?"
        )
        return (document(json.loads(meta), html) for meta, html in self.db.execute(query, (count,)))

    def _watched(self, documents: Iterable[Document], total: int) -> Iterator[Document]:
        for done, one in enumerate(documents, 1):
            yield one
            self.progress(done, total)


def document(fields: dict[str, Any], html: str) -> Document:
    """Return what search knows of a record, by its fields and its rendered text."""
    captured = "captured " if fields["date_from"] == "captured" else ""
    return Document(
        title=fields["title"], url=fields["url"], source=fields["source"][0] if fields["source"] else "",
        date=fields["machine_date"], shown_date=captured + fields["shown_date"], lang=fields["lang"],
        direction=fields["dir"], dek=fields["dek"], category=fields["category"][0] if fields["category"] else "",
        tags=tuple(name for name, _ in fields["tags"]), authors=tuple(name for name, _ in fields["authors"]),
        body=records.plain_text(html),
    )  # fmt: skip
