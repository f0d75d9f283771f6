"""This module reads dates as pages write them: ISO, header dates, numbers in an address, words in many languages. It
is pure, and knows no clock."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from dateutil import parser as iso_parser

FIRST_YEAR, LAST_YEAR = 1605, 2100
"""From the first newspaper (Relation, Strasbourg) on; anything else is a mistake."""

MONTHS = (
    "january enero januar janvier janeiro gennaio januari stycznia styczeń ocak января январь يناير जनवरी jan ene janv gen sty كانون_الثاني jänner ledna leden січня ιανουαρίου ian január ianuarie tammikuuta janúar jaanuar янв",
    "february febrero februar février fevereiro febbraio februari lutego luty şubat февраля февраль فبراير फ़रवरी feb févr fev fév lut شباط feber února únor лютого φεβρουαρίου február februarie helmikuuta febrúar veebruar úno фев февр",
    "march marzo märz mars março maart marca marzec mart марта март مارس मार्च mar mär mrt آذار marz března březen березня μαρτίου március martie maaliskuuta märts bře",
    "april abril avril aprile kwietnia kwiecień nisan апреля апрель أبريل ابريل अप्रैल apr abr avr kwi نيسان dubna duben квітня απριλίου április aprilie huhtikuuta apríl dub апр",
    "may mayo mai maio maggio mei maja maj mayıs мая май مايو मई mag أيار května květen травня μαΐου május toukokuuta maí kvě",
    "june junio juni juin junho giugno czerwca czerwiec haziran июня июнь يونيو जून jun giu cze حزيران června červen червня ιουνίου június iunie kesäkuuta júní čvn июн",
    "july julio juli juillet julho luglio lipca lipiec temmuz июля июль يوليو जुलाई jul juil lug lip تموز července červenec липня ιουλίου július iulie heinäkuuta júlí čvc июл",
    "august agosto août augustus sierpnia sierpień ağustos августа август أغسطس अगस्त aug ago sie آب srpna srpen серпня αυγούστου augusztus elokuuta ágúst srp авг",
    "september septiembre septembre setembro settembre setiembre września wrzesień eylül сентября сентябрь سبتمبر सितंबर sep sept set wrz أيلول září вересня σεπτεμβρίου szeptember septembrie syyskuuta zář сен сент",
    "october octubre oktober octobre outubro ottobre października październik ekim октября октябрь أكتوبر اكتوبر अक्टूबर oct okt out ott paź تشرين_الأول října říjen жовтня οκτωβρίου október octombrie lokakuuta říj окт",
    "november noviembre novembre novembro listopada listopad kasım ноября ноябрь نوفمبر नवंबर nov lis تشرين_الثاني listopadu листопада νοεμβρίου noiembrie marraskuuta nóvember ноя нояб",
    "december diciembre dezember décembre dezembro dicembre grudnia grudzień aralık декабря декабрь ديسمبر दिसंबर dec dic dez déc gru كانون_الأول prosince prosinec грудня δεκεμβρίου decembrie joulukuuta desember des дек",
)
"""Names of the months in the languages the cleaner knows, and their common short forms."""

_MONTH = {name.replace("_", " "): number for number, row in enumerate(MONTHS, 1) for name in row.split()}
_NAMES = "|".join(sorted(map(re.escape, _MONTH), key=len, reverse=True))
MONTH_NAMES = _NAMES
"""The same as one expression, longest first."""
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?"
_YEAR = r"(?P<y>\d{4})"
_TIME = (
    r"(?:\D{0,12}(?<!\d)(?P<H>[01]?\d|2[0-3])[:.hH時时点](?P<M>[0-5]\d)(?!\d)(?::[0-5]\d)?\s?(?P<half>[ap]\.?m\.?\b)?)?"
)
_WORDED = (
    re.compile(rf"(?<!\d){_DAY}\s+tháng\s+(?P<m>\d{{1,2}}),?\s+(?:năm\s+)?{_YEAR}(?!\d){_TIME}", re.I),
    re.compile(rf"(?<!\d){_YEAR}\.\s+(?P<m>{_NAMES})\s+(?P<d>\d{{1,2}})\.?{_TIME}", re.I),
    re.compile(
        rf"(?<!\d){_DAY}\s*(?:de\s+|of\s+|-|/)?(?P<m>{_NAMES})\b\.?,?\s*(?:de\s+|del\s+|-|/)?{_YEAR}(?!\d){_TIME}", re.I
    ),
    re.compile(rf"(?:\b|(?-i:(?<=[a-z])(?=[A-Z])))(?P<m>{_NAMES})\.?\s+{_DAY},?\s+{_YEAR}(?!\d){_TIME}", re.I),
    re.compile(rf"(?<!\d){_YEAR}\s?[年년]\s?(?P<m>\d{{1,2}})\s?[月월]\s?(?P<d>\d{{1,2}})\s?[日일]{_TIME}"),
    re.compile(rf"(?<!\d){_YEAR}[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?!\d){_TIME}"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\.\s?(?P<m>\d{{1,2}})\.\s?{_YEAR}(?!\d){_TIME}"),
)
DATE = re.compile(
    rf"\d{{1,2}}\.?\s*(?:de\s+)?(?:{_NAMES})\b\.?,?\s*(?:de\s+|del\s+)?\d{{4}}|\b(?:{_NAMES})\.?\s+\d{{1,2}},?\s+\d{{4}}"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)",
    re.I,
)
"""Where a full date stands in a line."""
_SLASHED = re.compile(rf"(?<!\d)(?P<a>\d{{1,2}})[/-](?P<b>\d{{1,2}})[/-]{_YEAR}(?!\d){_TIME}")
_ZONE = re.compile(
    r"\.?\s*(?:Uhr|hs?\.?)?,?\s*\(?(?:(?:GMT|UTC)\s?(?P<sign>[+-])(?P<h>0?\d|1[0-4])(?::?(?P<m>[0-5]\d))?(?!\d)|(?P<name>GMT|UTC|Z|CES?T|E[SD]T|C[SD]T|P[SD]T|BST|JST|WIB)\b)"
)
_SHORT_YEAR = re.compile(rf"(?<![\d.])(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>\d{{2}})(?![\d.]\d?){_TIME}")
_TIME_FIRST = re.compile(r"(?P<H>[01]?\d|2[0-3]):(?P<M>[0-5]\d)\s?(?P<half>[ap]\.?m\.?\b)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}|\d{4}-\d{2}-\d{2}$|\d{8}T\d{4,6}")
_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "EST": -18000, "EDT": -14400, "CST": -21600, "CDT": -18000, "PST": -28800,
          "PDT": -25200, "CET": 3600, "CEST": 7200, "BST": 3600, "JST": 32400, "WIB": 25200}  # fmt: skip
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_URL_DAY_APART = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/")
_URL_WORD = re.compile(rf"/((?:19|20)\d{{2}})/({_NAMES})/(\d{{1,2}})/", re.I)

DATE_LINE = re.compile(r"(?=.*\d)[\w\s,.:;|/()+·•–—-]{6,100}")
"""What a line that is only a date and a time may hold."""


LONGEST = 32
"""Characters of the longest line that is a date and no more."""
_HAS_YEAR = re.compile(r"(?:19|20)\d\d")


def is_date(line: str) -> bool:
    """Tell whether a line is a full date and no more.

    >>> is_date("20. Juni 2024, 18:05 Uhr"), is_date("2024 was a year of storms"), is_date("18:05")
    (True, False, False)
    """
    return len(line) < LONGEST and bool(_HAS_YEAR.search(line)) and parse_date(line) is not None


def parse_date(text: str) -> datetime | None:
    """Return the first full date that a short text states, aware only where it names an offset; None without one.

    Dates like 03/04/2021, whose order is a guess, count only where one number is over twelve or both are one.

    >>> parse_date("2024-06-20T18:49:47+02:00").isoformat()
    '2024-06-20T18:49:47+02:00'
    >>> parse_date("Published 3 de mayo de 2023").date().isoformat(), parse_date("2023年5月3日 10時15分").isoformat()
    ('2023-05-03', '2023-05-03T10:15:00')
    >>> parse_date("March 3, 2021 2:30 pm").isoformat(), parse_date("03/04/2021")
    ('2021-03-03T14:30:00', None)
    """
    text = " ".join(text.split())[:200]
    if _ISO.match(text):
        return _parse_iso(text)
    for pattern in _WORDED:
        if match := pattern.search(text):
            return _make_date(match, match["m"], match["d"], text)
    match = _SLASHED.search(text)
    if match:
        a, b = int(match["a"]), int(match["b"])
        if a > 12 or a == b:
            return _make_date(match, match["b"], match["a"], text)
        if b > 12:
            return _make_date(match, match["a"], match["b"], text)
    if match := _SHORT_YEAR.search(text):
        return _make_date(match, match["m"], match["d"], text)
    return _parse_header_date(text)


def find_stated_date(value: object) -> str:
    """Return the full date that a text states as a header holds it, with time and offset where known, or "".

    >>> find_stated_date("20 June 2024"), find_stated_date("2024-06-20 18:49"), find_stated_date("soon")
    ('2024-06-20', '2024-06-20T18:49', '')
    """
    moment = parse_date(str(value or ""))
    if moment is None:
        return ""
    if moment.tzinfo is None and not (moment.hour or moment.minute):
        return moment.date().isoformat()
    return moment.isoformat(timespec="minutes" if not moment.second else "seconds")


def _parse_iso(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, _parse_loosely, lambda stated: datetime.fromisoformat(stated[:10])):
        try:
            return _check_plausible(read(text))
        except (ValueError, OverflowError):
            continue
    return None


def _parse_loosely(text: str) -> datetime:
    """Read what is nearly ISO; thirty times slower than the exact form."""
    return iso_parser.parse(text, tzinfos=_ZONES, default=datetime(2000, 1, 1))


def _parse_header_date(text: str) -> datetime | None:
    """Return a date as HTTP and feeds write it."""
    if not re.match(r"\w{3},? \d{1,2} \w{3} \d{4} |\w{3} \w{3} \d{1,2} \d\d:", text):
        return None
    try:
        return _check_plausible(iso_parser.parse(text, tzinfos=_ZONES, default=datetime(2000, 1, 1)))
    except (ValueError, OverflowError):
        return None


def _make_date(match: re.Match[str], month: str, day: str, text: str) -> datetime | None:
    number = int(month) if month.isdigit() else _MONTH[month.lower()]
    clock = match if match["H"] else _TIME_FIRST.search(text[: match.start()])
    hour, minute = (int(clock["H"]), int(clock["M"])) if clock else (0, 0)
    half = (clock["half"] or "").lower() if clock else ""
    if half.startswith("p") and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    try:
        return _check_plausible(
            datetime(_read_year(match["y"]), number, int(day), hour, minute, tzinfo=_find_zone(clock, text))
        )
    except ValueError:
        return None


def _read_year(text: str) -> int:
    """Return a year; two digits mean this century or, from 70 on, the last."""
    return int(text) + (0 if len(text) > 2 else 2000 if int(text) < 70 else 1900)


def _find_zone(clock: re.Match[str] | None, text: str) -> timezone | None:
    """Return the zone that a text names right behind the time."""
    match = _ZONE.match(text, clock.end()) if clock else None
    if not match:
        return None
    if match["name"]:
        return timezone(timedelta(seconds=_ZONES[match["name"]]))
    offset = timedelta(hours=int(match["h"]), minutes=int(match["m"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)


def _check_plausible(moment: datetime) -> datetime | None:
    return moment.replace(microsecond=0) if FIRST_YEAR <= moment.year <= LAST_YEAR else None


def find_url_date(url: str) -> str:
    """Return the day that an address states as `YYYY-MM-DD`, or "".

    >>> find_url_date("https://a.example/2024/06/20/storm"), find_url_date("https://a.example/news/storm-2024")
    ('2024-06-20', '')
    >>> find_url_date("https://a.example/2024/jun/05/storm"), find_url_date("https://a.example/story-20240620.html")
    ('2024-06-05', '2024-06-20')
    """
    path = url.split("//", 1)[-1]
    if match := _URL_WORD.search(path):
        parts = match[1], str(_MONTH[match[2].lower()]), match[3]
    elif match := _URL_DAY.search(path) or _URL_DAY_APART.search(path):
        parts = match[1], match[2], match[3]
    else:
        return ""
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        return ""
