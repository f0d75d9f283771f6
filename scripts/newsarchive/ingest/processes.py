"""This module runs one function over many captures on several processes, with a time limit for each capture."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, TypeVar

Work = TypeVar("Work")
Result = TypeVar("Result")

PAGE_SECONDS = 60
"""Time limit of one capture; the slowest development page takes under two seconds."""
FEW = 6
"""Captures up to which starting a process pool costs more than it saves."""
AHEAD = 8
"""Captures that each process may be ahead of what is taken in, so that results never pile up in memory."""

_work: Any = None


@contextmanager
def start_workers(work: Work, jobs: int, count: int) -> Iterator[Workers[Work]]:
    """Give workers that know `work`, on `jobs` processes (0: one a core) where there are many captures.

    What they know is sent to each process once.
    """
    jobs = jobs or _count_cores()
    if jobs <= 1 or count <= FEW:
        yield Workers(work, None, 1)
        return
    with ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(work,)) as pool:
        yield Workers(work, pool, jobs)


class Workers(Generic[Work]):
    """They are this process, or a pool of several."""

    def __init__(self, work: Work, pool: ProcessPoolExecutor | None, jobs: int) -> None:
        self.work, self.pool, self.ahead = work, pool, jobs * AHEAD

    def each(self, function: Callable[[Work, str], Result], names: Iterable[str]) -> Iterator[tuple[str, Result]]:
        """Yield each name with what a function of the module level makes of it, in any order."""
        waiting = iter(names)
        if self.pool is None:
            yield from ((name, function(self.work, name)) for name in waiting)
            return
        futures = {self.pool.submit(_call_work, function, name): name for name in islice(waiting, self.ahead)}
        while futures:
            for future in wait(futures, return_when=FIRST_COMPLETED).done:
                name = futures.pop(future)
                yield name, future.result()
                futures.update((self.pool.submit(_call_work, function, name), name) for name in islice(waiting, 1))


@contextmanager
def limit_time() -> Iterator[None]:
    """Raise TimeoutError inside when a page takes too long."""

    def stop(*_: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PAGE_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def _start_worker(work: Any) -> None:
    global _work
    _work = work
    gc.freeze()  # rules and modules stay for good: no sweep need look at them again


def _call_work(function: Callable[[Any, str], Result], name: str) -> Result:
    return function(_work, name)


def _count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
