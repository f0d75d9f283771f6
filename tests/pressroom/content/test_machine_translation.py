"""Signs of machine translation: each does what its example says, and no more."""

import re
import timeit
import tomllib
from pathlib import Path

import pytest
from pressroom.content import machine_translation

NOTES = tomllib.loads(Path(machine_translation.__file__).with_suffix(".toml").read_text(encoding="utf-8"))["note"]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: f"{note['lang']}-{note['why'][:12]}")
def test_a_sign_finds_its_example_alone(note):
    assert re.search(note["pattern"], note["example"], re.I)
    assert any(stem in note["example"].casefold() for stem in note["stems"])
    assert not any("i" in stem for stem in note["stems"])
    assert machine_translation.is_machine_translated(f"<p>{note['example']}</p>\n<p>Text.</p>", "")
    assert not machine_translation.is_machine_translated(f"<p>{note['other']}</p>\n<p>Text.</p>", "")


def test_a_note_counts_at_the_ends_of_a_text_only():
    note, text = "<p>This story was machine translated.</p>", "<p>Rain fell on the quay all day.</p>\n"
    assert machine_translation.is_machine_translated(text * 50 + note, "")
    assert not machine_translation.is_machine_translated(text * 25 + note + text * 25, "")
    assert not machine_translation.is_machine_translated(
        f"<p>{'Rain fell. ' * 40}This story was machine translated.</p>", ""
    )


def test_long_hostile_paragraphs_cost_nothing():
    hostile = "<p>" + "this article " * 200_000 + "</p>"
    assert timeit.timeit(lambda: machine_translation.is_machine_translated(hostile, "x" * 100_000), number=1) < 0.5
