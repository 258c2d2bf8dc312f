"""What records offer for a blocking key, and that the rules as shipped meet the records of one child."""

from collections import defaultdict
from itertools import combinations

import pytest

from linkage.block.index import build_index
from linkage.block.keys import Offerer
from linkage.engine.matcher import Matcher
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.records import RecordTable, StandardTable, TextColumn
from rules.rulebook import load_rulebook
from tests.compare_helpers import child
from tests.sample_helpers import small_table

RULEBOOK = load_rulebook()
MATCHER = Matcher.of_rules(RULEBOOK)
RULES = RULEBOOK.matching.blocking


def _standard(records: list[dict[str, str]]) -> StandardTable:
    columns = {name: TextColumn.of(one.get(name, "") for one in records) for name in records[0]}
    return MATCHER.standardize(RecordTable(tuple(map(str, range(len(records)))), columns, ("TX",) * len(records)))


def _offered(table: StandardTable, key: str) -> list[set[int]]:
    found = Offerer(table)(key)
    return [set(found.values[found.offsets[row] : found.offsets[row + 1]].tolist()) for row in range(len(table))]


def test_records_meet_that_agree_on_all_keys_of_a_rule_and_no_others() -> None:
    table = MATCHER.standardize(small_table(120)[0])
    for rule in RULES:
        alone = rule.model_copy(update={"refine_above": 10_000, "largest_block": 10_000})
        offered = [_offered(table, key) for key in rule.keys]
        every = {
            (a, b) for a, b in combinations(range(len(table)), 2) if all(values[a] & values[b] for values in offered)
        }
        found = build_index(table, [alone]).all_pairs()
        assert set(zip(found.left.tolist(), found.right.tolist(), strict=True)) == every
        assert every


@pytest.mark.parametrize(
    ("left", "right", "key"),
    [
        (child("Ana | | Jiménez |"), child("Ana | | Gimenes |"), "surname.sound"),
        (child("Lupita | | Ochoa |"), child("Guadalupe | | Ochoa |"), "given.sound"),
        (child("Ana | | García | López"), child("Ana | | López | García"), "surname.sound_pair"),
        (child("Wilner | | Joseph |"), child("Joseph | | Wilner |"), "name.sound_set"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2012-03-08"), "birth_date.either_order"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2013-01-29"), "birth_date.year_window"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2012-08-30"), "birth_date.two_parts"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2012-09-03"), "birth_date.two_parts"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2021-08-03"), "birth_date.two_parts"),
        (child("José | | Ochoa |"), child("Pepe | | Ochoa |"), "name.sound_set"),
        (child("Ana | | Ochoa |", birth_city="Yakima"), child("Eva | | Ruiz |", birth_city="YAKIMA"), "birth_city.value"),
    ],
)  # fmt: skip
def test_a_key_meets_over_the_damage_it_is_made_for(left: dict[str, str], right: dict[str, str], key: str) -> None:
    of_left, of_right = _offered(_standard([left, right]), key)
    assert of_left & of_right


def test_two_parts_of_a_date_are_not_one() -> None:
    left, right = child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2011-09-03")
    of_left, of_right = _offered(_standard([left, right]), "birth_date.two_parts")
    assert not of_left & of_right


def test_a_row_of_endless_names_does_not_make_endless_keys() -> None:
    name = " ".join(f"{first}{second}go" for first in "bdfglmn" for second in "aeiou")
    index = build_index(
        _standard([child(f"{name} | {name} | {name} | {name}", birth_date="2012-08-03")]), RULES, singletons=True
    )
    assert len(index.entry_block) < 2_000


@pytest.mark.parametrize("damage", [1.0, 1.5])
def test_the_rules_meet_nearly_all_records_of_one_child(damage: float) -> None:
    table, truth = record_table(generate(106, records=4_000, rates=Rates().scaled(damage)))
    found = build_index(MATCHER.standardize(table), RULES).all_pairs()
    met = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    rows = defaultdict(list)
    for row, one in enumerate(truth):
        rows[one.child_id].append(row)
    true = {pair for members in rows.values() for pair in combinations(members, 2)}
    assert len(true & met) / len(true) >= (0.995 if damage == 1.0 else 0.985)
    assert len(met) < 4 * len(table)


def test_a_missing_date_meets_nothing() -> None:
    assert _offered(_standard([child("Ana | | Ochoa |", birth_date="")]), "birth_date.date") == [set()]
