"""`nearmatch train --from-decisions`: whose decisions count, and that nothing is written where they are too few."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from linkage.cli import main
from linkage.commands.train_decided import read_stored, train_on_decisions
from linkage.errors import ModelError
from linkage.identity.decided_pairs import DecidedPairs, decided_pairs
from linkage.identity.views import Verdict
from linkage.score import decided
from rules.matching import Weights
from rules.rulebook import load_rulebook
from rules.yaml_file import load
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def _learned(world: World) -> DecidedPairs:
    with world.database.unit_of_work(read_only=True) as session:
        return decided_pairs(session)


def _said(world: World) -> list[tuple[int, int, str]]:
    return [(one.left[0], one.right[0], str(one.verdict)) for one in _learned(world).pairs]


def _refuse(world: World, who, verdict: Verdict, number: int) -> tuple[int, int]:
    """Two new records, which somebody says are two children."""
    world.upload("TX", child(f"A{number}"))
    world.upload("WA", child(f"B{number}"))
    pair = world.record("TX", f"A{number}"), world.record("WA", f"B{number}")
    world.decide(who, world.open_item(*pair), verdict)
    return pair


def test_a_merge_counts_once_a_second_person_has_validated_it(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item, Verdict.SAME)
    assert _said(world) == []
    world.decide(pair.wanda, item, Verdict.VALIDATE)
    assert _said(world) == [(pair.texas, pair.washington, "same")]


def test_what_is_undone_is_not_learned(world: World, pair: Pair) -> None:
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.undo(pair.wanda, decision)
    assert _learned(world) == DecidedPairs((), 0)


def test_what_one_person_alone_keeps_saying_is_not_learned(world: World, pair: Pair) -> None:
    first = _refuse(world, pair.ana, Verdict.DIFFERENT, 1)
    for number in (2, 3):
        _refuse(world, pair.ana, Verdict.TWINS, number)
    assert (_said(world), _learned(world).alone) == ([], 3)
    second = _refuse(world, pair.wanda, Verdict.TWINS, 4)
    assert _said(world) == [(*first, "different"), (*second, "twins")]
    assert _learned(world).alone == 2


def test_a_pair_is_learned_as_it_was_when_it_was_decided(world: World, pair: Pair) -> None:
    _refuse(world, pair.ana, Verdict.DIFFERENT, 1)
    refused = _refuse(world, pair.wanda, Verdict.DIFFERENT, 2)
    world.upload("WA", child("B2", first_name="Another"))
    stored = read_stored(world.database)
    at = stored.seen.ids.index(f"{refused[1]}.1")
    assert stored.seen.columns["first_name"][at] == "Ximena"
    assert stored.table.columns["first_name"][stored.table.ids.index(str(refused[1]))] == "Another"


def test_too_few_decisions_are_counted_and_nothing_is_written(world: World, pair: Pair, tmp_path: Path) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    out = tmp_path / "weights.yaml"
    with pytest.raises(ModelError) as refused:
        train_on_decisions(world.database, out, load_rulebook(), seed=101)
    assert '199 more "same child" (there are 1 of 200)' in refused.value.message
    assert '200 more "different children or twins"' in refused.value.message
    assert not out.exists()


def test_weights_are_written_only_if_they_do_not_do_worse(
    world: World, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    for number, who in enumerate((pair.ana, pair.wanda) * 2):
        _refuse(world, who, Verdict.TWINS, number)
    out = tmp_path / "weights.yaml"
    train_on_decisions(world.database, out, load_rulebook(), seed=101, least=1)
    written = load(out, Weights).provenance
    assert "1 same, 0 different, 4 twins" in written.method
    assert written.records == 10
    out.unlink()
    monkeypatch.setattr(decided.Sharpened, "is_better", False)
    with pytest.raises(ModelError, match="do worse on decisions they have not seen"):
        train_on_decisions(world.database, out, load_rulebook(), seed=101, least=1)
    assert not out.exists()


def test_decisions_and_a_table_do_not_go_together(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("first_name,last_name_1,birth_date\nAna,Xochitl,2012-08-03\n", encoding="utf-8")
    words = ["train", str(table), "--from-decisions", "--out", str(tmp_path / "w.yaml"), "--data", str(tmp_path)]
    assert CliRunner().invoke(main, words).exit_code == 2
    result = CliRunner().invoke(main, [words[0], *words[2:]])
    assert result.exit_code == 1
    assert "Too few decisions" in result.output
