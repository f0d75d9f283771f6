"""The bytes of index files: whole numbers of varying length, sorted words without what they share, deflate. Pure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence

LEVEL = 6
"""Of deflate: 9 takes three times as long for 1 % less."""
_TOP = chr(0xD800)
"""First of the code units beyond which Python and JavaScript count differently."""


def number(value: int) -> bytes:
    """Return a whole number, seven bits a byte, the lowest first; all but the last byte have the high bit set.

    >>> number(5), number(300)
    (b'\\x05', b'\\xac\\x02')
    """
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


class Numbers(dict[int, bytes]):
    """The bytes of numbers: none is made twice."""

    def __missing__(self, value: int) -> bytes:
        found = self[value] = number(value)
        return found


NUMBERS = Numbers()


def numbers(values: Iterable[int]) -> bytes:
    """Return whole numbers, one after the other."""
    return b"".join([NUMBERS[value] for value in values])


class Reader:
    """Reads what the functions here wrote, from the front on."""

    def __init__(self, payload: bytes, at: int = 0) -> None:
        self.payload, self.at = payload, at

    def number(self) -> int:
        """Read one whole number."""
        value, shift = 0, 0
        while True:
            byte = self.payload[self.at]
            self.at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def numbers(self, count: int) -> list[int]:
        """Read some whole numbers."""
        return [self.number() for _ in range(count)]

    def take(self, length: int) -> bytes:
        """Read some bytes."""
        self.at += length
        return self.payload[self.at - length : self.at]

    def word(self, before: str) -> str:
        """Read a word that was written after another."""
        shared = self.number()
        return before[:shared] + self.take(self.number()).decode()

    def words(self, count: int) -> Iterator[str]:
        """Read what `word` wrote of a sorted list; other reads may come between two of them."""
        before = ""
        for _ in range(count):
            before = self.word(before)
            yield before


def word(before: str, this: str) -> bytes:
    """Return a word of a sorted list: how many characters it shares with the one before, and the bytes of the rest.

    >>> word("port", "ports"), word("", "a")
    (b'\\x04\\x01s', b'\\x00\\x01a')
    """
    if this.isascii() and before.startswith(this):
        return NUMBERS[len(this)] + b"\0"
    shared = 0
    for one, other in zip(before, this, strict=False):
        if one != other or one >= _TOP:
            break
        shared += 1
    rest = this[shared:].encode()
    return NUMBERS[shared] + NUMBERS[len(rest)] + rest


def order(term: str) -> bytes:
    """Return the key by which terms are sorted: JavaScript's own order, which is by UTF-16."""
    return term.encode("utf-16-be")


def border(before: str, first: str) -> str:
    """Return the shortest beginning of `first` that sorts after `before`.

    >>> border("bank", "bargain"), border("", "a"), border("port", "ports")
    ('bar', '', 'ports')
    """
    if not before:
        return ""
    for length in range(1, len(first)):
        if order(first[:length]) > order(before):
            return first[:length]
    return first


def deflate(payload: bytes) -> bytes:
    """Return bytes as the browser's `DecompressionStream("deflate-raw")` reads them."""
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return packer.compress(payload) + packer.flush()


def inflate(payload: bytes) -> bytes:
    """Return what was deflated."""
    return zlib.decompress(payload, -15)


def cut(sizes: Sequence[int], joined: Sequence[bool], target: int) -> list[int]:
    """Return where to begin each block of a list, so that blocks are about `target` and nothing big is beside small.

    `joined[n]` says that n must stay with n - 1.

    >>> cut([4, 4, 4, 9, 1, 1], [False] * 6, 8), cut([4, 4, 4], [False, True, True], 4)
    ([0, 2, 3, 4], [0])
    """
    starts, total = [0], 0
    for at, size in enumerate(sizes):
        if at and not joined[at] and (total >= target or (total and size >= target)):
            starts.append(at)
            total = 0
        total += size
    return starts if sizes else []
