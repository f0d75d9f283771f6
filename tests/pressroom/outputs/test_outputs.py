"""A new generated file is one module and one name: what plans, renders and refuses addresses goes through OUTPUTS."""

import types
from typing import NamedTuple

import pytest
from pressroom import outputs
from pressroom.build.pages import ArticlePage, DirectPage, ListingPage, RemovedPage, collect_kinds, load_page
from pressroom.core.keys import SITE
from pressroom.core.page import Planned, dump
from pressroom.core.settings import Place, SiteSettings
from pressroom.templates.pagination import ListPage
from support import sites


class HumansFile(NamedTuple):
    """`humans.txt`, as a module of its own would have it."""

    path: str
    articles: int


def make_humans(rendered):
    """Return an output like the modules of `pressroom.outputs`; `rendered` gets the pages that it renders."""

    def plan(db, site, changed):
        if changed.key == SITE:
            (count,) = db.execute("SELECT count(*) FROM member WHERE list = 'all'").fetchone()
            yield Planned(HumansFile("humans.txt", count))

    def render(page, archive, site):
        rendered.append(page)
        assert archive.count_articles("all") == page.articles
        return f"{page.articles} articles, read by people.\n".encode()

    return types.SimpleNamespace(PAGES=(HumansFile,), reserved=lambda site: [r"humans\.txt"], plan=plan, render=render)


@pytest.fixture
def site(tmp_path):
    site = sites.Site(tmp_path / "site")
    site.write("a.md", {"Date": 0})
    site.write("b.md", {"Date": 1, "Title": 1})
    return site


def test_a_new_file_is_one_name_in_outputs(site, monkeypatch):
    rendered, humans = [], site.folder / "out/humans.txt"
    monkeypatch.setattr(outputs, "OUTPUTS", (*outputs.OUTPUTS, make_humans(rendered)))
    site.build()
    assert humans.read_text() == "2 articles, read by people.\n"
    assert rendered == [HumansFile("humans.txt", 2)]

    (site.content / "a.md").write_text("Title: Ferry\nDate: 2024-06-20 10:00\n\nAnother text.\n")
    report = site.build()
    assert report["written"] > 0
    assert len(rendered) == 1  # it shows the same as before

    site.write("c.md", {"Date": 2, "Title": 2})
    site.build()
    assert humans.read_text() == "3 articles, read by people.\n"
    assert rendered[1:] == [HumansFile("humans.txt", 3)]


def test_no_article_may_take_the_address_of_a_new_file(site, monkeypatch):
    name = site.content / "c.md"
    name.write_text("Title: Humans\nDate: 2024-06-20\nSave_as: humans.txt\n\nText.\n")
    monkeypatch.setattr(outputs, "OUTPUTS", (*outputs.OUTPUTS, make_humans([])))
    report = site.build()
    assert [[level, where] for level, where, *_ in report["findings"]] == [["error", "content/c.md"]]
    assert 'one of the site\'s own: "humans.txt"' in report["findings"][0][2]
    assert (site.folder / "out/humans.txt").read_text() == "2 articles, read by people.\n"


def test_a_file_goes_away_with_its_output(site, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(outputs, "OUTPUTS", (*outputs.OUTPUTS, make_humans([])))
        site.build()
    assert (site.folder / "out/humans.txt").exists()
    site.write("c.md", {"Date": 2, "Title": 2})
    assert site.build()["removed"] == 1
    assert not (site.folder / "out/humans.txt").exists()
    assert (site.folder / "out/robots.txt").exists()


def test_every_kind_of_page_is_loaded_as_it_was_dumped():
    sheet = ListPage(2, 3, 0, 24, "tag/a/page/2/", "tag/a/page/2/index.html", "tag/a/", "tag/a/page/1/", True)
    pages = [
        ArticlePage("a/index.html", 3, "[]", {"all": [None, 4]}, [["u", "Tïtle \udcff"]]),
        RemovedPage("removed/2024-06/index.html", "2024-06", "removed/2024-06/", [1, 2]),
        ListingPage(
            "tag/a/page/2/index.html", "tag", "a", "A", True, "tag/a/", None, "tag/a/index.html", sheet, (5, 6)
        ),
        DirectPage("index.html", "index", "", "index"),
    ]
    for page in pages:
        loaded = load_page(page.path, dump(page), collect_kinds())
        assert type(loaded) is type(page)
        assert dump(loaded) == dump(page)
        assert getattr(loaded, "sheet", None) == getattr(page, "sheet", None)


def test_kinds_of_pages_have_names_of_their_own():
    kinds = [kind for output in outputs.OUTPUTS for kind in output.PAGES]
    assert len({kind.__name__ for kind in kinds}) == len(kinds)
    assert all(kind._fields[0] == "path" for kind in kinds)


def test_outputs_reserve_what_they_write(site):
    """Every file of an output that no list of articles names stands where no article may."""
    from pressroom.state import database, rows

    site.build()
    (path,) = [path for path in (site.folder / "cache").rglob("*.sqlite*") if not path.name.endswith(("-wal", "-shm"))]
    db = database.connect(path)
    places = {"STATISTICS": Place("statistics/", "statistics/index.html")}
    own = rows.reserved(SiteSettings(places=places))
    made = [path for (path,) in db.execute("SELECT path FROM page WHERE template = '' AND list != 'static'")]
    db.close()
    assert len(made) > 20
    assert [path for path in made if not own.match(path.lower())] == []
