"""Forked processes: results come back, failures are told, and nobody is left behind."""

import os
import time

import pytest
from pressroom.core import processes


@pytest.mark.parametrize("count", [0, 1, 30, 5_000, 1_000_000])
def test_parts_are_each_done_once_by_whoever_is_free(count):
    def work(part):
        if 0 in part and count == 5_000:
            time.sleep(1)
        return os.getpid(), part

    done = list(processes.spread(count, work, 2))
    parts = sorted((part for _, part in done), key=lambda part: part.start)
    assert [number for part in parts for number in part] == [*range(count)]
    if count == 5_000:
        slow = next(process for process, part in done if 0 in part)
        assert sum(process == slow for process, _ in done) < len(done) / 4


def test_work_aside_goes_on_meanwhile_and_tells_how_far_it_is():
    def work(tell):
        for done in range(1, 5):
            tell(done, 4)
            time.sleep(0.15)
        return {"made": b"x" * 1_000_000}  # more than a pipe holds

    told = []
    with processes.Aside(work) as aside:
        assert aside.result(lambda *far: told.append(far)) == {"made": b"x" * 1_000_000}
    assert told
    assert told == sorted(told)
    assert {total for _, total in told} == {4}


def test_a_failure_aside_is_told_with_its_own_lines():
    def work(tell):
        raise KeyError("the place")

    with processes.Aside(work) as aside, pytest.raises(RuntimeError, match=r"(?s)in work.*the place"):
        aside.result(lambda *far: None)


def test_a_process_aside_that_is_killed_or_not_waited_for_leaves_nothing():
    with processes.Aside(lambda tell: time.sleep(60)) as aside:
        os.kill(aside._child, 9)
        with pytest.raises(RuntimeError, match="a worker was killed"):
            aside.result(lambda *far: None)
    began = time.monotonic()
    with processes.Aside(lambda tell: time.sleep(60)) as aside:
        child = aside._child
    assert time.monotonic() - began < 30
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_process_aside_ends_where_nobody_waits_any_more():
    reader, writer = os.pipe()
    parent = os.fork()
    if not parent:

        def work(tell):
            for done in range(600):
                tell(done, 600)
                time.sleep(0.05)

        processes.Aside(work)
        os._exit(0)  # as if it were killed
    os.waitpid(parent, 0)
    os.close(writer)
    began = time.monotonic()
    assert os.read(reader, 1) == b"", "the pipe ends with its last process"
    assert time.monotonic() - began < 20


def test_work_in_parts_covers_everything_once():
    found = [number for part in processes.spread(1001, list, 2) for number in part]
    assert sorted(found) == list(range(1001))
