"""What is measured of blocks tells a story's far paragraph from a teaser."""

import numpy as np
from newsarchive.body.context_columns import measure_context
from newsarchive.body.features import Hints, make_table
from newsarchive.models import Block

STORY = "The ferry to Altona sank in the harbour, and divers searched the harbour for the ferry's captain until dusk."
LATER = "Divers found the captain near the harbour wall, and the ferry will be raised when the tide allows it."
TEASER = "Voters in the valley go to the polls on Sunday, and nobody knows who will count their ballots this year."


def topics(texts, likely):
    blocks = [Block("paragraph", text, path=f"line:{n}") for n, text in enumerate(texts)]
    columns = make_table(blocks, Hints(), [0] * len(blocks), {})
    return measure_context(blocks, columns, np.array(likely))


def test_a_late_paragraph_speaks_of_the_storys_subject_and_a_teaser_does_not():
    subjects = topics([STORY, STORY, TEASER, TEASER, LATER, TEASER], [0.9, 0.9, 0.1, 0.1, 0.1, 0.1])
    assert subjects["topic"][4] > 0.3 > subjects["topic"][5]
    assert subjects["topic_shared"][4] > subjects["topic_shared"][5]


def test_scripts_without_spaces_have_a_subject_too():
    subjects = topics(["渡轮在港口沉没，潜水员搜寻船长", "港口的潜水员找到了船长", "选民周日投票"], [0.9, 0.1, 0.1])
    assert subjects["topic_shared"][1] > subjects["topic_shared"][2]


def test_a_page_of_one_block_and_a_page_without_words_are_measured():
    for texts in (["Rain"], ["–", "!"], [""]):
        subjects = topics(texts, [0.5] * len(texts))
        assert all(np.isfinite(column).all() for column in subjects.values())
