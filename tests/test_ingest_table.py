"""Plain tables for `link` and `score-pairs`, and the folding of rows into students."""

import pytest

from linkage.errors import ColumnMappingError
from linkage.ingest.folding import fold_students
from linkage.ingest.reasons import Reason
from linkage.ingest.table import read_plain_table
from tests.ingest_helpers import MDE, read, read_rows, row, sheet, wide, workbook


def table(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_plain_table(path)


def test_a_table_with_columns_of_its_own_is_read_and_trimmed(tmp_path):
    found = table(
        tmp_path / "febrl.csv", "rec_id, given_name, soc_sec_id\nrec-0-org, michaela , 5304218\n\nrec-1-org,, 9\n"
    )
    assert found.headers == ("rec_id", "given_name", "soc_sec_id")
    assert found.rows == [("rec-0-org", "michaela", "5304218"), ("rec-1-org", "", "9")]
    assert found.lines.tolist() == [2, 4]
    assert found.column("given_name") == ("michaela", "")
    assert not found.faults


def test_ragged_lines_are_reported_and_the_others_are_read(tmp_path):
    found = table(tmp_path / "t.csv", 'a,b,c,d\n1,2,3,4\n1,2\n"x,2,3,4\n5,6,7,8\n')
    assert found.rows == [("1", "2", "3", "4"), ("5", "6", "7", "8")]
    assert [(fault.line, fault.reason) for fault in found.faults] == [
        (3, Reason.RAGGED_ROW),
        (4, Reason.UNTERMINATED_QUOTE),
    ]


def test_prose_with_commas_and_line_breaks_is_one_cell_of_a_narrow_table(tmp_path):
    found = table(tmp_path / "t.csv", 'id,note\n1,"Dear all,\nyes, please,\nthanks, bye"\n2,x\n')
    assert found.rows == [("1", "Dear all,\nyes, please,\nthanks, bye"), ("2", "x")]
    assert found.lines.tolist() == [2, 5]


def test_an_address_with_a_comma_and_a_line_break_is_one_cell(tmp_path):
    found = table(tmp_path / "t.csv", 'id,name,sex,address,zip\n1,Ana,F,"1 Main, Apt 4\nPasco, WA",99301\n')
    assert found.rows == [("1", "Ana", "F", "1 Main, Apt 4\nPasco, WA", "99301")]


def test_a_column_without_a_name_is_called_after_its_place(tmp_path):
    assert table(tmp_path / "t.tsv", "id\t\tname\n1\t2\t3\n").headers == ("id", "column_2", "name")


def test_a_table_of_one_column_is_a_table(tmp_path):
    assert table(tmp_path / "t.csv", "name\nAna\nLuz\n").rows == [("Ana",), ("Luz",)]


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(ColumnMappingError, match="more than one column is called `a`"):
        table(tmp_path / "t.csv", "a,b,a\n1,2,3\n")


def test_a_workbook_is_a_table_too(tmp_path):
    found = table(tmp_path / "t.xlsx", workbook({"S": sheet([["id", "name"], [1, "Ana"], [2, None]])}))
    assert found.rows == [("1", "Ana"), ("2", "")]


def test_rows_of_a_student_are_folded_with_the_demographics_of_the_last(tmp_path):
    lines = [
        row(state_student_id="7", first_name="Ana"),
        row(state_student_id="8"),
        row(state_student_id="7", first_name="Anita"),
    ]
    result = read_rows(tmp_path / "f.csv", *lines, row(state_student_id="8", enrollment_date="2025-09-01"))
    folded = fold_students(result.rows, MDE)
    assert [(each.state_student_id, [r.line for r in each.rows]) for each in folded.students] == [
        ("7", [2, 4]),
        ("8", [3, 5]),
    ]
    assert folded.students[0].demographics["first_name"] == "Anita"
    assert set(folded.students[0].demographics) == set(MDE.block("demographic"))
    assert (folded.disagreeing, folded.disagreeing_lines) == (1, (4,))


def test_a_student_who_changes_back_still_disagrees(tmp_path):
    names = ["Ana", "Anita", "Ana"]
    folded = fold_students(read_rows(tmp_path / "f.csv", *(row(first_name=name) for name in names)).rows, MDE)
    assert (folded.disagreeing, folded.disagreeing_lines) == (1, (3,))


def test_ids_that_differ_in_a_letter_are_two_students(tmp_path):
    header, line = wide(state_student_id="a1")
    result = read(tmp_path / "f.csv", f"{header}\n{line}\n{line.replace('a1', 'A1')}")
    assert len(fold_students(result.rows, MDE).students) == 2


def test_no_rows_are_no_students():
    assert fold_students([], MDE).students == ()
