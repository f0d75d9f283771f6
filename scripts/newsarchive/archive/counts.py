"""This module counts what cleaning one capture kept and removed: all that the report's tables need of it. It is
pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from newsarchive.models import Block, Conversion
from newsarchive.text.measures import is_long, measure_size


@dataclass(frozen=True, slots=True)
class Yield:
    """A yield counts the letters and blocks that one capture gave."""

    kept: int = 0
    """Letters (see `measures.measure_size`) of the blocks that are the article."""
    removed: int = 0
    """Letters of the blocks that are not."""
    blocks: int = 0
    """Removed blocks."""
    long: int = 0
    """Removed blocks that read like a paragraph of a story: where wrong cuts show first."""
    mended: int = 0
    titled: bool = True
    """False where no candidate for the title was found and the first words stand in."""
    rules: dict[str, int] = field(default_factory=dict)
    """Removed blocks by rule."""

    @property
    def share(self) -> float:
        """Return the removed share of all letters, 0 to 1.

        >>> Yield(kept=30, removed=10).share, Yield().share
        (0.25, 0.0)
        """
        return self.removed / (self.kept + self.removed) if self.kept + self.removed else 0.0


def count_yield(c: Conversion) -> Yield:
    """Count what a conversion kept and removed; it must still have its blocks."""
    gone = {(removal.position, removal.path) for removal in c.removals}
    return Yield(
        kept=round(sum(measure_size(block.text) for block in c.blocks if (block.position, block.path) not in gone)),
        removed=round(sum(measure_size(removal.text) for removal in c.removals)),
        blocks=len(c.removals),
        long=sum(is_visibly_long(block) for block in c.blocks if (block.position, block.path) in gone),
        mended=len(c.repairs),
        titled=any(fact.key == "title" for fact in c.facts),
        rules=dict(sorted(Counter(removal.rule for removal in c.removals).items())),
    )


def is_visibly_long(block: Block) -> bool:
    """Tell whether a removed block reads like a paragraph that readers of the page saw."""
    return ".hidden" not in block.path and is_long(block)


def write_record(numbers: Yield) -> dict[str, Any]:
    """Return a yield as JSON can hold it."""
    return asdict(numbers)


def read_counts(record: object) -> Yield:
    """Return the yield of such a record; an empty one where it is torn or from another version.

    >>> read_counts(write_record(Yield(kept=3))).kept, read_counts(None).kept, read_counts({"keeps": 1}).kept
    (3, 0, 0)
    """
    try:
        return Yield(**record) if isinstance(record, dict) else Yield()
    except TypeError:
        return Yield()
