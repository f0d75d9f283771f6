"""Pages that are no articles are told from those that are, in fifteen languages; examples of every kind hold."""

from hashlib import sha256
from pathlib import Path

import lxml.html
import pytest
from kinds import generate
from newsarchive import blocks, kinds, pipeline, rules
from newsarchive.errors import BadRules
from newsarchive.models import Block, Fact, RawPage

FOLDER = Path(__file__).resolve().parents[1] / "scripts" / "rules"
RULES = rules.load(FOLDER)
KNOWN = RULES.kinds
EXAMPLES = [(k.id, text, side == "is") for k in KNOWN.values() for side in k.examples for text in k.examples[side]]
STORY = [Block("paragraph", "The bridge had been closed since October. " * 20, path="body/main/p", position=0)]
SHORT = [Block("paragraph", "The bridge opens today, the harbour office said. " * 3, path="body/main/p", position=0)]
FORMS = {"html": (0.97, 0.04), "node": (0.92, 0.08), "block": (0.92, 0.08)}
"""For pages and both kinds of flattened ones: the least share of articles kept, the most of the others published."""


def judged(title="", url="", blocks=STORY, **facts):
    facts = {key: Fact(key, value, "json-ld") for key, value in ({"title": title} | facts).items() if value}
    return kinds.kind(facts, blocks, blocks, url, KNOWN)[0]


def converted(text, media_type):
    payload = text.encode()
    return pipeline.convert(RawPage("x", payload, media_type, sha256(payload).hexdigest()), RULES)


@pytest.mark.parametrize(("name", "title", "holds"), EXAMPLES)
def test_a_title_tells_a_kind_as_its_examples_say(name, title, holds):
    page = kinds._Page({"title": Fact("title", title, "title")}, SHORT, SHORT, "", KNOWN)
    assert bool(kinds._told(page, name)) == holds


@pytest.mark.parametrize("form", FORMS)
def test_generated_pages_are_told_apart(form):
    kept, published = [], []
    for number, page in enumerate(generate.pages(1, seed=11)):
        if form != "html" and number % 3:
            continue
        text = page.html if form == "html" else generate.dump(page.html, by_node=form == "node")
        c = converted(text, "text/html" if form == "html" else "text/plain")
        (kept if page.is_article else published).append(c.kind == "article" and not c.held)
    least, most = FORMS[form]
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


def test_markup_says_what_a_page_is():
    tree = lxml.html.document_fromstring(
        '<body class="Single single-post"><script type="application/ld+json">{"@graph": [{"@type": ["NewsArticle"],'
        '"isAccessibleForFree": "False"}, {"@type": "Person"}, {"@type": "Person"}]}</script></body>'
    )
    found = {fact.key: fact.value for fact in kinds.page_facts(tree)}
    assert found == {"body_class": "single single-post", "things": "NewsArticle*1 Person*2", "access": "paid"}


def test_a_metered_story_is_an_article_and_says_so():
    stop = Block("paragraph", "Subscribe now to continue reading", path="body/main/p", position=1)
    assert kinds.access({}, [*SHORT, stop], SHORT, KNOWN) == [Fact("access", "preview", "text")]
    assert kinds.access({"access": Fact("access", "paid", "json-ld")}, SHORT, SHORT, KNOWN)[0].value == "preview"
    assert kinds.access({"access": Fact("access", "paid", "json-ld")}, STORY * 3, STORY * 3, KNOWN) == []


def test_main_is_read_out_of_a_button_that_never_closes():
    tree = blocks.parse("<body><header><div><button>Menu<main><h1>Head</h1><p>Text</p></main></header></body>")
    assert [block.text for block in blocks.read(tree).blocks] == ["Head", "Text"]


def test_a_wrong_kind_says_where_it_is_wrong(tmp_path):
    for file in FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "kinds.toml").write_text('[[kind]]\nid = "listing"\nreason = "r"\ntitel.en = ["x"]\n')
    with pytest.raises(BadRules, match="unknown key titel"):
        rules.load(tmp_path)
