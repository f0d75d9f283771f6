"""What a page says of itself: every candidate for every field, and the choice among them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import urljoin, urlsplit

from pressroom.contract import join_list

from newsarchive.metadata import bylines, dumps, headline, jsonld, markup
from newsarchive.metadata.jsonld import LINE, plain
from newsarchive.metadata.ranker import best, weights
from newsarchive.models import Block, Fact, RawPage
from newsarchive.text.dates import is_date, stated_date, url_date
from newsarchive.text.measures import is_long, size, words
from newsarchive.text.person_names import BY, is_person, names

ORIGINS: dict[str, tuple[str, ...]] = {
    "date": ("table", "site", "json-ld", "meta", "microdata", "time", "text", "url", "search"),
    "modified": ("table", "site", "json-ld", "meta", "microdata", "time"),
    "source": ("table", "site", "meta", "json-ld", "microdata", "title"),
    "source_url": ("table", "capture", "canonical", "meta", "json-ld"),
    "summary": ("table", "site", "standfirst", "meta", "json-ld"),
    "image": ("table", "site", "meta", "json-ld"),
    "image_caption": ("table", "site", "figcaption", "json-ld", "meta"),
    "tags": ("table", "site", "meta", "json-ld", "rel"),
}
"""Whom each field believes, best first; measured on news pages. Fields not named: table, site, JSON-LD, meta, rest.
Titles and authors are chosen by weights (`choice.toml`)."""
OTHERS = ("table", "site", "json-ld", "meta", "microdata", "time", "rel", "byline", "text", "credit")
BY_PEOPLE = ("table", "site")
"""Origins that outrank every other: what a person wrote down."""
META = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"),
    "date": (
        "article:published_time", "og:article:published_time", "og:published_time", "publish-date", "publish_date",
        "publishdate", "publication_date", "pubdate", "datepublished", "parsely-pub-date", "sailthru.date", "date",
        "dc.date", "dc.date.issued", "dcterms.date", "dcterms.created", "article.published", "cxenseparse:recs:publishtime",
        "originalpublicationdate", "citation_publication_date", "last-modified-date", "article_date_original", "created",
        "published", "article:published", "publish_time", "publication-date", "release_date", "citation_date", "citation_online_date", "bt:pubdate",
    ),
    "modified": ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified", "datemodified"),
    "authors": ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl",
                "cxenseparse:author", "twitter:creator:name", "citation_author"),
    "summary": ("og:description", "description", "twitter:description", "dc.description"),
    "source": ("og:site_name", "application-name", "dc.publisher", "cre", "twitter:app:name:iphone"),
    "section": ("article:section", "section", "parsely-section", "cxenseparse:articlesection"),
    "tags": ("article:tag", "news_keywords", "keywords", "parsely-tags"),
    "lang": ("og:locale", "content-language", "language", "dc.language"),
    "image": ("og:image", "twitter:image", "og:image:url"),
    "image_caption": ("og:image:alt", "twitter:image:alt"),
    "source_url": ("og:url", "twitter:url", "parsely-link"),
    "license": ("license", "dcterms.license"),
    "type": ("og:type",),
}  # fmt: skip
"""Names of `<meta>` elements for each field, best first."""
INVERTED = ("citation_author", "dc.creator", "dcterms.creator")
"""Names of `<meta>` elements that libraries fill, the family name first."""
TITLE_ORIGINS = {"og:title": "og", "twitter:title": "twitter"}
"""Title candidates whose weight differs from other `<meta>`s."""
_ASIDE = re.compile(r"(?:^|/)(?:aside|nav|footer)(?=[./]|$)")
_SMALL_WORD = re.compile(r"(?<!\w)[^\W\d_A-Z][^\W\d_]{2,}")
LANG = re.compile(r"^[a-zA-Z]{2,3}(?=$|[-_])")
_BARS = re.compile(r"\s+[|·•–—-]\s+|\n")
FILE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)$|^\S+_\S+$", re.I)
SURE = 60
"""Letters from which a text's language can be told."""
SAMPLE = 600
"""Characters of a text that tell its language; the model's cost grows with them, its answer does not change."""
HEAD_BLOCKS, ABOVE_BLOCKS = 12, 4
"""Blocks under the headline, and above it, among which a page shows its date and its authors."""
LINES_BELOW, LINES_AFTER, LINES_CLOSING = 30, 8, 3
"""Lines of a dump between headline and story, from there on, and under the story, among which byline and date stand."""
ENOUGH_ABOVE = 3.0
"""The least evidence of a byline above the headline."""
MIN_TITLE = 15
"""Letters from which a heading that ends in a title is that headline with a kicker before it."""
PUBLISHED = re.compile(
    r"\W*(?:publi|pubbli|opubl|veröff|erstellt|erschienen|datum|date|fecha|data|posted|gepost|geplaatst|дата|опубл|公開|配信|掲載|发布|發布|등록|입력|نشر)",
    re.I,
)
"""How a line opens that says when a story was published."""
ENOUGH_ON_PAGES = 2.7
"""The least evidence, in `dumps.BEARS_OUT`, of a byline that the markup does not tell: more than the place alone."""
SHORT_LINE = 66
"""Characters of a line that shows a date and little more."""
LONGEST_SIGNATURE = 60
"""Letters of a line that names who wrote the story above it."""
SIGNED = re.compile(
    r"(?:(?:this )?(?:article|post|story|piece)(?: was)? (?:written )?by|written by|about the author:?|(?:escrito|texto) por|geschrieben von|écrit par|scritto da)\s+(?=\S)",
    re.I,
)
"""What stands before a name in a box under a story."""
LONG_TEXT = 400
"""Letters from which the text may contradict what the page declares (translations under an old template)."""
SURELY = 0.999
COMMONEST = {
    "en": frozenset(["the", "of", "and", "to", "in", "that", "is", "was", "for", "on", "with", "as", "it", "by", "at", "from", "he", "be", "are", "has", "have"]),
    "de": frozenset(["der", "die", "und", "den", "von", "zu", "das", "mit", "sich", "des", "auf", "für", "ist", "im", "dem", "nicht", "ein", "eine", "als", "auch", "es"]),
}  # fmt: skip
"""The commonest words of languages that no other is taken for."""
COMMONEST_SHARE = 0.12
"""Share of them from which the language is sure: on the development pages it is over .14 of all words in texts of the
language (median .26), and at most .07 in others."""
ALIKE = ({"no", "nb"}, {"no", "nn"}, {"nb", "nn"}, {"no", "da"}, {"nb", "da"}, {"id", "ms"}, {"hr", "sr"}, {"hr", "bs"},
         {"sr", "bs"})  # fmt: skip
"""Pairs of languages that the model takes for each other."""


# --- pages ----------------------------------------------------------------------------------------------------------


def html_facts(tree: Any, page: RawPage) -> list[Fact]:
    """Return every candidate that a page gives, in the order of the page within one origin."""
    seen = markup.read(tree)
    metas = _metas(seen.tags["meta"])
    scripts = [script.text or "" for script in seen.tags["script"] if "ld+json" in (script.get("type") or "")]
    facts = [*_capture(page), *jsonld.facts(scripts), *_meta(metas), *markup.microdata(seen), *markup.links(seen)]
    facts += [*markup.titles(seen), *_html_lang(tree)]
    address = page.url or next((fact.value for fact in facts if fact.key == "source_url"), "")
    facts = [fact for fact in map(_clean, _absolute(facts, address)) if fact.value]
    title = headline.choose(facts)
    start = markup.headline_place(seen, title.value if title else "")
    end = markup.story_place(seen, start)
    image = next((fact.value for fact in facts if fact.key == "image"), "")
    facts += [
        *markup.times(seen),
        *markup.deks(seen, start, end, title.value if title else ""),
        *markup.authors(seen, start),
        *markup.captions(seen, start, image),
    ]
    if not any(fact.key == "authors" and fact.value and fact.origin != "json-ld-organisation" for fact in facts):
        facts += markup.scripted_authors(seen)
    if address and (day := url_date(address)):
        facts.append(Fact("date", day, "url"))
    return [fact for fact in facts if fact.value]


def _clean(fact: Fact) -> Fact:
    """Return a fact whose raw lists are judged: names that are none and tags that are sentences are left out."""
    if fact.key == "authors" and fact.origin.startswith(("json-ld", "meta")):
        return Fact(fact.key, join_list(names(fact.value.split(LINE))), fact.origin)
    if fact.key == "tags":
        return Fact(fact.key, join_list(_tags(fact.value.split(LINE))), fact.origin)
    if fact.key == "image_caption" and (FILE_NAME.search(fact.value) or len(fact.value) > 500):
        return Fact(fact.key, "", fact.origin)
    return fact


def _capture(page: RawPage) -> list[Fact]:
    found = [Fact("source_url", page.url, "capture")] if page.url else []
    return [*found, Fact("captured", page.captured.isoformat(), "capture")] if page.captured else found


def _html_lang(tree: Any) -> Iterator[Fact]:
    html = tree if tree.tag == "html" else tree.getroottree().getroot()
    yield Fact("lang", plain(html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang")), "html")


def _absolute(facts: list[Fact], base: str) -> Iterator[Fact]:
    """Yield the facts with addresses made absolute; an address that is none is no fact."""
    for fact in facts:
        if not fact.value:
            continue
        if fact.key in ("source_url", "image"):
            try:
                value = urljoin(base, fact.value)
                good = urlsplit(value).scheme in ("http", "https") and bool(urlsplit(value).netloc)
            except ValueError:
                good = False
            if good and not (fact.key == "source_url" and _is_root(value) and base and not _is_root(base)):
                yield Fact(fact.key, value, fact.origin)
        else:
            yield fact


def _is_root(address: str) -> bool:
    return urlsplit(address).path in ("", "/") and not urlsplit(address).query


def _metas(elements: list[Any]) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in elements:
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        content = plain(meta.get("content") or meta.get("value"))
        if name and content:
            named = "author" if BY.fullmatch(f"{name.rpartition(':')[2]} ") else name.lower()
            metas.setdefault(named, []).append(_forename_first(content) if named in INVERTED else content)
    for label, said in zip(metas.get("twitter:label1", ()), metas.get("twitter:data1", ()), strict=False):
        if BY.match(f"{label} ") or BY.match(f"{label}:"):
            metas.setdefault("author", []).append(said)
    return metas


def _forename_first(name: str) -> str:
    """Return one person's name as it is spoken.

    >>> _forename_first("Gale, Ana"), _forename_first("Ana Gale")
    ('Ana Gale', 'Ana Gale')
    """
    family, comma, given = name.partition(", ")
    is_one = bool(comma) and "," not in given and " " not in family and len(given.split()) <= 2
    return f"{given} {family}" if is_one else name


def _meta(metas: dict[str, list[str]]) -> Iterator[Fact]:
    for key, named in META.items():
        for name in named:
            values = metas.get(name, [])
            if not values:
                continue
            if key in ("tags", "authors"):
                yield Fact(key, LINE.join(values), "meta")
            elif key in ("date", "modified"):
                yield from (Fact(key, day, "meta") for value in values if (day := stated_date(value)))
            elif key == "title":
                yield Fact(key, values[0], TITLE_ORIGINS.get(name, "meta"))
            else:
                yield Fact(key, values[0], "meta")


def _tags(values: Iterable[str]) -> list[str]:
    found = [part.strip() for value in values for part in re.split(r"[,;،、，]", value)]
    return list(dict.fromkeys(tag for tag in found if 1 < len(tag) <= 50))[:15]


def searched_date(tree: Any) -> list[Fact]:
    """Return the day that htmldate finds in a page: the last resort. It never takes the clock or the address.

    A first of January is what it makes of a copyright year, and is left out.
    """
    import htmldate  # 70 ms of tables, and few pages come to it

    try:
        day = htmldate.find_date(
            tree, extensive_search=False, original_date=True, outputformat="%Y-%m-%d", max_date="2100-01-01"
        )
    except (ValueError, TypeError, AttributeError):
        return []
    return [Fact("date", day, "text")] if day and not day.endswith("-01-01") else []


def head_facts(blocks: list[Block], title: str, facts: list[Fact]) -> list[Fact]:
    """Return the dates and the byline that a page shows around its headline: below it, else right above it.

    Where neither has a date, nor `facts`, which the markup states, the first short line below that is one counts.
    """
    place = _headline(blocks, words(title))
    head = _head(blocks[place + 1 :]) if place >= 0 else []
    told = dumps.repeats(blocks)
    plain_lines = [block for block in head if block.kind == "paragraph"]
    common = _common(blocks)
    lines = [line.people for line in dumps.bylines(plain_lines, told, common) if line.weight >= ENOUGH_ON_PAGES]
    lines = [people for people in lines if all(is_person(name, common) for name in people)]
    named = [Fact("authors", join_list(people), "line") for people in lines[:1]]
    below = [*_stated(head), *named, *_signatures(blocks[place + 1 :], common), *_dates(head)]
    is_dated = place < 0 or any(fact.key == "date" for fact in below)
    above = [] if is_dated else _dates(blocks[max(place - ABOVE_BLOCKS, 0) : place])
    if not any(fact.key == "date" for fact in [*below, *above, *facts]):
        # Below a long dek, or where the headline was not found.
        above = _dates(_dated(blocks[place + 1 :]))
    return [fact for fact in [*below, *above] if fact.value]


def _head(blocks: list[Block]) -> list[Block]:
    """Return the lines between a headline and its story; a long dek may stand among them."""
    head: list[Block] = []
    for block in (block for block in blocks[:HEAD_BLOCKS] if not _ASIDE.search(block.path)):
        if is_long(block) and any(map(is_long, head)):
            break
        head.append(block)
    return head


def _headline(blocks: list[Block], wanted: str) -> int:
    """Return the place of the heading that is the headline: the last that says it, else the first of the top level."""
    headings = [(n, block.level, words(block.text)) for n, block in enumerate(blocks) if block.kind == "heading"]
    same = [n for n, _, text in headings if text and text == wanted]
    alike = [n for n, _, text in headings if len(text) > 15 and (text in wanted or wanted in text) and wanted]
    first = [n for n, level, _ in headings if level == 1]
    return same[-1] if same else next(iter([*alike, *first]), -1)


def _stated(head: list[Block]) -> Iterator[Fact]:
    """Yield bylines and dates of short lines; "Written by" may stand on the line before the name."""
    before = ""
    for block in head:
        text = block.text
        if len(text) <= 90 and not text.endswith("."):
            if BY.match(text) or before:
                yield Fact("authors", join_list(names([text], visible=True)), "text")
            elif (parts := _BARS.split(text)) and len(parts) > 1 and " " in parts[0] and stated_date(text):
                yield Fact("authors", join_list(names(parts[:1], visible=True)), "text")
        before = text if BY.fullmatch(f"{text} ") else ""


def _common(blocks: Iterable[Block]) -> set[str]:
    """Return the words that a page writes small."""
    return {word for block in blocks for word in _SMALL_WORD.findall(block.text)}


def _signatures(blocks: list[Block], common: set[str]) -> Iterator[Fact]:
    """Yield the names that close a story on a line of their own, and those that a box under it says wrote it."""
    for above, block in pairwise(blocks):
        text = block.text
        if size(text) > LONGEST_SIGNATURE or block.link_density > 0 or _ASIDE.search(block.path):
            continue
        if SIGNED.match(text):
            yield Fact("authors", join_list(names([SIGNED.sub("", text)], visible=True)), "foot")
        elif block.kind == "paragraph" and is_long(above) and dumps.is_name_alone(text):
            people = names([text], visible=True)
            if all(is_person(name, common) for name in people):
                yield Fact("authors", join_list(people), "signature")


def _dated(blocks: list[Block]) -> list[Block]:
    """Return the first short line with a date, at best one that says it is when the story was published."""
    lines = [block for block in blocks if len(block.text) <= SHORT_LINE and stated_date(block.text)]
    return [line for line in lines if PUBLISHED.match(line.text)][:1] or lines[:1]


def _dates(head: Iterable[Block]) -> list[Fact]:
    """Return the dates of short lines, those of updates last; an update is also a modified date."""
    found = [
        (bool(markup.UPDATED.search(block.text)), stated_date(block.text)) for block in head if len(block.text) <= 100
    ]
    dated = sorted((is_update, n, day) for n, (is_update, day) in enumerate(found) if day)
    updates = [Fact("modified", day, "text") for is_update, _, day in dated if is_update]
    return [Fact("date", day, "text") for _, _, day in dated] + updates


def mark_headlines(judged: list[tuple[Block, str]], facts: list[Fact]) -> list[tuple[Block, str]]:
    """Return the judged blocks with the page's own headline taken out, also where another title won or a kicker is in it."""
    stated = [fact for fact in facts if fact.key == "title"]
    shown = {fact.value for fact in stated if fact.origin == "h1"}
    # Many headings of the first level are the story's own sections.
    titles = {words(fact.value) for fact in stated if fact.origin != "h1" or len(shown) == 1} | {words(title(facts))}
    titles.discard("")
    return [(block, rule or ("headline" if _says_title(block, titles) else "")) for block, rule in judged]


def _says_title(block: Block, titles: set[str]) -> bool:
    if block.kind != "heading" or block.level != 1:
        return False
    text = words(block.text)
    return text in titles or any(len(title) > MIN_TITLE and text.endswith(title) for title in titles)


# --- dumps ----------------------------------------------------------------------------------------------------------


def dump_facts(judged: list[tuple[Block, str]], page: RawPage) -> list[Fact]:
    """Return what a flattened dump says: the headline, bylines and dates among the lines around it."""
    head, story = dumps.parts(judged)
    rest = [block for block, _ in judged[len(head) :]]
    title = best(dumps.title_candidates(head, story, rest), weights("title-dump"))
    facts = [*_capture(page), *([Fact("title", title.value, "text")] if title else [])]
    same = [n for n, block in enumerate(head) if title and dumps.trimmed(block.text) == title.value]
    same = same or [n for n, block in enumerate(head) if title and title.value in block.text][-1:]
    said = title.value if title else ""
    same_lines = [replace(head[n], text=head[n].text.partition(said)[2].strip()) for n in same]
    same_lines = [line for line in same_lines if line.text]
    start = next((n for n in same if same[-1] - n <= HEAD_BLOCKS), -1)
    below = head[start + 1 :] if same else head[-HEAD_BLOCKS:]
    above = head[max(start - ABOVE_BLOCKS, 0) : start] if same else []
    top = below[:LINES_BELOW]
    after = [block for block, _ in judged[len(head) : len(head) + LINES_AFTER]]
    end = max((n for n, (block, rule) in enumerate(judged) if not rule and is_long(block)), default=len(judged))
    closing = [block for block, _ in judged[end + 1 : end + 1 + LINES_CLOSING]]
    told = dumps.repeats(block for block, _ in judged)
    common = _common(block for block, _ in judged)
    signed: list[dumps.Byline] = []
    for lines, enough in (([*same_lines, *top, *after], dumps.ENOUGH), (above, ENOUGH_ABOVE), (closing, dumps.ENOUGH)):
        signed = signed or [line for line in dumps.bylines(lines, told, common) if line.weight >= enough]
    signed.sort(key=lambda line: -line.weight)
    facts += [
        *(Fact("authors", join_list(line.people), "text") for line in signed[:1]),
        *_dates(map(dumps.with_year_apart, top)),
        *_dates(map(dumps.with_year_apart, above[::-1])),
        *_dates(map(dumps.with_year_apart, [*same_lines, *after, *story[:3]])),
    ]
    openings = [dumps.opening_date([block]) for block in [*top, *story[:1]]]
    facts += [Fact("date", day, "text") for day in openings if day]
    if not any(fact.key == "date" for fact in facts):
        rest = [dumps.with_year_apart(block) for block, _ in judged[len(head) :]]
        facts += _dates([line for line in _dated(rest) if PUBLISHED.match(line.text) or is_date(line.text)])
    return [fact for fact in facts if fact.value]


# --- the choice -----------------------------------------------------------------------------------------------------


def choose_facts(facts: list[Fact]) -> dict[str, Fact]:
    """Return the winner of each key; what a person wrote in a table or a site rule always wins."""
    known = [fact for fact in facts if fact.value]
    captured = next((fact.value for fact in known if fact.key == "captured"), "")
    known = [fact for fact in known if fact.key not in ("date", "modified") or _is_before(fact, captured)]
    chosen: dict[str, Fact] = {}
    for key in dict.fromkeys(fact.key for fact in known):
        order = ORIGINS.get(key, OTHERS)
        candidates = [fact for fact in known if fact.key == key]
        chosen[key] = min(candidates, key=lambda fact: order.index(fact.origin) if fact.origin in order else len(order))
    if "date" in chosen and (shown := _shown_before(known, chosen["date"])):
        chosen["date"] = shown
    for key, choose in (("title", headline.choose), ("authors", bylines.choose)):
        by_person = next((f for origin in BY_PEOPLE for f in known if (f.key, f.origin) == (key, origin)), None)
        if found := by_person or choose(known):
            chosen[key] = found
    if "lang" in chosen:
        match = LANG.match(chosen["lang"].value)
        chosen["lang"] = Fact("lang", match[0].lower() if match else "", chosen["lang"].origin)
    if "source" in chosen and re.match(r"https?://|@", chosen["source"].value):
        del chosen["source"]
    if "modified" in chosen and not _follows(chosen["modified"], chosen.get("date")):
        del chosen["modified"]
    return {key: fact for key, fact in chosen.items() if fact.value}


def title(facts: list[Fact]) -> str:
    """Return the headline as far as the markup tells it."""
    by_person = next((f.value for origin in BY_PEOPLE for f in facts if (f.key, f.origin) == ("title", origin)), "")
    found = None if by_person else headline.choose(facts)
    return found.value if found else by_person


def _is_before(fact: Fact, captured: str) -> bool:
    """Tell whether a date is not later than the capture; zones that are not stated may be a day apart."""
    if not captured or fact.origin in BY_PEOPLE:
        return True
    stated, saved = _moment(fact.value), _moment(captured)
    if stated is None or saved is None:
        return True
    if stated.tzinfo and saved.tzinfo:
        return stated <= saved + timedelta(minutes=5)
    return stated.date() <= saved.date() + timedelta(days=1)


def _shown_before(facts: list[Fact], declared: Fact) -> Fact | None:
    """Return the day that a page shows under its headline or in its address, where what it declares is a later one.

    A guide declares anew when it is published again; a declared moment in UTC may be the next day. Newspapers declare
    what they mean. On the development pages the shown day was right 14 times, the declared one twice.
    """
    if declared.origin not in ("json-ld", "meta") or headline.table(facts) == "title-news":
        return None
    updates = {fact.value[:10] for fact in facts if fact.key == "modified"}
    for origins in (("text",), ("time", "microdata"), ("url",)):
        first = next((fact for fact in facts if fact.key == "date" and fact.origin in origins), None)
        if first and first.value[:10] < declared.value[:10]:
            return first if first.value[:10] not in updates else None
        if first and origins != ("url",):
            return None
    return None


def _follows(modified: Fact, published: Fact | None) -> bool:
    if published is None or modified.origin in BY_PEOPLE:
        return True
    later, first = _moment(modified.value), _moment(published.value)
    if later is None or first is None:
        return True
    return later >= first if bool(later.tzinfo) == bool(first.tzinfo) else later.date() >= first.date()


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def language(text: str, declared: str) -> str:
    """Return the language code of a text: as declared, unless a long text is surely another.

    >>> language("Der Hafen von Altona war am Montag wieder offen, sagte der Bürgermeister den Leuten.", "")
    'de'
    """
    match = LANG.match(declared)
    stated = match[0].lower() if match else ""
    if size(text) < (LONG_TEXT if stated else SURE):
        return stated
    if _is_surely(text[:SAMPLE], stated):
        return stated
    found, probability = _identifier().classify(text[:SAMPLE])
    return str(found) if not stated or (probability > SURELY and {stated, found} not in ALIKE) else stated


def _is_surely(text: str, lang: str) -> bool:
    """Tell whether the words of a text leave no doubt of its language, so that the model need not be read.

    >>> _is_surely("The mayor of the town said that it was late.", "en"), _is_surely("Le maire est en retard.", "en")
    (True, False)
    """
    common = COMMONEST.get(lang, ())
    found = text.lower().split() if common else []
    return sum(word in common for word in found) > COMMONEST_SHARE * len(found)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
