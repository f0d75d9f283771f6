"""The header survives a round trip, and a person's edit is seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsarchive.archive import frontmatter
from newsarchive.text import lines
from pressroom.contract import KEYS, join_list, make_slug, split_list

VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.dictionaries(st.sampled_from([k for k in KEYS if k != "Checksum"]), VALUES), VALUES)
def test_what_is_dumped_is_loaded(header, body):
    header = {"Title": "T", **{k: v for k, v in header.items() if lines.join_lines(v)}}
    body = body.replace("\r", "")
    got, got_body = frontmatter.load(frontmatter.dump(header, body))
    got.pop("Checksum")
    assert got == {k: lines.join_lines(v) for k, v in header.items()}
    assert got_body == body.strip("\n") + "\n"


def test_the_header_is_in_the_order_of_the_contract():
    text = frontmatter.dump({"Raw": "a.html", "Date": "2024-06-20", "Title": "T"}, "Body")
    assert [line.split(":")[0] for line in text.split("\n\n")[0].splitlines()] == ["Title", "Date", "Raw", "Checksum"]


@pytest.mark.parametrize("change", [("Body", "Body!"), ("Title: T", "Title: U"), ("\n\n", "\nTags: x\n\n")])
def test_every_change_is_a_hand_edit(change):
    text = frontmatter.dump({"Title": "T"}, "Body")
    assert not frontmatter.is_hand_edited(text)
    assert not frontmatter.is_hand_edited(text.replace("\n", "\r\n"))
    assert frontmatter.is_hand_edited(text.replace(*change, 1))


@given(st.lists(st.text(st.characters(categories=["L", "Nd"], include_characters=", "), min_size=1)))
def test_lists_come_back(values):
    values = [v.strip() for v in values if v.strip()]
    assert split_list(join_list(values)) == values


@given(st.text())
def test_slugs_are_safe(text):
    made = make_slug(text)
    assert 1 <= len(made) <= 100
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
