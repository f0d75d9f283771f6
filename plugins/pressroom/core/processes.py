"""Forked processes do work: parted over some, or beside the main one. Each inherits what is loaded, and sends back results."""

from __future__ import annotations

import mmap
import os
import pickle
import select
import selectors
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

MOST, LEAST, TURNS = 200, 25, 8
"""A worker takes as many pieces at a time, at most and at least, and so often some where there are few: neighbours
share lists and folders, and none waits long for the last."""
PARTS = 4000
"""So many numbers fit into a pipe: some systems' hold 16 KiB."""
PAUSE = 0.2
"""So many seconds pass between two looks at how far a process is."""
_FAR = struct.Struct("qq")
_NUMBER = struct.Struct("I")


class Aside:
    """A process of its own does some work meanwhile; the work gets a function to tell how far it is: done, and of how many.

    As a context manager it lets the process go at the end, whether it is done or not.
    """

    def __init__(self, work: Callable[[Callable[[int, int], None]], Any]) -> None:
        far, parent = mmap.mmap(-1, _FAR.size), os.getpid()

        def tell(done: int, total: int) -> None:
            if os.getppid() != parent:
                os._exit(1)  # nobody waits any more, and the next build does for this one's lock
            _FAR.pack_into(far, 0, done, total)

        self._far = far
        self._reader, self._child = _fork([range(1)], lambda _: work(tell))

    def result(self, progress: Callable[[int, int], None]) -> Any:
        """Wait for the result and return it. Raises RuntimeError with the process's own traceback where it failed."""
        while not select.select([self._reader], [], [], PAUSE)[0]:
            done, total = _FAR.unpack_from(self._far)
            if total:
                progress(done, total)
        answers = [*_read_answers({self._reader: self._child})]
        self._wait()
        if not answers:
            raise RuntimeError("a worker was killed. Build again.")
        return answers[0]

    def __enter__(self) -> Aside:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child:
            os.kill(self._child, signal.SIGKILL)
            self._wait()
        os.close(self._reader)
        self._far.close()

    def _wait(self) -> None:
        os.waitpid(self._child, 0)
        self._child = 0


def spread(count: int, work: Callable[[range], Any], jobs: int) -> Iterator[Any]:
    """Yield `work(part)` for ranges that cover `range(count)`, in any order, from up to `jobs` processes.

    Raises RuntimeError with a worker's own traceback where one fails.
    """
    size = max(min(MOST, max(LEAST, count // (TURNS * jobs))), -(-count // PARTS))
    parts = [range(start, min(start + size, count)) for start in range(0, count, size)]
    jobs = min(jobs, len(parts))
    if jobs < 2:
        for part in parts:
            yield work(part)
        return
    queue = _make_queue(len(parts))
    pipes = dict(_fork(_take_parts(parts, queue), work) for _ in range(jobs))
    os.close(queue)
    codes = []
    try:
        yield from _read_answers(pipes)
    finally:
        for reader, child in pipes.items():
            os.close(reader)
            codes.append(os.waitpid(child, 0)[1])
    if any(codes):
        raise RuntimeError("a worker was killed. Build again.")


def _make_queue(count: int) -> int:
    """Return a pipe in which the numbers below `count` stand, for whoever reads the next."""
    reader, writer = os.pipe()
    os.write(writer, b"".join(map(_NUMBER.pack, range(count))))
    os.close(writer)
    return reader


def _take_parts(parts: list[range], queue: int) -> Iterator[range]:
    """Yield the parts whose numbers this process is the one to read."""
    while number := os.read(queue, _NUMBER.size):
        yield parts[_NUMBER.unpack(number)[0]]


def _fork(parts: Iterable[range], work: Callable[[range], Any]) -> tuple[int, int]:
    """Begin a process that does some parts; return where its answers are read, and its number."""
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _run_child(parts, work, reader, writer)
    os.close(writer)
    return reader, child


def _run_child(parts: Iterable[range], work: Callable[[range], Any], reader: int, writer: int) -> None:
    code = 1
    try:
        os.close(reader)
        for part in parts:
            _send(writer, (True, work(part)))
        code = 0
    except BrokenPipeError:
        pass
    except BaseException:
        _send(writer, (False, traceback.format_exc()))
    finally:
        os._exit(code)


def _send(writer: int, answer: Any) -> None:
    payload = pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    view = memoryview(struct.pack("!Q", len(payload)) + payload)
    while view:
        view = view[os.write(writer, view) :]


def _read_answers(pipes: dict[int, int]) -> Iterator[Any]:
    waiting = {reader: bytearray() for reader in pipes}
    with selectors.DefaultSelector() as selector:
        for reader in pipes:
            selector.register(reader, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                data = os.read(key.fd, 1 << 20)
                if not data:
                    selector.unregister(key.fd)
                    continue
                buffer = waiting[key.fd]
                buffer += data
                while len(buffer) >= 8 and len(buffer) >= 8 + (size := struct.unpack("!Q", buffer[:8])[0]):
                    fine, answer = pickle.loads(buffer[8 : 8 + size])
                    del buffer[: 8 + size]
                    if not fine:
                        raise RuntimeError(f"a worker failed:\n{answer}")
                    yield answer
