"""The JSON feed leads through the whole archive, and an added or edited article makes few of its files anew."""

import json
import random

import pytest
from pressroom.outputs import atom
from support import sites


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Return a site whose feed is cut small."""
    monkeypatch.setattr(atom, "ENTRIES", 2)
    return sites.Site(tmp_path / "site")


def write(site, number, date, title="Title"):
    text = f"Title: {title} {number}\nSlug: s{number}\n{f'Date: {date}' if date else ''}\n\nText.\n".replace(
        "\n\n\n", "\n\n"
    )
    site.content.joinpath(f"n{number}.md").write_text(text, encoding="utf-8")


def chained(site, name="feeds/all.json"):
    """Return the files that a reader who follows the feed reads, each with its titles."""
    found = {}
    while name:
        feed = json.loads((site.folder / "out" / name).read_text(encoding="utf-8"))
        assert name not in found
        assert feed["feed_url"].endswith(f"/{name}")
        found[name] = [item["title"] for item in feed["items"]]
        name = feed.get("next_url", "").partition("8000/")[2]
    return found


def titles(found):
    return [title for part in found.values() for title in part]


def json_files(site):
    return {
        path: stat
        for path, stat in sites.stats(site.folder / "out").items()
        if path.startswith("feeds/all") and path.endswith(".json")
    }


def test_the_feed_leads_through_the_whole_archive_newest_first(site):
    dates = [
        "2024-06-20",
        "2024-06-21",
        "2024-06-22",
        "2024-06-23",
        "2024-06-24",
        "2024-05-01",
        "2024",
        "2023-11-05",
        "2023-11",
        "",
    ]
    for number, date in enumerate(dates):
        write(site, number, date)
    site.build()
    assert chained(site) == {
        "feeds/all.json": ["Title 4", "Title 3", "Title 2"],
        "feeds/all-2024-06-page-1.json": ["Title 1", "Title 0"],
        "feeds/all-2024-05.json": ["Title 5"],
        "feeds/all-2024.json": ["Title 6"],
        "feeds/all-2023-11.json": ["Title 7", "Title 8"],
        "feeds/all-undated.json": ["Title 9"],
    }


def test_an_older_article_moves_nothing_beyond_its_month(site):
    for number in range(24):
        write(site, number, f"2024-{number // 2 + 1:02}-{number % 2 + 10}")
    site.build()
    before = json_files(site)
    write(site, 30, "2024-03-05")
    site.build()
    after = json_files(site)
    assert {path for path in after if after[path] != before.get(path)} == {"feeds/all-2024-03.json"}
    (site.content / "n4.md").unlink()
    (site.content / "n5.md").unlink()
    (site.content / "n30.md").unlink()
    site.build()
    now = json_files(site)
    assert before.keys() - now.keys() == {"feeds/all-2024-03.json"}
    assert {path for path in now if now[path] != after[path]} == {"feeds/all-2024-04.json"}  # it leads to February
    assert len(titles(chained(site))) == 22


@pytest.mark.parametrize("seed", [*range(2), *(pytest.param(seed, marks=pytest.mark.history) for seed in range(2, 8))])
def test_after_any_changes_each_article_stands_in_the_feed_once(site, seed):
    chance = random.Random(seed)
    days = [
        "",
        "2024",
        "2023",
        *(f"202{year}-0{month}" for year in (3, 4) for month in (1, 2)),
        "2023-01-05",
        "2024-02-07",
        "2024-02-08",
    ]
    there = set()
    for _ in range(7):
        for _ in range(chance.randint(1, 6)):
            number = chance.randint(0, 14)
            path = site.content / f"n{number}.md"
            if chance.random() < 0.4:
                path.unlink(missing_ok=True)
                there.discard(number)
            else:
                write(site, number, chance.choice(days), chance.choice(["Title", "Other"]))
                there.add(number)
        site.build()
        found = chained(site)
        assert sorted(int(title.split()[1]) for title in titles(found)) == sorted(there)
    assert sites.hashes(site.folder / "out") == site.fresh(0)


def test_without_articles_the_feed_is_there_and_empty(site):
    site.content.joinpath("pages").mkdir()
    site.content.joinpath("pages/p.md").write_text("Title: Page\n\nText.\n")
    site.build()
    assert chained(site) == {"feeds/all.json": []}
