"""`link`, `score-pairs`, `train` and `evaluate` as a user runs them."""

import csv
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner

from linkage.cli import main
from linkage.commands.train import train
from linkage.engine.matcher import Matcher
from linkage.errors import ModelError
from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.evaluate.upload import write
from linkage.linking import link
from linkage.score.weights_file import write_weights
from rules.matching import BlockingRule, ModelFile, Weights
from rules.rulebook import load_rulebook
from rules.yaml_file import load
from tests.sample_helpers import small_sample

MODEL = """\
title: Persons
record_id: number
fields:
  - {id: given, title: Given name, compare: given_names, columns: [vorname]}
  - {id: surname, title: Surname, compare: surnames, columns: [name]}
  - {id: born, title: Born, compare: birth_date, columns: [geboren]}
  - {id: town, title: Town, compare: text, columns: [ort]}
  - {id: zip, title: Postcode, compare: code, columns: [plz]}
blocking:
  - {id: A, keys: [geboren.date, name.sound]}
  - {id: B, keys: [given.sound, surname.sound]}
"""


def _run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, result.output


def _lines(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def persons(tmp_path: Path) -> Path:
    """Sixty persons, of whom the first ten come twice with an error each."""
    path = tmp_path / "persons.csv"
    towns = ("Morelia", "Celaya", "Uruapan", "Apatzingan", "Zamora", "Sahuayo")
    people = [
        (f"P{n}", f"{_name(n)}", f"{_name(n * 7 + 3)}z", f"20{n % 20:02d}-{n % 12 + 1:02d}-{n % 28 + 1:02d}", towns[n % 6], f"{78000 + n}")
        for n in range(60)
    ]  # fmt: skip
    again = [(f"{i}b", given, surname + "e", born, town, code) for i, given, surname, born, town, code in people[:10]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("number", "vorname", "name", "geboren", "ort", "plz"), *people, *again])
    return path


def _name(n: int) -> str:
    return "".join("bdfglmnprst"[(n // 11**k) % 11] + "aeiou"[(n + 3 * k) % 5] for k in range(4)).title()


def test_a_table_of_any_columns_is_deduplicated_with_a_model_file(persons: Path, tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(MODEL, encoding="utf-8")
    out, pairs = tmp_path / "clusters.csv", tmp_path / "pairs.csv"
    code, said = _run("link", persons, "--model", tmp_path / "model.yaml", "--out", out, "--pairs", pairs)
    assert code == 0, said
    cluster = {row["record_id"]: row["cluster_id"] for row in _rows(out)}
    assert len(cluster) == 70
    assert all(cluster[f"P{n}"] == cluster[f"P{n}b"] for n in range(10))
    assert len(set(cluster.values())) == 60
    assert set(_rows(pairs)[0]) == {"id_a", "id_b", "probability", "band", "guards"}
    assert "60 clusters" in said


def test_two_files_are_linked_across(persons: Path, tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(MODEL, encoding="utf-8")
    rows = persons.read_text(encoding="utf-8").splitlines()
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("\n".join(rows[:61]) + "\n", encoding="utf-8")
    second.write_text("\n".join([rows[0], *rows[61:]]) + "\n", encoding="utf-8")
    code, said = _run("link", first, second, "--model", tmp_path / "model.yaml", "--out", tmp_path / "c.csv")
    assert code == 0, said
    assert len({row["cluster_id"] for row in _rows(tmp_path / "c.csv")}) == 60


def test_an_upload_needs_no_model(tmp_path: Path) -> None:
    files = write(small_sample(), tmp_path)
    code, said = _run("link", files[0].path, "--id", "State Student Identifier", "--out", tmp_path / "c.csv")
    assert code == 1  # a student with two moves has two rows: the ids are not unique
    assert "not unique" in said
    code, said = _run("link", files[0].path, "--out", tmp_path / "c.csv")
    assert code in (0, 1), said
    assert "Traceback" not in said


def test_a_table_that_is_not_mde_shaped_is_told_how_to_say_what_it_is(persons: Path, tmp_path: Path) -> None:
    code, said = _run("link", persons, "--out", tmp_path / "c.csv")
    assert code == 1
    assert "--model" in said
    assert not (tmp_path / "c.csv").exists()


def test_a_model_that_names_an_absent_column_is_refused(persons: Path, tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(MODEL.replace("[ort]", "[stadt]"), encoding="utf-8")
    code, said = _run("link", persons, "--model", tmp_path / "model.yaml", "--out", tmp_path / "c.csv")
    assert code == 1
    assert "stadt" in said


PAIR_HEADER = (
    "pair,a_first_name,a_last_name_1,a_last_name_2,a_sex,a_birth_date,a_birth_city,a_parent1_first,a_parent2_first,"
    "b_first_name,b_last_name_1,b_last_name_2,b_sex,b_birth_date,b_birth_city,b_parent1_first,b_parent2_first,note"
)
SAME = (
    "1,Guadalupe,Xolocotzi,Ochoa,F,2012-08-03,Morelia,Luis,Rosa,Lupita,Xolocotzi,,F,2012-03-08,Morelia,Luis,Rosa,kept"
)
TWINS = "2,Adriel,Xolocotzi,Ochoa,M,2012-08-03,Morelia,Luis,Rosa,Uriel,Xolocotzi,Ochoa,M,2012-08-03,Morelia,Luis,Rosa,"
OTHERS = "3,Ana,Ruiz,,F,2012-08-03,Morelia,Luis,Rosa,Pedro,Vega,,M,2009-01-20,Celaya,Juan,Elva,"


def test_given_pairs_are_scored_and_the_other_columns_pass_through(tmp_path: Path) -> None:
    pairs, out = tmp_path / "pairs.csv", tmp_path / "out.csv"
    pairs.write_text(_lines(PAIR_HEADER, SAME, TWINS, OTHERS), encoding="utf-8")
    code, said = _run("score-pairs", pairs, "--out", out)
    assert code == 0, said
    same, twins, others = _rows(out)
    assert same["note"] == "kept"
    assert float(same["probability"]) > 0.9
    assert same["band"] == "near"
    assert "Day and month are swapped" in same["explanation"]
    assert "GUARD-MB" in twins["guards"]
    assert twins["band"] != "auto"
    assert float(twins["probability"]) < float(same["probability"])
    assert others["band"] == "none"
    assert (same["blocked"], others["blocked"]) == ("yes", "no")


def test_a_pair_file_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("a_first_name,b_first_name\nAna,Ana\n", encoding="utf-8")
    code, said = _run("score-pairs", tmp_path / "pairs.csv", "--out", tmp_path / "out.csv")
    assert code == 1
    assert "a_last_name_1" in said


def test_a_damaged_pair_file_is_refused_and_nothing_written(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(_lines(PAIR_HEADER, SAME, "4,short"), encoding="utf-8")
    code, said = _run("score-pairs", tmp_path / "pairs.csv", "--out", tmp_path / "out.csv")
    assert code == 1
    assert "line 3" in said
    assert not (tmp_path / "out.csv").exists()


def test_training_writes_weights_that_the_rules_can_read(tmp_path: Path) -> None:
    out, shares = tmp_path / "weights.yaml", tmp_path / "shares.csv"
    code, said = _run("train", "--records", "600", "--out", out, "--shares-out", shares)
    assert code == 0, said
    weights = load(out, Weights)
    assert weights.provenance.records == 600
    assert weights.fields["given"]["same"].m > weights.fields["given"]["same"].u
    assert _rows(shares)[0]["kind"] == "given"


def test_training_does_not_need_weights_for_a_new_level() -> None:
    rulebook = load_rulebook()
    fields = {field: dict(levels) for field, levels in rulebook.weights.fields.items()}
    del fields["given"]["nickname"]
    old = replace(rulebook, weights=rulebook.weights.model_copy(update={"fields": fields}))
    with pytest.raises(ModelError, match="nickname"):
        Matcher.of_rules(old)
    estimate, _ = train(record_table(small_sample())[0], old, seed=1)
    assert "nickname:" in write_weights(estimate, rulebook.weights.provenance)


def test_twins_are_told_apart_in_a_table_without_parents() -> None:
    rulebook = load_rulebook()
    fields = tuple(
        f for f in rulebook.matching.fields if f.compare in ("given_names", "surnames", "birth_date", "birthplace")
    )
    blocking = tuple(
        BlockingRule(id=rule.id, keys=rule.keys)
        for rule in rulebook.matching.blocking
        if not any("parent" in key for key in rule.keys)
    )
    table, truth = record_table(generate(103, records=1_200, rates=replace(Rates(), twins=0.08)))
    matcher = Matcher.of_file(rulebook, ModelFile(title="No parents", fields=fields, blocking=blocking))
    found = link(table, matcher)
    cluster = dict(zip(table.ids, found.clusters.tolist(), strict=True))
    twins = [
        (a.record_key, b.record_key)
        for a, b in combinations([one for one in truth if one.twin_group], 2)
        if a.twin_group == b.twin_group and a.child_id != b.child_id
    ]
    assert sum(cluster[a] == cluster[b] for a, b in twins) < 0.35 * len(twins)
    child_of = {one.record_key: one.child_id for one in truth}
    rows = list(found.pair_rows())
    assert [row for row in rows if row[3] == "auto" and child_of[row[0]] != child_of[row[1]]] == []
    assert any("GUARD-MB" in guards for *_, guards in rows)  # the guards stand watch over a table of one's own as well


def test_an_evaluation_prints_what_was_found_and_what_was_mixed_up() -> None:
    code, said = _run("evaluate", "--records", "400", "--seed", "31")
    assert code == 0, said
    assert all(word in said for word in ("precision", "twins", "tradition", "Calibration"))


def test_linking_does_not_wait_for_what_only_other_commands_need(persons: Path, tmp_path: Path) -> None:
    (tmp_path / "model.yaml").write_text(MODEL, encoding="utf-8")
    words = ["link", str(persons), "--model", str(tmp_path / "model.yaml"), "--out", str(tmp_path / "clusters.csv")]
    program = f"""
import sys
from linkage.cli import main
main({words!r}, standalone_mode=False)
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"linkage", "numba"} <= loaded
    assert loaded.isdisjoint({"alembic", "flask", "networkx", "pandas", "recordlinkage", "sklearn", "sqlalchemy"})
