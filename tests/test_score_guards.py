"""Guards: each names its situation, and no other."""

from dataclasses import replace

import pytest

from linkage.score.bands import band
from linkage.score.guards import RULES, FactReader, PairFacts, raised
from rules.policy import Bands, Policy
from rules.yaml_file import load
from tests.compare_helpers import MATCHER, child
from tests.paths import RULES_FOLDER
from tests.standardize_helpers import table_of

POLICY = load(RULES_FOLDER / "policy.yaml", Policy)
# Two records of one child that agree in everything and are not common: nothing to ask a person.
PLAIN = PairFacts(
    given="same",
    surname="both_same",
    birth_date="same",
    sex="same",
    suffix="missing",
    parents="both_same",
    birthplace="same_city",
    given_is_weak=False,
    single_given=False,
    name_rarity=6.0,
    days=0,
    multiple_birth=False,
    both_documented=False,
)


def test_full_agreement_raises_no_guard() -> None:
    assert raised(PLAIN) == ()


@pytest.mark.parametrize(
    ("guard", "facts"),
    [
        ("GUARD-MB", replace(PLAIN, given="different")),
        ("GUARD-MB", replace(PLAIN, given="weak_shared")),
        ("GUARD-MB", replace(PLAIN, given="middle_missing", multiple_birth=True)),
        ("GUARD-MB", replace(PLAIN, given="spelling")),
        ("GUARD-MB", replace(PLAIN, given="nickname")),
        ("GUARD-MB", replace(PLAIN, given_is_weak=True)),
        ("GUARD-MB", replace(PLAIN, multiple_birth=True, sex="different")),
        ("GUARD-MB", replace(PLAIN, multiple_birth=True, single_given=True)),
        ("GUARD-SIB", replace(PLAIN, given="different", birth_date="sibling_gap", days=500)),
        ("GUARD-REUSED", replace(PLAIN, birth_date="same_day", days=1096)),
        ("GUARD-DOB-NEAR", replace(PLAIN, birth_date="near", days=40)),
        ("GUARD-PARENTS", replace(PLAIN, parents="both_differ")),
        ("GUARD-PARENT", replace(PLAIN, parents="one_of_two")),
        ("GUARD-PARENT", replace(PLAIN, parents="one_differs")),
        ("GUARD-SUFFIX", replace(PLAIN, suffix="different")),
        ("GUARD-GENERATION", replace(PLAIN, birth_date="different", days=20 * 365)),
        ("GUARD-COMMON", replace(PLAIN, name_rarity=-2.0, parents="missing", birthplace="missing")),
        ("GUARD-COMMON", replace(PLAIN, name_rarity=-2.0, parents="one_same", birthplace="same_state")),
        ("GUARD-SEX", replace(PLAIN, sex="different")),
        ("GUARD-DOB", replace(PLAIN, birth_date="swapped", days=150)),
        ("GUARD-GIVEN", replace(PLAIN, given="typo")),
        ("GUARD-SURNAME", replace(PLAIN, surname="different")),
        ("GUARD-SURNAME", replace(PLAIN, surname="one_shared")),
        ("GUARD-VERIFIED", replace(PLAIN, birth_date="one_digit", both_documented=True)),
        ("GUARD-PARENT", replace(PLAIN, parents="one_alike", birthplace="same_state")),
        ("GUARD-THIN", replace(PLAIN, parents="missing", birthplace="missing")),
        ("GUARD-THIN", replace(PLAIN, parents="missing")),
        ("GUARD-THIN", replace(PLAIN, parents="surname_only")),
        ("GUARD-THIN", replace(PLAIN, birth_date="missing", days=None)),
    ],
)
def test_a_guard_sees_its_situation(guard: str, facts: PairFacts) -> None:
    assert guard in raised(facts)


@pytest.mark.parametrize(
    ("guard", "facts"),
    [
        ("GUARD-MB", replace(PLAIN, given="different", birth_date="different", days=3000)),
        ("GUARD-MB", replace(PLAIN, multiple_birth=True)),
        ("GUARD-MB", replace(PLAIN, single_given=True)),
        ("GUARD-SIB", replace(PLAIN, birth_date="different", days=3000)),
        ("GUARD-SIB", replace(PLAIN, surname="different", parents="both_differ", birth_date="sibling_gap", days=500)),
        ("GUARD-PARENT", replace(PLAIN, parents="one_alike")),
        ("GUARD-SUFFIX", replace(PLAIN, suffix="missing")),
        ("GUARD-COMMON", replace(PLAIN, name_rarity=-2.0)),
        ("GUARD-COMMON", replace(PLAIN, name_rarity=-2.0, parents="one_same")),
        ("GUARD-COMMON", replace(PLAIN, name_rarity=0.0, surname="different", parents="both_differ")),
        ("GUARD-SURNAME", replace(PLAIN, surname="one_missing")),
        ("GUARD-VERIFIED", replace(PLAIN, birth_date="one_digit")),
    ],
)
def test_a_guard_leaves_other_situations_alone(guard: str, facts: PairFacts) -> None:
    assert guard not in raised(facts)


@pytest.mark.parametrize(
    ("name", "weak"), [("Osman", True), ("Osman Yusuf", False), ("Xochitl", False), ("María", True)]
)
def test_a_single_name_that_is_a_parents_too_may_be_a_twins(name: str, weak: bool) -> None:
    record = child(f"{name} | | Ali |", parent1_first="Osman", parent1_last="Ali")
    facts = FactReader(MATCHER.standardize(table_of([record, record]))).facts(0, 1, {}, 0.0)
    assert facts.given_is_weak is weak


def test_every_guard_of_the_rules_has_its_sentence_in_the_policy() -> None:
    known = {guard.id for guard in POLICY.guards}
    of_groups = {"GUARD-SEVERAL", "GUARD-BRIDGE"}
    assert known == set(RULES) | of_groups


BANDS = Bands(near=0.1, auto=0.99)


def test_a_guard_stops_automation_and_hides_nothing() -> None:
    assert band(0.999, (), BANDS) == "auto"
    assert band(0.999, ("GUARD-MB",), BANDS) == "near"
    assert band(0.5, (), BANDS) == "near"
    assert band(0.05, (), BANDS) == "none"
