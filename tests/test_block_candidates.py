"""Candidate pairs: exactly the pairs that share all keys of a rule, each once, and what is left out is counted."""

import numpy as np
import pytest

from linkage.block.candidates import Meeting, find_candidates
from linkage.block.keys import offers
from linkage.engine.matcher import Matcher
from linkage.records import PairTable, RecordTable, StandardTable, TextColumn
from rules.rulebook import load_rulebook
from tests.compare_helpers import child
from tests.sample_helpers import small_table

RULEBOOK = load_rulebook()
MATCHER = Matcher.of_rules(RULEBOOK)
RULES = RULEBOOK.matching.blocking


def _as_set(pairs: PairTable) -> set[tuple[int, int]]:
    return set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def _standard(records: list[dict[str, str]]) -> StandardTable:
    columns = {name: TextColumn.of(one.get(name, "") for one in records) for name in records[0]}
    return MATCHER.standardize(RecordTable(tuple(map(str, range(len(records)))), columns, ("TX",) * len(records)))


def _offered(table: StandardTable, key: str) -> list[set[int]]:
    found = offers(table, key)
    return [set(found.values[found.offsets[row] : found.offsets[row + 1]].tolist()) for row in range(len(table))]


def test_candidates_equal_brute_force_over_all_pairs() -> None:
    table = MATCHER.standardize(small_table(120)[0])
    meeting = Meeting(table, RULES)
    every = {(a, b) for a in range(len(table)) for b in range(a + 1, len(table)) if meeting.would_meet(a, b)}
    assert _as_set(find_candidates(table, RULES).pairs) == every


def test_each_pair_stands_once_and_says_which_rules_met() -> None:
    table = MATCHER.standardize(small_table(120)[0])
    pairs = find_candidates(table, RULES).pairs
    assert len(_as_set(pairs)) == len(pairs)
    assert (pairs.left < pairs.right).all()
    for left, right, bits in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.rules.tolist(), strict=True):
        for bit, rule in enumerate(RULES):
            assert bool(bits >> bit & 1) == Meeting(table, [rule]).would_meet(left, right)


def test_linking_two_files_meets_only_across_them() -> None:
    table = MATCHER.standardize(small_table(300)[0])
    pairs = find_candidates(table, RULES, across_only=True).pairs
    assert len(pairs) > 0
    assert all(table.sources[a] != table.sources[b] for a, b in _as_set(pairs))


def test_a_key_that_too_many_share_is_left_out_and_counted() -> None:
    rule = RULES[0].model_copy(update={"largest_block": 3, "refine": ()})
    table = _standard([child("Ana | | Ochoa |", birth_date="2012-08-03")] * 5)
    found = find_candidates(table, [rule])
    assert len(found.pairs) == 0
    assert found.reports[0].keys_left_out > 0
    assert found.reports[0].pairs_left_out == found.reports[0].keys_left_out * 10


@pytest.mark.parametrize(
    ("left", "right", "key"),
    [
        (child("Ana | | Jiménez |"), child("Ana | | Gimenes |"), "surname.sound"),
        (child("Lupita | | Ochoa |"), child("Guadalupe | | Ochoa |"), "given.sound"),
        (child("Ana | | García | López"), child("Ana | | López | García"), "surname.sound_pair"),
        (child("Wilner | | Joseph |"), child("Joseph | | Wilner |"), "name.sound_set"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2012-03-08"), "birth_date.either_order"),
        (child("Ana | | Ochoa |", birth_date="2012-08-03"), child("Ana | | Ruiz |", birth_date="2013-01-29"), "birth_date.year_window"),
    ],
)  # fmt: skip
def test_a_key_meets_over_the_damage_it_is_made_for(left: dict[str, str], right: dict[str, str], key: str) -> None:
    of_left, of_right = _offered(_standard([left, right]), key)
    assert of_left & of_right


def test_a_missing_date_meets_nothing() -> None:
    assert _offered(_standard([child("Ana | | Ochoa |", birth_date="")]), "birth_date.date") == [set()]


def test_an_empty_table_has_no_candidates() -> None:
    table = _standard([child("Ana | | Ochoa |")])
    assert np.array_equal(find_candidates(table, RULES).pairs.left, np.array([], dtype=np.int64))
