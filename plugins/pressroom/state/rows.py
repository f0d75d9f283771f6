"""A row has what lists, feeds and pages need of a content file, made once per change. Pure but for reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pressroom.content import article, frontmatter, images, markdown, plain_text, removals, tally, validate
from pressroom.content.article import ArticleFields
from pressroom.content.foreign import ForeignReader
from pressroom.content.validate import FAILURES, Finding, explain_failure, has_errors
from pressroom.core import codec
from pressroom.core.keys import join_keys
from pressroom.core.settings import SiteSettings
from pressroom.outputs import atom, redirects, sitemap
from pressroom.state import links, scanner, similarity
from pressroom.state.reserved import reserved

SIGNED = 1300
"""So many characters of HTML hold those of text that a signature wants."""
UNDATED_STAMP = 2**62
"""It sorts after every date, newest first."""
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRECISION = {"day": 2, "month": 1}
LONGEST = 240
"""One part of an address has no more bytes; file systems take 255, and the page's own temporary name must fit too."""
REMOVED = "removed"
"""Findings of this level say what sanitising took out."""
PAGE_ENDINGS = (".html", ".htm", ".xml", ".json", ".txt")
MESSAGE = 300
"""No more characters of a failure are told."""


class Row(NamedTuple):
    """A row has the columns of the table `record` that a file gives, and, last, the four of `body`.

    A file with errors has none but its path, kind and findings.
    """

    path: str
    kind: str
    sample: int
    status: str
    address: str = ""
    """It is `save_as` in lower case: no two files may share it."""
    url: str = ""
    save_as: str = ""
    stamp: int = 0
    """It is microseconds before 1970, so that the newest sorts first."""
    tie: str = ""
    day: int = 0
    """It says how well the date is known: 2 to the day, 1 to the month."""
    lastmod: str = ""
    template: str = ""
    hash: bytes = b""
    lists: str = ""
    source_url: str = ""
    links: str = ""
    old: str = ""
    """It has a `redirects.Old` for each old address, as JSON."""
    findings: str = ""
    tally: str = ""
    """It is what the article adds to the tallies, "" where it stands in no list."""
    meta: bytes = b""
    """It has what templates read, as `codec.pack` gives it."""
    entry: str = ""
    html: str = ""
    sign: str = ""
    """It has what `related` needs to know, a line each: place, signature, what other pages show; "" where it is not asked for."""


class RowReader:
    """A reader reads content files below a folder by one set of settings."""

    def __init__(self, settings: SiteSettings, site: str, foreign: ForeignReader | None = None) -> None:
        self.content, self.settings, self.site, self.foreign = Path(settings.content), settings, site, foreign
        self.reserved = reserved(settings)
        self.canonical = settings.feeds

    def read_row(self, name: str, kind: str) -> tuple[str, Row]:
        """Return the hash of a file's bytes, and its row; that of a file with errors is in no list."""
        try:
            payload: bytes | OSError = scanner.read_payload(f"{self.content}/{name}")
        except OSError as error:
            payload = error
        hashed = "" if isinstance(payload, OSError) else scanner.hash_bytes(payload)
        try:
            return hashed, self._make_checked_row(name, kind, payload)
        except Exception as error:  # whatever it is, the other files are built
            what = f"the program failed on it: {type(error).__name__}: {error}"[:MESSAGE]
            todo = "Mend the file, and report this."
            return hashed, self._make_bad_row(name, kind, [Finding("error", self._name_file(name), what, todo, name)])

    def _name_file(self, name: str) -> str:
        """Return what people call a file."""
        return f"{self.content.name}/{name}"

    def _make_checked_row(self, name: str, kind: str, payload: bytes | OSError) -> Row:
        findings: list[Finding] = []
        try:
            parsed = self._parse(name, kind, payload, findings)
        except FAILURES as error:
            findings.append(Finding("error", self._name_file(name), *explain_failure(error), name))
            parsed = None
        if parsed:
            fields, html = parsed
            if kind == "article":
                html = images.add_lead_image(html, fields["image"], fields["image_caption"])
            html = article.withdraw_text(fields, html, self.settings.words)
            fields["removed_url"] = removals.make_address(fields) if self.settings.removed else ""
            findings += self._check_address(self._name_file(name), name, fields)
            if not has_errors(findings):
                return self._make_row(name, kind, fields, html, findings)
        return self._make_bad_row(name, kind, findings)

    def _parse(
        self, name: str, kind: str, payload: bytes | OSError, findings: list[Finding]
    ) -> tuple[ArticleFields, str] | None:
        """Return fields and safe HTML of a file, None where its header has errors; `findings` gets what is wrong with it.

        Raises one of FAILURES for a file that cannot be read.
        """
        where, hosts = self._name_file(name), find_frame_hosts(name, self.settings)
        foreign = self.foreign(name, kind, hosts) if self.foreign else None
        if isinstance(payload, OSError):
            raise payload
        if foreign:
            fields, html, unsafe = foreign
            text = payload.decode("utf-8", "replace").replace("\r\n", "\n")
            findings += self._report_removed(where, name, markdown.list_lost(unsafe, text, 0, hosts))
            return fields, html
        record = frontmatter.split_content(payload.decode("utf-8"), name)
        findings += validate.check_header(where, name, record)
        if has_errors(findings):
            return None
        html = markdown.render_markdown(record.body, hosts)
        if "cleaner" not in record.header and markdown.may_lose(record.body):
            text = payload.decode("utf-8").replace("\r\n", "\n")
            findings += self._report_removed(where, name, markdown.list_removed(record.body, text, hosts))
        fields = article.make_fields(record, html, name, self.settings, kind)
        if "cleaner" in record.header:
            beside = removals.read_record(self.content, name)
            fields["repairs"] = [repair._asdict() for repair in beside.repairs]
            fields["removed_hash"] = removals.hash_removals(beside)
        return fields, html

    def _make_row(self, name: str, kind: str, fields: ArticleFields, html: str, findings: list[Finding]) -> Row:
        meta = codec.pack(fields)
        targets = links.find_targets(html, name) if "://" in html or '"{' in html or '"|' in html else []
        listed = kind == "article" and fields["status"] == "published"
        is_in_feeds = listed and fields["date_precision"] == "day" and self.canonical
        withdrawn = "withdrawn" if fields["status"] == "withdrawn" else ""
        old = redirects.find_old_addresses(fields, self.settings)
        return Row(
            path=name,
            kind=kind,
            sample=int(fields["is_sample"]),
            status=fields["status"],
            address=fields["save_as"].lower(),
            url=fields["url"],
            save_as=fields["save_as"],
            stamp=make_stamp(fields),
            tie=f"{fields['slug']}\0{name}",
            day=_PRECISION.get(fields["date_precision"], 0),
            lastmod=sitemap.find_change_day(fields),
            template=fields["template"],
            hash=hashlib.blake2b(meta + html.encode("utf-8", "surrogatepass"), digest_size=12).digest(),
            lists=join_keys(article.list_keys(fields)) if listed else withdrawn,
            source_url=links.normalise_address(fields["source_url"]) if kind == "article" else "",
            links=json.dumps(targets) if targets else "",
            old=_ENCODE(old) if old else "",
            findings=_pack_findings(findings),
            tally=tally.make_fact(fields) if listed else "",
            meta=meta,
            entry=atom.make_entry(fields, self.site) if is_in_feeds else "",
            html=html,
            sign=_make_sign(fields, html) if listed and self.settings.related else "",
        )

    def _make_bad_row(self, name: str, kind: str, findings: Iterable[Finding]) -> Row:
        sample = int(name.startswith(article.SAMPLES))
        return Row(path=name, kind=kind, sample=sample, status="error", findings=_pack_findings(findings))

    def _report_removed(self, where: str, name: str, lost: Iterable[tuple[int, str]]) -> Iterator[Finding]:
        """Yield what sanitising takes out of a person's own file, with its line."""
        for line, what in lost:
            todo = "It could run, load or hide something in a reader's browser."
            yield Finding(REMOVED, f"{where}:{line}", f"{what} is not kept", todo, name)

    def _check_address(self, where: str, name: str, fields: ArticleFields) -> Iterable[Finding]:
        save_as = fields["save_as"]
        if fields["status"] == "skip":
            return
        parts = save_as.split("/")
        if not save_as or ".." in parts or any(len(part.encode("utf-8", "replace")) > LONGEST for part in parts):
            yield Finding("error", where, f'its address is none: "{save_as[:80]}"', "Give it another Slug.", name)
        elif self.reserved.match(save_as.lower()):
            todo = "Give it another Slug."
            yield Finding("error", where, f'its address is one of the site\'s own: "{save_as}"', todo, name)
        elif any(part.lower().endswith(PAGE_ENDINGS) for part in parts[:-1]) or (
            "." not in parts[-1] and "." in self.settings.place(fields["kind"].upper()).save_as
        ):
            what = f'its address could be that of a file and of a folder: "{save_as}"'
            yield Finding("error", where, what, "Let folders have no ending, and the file one.", name)


def find_frame_hosts(name: str, settings: SiteSettings) -> frozenset[str]:
    """Return the hosts whose frames a file may show."""
    trusted = (str(folder).strip("/") for folder in settings.trusted)
    inside = any(not folder or name.startswith(f"{folder}/") for folder in trusted)
    return frozenset(settings.frame_hosts if inside else ())


def make_stamp(fields: ArticleFields) -> int:
    """Return microseconds before 1970, so that the newest article sorts first."""
    date = datetime.fromisoformat(fields["date"])
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return UNDATED_STAMP if fields["date_precision"] == "none" else -((aware - _EPOCH) // timedelta(microseconds=1))


def _make_sign(fields: ArticleFields, html: str) -> str:
    terms = make_signature(fields, html)
    return f"{place_in_moment(fields)}\n{similarity.pack_signature(terms)}\n{_ENCODE(similarity.show_related(fields))}"


def make_signature(fields: ArticleFields, html: str) -> similarity.Signature:
    """Return an article's signature."""
    text = plain_text.extract_text(html[:SIGNED])
    return similarity.make_signature(fields["title"], fields["dek"], text, fields["lang"])


def place_in_moment(fields: ArticleFields) -> int:
    """Return what orders related articles of one moment."""
    return similarity.hash_tie(f"{fields['slug']}\0{fields['path']}")


def _pack_findings(findings: Iterable[Finding]) -> str:
    rows = [[finding.level, finding.where, finding.what, finding.todo] for finding in findings]
    return json.dumps(rows, ensure_ascii=False) if rows else ""
