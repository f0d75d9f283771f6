"""A saved change is built and shown; what is wrong is shown too, and the server goes on."""

import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from pressroom import driver
from pressroom.build.job import Job
from support.paths import BASE
from support.sites import hashes

HEADER = "Title: {title}\nDate: 2024-06-20\nSlug: {slug}\n{more}\n{text}\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A running devserver over a folder of its own."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        shutil.copytree(BASE / "theme", folder / "theme")
        (folder / "conf.py").write_text(
            f"import runpy\nglobals().update(runpy.run_path({str(BASE / 'pelicanconf.py')!r}))\n"
            f"THEME = 'theme'\nPLUGIN_PATHS = [{str(BASE / 'plugins')!r}]\nPRESSROOM_SEARCH = False\n"
        )
        (folder / "raw").mkdir()
        self.write("a.md")
        self.write("b.md")
        names = ("raw", "content", "output", "reports", "cache", "rules")
        command = [item for name in names for item in (f"--{name}", str(folder / name))]
        self.log = open(folder / "log", "w+b")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, BASE / "scripts/devserver.py", *command, "--settings", folder / "conf.py", "--port", str(self.port)],
            stdout=self.log, stderr=self.log,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what a shell starts behind it ignores Ctrl-C
        )  # fmt: skip
        wait(lambda: "files built" in self.said(), "no first build")

    def write(self, name, text="Text.", title="", more=""):
        path = self.folder / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEADER.format(title=title or name, slug=path.stem, text=text, more=more), encoding="utf-8")

    def said(self):
        return (self.folder / "log").read_text(errors="replace")

    def get(self, path):
        return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10).read().decode()

    def page(self, name):
        return self.get(f"/2024/06/20/{name}/")

    def shows(self, name, text):
        try:
            return text in self.page(name)
        except urllib.error.HTTPError:
            return False

    def state(self):
        """Return what a browser is told that has just come."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/.pressroom/events", timeout=30) as events:
            return json.loads(events.readline().removeprefix(b"data: "))

    def problem(self):
        return self.state()["problem"]

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        self.log.close()


def wait(until, what, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := until():
            return found
        time.sleep(0.05)
    raise AssertionError(what)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    found = Server(tmp_path_factory.mktemp("devserver"))
    wait(lambda: found.state()["version"], "no version")
    yield found
    found.stop()


def test_pages_get_the_script_and_files_do_not(server):
    assert "EventSource" in server.page("a")
    assert not any("EventSource" in path.read_text() for path in (server.folder / "output").rglob("*.html"))
    assert server.get("/theme/css/style.css") == (BASE / "theme/static/css/style.css").read_text()


def test_a_saved_article_is_shown_and_browsers_are_told(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/.pressroom/events", timeout=30) as events:
        before = json.loads(events.readline().removeprefix(b"data: "))
        assert before["version"] in server.page("a")
        assert events.readline() == b"\n"
        server.write("a.md", "Another text.")
        after = json.loads(events.readline().removeprefix(b"data: "))
    assert after["version"] != before["version"]
    assert "Another text." in server.page("a")
    assert after["version"] in server.page("a")


def test_files_come_move_and_go(server):
    server.write("deep/d.md", "A third.")
    wait(lambda: server.shows("d", "A third."), "not built")
    (server.folder / "content/deep").rename(server.folder / "content/other")
    server.write("other/d.md", "Moved.")
    wait(lambda: server.shows("d", "Moved."), "not built")
    (server.folder / "content/other/d.md").unlink()
    wait(lambda: not (server.folder / "output/2024/06/20/d").exists(), "not removed")


def test_a_broken_template_is_told_and_the_next_change_heals(server):
    template = server.folder / "theme/templates/article.html"
    good = template.read_text()
    template.write_text(good.replace("{% block content %}", "{% block content %}{% if %}", 1))
    problem = wait(server.problem, "no problem")
    assert re.search(r"article\.html:\d+: TemplateSyntaxError", problem)
    assert "\x1b" not in problem
    assert "Text." in server.page("b")
    server.write("b.md", "Written meanwhile.")
    time.sleep(0.5)
    assert server.problem()
    template.write_text(good)
    wait(lambda: not server.problem(), "not healed")
    wait(lambda: server.shows("b", "Written meanwhile."), "not built")


def test_an_article_with_errors_is_told_and_the_others_are_built(server):
    server.write("b.md", more="Status: odd\n")
    problem = wait(server.problem, "no problem")
    assert "content/b.md" in problem
    assert "Status" in problem
    server.write("a.md", "Built beside it.")
    wait(lambda: server.shows("a", "Built beside it."), "not built")
    server.write("b.md", "Well again.")
    wait(lambda: server.shows("b", "Well again."), "not built")
    wait(lambda: not server.problem(), "not healed")


def test_settings_and_captures_count_too(server):
    conf = server.folder / "conf.py"
    conf.write_text(conf.read_text() + "SITENAME = 'The other name'\n")
    wait(lambda: server.shows("a", "The other name"), "not built")
    capture = next(path for path in sorted((BASE / "raw/samples").rglob("*.html")))
    shutil.copyfile(capture, server.folder / "raw" / capture.name)
    wait(lambda: re.search("1 captures read", server.said()), "no ingest")
    time.sleep(1)


def test_what_it_leaves_is_what_a_build_makes(server):
    site = Job(
        server.folder / "content", server.folder / "fresh", server.folder / "cache2", server.folder / "conf.py",
        siteurl=f"http://localhost:{server.port}",
    )  # fmt: skip
    assert driver.render_site(site)[0] == 0
    assert hashes(server.folder / "output") == hashes(server.folder / "fresh")


def test_hidden_files_and_those_outside_are_not_served(server):
    (server.folder / "output/.git").mkdir()
    (server.folder / "output/.git/config").write_text("x")
    for path in ("/.git/config", "/%2egit/config", "/../conf.py", "/%2e%2e/conf.py"):
        with pytest.raises(urllib.error.HTTPError) as missing:
            server.get(path)
        assert missing.value.code == 404
    shutil.rmtree(server.folder / "output/.git")


@pytest.mark.browser
def test_an_open_page_loads_itself_again_and_shows_what_is_wrong(server, browser):
    server.write("a.md", title="Before")
    wait(lambda: server.shows("a", "Before"), "not built")
    page = browser.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/2024/06/20/a/")
    server.write("a.md", title="After")
    page.wait_for_function("document.querySelector('h1').textContent.includes('After')")
    template = server.folder / "theme/templates/article.html"
    good = template.read_text()
    template.write_text(good.replace("{% block content %}", "{% block content %}{% if %}", 1))
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert re.search(r"article\.html:\d+: TemplateSyntaxError", alert.text_content())
    template.write_text(good)
    alert.wait_for(state="detached")
    assert "After" in page.locator("h1").text_content()
    page.close()


def test_it_ends_with_everything_that_it_started(tmp_path):
    server = Server(tmp_path)
    server.stop()

    def is_free():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", server.port)) != 0

    wait(is_free, "the port is still taken", 10)
