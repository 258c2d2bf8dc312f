"""Every example of every name rule, run through the comparison that the engine uses."""

import pytest

from rules.names import NAME_SCOPES, NameRule, read_name
from tests.compare_helpers import MATCHER, levels
from tests.standardize_helpers import RULEBOOK

# A rule's examples must reach a comparison level of its own strength or better; null, strip and guard rules are tried in
# test_standardize_rule_examples.py, where what they do can be seen.
_ENOUGH = {
    "equal": {"equal", "compatible"},
    "compatible": {"equal", "compatible"},
    "similar": {"equal", "compatible", "similar"},
}
_FIELDS = {
    "given": ("given",),
    "surname": ("surname",),
    "any": ("given", "surname"),
    "parent": ("parents",),
    "date": ("birth_date",),
}
_STRENGTH = {
    (field.id, level.id): level.strength
    for field in RULEBOOK.matching.fields
    for level in RULEBOOK.matching.comparisons[field.compare]
}
COMPARED = [rule for rule in RULEBOOK.names.rules() if rule.effect in _ENOUGH and rule.scope in _FIELDS]


def _record(rule: NameRule, text: str) -> dict[str, str]:
    if rule.scope not in NAME_SCOPES:
        return {"birth_date": text}
    name = read_name(text)
    if rule.scope == "parent":
        return {"parent1_first": name.first, "parent1_last": name.last1}
    return {
        "first_name": name.first,
        "middle_name": name.middle,
        "last_name_1": name.last1,
        "last_name_2": name.last2,
        "birth_date": name.birth_date,
    }


def _holds(rule: NameRule, left: str, right: str) -> bool:
    found = levels(_record(rule, left), _record(rule, right))
    strengths = [_STRENGTH[field, found[field]] for field in _FIELDS[rule.scope]]
    return all(strength in _ENOUGH[rule.effect] | {"missing"} for strength in strengths)


def test_most_rules_are_tried_here() -> None:
    assert len(COMPARED) > 30
    assert MATCHER.model is not None


@pytest.mark.parametrize("rule", COMPARED, ids=lambda rule: rule.id)
def test_a_rule_brings_its_matching_examples_together(rule: NameRule) -> None:
    assert [pair for pair in rule.examples.match if not _holds(rule, *pair)] == []


@pytest.mark.parametrize("rule", COMPARED, ids=lambda rule: rule.id)
def test_a_rule_keeps_its_counter_examples_apart(rule: NameRule) -> None:
    assert [pair for pair in rule.examples.no_match if _holds(rule, *pair)] == []
