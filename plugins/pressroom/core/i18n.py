"""`t` in templates writes the interface's words, days and numbers in one language. The words are the theme's, in words/*.toml.

`key = "text with {name}"`, or one text for each plural form of the language: `key = { one = "...", other = "..." }`, told
apart by `count`. Plural rules, names of months and the order of a date are the Unicode CLDR's, through Babel.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal
from jinja2 import Environment, pass_environment
from markupsafe import Markup, escape

FOLDER = "words"
"""A theme has this folder with one file a language, `de.toml` or `pt-br.toml`."""
ENGLISH = "en"
"""It stands in where a language has no file, or a file lacks a text."""
WORLD = {"en": "en_001"}
"""A language alone has this locale where CLDR's own is that of one country: 20 June 2024, as most of the world writes it."""
_PLACE = re.compile(r"\{(\w+)\}")
_LEAP = 2000
"""This year has all days of the year."""


class Words:
    """An object has the texts of one language. `t("key", name=value)` gives HTML in which the values are escaped."""

    def __init__(self, texts: Mapping[str, Any], lang: str) -> None:
        self.texts, self.lang = texts, lang
        self._made: dict[str, Markup] = {}
        self.locale_name = str(find_locale(lang))
        self.dir = find_locale(self.locale_name).text_direction

    def __call__(self, key: str, /, **values: Any) -> Markup:
        """Return a text with its places filled in; `count` chooses the plural form and is written as a number.

        Raises ValueError for a key that no file has.
        """
        if not values:
            return self._make_plain(key)
        parts, fillings = self._fill(key, values)
        return Markup(
            "".join([parts[0], *(f"{escape(value)}{part}" for value, part in zip(fillings, parts[1:], strict=True))])
        )

    def text(self, key: str, /, **values: Any) -> str:
        """Return what a call does as plain text: nothing is escaped."""
        parts, fillings = self._fill(key, values)
        return "".join([parts[0], *(f"{value}{part}" for value, part in zip(fillings, parts[1:], strict=True))])

    def _fill(self, key: str, values: dict[str, Any]) -> tuple[Sequence[str], list[Any]]:
        """Return the parts of a text between its places, and what goes into those, in turn."""
        text = self.form(key, values["count"]) if "count" in values else self.raw(key)
        if isinstance(values.get("count"), int):
            values["count"] = self.number(values["count"])
        parts, names = _split_text(text)
        return parts, [values.get(name, "") for name in names]

    def _make_plain(self, key: str) -> Markup:
        """Return a text in which nothing is filled in, made once: pages are full of them."""
        if key not in self._made:
            self._made[key] = Markup("".join(_split_text(self.raw(key))[0]))
        return self._made[key]

    def raw(self, key: str) -> Any:
        """Return a text as it stands in its file, a table where it has plural forms.

        A theme without words asks for none; what articles store of them is the key.
        """
        if not self.texts:
            return key.replace("_", " ")
        if key not in self.texts:
            raise ValueError(
                f'a template asks for the words "{key}". Add them to {FOLDER}/{ENGLISH}.toml of the theme.'
            )
        return self.texts[key]

    def form(self, key: str, count: int) -> str:
        """Return the text for a number, its places not yet filled in."""
        text = self.raw(key)
        if isinstance(text, str):
            return text
        return str(text.get(find_locale(self.locale_name).plural_form(count)) or text["other"])

    def starting(self, prefix: str) -> dict[str, Any]:
        """Return the texts whose keys begin so, by the rest of the key: for a script.

        >>> Words({"search_one": "a", "search_two": "b", "by": "c"}, "en").starting("search_")
        {'one': 'a', 'two': 'b'}
        """
        return {key.removeprefix(prefix): text for key, text in self.texts.items() if key.startswith(prefix)}

    def date(self, text: str) -> str:
        """Return a day, month, year or day of the year as people write it.

        >>> t = Words({}, "en")
        >>> t.date("2024-06-20"), t.date("2024-06"), t.date("2024"), t.date("06-20")
        ('20 June 2024', 'June 2024', '2024', '20 June')
        """
        return spell_date(text, self.locale_name)

    def month(self, number: int, width: str = "wide") -> str:
        """Return the name of a month alone, `wide` or `abbreviated`."""
        return _list_names("months", width, self.locale_name)[number - 1]

    def weekdays(self, width: str = "short") -> list[str]:
        """Return the days of a week, Monday first, `wide`, `abbreviated`, `short` or `narrow`."""
        return [*_list_names("days", width, self.locale_name)]

    def number(self, value: float) -> str:
        """Return a number in the digits and groups of the language.

        >>> Words({}, "de").number(12345)
        '12.345'
        """
        return _format_number(value, self.locale_name)

    def language(self, code: str) -> str:
        """Return the name of a language, its code where that is none.

        >>> Words({}, "en").language("pt-br"), Words({}, "en").language("x-?")
        ('Portuguese (Brazil)', 'x-?')
        """
        try:
            return str(Locale.parse(code, sep="-").get_display_name(find_locale(self.locale_name)) or code)
        except (ValueError, UnknownLocaleError):
            return code


def load_words(theme: Path, lang: str, overrides: Mapping[str, Any]) -> Words:
    """Return a theme's words in a language, else in that of its parent, else in English; the texts of `overrides` outrank them.

    Raises ValueError for a file that is not TOML.
    """
    texts = _read_texts(theme, ENGLISH)
    chosen = next((name for name in _list_candidates(lang) if (theme / FOLDER / f"{name}.toml").is_file()), ENGLISH)
    if chosen != ENGLISH:
        texts |= _read_texts(theme, chosen)
    return Words({**texts, **overrides}, chosen if chosen != lang.partition("-")[0].lower() else lang)


def _list_candidates(lang: str) -> list[str]:
    parts = lang.lower().replace("_", "-").split("-")
    return ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]


def _read_texts(theme: Path, name: str) -> dict[str, Any]:
    path = theme / FOLDER / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: it is not TOML ({error}). Mend it.") from error


@lru_cache(maxsize=64)
def find_locale(name: str) -> Locale:
    """Return the locale of a language code, English where there is none."""
    name = name.replace("-", "_")
    try:
        return Locale.parse(WORLD.get(name, name))
    except (ValueError, UnknownLocaleError):
        return find_locale(name.rpartition("_")[0]) if "_" in name else Locale.parse(WORLD[ENGLISH])


@lru_cache(maxsize=16_384)
def spell_date(text: str, locale_name: str) -> str:
    """Return a day ("2024-06-20"), month, year or day of the year ("06-20") as people write it."""
    locale, parts = find_locale(locale_name), [int(part) for part in text.split("-")]
    if len(text) == 5:
        return format_skeleton("MMMMd", date(_LEAP, *parts), locale=locale)
    day = date(*(*parts, 1, 1)[:3])
    if len(parts) == 3:
        return format_date(day, "long", locale=locale)
    return format_skeleton("yMMMM" if len(parts) == 2 else "y", day, locale=locale)


@lru_cache(maxsize=1024)
def _split_text(text: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the parts of a text between its places, and the names of these.

    >>> _split_text("{first} to {last}")
    (['', ' to ', ''], ['first', 'last'])
    """
    parts = _PLACE.split(text)
    return parts[::2], parts[1::2]


@lru_cache(maxsize=16_384)
def _format_number(value: float, locale_name: str) -> str:
    return str(format_decimal(value, locale=find_locale(locale_name)))


@lru_cache(maxsize=64)
def _list_names(kind: str, width: str, locale_name: str) -> tuple[str, ...]:
    """Return the names of the months, or of the days of a week, in their order."""
    names = getattr(find_locale(locale_name), kind)["stand-alone"][width]
    return tuple(str(names[number]) for number in sorted(names))


@pass_environment
def date_filter(environment: Environment, text: str) -> str:
    """Return what `Words.date` does."""
    return str(environment.globals["t"].date(text))  # type: ignore[attr-defined]


@pass_environment
def number_filter(environment: Environment, value: float) -> str:
    """Return what `Words.number` does."""
    return str(environment.globals["t"].number(value))  # type: ignore[attr-defined]


FILTERS = {"date": date_filter, "number": number_filter}
