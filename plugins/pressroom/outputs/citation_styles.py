"""Citations for texts: a cited work in the forms of APA 7, MLA 9, Chicago and Wikipedia. Pure.

A citation names the original: authors, headline, publication, its day as well as it is known, its address; then the
archive and the article's address here. The day of a capture is never the day of publication: it is told apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from pressroom.content.person_names import Person

NO_DATE = "n.d."
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
"""The styles are English, whatever the interface's language."""
_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_CLOSED = (".", "?", "!", "…", "。", "？", "！", "؟")
often = lru_cache(maxsize=1024)
"""For what many articles of a part of the archive have alike."""
Days = tuple[int, ...]
"""Year, month and day, as far as they are known."""


class Work(NamedTuple):
    """What is cited, in plain single-line text."""

    key: str
    """Names the article among all of the site."""
    title: str
    authors: tuple[Person, ...]
    source: str
    """The publication; "" where none is known."""
    is_credited: bool
    """The publication is only whom the text names."""
    issued: Days
    captured: Days
    lang: str
    original: str
    """Address of the original, "" where it is not known."""
    archive: str
    """Name of the site."""
    address: str
    """Of the article here, "" where the site's own address is not known."""
    mended: int
    """Places in which words were mended."""
    note: str
    """What programs have no field for."""


def cite_apa(cited: Work) -> str:
    """Return the entry of a list of references by the seventh edition of APA."""
    names = [_apa_name(one) for one in cited.authors]
    if len(names) > 20:
        names = [*names[:19], f"… {names[-1]}"]
        who = ", ".join(names)
    else:
        who = _joined(names, ", & ")
    when = f"({_american_year_first(cited.issued)})."
    head = [_closed(who), when, _closed(cited.title)] if who else [_closed(cited.title), when]
    return _sentences(
        [*head, _closed(capitalize(name_publication(cited))), cited.original, *describe_archive(cited, format_american)]
    )


def cite_mla(cited: Work) -> str:
    """Return the entry of a list of works cited by the ninth edition of MLA."""
    names = [one.demoted if at == 0 else one.natural for at, one in enumerate(cited.authors)]
    who = f"{names[0]}, et al." if len(names) > 2 else ", and ".join(names)
    when = _european(cited.issued, _MLA_MONTHS)
    rest = ", ".join(
        part for part in (capitalize(name_publication(cited)), when, _without_scheme(cited.original)) if part
    )
    head = [_closed(who)] if who else []
    return _sentences([*head, _quoted(cited.title), _closed(rest), *describe_archive(cited, _mla_day)])


def cite_chicago(cited: Work) -> str:
    """Return the entry of a bibliography by the notes and bibliography style of Chicago."""
    names = [one.demoted if at == 0 else one.natural for at, one in enumerate(cited.authors)]
    who = f"{', '.join(names[:7])}, et al." if len(names) > 10 else _joined(names, ", and ")
    rest = ", ".join(part for part in (capitalize(name_publication(cited)), format_american(cited.issued)) if part)
    head = [_closed(who)] if who else []
    address = [f"{cited.original}."] if cited.original else []
    return _sentences([*head, _quoted(cited.title), _closed(rest), *address, *describe_archive(cited, format_american)])


@often
def _apa_name(one: Person) -> str:
    family = f"{one.particle} {one.family}".strip()
    return ", ".join(part for part in (family, one.initials, one.suffix) if part)


def _joined(names: Sequence[str], last: str) -> str:
    """Join names, the last two by `last`, which begins with a comma in lists of any length in these styles."""
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def name_publication(cited: Work) -> str:
    return f"credited to {cited.source}" if cited.source and cited.is_credited else cited.source


def describe_archive(cited: Work, day: Callable[[Days], str]) -> list[str]:
    """Return the sentences on where the text stands now, when it was captured, and that it was mended."""
    captured = f", captured {day(cited.captured)}" if cited.captured else ""
    address = f", {cited.address}" if cited.address else ""
    return [f"Archived in {cited.archive}{captured}{address}.", *_mending(cited)]


def _mending(cited: Work) -> list[str]:
    places = "one place" if cited.mended == 1 else f"{cited.mended} places"
    return [f"The archive mended words of the text in {places}."] if cited.mended else []


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(part for part in parts if part)


def _closed(text: str) -> str:
    """Return a text with a full stop, where nothing else ends it."""
    return f"{text}." if text and not text.endswith(_CLOSED) else text


@often
def _quoted(title: str) -> str:
    """Return a title in quotation marks, the ones in it made single.

    >>> _quoted('He said "no" & left'), _quoted("Why?")
    ('“He said ‘no’ & left.”', '“Why?”')
    """
    inner = re.sub(r'"(?=\w)', "‘", title).replace('"', "’").replace("“", "‘").replace("”", "’").replace("„", "‚")
    return f"“{inner}{'' if inner.endswith(_CLOSED) else '.'}”"


def _without_scheme(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://")


@often
def format_american(days: Days) -> str:
    """Return a day as American prose has it.

    >>> format_american((2024, 6, 20)), format_american((2024, 6)), format_american((2024,)), format_american(())
    ('June 20, 2024', 'June 2024', '2024', 'n.d.')
    """
    month = f"{MONTHS[days[1] - 1]} " if len(days) > 1 else ""
    day = f"{days[2]}, " if len(days) > 2 else ""
    return f"{month}{day}{days[0]}" if days else NO_DATE


@often
def _american_year_first(days: Days) -> str:
    """Return a day as APA has it.

    >>> _american_year_first((2024, 6, 20)), _american_year_first((2024,))
    ('2024, June 20', '2024')
    """
    month = f", {MONTHS[days[1] - 1]}" if len(days) > 1 else ""
    day = f" {days[2]}" if len(days) > 2 else ""
    return f"{days[0]}{month}{day}" if days else NO_DATE


@often
def _european(days: Days, months: Sequence[str] = MONTHS) -> str:
    """Return a day with the day first.

    >>> _european((2024, 6, 20)), _european((2024, 9), _MLA_MONTHS)
    ('20 June 2024', 'Sept. 2024')
    """
    month = f"{months[days[1] - 1]} " if len(days) > 1 else ""
    day = f"{days[2]} " if len(days) > 2 else ""
    return f"{day}{month}{days[0]}" if days else NO_DATE


@often
def _mla_day(days: Days) -> str:
    return _european(days, _MLA_MONTHS)


# --- Wikipedia ------------------------------------------------------------------------------------------------------

_WIKI = {
    "|": "{{!}}",
    "{": "&#123;",
    "}": "&#125;",
    "[": "&#91;",
    "]": "&#93;",
    "<": "&lt;",
    ">": "&gt;",
    "~": "&#126;",
}
_WIKI_SPECIAL = re.compile(r"[|{}\[\]<>~]|&(?=#?\w+;)|''+|__+|//|-(?=\{)")


def cite_wikipedia(cited: Work) -> str:
    """Return a `{{cite news}}` of the English Wikipedia.

    Its `archive-url` wants an `archive-date`: without a capture's day, and without the original's address, the article
    here is named by `via`.
    """
    values: list[tuple[str, str]] = []
    for number, one in enumerate(cited.authors, 1):
        at = str(number) if len(cited.authors) > 1 else ""
        if one.given:
            last = f"{one.particle} {one.family}".strip()
            values += [(f"last{at}", last), (f"first{at}", " ".join(part for part in (one.given, one.suffix) if part))]
        else:
            values.append((f"author{at}", one.family))
    values.append(("title", cited.title))
    values += (
        [("others" if cited.is_credited else "newspaper", capitalize(name_publication(cited)))] if cited.source else []
    )
    values.append(("date", _european(cited.issued)))
    if cited.lang.partition("-")[0] != "en":
        values.append(("language", cited.lang))
    shown = [f"|{name}={_wiki(value)}" for name, value in values]
    shown += [f"|{name}={value}" for name, value in _wiki_addresses(cited)]
    mended = "<!-- Words of the archived text were mended. -->" if cited.mended else ""
    return f"{{{{cite news {' '.join(shown)}}}}}{mended}"


def _wiki_addresses(cited: Work) -> list[tuple[str, str]]:
    day, via = _european(cited.captured), [("via", _wiki(cited.archive))]
    if cited.original and cited.address and cited.captured:
        return [
            ("url", _wiki_address(cited.original)),
            ("archive-url", _wiki_address(cited.address)),
            ("archive-date", day),
        ]
    seen = [("access-date", day)] if cited.captured else []
    if cited.original:
        return [("url", _wiki_address(cited.original)), *seen]
    return [("url", _wiki_address(cited.address)), *seen, *via] if cited.address else via


@often
def _wiki_address(address: str) -> str:
    return quote_address(address).replace("__", "_%5F").replace("~", "%7E")


def _wiki(text: str) -> str:
    """Return text as wikitext shows it, in the value of a template.

    >>> _wiki("a|b {{c}} [[d]] ''e'' &amp; f & g")
    'a{{!}}b &#123;&#123;c&#125;&#125; &#91;&#91;d&#93;&#93; &#39;&#39;e&#39;&#39; &amp;amp; f & g'
    """

    def escaped(match: re.Match[str]) -> str:
        found = match[0]
        return _WIKI.get(found) or "".join(f"&#{ord(letter)};" if letter != "&" else "&amp;" for letter in found)

    return _WIKI_SPECIAL.sub(escaped, text)


@often
def quote_address(address: str) -> str:
    """Return an address in which nothing ends a field, whatever the format.

    >>> quote_address("https://a.example/x|y{z}?q=ä '1'")
    'https://a.example/x%7Cy%7Bz%7D?q=%C3%A4%20%271%27'
    """
    return quote(address, safe="/%:=&?~+!$,;@()*#-._")


@often
def capitalize(text: str) -> str:
    return text[:1].upper() + text[1:]


def write_note(cited: Work) -> str:
    """Return what programs have no field for."""
    credited = f"{capitalize(name_publication(cited))}. " if cited.source and cited.is_credited else ""
    return f"{credited}{' '.join(describe_archive(cited, format_american))}"
