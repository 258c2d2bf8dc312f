"""The figures that are reported: checked against counting by hand, and against recordlinkage and scipy."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import recordlinkage
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from linkage.evaluate.intervals import bootstrap, wilson
from linkage.evaluate.measures import cluster_measures, pair_measures, recall_by
from linkage.evaluate.pairs import NONE, codes_of, count_within, pairs_within, together
from linkage.evaluate.scores import calibration, histogram, thresholds
from linkage.evaluate.trial import OTHERS, measure
from rules.rulebook import load_rulebook
from tests.evaluate_helpers import answer, as_set, labels, row_pairs

POLICY = load_rulebook().policy
CODES = st.lists(st.integers(-1, 6), min_size=1, max_size=30)


@given(CODES)
def test_pairs_within_are_all_pairs_of_a_code_once(codes):
    wanted = {(a, b) for a, b in combinations(range(len(codes)), 2) if codes[a] == codes[b] != NONE}
    found = pairs_within(np.array(codes))
    assert as_set(found) == wanted
    assert len(found) == len(wanted)


@given(st.data(), CODES)
def test_counting_pairs_is_as_good_as_listing_them(data, codes):
    other = data.draw(st.lists(st.integers(-1, 3), min_size=len(codes), max_size=len(codes)))
    both = list(zip(codes, other, strict=True))
    wanted = sum(a == b and NONE not in a for a, b in combinations(both, 2))
    assert count_within(np.array(codes), np.array(other)) == wanted
    assert len(pairs_within(together(np.array(codes), np.array(other)))) == wanted


def test_a_text_has_one_code_and_no_text_has_none():
    assert codes_of(["b", "", "a", "b"]).tolist() == [0, NONE, 1, 0]


@given(
    st.sets(st.sampled_from(list(combinations(range(8), 2)))), st.sets(st.sampled_from(list(combinations(range(8), 2))))
)
def test_precision_recall_and_f1_are_those_of_recordlinkage(true, found):
    measures = pair_measures(row_pairs(true, 8), row_pairs(found, 8))
    assert measures.hits == len(true & found)
    if true & found:
        index = [pd.MultiIndex.from_tuples(sorted(pairs)) for pairs in (true, found)]
        assert measures.precision == pytest.approx(recordlinkage.precision(*index))
        assert measures.recall == pytest.approx(recordlinkage.recall(*index))
        assert measures.f1 == pytest.approx(recordlinkage.fscore(*index))
        assert (measures.confusion == recordlinkage.confusion_matrix(*index, total=len(true | found))).all()


def test_nothing_found_is_no_recall_and_no_wrong_merge():
    measures = pair_measures(row_pairs({(0, 1)}, 4), row_pairs([], 4))
    assert (measures.precision, measures.recall, measures.f1) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize(("hits", "of"), [(0, 10), (10, 10), (3, 7), (992, 1000), (1, 1)])
def test_the_interval_of_a_share_is_wilsons(hits, of):
    oracle = binomtest(hits, of).proportion_ci(method="wilson")
    assert wilson(hits, of) == pytest.approx((oracle.low, oracle.high), abs=1e-6)


def test_where_nothing_was_counted_anything_may_be_true():
    assert wilson(0, 0) == (0.0, 1.0)


def test_the_bootstrap_of_a_share_is_about_as_wide_as_its_interval():
    units = np.array([[1, 1]] * 180 + [[0, 1]] * 20, dtype=float)
    drawn = bootstrap(units, lambda sums: sums[:, 0] / sums[:, 1])
    assert drawn == pytest.approx(wilson(180, 200), abs=0.015)
    assert drawn == bootstrap(units[::-1], lambda sums: sums[:, 0] / sums[:, 1])


def test_pairs_of_one_large_family_say_less_than_as_many_pairs_of_many():
    """45 pairs of ten records fall together, right or wrong; 45 pairs of different children do not."""
    one_island = pairs_within(np.repeat(np.arange(4), 10))
    apart = pairs_within(np.repeat(np.arange(180), 2))
    narrow = pair_measures(apart, apart.where(np.arange(180) % 4 > 0)).f1_range
    wide = pair_measures(one_island, one_island.where(one_island.left >= 10)).f1_range
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def _b_cubed(child, cluster):
    """By its definition, record by record."""
    precision = recall = 0.0
    for row in range(len(child)):
        group = [other for other in range(len(child)) if cluster[other] == cluster[row]]
        family = [other for other in range(len(child)) if child[other] == child[row]]
        both = len(set(group) & set(family))
        precision += both / len(group) / len(child)
        recall += both / len(family) / len(child)
    return precision, recall


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=15))
def test_cluster_measures_are_those_of_their_definitions(rows):
    child, cluster = (np.array(column) for column in zip(*rows, strict=True))
    found = cluster_measures(child, cluster)
    assert (found.b3_precision, found.b3_recall) == pytest.approx(_b_cubed(child, cluster))
    groups, families = (
        {frozenset(np.flatnonzero(codes == code).tolist()) for code in codes} for codes in (cluster, child)
    )
    groups, families = ({one for one in sets if len(one) > 1} for sets in (groups, families))
    assert (found.found_groups, found.true_groups, found.exact) == (len(groups), len(families), len(groups & families))


def test_rows_without_a_child_count_in_no_group():
    found = cluster_measures(np.array([0, 0, NONE]), np.array([1, 1, 1]))
    assert (found.exact, found.b3_precision) == (1, 1.0)


def test_recall_is_told_by_kind():
    true = row_pairs({(0, 1), (2, 3), (4, 5), (6, 7)}, 8)
    kinds = {"hmong": true.left == 0, "mexican": true.left > 0, "punjabi": true.left > 9}
    found = recall_by(true, row_pairs({(0, 1), (2, 3)}, 8), row_pairs({(2, 3), (4, 5)}, 8), kinds)
    assert {name: (one.pairs, one.shown, one.joined) for name, one in found.items()} == {
        "hmong": (1, 1, 0),
        "mexican": (3, 1, 2),
    }
    assert found["mexican"].recall == pytest.approx(1 / 3)


def test_calibration_compares_what_was_said_with_what_was_true():
    found = calibration(np.array([0.05, 0.96, 0.97, 0.975, 1.0]), np.array([False, True, True, False, True]))
    assert [one.pairs for one in found.bins] == [1, 3, 1]
    assert found.bins[1].share == pytest.approx(2 / 3)
    assert found.error == pytest.approx((0.05 + 3 * abs(0.9683333 - 2 / 3)) / 5)
    assert found.brier == pytest.approx((0.05**2 + 0.04**2 + 0.03**2 + 0.975**2) / 5)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.lists(st.floats(0, 1), max_size=4))
def test_a_threshold_counts_the_pairs_from_it_on(pairs, at):
    chances, true = np.array([x for x, _ in pairs], dtype=float), np.array([y for _, y in pairs], dtype=bool)
    for one in thresholds(chances, true, 50, at):
        chosen = [y for x, y in pairs if x >= one.probability]
        assert one.found == len(chosen)
        assert one.recall == pytest.approx(sum(chosen) / 50)
        assert one.precision == pytest.approx(sum(chosen) / len(chosen) if chosen else 1.0)


def test_every_pair_stands_in_the_histogram_once_however_large_its_weight():
    weights = np.array([-80.0, -0.5, 0.0, 3.99, 55.0])
    bins = histogram(weights, np.array([True, False, True, True, False]))
    assert {one.low: (one.same, one.different) for one in bins if one.same or one.different} == {
        -5: (1, 0), -1: (0, 1), 0: (1, 0), 3: (1, 0), 20: (0, 1),
    }  # fmt: skip


def test_false_merges_are_told_by_what_the_children_are_to_each_other():
    """Rows 0-1 are one child, 2 its twin, 3 a sibling, 4 a stranger; all are joined, and 1-2 and 0-4 stand in auto."""
    truth = labels("aabcd", twins=["t", "t", "t", "", ""], siblings=["f", "f", "f", "f", ""])
    scores = [(0, 1, 0.9, "near"), (1, 2, 0.99, "auto"), (0, 4, 0.99, "auto"), (2, 3, 0.5, "near")]
    trial = measure(truth, answer([1, 1, 1, 1, 1], scores), POLICY)
    counted = {one.kind: (one.pairs, one.joined, one.auto) for one in trial.false_merges}
    assert counted == {"twins": (2, 2, 1), "siblings": (3, 3, 0), OTHERS: (4, 4, 1)}


@given(st.data())
def test_counted_false_merges_are_those_of_a_list_of_all_pairs(data):
    rows = data.draw(st.integers(2, 12))
    texts = st.lists(st.sampled_from(["", "x", "y"]), min_size=rows, max_size=rows)
    children = data.draw(st.lists(st.sampled_from("abc"), min_size=rows, max_size=rows))
    twins, family = data.draw(texts), data.draw(texts)
    clusters = data.draw(st.lists(st.integers(1, 3), min_size=rows, max_size=rows))
    trial = measure(labels(children, twins=twins, siblings=family), answer(clusters), POLICY)
    different = [(a, b) for a, b in combinations(range(rows), 2) if children[a] != children[b]]
    are_twins = {(a, b) for a, b in different if twins[a] == twins[b] != ""}
    siblings = {(a, b) for a, b in different if family[a] == family[b] != ""} - are_twins
    for one, pairs in zip(
        trial.false_merges, (are_twins, siblings, set(different) - are_twins - siblings), strict=True
    ):
        assert (one.pairs, one.joined) == (len(pairs), sum(clusters[a] == clusters[b] for a, b in pairs))


def test_records_of_whom_nothing_is_known_are_counted_nowhere():
    found = answer([1, 1, 1, 2], [(0, 1, 0.9, "near"), (1, 2, 0.99, "auto")])
    trial = measure(labels(["a", "a", "", ""]), found, POLICY)
    assert (trial.records, trial.labelled, trial.near.found_pairs, trial.auto.found_pairs) == (4, 2, 1, 0)
    assert (trial.linked.precision, trial.clusters.exact) == (1.0, 1)
