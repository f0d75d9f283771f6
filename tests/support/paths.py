"""Where the project is, and what a process of its own imports it by."""

import os
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
PYTHONPATH = os.pathsep.join(str(BASE / part) for part in ("tests", "scripts", "plugins"))
