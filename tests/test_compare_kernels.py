"""The compiled comparisons say what the plain Python comparisons in tests/oracle say, pair by pair."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.codegen import CPUCodeLibrary, JITCodeLibrary
from rapidfuzz.distance import OSA, LCSseq

from linkage.compare.census import NameShares
from linkage.compare.kernels.letters import common_letters, edits
from linkage.compare.vector import compare_pairs
from linkage.compiled import loop, pointer
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.records import PairTable, RecordTable, StandardTable, TextColumn
from linkage.standardize import MDE_LAYOUT, standardize
from tests.oracle.comparisons import Comparisons
from tests.standardize_helpers import RULEBOOK

MATCHING = RULEBOOK.matching
SHARES = NameShares(**RULEBOOK.name_shares)


def assert_the_same(table: StandardTable, pairs: PairTable) -> None:
    """Every level and every rarity of every pair, in both directions."""
    oracle = Comparisons(table, SHARES)
    sides = (pairs, PairTable(pairs.right, pairs.left, pairs.rules))
    one_way, other_way = (
        compare_pairs(table, side, MATCHING.fields, MATCHING.comparisons, shares=SHARES) for side in sides
    )
    assert (one_way.levels == other_way.levels).all()
    for side, found in zip(sides, (one_way, other_way), strict=True):
        for number, field in enumerate(MATCHING.fields):
            comparison, levels = oracle.of(field), MATCHING.comparisons[field.compare]
            for row, (one, other) in enumerate(zip(side.left.tolist(), side.right.tolist(), strict=True)):
                level, rarity = comparison.level(one, other)
                said = (field.id, table.ids[one], table.ids[other], levels[found.levels[row, number]].id)
                assert said == (field.id, table.ids[one], table.ids[other], level)
                assert found.rarity[row, number] == pytest.approx(rarity, abs=1e-9), said


@cache
def families(seed: int, damage: float) -> tuple[StandardTable, tuple[str, ...]]:
    table, truth = record_table(generate(seed, records=1_500, rates=Rates().scaled(damage)))
    return standardize(table, MDE_LAYOUT, RULEBOOK), tuple(one.family_id for one in truth)


@pytest.mark.parametrize(("seed", "damage"), [(131, 1.0), (132, 3.0)])
def test_kernels_say_of_families_what_plain_python_says(seed: int, damage: float) -> None:
    """All pairs inside a family, where the hard cases are, and as many pairs of strangers."""
    table, family = families(seed, damage)
    number = np.unique(family, return_inverse=True)[1]
    left, right = np.triu_indices(len(table), 1)
    within = number[left] == number[right]
    strangers = np.random.default_rng(seed).choice(np.flatnonzero(~within), within.sum(), replace=False)
    rows = np.concatenate([np.flatnonzero(within), strangers])
    assert len(rows) > 2_000
    assert_the_same(table, PairTable.of(left[rows], right[rows]))


TOKENS = [
    "MARIA",
    "JOSE",
    "MA",
    "M",
    "GUADALUPE",
    "LUPITA",
    "CHEMA",
    "GARCIA",
    "GRACIA",
    "LOPEZ",
    "LOPES",
    "DE",
    "LA",
    "CRUZ",
]
TOKENS += [
    "DELACRUZ",
    "ANASOFIA",
    "ANA",
    "SOFIA",
    "MU?OZ",
    "MUNOZ",
    "MGL",
    "MIGUEL",
    "SINGH",
    "KAUR",
    "JOHNN",
    "JOHN",
    "NGUYEN",
]
names = st.lists(st.sampled_from(TOKENS) | st.text("ABCDEÑ?", min_size=1, max_size=7), max_size=3).map(" ".join)
COLUMNS = ("first_name", "middle_name", "last_name_1", "last_name_2", "parent1_first", "parent1_last", "parent2_first")
records = st.fixed_dictionaries(dict.fromkeys(COLUMNS, names))


@settings(max_examples=150, deadline=None)
@given(st.lists(records, min_size=2, max_size=4))
def test_kernels_say_of_any_names_what_plain_python_says(rows: list[dict[str, str]]) -> None:
    ids = tuple(map(str, range(len(rows))))
    columns = {column: TextColumn.of(row[column] for row in rows) for column in COLUMNS}
    table = standardize(RecordTable(ids, columns, ("TX",) * len(rows)), MDE_LAYOUT, RULEBOOK)
    left, right = np.triu_indices(len(rows), 1)
    assert_the_same(table, PairTable.of(left, right))


@pytest.mark.parametrize("step", ["_optimize_final_module", "_finalize_final_module", "get_pointer_to_function"])
def test_numba_still_knows_the_steps_that_a_kernel_leaves_to_its_loop(step: str) -> None:
    assert step in vars(CPUCodeLibrary) | vars(JITCodeLibrary)


@loop
def edits_of(a, b):
    return edits(pointer(a), 0, len(a), pointer(b), 0, len(b))


@loop
def common_of(a, b):
    return common_letters(pointer(a), 0, len(a), pointer(b), 0, len(b))


texts = st.text("ABCD", max_size=64)


@settings(deadline=None)
@given(texts, texts)
def test_letters_are_counted_as_rapidfuzz_counts_them(one: str, other: str) -> None:
    a, b = (np.array([*map(ord, text)], dtype=np.int64) for text in (one, other))
    assert edits_of(a, b) == OSA.distance(one, other)
    assert common_of(a, b) == LCSseq.similarity(one, other)
