"""Templates of a theme: mistakes are told of at their place, and code that is kept is of the settings it was made for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment
from pressroom.core.i18n import Words
from pressroom.templates import dependencies, partials, variables
from support import sites

MISTAKE = "{{ gone.far }}"


def change(site: sites.Site, name: str, old: str, new: str) -> Path:
    """Change a template of the site; return its file."""
    path = site.folder / "theme/templates" / name
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.fixture
def site(tmp_path: Path) -> sites.Site:
    made = sites.Site(tmp_path / "site")
    for number, name in enumerate(("a.md", "b.md")):
        made.write(name, {"Title": number, "Date": number})
    return made


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("article.html", '<p class="facts"'), ("base.html", "<main"), ("_related.html", "{# Earlier articles about the same. #}"),
        ("_parts.html", "{% macro language(article) %}"), ("_card.html", '<li class="card">'), ("_neighbour.html", '<a href="'),
    ],
)  # fmt: skip
def test_a_mistake_is_told_at_its_own_file_and_line(site, capfd, name, before):
    path = change(site, name, before, f"{before}\n\n{MISTAKE}\n")
    lines = path.read_text(encoding="utf-8").split("\n")
    with pytest.raises(AssertionError):
        site.build()
    assert f"{path}:{lines.index(MISTAKE) + 1}: UndefinedError" in capfd.readouterr().err


def test_a_template_that_cannot_be_read_is_named_with_its_line(site, capfd):
    path = change(site, "_related.html", "{% endfor %}", "{% endfo %}")
    with pytest.raises(AssertionError):
        site.build()
    assert f"{path}:8: TemplateSyntaxError" in capfd.readouterr().err


def test_what_kept_code_has_of_settings_is_of_those_of_the_build(site):
    change(site, "article.html", '<p class="facts"', '<p>{{ 12345|number }}</p><p class="facts"')
    german = next(number for number, settings in enumerate(sites.SETTINGS) if settings == {"DEFAULT_LANG": "de"})
    for site.settings, shown in ((0, "<p>12,345</p>"), (german, "<p>12.345</p>"), (0, "<p>12,345</p>")):
        site.build()
        assert sum(shown in path.read_text(encoding="utf-8") for path in (site.folder / "out").rglob("*.html")) == 2


def environment(source: str) -> Environment:
    env = Environment(loader=DictLoader({"page": source}), autoescape=True, extensions=[partials.CacheTag])
    env.context_class = variables.SiteContext
    env.globals["t"] = Words({"by": "by <b>{name}</b>", "home": "Home"}, "en")
    return env


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ t('by', name=text) }}{{ t('home') ~ text }}", "by <b>&lt;</b>Home&lt;"),
        ("{% for text in [1, 2] %}{{ t('by', name=text) }}{% endfor %}", "by <b>1</b>by <b>2</b>"),
        ("{% block body %}{{ t('by', name=text) }}{% endblock %}", "by <b>&lt;</b>"),
        ("{% macro m(x) %}{{ x }}{{ t('home') }}{{ caller() if caller }}{% endmacro %}{{ m(text) }}{% call m(1) %}{{ later }}{% endcall %}", "&lt;Home1Homenow"),
    ],
)  # fmt: skip
def test_words_and_macros_are_called_in_loops_blocks_and_macros(source, shown):
    values = {"text": "<", "later": variables.Deferred(lambda: "now")}
    assert partials.render_template(environment(source).get_template("page"), values) == shown


def test_a_kept_part_is_made_once_for_each_key_and_records_what_it_read_each_time():
    env, reads, made = environment("{% cache key %}<{{ title }}{{ site }}>{% endcache %}"), set(), []
    env.reads = lambda: reads

    def read() -> str:
        made.append(1)
        reads.add("flag|dated")
        return "&"

    template = env.get_template("page")
    for key, title, shown in ((1, "a", "<a&amp;>"), (1, "b", "<a&amp;>"), (2, "c", "<c&amp;>")):
        reads.clear()
        reads.add("before")
        values = {"key": key, "title": title, "site": variables.Deferred(read)}
        assert partials.render_template(template, values) == shown
        assert reads == {"before", "flag|dated"}
    assert len(made) == 2


def test_the_table_of_reads_has_each_kind_that_is_recorded_and_no_other():
    folder = Path(dependencies.__file__).parent
    sources = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    recorded = {name for text in sources for name in re.findall(r'\brecord_(?:list_)?read\(\s*"(\w+)"', text)}
    assert recorded == {kind.name for kind in dependencies.READ_KINDS}
    assert len(recorded) == len(dependencies.READ_KINDS)


def test_what_is_read_of_a_list_is_of_no_concern_while_the_list_does_not_change():
    keys = {
        "count|tag:a": "tag:a", "any|all": "all", "list|undated": "undated", "range|tag:a|b|0|24": "tag:a|b",
        "days|year:2024": "year:2024", "tally|source:a": "source:a", "beside|record:7": "record:7", "article|7": "record:7",
        "beside|month:2024-06": "", "flag|dated": "", "terms|tag": "", "tallies|": "", "downloads|": "",
    }  # fmt: skip
    assert {key: dependencies.find_list(key) for key in keys} == keys
