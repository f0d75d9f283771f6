"""Compiled templates: the same text as Jinja's own for whatever templates do, mistakes told at their place, kept code."""

from __future__ import annotations

import pytest
import sites
from jinja2 import DictLoader, Environment, StrictUndefined, TemplateSyntaxError, UndefinedError
from markupsafe import Markup
from pressroom import compiled, context, fragments
from pressroom.words import Words

TEXTS = {
    "home": "Home <b>& away</b>", "by": "by {name}", "rest": "and {more}.",
    "articles": {"one": "{count} article", "other": "{count} articles"},
}  # fmt: skip
SETTINGS = {
    "SITENAME": "Ærø & <co>", "SITEURL": "https://fixed.example", "ON": True, "OFF": False, "NOTHING": None, "EMPTY": "",
    "NUMBER": 3, "HALF": 0.5, "LIST": ["a"], "COUNT": 1, "lower": "a setting?",
}  # fmt: skip
VALUES = {
    "SITEURL": "../..", "COUNT": 7, "rows": ["a", "<b>", Markup("<i>"), 4], "text": "x & <y>", "html": Markup("<p>&amp;</p>"),
    "number": 5, "nothing": None, "title": "outer", "row": "of the page", "entry": {"a": 1},
}  # fmt: skip


def environment(templates, **more):
    env = Environment(
        loader=DictLoader(templates), autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=[fragments.Kept],
        **more,
    )  # fmt: skip
    env.context_class = context.Reading
    env.globals["t"] = Words(TEXTS, "en")
    return env


def prepared(templates, settings=SETTINGS, salt="", **more):
    env = environment(templates, **more)
    compiled.prepare(env, settings, lambda: ["COUNT"], salt)
    return env


def code(templates):
    """Return the Python code of the template `page`."""
    return prepared(templates).compile(templates["page"], "page", raw=True)


def assert_same(templates, expected=None, **values):
    """Check that the template `page` gives the same text either way; return it."""
    given = {**SETTINGS, **VALUES, **values}
    plain = environment(templates).get_template("page").render(given)
    template = prepared(templates).get_template("page")
    assert fragments.rendered(template, given) == plain
    assert template.render(given) == plain
    assert expected is None or plain == expected
    return plain


INCLUDES = {
    "sets of its own do not leak": {
        "page": "{% include 'a' %}{{ title }}{{ new }}", "a": "{% set title = 'inner' %}{% set new = 1 %}{{ title }};",
    },
    "sees sets of the template around it": {"page": "{% set title = 'set' %}{% include 'a' %}", "a": "{{ title }}"},
    "a set that comes after it": {"page": "{% include 'a' %}{% set title = 'later' %}{{ title }}", "a": "{{ title }}"},
    "a set under a condition": {
        "page": "{% if nothing %}{% set title = 'x' %}{% endif %}{% include 'a' %}", "a": "{{ title }}",
    },
    "in a loop": {
        "page": "{% for row in rows %}{% set odd = loop.index is odd %}{% include 'a' %}{% endfor %}{{ row }}",
        "a": "{% set inner = row %}{{ inner }}{{ odd }}{{ loop.index }};",
    },
    "the loop around it is not seen where only the included template asks": {
        "page": "{% for one in rows %}{% include 'a' %}{% endfor %}", "a": "{{ loop is defined }}",
    },
    "a set in a loop after it": {
        "page": "{% for one in rows %}{% include 'a' %}{% set title = one %}{{ title }}{% endfor %}", "a": "{{ title }}",
    },
    "in a block": {
        "page": "{% extends 'base' %}{% set title = 'top' %}{% block body %}{% set more = 'm' %}{% include 'a' %}{% endblock %}",
        "base": "<{% block body %}{% endblock %}>{{ title }}", "a": "{{ title }}{{ more }}{{ text }}",
    },
    "in a loop in a block": {
        "page": "{% block body %}{% for one in rows %}{% include 'a' %}{% endfor %}{% endblock %}", "a": "{{ one }},",
    },
    "nested": {
        "page": "{% set x = 1 %}{% include 'a' %}{{ x }}", "a": "{% set x = x + 1 %}{% include 'b' %}{{ x }}",
        "b": "{% set x = x + 1 %}{{ x }}{{ title }}",
    },
    "nested, with a set after it": {
        "page": "{% include 'a' %}", "a": "{% include 'b' %}{% set title = 'later' %}{{ title }}", "b": "{{ title }}",
    },
    "twice": {"page": "{% include 'a' %}{% include 'a' %}", "a": "{{ n }}{% set n = 1 %}{{ n }};"},
    "a template that extends another": {
        "page": "{% block body %}mine{% endblock %}{% include 'a' %}", "base": "[{% block body %}{% endblock %}]",
        "a": "{% extends 'base' %}{% block body %}theirs{{ title }}{% endblock %}",
    },
    "a template with blocks": {
        "page": "{% include 'a' %}{% block body %}mine{% endblock %}", "a": "{% block body %}theirs{{ self.body is defined }}{% endblock %}",
    },
    "missing and ignored": {"page": "x{% include 'gone' ignore missing %}{% include ['gone', 'a'] %}", "a": "{{ title }}"},
    "there, and ignored if missing": {"page": "{% include 'a' ignore missing %}", "a": "{{ title }}"},
    "without context": {"page": "{% include 'a' without context %}", "a": "{{ title }}{{ SITENAME }}{{ t('home') }}"},
    "by a computed name": {"page": "{% set name = 'a' %}{% include name %}", "a": "{{ title }}{{ name }}"},
    "by a setting": {"page": "{% include 'a' if ON else 'gone' %}", "a": "{{ SITENAME }}"},
    "of itself, with an end": {
        "page": "{% set depth = depth|default(0) + 1 %}{{ depth }}{% if depth < 4 %}{% include 'page' %}{% endif %}{{ depth }}",
    },
    "of each other, with an end": {
        "page": "{% set depth = depth|default(0) + 1 %}{{ depth }}{% include 'a' %}",
        "a": "({% if depth < 4 %}{% include 'page' %}{% endif %}{{ depth }})",
    },
    "a macro of its own": {
        "page": "{% include 'a' %}{{ m is defined }}", "a": "{% macro m(x) %}{{ x }}{{ title }}{% endmacro %}{{ m('<') }}",
    },
    "in a macro": {"page": "{% macro m(x) %}{% include 'a' %}{% endmacro %}{{ m(1) }}{{ m('<') }}", "a": "{{ x }}{{ title }};"},
    "in a caller": {
        "page": "{% macro m() %}[{{ caller(2) }}]{% endmacro %}{% call(x) m() %}{% include 'a' %}{% endcall %}", "a": "{{ x }}{{ title }}",
    },
    "in a with": {"page": "{% with title = 'w', z = 1 %}{% include 'a' %}{% endwith %}{% include 'a' %}", "a": "{{ title }}{{ z }};"},
    "in a set block": {"page": "{% set s %}{% include 'a' %}{% endset %}{{ s }}", "a": "{{ text }}"},
    "an import of its own": {
        "page": "{% include 'a' %}", "a": "{% from 'm' import show with context %}{{ show() }}", "m": "{% macro show() %}{{ title }}{% endmacro %}",
    },
    "lines end as they do": {"page": "a\n  {% include 'a' %}\nb\n", "a": "\n{% if ON %}\n  x\n{% endif %}\n\n"},
    "a part that is kept": {
        "page": "{% include 'a' %}{% set title = 'new' %}{% include 'a' %}{% include 'b' %}",
        "a": "{% cache text %}{{ title }}{{ t('home') }}{% if OFF %}x{% endif %}{% endcache %};", "b": "{% cache text %}b{{ title }}{% endcache %}",
    },
    "a part that is kept for each row": {
        "page": "{% for row in rows %}{% include 'a' %}{% endfor %}", "a": "{% cache row, 1 %}<{{ row }}>{% endcache %}",
    },
}  # fmt: skip


@pytest.mark.parametrize("templates", INCLUDES.values(), ids=INCLUDES)
def test_what_a_template_includes_gives_the_same_text(templates):
    assert_same(templates)


def test_included_templates_stand_in_place():
    assert "get_template" not in code({"page": "{% include 'a' %}", "a": "{{ title }}{% include 'b' %}", "b": "b"})


@pytest.mark.parametrize("name", ["with blocks", "that extends another"])
def test_templates_with_blocks_are_included_by_jinja(name):
    templates = next(found for key, found in INCLUDES.items() if name in key)
    assert "get_template('a'" in code(templates)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% if ON %}a{% else %}b{% endif %}", "a"),
        ("{% if OFF %}a{% elif text %}b{% elif ON %}c{% else %}d{% endif %}", "b"),
        ("{% if OFF %}a{% elif nothing %}b{% elif ON %}c{% elif gone.far %}d{% else %}e{% endif %}", "c"),
        ("{% if nothing %}a{% elif OFF %}b{% else %}c{{ SITENAME }}{% endif %}", None),
        ("{% if OFF %}a{% endif %}z", "z"),
        ("{% if ON and text %}a{% endif %}{% if OFF or nothing %}b{% endif %}{% if EMPTY and gone.far %}c{% endif %}", "a"),
        ("{{ ON and text }}|{{ OFF and text }}|{{ OFF or text }}|{{ NUMBER or gone.far }}|{{ EMPTY or NOTHING }}", None),
        ("{{ text and ON }}|{{ nothing or EMPTY }}|{{ nothing and ON }}|{{ text or OFF }}", None),
        ("{{ 'a' if ON else gone.far }}{{ gone.far if OFF else 'b' }}{{ 'c' if OFF }}{{ 'd' if ON }}{{ text if ON }}", None),
        ("{% if NOTHING is defined %}a{% endif %}{% if GONE is defined %}b{% endif %}{% if NOTHING is none %}c{% endif %}", "ac"),
        ("{% if not OFF %}a{% endif %}{% if not ON %}b{% endif %}{{ not NUMBER }}", "aFalse"),
        ("{% if NUMBER > 2 %}a{% endif %}{% if NUMBER == 4 %}b{% endif %}{% if SITENAME in ['x'] %}c{% endif %}", "a"),
        ("{% if LIST %}{{ LIST|join }}{% endif %}{{ LIST[0] }}{{ lower }}", "aaa setting?"),
        ("{{ SITENAME }}{{ NUMBER }}{{ HALF }}{{ NOTHING }}{{ EMPTY }}{{ ON }}{{ SITENAME|upper|replace('&', html) }}", None),
        ("{{ SITENAME ~ html }}{{ html ~ SITENAME }}{{ NUMBER + number }}{{ SITENAME[0] }}{{ GONE|default(SITENAME) }}", None),
        ("{% set local = SITENAME %}{{ local }}{% for c in SITENAME %}{{ c }}{% endfor %}", None),
        ("{% for row in rows if OFF or row %}{% if ON %}{{ row }}{% endif %}{% else %}none{% endfor %}", None),
        ("{% if ON %}{% set v = 1 %}{% else %}{% set v = 2 %}{% endif %}{{ v }}", "1"),
        ("{% if OFF %}{% set title = 1 %}{% endif %}{{ title }}", "outer"),
        ("{% if OFF %}{% block body %}x{{ SITENAME }}{% endblock %}{% else %}y{% endif %}", "y"),
        ("{{ SITEURL }}/{% if SITEURL == 'https://fixed.example' %}fixed{% endif %}", "../../"),
        ("{{ COUNT }}", "7"),
    ],
)  # fmt: skip
def test_settings_are_what_they_were(source, expected):
    assert_same({"page": source}, expected)


@pytest.mark.parametrize(
    "templates",
    [
        {"page": "{% set SITENAME = 'own' %}{{ SITENAME }}"},
        {"page": "{{ SITENAME }}{% include 'a' %}{{ SITENAME }}", "a": "{% set SITENAME = 'own' %}{{ SITENAME }}"},
        {"page": "{% for NUMBER in rows %}{{ NUMBER }}{% endfor %}{{ NUMBER }}"},
        {"page": "{% macro m(SITENAME) %}{{ SITENAME }}{% endmacro %}{{ m(1) }}{{ SITENAME }}"},
        {"page": "{% with ON = 0 %}{% if ON %}a{% else %}b{% endif %}{% endwith %}{% if ON %}c{% endif %}"},
        {"page": "{% macro SITENAME() %}x{% endmacro %}{{ SITENAME() }}"},
        {"page": "{% from 'm' import x as SITENAME with context %}{{ SITENAME() }}", "m": "{% macro x() %}y{% endmacro %}"},
        {"page": "{% import 'm' as SITENAME %}{{ SITENAME.x() }}", "m": "{% macro x() %}y{% endmacro %}"},
        {"page": "{% extends 'base' %}{% set OFF = 1 %}", "base": "{% if OFF %}set{% else %}not{% endif %}"},
        {"page": "{% set ON, NUMBER = 0, 9 %}{{ ON }}{{ NUMBER }}{% set EMPTY %}full{% endset %}{{ EMPTY }}"},
        {"page": "{% macro m() %}{{ caller('x') }}{% endmacro %}{% call(SITENAME) m() %}{{ SITENAME }}{% endcall %}"},
    ],
)  # fmt: skip
def test_a_setting_that_a_template_sets_is_not_written_in(templates):
    assert_same(templates)


def test_a_part_without_the_page_around_it_sees_no_settings():
    macro = "{% macro m() %}[{{ SITENAME }}{% if ON %}on{% endif %}{{ t('home') }}]{% include 'a' %}{% endmacro %}"
    found = assert_same({"page": "{% from 'm' import m %}{{ m() }}{{ SITENAME }}", "m": macro, "a": "{{ NUMBER }}"})
    assert found.startswith("[Home")
    assert_same({"page": "{% import 'm' as m %}{{ m.m() }}", "m": macro, "a": "{{ NUMBER }}"})
    assert_same(
        {"page": "{% from 'm' import m %}{% include 'b' %}{{ m() }}", "b": "{% from 'm' import m with context %}{{ m() }}",
         "m": macro, "a": "{{ NUMBER }}"},
    )  # fmt: skip


def test_branches_that_are_never_taken_are_left_out():
    found = code({"page": "{% if OFF %}gone{% elif ON %}here{% else %}gone{% endif %}{{ SITENAME }}{{ t('home') }}"})
    assert "here" in found
    assert "gone" not in found
    assert "resolve" not in found.replace("resolve = ", "").replace("context.resolve_or_missing", "")


def test_the_address_of_the_site_is_each_pages_own():
    templates = {"page": "{{ SITEURL }}"}
    template = prepared(templates).get_template("page")
    assert [template.render({**SETTINGS, "SITEURL": root}) for root in ("..", ".")] == ["..", "."]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ t('home') }}{{ t('home')|upper }}{{ t('home') ~ text }}{{ '<' ~ t('home') }}", None),
        ("{{ t('by', name=text) }}{{ t('by', name=html) }}{{ t('by', name=SITENAME) }}", None),
        ("{{ t('by') }}{{ t('rest') }}", "by and ."),
        ("{{ t('articles', count=1) }}, {{ t('articles', count=number) }}", "1 article, 5 articles"),
        ("{{ t('articles', count=NUMBER * 1000) }}", "3,000 articles"),
        ("{{ t('articles', **{'count': 2}) }}{{ t(*['home']) }}", None),
        ("{{ t('ho' ~ 'me') }}{% set key = 'home' %}{{ t(key) }}{{ t('home' if ON else 'by') }}", None),
        ("{% set a = t('home') %}{{ a }}{{ {'x': t('home')}.x }}{{ [t('home')]|join(text) }}", None),
        ("<html lang={{ t.lang }} dir={{ t.dir }}>{{ t.raw('by') }}{{ t.number(1234) }}{{ t.date('2024-06-20') }}", None),
        ("{{ t['lang'] }}{% if t.dir == 'rtl' %}r{% else %}l{% endif %}{{ t.gone }}", "enl"),
        ("{% macro m(x) %}{{ x }}{{ t('home') }}{{ caller() if caller }}{% endmacro %}{{ m(t('home')) }}{% call m(1) %}{{ t('by', name=2) }}{% endcall %}", None),
        ("{% filter upper %}{{ t('home') }}{{ t('by', name='<') }}{% endfilter %}", None),
        ("{% set s %}{{ t('home') }}{{ text }}{% endset %}{{ s }}{{ s|e }}", None),
    ],
)  # fmt: skip
def test_words_are_what_they_were(source, expected):
    assert_same({"page": source}, expected)


@pytest.mark.parametrize(
    "templates",
    [
        {"page": "{% for t in ['a', '<'] %}{{ t }}{% endfor %}"},
        {"page": "{% set t = {'lang': 'own'} %}{{ t.lang }}"},
        {"page": "{% macro m(t) %}{{ t('x') }}{% endmacro %}{% macro f(x) %}{{ x }}!{% endmacro %}{{ m(f) }}{{ t('home') }}"},
        {"page": "{% include 'a' %}{{ t('home') }}{{ t.lang }}", "a": "{% macro t(x) %}<{{ x }}>{% endmacro %}{{ t('home') }}"},
        {"page": "{% from 'm' import t with context %}{{ t('home') }}", "m": "{% macro t(x) %}own {{ x }}{% endmacro %}"},
    ],
)  # fmt: skip
def test_a_template_may_give_the_name_of_the_words_to_something_else(templates):
    assert_same(templates)


def test_words_that_are_not_there_are_an_error_only_where_they_are_shown():
    assert_same({"page": "{% if nothing %}{{ t('gone') }}{% endif %}x"}, "x")
    with pytest.raises(ValueError, match='asks for the words "gone"'):
        prepared({"page": "{{ t('gone') }}"}).get_template("page").render(VALUES)


@pytest.mark.parametrize(
    "source",
    [
        "{{ text }}{{ html }}{{ number }}{{ nothing }}{{ gone }}{{ rows }}{{ entry }}{{ entry.a }}{{ entry.b }}",
        "{{ text|safe }}{{ text|e }}{{ html|e }}{{ html|striptags }}{{ text|upper }}{{ html ~ text }}{{ text|length }}",
        "{{ 1 }}{{ 1.5 }}{{ none }}{{ true }}{{ '<' }}{{ '<'|safe }}{{ ''|safe }}{{ '' }}",
        "{% for row in rows %}{{ row }}{{ loop.last }}{% endfor %}{{ rows|join('<') }}{{ rows|map('e')|join }}",
        "{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(text) }}{{ m(html) }}{{ m(m(text)) }}{{ m() }}",
        "{% autoescape false %}{{ text }}{{ html }}{{ t('home') }}{% endautoescape %}{{ text }}",
        "{% autoescape ON %}{{ text }}{{ SITENAME }}{% endautoescape %}{% autoescape nothing %}{{ text }}{% endautoescape %}",
        "{{ thing }}{{ sub }}",
    ],
)  # fmt: skip
def test_values_are_escaped_as_jinja_does(source):
    class Thing:
        def __html__(self):
            return "<thing>"

    class Sub(str):
        pass

    assert_same({"page": source}, thing=Thing(), sub=Sub("<&>"))


def test_an_undefined_value_is_an_error_where_the_environment_says_so():
    for env in (environment, prepared):
        with pytest.raises(UndefinedError, match="'gone' is undefined"):
            env({"page": "{{ gone }}"}, undefined=StrictUndefined).get_template("page").render()


MACROS = "{% macro show(x='d') %}{{ x }}{{ title }}{{ SITENAME }}{{ t('home') }};{% endmacro %}"
IMPORTS = {
    "a macro that uses the context": {"page": "{% from 'm' import show with context %}{{ show() }}{{ show(text) }}", "m": MACROS},
    "in a loop": {
        "page": "{% for title in rows %}{% from 'm' import show with context %}{{ show(1) }}{% endfor %}", "m": MACROS,
    },
    "in a template that extends another": {
        "page": "{% extends 'base' %}{% from 'm' import show with context %}{% block body %}{{ show(1) }}{% endblock %}",
        "base": "<{% block body %}{% endblock %}>", "m": MACROS,
    },
    "a set before it": {"page": "{% set title = 'set' %}{% from 'm' import show with context %}{{ show() }}", "m": MACROS},
    "a set after it": {
        "page": "{% set title = 'set' %}{% from 'm' import show with context %}{% set title = 'later' %}{{ show() }}{{ title }}", "m": MACROS,
    },
    "a set of the file itself": {"page": "{% from 'm' import show with context %}{{ show() }}{{ title }}", "m": "{% set title = 'theirs' %}" + MACROS},
    "a loop variable where it is called": {
        "page": "{% from 'm' import show with context %}{% for title in rows %}{{ show() }}{% endfor %}", "m": MACROS,
    },
    "a macro that needs another": {
        "page": "{% from 'm' import show with context %}{{ show() }}",
        "m": "{% macro part() %}({{ title }}){% endmacro %}{% macro show() %}{{ part() }}{% endmacro %}",
    },
    "macros that need each other": {
        "page": "{% from 'm' import show, part with context %}{{ show(3) }}{{ part(0) }}",
        "m": "{% macro part(n) %}({{ show(n - 1) }}){% endmacro %}{% macro show(n) %}{{ n }}{% if n > 0 %}{{ part(n) }}{% endif %}{% endmacro %}",
    },
    "a macro that calls itself": {
        "page": "{% from 'm' import show with context %}{{ show(3) }}", "m": "{% macro show(n) %}{{ n }}{% if n %}{{ show(n - 1) }}{% endif %}{% endmacro %}",
    },
    "by another name": {"page": "{% from 'm' import show as s with context %}{{ s() }}{{ show is defined }}", "m": MACROS},
    "some by another name": {
        "page": "{% from 'm' import show, two as deux with context %}{{ show() }}{{ deux() }}", "m": MACROS + "{% macro two() %}2{{ title }}{% endmacro %}",
    },
    "a value that is no macro": {"page": "{% from 'm' import show, size with context %}{{ show() }}{{ size }}", "m": "{% set size = 3 %}" + MACROS},
    "a name that is not there": {"page": "{% from 'm' import gone with context %}{{ gone is defined }}", "m": MACROS},
    "without context": {"page": "{% from 'm' import show %}{{ show() }}", "m": MACROS},
    "the whole file": {"page": "{% import 'm' as m with context %}{{ m.show() }}", "m": MACROS},
    "a macro with a caller": {
        "page": "{% from 'm' import box with context %}{% call box('<') %}{{ title }}{% endcall %}{{ box(1) }}",
        "m": "{% macro box(x) %}[{{ x }}{{ caller() if caller }}{{ varargs|length }}{{ title }}]{% endmacro %}",
    },
    "a macro that includes": {
        "page": "{% from 'm' import show with context %}{{ show(1) }}", "m": "{% macro show(x) %}{% include 'a' %}{% endmacro %}", "a": "{{ x }}{{ title }}",
    },
    "a default that is of the page": {
        "page": "{% from 'm' import show with context %}{{ show() }}", "m": "{% macro show(x=title, y=NUMBER) %}{{ x }}{{ y }}{% endmacro %}",
    },
    "the file says something outside": {"page": "a{% from 'm' import show with context %}b{{ show() }}", "m": "SAID" + MACROS},
    "the macro stands under a condition": {
        "page": "{% from 'm' import show with context %}{{ show is defined }}", "m": "{% if nothing %}" + MACROS + "{% endif %}",
    },
    "two of the same name": {
        "page": "{% from 'm' import show with context %}{{ show() }}", "m": "{% macro show() %}first{% endmacro %}{% macro show() %}second{% endmacro %}",
    },
}  # fmt: skip


@pytest.mark.parametrize("templates", IMPORTS.values(), ids=IMPORTS)
def test_imported_macros_give_the_same_text(templates):
    assert_same(templates)


def test_imported_macros_stand_in_place():
    assert "get_template" not in code(IMPORTS["a macro that uses the context"])
    assert "get_template" in code(IMPORTS["by another name"])


# --- mistakes ---


def test_a_mistake_is_told_at_its_own_file_and_line(tmp_path, capfd):
    site = sites.Site(tmp_path / "site")
    site.write("a.md", {"Title": 0, "Date": 0})
    folder = site.folder / "theme/templates"
    (folder / "_wrong.html").write_text("<p>fine</p>\n\n{{ article.gone.far }}\n", encoding="utf-8")
    source = (folder / "article.html").read_text(encoding="utf-8")
    (folder / "article.html").write_text(source.replace('{% include "_cite.html" %}', '{% include "_wrong.html" %}'))
    with pytest.raises(AssertionError):
        site.build()
    assert f"{folder}/_wrong.html:3: UndefinedError" in capfd.readouterr().err


def test_a_plain_environment_is_beside_the_prepared_one():
    templates = {"page": "{% include 'a' %}{{ SITENAME }}", "a": "a"}
    env = prepared(templates)
    assert compiled.plain(env).get_template("page").render(SITENAME="other") == "aother"
    assert env.get_template("page").render(SITENAME="other") == "aÆrø &amp; &lt;co&gt;"


# --- kept code ---


def shown_name(folder, name, salt):
    cache = compiled.Salted(str(folder))
    env = prepared({"page": "{{ SITENAME }}"}, {"SITENAME": name}, salt, bytecode_cache=cache)
    return env.get_template("page").render(SITENAME=name)


def test_code_that_is_kept_is_used_for_the_same_salt_alone(tmp_path):
    assert shown_name(tmp_path, "one", "1") == "one"
    assert shown_name(tmp_path, "two", "2") == "two"
    assert shown_name(tmp_path, "three", "2") == "two"  # the code that was kept: its salt says that nothing changed
    assert shown_name(tmp_path, "three", "3") == "three"


# --- whole sites ---


@pytest.mark.parametrize("number", [0, 3, 8, 9])
def test_a_site_is_the_same_byte_for_byte(tmp_path, monkeypatch, number):
    site = sites.Site(tmp_path / "site", settings=number)
    for at, name in enumerate(sites.NAMES):
        site.write(name, {key: at * 3 + place for place, (key, _) in enumerate((*sites.FIELDS, ("Body", ())))})
    site.write("z.md", {"Title": 1, "Date": 0, "Tags": 3, "Authors": 2, "Source": 1, "Category": 1, "Cleaner": 1})
    site.build()
    with monkeypatch.context() as patched:
        patched.setattr(compiled, "prepare", lambda *_: None)
        site.build("plain/out", "plain/cache")
    found = sites.hashes(site.folder / "out")
    assert len(found) > 20
    assert found == sites.hashes(site.folder / "plain/out")


def test_a_template_is_parsed_once_and_each_asker_has_a_tree_of_its_own():
    env = Environment(loader=DictLoader({"a": "{% set x = 1 %}{{ x|upper }}", "broken": "{% if %}"}))
    parsed = []
    parse = env._parse
    env._parse = lambda *args: parsed.append(args) or parse(*args)
    compiled.parse_once(env)
    source = env.loader.get_source(env, "a")[0]
    first, second = env.parse(source, "a"), env.parse(source, "a")
    assert len(parsed) == 1
    assert first == second
    assert first is not second
    assert second.environment is env
    assert second.body[0].environment is env
    assert env.get_template("a").render() == "1"
    assert len(parsed) == 1
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError, match="Expected an expression"):
            env.get_template("broken")
    plain = compiled.plain(env)
    assert plain.parse(source, "a").environment is plain
