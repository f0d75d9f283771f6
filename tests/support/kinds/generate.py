"""Make pages that are no articles, and articles that look like none, in fifteen languages and five kinds of markup.

Everything follows from the seed: the same pages come out every time.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text(encoding="utf-8"))
MARKUPS = ("plain", "wordpress", "table", "modern", "cards")
STATED = ("nothing", "json-ld", "og", "wrong")
"""What a page says of itself: nothing, in JSON-LD, in og:type, or og:type=article on whatever it is."""


@dataclass(frozen=True)
class Page:
    """One generated page."""

    name: str
    layout: str
    is_article: bool
    lang: str
    html: str


@dataclass(frozen=True)
class Draw:
    """What a layout may use: the words of one language, chance, and how pages of this site are marked up."""

    lang: str
    words: dict
    chance: random.Random
    markup: str
    stated: str
    site: str
    dated: bool
    """Its teasers carry a date."""

    def ui(self, name: str) -> str:
        return self.words["ui"][name]

    def head(self) -> str:
        return self.chance.choice(self.words["heads"])

    def heads(self, count: int) -> list[str]:
        found = list(self.words["heads"])
        self.chance.shuffle(found)
        return [found[n % len(found)] + ("" if n < len(found) else f" ({n})") for n in range(count)]

    def said(self, least: int, most: int) -> str:
        """Return a paragraph of some sentences."""
        count = min(self.chance.randint(least, most), len(self.words["lines"]))
        space = "" if self.lang in ("zh", "ja") else " "
        return space.join(self.chance.sample(self.words["lines"], count))

    def story(self, least: int, most: int) -> list[str]:
        return [self.said(1, 3) for _ in range(self.chance.randint(least, most))]

    def date(self) -> str:
        return f"2024-{self.chance.randint(1, 12):02}-{self.chance.randint(1, 28):02}"

    def link(self) -> str:
        return f"/{self.date().replace('-', '/')}/story-{self.chance.randint(100, 999)}.html"


# --- the page around ------------------------------------------------------------------------------------------------


def page(
    draw: Draw, main: str, *, title: str, path: str, body_class: str = "", article: str = "", types: str = ""
) -> str:
    """Return a whole page; `article` is the headline if it is one, `types` what JSON-LD may call it."""
    head = [f"<title>{escape(_full_title(draw, title))}</title>"]
    if path and draw.chance.random() < 0.7:
        head.append(f'<link rel="canonical" href="https://news.example{path}">')
    head += _stated(draw, title, path, article, types)
    classes = f' class="{body_class}"' if body_class and draw.markup == "wordpress" else ""
    return (
        f'<!DOCTYPE html><html lang="{draw.lang}"><head><meta charset="utf-8">{"".join(head)}</head><body{classes}>'
        f"{_top(draw)}{_main(draw, main)}{_bottom(draw)}</body></html>"
    )


def _full_title(draw: Draw, title: str) -> str:
    return (
        title if title == draw.site else draw.chance.choice(("{} | {}", "{} - {}", "{} – {}")).format(title, draw.site)
    )


def _stated(draw: Draw, title: str, path: str, article: str, types: str) -> list[str]:
    if draw.stated == "json-ld":
        thing = {"@context": "https://schema.org", "@type": types or "WebPage", "name": title}
        if article:
            thing |= {"headline": article, "datePublished": draw.date() + "T08:00:00Z", "author": {"name": "Ada Birk"}}
        graph = [{"@type": "WebSite", "name": draw.site}, {"@type": "Organization", "name": draw.site}, thing]
        return [f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>']
    if draw.stated == "og":
        kind = "article" if article else "website"
        return [f'<meta property="og:type" content="{kind}"><meta property="og:title" content="{escape(title)}">']
    return ['<meta property="og:type" content="article">'] if draw.stated == "wrong" else []


def _top(draw: Draw) -> str:
    links = "".join(f'<li><a href="/{n}/">{escape(s)}</a></li>' for n, s in enumerate(draw.words["sections"]))
    if draw.markup == "table":
        cells = links.replace("<li>", "<td>").replace("</li>", "</td>")
        return (
            f'<table width="100%"><tr><td><b>{escape(draw.site)}</b></td></tr></table><table><tr>{cells}</tr></table>'
        )
    return f'<header class="site-header"><a href="/">{escape(draw.site)}</a><nav><ul>{links}</ul></nav></header>'


def _main(draw: Draw, main: str) -> str:
    aside = "".join(f'<li><a href="{draw.link()}">{escape(head)}</a></li>' for head in draw.heads(5))
    aside = f"<h3>{escape(draw.ui('popular'))}</h3><ul>{aside}</ul>"
    if draw.markup == "table":
        return f'<table><tr><td width="70%">{main}</td><td>{aside}</td></tr></table>'
    if draw.markup == "modern":
        return f'<div id="root"><main class="css-1x{draw.chance.randint(10, 99)}">{main}</main><div class="css-9z1">{aside}</div></div>'
    return f'<div id="content" class="site-content"><main>{main}</main><aside class="sidebar">{aside}</aside></div>'


def _bottom(draw: Draw) -> str:
    links = " ".join(f'<a href="/p{n}">{escape(text)}</a>' for n, text in enumerate(draw.words["about"]))
    return f'<footer class="footer"><p>{links}</p><p>© 2024 {escape(draw.site)}</p></footer>'


# --- teasers --------------------------------------------------------------------------------------------------------


def teaser(draw: Draw, head: str, excerpt: str, *, more: bool = False) -> str:
    """Return one teaser in the site's markup."""
    link, head, excerpt = draw.link(), escape(head), escape(excerpt)
    date = f'<span class="date">{draw.date()}</span>' if draw.dated else ""
    on = f'<p><a class="more" href="{link}">{escape(draw.ui("more"))}</a></p>' if more else ""
    text = f"<p>{excerpt}</p>" if excerpt else ""
    if draw.markup == "wordpress":
        return (
            f'<article class="post type-post hentry"><header class="entry-header"><h2 class="entry-title"><a href="{link}" '
            f'rel="bookmark">{head}</a></h2>{date}</header><div class="entry-summary">{text}{on}</div></article>'
        )
    if draw.markup == "table":
        return f'<table><tr><td><a href="{link}"><b>{head}</b></a><br>{date}<br>{excerpt}{on}</td></tr></table>'
    if draw.markup == "modern":
        return f'<section class="css-a1b"><h3 class="css-h"><a href="{link}"><span>{head}</span></a></h3>{text}{date}{on}</section>'
    if draw.markup == "cards":
        return f'<a class="card" href="{link}"><div class="card-image"><img src="/t.jpg" alt=""></div><h3>{head}</h3>{text}{date}</a>'
    return f'<div class="teaser"><h2><a href="{link}">{head}</a></h2>{text}{date}{on}</div>'


def _teasers(draw: Draw, count: int, least: int, most: int) -> str:
    more, cut = draw.chance.random() < 0.5, draw.chance.random() < 0.4
    parts = []
    for head in draw.heads(count):
        excerpt = draw.said(least, most) if most else ""
        excerpt = excerpt[: max(40, len(excerpt) - 30)].rstrip(" .。") + "…" if excerpt and cut else excerpt
        parts.append(teaser(draw, head, excerpt, more=more))
    return "".join(parts)


# --- pages that are no articles -------------------------------------------------------------------------------------


def front(draw: Draw) -> str:
    main = "".join(
        f"<div><h2>{escape(name)}</h2>{_teasers(draw, 4, 0, draw.chance.choice((0, 1)))}</div>"
        for name in draw.words["sections"][:4]
    )
    return page(draw, main, title=draw.site, path="/", body_class="home blog", types="CollectionPage")


def front_of_long_excerpts(draw: Draw) -> str:
    return page(draw, _teasers(draw, 10, 3, 4), title=draw.site, path="/", body_class="home blog", types="WebPage")


def section(draw: Draw) -> str:
    name = draw.chance.choice(draw.words["sections"])
    main = f"<h1>{escape(name)}</h1>{_teasers(draw, 14, 1, 2)}"
    return page(draw, main, title=name, path="/news/", body_class="archive category", types="CollectionPage")


def topic_with_intro(draw: Draw) -> str:
    name = draw.ui("topic")
    intro = "".join(f"<p>{escape(text)}</p>" for text in (draw.said(2, 3), draw.said(1, 2)))
    main = (
        f'<h1>{escape(name)}</h1><div class="intro">{intro}</div>{_teasers(draw, 12, 1, 1)}<p><a href="?p=2">2</a></p>'
    )
    return page(
        draw, main, title=name, path="/tag/harbour/", body_class="archive tag tag-harbour", types="CollectionPage"
    )


def topic_of_a_name(draw: Draw) -> str:
    """A topic called as a person or a thing is, with more of an introduction than a teaser has and an address like any."""
    name = draw.chance.choice(("Marta Quill", "Ferrow", "Ada Birk & Co", draw.words["heads"][-1].split()[0]))
    intro = _paragraphs([draw.said(2, 3) for _ in range(draw.chance.randint(2, 3))])
    main = f"<h1>{escape(name)}</h1>{intro}{_teasers(draw, 15, 0, 1)}"
    return page(draw, main, title=name, path="/marta-quill", body_class="archive", types="WebPage")


def author(draw: Draw) -> str:
    bio = f'<div class="bio"><p>{escape(draw.said(2, 3))}</p></div>'
    main = f"<h1>Ada Birk</h1>{bio}{_teasers(draw, 10, 0, 1)}"
    return page(
        draw, main, title="Ada Birk", path="/author/ada-birk/", body_class="archive author", types="ProfilePage"
    )


def results(draw: Draw) -> str:
    main = f"<h1>{escape(draw.ui('results'))}</h1><form><input name=s></form>{_teasers(draw, 10, 1, 2)}"
    return page(
        draw,
        main,
        title=draw.ui("results"),
        path="/?s=x",
        body_class="search search-results",
        types="SearchResultsPage",
    )


def scroll(draw: Draw) -> str:
    main = _teasers(draw, 24, 2, 3) + f"<button>{escape(draw.ui('load'))}</button>"
    return page(draw, main, title=draw.words["sections"][0], path="/latest", body_class="archive", types="WebPage")


def blog(draw: Draw) -> str:
    """A blog's front page with whole posts."""
    main = "".join(
        teaser(draw, head, "") + "".join(f"<p>{escape(text)}</p>" for text in draw.story(3, 5))
        for head in draw.heads(7)
    )
    return page(draw, main, title=draw.site, path="/", body_class="home blog", types="Blog")


def videos(draw: Draw) -> str:
    main = f"<h1>{escape(draw.ui('video'))}</h1>" + "".join(
        f"{teaser(draw, head, '')}<span>{draw.chance.randint(1, 9)}:{draw.chance.randint(10, 59)}</span>"
        for head in draw.heads(16)
    )
    return page(draw, main, title=draw.ui("video"), path="/video/", body_class="archive", types="CollectionPage")


def podcasts(draw: Draw) -> str:
    main = f"<h1>{escape(draw.ui('podcast'))}</h1><p>{escape(draw.said(1, 2))}</p>{_teasers(draw, 12, 1, 2)}"
    return page(
        draw,
        main,
        title=draw.ui("podcast"),
        path="/podcasts/",
        body_class="archive post-type-archive",
        types="CollectionPage",
    )


def ticker_front(draw: Draw) -> str:
    main = f"<h1>{escape(draw.ui('live'))}</h1><ul>" + "".join(
        f'<li><time>{draw.chance.randint(0, 23):02}:{draw.chance.randint(0, 59):02}</time> <a href="{draw.link()}">{escape(head)}</a></li>'
        for head in draw.heads(30)
    )
    return page(draw, main + "</ul>", title=draw.ui("live"), path="/ticker", types="ItemList")


def gallery_of_pictures(draw: Draw) -> str:
    main = f"<h1>{escape(draw.ui('gallery'))}: {escape(draw.head())}</h1>" + "".join(
        f'<figure><img src="/g{n}.jpg"><figcaption>{n} / 20</figcaption></figure>' for n in range(1, 21)
    )
    return page(draw, main, title=draw.ui("gallery"), path="/g/harbour", types="ImageGallery")


def gone(draw: Draw) -> str:
    """A 404 page with its most popular stories."""
    title, text = draw.words["gone"][:2]
    main = (
        f"<h1>{escape(title)}</h1><p>{escape(text)}</p><h2>{escape(draw.ui('popular'))}</h2>{_teasers(draw, 6, 0, 2)}"
    )
    return page(draw, main, title=title, path="", body_class="error404")


def refused(draw: Draw) -> str:
    title = draw.chance.choice(draw.words["gone"][2:])
    return page(
        draw, f"<h1>{escape(title)}</h1><p>{escape(draw.words['gone'][1])}</p><p>Ref. 18.9c2a</p>", title=title, path=""
    )


def wall(draw: Draw) -> str:
    """A consent wall in place of the page."""
    title, *texts, button = draw.words["consent"]
    law = "".join(f"<p>{escape(text)}</p>" for text in texts + draw.words["law"])
    main = f'<div class="box"><h2>{escape(title)}</h2>{law}<button>{escape(button)}</button></div>'
    return page(draw, main, title=draw.site, path="")


def about(draw: Draw) -> str:
    title = draw.chance.choice(draw.words["about"])
    main = f"<h1>{escape(title)}</h1>" + "".join(
        f"<p>{escape(text)}</p>" for text in draw.words["law"] + [draw.said(2, 3)]
    )
    return page(draw, main, title=title, path="/p4", body_class="page")


def shell(draw: Draw) -> str:
    return f'<!DOCTYPE html><html lang="{draw.lang}"><head><title>{escape(draw.site)}</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/main.js"></script></body></html>'


def pay_only(draw: Draw) -> str:
    head = draw.head()
    main = (
        f'<h1>{escape(head)}</h1><div class="paywall">'
        + "".join(f"<p>{escape(t)}</p>" for t in draw.words["pay"])
        + "</div>"
    )
    return page(draw, main, title=head, path="/a/1", article=head, types="NewsArticle")


# --- articles that look like none -----------------------------------------------------------------------------------


def _article(draw: Draw, main: str, head: str = "", types: str = "NewsArticle") -> str:
    head = head or draw.head()
    meta = f'<p class="byline">{escape(draw.ui("by"))} Ada Birk</p><time datetime="{draw.date()}">{draw.date()}</time>'
    related = f"<h3>{escape(draw.ui('popular'))}</h3>{_teasers(draw, draw.chance.choice((0, 4, 8)), 0, 1)}"
    inner = f"<h1>{escape(head)}</h1>{meta}{main}"
    tag = "div" if draw.markup in ("table", "plain") else "article"
    return page(
        draw, f'<{tag} class="story">{inner}</{tag}>{related}', title=head, path=f"/2024/05/02/{draw.chance.randint(100, 999)}-a-story-of-the-harbour.html",
        body_class="single single-post", article=head, types=types,
    )  # fmt: skip


def _paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def story(draw: Draw) -> str:
    return _article(draw, _paragraphs(draw.story(6, 12)))


def flash(draw: Draw) -> str:
    return _article(draw, _paragraphs([draw.said(2, 3)]))


def notice(draw: Draw) -> str:
    """A short story without an author, its date under it, and stories under a name beside."""
    head = draw.head()
    dated = f"<p>{draw.date()}</p>"
    related = f"<h3>{escape(draw.ui('popular'))}</h3>{_teasers(draw, draw.chance.choice((0, 4, 8)), 0, 1)}"
    main = f"<h1>{escape(head)}</h1>{_paragraphs([draw.said(2, 3), draw.said(1, 2)])}{dated}{related}"
    path = f"/{draw.chance.choice(('news', 'a', '2024/05/02'))}/{draw.chance.randint(10000, 99999)}"
    return page(draw, main, title=head, path=path, article=head, types="NewsArticle")


def link_list(draw: Draw) -> str:
    links = "".join(
        f'<li><a href="https://other.example/{n}">{escape(head)}</a></li>' for n, head in enumerate(draw.heads(8))
    )
    return _article(draw, f"{_paragraphs(draw.story(2, 3))}<ul>{links}</ul>{_paragraphs(draw.story(1, 2))}")


def interview(draw: Draw) -> str:
    return _article(
        draw, "".join(f"<p><b>{escape(head)}?</b></p><p>{escape(draw.said(1, 3))}</p>" for head in draw.heads(7))
    )


def recipe(draw: Draw) -> str:
    items = "".join(f"<li>{n}00 g {escape(name)}</li>" for n, name in enumerate(draw.words["sections"], 1))
    steps = "".join(f"<li>{escape(draw.said(1, 2))}</li>" for _ in range(5))
    return _article(draw, f"<p>{escape(draw.said(2, 3))}</p><ul>{items}</ul><ol>{steps}</ol>", types="Recipe")


def gallery(draw: Draw) -> str:
    return _article(draw, _paragraphs(draw.story(2, 2)) + "".join(
        f'<figure><img src="/g{n}.jpg"><figcaption>{escape(draw.said(1, 1))}</figcaption></figure><p>{escape(draw.said(1, 2))}</p>' for n in range(8)))  # fmt: skip


def live(draw: Draw) -> str:
    posts = "".join(
        f"<div><time>{20 - n}:{n:02}</time><h2>{escape(head)}</h2><p>{escape(draw.said(1, 2))}</p></div>"
        for n, head in enumerate(draw.heads(9))
    )
    return _article(draw, _paragraphs([draw.said(2, 2)]) + posts, types="LiveBlogPosting")


def obituary(draw: Draw) -> str:
    return _article(draw, _paragraphs([draw.said(1, 1), draw.said(2, 3), draw.said(1, 2)]), head="Ada Birk, 1931–2024")


def quiz(draw: Draw) -> str:
    asked = "".join(
        f"<h3>{n}. {escape(head)}?</h3><ul>{''.join(f'<li>{escape(s)}</li>' for s in draw.words['sections'][:3])}</ul><p>{escape(draw.said(1, 1))}</p>"
        for n, head in enumerate(draw.heads(6), 1)
    )
    return _article(draw, _paragraphs([draw.said(2, 3)]) + asked)


def round_up(draw: Draw) -> str:
    """A list of the week's stories: each linked headline with a paragraph or two about it."""
    told = "".join(
        f'<h2><a href="https://other.example/{n}">{escape(head)}</a></h2>{_paragraphs(draw.story(1, 2))}'
        for n, head in enumerate(draw.heads(7))
    )
    return _article(draw, _paragraphs([draw.said(2, 3)]) + told)


def transcript(draw: Draw) -> str:
    names = ("QUILL", "BIRK")
    return _article(draw, "".join(f"<p>{names[n % 2]}: {escape(draw.said(1, 2))}</p>" for n in range(16)))


def metered(draw: Draw) -> str:
    """A paywall stub: the lede is there, the rest is for subscribers."""
    stop = '<div class="paywall">' + _paragraphs(draw.words["pay"]) + "</div>"
    return _article(draw, _paragraphs([draw.said(2, 3), draw.said(1, 1)]) + stop)


def about_errors(draw: Draw) -> str:
    """A story whose headline speaks of what other pages are told by."""
    return _article(draw, _paragraphs(draw.story(7, 10)), head=f"{draw.words['gone'][0]}: {draw.head()}")


def about_cookies(draw: Draw) -> str:
    return _article(
        draw,
        _paragraphs([draw.said(2, 2), draw.words["consent"][1], *draw.story(5, 8)]),
        head=draw.words["about"][-1] + ": " + draw.head(),
    )


OTHERS: tuple[Callable[[Draw], str], ...] = (
    front, front_of_long_excerpts, section, topic_with_intro, topic_of_a_name, author, results, scroll, blog, videos, podcasts, ticker_front,
    gallery_of_pictures, gone, refused, wall, about, shell, pay_only,
)  # fmt: skip
ARTICLES: tuple[Callable[[Draw], str], ...] = (
    story, flash, notice, link_list, interview, recipe, gallery, live, obituary, quiz, round_up, transcript, metered, about_errors,
    about_cookies,
)  # fmt: skip


def pages(each: int = 2, seed: int = 1) -> Iterator[Page]:
    """Yield every layout in every language `each` times, markup and what the page says of itself drawn at random."""
    for layout in (*OTHERS, *ARTICLES):
        for lang, words in TEXTS.items():
            for n in range(each):
                chance = random.Random(f"{seed}/{layout.__name__}/{lang}/{n}")
                draw = Draw(
                    lang,
                    words,
                    chance,
                    chance.choice(MARKUPS),
                    chance.choice(STATED),
                    chance.choice(words["site"]),
                    chance.random() < 0.7,
                )
                yield Page(
                    f"{layout.__name__}-{lang}-{n}-{draw.markup}-{draw.stated}",
                    layout.__name__,
                    layout in ARTICLES,
                    lang,
                    layout(draw),
                )


def dump(html: str, *, by_node: bool, titled: bool = True) -> str:
    """Return a page as a naive scraper flattens it: a line for each text node, or for each block; with its title or not."""
    import lxml.html

    tree = lxml.html.document_fromstring(html)
    for silent in tree.xpath("//script | //style | //noscript | //head/*[not(self::title)]"):
        silent.drop_tree()
    if not titled:
        tree.head.drop_tree()
    if by_node:
        return "\n".join(text.strip() for text in tree.itertext() if text.strip()) + "\n"
    for element in tree.iter(
        "p",
        "div",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "td",
        "tr",
        "br",
        "section",
        "article",
        "figure",
        "header",
        "button",
        "time",
        "title",
    ):
        element.tail = "\n" + (element.tail or "")
    return "\n".join(line.strip() for line in "".join(tree.itertext()).split("\n") if line.strip()) + "\n"
