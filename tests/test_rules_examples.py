"""Every example of every name rule, through the comparison and the cleaning that the engine uses."""

from dataclasses import replace

import pytest

from linkage.evaluate.rule_examples import Outcome, examples, run_examples
from rules.names import NameRule
from tests.standardize_helpers import RULEBOOK

RULES = list(RULEBOOK.names.rules())


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for one in run_examples(RULEBOOK):
        found.setdefault(one.example.rule.id, []).append(one)
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_examples_of_a_rule_come_out_as_they_say(rule: NameRule, outcomes: dict[str, list[Outcome]]) -> None:
    assert len(outcomes[rule.id]) == len(rule.examples.match) + len(rule.examples.no_match)
    broken = [(one.example.left, one.example.right, one.found) for one in outcomes[rule.id] if not one.holds]
    assert broken == []


def test_an_example_turned_round_comes_out_the_same() -> None:
    swapped = {
        rule.id: rule.model_copy(
            update={
                "examples": rule.examples.model_copy(
                    update={
                        kind: tuple((right, left) for left, right in getattr(rule.examples, kind))
                        for kind in ("match", "no_match")
                    }
                )
            }
        )
        for rule in RULES
    }
    sections = {
        section: tuple(swapped[rule.id] for rule in getattr(RULEBOOK.names, section))
        for section in type(RULEBOOK.names).model_fields
    }
    turned = replace(RULEBOOK, names=RULEBOOK.names.model_copy(update=sections))
    assert [one.example.rule.id for one in run_examples(turned) if not one.holds] == []


def test_no_example_is_left_out() -> None:
    wanted = sum(len(rule.examples.match) + len(rule.examples.no_match) for rule in RULES)
    assert len(list(examples(RULEBOOK.names))) == wanted
    assert wanted > 4 * 60
