"""What a page says of itself: every candidate for every field, and the choice among them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import htmldate
from pressroom.contract import join_list
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from newsarchive.dates import stated_date, url_date
from newsarchive.models import Block, Fact, RawPage
from newsarchive.shape import is_long, size, words

ORIGINS: dict[str, tuple[str, ...]] = {
    "title": ("table", "site", "h1", "json-ld", "meta", "microdata", "title", "text"),
    "date": ("table", "site", "json-ld", "meta", "microdata", "time", "text", "url", "search"),
    "modified": ("table", "site", "json-ld", "meta", "microdata"),
    "authors": ("table", "site", "json-ld", "meta", "microdata", "rel", "byline", "text"),
    "source": ("table", "site", "meta", "json-ld", "microdata", "title"),
    "source_url": ("table", "capture", "canonical", "meta", "json-ld"),
}
"""Whom each field believes, best first; measured on news pages. Fields not named: table, site, JSON-LD, meta, rest."""
OTHERS = ("table", "site", "json-ld", "meta", "microdata", "time", "rel", "byline", "text", "credit")
ARTICLE_TYPES = re.compile(r"\w*(?:Article|Posting|Report|Review)")
META = {
    "title": ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline"),
    "date": (
        "article:published_time", "og:article:published_time", "og:published_time", "publish-date", "publish_date",
        "publishdate", "publication_date", "pubdate", "datepublished", "parsely-pub-date", "sailthru.date", "date",
        "dc.date", "dc.date.issued", "dcterms.date", "dcterms.created", "article.published", "cxenseparse:recs:publishtime",
        "originalpublicationdate", "citation_publication_date", "last-modified-date", "article_date_original", "created",
    ),
    "modified": ("article:modified_time", "og:updated_time", "lastmod", "last-modified", "dcterms.modified", "datemodified"),
    "authors": ("author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl", "cxenseparse:author", "twitter:creator:name"),
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
ITEMPROPS = {"headline": "title", "datepublished": "date", "datemodified": "modified", "author": "authors",
             "articlesection": "section", "inlanguage": "lang"}  # fmt: skip
BYLINE = re.compile(
    r"(?:^|[\W_])(?:byline|author|authors|writer|autor|autore|auteur|firma|kicker-author)(?:[\W_]|$)", re.I
)
BY = re.compile(
    r"^\s*(?:written by|reported by|story by|posted by|by|escrito por|redactado por|por|von|par|di|door|autor:|author:"
    r"|bericht von|作者[:：]|记者\s?|記者\s?|文[・＝/／]|بقلم:?|كتب:?|كتبت:?|автор:?|yazan:?)\s*",
    re.I,
)
ROLES = re.compile(
    r"[,|–—-]\s*(?:staff(?: writer| reporter)?|senior \w+|\w+ (?:editor|correspondent|reporter|writer)|correspondent|reporter|editor"
    r"|redactor\w*|corresponsal|redakteur\w*|for the .*|of the .*|bbc .*|associated press.*)$"
    r"|\s+記者$|\s*本报记者$",
    re.I,
)
NO_AUTHORS = re.compile(
    r"^(?:https?://|@)|\.(?:com|net|org|example)\b|^(?:admin|staff|editor|redaktion|redacción|redaction|none|null|undefined|anonymous|unknown|author)$|\d{3}|[<>{}|]",
    re.I,
)
AND = re.compile(r"\s*(?:,|;|\s+(?:and|und|et|y|e|en|i|ve|и)\s+|\s*&\s*|、|，)\s*")
SEPARATOR = re.compile(r"\s+[|–—·•»>:-]\s+|\s*[|｜]\s*|_(?=[^_]{2,30}$)")
LANG = re.compile(r"^[a-zA-Z]{2,3}(?=$|[-_])")
SURE = 60
"""Letters from which a text's language can be told."""
HEAD_BLOCKS = 8
"""Blocks under the headline among which a page shows its date and its authors."""
MIN_TITLE = 15
"""Letters of the shortest line that a dump's headline may be; the longest has twenty times as many."""
LONG_TEXT = 400
"""Letters from which the text may contradict what the page declares (translations under an old template)."""
SURELY = 0.999
ALIKE = (
    {"no", "nb"},
    {"no", "nn"},
    {"nb", "nn"},
    {"no", "da"},
    {"nb", "da"},
    {"id", "ms"},
    {"hr", "sr"},
    {"hr", "bs"},
    {"sr", "bs"},
)
"""Pairs of languages that the model takes for each other."""

_SPACE = re.compile(r"\s+")


def _fold(text: object) -> str:
    return _SPACE.sub(" ", str(text or "")).strip()


# --- pages ----------------------------------------------------------------------------------------------------------


def html_facts(tree: Any, page: RawPage) -> list[Fact]:
    """Return every candidate that a page gives, in the order of the page within one origin."""
    metas = _metas(tree)
    facts = [*_capture(page), *_json_ld(tree), *_meta(metas), *_microdata(tree), *_elements(tree, metas)]
    address = page.url or next((fact.value for fact in facts if fact.key == "source_url"), "")
    facts = [*_absolute(facts, address)]
    if address and (day := url_date(address)):
        facts.append(Fact("date", day, "url"))
    return [fact for fact in facts if fact.value]


def _capture(page: RawPage) -> list[Fact]:
    return [Fact("source_url", page.url, "capture")] if page.url else []


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


def _metas(tree: Any) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for meta in tree.iter("meta"):
        name = (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        ).lower()
        content = _fold(meta.get("content") or meta.get("value"))
        if name and content:
            metas.setdefault(name, []).append(content)
    return metas


def _meta(metas: dict[str, list[str]]) -> Iterator[Fact]:
    for key, names in META.items():
        for name in names:
            values = metas.get(name, [])
            if not values:
                continue
            if key in ("tags", "authors"):
                yield Fact(key, join_list(_unique(_authors(values) if key == "authors" else _tags(values))), "meta")
            elif key in ("date", "modified"):
                yield from (Fact(key, day, "meta") for value in values if (day := stated_date(value)))
            else:
                yield Fact(key, values[0], "meta")


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))


def _tags(values: list[str]) -> list[str]:
    found = [_fold(part) for value in values for part in re.split(r"[,;،、，]", value)]
    return [tag for tag in found if 1 < len(tag) <= 50][:15]


def _json_ld(tree: Any) -> Iterator[Fact]:
    things = [thing for script in tree.iter("script") if _is_ld(script) for thing in _things(script.text or "")]
    names = {str(t.get("@id")): t.get("name") for t in things if t.get("@id") and t.get("name")}
    articles = [thing for thing in things if _is_article(thing)]
    for thing in articles[:1]:
        yield from _article_facts(thing, names)
    if not articles:
        for thing in things:
            for stated in _kinds(thing):
                if stated in ("CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"):
                    yield Fact("type", stated, "json-ld")
    for thing in things:
        if "WebSite" in _kinds(thing) or "NewsMediaOrganization" in _kinds(thing):
            yield Fact("source", _fold(thing.get("name")) if isinstance(thing.get("name"), str) else "", "json-ld")


def _is_ld(script: Any) -> bool:
    return "ld+json" in (script.get("type") or "")


def _things(text: str) -> list[dict[str, Any]]:
    """Return every object of a JSON-LD script, graphs unfolded; scripts that are slightly broken are read as can be."""
    try:
        found = json.loads(text.strip().strip(";"), strict=False)
    except (ValueError, RecursionError):
        try:
            cleaned = re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", text)
            found = json.loads(re.sub(r",\s*([}\]])", r"\1", cleaned), strict=False)
        except (ValueError, RecursionError):
            return []
    things, queue = [], [found]
    while queue:
        thing = queue.pop(0)
        if isinstance(thing, list):
            queue[:0] = thing
        elif isinstance(thing, dict):
            things.append(thing)
            queue += [
                thing[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(thing.get(key), (dict, list))
            ]
        if len(things) > 500:
            break
    return things


def _kinds(thing: dict[str, Any]) -> list[str]:
    stated = thing.get("@type") or ""
    return [str(part) for part in stated] if isinstance(stated, list) else [str(stated)]


def _is_article(thing: dict[str, Any]) -> bool:
    return any(ARTICLE_TYPES.fullmatch(stated) for stated in _kinds(thing)) and "headline" in thing | {
        "headline": thing.get("name")
    }


def _article_facts(thing: dict[str, Any], names: dict[str, Any]) -> Iterator[Fact]:
    simple = {"title": "headline", "summary": "description", "license": "license"}
    yield Fact("type", _kinds(thing)[0], "json-ld")
    for key, name in simple.items():
        if isinstance(thing.get(name), str):
            yield Fact(key, _plain(thing[name]), "json-ld")
    yield Fact("date", stated_date(_first(thing.get("datePublished") or thing.get("dateCreated"))), "json-ld")
    yield Fact("modified", stated_date(_first(thing.get("dateModified"))), "json-ld")
    yield Fact("authors", join_list(_unique(_people(thing.get("author") or thing.get("creator"), names))), "json-ld")
    yield Fact("source", _name(thing.get("publisher"), names), "json-ld")
    yield Fact("section", _fold(_first(thing.get("articleSection"))), "json-ld")
    yield Fact("lang", _fold(_first(thing.get("inLanguage"))), "json-ld")
    yield Fact("image", _image(thing.get("image")), "json-ld")
    yield Fact("tags", join_list(_unique(_tags(_strings(thing.get("keywords"))))), "json-ld")
    page = thing.get("mainEntityOfPage") or thing.get("url")
    yield Fact("source_url", _fold(page.get("@id") if isinstance(page, dict) else page), "json-ld")


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value if isinstance(value, str) else ""


def _strings(value: object) -> list[str]:
    return [part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str)]


def _plain(text: str) -> str:
    """Return a JSON-LD text without the markup and the entities that some pages put into it."""
    return _fold(unescape(re.sub(r"</?[a-zA-Z][^>]*>", "", unescape(text))))


def _image(value: object) -> str:
    value = value[0] if isinstance(value, list) and value else value
    found = value.get("url") or value.get("contentUrl") if isinstance(value, dict) else value
    return _fold(found) if isinstance(found, str) else ""


def _name(value: object, names: dict[str, Any]) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("name") or names.get(str(value.get("@id")))
    return _plain(value) if isinstance(value, str) else ""


def _people(value: object, names: dict[str, Any]) -> list[str]:
    people = value if isinstance(value, list) else [value]
    found = []
    for person in people:
        if isinstance(person, dict) and isinstance(person.get("name"), list):
            found += [_plain(name) for name in person["name"] if isinstance(name, str)]
        else:
            found.append(_name(person, names))
    return _authors(found)


def _authors(values: Iterable[str]) -> list[str]:
    """Return names of people from bylines: parted at commas and "and", without "By" and without roles.

    >>> _authors(["By Jane Doe and John Roe, Staff writer", "admin"])
    ['Jane Doe', 'John Roe']
    """
    found = []
    for value in values:
        value = ROLES.sub("", BY.sub("", _plain(value)))
        for name in AND.split(value):
            name = name.strip(" .|-–—·•:")
            if 2 <= len(name) <= 60 and not NO_AUTHORS.search(name) and len(name.split()) <= 6:
                found.append(name)
    return _unique(found)


def _microdata(tree: Any) -> Iterator[Fact]:
    for element in tree.xpath("//*[@itemprop]")[:400]:
        for name in element.get("itemprop").lower().split():
            key = ITEMPROPS.get(name)
            if not key or (element.tag == "meta" and not element.get("content")):
                continue
            value = (
                element.get("content") or element.get("datetime") or ("" if key == "lang" else element.text_content())
            )
            if key in ("date", "modified"):
                yield Fact(key, stated_date(value), "microdata")
            elif key == "authors":
                yield Fact(key, join_list(_authors([_fold(value)])) if len(_fold(value)) < 120 else "", "microdata")
            else:
                yield Fact(key, _fold(value)[:400], "microdata")


def _elements(tree: Any, metas: dict[str, list[str]]) -> Iterator[Fact]:
    for heading in tree.iter("h1"):
        yield Fact("title", _heading_text(heading), "h1")
    title = next((_fold(t.text_content()) for t in tree.iter("title") if not _in_svg(t)), "")
    yield Fact("title", _without_site(title, [*metas.get("og:site_name", ())]), "title")
    yield Fact("full_title", title, "title")
    for link in tree.iter("link"):
        rel = (link.get("rel") or "").lower().split()
        if "canonical" in rel:
            yield Fact("source_url", _fold(link.get("href")), "canonical")
        if "license" in rel:
            yield Fact("license", _fold(link.get("href")), "meta")
    html = tree if tree.tag == "html" else tree.getroottree().getroot()
    yield Fact("lang", _fold(html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang")), "html")
    for time in list(tree.iter("time"))[:20]:
        if _is_furniture(time):
            continue
        yield Fact("date", stated_date(time.get("datetime") or time.text_content()), "time")
    yield from _bylines(tree)


def _heading_text(heading: Any) -> str:
    parts = [text for text in heading.itertext() if text.strip()]
    text = _fold(" ".join(parts) if any(child.tag in ("span", "br", "div") for child in heading) else "".join(parts))
    return re.sub(r"\s+([:,.;])(?=\s)", r"\1", text)


def _in_svg(element: Any) -> bool:
    return any(parent.tag == "svg" for parent in element.iterancestors())


def _is_furniture(element: Any) -> bool:
    """Tell whether an element stands in a part of the page that speaks of other stories."""
    for parent in element.iterancestors():
        if parent.tag in ("aside", "nav", "footer"):
            return True
        names = f"{parent.get('class') or ''} {parent.get('id') or ''}".lower()
        if re.search(r"related|recommend|sidebar|popular|comment|footer|teaser|latest|trending|newsletter", names):
            return True
    return False


def _bylines(tree: Any) -> Iterator[Fact]:
    linked = [a for a in tree.xpath("//*[contains(@rel, 'author')]")[:6] if not _is_furniture(a) and a.tag != "link"]
    yield Fact("authors", join_list(_authors(_unique(_fold(a.text_content()) for a in linked))), "rel")
    for element in tree.xpath(
        "//*[self::span or self::div or self::p or self::a or self::address or self::li][@class]"
    ):
        if BYLINE.search(element.get("class")) and not _is_furniture(element):
            text = _fold(element.text_content())
            if 3 <= len(text) <= 90 and (names := _authors([re.split(r"\s[|·•]\s|\d", text)[0]])):
                yield Fact("authors", join_list(names), "byline")
                return


def _without_site(title: str, names: list[str]) -> str:
    """Return a page's `<title>` without the site's name at either end.

    >>> _without_site("Storm sinks ferry | The Gazette", []), _without_site("Gazette: a storm", [])
    ('Storm sinks ferry', 'Gazette: a storm')
    """
    for name in names:
        for pattern in (rf"\s*[|–—·:-]\s*{re.escape(name)}\s*$", rf"^{re.escape(name)}\s*[|–—·:-]\s*"):
            title = re.sub(pattern, "", title, flags=re.I)
    parts = SEPARATOR.split(title)
    if len(parts) > 1 and len(parts[0]) >= 0.5 * len(title):
        return parts[0].strip()
    return (
        title
        if len(parts) < 2
        else max((title.rpartition(parts[-1])[0].strip(" |–—-·•»>:_｜"), *parts), key=len).strip()
    )


def searched_date(tree: Any) -> list[Fact]:
    """Return the day that htmldate finds in a page: the last resort. It never takes the clock or the address."""
    try:
        day = htmldate.find_date(
            tree, extensive_search=False, original_date=True, outputformat="%Y-%m-%d", max_date="2100-01-01"
        )
    except (ValueError, TypeError, AttributeError):
        return []
    return [Fact("date", day, "text")] if day else []


def head_facts(blocks: list[Block], title: str) -> list[Fact]:
    """Return the date and the byline that a page shows between its headline and its first paragraph."""
    wanted = words(title)
    last = max(
        (n for n, block in enumerate(blocks) if wanted and words(block.text) == wanted and block.kind == "heading"),
        default=-1,
    )
    if last < 0:
        return []
    head = []
    for block in blocks[last + 1 : last + 1 + HEAD_BLOCKS]:
        if is_long(block):
            break
        head.append(block)
    return [fact for fact in _stated(head) if fact.value]


def _stated(head: list[Block]) -> Iterator[Fact]:
    """Yield bylines and dates of short lines."""
    for block in head:
        if BY.match(block.text) and len(block.text) <= 90 and not block.text.endswith("."):
            yield Fact("authors", join_list(_authors([re.split(r"\s[|·•]\s|\d", block.text)[0]])), "text")
        if len(block.text) <= 100:
            yield Fact("date", stated_date(block.text), "text")


# --- dumps ----------------------------------------------------------------------------------------------------------


def dump_facts(judged: list[tuple[Block, str]], page: RawPage) -> list[Fact]:
    """Return what a flattened dump says: the headline, a byline and a date among the lines before the story."""
    facts = _capture(page)
    first = next((n for n, (block, rule) in enumerate(judged) if not rule and is_long(block)), len(judged))
    head = [block for block, _ in judged[:first]]
    story = [block for block, rule in judged[first:] if not rule]
    title = _dump_title(head, story)
    if title:
        facts.append(Fact("title", title.text, "text"))
    last = max((n for n, block in enumerate(head) if title and block.text == title.text), default=0)
    facts += [*_stated(head[last:]), *_stated(head[:last][::-1][:4])]
    return [fact for fact in facts if fact.value]


def _dump_title(head: list[Block], story: list[Block]) -> Block | None:
    """Return the line before the story whose words the story takes up; repeated and near lines before others."""
    told = set(words(" ".join(block.text for block in story)).split())
    keys = [words(block.text) for block in head]
    best, best_score = None, 0.0
    for number, block in enumerate(head):
        found = {word for word in keys[number].split() if len(word) > 3 or not word.isascii()}
        if (
            not found
            or not size(block.text) / 10 <= 2 * MIN_TITLE
            or size(block.text) < MIN_TITLE
            or stated_date(block.text)
        ):
            continue
        shared = sum(word in told or word[:5] in {t[:5] for t in told} for word in found) / len(found)
        repeated = min(keys.count(keys[number]), 3) - 1
        near = 1 - min(len(head) - number, 40) / 40
        score = shared * min(len(found), 8) / 8 + 0.3 * repeated + 0.4 * near + (0.2 if size(block.text) < 140 else 0)
        if score > best_score:
            best, best_score = block, score
    return best or (head[-1] if head else None)


# --- the choice -----------------------------------------------------------------------------------------------------


def choose_facts(facts: list[Fact]) -> dict[str, Fact]:
    """Return the winner of each key; what a person wrote in a table or a site rule always wins."""
    chosen: dict[str, Fact] = {}
    for key in dict.fromkeys(fact.key for fact in facts):
        candidates = [fact for fact in facts if fact.key == key and fact.value]
        order = ORIGINS.get(key, OTHERS)
        candidates.sort(key=lambda fact: order.index(fact.origin) if fact.origin in order else len(order))
        if candidates:
            chosen[key] = candidates[0]
    if "title" in chosen and chosen["title"].origin not in ("table", "site"):
        chosen["title"] = _title([fact for fact in facts if fact.key == "title" and fact.value], chosen)
    if "lang" in chosen:
        match = LANG.match(chosen["lang"].value)
        chosen["lang"] = Fact("lang", match[0].lower() if match else "", chosen["lang"].origin)
    if "source" in chosen and re.match(r"https?://|@", chosen["source"].value):
        del chosen["source"]
    return {key: fact for key, fact in chosen.items() if fact.value}


def _title(facts: list[Fact], chosen: dict[str, Fact]) -> Fact:
    """Return the headline: an h1, then JSON-LD, then og:title, the first that another candidate supports."""
    sites = [words(chosen["source"].value)] if "source" in chosen else []
    whole = words(chosen["full_title"].value) if "full_title" in chosen else ""
    order = ("h1", "json-ld", "meta", "microdata", "title", "text")
    ranked = sorted(facts, key=lambda f: order.index(f.origin) if f.origin in order else len(order))
    ranked = [Fact("title", _without_suffix(f.value, facts, sites), f.origin) for f in ranked]
    ranked = [fact for fact in ranked if words(fact.value) not in sites] or ranked
    for fact in ranked:
        support = [f for f in ranked if f.origin != fact.origin and _supports(f.value, fact.value)]
        if support:
            return fact
    heard = [f for f in ranked if f.origin == "h1" and words(f.value) and f" {words(f.value)} " in f" {whole} "]
    return next((fact for fact in [*heard, *ranked] if fact.origin != "h1" or heard), ranked[0])


def _without_suffix(title: str, facts: list[Fact], sites: list[str]) -> str:
    """Cut the site's name from a title's end where it is known or where another candidate ends before it."""
    match = re.match(r"(.{10,}?)\s+[|–—·•»-]\s+([^|–—]{2,40})$|(.{8,}?)[|｜_]\s*([^|｜_]{2,40})$", title)
    if not match:
        return title
    head, tail = (match[1], match[2]) if match[1] else (match[3], match[4])
    known = words(tail) in sites or any(
        f.origin not in ("title", "meta") and f.value != title and words(f.value) == words(head) for f in facts
    )
    return head.strip() if known else title


def _supports(one: str, other: str) -> bool:
    a, b = words(one), words(other)
    return a == b or (min(len(a), len(b)) > 15 and (a.startswith(b) or b.startswith(a)))


def language(text: str, declared: str) -> str:
    """Return the language code of a text: as declared, unless a long text is surely another.

    >>> language("Der Hafen von Altona war am Montag wieder offen, sagte der Bürgermeister den Leuten.", "")
    'de'
    """
    match = LANG.match(declared)
    stated = match[0].lower() if match else ""
    if size(text) < (LONG_TEXT if stated else SURE):
        return stated
    found, probability = _identifier().classify(text)
    return str(found) if not stated or (probability > SURELY and {stated, found} not in ALIKE) else stated


@cache
def _identifier() -> Any:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
