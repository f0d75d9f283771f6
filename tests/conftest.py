"""What all tests share: which programs they need, and what is built or started once for many of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support import commands, programs
from support.paths import BASE


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose program is not installed; fail it where all of them must be (REQUIRE_PROGRAMS=1)."""
    for mark, name in programs.MISSING.items():
        if item.get_closest_marker(mark):
            (pytest.fail if programs.REQUIRED else pytest.skip)(f"{name} is not installed: in CI this test runs")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for all tests of a module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=programs.CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a site of the sample captures that knows its address; no test may change it."""
    address = "https://archive.example"
    folder = commands.fill_once(
        tmp_path_factory, "sample-site", lambda folder: commands.make_site(folder, raw=BASE / "raw", SITEURL=address)
    )
    return folder / "output"
