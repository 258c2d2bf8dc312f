"""What stands ready answers for new records as a full scan does, whatever the order, the repetition and the number of threads."""

from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from linkage.engine import bulk
from linkage.engine.local import Scored, Space
from linkage.engine.matcher import Matcher
from linkage.engine.standing import Met, Standing
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.linking import Linked, link
from linkage.records import PairTable, RecordTable
from linkage.score.explain import explain
from rules.rulebook import load_rulebook
from tests.sample_helpers import reordered

MATCHER = Matcher.of_rules(load_rulebook())
NEAR = MATCHER.rulebook.policy.bands.near
Found = dict[tuple[str, str], float]


@cache
def families() -> RecordTable:
    return record_table(generate(141, records=900, rates=Rates(duplicates=0.3)))[0]


@cache
def whole() -> tuple[Space, Found]:
    """A full scan of all records."""
    space = MATCHER.prepare(families())
    scored, _ = MATCHER.engine.find(space, MATCHER.ready(), NEAR)
    return space, by_ids(scored, space.table.ids, space.table.ids)


def near(met: Met) -> Found:
    ids, pairs = met.lineup.ids, met.near
    ends = zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    named = [(min(ids[one], ids[other]), max(ids[one], ids[other])) for one, other in ends]
    assert len(set(named)) == len(named)
    return dict(zip(named, pairs.probability.tolist(), strict=True))


def by_ids(scored: Scored, left: tuple[str, ...], right: tuple[str, ...]) -> Found:
    ends = zip(scored.pairs.left.tolist(), scored.pairs.right.tolist(), strict=True)
    pairs = [tuple(sorted((left[one], right[other]))) for one, other in ends]
    assert len(set(pairs)) == len(pairs)
    return dict(zip(pairs, scored.weights.probability.tolist(), strict=True))


def some(rows: list[int]) -> RecordTable:
    return reordered(families(), rows)


@cache
def everybody() -> Standing:
    return Standing.stand(MATCHER, families())[0]


@settings(max_examples=12, deadline=None)
@given(st.sets(st.integers(0, 899), max_size=80), st.sets(st.integers(0, 899), max_size=40))
def test_a_scan_of_the_new_and_the_changed_finds_what_a_full_scan_finds(new: set[int], changed: set[int]) -> None:
    """The changed said what their neighbour says; the new were not there."""
    _, full = whole()
    there = [row for row in range(len(families())) if row not in new]
    former = some([(row + 1) % 900 if row in changed else row for row in there])
    before = everybody().beside(some([])).scan(replace(former, ids=tuple(families().ids[row] for row in there)))
    standing = replace(everybody().beside(former), near=before.near)
    standing = replace(standing, part=replace(standing.part, ids=np.array(before.lineup.ids)))
    met = standing.scan(some(sorted(new | changed)))
    assert sorted(met.lineup.ids) == sorted(families().ids)
    assert near(met) == pytest.approx(full)


def test_one_record_against_all_says_what_the_bulk_path_says() -> None:
    space, full = whole()
    assert len(full) > 100
    for row in range(0, 900, 9):
        itself = families().ids[row]
        found = by_ids(everybody().search(some([row])), ("",), space.table.ids)
        others = {record: chance for (_, record), chance in found.items() if record != itself}
        wanted = {other: chance for pair, chance in full.items() if itself in pair for other in {*pair} - {itself}}
        assert others == pytest.approx(wanted)
        assert ("", itself) in found


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.randoms(use_true_random=False), st.integers(1, 3))
def test_row_order_and_threads_never_change_the_result(dice: Random, workers: int) -> None:
    order = list(range(900))
    dice.shuffle(order)
    first, again = link(families(), MATCHER, workers=1), link(some(order), MATCHER, workers=workers)
    assert said(first) == said(again)
    assert groups(first) == groups(again)


def said(found: Linked) -> set[tuple[object, ...]]:
    """The pairs, whichever record stands left."""
    return {
        (frozenset((one, other)), round(chance, 9), band, guards)
        for one, other, chance, band, guards in found.pair_rows()
    }


def groups(found: Linked) -> set[frozenset[str]]:
    members: dict[int, set[str]] = {}
    for record, number in zip(found.space.table.ids, found.clusters.tolist(), strict=True):
        members.setdefault(number, set()).add(record)
    return set(map(frozenset, members.values()))


def test_every_explanation_adds_up_to_its_weight() -> None:
    space, _ = whole()
    scored, _ = MATCHER.engine.find(space, MATCHER.ready(), NEAR)
    weights = scored.weights.weight
    for row in range(len(scored.pairs)):
        lines = explain(MATCHER.ready(), scored.compared, scored.weights, row)
        assert sum(line.weight for line in lines) == pytest.approx(weights[row], abs=1e-9)


def test_the_kernel_keeps_exactly_the_pairs_that_reach_the_floor() -> None:
    """Stopping early loses nothing: the pairs kept are those that the full sum puts at or above the band."""
    space, full = whole()
    every = space.index.all_pairs()
    scored = MATCHER.engine.score(space, every, MATCHER.ready())
    reach = scored.take(np.flatnonzero(scored.weights.probability >= NEAR))
    assert by_ids(reach, space.table.ids, space.table.ids) == pytest.approx(full)


def test_a_row_with_more_partners_than_there_is_room_for_meets_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    space, full = whole()
    monkeypatch.setattr(bulk, "_AT_ONCE", 1)
    scored, compared = MATCHER.engine.find(space, MATCHER.ready(), NEAR)
    assert by_ids(scored, space.table.ids, space.table.ids) == full
    assert compared == len(space.index.all_pairs())


def test_what_was_seen_before_a_pair_changes_nothing_about_it() -> None:
    """Relations of names are remembered from pair to pair: each pair alone gets the same levels, to the last bit."""
    space, _ = whole()
    pairs = space.index.all_pairs()
    together = MATCHER.engine.score(space, pairs, MATCHER.ready()).compared
    for row in range(0, len(pairs), 20):
        one = PairTable.of(pairs.left[row : row + 1], pairs.right[row : row + 1])
        alone = MATCHER.engine.score(space, one, MATCHER.ready()).compared
        assert alone.levels.tolist() == together.levels[row : row + 1].tolist()
        assert alone.rarity.tolist() == together.rarity[row : row + 1].tolist()
