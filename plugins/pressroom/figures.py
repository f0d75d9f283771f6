"""Images of a rendered body: a caption below each, and no request to another host. Pure.

A remote image becomes a link to it with its caption: pages of the archive ask no other host for anything.
"""

from __future__ import annotations

import re

_IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*) ?/?>')
_ALONE = re.compile(rf"<p>\s*({_IMAGE.pattern})\s*</p>")
_ATTRIBUTE = re.compile(r' ([\w-]+)="([^"]*)"')
_REMOTE = re.compile(r"(?:https?:)?//", re.I)


def figures(html: str) -> str:
    """Return sanitised HTML with its images as figures. Attributes stay escaped as the sanitiser wrote them.

    >>> figures('<p><img src="a.jpg" alt="Nets" title="Nets on the quay"></p>')
    '<figure><img src="a.jpg" alt="Nets"><figcaption>Nets on the quay</figcaption></figure>'
    >>> figures('<p>See <img src="https://a.example/b.jpg" alt="the map">.</p>')
    '<p>See <a href="https://a.example/b.jpg" rel="noopener noreferrer">the map</a>.</p>'
    """
    if "<img" not in html:
        return html
    html = _ALONE.sub(lambda match: _figure(match[2]), html)
    return _IMAGE.sub(lambda match: _shown(match[1]), html)


def _figure(attributes: str) -> str:
    values = dict(_ATTRIBUTE.findall(attributes))
    caption, source = values.get("title", ""), values.get("src", "")
    if caption and _REMOTE.match(source) and values.get("alt", "") in ("", caption):
        return f"<figure><figcaption>{_link(source, caption)}</figcaption></figure>"
    shown = _shown("".join(f' {key}="{value}"' for key, value in values.items() if key != "title"))
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>" if caption else f"<figure>{shown}</figure>"


def _shown(attributes: str) -> str:
    values = dict(_ATTRIBUTE.findall(attributes))
    source = values.get("src", "")
    if not _REMOTE.match(source):
        return f"<img{attributes}>"
    label = values.get("alt") or values.get("title") or source.rpartition("/")[2] or source
    return _link(source, label)


def _link(address: str, text: str) -> str:
    return f'<a href="{address}" rel="noopener noreferrer">{text}</a>'
