"""Images of a rendered body get a caption below each and ask nothing of another host. Pure.

A remote image becomes a link to it with its caption: pages of the archive ask no other host for anything.
"""

from __future__ import annotations

import re
from html import escape

_IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*) ?/?>')
_ALONE = re.compile(rf"<p>\s*({_IMAGE.pattern})\s*</p>")
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_REMOTE = re.compile(r"(?:https?:)?//", re.I)
_FILE_NAME = re.compile(
    r"\s*(?:[^\s/]*[^\s.]\.(?:jpe?g|png|gif|webp|avif|svg|bmp|tiff?)|(?:img|dsc[nf]?|pict|p|image|photo)[-_ ]?\d{2,}|[\da-f]{12,}|\d[\d_-]{5,})\s*",
    re.I,
)
"""It matches an alternative text that a camera or a content system made: read aloud it tells nothing."""


def make_figures(html: str) -> str:
    """Return sanitised HTML with its images as figures. Attributes stay escaped as the sanitiser wrote them.

    >>> make_figures('<p><img src="a.jpg" alt="Nets" title="Nets on the quay"></p>')
    '<figure><img src="a.jpg" alt="Nets"><figcaption>Nets on the quay</figcaption></figure>'
    >>> make_figures('<p>The <img src="a.jpg" alt="DSC_0042.JPG"> quay</p>')
    '<p>The <img src="a.jpg" alt=""> quay</p>'
    >>> make_figures('<p>See <img src="https://a.example/b.jpg" alt="the map">.</p>')
    '<p>See <a href="https://a.example/b.jpg" rel="noopener noreferrer">the map</a>.</p>'
    """
    if "<img" not in html:
        return html
    html = _IMAGE.sub(lambda match: f"<img{_drop_file_names(match[1])}>", html)
    html = _ALONE.sub(lambda match: _make_figure(match[2]), html)
    return _IMAGE.sub(lambda match: _show_image(match[1]), html)


def add_lead_image(html: str, image: str, caption: str) -> str:
    """Return a body with the image of its header above it, where that is a file of the archive and not in the text.

    >>> add_lead_image("<p>x</p>", "images/quay.jpg", "Nets & boats")
    '<figure><img src="{static}/images/quay.jpg" alt=""><figcaption>Nets &amp; boats</figcaption></figure>\\n<p>x</p>'
    >>> add_lead_image("<p>x</p>", "https://a.example/quay.jpg", "")
    '<p>x</p>'
    """
    place = re.sub(r"^[{|]static[}|]", "", image).lstrip("/")
    if not place or _REMOTE.match(image) or ":" in place or place.rpartition("/")[2] in html:
        return html
    below = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return f'<figure><img src="{{static}}/{escape(place)}" alt="">{below}</figure>\n{html}'


def _drop_file_names(attributes: str) -> str:
    """Return attributes with an `alt` always, empty where it only was a file's name; such a title goes."""
    kept = [(name, value) for name, value in _ATTRIBUTE.findall(attributes) if name != "alt"]
    alt = dict(_ATTRIBUTE.findall(attributes)).get("alt", "")
    kept.insert(1, ("alt", "" if _FILE_NAME.fullmatch(alt) else alt))
    return "".join(f' {name}="{value}"' for name, value in kept if name != "title" or not _FILE_NAME.fullmatch(value))


def _make_figure(attributes: str) -> str:
    values = dict(_ATTRIBUTE.findall(attributes))
    caption, source = values.get("title", ""), values.get("src", "")
    if caption and _REMOTE.match(source) and values.get("alt", "") in ("", caption):
        return f"<figure><figcaption>{_make_link(source, caption)}</figcaption></figure>"
    shown = _show_image("".join(f' {key}="{value}"' for key, value in values.items() if key != "title"))
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>" if caption else f"<figure>{shown}</figure>"


def _show_image(attributes: str) -> str:
    values = dict(_ATTRIBUTE.findall(attributes))
    source = values.get("src", "")
    if not _REMOTE.match(source):
        return f"<img{attributes}>"
    label = values.get("alt") or values.get("title") or source.rpartition("/")[2] or source
    return _make_link(source, label)


def _make_link(address: str, text: str) -> str:
    return f'<a href="{address}" rel="noopener noreferrer">{text}</a>'
