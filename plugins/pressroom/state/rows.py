"""A content file to its row of the state: what lists, feeds and pages need of it, made once per change. Pure but for reading."""

from __future__ import annotations

import calendar
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from pressroom import outputs
from pressroom.content import article, images, markdown, removals, tally, validate
from pressroom.content.foreign import ForeignReader
from pressroom.core import codec
from pressroom.core.settings import SiteSettings
from pressroom.outputs import atom, redirects, sitemap
from pressroom.state import links, scanner, similarity

SIGNED = 1300
"""Characters of HTML that hold those of text that a signature wants."""
UNDATED = 2**62
"""Sorts after every date, newest first."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRECISION = {"day": 2, "month": 1}
LONGEST = 240
"""Bytes of one part of an address; file systems take 255, and the page's own temporary name must fit too."""
REMOVED = "removed"
"""Level of findings that say what sanitising took out."""
PAGE_ENDINGS = (".html", ".htm", ".xml", ".json", ".txt")
OWN_PAGES = ("SOURCES", "UNDATED", "SEARCH", "NOT_FOUND", "DAYS_OF_THE_YEAR", "STATISTICS")
"""Pages of the whole site that are ours and not Pelican's, by their settings' names."""
FIELDS_SEPARATOR = "\n"
MESSAGE = 300
"""Characters of a failure that are told."""


class Row(NamedTuple):
    """The columns of the table `record` that a file gives, and, last, the four of `body`."""

    path: str
    kind: str
    sample: int
    status: str
    address: str
    """Of the page, lower case: no two files may share it."""
    url: str
    save_as: str
    stamp: int
    """Microseconds before 1970, so that the newest sorts first."""
    tie: str
    day: int
    """How well the date is known: 2 to the day, 1 to the month."""
    lastmod: str
    template: str
    hash: bytes
    lists: str
    source_url: str
    links: str
    old: str
    """`redirects.Old` of each old address, as JSON."""
    findings: str
    tally: str
    """What it adds to the tallies, "" where it stands in no list."""
    meta: bytes
    """`stored.packed` of what templates read."""
    entry: str
    html: str
    sign: str
    """What `relating` needs to know, a line each: place, signature, what other pages show; "" where it is not asked for."""


class Reader:
    """Reads content files below a folder by one set of settings."""

    def __init__(self, settings: SiteSettings, site: str, foreign: ForeignReader | None = None) -> None:
        self.content, self.settings, self.site, self.foreign = Path(settings.content), settings, site, foreign
        self.reserved = reserved(settings)
        self.canonical = settings.feeds

    def row(self, name: str, kind: str) -> tuple[str, Row]:
        """Return the hash of a file's bytes, and its row; that of a file with errors is in no list."""
        try:
            payload: bytes | OSError = scanner.payload(f"{self.content}/{name}")
        except OSError as error:
            payload = error
        hashed = "" if isinstance(payload, OSError) else scanner.bytes_hash(payload)
        try:
            return hashed, self._read(name, kind, payload)
        except Exception as error:  # whatever it is, the other files are built
            what = f"the program failed on it: {type(error).__name__}: {error}"[:MESSAGE]
            found = validate.Finding(
                "error", f"{self.content.name}/{name}", what, "Mend the file, and report this.", name
            )
            return hashed, self._bad(name, kind, [found])

    def _read(self, name: str, kind: str, payload: bytes | OSError) -> Row:
        where = f"{self.content.name}/{name}"
        found: list[validate.Finding] = []
        try:
            hosts = frame_hosts(name, self.settings)
            taken = self.foreign(name, kind, hosts) if self.foreign else None
            if isinstance(payload, OSError):
                raise payload
            if taken:
                fields, html, before = taken
                text = payload.decode("utf-8", "replace").replace("\r\n", "\n")
                found += self._removed(where, name, markdown.lost(before, text, 0, hosts))
            else:
                record = markdown.split(payload.decode("utf-8"), name)
                found = list(validate.of_header(where, name, record))
                if any(finding.level == "error" for finding in found):
                    return self._bad(name, kind, found)
                html = markdown.html(record.body, hosts)
                if "cleaner" not in record.header and markdown.may_lose(record.body):
                    text = payload.decode("utf-8").replace("\r\n", "\n")
                    found += self._removed(where, name, markdown.removed(record.body, text, hosts))
                fields = article.fields(record, html, name, self.settings, kind)
                fields |= self._beside(name) if "cleaner" in record.header else {"repairs": [], "removed_hash": ""}
        except UnicodeDecodeError as error:
            found.append(
                validate.Finding("error", where, f"it is not UTF-8 (byte {error.start})", "Save it as UTF-8.", name)
            )
        except OSError as error:
            found.append(
                validate.Finding("error", where, f"it cannot be read ({error.strerror})", "Mend its rights.", name)
            )
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            found.append(validate.Finding("error", where, str(error), "Mend the header.", name))
        else:
            if kind == "article":
                html = images.with_lead(html, fields["image"], fields["image_caption"])
            html = article.taken_back(fields, html, self.settings.words)
            fields["removed_url"] = removals.address(fields) if self.settings.removed else ""
            found += self._address(where, name, fields)
            if all(finding.level != "error" for finding in found):
                return self._row(name, kind, fields, html, found)
        return self._bad(name, kind, found)

    def _row(self, name: str, kind: str, fields: dict[str, Any], html: str, found: list[validate.Finding]) -> Row:
        level, stamp = fields["date_precision"], moment(fields)
        meta = codec.packed(fields)
        targets = links.found(html, name) if "://" in html or '"{' in html or '"|' in html else []
        listed = kind == "article" and fields["status"] == "published"
        old = redirects.found(fields, self.settings)
        return Row(
            name, kind, int(bool(fields.get("is_sample"))), fields["status"], fields["save_as"].lower(), fields["url"],
            fields["save_as"], stamp, f"{fields['slug']}\0{name}", _PRECISION.get(level, 0), sitemap.changed(fields),
            fields["template"], hashlib.blake2b(meta + html.encode("utf-8", "surrogatepass"), digest_size=12).digest(),
            FIELDS_SEPARATOR.join(article.groups(fields)) if listed else fields["status"] * (fields["status"] == "withdrawn"),
            links.normalised(fields.get("source_url", "")) if kind == "article" else "",
            json.dumps(targets) if targets else "", _ENCODE(old) if old else "", _packed(found),
            tally.fact(fields) if listed else "", meta,
            atom.entry(fields, self.site) if listed and level == "day" and self.canonical else "", html,
            _signed(fields, html) if listed and self.settings.related else "",
        )  # fmt: skip

    def _bad(self, name: str, kind: str, found: Iterable[validate.Finding]) -> Row:
        sample = int(name.startswith(article.SAMPLES))
        return Row(
            name, kind, sample, "error", "", "", "", 0, "", 0, "", "", b"", "", "", "", "", _packed(found), "", b"", "", "", ""
        )  # fmt: skip

    def _removed(self, where: str, name: str, lost: Iterable[tuple[int, str]]) -> Iterator[validate.Finding]:
        """Yield what sanitising takes out of a person's own file, with its line."""
        for line, what in lost:
            todo = "It could run, load or hide something in a reader's browser."
            yield validate.Finding(REMOVED, f"{where}:{line}", f"{what} is not kept", todo, name)

    def _beside(self, name: str) -> dict[str, Any]:
        """Return what the cleaner mended in an article and a hash of what it removed, from its record beside it."""
        found = removals.beside(self.content, name)
        return {"repairs": [one._asdict() for one in found.repairs], "removed_hash": removals.digest(found)}

    def _address(self, where: str, name: str, fields: Mapping[str, Any]) -> Iterable[validate.Finding]:
        save_as = fields["save_as"]
        if fields["status"] == "skip":
            return
        parts = save_as.split("/")
        if not save_as or ".." in parts or any(len(part.encode("utf-8", "replace")) > LONGEST for part in parts):
            yield validate.Finding(
                "error", where, f'its address is none: "{save_as[:80]}"', "Give it another Slug.", name
            )
        elif self.reserved.match(save_as.lower()):
            todo = "Give it another Slug."
            yield validate.Finding("error", where, f'its address is one of the site\'s own: "{save_as}"', todo, name)
        elif any(part.lower().endswith(PAGE_ENDINGS) for part in parts[:-1]) or (
            "." not in parts[-1] and "." in self.settings.place(fields["kind"].upper()).save_as
        ):
            what = f'its address could be that of a file and of a folder: "{save_as}"'
            yield validate.Finding("error", where, what, "Let folders have no ending, and the file one.", name)


def frame_hosts(name: str, settings: SiteSettings) -> frozenset[str]:
    """Return the hosts whose frames a file may show."""
    trusted = (str(folder).strip("/") for folder in settings.trusted)
    inside = any(not folder or name.startswith(f"{folder}/") for folder in trusted)
    return frozenset(settings.frame_hosts if inside else ())


def moment(fields: Mapping[str, Any]) -> int:
    """Return microseconds before 1970, so that the newest article sorts first."""
    date = datetime.fromisoformat(fields["date"])
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return UNDATED if fields["date_precision"] == "none" else -((aware - _EPOCH) // timedelta(microseconds=1))


def _signed(fields: Mapping[str, Any], html: str) -> str:
    terms = signature(fields, html)
    return f"{place(fields)}\n{similarity.packed(terms)}\n{_ENCODE(similarity.shown(fields))}"


def signature(fields: Mapping[str, Any], html: str) -> similarity.Signature:
    """Return an article's signature."""
    text = markdown.plain_text(html[:SIGNED])
    return similarity.signature(fields["title"], fields["dek"], text, fields["lang"])


def place(fields: Mapping[str, Any]) -> int:
    """Return what orders related articles of one moment."""
    return similarity.place(f"{fields['slug']}\0{fields['path']}")


def _packed(found: Iterable[validate.Finding]) -> str:
    rows = [[finding.level, finding.where, finding.what, finding.todo] for finding in found]
    return json.dumps(rows, ensure_ascii=False) if rows else ""


_FIELD = re.compile(r"\{[^}]*\}")


def reserved(settings: SiteSettings) -> re.Pattern[str]:
    """Return what matches the paths that listings, feeds and the theme write, in lower case.

    >>> from pressroom.core.settings import Place
    >>> places = {"TAG": Place("", "tag/{slug}/index.html"), "YEAR_ARCHIVE": Place("", "{date:%Y}/index.html")}
    >>> r = reserved(SiteSettings(places=places, direct_templates=("index",)))
    >>> [bool(r.match(path)) for path in ("tag/x/index.html", "index.html", "2024/index.html", "2024/a/index.html")]
    [True, True, True, False]
    """
    patterns = []
    for key in ("TAG", "CATEGORY", "AUTHOR", "SOURCE", "ON"):
        save_as = settings.place(key).save_as
        if save_as:
            patterns.append(_pattern(save_as))
            folder = re.split(r"[{]", save_as)[0].rpartition("/")[0]
            patterns += [re.escape(folder.lower()) + "/.*"] if folder else []
    for key in ("YEAR", "MONTH", "DAY"):
        save_as = settings.place(f"{key}_ARCHIVE").save_as
        if save_as:
            base = re.escape(re.sub(r"index\.html$", "", save_as)) if "{" not in save_as else ""
            patterns += [_pattern(save_as), *([base] if base else [])]
    named = [settings.direct_place(name).save_as for name in settings.direct_templates]
    named += [settings.place(key).save_as for key in OWN_PAGES]
    patterns += [re.escape(str(name).lower()) for name in named if name]
    patterns += [
        "search/.*",
        "removed/.*",
        r"\..*",
        *(piece for output in outputs.OUTPUTS for piece in output.reserved(settings)),
    ]
    return re.compile(f"(?:{'|'.join(patterns)})\\Z")


def _pattern(save_as: str) -> str:
    """Return a path pattern of the settings as a regular expression.

    >>> bool(re.fullmatch(_pattern("{date:%Y}/{date:%b}/index.html"), "2024/feb/index.html"))
    True
    """
    parts = _FIELD.split(save_as.lower())
    joined = re.escape(parts[0])
    for field, part in zip(_FIELD.findall(save_as), parts[1:], strict=True):
        joined += (_dates(field[6:-1]) if field.startswith("{date:") else "[^/]+") + re.escape(part)
    return joined


def _dates(form: str) -> str:
    """Return what matches the dates that a form of `strftime` gives, in lower case."""
    names: dict[str, Iterable[str]] = {
        "B": calendar.month_name,
        "b": calendar.month_abbr,
        "A": calendar.day_name,
        "a": calendar.day_abbr,
    }
    found = ""
    for plain, code in re.findall(r"([^%]*)(?:%-?(.)|\Z)", form):
        found += re.escape(plain.lower())
        if code in names:
            found += f"(?:{'|'.join(re.escape(name.lower()) for name in names[code] if name)})"
        elif code:
            found += r"\d+" if code in "YymdjHIMSUWuw" else "[^/]+"
    return found
