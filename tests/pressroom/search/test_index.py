"""The search index: it finds what is there, however it is cut into segments, and nothing else."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pressroom.search import answers, index, query, segment, shown, spelling
from pressroom.search.analysis import fold, is_wide, pairs, terms, words
from support import searching
from support.searching import QUERIES

DOCUMENTS = searching.archive(160)
SETTLED = searching.parameters(DOCUMENTS)
WHOLE = searching.whole(DOCUMENTS, SETTLED)


def found(an_index, text, **how):
    """Return what a person sees of an answer."""
    answer = answers.find(an_index, text, **how)
    rows = answers.records(answer, 0, len(answer.numbers))
    beside = answers.Beside(answer)
    facets = {name: beside.facet(name) for name in answers.FACETS}
    return [row[0] for row in rows], answer.has_all, answer.suggestion, answer.is_corrected, facets


def has(text, phrase):
    """Tell whether the words of a phrase stand in a row in a text, by the plainest means."""
    row, wanted = terms(text), [t for word in words(phrase) for t in (pairs(word) if is_wide(word) else (word,))]
    return any(row[at : at + len(wanted)] == wanted for at in range(len(row)))


def test_common_words_are_dense_and_others_are_not():
    assert set(searching.COMMON) <= set(SETTLED.dense)
    assert not set(SETTLED.dense) & {fold(word) for word in searching.RARE}


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("border", [1, 64, 159])
@pytest.mark.parametrize("sort", ["relevance", "newest"])
def test_segments_find_the_same_as_one(text, border, sort, monkeypatch):
    monkeypatch.setattr(segment, "RECENT", 1500)
    cut = searching.split(DOCUMENTS[:border], DOCUMENTS[border:], SETTLED)
    assert found(cut, text, sort=sort) == found(WHOLE, text, sort=sort)


@settings(max_examples=30, deadline=None)
@given(st.randoms(use_true_random=False))
def test_an_index_after_changes_finds_the_same_as_a_new_one(chance):
    base = DOCUMENTS[:100]
    gone = sorted(chance.sample(range(100), 12))
    edited = [searching.document(n, DOCUMENTS[n + 40].body, "Mended whale") for n in gone[:6]]
    new = sorted([*edited, *DOCUMENTS[100:110]], key=lambda d: (d.date, d.url))
    at = [sum((b.date, b.url) < (d.date, d.url) for b in base) for d in new]
    now = sorted([d for n, d in enumerate(base) if n not in gone] + new, key=lambda d: (d.date, d.url))
    fresh, changed = searching.whole(now, SETTLED), searching.split(base, new, SETTLED, gone, at)
    for text in chance.sample(QUERIES, 8):
        assert found(changed, text) == found(fresh, text), text
        assert found(changed, text, sort="oldest") == found(fresh, text, sort="oldest"), text


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 159), st.integers(0, 26), st.integers(2, 7))
def test_a_phrase_is_found_where_it_stands_and_nowhere_else(number, first, length):
    phrase = " ".join(DOCUMENTS[number].body.split()[first : first + length])
    urls = {d.url for d in DOCUMENTS if has(d.title, phrase) or has(d.body, phrase)}
    assert set(found(WHOLE, f'"{phrase}"')[0]) == urls


def test_a_phrase_does_not_reach_from_the_title_into_the_text():
    both = [searching.document(1, "sank at noon", "The ferry"), searching.document(2, "The ferry sank", "Other")]
    small = searching.whole(both, searching.parameters(both))
    assert [url[-4:] for url in found(small, '"ferry sank"')[0]] == ["/s2/"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([w for w in map(fold, searching.RARE) if len(w) >= 5]), st.data())
def test_one_mistake_is_mended(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("etaoinqx"))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    wrong = data.draw(st.sampled_from([word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word[:at] + letter + word[at + 1 :], swapped]))  # fmt: skip
    if wrong != word and len(wrong) >= spelling.SHORTEST:
        forms = {fold(form) for form in searching.RARE}
        near = {
            form for form in forms if spelling.distance(wrong, form, 2) <= (2 if len(wrong) >= spelling.LONG else 1)
        }
        got = spelling.proposals(wrong, WHOLE.segments)
        assert word in got or len(near - {wrong}) > spelling.PROPOSED or wrong in forms
        assert set(got) <= near


def test_a_mended_query_says_so_and_finds_what_was_meant():
    urls, has_all, suggestion, corrected, _ = found(WHOLE, "harbuor ferry")
    assert suggestion == "harbour ferry"
    assert corrected
    assert has_all
    assert urls == found(WHOLE, "harbour ferry")[0] != []


def test_forms_of_a_word_are_found_and_its_own_form_counts_most():
    documents = [
        searching.document(1, "Ferries went out."),
        searching.document(2, "A ferry went out."),
        *DOCUMENTS[40:60],
    ]
    documents = [d for d in documents if d.url[-4:] in ("/s1/", "/s2/") or "ferr" not in (d.title + d.body).lower()]
    small = searching.whole(documents, searching.parameters(documents))
    assert [url[-4:] for url in found(small, "ferry ")[0]] == ["/s2/", "/s1/"]
    assert [url[-4:] for url in found(small, "ferries ")[0]] == ["/s1/", "/s2/"]


def test_two_words_side_by_side_count_for_more():
    apart = "ferry " + "and so on " * 5 + "captain"
    documents = [
        searching.document(2, apart),
        searching.document(1, "ferry captain " + "and so on " * 5),
        *DOCUMENTS[:40],
    ]
    documents = [d for d in documents if d.body.startswith("ferry") or "captain" not in (d.title + d.body).lower()]
    small = searching.whole(documents, searching.parameters(documents))
    assert [url[-4:] for url in found(small, "captain ferry ")[0]][:2] == ["/s1/", "/s2/"]


def test_years_months_and_days_bound_what_is_found():
    dates = {row[3] for row in answers.records(answers.find(WHOLE, "on:2010-02"), 0, 99)}
    assert dates
    assert all(date.startswith("2010-02") for date in dates)
    undated = {d.url for d in DOCUMENTS if not d.date}
    assert not undated & set(found(WHOLE, "after:2009")[0])
    assert (
        found(WHOLE, "ferry", first="2010-03", last="2010-04-02")[0]
        == found(WHOLE, "ferry after:2010-02 before:2010-04-03")[0]
    )


def test_what_is_no_date_is_said():
    answer = answers.find(WHOLE, "ferry before:yesterday")
    assert "before: needs a year, a month or a day" in answer.problem
    assert answer.numbers


def test_filters_of_facets_take_any_of_one_and_all_of_different():
    either = set(found(WHOLE, "ferry", filters={"source": ["Canal News", "The Gazette"]})[0])
    one = set(found(WHOLE, "ferry", filters={"source": ["Canal News"], "tag": ["sea"]})[0])
    assert one < either
    assert either == {d.url for d in DOCUMENTS if d.source and "ferr" in fold(d.title + " " + d.body)}


def test_facets_count_what_was_found():
    urls, _, _, _, facets = found(WHOLE, "whale")
    by_url = {d.url: d for d in DOCUMENTS}
    for source, count in facets["source"]:
        assert count == sum(by_url[url].source == source for url in urls)
    assert sum(count for _, count in facets["year"]) == sum(bool(by_url[url].date) for url in urls)


def test_every_word_of_an_archive_is_found_where_it_stands():
    for word in {term for d in DOCUMENTS for term in words(d.title + " " + d.body)}:
        if is_wide(word):
            expected = {d.url for d in DOCUMENTS if word in fold(d.body)}
        else:
            expected = {
                d.url
                for d in DOCUMENTS
                if word in words(f"{d.title} {d.body} {d.source} {' '.join((*d.tags, *d.authors))}")
            }
        assert expected <= set(found(WHOLE, f'"{word}"')[0]), word


def test_one_sign_finds_all_that_has_it():
    assert set(found(WHOLE, "電")[0]) == {d.url for d in DOCUMENTS if "電" in d.body}
    assert set(found(WHOLE, "都")[0]) == {d.url for d in DOCUMENTS if "都" in d.body}


def test_a_manifest_of_another_form_is_refused():
    files = dict(index.files(DOCUMENTS[:5], scripts=False))
    from pressroom.search import packing
    from pressroom.search.reader import Index

    files["search/manifest.bin"] = packing.deflate(b'{"version":0}')
    with pytest.raises(ValueError, match=r"search/manifest\.bin: .* Build the site again"):
        Index(files.__getitem__)


def test_an_archive_without_articles_has_an_index():
    empty = searching.opened(index.files([], scripts=False))
    assert found(empty, "ferry")[0] == []
    assert empty.articles == 0


def test_the_files_are_the_same_each_time_and_scripts_hold_the_same():
    import base64

    once, again = dict(index.files(DOCUMENTS, scripts=True)), dict(index.files(DOCUMENTS, scripts=True))
    assert once == again
    for path, payload in once.items():
        if path.endswith(".js"):
            name, text = payload.decode().removeprefix("newsarchive.receive(").removesuffix(")\n").split(",")
            assert path == f"search/{name[1:-1]}.js"
            assert base64.b64decode(text) == once[path.removesuffix("js") + "bin"]


def test_a_new_article_leaves_the_base_as_it_is():
    before = dict(index.files(DOCUMENTS[:140], scripts=False))
    after = dict(index.files(DOCUMENTS[:141], scripts=False))
    changed = {path for path in after if before.get(path) != after[path]}
    assert len(changed) <= 10, sorted(changed)


def test_words_that_nobody_types_are_cut():
    assert words("x" * 100) == ["x" * 40]
    assert terms("東" * 60)[-1] == "東"
    assert len(terms("東" * 60)) == 60


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_query(text):
    parsed = query.parse(text)
    assert all(clause.words for group in parsed.groups for clause in group)
    found(WHOLE, text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8), st.text(max_size=10))
def test_any_text_is_a_document(bodies, title):
    documents = [searching.document(n, body, title) for n, body in enumerate(bodies)]
    small = searching.whole(documents, searching.parameters(documents))
    for d in documents:
        for word in words(d.body)[:5]:
            assert d.url in found(small, f'"{word}"')[0]


def test_blocks_hold_all_forms_of_a_stem():
    big = searching.archive(400, words=60)
    one = segment.Collector(searching.parameters(big))
    for d in big:
        one.add(segment.fields(d), d.lang)
    borders = [border for border, _, _ in one.blocks(200)]
    assert len(borders) > 5
    assert borders == sorted(borders)


@pytest.mark.parametrize("settled", [SETTLED, segment.Parameters(30, ("of", "the", "never"))], ids=["own", "others"])
@pytest.mark.parametrize("phrase", ["the the whale", "the whale", "of the", "the", "whale", "never"])
def test_documents_without_text_and_of_one_word_are_found_as_all_others(settled, phrase):
    odd = [searching.document(900, ""), searching.document(901, "the " * 20_000 + "whale", "", tags=("of the",))]
    an_index = searching.whole([*DOCUMENTS, *odd], settled)
    texts = {d.url: (d.title, d.body, d.source, *d.tags, *d.authors) for d in [*DOCUMENTS, *odd]}
    urls = {url for url, several in texts.items() if any(has(text, phrase) for text in several)}
    assert set(found(an_index, f'"{phrase}"')[0]) == urls


def test_a_record_keeps_the_beginning_of_a_long_text():
    text = shown.beginning("word " * 1000)
    assert len(text) <= shown.TEXT
    assert text.endswith("word")


def test_chance_is_no_part_of_it():
    shuffled = DOCUMENTS[:50]
    random.Random(2).shuffle(shuffled)
    ordered = sorted(shuffled, key=lambda d: (d.date, d.url))
    assert dict(index.files(ordered, scripts=False)) == dict(index.files(sorted(DOCUMENTS[:50], key=lambda d: (d.date, d.url)), scripts=False))  # fmt: skip
