"""What a build makes its site from, and where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pressroom.core.filesystem import place_state
from pressroom.publish.swap import OutputFolder

if TYPE_CHECKING:
    from pressroom.state.scanner import Look


class Job(NamedTuple):
    """What a build makes its site from, and where."""

    content: Path
    output: Path
    cache: Path
    settings: Path
    options: tuple[str, ...] = ()
    """For Pelican, as its command takes them."""
    siteurl: str = "http://localhost:8000"
    """Where the site is shown while SITEURL is empty."""
    jobs: int = 0
    whole: bool = False
    """Built aside, then swapped in."""
    changed: tuple[str, ...] | None = None
    """Files under the content folder beside which none changed, where that is known."""
    look: Look | None = None
    """What `unchanged` found in the content folder."""

    def find_folder(self) -> OutputFolder:
        """Return the output folder with what is known of it."""
        return OutputFolder(self.output, self.cache)

    def find_target(self) -> Path:
        """Return where it is built."""
        return self.find_folder().tree if self.whole else self.output

    def find_state(self) -> Path:
        """Return the file of the state."""
        return place_state(self.cache, str(self.settings), str(self.find_target()))

    def list_inputs(self) -> list[str]:
        """Return what makes two builds the same apart from files."""
        return [str(self.content.resolve()), str(self.settings.resolve()), self.siteurl, *self.options]
