"""This module reads a flattened dump as blocks, one a line, and joins lines that were cut. It is pure."""

from __future__ import annotations

import re
from dataclasses import replace

from newsarchive.models import Block
from newsarchive.text.date_forms import is_date
from newsarchive.text.measures import measure_size

SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”“’‘»«)\]】」』]*$|[:;：；]$")
CLOSING = ",.;:!?)]»”’。，、；：！？）」』"
OPENING = "([{«“„‘（「『"
"""Signs that no space stands before, or after."""


def read_dump(text: str) -> list[Block]:
    """Return the lines of a flattened dump as blocks; lines that were cut at inline tags are joined again.

    >>> [b.text for b in read_dump("Skip to content\\n\\nThe mayor of the old town spoke late\\n, and then,\\nas the rain fell on the square, he went.\\n")]
    ['Skip to content', 'The mayor of the old town spoke late, and then, as the rain fell on the square, he went.']
    """
    blocks: list[Block] = []
    previous = 0
    lines = [" ".join(line.split()) for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if not line:
            continue
        after = lines[number] if number < len(lines) else ""
        if blocks and number == previous + 1 and _is_continued(blocks[-1].text, line, after):
            before = blocks[-1].text
            space = "" if line[0] in CLOSING or before[-1] in OPENING else " "
            blocks[-1] = replace(blocks[-1], text=before + space + line)
        else:
            blocks.append(Block("paragraph", line, path=f"line:{number}", position=len(blocks)))
        previous = number
    return blocks


def _is_continued(before: str, line: str, after: str) -> bool:
    """Tell whether a line goes on with the sentence of the line before; `after` is the line after it.

    >>> _is_continued("The lock at", "Ferrow", "was opened by hand"), _is_continued("News", "Sport", "Weather")
    (True, False)
    """
    if SENTENCE_END.search(before) or is_date(line):
        return False
    if line[0] in CLOSING:
        return len(line) > 1 or line in ".,)。，"
    if before[-1] in OPENING + ",–—-/&、，":
        return measure_size(before) > 40 or measure_size(line) > 40
    if line[0].islower() or line[0].isdigit():
        return measure_size(before) + measure_size(line) > 40 and (measure_size(before) > 25 or before[0].isupper())
    last = before.rpartition(" ")[2]
    return " " in before and last.isalpha() and last.islower() and measure_size(line) < 40 and after[:1].islower()
