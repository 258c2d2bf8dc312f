"""The whole pipeline: order-neutral, repeatable, and bound by what people have decided."""

import random
from itertools import combinations

import pytest

from linkage.engine.matcher import Matcher
from linkage.linking import link
from linkage.pair_scoring import score_pairs
from linkage.pipeline import Found, find_duplicates
from linkage.records import RecordTable
from rules.rulebook import load_rulebook
from tests.sample_helpers import reordered, small_table

RULEBOOK = load_rulebook()


@pytest.fixture(scope="module")
def table() -> RecordTable:
    return small_table()[0]


@pytest.fixture(scope="module")
def found(table: RecordTable) -> Found:
    return find_duplicates(table, RULEBOOK)


def test_the_order_of_the_rows_changes_nothing(table: RecordTable, found: Found) -> None:
    order = list(range(len(table)))
    random.Random(5).shuffle(order)
    again = find_duplicates(reordered(table, order), RULEBOOK)
    before = {one.key: one for one in found.proposals}
    assert {one.key for one in again.proposals} == set(before)
    for one in again.proposals:
        assert one.members == before[one.key].members
        assert one.probability == pytest.approx(before[one.key].probability, abs=1e-9)
        assert set(one.guards) == set(before[one.key].guards)


def test_most_duplicates_are_proposed_and_most_proposals_are_duplicates(found: Found) -> None:
    truth = small_table()[1]
    child = {one.record_key: one.child_id for one in truth}
    true = {pair for pair in combinations(sorted(child), 2) if child[pair[0]] == child[pair[1]]}
    shown = {(min(a, b), max(a, b)) for one in found.proposals for a in one.members for b in one.members if a != b}
    assert len(true & shown) > 0.95 * len(true)
    assert len(true & shown) > 0.7 * len(shown)


def test_a_human_no_takes_the_pair_out_of_every_proposal(table: RecordTable, found: Found) -> None:
    refused = found.proposals[0].members[:2]
    again = find_duplicates(table, RULEBOOK, cannot_link=frozenset({(refused[1], refused[0])}))
    assert not any(set(refused) <= set(one.members) for one in again.proposals)


def test_records_of_one_student_are_not_proposed_again(table: RecordTable, found: Found) -> None:
    first = found.proposals[0]
    merged = dict.fromkeys(first.members, "one student")
    must = frozenset({(first.members[0], first.members[1])})
    again = find_duplicates(table, RULEBOOK, same_student=merged, must_link=must)
    assert first.key not in {one.key for one in again.proposals}


def test_a_third_record_of_the_same_group_is_not_called_another_candidate(found: Found) -> None:
    held = {record: one.members for one in found.proposals if len(one.members) > 2 for record in one.members}
    partners: dict[str, set[str]] = {}
    for one in found.proposals:
        for pair in one.pairs:
            partners.setdefault(pair.left, set()).add(pair.right)
            partners.setdefault(pair.right, set()).add(pair.left)
    for one in (one for one in found.proposals if len(one.members) > 2):
        outside = any(partners[record] - set(held[record]) for record in one.members)
        twins = any("GUARD-MB" in pair.guards and pair.left[:2] == pair.right[:2] for pair in one.pairs)  # in one State
        assert outside or twins or "GUARD-SEVERAL" not in one.guards


def test_a_review_never_shows_more_than_five_records(found: Found) -> None:
    assert all(2 <= len(one.members) <= RULEBOOK.policy.groups.most_members for one in found.proposals)


def test_every_near_pair_stands_in_a_proposal(found: Found) -> None:
    near = [p for one in found.proposals for p in one.pairs if p.probability >= RULEBOOK.policy.bands.near]
    assert len({(p.left, p.right) for p in near}) == found.near_matches


def test_merged_twins_are_proposed_for_a_split_unless_a_yes_stands_and_right_merges_are_not() -> None:
    table, truth = small_table(1500)
    twins: dict[str, dict[str, str]] = {}
    for one in truth:
        if one.twin_group:
            twins.setdefault(one.twin_group, {})[one.record_key] = one.child_id
    merged = {record: group for group, records in twins.items() for record in records}
    right = {one.record_key: one.child_id for one in truth if one.record_key not in merged}
    found = find_duplicates(table, RULEBOOK, same_student=merged | right)
    splits = [one for one in found.proposals if one.kind == "suggested_split"]
    wrong = [one for one in splits if one.members[0] in right]
    assert len(splits) - len(wrong) > len(twins) / 2
    assert len(wrong) <= len(table) // 500
    for one in (one for one in splits if one not in wrong):
        assert sorted(record for part in one.parts for record in part) == sorted(twins[merged[one.members[0]]])
        assert one.probability < RULEBOOK.policy.groups.split
        assert one.pairs
    yes = frozenset((one.members[0], other) for one in splits for other in one.members[1:])
    again = find_duplicates(table, RULEBOOK, same_student=merged | right, must_link=yes)
    assert not any(one.kind == "suggested_split" for one in again.proposals)


def test_records_of_one_student_are_judged_together_with_a_newcomer(table: RecordTable, found: Found) -> None:
    first = next(one for one in found.proposals if len(one.members) == 2)
    again = find_duplicates(table, RULEBOOK, same_student=dict.fromkeys(first.members, "one student"))
    held = [one for one in again.proposals if set(first.members) & set(one.members)]
    assert all(set(first.members) <= set(one.members) for one in held)


def test_every_explanation_adds_up_to_its_weight(found: Found) -> None:
    for proposal in found.proposals:
        for pair in proposal.pairs:
            assert sum(line.weight for line in pair.lines) == pytest.approx(pair.weight, abs=1e-9)
            assert all(line.sentence for line in pair.lines)


def test_no_twins_siblings_or_namesakes_are_safe_to_join_without_a_person() -> None:
    table, truth = small_table(1500)
    child_of = {one.record_key: one.child_id for one in truth}
    auto = [one for one in link(table, Matcher.of_rules(RULEBOOK)).pairs if one.band == "auto"]
    assert len(auto) > 10
    assert [one for one in auto if child_of[one.left] != child_of[one.right]] == []


def test_the_score_of_a_pair_does_not_depend_on_the_other_pairs(table: RecordTable) -> None:
    together = score_pairs(table, [(0, 1), (2, 3), (4, 5)], RULEBOOK)
    alone = score_pairs(reordered(table, [2, 3]), [(0, 1)], RULEBOOK)[0]
    assert alone.evidence.weight == pytest.approx(together[1].evidence.weight, abs=1e-12)
    assert alone.met_by == together[1].met_by


def test_the_two_sides_of_a_pair_may_be_exchanged(table: RecordTable) -> None:
    near = find_duplicates(table, RULEBOOK)
    row = {record: number for number, record in enumerate(table.ids)}
    pairs = [(row[pair.left], row[pair.right]) for one in near.proposals for pair in one.pairs]
    straight = score_pairs(table, pairs, RULEBOOK)
    turned = score_pairs(table, [(right, left) for left, right in pairs], RULEBOOK)
    for one, two in zip(straight, turned, strict=True):
        assert one.evidence.weight == pytest.approx(two.evidence.weight, abs=1e-9)
        assert one.evidence.guards == two.evidence.guards
