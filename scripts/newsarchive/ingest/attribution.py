"""This module lets a folder name the source of pages that do not name it themselves. It is pure."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from newsarchive.archive.contents import Archive
from newsarchive.archive.revisions import Draft
from newsarchive.models import Conversion
from newsarchive.rules import rules
from newsarchive.sites.identify import find_folder


def attribute_drafts(drafts: list[Draft], archive: Archive, known: rules.Rules) -> list[Draft]:
    """Let a folder name the source of its pages that name none; a folder with many hosts is not a source.

    The name is the one that the folder's other pages state, if they agree; else the folder's own. Of a page that was
    just read its header of old says nothing, so that a killed run ends as one that was not.
    """
    hosts: dict[str, set[str]] = {}
    stated: dict[str, set[str]] = {}
    fresh = {c.path for c in drafts}
    headers = [(raw, e.header) for raw, e in archive.by_raw.items() if raw not in fresh or e.hand_edited]
    headers += [(c.path, {k.lower(): v for k, v in c.header.items()}) for c in drafts]
    for path, header in headers:
        if header.get("source_url"):
            hosts.setdefault(find_folder(path), set()).add(urlsplit(header["source_url"]).hostname or "")
        if header.get("source") and not header.get("source_from"):
            stated.setdefault(find_folder(path), set()).add(header["source"])
    sourced = []
    for c in drafts:
        folder = find_folder(c.path)
        names = stated.get(folder, set())
        source = known.source(folder)
        name = source if source != folder else min(names) if len(names) == 1 else _speak_name(folder)
        sourced.append(_attribute_draft(c, name) if folder and len(hosts.get(folder, ())) <= 1 else c)
    return sourced


def attribute_conversion(made: Conversion, source: dict[str, str]) -> Conversion:
    """Let the folder's name stand for a source where the page states none."""
    header = made.article.header if made.article else {}
    is_stated = header.get("Source") and header.get("Source_from") != "credit"
    if source.get("Source_from") != "folder" or is_stated or not made.article:
        return made
    named = {**header, "Source": source["Source"], "Source_from": "folder"}
    return replace(made, article=replace(made.article, header=named))


def _speak_name(folder: str) -> str:
    """Return a folder's name as a person would write it.

    >>> _speak_name("the-harbour_gazette"), _speak_name("El Faro")
    ('The Harbour Gazette', 'El Faro')
    """
    name = folder.replace("-", " ").replace("_", " ")
    return name.title() if name.islower() else name


def _attribute_draft(c: Draft, name: str) -> Draft:
    if c.header.get("Source") and c.header.get("Source_from") != "credit":
        return c
    return replace(c, header={**c.header, "Source": name, "Source_from": "folder"})
