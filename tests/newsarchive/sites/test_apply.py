"""What a person or the shared collection knows of a site: read with file and line, applied, and nothing else run."""

import hashlib
from dataclasses import replace

import lxml.html
import pytest
from newsarchive import pipeline
from newsarchive.body import phrases
from newsarchive.errors import BadRules
from newsarchive.models import Block, RawPage
from newsarchive.rules import ftr_siteconfig, learned, rules, site_rules
from newsarchive.sites import apply, identify
from support.paths import BASE

RULES = rules.load(BASE / "scripts" / "rules")
STORY = "The lock at Ferrow was opened by hand on Thursday for the first time in forty years, after the motor that turns the gates burned out, and the boats went through. "
PAGE = f"""<html><head><title>Lock | A</title></head><body>
<div class=head><h2 class=t>The lock was opened by hand</h2><i class=w>Ida Trent</i><time datetime="2024-03-05">Tuesday</time></div>
<div class=text><p>{STORY}</p><p class="odd-box">Come to our bazaar, all of you, there will be soup.</p><p>{STORY.replace("lock", "sluice")}</p>
<p id=x-promo-1>Nine reasons to buy a boat this week, from our shop at the quay.</p><img src="/pixel/a.gif"></div>
<div class=rest><p>{STORY.replace("lock", "cable")}</p></div></body></html>"""
CONFIG = """# invented
title: //h2[@class='t']
author: //i[@class='w']
date: //time/@datetime
body: //div[@class='text']
strip: //p[contains(@class, 'odd')]
strip_id_or_class: x-promo
strip_image_src: /pixel/
tidy: no
test_url: https://a.example/lock
single_page_link: //a[@id='all']
"""


def raw(url="https://a.example/lock", text=PAGE, path="a/lock.html"):
    payload = text.encode()
    return RawPage(path, payload, "text/html", hashlib.sha256(payload).hexdigest(), url=url)


def loaded(tmp_path, **files):
    for name, text in files.items():
        (tmp_path / name.replace("__", ".")).write_text(text)
    return rules.load(BASE / "scripts" / "rules", tmp_path)


def test_a_shared_config_is_applied(tmp_path):
    known = loaded(tmp_path, a__example__txt=CONFIG)
    done = pipeline.convert(raw(), known)
    header, body = done.article.header, done.article.body
    assert header["Title"] == "The lock was opened by hand"
    assert header["Authors"] == "Ida Trent"
    assert header["Date"] == "2024-03-05"
    assert "The sluice at" in body
    assert not [text for text in ("bazaar", "reasons", "pixel", "cable") if text in body]
    assert {r.rule for r in done.removals if r.rule.startswith("site:")} == {
        "site:a.example:strip //p[contains(@class, 'odd')]", "site:a.example:strip_id_or_class x-promo", "site:a.example:body",
    }  # fmt: skip


def test_lines_that_are_not_supported_are_named_once(tmp_path):
    known = loaded(tmp_path, a__example__txt=CONFIG + "single_page_link: //b\nfind_string: <x>\n")
    config = known.sites["a.example"].config
    assert config.ignored == ("single_page_link (line 11)", "find_string (line 13)")


def test_the_first_expression_that_finds_something_counts(tmp_path):
    known = loaded(
        tmp_path, a__example__txt="title: //h9\ntitle: //h2\ntitle: //i\nbody: //main\nbody: //div[@class='rest']\n"
    )
    done = pipeline.convert(raw(), known)
    assert done.article.header["Title"] == "The lock was opened by hand"
    assert "cable" in done.article.body
    assert "sluice" not in done.article.body


def test_a_body_that_finds_nothing_changes_nothing(tmp_path):
    known = loaded(tmp_path, a__example__txt="body: //main\n")
    assert pipeline.convert(raw(), known).article == pipeline.convert(raw(), RULES).article


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("body: //div[", "is no XPath"),
        ("body: document('file:///etc/passwd')//x", "calls document()"),
        ("strip: //*[re:test(., 'a')]", "calls re:test()"),
        ("strip: //*[.//*[.//*[.//*[.//*]]]]", "the whole page too often"),
        ("strip: //a[b[c[d[e[f]]]]]", "nests predicates"),
        ("strip: //*/following::*/following::*", "the whole page too often"),
        ("strip: //a[. = $x]", "has a variable"),
        ("strip: " + "/a" * 1500, "characters long"),
        ("just words", "it is no rule"),
    ],
)
def test_a_wrong_line_is_named_with_file_and_line(tmp_path, line, what):
    with pytest.raises(BadRules) as caught:
        loaded(tmp_path, a__example__txt=f"# one\n{line}\n")
    assert "a.example.txt:2: " in str(caught.value)
    assert what in str(caught.value)


@pytest.mark.parametrize(
    "line", ["//div[contains(concat(' ', normalize-space(@class), ' '), ' story ')]", "(//article//p)[position() < 9]", "//h2[text()='See also']/following-sibling::*", "//p[.//a[contains(@href, 'x') and not(img)]]", "//div[@id='a'] | //div[@id='b']", "//span[. = 'call document() now']"],
)  # fmt: skip
def test_expressions_of_the_shared_collection_pass(line):
    assert ftr_siteconfig.check_expression(line, "a.txt:1") == line


def test_an_expression_that_fails_on_a_page_is_named():
    site = site_rules.SiteRules("a.example", config=ftr_siteconfig.SiteConfig(strip=("//x:y",)))
    with pytest.raises(BadRules, match=r"a\.example\.txt"):
        apply.carve_tree(lxml.html.document_fromstring(PAGE), site)


def test_the_whole_page_is_never_stripped():
    tree = lxml.html.document_fromstring(PAGE)
    apply.carve_tree(
        tree, site_rules.SiteRules("a.example", config=ftr_siteconfig.SiteConfig(strip=("//body", "/html")))
    )
    assert "lock" in tree.text_content()


def test_what_follows_a_body_element_is_not_of_it():
    tree = lxml.html.document_fromstring("<div><p id=a>Story</p>tail text</div>")
    apply.carve_tree(tree, site_rules.SiteRules("a.example", config=ftr_siteconfig.SiteConfig(body=("//p[@id='a']",))))
    assert tree.text_content().strip() == "Story"


# --- a person's toml ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ('source = "A"\nstripp = ["p"]\n', "a.example.toml:2: ", "unknown key stripp"),
        ('source = "A"\nstrip = "p"\n', "a.example.toml", "strip is not a list"),
        ('\n\nfields = ["x"]\n', "a.example.toml:3: ", "fields is not a table"),
        ("body = 3\n", "a.example.toml:1: ", "body is not a text"),
        ('source = "A"\n[learned]\nrepeats = ["x"]\n', "a.example.toml:3: ", "repeats of the learned part"),
        ("[learned]\npages = 5\nwords = []\n", "a.example.toml:3: ", "words of the learned part"),
    ],
)
def test_a_wrong_key_is_named_with_file_and_line(tmp_path, text, where, what):
    with pytest.raises(BadRules) as caught:
        loaded(tmp_path, a__example__toml=text)
    assert where in str(caught.value)
    assert what in str(caught.value)


def test_rules_of_a_domain_hold_below_it_and_add_to_a_hosts_own(tmp_path):
    wide = 'source = "The A"\nresidue = ["Come to our bazaar, all of you, there will be soup."]\n'
    known = loaded(tmp_path, __a__example__toml=wide, b__a__example__toml='keep = ["Nothing"]\n')
    for host in ("c.a.example", "b.a.example"):
        done = pipeline.convert(raw(f"https://{host}/lock"), known)
        assert done.article.header["Source"] == "The A"
        assert "bazaar" not in done.article.body
    assert "bazaar" in pipeline.convert(raw("https://a.example/lock"), known).article.body


def test_a_folder_names_the_site_of_pages_without_an_address(tmp_path):
    known = loaded(tmp_path, a__toml='residue = ["Come to our bazaar, all of you, there will be soup."]\n')
    assert "bazaar" not in pipeline.convert(raw(None, path="A/lock.html"), known).article.body
    assert "bazaar" in pipeline.convert(raw(None, path="b/lock.html"), known).article.body


@pytest.mark.parametrize("address", ["https://../x", "https://a/..%2f", "https://[::1", "https://a b/", "javascript:x"])
def test_a_hostile_address_names_no_file_outside_of_the_folder(address):
    page = raw(address, path="papers/1.html")
    assert identify.name_site(page, "", "papers") in ("papers", "a")


def test_a_site_is_never_named_like_the_file_of_sources():
    assert identify.name_site(raw(None), "", "Sources") == "sources-"


# --- marks ----------------------------------------------------------------------------------------------------------


def lines(*texts, **more):
    return [Block("paragraph", text, path=f"line:{n}", position=n, **more) for n, text in enumerate(texts)]


def site(**more):
    return site_rules.SiteRules("a.example", learned=learned.Learned(**more))


def seen(*texts):
    return tuple(learned.Sighting(5, text) for text in texts)


def test_the_headline_and_what_a_person_keeps_are_never_marked():
    known = replace(site(repeats=seen("The lock was opened", "Old news")), keep=("Old news",))
    assert apply.mark_learned(lines("The lock was opened", "Old news"), known, "The lock was opened") == {}
    assert apply.mark_learned(lines("The lock was opened"), known) == {0: "site:a.example:repeat"}


def test_figures_do_not_part_lines_and_words_do():
    known = site(repeats=seen("12 comments"))
    assert apply.mark_learned(lines("3 Comments", "Three comments"), known) == {0: "site:a.example:repeat"}


def test_a_short_repeat_inside_of_a_story_stays():
    known = site(repeats=seen("Background"))
    assert apply.mark_learned(lines(STORY, "Background", STORY + "Again."), known) == {}
    assert apply.mark_learned(lines("Background", STORY, STORY, "Background"), known).keys() == {0, 3}


def test_what_opens_a_sentence_is_no_way_to_another_story():
    known = site(openings=seen("nose into this"))
    marks = apply.mark_learned(
        lines("NOSE INTO THIS: The tram at Grindle", "Nose into this: it was a dog that did it."), known
    )
    assert marks == {0: "site:a.example:opening"}


def test_an_end_counts_only_where_little_text_follows():
    known = site(ends=seen("Out of the drawer"))
    short = lines(STORY, STORY + "a", STORY + "b", STORY + "c", "Out of the drawer", "Tram", "Kiln")
    assert apply.mark_learned(short, known) == dict.fromkeys((4, 5, 6), "site:a.example:end")
    assert apply.mark_learned(lines(STORY, "Out of the drawer", STORY + "a", STORY + "b"), known) == {}


def test_a_credit_is_left_to_the_rule_that_reads_it():
    known = site(repeats=seen("Source: Coastal News Agency", "Come to our bazaar"))
    judged = [(block, "") for block in lines(STORY, "Source: Coastal News Agency", "Come to our bazaar")]
    said = phrases.match_phrases([block for block, _ in judged], RULES)
    left = [block.text for block, rule in pipeline._mark_learned(judged, said, known, "") if not rule]
    assert left == [STORY, "Source: Coastal News Agency"]


def test_learned_places_fill_what_a_page_does_not_state():
    known = site(authors=seen("body/div.head/i.w"))
    blocks = [Block("paragraph", "By Ida Trent and Rosa Hale | 5 March 2024", path="body/div.head/i.w")]
    assert [(f.key, f.value, f.origin) for f in apply.list_header_facts(blocks, known)] == [
        ("authors", "Ida Trent; Rosa Hale", "learned")
    ]
    page = raw(text=PAGE.replace("<i class=w>Ida Trent</i>", "<p class=w>Ida Trent</p>"))
    known = replace(RULES, sites={"a.example": site(authors=seen("body/div.head/p.w"))})
    assert "Authors" not in pipeline.convert(page, RULES).article.header
    assert pipeline.convert(page, known).article.header["Authors"] == "Ida Trent"
