"""What an article's page tells programs: schema.org as JSON-LD, and addresses that lead back to where it was. Pure."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

WAYBACK = "https://web.archive.org/web"
_NOT_A_DIGIT = re.compile(r"\D")
_OFFSET = re.compile(r"[+-]\d{2}:?\d{2}$|Z$")
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ENDING = re.compile("[<>&\u2028\u2029]")
"""These characters could end a script, or a line of it."""


def write_json_ld(article: Any, site: str, site_name: str) -> str:
    """Return an article as a schema.org NewsArticle, as it may stand in a `script` element.

    `site` is the archive's absolute address. `publisher` is the publication that printed it, never the archive; where only
    a credit is known there is none. A date of the capture is not one of publication.
    """
    address = f"{site}/{article.url}"
    values: dict[str, Any] = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": article.title, "url": address,
        "inLanguage": article.lang, "articleSection": str(article.category),
        "isPartOf": {"@type": "WebSite", "name": site_name, "url": f"{site}/"}, "archivedAt": address,
    }  # fmt: skip
    if about := article.dek or article.excerpt:
        values["description"] = about
    if article.machine_date and article.date_from != "captured":
        known = article.date_precision == "day"
        values["datePublished"] = article.date.isoformat() if known else article.machine_date
    if getattr(article, "modified", None):
        values["dateModified"] = article.modified.isoformat()
    if authors := getattr(article, "authors", ()):  # Pelican's own objects lack what they have none of
        values["author"] = [{"@type": "Person", "name": str(author)} for author in authors]
    if article.source:
        organisation = {"@type": "NewsMediaOrganization", "name": str(article.source)}
        values["sourceOrganization"] = organisation
        if article.source_from != "credit":
            values["publisher"] = organisation
    if article.source_url:
        values["isBasedOn"] = article.source_url
    if tags := getattr(article, "tags", ()):
        values["keywords"] = [str(tag) for tag in tags]
    if article.license:
        values["license"] = article.license
    return _ENDING.sub(lambda match: f"\\u{ord(match[0]):04x}", _ENCODE(values))


def find_wayback_url(source_url: str, captured: str, day: str) -> str:
    """Return where the Wayback Machine shows an address at about the time of its capture, else of its date.

    >>> find_wayback_url("https://a.example/x", "2024-06-22T08:00:00+00:00", "2024-06-20")
    'https://web.archive.org/web/20240622080000/https://a.example/x'
    >>> find_wayback_url("https://a.example/x", "", "2024-06"), find_wayback_url("", "", "2024-06")
    ('https://web.archive.org/web/202406/https://a.example/x', '')
    """
    if not source_url:
        return ""
    moment = _NOT_A_DIGIT.sub("", _OFFSET.sub("", captured or day))[:14]
    return f"{WAYBACK}/{moment or '*'}/{source_url}"


def make_report_url(pattern: str, title: str, address: str) -> str:
    """Return where a reader reports a problem: a pattern of the settings, `{title}` and `{address}` filled in.

    >>> make_report_url("mailto:desk@a.example?subject={title}&body={address}", "A & B", "https://a.example/x/")
    'mailto:desk@a.example?subject=A%20%26%20B&body=https%3A%2F%2Fa.example%2Fx%2F'
    """
    return pattern.replace("{title}", quote(title, safe="")).replace("{address}", quote(address, safe=""))
