"""This module reads what a page's markup states and shows of its story: one pass over the tree collects every
element that says something. It is pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pressroom.contract import join_list

from newsarchive.metadata.jsonld import LINE, strip_markup
from newsarchive.models import Fact
from newsarchive.text.date_forms import find_stated_date
from newsarchive.text.measures import fold_words, measure_size
from newsarchive.text.person_names import BY, list_names

BYLINE = re.compile(
    r"(?:^|[\W_]|(?<=[a-z]))(?:by-?lines?|[Aa]uthors?(?:names?)?|[Bb]yline|writers?|autor(?:es|in|en)?|autore|auteurs?|firma|penulis|forfatter|journalist|reporter)"
    r"(?=[\W_A-Z]|$)"
)
NO_BYLINE = re.compile(
    r"bio|image|avatar|photo|img|picture|social|desc|follow|comment|archive|related|share|icon|about|quote|reviewer|editor|caption|credit",
    re.I,
)
DEK = re.compile(
    r"(?:^|[\W_]|(?<=[a-z]))(?:standfirst|dek|sub-?_?title|sub-?_?head(?:line|ing)?|deck|lead(?:-?text|-in)?|lede|intro(?:duction)?|teaser|summary"
    r"|excerpt|vorspann|abstract|bajada|entradilla|subtitulo|copete|chapo|chapeau|sommario|occhiello|ingress?|manchet|strap-?line|preamble|description)(?=[\W_A-Z]|$)",
    re.I,
)
HINTS = (
    "author", "by-line", "byline", "writer", "autor", "auteur", "firma", "penulis", "forfatter", "journalist", "reporter", "standfirst", "dek",
    "ubtitle", "ub-title", "ub_title", "ubhead", "ub-head", "ub_head", "deck", "lead", "lede", "intro", "teaser", "summary", "excerpt", "vorspann", "abstract", "bajada", "entradilla", "titulo",
    "copete", "chap", "sommario", "occhiello", "ingres", "manchet", "strap", "preamble", "description",
)  # fmt: skip
"""Parts of words, one of which every name of a byline or a dek holds; ten times faster to look for than the expressions."""
KICKER = re.compile(
    r"kicker|roofline|topline|overline|dachzeile|spitzmarke|eyebrow|antetitulo|volanta|section|category|label", re.I
)
FURNITURE = re.compile(
    r"related|recommend|sidebar|popular|comment|footer|teaser-?list|latest|trending|newsletter|most-?read|(?:^|[\s_-])(?:teaser|promo|card|nav|menu)s?(?:[\s_-]|$)",
    re.I,
)
LISTS = re.compile(r"list|grid|related|latest|popular|caption|credit", re.I)
UPDATED = re.compile(r"updat|modif|aktualis|actualiz|revis|edited", re.I)
ITEMPROPS = {"headline": "title", "datepublished": "date", "datemodified": "modified", "author": "authors", "creator": "authors",
             "articlesection": "section", "inlanguage": "lang", "license": "license"}  # fmt: skip
TAGS = ("meta", "title", "link", "script", "h1", "h2", "h3", "p", "time", "figure", "a")
IN_PICTURES = ("image", "associatedmedia", "thumbnail", "comment", "hasPart", "video", "review")
MOST_H1, MOST_TIMES, MOST_PROPS = 20, 20, 300
SHORTEST_DEK, LONGEST_DEK = 35, 600
HEADING_DEK = 60
"""Letters of a heading that is a dek although no sentence ends in it; shorter ones open the story's sections."""
LONG = 140
"""Letters of a paragraph that is the story's."""
HEAD_PARAGRAPHS = 12
"""Paragraphs under the headline among which the story's first long one is looked for."""
CC = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/[\w./-]+")

HEADINGS = ("h2", "h3")
_SENTENCE = re.compile(r"[.!?…。！？؟।]['\"”“’»)]*$")
_SPACE = re.compile(r"\s+")


@dataclass
class MarkupMetadata:
    """It holds the elements of a page that may say something of its story, by tag in document order."""

    tags: dict[str, list[Any]] = field(default_factory=dict)
    bylines: list[Any] = field(default_factory=list)
    deks: list[Any] = field(default_factory=list)
    props: list[tuple[Any, str]] = field(default_factory=list)
    place: dict[Any, int] = field(default_factory=dict)
    """Order in the document of headings, bylines, deks, figures and paragraphs."""


def gather_markup(tree: Any) -> MarkupMetadata:
    """Collect in one pass every element that may state a field."""
    markup = MarkupMetadata({tag: [] for tag in TAGS})
    classed: dict[str, list[tuple[int, Any]]] = {}
    for number, element in enumerate(tree.iter("*")):
        elements = markup.tags.get(element.tag)
        if elements is not None:
            elements.append(element)
            markup.place[element] = number
        if stated := element.get("class"):
            classed.setdefault(stated, []).append((number, element))
    stating = tree.xpath("descendant-or-self::*[@itemprop != '' and not(self::meta)]")
    markup.props += [(element, element.get("itemprop")) for element in stating]
    together = "\n".join(classed).lower()
    hints = [hint for hint in HINTS if hint in together]
    hinted = [name for name in classed if any(hint in name.lower() for hint in hints)] if hints else []
    for mark, marked in (("byline", markup.bylines), ("dek", markup.deks)):
        for number, element in sorted(
            (place for n in hinted if _find_mark(n) == mark for place in classed[n]), key=_place_first
        ):
            marked.append(element)
            markup.place[element] = number
    return markup


def _place_first(place: tuple[int, Any]) -> int:
    return place[0]


@lru_cache(maxsize=20_000)
def _find_mark(stated: str) -> str:
    """Tell what an element's classes say that it holds: `byline`, `dek` or "".

    >>> _find_mark("article-byline__name"), _find_mark("authorName"), _find_mark("author-bio"), _find_mark("story standfirst")
    ('byline', 'byline', '', 'dek')
    """
    if BYLINE.search(stated):
        return "" if NO_BYLINE.search(stated) else "byline"
    return "dek" if DEK.search(stated) else ""


@lru_cache(maxsize=20_000)
def _is_furniture_name(stated: str) -> bool:
    return bool(FURNITURE.search(stated))


def is_furniture(element: Any) -> bool:
    """Tell whether an element stands in a part of the page that speaks of other stories."""
    while (element := element.getparent()) is not None:
        if element.tag in ("aside", "nav", "footer"):
            return True
        if element.tag in ("article", "main", "body"):
            return False
        name = element.get("class")
        if name and _is_furniture_name(name):
            return True
    return False


def read_visible(element: Any, between: str = "") -> str:
    """Return the visible text of an element, white space folded."""
    return " ".join(between.join(_list_texts(element)).split())


def _list_texts(element: Any) -> Iterator[str]:
    for node in element.iter():
        if node.tag not in ("script", "style", "svg") and isinstance(node.tag, str) and node.text:
            yield node.text
        if node is not element and node.tail:
            yield node.tail


# --- the headline and what stands under it --------------------------------------------------------------------------


def list_titles(markup: MarkupMetadata) -> Iterator[Fact]:
    """Yield the headings that may be the headline, with and without the kicker inside, and the `<title>`."""
    shown = [heading for heading in markup.tags["h1"][:MOST_H1] if not is_furniture(heading)] or markup.tags["h1"][
        :MOST_H1
    ]
    for heading in shown:
        yield from _list_heading(heading, "h1")
    if not shown:
        for heading in [h for h in markup.tags["h2"][:MOST_H1] if not is_furniture(h)][:4]:
            yield from _list_heading(heading, "h2")
    whole = next((read_visible(t) for t in markup.tags["title"] if t.getparent().tag != "svg" and read_visible(t)), "")
    yield Fact("full_title", whole, "title")


def _list_heading(heading: Any, origin: str) -> Iterator[Fact]:
    is_parted = any(child.tag in ("span", "br", "div", "p", "small", "strong") for child in heading)
    text = re.sub(r"\s+([:,.;?!])(?=\s|$)", r"\1", read_visible(heading, " " if is_parted else ""))
    yield Fact("title", text, origin)
    first = next((child for child in heading if isinstance(child.tag, str)), None)
    if first is None or (heading.text or "").strip():
        return
    kicker = read_visible(first)
    if kicker and (KICKER.search(first.get("class") or "") or len(heading) > 1):
        rest = text[len(kicker) :].strip(" :|–—-•·")
        if text.startswith(kicker) and len(rest) > 10:
            yield Fact("title", rest, f"{origin}-bare")


def place_headline(markup: MarkupMetadata, title: str) -> int:
    """Return where the headline stands in the document; -1 when the page does not show it."""
    wanted = fold_words(title)
    for heading in [*markup.tags["h1"], *markup.tags["h2"]]:
        text = fold_words(read_visible(heading, " "))
        if text and (text == wanted or (len(text) > 15 and (text in wanted or wanted in text))):
            return markup.place[heading]
    return min((markup.place[h] for h in markup.tags["h1"]), default=-1)


def place_story(markup: MarkupMetadata, start: int) -> int:
    """Return where the first long paragraph under the headline stands; far away when there is none."""
    below = [p for p in markup.tags["p"] if markup.place[p] > start and _find_mark(p.get("class") or "") != "dek"]
    for paragraph in below[:HEAD_PARAGRAPHS]:
        if measure_size(read_visible(paragraph)) >= LONG and not _is_in_dek(paragraph):
            return markup.place[paragraph]
    return start + 400


def _is_in_dek(element: Any) -> bool:
    for parent in element.iterancestors():
        if parent.tag in ("article", "main", "body"):
            return False
        if _find_mark(parent.get("class") or "") == "dek":
            return True
    return False


def list_deks(markup: MarkupMetadata, start: int, end: int, title: str) -> Iterator[Fact]:
    """Yield what stands between the headline and the story and is marked as a dek, or is a heading; sentences first."""
    if start < 0:
        return
    headings = [*markup.tags["h2"], *markup.tags["h3"]]
    deks = []
    for element in [*markup.deks, *headings]:
        if start < markup.place[element] < end and not _is_aside(element):
            text = read_visible(element)
            least = HEADING_DEK if element.tag in HEADINGS and not _SENTENCE.search(text) else SHORTEST_DEK
            if (
                least <= measure_size(text) <= LONGEST_DEK
                and not _is_of_links(element, text)
                and not _is_title_in(text, title)
            ):
                deks.append((not _SENTENCE.search(text), element.tag in HEADINGS, markup.place[element], text))
    yield from (Fact("summary", text, "standfirst") for *_, text in sorted(deks) if not BY.match(text))


def _is_aside(element: Any) -> bool:
    """Tell whether an element belongs to other stories or to a picture, by its own name or where it stands."""
    return bool(LISTS.search(element.get("class") or "")) or is_furniture(element) or _is_in_picture(element)


def _is_title_in(text: str, title: str) -> bool:
    """Tell whether a text repeats the headline."""
    spelt, wanted = fold_words(text), fold_words(title)
    return bool(wanted) and (wanted in spelt or spelt in wanted)


def _is_of_links(element: Any, text: str) -> bool:
    return sum(len(read_visible(a)) for a in element.iter("a")) > 0.5 * len(text)


# --- microdata, times, pictures, licences ---------------------------------------------------------------------------


def list_microdata(markup: MarkupMetadata) -> Iterator[Fact]:
    """Yield what `itemprop` marks, but for what describes pictures and comments."""
    for element, stated in markup.props[:MOST_PROPS]:
        for name in stated.lower().split():
            key = ITEMPROPS.get(name)
            if key and not _is_in_picture(element):
                yield from _list_property(element, key)


def _is_in_picture(element: Any) -> bool:
    for parent in element.iterancestors():
        stated = (parent.get("itemprop") or "").lower()
        if parent.tag in ("figure", "figcaption", "aside", "footer", "nav"):
            return True
        if stated and any(name.lower() in stated for name in IN_PICTURES):
            return True
    return False


def _list_property(element: Any, key: str) -> Iterator[Fact]:
    value = element.get("content") or element.get("datetime") or ""
    if element.tag == "meta" and not value:
        return
    if key in ("date", "modified"):
        yield Fact(key, find_stated_date(value or read_visible(element)[:100]), "microdata")
    elif key == "authors":
        named = [e for e in element.iter() if "name" in (e.get("itemprop") or "").split()]
        texts = [e.get("content") or read_visible(e) for e in named] or [value or read_lines(element)]
        if sum(map(len, texts)) < 200:
            yield Fact(key, join_list(list_names(texts, visible=not (value or named))), "microdata")
    elif key == "license":
        yield Fact(key, strip_markup(value or element.get("href")), "microdata")
    else:
        yield Fact(key, strip_markup(value or read_visible(element))[:400], "microdata")


def list_times(markup: MarkupMetadata) -> Iterator[Fact]:
    """Yield the moments of `<time>` elements; one marked as an update is the modified date."""
    for time in markup.tags["time"][:MOST_TIMES]:
        if is_furniture(time):
            continue
        about = f"{time.get('class') or ''} {time.get('itemprop') or ''} {(time.getparent().get('class') or '')} {time.getparent().text or ''}"
        key = "modified" if UPDATED.search(about) else "date"
        yield Fact(key, find_stated_date(time.get("datetime") or read_visible(time)[:100]), "time")


def list_captions(markup: MarkupMetadata, start: int, image: str) -> Iterator[Fact]:
    """Yield the caption of the figure that shows the lead image, else of the first figure under the headline."""
    name = _name_picture(image)
    below = [f for f in markup.tags["figure"] if markup.place[f] > start and not is_furniture(f)]
    same = [
        f for f in below if name and any(name in (i.get("src") or "") + (i.get("srcset") or "") for i in f.iter("img"))
    ]
    for figure in [*same, *below[:1]]:
        text = next((read_visible(c) for c in figure.iter("figcaption")), "")
        if 3 <= len(text) <= 500:
            yield Fact("image_caption", text, "figcaption")
            return


def _name_picture(address: str) -> str:
    """Return the part of a picture's address that its sizes share.

    >>> _name_picture("https://a.example/2024/harbour-storm-1200x630.jpg?w=9")
    'harbour-storm'
    """
    name = address.partition("?")[0].rpartition("/")[2]
    name = re.sub(r"(?:[-_]\d+x\d+)?(?:[-_]scaled)?\.\w{2,5}$", "", name)
    return name if len(name) >= 6 else ""


def list_links(markup: MarkupMetadata) -> Iterator[Fact]:
    """Yield the canonical address, the licence, and the tags that links state."""
    for link in markup.tags["link"]:
        rel = (link.get("rel") or "").lower().split()
        if "canonical" in rel:
            yield Fact("source_url", strip_markup(link.get("href")), "canonical")
        if "license" in rel:
            yield Fact("license", strip_markup(link.get("href")), "meta")
    tags = []
    for link in markup.tags["a"]:
        rel = link.get("rel") or ""
        if "license" in rel and not _is_in_picture(link):
            yield Fact("license", strip_markup(link.get("href")), "rel")
        elif rel and "tag" in rel.split() and "category" not in rel:
            tags.append(read_visible(link).lstrip("#"))
        elif "creativecommons.org" in (link.get("href") or "") and not _is_in_picture(link):
            match = CC.match(link.get("href"))
            yield Fact("license", match[0] if match else "", "text")
    yield Fact("tags", LINE.join(tags[:15]), "rel")


def read_lines(element: Any) -> str:
    """Return a byline's text with its parts on lines of their own; a first name and a last name stay together."""
    parts = [part for part in (_SPACE.sub(" ", text).strip() for text in _list_texts(element)) if part]
    joined: list[str] = []
    for part in parts:
        single = part.isalpha() and part[:1].isupper()
        if joined and single and joined[-1].isalpha() and joined[-1][:1].isupper():
            joined[-1] += f" {part}"
        else:
            joined.append(part)
    return LINE.join(joined)
