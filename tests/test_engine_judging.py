"""Judging in bulk: the same as pair by pair, in any order, from one table or two; facts are read from what the records say."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.engine.judging import Judge, fits_a_third, group_numbers
from linkage.engine.local import judge
from linkage.engine.matcher import Matcher
from linkage.linking import link
from linkage.pair_scoring import score_pairs
from linkage.records import ENROLLMENT_COLUMNS, PairTable, RecordTable, TextColumn
from linkage.score.facts import record_facts
from linkage.score.guards import SEVERAL, guard_ids
from linkage.standardize.layout import MDE_LAYOUT
from rules.rulebook import load_rulebook
from tests.sample_helpers import small_table

RULEBOOK = load_rulebook()
MATCHER = Matcher.of_rules(RULEBOOK)
CHILD = {
    "first_name": "Citlali Inés",
    "last_name_1": "Xolocotzi",
    "last_name_2": "Temoltzin",
    "sex": "F",
    "birth_date": "2012-08-03",
    "birth_city": "Contla",
    "birth_state": "TLA",
    "birth_country": "MX",
    "parent1_first": "Epifanio",
    "parent2_first": "Rosalba",
}


def _table(*rows: dict[str, str], sources: Sequence[str] = ()) -> RecordTable:
    whole = [CHILD | row for row in rows]
    names = (*MDE_LAYOUT.columns(), *ENROLLMENT_COLUMNS)
    columns = {column: TextColumn.of(row.get(column, "") for row in whole) for column in names}
    return RecordTable(tuple(map(str, range(len(rows)))), columns, tuple(sources) or ("TX",) * len(rows))


def _guards(*rows: dict[str, str], sources: Sequence[str] = ()) -> tuple[str, ...]:
    """Guards of two records, each as CHILD where it says nothing."""
    return score_pairs(_table(*rows, sources=sources), [(0, 1)], RULEBOOK)[0].evidence.guards


def test_two_records_that_agree_raise_nothing() -> None:
    assert _guards({}, {}) == ()


@pytest.mark.parametrize(
    ("guard", "one", "other"),
    [
        ("GUARD-VERIFIED", {"birth_date_verification": "1004"}, {"birth_date_verification": "01008"}),
        ("GUARD-DOB", {"birth_date_verification": "1004"}, {"birth_date_verification": "1007"}),
    ],
)
def test_two_verified_birth_dates_need_a_document_on_both_sides(
    guard: str, one: dict[str, str], other: dict[str, str]
) -> None:
    found = _guards(one, other | {"birth_date": "2012-08-30"})
    assert guard in found
    assert ("GUARD-VERIFIED" in found) == (guard == "GUARD-VERIFIED")


STAY = {"enrollment_date": "2025-09-02", "withdrawal_date": "2025-12-19", "facility_state": "TX"}


@pytest.mark.parametrize(
    ("other", "raised"),
    [
        ({"facility_state": "WA"}, True),
        ({"facility_state": "WA", "enrollment_date": "2025-12-06"}, False),  # 14 days
        ({"facility_state": "WA", "enrollment_date": "2025-12-05"}, True),
        ({"facility_state": "WA", "enrollment_date": "2026-01-07", "withdrawal_date": ""}, False),
        ({"facility_state": "WA", "enrollment_date": "2025-08-18", "withdrawal_date": ""}, True),
        ({"facility_state": ""}, False),
    ],
)
def test_nobody_goes_to_school_in_two_states_at_once(other: dict[str, str], raised: bool) -> None:
    assert ("GUARD-ATTENDANCE" in _guards(STAY, STAY | other, sources=("TX", "WA"))) == raised


def test_two_ids_of_one_state_side_by_side_may_be_twins_but_not_one_id_in_two_files() -> None:
    assert _guards(STAY, STAY) == ("GUARD-MB",)
    assert _guards(STAY, STAY, sources=("A", "B")) == ()


@pytest.mark.parametrize(
    ("row", "unsure"),
    [
        ({"first_name": "María"}, True),
        ({"first_name": "María Elena"}, False),
        ({"first_name": "Citlali"}, False),
        ({"first_name": "Belour", "last_name_1": "Emmanuel", "parent1_last": "Belour"}, True),
        ({"first_name": "Emmanuel", "last_name_1": "Belour", "parent1_last": "Belour"}, False),
        ({"first_name": "Ana", "middle_name": "Luna", "parent2_last": "Luna"}, False),
        ({"first_name": ""}, False),
    ],
)
def test_a_given_name_is_unsure_if_it_is_everybodys_or_the_familys(row: dict[str, str], unsure: bool) -> None:
    facts = record_facts(MATCHER.standardize(_table({}, row, {})), RULEBOOK)
    assert facts.given_is_unsure.tolist() == [False, unsure, False]


def test_many_pairs_are_judged_as_each_alone_from_one_table_or_from_two() -> None:
    space = MATCHER.prepare(small_table(400)[0])
    scored, _ = MATCHER.engine.find(space, MATCHER.ready(), 0.001)
    together = judge(Judge.of(MATCHER.engine.fields, RULEBOOK, space.table), scored)
    two = Judge.of(MATCHER.engine.fields, RULEBOOK, space.table, replace(space.table))
    assert len(scored.pairs) > 40
    assert len(set(together.guards.tolist())) > 5
    for row in range(len(scored.pairs)):
        alone = scored.take(np.array([row]))
        judged = two.judge(alone.pairs, alone.compared, alone.weights.probability)
        assert (judged.guards[0], judged.bands[0]) == (together.guards[row], together.bands[row])


def test_a_table_that_is_not_about_students_has_no_guards() -> None:
    table = MATCHER.standardize(_table({}, {}))
    bare = replace(table, dates={})
    one = PairTable(np.array([0]), np.array([1]), np.array([0]))
    scored = MATCHER.engine.score(MATCHER.prepare(_table({}, {"sex": "M"})), one, MATCHER.ready())
    judged = Judge.of(MATCHER.engine.fields, RULEBOOK, bare).judge(one, scored.compared, np.array([0.999]))
    assert guard_ids(int(judged.guards[0])) == ()


GRAPHS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans(), st.booleans()).filter(lambda one: one[0] < one[1]),
    max_size=12,
    unique_by=lambda one: one[:2],
)
GROUPS = st.lists(st.integers(0, 3), min_size=7, max_size=7)


@settings(max_examples=200, deadline=None)
@given(GRAPHS, GROUPS)
def test_a_third_record_that_fits_is_found_as_by_hand(
    edges: list[tuple[int, int, bool, bool]], labels: list[int]
) -> None:
    members = [[row for row, label in enumerate(labels) if label == one] for one in range(1, 4)]  # 0: in no group
    left, right, fits, beside = np.array(edges, dtype=np.int64).reshape(-1, 4).T
    found = fits_a_third(left, right, fits == 1, beside == 1, group_numbers(7, members))
    for (a, b, _, _), several in zip(edges, found.tolist(), strict=True):
        seen = set(members[labels[a] - 1]) if labels[a] == labels[b] != 0 else set()
        thirds = set()
        for x, y, fit, twin in edges:
            for end, other in ((x, y), (y, x)):
                if end in (a, b) and other not in (a, b) and (twin or (fit and other not in seen)):
                    thirds.add(other)
        assert several == bool(thirds)


def test_a_pair_is_not_sure_while_one_state_has_a_possible_twin_beside_it() -> None:
    rows = [{}, {"first_name": "Citlali Inés Ixchel"}, {}]
    here, elsewhere = ("TX", "TX", "WA"), ("TX", "FL", "WA")
    for sources, raised in ((here, (SEVERAL,)), (elsewhere, ())):
        linked = link(_table(*rows, sources=sources), MATCHER)
        found = {(left, right): guards for left, right, _, _, guards in linked.pair_rows()}
        assert len(set(linked.clusters.tolist())) == 1
        assert "GUARD-MB" in found["0", "1"]
        assert found["0", "2"] == raised
