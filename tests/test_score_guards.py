"""Guards: each names its situation, and no other."""

import numpy as np
import pytest

from linkage.score.bands import AUTO, BANDS, NEAR, NONE, band_codes
from linkage.score.guards import BRIDGE, RULES, SEVERAL, bits_of, guard_ids, raised
from rules.guards import GUARD_IDS
from rules.policy import Bands
from tests.guard_helpers import facts, guards

FIRES = [
    ("GUARD-MB", {"given": "different"}),
    ("GUARD-MB", {"given": "weak_shared"}),
    ("GUARD-MB", {"given": "spelling"}),
    ("GUARD-MB", {"given": "nickname"}),
    ("GUARD-MB", {"given": "inverted"}),
    ("GUARD-MB", {"given": "middle_missing"}),
    ("GUARD-MB", {"given": "different", "birth_date": "swapped"}),
    ("GUARD-MB", {"given": "different", "birth_date": "one_digit", "days": 1}),  # before and after midnight
    ("GUARD-MB", {"given_is_unsure": True}),
    ("GUARD-MB", {"sex": "different"}),
    ("GUARD-MB", {"given": "different", "multiple_birth": "one", "birth_date": "different", "days": 3000}),
    ("GUARD-MB", {"multiple_birth": "one", "single_given": True}),
    ("GUARD-MB", {"single_given": True}),  # of Natalia Inés and Natalia Sofía only the first name may be left
    ("GUARD-MB", {"days_side_by_side": 15}),  # twins called Benito Aarón and Aarón Benito, one of them turned round
    ("GUARD-SIB", {"given": "different", "birth_date": "sibling_gap", "days": 500}),
    ("GUARD-SIB", {"surname": "different", "birth_date": "sibling_gap", "days": 274}),
    ("GUARD-REUSED", {"birth_date": "same_day", "days": 1096}),
    ("GUARD-DOB-NEAR", {"birth_date": "near", "days": 40}),
    ("GUARD-DOB-NEAR", {"birth_date": "near", "days": 2}),
    ("GUARD-PARENTS", {"parents": "both_differ"}),
    ("GUARD-PARENT", {"parents": "one_of_two"}),
    ("GUARD-PARENT", {"parents": "one_differs"}),
    ("GUARD-SUFFIX", {"suffix": "different"}),
    ("GUARD-GENERATION", {"birth_date": "different", "days": 20 * 365}),
    ("GUARD-COMMON", {"rarity": 2.0, "parents": "missing"}),
    ("GUARD-COMMON", {"rarity": 2.0, "parents": "one_of_two"}),
    ("GUARD-COMMON", {"rarity": 2.0, "parents": "one_alike"}),
    ("GUARD-COMMON", {"rarity": 2.0, "birthplace": "same_state"}),
    ("GUARD-COMMON", {"rarity": 6.0, "birthplace": "missing", "parents": "one_same"}),
    ("GUARD-SEX", {"sex": "different"}),
    ("GUARD-DOB", {"birth_date": "swapped", "days": 150}),
    ("GUARD-BIRTHPLACE", {"birthplace": "different"}),
    ("GUARD-GIVEN", {"given": "typo"}),
    ("GUARD-GIVEN", {"given": "missing"}),
    ("GUARD-SURNAME", {"surname": "different"}),
    ("GUARD-SURNAME", {"surname": "one_shared"}),
    ("GUARD-VERIFIED", {"birth_date": "one_digit", "both_verified": True}),
    ("GUARD-ATTENDANCE", {"days_in_two_places": 15}),
    ("GUARD-THIN", {"parents": "missing", "birthplace": "same_state"}),
    ("GUARD-THIN", {"parents": "surname_only", "birthplace": "missing"}),
    ("GUARD-THIN", {"birth_date": "missing", "days": -1}),
    ("GUARD-THIN", {"birth_date": "same_assigned", "birthplace": "same_state"}),
    ("GUARD-THIN", {"birth_date": "same_assigned", "parents": "missing"}),
]
DOES_NOT = [
    ("GUARD-MB", {"given": "different", "birth_date": "different", "days": 3000}),
    ("GUARD-MB", {"multiple_birth": "both"}),  # both given names, and the same
    ("GUARD-MB", {"single_given": True, "both_no_twins": True}),
    ("GUARD-MB", {"days_side_by_side": 14}),
    ("GUARD-MB", {"days_side_by_side": 300, "birth_date": "different", "days": 3000}),
    ("GUARD-MB", {"given": "different", "surname": "different", "parents": "both_differ"}),
    ("GUARD-SIB", {"birth_date": "different", "days": 3000}),
    ("GUARD-SIB", {"birth_date": "near", "days": 200}),
    ("GUARD-SIB", {"birth_date": "missing", "days": -1}),
    ("GUARD-SIB", {"surname": "different", "parents": "both_differ", "birth_date": "sibling_gap", "days": 500}),
    ("GUARD-REUSED", {"birth_date": "same_day", "given": "different", "days": 1096}),
    ("GUARD-DOB-NEAR", {"birth_date": "near", "days": 1}),
    ("GUARD-DOB-NEAR", {"birth_date": "swapped", "days": 150}),
    ("GUARD-DOB-NEAR", {"birth_date": "near", "days": 40, "surname": "different", "parents": "missing"}),
    ("GUARD-PARENTS", {"parents": "one_differs"}),
    ("GUARD-PARENT", {"parents": "one_alike"}),
    ("GUARD-SUFFIX", {"suffix": "same"}),
    ("GUARD-GENERATION", {"birth_date": "different", "days": 11 * 365}),
    ("GUARD-COMMON", {"rarity": -5.0}),
    ("GUARD-COMMON", {"rarity": -5.0, "parents": "one_same"}),
    ("GUARD-COMMON", {"rarity": 4.0, "parents": "missing"}),
    ("GUARD-COMMON", {"rarity": 0.0, "surname": "different", "parents": "both_differ"}),
    ("GUARD-SEX", {"sex": "unisex"}),
    ("GUARD-DOB", {"birth_date": "missing", "days": -1}),
    ("GUARD-BIRTHPLACE", {"birthplace": "same_country"}),
    ("GUARD-BIRTHPLACE", {"birthplace": "missing"}),
    ("GUARD-GIVEN", {"given": "nickname"}),
    ("GUARD-SURNAME", {"surname": "one_missing"}),
    ("GUARD-SURNAME", {"surname": "typo"}),
    ("GUARD-VERIFIED", {"birth_date": "one_digit"}),
    ("GUARD-VERIFIED", {"both_verified": True}),
    ("GUARD-ATTENDANCE", {"days_in_two_places": 14}),
    ("GUARD-ATTENDANCE", {"days_side_by_side": 300}),
    ("GUARD-THIN", {"parents": "missing"}),
    ("GUARD-THIN", {"birth_date": "same_assigned"}),
    ("GUARD-THIN", {"parents": "one_same", "birthplace": "missing"}),
]


def test_full_agreement_raises_no_guard() -> None:
    assert guards() == ()


@pytest.mark.parametrize(("guard", "pair"), FIRES)
def test_a_guard_sees_its_situation(guard: str, pair: dict[str, object]) -> None:
    assert guard in guards(**pair)


@pytest.mark.parametrize(("guard", "pair"), DOES_NOT)
def test_a_guard_leaves_other_situations_alone(guard: str, pair: dict[str, object]) -> None:
    assert guard not in guards(**pair)


def test_every_guard_has_a_rule_and_is_tested_both_ways() -> None:
    assert set(GUARD_IDS) == set(RULES) | {SEVERAL, BRIDGE}
    assert {guard for guard, _ in FIRES} == {guard for guard, _ in DOES_NOT} == set(RULES)


def test_many_pairs_raise_what_each_raises_alone() -> None:
    pairs = [pair for _, pair in (*FIRES, *DOES_NOT)]
    together = raised(facts(*pairs))
    assert [guard_ids(int(bits)) for bits in together] == [guards(**pair) for pair in pairs]


def test_a_bit_set_gives_back_its_guards_in_the_order_of_the_rules() -> None:
    assert guard_ids(bits_of(["GUARD-SEX", "GUARD-MB", "GUARD-SEX"])) == ("GUARD-MB", "GUARD-SEX")
    assert guard_ids(bits_of(GUARD_IDS)) == GUARD_IDS
    assert guard_ids(0) == ()


def test_a_guard_stops_automation_and_hides_nothing() -> None:
    limits = Bands(near=0.1, auto=0.99)
    chances = np.array([0.999, 0.999, 0.5, 0.05, 0.05])
    found = band_codes(chances, np.array([0, bits_of(["GUARD-MB"]), 0, 0, bits_of(["GUARD-MB"])]), limits)
    assert found.tolist() == [AUTO, NEAR, NEAR, NONE, NONE]
    assert [BANDS[code] for code in (NONE, NEAR, AUTO)] == ["none", "near", "auto"]
