"""What the plain-table commands say of paths, headers and dates that are not what somebody meant."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from linkage.cli import main
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.tables import join, read_records
from linkage.errors import ColumnMappingError, ModelError
from linkage.records import RecordTable, TextColumn

NEEDED = "a_first_name,a_last_name_1,a_birth_date,b_first_name,b_last_name_1,b_birth_date"
PAIR = "Ana,Xochitl,2012-08-03,ANA,XOCHITL,08/03/2012"


def _run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(word) for word in words])
    return result.exit_code, " ".join(result.output.split())


def _file(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _table(ids: tuple[str, ...], source: str, **columns: tuple[str, ...]) -> RecordTable:
    return RecordTable(ids, {name: TextColumn.of(texts) for name, texts in columns.items()}, (source,) * len(ids))


@pytest.mark.parametrize("command", ["link", "score-pairs", "train"])
def test_a_folder_that_is_not_there_is_said_before_any_work(command: str, tmp_path: Path) -> None:
    table = _file(tmp_path / "pairs.csv", NEEDED, PAIR)
    code, said = _run(command, table, "--out", tmp_path / "nowhere" / "out.csv")
    assert code == 2
    assert "there is no folder" in said


def test_scoring_a_scored_file_again_replaces_the_answers(tmp_path: Path) -> None:
    pairs = _file(tmp_path / "pairs.csv", f"note,{NEEDED},label", f"first,{PAIR},same")
    once, twice = tmp_path / "once.csv", tmp_path / "twice.csv"
    assert _run("score-pairs", pairs, "--out", once)[0] == 0
    assert _run("score-pairs", once, "--out", twice)[0] == 0
    assert once.read_bytes() == twice.read_bytes()
    with once.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file))[:8] == ["note", *NEEDED.split(","), "label"]


def test_what_is_not_compared_is_said(tmp_path: Path) -> None:
    pairs = _file(tmp_path / "pairs.csv", f"{NEEDED},a_parent1_fisrt", f"{PAIR.replace('2012-08-03', 'soon')},Eva")
    code, said = _run("score-pairs", pairs, "--out", tmp_path / "out.csv")
    assert code == 0
    assert "not compared: a_parent1_fisrt." in said
    assert "count as missing: 1." in said


def test_a_misread_birth_date_is_counted_by_link_too(tmp_path: Path) -> None:
    table = _file(tmp_path / "t.csv", "first_name,last_name_1,birth_date", "Ana,Xochitl,soon", "Eva,Cruz,2012-08-03")
    code, said = _run("link", table, "--out", tmp_path / "out.csv")
    assert code == 0
    assert "count as missing: 1." in said


def test_link_goes_on_without_the_lines_that_cannot_be_read_and_accounts_for_them(tmp_path: Path) -> None:
    rows = ["Ana,Xochitl,2012-08-03", "Ana,Xochitl", 'Eva,"Cruz,2012-08-03', "Eva,Cruz,2012-08-03"]
    table = _file(tmp_path / "t.csv", "first_name,last_name_1,birth_date", *rows)
    code, said = _run("link", table, "--out", tmp_path / "out.csv")
    assert code == 0
    assert "2 lines could not be read; their records are in no result." in said
    assert "t.csv, line 3: The row does not have as many cells as the header." in said
    with (tmp_path / "out.unread.csv").open(encoding="utf-8", newline="") as file:
        unread = list(csv.DictReader(file))
    assert [(one["file"], one["line"], one["text"].strip()) for one in unread] == [
        ("t.csv", "3", rows[1]),
        ("t.csv", "4", rows[2]),
    ]
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [one["record_id"] for one in csv.DictReader(file)] == ["1", "4"]  # the numbers of the rows of the file


def test_nothing_is_written_of_unread_lines_when_there_are_none(tmp_path: Path) -> None:
    table = _file(tmp_path / "t.csv", "first_name,last_name_1,birth_date", "Ana,Xochitl,2012-08-03")
    code, said = _run("link", table, "--out", tmp_path / "out.csv")
    assert code == 0
    assert "could not be read" not in said
    assert not (tmp_path / "out.unread.csv").exists()


def test_a_table_of_which_no_line_can_be_read_is_refused_with_a_few_of_them(tmp_path: Path) -> None:
    table = _file(tmp_path / "t.csv", "first_name,last_name_1,birth_date", *["Ana,Xochitl"] * 7)
    code, said = _run("link", table, "--out", tmp_path / "out.csv")
    assert code == 1
    assert "7 lines could not be read: line 2 (ragged_row), line 3" in said
    assert "line 6 (ragged_row) and more." in said


def test_two_columns_of_one_element_are_refused_not_picked_from() -> None:
    table = _table(("1",), "A", **{"First Name": ("Ana",), "Given Name": ("Eva",), "last_name_1": ("X",), "DOB": ("",)})
    with pytest.raises(ColumnMappingError, match="`First Name`, `Given Name`"):
        canonical_columns(table)


def test_an_upload_has_its_columns_under_their_canonical_names_and_the_absent_ones_empty() -> None:
    table = _table(("1",), "A", **{"MDE 4": ("Ana",), "Last Name 1": ("X",), "DOB": ("2012-08-03",), "shoe": ("31",)})
    columns = {name: tuple(texts) for name, texts in canonical_columns(table).columns.items()}
    assert (columns["first_name"], columns["birth_date"], columns["parent1_last"]) == (("Ana",), ("2012-08-03",), ("",))
    assert "shoe" not in columns


@pytest.mark.parametrize(
    ("header", "wanted", "ids"),
    [("record_id,id", "", ("a", "c")), ("id,x", "", ("a", "c")), ("x,y", "", ("1", "2")), ("x,y", "y", ("b", "d"))],
)
def test_ids_come_from_the_column_named_or_the_first_usual_one_or_the_row_number(
    tmp_path: Path, header: str, wanted: str, ids: tuple[str, ...]
) -> None:
    assert read_records(_file(tmp_path / "t.csv", header, "a,b", "c,d"), wanted, "A")[0].ids == ids


def test_ids_that_are_not_unique_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not unique"):
        read_records(_file(tmp_path / "t.csv", "id,x", "a,1", "a,2"), "", "A")


def test_joined_tables_keep_ids_apart_and_fill_the_columns_that_one_lacks() -> None:
    both = join(_table(("1", "2"), "A", x=("a", "b")), _table(("2", "3"), "B", y=("c", "d")))
    assert both.ids == ("1", "A:2", "B:2", "3")
    columns = {name: tuple(texts) for name, texts in both.columns.items()}
    assert columns == {"x": ("a", "b", "", ""), "y": ("", "", "c", "d")}
    assert both.sources == ("A", "A", "B", "B")


def test_a_database_that_cannot_be_opened_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEARMATCH_DATABASE_URL", raising=False)
    below_a_file = _file(tmp_path / "file", "x") / "data"
    code, said = _run("verify", "--data", below_a_file)
    assert code == 1
    assert "cannot be opened: " in said
    monkeypatch.setenv("NEARMATCH_DATABASE_URL", "no address")
    code, said = _run("verify")
    assert code == 1
    assert "that NEARMATCH_DATABASE_URL names cannot be opened" in said


def test_a_file_that_is_no_database_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEARMATCH_DATABASE_URL", raising=False)
    (tmp_path / "nearmatch.sqlite3").write_bytes(b"not a database" * 100)
    code, said = _run("verify", "--data", tmp_path)
    assert code == 1
    assert "file is not a database" in said


def test_rules_from_a_folder_that_is_not_there_are_not_quietly_those_as_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEARMATCH_RULES", str(tmp_path / "nowhere"))
    code, said = _run("score-pairs", _file(tmp_path / "pairs.csv", NEEDED, PAIR), "--out", tmp_path / "out.csv")
    assert code == 1
    assert "there is no such folder" in said


def test_weights_that_lack_a_level_are_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = Path(__file__).parent.parent / "rules" / "weights.yaml"
    (tmp_path / "weights.yaml").write_text(shipped.read_text(encoding="utf-8").replace("both_same:", "both_sam:", 1))
    monkeypatch.setenv("NEARMATCH_RULES", str(tmp_path))
    code, said = _run("score-pairs", _file(tmp_path / "pairs.csv", NEEDED, PAIR), "--out", tmp_path / "out.csv")
    assert code == 1
    assert "no weights for the level `both_same` of the field `surname`" in said
