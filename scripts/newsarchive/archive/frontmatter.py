"""This module writes and reads the header of a content file, in Pelican's own form, and the checksum that tells a
person's edit."""

from __future__ import annotations

import hashlib
import re

from pressroom.contract import HEADER_LINE, KEYS

from newsarchive.text.lines import join_lines

_CHECKSUM = re.compile(r"^Checksum:.*\n", re.MULTILINE)


def dump(header: dict[str, str], body: str) -> str:
    """Return a content file: header in the order of `KEYS`, a blank line, the body, LF ends, Checksum last.

    >>> dump({"Date": "2024-06-20", "Title": "A  storm"}, "It rained.").splitlines()[:2]
    ['Title: A storm', 'Date: 2024-06-20']
    """
    lines = [f"{key}: {value}\n" for key in KEYS if key != "Checksum" and (value := join_lines(header.get(key, "")))]
    text = "".join(lines) + "\n" + body.strip("\n") + "\n"
    return "".join(lines) + f"Checksum: {hash_content(text)}\n\n" + body.strip("\n") + "\n"


def load(text: str) -> tuple[dict[str, str], str]:
    """Return the header (keys as written) and the body of a content file; an empty header when it has none.

    >>> load("Title: A\\n\\nBody\\n")
    ({'Title': 'A'}, 'Body\\n')
    """
    header: dict[str, str] = {}
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    for number, line in enumerate(lines):
        match = HEADER_LINE.match(line)
        if not match:
            rest = lines[number + 1 :] if not line.strip() else lines[number:]
            return header, "\n".join(rest)
        header.setdefault(match[1], match[2].strip())
    return header, ""


def hash_content(text: str) -> str:
    """Return the SHA-256 of a content file without its Checksum line, with LF ends."""
    head, gap, body = text.replace("\r\n", "\n").partition("\n\n")
    return hashlib.sha256((_CHECKSUM.sub("", head + "\n") + gap[1:] + body).encode()).hexdigest()


def is_hand_edited(text: str) -> bool:
    """Tell whether a person changed the file since the cleaner wrote it (or wrote it themselves).

    >>> is_hand_edited(dump({"Title": "A"}, "Body")), is_hand_edited(dump({"Title": "A"}, "Body") + "more")
    (False, True)
    """
    return load(text)[0].get("Checksum") != hash_content(text)
