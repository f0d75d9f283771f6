"""The browser's half of search against the builder's: the same analysis, the same answers."""

import json
import random
import shutil

import pytest
from pressroom.search import answers, index, query, segment
from pressroom.search.analysis import fold, terms
from pressroom.search.excerpts import excerpt, ranges
from support import searching
from support.paths import BASE
from support.searching import QUERIES
from support.servers import served

pytestmark = pytest.mark.browser
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x590, 0x5F4), (0x600, 0x6FF), (0x900, 0x97F),
    (0xE01, 0xE5B), (0x1E00, 0x1EFF), (0x2010, 0x206F), (0x3040, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xAD00), (0xFF01, 0xFF9D),
    (0x20000, 0x20100), (0x1F600, 0x1F640),
)  # fmt: skip
"""Letters, marks and signs of many scripts."""
CASES = (
    "Ｃafé STRASSE Straße", "أُمّة الأمة إلى", "東京都 Port", "山", "Ísafjörður's 3.5 m", "a_b-c d", "Ærø œuvre ŁÓDŹ", "Ελλάς ΟΔΟΣ",
    "한국 신문", "Привет, мир! Йод", "हिन्दी समाचार।", "ไทย", "x2y 2x", "が か", "İstanbul IĞDIR", "ﬁnance ½", "",
)  # fmt: skip


@pytest.fixture(scope="module")
def page(tmp_path_factory, browser):
    """Open a page that has the client and, beside it, an index in two segments, each of several blocks."""
    folder = tmp_path_factory.mktemp("client")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segment, "RECENT", 1000)
        files = [*index.files(searching.archive(300, words=40), scripts=True)]
    assert len(searching.opened(files).segments[1].entry["t"]) > 3
    for path, payload in files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(payload)
    shutil.copy(BASE / "theme/static/js/search-index.js", folder / "client.js")
    (folder / "page.html").write_text("<!doctype html><meta charset=utf-8><script src=client.js></script>")
    with served(folder) as root:
        shown = browser.new_page()
        shown.goto(f"{root}/page.html")
        shown.folder = folder
        yield shown
        shown.close()


def test_ten_thousand_strings_are_analysed_alike(page):
    chance = random.Random(7)
    texts = list(CASES)
    while len(texts) < 10_000:
        ranges = chance.sample(RANGES, 3)
        texts.append("".join(chr(chance.randint(*chance.choice(ranges))) for _ in range(chance.randint(1, 24))))
    found = page.evaluate("(texts) => texts.map((t) => [newsarchive.fold(t), newsarchive.terms(t)])", texts)
    unlike = [text for text, pair in zip(texts, found, strict=True) if pair != [fold(text), terms(text)]]
    assert [(t, fold(t), terms(t)) for t in unlike[:5]] == []


def test_queries_are_read_alike(page):
    texts = [*QUERIES, 'a "b c" -d OR e', "OR x", "x OR", "-title:a tag:\"b c\" on:2024-2", "before:x", "“a b”", "U.S. x-ray", 'open "quote', "-", ":", "foo:bar"]  # fmt: skip
    found = page.evaluate("(texts) => texts.map((t) => newsarchive.parse(t))", texts)
    for text, one in zip(texts, found, strict=True):
        parsed = query.parse(text)
        groups = [[[list(c.words), c.text, c.is_phrase, c.is_open] for c in group] for group in parsed.groups]
        assert [
            [[c["words"], c["text"], c["isPhrase"], c["isOpen"]] for c in group] for group in one["groups"]
        ] == groups
        assert [c["words"] for c in one["without"]] == [list(c.words) for c in parsed.without]
        assert [list(f.values()) for f in one["filters"]] == [list(f) for f in parsed.filters]
        assert (one["first"], one["last"], one["problem"] or "") == (parsed.first, parsed.last, parsed.problem)


@pytest.mark.parametrize("scripts", [False, True], ids=["requests", "scripts"])
def test_queries_are_answered_alike(page, scripts):
    asked = [(text, {}) for text in QUERIES]
    asked += [
        ("whale", {"sort": "newest"}), ("ferry", {"sort": "oldest", "from": "2010-03", "to": "2010-05-04"}),
        ("ferry", {"filters": {"source": ["Canal News"], "tag": ["sea", "port"]}}), ("", {"filters": {"year": ["2010"]}}),
        ("harbour", {"filters": {"lang": ["ja"], "author": ["Ida Trent"], "category": ["News"]}}),
    ]  # fmt: skip
    script = """async ([asked, scripts]) => {
      const index = await newsarchive.open(new URL("search/", location).href, { scripts });
      const found = [];
      for (const [text, how] of asked) {
        const one = await index.find(text, how);
        const shown = await one.page(0, 30);
        found.push([one.total, one.all, one.suggestion, one.corrected, [...one.words].sort(), shown.map((r) => new URL(r.address).pathname),
          shown.map((r) => [r.title, r.date, r.source, r.lang, r.dir, r.excerpt, r.ranges]), await one.facets(), await one.histogram()]);
      }
      return found; }"""
    found = page.evaluate(script, [asked, scripts])
    opened = searching.opened((path.relative_to(page.folder).as_posix(), path.read_bytes()) for path in (page.folder / "search").rglob("*.bin"))  # fmt: skip
    for (text, how), (total, has_all, suggestion, corrected, words, urls, shown, facets, months) in zip(asked, found, strict=True):  # fmt: skip
        one = answers.find(opened, text, filters=how.get("filters"), sort=how.get("sort", "relevance"), first=how.get("from", ""), last=how.get("to", ""))  # fmt: skip
        rows = answers.records(one, 0, 30)
        assert (total, has_all, suggestion, corrected) == (
            len(one.numbers),
            one.has_all,
            one.suggestion,
            one.is_corrected,
        ), text
        assert words == sorted(one.words), text
        assert urls == [f"/{row[0]}{'index.html' if scripts else ''}" for row in rows], text
        parts = [excerpt(row[7], row[8], one.words) for row in rows]
        marked = [[list(span) for span in ranges(part, one.words)] for part in parts]
        expected = [
            [row[1], row[3], row[2], row[5], row[6], *beside] for row, *beside in zip(rows, parts, marked, strict=True)
        ]
        assert shown == expected, text
        beside = answers.Beside(one)
        for name in answers.FACETS:
            if not how.get("filters", {}).get(name):
                assert facets[name] == [list(pair) for pair in beside.facet(name)], (text, name)
        dated = {row[3][:7] for row in answers.records(one, 0, len(one.numbers)) if len(row[3]) > 4}
        assert {month for month, count in months if count} == dated, text


def test_a_facet_does_not_narrow_itself(page):
    script = """async () => {
      const index = await newsarchive.open(new URL("search/", location).href);
      const all = await (await index.find("ferry")).facets(["source", "tag"]);
      const one = await (await index.find("ferry", { filters: { source: ["Canal News"] } })).facets(["source", "tag"]);
      return [all, one]; }"""
    every, narrowed = page.evaluate(script)
    assert narrowed["source"] == every["source"]
    assert sum(count for _, count in narrowed["tag"]) < sum(count for _, count in every["tag"])


def test_excerpts_hold_the_words_and_mark_them(page):
    script = """async () => {
      const index = await newsarchive.open(new URL("search/", location).href);
      return (await (await index.find("lighthouse")).page(0, 10)).map((r) => [r.excerpt, r.ranges, r.title, r.titleRanges]); }"""
    found = page.evaluate(script)
    assert found
    for part, spans, title, in_title in found:
        marked = [part[start:end] for start, end in spans] + [title[start:end] for start, end in in_title]
        assert marked
        assert {fold(word) for word in marked} == {"lighthouse"}
        assert len(part) <= 250


def test_a_missing_file_is_named(page):
    script = """async () => {
      const index = await newsarchive.open(new URL("search/", location).href);
      index.segments[0].entry.name = "gone";
      return index.find("ferry").then(() => "", (error) => error.message); }"""
    assert "search/gone/t0.bin: it could not be loaded (404)" in json.dumps(page.evaluate(script))
