"""Work parted over forked processes: each inherits what is loaded, and sends its results back in batches."""

from __future__ import annotations

import os
import pickle
import selectors
import struct
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

BATCH = 200
"""Pieces that a worker takes at a time: neighbours share lists and folders, and none waits long for the last."""


def spread(count: int, work: Callable[[range], Any], jobs: int) -> Iterator[Any]:
    """Yield `work(part)` for ranges that cover `range(count)`, in any order, from up to `jobs` processes.

    Raises RuntimeError with a worker's own traceback where one fails.
    """
    parts = [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]
    jobs = min(jobs, len(parts))
    if jobs < 2:
        for part in parts:
            yield work(part)
        return
    sys.stdout.flush()
    sys.stderr.flush()
    pipes = {}
    for number in range(jobs):
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            _child(parts[number::jobs], work, reader, writer)
        os.close(writer)
        pipes[reader] = child
    codes = []
    try:
        yield from _answers(pipes)
    finally:
        for reader, child in pipes.items():
            os.close(reader)
            codes.append(os.waitpid(child, 0)[1])
    if any(codes):
        raise RuntimeError("a worker was killed. Build again.")


def _child(parts: list[range], work: Callable[[range], Any], reader: int, writer: int) -> None:
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


def _answers(pipes: dict[int, int]) -> Iterator[Any]:
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
