"""The state keeps an article's fields as MessagePack: it is read ten times as fast as JSON, and each is read often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgpack

_ERRORS = "surrogatepass"


def pack(fields: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Return fields as bytes.

    >>> unpack(pack({"title": "Ærø", "tags": [["Sea", "sea"]], "source": None}))
    {'title': 'Ærø', 'tags': [['Sea', 'sea']], 'source': None}
    """
    payload: bytes = msgpack.packb(fields, unicode_errors=_ERRORS)
    return payload


def unpack(data: bytes) -> Any:
    """Return the fields that `pack` made bytes of."""
    return msgpack.unpackb(data, unicode_errors=_ERRORS, strict_map_key=False)
