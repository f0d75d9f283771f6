"""The search page in a browser: every state, key and address of it; words found on an article's page."""

import contextlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from support.servers import served

pytestmark = pytest.mark.browser
MANY = "said OR village OR harbour OR sea"
"""More than ten of the sample articles have one of the words."""


@dataclass
class Site:
    """The sample site as a folder and on a server."""

    folder: Path
    root: str

    def search(self, query: str = "") -> str:
        return f"{self.root}/search/{query}"


@pytest.fixture(scope="module")
def site(sample_site):
    with served(sample_site) as root:
        yield Site(sample_site, root)


@contextlib.contextmanager
def opened(browser, **options):
    """Give a page in a profile of its own; what goes wrong in its scripts fails the test."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    page.set_default_timeout(8000)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def page(browser):
    with opened(browser) as found:
        yield found


def done(page):
    page.wait_for_selector('#results[data-state="done"]', state="attached")


def refined(page):
    """Wait until facets and histogram are those of the results."""
    done(page)
    page.wait_for_selector('[data-facets="done"]', state="attached")


def go(page, address):
    page.goto(address)
    done(page)


def shown(page):
    """Return the addresses of the results."""
    return page.eval_on_selector_all("#results [data-result]", "all => all.map((one) => one.dataset.result)")


def count(page):
    return int(re.match(r"[\d,]+", page.text_content("#count"))[0].replace(",", ""))


def asked(page):
    return parse_qs(urlsplit(page.url).query)


def settled(page, act):
    """Do something and wait until the results that it leads to are shown."""
    page.evaluate("document.getElementById('results').dataset.state = 'before'")
    act()
    done(page)


def focused(page):
    return page.evaluate("document.activeElement.closest('[data-result]')?.dataset.result || document.activeElement.id")


def wrapped(page, script):
    """Let a script change `newsarchive` before the page uses it."""

    def answer(route):
        response = route.fetch()
        route.fulfill(response=response, body=f"{response.text()}\n{script}")

    page.route("**/search-index.js", answer)


# --- results --------------------------------------------------------------------------------------------------------


def test_results_come_while_typing_with_title_source_date_and_marked_excerpt(site, page):
    go(page, site.search())
    page.type("#q", "ferr")
    page.wait_for_selector("#results [data-result]")
    card = page.locator("[data-result*='winter-ferry-loses']")
    assert card.get_attribute("data-result") == f"{site.root}/2024/06/20/winter-ferry-loses-its-last-boat/"
    assert card.locator("h3").text_content() == "Winter ferry loses its last boat"
    assert card.locator("h3 mark").text_content() == "ferry"
    assert card.locator(".facts").text_content() == "The Harbour Gazette 20 June 2024"
    assert card.locator("time").get_attribute("datetime")[:10] == "2024-06-20"
    assert card.locator(".excerpt mark").count() > 0
    assert "#q=ferr" in card.locator("h3 a").get_attribute("href")


def test_ten_are_shown_at_first_and_more_on_request(site, page):
    go(page, site.search(f"?q={quote(MANY)}"))
    first, total = shown(page), count(page)
    assert len(first) == 10 < total
    page.click("#more button")
    page.wait_for_function("document.querySelectorAll('[data-result]').length > 10")
    assert shown(page)[:10] == first
    assert len(set(shown(page))) == min(20, total)
    assert focused(page) == shown(page)[10]
    page.reload()
    done(page)
    assert len(shown(page)) == min(20, total)
    settled(page, lambda: page.select_option("[name=sort]", "oldest"))
    assert len(shown(page)) == 10


def test_results_are_shown_before_facets_and_histogram_are_there(site, page):
    never = "facets: () => new Promise(() => {}), histogram: () => new Promise(() => {})"
    wrapped(
        page,
        f"""const open = newsarchive.open; newsarchive.open = async (...given) => {{
        const index = await open(...given); const find = index.find.bind(index);
        index.find = async (...query) => {{ const found = await find(...query); return {{ ...found, total: found.total, all: found.all,
          words: found.words, page: (...part) => found.page(...part), {never} }}; }};
        return index; }};""",
    )
    go(page, site.search("?q=oysters"))
    assert shown(page) == [f"{site.root}/2025/02/09/oysters-return-to-the-merrow-mud-412-of-them/"]
    assert page.locator("[data-key]:visible").count() == 0


def test_the_page_asks_for_few_files_and_for_none_twice(site, page):
    asks = []
    page.on("request", lambda request: asks.append(urlsplit(request.url).path))
    go(page, site.search())
    page.wait_for_load_state("networkidle")
    scripts = {f"/theme/js/{name}.js" for name in ("search-index", "search", "site")}
    assert set(asks) - {"/theme/icon.svg"} == {"/search/", "/theme/css/style.css", "/search/manifest.bin", *scripts}
    assert len(asks) == len(set(asks))


def test_a_key_is_answered_at_once_and_those_during_an_answer_together(site, page):
    wrapped(
        page,
        """window.asked = []; const open = newsarchive.open; newsarchive.open = async (...given) => {
        const index = await open(...given); const find = index.find.bind(index);
        index.find = (query, how) => { asked.push(query); return find(query, how); };
        return index; };""",
    )
    go(page, site.search())
    state = page.evaluate("""() => { const box = document.getElementById("q");
        return ["o", "oy", "oys", "oyst"].map((text) => { box.value = text; box.dispatchEvent(new Event("input"));
          return document.getElementById("results").dataset.state; }); }""")
    assert state == ["done"] + ["loading"] * 3  # a letter alone waits for the rest of its word
    page.wait_for_function("document.querySelector('[data-result]') && location.search === '?q=oyst'")
    assert page.evaluate("asked") == ["oy", "oyst"]


def test_a_letter_alone_is_answered_when_no_other_follows(site, page):
    go(page, site.search())
    page.fill("#q", "a")
    page.wait_for_function("location.search === '?q=a'")
    done(page)


def test_facets_are_given_up_when_the_next_key_comes(site, page):
    wrapped(
        page,
        """window.counted = []; const open = newsarchive.open; newsarchive.open = async (...given) => {
        const index = await open(...given); const find = index.find.bind(index);
        index.find = async (query, how) => { const found = await find(query, how); const { facets } = found;
          found.facets = (keys) => { counted.push(query);
            if (query === "oysters") { const box = document.getElementById("q");
              box.value = "council"; box.dispatchEvent(new Event("input")); }
            return facets.call(found, keys); };
          return found; };
        return index; };""",
    )
    go(page, site.search("?q=oysters"))
    page.wait_for_function("location.search === '?q=council'")
    refined(page)
    page.wait_for_function("counted.filter((query) => query === 'council').length === 6")
    assert page.evaluate("counted.filter((query) => query === 'oysters')") == ["oysters"]


def test_titles_and_excerpts_carry_their_language_and_direction(site, page):
    go(page, site.search("?q=" + quote("الميناء")))
    for selector in ("h3", ".excerpt"):
        part = page.locator(f"#results .card {selector}").first
        assert (part.get_attribute("lang"), part.get_attribute("dir")) == ("ar", "rtl")


def test_what_other_tools_call_finds_what_the_page_shows(site, page):
    go(page, site.search("?q=council"))
    found = page.evaluate("newsarchive.search('council')")
    assert [row["address"] for row in found["results"]] == shown(page)
    assert found["total"] == count(page)
    assert sum(n for _, n in found["facets"]["source"]) == found["total"]
    one = page.evaluate("newsarchive.search('council', {limit: 1, sort: 'oldest', filters: {year: ['2024']}})")
    assert len(one["results"]) == 1
    assert one["results"][0]["date"][:4] == "2024"
    assert {"title", "source", "excerpt", "ranges"} <= set(one["results"][0])


# --- what limits them -----------------------------------------------------------------------------------------------


def test_facets_count_narrow_and_can_be_combined(site, page):
    go(page, site.search(f"?q={quote(MANY)}"))
    refined(page)
    all_of_them = count(page)
    sources = page.locator("[data-key=source] label")
    names = sources.locator("bdi").all_text_contents()
    counts = [int(text) for text in sources.locator(".count").all_text_contents()]
    assert names[0] == "The Harbour Gazette"
    assert counts == sorted(counts, reverse=True)
    settled(page, lambda: page.check("[data-key=source] input[value='The Harbour Gazette']"))
    assert count(page) == counts[0] < all_of_them
    assert set(page.locator("#results .facts bdi").all_text_contents()) == {"The Harbour Gazette"}
    assert asked(page)["source"] == ["The Harbour Gazette"]
    refined(page)
    settled(page, lambda: page.check(f"[data-key=source] input[value='{names[1]}']"))
    assert count(page) == counts[0] + counts[1]
    assert asked(page)["source"] == ["The Harbour Gazette", names[1]]
    page.get_by_role("button", name=f"Remove Source: {names[1]}").click()
    page.wait_for_function(f"document.getElementById('count').textContent.startsWith('{counts[0]} ')")
    page.go_back()
    page.wait_for_function(f"document.getElementById('count').textContent.startsWith('{counts[0] + counts[1]} ')")
    settled(page, lambda: page.get_by_role("button", name="Clear filters").first.click())
    assert count(page) == all_of_them
    assert "source" not in asked(page)


def test_every_facet_is_offered_and_the_focus_stays_on_what_was_ticked(site, page):
    go(page, site.search(f"?q={quote(MANY)}"))
    refined(page)
    assert page.locator("[data-key]:visible legend").all_text_contents() == [
        "Source",
        "Section",
        "Topic",
        "Author",
        "Year",
    ]
    tick = page.locator("[data-key=year] input").first
    year = tick.get_attribute("value")
    tick.focus()
    settled(page, lambda: page.keyboard.press("Space"))
    refined(page)
    assert page.evaluate("document.activeElement.value") == year
    assert asked(page)["year"] == [year]
    go(page, site.search("?q=2021 OR 2022 OR mar OR harbour OR council&lang=en&lang=es"))
    refined(page)
    ticked = page.locator("[data-key=lang] label:has(input:checked) bdi")
    assert set(ticked.all_text_contents()) == {"English", "Spanish"}


def test_eight_values_of_a_facet_are_shown_and_more_on_request(site, page):
    go(page, site.search(f"?q={quote(MANY)}"))
    refined(page)
    years = page.locator("[data-key=year]")
    assert years.locator("li").count() == 8
    years.get_by_role("button", name="More").click()
    assert years.locator("li").count() > 8
    assert years.get_by_role("button").count() == 0
    names = years.locator("bdi").all_text_contents()
    assert names == sorted(set(names), reverse=True)


def test_a_range_of_dates_takes_years_months_and_days(site, page):
    go(page, site.search(f"?q={quote(MANY)}"))
    page.fill("[name=from]", "2024-06-20")
    settled(page, lambda: page.press("[name=from]", "Enter"))
    assert asked(page)["from"] == ["2024-06-20"]
    page.fill("[name=to]", "2024")
    settled(page, lambda: page.press("[name=to]", "Tab"))
    dates = page.eval_on_selector_all("#results time", "all => all.map((one) => one.dateTime)")
    assert dates
    assert all("2024-06-20" <= date[:10] < "2025" for date in dates)
    assert page.locator("#chosen button").first.text_content() == "Date: 2024-06-20 – 2024"
    page.fill("[name=from]", "")
    page.fill("[name=to]", "2003-05")
    settled(page, lambda: page.press("[name=to]", "Enter"))
    assert [link.rsplit("/", 2)[1] for link in shown(page)] == ["new-bridge-opens-with-a-goat-in-the-lead"]


@pytest.mark.parametrize("wrong", ["yesterday", "2024-13", "2024-02-31", "24"])
def test_a_wrong_date_is_said_and_does_not_count(site, page, wrong):
    go(page, site.search("?q=council"))
    total = count(page)
    page.fill("[name=from]", wrong)
    settled(page, lambda: page.press("[name=from]", "Enter"))
    assert "Write a year, a month or a day" in page.text_content("#range-problem")
    assert page.get_attribute("[name=from]", "aria-invalid") == "true"
    assert count(page) == total
    page.fill("[name=from]", "2024")
    settled(page, lambda: page.press("[name=from]", "Enter"))
    assert not page.is_visible("#range-problem")
    page.fill("[name=to]", "2023-12")
    settled(page, lambda: page.press("[name=to]", "Enter"))
    assert page.text_content("#range-problem") == "The range ends before it begins."


def test_the_histogram_tells_what_it_shows_and_gives_a_range_when_dragged(site, page):
    go(page, site.search(f"?q={quote(MANY)}"))
    refined(page)
    picture = page.get_by_role(
        "img", name=re.compile(r"Articles by year, 2003 – 2025\. Most in \d{4}: \d+ articles?\.")
    )
    place = picture.bounding_box()
    years = 2025 - 2003 + 1
    middle = place["y"] + place["height"] / 2
    bar = lambda year: place["x"] + place["width"] * (year - 2003 + 0.5) / years  # noqa: E731
    page.mouse.move(bar(2024), middle)
    page.mouse.down()
    page.mouse.move(bar(2022), middle, steps=4)
    assert re.fullmatch(r"2022 – 2024: \d+ articles", page.locator(".axis span").first.text_content())
    settled(page, page.mouse.up)
    assert (asked(page)["from"], asked(page)["to"]) == (["2022"], ["2024"])
    assert (page.input_value("[name=from]"), page.input_value("[name=to]")) == ("2022", "2024")
    refined(page)
    page.get_by_role("img", name=re.compile("Articles by month, .* – .* 2024")).wait_for()
    page.go_back()
    page.get_by_role("img", name=re.compile("Articles by year")).wait_for()
    assert page.input_value("[name=from]") == ""


def test_results_sort_by_date_both_ways(site, page):
    go(page, site.search("?q=council"))
    dates = {}
    for order in ("newest", "oldest"):
        settled(page, lambda order=order: page.select_option("[name=sort]", order))
        assert asked(page)["sort"] == [order]
        dates[order] = page.eval_on_selector_all("#results time", "all => all.map((one) => one.dateTime)")
        assert len(dates[order]) > 2
    assert dates["oldest"] == sorted(dates["oldest"])
    assert dates["newest"] == sorted(dates["newest"], reverse=True)


# --- the address ----------------------------------------------------------------------------------------------------


def test_an_address_holds_the_whole_view_and_a_reload_restores_it(site, page):
    query = "?q=council&source=The+Harbour+Gazette&category=Council&category=Harbour&from=2020&to=2025-01&sort=oldest"
    go(page, site.search(query))
    refined(page)
    before = shown(page)
    assert before
    assert page.input_value("#q") == "council"
    assert page.input_value("[name=from]") == "2020"
    assert page.input_value("[name=to]") == "2025-01"
    assert page.input_value("[name=sort]") == "oldest"
    ticked = page.eval_on_selector_all("[data-key] input:checked", "all => all.map((one) => one.value)")
    assert sorted(ticked) == ["Council", "Harbour", "The Harbour Gazette"]
    settled(page, lambda: page.press("#q", "Enter"))
    assert page.url.endswith(query)
    page.reload()
    done(page)
    assert shown(page) == before


def test_typing_is_one_step_back_and_so_are_enter_and_sort(site, page):
    go(page, site.search())
    steps = page.evaluate("history.length")
    for letter in "oysters":
        page.type("#q", letter)
        page.wait_for_timeout(160)
    page.wait_for_function("location.search === '?q=oysters'")
    assert page.evaluate("history.length") == steps + 1
    page.wait_for_timeout(1400)
    page.fill("#q", "council")
    settled(page, lambda: page.press("#q", "Enter"))
    assert page.evaluate("history.length") == steps + 2
    settled(page, lambda: page.select_option("[name=sort]", "oldest"))
    oldest = shown(page)
    assert page.evaluate("history.length") == steps + 3
    settled(page, page.go_back)
    assert page.input_value("[name=sort]") == "relevance"
    settled(page, page.go_back)
    assert page.input_value("#q") == "oysters"
    assert len(shown(page)) == 1
    settled(page, page.go_back)
    assert page.input_value("#q") == ""
    assert page.is_visible("#help")
    for _ in range(3):
        settled(page, page.go_forward)
    assert shown(page) == oldest


def test_a_result_leads_to_the_article_and_back_to_the_same_results(site, page):
    go(page, site.search("?q=council&sort=newest"))
    before = shown(page)
    page.click("#results h3 a >> nth=1")
    page.wait_for_selector("article mark")
    page.go_back()
    done(page)
    assert shown(page) == before


# --- keys and what is said ------------------------------------------------------------------------------------------


def test_arrows_go_through_the_results_and_escape_goes_back_and_clears(site, page):
    go(page, site.search("?q=council"))
    results = shown(page)
    page.focus("#q")
    page.keyboard.press("ArrowDown")
    assert focused(page) == results[0]
    page.keyboard.press("ArrowDown")
    assert focused(page) == results[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "q"
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert focused(page) == "q"
    assert page.input_value("#q") == "council"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(results[0] + "**")
    page.go_back()
    done(page)
    page.focus("#q")
    settled(page, lambda: page.keyboard.press("Escape"))
    assert page.input_value("#q") == ""
    assert page.is_visible("#help")
    assert focused(page) == "q"
    assert asked(page) == {}


def test_the_slash_goes_to_the_box_on_every_page_unless_switched_off(site, page):
    for address in (f"{site.root}/", site.search("?q=council")):
        page.goto(address)
        page.keyboard.press("Control+/")
        assert focused(page) != "q"
        page.keyboard.press("/")
        assert focused(page) == "q"
        page.keyboard.press("End")
        page.keyboard.press("/")
        assert page.input_value("#q").endswith("/")
    done(page)
    page.focus("[name=from]")
    page.keyboard.press("/")
    assert page.input_value("[name=from]") == "/"
    page.uncheck("#slash")
    for address in (f"{site.root}/", site.search("?q=council")):
        page.goto(address)
        page.keyboard.press("/")
        assert focused(page) != "q"
    done(page)
    assert not page.is_checked("#slash")
    page.check("#slash")
    page.goto(f"{site.root}/")
    page.keyboard.press("/")
    assert focused(page) == "q"


def test_the_count_is_shown_at_once_and_said_once_after_typing(site, page):
    go(page, site.search())
    page.evaluate("""() => { window.heard = []; const said = document.getElementById("said");
        new MutationObserver(() => said.textContent && heard.push(said.textContent)).observe(said, { childList: true }); }""")
    assert page.get_attribute("#said", "role") == "status"
    for letter in "oysters":
        page.type("#q", letter)
        page.wait_for_timeout(170)
    page.wait_for_function("document.getElementById('count').textContent === '1 article'")
    assert page.evaluate("heard") == []
    page.wait_for_timeout(1200)
    assert page.evaluate("heard") == ["1 article."]


def test_a_mended_word_is_said_and_leads_to_its_own_search(site, page):
    go(page, site.search("?q=oystrs"))
    assert re.fullmatch(r"Nothing has oystrs\. Showing results for oysters?\.", page.text_content("#hint"))
    assert len(shown(page)) == 1
    meant = page.text_content("#hint a")
    settled(page, lambda: page.click("#hint a"))
    assert page.input_value("#q") == meant
    assert asked(page)["q"] == [meant]
    assert not page.is_visible("#hint")
    page.go_back()
    page.wait_for_selector("#hint")
    page.wait_for_function("document.getElementById('said').textContent.includes('Nothing has oystrs')")


def test_a_suggestion_beside_results_is_offered_and_a_problem_of_the_query_is_said(site, page):
    wrapped(
        page,
        """const open = newsarchive.open; newsarchive.open = async (...given) => {
        const index = await open(...given); const find = index.find.bind(index);
        index.find = async (query, options) => { const found = await find(query, options);
          if (query !== "council") found.suggestion = "council"; return found; };
        return index; };""",
    )
    go(page, site.search("?q=oysters"))
    assert page.text_content("#hint") == "Did you mean council?"
    settled(page, lambda: page.click("#hint a"))
    assert page.input_value("#q") == "council"
    assert not page.is_visible("#problem")
    go(page, site.search("?q=council+before:soon"))
    assert page.text_content("#problem").startswith("before:")


def test_results_without_all_the_words_are_said_to_be(site, page):
    go(page, site.search("?q=oysters+crossword"))
    assert "No article has all the words. These have most of them." in page.text_content("#hint")
    assert len(shown(page)) > 1
    go(page, site.search("?q=oysters"))
    assert not page.is_visible("#hint")


# --- states ---------------------------------------------------------------------------------------------------------


def test_without_a_query_the_language_is_explained_and_examples_lead_somewhere(site, page):
    go(page, site.search())
    assert focused(page) == "q"
    assert page.text_content("#holds") == "45 articles, 2003 – 2025"
    for code in ('"old bridge"', "bridge -toll", "bridge OR ferry", "author:", "before:"):
        assert page.locator("#help code", has_text=code).count()
    assert page.locator("#help a[href*='calendar']").count() == 1
    examples = page.eval_on_selector_all("#help a.example", "all => all.map((one) => one.getAttribute('href'))")
    assert len(examples) == 3
    for example in examples:
        go(page, site.search(example))
        assert shown(page), example


def test_where_nothing_is_found_there_is_help_and_the_filters_can_be_cleared(site, page):
    go(page, site.search("?q=qqzzxx"))
    assert page.text_content("#count") == "Nothing found"
    assert page.is_visible("#none")
    assert not page.is_visible("#unfilter")
    assert page.locator("#none a").all_text_contents() == ["date", "source", "topic", "author"]
    go(page, site.search("?q=oysters&lang=es"))
    assert page.text_content("#count") == "Nothing found"
    settled(page, lambda: page.click("#unfilter button"))
    assert page.text_content("#count") == "1 article"
    assert asked(page) == {"q": ["oysters"]}


def test_an_index_that_cannot_be_read_is_named_and_can_be_tried_again(site, page):
    page.route(re.compile(r"/search/[^?]+$"), lambda route: route.abort())
    page.goto(site.search("?q=council"))
    page.wait_for_selector('#results[data-state="error"]', state="attached")
    assert re.search(r"search/\S+: ", page.text_content("#failed"))
    assert shown(page) == []
    page.unroute_all()
    settled(page, lambda: page.get_by_role("button", name="Try again").click())
    assert shown(page)
    assert not page.is_visible("#failed")


def test_facets_that_cannot_be_read_leave_the_results_alone(site, page):
    wrapped(
        page,
        """const open = newsarchive.open; newsarchive.open = async (...given) => {
        const index = await open(...given); const find = index.find.bind(index);
        index.find = async (...query) => { const found = await find(...query);
          found.facets = () => Promise.reject(new Error("search/columns: is damaged")); return found; };
        return index; };""",
    )
    go(page, site.search("?q=council"))
    page.wait_for_selector("#unread")
    assert "search/columns: is damaged" in page.text_content("#unread")
    assert shown(page)


def test_a_page_opened_from_a_folder_searches(site, page):
    go(page, f"file://{site.folder}/search/index.html?q=oysters")
    assert shown(page) == [f"file://{site.folder}/2025/02/09/oysters-return-to-the-merrow-mud-412-of-them/index.html"]
    page.fill("#q", "council")
    settled(page, lambda: page.press("#q", "Enter"))
    assert len(shown(page)) > 1
    page.click("#results h3 a >> nth=0")
    page.wait_for_selector("article mark")


def test_a_folder_without_an_index_in_scripts_says_what_to_do(site, browser, tmp_path):
    shutil.copytree(site.folder, tmp_path / "out")
    for script in (tmp_path / "out/search").rglob("*.js"):
        script.unlink()
    with opened(browser) as page:
        page.goto(f"file://{tmp_path}/out/search/index.html?q=oysters")
        page.wait_for_selector("#failed")
        said = "Opened from a folder, search needs the setting PRESSROOM_SEARCH_SCRIPTS = True; or run make serve."
        assert said in page.text_content("#failed")


def test_without_javascript_the_page_leads_to_the_lists(site, browser):
    with opened(browser, java_script_enabled=False) as page:
        page.goto(site.search("?q=council"))
        for name in ("date", "source", "topic", "author"):
            assert page.locator("noscript").get_by_role("link", name=name, exact=True).is_visible()
        assert page.locator("main details:visible, main h2:visible, main select:visible").count() == 0


def test_on_a_phone_the_filters_fold_and_nothing_is_wider_than_the_screen(site, browser):
    with opened(browser, viewport={"width": 320, "height": 640}, has_touch=True) as page:
        for query in ("", "?q=council&source=The+Harbour+Gazette&from=2001", "?q=qqzzxx", "?q=" + quote("الميناء")):
            go(page, site.search(query))
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, query
        go(page, site.search("?q=council&source=The+Harbour+Gazette"))
        assert not page.is_visible("[name=from]")
        assert page.text_content("#narrow summary") == "Filters (1)"
        page.click("#narrow summary")
        refined(page)
        assert page.is_visible("[name=from]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    with opened(browser) as page:
        go(page, site.search("?q=council"))
        assert page.is_visible("[name=from]")
        assert not page.is_visible("#narrow summary")


# --- the header, and words on an article's page ---------------------------------------------------------------------


def test_the_box_in_the_header_leads_to_the_results(site, page):
    asks = []
    page.on("request", lambda request: asks.append(request.url))
    page.goto(f"{site.root}/source/")
    assert not [address for address in asks if "search" in address]
    page.fill("header #q", "oysters")
    page.press("header #q", "Enter")
    done(page)
    assert asked(page) == {"q": ["oysters"]}
    assert len(shown(page)) == 1


def test_found_words_are_marked_on_the_article_and_can_be_walked_through(site, page):
    address = f"{site.root}/2024/06/20/winter-ferry-loses-its-last-boat/"
    page.goto(address)
    text, links = page.text_content("article"), page.locator("article a").count()
    page.goto("about:blank")
    page.goto(f"{address}#q=f%C3%A9rr*+DECKHANDS+tran+sport")
    page.wait_for_selector(".places")
    marks = page.locator("article mark").all_text_contents()
    assert set(map(str.lower, marks)) == {"ferry", "deckhands"}
    assert page.text_content(".places [role=status]") == f"{len(marks)} places found"
    assert page.url == address
    assert page.text_content("article") == text
    assert page.locator("article a").count() == links
    assert page.locator(".provenance mark, script mark").count() == 0
    page.focus(".places button >> nth=0")
    page.keyboard.press("Enter")
    assert page.text_content(".places [role=status]") == f"2 of {len(marks)}"
    assert page.locator("mark.now").count() == 1
    page.get_by_role("button", name="previous").click()
    page.get_by_role("button", name="previous").click()
    assert page.text_content(".places [role=status]") == f"{len(marks)} of {len(marks)}"
    page.wait_for_function("""() => { const { top, bottom } = document.querySelector("mark.now").getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight; }""")
    page.get_by_role("button", name="clear").click()
    assert page.locator("mark, .places").count() == 0
    assert page.text_content("article") == text


@pytest.mark.parametrize(
    ("day", "words", "marked"),
    [
        ("2012/03/14", "ultima", {"última"}),
        ("2019/02/09", "雪の+の日", {"雪の日", "の日"}),
        ("2022/03/10", "الميناء", {"الميناء"}),
    ],
)
def test_words_are_marked_whatever_their_script_and_accents(site, page, day, words, marked):
    article = next(site.folder.glob(f"{day}/*/index.html")).parent.relative_to(site.folder)
    page.goto(f"{site.root}/{article}/#q={'+'.join(map(quote, words.split('+')))}")
    page.wait_for_selector(".places")
    assert set(page.locator("article mark").all_text_contents()) == marked


def test_a_page_without_the_words_or_with_a_cut_address_is_left_alone(site, page):
    for words in ("nowhere", "%E0%A4", "*", ""):
        page.goto("about:blank")
        page.goto(f"{site.root}/2024/06/20/winter-ferry-loses-its-last-boat/#q={words}")
        page.wait_for_function("!location.hash")
        assert page.locator(".places, mark").count() == 0
