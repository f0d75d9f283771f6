"""This module keeps what a person decided of single captures: `content/.accepted` and `content/.rejected`."""

from __future__ import annotations

from pathlib import Path

from newsarchive.archive.atomic import write_atomically

DECISIONS = ("accepted", "rejected")


def read_decisions(content: Path, name: str) -> dict[str, str]:
    """Return a person's decisions, `accepted` or `rejected`: capture path to reason."""
    file = content / f".{name}"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    pairs = (line.partition("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {raw.strip(): reason.strip() for raw, _, reason in pairs}


def write_decisions(content: Path, name: str, values: dict[str, str]) -> None:
    """Keep a person's decisions in `content/.accepted` or `content/.rejected`, one capture a line."""
    head = f"# Captures that were {name} by hand: path, tab, reason.\n"
    write_atomically(content / f".{name}", head + "".join(f"{raw}\t{why}\n" for raw, why in sorted(values.items())))


def decide(content: Path, raw: str, name: str, reason: str) -> None:
    """Record that `raw` is accepted or rejected, and undo the opposite decision."""
    for other in DECISIONS:
        values = read_decisions(content, other)
        known = raw in values
        values.pop(raw, None)
        if other == name:
            write_decisions(content, name, {**values, raw: reason})
        elif known:
            write_decisions(content, other, values)
