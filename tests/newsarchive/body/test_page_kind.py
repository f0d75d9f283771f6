"""Pages that are no articles are told from those that are, in fifteen languages; examples of every kind hold."""

from hashlib import sha256

import lxml.html
import pytest
from newsarchive import pipeline
from newsarchive.body import judged_page, page_kind
from newsarchive.errors import BadRules
from newsarchive.models import Block, Fact, Metadata, RawPage
from newsarchive.page import blocks, parser
from newsarchive.rules import rules
from support.kinds import generate
from support.paths import BASE

FOLDER = BASE / "scripts" / "rules"
RULES = rules.load(FOLDER)
KNOWN = RULES.kinds
EXAMPLES = [(k.id, text, side == "is") for k in KNOWN.values() for side in k.examples for text in k.examples[side]]
STORY = [Block("paragraph", "The bridge had been closed since October. " * 20, path="body/main/p", position=0)]
SHORT = [Block("paragraph", "The bridge opens today, the harbour office said. " * 3, path="body/main/p", position=0)]
FORMS = {
    "html": (None, 0.98, 0.02),
    "node": ({"by_node": True}, 0.98, 0.03),
    "block": ({"by_node": False}, 0.98, 0.035),
    "no title": ({"by_node": False, "titled": False}, 0.95, 0.15),
}
"""For pages and flattened ones: how they are flattened, the least share of articles kept, the most of the others published."""
TEASER = "Bakers and dockers agree on a night market"
BODY = "The bridge had been closed since October, when a barge hit one of its pillars in thick fog and tore the cable."


def judged(title="", url="", blocks=STORY, **facts):
    facts = Metadata({key: Fact(key, value, "json-ld") for key, value in ({"title": title} | facts).items() if value})
    return page_kind.judge_kind(facts, blocks, blocks, url, KNOWN)[0]


def converted(text, media_type):
    payload = text.encode()
    return pipeline.convert(RawPage("x", payload, media_type, sha256(payload).hexdigest()), RULES)


@pytest.mark.parametrize(("name", "title", "holds"), EXAMPLES)
def test_a_title_tells_a_kind_as_its_examples_say(name, title, holds):
    page = judged_page.JudgedPage(Metadata({"title": Fact("title", title, "title")}), SHORT, SHORT, "", KNOWN)
    assert bool(judged_page.find_title(page, name)) == holds


@pytest.mark.parametrize(
    "form", [pytest.param(form, marks=pytest.mark.slow) if form == "html" else form for form in FORMS]
)
def test_generated_pages_are_told_apart(form):
    flattened, least, most = FORMS[form]
    kept, published = [], []
    for number, page in enumerate(generate.pages(1, seed=11)):
        if form != "html" and number % 3:
            continue
        text = generate.dump(page.html, **flattened) if flattened else page.html
        c = converted(text, "text/html" if form == "html" else "text/plain")
        (kept if page.is_article else published).append(c.kind == "article" and not c.held)
    assert sum(kept) / len(kept) >= least
    assert sum(published) / len(published) <= most


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("article", {"title": "Bridge opens early"}),
        ("article", {"title": "404: Not found – the lost street of Ferrow"}),
        ("error page", {"title": "404 - Not Found", "blocks": SHORT}),
        ("article", {"title": "404 - Not Found"}),  # a page with a story is one, whatever it is called
        ("listing", {"title": "Harbour", "url": "https://a.example/tag/harbour/", "body_class": "archive tag"}),
        ("article", {"title": "Archive opens", "url": "https://a.example/tag/the-archive-of-the-port-opens/", "things": "NewsArticle*1"}),
        ("about page", {"title": "Impressum"}),
        ("article", {"title": "Impressum", "things": "NewsArticle*1"}),
        ("search page", {"title": "x", "url": "https://a.example/?s=bridge"}),
        ("empty page", {"title": "The Harbour Gazette", "blocks": []}),
    ],
)  # fmt: skip
def test_evidence_is_weighed(kind, page):
    assert judged(**page) == kind


def flat(*lines, kept, **facts):
    """Judge a flattened page of which the lines in `kept` are the text."""
    blocks = [Block("paragraph", line, path=f"line:{n}", position=n) for n, line in enumerate(lines)]
    facts = Metadata({key: Fact(key, value, "text") for key, value in facts.items()})
    return page_kind.judge_kind(facts, blocks, [b for b in blocks if b.text in kept], "", KNOWN)[0]


MENU = [f"{TEASER}, part {n}" for n in range(12)]
"""Lines as long as headlines."""


@pytest.mark.parametrize(
    ("kind", "under"),
    [
        ("article", ["By Ada Birk", "2 May 2024", BODY]),
        ("article", ["How a town got its way", "2 May 2024", BODY]),
        ("article", [BODY, "2 May 2024"]),
        ("other", [BODY]),
    ],
)
def test_a_date_under_the_headline_or_the_text_tells_a_short_flattened_story(kind, under):
    head = "Harbour bridge opens two months early after a mild winter"
    assert (
        flat(f"{head} | The Gazette", "The Gazette", *MENU, head, *under, "Most popular", TEASER, kept=[BODY]) == kind
    )


def test_a_flattened_page_is_listed_by_its_name_without_a_date_and_what_follows():
    teasers = [line for n in range(4) for line in (f"{TEASER} {n}", f"2{n} May 2024")]
    lines = ["Marta Quill | The Gazette", "The Gazette", "News", "Marta Quill", BODY, *teasers]
    assert flat(*lines, kept=[BODY]) == "listing"


def test_the_owner_at_the_foot_and_the_menu_tell_a_front_and_a_section():
    def page(title, blocks):
        return judged_page.JudgedPage(
            Metadata({"full_title": Fact("full_title", title, "title")}), blocks, [], "", KNOWN
        )

    foot = Block("paragraph", "© 2024 The Harbour Gazette", path="body/footer/p", position=1)
    menu = Block("item", "Sport", link_density=1.0, path="body/nav/ul/li", position=0)
    assert judged_page.is_site(page("The Harbour Gazette", [menu, foot]))
    assert not judged_page.is_site(page("Harbour bridge opens", [menu, foot]))
    assert judged_page.is_in_menu(page("Sport | The Harbour Gazette", [menu, foot]))
    assert not judged_page.is_in_menu(page("Sport in winter | The Harbour Gazette", [menu, foot]))


def test_linked_headlines_behind_a_short_text_count_up_to_a_heading_with_a_name():
    def after(label):
        heads = [Block("heading", f"{TEASER} {n}", link_density=1.0, path="body/h2", position=0) for n in range(8)]
        blocks = [Block("paragraph", BODY, path="body/p", position=0), *label, *heads]
        blocks = [Block(b.kind, b.text, "", b.link_density, b.path, n) for n, b in enumerate(blocks)]
        return page_kind.judge_kind(Metadata(), blocks, blocks[:1], "", KNOWN)[0]

    assert after([]) == "listing"
    assert after([Block("heading", "Most popular", path="body/h3", position=0)]) == "article"


def test_words_of_a_wall_in_one_paragraph_of_a_story_make_no_wall():
    text = "We value your privacy, and we and our 812 partners store information on a device, says the new notice. "
    blocks = [Block("paragraph", text if n == 2 else BODY * 2, path="body/p", position=n) for n in range(6)]
    assert judged(title="Privacy: what the notice says", blocks=blocks) == "article"
    assert judged(title="x", blocks=[Block("paragraph", text, path="body/p", position=0)]) == "wall"


def test_a_page_behind_the_end_of_another_is_read():
    tree = parser.parse_html(f"<html><body><nav>Menu</nav></body></html><div><p>{BODY}</p></div></body></html>")
    assert BODY in [block.text for block in blocks.read_blocks(tree).blocks]


def test_markup_says_what_a_page_is():
    tree = lxml.html.document_fromstring(
        '<body class="Single single-post"><script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"],'
        '"isAccessibleForFree": "False"}, {"@type": "Person"}, {"@type": "Person"}]}</script></body>'
    )
    facts = {fact.key: fact.value for fact in judged_page.list_page_facts(tree)}
    assert facts == {"body_class": "single single-post", "things": "NewsArticle*1 Person*2", "access": "paid"}


def test_a_metered_story_is_an_article_and_says_so():
    stop = Block("paragraph", "Subscribe now to continue reading", path="body/main/p", position=1)
    assert page_kind.judge_access(Metadata(), [*SHORT, stop], SHORT, KNOWN) == [Fact("access", "preview", "text")]
    assert (
        page_kind.judge_access(Metadata({"access": Fact("access", "paid", "json-ld")}), SHORT, SHORT, KNOWN)[0].value
        == "preview"
    )
    assert (
        page_kind.judge_access(Metadata({"access": Fact("access", "paid", "json-ld")}), STORY * 3, STORY * 3, KNOWN)
        == []
    )


def test_main_is_read_out_of_a_button_that_never_closes():
    tree = parser.parse_html("<body><header><div><button>Menu<main><h1>Head</h1><p>Text</p></main></header></body>")
    assert [block.text for block in blocks.read_blocks(tree).blocks] == ["Head", "Text"]


def test_a_wrong_kind_says_where_it_is_wrong(tmp_path):
    for file in FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "kinds.toml").write_text('[[kind]]\nid = "listing"\nreason = "r"\ntitel.en = ["x"]\n')
    with pytest.raises(BadRules, match="unknown key titel"):
        rules.load(tmp_path)
