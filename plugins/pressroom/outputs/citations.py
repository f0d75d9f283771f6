"""An article's fields to citations of it: for texts (APA 7, MLA 9, Chicago), for Wikipedia, for programs. Pure.

A citation names the original: authors, headline, publication, its day as well as it is known, its address; then the
archive and the article's address here. The day of a capture is never the day of publication: it is told apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from pressroom.content.person_names import Person, parse_name

NO_DATE = "n.d."
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
"""The styles are English, whatever the interface's language."""
_MLA_MONTHS = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
_BIB_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]+")
"""Line ends, other control characters, and what turns the direction of all that follows."""
_CLOSED = (".", "?", "!", "…", "。", "？", "！", "؟")
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_often = lru_cache(maxsize=1024)
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


class Citation(NamedTuple):
    """One form of a citation."""

    key: str
    label: str
    text: str


def work(fields: Mapping[str, Any], archive: str, site: str) -> Work:
    """Return what is cited by an article's fields; `site` is the site's absolute address, "" where it is not known."""
    is_published = fields["date_from"] != "captured"
    source = _plain(fields["source"][0]) if fields["source"] else ""
    names = (name for name, _ in fields["authors"] if _plain(name))
    address = f"{site}/{quote(fields['url'], safe='/%:=&?~+!$,;@()*-._')}" if site else ""
    found = Work(
        key(fields), _plain(fields["title"]), tuple(_author(_plain(name), source) for name in names),
        source, fields["source_from"] == "credit",
        _days(fields["machine_date"]) if is_published else (), _days(fields["captured"][:10]), fields["lang"],
        _plain(fields["source_url"]), _plain(archive), address, _mended(fields), "",
    )  # fmt: skip
    return found._replace(note=_note(found))


@_often
def _author(name: str, source: str) -> Person:
    """Return an author; a publication that signs its own story is no person.

    >>> _author("Saltmarsh Observer", "Saltmarsh Observer")
    Person(family='Saltmarsh Observer', given='', particle='', suffix='')
    """
    return Person(name) if name.casefold() == source.casefold() else parse_name(name)


def key(fields: Mapping[str, Any]) -> str:
    """Return what names an article among all: its address, without what BibTeX and CSL would not have in a key.

    >>> key({"save_as": "2024/06/20/ferry/index.html"}), key({"save_as": "ein haus~.html"})
    ('2024/06/20/ferry', 'ein+20haus+7E.html')
    """
    place = fields["save_as"].removesuffix("index.html").strip("/")
    return quote(place, safe="/").replace("%", "+").replace("~", "+7E") or "index"


def of(fields: Mapping[str, Any], archive: str, site: str) -> list[Citation]:
    """Return the citations of an article, in the order in which they are shown; none of one that was withdrawn."""
    if fields["status"] == "withdrawn":
        return []
    cited = work(fields, archive, site)
    return [Citation(name, label, form(cited)) for name, label, form in FORMS]


@_often
def _plain(text: str) -> str:
    return " ".join((text if text.isprintable() else _HIDDEN.sub(" ", text)).split())


@_often
def _days(text: str) -> Days:
    """Return the numbers of a date, none where it is no date.

    >>> _days("2024-06"), _days("2024-06-31"), _days("yesterday")
    ((2024, 6), (), ())
    """
    if not re.fullmatch(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", text):
        return ()
    numbers = tuple(map(int, text.split("-")))
    try:
        date(*(*numbers, 1, 1)[:3])
    except ValueError:
        return ()
    return numbers


def _mended(fields: Mapping[str, Any]) -> int:
    stated = str(fields["repaired"])
    return int(stated) if stated.isdecimal() else len(fields["repairs"])


# --- for texts ------------------------------------------------------------------------------------------------------


def apa(cited: Work) -> str:
    """Return the entry of a list of references by the seventh edition of APA."""
    names = [_apa_name(one) for one in cited.authors]
    if len(names) > 20:
        names = [*names[:19], f"… {names[-1]}"]
        who = ", ".join(names)
    else:
        who = _joined(names, ", & ")
    when = f"({_american_year_first(cited.issued)})."
    head = [_closed(who), when, _closed(cited.title)] if who else [_closed(cited.title), when]
    return _sentences([*head, _closed(_cap(_publication(cited))), cited.original, *_archived(cited, _american)])


def mla(cited: Work) -> str:
    """Return the entry of a list of works cited by the ninth edition of MLA."""
    names = [one.demoted if at == 0 else one.natural for at, one in enumerate(cited.authors)]
    who = f"{names[0]}, et al." if len(names) > 2 else ", and ".join(names)
    when = _european(cited.issued, _MLA_MONTHS)
    rest = ", ".join(part for part in (_cap(_publication(cited)), when, _without_scheme(cited.original)) if part)
    head = [_closed(who)] if who else []
    return _sentences([*head, _quoted(cited.title), _closed(rest), *_archived(cited, _mla_day)])


def chicago(cited: Work) -> str:
    """Return the entry of a bibliography by the notes and bibliography style of Chicago."""
    names = [one.demoted if at == 0 else one.natural for at, one in enumerate(cited.authors)]
    who = f"{', '.join(names[:7])}, et al." if len(names) > 10 else _joined(names, ", and ")
    rest = ", ".join(part for part in (_cap(_publication(cited)), _american(cited.issued)) if part)
    head = [_closed(who)] if who else []
    address = [f"{cited.original}."] if cited.original else []
    return _sentences([*head, _quoted(cited.title), _closed(rest), *address, *_archived(cited, _american)])


@_often
def _apa_name(one: Person) -> str:
    family = f"{one.particle} {one.family}".strip()
    return ", ".join(part for part in (family, one.initials, one.suffix) if part)


def _joined(names: Sequence[str], last: str) -> str:
    """Join names, the last two by `last`, which begins with a comma in lists of any length in these styles."""
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _publication(cited: Work) -> str:
    return f"credited to {cited.source}" if cited.source and cited.is_credited else cited.source


def _archived(cited: Work, day: Callable[[Days], str]) -> list[str]:
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


@_often
def _quoted(title: str) -> str:
    """Return a title in quotation marks, the ones in it made single.

    >>> _quoted('He said "no" & left'), _quoted("Why?")
    ('“He said ‘no’ & left.”', '“Why?”')
    """
    inner = re.sub(r'"(?=\w)', "‘", title).replace('"', "’").replace("“", "‘").replace("”", "’").replace("„", "‚")
    return f"“{inner}{'' if inner.endswith(_CLOSED) else '.'}”"


def _without_scheme(address: str) -> str:
    return address.removeprefix("https://").removeprefix("http://")


@_often
def _american(days: Days) -> str:
    """Return a day as American prose has it.

    >>> _american((2024, 6, 20)), _american((2024, 6)), _american((2024,)), _american(())
    ('June 20, 2024', 'June 2024', '2024', 'n.d.')
    """
    month = f"{MONTHS[days[1] - 1]} " if len(days) > 1 else ""
    day = f"{days[2]}, " if len(days) > 2 else ""
    return f"{month}{day}{days[0]}" if days else NO_DATE


@_often
def _american_year_first(days: Days) -> str:
    """Return a day as APA has it.

    >>> _american_year_first((2024, 6, 20)), _american_year_first((2024,))
    ('2024, June 20', '2024')
    """
    month = f", {MONTHS[days[1] - 1]}" if len(days) > 1 else ""
    day = f" {days[2]}" if len(days) > 2 else ""
    return f"{days[0]}{month}{day}" if days else NO_DATE


@_often
def _european(days: Days, months: Sequence[str] = MONTHS) -> str:
    """Return a day with the day first.

    >>> _european((2024, 6, 20)), _european((2024, 9), _MLA_MONTHS)
    ('20 June 2024', 'Sept. 2024')
    """
    month = f"{months[days[1] - 1]} " if len(days) > 1 else ""
    day = f"{days[2]} " if len(days) > 2 else ""
    return f"{day}{month}{days[0]}" if days else NO_DATE


@_often
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


def wikipedia(cited: Work) -> str:
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
    values += [("others" if cited.is_credited else "newspaper", _cap(_publication(cited)))] if cited.source else []
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


@_often
def _wiki_address(address: str) -> str:
    return _address(address).replace("__", "_%5F").replace("~", "%7E")


def _wiki(text: str) -> str:
    """Return text as wikitext shows it, in the value of a template.

    >>> _wiki("a|b {{c}} [[d]] ''e'' &amp; f & g")
    'a{{!}}b &#123;&#123;c&#125;&#125; &#91;&#91;d&#93;&#93; &#39;&#39;e&#39;&#39; &amp;amp; f & g'
    """

    def escaped(match: re.Match[str]) -> str:
        found = match[0]
        return _WIKI.get(found) or "".join(f"&#{ord(letter)};" if letter != "&" else "&amp;" for letter in found)

    return _WIKI_SPECIAL.sub(escaped, text)


@_often
def _address(address: str) -> str:
    """Return an address in which nothing ends a field, whatever the format.

    >>> _address("https://a.example/x|y{z}?q=ä '1'")
    'https://a.example/x%7Cy%7Bz%7D?q=%C3%A4%20%271%27'
    """
    return quote(address, safe="/%:=&?~+!$,;@()*#-._")


@_often
def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- for programs ---------------------------------------------------------------------------------------------------

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{letter: f"\\{letter}" for letter in "&%$#_"},
}  # fmt: skip
_TEX_SPECIAL = re.compile(r"[\\{}~^&%$#_]")


def bibtex(cited: Work) -> str:
    """Return an entry for BibTeX and biblatex, in UTF-8; braces are spelt out, because programs count them."""
    has_journal = cited.source and not cited.is_credited
    rows = [("author", " and ".join(map(_bib_name, cited.authors))), ("title", f"{{{_tex(cited.title)}}}")]
    rows += [("journal", _tex(cited.source))] if has_journal else []
    rows.append(("year", str(cited.issued[0]) if cited.issued else NO_DATE))
    rows += [(name, str(number)) for name, number in zip(("month", "day"), cited.issued[1:], strict=False)]
    rows += [("url", _address(cited.original or cited.address)), ("urldate", _iso(cited.captured))]
    rows += [("language", _tex(cited.lang)), ("note", _tex(cited.note))]
    bare = {"month": lambda number: _BIB_MONTHS[int(number) - 1]}  # a word that BibTeX defines, in no braces
    lines = [f"  {name} = {bare[name](value) if name in bare else f'{{{value}}}'}," for name, value in rows if value]
    return "\n".join([f"@{'article' if has_journal else 'misc'}{{{cited.key},", *lines, "}"]) + "\n"


@_often
def _bib_name(one: Person) -> str:
    if not one.given:
        return f"{{{_tex(one.family)}}}"
    family = f"{one.particle} {one.family}".strip()
    return _tex(", ".join(part for part in (family, one.suffix, one.given) if part))


def _tex(text: str) -> str:
    r"""Return text as TeX shows it.

    >>> _tex("50% of {A} & B_1 \\ #2")
    '50\\% of \\textbraceleft{}A\\textbraceright{} \\& B\\_1 \\textbackslash{} \\#2'
    """
    return _TEX_SPECIAL.sub(lambda match: _TEX[match[0]], text)


def ris(cited: Work) -> str:
    """Return a record for reference managers, by the rules of RIS: a tag and a value a line, lines end in CR LF."""
    rows = [("TY", "NEWS"), ("ID", cited.key), *(("AU", one.inverted) for one in cited.authors), ("TI", cited.title)]
    rows += [("T2", cited.source)] if cited.source and not cited.is_credited else []
    if cited.issued:
        rows += [("PY", str(cited.issued[0])), ("DA", _slashed(cited.issued))]
    rows += [("Y2", _slashed(cited.captured))] if cited.captured else []
    rows += [("UR", _address(address)) for address in (cited.original, cited.address) if address]
    rows += [("LA", cited.lang), ("DB", cited.archive), ("N1", cited.note)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows if value) + "ER  - \r\n"


@_often
def _slashed(days: Days) -> str:
    """Return a day as RIS has it.

    >>> _slashed((2024, 6)), _slashed((2024, 6, 20))
    ('2024/06//', '2024/06/20/')
    """
    parts = [f"{days[0]:04}", *(f"{number:02}" for number in days[1:])]
    return "/".join([*parts, *[""] * (4 - len(parts))])


def csl(cited: Work) -> dict[str, Any]:
    """Return an object of CSL-JSON, which Zotero, Pandoc and the styles of CSL read."""
    found: dict[str, Any] = {"id": cited.key, "type": "article-newspaper", "title": cited.title}
    if cited.authors:
        found["author"] = [_csl_name(one) for one in cited.authors]
    if cited.source and not cited.is_credited:
        found["container-title"] = cited.source
    for name, days in (("issued", cited.issued), ("accessed", cited.captured)):
        if days:
            found[name] = {"date-parts": [list(days)]}
    if cited.original or cited.address:
        found["URL"] = _address(cited.original or cited.address)
    found |= {"language": cited.lang, "archive": cited.archive}
    if cited.address:
        found["archive_location"] = cited.address
    return found | {"note": cited.note}


@_often
def _csl_name(one: Person) -> dict[str, str]:
    if not one.given:
        return {"literal": one.family}
    parts = {"family": one.family, "given": one.given, "non-dropping-particle": one.particle, "suffix": one.suffix}
    return {name: part for name, part in parts.items() if part}


def csl_json(cited: Work) -> str:
    """Return CSL-JSON of one article."""
    rows = (f'  "{name}": {_ENCODE(value)}' for name, value in csl(cited).items())
    return "[\n {\n" + ",\n".join(rows) + "\n }\n]\n"


def _note(cited: Work) -> str:
    """Return what programs have no field for."""
    credited = f"{_cap(_publication(cited))}. " if cited.source and cited.is_credited else ""
    return f"{credited}{' '.join(_archived(cited, _american))}"


@_often
def _iso(days: Days) -> str:
    return "-".join(f"{number:02}" for number in days)


FORMS: tuple[tuple[str, str, Callable[[Work], str]], ...] = (
    ("apa", "APA 7", apa), ("mla", "MLA 9", mla), ("chicago", "Chicago", chicago), ("wikipedia", "Wikipedia", wikipedia),
    ("bibtex", "BibTeX", bibtex), ("ris", "RIS", ris), ("csl", "CSL-JSON", csl_json),
)  # fmt: skip
"""Key, label and maker of each citation, in the order in which they are shown."""


# --- files of many articles -----------------------------------------------------------------------------------------


def _many_bibtex(works: Iterable[Work]) -> str:
    return "\n".join(map(bibtex, works))


def _many_ris(works: Iterable[Work]) -> str:
    return "\r\n".join(map(ris, works))


def _many_csl(works: Iterable[Work]) -> str:
    return "[\n" + ",\n".join(_ENCODE(csl(cited)) for cited in works) + "\n]\n"


FILES: Mapping[str, Callable[[Iterable[Work]], str]] = {"bib": _many_bibtex, "ris": _many_ris, "json": _many_csl}
"""Ending of a file with the citations of many articles to what writes it."""
FOLDER = "cite"
