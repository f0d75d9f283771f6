"""This module tells where the headline and the byline stand among the lines of a flattened dump. It is pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace

from newsarchive.metadata.ranker import Candidate
from newsarchive.models import Block
from newsarchive.text.date_forms import DATE, find_stated_date
from newsarchive.text.measures import fold_words, is_long, measure_size
from newsarchive.text.person_names import AGENCIES, BY, LONGEST_NAME, ROLE, is_person, list_names

SHORTEST, LONGEST = 12, 220
"""Letters of a headline."""
HEAD_LINES = 60
"""Lines before the story among which its headline is looked for."""
NEAR = (1, 3, 8, 20)
"""Steps of the distance between a line and the story."""
FOLLOWING = 8
"""Lines under the headline among which a date or a byline speaks for it."""
OPENING_LINE = 300
"""Characters of the story's first block in which a glued date is looked for."""
OPENING = 1500
"""Characters of the story that take up the headline's words."""

ECHO = 0.6
"""Share of a line's words that the story takes up, from which it speaks of the same."""

BEARS_OUT = {"said": 3.0, "near": 1.0, "first": 0.5, "signed": 1.0, "repeated": 0.7, "person": 1.0}
"""What each kind of evidence adds to a byline."""
ENOUGH = 1.9
"""The least evidence of a byline: a name right under the headline, or a person with a date, a role or an echo."""
NEXT_LINES = 5
"""Lines under the headline where a byline needs no more than a person's name."""

_LEAD = re.compile(r"^[\s/|>•·–—»-]+")
_TRAIL = re.compile(r"[\s/|•·–—,-]+(?:by|von|por|par|di)?$|\s(?:by|von|por|par)$", re.I)
_BIG, _SMALL = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄ", "a-zß-öø-ÿšžčřěůőűąęłńśźżğışа-яёіїє"
_GLUED_BY = re.compile(
    rf"(?:^|(?<=\s))((?:Kommentar |Text |Interview )?(?:[Bb]y|BY|[Vv]on|[Pp]or|[Pp]ar|Di|[Dd]oor|Av|Af))(?=[{_BIG}][{_BIG}{_SMALL}])"
)
_GLUED_AND = re.compile(rf"(?<=[{_SMALL}])(?:und|and|et)(?=[{_BIG}])")
_GLUED = re.compile(rf"(?<=[{_SMALL}])(?<!Mc)(?<!Mac)(?<!Fitz)(?<!\bDe)(?<!\bLa)(?<!\bLe)(?<!\bVan)(?=[{_BIG}\d])")
_GLUED_YEAR = re.compile(r"(?<=[./\s,-])((?:19|20)\d\d)(?=\d{1,2}(?!\d))")
_BEFORE_DATE = re.compile(rf"(?<=[{_SMALL}])\s(?=\d{{1,2}}[./-]\d{{1,2}}[./-]\d)")
_COLON = re.compile(rf"(?<=[{_SMALL}]):(?=[{_BIG}])")
_DOUBLED = re.compile(r"(?:^|[\s»>/|])*(\S.{13,140}?\S)[\s»>/|]*\1")
_GLUED_KICKER = re.compile(
    rf"(?<=[{_SMALL}“”\"»])[–—]?\s?(?<!\s[a-z])(?<![Mm]c)(?<!Mac)(?=[{_BIG}„«][{_SMALL}{_BIG}])(?<!\s)|(?<=[{_SMALL}])[–—]\s(?=[{_BIG}])"
)
LONGEST_KICKER = 45
"""Characters before a colon that may be a kicker."""
_IS_AND = re.compile(r"(?:,|und|and|et|og|y|e|en|&|и|•|\|)\W*$")
_CREDIT = re.compile(r"\s*(?:©|\bFoto:|\bPhoto:).*$")
_TIME = re.compile(r"\D{0,8}\d{1,2}[:.時时]\d\d")
_SIGNED = re.compile(
    r"^\d{1,2}[:.]\d\d$|\b(?:hours?|mins?|minutes?|days?) (?:ago|read)\b|^\d+ (?:min|hours|days)", re.I
)
"""Lines that stand under a byline: a time, how long ago, how long to read."""
_SENTENCE = re.compile(r"[.。।]['\"”»)]*$")
_BAR = re.compile(r"\s[|–—-]\s|｜")


def split_head(judged: list[tuple[Block, str]]) -> tuple[list[Block], list[Block]]:
    """Return the lines before the story's first paragraph, and the story's."""
    first = next((n for n, (block, rule) in enumerate(judged) if not rule and is_long(block)), len(judged))
    return [block for block, _ in judged[:first]], [block for block, rule in judged[first:] if not rule]


def list_title_candidates(head: list[Block], story: list[Block], rest: Iterable[Block] = ()) -> list[Candidate]:
    """Return the lines that may be the headline, each text once, with what speaks for it; `rest` are the other lines."""
    body = " ".join(block.text for block in story)
    stems, opening = _list_stems(body), _list_stems(body[:OPENING])
    counts = Counter(fold_words(block.text) for block in head)
    below_story = {fold_words(block.text) for block in rest}
    marks = [_find_mark(block.text) for block in head]
    candidates: dict[str, Candidate] = {}
    echoes = [measure_size(b.text) >= SHORTEST and _measure_share(_list_stems(b.text), stems) >= ECHO for b in head]
    longest = max((measure_size(b.text) for b in head[-HEAD_LINES:] if measure_size(b.text) <= LONGEST), default=1.0)
    for number in range(max(len(head) - HEAD_LINES, 0), len(head)):
        below = marks[number + 1 : number + 1 + FOLLOWING]
        place = {f"{mark}-below": 1.0 for mark in ("date", "byline") if mark in below}
        place |= {f"within-{step}": 1.0 for step in NEAR if len(head) - number <= step}
        place |= {"date-above": 1.0} if "date" in marks[max(number - 3, 0) : number] else {}
        place |= {"byline-above": 1.0} if "byline" in marks[max(number - 3, 0) : number] else {}
        place |= {"echo-above": 1.0} if any(echoes[max(number - 4, 0) : number]) else {}
        place |= {"echo-below": 1.0} if any(echoes[number + 1 : number + 5]) else {}
        for text, cut in _list_variants(head[number].text):
            key = fold_words(text)
            names_only = "\n" in (parted := unglue_line(text)) and is_name_alone(parted)
            if not SHORTEST <= measure_size(text) <= LONGEST or _find_mark(text) or not key or names_only:
                continue
            features = (
                _measure_features(text, stems, opening, counts[key]) | {"long": measure_size(text) / longest} | place
            )
            is_glued = not cut and bool(_GLUED_KICKER.search(text) or _DOUBLED.search(text))
            features |= {"glued": 1.0} if is_glued else {}
            features |= {name: 1.0 for name in (cut, "below-story" * (key in below_story)) if name}
            kept = candidates.setdefault(key, Candidate(text, "text"))
            if not cut and len(text) < len(kept.value):
                kept.value = text
            kept.features = {
                name: max(value, kept.features.get(name, 0.0)) for name, value in (kept.features | features).items()
            }
    keys = list(candidates)
    for key, candidate in candidates.items():
        others = [other for other in keys if other != key and len(other) > len(key)]
        candidate.features |= {"tail-of-another": 1.0} if any(other.endswith(key) for other in others) else {}
        candidate.features |= {"head-of-another": 1.0} if any(other.startswith(key) for other in others) else {}
        shorter = [other for other in keys if len(other) < len(key)]
        candidate.features |= {"holds-tail": 1.0} if any(key.endswith(other) for other in shorter) else {}
        candidate.features |= {"holds-head": 1.0} if any(key.startswith(other) for other in shorter) else {}
    return list(candidates.values())


def _list_variants(line: str) -> Iterator[tuple[str, str]]:
    """Yield a line trimmed, then what is left where scraping glued a kicker, a trail or its own double to a headline.

    >>> list(_list_variants("Home News Ferry sinks off Altona Ferry sinks off Altona"))[1:]
    [('Ferry sinks off Altona', 'doubled')]
    >>> list(_list_variants("The harbour reportFerry sinks off Altona"))[1:]
    [('Ferry sinks off Altona', 'unglued')]
    """
    text = _COLON.sub(": ", trim_line(line))
    yield text, ""
    if double := _DOUBLED.search(text):
        yield double[1].strip(), "doubled"
        return
    for glue in list(_GLUED_KICKER.finditer(text))[:2]:
        yield text[glue.end() :], "unglued"
    kicker, colon, rest = text.partition(": ")
    if colon and len(kicker) <= LONGEST_KICKER:
        yield rest, "after-colon"


def _find_mark(text: str) -> str:
    if len(text) > 100:
        return ""
    if find_stated_date(text) and measure_size(text) < 70:
        return "date"
    return "byline" if len(text) < 80 and not _SENTENCE.search(text) and _is_byline(text) else ""


def _is_byline(text: str) -> bool:
    """Tell whether a line is a "By" and names, and not a headline that opens with the same word.

    >>> _is_byline("Von Anna Berg, Altona"), _is_byline("Von Altona bis Aachen: Im Netz der Schmuggler")
    (True, False)
    """
    by = BY.match(f"{text} ")
    if not by:
        return False
    spoken = sum(len(fold_words(name).split()) for name in list_names([text], visible=True))
    rest = len(fold_words(text[by.end() :]).split())
    return not rest or spoken >= rest / 2 or any(map(str.isdigit, text))


def _list_stems(text: str) -> set[str]:
    """Return the openings of a text's words, or the pairs of signs of a language without spaces.

    >>> sorted(_list_stems("Ferries sink")), sorted(_list_stems("暴风雨"))
    (['ferri', 'sink'], ['暴风', '风雨'])
    """
    stems = set()
    for word in fold_words(text).split():
        if word.isascii() or measure_size(word) == len(word):
            stems.add(word[:5])
        else:
            stems.update(word[n : n + 2] for n in range(len(word) - 1))
    return {stem for stem in stems if len(stem) > 3 or not stem.isascii()}


def _measure_share(stems: set[str], others: set[str]) -> float:
    return len(stems & others) / len(stems) if stems else 0.0


def trim_line(text: str) -> str:
    """Return a line without what naive scraping leaves at its ends: bars, the date, "by".

    >>> trim_line("Ferry sinks off Altona byAna Gale")
    'Ferry sinks off Altona'
    >>> trim_line("/ Ferry sinks off Altona 3 May 2024, 10:00 | By"), trim_line("Ferry sinks")
    ('Ferry sinks off Altona', 'Ferry sinks')
    """
    text = _LEAD.sub("", text)
    if (glued := _GLUED_BY.search(text)) and glued.start() >= SHORTEST:
        text = text[: glued.start()]
    match = DATE.search(text)
    if match and (match.start() >= len(text) / 2 or (match.start() >= SHORTEST and _TIME.search(text, match.end()))):
        text = text[: match.start()]
    return _TRAIL.sub("", _CREDIT.sub("", text))


def _measure_features(text: str, stems: set[str], opening: set[str], count: int) -> dict[str, float]:
    line_stems = _list_stems(text)
    share = _measure_share(line_stems, stems)
    features = {
        "told": share,
        "told-words": share * min(len(line_stems), 10) / 10,
        "opening": _measure_share(line_stems, opening),
        "repeated": float(count > 1),
        "thrice": float(count > 2),
        "sentence": float(bool(_SENTENCE.search(text))),
        "short": float(measure_size(text) < 30),
        "one-line": float(40 <= measure_size(text) <= 110),
        "too-long": float(measure_size(text) > 130),
        "bar": float(bool(_BAR.search(text))),
        "asks": float(text.rstrip().endswith(("?", "？", "؟"))),
        "bracketed": float(text.startswith(("(", "[", "…"))),
        "colon-end": float(text.rstrip().endswith(":")),
    }
    return {name: value for name, value in features.items() if value}


@dataclass(frozen=True)
class Byline:
    """A byline is names on neighbouring lines, with what bears them out."""

    people: list[str]
    weight: float
    """The sum of the evidence; under `ENOUGH` nobody would take the line for a byline."""


def list_bylines(lines: list[Block], repeats: Counter[str], common: Set[str] = frozenset()) -> list[Byline]:
    """Return the names after a "By" and those alone on a line, in the order of the page.

    `lines` begin under the headline. `repeats` counts the short lines of the whole dump: an author's name stands at
    the end again. `common` are the words that the dump writes small, none of which is a name.

    >>> lines = [Block("paragraph", text) for text in ("By", "Ana Gale,", "Per Holm", "3 May 2024", "Share")]
    >>> list_bylines(lines, Counter())[0].people, list_bylines([Block("paragraph", "ByAna GaleandPer Holm3 May 2024")], Counter())[0].people
    (['Ana Gale', 'Per Holm'], ['Ana Gale', 'Per Holm'])
    """
    texts = [part for line in lines for part in _split_line(line.text)]
    marks = [_find_mark(text) for text in texts]
    bylines: list[Byline] = []
    taken = -1
    for number, text in enumerate(texts):
        if number <= taken or len(text) > 120 or _SENTENCE.search(text):
            continue
        opened = number > 0 and bool(BY.fullmatch(f"{texts[number - 1]} "))
        is_said = opened or marks[number] == "byline" or bool(BY.match(f"{text} ") and _is_byline(text))
        if not (is_said or is_name_alone(text)):
            continue
        taken = number
        while taken + 1 < len(texts) and _is_continued(texts[taken + 1], common):
            taken += 1
        run = list_names(["\n".join(texts[number : taken + 1])], visible=True)
        people = [
            name for name in run if name in AGENCIES or (":" not in name and (is_said or is_person(name, common)))
        ]
        if people:
            evidence = {
                "said": is_said,
                "near": number < NEXT_LINES,
                "first": number == 0,
                "signed": _is_signed(marks, texts, number),
                "repeated": repeats[fold_words(text)] > 1,
                "person": all(is_person(name, common) or name in AGENCIES for name in people),
            }
            bylines.append(Byline(people, sum(BEARS_OUT[name] for name, holds in evidence.items() if holds)))
    return bylines


def _split_line(line: str) -> list[str]:
    """Return a line cut where scraping glued its parts and where bars and a date part it.

    >>> _split_line("Ana Gale|Published3 days ago"), _split_line("Ana Gale 3/5/2024 10:22")
    (['Ana Gale', 'Published', '3 days ago'], ['Ana Gale', '3/5/2024 10:22'])
    """
    parts = re.split(r"\n|\s*[|•·⋅]\s*|(?<=\w)–\s", unglue_line(line))
    parts = [piece for part in parts for piece in _BEFORE_DATE.split(part, maxsplit=1)]
    return [part.strip() for part in parts if part.strip()]


def _is_continued(text: str, common: Set[str]) -> bool:
    """Tell whether a line under a name belongs to the same byline."""
    if _IS_AND.match(text) or text in AGENCIES:
        return True
    return is_name_alone(text) and all(is_person(name, common) for name in list_names([text], visible=True))


def count_repeats(blocks: Iterable[Block]) -> Counter[str]:
    """Return how often each line occurs that is short enough for a name."""
    return Counter(fold_words(block.text) for block in blocks if len(block.text) < LONGEST_NAME)


def unglue_line(text: str) -> str:
    """Return a line with breaks where naive scraping glued its parts: "By" to a name, names and dates to each other.

    >>> unglue_line("VonAnna BergundPer Holm3. Mai"), unglue_line("Ian McDonald")
    ('Von Anna Berg\\nPer Holm\\n3. Mai', 'Ian McDonald')
    """
    if len(text) > 160:
        return text
    text = _GLUED_BY.sub(r"\1 ", text)
    text = _GLUED_AND.sub("\n", text)
    return _GLUED.sub("\n", text)


def _is_signed(marks: list[str], texts: list[str], number: int) -> bool:
    """Tell whether a date, a time or a role stands next to a line."""
    near = texts[number + 1 : number + 4]
    return "date" in marks[max(number - 1, 0) : number + 4] or any(
        len(text) < 40 and (_SIGNED.search(text) or ROLE.search(text)) for text in near
    )


def find_opening_date(story: list[Block]) -> str:
    """Return a date with a time of day in the story's first lines, where scraping glued the byline's line to it.

    >>> find_opening_date([Block("paragraph", "Photo: A. Gale by Ana Gale 3 May 2024, 19:09 3 min The harbour is shut.")])
    '2024-05-03T19:09'
    """
    text = story[0].text[:OPENING_LINE] if story else ""
    match = DATE.search(text)
    return find_stated_date(text[match.start() : match.end() + 14]) if match and _TIME.match(text, match.end()) else ""


def part_year(line: Block) -> Block:
    """Return a line with a space where scraping glued a number to a date's year.

    >>> part_year(Block("paragraph", "25 de mayo de 202516:51 h")).text
    '25 de mayo de 2025 16:51 h'
    """
    return replace(line, text=_GLUED_YEAR.sub(r"\1 ", line.text)) if len(line.text) <= OPENING_LINE else line


def is_name_alone(text: str) -> bool:
    """Tell whether a line is nothing but names of two to four words.

    >>> is_name_alone("Ana Gale and Per Holm"), is_name_alone("Ferry sinks off coast"), is_name_alone("Share")
    (True, False, False)
    """
    people = list_names([text], visible=True)
    spoken = sum(len(fold_words(name).split()) for name in people)
    return (
        bool(people)
        and all(2 <= len(name.split()) <= 4 or name in AGENCIES for name in people)
        and len(fold_words(text).split()) - spoken <= len(people)
    )
