"""What a command costs with all the processes that it starts: CPU time, wall time, memory. Linux only for memory."""

from __future__ import annotations

import math
import os
import platform
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SHARE = 20
"""Memory is looked at no more than one part in so many of the time: looking must not slow what is looked at."""
PAUSE = 0.02
"""Seconds at least between two looks."""
TAIL = 2000
"""Characters of a failed command's output that are shown."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost."""

    cpu: float
    """Seconds, user and system, of the process and all its descendants that were waited for."""
    system: float
    """Those of them in the kernel: writing many files, it depends on the file system and on what was done to it before."""
    wall: float
    """Seconds."""
    memory: float
    """MiB at the peak, of all processes together; pages that they share count once. 0 where it cannot be known."""


class CommandError(Exception):
    """A command failed."""


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and return its cost. Raises CommandError, with the end of what it printed."""
    return run_aloud(command, env)[0]


def run_aloud(command: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[Cost, str]:
    """Return the cost of a command and what it printed. Raises CommandError, with the end of that."""
    os.sync()  # what earlier runs wrote is not written out at this one's cost
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, start_new_session=True
        )
        peak = _Peak(process.pid)
        peak.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        peak.end()
        printed.seek(0)
        text = printed.read().decode("utf-8", "replace")
    if process.returncode:
        raise CommandError(f"{' '.join(command)}: ended with {process.returncode}.\n{text[-TAIL:]}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_stime, wall, peak.bytes / 2**20), text


def growth(smaller: tuple[int, float], larger: tuple[int, float]) -> float:
    """Return the exponent with which a cost grows between two (size, cost).

    >>> growth((10, 2.0), (100, 20.0)), growth((10, 2.0), (100, 200.0))
    (1.0, 2.0)
    """
    return math.log(larger[1] / smaller[1]) / math.log(larger[0] / smaller[0])


def machine() -> dict[str, object]:
    """Return what figures depend on: cores, system, Python."""
    return {
        "cores": len(os.sched_getaffinity(0)), "system": platform.system(), "python": platform.python_version()
    }  # fmt: skip


def new_file(folder: Path, count: int = 500) -> float:
    """Return the microseconds of the kernel that a new file in a new folder costs in a folder's file system."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        before = os.times().system
        for number in range(count):
            path = Path(name, str(number))
            path.mkdir()
            (path / "index.html").write_bytes(b"x" * 5000)
        return (os.times().system - before) / count * 1e6


class _Peak(threading.Thread):
    """Looks at the memory of a session's processes until it is told to end."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._session = session
        self._over = threading.Event()

    def run(self) -> None:
        pause = PAUSE
        while not self._over.wait(pause):
            start = time.perf_counter()
            self.bytes = max(self.bytes, sum(map(_memory, _members(self._session))))
            pause = max(PAUSE, (SHARE - 1) * (time.perf_counter() - start))

    def end(self) -> None:
        self._over.set()
        self.join()


def _members(session: int) -> list[str]:
    """Return the processes of a session: descendants stay in it, also those whose parent has ended."""
    found = []
    for name in os.listdir("/proc") if os.path.isdir("/proc") else ():
        if name.isdigit():
            try:
                after_name = Path("/proc", name, "stat").read_bytes().rpartition(b")")[2].split()
            except OSError:
                continue  # it has ended
            if int(after_name[3]) == session:
                found.append(name)
    return found


def _memory(process: str) -> int:
    """Return a process's proportional set size in bytes: a page that n processes share counts 1/n for each."""
    try:
        text = Path("/proc", process, "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
