"""The figures that are reported: checked against counting by hand."""

import pytest

from linkage.evaluate.measures import calibration, pair_measures, pairs_within, recall_by

TRUE = {("a", "b"), ("c", "d"), ("e", "f"), ("g", "h")}


def test_pairs_within_are_all_pairs_of_a_group_once() -> None:
    assert pairs_within({"a": "1", "b": "1", "c": "2", "d": "1"}) == {("a", "b"), ("a", "d"), ("b", "d")}


def test_precision_recall_and_f1_are_those_of_the_counts() -> None:
    found = pair_measures(TRUE, {("a", "b"), ("c", "d"), ("x", "y")})
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 4)
    assert found.f1 == pytest.approx(2 * (2 / 3) * (1 / 2) / (2 / 3 + 1 / 2))


def test_nothing_found_is_no_recall_and_no_wrong_merge() -> None:
    assert pair_measures(TRUE, set()) == pair_measures(TRUE, [])
    assert pair_measures(TRUE, set()).recall == 0.0
    assert pair_measures(TRUE, set()).precision == 1.0


def test_recall_is_told_by_kind() -> None:
    kinds = {"a": "hmong", "c": "mexican", "e": "mexican", "g": "mexican"}
    assert recall_by(TRUE, {("a", "b"), ("c", "d")}, kinds) == {"hmong": (1, 1.0), "mexican": (3, 1 / 3)}


def test_calibration_compares_what_was_said_with_what_was_true() -> None:
    table = calibration([(0.05, False), (0.95, True), (0.97, True), (0.99, False), (1.0, True)])
    assert [pairs for _, _, pairs in table] == [1, 4]
    assert table[1][1] == pytest.approx(3 / 4)
