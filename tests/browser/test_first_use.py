"""What a reader comes for: each task by mouse, by keyboard alone, and through the roles and names that assistive software sees.

`PYTHONPATH=tests python tests/browser/test_first_use.py` prints clicks, keys and seconds of each task.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.commands import make_site
from support.paths import BASE
from support.programs import CHROMIUM
from support.servers import served

pytestmark = pytest.mark.browser

FERRY = "Winter ferry loses its last boat"
MOST_KEYS = 400
"""Presses of the Tab key after which something is given up as not to be reached."""


@dataclass
class Reader:
    """Somebody at a page, who finds things by what they are called."""

    page: Any
    root: str
    steps: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Open the front page."""
        self.page.goto(f"{self.root}/")

    def find(self, role: str, name: str, within: str = "") -> Any:
        """Return the first thing of a role and a name, in a part of the page that is a landmark or a heading's section."""
        place = self.page.locator(within) if within else self.page
        return place.get_by_role(role, name=name).first

    def heading(self) -> str:
        """Return what the page is called."""
        return str(self.page.get_by_role("heading", level=1).first.inner_text())


class Mouse(Reader):
    """Clicks."""

    def follow(self, role: str, name: str, within: str = "") -> None:
        """Click something."""
        self.steps.append(f"click {name}")
        self.find(role, name, within).click()
        self.page.wait_for_load_state()

    def type(self, role: str, name: str, text: str) -> None:
        """Click into a field and type."""
        self.steps.append(f"type {text}")
        self.find(role, name).click()
        self.page.keyboard.type(text)


class Keys(Reader):
    """Tab, Enter and letters, and nothing else."""

    def _reach(self, role: str, name: str, within: str) -> None:
        target = self.find(role, name, within)
        target.wait_for(state="visible")
        handle = target.element_handle()
        for count in range(MOST_KEYS):
            if self.page.evaluate("(one) => one === document.activeElement", handle):
                self.steps.append(f"{count} x Tab")
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{name}: the Tab key does not reach it")

    def follow(self, role: str, name: str, within: str = "") -> None:
        """Go to something by Tab and press Enter, or Space where it is a box to tick."""
        self._reach(role, name, within)
        self.steps.append("Enter")
        self.page.keyboard.press("Space" if role in ("checkbox", "radio") else "Enter")
        self.page.wait_for_load_state()

    def type(self, role: str, name: str, text: str) -> None:
        """Go to a field and type; the key "/" leads to the search box."""
        if role == "searchbox":
            self.page.keyboard.press("/")
            self.steps.append("/")
        self._reach(role, name, "")
        self.steps.append(f"type {text}")
        self.page.keyboard.type(text)


def find_what_was_written_on_a_day(reader: Any) -> None:
    reader.start()
    reader.follow("link", "By date")
    reader.follow("link", "2024", "main")
    reader.follow("link", "20 June 2024")
    assert reader.heading() == "20 June 2024"
    assert reader.find("link", FERRY).is_visible()


def find_a_story_by_its_words(reader: Any) -> None:
    reader.start()
    reader.type("searchbox", "Search the archive", "ferry deckhands")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#results[data-state=done]")
    reader.follow("link", FERRY)
    assert reader.heading() == FERRY


def open_ferry(reader: Any) -> None:
    reader.page.goto(next(reader.root + path for path in [reader.ferry]))


def cite_it(reader: Any) -> None:
    open_ferry(reader)
    reader.find("heading", "Cite this article").wait_for()
    reader.page.locator("details.cite summary").focus() if isinstance(reader, Keys) else None
    if isinstance(reader, Keys):
        reader.steps.append("Enter")
        reader.page.keyboard.press("Enter")
    else:
        reader.steps.append("click Cite this article")
        reader.page.locator("details.cite summary").click()
    section = reader.page.get_by_role("region", name="APA")
    assert "Whitlock, N. (2024, June 20)" in section.inner_text()
    reader.follow("button", "Copy", "section[aria-labelledby=cite-apa]")
    assert reader.page.evaluate("navigator.clipboard.readText()").startswith("Whitlock, N. (2024, June 20)")


def see_the_original_and_its_archived_copy(reader: Any) -> None:
    open_ferry(reader)
    part = reader.page.get_by_role("region", name="Where this comes from")
    assert part.get_by_role("link", name="https://harbourgazette.example/").is_visible()
    copy = part.get_by_role("link", name="the same address in the Wayback Machine")
    assert copy.get_attribute("href").startswith("https://web.archive.org/web/2024")


def see_what_the_cleaner_removed(reader: Any) -> None:
    open_ferry(reader)
    reader.follow("link", "see what was removed")
    assert reader.heading() == "What was removed: June 2024"
    assert reader.page.locator("section:target").inner_text().startswith(FERRY)


def compare_the_sources_of_a_day(reader: Any) -> None:
    reader.start()
    reader.follow("link", "By date")
    reader.follow("link", "2024", "main")
    reader.follow("link", "17 September 2024")
    reader.find("heading", "17 September 2024").wait_for()
    sources = reader.page.locator("main h2")
    assert sources.all_inner_texts()[:3] == ["Kestrel Valley Post 1", "Saltmarsh Observer 1", "The Harbour Gazette 1"]


def print_it(reader: Any) -> None:
    open_ferry(reader)
    reader.page.emulate_media(media="print")
    text = reader.page.locator("body").inner_text()
    reader.page.emulate_media(media="screen")
    assert "https://archive.example/2024/06/20/" in text
    assert "By date" not in text


def see_the_same_day_in_other_years(reader: Any) -> None:
    reader.start()
    reader.follow("link", "Every day of the year", "footer")
    reader.follow("link", "20 June")
    assert "20 June" in reader.heading()
    assert reader.find("link", FERRY).is_visible()


def read_on_in_the_same_paper(reader: Any) -> None:
    open_ferry(reader)
    reader.follow("link", "Breakwater stones arrive", "nav.neighbours")
    assert reader.heading().startswith("Breakwater stones arrive")


def take_the_data_of_a_month(reader: Any) -> None:
    reader.start()
    reader.follow("link", "Downloads", "footer")
    row = reader.page.get_by_role("row").filter(has_text="June 2024")
    address = row.get_by_role("link", name="CSV", exact=True).evaluate("(link) => link.href")
    assert FERRY in reader.page.request.get(address).text()


def make_the_letters_larger_and_the_page_dark(reader: Any) -> None:
    open_ferry(reader)
    reader.follow("button", "Reading settings")
    if isinstance(reader, Keys):  # one of a group of radio buttons is reached by Tab, the others by arrows
        reader._reach("radio", "As the system", "")
        for _ in range(3):
            reader.page.keyboard.press("ArrowDown")
        reader.steps.append("3 x arrow")
    else:
        reader.follow("radio", "Dark")
    reader.page.get_by_role("slider", name="Size").focus()
    reader.page.keyboard.press("ArrowRight")
    reader.steps.append("arrow")
    reader.page.keyboard.press("Escape")
    assert reader.page.evaluate("({...document.documentElement.dataset})") == {"js": "", "theme": "dark", "size": "1"}


TASKS: tuple[Callable[[Any], None], ...] = (
    find_what_was_written_on_a_day, find_a_story_by_its_words, cite_it, see_the_original_and_its_archived_copy,
    see_what_the_cleaner_removed, compare_the_sources_of_a_day, print_it, see_the_same_day_in_other_years,
    read_on_in_the_same_paper, take_the_data_of_a_month, make_the_letters_larger_and_the_page_dark,
)  # fmt: skip


@pytest.fixture(scope="module")
def site(sample_site):
    with served(sample_site) as root:
        ferry = next(sample_site.glob("2024/06/20/winter-ferry*/index.html")).relative_to(sample_site)
        yield root, f"/{ferry.parent.as_posix()}/"


def reading(browser, site, way):
    root, ferry = site
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    reader = way(context.new_page(), root)
    reader.ferry = ferry
    return context, reader


@pytest.mark.parametrize("way", [Mouse, Keys])
@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.__name__)
def test_a_reader_does_what_they_came_for(browser, site, task, way):
    context, reader = reading(browser, site, way)
    with context:
        task(reader)


def main() -> None:
    """Print what each task costs."""
    import tempfile
    from pathlib import Path

    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as started:
        output = make_site(Path(folder), raw=BASE / "raw", SITEURL="https://archive.example")
        opened = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        with served(output) as root:
            ferry = next(output.glob("2024/06/20/winter-ferry*/index.html")).relative_to(output)
            for task in TASKS:
                told = []
                for way in (Mouse, Keys):
                    context, reader = reading(opened, (root, f"/{ferry.parent.as_posix()}/"), way)
                    with context:
                        start = time.monotonic()
                        task(reader)
                        told.append(
                            f"{way.__name__.lower()} {len(reader.steps)} steps {time.monotonic() - start:.1f} s ({', '.join(reader.steps)})"
                        )
                print(f"{task.__name__.replace('_', ' ')}: {'; '.join(told)}")


if __name__ == "__main__":
    main()
