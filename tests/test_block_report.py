"""`nearmatch blocking report`: what each rule finds, checked against counts by hand."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from linkage.block.index import build_index
from linkage.block.report import findings, recall
from linkage.cli import main
from linkage.commands.blocking import examine
from linkage.engine.matcher import Matcher
from linkage.evaluate.sample import generate, record_table
from linkage.records import PairTable, StandardTable, TextColumn, TokenTable
from linkage.standardize.codes import code_column
from rules.matching import BlockingRule
from rules.rulebook import load_rulebook
from tests.paths import ROOT

RULES = (BlockingRule(id="TOWN", keys=("town.value",)), BlockingRule(id="STREET", keys=("street.value",)))


def _table() -> StandardTable:
    """Rows 0-2 share a town, rows 1-2 and rows 3-4 a street."""
    said = {"town": ["a", "a", "a", "b", "c"], "street": ["x", "y", "y", "z", "z"]}
    codes = {name: code_column(TextColumn.of(values)) for name, values in said.items()}
    return StandardTable(tuple("01234"), ("TX",) * 5, TokenTable(()), {}, {}, codes)


def _probable(*pairs: tuple[int, int]) -> PairTable:
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return PairTable.of(left, right)


def test_pairs_and_matches_are_counted_by_rule_and_for_each_rule_alone() -> None:
    found = findings(build_index(_table(), RULES), _probable((3, 4), (1, 2), (0, 1)), np.array([0.9, 1.0, 0.5]))
    assert found.pairs == 4
    assert found.matches == pytest.approx(2.4)
    town, street = found.rules
    assert (town.pairs, town.pairs_alone, street.pairs, street.pairs_alone) == (3, 2, 2, 1)
    assert (town.matches, town.matches_alone) == (pytest.approx(1.5), pytest.approx(0.5))
    assert (street.matches, street.matches_alone) == (pytest.approx(1.9), pytest.approx(0.9))


def test_matches_found_by_one_rule_only_tell_of_matches_that_none_finds() -> None:
    index = build_index(_table(), RULES)
    twice = findings(index, _probable((1, 2)), np.array([1.0]))
    once = findings(index, _probable((0, 1), (0, 2), (3, 4)), np.ones(3))
    assert (twice.missed, recall(twice.matches, twice)) == (0, 1)
    assert once.missed == pytest.approx(3)
    assert recall(once.matches, once) == pytest.approx(0.5)


def test_a_table_without_matches_has_a_report() -> None:
    found = findings(build_index(_table(), RULES), _probable(), np.empty(0))
    assert (found.matches, found.missed, recall(0, found)) == (0, 0, 0)


def test_the_estimate_of_each_rules_recall_is_near_the_truth() -> None:
    table, truth = record_table(generate(107, records=3_000))
    matcher = Matcher.of_rules(load_rulebook())
    found = examine(table, matcher)
    met = build_index(matcher.standardize(table), matcher.engine.blocking).all_pairs()
    child = np.array([one.child_id for one in truth])
    same = child[met.left] == child[met.right]
    true = sum(size * (size - 1) // 2 for size in np.unique(child, return_counts=True)[1].tolist())
    for bit, one in enumerate(found.rules):
        assert recall(one.matches, found) == pytest.approx(
            np.count_nonzero(same & (met.rules >> bit & 1 > 0)) / true, abs=0.1
        )


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["blocking", "report", *map(str, words)], catch_exceptions=False)


def test_the_report_is_printed_for_a_table_of_ones_own(tmp_path: Path) -> None:
    columns = ["rec_id", "given_name", "surname", "date_of_birth", "address_1", "suburb", "postcode", "soc_sec_id"]
    path = tmp_path / "persons.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for number in range(40):
            writer.writerow(
                [number, "Ana", f"Och{'oaeiu'[number % 5]}a", "2012-08-03", "Main St", "Yakima", "98901", number // 2]
            )
    result = _run(path, "--model", ROOT / "benchmarks" / "models" / "febrl.yaml")
    assert result.exit_code == 0
    assert "NAME-DATE" in result.stdout
    assert "40 records" in result.stdout
    assert "the true number is higher" in " ".join(result.stdout.split())


def test_stored_records_are_reported_when_no_table_is_named(tmp_path: Path) -> None:
    result = _run("--data", tmp_path / "data")
    assert result.exit_code == 0
    assert "0 records" in result.stdout


def test_a_model_without_a_table_is_not_understood(tmp_path: Path) -> None:
    assert _run("--model", ROOT / "benchmarks" / "models" / "febrl.yaml", "--data", tmp_path).exit_code == 2
