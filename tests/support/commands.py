"""Whole archives, built by the command that `make html` runs, with every folder in one of the test's own."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.paths import BASE

SETTINGS = """
import runpy
globals().update(runpy.run_path({conf!r}))
THEME, PLUGIN_PATHS, PRESSROOM_SEARCH_SCRIPTS = {theme!r}, [{plugins!r}], True
"""


def make_html(folder: Path, *, raw: Path = BASE / "raw", **environment: str) -> str:
    """Run the whole build with every folder under `folder`; return what it says."""
    command = [
        sys.executable, str(BASE / "scripts/build.py"), "--raw", str(raw), "--content", str(folder / "content"),
        "--output", str(folder / "out"), "--reports", str(folder / "reports"), "--cache", str(folder / "cache"),
        "--rules", str(folder / "rules"), "--jobs", "2",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_site(folder: Path, *, raw: Path | str = "", **settings: Any) -> Path:
    """Build a site with every folder under `folder`, with these settings besides those of pelicanconf.py; return its output."""
    conf = folder / "conf.py"
    text = SETTINGS.format(conf=str(BASE / "pelicanconf.py"), theme=str(BASE / "theme"), plugins=str(BASE / "plugins"))
    conf.write_text(text + "".join(f"{key} = {value!r}\n" for key, value in settings.items()))
    command = [sys.executable, str(BASE / "scripts/build.py"), "--settings", str(conf), "--raw", str(raw)]
    for name in ("content", "output", "reports", "cache", "rules"):
        command += [f"--{name}", str(folder / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "output"


def fill_once(factory: pytest.TempPathFactory, name: str, fill: Callable[[Path], object]) -> Path:
    """Return a folder that the first process of a test run fills for all of them; no test may change it."""
    base = factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = base / name
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            folder.mkdir()
            try:
                fill(folder)
            except BaseException:
                shutil.rmtree(folder)
                raise
    return folder
