"""This module finds where a naive scraper joined two words without the space between them, and tells how sure that is.
It is pure.

Such a scraper strips every text node of a paragraph and joins them, so that the space beside a link or a bold word is
lost: "Lavrovhe said", "theGenesis report", "end.The". A joint is believed when both halves are words, the whole is
none, and the evidence reaches a bar. The weights below are those of a logistic regression over 10,000 joints that are
known exactly (paragraphs of the WCXB development pages, CC-BY-4.0, and of the pages of Fundus' parser tests, MIT,
flattened as bench/repair_precision.py does, half of the sites); the other half of the sites is the check.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from newsarchive.text.word_frequencies import Lexicon, Side, lower_word

STRICT = 4.0
"""Log-odds from which a joint counts without any other sign that the text was joined badly."""
LOOSE = 2.0
"""The same where the text shows other joints."""
LOOSER, LOOSEST = 1.0, 0.5
"""The same beside a word that hardly ever stands in a longer one, and where the other half is long besides."""
FREE, VERY_FREE, BOUND = 5.0, 5.5, 4.0
COMPOUNDING = frozenset({
    "de", "nl", "sv", "da", "nb", "is", "fi", "et", "hu", "tr", "az", "zu", "xh", "sw", "af", "lb", "fy", "fo", "se",
    "kl", "kk", "ar", "he", "fa", "ur", "bn", "hi", "ta"
})  # fmt: skip
"""Languages that write compounds, endings or particles as one word, by code of their word list."""
UNSPACED = frozenset(["zh", "ja", "th", "lo", "km", "my", "bo", "ko", "vi"])
"""Languages that put no space between words, or not between words alone: no word is taken apart there."""
ONE_LETTER = {
    "en": "ai", "es": "aeouy", "pt": "aeoéà", "it": "aeioè", "fr": "ayà", "ca": "aio", "ru": "авикосуя",
    "uk": "авзійоуяє", "cs": "aikosuvz", "pl": "aiouwz", "sv": "åi", "da": "åi", "nb": "åi", "is": "áí",
}  # fmt: skip
"""Letters that are words."""

_RUN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SKIPPED = re.compile(
    r"@|://|[#_/\\`<>{}=|]|\w\(\w|\w\.[a-z]{2,6}\b|\w\.\w+\.\w|(?i:www\.|\.(?:com|net|org|info|gov|edu|io|js|py)\b)"
)
"""Chunks that are no prose: addresses, handles, hosts, file names, code."""
_NAME_HEADS = frozenset({
    "mc", "mac", "de", "di", "da", "du", "la", "le", "van", "von", "fitz", "san", "st", "al", "el", "ter", "ten",
    "del", "des", "bin", "ibn", "abu"
})  # fmt: skip
"""What names begin with before an inner capital: "LeBron", "DeSantis"."""
_GENDER_ENDINGS = frozenset({"in", "innen"})
"""What German writes with a capital inside a word: "LeserInnen"."""
ARTICLE = 7.0
"""Frequency of the commonest words: articles, "and", "of"."""
_SLIPS = 2.6
"""Frequency under which a listed word may itself be two joined ones: the lists were counted from the web ("thebest",
"tothe"). Of 205 such words whose halves are both free, all were joints."""


@dataclass(frozen=True)
class PageWords:
    """It holds what is known of the words of a text."""

    lexicon: Lexicon
    seen: Counter[str]
    """Words of the page in lower case."""
    names: frozenset[str]
    """Words of the source's other pages, in lower case."""

    def letters(self) -> frozenset[str]:
        """Return the letters that are words."""
        return frozenset(ONE_LETTER.get(self.lexicon.lang, ""))

    def is_at_hand(self, word: str) -> bool:
        """Tell whether a half is a common word, seen elsewhere on the page, or known of the source."""
        return word in self.lexicon.common or word in self.seen or word in self.names

    def is_known(self, word: str) -> bool:
        """Tell whether a half is a word, be it a rare one."""
        word = word.removesuffix("'s")
        if len(word) < 2:
            return word in self.letters()
        return self.is_at_hand(word) or (len(word) > 2 and self.lexicon.frequency(word) > 0)

    def freedom(self, word: str, side: Side) -> float:
        """Return how freely a word stands beside others; of rare words only their frequency is known."""
        known = self.lexicon.freedom(word, side)
        if known:
            return known
        frequency = self.lexicon.common.get(word) or self.lexicon.frequency(word)
        return 3.8 if frequency >= 4.5 else max(frequency - 0.7, 0.5)

    def times(self, word: str) -> int:
        """Return how often a word stands elsewhere on the page, up to 3."""
        return min(self.seen[word] + (word in self.names), 3)


def count_runs(texts: list[str]) -> Counter[str]:
    """Count the runs of letters of texts as they are spelt.

    >>> sorted(count_runs(["The keepers' lock isn't", "a 2nd."]))
    ['The', 'a', "isn't", 'keepers', 'lock', 'nd']
    """
    return Counter(_RUN.findall("\n".join(texts)))


def count_runs_across(text: str, borders: frozenset[int]) -> Counter[str]:
    """Count the runs of letters that go on across one of the borders.

    >>> count_runs_across("He met Putinafter lunch", frozenset({2, 12}))
    Counter({'Putinafter': 1})
    """
    matches = _RUN.finditer(text) if borders else ()
    return Counter(m[0] for m in matches if not borders.isdisjoint(range(m.start() + 1, m.end())))


def lower_words(spelt: Counter[str], lang: str) -> Counter[str]:
    """Count words in lower case.

    >>> lower_words(Counter({"The": 1, "the": 2}), "en")
    Counter({'the': 3})
    """
    counted = Counter({word: times for word, times in spelt.items() if word.islower() and "’" not in word})
    for word, times in spelt.items():
        if word not in counted:
            counted[lower_word(word, lang)] += times
    return counted


def find_splits(spelt: Counter[str], words: PageWords) -> dict[str, tuple[float, int]]:
    """Return those that are likely two joined words, as they are spelt: log-odds, and where the second begins."""
    common, splits = words.lexicon.common, {}
    if not common or words.lexicon.lang in UNSPACED:
        return {}
    for run in sorted(spelt):
        if run in common:
            continue
        low = lower_word(run, words.lexicon.lang)
        if low in common or low in words.names or not len(low) == len(run) > 2:
            continue
        whole = words.lexicon.frequency(low)
        if whole < _SLIPS and (best := _find_best(run, low, whole, words)) and best[0] >= LOOSE:
            splits[run] = best
    return splits


def find_positions(text: str, second_halves: dict[str, int], words: PageWords, *, marks: bool) -> set[int]:
    """Return where spaces are missing in a text: in words that `second_halves` takes apart and, if asked, at marks."""
    positions = set()
    for match in _RUN.finditer(text) if second_halves else ():
        if match[0] in second_halves and not _SKIPPED.search(_find_chunk(text, match.start(), match.end())):
            positions.add(match.start() + second_halves[match[0]])
    return positions | find_mark_joints(text, words) if marks else positions


def _find_chunk(text: str, start: int, end: int) -> str:
    """Return what stands between two white spaces around a place."""
    after = text.find(" ", end)
    return text[text.rfind(" ", 0, start) + 1 : after if after >= 0 else len(text)]


def _find_best(run: str, low: str, whole: float, words: PageWords) -> tuple[float, int] | None:
    """Return the likeliest split of a word, unless another is nearly as likely or the whole, so common, is a word."""
    options = [(score, at) for at in _list_places(run, low, words) if (score := _score_split(run, low, at, words)) > 0]
    options.sort(reverse=True)
    if not options or (len(options) > 1 and options[0][0] - options[1][0] < 1):
        return None
    score, at = options[0]
    return (score, at) if not whole or _are_both_free(low[:at], low[at:], words) else None


def _are_both_free(a: str, b: str, words: PageWords) -> bool:
    return words.lexicon.freedom(a, "left") >= FREE and words.lexicon.freedom(b, "right") >= FREE


def _list_places(run: str, low: str, words: PageWords) -> Iterator[int]:
    """Yield where a word may be joined: at a capital, beside a free word, between two long ones."""
    left, right, letters = words.lexicon.free("left"), words.lexicon.free("right"), words.letters()
    for at in range(1, len(run)):
        if (
            low[:at] in letters
            or low[:at] in left
            or low[at:] in right
            or (at > 4 and len(run) - at > 5)
            or run[at].isupper()
            or low.startswith("'s", at - 2)
        ) and (words.is_at_hand(low[:at]) or words.is_at_hand(low[at:])):
            yield at


def _score_split(run: str, low: str, at: int, words: PageWords) -> float:
    """Return the log-odds that a word is joined at a letter; 0 where a rule speaks against it."""
    a, b = low[:at], low[at:]
    if not (a[-1].isalpha() and b[0].isalpha() and words.is_known(b) and words.is_known(a)):
        return 0.0
    if a.endswith("'s"):
        return STRICT if len(b) > 2 and words.lexicon.lang == "en" else 0.0
    score = _score_capital if run[at].isupper() else _score_plain
    return score(run[:at], run[at:], a, b, words)


def _score_capital(left: str, right: str, a: str, b: str, words: PageWords) -> float:
    """Score "toldRest", "TheGenesis": a capital in the middle is strong evidence, but brands are written so too.

    A brand comes again on its page, and does not begin with an article.
    """
    free = words.lexicon.freedom(a, "left")
    if b in _GENDER_ENDINGS or (a in _NAME_HEADS and free < FREE) or len(a) < 2:
        return 0.0
    if words.seen[a + b] > 1 and free < FREE:
        return 0.0
    score = 1.8 + 1.7 * max(0.0, max(free, words.lexicon.freedom(b, "right")) - 4.8)
    score += 0.6 * words.times(a) + 0.4 * words.times(b)
    if left.islower():
        return score if len(a) > 2 or free >= FREE else 0.0
    is_article = words.lexicon.common.get(a, 0.0) >= ARTICLE and len(a) > 2
    return min(score, STRICT - 0.1) if left.istitle() and is_article and words.seen[a + b] == 1 else 0.0


def _score_plain(left: str, right: str, a: str, b: str, words: PageWords) -> float:
    """Score "Lavrovhe", "placeto": no letter betrays the joint, so one half must be a word that stands alone."""
    lang = words.lexicon.lang
    if right != right.lower() or (words.seen[a + b] > 1 and not _are_both_free(a, b, words)):
        return 0.0
    if any(0 < words.lexicon.freedom((a + b)[at:], "right") < BOUND for at in range(max(1, len(a) - 3), len(a))):
        return 0.0  # "Rumpel|and" is "Rumpe-land"
    if not (left == left.lower() or left.istitle() or left.isupper()) and (
        len(a) < 6 or not words.lexicon.frequency(a)
    ):
        return 0.0  # "toKyo|to"
    x, y = words.freedom(a, "left"), words.freedom(b, "right")
    score = -14.3 + 0.6 * x + 0.9 * y + 0.6 * max(0.0, max(x, y) - 4.8) + 0.6 * words.times(a) + 0.9 * words.times(b)
    score += 3.3 * math.log(len(a + b)) + 0.6 * (len(a) == 1) - 1.5 * (len(b) == 1) - 2.1 * (lang in COMPOUNDING)
    if x >= FREE and len(a) > 1 and len(a + b) < 7:
        score -= 1.5  # "Hebe", "Ithell", "douse"
    if max(x, y) < FREE and len(a) > 1:
        return _lift_score(score) if lang not in COMPOUNDING and _are_long(left, a, b, x, y, words) else 0.0
    other = max(len(b) if x >= VERY_FREE else 0, len(a) if y >= VERY_FREE and (len(a) > 5 or len(b) > 2) else 0)
    return _lift_score(score, LOOSE - LOOSEST if other > 5 else LOOSE - LOOSER) if other > 3 else score


def _lift_score(score: float, by: float = LOOSE - LOOSER) -> float:
    """Return a score for the lower of the two bars beside other joints; it never reaches the strict one by that."""
    return max(score, min(score + by, STRICT - 0.1))


def _are_long(left: str, a: str, b: str, x: float, y: float, words: PageWords) -> bool:
    """Tell of two words, none of them free, whether they are too long, unbound and well known to be one word."""
    if len(b) < 6 or y < 3.5:
        return False
    return (len(a) > 5 and x >= 3) or (left.istitle() and words.seen[a] > 1)


# --- joints at marks and digits -------------------------------------------------------------------------------------

_WORD = r"[^\W\d_]+(?:['’][^\W\d_]+)*"
_QUOTE = '"“”„«»'
_QUOTES = re.compile(f"[{_QUOTE}]")
_STOP = re.compile(
    rf"(?P<a>{_WORD}|(?<!\d)(?:19|20)\d\d)[{_QUOTE})]?(?P<stop>[.!?:,;])(?P<mark>[{_QUOTE}()])?(?=(?P<b>{_WORD}))"
)
_BETWEEN = re.compile(rf"(?P<a>{_WORD})(?P<mark>[{_QUOTE}])(?=(?P<b>{_WORD}))")
_YEAR = re.compile(rf"(?P<a>{_WORD})?(?P<year>(?<!\d)(?:19|20)\d\d(?!\d))(?=(?P<b>{_WORD})?)")
_PRICE = re.compile(rf"(?P<a>{_WORD})(?=[$€£]\d)")


def find_mark_joints(text: str, words: PageWords) -> set[int]:
    """Return where a space is missing after a stop or a comma, beside a quotation mark, or beside a year.

    These are also slips of writers, who are not corrected: ask only of a text that shows other joints.
    """
    opens = _find_openings(text)
    joints: set[int] = set()
    for pattern, place in (
        (_STOP, _split_after_stop),
        (_BETWEEN, _split_beside_quote),
        (_YEAR, _split_beside_year),
        (_PRICE, _split_before_price),
    ):
        for match in pattern.finditer(text):
            if not _SKIPPED.search(_find_chunk(text, match.start(), match.end())):
                joints |= place(match, words, opens)
    return joints


def _find_openings(text: str) -> dict[int, bool]:
    """Return of each quotation mark whether it opens, taken by turns: languages differ in their shape.

    >>> _find_openings('He said "yes"'), _find_openings('an inch (")')
    ({8: True, 12: False}, {})
    """
    marks = [match.start() for match in _QUOTES.finditer(text)]
    return {} if len(marks) % 2 else {at: n % 2 == 0 for n, at in enumerate(marks)}


def _split_after_stop(match: re.Match[str], words: PageWords, opens: dict[int, bool]) -> set[int]:
    a, b, mark = match["a"], match["b"], match["mark"]
    if not (_is_word(a, words) and _is_word(b, words)) or (a.isupper() and b.isupper()):
        return set()
    if match["stop"] not in ",;" and not b[0].isupper():
        return set()
    if mark in ("(", ")"):
        return {match.start("mark") + (mark == ")")}
    return _split_beside_quote(match, words, opens) if mark else {match.start("b")}


def _split_beside_quote(match: re.Match[str], words: PageWords, opens: dict[int, bool]) -> set[int]:
    at = match.start("mark")
    if at not in opens or not (_is_word(match["a"], words) and _is_word(match["b"], words)):
        return set()
    return {at if opens[at] else at + 1}


def _split_beside_year(match: re.Match[str], words: PageWords, opens: dict[int, bool]) -> set[int]:
    lang, free, joints = words.lexicon.lang, words.lexicon.freedom, set()
    if match["a"] and free(lower_word(match["a"], lang), "left") >= FREE:
        joints.add(match.start("year"))
    if match["b"] and len(match["b"]) > 1 and free(lower_word(match["b"], lang), "right") >= FREE:
        joints.add(match.start("b"))
    return joints


def _split_before_price(match: re.Match[str], words: PageWords, opens: dict[int, bool]) -> set[int]:
    return {match.end()} if match["a"].islower() and len(match["a"]) > 2 else set()


def _is_word(text: str, words: PageWords) -> bool:
    low = lower_word(text, words.lexicon.lang)
    return text.isdigit() or words.is_known(low)
