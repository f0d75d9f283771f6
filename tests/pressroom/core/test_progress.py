"""A build tells how far it is once it has taken two seconds, and nothing before."""

import io

from pressroom.core.progress import Progress
from rich.console import Console


def shown(*steps):
    """Return what the terminal got of steps (seconds, stage, done, total)."""
    now = [0.0]
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=100, color_system=None)
    with Progress(console, lambda: now[0]) as progress:
        for now[0], *step in steps:
            progress(*step)
    return out.getvalue()


def test_short_builds_say_nothing():
    assert shown((0.5, "articles", 10, 100), (1.9, "pages", 100, 100)) == ""


def test_longer_ones_say_rate_and_time_left():
    text = shown(
        (0.0, "articles", 0, 1000), (4.0, "articles", 200, 1000), (6.0, "pages", 0, 2000), (7.0, "pages", 500, 2000)
    )
    assert "200/1000" in text
    assert "50 a second" in text
    assert "16 s left" in text
    assert "500/2000" in text
    assert "500 a second" in text
    assert "3 s left" in text


def test_a_stage_that_began_aside_is_as_fast_as_it_is_seen_to_be():
    text = shown((3.0, "index", 900, 1000), (4.0, "index", 920, 1000))
    assert "20 a second" in text
    assert "4 s left" in text
    assert "920 a second" not in text
