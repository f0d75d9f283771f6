"""This module finds the place at the opening of a story's first paragraph, as agencies write it in many languages.
It is pure."""

from __future__ import annotations

import re

from newsarchive.text.date_forms import MONTH_NAMES

NO_PLACES = frozenset(
    [
        "update", "updated", "breaking", "exclusive", "watch", "video", "live", "opinion", "analysis", "news", "photo", "photos",
        "read more", "editor's note", "note", "correction", "advertisement", "interview", "review", "explainer", "q", "a", "faq",
        "eilmeldung", "kommentar", "exklusiv", "hintergrund", "último minuto", "última hora", "exclusiva", "urgente", "exclusif", "vidéo",
        "срочно", "видео", "عاجل", "خاص", "son dakika", "fakta", "pilne", "tl;dr", "spoiler", "warning", "tip", "ad",
    ]
)  # fmt: skip
"""Words in capitals before a dash that are no place."""
MOST_PLACE = 40
"""Characters of a place, its region included."""

_DASH = r"(?:\s*\.?\s*(?:--|[—–―]|-(?=\s)|\.-|\|)\s*|\s*[—–]\s*)"
_BRACKETED = r"(?:\s*[(（]\s*[^()（）\n]{2,40}\s*[)）]|\s+/[^/\n]{2,30}/)"
_AGENCY = rf"(?:{_BRACKETED}|\s+[\w.-]{{2,15}}(?=\s*\|)|,\s\w+\.\w{{2,4}}(?=\s+[-–—]))"
_DATE = rf"(?:,?\s*(?:(?:\d{{1,2}}\.?\s*(?:de\s+)?(?:{MONTH_NAMES})\b\.?|(?:{MONTH_NAMES})\b\.?\s+\d{{1,2}})(?:,?\s+(?:de\s+)?\d{{4}})?|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?))"
_UPPER = r"[A-ZÀ-ÖØ-ÞŒŠŽĀ-ŽΑ-ΩА-ЯЁІЇЄ]"
_CAPITALS = rf"(?:{_UPPER}|St\.?)[{_UPPER[1:-1]}.'’ /-]{{2,30}}(?:,\s(?:{_UPPER}\w+\.?\s?){{1,3}})?"
_PLACE_WORD = r"(?![\u3040-\uffff])[^\W\d_][\w.'’-]*"
_TITLED = rf"{_PLACE_WORD}(?:[ /]{_PLACE_WORD}){{0,3}}(?:,\s{_PLACE_WORD})?"
_SIGN = re.compile(r"[-—–―|/(（】電电訊讯]")
"""Every dateline ends in one of these."""
_PATTERNS = (
    re.compile(rf"^\w{{2,20}}\.\w{{2,4}}, (?P<place>{_TITLED})\s*[-–—]\s"),
    re.compile(rf"^(?P<place>{_CAPITALS}){_DATE}?{_AGENCY}?{_DASH}(?=\S)"),
    re.compile(rf"^(?P<place>{_CAPITALS}){_DATE}\.?{_AGENCY}", re.I),
    re.compile(rf"^(?P<place>{_TITLED}){_DATE}?{_BRACKETED}{_DASH}(?=\S)"),
    re.compile(rf"^(?P<place>{_TITLED}){_DATE}(?<!\d{{4}}){_DASH}(?=\S)", re.I),
    re.compile(r"^[（(【]?(?:本报|本報|[\w]{1,6}[社网網报報])(?:记者\w{2,4}|記者\w{2,4})?(?P<place>[一-龥]{2,5}?)(?:\d{1,2}月)?\d{1,2}日?(?:电|電|讯|訊)"),
    re.compile(r"^【(?P<place>[^】＝=]{2,12}?)(?:[＝=][^】]{1,20}|共同|時事)】"),
    re.compile(r"^[(\[](?P<place>[가-힣]{2,8})\s?=\s?[^)\]]{2,20}[)\]]"),
    re.compile(r"^(?P<place>[\u0621-\u064a][\u0621-\u064a ]{1,24}?)\s*(?:[(（][^)）]{2,30}[)）]\s*[-–—:ـ]?|[-–—ـ]\s*[(（][^)）]{2,30}[)）]\s*[-–—:]?)\s"),
    re.compile(r"^(?P<place>[\u0900-\u097f][\u0900-\u097f ]{1,24}?),?\s*(?:\d{1,2}\s\S{2,12})?\s*[(（][^)）]{2,30}[)）]"),
)  # fmt: skip


def find_dateline(text: str) -> str:
    """Return the place that opens a paragraph, in the page's own words, or "".

    >>> find_dateline("PARIS, June 3 (CNA) - The ferry left."), find_dateline("Berlin (cna) – Die Fähre fuhr ab.")
    ('PARIS', 'Berlin')
    >>> find_dateline("МОСКВА, 3 июня. /КНА/. Паром ушёл."), find_dateline("(서울=한빛통신) 김하나 기자 = 여객선이")
    ('МОСКВА', '서울')
    >>> find_dateline("【ロンドン＝海野太郎】客船が出た。"), find_dateline("UPDATE - The ferry left."), find_dateline("The ferry left.")
    ('ロンドン', '', '')
    """
    opening = text[:160].lstrip()
    if not _SIGN.search(opening, 0, 80):
        return ""
    for pattern in _PATTERNS:
        match = pattern.match(opening)
        if match and _is_place(place := match["place"].strip(" ,.-–—/")):
            return place
    return ""


def _is_place(place: str) -> bool:
    if not 2 <= len(place) <= MOST_PLACE or place.lower() in NO_PLACES:
        return False
    return place[0].isupper() or not (place[0].islower() or place[0].isupper())
