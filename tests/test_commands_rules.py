"""`nearmatch rules check` refuses a bad edit with line and remedy; `rules diff` says what a change would do."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from linkage.cli import main
from linkage.engine.matcher import Matcher
from linkage.evaluate.rule_diff import compare_rules
from linkage.evaluate.upload import write
from linkage.linking import link
from linkage.records import RecordTable, TextColumn
from linkage.standardize.layout import MDE_LAYOUT
from rules.changes import changes
from rules.rule_paths import FOLDER_VARIABLE, NAME_RULES, SHIPPED, rule_path
from rules.rulebook import Rulebook, load_rulebook, read_rulebook
from rules.sources import kind_of, sources_of
from tests.sample_helpers import reordered, small_sample, small_table


def _run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, " ".join(result.output.split())


def _edited(tmp_path: Path, name: str, old: str, new: str) -> Path:
    """A copy of a rule file with one edit."""
    text = rule_path(name).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / Path(name).name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def _line_of(path: Path, needle: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if needle in line)


def test_the_shipped_rules_are_sound_and_every_section_is_named() -> None:
    code, said = _run("rules", "check")
    assert code == 0, said
    assert all(section in said for section in type(load_rulebook().names).model_fields)
    assert all(name in said for name in ("policy.yaml", "weights.yaml", "roles.yaml", "2023.yaml", "name_shares.csv"))
    assert re.search(r"All \d+ examples hold", said)


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "says"),
    [
        (NAME_RULES, "effect: equal", "effect: equals", "effect: equals", "Found 'equals'"),
        (NAME_RULES, "      Fco: [Francisco]", "      Fco: []", "Fco: []", "at least 1 item"),
        ("policy.yaml", "near: 0.05", "near: 5", "near: 5", "less than 1"),
        ("policy.yaml", "  GUARD-MB:", "  GUARD-MBS:", "GUARD-MBS", "not a known key"),
        ("dob_evidence.yaml", "tiers:", "tears:", "tears:", "not a known key"),
        ("matching.yaml", "compare: surnames", "compare: surname", "compare: surname", "is none of"),
        ("weights.yaml", "both_same:", "both_sam:", "  surname:", "no weights for `both_same`"),
        ("name_shares.csv", "given,", "giben,", "giben,", "A line is kind,text,share"),
        ("mde/2023.yaml", "column: first_name", "colum: first_name", "colum: first_name", "not a known key"),
        ("roles.yaml", "title: Secondary user", "titel: Secondary user", "titel", "not a known key"),
    ],
)  # fmt: skip
def test_a_bad_edit_is_refused_with_file_line_and_remedy(  # noqa: PLR0917 - a table of edits
    tmp_path: Path, name: str, old: str, new: str, at: str, says: str
) -> None:
    path = _edited(tmp_path, name, old, new)
    line = _line_of(path, at)
    code, said = _run("rules", "check", path)
    assert code == 1
    assert f"{path}, line {line}:" in said
    assert says in said
    assert "1 to mend" in said


def test_an_example_that_does_not_hold_is_named_with_what_was_found(tmp_path: Path) -> None:
    path = _edited(tmp_path, NAME_RULES, '["Chuy | |', '["Xuy | |')
    code, said = _run("rules", "check", path)
    assert code == 1
    assert f"{path}, line {_line_of(path, 'Xuy | |')}: an example of ES-NICKNAME" in said
    assert "Expected: a level that is compatible or equal" in said


def test_faults_of_several_files_are_told_at_once(tmp_path: Path) -> None:
    _edited(tmp_path, "policy.yaml", "near: 0.05", "near: 5")
    _edited(tmp_path, "roles.yaml", "title: Secondary user", "titel: Secondary user")
    code, said = _run("rules", "check", tmp_path)
    assert code == 1
    assert "2 to mend" in said


def test_a_file_under_another_name_is_known_by_what_it_holds(tmp_path: Path) -> None:
    for name in (NAME_RULES, "policy.yaml", "matching.yaml", "weights.yaml", "roles.yaml", "mde/2023.yaml"):
        copy = tmp_path / f"old-{Path(name).name}"
        shutil.copy(rule_path(name), copy)
        assert kind_of(copy) == name
    shutil.copy(SHIPPED / "name_shares.csv", tmp_path / "shares-2025.csv")
    assert kind_of(tmp_path / "shares-2025.csv") == "name_shares.csv"


@pytest.mark.parametrize(
    ("name", "text"), [("notes.yaml", "a: 1"), ("notes.txt", "a"), ("x.csv", "a,b"), ("y.yaml", "[")]
)
def test_what_is_no_rule_file_is_refused(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    code, said = _run("rules", "check", tmp_path / name)
    assert code == 1
    assert "this is no rule file" in said


def test_a_misspelled_file_in_a_folder_would_never_be_read_and_is_refused(tmp_path: Path) -> None:
    shutil.copy(rule_path("policy.yaml"), tmp_path / "polcy.yaml")
    code, said = _run("rules", "check", tmp_path)
    assert code == 1
    assert "polcy.yaml,line1:norulefilehasthisname" in said.replace(
        " ", ""
    )  # a long path is broken at the width of the screen


# ---- what a change would do


@pytest.fixture
def table() -> RecordTable:
    return small_table()[0]


def _older(tmp_path: Path, name: str, old: str, new: str) -> Rulebook:
    return read_rulebook(sources_of([_edited(tmp_path, name, old, new)]))


def test_rules_that_say_the_same_change_nothing(table: RecordTable) -> None:
    found = compare_rules(table, load_rulebook(), read_rulebook(sources_of([rule_path(NAME_RULES)])))
    assert (found.changed, found.joined, found.parted, dict(found.levels)) == ((), 0, 0, {})
    assert found.old_shown == found.new_shown > 40


def test_the_pairs_that_move_are_those_whose_band_differs_between_two_runs(tmp_path: Path, table: RecordTable) -> None:
    old, new = _older(tmp_path, "policy.yaml", "near: 0.05", "near: 0.9"), load_rulebook()
    found = compare_rules(table, old, new)
    bands = [
        {frozenset((one.left, one.right)): one.band for one in link(table, Matcher.of_rules(rules)).pairs}
        for rules in (old, new)
    ]
    wanted = {
        pair: (bands[0].get(pair, "none"), bands[1].get(pair, "none"))
        for pair in bands[0].keys() | bands[1].keys()
        if bands[0].get(pair) != bands[1].get(pair)
    }
    assert {frozenset((one.left, one.right)): (one.old_band, one.new_band) for one in found.changed} == wanted
    assert sum(found.bands.values()) == len(wanted) > 5
    assert found.bands["none", "near"] > 0
    assert dict(found.levels) == {}  # only the band was moved, nothing is compared otherwise
    order = list(reversed(range(len(table))))
    assert compare_rules(reordered(table, order), old, new).changed == found.changed


def test_the_field_is_named_whose_findings_change(tmp_path: Path) -> None:
    """Twenty children under their names, and again, in another year, under a nickname that the old rules do not know."""
    older = rule_path(NAME_RULES).read_text(encoding="utf-8").replace("Pancho", "Panchoxx")
    (tmp_path / NAME_RULES).write_text(older, encoding="utf-8")
    days = [f"{1 + number % 12:02d}-{3 + number:02d}" for number in range(20)]
    surnames = [
        f"{one}{other}" for one in ("Xoch", "Tepe", "Quet", "Mixt") for other in ("il", "an", "zal", "oc", "eca")
    ]
    rows = {"first_name": ["Francisco", "Pancho"] * 20, "last_name_1": [one for one in surnames for _ in "ab"]}
    rows["birth_date"] = [f"{year}-{day}" for day in days for year in (2012, 2014)]
    columns = {name: TextColumn.of(rows.get(name, [""] * 40)) for name in MDE_LAYOUT.columns()}
    table = RecordTable(tuple(map(str, range(40))), columns, ("TX",) * 40)
    found = compare_rules(table, read_rulebook(sources_of([tmp_path])), load_rulebook())
    assert set(found.bands) == {("none", "near")}
    assert found.levels["Given names"] == len(found.changed)
    assert "Birth date" not in found.levels
    assert len(found.changed) >= 20


def test_changes_are_told_by_rule_id_without_repeating_tables(tmp_path: Path) -> None:
    old = _older(tmp_path, NAME_RULES, "id: ES-NICKNAME\n", "id: ES-NICKNAME-OLD\n")
    told = {(one.rule, one.change) for one in changes(old, load_rulebook())}
    assert told == {("ES-NICKNAME-OLD", "removed"), ("ES-NICKNAME", "added")}
    old = _older(tmp_path, NAME_RULES, "      Fco: [Francisco]\n", "")
    assert [(one.change, one.what) for one in changes(old, load_rulebook())] == [("changed", "table: 1 added")]
    old = _older(tmp_path, "policy.yaml", "near: 0.05", "near: 0.04")
    assert [(one.rule, one.what) for one in changes(old, load_rulebook())] == [("bands", "near 0.04 -> 0.05")]


def test_a_difference_over_the_stored_records_lists_ids_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    upload = write(small_sample(), tmp_path / "sample")[0]
    data, old, pairs = (
        tmp_path / "data",
        _edited(tmp_path, "policy.yaml", "near: 0.05", "near: 0.9"),
        tmp_path / "p.csv",
    )
    code, said = _run("rules", "diff", old, "--data", data)
    assert code == 1
    assert "No record is stored yet" in said
    assert _run("ingest", upload.path, "--state", upload.state, "--data", data)[0] == 0
    code, said = _run("rules", "diff", old, "--data", data, "--pairs", pairs)
    assert code == 0, said
    assert "changed policy.yaml: bands (near 0.9 -> 0.05)" in said
    assert "none -> near: would be shown to people" in said
    with pairs.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert all(row["id_a"].isdigit() and row["old_probability"] == "" for row in rows)
    assert {(row["old_band"], row["new_band"]) for row in rows} <= {("none", "near"), ("none", "auto")}


def test_a_difference_over_a_table_needs_no_store(tmp_path: Path) -> None:
    upload = write(small_sample(), tmp_path / "sample")[0]
    code, said = _run(
        "rules", "diff", _edited(tmp_path, NAME_RULES, "      Fco: [Francisco]\n", ""), "--table", upload.path
    )
    assert code == 0, said
    assert f"{upload.records} records" in said
    code, said = _run("rules", "diff", rule_path(NAME_RULES), "--table", upload.path)
    assert code == 0
    assert "says the same as the rules in force" in said
