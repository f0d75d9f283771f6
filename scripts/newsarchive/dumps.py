"""Where the headline and the byline stand among the lines of a flattened dump. Pure."""

from __future__ import annotations

import re
from collections import Counter

from newsarchive.choice import Candidate
from newsarchive.dates import DATE, stated_date
from newsarchive.models import Block
from newsarchive.people import BY, ROLE, names
from newsarchive.shape import is_long, size, words

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

_LEAD = re.compile(r"^[\s/|>•·–—»-]+")
_TRAIL = re.compile(r"[\s/|•·–—,-]+(?:by|von|por|par|di)?$|\s(?:by|von|por|par)$", re.I)
_BIG, _SMALL = "A-ZÀ-ÖØ-ÞА-ЯЁІЇЄ", "a-zß-öø-ÿšžčřěůőűąęłńśźżğışа-яёіїє"
_GLUED_BY = re.compile(
    rf"(?:^|(?<=\s))((?:Kommentar |Text |Interview )?(?:[Bb]y|BY|[Vv]on|[Pp]or|[Pp]ar|Di|[Dd]oor|Av|Af))(?=[{_BIG}][{_BIG}{_SMALL}])"
)
_GLUED_AND = re.compile(rf"(?<=[{_SMALL}])(?:und|and|et|og|en|y|e)(?=[{_BIG}])")
_GLUED = re.compile(rf"(?<=[{_SMALL}])(?<!Mc)(?<!Mac)(?<!Fitz)(?<!\bDe)(?<!\bLa)(?<!\bLe)(?<!\bVan)(?=[{_BIG}\d])")
_IS_AND = re.compile(r"(?:,|und|and|et|og|y|e|en|&|и|•|\|)\W*$")
_TIME = re.compile(r"\D{0,8}\d{1,2}[:.時时]\d\d")
_SIGNED = re.compile(
    r"^\d{1,2}[:.]\d\d$|\b(?:hours?|mins?|minutes?|days?) (?:ago|read)\b|^\d+ (?:min|hours|days)", re.I
)
"""Lines that stand under a byline: a time, how long ago, how long to read."""
_SENTENCE = re.compile(r"[.。।]['\"”»)]*$")
_BAR = re.compile(r"\s[|–—-]\s|｜")


def parts(judged: list[tuple[Block, str]]) -> tuple[list[Block], list[Block]]:
    """Return the lines before the story's first paragraph, and the story's."""
    first = next((n for n, (block, rule) in enumerate(judged) if not rule and is_long(block)), len(judged))
    return [block for block, _ in judged[:first]], [block for block, rule in judged[first:] if not rule]


def title_candidates(head: list[Block], story: list[Block]) -> list[Candidate]:
    """Return the lines that may be the headline, each text once, with what speaks for it."""
    body = " ".join(block.text for block in story)
    told, opening = _stems(body), _stems(body[:OPENING])
    counts = Counter(words(block.text) for block in head)
    marks = [_mark(block.text) for block in head]
    found: dict[str, Candidate] = {}
    echoes = [size(b.text) >= SHORTEST and _share(_stems(b.text), told) >= ECHO for b in head]
    longest = max((size(b.text) for b in head[-HEAD_LINES:] if size(b.text) <= LONGEST), default=1.0)
    for number in range(max(len(head) - HEAD_LINES, 0), len(head)):
        text = trimmed(head[number].text)
        key = words(text)
        if not SHORTEST <= size(text) <= LONGEST or marks[number] or not key:
            continue
        features = _features(text, told, opening, counts[key]) | {"long": size(text) / longest}
        below = marks[number + 1 : number + 1 + FOLLOWING]
        features |= {f"{mark}-below": 1.0 for mark in ("date", "byline") if mark in below}
        features |= {f"within-{step}": 1.0 for step in NEAR if len(head) - number <= step}
        features |= {"date-above": 1.0} if "date" in marks[max(number - 3, 0) : number] else {}
        features |= {"echo-above": 1.0} if any(echoes[max(number - 4, 0) : number]) else {}
        features |= {"echo-below": 1.0} if any(echoes[number + 1 : number + 5]) else {}
        kept = found.setdefault(key, Candidate(text, "text"))
        kept.features = {
            name: max(value, kept.features.get(name, 0.0)) for name, value in (kept.features | features).items()
        }
    return list(found.values())


def _mark(text: str) -> str:
    if len(text) > 100:
        return ""
    if stated_date(text) and size(text) < 70:
        return "date"
    return "byline" if BY.match(f"{text} ") and len(text) < 80 and not _SENTENCE.search(text) else ""


def _stems(text: str) -> set[str]:
    """Return the openings of a text's words, or the pairs of signs of a language without spaces.

    >>> sorted(_stems("Ferries sink")), sorted(_stems("暴风雨"))
    (['ferri', 'sink'], ['暴风', '风雨'])
    """
    found = set()
    for word in words(text).split():
        if word.isascii() or size(word) == len(word):
            found.add(word[:5])
        else:
            found.update(word[n : n + 2] for n in range(len(word) - 1))
    return {stem for stem in found if len(stem) > 3 or not stem.isascii()}


def _share(own: set[str], told: set[str]) -> float:
    return len(own & told) / len(own) if own else 0.0


def trimmed(text: str) -> str:
    """Return a line without what naive scraping leaves at its ends: bars, the date, "by".

    >>> trimmed("Ferry sinks off Altona byAna Gale")
    'Ferry sinks off Altona'
    >>> trimmed("/ Ferry sinks off Altona 3 May 2024, 10:00 | By"), trimmed("Ferry sinks")
    ('Ferry sinks off Altona', 'Ferry sinks')
    """
    text = _LEAD.sub("", text)
    if (glued := _GLUED_BY.search(text)) and glued.start() >= SHORTEST:
        text = text[: glued.start()]
    match = DATE.search(text)
    if match and (match.start() >= len(text) / 2 or (match.start() >= SHORTEST and _TIME.search(text, match.end()))):
        text = text[: match.start()]
    return _TRAIL.sub("", text)


def _features(text: str, told: set[str], opening: set[str], count: int) -> dict[str, float]:
    own = _stems(text)
    share = _share(own, told)
    found = {
        "told": share,
        "told-words": share * min(len(own), 10) / 10,
        "opening": _share(own, opening),
        "repeated": float(count > 1),
        "thrice": float(count > 2),
        "sentence": float(bool(_SENTENCE.search(text))),
        "short": float(size(text) < 30),
        "one-line": float(40 <= size(text) <= 110),
        "too-long": float(size(text) > 130),
        "bar": float(bool(_BAR.search(text))),
        "asks": float(text.rstrip().endswith(("?", "？", "؟"))),
        "colon-end": float(text.rstrip().endswith(":")),
    }
    return {name: value for name, value in found.items() if value}


def bylines(lines: list[Block], told: Counter[str]) -> list[list[str]]:
    """Return the names of each byline: after a "By", or alone on a line that a date, a role or an echo bears out.

    `told` counts the names alone on a line in the whole dump: an author's stands at the end again.

    >>> lines = [Block("paragraph", text) for text in ("By", "Ana Gale,", "Per Holm", "3 May 2024", "Share")]
    >>> bylines(lines, Counter()), bylines([Block("paragraph", "ByAna GaleandPer Holm3 May 2024")], Counter())
    ([['Ana Gale', 'Per Holm']], [['Ana Gale', 'Per Holm']])
    """
    texts = [unglued(line.text) for line in lines]
    marks = [_mark(text) for text in texts]
    found: list[list[str]] = []
    taken = -1
    for number, text in enumerate(texts):
        if number <= taken or len(text) > 120 or _SENTENCE.search(text):
            continue
        opened = number > 0 and bool(BY.fullmatch(f"{texts[number - 1]} "))
        alone = is_name_alone(text)
        if (
            marks[number] == "byline"
            or BY.match(f"{text} ")
            or opened
            or (alone and (_is_signed(marks, lines, number) or told[words(text)] > 1))
        ):
            taken = (
                next(
                    (
                        n
                        for n in range(number + 1, len(texts))
                        if not (is_name_alone(texts[n]) or _IS_AND.match(texts[n]))
                    ),
                    len(texts),
                )
                - 1
            )
            if people := names(["\n".join(texts[number : taken + 1])], visible=True):
                found.append(people)
    return found


def named_alone(blocks: list[Block]) -> Counter[str]:
    """Return how often each line that is nothing but names occurs."""
    return Counter(words(block.text) for block in blocks if len(block.text) < 60 and is_name_alone(block.text))


def unglued(text: str) -> str:
    """Return a line with breaks where naive scraping glued its parts: "By" to a name, names and dates to each other.

    >>> unglued("VonAnna BergundPer Holm3. Mai"), unglued("Ian McDonald")
    ('Von Anna Berg\\nPer Holm\\n3. Mai', 'Ian McDonald')
    """
    if len(text) > 160:
        return text
    text = _GLUED_BY.sub(r"\1 ", text)
    text = _GLUED_AND.sub("\n", text)
    return _GLUED.sub("\n", text)


def _is_signed(marks: list[str], lines: list[Block], number: int) -> bool:
    """Tell whether a date, a time or a role stands next to a line."""
    near = lines[number + 1 : number + 4]
    return "date" in marks[max(number - 1, 0) : number + 4] or any(
        len(line.text) < 40 and (_SIGNED.search(line.text) or ROLE.search(line.text)) for line in near
    )


def opening_date(story: list[Block]) -> str:
    """Return a date with a time of day in the story's first lines, where scraping glued the byline's line to it.

    >>> opening_date([Block("paragraph", "Photo: A. Gale by Ana Gale 3 May 2024, 19:09 3 min The harbour is shut.")])
    '2024-05-03T19:09'
    """
    text = story[0].text[:OPENING_LINE] if story else ""
    match = DATE.search(text)
    return stated_date(text[match.start() : match.end() + 14]) if match and _TIME.match(text, match.end()) else ""


def is_name_alone(text: str) -> bool:
    """Tell whether a line is nothing but names of two to four words.

    >>> is_name_alone("Ana Gale and Per Holm"), is_name_alone("Ferry sinks off coast"), is_name_alone("Share")
    (True, False, False)
    """
    people = names([text], visible=True)
    said = sum(len(words(name).split()) for name in people)
    return (
        bool(people)
        and all(2 <= len(name.split()) <= 4 for name in people)
        and len(words(text).split()) - said <= len(people)
    )
