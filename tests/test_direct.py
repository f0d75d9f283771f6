"""Builds without Pelican: which there are, that they give Pelican's bytes, and what is left to Pelican."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import sites
from pelican import get_instance, parse_arguments
from pelican.generators import Generator
from pressroom import defaults, direct

BASE = Path(__file__).resolve().parents[1]
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

    def how(self, *options, **more):
        """Return who built, after a build that went well."""
        done = self.run(*options, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "site")


def test_after_a_change_of_content_pelican_is_not_imported_and_the_bytes_are_the_same(archive):
    assert archive.how() == "with Pelican"
    archive.add()
    (archive.content / "pages").mkdir()
    (archive.content / "pages/about-us.md").write_text("Title: About us\n\n[Story]({filename}/story-1.md)\n")
    assert archive.how() == "without Pelican"
    (archive.content / "story-1.md").unlink()
    archive.add("Title: Another\nDate: 2023-01-02\nLang: ar\n\n![A map](https://a.example/m.png)\n")
    assert archive.how("-e", "PRESSROOM_SEARCH=false") == "with Pelican"  # never built so
    archive.add()
    assert archive.how() == "with Pelican"  # what was kept is of the last build
    archive.add()
    assert archive.how() == "without Pelican"
    assert archive.how(output="fresh", cache="fresh-cache") == "with Pelican"
    assert sites.hashes(archive.folder / "output") == sites.hashes(archive.folder / "fresh")


def test_publish_too(archive):
    archive.say('SITEURL = "https://archive.example"')
    archive.how(more=("--publish",))
    archive.add()
    assert archive.how(more=("--publish",)) == "without Pelican"
    assert "story-2" in (archive.folder / "output/index.html").read_text(encoding="utf-8")


def test_a_site_that_was_moved_is_built_where_it_is(archive):
    archive.how(output="one/output", cache="one/cache")
    (archive.folder / "one").rename(archive.folder / "two")
    archive.add()
    archive.how(output="two/output", cache="two/cache")
    assert (archive.folder / "two/output/2024/06/20/story-2/index.html").is_file()
    assert not (archive.folder / "one").exists()


def test_a_setting_that_comes_from_elsewhere_is_asked_for_again(archive):
    archive.say('import os\nSITENAME = os.environ.get("NAME", "Nobody")')
    archive.how(NAME="One")
    archive.add()
    assert archive.how(NAME="One") == "without Pelican"
    archive.add()
    assert archive.how(NAME="Other") == "with Pelican"
    assert "Other" in (archive.folder / "output/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        'JINJA_FILTERS = {"loud": lambda text: text.upper()}',
        "PRESSROOM_LISTINGS = 'pelican'",
        "only_as_a_module = __spec__.cached.upper()",
        "import logging\nlogging.getLogger('site').warning('mind this')",
    ],
    ids=["filter", "listings", "cannot-be-run", "warning"],
)
def test_what_cannot_be_kept_is_left_to_pelican(archive, line):
    archive.say(line)
    archive.how()
    archive.add()
    assert archive.how() == "with Pelican"


def test_a_changed_setting_counts(archive):
    archive.how()
    archive.add()
    archive.say('SITENAME = "Another name"')
    assert archive.how() == "with Pelican"
    archive.add()
    assert archive.how() == "without Pelican"
    assert "Another name" in (archive.folder / "output/index.html").read_text(encoding="utf-8")


def test_an_option_that_is_no_setting_is_pelicans(archive):
    archive.how("--verbose")
    archive.add()
    assert archive.how("--verbose") == "with Pelican"


def test_a_mistake_in_a_template_is_told_as_ever(archive, tmp_path):
    theme = tmp_path / "theme"
    sites.shutil.copytree(BASE / "theme", theme)
    archive.say(f'THEME = "{theme}"')
    archive.how()
    (theme / "templates/tag.html").write_text("{% if %}")
    archive.add()
    done = archive.run()
    assert done.returncode == 1
    assert "tag.html:1: TemplateSyntaxError" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_theme_that_is_gone_is_pelicans_to_tell(archive, tmp_path):
    theme = tmp_path / "theme"
    sites.shutil.copytree(BASE / "theme", theme)
    archive.say(f'THEME = "{theme}"')
    archive.how()
    sites.shutil.rmtree(theme)
    archive.add()
    done = archive.run()
    assert done.returncode == 1
    assert str(theme) in done.stderr


def test_a_build_that_fails_without_pelican_is_done_with_it(archive, monkeypatch, tmp_path):
    site = sites.Site(tmp_path / "other")
    site.write("a.md", {})
    site.build()

    asked = []

    def broken(found, caller):
        asked.append(found)
        raise KeyError("SITENAME")

    monkeypatch.setattr(direct, "build", broken)
    site.write("b.md", {"Title": 1})
    site.build()
    assert asked
    assert sites.hashes(site.folder / "out") == site.fresh(0)


def test_jinja_is_set_up_as_pelican_does(tmp_path):
    arguments = [str(tmp_path), "-s", str(BASE / "pelicanconf.py"), "-o", str(tmp_path / "out")]
    instance, _ = get_instance(parse_arguments(arguments))
    settings = {**instance.pressroom_given, "CACHE_PATH": str(tmp_path)}
    defaults.complete(settings)
    theirs = Generator(settings, settings, str(tmp_path), settings["THEME"], str(tmp_path / "out")).env
    folders = [loader.searchpath for loader in theirs.loader.loaders[:2]]
    ours = direct.environment(settings, *folders)
    for name in ("filters", "globals", "tests"):
        assert getattr(ours, name).keys() == getattr(theirs, name).keys(), name
    assert ours.list_templates() == theirs.list_templates()
    for name in ("autoescape", "trim_blocks", "lstrip_blocks", "keep_trailing_newline", "newline_sequence"):
        assert getattr(ours, name) == getattr(theirs, name), name
    source = '{{ date|strftime("%-d %B") }} {{ "pressroom" is plugin_enabled }} {{ "x" is plugin_enabled }}'
    shown = [env.from_string(source).render(date=datetime(2024, 6, 3)) for env in (ours, theirs)]
    assert shown[0] == shown[1] == "3 June True False"
