"""Related articles: what a page names, and that any order of changes names what a first build names."""

import json
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressroom.core import processes
from pressroom.state import database, related, similarity
from support import sites

WORDS = ("ferry", "whale", "quay", "lock", "swan")
SIGNATURE = st.dictionaries(st.sampled_from(WORDS), st.integers(60, 255), max_size=4)
CHANGE = st.tuples(st.integers(0, 9), st.one_of(st.none(), st.tuples(st.integers(0, 3), SIGNATURE, st.integers(0, 1))))
STEPS = st.lists(st.lists(CHANGE, min_size=1, max_size=4), min_size=1, max_size=6)


class Table:
    """The rows that `related` reads, as `changes` leaves them."""

    def __init__(self):
        self.db = sqlite3.connect(":memory:")
        self.db.executescript(database.SCHEMA)

    def put(self, number, value):
        db = self.db
        row = db.execute("SELECT stamp, tie FROM member WHERE id = ?", (number,)).fetchone()
        if row:
            db.execute("DELETE FROM member WHERE id = ?", (number,))
            db.execute("DELETE FROM body WHERE id = ?", (number,))
            db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", (*row, number))
        if value:
            stamp, terms, title = value
            tie = f"{number}"
            sign = f"{similarity.hash_tie(tie)}\n{similarity.pack_signature(sorted(terms.items()))}\n{json.dumps([number, title])}"
            db.execute("INSERT INTO member VALUES ('all', ?, ?, ?, '', 2)", (stamp, tie, number))
            db.execute("INSERT INTO body VALUES (?, '', '', '', ?)", (number, sign))
            db.execute("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", (stamp, tie, number))

    def bring(self, *, everything=False):
        before = self.names()
        self.db.execute("DELETE FROM stale")
        related.update_related(self.db, 2, everything=everything)
        self.db.execute("DELETE FROM touched")
        now, marked = self.names(), {key for (key,) in self.db.execute("SELECT key FROM stale")}
        assert {f"record:{number}" for number in now if now[number] != before.get(number, [])} <= marked or everything
        return now

    def names(self):
        numbers = [number for (number,) in self.db.execute("SELECT id FROM signed ORDER BY id")]
        return {number: related.read_related(self.db, number) for number in numbers}


@settings(max_examples=40, deadline=None, suppress_health_check=[])
@given(STEPS)
@pytest.mark.parametrize("many", [500, 2])
def test_a_few_orders_of_changes_name_what_a_first_build_names(many, steps):
    assert_as_first(many, steps)


@pytest.mark.history
@settings(max_examples=300, deadline=None, suppress_health_check=[])
@given(STEPS)
@pytest.mark.parametrize("many", [500, 2])
def test_any_order_of_changes_names_what_a_first_build_names(many, steps):
    assert_as_first(many, steps)


def assert_as_first(many, steps):
    """Check that after each step the table names what one that is filled at once names."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (similarity, related):
            patch.setattr(module, "WINDOW", 2)
        patch.setattr(related, "MANY", many)
        table, content = Table(), {}
        for step in steps:
            for number, value in step:
                table.put(number, value)
                content[number] = value
            found = table.bring()
            first = Table()
            for number, value in content.items():
                first.put(number, value)
            assert found == first.bring(everything=True)
            rows = "SELECT * FROM sign ORDER BY term, stamp, tie, id"
            assert table.db.execute(rows).fetchall() == first.db.execute(rows).fetchall()


def test_only_earlier_articles_are_named_and_the_most_alike_first():
    whale = [("ferry", 150), ("whale", 200)]
    found = list(similarity.relate_all([whale, [("ferry", 200), ("whale", 150)], [("quay", 255)], whale], 5))
    assert found == [[], [0], [], [0, 1]]
    assert list(similarity.relate_all([whale, whale, whale], 1)) == [[], [0], [1]]


def test_one_word_in_common_is_not_enough():
    assert list(similarity.relate_all([[("ferry", 255)], [("ferry", 255)]], 5)) == [[], []]


def test_words_that_stand_once_are_weighed_where_few_stand_more_often():
    once = "ferry whale quay lantern harbour gull anchor rudder keel mast"
    assert len(similarity.make_signature("", "", once, "en")) == 10
    often = " ".join(f"{word} {word}" for word in f"{once} buoy sail oar".split())
    assert "plankton" not in dict(similarity.make_signature("", "", f"{often} plankton", "en"))
    assert dict(similarity.make_signature("", "", f"{once} plankton krill", "en")).keys() >= {"plankton", "krill"}


def test_a_signature_tells_what_an_article_is_about_in_any_script():
    text = "The mayor of Ferrow opened the new lock by hand on Thursday, and the lock keepers cheered the mayor."
    terms = [term for term, _ in similarity.make_signature("Lock keepers turn the gates", "", text, "en")]
    assert {"lock", "keepers", "gates", "ferrow"} <= set(terms)
    assert not {"the", "and"} & set(terms)
    chinese = [term for term, _ in similarity.make_signature("飞碟降落", "", "飞碟降落在田里。飞碟是绿色的。", "zh")]
    assert "飞碟" in chinese
    arabic = [term for term, _ in similarity.make_signature("الحمامة تعود", "", "عادت الحمامة إلى برج الحمامة", "ar")]
    assert any("حمام" in term for term in arabic)
    assert similarity.make_signature("x", "", "y", "x-?") == similarity.make_signature("", "", "", "../../en") == []
    weights = [weight for _, weight in similarity.make_signature("A " * 500, "b" * 5000, "1234 " * 500 + text, "en")]
    assert sum(weight * weight for weight in weights) <= 255 * 255 + 1
    assert len(weights) <= similarity.TERMS


STORIES = {
    "a": ("Ferry hits whale", "2024-06-20", "The ferry hit a whale off the harbour of Ferrow. The captain said the whale swam on."),
    "b": ("Whale is back at Ferrow", "2024-06-22", "The whale that a ferry hit is back in the harbour of Ferrow, the captain said."),
    "c": ("Tax on bread", "2024-06-23", "Bakers protest against a tax on bread, flour and yeast."),
}  # fmt: skip


@pytest.fixture
def site(tmp_path):
    found = sites.Site(tmp_path / "site")
    for name, values in STORIES.items():
        put(found, name, *values)
    return found


def put(site, name, title, date, body, header="Source: Canal <News>\n"):
    (site.content / f"{name}.md").write_text(f"Title: {title}\nDate: {date}\n{header}\n{body}\n", encoding="utf-8")


def page(site, number):
    path = next((site.folder / "out").glob(f"2024/06/{number}/*/index.html"))
    return path.read_text(encoding="utf-8")


def shows(site, number):
    return 'aria-labelledby="related"' in page(site, number)


def test_the_page_names_earlier_articles_and_follows_them(site):
    site.build()
    assert 'href="../../../../2024/06/20/ferry-hits-whale/index.html"' in page(site, 22)
    assert "Canal &lt;News&gt;" in page(site, 22)
    assert [shows(site, number) for number in (20, 22, 23)] == [False, True, False]
    put(site, "a", "Ferry hits a whale & sinks", "2024-06-20", STORIES["a"][2])
    report = site.build()
    assert "Ferry hits a whale &amp; sinks" in page(site, 22)
    (site.content / "a.md").unlink()
    site.build()
    assert not shows(site, 22)
    put(
        site,
        "d",
        "Whale seen off Ferrow",
        "2024-06-01",
        "A whale swims in the harbour of Ferrow; a ferry waited, its captain said.",
    )
    site.build()
    assert "2024/06/01/" in page(site, 22)
    assert report["written"]
    assert sites.hashes(site.folder / "out") == site.fresh(0)
    (site.content / "d.md").write_text((site.content / "d.md").read_text().replace("\n\n", "\nWithdrawn: x\n\n", 1))
    site.build()
    assert not shows(site, 22)


def test_none_are_named_where_the_setting_says_so(site):
    site.settings = len(sites.SETTINGS)
    sites.SETTINGS += ({"PRESSROOM_RELATED": 0},)
    try:
        site.build()
    finally:
        sites.SETTINGS = sites.SETTINGS[:-1]
    assert not shows(site, 22)


def test_a_process_of_its_own_finds_the_same(site, monkeypatch):
    asides = []
    monkeypatch.setattr(related, "BESIDE", 2)
    monkeypatch.setattr(related, "Aside", lambda work: asides.append(processes.Aside(work)) or asides[-1])
    site.build(jobs=2)
    assert len(asides) == 1
    assert shows(site, 22)
    assert sites.hashes(site.folder / "out") == site.fresh(0)
    put(site, "d", *STORIES["a"])
    site.build(jobs=2)
    assert len(asides) == 1, "only where all of it is to be found"
