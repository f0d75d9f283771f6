"""`check_content` lists what is wrong with a content folder: errors leave a file out of the site, warnings change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pressroom import contract
from pressroom.content.dates import find_precision, parse_moment
from pressroom.content.frontmatter import ContentFile, split_content

SUFFIXES = (".md", ".markdown", ".mkd", ".mdown")
SAMPLES = "samples/"
PAGES = "pages/"
PELICAN_KEYS = {
    "title", "date", "modified", "category", "tags", "authors", "author", "slug", "summary", "lang", "status",
    "template", "keywords", "save_as", "url", "translation",
}  # fmt: skip
KNOWN = PELICAN_KEYS | {key.lower() for key in contract.KEYS} | set(contract.ALIASES)
STATUSES = ("published", "draft", "hidden", "skip")
LONGEST_NAME = 255
"""Common file systems take file names of no more bytes."""
_SLUG = re.compile(r"[\w.~-]+")


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding says one thing that is wrong with a file."""

    level: str
    """It is `error` or `warning`."""
    where: str
    what: str
    todo: str
    path: str = ""
    """It is that of the file, under the content folder."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.todo}"


FAILURES = (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError)
"""Reading a content file may raise these."""


def explain_failure(error: Exception) -> tuple[str, str]:
    """Return what is wrong with a file that reading failed on, and what to do.

    >>> explain_failure(ValueError("line 1: the front matter is no YAML"))
    ('line 1: the front matter is no YAML', 'Mend the header.')
    """
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})", "Save it as UTF-8."
    if isinstance(error, OSError):
        return f"it cannot be read ({error.strerror})", "Mend its rights."
    return str(error), "Mend the header."


def has_errors(findings: Iterable[Finding]) -> bool:
    """Tell whether one of them is an error."""
    return any(finding.level == "error" for finding in findings)


def list_articles(content: Path) -> list[str]:
    """Return the paths of the articles that the site is made of; the samples only while there is nothing else."""
    names = [name for name in list_files(content) if not name.startswith(PAGES)]
    others = [name for name in names if not name.startswith(SAMPLES)]
    return others or names


def list_files(content: Path) -> list[str]:
    """Return the paths of all content files under a folder, sorted; hidden ones are none."""
    paths = (path for path in content.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    names = (path.relative_to(content).as_posix() for path in paths)
    return sorted(name for name in names if not any(part.startswith(".") for part in name.split("/")))


def check_content(content: Path) -> list[Finding]:
    """Return what is wrong with a content folder, by path."""
    findings: list[Finding] = []
    places: dict[str, str] = {}
    for name in sorted({*list_articles(content), *(n for n in list_files(content) if n.startswith(PAGES))}):
        where = f"{content.name}/{name}"
        try:
            record = split_content((content / name).read_text(encoding="utf-8"), name)
        except (OSError, ValueError) as error:
            findings.append(Finding("error", where, *explain_failure(error), name))
            continue
        findings += check_header(where, name, record)
        if not name.startswith(PAGES) and (twin := _find_twin(places, name, record)):
            todo = "Give one of them another Slug."
            findings.append(Finding("error", where, f"it has the same address as {content.name}/{twin}", todo, name))
    return findings


def check_header(where: str, name: str, record: ContentFile) -> Iterator[Finding]:
    """Yield what is wrong with one file's header; `where` names the file as a person knows it."""
    header = record.header

    def at(key: str) -> str:
        return f"{where}:{record.lines[key]}" if key in record.lines else where

    for key in ("date", "modified", "captured"):
        if header.get(key) and not (key == "date" and find_precision(header) == "none"):
            try:
                parse_moment(header[key])
            except ValueError:
                what = f'{key.title()} is not a date: "{header[key]}"'
                yield Finding("error", at(key), what, "Write it as 2024-06-20, or take the line out.", name)
    if (status := header.get("status", "published").lower()) not in STATUSES:
        todo = f"Use one of: {', '.join(STATUSES)}."
        yield Finding("error", at("status"), f'Status is "{status}"', todo, name)
    slug = header.get("slug", "")
    if slug and (not _SLUG.fullmatch(slug) or len(slug.encode()) > LONGEST_NAME - 10 or slug in (".", "..")):
        yield Finding(
            "error", at("slug"), f'Slug is no part of an address: "{slug[:60]}"', "Use letters, digits and -.", name
        )
    for key in ("save_as", "url", "template"):
        if key in header and not _is_inside(header[key]):
            todo = "Take the line out."
            yield Finding("error", at(key), f'{key.capitalize()} leaves the site: "{header[key][:80]}"', todo, name)
    if name.startswith(PAGES):
        return
    if find_precision(header) == "none" and not header.get("raw"):
        yield Finding("warning", where, "it has no date", "Write Date: 2024-06-20, if it is known.", name)
    for key in sorted(set(record.lines) - KNOWN):
        todo = "Take it out, or write it into the body."
        yield Finding("warning", at(key), f"unknown key {key}", todo, name)


def _is_inside(value: str) -> bool:
    path = PurePosixPath(value)
    return (
        bool(value) and not path.is_absolute() and ".." not in path.parts and not re.search(r"[\x00-\x1f\\:{}]", value)
    )


def _find_twin(places: dict[str, str], name: str, record: ContentFile) -> str:
    """Return the earlier file that has the same address, or ""."""
    header = record.header
    slug = header.get("slug") or contract.make_slug(header["title"])
    level = find_precision(header)
    try:
        date = None if level == "none" else parse_moment(header["date"])
    except (ValueError, KeyError):
        return ""
    address = header.get("save_as") or f"{contract.make_date_path(date, level)}/{slug}".lower()
    return (
        places.setdefault(address, name)
        if places.get(address, name) != name
        else places.setdefault(address, name) and ""
    )
