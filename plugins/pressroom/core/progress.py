"""The terminal shows how far a build is, with rate and time left, once it has taken two seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

AFTER = 2.0
"""A build of fewer seconds shows nothing: it is over before a bar is read."""
EVERY = 0.2
"""So many seconds pass between two looks of the bar."""


class Progress:
    """A progress bar shows the stages of one build. It has no thread of its own: workers are forked beside it."""

    def __init__(self, console: Any = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._console, self._clock = console, clock
        self._from = self._stage_from = self._shown = clock()
        self._stage, self._begun = "", 0
        self._bars: Any = None
        self._task: Any = None
        self._is_seen = console is not None or sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far a stage is."""
        now = self._clock()
        if stage != self._stage:  # what was done by then took its time elsewhere
            self._stage, self._begun, self._stage_from, self._task = stage, done, now, None
        if not self._is_seen or now - self._from < AFTER or (now - self._shown < EVERY and done < total):
            return
        self._shown = now
        rate = (done - self._begun) / max(now - self._stage_from, 1e-6)
        columns = {"rate": f"{rate:,.0f} a second", "left": f"{(total - done) / rate:,.0f} s left" if rate else ""}
        if self._bars is None:
            self._bars = _make_bars(self._console)
            self._bars.start()
        if self._task is None:
            self._task = self._bars.add_task(stage, total=total, **columns)
        self._bars.update(self._task, completed=done, **columns)
        self._bars.refresh()


def _make_bars(console: Any) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    return Bars(
        *columns, console=console or Console(stderr=True), auto_refresh=False, transient=True, redirect_stdout=False,
        redirect_stderr=False,
    )  # fmt: skip
