"""Citations for programs: a cited work as BibTeX, RIS and CSL-JSON. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from pressroom.content.person_names import Person
from pressroom.outputs.citation_styles import NO_DATE, Days, Work, often, quote_address

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
_BIB_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}", **{letter: f"\\{letter}" for letter in "&%$#_"},
}  # fmt: skip
_TEX_SPECIAL = re.compile(r"[\\{}~^&%$#_]")


def write_bibtex(cited: Work) -> str:
    """Return an entry for BibTeX and biblatex, in UTF-8; braces are spelt out, because programs count them."""
    has_journal = cited.source and not cited.is_credited
    rows = [("author", " and ".join(map(_bib_name, cited.authors))), ("title", f"{{{_tex(cited.title)}}}")]
    rows += [("journal", _tex(cited.source))] if has_journal else []
    rows.append(("year", str(cited.issued[0]) if cited.issued else NO_DATE))
    rows += [(name, str(number)) for name, number in zip(("month", "day"), cited.issued[1:], strict=False)]
    rows += [("url", quote_address(cited.original or cited.address)), ("urldate", format_iso(cited.captured))]
    rows += [("language", _tex(cited.lang)), ("note", _tex(cited.note))]
    bare = {"month": lambda number: _BIB_MONTHS[int(number) - 1]}  # a word that BibTeX defines, in no braces
    lines = [f"  {name} = {bare[name](value) if name in bare else f'{{{value}}}'}," for name, value in rows if value]
    return "\n".join([f"@{'article' if has_journal else 'misc'}{{{cited.key},", *lines, "}"]) + "\n"


@often
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


def write_ris(cited: Work) -> str:
    """Return a record for reference managers, by the rules of RIS: a tag and a value a line, lines end in CR LF."""
    rows = [("TY", "NEWS"), ("ID", cited.key), *(("AU", one.inverted) for one in cited.authors), ("TI", cited.title)]
    rows += [("T2", cited.source)] if cited.source and not cited.is_credited else []
    if cited.issued:
        rows += [("PY", str(cited.issued[0])), ("DA", _slashed(cited.issued))]
    rows += [("Y2", _slashed(cited.captured))] if cited.captured else []
    rows += [("UR", quote_address(address)) for address in (cited.original, cited.address) if address]
    rows += [("LA", cited.lang), ("DB", cited.archive), ("N1", cited.note)]
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows if value) + "ER  - \r\n"


@often
def _slashed(days: Days) -> str:
    """Return a day as RIS has it.

    >>> _slashed((2024, 6)), _slashed((2024, 6, 20))
    ('2024/06//', '2024/06/20/')
    """
    parts = [f"{days[0]:04}", *(f"{number:02}" for number in days[1:])]
    return "/".join([*parts, *[""] * (4 - len(parts))])


def make_csl(cited: Work) -> dict[str, Any]:
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
        found["URL"] = quote_address(cited.original or cited.address)
    found |= {"language": cited.lang, "archive": cited.archive}
    if cited.address:
        found["archive_location"] = cited.address
    return found | {"note": cited.note}


@often
def _csl_name(one: Person) -> dict[str, str]:
    if not one.given:
        return {"literal": one.family}
    parts = {"family": one.family, "given": one.given, "non-dropping-particle": one.particle, "suffix": one.suffix}
    return {name: part for name, part in parts.items() if part}


def write_csl(cited: Work) -> str:
    """Return CSL-JSON of one article."""
    rows = (f'  "{name}": {_ENCODE(value)}' for name, value in make_csl(cited).items())
    return "[\n {\n" + ",\n".join(rows) + "\n }\n]\n"


@often
def format_iso(days: Days) -> str:
    return "-".join(f"{number:02}" for number in days)


def write_csl_list(works: Iterable[Work]) -> str:
    """Return CSL-JSON of many articles, one a line."""
    return "[\n" + ",\n".join(_ENCODE(make_csl(cited)) for cited in works) + "\n]\n"
