"""This module mends text that a scraper or a wrong decoding broke, only where it is sure, and says what it mended.
It is pure."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import lxml.html
from lxml import etree

from newsarchive.models import Block, Repair
from newsarchive.repair import joined_words
from newsarchive.text import word_frequencies

NEEDED = 4
"""Signs that show a text to be joined badly, so that less sure joints are believed; a sure joint is two signs, another
one. Of 240 development pages and dumps without the fault, none shows as many."""
BARS = (joined_words.STRICT, joined_words.LOOSE)
ROUNDS = 6
"""A mended word is evidence for the next round; no development page needed more than four."""
CONTEXT = 24
"""Characters on each side by which a repair is found in the text."""
MENDED_KINDS = frozenset({"paragraph", "heading", "item", "quote"})
HIGH_QUOTES = frozenset(
    ["en", "es", "pt", "it", "tr", "id", "ms", "ca", "gl", "fil", "vi", "ko", "zh", "cy", "ga", "eu", "sw", "zu", "xh", "af"]
)  # fmt: skip
"""Languages whose quotations run from “ to ”; elsewhere “ may well close them."""

_SIGNS = re.compile(
    "[\u00c2\u00c3\u00e2\u00d0\u00d1\u00d8\u00d9\u00e3\u00e5\u00e6\u00ef][\u0080-\u00bf\u20ac\u2013-\u203a\u0152-\u0178\u02c6\u02dc\u2122]"
)
"""What UTF-8 read as Windows-1252 or Latin-1 leaves: a lead byte's letter and a sign after it."""
_CONFIG = {
    "unescape_html": False, "remove_terminal_escapes": False, "fix_latin_ligatures": False,
    "fix_character_width": False, "uncurl_quotes": False, "fix_line_breaks": False, "fix_surrogates": False,
    "remove_control_chars": False, "normalization": None,
}  # fmt: skip
_DOUBLE = re.compile("[“”]")
_CLOSES = re.compile(r"(?<=[\w.,!?…%)])“(?=[\s.,;:!?)]|$)")
"""Where only a closing mark can stand."""
_SINGLE_PAIR = re.compile(r"(?<!\w)‘(?:[^‘’]|(?<=\w)’(?=\w)){1,300}[\w.,!?](?P<mark>‘)(?!\w)")
_INLINE_BORDER = re.compile(r"[\w.,;:!?](?:</?[a-z][^<>]*>)+\w", re.I)


@dataclass(frozen=True, slots=True)
class _Edit:
    """It is one change of a text: `new` stands for the `size` characters from `at`."""

    at: int
    size: int
    new: str


class _MendedText:
    """It is a block's text that is being mended, for a page as the text nodes of its fragment."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.repairs: list[Repair] = []
        self.tree = lxml.html.fragment_fromstring(block.html, create_parent="div") if block.html else None
        self.nodes = [block.text] if self.tree is None else [text for _, _, text in _list_text_nodes(self.tree)]

    @property
    def text(self) -> str:
        return "".join(self.nodes)

    def borders(self) -> frozenset[int]:
        """Return where one node ends and the next begins."""
        return frozenset(itertools.accumulate(map(len, self.nodes)))

    def runs(self) -> Counter[str]:
        """Count the runs of letters that may be joined words: any of a dump, of a page those that cross a border."""
        return (
            joined_words.count_runs([self.text])
            if self.tree is None
            else joined_words.count_runs_across(self.text, self.borders())
        )

    def apply(self, edits: list[_Edit], rule: str) -> None:
        """Make changes, which stand in order, and note them."""
        self.repairs += _note_edits(self.text, edits, rule)
        start, done = 0, 0
        for number, node in enumerate(self.nodes if edits else ()):
            first = done
            while done < len(edits) and edits[done].at < start + len(node):
                done += 1
            self.nodes[number] = _apply_edits(node, edits[first:done], start)
            start += len(node)

    def mended(self) -> Block:
        """Return the block with its text, and its fragment, as mended."""
        if not self.repairs:
            return self.block
        if self.tree is None:
            return replace(self.block, text=self.text)
        for (element, place, _), text in zip(list(_list_text_nodes(self.tree)), self.nodes, strict=True):
            setattr(element, place, text)
        html = etree.tostring(self.tree, encoding="unicode", method="html")
        return replace(self.block, text=" ".join(self.text.split()), html=html[len("<div>") : -len("</div>")])


def _list_text_nodes(tree: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield every text of a fragment in order: the element, the attribute that holds it, and the text."""
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment")):
        if event == "start" and element.text:
            yield element, "text", element.text
        elif event != "start" and element is not tree and element.tail:
            yield element, "tail", element.tail


def _note_edits(text: str, edits: list[_Edit], rule: str) -> list[Repair]:
    """Return the changes with what stands around them; changes that share their surroundings are one repair."""
    groups: list[list[_Edit]] = []
    for edit in edits:
        if groups and edit.at - groups[-1][-1].at <= CONTEXT:
            groups[-1].append(edit)
        else:
            groups.append([edit])
    return [_make_repair(text, group, rule) for group in groups]


def _make_repair(text: str, edits: list[_Edit], rule: str) -> Repair:
    start = text.rfind(" ", 0, max(0, edits[0].at - CONTEXT)) + 1
    last = edits[-1].at + edits[-1].size
    end = text.find(" ", last + CONTEXT)
    before = text[start : end if end >= 0 else len(text)]
    return Repair(" ".join(before.split()), " ".join(_apply_edits(before, edits, start).split()), rule)


def _apply_edits(text: str, edits: list[_Edit], start: int = 0) -> str:
    """Return a text that begins at `start` with changes made to it.

    >>> _apply_edits("thelock“", [_Edit(13, 0, " "), _Edit(17, 1, "”")], 10)
    'the lock”'
    """
    parts, last = [], 0
    for edit in edits:
        parts += [text[last : edit.at - start], edit.new]
        last = edit.at - start + edit.size
    return "".join([*parts, text[last:]])


def repair_text(text: str) -> tuple[str, list[Repair]]:
    """Return the text with mojibake mended line by line, and what was mended.

    >>> repair_text("El aÃ±o prÃ³ximo")[0]
    'El año próximo'
    >>> repair_text("São Paulo, Ângela: 5 â‚¬?")[1] != []
    True
    >>> repair_text("Âme, Österreich")[1]
    []
    """
    if not _SIGNS.search(text):
        return text, []
    mended, repairs = [], []
    for line in text.split("\n"):
        edits = _find_encoding_edits(line)
        repairs += _note_edits(line, edits, "mojibake")
        mended.append(_decode_rightly(line) if edits else line)
    return "\n".join(mended), repairs


def _decode_rightly(text: str) -> str:
    import ftfy  # few pages come to it

    return str(ftfy.fix_encoding(text, ftfy.TextFixerConfig(**_CONFIG)))


def _find_encoding_edits(text: str) -> list[_Edit]:
    """Return the one change, from the first wrong character to the last, that mends the encoding of a text."""
    new = _decode_rightly(text) if _SIGNS.search(text) else text
    if new == text:
        return []
    start = _count_same(text, new)
    same = _count_same(text[start:][::-1], new[start:][::-1])
    return [_Edit(start, len(text) - start - same, new[start : len(new) - same])]


def _count_same(text: str, other: str) -> int:
    """Return how many characters two texts share from their beginning.

    >>> _count_same("abc", "abd")
    2
    """
    return next((n for n, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))


def mend_blocks(
    blocks: list[Block], lang: str, names: frozenset[str] = frozenset()
) -> tuple[list[Block], list[Repair]]:
    """Return the blocks with mojibake, closing quotes and joined words mended, and what was mended.

    `names` are words of the source's other pages, in lower case. Mending twice is mending once.

    >>> texts = ["Those whotold the keepers thatthey knew ofthe plan whichthe mayor had.", "They hadbeen in Ferrow. It was said,they waited."]
    >>> blocks, repairs = mend_blocks([Block("paragraph", text) for text in texts], "en")
    >>> blocks[1].text, repairs[0].rule
    ('They had been in Ferrow. It was said, they waited.', 'joined-words')
    """
    texts = {
        n: _MendedText(block)
        for n, block in enumerate(blocks)
        if block.kind in MENDED_KINDS and _may_need_mending(block, lang)
    }
    for text in texts.values():
        _mend_encoding(text)
    _mend_joints(texts, blocks, lang, names)
    for text in texts.values():  # last: a mark that was joined to a word stands free now
        text.apply(_find_quote_edits(text.text, lang), "closing-quote")
    mended = [texts[n].mended() if n in texts else block for n, block in enumerate(blocks)]
    return mended, [repair for text in texts.values() for repair in text.repairs]


def _may_need_mending(block: Block, lang: str) -> bool:
    """Tell whether a block must be looked at: any of a dump, of a page those with a sign of a fault."""
    return (
        not block.html
        or bool(_SIGNS.search(block.text) or _INLINE_BORDER.search(block.html))
        or bool(_find_quote_edits(block.text, lang))
    )


def _mend_encoding(text: _MendedText) -> None:
    """Mend the encoding of each node by itself: a wrong decoding never crossed a tag."""
    start = 0
    for node in list(text.nodes):
        edits = [replace(edit, at=edit.at + start) for edit in _find_encoding_edits(node)]
        text.apply(edits, "mojibake")
        start += len(node) + sum(len(edit.new) - edit.size for edit in edits)


def _find_quote_edits(text: str, lang: str) -> list[_Edit]:
    """Return the opening marks that stand where only a closing one can, to be closing ones.

    >>> [edit.at for edit in _find_quote_edits("“a“ and „b“", "en")], len(_find_quote_edits("“a“ and ‘cd‘.", "en"))
    ([], 2)
    """
    if (
        word_frequencies.find_code(lang) not in HIGH_QUOTES
        or not ("“" in text or "‘" in text)
        or "„" in text
        or "‚" in text
    ):
        return []
    marks = [(match.start(), match[0]) for match in _DOUBLE.finditer(text)]
    after = {at: marks[n + 1][1] if n + 1 < len(marks) else "" for n, (at, _) in enumerate(marks)}
    closing = [_Edit(m.start(), 1, "”") for m in _CLOSES.finditer(text) if after[m.start()] != "”"]
    closing += [_Edit(match.start("mark"), 1, "’") for match in _SINGLE_PAIR.finditer(text)]
    return sorted(closing, key=lambda edit: edit.at)


def _mend_joints(texts: dict[int, _MendedText], blocks: list[Block], lang: str, names: frozenset[str]) -> None:
    """Take joined words apart, the sure ones first: where there are some, less sure ones are believed too."""
    known = word_frequencies.find_lexicon(lang)
    mended = 0
    for _ in range(ROUNDS if texts else 0):
        runs: Counter[str] = Counter()
        for text in texts.values():
            runs.update(text.runs())
        seen = (
            runs
            if not any(block.html for block in blocks)
            else joined_words.count_runs(
                [texts[n].text if n in texts else block.text for n, block in enumerate(blocks)]
            )
        )
        words = joined_words.PageWords(known, joined_words.lower_words(seen, lang), names)
        splits = joined_words.find_splits(runs, words)
        if not splits and mended < NEEDED:
            return
        signs = [sum(len(_find_joint_edits(text, splits, bar, words)) for text in texts.values()) for bar in BARS]
        bar = joined_words.LOOSE if mended + sum(signs) >= NEEDED else joined_words.STRICT
        edits_by_block = {
            n: _find_joint_edits(text, splits, bar, words, marks=bar < joined_words.STRICT) for n, text in texts.items()
        }
        for n, edits in edits_by_block.items():
            texts[n].apply(edits, "joined-words")
        if not any(edits_by_block.values()):
            return
        mended += sum(signs) if bar == joined_words.LOOSE else 2 * signs[0]


def _find_joint_edits(
    text: _MendedText,
    splits: dict[str, tuple[float, int]],
    bar: float,
    words: joined_words.PageWords,
    *,
    marks: bool = False,
) -> list[_Edit]:
    halves = {run: at for run, (score, at) in splits.items() if score >= bar}
    places = joined_words.find_positions(text.text, halves, words, marks=marks)
    if text.tree is not None:
        places &= text.borders()
    return [_Edit(at, 0, " ") for at in sorted(places)]
