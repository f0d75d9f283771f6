"""Folders that a browser saves beside a page: its images, scripts and frames, never captures."""

from __future__ import annotations

import re
import unicodedata

SUFFIXES = (
    "_files", ".files", "_archivos", "_arquivos", "_ficheiros", "_fichiers", "_file", "-Dateien", "_bestanden",
    "-filer", "_tiedostot", "_pliki", "_soubory", "_súbory", "_elemei", "_dosyalar", "_datoteke", "_fitxers",
    "_fitxategiak", "_failid", "_fails", "_bylos", "_fajlovi", "_fisiere", "_fișiere",
)  # fmt: skip
"""What browsers append to a page's name for its folder, by the language of the browser or of the system."""

PAGE = re.compile(r"\.x?html?(?:\.gz)?$", re.I)


def furniture(folders: list[str], files: list[str]) -> set[str]:
    """Return which of the `folders` belong to a saved page among the `files` beside them.

    >>> furniture(["Story_files", "Welt-Dateien", "my_files"], ["Story.html", "Welt.htm.gz"]) == {
    ...     "Story_files", "Welt-Dateien"}
    True
    """
    pages = {_composed(PAGE.sub("", name)) for name in files if PAGE.search(name)}
    return {folder for folder in folders if pages and _stem(_composed(folder)) & pages}


def _stem(folder: str) -> set[str]:
    """Return the names that a page of this folder may have, without suffix."""
    return {folder[: -len(suffix)] for suffix in SUFFIXES if folder.endswith(suffix)}


def _composed(name: str) -> str:
    """Return a name in one Unicode form: macOS takes accents apart, and a copied folder may not match its page."""
    return unicodedata.normalize("NFC", name)
