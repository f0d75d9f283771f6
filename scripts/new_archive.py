#!/usr/bin/env python3
"""Make a folder for one's own archive that uses this program; updating the program is `git pull` and nothing else."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
FOLDERS = ("raw", "content/pages", "content/images", "rules")

MAKEFILE = """\
# Your archive. Everything you edit is in this folder; the program is in NEWSARCHIVE.
# To update the program: git -C "$(NEWSARCHIVE)" pull

NEWSARCHIVE ?= {base}
HERE := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))

.DEFAULT_GOAL := help
.PHONY: help
help:
\t@$(MAKE) --no-print-directory -C "$(NEWSARCHIVE)" help

%:
\t@$(MAKE) --no-print-directory -C "$(NEWSARCHIVE)" $@ \\
\t  RAWDIR="$(HERE)/raw" INPUTDIR="$(HERE)/content" OUTPUTDIR="$(HERE)/output" CACHEDIR="$(HERE)/.cache" \\
\t  REPORTSDIR="$(HERE)/reports" RULESDIR="$(HERE)/rules" \\
\t  CONFFILE="$(HERE)/pelicanconf.py" PUBLISHCONF="$(HERE)/publishconf.py"
"""

SETTINGS = '''\
"""Settings of this archive: the program's own are read first, and what stands below them counts."""

import os
import runpy

NEWSARCHIVE = os.environ.get("NEWSARCHIVE", {base!r})
globals().update(runpy.run_path(os.path.join(NEWSARCHIVE, "{name}.py")))
THEME = os.path.join(NEWSARCHIVE, "theme")
PLUGIN_PATHS = [os.path.join(NEWSARCHIVE, "plugins")]

SITENAME = "My archive"
'''


def write(folder: Path) -> list[Path]:
    """Make the archive's files in an empty or new folder and return them.

    Raises FileExistsError naming the first file that stands there already; then nothing is written.
    """
    files = {
        "Makefile": MAKEFILE.replace("{base}", str(BASE)),
        "pelicanconf.py": SETTINGS.format(base=str(BASE), name="pelicanconf"),
        "publishconf.py": SETTINGS.format(base=str(BASE), name="publishconf")
        + 'SITEURL = ""  # where readers will find it, such as "https://archive.example"\n',
        ".gitignore": "output/\n.cache/\nreports/\n",
    }
    for name in files:
        if (folder / name).exists():
            raise FileExistsError(folder / name)
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    about = BASE / "content" / "pages" / "about.md"
    if about.is_file():
        shutil.copyfile(about, folder / "content" / "pages" / "about.md")
    return [folder / name for name in files]


def main() -> int:
    """Parse the arguments, write the folder, say what to do next."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new or empty folder")
    folder = parser.parse_args().folder.expanduser().resolve()
    try:
        write(folder)
    except FileExistsError as error:
        print(f"{error}: there is such a file already. Name another folder; nothing was written.", file=sys.stderr)
        return 2
    print(f"{folder}: ready. Put captures into {folder / 'raw'}, then: cd {folder} && make html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
