"""The parts of the archive: each article stands in the files of its month, of its year where no more is known, or of no date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

UNDATED = "undated"


def name_part(fields: Mapping[str, Any]) -> str:
    """Return the part in whose files an article stands: a month, a year or `undated`.

    >>> name_part({"machine_date": "2024-06-20"}), name_part({"machine_date": "2024"}), name_part({"machine_date": ""})
    ('2024-06', '2024', 'undated')
    """
    return str(fields["machine_date"][:7] or UNDATED)
