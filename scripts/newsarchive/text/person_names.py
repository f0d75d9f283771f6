"""This module takes names of people out of bylines, in many scripts: without "By", roles, dates and places. It is
pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from html import unescape

from newsarchive.text.date_forms import MONTH_NAMES
from newsarchive.text.measures import fold_words

LONGEST_NAME = 60
"""Characters; the longest true name on the development pages has 45."""
MOST_WORDS = 6
MOST_DESK_WORDS = 4
"""Words of a byline that names a role or a team and nobody."""
LONGEST_BYLINE = 600
"""Characters of a byline that are read: the expressions below are not linear, and pages may be hostile."""

BY = re.compile(
    r"^\W*(?:"
    r"(?:(?:written|reported|story|posted|published|created|text|texts|words|recipe|article|blog|guest post|contributed|presented|review|opinion"
    r"|interview|analysis)\s+)?by\b"
    r"|(?:escrito|redactado|publicado|elaborado|texto|texte|text|texto e fotos)\s+(?:por|par|von|de|av|af)\b|(?:a cura|scritto|testo) di\b"
    r"|(?:(?:ein|eine) \w+|kommentar|interview|analyse|reportage|gastbeitrag|essay|protokoll) von\b|(?:por|von|par|di|door|af|av|oleh|przez|írta|bởi)\b(?!\.)"
    r"|(?:(?:the )?authors?|autor(?:en|in|es|a|e)?|auteurs?|autore|autori|författare|forfatter|penulis|tác giả|autorka|skribent|text|tekst|teksti|texto?e?"
    r"|testo|reporter|reportage|foto og tekst|yazan|yazar|words)\s*:"
    r"|(?:the )?authors?(?=\s+[A-Z][\w.'’-]+\s+[A-Z])|bericht von\b"
    r"|作者[:：]?|记者\s?|記者\s?|本报记者\s?|文[・＝/／:：]|取材[・:：]|撰文[:：]?|글\s*[:=]|בְּ?מאת:?|بقلم:?|كتبت?:?|الكاتب:?|автор(?:ы)?\s*:?|текст\s*:?|γράφει (?:ο|η)"
    r")\s*",
    re.I,
)
"""Words before a name."""
_ONCE = r"(?:last\s+|first\s+)?(?:up\s?dated|published|modified|posted|revised|medically|reviewed|edited|fact[- ]checked|photo(?:graph)?s?|pictures?|illustrat)"
_OTHERS = (
    r"veröffentlicht|aktualisiert|erstellt|stand:|foto(?:s|graf)?\b|bild:|actualizado|actualizada|publicado|publicada|mis à jour|publié|aggiornato|pubblicato"
    r"|oppdatert|publisert|opdateret|publiceret|uppdaterad|publicerad|bijgewerkt|gepubliceerd|обновлено|опубликовано|güncelleme|diperbarui|cập nhật"
    r"|zaktualizowano|opublikowano|تحديث|نشر في|更新|发布|發布|公開"
)
_MONTH = rf"(?:{MONTH_NAMES})"
_NOISE = re.compile(
    rf"\W*(?:\b(?:{_ONCE})\b.*|\b(?:{_OTHERS}).*|\b(?:on\s+|am\s+|el\s+|le\s+|den\s+)?(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*,?\s+)?{_MONTH}\b\.?,?\s*(?=\d).*"
    rf"|\bon\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b).*|\d+\s*(?:min|minutes?|mins|分)\b.*|\d{{1,2}}[./-]\d.*|\d{{1,4}}\.?\s*(?:de\s+)?{_MONTH}\b.*|\b(?:19|20)\d\d\b.*|\d{{1,2}}:\d\d.*"
    r"|\b(?:view|see|read) (?:all|more).*|\bmore (?:about|from|by).*|\bfollow\b.*|\bin \w+$)$",
    re.I | re.S,
)
"""What follows a name and is none: dates, times of reading, photographers, prompts."""
ROLE = re.compile(
    r"\b(?:staff|editors?|editorial team|writers?|reporters?|correspondents?|columnists?|contributors?|contributing|founders?|co-founder|directors?|managers?"
    r"|specialists?|experts?|analysts?|producers?|journalists?|head of|chief|ceo|cto|cmo|vp|president|professor|consultant|therapist|dietitian|educators?|bureau|desk|newsroom"
    r"|redactora?|redacción|redaktion|redakteur\w*|redaktør|redaktor\w*|korrespondent\w*|corresponsal\w*|correspondant\w*|journaliste?\w*|journalist\w*|periodista"
    r"|jornalista|giornalista|redazione|rédaction|redactie|verslaggever|muhabir\w*|editörü?|корреспондент|редактор|редакция|журналист|wartawan|reportér\w*"
    r"|dziennikar\w*|freelance\w*|autorin|practitioner|physician|psychologist|nurse|columnista|analista)\b|記者|编辑|編集|기자|مراسل|محرر",
    re.I,
)
"""Words of a role; a part that holds one is not a name."""
_AFTER = re.compile(
    r"\s*[,|–—/-]\s+(?:the |our |bbc |cnn )?(?:[\w&'’.-]+\s){0,4}(?:" + ROLE.pattern + r").*$"
    r"|\s*[(（\[【].*$|\s+(?:记者|記者)$|\s*기자$|\s*本报讯.*$",
    re.I | re.S,
)
_EMPLOYER = re.compile(r"\s+(?:for|of|at|from|in) (?:the )?[A-Z].*$")
_ADDRESS = re.compile(r"https?:\S+|\S+@\S+|www\.\S+")
_FOOTNOTE = re.compile(r"(?<=[^\W\d_])[\d*†‡¹²³]{1,2}$")
_AND = re.compile(
    r"\s*(?:[,;、，؛]|\n|\s(?:and|und|et|y|e|en|i|og|och|ve|dan|và|и|og|ja|és|și|a|with|mit|con|και|та|і)\s|\s*&\s*|\s\+\s|\s*[|·•⋅／]\s*|\s/\s|\s و\s?|(?<=\w)・(?=\w{2,4}記者))\s*"
)
_NOT = re.compile(
    r"^(?:https?:|www\.|@|#)|@|/|\$|\.html?$|^(?:admin(?:istrator)?|staff|editor|editors|none|null|undefined|anonymous|unknown|author|authors|user|guest|root"
    r"|by|share|news|home|more|twitter|facebook|x|linkedin|instagram|email|bio|about|profile|posts?|website|comments?|subscribe|menu|search|blog|contact"
    r"|image|video|photo|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)$|\d{3}|[<>{}|=_]{1}|\b(?:author|page|user)\.\w|\b(?:disclosure|process|guidelines|policy|full|profile|view|this|about|your|minutes?|read|sign|share|click|learn|behalf|contact|related|resources?|frequently|download|email|connected|sponsored|insights|tips?|next|comments?|articles?|posts?|newsletter)\b",
    re.I,
)
AGENCIES = frozenset(
    ["AFP", "AP", "APA", "AAP", "ANSA", "ATS", "Belga", "Bernama", "BTA", "CNA", "dapd", "DPA", "dpa", "EFE", "epd", "IPS", "KNA",
     "Keystone-SDA", "Kyodo", "LUSA", "MTI", "NTB", "PA", "PTI", "Reuters", "Ritzau", "SDA", "SID", "TASS", "TT", "UPI", "Xinhua",
     "Yonhap"]
)  # fmt: skip
"""Agencies by which a story is signed like by a person."""
_PARTICLES = frozenset(
    [
        "van",
        "von",
        "de",
        "der",
        "den",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "do",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "ter",
        "ten",
        "te",
        "zu",
        "zur",
        "af",
        "av",
        "y",
        "i",
        "e",
        "und",
        "of",
        "abu",
        "bint",
        "op",
        "st",
        "mac",
        "san",
        "ul",
        "ur",
        "bte",
        "binti",
    ]
)
_CREDENTIAL = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.?-?){1,4}[®™*]?\.?$")
_CASED = re.compile(r"[^\W\d_]")
_SPACE = re.compile(r"\s+")


def list_names(values: Iterable[str], *, visible: bool = False) -> list[str]:
    """Return the names of people in bylines, each once; line breaks part names.

    `visible` texts come from the page's face: there, what is not shaped like a name (places, roles, handles) is none.

    >>> list_names(["By Jane Doe and John Roe, Staff writer", "admin"]), list_names(["Von Anna Berg, Altona"], visible=True)
    (['Jane Doe', 'John Roe'], ['Anna Berg'])
    >>> list_names(["Diana Prince"]), list_names(["作者：李明"]), list_names(["Ola Nordmann og Kari Nordmann"])
    (['Diana Prince'], ['李明'], ['Ola Nordmann', 'Kari Nordmann'])
    >>> list_names(["Harbour Desk Contributor"]), list_names(["By the Gazette Team"], visible=True)
    (['Harbour Desk Contributor'], ['the Gazette Team'])
    """
    stated = list(values)
    people = [name for value in stated for name in _list_value_names(value, visible)]
    if not people:
        # Who signs as "Staff Reporter" is the author where nobody else is named.
        people = [name for value in stated if not visible or BY.match(value) for name in _list_desks(value)]
    return list(dict.fromkeys(people))


def _list_desks(value: str) -> list[str]:
    """Return the undivided byline of a role or a team; "" makes none.

    >>> _list_desks("By Our Editors"), _list_desks("Ferries and their editors sank off the coast"), _list_desks("editor")
    (['Our Editors'], [], [])
    """
    text = _SPACE.sub(" ", BY.sub("", value.strip()[:LONGEST_NAME])).strip(" .,;:|–—-")
    parts = text.split()
    is_desk = 2 <= len(parts) <= MOST_DESK_WORDS and (ROLE.search(text) or parts[-1] in ("Team", "Desk"))
    is_plain = not _NOT.search(text) and not re.search(r"[,;|&\d]|\b(?:and|und|et|y)\b", text)
    return [text] if is_desk and is_plain and _is_name_shaped([part for part in parts if part != "the"]) else []


def _list_value_names(value: str, visible: bool) -> list[str]:
    text = _ADDRESS.sub("", unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", value[:LONGEST_BYLINE]))).strip()
    people: list[str] = []
    for line in text.split("\n"):
        line = _SPACE.sub(" ", line).strip()
        line = _AFTER.sub("", _NOISE.sub("", BY.sub("", line)))
        line = _EMPLOYER.sub("", line) if visible else line
        for part in _AND.split(line):
            name = _FOOTNOTE.sub("", BY.sub("", part).strip(" .,;:|-–—·•⋅*\"“”„'’‘/"))
            if not is_name(name, visible=visible):
                continue
            if people and _is_needless(name, visible):
                continue
            people.append(name)
    return people


def _is_needless(name: str, visible: bool) -> bool:
    """Tell a title after a name ("MD", "Ph.D."), or on the page's face a single word, which is a place or a role."""
    single = " " not in name and name.isascii() and name not in AGENCIES
    return single and (visible or (len(name) <= 6 and bool(_CREDENTIAL.match(name)) and name != name.capitalize()))


def is_name(name: str, *, visible: bool) -> bool:
    """Tell whether a text can be a name; on the page's face only where it has the shape of one.

    >>> is_name("Ana de la Cruz", visible=True), is_name("Updated 3 hours ago", visible=True)
    (True, False)
    """
    parts = name.split()
    if not (2 <= len(name) <= LONGEST_NAME and 1 <= len(parts) <= MOST_WORDS) or _NOT.search(name):
        return False
    if not _CASED.search(name) or fold_words(name) in _MONTHS:
        return False
    if len(parts) > 1 and ROLE.search(name) and parts[-1].lower() not in ("staff", "team", "desk", "newsroom"):
        return False
    return not visible or _is_name_shaped(parts)


def is_person(name: str, common: Set[str]) -> bool:
    """Tell whether a line in capitals is more likely a person's name than a heading: none of its words is among `common`,
    the words that the page writes small.

    >>> is_person("Ana de la Cruz", {"ferry", "contact", "us"}), is_person("Contact Us", {"ferry", "contact", "us"})
    (True, False)
    """
    parts = [part for part in name.split() if part.lower() not in _PARTICLES]
    return (
        parts[:1] != ["The"]
        and 2 <= len(parts) <= 4
        and all(
            re.fullmatch(r"[^\W\d_][\w.'’-]*", part) and part[0].isupper() and part.lower() not in common
            for part in parts
        )
    )


def _is_name_shaped(parts: list[str]) -> bool:
    if any(re.search(r"\w\.[a-z]{2,}$", part) for part in parts):
        return False
    if len(parts) == 1 and ROLE.fullmatch(parts[0]):
        return False
    if len(parts) > 1 and parts[-1] in _PARTICLES and parts[-1] not in ("i", "y", "e"):
        return False
    return all(
        part.lower() in _PARTICLES
        or not part[0].isalpha()
        or part[0].lower() == part[0].upper()
        or not part[0].islower()
        for part in parts
    )


_MONTHS = frozenset(MONTH_NAMES.lower().split("|"))


def squeeze_name(name: str) -> str:
    """Return the letters and digits of a name alone, as names of publications are compared.

    >>> squeeze_name("The Harbour-Gazette.example")
    'harbourgazetteexample'
    """
    return fold_words(name).removeprefix("the ").replace(" ", "")


def is_publication(name: str, publications: Iterable[str]) -> bool:
    """Tell whether a byline names the publication itself.

    >>> is_publication("Harbour Gazette News", ["The Harbour Gazette"]), is_publication("Ana Gale", ["Gale Force"])
    (True, False)
    """
    wanted = squeeze_name(name)
    for publication in publications:
        known = squeeze_name(publication)
        if len(known) >= 3 and (wanted == known or (len(known) >= 5 and wanted.startswith(known))):
            return True
        if len(wanted) >= 4 and known.startswith(wanted) and len(name.split()) != 2:
            return True
    return False
