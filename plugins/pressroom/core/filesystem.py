"""This module says where files of the program's own stand."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def place_state(cache: str | os.PathLike[str], settings: str, output: str) -> Path:
    """Return where the state of a site stands: one for each settings file and output folder, wherever a clone lies."""
    named = "\n".join(os.path.relpath(os.path.realpath(path), os.path.realpath(cache)) for path in (settings, output))
    return Path(cache) / f"pressroom-{hashlib.sha256(named.encode()).hexdigest()[:12]}.sqlite"
