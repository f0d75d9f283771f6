"""What a page says of itself, and whom the archive believes."""

from datetime import UTC, datetime

import pytest
from newsarchive.metadata import (
    bylines,
    candidates,
    choose,
    dates,
    dump_facts,
    dumps,
    head_lines,
    headline,
    jsonld,
    languages,
    markup,
    ranker,
)
from newsarchive.metadata.ranker import Candidate
from newsarchive.models import Block, Fact, RawPage
from newsarchive.page import blocks, parser
from newsarchive.text import person_names
from newsarchive.text.dateline import find_dateline

URL = "https://www.harbourgazette.example/2024/06/20/ferry-sinks-off-altona"


def facts_of(html: str, url: str | None = URL, captured: datetime | None = None) -> list[Fact]:
    page = RawPage("a.html", html.encode(), "text/html", "", url=url, captured=captured)
    tree = parser.parse_html(html)
    facts = candidates.list_html_facts(tree, page)
    return facts + head_lines.list_head_facts(blocks.read_blocks(tree).blocks, headline.state_title(facts), facts)


def chosen(html: str, url: str | None = URL, captured: datetime | None = None) -> dict[str, str]:
    return {key: fact.value for key, fact in choose.choose_metadata(facts_of(html, url, captured)).items()}


def ld(**article: object) -> str:
    import json

    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "Ferry sinks off Altona", **article})}</script>'


STORY = (
    "<p>" + "The ferry went down at noon, and all who were on board were brought ashore by fishing boats. " * 3 + "</p>"
)


# --- titles ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<title>Ferry sinks off Altona | The Harbour Gazette</title>", "Ferry sinks off Altona"),
        ("<title>Ferry sinks off Altona - Harbour Gazette</title><meta property=og:site_name content='Harbour Gazette'>", "Ferry sinks off Altona"),
        ("<title>Harbour Gazette: Ferry sinks off Altona</title><meta property=og:site_name content='Harbour Gazette'>", "Ferry sinks off Altona"),
        ("<meta property=og:title content='Ferry sinks off Altona – 20.06.2024'><title>Ferry sinks off Altona – 20.06.2024</title>"
         "<h1>Ferry sinks off Altona</h1>", "Ferry sinks off Altona"),
        ("<h1>The Harbour Gazette</h1><meta property=og:site_name content='The Harbour Gazette'>"
         "<meta property=og:title content='Ferry sinks off Altona'><title>Ferry sinks off Altona</title>", "Ferry sinks off Altona"),
        ("<title>Ferry sinks | A Gazette | Harbour</title><h1>Ferry sinks off Altona &amp; Ottensen</h1>", "Ferry sinks off Altona & Ottensen"),
        (f"{ld()}<h1>Ferry sinks off Altona</h1><title>Altona ferry: what we know</title>", "Ferry sinks off Altona"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline_without_the_site(head, expected):
    assert chosen(f"<html><head>{head}</head><body>{STORY}")["title"] == expected


def test_a_kicker_inside_the_heading_goes_when_another_candidate_lacks_it():
    html = (
        "<meta property=og:title content='Ferry sinks off Altona'>"
        + ld()
        + "<body><h1><span class=kicker>Harbour</span><span>Ferry sinks off Altona</span></h1>"
    )
    assert chosen(html)["title"] == "Ferry sinks off Altona"


def test_a_dash_within_a_headline_is_kept():
    text = "Ferry sinks off Altona – and nobody knows why it left the pier"
    assert chosen(f"<title>{text}</title><meta property=og:title content='{text}'><h1>{text}</h1>")["title"] == text


def test_quotes_and_soft_hyphens_make_no_second_candidate():
    said = [Fact("title", "Ferry “Ana” sinks", "h1"), Fact("title", 'Ferry "Ana" sinks', "og")]
    assert [c.value for c in headline.list_candidates(said)] == ["Ferry “Ana” sinks"]


@pytest.mark.parametrize("origin", ["site", "table"])
def test_what_a_person_wrote_outranks_every_candidate(origin):
    said = [Fact("title", "Ferry sinks", "h1"), Fact("title", "Ferry sinks", "og"), Fact("title", "By hand", origin)]
    assert choose.choose_metadata(said)["title"].value == "By hand"
    assert headline.state_title(said) == "By hand"


def test_the_weights_name_features_that_pages_have():
    html = "<title>A - B | C</title><h1>A</h1><h1>B</h1>" + ld()
    features = {name for c in headline.list_candidates(facts_of(html)) for name in c.features}
    assert features & set(ranker.find_weights("title-news"))


def test_of_equal_candidates_the_first_wins():
    same = [Candidate("a", "h1", {"x": 1.0}), Candidate("b", "og", {"x": 1.0})]
    assert ranker.choose_best(same, {"x": 0.1}).value == "a"


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("By Ana Gale and Per Holm, Staff Writers", ["Ana Gale", "Per Holm"]),
        ("Von Anna Berg und Jan Holt", ["Anna Berg", "Jan Holt"]),
        ("Por Ana Gil y Luis Mar", ["Ana Gil", "Luis Mar"]),
        ("Par Anne Roux et Jean Port", ["Anne Roux", "Jean Port"]),
        ("Di Anna Riva e Marco Porto", ["Anna Riva", "Marco Porto"]),
        ("Door Jan de Vries en Els Kade", ["Jan de Vries", "Els Kade"]),
        ("Af Trine Havn og Lars Bølge", ["Trine Havn", "Lars Bølge"]),
        ("Oleh: Budi Laut dan Sri Ombak", ["Budi Laut", "Sri Ombak"]),
        ("Автор: Анна Гавань и Пётр Берег", ["Анна Гавань", "Пётр Берег"]),
        ("作者：李海、王港", ["李海", "王港"]),
        ("بقلم: ليلى الميناء", ["ليلى الميناء"]),
        ("Dirk Hafen", ["Dirk Hafen"]),
        ("Ingrid Sund", ["Ingrid Sund"]),
        ("Diana Port | June 3, 2024", ["Diana Port"]),
        ("Ana Gale · 5 min read", ["Ana Gale"]),
        ("Ana Gale, MD, PhD", ["Ana Gale"]),
        ("Jennifer Quay1, Per Holm2", ["Jennifer Quay", "Per Holm"]),
        ("https://social.example/anagale", []),
        ("a.gale@harbourgazette.example", []),
        ("Updated 3 June 2024", []),
        ("View all posts", []),
    ],
)
def test_names_are_clean_and_apart(said, expected):
    assert person_names.list_names([said], visible=True) == expected


def test_a_publication_is_told_from_its_people():
    assert person_names.is_publication("HarbourGazette.example", ["Harbour Gazette"])
    assert not person_names.is_publication("Gale Harbour", ["Harbour Gazette"])


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (ld(author={"@type": "Organization", "name": "The Gazette"}, publisher={"name": "The Gazette"})
         + "<h1>Ferry sinks off Altona</h1><div class=byline>By <a href=/a>Ana Gale</a>, Harbour editor</div>", "Ana Gale"),
        (ld(author=[{"@type": "Person", "name": "Ana Gale"}, {"@type": "Person", "name": "Per Holm"}]), "Ana Gale; Per Holm"),
        (ld(author={"@type": "Person", "name": "Ana Gale"}) + "<h1>Ferry sinks off Altona</h1><p class=byline>By Ana Gale and others", "Ana Gale"),
        ("<h1>Ferry sinks off Altona</h1><p>Written by</p><p>Ana Gale</p>", "Ana Gale"),
        ("<h1>Ferry sinks off Altona</h1><p>Ana Gale | Harbour writer | June 20, 2024</p>", "Ana Gale"),
        ("<h1>Ferry sinks off Altona</h1><a href=/authors/ana-gale>Ana Gale</a>", "Ana Gale"),
        ("<meta name=twitter:label1 content='Written by'><meta name=twitter:data1 content='Ana Gale'>", "Ana Gale"),
        ("<meta name=author content='https://social.example/gazette'>"
         "<script>var page = {\"author\": \"Ana Gale\"}</script>", "Ana Gale"),
        ("<div itemprop=author itemscope><span itemprop=name>Ana Gale</span></div>"
         "<figure><span itemprop=author>Photo: Tom Lens</span></figure>", "Ana Gale"),
        (ld(author={"@type": "Organization", "name": "Coastal News Agency"}, publisher={"name": "The Gazette"}), "Coastal News Agency"),
    ],
)  # fmt: skip
def test_authors_are_the_people_of_the_byline(html, expected):
    assert chosen(f"<body>{html}{STORY}")["authors"] == expected


def test_an_aside_names_no_author():
    html = f"<body><h1>Ferry sinks off Altona</h1>{STORY}<aside><p class=byline>By Tom Other</p></aside>"
    assert "authors" not in chosen(html)


def test_the_losers_stay_as_facts():
    html = "<body>" + ld(author={"name": "Ana Gale"}) + "<meta name=author content='Per Holm'>"
    assert {(f.value, f.origin) for f in facts_of(html) if f.key == "authors"} == {
        ("Ana Gale", "json-ld"),
        ("Per Holm", "meta"),
    }
    assert bylines.choose_authors(facts_of(html)).origin == "json-ld"


# --- dates ----------------------------------------------------------------------------------------------------------


def test_a_date_later_than_the_capture_is_not_believed():
    html = (
        ld(datePublished="2024-07-01T10:00:00Z")
        + "<meta property=article:published_time content='2024-06-20T08:00:00Z'>"
    )
    assert chosen(html, captured=datetime(2024, 6, 21, tzinfo=UTC))["date"].startswith("2024-06-20T08:00")
    assert chosen(html)["date"].startswith("2024-07-01")


def test_modified_never_comes_before_published():
    assert "modified" not in chosen(ld(datePublished="2024-06-20", dateModified="2024-06-19"))
    assert chosen(ld(datePublished="2024-06-20T08:00Z", dateModified="2024-06-20T09:00+02:00")).get("modified") is None
    assert (
        chosen(ld(datePublished="2024-06-20", dateModified="2024-06-20T09:00Z"))["modified"] == "2024-06-20T09:00+00:00"
    )


def test_a_copyright_year_is_no_date():
    html = f"<body><h1>Ferry sinks off Altona</h1>{STORY}<footer>© 2024 The Gazette</footer>"
    assert dates.search_date(parser.parse_html(html)) == []
    assert "date" not in chosen(html, url=None)


def test_dates_are_read_above_the_headline_when_none_is_below():
    html = f"<body><div>20 June 2024</div><h1>Ferry sinks off Altona</h1>{STORY}"
    assert chosen(html, url=None)["date"] == "2024-06-20"


def test_an_update_is_a_modified_date_and_dates_the_story_only_when_alone():
    both = f"<body><h1>Ferry sinks off Altona</h1><p>Updated June 22, 2024</p><p>June 20, 2024</p>{STORY}"
    assert (chosen(both, url=None)["date"], chosen(both, url=None)["modified"]) == ("2024-06-20", "2024-06-22")


# --- deks, pictures, the rest ---------------------------------------------------------------------------------------


def test_the_standfirst_is_the_dek_before_the_description():
    html = (
        "<meta name=description content='All about the ferry and more.'><body><h1>Ferry sinks off Altona</h1>"
        f"<p class=standfirst>Fishing boats brought everybody ashore within the hour.</p>{STORY}"
    )
    assert chosen(html)["summary"] == "Fishing boats brought everybody ashore within the hour."


@pytest.mark.parametrize(
    "between",
    [
        "<div class=teaser-list><p class=teaser>Swans are counted again, and there are more of them.</p></div>",
        "<figure><p class=description>The ferry at its pier, seen from the tower in May.</p></figure>",
        "<div class=header-lead><h2>Ferry sinks off Altona</h2></div>",
        "<p class=lead>By Ana Gale and Per Holm, harbour correspondents</p>",
    ],
)
def test_what_is_no_dek_is_not_taken_for_one(between):
    html = f"<body><h1>Ferry sinks off Altona</h1>{between}{STORY}"
    assert not [f for f in facts_of(html) if f.origin == "standfirst"]


def test_the_caption_is_that_of_the_lead_image_and_never_a_file_name():
    html = (
        "<meta property=og:image content=https://a.example/ferry-altona-1200x600.jpg><meta property=og:image:alt content=IMG_2041.jpg>"
        "<body><h1>Ferry sinks off Altona</h1><figure><img src=/swan.jpg><figcaption>A swan.</figcaption></figure>"
        f"<figure><img src=/ferry-altona-640x320.jpg><figcaption>The ferry.</figcaption></figure>{STORY}"
    )
    assert chosen(html)["image_caption"] == "The ferry."
    alone = "<meta property=og:image:alt content=IMG_2041.jpg>"
    assert "image_caption" not in chosen(alone)


@pytest.mark.parametrize(
    "html",
    [
        "<link rel=license href=https://creativecommons.org/licenses/by/4.0/>",
        "<body><a rel=license href=https://creativecommons.org/licenses/by/4.0/>CC BY</a>",
        "<body><p>Under <a href=https://creativecommons.org/licenses/by/4.0/>this licence</a>",
        ld(license="https://creativecommons.org/licenses/by/4.0/"),
        ld(license={"@id": "https://creativecommons.org/licenses/by/4.0/"}),
    ],
)
def test_a_licence_is_read_wherever_it_is_declared(html):
    assert chosen(html)["license"] == "https://creativecommons.org/licenses/by/4.0/"


def test_a_picture_s_licence_is_not_the_story_s():
    html = "<body><figure><img><figcaption><a href=https://creativecommons.org/licenses/by/4.0/>CC</a></figcaption></figure>"
    assert "license" not in chosen(html)


def test_tags_section_language_and_address():
    html = (
        '<html lang="de-AT"><link rel=canonical href=/2024/ferry><meta property=article:section content=Hafen>'
        "<meta name=news_keywords content='Fähre, Altona, Fähre'>"
    )
    values = chosen(html, url=None) | {"source_url": chosen(html)["source_url"]}
    assert (values["lang"], values["section"], values["tags"]) == ("de", "Hafen", "Fähre; Altona")
    assert values["source_url"] == URL


def test_broken_json_ld_is_read_as_far_as_it_goes():
    assert [
        f.value for f in jsonld.list_facts(['{"@type":"NewsArticle","headline":"Ferry late",}']) if f.key == "title"
    ] == ["Ferry late"]
    assert jsonld.list_facts(["{", "[[[[", "null", '"text"']) == []


def test_json_ld_people_are_found_by_reference():
    script = '{"@graph":[{"@type":"NewsArticle","headline":"F","author":{"@id":"#a"}},{"@type":"Person","@id":"#a","name":"Ana Gale"}]}'
    assert [f.value for f in jsonld.list_facts([script]) if f.key == "authors"] == ["Ana Gale"]


def test_one_pass_sees_bylines_in_order():
    seen = markup.gather_markup(
        parser.parse_html("<body><p class=author-name>A</p><div class=byline>B</div><p class=author-name>C</p>")
    )
    assert [element.text for element in seen.bylines] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (
            "Die Fähre blieb am Montag im Hafen, weil der Sturm zu stark war, sagte der Hafenmeister den Leuten am Ufer. "
            * 6,
            "en",
            "de",
        ),
        ("Ferry", "en-GB", "en"),
        ("", "", ""),
    ],
)
def test_the_language_is_what_is_declared_unless_a_long_text_is_surely_another(text, declared, expected):
    assert languages.find_language(text, declared) == expected


# --- datelines ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "place"),
    [
        ("PARIS, June 3 (CNA) - The ferry left.", "PARIS"),
        ("KYIV, Ukraine — The ferry left.", "KYIV, Ukraine"),
        ("NEW YORK (CNA) -- The ferry left.", "NEW YORK"),
        ("Berlin (cna/xy) – Die Fähre fuhr ab.", "Berlin"),
        ("BERLIN cna | Die Fähre fuhr ab.", "BERLIN"),
        ("Madrid, 3 jun (CNA).- El barco salió.", "Madrid"),
        ("SÃO PAULO, 3 jun (Agência) - O barco saiu.", "SÃO PAULO"),
        ("Paris (CNA) – Le bateau est parti.", "Paris"),
        ("ROMA - Il traghetto è partito.", "ROMA"),
        ("ANKARA (CNA) - Vapur kalktı.", "ANKARA"),
        ("AMSTERDAM (CNA) - De veerboot vertrok.", "AMSTERDAM"),
        ("Warszawa (CNA) - Prom odpłynął.", "Warszawa"),
        ("Jakarta (CNA) - Kapal berangkat.", "Jakarta"),
        ("МОСКВА, 3 июн — КНА. Паром ушёл.", "МОСКВА"),
        ("القاهرة (وكالة) - غادرت العبارة.", "القاهرة"),
        ("नई दिल्ली, 3 जून (भाषा) नौका चली गई।", "नई दिल्ली"),
        ("江湾社北京6月3日电 渡轮离港。", "北京"),
        ("【ロンドン＝海野太郎】客船が出た。", "ロンドン"),
        ("(서울=한빛통신) 김하나 기자 = 여객선이 떠났다.", "서울"),
    ],
)
def test_a_dateline_gives_its_place(opening, place):
    assert find_dateline(opening) == place


@pytest.mark.parametrize(
    "opening",
    [
        "The ferry left — late.",
        "UPDATE - The ferry left.",
        "BREAKING — The ferry left.",
        "Ana Gale (54) said the ferry had left.",
        "Europe (and Asia) have ferries.",
        "Gale Lines (GLN) shares fell on Monday.",
        "Ana Gale | Harbour Writer | June 3, 2024",
        "元船長の海野太郎氏（52）が話した。",
        "",
    ],
)
def test_other_openings_are_no_datelines(opening):
    assert find_dateline(opening) == ""


# --- what markup does not tell --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (f"<h1>Ferry sinks off Altona</h1>{STORY}<p><b>Ana Gale</b></p>", "Ana Gale"),
        (f"<h1>Ferry sinks off Altona</h1>{STORY}<p>Written by Ana Gale</p>", "Ana Gale"),
        (f"<h1>Ferry sinks off Altona</h1><p>Ana Gale</p><p>20 June 2024</p>{STORY}", "Ana Gale"),
        (f"<h1>Ferry sinks off Altona</h1>{STORY}<p>Fishing Boats</p>", None),
        (f"<meta name=author content='Staff Reporter'><h1>Ferry sinks off Altona</h1>{STORY}", "Staff Reporter"),
        (f"<meta property='twitter:misc:Written by' content='Ana Gale'><h1>Ferry sinks off Altona</h1>{STORY}", "Ana Gale"),
        (f"<meta name=citation_author content='Gale, Ana'><h1>Ferry sinks off Altona</h1>{STORY}", "Ana Gale"),
        (f"<script>page = {{'a': 1, \"authors\": \"$context.authors\"}}</script><h1>Ferry sinks off Altona</h1>{STORY}", None),
    ],
)  # fmt: skip
def test_authors_that_stand_outside_of_marked_bylines(page, expected):
    assert chosen(page).get("authors") == expected


def test_a_guide_is_dated_by_the_earlier_day_that_it_shows():
    declared = "<meta property=article:published_time content=2024-08-01T10:00:00+00:00>"
    shown = f"{declared}<h1>Ferry sinks off Altona</h1><p>20 June 2024</p>{STORY}"
    assert chosen(shown, None)["date"] == "2024-06-20"
    assert chosen(ld(datePublished="2024-08-01") + shown, None)["date"] == "2024-08-01"


def test_a_date_that_stands_apart_from_the_headline():
    far = f"<h1>Ferry sinks off Altona</h1>{STORY * 3}<p>1 May 2024: swans counted</p><p>Published: 20 June 2024</p>"
    assert chosen(far, None)["date"] == "2024-06-20"


# --- dumps ----------------------------------------------------------------------------------------------------------

PARAGRAPH = "The ferry sank off Altona at noon on Thursday, and fishing boats brought all who were on board ashore within the hour, the harbour master said."


def dump(*lines: str) -> dict[str, str]:
    blocks = [
        Block("paragraph", text, position=n, path=f"line:{n}") for n, text in enumerate([*lines, PARAGRAPH, PARAGRAPH])
    ]
    judged = [(block, "before-body" if block.position < len(lines) else "") for block in blocks]
    page = RawPage("a.txt", b"", "text/plain", "")
    return {key: fact.value for key, fact in choose.choose_metadata(dump_facts.list_dump_facts(judged, page)).items()}


MENU = ("Skip to content", "Home", "Harbour", "Swans counted again this year", "Weather")


def test_a_dump_tells_title_byline_and_date():
    values = dump(
        *MENU, "Ferry sinks off Altona, all on board ashore", "By Ana Gale and Per Holm", "20 June 2024, 10:15", "Share"
    )
    assert values["title"] == "Ferry sinks off Altona, all on board ashore"
    assert (values["authors"], values["date"]) == ("Ana Gale; Per Holm", "2024-06-20T10:15")


def test_a_repeated_headline_is_found_once():
    title = "Ferry sinks off Altona, all on board ashore"
    assert dump(title, *MENU, title, "20 June 2024", title)["title"] == title


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("By", "Ana Gale", "20 June 2024"), "Ana Gale"),
        (("ByAna Gale", "20 June 2024"), "Ana Gale"),
        (("Ana Gale,", "Per Holm", "20 June 2024"), "Ana Gale; Per Holm"),
        (("VonAnna BergundPer Holm20.06.2024, 10:15",), "Anna Berg; Per Holm"),
        (("Ana Gale", "Harbour correspondent", "Share"), "Ana Gale"),
        (("Ana Gale|Published3 days ago",), "Ana Gale"),
        (("Ana GalePer Holm20 June 2024",), "Ana Gale; Per Holm"),
        (("Ana Gale and Per Holm, AFP", "20 June 2024"), "Ana Gale; Per Holm; AFP"),
        (("Photo: Tom Other", "Share", "By Ana Gale"), "Ana Gale"),
    ],
)
def test_bylines_of_dumps_whole_parted_and_glued(lines, expected):
    assert dump(*MENU, "Ferry sinks off Altona, all on board ashore", *lines)["authors"] == expected


def test_a_topic_is_not_taken_for_an_author():
    assert "authors" not in dump(
        *MENU, "Ferry sinks off Altona, all on board ashore", "Harbour Safety", "Share", "Copy link"
    )


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("20 de junio de 202416:51 h", "2024-06-20T16:51"),
        ("Published20 June 20243 min read", "2024-06-20"),
        ("20. Juni 2024, 10:15, The ferry sank off Altona at noon, and all who were on board were brought ashore by boats.", "2024-06-20T10:15"),
    ],
)  # fmt: skip
def test_dates_of_dumps_glued_to_what_follows(line, expected):
    assert dump(*MENU, "Ferry sinks off Altona, all on board ashore", line)["date"] == expected


def test_how_long_ago_is_no_date():
    assert "date" not in dump(*MENU, "Ferry sinks off Altona, all on board ashore", "3 days ago", "Today, 10:15")


@pytest.mark.parametrize(
    "line",
    [
        "Home News Ferry sinks off Altona, all on board ashore Ferry sinks off Altona, all on board ashore",
        "Ferry sinks off Altona, all on board ashore byAna Gale",
        "Ferry sinks off Altona, all on board ashore© Harbour Gazette",
    ],
)
def test_a_headline_is_parted_from_what_is_glued_to_it(line):
    assert dump(*MENU, line, "20 June 2024")["title"] == "Ferry sinks off Altona, all on board ashore"


def test_what_scraping_leaves_on_a_headline_goes():
    assert dumps.trim_line("/ Ferry sinks off Altona 20 June 2024") == "Ferry sinks off Altona"
    assert (
        dumps.trim_line("Why 3 May 2024 was a good day for the ferry") == "Why 3 May 2024 was a good day for the ferry"
    )


def test_long_and_hostile_values_cost_little():
    import time

    evil = "By " + "a b, " * 20_000 + "Staff writer"
    html = f"<title>{'a - ' * 50_000}</title><meta name=author content='{evil}'><h1>Ferry sinks off Altona</h1><p class=byline>{evil}</p>{STORY}"
    started = time.process_time()
    assert chosen(html)["title"] == "Ferry sinks off Altona"
    assert time.process_time() - started < 2
