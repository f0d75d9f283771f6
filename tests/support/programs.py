"""The programs that some tests need and a machine may lack; `tests/conftest.py` skips those tests there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MISSING = {
    mark: name for mark, name, path in (("browser", "Chromium", CHROMIUM), ("nginx", "nginx", NGINX)) if not path
}
"""What is not installed here, by the mark of the tests that need it."""
REQUIRED = bool(os.environ.get("REQUIRE_PROGRAMS"))
"""Whether such a test fails where its program is missing, as it must in CI."""


def dump_page(url: str, profile: Path) -> str:
    """Return the markup that a page has in the browser once its scripts ran; nothing else drives the browser."""
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
        "--allow-file-access-from-files", f"--user-data-dir={profile}", "--virtual-time-budget=8000", "--dump-dom", url,
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False).stdout
