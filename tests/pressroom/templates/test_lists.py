"""Days of the year, calendars, neighbours and statistics: what stands on them, and how little one article changes."""

import csv
import io
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from pressroom.build import marking, planner
from pressroom.core import codec
from pressroom.core.keys import join_keys
from pressroom.core.settings import make_settings
from pressroom.state import adjacency, changes, database, rows
from support import sites

HOSTILE = '</svg><script>alert("1")</script>'


def article(site, name, text="Text.", **header):
    """Write an article; header keys are in lower case."""
    path = site.content / name
    path.parent.mkdir(parents=True, exist_ok=True)
    site.files[name] = {}
    lines = "".join(f"{key.capitalize()}: {value}\n" for key, value in header.items())
    path.write_text(f"{lines}\n{text}\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path):
    site = sites.Site(tmp_path / "site")
    article(site, "a.md", title="First", date="2023-06-20 10:00", source="Canal News")
    article(site, "b.md", title="Second", date="2024-06-20 09:00", source="The Gazette")
    article(site, "c.md", title="Third", date="2024-06-20 10:00", source="Canal News", lang="de")
    article(site, "d.md", title="Saved", date="2024-06-20 11:00", date_from="captured", source="Canal News")
    article(site, "e.md", title="Month", date="2024-09", source="Canal News")
    article(site, "f.md", title="Year", date="2019", source="Canal News")
    article(site, "g.md", title="Undated")
    site.build()
    return site


def page(site, name):
    """Return what stands in a page's main part."""
    text = (site.folder / "out" / name / "index.html").read_text(encoding="utf-8")
    return text[text.index("<main") : text.index("</main>")]


def hrefs(html):
    return re.findall(r'href="([^"]*)"', html)


# --- days of the year -----------------------------------------------------------------------------------------------


def test_a_day_of_the_year_shows_its_articles_by_year_and_none_of_which_only_the_capture_is_known(site):
    html = page(site, "on/06-20")
    assert re.findall(r">(\d{4}|First|Second|Third|Saved|Month)</a>", html) == [
        "2024",
        "Third",
        "Second",
        "2023",
        "First",
    ]
    assert "../../2024/06/20/index.html" in hrefs(html)


def test_the_days_of_the_year_say_how_many_and_those_without_are_no_links(site):
    html = page(site, "on")
    assert re.findall(r'<a href="([^"]*)" aria-label="([^"]*)">', html) == [
        ("../on/06-20/index.html", "20 June: 3 articles")
    ]
    assert html.count("<li") == 366


def test_a_day_leads_to_its_day_of_the_year_where_something_was_published_then(site):
    assert "../../../on/06-20/index.html" in hrefs(page(site, "2024/06/20"))
    article(site, "h.md", title="Saved too", date="2022-06-20", date_from="captured")
    site.build()
    assert "../../../on/06-20/index.html" not in hrefs(page(site, "2022/06/20"))


# --- calendars ------------------------------------------------------------------------------------------------------


def test_a_year_is_a_calendar_of_tables_whose_links_say_day_and_count(site):
    html = page(site, "2024")
    assert html.count('<table class="month">') == 12
    assert html.count("<caption>") == 12
    assert html.count('<th scope="col"') == 84
    assert '<a href="../2024/06/20/index.html" aria-label="20 June 2024: 3 articles">20 <small>3</small></a>' in html
    assert re.search(r'<a href="../2024/09/index.html">September 2024</a> <span class="count">1 article', html)


def test_a_month_has_its_calendar_above_its_list(site):
    html = page(site, "2024/06")
    assert html.index('<table class="month">') < html.index('<ul class="cards">')
    assert html.count("<table") == 1


def test_a_day_with_several_sources_is_parted_by_them(site):
    assert re.findall(r"<h2[^>]*><a[^>]*><bdi>([^<]*)</bdi>", page(site, "2024/06/20")) == ["Canal News", "The Gazette"]
    assert "<h2" in page(site, "2023/06/20")
    assert "<bdi>Canal News</bdi></a>" not in page(site, "2023/06/20")


def test_the_archive_is_years_by_months_with_the_undated_at_the_end(site):
    html = page(site, "calendar")
    assert re.findall(r'<th scope="row"><a [^>]*>(\d+)</a>', html) == ["2024", "2023", "2019"]
    assert 'aria-label="June 2024: 3 articles">3</a>' in html
    assert "20 June 2023 – 20 June 2024" in html
    assert html.index("</table>") < html.index("undated/index.html")


# --- neighbours -----------------------------------------------------------------------------------------------------


def beside(html):
    nav = re.search(r'<nav class="(?:neighbours|beside)".*?</nav>', html, re.S)
    return re.findall(r">([^<>]+)</a>", nav[0]) if nav else []


def test_periods_lead_to_those_that_have_articles(site):
    assert beside(page(site, "2023")) == ["2019", "2024"]
    assert beside(page(site, "2024/06")) == ["June 2023", "September 2024"]
    assert beside(page(site, "2024/06/20")) == ["20 June 2023"]
    article(site, "h.md", title="Between", date="2024-02-03")
    site.build()
    assert beside(page(site, "2024/06/20")) == ["3 February 2024"]
    assert beside(page(site, "2023/06/20")) == ["3 February 2024"]
    site.delete("h.md")
    site.build()
    assert beside(page(site, "2024/06/20")) == ["20 June 2023"]


def test_articles_lead_to_the_older_and_newer_one_of_all_and_of_their_source(site):
    assert beside(page(site, "2024/06/20/second")) == ["First", "Third"]
    assert beside(page(site, "2024/06/20/third")) == ["Second", "Saved", "First"]
    assert beside(page(site, "undated/undated")) == []
    assert beside(page(site, "2019/year")) == ["First"]
    article(site, "b.md", title="Renamed", date="2024-06-20 09:00", slug="second", source="The Gazette")
    site.build()
    assert beside(page(site, "2024/06/20/third")) == ["Renamed", "Saved", "First"]


def test_those_of_all_articles_at_once_are_those_of_each(site):
    (place,) = (site.folder / "cache").glob("*.sqlite")
    db = database.connect(place)
    adjacency.prepare_neighbours(db)
    numbers = [number for (number,) in db.execute("SELECT id FROM record")]
    assert len(numbers) == 7
    for number in numbers:
        assert adjacency.read_neighbours(db, number) == adjacency.find_neighbours(db, number)
    adjacency.drop_neighbours(db)
    db.close()


# --- statistics -----------------------------------------------------------------------------------------------------


def table(site, name):
    text = (site.folder / "out/statistics" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_tables_add_up_to_the_archive(site):
    years = [row for name in ("2019", "2023", "2024", "undated") for row in table(site, name)]
    for part in (
        years,
        table(site, "months"),
        table(site, "sources"),
        table(site, "languages"),
        table(site, "lengths"),
    ):
        assert sum(int(row["articles"]) for row in part) == 7
    assert [row["month"] for row in table(site, "months")] == ["2019", "2023-06", "2024-06", "2024-09", "undated"]
    canal = next(row for row in table(site, "sources") if row["source"] == "canal-news")
    assert (canal["first"], canal["last"], canal["months"], canal["gaps"]) == ("2023-06-20", "2024-06-20", "3", "2")
    assert [row["first"] for row in table(site, "gaps")] == ["2023-07", "2024-07"]


def test_a_source_says_span_gaps_languages_and_volume(site):
    html = page(site, "source/canal-news")
    assert "20 June 2023 – 20 June 2024" in html
    assert "July 2023 – May 2024" in html
    assert "German" in html
    assert re.search(
        r'<svg [^>]*role="img" aria-label="Canal News: articles from [^"]+"><path d="[MVHhvz0-9 ]+"/></svg>', html
    )
    assert "../../statistics/index.html#source-canal-news" in hrefs(html)
    assert 'id="source-canal-news"' in page(site, "statistics")


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append(tag)


def test_names_from_captures_are_text_wherever_they_stand(site):
    article(site, "h.md", title=HOSTILE, date="2024-06-20", source=HOSTILE, lang="en")
    article(site, "i.md", title="x", date="2021-06-20", source="=HYPERLINK(1)", lang="<b>")
    site.build()
    names = ["statistics", "source", "calendar", "on", "on/06-20", "2024", "2024/06", "2024/06/20"]
    names += [f"source/{row['source']}" for row in table(site, "sources") if row["source"]]
    for name in names:
        tags = Tags()
        tags.feed(page(site, name))
        assert "script" not in tags.found, name
        assert "b" not in tags.found, name
    assert "'=HYPERLINK(1)" in [row["name"] for row in table(site, "sources")]


def test_what_is_switched_off_is_not_there(tmp_path):
    site = sites.Site(tmp_path / "site")
    article(site, "a.md", title="First", date="2023-06-20", source="Canal News")
    article(site, "b.md", title="Second", date="2024-06-20", source="Canal News")
    site.settings = next(number for number, found in enumerate(sites.SETTINGS) if "PRESSROOM_NEIGHBOURS" in found)
    site.build()
    assert not [path for name in ("on/06-20", "statistics") for path in (site.folder / "out").glob(f"{name}*")]
    assert beside(page(site, "2024")) == beside(page(site, "2024/06/20/second")) == []


# --- what one article costs -----------------------------------------------------------------------------------------


def row(number, stamp, day):
    """Return an article of an archive of any size, as it is read."""
    fields = {
        "date_precision": "day", "date_from": "", "machine_date": day, "category": ["News", "news"], "tags": [],
        "authors": [], "source": [f"Source {number % 40}", f"source-{number % 40}"], "words": 100, "lang": "en",
        "cleaner": "", "removed": "", "repaired": "", "removed_url": "",
    }  # fmt: skip
    from pressroom.content import article, tally

    place = f"{day.replace('-', '/')}/{number}/index.html"
    values = dict.fromkeys(rows.Row._fields, "") | {
        "path": f"{number}.md", "kind": "article", "sample": 0, "status": "published", "address": place, "url": place,
        "save_as": place, "stamp": stamp, "tie": f"{number}", "day": 2, "template": "article", "hash": b"%d" % number,
        "lists": join_keys(article.list_keys(fields)), "tally": tally.make_fact(fields),
        "meta": codec.pack(fields),
    }  # fmt: skip
    return rows.Row(**values)


def touched(folder, count, **more):
    """Return how many pages are planned anew for a new and for a back-dated article in an archive of a size."""
    settings = _settings(folder) | more
    db = database.connect(folder / f"{len(more)}.sqlite")
    days = [str(date(2015, 1, 1) + timedelta(days=number * 3652 // count)) for number in range(count)]
    found = []
    with database.transaction(db):
        changes.fill_state(db, (row(number, -number, day) for number, day in enumerate(days)))
        _plan(db, settings, everything=True)
        for number, stamp, day in ((count, -count, "2025-01-01"), (count + 1, -count // 2, days[count // 2])):
            db.execute("UPDATE page SET stale = 0")
            changes.apply_changes(db, [row(number, stamp, day)], [])
            _plan(db, settings, everything=False)
            found.append(db.execute("SELECT count(*) FROM page WHERE stale = 1").fetchone()[0])
    db.close()
    return found


@pytest.mark.parametrize("count", [1_000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_a_new_article_touches_as_many_more_pages_at_any_size(tmp_path, count):
    off = {"PRESSROOM_NEIGHBOURS": False, "ON_SAVE_AS": "", "DAYS_OF_THE_YEAR_SAVE_AS": "", "STATISTICS_SAVE_AS": ""}
    new, old = touched(tmp_path, count), touched(tmp_path, count, **off)
    more = [a - b for a, b in zip(new, old, strict=True)]
    assert more[0] == 12
    assert more[1] in (10, 11)


def _settings(folder):
    import runpy

    from pelican.settings import DEFAULT_CONFIG
    from pressroom.core import settings as defaults

    settings = {
        **DEFAULT_CONFIG,
        **{k: v for k, v in runpy.run_path(str(sites.BASE / "pelicanconf.py")).items() if k.isupper()},
    }
    settings |= {
        "PATH": str(folder),
        "OUTPUT_PATH": str(folder),
        "CACHE_PATH": str(folder),
        "THEME": str(sites.BASE / "theme"),
        "PRESSROOM_RELATED": 0,
    }
    defaults.complete_settings(settings)
    return settings


def _plan(db, settings, *, everything):
    planned = planner.Planner(db, make_settings(settings), lambda name: True)
    (marking.mark_everything if everything else marking.mark_changed)(planned, [], {})
