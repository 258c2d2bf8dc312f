"""Each reason for quarantine, and each fault for which a whole file is refused."""

import gzip
import io
import zipfile

import pytest

from linkage.errors import InputFileError
from linkage.ingest.reasons import CAUTIONS, REASONS, Caution, Reason
from tests.ingest_helpers import GOOD, HEADER, read, read_rows, row, wide

LINE_FAULTS = {
    Reason.MISSING_MANDATORY: (row(first_name=" "), "first_name"),
    Reason.NO_ENROLLMENT_DATE: (row(enrollment_date=""), ""),
    Reason.BAD_DATE: (row(qualifying_arrival_date="2025-02-30"), "qualifying_arrival_date"),
    Reason.BIRTH_DATE_OUT_OF_RANGE: (row(birth_date="2026-11-22"), "birth_date"),
    Reason.BAD_CODE: (row(sex="Q"), "sex"),
    Reason.RAGGED_ROW: (row() + ",more", ""),
    Reason.UNTERMINATED_QUOTE: (row(first_name='"Ana'), ""),
    Reason.STRAY_QUOTE: (row(first_name='"A"na"'), ""),
    Reason.NUL_BYTE: (row(first_name="A\0na"), ""),
    Reason.OVERSIZED_CELL: (row(first_name="A" * 1_000_000), ""),
}


@pytest.mark.parametrize("reason", LINE_FAULTS)
def test_a_faulty_line_is_quarantined_with_its_reason_and_its_neighbours_are_accepted(tmp_path, reason):
    line, field = LINE_FAULTS[reason]
    result = read_rows(tmp_path / "f.csv", row(state_student_id="1"), line, row(state_student_id="3"))
    assert [accepted.values["state_student_id"] for accepted in result.rows] == ["1", "3"]
    [fault] = result.quarantined
    assert (fault.line, fault.last_line, fault.reason, fault.field) == (3, 3, reason, field)
    assert fault.text == line + "\n"
    assert result.report.adds_up


def test_a_line_of_bytes_that_are_no_text_is_quarantined(tmp_path):
    content = "\n".join([HEADER, row(), row(first_name="A\udcffna"), row(first_name="Begoña")]).encode(
        errors="surrogateescape"
    )
    result = read(tmp_path / "f.csv", content)
    assert [(fault.line, fault.reason) for fault in result.quarantined] == [(3, Reason.UNDECODABLE)]
    assert r"A\xffna" in result.quarantined[0].text


def test_every_reason_has_a_test_above():
    assert set(LINE_FAULTS) | {Reason.UNDECODABLE} == set(Reason)


def test_every_reason_and_caution_is_explained_in_words():
    assert set(REASONS) == set(Reason)
    assert all(words.sentence.endswith(".") and words.remedy.endswith(".") for words in REASONS.values())
    assert set(CAUTIONS) == set(Caution)


def test_what_is_said_of_a_fault_carries_no_data(tmp_path):
    result = read_rows(
        tmp_path / "f.csv", *(line for line, _ in LINE_FAULTS.values()), row(birth_date="3 Brumaire 2012")
    )
    told = " ".join(fault.found for fault in result.quarantined)
    assert not any(secret in told for secret in ("Ana", "García", "Brumaire", "2025", "2026"))
    assert result.quarantined[-1].found == "`9 aaaaaaaa 9999`"


@pytest.mark.parametrize("date", ["1899-12-31", "01/01/1801", "2026-11-22", "2099-01-01"])
def test_a_birth_date_in_the_future_or_before_1900_is_quarantined(tmp_path, date):
    [fault] = read_rows(tmp_path / "f.csv", row(birth_date=date)).quarantined
    assert fault.reason is Reason.BIRTH_DATE_OUT_OF_RANGE


def test_a_child_born_today_is_accepted(tmp_path):
    assert not read_rows(tmp_path / "f.csv", row(birth_date="2026-11-21")).quarantined


def test_the_only_enrollment_date_misspelt_is_a_bad_date(tmp_path):
    [fault] = read_rows(tmp_path / "f.csv", row(enrollment_date="soon")).quarantined
    assert (fault.reason, fault.field) == (Reason.BAD_DATE, "enrollment_date")


def test_one_of_the_four_dates_is_enough(tmp_path):
    header, line = wide(enrollment_date="", residency_verification_date="2025-04-01")
    result = read(tmp_path / "f.csv", f"{header}\n{line}")
    assert result.rows[0].values["residency_verification_date"] == "2025-04-01"


def zipped(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(name, HEADER)
    return buffer.getvalue()


WHOLE_FILES = {
    "empty": ("f.csv", b"", "empty"),
    "white space": ("f.csv", b" \r\n\t\n", "empty"),
    "only a mark": ("f.csv", b"\xef\xbb\xbf", "empty"),
    "blank lines of commas aside": ("f.csv", b"sep=,\n\n", "no line with text"),
    "zip as csv": ("f.csv", zipped("a.csv"), "ZIP"),
    "gzip": ("f.csv", gzip.compress(b"a"), "gzip"),
    "old workbook": ("f.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel"),
    "pdf": ("f.csv", b"%PDF-1.7\n...", "PDF"),
    "parquet as csv": ("f.csv", b"PAR1....PAR1", "Parquet"),
    "web page": ("f.csv", b"\n<!DOCTYPE html><html>", "web page"),
    "binary": ("f.csv", bytes(range(1, 32)) * 50, "control bytes"),
    "zeros": ("f.csv", bytes(1000), "UTF-16|cannot be read"),
    "utf-16 without mark": ("f.csv", f"{HEADER}\n{row()}".encode("utf-16-le"), "UTF-16"),
    "utf-16 big end first, without mark": ("f.csv", f"{HEADER}\n{row()}".encode("utf-16-be"), "UTF-16"),
    "no header": ("f.csv", f"{row()}\n{row()}".encode(), "no column name"),
    "no header and no date": ("f.csv", b"Ana,Maria\nLuz,Elena", "no column name"),
    "nul in the header": ("f.csv", f"{HEADER}\0\n{row()}".encode(), "header .line 1."),
    "quote open in the header": ("f.csv", f'"{HEADER}\n{row()}\n{row()}'.encode(), "header .line 1."),
    "csv as xlsx": ("f.xlsx", HEADER.encode(), "no Excel workbook"),
    "zip as xlsx": ("f.xlsx", zipped("a.csv"), "no Excel workbook"),
    "csv as parquet": ("f.parquet", HEADER.encode(), "Parquet"),
}


@pytest.mark.parametrize("case", WHOLE_FILES)
def test_a_file_that_cannot_be_read_at_all_is_refused_by_name_with_a_remedy(tmp_path, case):
    name, content, words = WHOLE_FILES[case]
    with pytest.raises(InputFileError, match=words) as refusal:
        read(tmp_path / name, content)
    assert refusal.value.message.startswith(f"{name}: ")
    assert refusal.value.remedy
    assert not any(cell in str(refusal.value) for cell in (GOOD["last_name_1"], GOOD["birth_date"], "Ana"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    from linkage.ingest.table import read_plain_table

    with pytest.raises(InputFileError, match=r"gone\.csv: cannot be read"):
        read_plain_table(tmp_path / "gone.csv")


def test_an_open_quote_in_the_header_does_not_take_data_into_the_message(tmp_path):
    content = (
        f"{HEADER.replace('last_name_1', chr(34) + 'last_name_1')}\n{row(last_name_1=chr(34) + 'Secreto' + chr(34))}\n"
    )
    with pytest.raises(InputFileError) as refusal:
        read(tmp_path / "f.csv", content)
    assert "Secreto" not in str(refusal.value)
