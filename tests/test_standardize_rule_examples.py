"""The examples of rules that clean, code or caution; those of rules that compare run in test_rules_examples.py."""

from collections.abc import Callable

import pytest

from linkage.standardize.codes import read_values
from linkage.standardize.dates import read_date
from linkage.standardize.layout import CodeKind
from rules.names import NameRule, PlaceRule, read_name
from tests.standardize_helpers import RULEBOOK, TABLES, read

Case = tuple[NameRule, str, str, bool]


def cases(keep: Callable[[NameRule], bool]) -> list[Case]:
    rules = [rule for rule in RULEBOOK.names.rules() if keep(rule)]
    match = [(rule, left, right, True) for rule in rules for left, right in rule.examples.match]
    return match + [(rule, left, right, False) for rule in rules for left, right in rule.examples.no_match]


def name_of(case: object) -> str:
    return case.id if isinstance(case, NameRule) else str(case)


def cleans(rule: NameRule) -> bool:
    return rule.effect in ("null", "strip")


def codes(rule: NameRule) -> bool:
    return rule.scope in ("sex", "suffix", "place") and not cleans(rule)


def cautions(rule: NameRule) -> bool:
    return rule.effect == "guard"


def _cleaned(rule: NameRule, text: str) -> object:
    if rule.scope == "date":
        return read_date(text, TABLES)
    if rule.scope == "place":
        return read_values([text], CodeKind.PLAIN, TABLES)
    parts = read(text, parent=rule.scope == "parent").parts
    return [(part.text, part.slot >= 2) for part in parts]


@pytest.mark.parametrize(("rule", "left", "right", "expected"), cases(cleans), ids=name_of)
def test_a_cleaning_rule_makes_its_examples_read_the_same(
    rule: NameRule, left: str, right: str, expected: bool
) -> None:
    assert (_cleaned(rule, left) == _cleaned(rule, right)) is expected


@pytest.mark.parametrize(("rule", "left", "right", "expected"), cases(codes), ids=name_of)
def test_a_code_rule_gives_its_examples_one_code(rule: NameRule, left: str, right: str, expected: bool) -> None:
    kind = CodeKind(rule.column if isinstance(rule, PlaceRule) else rule.scope)
    one, other = read_values([left, right], kind, TABLES)
    assert (one == other != "") is expected


def _applies(rule: NameRule, text: str) -> bool:
    name = read_name(text)
    words = [TABLES.fold(part) for part in (name.first, name.last1)]
    if rule.id == "UNISEX":
        return words[0] in TABLES.unisex
    if rule.id == "FEAST-DAY":
        born = read_date(name.birth_date, TABLES)
        return (born.month, born.day) in TABLES.feast_days.get(words[0], ())
    return words[1] in TABLES.surname_counts


@pytest.mark.parametrize(("rule", "left", "right", "expected"), cases(cautions), ids=name_of)
def test_a_caution_applies_to_its_examples(rule: NameRule, left: str, right: str, expected: bool) -> None:
    assert (_applies(rule, left) and _applies(rule, right)) is expected
