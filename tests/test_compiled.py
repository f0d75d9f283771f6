"""Templates compiled for a build give the same text as Jinja's own."""

import pytest
import sites
from jinja2 import DictLoader, Environment
from markupsafe import Markup
from pressroom import compiled, context, fragments, words

SAID = words.Words(
    {"plain": "A & B", "with": "{name} of {other}", "many": {"one": "{count} day", "other": "{count} days"}}, "en"
)
SETTINGS = {"SITENAME": "A & <b>", "SITEURL": "x", "YES": True, "NO": False, "NONE": None, "NUMBER": 3, "LIST": [1], "SET": "s"}  # fmt: skip
VALUES = {"items": ["<a>", "b"], "safe": Markup("<i>"), "number": 5, "nothing": None, "SITEURL": "../.."}
TEMPLATES = {
    "an include sees what is around it and keeps its own names": {
        "page": "{% set a = 1 %}{% for one in items %}{% include 'part' %}{{ a }}{{ b is defined }}{% endfor %}",
        "part": "{% set a = 2 %}{% set b = a %}{{ one }}{{ a }}{{ loop is defined }}",
    },
    "includes within includes, blocks and conditions": {
        "page": "{% extends 'base' %}{% set x = 7 %}{% block body %}{% include 'part' %}{{ super() }}{% endblock %}",
        "base": "<{% block body %}base {{ x }}{% endblock %}>{% if number %}{% include 'leaf' %}{% endif %}",
        "part": "{% if x %}{% include 'leaf' %}{% endif %}", "leaf": "leaf {{ x }} {{ safe }}",
    },
    "what is included and has blocks": {"page": "{% include 'part' %}", "part": "{% block b %}{{ number }}{% endblock %}"},
    "a template that is not there": {"page": "a{% include 'none' ignore missing %}b"},
    "a template that includes itself": {
        "page": "{% set depth = 3 %}{% include 'part' %}",
        "part": "{{ depth }}{% if depth > 1 %}{% set depth = depth - 1 %}{% include 'part' %}{% endif %}",
    },
    "conditions on settings": {
        "page": "{% if YES %}1{% else %}2{% endif %}{% if NO %}3{% elif number %}4{% elif YES %}5{% else %}6{% endif %}"
        "{% if NO %}7{% elif YES %}8{% else %}9{% endif %}{% if nothing %}a{% elif NO %}b{% else %}c{% endif %}{% if NO %}d{% endif %}"
        "{{ 'e' if YES else 'f' }}{{ 'g' if NO else number }}{{ 'h' if NO }}{{ YES and number }}{{ NO and number }}"
        "{{ NO or number }}{{ YES or number }}{{ not NO }}{{ SITENAME is defined }}{{ NOT_SET is defined }}{{ NONE is none }}"
    },
    "settings": {"page": "{{ SITENAME }}{{ NUMBER + 1 }}{{ SITEURL }}{{ LIST[0] }}{{ SITENAME|length }}{{ NONE }}{{ NOT_SET }}"},
    "a setting's name that a template sets": {"page": "{{ SET }}{% include 'part' %}{% for SET in items %}{{ SET }}{% endfor %}", "part": "{% set SET = 2 %}{{ SET }}"},
    "words": {
        "page": "{{ t('plain') }}{{ t('with', name=safe, other='<') }}{{ t('many', count=number) }}{{ t('many', count=1) }}{{ t.lang }}{{ t.dir }}"
        "{{ t('with') }}{{ t(['plain'][0]) }}{% for one in items %}{{ t('with', name=one) }}{% endfor %}"
    },
    "another t": {"page": "{{ t('plain') }}{% for t in items %}{{ t }}{% endfor %}"},
    "what is written": {"page": "{{ items }}{{ safe }}{{ number }}{{ nothing }}{{ missing }}{{ items[0] ~ safe }}{{ 1.5 }}{{ items[0]|upper }}"},
    "macros that see the page": {
        "page": "{% from 'macros' import one, two with context %}{{ one('<') }}{% for x in items %}{{ two(x) }}{% endfor %}",
        "macros": "{% macro one(a) %}{{ a }}{{ number }}{% endmacro %} {% macro two(a, b=2) %}{{ a }}{{ b }}{{ caller is defined }}{% endmacro %}",
    },
    "macros that need others": {
        "page": "{% from 'macros' import one with context %}{{ one('<') }}",
        "macros": "{% set c = 4 %}{% macro one(a) %}{{ two(a) }}{{ c }}{% endmacro %}{% macro two(a) %}{{ a }}{{ number }}{% endmacro %}",
    },
    "macros by another name, and of a template as a whole": {
        "page": "{% from 'macros' import one as uno with context %}{% import 'macros' as all %}{{ uno(1) }}{{ all.one(2) }}",
        "macros": "{% macro one(a) %}{{ a }}{% endmacro %}",
    },
    "names that are another template's": {
        "page": "{% for one in items %}{{ loop.index }}{% include 'part' %}{% endfor %}{% for one in items %}{% include 'part' %}{% endfor %}",
        "part": "{{ loop is defined }}{{ self }}",
    },
    "kept parts": {"page": "{% include 'part' %}{% include 'part' %}", "part": "{% cache SITEURL %}{{ SITENAME }}{{ t('plain') }}{% endcache %}"},
}  # fmt: skip


def environment(templates):
    env = Environment(
        loader=DictLoader(templates), autoescape=True, trim_blocks=True, lstrip_blocks=True, extensions=[fragments.Kept]
    )
    env.context_class = context.Reading
    env.globals["t"] = SAID
    return env


def rendered(env):
    return env.get_template("page").render({**SETTINGS, **VALUES})


def prepared(env, settings=SETTINGS, salt=""):
    compiled.prepare(env, settings, set, salt)
    return env


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_text_is_that_of_jinja(name):
    templates = TEMPLATES[name]
    assert rendered(prepared(environment(templates))) == rendered(environment(templates))


def test_settings_and_words_are_written_into_the_code():
    env = prepared(environment({"page": "{{ SITENAME }}{{ t('plain') }}{{ SITEURL }}{% if NO %}x{% endif %}"}))
    code = env.compile("{{ SITENAME }}{{ t('plain') }}{{ SITEURL }}{% if NO %}never{% endif %}", "page", raw=True)
    assert "A &amp; &lt;b&gt;A & B" in code
    assert "never" not in code
    assert "resolve('SITEURL')" in code


def test_names_that_pages_set_are_no_settings():
    env = environment({"page": "{{ SITENAME }}"})
    compiled.prepare(env, {"SITENAME": "a"}, lambda: {"SITENAME"}, "")
    assert env.get_template("page").render(SITENAME="b") == "b"


def test_code_is_kept_until_templates_or_settings_change(tmp_path):
    found = []
    for settings, salt in (({"X": "1"}, "a"), ({"X": "2"}, "a"), ({"X": "2"}, "b")):
        env = environment({"page": "{{ X }}"})
        env.bytecode_cache = compiled.Salted(str(tmp_path))
        found.append(prepared(env, settings, salt).get_template("page").render())
    assert found == ["1", "1", "2"]  # the second never happens: the salt tells apart settings


def test_a_mistake_is_told_of_at_its_own_place(tmp_path, capfd):
    site = sites.Site(tmp_path / "site")
    site.write("a.md", {"Source_url": 2})
    part = site.folder / "theme/templates/_provenance.html"
    text = part.read_text(encoding="utf-8")
    part.write_text(f"{text}{{{{ article.title.nothing.more }}}}\n", encoding="utf-8")
    with pytest.raises((Exception, SystemExit)):
        site.build()
    assert f"_provenance.html:{text.count(chr(10)) + 1}: " in capfd.readouterr().err


@pytest.mark.parametrize("number", [0, 3, 9, 12])
def test_a_site_has_the_same_bytes(tmp_path, monkeypatch, number):
    site = sites.Site(tmp_path / "site")
    site.settings = number
    for at, name in enumerate(sites.NAMES[:13]):
        site.write(
            name, {field: at * 5 + shift for shift, (field, _) in enumerate(sites.FIELDS)} | {"Body": at, "Save_as": 0}
        )
    site.build()
    monkeypatch.setattr(compiled, "prepare", lambda *_: None)
    site.build(output="plain", cache="plain-cache")
    found = {path: hashed for path, hashed in sites.hashes(site.folder / "out").items() if not path.startswith(".")}
    assert found == {path: hashed for path, hashed in sites.hashes(site.folder / "plain").items() if path in found}
    assert len(found) > 20
