"""Captures of an invented paper with strong furniture, and the truth of each: what learning a site is measured on.

No class name and no phrase of the furniture is one that the general rules know, so that only repetition tells it.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

from newsarchive.models import RawPage

HOST = "tidewick.example"
PLACES = ["Tidewick", "Ferrow", "Oldmere", "Saltby", "Penhallow", "Grindle", "Marsh End", "Cobble Quay"]
PEOPLE = ["Ida Trent", "Rosa Hale", "Tom Whin", "Hanne Solberg", "Piet Vonk", "Maud Arkle"]
THINGS = ["sluice", "bandstand", "ferry", "orchard", "library", "signal box", "tram", "lifeboat", "market hall", "weir",
          "chapel roof", "ropewalk", "granary", "cable", "footbridge", "bath house", "kiln", "beacon", "dovecote", "pump"]  # fmt: skip
ACTS = ["was closed", "was painted", "was sold to a cooperative", "flooded", "was mended", "was moved by hand",
        "was measured again", "came back into use", "lost its clock", "was found under sand"]  # fmt: skip
REASONS = ["after a winter that broke two of its beams", "because nobody could find the drawings of 1911",
           "for a sum that the treasurer would not repeat", "although the inspectors had asked for another year",
           "while eleven people watched from the wall", "in spite of the letters that came from the other bank",
           "with timber that a neighbour had kept in a barn", "on a morning when the harbour was white with frost"]  # fmt: skip
ENDS = ["and the foreman wrote the hour on the door in chalk", "and no one was asked to pay for the lamp",
        "which the keeper called a fair exchange", "so that the school could use the path again before the spring",
        "and the old key was hung up in the town hall", "but the smell of tar stayed for a week"]  # fmt: skip
LETTER = "Seven o'clock, kettle on: let the Tidewick letter tell you what the night brought in."
ASK = "This paper belongs to its readers, and each new one buys us another week of honest ink."
BIO = "{name} has written for the Tidewick Lantern since the flood and keeps bees behind the printing shed."
LAST = "The Lantern is printed at Quay Street 4; mistakes are put right on page two when you tell us of them."
BACKGROUND = (
    "The town council was dissolved in the autumn of 2019, when four of its nine members walked out over the price of "
    "the new breakwater, and a commissioner has run the town from a room above the post office ever since."
)
"""A paragraph that the paper copies from story to story: it is the story's own text all the same."""


@dataclass(frozen=True)
class Capture:
    """A page, and the paragraphs that are its story."""

    page: RawPage
    title: str
    story: tuple[str, ...]


def _sentence(rng: random.Random, thing: str) -> str:
    place, act = rng.choice(PLACES), rng.choice(ACTS)
    return f"The {thing} at {place} {act} {rng.choice(REASONS)}, {rng.choice(ENDS)}, {rng.choice(PEOPLE)} said."


def _story(rng: random.Random, number: int) -> tuple[str, list[str]]:
    thing = THINGS[number % len(THINGS)]
    title = f"{thing.capitalize()} at {PLACES[number % len(PLACES)]} {rng.choice(ACTS)}, day {number + 1}"
    story = [f"{_sentence(rng, thing)} {_sentence(rng, rng.choice(THINGS))}" for _ in range(rng.randint(4, 7))]
    if number % 2 == 0:
        story.insert(2, "What happens next")
    if number % 4 == 1:
        story.insert(2, BACKGROUND)
    if number % 5 == 2:
        story.append("The inquiry goes on, and will not be short.")
    return title, story


def captures(count: int, *, as_dump: bool = False, seed: int = 7) -> list[Capture]:
    """Return `count` captures of different stories of the paper, as pages or as flattened dumps."""
    rng = random.Random(seed)
    stories = [_story(rng, number) for number in range(count)]
    found = []
    for number, (title, story) in enumerate(stories):
        others = [other for other, _ in stories if other != title]
        draw = random.Random(seed * 1000 + number)
        lines = _lines(title, story, draw.sample(others, min(3, len(others))), PEOPLE[number % 3], number)
        text = "\n\n".join(line for _, line in lines) if as_dump else _html(title, lines, number)
        payload = text.encode()
        path = f"lantern/{number:03}.{'txt' if as_dump else 'html'}"
        kind = "text/plain" if as_dump else "text/html"
        page = RawPage(path, payload, kind, hashlib.sha256(payload).hexdigest())
        found.append(Capture(page, title, tuple(story)))
    return found


def _lines(title: str, story: list[str], others: list[str], author: str, number: int) -> list[tuple[str, str]]:
    """Return a page's lines in order, each with the element that holds it."""
    inside: list[tuple[str, str]] = [("h2" if text == "What happens next" else "p", text) for text in story]
    inside.insert(3, ("p", ASK))
    inside.insert(2, ("teaser", f"NOSE INTO THIS: {others[0]}" if others else "NOSE INTO THIS"))
    inside.insert(1, ("box", LETTER))
    return [
        *(("top", text) for text in ("Tidewick Lantern", "Town", "Water", "Weather vane", "Small ads and lost dogs")),
        ("h1", title), ("who", f"By {author}"), ("when", f"{number % 27 + 1} March 2024"),
        *inside,
        ("p", BIO.format(name=author)), ("p", LAST),
        *(("below", text) for text in ["Out of the drawer", *others]),
        ("below", "Lantern press, all words ours, est. 1888, no part of it may be hung up in a shop window."),
    ]  # fmt: skip


def _html(title: str, lines: list[tuple[str, str]], number: int) -> str:
    forms = {
        "teaser": "<p>{0}</p>", "box": '<div class="k7"><p>{0}</p></div>', "top": '<div class="k1">{0}</div>',
        "who": '<div class="k3">{0}</div>', "when": '<div class="k4">{0}</div>', "below": '<div class="k9"><p>{0}</p></div>',
    }  # fmt: skip
    rows = []
    for kind, text in lines:
        if kind == "teaser" and ": " in text:
            opening, _, other = text.partition(": ")
            text = f'{opening}: <a href="/{abs(hash_of(other))}">{other}</a>'
        rows.append(forms.get(kind, f"<{kind}>{{0}}</{kind}>").format(text))
    head, story, foot = rows[:5], rows[5:-5], rows[-5:]
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} - Tidewick Lantern</title>"
        f'<link rel="canonical" href="https://{HOST}/2024/{number}"></head><body>{"".join(head)}'
        f'<div class="k2">{"".join(story)}</div>{"".join(foot)}</body></html>'
    )


def hash_of(text: str) -> int:
    """Return a number for a text, the same in every process."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:6], 16)
