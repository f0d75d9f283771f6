"""Joined words are taken apart where it is certain; whatever only looks like them is left alone."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from newsarchive import pipeline
from newsarchive.archive import store
from newsarchive.errors import BadRules
from newsarchive.models import Block
from newsarchive.repair import repair
from newsarchive.rules import rules
from pressroom.content import removals
from support import golden
from support.paths import BASE, PYTHONPATH

RULES = BASE / "scripts" / "rules"
JOINED = {
    "en": "The keepers, whotold Rest ofthe Canal thatthey would wait, hadbeen promised thatthe motor would come before "
    "the company’sstatement was read, according tothe minutes of whichthe mayor wrote.",
    "de": "Die Wärter sagten, dass derMotor und dieWärter inBerlin warten, weil dasWasser steigt und dieBoote drängen.",
    "es": "Los guardas dijeron quelos barcos esperan enMadrid, porque segúnla compañía elMotor se quemó, peroel alcalde "
    "y losGuardas dicen quetodos los barcos pasarán, aunquetodavía no se sabe cuándo.",
    "it": "I guardiani dicono chenon si apre, come inItalia, perché secondodella società ilMotore manca e quandole "
    "barche passano, dopodella notte, ilSindaco e nellaSera aspettano.",
    "ru": "Смотрители сказали, что шлюз открыли, потому чтодвигатель сгорел, и чтотеперь суда ждут, которыебыли внизу, "
    "послетого как чтокомпания обещала, потому чтосмотрители ждут.",
}
"""A line of each language with joints beyond doubt: beside it less sure ones are believed."""
MENDED = [
    ("en", "It was Ansel Harperand his brother who came.", "It was Ansel Harper and his brother who came."),
    ("en", "The gates hadbeen painted shut.", "The gates had been painted shut."),
    ("en", "They came back.The motor was gone.", "They came back. The motor was gone."),
    ("en", "After the war,the lock was closed.", "After the war, the lock was closed."),
    ("en", "The flood of 2019was long.", "The flood of 2019 was long."),
    ("en", "The company’sdecision was late.", "The company’s decision was late."),
    ("en", 'She said "no"and left.', 'She said "no" and left.'),
    ("en", 'She said,"no" and left.', 'She said, "no" and left.'),
    ("de", "Danach kam derPräsident.", "Danach kam der Präsident."),
    ("es", "El alcalde dijo queesta noche abre.", "El alcalde dijo que esta noche abre."),
]
UNTOUCHED = [
    ("en", "An iPhone, an eBook, a MacBook, YouTube, LinkedIn, TikTok, JavaScript and eBay."),
    ("en", "McAllister, MacKenzie, LeBron, DeSantis and O’Neill met DiCaprio at VanGuard."),
    ("en", "Write to keepers@canal.example, to @theLock or to #saveTheLock at www.theLock.example/aPage."),
    ("en", "See canal.example and lock_keeper.py, readTheFile(theName), a.m., p.m., U.S. and e.g. this."),
    ("en", "Nevertheless, notwithstanding and whereupon the housekeepers forgot themselves elsewhere."),
    ("en", "The postwar sluicegates, the towpath, unshovelled snow and the overwintering swans."),
    ("en", "The 1990s, the 3rd lock, 10km of it, 5G, 24h a day, 1,500 boats, 3.5 metres and 12:30."),
    ("en", "Ferrowin, Halewick, Pikerton and Brookhaven are villages; Anseland is a farm."),
    ("de", "Die Donaudampfschifffahrtsgesellschaft, der Schleusenwärterverein und die Hochwasserschutztore."),
    ("de", "Liebe LeserInnen, BürgerInnen und Wärter*innen, Kolleg:innen und SchülerInnen!"),
    ("de", "Unabhängigkeitserklärungen, Verkehrsinfrastrukturfinanzierung und ultraschnelle Zweitwohnungen."),
    ("tr", "Evlerinizdekilerden, Çekoslovakyalılaştıramadıklarımızdan ve gelememişlerdi."),
    ("fi", "Lentokonesuihkuturbiinimoottori, talossanikin ja epäjärjestelmällisyys."),
    ("hu", "Megszentségteleníthetetlenségeskedéseitekért és a legkisebbeknek."),
    ("zh", "水闸周四由人手打开The Lock因为马达在夜里烧毁iPhone。"),
    ("ja", "水門は木曜日に手で開けられたThe Lockという。"),
    ("th", "ประตูน้ำเปิดด้วยมือเมื่อวันพฤหัสบดีTheLock"),
]


def mend(text, lang, joined=True):
    """Return a line as it is mended beside one that is joined beyond doubt, or alone."""
    lines = [JOINED.get(lang, ""), text] if joined else [text]
    blocks, repairs = repair.mend_blocks([Block("paragraph", line) for line in lines if line], lang)
    return blocks[-1].text, repairs


@pytest.mark.parametrize("lang", sorted(JOINED))
def test_joints_beyond_doubt_are_mended_without_other_signs(lang):
    text, repairs = mend(JOINED[lang], lang, joined=False)
    assert len(text) - len(JOINED[lang]) >= 4
    assert {r.rule for r in repairs} == {"joined-words"}


@pytest.mark.parametrize(("lang", "text", "mended"), MENDED, ids=[row[1] for row in MENDED])
def test_a_joint_is_mended_beside_others(lang, text, mended):
    assert mend(text, lang)[0] == mended


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(("lang", "text"), UNTOUCHED, ids=[row[1][:30] for row in UNTOUCHED])
def test_what_only_looks_joined_is_left_alone(lang, text, joined):
    assert mend(text, lang, joined)[0] == text


def test_a_writers_missing_space_is_no_joint_of_a_scraper():
    text = "The lock was closed.The keepers waited,and the swans came."
    assert mend(text, "en", joined=False) == (text, [])


def test_a_repair_is_found_by_what_stands_around_it():
    _, repairs = mend("The gates of the old lock at the weir hadbeen painted shut by the keepers.", "en")
    assert repairs[-1].before == "old lock at the weir hadbeen painted shut by the"
    assert repairs[-1].after == "old lock at the weir had been painted shut by the"


def test_names_of_the_source_are_words():
    line = "The keeper was Zorblinkand his brother."
    blocks = [Block("paragraph", JOINED["en"]), Block("paragraph", line)]
    assert repair.mend_blocks(blocks, "en")[0][1].text == line
    assert (
        repair.mend_blocks(blocks, "en", frozenset({"zorblink"}))[0][1].text
        == "The keeper was Zorblink and his brother."
    )
    assert repair.mend_blocks(blocks, "en", frozenset({"zorblink", "zorblinkand"}))[0][1].text == line


@pytest.mark.parametrize(
    ("lang", "text", "mended"),
    [
        ("en", "“Slower“, she said, ‘but steady‘ too.", "“Slower”, she said, ‘but steady’ too."),
        ("en", "in the treaty“, reads the text", "in the treaty”, reads the text"),
        ("en", "the treaty“, he read, is new” at last", "the treaty“, he read, is new” at last"),
        ("en", "“A quote that goes on", "“A quote that goes on"),
        ("en", "He said “yes” and ‘no’.", "He said “yes” and ‘no’."),
        ("de", "„Langsamer“, sagte sie.", "„Langsamer“, sagte sie."),
        ("cs", "„Pomaleji“, řekla.", "„Pomaleji“, řekla."),
        ("en", "the Hawai‘i lock", "the Hawai‘i lock"),
    ],
)
def test_opening_marks_close_nothing(lang, text, mended):
    assert mend(text, lang, joined=False)[0] == mended


WORDS = st.sampled_from(
    [
        *JOINED["en"].split(),
        "Rosa",
        "Hale",
        "and",
        "the",
        "keepers",
        "said",
        "that",
        "they",
        "had",
        "been",
        "iPhone",
        "“no“",
        "‘so‘",
        "2019",
    ]
)
LINES = st.lists(
    st.lists(st.tuples(WORDS, st.sampled_from(["", " ", " ", ", ", ". "])), max_size=30), min_size=1, max_size=4
)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_mending_twice_is_mending_once_and_changes_only_spaces_and_marks(lines):
    texts = [" ".join("".join(word + space for word, space in line).split()) for line in lines]
    once, repairs = repair.mend_blocks([Block("paragraph", text) for text in texts], "en")
    assert repair.mend_blocks(once, "en") == (once, [])
    assert bool(repairs) == ([block.text for block in once] != texts)
    for text, block in zip(texts, once, strict=True):
        same = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
        assert block.text.translate(same).replace(" ", "") == text.translate(same).replace(" ", "")


def test_a_page_is_mended_between_its_elements_only():
    html = (
        'They <a href="/x">toldRest</a>thatthey <b>saw</b>Rest, who told<a href="/y">the</a>keepers of<i>their</i>plan.'
    )
    text = "They toldRestthatthey sawRest, who toldthekeepers oftheirplan."
    kept, _ = repair.mend_blocks([Block("paragraph", text, html)], "en")
    assert "toldRest</a>thatthey" in kept[0].html
    assert "told<a" in kept[0].html
    inside = "He toldRest thatthe keepers, according tothe company, have seen itwill open."
    assert repair.mend_blocks([Block("paragraph", inside, inside)], "en")[1] == []


def test_a_page_with_joined_links_is_mended_inside_its_fragment():
    html = (
        'After <a href="/h">Rosa Hale</a>and the keepers, who told<a href="/y">Canal News</a>that it will open, '
        "the <b>weir</b>has been shut, which<i>was closed</i>after the flood."
    )
    text = "After Rosa Haleand the keepers, who toldCanal Newsthat it will open, the weirhas been shut, whichwas closedafter the flood."
    mended, repairs = repair.mend_blocks([Block("paragraph", text, html)], "en")
    assert 'told<a href="/y"> Canal News</a> that' in mended[0].html
    assert "which<i> was closed</i> after" in mended[0].html
    assert "told Canal News that it" in mended[0].text
    assert "which was closed after the flood" in mended[0].text
    assert repair.mend_blocks(mended, "en") == (mended, [])
    assert repairs


def test_mojibake_is_mended_in_a_fragments_nodes():
    mended, repairs = repair.mend_blocks([Block("paragraph", "El aÃ±o prÃ³ximo", "El <b>aÃ±o</b> prÃ³ximo")], "es")
    assert (mended[0].text, mended[0].html) == ("El año próximo", "El <b>año</b> próximo")
    assert [r.rule for r in repairs] == ["mojibake", "mojibake"]


def test_code_and_tables_are_never_taken_apart():
    blocks = [Block("paragraph", JOINED["en"]), Block("pre", "toldRest thatthe"), Block("table", "hadbeen")]
    assert repair.mend_blocks(blocks, "en")[0][1:] == blocks[1:]


def test_a_site_can_switch_repair_off(tmp_path):
    (tmp_path / "canalnews.example.toml").write_text("repair = false\nnames = ['Ferrow']\n")
    page = golden.page_of(golden.CASES / "html-joined-links")
    known = rules.load(RULES, tmp_path)
    assert known.sites["canalnews.example"].names == {"ferrow"}
    assert pipeline.convert(page, rules.load(RULES)).repairs
    off = pipeline.convert(page, known)
    assert off.repairs == ()
    assert "Repaired" not in off.article.header


def test_a_switch_that_is_none_is_named(tmp_path):
    (tmp_path / "a.example.toml").write_text('repair = "no"\n')
    with pytest.raises(BadRules, match="repair is 'no'"):
        rules.load(RULES, tmp_path)


def test_the_site_reads_the_repairs_that_the_cleaner_wrote(tmp_path):
    conversion = pipeline.convert(golden.page_of(golden.CASES / "dump-en-joined"), rules.load(RULES))
    conversion = replace(
        conversion, repairs=(*conversion.repairs, replace(conversion.repairs[0], before="<b>", after=""))
    )
    store.write_article(tmp_path, "a.md", "Title: A\n\nBody\n", conversion, {})
    written = removals.read_record(tmp_path, "a.md")
    assert written.repairs == tuple((r.rule, r.before, r.after) for r in conversion.repairs)
    assert written.removals == tuple((r.rule, r.text) for r in conversion.removals)
    assert written.removals
    assert json.loads((tmp_path / "a.removals.json").read_text())["repairs"] == [r._asdict() for r in written.repairs]


def test_a_page_without_faults_reads_no_word_list():
    code = (
        "import sys; from support import golden; from newsarchive import pipeline; from newsarchive.rules import rules; "
        "c = pipeline.convert(golden.page_of(golden.CASES / 'html-jsonld'), rules.load(golden.BASE / 'scripts/rules')); "
        "assert c.article; sys.exit('wordfreq' in sys.modules)"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": PYTHONPATH}, check=False
        ).returncode
        == 0
    )
