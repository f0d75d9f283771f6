"""The search index of a site follows its articles: little is written, and the answers are those of a new index."""

import random
import shutil

import pytest
from pressroom.build import search_update
from pressroom.core import processes
from pressroom.publish import manifest
from pressroom.search import answers, index, segment
from pressroom.search.reader import Index
from pressroom.state import database
from support import sites

WITH_SEARCH = next(number for number, found in enumerate(sites.SETTINGS) if found.get("PRESSROOM_SEARCH"))
WORDS = ("Ferry", "Whale", "Council votes", "Harbour", "Tug", "Gale")


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a site whose index is cut small."""
    monkeypatch.setattr(index, "UNIT", 4)
    monkeypatch.setattr(search_update, "SMALL", 0)
    one = sites.Site(tmp_path)
    one.settings = WITH_SEARCH
    return one


def write(site, number, title, day, tags="sea"):
    path = site.content / f"n{number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"Title: {title}\nDate: {day}\nSlug: s{number}\nTags: {tags}\n\nThe {title} of {day}.\n", encoding="utf-8"
    )


def opened(folder):
    return Index(lambda path: (folder / path).read_bytes())


def answered(folder):
    """Return what some queries find in a site, in order, with its facets."""
    one = opened(folder)
    found = {}
    for text in (*WORDS, "the of", "sea", "port", "whale OR tug -gale", "on:2024", "nothing", '"of 2024"'):
        for sort in ("relevance", "newest"):
            answer = answers.find(one, text, sort=sort)
            rows = answers.records(answer, 0, 99)
            beside = answers.Beside(answer)
            found[text, sort] = [row[:5] for row in rows], [beside.facet(name) for name in answers.FACETS]
    return found, one.first, one.last


def searched(folder):
    """Return the bytes of each file of the index."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in folder.glob("search/**/*")
        if p.suffix in (".bin", ".js")
    }


def build(site, out="out", cache="cache"):
    site.build(out, cache)
    return searched(site.folder / out)


def kept(site, cache="cache"):
    """Return what a site's state knows of its index."""
    db = database.connect(next((site.folder / cache).glob("pressroom-*.sqlite")))
    try:
        return database.get(db, "search")
    finally:
        db.close()


def fresh(site):
    found = build(site, "fresh/out", "fresh/cache")
    assert kept(site)["settled"] == kept(site, "fresh/cache")["settled"] if kept(site)["base"] else True
    answers_ = answered(site.folder / "fresh/out")
    shutil.rmtree(site.folder / "fresh")
    return found, answers_


def start(site, count):
    for number in range(count):
        write(site, number, WORDS[number % len(WORDS)], f"2024-{number % 12 + 1:02}-0{number % 9 + 1}")


@pytest.mark.slow
def test_new_articles_leave_the_base_alone_until_it_is_due(site):
    start(site, 9)
    before = build(site)
    for number in range(9, 18):
        write(site, number, "Whale", f"2025-01-{number:02}")
        after = build(site)
        assert after == fresh(site)[0]  # the newest keep the bytes of a first build
        if (number + 1) % 4:
            base = {path for path in before if "/t" in path} & set(after)
            assert base, "the base stays"
        before = after


def test_a_base_that_is_made_while_pages_are_rendered_has_the_same_bytes(site, monkeypatch):
    start(site, 14)
    asides = []
    monkeypatch.setattr(search_update, "Aside", lambda work: asides.append(processes.Aside(work)) or asides[-1])
    site.build(jobs=2)
    assert len(asides) == 1
    found, _ = fresh(site)
    assert searched(site.folder / "out") == found
    write(site, 14, "Whale", "2025-01-02")
    site.build(jobs=2)
    assert len(asides) == 1, "what stands is added to"
    assert searched(site.folder / "out") == fresh(site)[0]


def test_an_older_article_is_found_at_once_and_the_base_stays(site):
    start(site, 13)
    before = build(site)
    base = opened(site.folder / "out").segments[0].entry
    write(site, 2, "Mended lighthouse", "2024-03-03", "port")
    write(site, 99, "Tug", "2024-02-02")
    (site.content / "n5.md").unlink()
    after = build(site)
    names = {base["name"], *base["shelves"]}
    assert len(names) > 1
    assert all(after.get(path) == payload for path, payload in before.items() if path.split("/")[1] in names)
    assert answered(site.folder / "out") == fresh(site)[1]
    found = answers.find(opened(site.folder / "out"), "lighthouse")
    assert [row[1] for row in answers.records(found, 0, 9)] == ["Mended lighthouse"]


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.history) for seed in range(4, 16))])
def test_after_any_changes_the_answers_are_those_of_a_new_index(site, seed, monkeypatch):
    if seed % 2:  # the oldest change what all articles are weighed by
        monkeypatch.setattr(segment, "SAMPLE", 8)
        monkeypatch.setattr(segment, "DENSE", 0.1)
    chance = random.Random(seed)
    start(site, chance.choice([3, 8, 13]))
    build(site)
    for _ in range(4):
        for _ in range(chance.randint(1, 3)):
            number = chance.randint(0, 20)
            if chance.random() < 0.3:
                (site.content / f"n{number}.md").unlink(missing_ok=True)
            else:
                write(
                    site,
                    number,
                    chance.choice(WORDS),
                    f"202{chance.randint(3, 5)}-0{chance.randint(1, 9)}-15",
                    chance.choice(["sea", "port"]),
                )
        build(site)
        assert answered(site.folder / "out") == fresh(site)[1]


def test_articles_are_sampled_again_only_where_one_of_the_oldest_changed(site, monkeypatch):
    monkeypatch.setattr(segment, "SAMPLE", 4)
    start(site, 12)
    build(site)
    asked = []
    sample = segment.parameters
    monkeypatch.setattr(segment, "parameters", lambda found: asked.append(1) or sample(found))
    write(site, 2, "Mended lighthouse", "2024-03-03")  # the third of the oldest
    build(site)
    assert asked
    asked.clear()
    write(site, 20, "Gale", "2025-01-01")
    build(site)
    write(site, 7, "Mended lighthouse", "2024-08-08")
    build(site)
    assert len(kept(site)["gone"]) == 2
    assert not asked


def test_publish_folds_what_changed_into_the_base(site, monkeypatch):
    start(site, 14)
    build(site)
    write(site, 2, "Mended lighthouse", "2024-03-03")
    assert build(site) != fresh(site)[0]
    assert kept(site)["is_plain"] is False
    monkeypatch.setitem(sites.SETTINGS[WITH_SEARCH], "PRESSROOM_CALLER", "publish")
    assert build(site) == fresh(site)[0]


def test_a_build_without_changes_leaves_the_index_alone(site):
    start(site, 9)
    build(site)
    before = sites.stats(site.folder / "out")
    site.touch("n1.md", 1)
    build(site)
    assert {p: s for p, s in sites.stats(site.folder / "out").items() if p.startswith("search/")} == {
        p: s for p, s in before.items() if p.startswith("search/")
    }


def test_a_lost_file_of_the_index_comes_back(site):
    start(site, 9)
    before = build(site)
    shutil.rmtree(site.folder / "out/search")
    (site.folder / "out" / manifest.NAME).unlink()
    assert build(site) == before


def test_without_search_no_index_is_left(site):
    start(site, 9)
    build(site)
    site.settings = 0
    assert build(site) == {}
    site.settings = WITH_SEARCH
    assert build(site) == fresh(site)[0]
