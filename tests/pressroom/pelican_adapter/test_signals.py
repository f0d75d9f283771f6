"""A Pelican site that is not ours: the plugin's folder copied into it alone, stock themes, files of other readers."""

import json
import re
import shutil
import subprocess
import sys
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
from pressroom.publish import manifest
from support.paths import BASE

LONG = "Gulls rest on the long pier. " * 80
CONTENT = {
    "first.md": "Title: First post\nDate: 2024-01-02 10:00\nTags: sea, Port Town\nCategory: News\nAuthors: Ida Trent, Tom Averill\n"
    "Slug: first\n\nHello *world*. See [second]({filename}sub/second.md) and ![x]({static}images/a.png).\n\n## Head\n\nMore text.\n",
    "first-de.md": "Title: Erster\nDate: 2024-01-02 10:00\nTags: sea\nCategory: News\nLang: de\nSlug: first\n\nHallo *Welt*.\n",
    "sub/second.md": "Title: Second post\nDate: 2024-02-03\nTags: whales\nSummary: A short *one*.\n\nBody with [tag]({tag}sea), "
    "[section]({category}News), [front]({index}), [author]({author}Cher), ![y]({attach}pic.jpg) and ![z]({attach}../far/z.png)\n",
    "sub/pic.jpg": "JPG", "far/z.png": "PNG",
    "sub/third.md": f"Title: Third's <b> & post\nDate: 2023-12-31 23:59\nModified: 2024-03-01\nCategory: Sport\nTags: whales, alpha\n\n{LONG}\n",
    "draft.md": "Title: Draft one\nDate: 2024-01-05\nStatus: draft\nCategory: Unseen\n\nDraft text.\n",
    "hidden.md": "Title: Hidden one\nDate: 2024-01-06\nStatus: hidden\n\nHidden text.\n",
    "own.md": "Title: Own place\nDate: 2024-01-07\nSave_as: odd/place.html\nUrl: odd/place.html\n\nText.\n",
    "pages/about.md": "Title: About\n\nAbout text. [first]({filename}../first.md)\n",
    "pages/about-de.md": "Title: Über\nLang: de\nSlug: about\n\nText.\n",
    "pages/hidden.md": "Title: Hid\nStatus: hidden\n\nHidden page.\n",
    "pages/draft.md": "Title: Dr\nStatus: draft\n\nDraft page.\n",
    "images/a.png": "PNG", "images/.secret": "x", "images/no/b.png": "PNG", "extra/humans.txt": "Us.\n", "extra/CNAME": "x.example\n",
    **{
        f"many/m{n}.md": f"Title: Many {n}\nDate: 2022-{1 + n % 12:02}-11 0{n % 9}:00\nTags: bulk, t{n % 3}\nCategory: Bulk\n\nNumber {n}.\n"
        for n in range(14)
    },
}  # fmt: skip
PLAIN = {
    "SITENAME": "Foreign", "SITEURL": "", "TIMEZONE": "Europe/Paris", "DEFAULT_LANG": "en", "AUTHOR": "Site Author",
    "STATIC_PATHS": ["images", "extra/humans.txt", "extra/CNAME"], "STATIC_EXCLUDES": ["images/no"], "DEFAULT_PAGINATION": 4,
    "EXTRA_PATH_METADATA": {"extra/humans.txt": {"path": "humans.txt"}, "extra/CNAME": {"path": "CNAME"}}, "PLUGINS": [],
}  # fmt: skip
OWN_ADDRESSES = {
    "SITEURL": "https://x.example", "ARTICLE_URL": "{date:%Y}/{slug}/", "ARTICLE_SAVE_AS": "{date:%Y}/{slug}/index.html",
    "ARTICLE_LANG_URL": "{lang}/{date:%Y}/{slug}/", "ARTICLE_LANG_SAVE_AS": "{lang}/{date:%Y}/{slug}/index.html",
    "YEAR_ARCHIVE_URL": "{date:%Y}/", "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html",
    "MONTH_ARCHIVE_URL": "{date:%Y}/{date:%b}/", "MONTH_ARCHIVE_SAVE_AS": "{date:%Y}/{date:%b}/index.html",
    "DAY_ARCHIVE_SAVE_AS": "{date:%Y}/{date:%b}/{date:%d}/index.html",
    "TAG_URL": "t/{slug}/", "TAG_SAVE_AS": "t/{slug}/index.html", "CATEGORY_URL": "c/{slug}.html", "CATEGORY_SAVE_AS": "c/{slug}.html",
    "ARCHIVES_SAVE_AS": "", "TAGS_SAVE_AS": "tags/index.html", "DRAFT_SAVE_AS": "dd/{slug}.html",
    "DRAFT_PAGE_SAVE_AS": "dp/{slug}.html", "PAGE_URL": "p/{slug}.html", "PAGE_SAVE_AS": "p/{slug}.html",
    "STATIC_URL": "s/{path}", "STATIC_SAVE_AS": "s/{path}", "FEED_ATOM": "f/atom.xml", "FEED_RSS": "f/rss.xml",
    "TAG_FEED_ATOM": "f/t-{slug}.xml", "FEED_ALL_RSS": "f/all.rss", 
    "NEWEST_FIRST_ARCHIVES": False, "REVERSE_CATEGORY_ORDER": True,
    "USE_FOLDER_AS_CATEGORY": False, "FILENAME_METADATA": "(?P<slug>[^.]*)", "DEFAULT_METADATA": {"keywords": "x"},
    "PAGINATION_PATTERNS": [(1, "{url}", "{save_as}"), (2, "{base_name}/p/{number}/", "{base_name}/p/{number}/index.html")],
}  # fmt: skip


def build(folder, settings, content=CONTENT, *, more=""):
    """Write a site and build it with the `pelican` command; return its output folder and what was said."""
    for name, text in content.items():
        (folder / "content" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "content" / name).write_text(text)
    shutil.copytree(BASE / "plugins/pressroom", folder / "mine/pressroom", dirs_exist_ok=True)
    settings = {**settings, "PLUGIN_PATHS": ["mine"], "PLUGINS": [*settings["PLUGINS"], "pressroom"]}
    text = "".join(f"{key} = {value!r}\n" for key, value in settings.items())
    (folder / "conf.py").write_text(text + more)
    command = [sys.executable, "-m", "pelican", "content", "-o", "output", "-s", "conf.py", "-v"]
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "1000", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "output", " ".join((done.stdout + done.stderr).split())


def texts(out):
    """Return the text of every file by path: tags and white space apart, what stands in feeds unescaped first."""
    found = {}
    for path in sorted(path for path in out.rglob("*") if path.is_file() and path.name != manifest.NAME):
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix in (".xml", ".rss"):
            text = unescape(text.replace("><", "> <"))
        found[path.relative_to(out).as_posix()] = " ".join(re.sub(r"<[^>]*>", " ", text).split())
    return found


def broken(out, settings):
    """Return the links and images of pages that lead to no file of the site."""
    found, root = [], f"{settings['SITEURL']}/"
    for page, targets in links(out).items():
        for target in map(unescape, targets):
            address = urlsplit(target.removeprefix(root) if target.startswith(root) else target)
            if address.scheme or not address.path:
                continue
            base = out if target.startswith(root) else (out / page).parent
            file = base / unquote(address.path)
            if not (file.is_file() or (file / "index.html").is_file()):
                found.append(f"{page}: {target}")
    return found


def links(out):
    """Return the targets of every page's links and images, in order."""
    pages = ((path, path.read_text(encoding="utf-8")) for path in sorted(out.rglob("*.html")))
    return {path.relative_to(out).as_posix(): re.findall(r'(?:href|src)="([^"]*)"', text) for path, text in pages}


SITES = {
    "simple": {"THEME": "simple"}, "notmyidea": {"THEME": "notmyidea"}, "relative": {"THEME": "simple", "RELATIVE_URLS": True},
    "addresses": {"THEME": "notmyidea", **OWN_ADDRESSES},
}  # fmt: skip


@pytest.mark.parametrize("name", SITES)
def test_a_stock_theme_shows_every_article_and_no_broken_link(tmp_path, name):
    out, said = build(tmp_path / "site", {**PLAIN, **SITES[name]})
    assert "own path" not in said
    found = texts(out)
    shown = (
        "Hello world",
        "Hallo Welt",
        "Body with tag, section, front",
        "Gulls rest",
        "Draft text",
        "Hidden text",
        "About text",
        "Number 13.",
    )
    for text in shown:
        assert any(text in page for page in found.values()), text
    assert {path for path in found if path.endswith("sitemap.xml")}
    drafts = re.compile("(drafts?|dd|dp)/")  # a stock theme links to their categories too
    assert [link for link in broken(out, PLAIN | SITES[name]) if not drafts.match(link)] == []
    assert (out / "CNAME").exists() or name == "addresses"


@pytest.mark.parametrize("theme", ["simple", "notmyidea"])
def test_stock_themes_also_show_lists_that_never_shift(tmp_path, theme):
    settings = {**PLAIN, "THEME": theme}
    more = {"z.md": "Title: Z\nDate: 2024-05-05\n\nz\n"}
    out, _ = build(tmp_path / "site", settings)
    again, _ = build(tmp_path / "site", settings, more)
    fresh, _ = build(tmp_path / "fresh", settings, {**CONTENT, **more})
    assert texts(again) == texts(fresh)
    assert "Z" in (out / "index.html").read_text()
    assert len(list(out.glob("index*.html"))) > 1


def test_a_link_to_a_file_that_is_not_there_is_named(tmp_path):
    content = {"a.md": "Title: A\nDate: 2024-01-01\n\n[b]({filename}b.md) [c](c.md)\n"}
    _, said = build(tmp_path / "site", {**PLAIN, "THEME": "simple"}, content)
    assert "content/a.md: it links to content/b.md, which is not in the site" in said


def test_a_stock_theme_follows_its_changes(tmp_path):
    settings = {**PLAIN, **SITES["notmyidea"]}
    out, _ = build(tmp_path / "a", settings)
    before = texts(out)
    changed = {
        "first.md": CONTENT["first.md"].replace("First post", "Changed"),
        "sub/second.md": CONTENT["sub/second.md"].replace("Title", "Slug: moved\nTitle"), "far/z.png": "PNG2",
    }  # fmt: skip
    (tmp_path / "a/content/first-de.md").unlink()
    (tmp_path / "a/content/hidden.md").unlink()
    out, _ = build(tmp_path / "a", settings, changed)
    kept = {name: text for name, text in CONTENT.items() if name not in ("first-de.md", "hidden.md")}
    fresh, _ = build(tmp_path / "b", settings, {**kept, **changed})
    assert texts(out) == texts(fresh) != before
    assert links(out) == links(fresh)


def test_an_address_that_leaves_the_output_or_is_anothers_is_refused(tmp_path):
    content = {
        "a.md": "Title: A\nDate: 2024-01-01\nSave_as: ../../escaped.html\n\nx\n",
        "b.md": "Title: B\nDate: 2024-01-01\nSave_as: index.html\n\nx\n",
        "c.md": "Title: C\nDate: 2024-01-01\nSlug: same\n\nx\n", "d.md": "Title: D\nDate: 2024-01-01\nSlug: same\n\nx\n",
        "e.md": "Title: E\nDate: 2024-01-01\nSave_as: /tmp/escaped.html\n\nx\n",
        "f.md": "Title: F\nDate: 2024-01-01\n\nfine\n",
    }  # fmt: skip
    content["images/x.png"] = "PNG"
    told = {"images/x.png": {"save_as": "../../escaped.html"}}
    settings = {**PLAIN, "THEME": "simple", "EXTRA_PATH_METADATA": told}
    out, said = build(tmp_path / "site", settings, content)
    for name, what in {
        "a.md:3": "leaves the site",
        "b.md": "one of the site's own",
        "d.md": "same address",
        "e.md:3": "leaves",
    }.items():
        assert re.search(rf"content/{name}: .*?{what}", said), (name, said)
    assert not list(tmp_path.rglob("escaped.html"))
    assert "fine" in (out / "f.html").read_text()
    assert "F" in texts(out)["index.html"]


def test_a_file_of_the_owner_stands_in_the_place_of_one_that_is_made(tmp_path):
    own = {"extra/robots.txt": "User-agent: *\nDisallow: /drafts/\n", "a.md": "Title: A\nDate: 2024-01-01\n\nx\n"}
    told = {"STATIC_PATHS": ["extra"], "EXTRA_PATH_METADATA": {"extra/robots.txt": {"path": "robots.txt"}}}
    settings = {**PLAIN, "THEME": "simple", "PRESSROOM_SITEMAP": True, **told}
    out, _ = build(tmp_path / "site", settings, own)
    assert (out / "robots.txt").read_text() == own["extra/robots.txt"]
    time = (out / "robots.txt").stat().st_mtime_ns
    build(tmp_path / "site", settings, {**own, "b.md": "Title: B\nDate: 2024-01-02\n\nx\n"})
    assert (out / "robots.txt").stat().st_mtime_ns == time
    (tmp_path / "site/content/extra/robots.txt").unlink()
    build(tmp_path / "site", settings, {"a.md": own["a.md"]})
    assert "Sitemap:" in (out / "robots.txt").read_text()


PLUGIN = "from pelican import signals\n\ndef seen(*arguments, **named):\n    pass\n\ndef register():\n    signals.{}.connect(seen)\n"


@pytest.mark.parametrize(
    "signal", ["content_object_init", "article_generator_finalized", "content_written", "feed_generated"]
)
def test_a_plugin_on_a_signal_that_is_not_fired_is_named_and_pelican_builds(tmp_path, signal):
    (tmp_path / "site/mine").mkdir(parents=True)
    (tmp_path / "site/mine/listens.py").write_text(PLUGIN.format(signal))
    out, said = build(tmp_path / "site", {**PLAIN, "THEME": "simple", "PLUGINS": ["listens"]})
    assert f"Pelican's own path is used: the plugin listens listens to the signal {signal}" in said
    assert "First post" in (out / "first.html").read_text()
    assert not (out / manifest.NAME).exists()


def test_plugins_that_begin_after_ours_are_heard_too(tmp_path):
    (tmp_path / "site/mine").mkdir(parents=True)
    (tmp_path / "site/mine/late.py").write_text(
        "from pelican import signals\n\ndef begin(pelican):\n    pelican.settings['SITENAME'] = 'Renamed'\n\n"
        "def register():\n    signals.initialized.connect(begin)\n"
    )
    more = "PLUGINS = ['pressroom', 'late']\n"
    out, _ = build(tmp_path / "site", {**PLAIN, "THEME": "simple"}, more=more)
    assert "Renamed" in texts(out)["first.html"]
    (tmp_path / "site/mine/late.py").write_text(
        "from pelican import signals\n\ndef seen(*arguments, **named):\n    pass\n\ndef begin(pelican):\n"
        "    signals.content_written.connect(seen)\n\ndef register():\n    signals.initialized.connect(begin)\n"
    )
    with pytest.raises(AssertionError, match='Put "pressroom" last in PLUGINS'):
        build(tmp_path / "site", {**PLAIN, "THEME": "simple"}, more=more)


@pytest.mark.parametrize("signal", ["initialized", "finalized"])
def test_a_plugin_on_a_signal_that_is_fired_changes_nothing(tmp_path, signal):
    (tmp_path / "site/mine").mkdir(parents=True)
    (tmp_path / "site/mine/listens.py").write_text(PLUGIN.format(signal))
    out, said = build(tmp_path / "site", {**PLAIN, "THEME": "simple", "PLUGINS": ["listens"]})
    assert "own path" not in said
    assert (out / manifest.NAME).exists()


@pytest.mark.parametrize(
    "setting",
    [
        {"TEMPLATE_PAGES": {"t.html": "t.html"}},
        {"OUTPUT_SOURCES": True},
        {"WITH_FUTURE_DATES": False},
        {"ARTICLE_ORDER_BY": "title"},
    ],
)
def test_a_setting_that_only_pelican_knows_is_named(tmp_path, setting):
    _, said = build(tmp_path / "site", {**PLAIN, "THEME": "simple", **setting}, {**CONTENT, "t.html": "{{ SITENAME }}"})
    assert f"Pelican's own path is used: {next(iter(setting))}" in said


def test_files_of_other_readers_are_read_by_pelicans_own_and_named(tmp_path):
    content = {
        **CONTENT, "r.rst": "Written otherwise\n#################\n\n:date: 2024-04-01\n:tags: sea\n\nText in *another* form.\n",
        "h.html": "<html><head><title>In HTML</title><meta name='date' content='2024-04-02'></head><body><p>Body.</p></body></html>",
    }  # fmt: skip
    out, said = build(tmp_path / "site", {**PLAIN, "THEME": "simple"}, content)
    pages = texts(out)
    assert "Written otherwise" in pages["written-otherwise.html"]
    assert "<em>another</em> form" in (out / "written-otherwise.html").read_text()
    assert "Body." in pages["in-html.html"]
    assert "Written otherwise" in pages["tag/sea.html"]
    assert "2 files are read by Pelican's own readers: content/h.html, content/r.rst" in said


@pytest.mark.parametrize("engine", [True, False])
def test_a_reader_that_the_settings_name_is_used(tmp_path, engine):
    more = (
        "from pelican.readers import MarkdownReader\nclass Loud(MarkdownReader):\n    file_extensions = []\n"
        "    def read(self, path):\n        html, found = super().read(path)\n        return html.upper(), found\n"
        f"READERS = {{'md': Loud}}\nPRESSROOM_ENGINE = {engine}\n"
    )
    out, _ = build(tmp_path / "site", {**PLAIN, "THEME": "simple"}, more=more)
    assert "NUMBER 3." in texts(out)["many-3.html"]


def test_an_output_folder_that_the_settings_delete_is_emptied_but_for_what_they_keep(tmp_path):
    settings = {**PLAIN, "THEME": "simple", "DELETE_OUTPUT_DIRECTORY": True, "OUTPUT_RETENTION": [".git"]}
    for name in ("site/output/old.html", "site/output/.git/config", "site/output/a/b.html", "site/output/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    out, _ = build(tmp_path / "site", settings)
    assert (out / ".git/config").exists()
    assert not (out / "old.html").exists()
    assert not (out / "a").exists()
    assert "First post" in (out / "index.html").read_text()


def test_configured_markdown_is_pelicans_own(tmp_path):
    settings = {
        **PLAIN,
        "THEME": "simple",
        "MARKDOWN": {"extension_configs": {"markdown.extensions.abbr": {}}, "output_format": "html5"},
    }
    content = {**CONTENT, "x.md": "Title: X\nDate: 2024-05-01\n\nThe HTML of it.\n\n*[HTML]: Hyper Text\n"}
    ours, said = build(tmp_path / "ours", settings, content)
    assert '<abbr title="Hyper Text">HTML</abbr>' in (ours / "x.html").read_text()
    assert "MARKDOWN is configured, so Pelican's own reader renders Markdown" in said


def test_what_sanitising_takes_from_a_file_is_said_once_with_its_line(tmp_path):
    body = 'One.\n\n<script>alert(1)</script>\n\n<iframe src="https://video.example/1"></iframe>\n\n<p onclick="x()">p</p>\n'
    html = "<html><head><title>H</title><meta name='date' content='2024-04-02'></head>\n<body>\n<iframe src='x'></iframe></body></html>"
    content = {"a.md": f"Title: A\nDate: 2024-01-01\n\n{body}", "h.html": html}
    settings = {**PLAIN, "THEME": "simple"}
    out, said = build(tmp_path / "site", settings, content)
    for line, what in {6: "<script>", 8: "<iframe>", 10: "onclick"}.items():
        assert f"content/a.md:{line}: {what} is not kept" in said, said
    assert "content/h.html:3: <iframe> is not kept" in said
    assert "<iframe" not in (out / "a.html").read_text()
    assert "is not kept" not in build(tmp_path / "site", settings, {"b.md": "Title: B\nDate: 2024-01-01\n\nx\n"})[1]


def test_trusted_folders_may_show_frames_of_trusted_hosts(tmp_path):
    frame = '<iframe src="https://video.example/1" width="3" onload="x()"></iframe>\n\n<iframe src="https://evil.example/1"></iframe>\n'
    content = {f"{folder}/a.md": f"Title: A {folder}\nDate: 2024-01-01\n\n{frame}" for folder in ("mine", "theirs")}
    settings = {**PLAIN, "THEME": "simple", "PRESSROOM_TRUSTED": ["mine"], "PRESSROOM_FRAME_HOSTS": ["video.example"]}
    out, _ = build(tmp_path / "site", settings, content)
    page = (out / "a-mine.html").read_text()
    assert re.findall("<iframe[^>]*>", page) == ['<iframe src="https://video.example/1" width="3">']
    assert "<iframe" not in (out / "a-theirs.html").read_text()


def test_a_restored_cache_reads_all_and_renders_nothing(tmp_path):
    settings = {**PLAIN, "THEME": "notmyidea", "CACHE_PATH": "cache"}
    build(tmp_path / "site", settings)
    clone = tmp_path / "elsewhere/clone"
    shutil.copytree(tmp_path / "site", clone, copy_function=shutil.copyfile)
    (clone / "marker.py").write_text(
        "import json\nfrom pressroom.build import renderer\nfrom pressroom.state import rows\nfound = {'rendered': 0, 'read': 0}\n"
        "def counted(kind, function):\n    def call(*arguments):\n        found[kind] += 1\n        return function(*arguments)\n    return call\n"
        "renderer.Renderer._render_page = counted('rendered', renderer.Renderer._render_page)\nrows.RowReader.read_row = counted('read', rows.RowReader.read_row)\n"
        "from pelican.__main__ import main\nmain(['content', '-o', 'output', '-s', 'conf.py'])\nprint('COUNT', json.dumps(found))\n"
    )
    command = [sys.executable, "marker.py"]
    done = subprocess.run(
        command,
        cwd=clone,
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "mine", "PATH": "/usr/bin:/bin"},
    )
    assert json.loads(done.stdout.partition("COUNT ")[2].splitlines()[0]) == {"rendered": 0, "read": 0}
    assert texts(clone / "output") == texts(tmp_path / "site/output")
