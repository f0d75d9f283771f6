"""This module makes one line of text out of several. It is pure."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\s]+")


def join_lines(value: str) -> str:
    """Fold white space and control characters, which Pelican's header cannot hold.

    >>> join_lines("a\\n b\\x00")
    'a b'
    """
    return _UNSAFE.sub(" ", value).strip()
