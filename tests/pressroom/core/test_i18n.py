"""The words of the interface: every language has every text, and the templates ask for no other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from babel import Locale
from pressroom.core import i18n
from support.paths import BASE

THEME = BASE / "theme"
FILES = sorted((THEME / "words").glob("*.toml"))
PLACE = re.compile(r"\{(\w+)\}")


def texts(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


ENGLISH = texts(THEME / "words" / "en.toml")


def places(text: object) -> set[str]:
    """Return the places of a text; `count` may be left out where the form says the number."""
    forms = text.values() if isinstance(text, dict) else [text]
    return {name for form in forms for name in PLACE.findall(str(form))}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_the_texts_of_english_with_the_same_places(path):
    found = texts(path)
    assert sorted(found) == sorted(ENGLISH)
    wrong = {key: text for key, text in found.items() if places(text) != places(ENGLISH[key])}
    assert not wrong
    assert all(
        str(form).strip() for text in found.values() for form in (text.values() if isinstance(text, dict) else [text])
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_text_with_a_number_has_every_plural_form_of_its_language(path):
    locale = Locale.parse(path.stem.replace("-", "_"))
    wanted = {locale.plural_form(count) for count in range(200)}
    for key, text in texts(path).items():
        if isinstance(ENGLISH[key], dict):
            assert isinstance(text, dict), key
            assert wanted <= set(text), key
        else:
            assert isinstance(text, str), key


def test_templates_ask_for_texts_that_are_there_and_for_all_of_them():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted((THEME / "templates").glob("*.html")))
    python = "\n".join(path.read_text(encoding="utf-8") for path in sorted((THEME.parent / "plugins").rglob("*.py")))
    named = set(re.findall(r"\bt(?:\.raw)?\(\"(\w+)\"(?! ~)", sources)) | set(re.findall(r'"(\w+)"\|t\b', sources))
    named |= set(re.findall(r"words(?:\.text)?\(\"(\w+)\"", python))
    assert named <= set(ENGLISH)
    quoted = set(re.findall(r'"(\w+)"', sources)) | named
    composed = tuple(re.findall(r'\bt\("(\w+_)" ~', sources)) + tuple(re.findall(r't\.starting\("(\w+_)"', sources))
    composed += tuple(f"{name}_" for name in ("theme", "font", "width"))
    unused = {key for key in ENGLISH if key not in quoted and not key.startswith(composed)}
    assert not unused


def test_a_text_escapes_what_is_put_into_it_and_counts_by_the_rules_of_its_language():
    t = i18n.Words(
        {"by": "by {name} & 100 %", "n": {"one": "{count} a", "few": "{count} b", "other": "{count} c"}}, "ru"
    )
    assert str(t("by", name="<b>")) == "by &lt;b&gt; & 100 %"
    assert [str(t("n", count=count)) for count in (1, 2, 5, 21, 1234)] == ["1 a", "2 b", "5 c", "21 a", "1\xa0234 b"]


def test_a_language_without_a_file_speaks_english_and_a_regional_one_its_parents_words(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.toml").write_text('a = "a"\nb = "b"\n')
    (tmp_path / "words" / "de.toml").write_text('a = "ah"\n')
    swiss, italian = i18n.load_words(tmp_path, "de-ch", {}), i18n.load_words(tmp_path, "it", {"b": "own"})
    assert [str(swiss("a")), str(swiss("b")), swiss.lang] == ["ah", "b", "de-ch"]
    assert [str(italian("a")), str(italian("b")), italian.lang, italian.date("2024-06-20")] == [
        "a",
        "own",
        "en",
        "20 June 2024",
    ]
    with pytest.raises(ValueError, match="asks for the words"):
        swiss("c")
