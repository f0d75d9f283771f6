"""Cases and the golden site give what they gave; `make golden` and `git diff` are how that changes."""

import pytest
from support import golden

CASES = sorted(path for path in golden.CASES.iterdir() if path.is_dir())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_case_gives_its_expected_files(case):
    for name, text in golden.case_files(case).items():
        assert (case / name).read_text(encoding="utf-8") == text


def test_the_golden_site_gives_its_expected_files():
    for name, text in golden.site_files().items():
        assert text == (golden.SITE / name).read_text(encoding="utf-8"), name


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_every_sentence_that_is_not_removed_is_kept_in_order(case):
    from newsarchive import pipeline
    from newsarchive.page import dump_blocks
    from newsarchive.rules import rules

    c = pipeline.convert(golden.page_of(case), rules.load(golden.BASE / "scripts" / "rules"))
    removed = {(r.position, r.path) for r in c.removals}
    kept = [b for b in c.blocks if (b.position, b.path) not in removed and b.kind == "paragraph"]
    assert kept == sorted(kept, key=lambda block: block.position)
    assert len(c.blocks) == len(kept) + sum(b not in kept for b in c.blocks)
    assert dump_blocks.SENTENCE_END.search(kept[-1].text) if c.kind == "article" else True
