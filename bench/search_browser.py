"""What a reader waits for: queries typed into a search page in Chromium, over a line that may be slow."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from playwright.sync_api import Browser, Error, Page, sync_playwright
from search_corpus import Query

HERE = Path(__file__).parent
WATCH = HERE / "search_watch.js"
QUIET = 500
"""Milliseconds without a change after which results are what they are: more than any page waits for further keys."""
LIMIT = 240_000
"""Milliseconds after which a page is given up: one JSON index of 43 MB takes 216 s on the slow line."""


@dataclass(frozen=True, slots=True)
class Line:
    """The way between host and browser."""

    name: str
    delay: int
    """Milliseconds that each response waits."""
    rate: float
    """Mbit/s that all responses share; 0 is as fast as it goes."""


SLOW, LOCAL = Line("slow", 150, 1.6), Line("local", 0, 0)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Where somebody types, and how the page says what it shows. All but the address are CSS selectors."""

    address: str
    box: str
    ready: str
    """There once it can be typed into."""
    results: str
    done: str
    """There when all results of what was typed are shown."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one query cost."""

    query: str
    kind: str
    cold: bool
    """The first query of a new browser profile: bytes and requests are those since the page was asked for."""
    ms: float
    """From the last key to ten results, or to all there are."""
    sent: list[tuple[str, int]]
    """What was asked for until then: path and bytes."""
    shown: int
    loaded: float = 0.0
    """Milliseconds that the page itself took to load, before the cold query."""

    @property
    def bytes(self) -> int:
        """The bytes of all that was asked for."""
        return sum(size for _, size in self.sent)

    @property
    def requests(self) -> int:
        """How often something was asked for."""
        return len(self.sent)


class Host:
    """A running static host."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.address = f"https://localhost:{port}/"
        self._requests: list[dict[str, Any]] = []
        self._ended: list[float] = []
        assert process.stdout is not None
        threading.Thread(target=self._note, args=(process.stdout,), daemon=True).start()

    def _note(self, lines: IO[str]) -> None:
        for line in lines:
            told = json.loads(line)
            if "ended" in told:
                self._ended.append(told["ended"])
            else:
                self._requests.append(told)

    def forget(self) -> None:
        """Begin to count anew."""
        self._requests.clear()
        self._ended.clear()

    def busy(self) -> float:
        """Return the milliseconds from the first request to the end of the last one that ended."""
        return float(max(self._ended) - self._requests[0]["at"])

    def sent(self, until: float) -> list[tuple[str, int]]:
        """Return what was asked for before a time in milliseconds since 1970: (path, bytes) in turn."""
        return [(request["path"], request["bytes"]) for request in self._requests if request["at"] <= until]

    def missing(self) -> list[str]:
        """Return the paths asked for that do not exist."""
        return [request["path"] for request in self._requests if not request["found"]]


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a key and a certificate that it signed itself. Raises FileNotFoundError without openssl."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    if not made.is_file():
        command = (
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost"
        )
        subprocess.run([*command.split(), "-keyout", key, "-out", made], check=True, capture_output=True)
    return key, made


def _fingerprint(key: Path) -> str:
    """Return the hash of a key's public half, as Chromium takes it."""
    public = subprocess.run(
        ["openssl", "pkey", "-in", key, "-pubout", "-outform", "der"], check=True, capture_output=True
    ).stdout
    return base64.b64encode(hashlib.sha256(public).digest()).decode("ascii")


@contextlib.contextmanager
def host(folder: Path, line: Line, keys: tuple[Path, Path]) -> Iterator[Host]:
    """Serve a folder over a line."""
    command = ["node", *map(str, (HERE / "shaped.mjs", folder, *keys, line.delay, line.rate))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline()
            if not port:
                raise RuntimeError(f"{folder}: the host did not start. See what node printed above.")
            yield Host(process, int(port))
        finally:
            process.kill()


@contextlib.contextmanager
def browser(keys: tuple[Path, Path]) -> Iterator[Browser]:
    """Start Chromium: the distribution's if there is one, or else playwright's own. It trusts hosts with the key."""
    # With --ignore-certificate-errors it would keep nothing that such a host sends, and ask for an icon twice.
    arguments = [f"--ignore-certificate-errors-spki-list={_fingerprint(keys[0])}"]
    if os.getuid() == 0:
        arguments.append("--no-sandbox")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        try:
            yield started
        finally:
            started.close()


def visit(started: Browser, served: Host, place: SearchPage, queries: Sequence[Query]) -> list[Answer]:
    """Open the page with a new profile, wait until it is idle, and type the queries one after the other.

    Raises RuntimeError if a file is missing or results fail to come.
    """
    served.forget()
    with started.new_context() as profile:
        page = profile.new_page()
        broken: list[Error] = []
        page.on("pageerror", lambda error: broken.append(error))  # it cannot mark a built-in method
        page.add_init_script(path=WATCH)
        page.goto(served.address + place.address)
        page.wait_for_selector(place.ready, state="attached", timeout=LIMIT)
        page.wait_for_load_state("networkidle", timeout=LIMIT)
        loaded = served.busy()
        found = []
        for number, query in enumerate(queries):
            try:
                found.append(_type(page, served, place, query, number == 0))
            except Error as error:
                why = "; ".join([error.message, *(told.message for told in broken)])
                raise RuntimeError(f"{served.address}{place.address}: {query.text}: {why}") from error
        if missing := served.missing():
            raise RuntimeError(f"{place.address}: files are missing: {', '.join(missing)}. Is the index complete?")
        found[0] = replace(found[0], loaded=loaded)
        return found


def _type(page: Page, served: Host, place: SearchPage, query: Query, cold: bool) -> Answer:
    if not cold:
        served.forget()
    page.locator(place.box).select_text()
    page.evaluate(
        "([results, done]) => { window.benchWatching = benchWatch(results, done) }", [place.results, place.done]
    )
    page.keyboard.insert_text(query.text[0])
    page.keyboard.insert_text(query.text[1:])
    seen = page.evaluate("([quiet, limit]) => window.benchWatching.settled(quiet, limit)", [QUIET, LIMIT])
    time.sleep(0.02)  # the host's last lines come through a pipe
    return Answer(query.text, query.kind, cold, seen["ms"], served.sent(seen["at"]), seen["count"])
