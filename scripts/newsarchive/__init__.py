"""The cleaning half turns captures into Markdown articles and a list of removals. It never imports Pelican."""

import sys
from pathlib import Path

# The site half's `pressroom.contract` is the one home of header keys, slugs and addresses; a clone is not installed.
_PLUGINS = str(Path(__file__).resolve().parents[2] / "plugins")
if _PLUGINS not in sys.path:
    sys.path.append(_PLUGINS)

CLEANER = "1"
"""Version of the cleaner, written to the header of every article; raised when its output changes."""
