"""Every example of every rule holds, and a wrong rules file says where it is wrong."""

import pytest
from newsarchive.body import phrases
from newsarchive.errors import BadRules
from newsarchive.models import Block
from newsarchive.rules import rules, site_rules
from newsarchive.sites import apply
from support.paths import BASE

FOLDER = BASE / "scripts" / "rules"
RULES = rules.load(FOLDER)
REMOVES = [(rule, text) for rule in RULES.residue for text in rule.removes]
KEEPS = [(rule, text) for rule in RULES.residue for text in rule.keeps]


def _met(text):
    return [rule for rule, _ in phrases.match_phrases([Block("paragraph", text)], RULES)[0]]


@pytest.mark.parametrize(("rule", "text"), REMOVES, ids=lambda value: getattr(value, "id", value))
def test_a_rule_removes_its_examples(rule, text):
    assert rule in _met(text)


@pytest.mark.parametrize(("rule", "text"), KEEPS, ids=lambda value: getattr(value, "id", value))
def test_a_rule_keeps_its_counterexamples(rule, text):
    assert rule not in _met(text)


@pytest.mark.parametrize("rule", RULES.residue, ids=lambda rule: rule.id)
def test_a_rule_has_examples_of_both(rule):
    assert rule.removes
    assert rule.keeps


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[[rule]]\nid = 'x'\n", "lacks an id or a reason"),
        ("[[rule]]\nid = 'x'\nreason = 'r'\nmatch = 'near'\n", "match is 'near'"),
        ("[[rule]]\nid = 'x'\nreason = 'r'\npatterns = ['(']\n", "bad pattern"),
        ("[[rule]]\nid = 'x'\nreason = 'r'\nlanguage = 'en'\n", "unknown key language"),
        ("[[rule]]\nid = x\n", "it is not TOML"),
    ],
)
def test_a_wrong_rules_file_says_where(tmp_path, text, what):
    for file in FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "residue.toml").write_text(text)
    with pytest.raises(BadRules, match=r"residue\.toml") as caught:
        rules.load(tmp_path)
    assert what in str(caught.value)


def test_site_rules_are_read_by_host_and_applied(tmp_path):
    (tmp_path / "a.example.toml").write_text('source = "The A"\nstrip = ["p.ad"]\n[fields]\nauthors = ".who"\n')
    (tmp_path / "sources.toml").write_text('"The A" = ["a-paper"]\n')
    known = rules.load(FOLDER, tmp_path)
    html, removals, facts = apply.cut_selected("<p class=ad>Buy</p><p class=who>Ana</p>", known.sites["a.example"])
    assert "Buy" not in html
    assert [removal.rule for removal in removals] == ["site:a.example:strip-1"]
    assert {(fact.key, fact.value) for fact in facts} == {("source", "The A"), ("authors", "Ana")}
    assert known.source("A-Paper") == "The A"


def test_a_selector_that_is_none_is_named():
    with pytest.raises(BadRules, match=r"a\.example"):
        apply.cut_selected("<p>x</p>", site_rules.SiteRules("a.example", strip=("p[",)))
