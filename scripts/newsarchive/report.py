"""What was removed and why, for people (`index.html`) and for programs (`cleaning.jsonl`)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from newsarchive.models import Conversion
from newsarchive.store import write_atomically

TEMPLATES = Path(__file__).parent / "templates"


def write(reports: Path, conversions: Iterable[Conversion], places: dict[str, str]) -> None:
    """Write both reports; `places` maps a capture to its article's path under the content folder.

    The bytes depend on the conversions alone, not on the clock or their order.
    """
    every = sorted(conversions, key=lambda conversion: conversion.path)
    write_atomically(reports / "cleaning.jsonl", "".join(_lines(every, places)))
    write_atomically(reports / "index.html", _page(every, places))


def _lines(conversions: list[Conversion], places: dict[str, str]) -> Iterable[str]:
    """Yield one JSON line a capture, then one a removal and one a repair."""
    for c in conversions:
        place = places.get(c.path, "")
        fate = "held" if c.held else "published"
        yield _line(raw=c.path, fate=fate, kind=c.kind, reason=c.held, article=place, sha256=c.sha256)
        for r in c.removals:
            yield _line(raw=c.path, rule=r.rule, place=r.path, position=r.position, removed=r.text)
        for m in c.repairs:
            yield _line(raw=c.path, rule=m.rule, before=m.before, after=m.after)
    for raw, place in _also(conversions, places):
        reason = "another capture of a published article"
        yield _line(raw=raw, fate="same article", kind="article", reason=reason, article=place)


def _also(conversions: list[Conversion], places: dict[str, str]) -> list[tuple[str, str]]:
    """Return the captures whose article was made from another one, with the article's path."""
    told = {c.path for c in conversions}
    return sorted((raw, place) for raw, place in places.items() if raw not in told)


def _line(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"


def _page(conversions: list[Conversion], places: dict[str, str]) -> str:
    published = [c for c in conversions if not c.held]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("report.html").render(
        published=published,
        held=[c for c in conversions if c.held and c.kind in ("article", "unreadable")],
        others=[c for c in conversions if c.held and c.kind not in ("article", "unreadable")],
        rules=Counter(removal.rule for c in published for removal in c.removals).most_common(),
        places=places,
        also=_also(conversions, places),
    )
