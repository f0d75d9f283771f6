"""A site that is built again by the command that `make html` runs: its settings file, its theme and its folders changed."""

import os
import subprocess
import sys

import pytest
from support import sites
from support.paths import BASE

ARTICLE = "Title: {0}\nDate: 2024-06-20 10:00\nModified: 2024-06-21 09:00\nTags: sea; port\nSource: Canal News\n\nText of {0}.\n"
RUN = """
import sys
sys.path.insert(0, "scripts")
import build
sys.argv = ["build.py", *sys.argv[1:]]
code = build.main()
print("with Pelican" if "pelican" in sys.modules else "without Pelican")
sys.exit(code)
"""


class Archive:
    """A site with settings of its own, built as `make html` does."""

    def __init__(self, folder):
        self.folder = folder
        self.content = folder / "content"
        self.content.mkdir(parents=True)
        self.settings = folder / "pelicanconf.py"
        text = (BASE / "pelicanconf.py").read_text(encoding="utf-8").replace('["plugins"]', f'["{BASE}/plugins"]')
        self.settings.write_text(text.replace('THEME = "theme"', f'THEME = "{BASE}/theme"'), encoding="utf-8")
        self.articles = 0
        self.add()

    def add(self, text=ARTICLE):
        self.articles += 1
        name = f"story-{self.articles}"
        (self.content / f"{name}.md").write_text(text.format(name), encoding="utf-8")

    def say(self, line):
        with self.settings.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def run(self, *options, output="output", cache="cache", more=(), **environment):
        arguments = ["--content", self.content, "--output", self.folder / output, "--cache", self.folder / cache]
        arguments += ["--settings", self.settings, "--reports", self.folder / "reports", *more]
        return subprocess.run(
            [sys.executable, "-c", RUN, *map(str, arguments), "--", *options],
            cwd=BASE, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    def build(self, *options, **more):
        """Build, and return whether Pelican was imported, in words."""
        done = self.run(*options, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def page(self, name="index.html"):
        return (self.folder / "output" / name).read_text(encoding="utf-8")


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "site")


@pytest.fixture
def theme(archive, tmp_path):
    """The folder of a theme of the archive's own."""
    folder = tmp_path / "theme"
    sites.shutil.copytree(BASE / "theme", folder)
    archive.say(f'THEME = "{folder}"')
    return folder


def test_where_nothing_changed_pelican_is_not_imported(archive):
    assert archive.build() == "with Pelican"
    before = sites.stats(archive.folder / "output")
    sites.time.sleep(0.1)
    archive.build()  # what was written while the first looked could change unseen
    assert archive.build() == "without Pelican"
    assert sites.stats(archive.folder / "output") == before


@pytest.mark.slow
def test_changes_of_content_and_options_give_the_bytes_of_a_fresh_build(archive):
    archive.build()
    archive.add()
    (archive.content / "pages").mkdir()
    (archive.content / "pages/about-us.md").write_text("Title: About us\n\n[Story]({filename}/story-1.md)\n")
    archive.build()
    (archive.content / "story-1.md").unlink()
    archive.add("Title: Another\nDate: 2023-01-02\nLang: ar\n\n![A map](https://a.example/m.png)\n")
    archive.build("-e", "PRESSROOM_SEARCH=false")
    archive.add()
    archive.build()
    archive.add()
    archive.build()
    archive.build(output="fresh", cache="fresh-cache")
    assert sites.hashes(archive.folder / "output") == sites.hashes(archive.folder / "fresh")


def test_publish_too(archive):
    archive.say('SITEURL = "https://archive.example"')
    archive.build(more=("--publish",))
    archive.add()
    archive.build(more=("--publish",))
    assert "story-2" in archive.page()


def test_a_site_that_was_moved_is_built_where_it_is(archive):
    archive.build(output="one/output", cache="one/cache")
    (archive.folder / "one").rename(archive.folder / "two")
    archive.add()
    archive.build(output="two/output", cache="two/cache")
    assert (archive.folder / "two/output/2024/06/20/story-2/index.html").is_file()
    assert not (archive.folder / "one").exists()


def test_a_setting_that_comes_from_elsewhere_is_asked_for_again(archive):
    archive.say('import os\nSITENAME = os.environ.get("NAME", "Nobody")')
    archive.build(NAME="One")
    archive.add()
    archive.build(NAME="Other")
    assert "Other" in archive.page()


def test_a_changed_setting_counts(archive):
    archive.build()
    archive.say('SITENAME = "Another name"')
    archive.build()
    assert "Another name" in archive.page()
    archive.add()
    archive.build()
    assert "Another name" in archive.page("2024/06/20/story-2/index.html")


def test_a_mistake_in_a_template_is_told_in_one_line(archive, theme):
    archive.build()
    (theme / "templates/tag.html").write_text("{% if %}")
    archive.add()
    done = archive.run()
    assert done.returncode == 1
    assert "tag.html:1: TemplateSyntaxError" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_theme_that_is_gone_is_told(archive, theme):
    archive.build()
    sites.shutil.rmtree(theme)
    archive.add()
    done = archive.run()
    assert done.returncode == 1
    assert str(theme) in done.stderr
