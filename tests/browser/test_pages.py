"""Every type of page in a browser: axe, narrow screens, scripts off, other hosts; and what readers set, copy and print."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.commands import make_site
from support.paths import BASE
from support.servers import served

pagetypes = pytest.importorskip("support.pagetypes", reason="axe is not installed")
pytestmark = pytest.mark.browser
ARTICLE = """Title: A long way to the quay
Date: 2024-06-20 09:30+01:00
Modified: 2024-06-22
Category: Waterways
Tags: canal; locks
Authors: Nora Whitlock; Tom Averill
Source: Canal News
Source_url: https://canalnews.example/2024/06/lock
Captured: 2024-06-22T08:00:00+00:00
Date_from: json-ld
Raw: canal-news/lock.html
Raw_sha256: 0000000000000000000000000000000000000000000000000000000000000001
Cleaner: 1
Removed: 12
Image: images/quay.gif
Image_caption: The quay at noon
License: CC BY 4.0
Summary: A dek with <b>markup</b> & more.

This article was automatically translated from Dutch.

# A heading

#### Another, three levels down

A [link](https://elsewhere.example/) and ![IMG_0042.JPG]({static}/images/quay.gif).

> A quotation that stands apart.

| Day | Boats | Captains | Destinations of the day | Remarks of the keepers of the lock |
| --- | --- | --- | --- | --- |
| Thursday | 19 | Whitlock, Averill, Hale | Farrow Island, Penhallow, Weir Halt | nothing-that-breaks-nothing-that-breaks |

A note.[^1]

[^1]: Below.
"""


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    (folder / "content" / "images").mkdir(parents=True)
    (folder / "content" / "pages").mkdir()
    (folder / "content" / "images" / "quay.gif").write_bytes(
        b"GIF89a\x40\x01\xb4\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )
    (folder / "content" / "quay.md").write_text(ARTICLE)
    (folder / "content" / "pages" / "about.md").write_text("Title: About\n\nThis archive.\n")
    for number in range(3):
        text = f"Title: Heron number {number}\nDate: 202{number}-06-20\nTags: canal\nSource: Canal News\nAuthors: Ida Trent\n\nHerons stand in the canal and wait.\n"
        (folder / "content" / f"heron-{number}.md").write_text(text)
    (folder / "content" / "undated.md").write_text(
        "Title: A knot\nDate_precision: none\nDate: 1970-01-01 00:00\n\nA knot.\n"
    )
    (folder / "content" / "rtl.md").write_text(
        "Title: ساعة السوق\nDate: 2023-09-04\nLang: ar\nSource: صحيفة الميناء\n\nدقت ساعة السوق الكبير.\n"
    )
    return make_site(
        folder, SITEURL="https://archive.example", PRESSROOM_REPORT="mailto:desk@archive.example?subject={title}"
    )


@pytest.fixture(scope="module")
def arabic(tmp_path_factory):
    return make_site(tmp_path_factory.mktemp("arabic"), raw=BASE / "raw", DEFAULT_LANG="ar")


@pytest.fixture(scope="module")
def root(output):
    with served(output) as address:
        yield address


@pytest.fixture
def page(browser, request):
    context = browser.new_context(**getattr(request, "param", {}))
    yield context.new_page()
    context.close()


def article(output: Path) -> str:
    return next(path.relative_to(output).as_posix() for path in output.glob("2024/06/20/*/index.html"))


def unfold(page):
    page.wait_for_load_state("networkidle" if "/search/" in page.url else "load")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize(("site", "scheme"), [("output", "light"), ("arabic", "dark")])  # `make audit` has all four
def test_axe_finds_nothing_on_any_type_of_page(browser, request, site, scheme):
    folder = request.getfixturevalue(site)
    with served(folder) as address, browser.new_context(color_scheme=scheme) as context:
        page, found = context.new_page(), {}
        for name, path in pagetypes.chosen(folder).items():
            page.goto(f"{address}/{path}")
            unfold(page)
            found[name] = pagetypes.violations(page)
    assert {name: told for name, told in found.items() if told} == {}
    assert {"front", "article", "year", "month", "day", "calendar", "source", "topic", "search", "not-found"} <= set(
        found
    )


@pytest.mark.parametrize("page", [{"viewport": {"width": 320, "height": 256}}], indirect=True)
def test_no_page_is_wider_than_a_narrow_phone_or_a_screen_at_four_times_its_size(page, root, output):
    wide = {}
    for name, path in pagetypes.chosen(output).items():
        page.goto(f"{root}/{path}")
        unfold(page)
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    assert {name: width for name, width in wide.items() if width > 320} == {}


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True)
def test_every_page_reads_and_leads_on_without_scripts(page, root, output):
    for name, path in pagetypes.chosen(output).items():
        page.goto(f"{root}/{path}")
        assert page.locator("main h1").count() == 1, name
        assert page.locator("main").inner_text().strip(), name
        assert page.locator("main a[href], nav a[href]").count(), name
        assert not page.locator("button.reading").is_visible(), name


def test_no_page_asks_another_host_for_anything(page, root, output):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in pagetypes.chosen(output).values():
        page.goto(f"{root}/{path}")
        unfold(page)
    assert asked
    assert [url for url in asked if not url.startswith((root, "data:")) and "archive.example" not in url] == []


def test_an_article_shows_its_text_as_it_should(page, root, output):
    page.goto(f"{root}/{article(output)}")
    assert page.locator(".body h2, .body h3").all_inner_texts() == ["A heading", "Another, three levels down"]
    images = page.locator(".body img")
    assert [images.nth(at).get_attribute("width") for at in range(images.count())] == ["320"]
    assert page.locator(".warning").first.inner_text().startswith("This text reads like a machine translation")
    assert page.locator(".scroll[tabindex='0'] table").count() == 1
    assert page.locator(".dek").inner_text() == "A dek with <b>markup</b> & more."


def test_programs_read_an_article_as_the_newspapers(page, root, output):
    page.goto(f"{root}/{article(output)}")
    told = json.loads(page.locator("script[type='application/ld+json']").inner_text())
    assert told["@type"] == "NewsArticle"
    assert (told["publisher"]["name"], told["isBasedOn"]) == ("Canal News", "https://canalnews.example/2024/06/lock")
    assert told["datePublished"] == "2024-06-20T09:30:00+01:00"
    assert [one["name"] for one in told["author"]] == ["Nora Whitlock", "Tom Averill"]

    def meta(name):
        found = page.locator(f"meta[name='{name}'], meta[property='{name}']")
        return [found.nth(at).get_attribute("content") for at in range(found.count())]

    assert meta("DC.type") == ["newspaperArticle"]  # what Zotero's translator of RDF takes as a newspaper article
    assert meta("DC.creator") == ["Nora Whitlock", "Tom Averill"]
    assert (meta("prism.publicationName"), meta("DC.date"), meta("DC.rights")) == (
        ["Canal News"],
        ["2024-06-20"],
        ["CC BY 4.0"],
    )
    assert page.locator("link[rel=original]").get_attribute("href") == "https://canalnews.example/2024/06/lock"
    wayback = page.locator("a[href^='https://web.archive.org/']").get_attribute("href")
    assert wayback == "https://web.archive.org/web/20240622080000/https://canalnews.example/2024/06/lock"
    assert (
        page.locator("a[href^='mailto:desk']").get_attribute("href")
        == "mailto:desk@archive.example?subject=A%20long%20way%20to%20the%20quay"
    )


def test_what_a_reader_sets_is_kept_for_every_page_until_it_is_reset(page, root, output):
    page.goto(f"{root}/{article(output)}")
    colour = "getComputedStyle(document.body).backgroundColor"
    size = "parseFloat(getComputedStyle(document.querySelector('.body')).fontSize)"
    before = page.evaluate(f"[{colour}, {size}]")
    page.click("button.reading")
    page.check("#reading input[value=dark]")
    page.check("#reading input[value=sans]")
    page.locator("#reading input[name=size]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert not page.locator("#reading").is_visible()
    after = page.evaluate(f"[{colour}, {size}]")
    assert after[0] != before[0]
    assert after[1] > before[1]
    page.reload()
    assert page.evaluate(f"[{colour}, {size}]") == after
    page.goto(f"{root}/search/")
    assert page.evaluate(colour) == after[0]
    page.click("button.reading")
    assert page.locator("#reading input[value=dark]").is_checked()
    page.click("#reading button")
    assert page.evaluate(colour) == before[0]
    page.goto(f"{root}/{article(output)}")
    assert page.evaluate(f"[{colour}, {size}]") == before


def test_what_is_kept_by_another_program_does_not_break_the_page(page, root):
    page.goto(root)
    for kept in ("{", "[1]", '"x"', '{"theme": {}}', "null"):
        page.evaluate("(kept) => localStorage.setItem('newsarchive-reader', kept)", kept)
        page.reload()
        assert page.locator("main h1").count() == 1
        assert page.locator("button.reading").is_visible()


def test_print_is_a_clipping_with_its_source_and_address(page, root, output):
    page.goto(f"{root}/{article(output)}")
    page.emulate_media(media="print")
    text = page.locator("body").inner_text()
    assert "https://archive.example/2024/06/20/" in text
    assert "https://canalnews.example/2024/06/lock" in text
    for hidden in ("nav[aria-label]", "form.search", "button.reading", "footer.site", ".tags"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_a_right_to_left_page_mirrors(page, arabic):
    with served(arabic) as address:
        page.goto(address)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        name, button = (page.locator(one).first.bounding_box() for one in ("header.site .name", "button.reading"))
        assert name["x"] > button["x"]
