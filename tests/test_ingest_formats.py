"""Workbooks and Parquet files: typed cells become the text that a person would have typed."""

from contextlib import suppress
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import InputFileError
from linkage.ingest.reasons import Reason
from tests.ingest_helpers import GOOD, fates, read, sheet, workbook

NAMES = list(GOOD)


def cells(**changes):
    return list((GOOD | changes).values())


def test_a_workbook_is_read_with_its_typed_cells(tmp_path):
    typed = cells(state_student_id=100, birth_date=date(2012, 8, 3), qualifying_arrival_date=45717, enrollment_type=1)
    result = read(tmp_path / "f.xlsx", workbook({"Students": sheet([NAMES, typed])}))
    values = result.rows[0].values
    assert (values["state_student_id"], values["birth_date"]) == ("100", "2012-08-03")
    assert (values["qualifying_arrival_date"], values["enrollment_type"]) == ("2025-03-01", "01")
    assert result.report.encoding == "XLSX workbook"
    assert result.report.notes == ("Sheet `Students` is read.",)


def test_rows_of_a_workbook_play_the_part_of_lines(tmp_path):
    rows = [NAMES, cells(), [None], cells(sex="Q"), NAMES, cells(first_name="A" * 32_767)]
    result = read(tmp_path / "f.xlsx", workbook({"S": sheet(rows, first=3)}))
    assert fates(result) == {4: "accepted", 6: "bad_code", 8: "accepted"}
    report = result.report
    assert (report.lines_read, report.blank, report.header_lines, report.adds_up) == (8, 3, 2, True)
    assert result.quarantined[0].text.split("\t") == list((GOOD | {"sex": "Q"}).values())


def test_the_sheet_with_known_headers_is_chosen_and_the_others_are_counted(tmp_path):
    sheets = {"Read me": sheet([["How to fill this in"]]), "Empty": "", "Data": sheet([NAMES, cells()])}
    result = read(tmp_path / "f.xlsx", workbook(sheets))
    assert result.report.accepted_rows == 1
    assert result.report.notes == ("Sheet `Data` is read.", "Sheets that are not read: 1.")


def test_true_and_false_cells_are_answers(tmp_path):
    content = workbook({"S": sheet([[*NAMES, "Twin", "PFS"], [*cells(), True, False]])})
    values = read(tmp_path / "f.xlsx", content).rows[0].values
    assert (values["multiple_birth"], values["pfs_flag"]) == ("Y", "N")


def test_an_empty_workbook_is_refused(tmp_path):
    with pytest.raises(InputFileError, match="no sheet with cells"):
        read(tmp_path / "f.xlsx", workbook({"S": ""}))


def test_a_stray_value_in_the_last_corner_is_refused_before_it_takes_all_memory(tmp_path):
    corner = '<row r="1048576"><c s="0" r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(InputFileError, match="spans 1,048,576 rows and 16,384 columns"):
        read(tmp_path / "f.xlsx", workbook({"S": sheet([NAMES, cells()]) + corner}))


def test_a_formatted_empty_cell_in_the_last_corner_is_harmless(tmp_path):
    corner = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert read(tmp_path / "f.xlsx", workbook({"S": sheet([NAMES, cells()]) + corner})).report.accepted_rows == 1


@pytest.mark.parametrize("at", range(200, 1400, 100))
def test_a_damaged_workbook_is_refused_or_read_but_never_fails_otherwise(tmp_path, at):
    content = bytearray(workbook({"S": sheet([NAMES, cells()])}))
    content[at : at + 8] = b"\xff\x00damage"[:8]
    with suppress(InputFileError):
        assert read(tmp_path / "f.xlsx", bytes(content)).report.adds_up


def parquet(path, columns):
    pq.write_table(pa.table(columns), path)
    return path.read_bytes()


def test_a_parquet_file_is_read_with_its_typed_columns(tmp_path):
    columns = {name: pa.array([text, None]) for name, text in GOOD.items()}
    columns |= {
        "state_student_id": pa.array([100, 101]),
        "birth_date": pa.array([date(2012, 8, 3), date(2013, 8, 3)]),
        "enrollment_date": pa.array(
            [datetime.fromisoformat(text) for text in ("2025-03-05 00:00", "2025-03-05 08:30")]
        ),
        "multiple_birth": pa.array([True, False]),
        "first_name": pa.array(["Ana", "Luz"]).dictionary_encode(),
        "score": pa.array([1.5, float("nan")]),
        "blob": pa.array([b"abc\xff", b""]),
    }
    result = read(tmp_path / "f.parquet", parquet(tmp_path / "made.parquet", columns))
    values = result.rows[0].values
    assert (values["state_student_id"], values["birth_date"], values["enrollment_date"]) == (
        "100",
        "2012-08-03",
        "2025-03-05",
    )
    assert (values["multiple_birth"], values["first_name"]) == ("Y", "Ana")
    assert result.rows[0].raw[-2:] == ("1.5", r"abc\xff")
    assert [(fault.line, fault.reason) for fault in result.quarantined] == [(2, Reason.MISSING_MANDATORY)]
    assert (result.report.lines_read, result.report.header_lines, result.report.adds_up) == (2, 0, True)
    assert result.report.encoding == "Parquet"


def test_a_nul_or_a_giant_in_a_typed_cell_is_quarantined(tmp_path):
    columns = {name: [text] * 3 for name, text in GOOD.items()} | {"first_name": ["A\0na", "A" * 40_000, "Ana"]}
    result = read(tmp_path / "f.parquet", parquet(tmp_path / "made.parquet", columns))
    assert fates(result) == {1: "nul_byte", 2: "oversized_cell", 3: "accepted"}
