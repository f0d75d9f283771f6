"""This module tells the folders that a browser saves beside a page: its images, scripts and frames are never
captures."""

from __future__ import annotations

import re
import unicodedata

FILES = (
    "files", "file", "archivos", "arquivos", "ficheiros", "fichiers", "dateien", "bestanden", "filer", "tiedostot",
    "pliki", "soubory", "súbory", "elemei", "dosyalar", "datoteke", "fitxers", "fitxategiak", "failid", "fails",
    "bylos", "fajlovi", "fisiere", "fișiere",
)  # fmt: skip
"""What browsers append to a page's name for its folder, by the language of the browser or of the system; after `_`,
`-` or `.`, and in capitals or not."""

FOLDER = re.compile(rf"(.+)[_.-](?:{'|'.join(FILES)})", re.I)
PAGE = re.compile(r"\.x?html?(?:\.gz)?$", re.I)


def find_furniture(folders: list[str], files: list[str]) -> set[str]:
    """Return which of the `folders` belong to a saved page among the `files` beside them.

    >>> find_furniture(["Story_files", "Welt-dateien", "my_files"], ["Story.html", "Welt.htm.gz"]) == {
    ...     "Story_files", "Welt-dateien"}
    True
    """
    pages = {_compose_name(PAGE.sub("", name)) for name in files if PAGE.search(name)}
    return {folder for folder in folders if pages and _find_stem(_compose_name(folder)) in pages}


def _find_stem(folder: str) -> str:
    """Return the name that a page of this folder would have, without suffix, or ""."""
    match = FOLDER.fullmatch(folder)
    return match[1] if match else ""


def _compose_name(name: str) -> str:
    """Return a name in one Unicode form: macOS takes accents apart, and a copied folder may not match its page."""
    return unicodedata.normalize("NFC", name)
