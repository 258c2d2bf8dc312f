"""Cells become values: what is accepted, what is kept as sent, and what is worth a warning."""

import pytest

from linkage.ingest.reasons import Caution, Reason
from tests.ingest_helpers import GOOD, MDE, read, read_rows, row, wide


def value_of(tmp_path, column, text):
    header, line = wide(**{column: text})
    return read(tmp_path / "f.csv", f"{header}\n{line}").rows[0].values[column]


def warnings(result):
    return [(each.caution, each.field, each.rows, each.first_line) for each in result.report.warnings]


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("birth_date", "8/3/2012", "2012-08-03"),
        ("birth_date", "03-Aug-12", "2012-08-03"),
        ("qualifying_arrival_date", "20250301", "2025-03-01"),
        ("eligibility_expiration_date", "2/28/28", "2028-02-28"),
        ("sex", "Niña", "F"),
        ("enrollment_type", "6", "06"),
        ("enrollment_type", "Residency only", "06"),
        ("multiple_birth", "Sí", "Y"),
        ("pfs_flag", "FALSE", "N"),
        ("grade_level", "1st grade", "01"),
        ("grade_level", "Kinder", "KG"),
        ("grade_level", "OSY", "OS"),
        ("birth_state", "Michoacán de Ocampo", "MIC"),
        ("birth_state", "Texas", "TX"),
        ("birth_country", "MEX", "MX"),
        ("birth_date_verification", "Birth certificate", "1004"),
        ("med_alert", "NONE", "None"),
        ("middle_name", "Null", "Null"),
        ("middle_name", "  Ma.   Elena ", "Ma. Elena"),
        ("birth_city", "NULL", ""),
        ("last_name_1", "DE LA CRUZ-Peña", "DE LA CRUZ-Peña"),
        ("state_student_id", '="00012"', "00012"),
        ("school_id", "n/a", ""),
    ],
)
def test_a_cell_becomes_its_value(tmp_path, column, text, value):
    assert value_of(tmp_path, column, text) == value


def test_every_element_has_a_value_and_the_row_is_kept_as_sent(tmp_path):
    [accepted] = read_rows(tmp_path / "f.csv", row(first_name=" Ana ", birth_date="8/3/12")).rows
    assert tuple(accepted.values) == MDE.columns
    assert accepted.raw == tuple((GOOD | {"first_name": " Ana ", "birth_date": "8/3/12"}).values())


@pytest.mark.parametrize("text", ["NULL", "#N/A", "-"])
def test_a_missing_id_is_missing_whatever_the_database_calls_it(tmp_path, text):
    [fault] = read_rows(tmp_path / "f.csv", row(state_student_id=text)).quarantined
    assert (fault.reason, fault.field) == (Reason.MISSING_MANDATORY, "state_student_id")


def test_an_optional_value_that_is_not_understood_is_missing_and_counted(tmp_path):
    header, line = wide(withdrawal_date="99/99/9999", grade_level="13", multiple_birth="perhaps", birth_state="Jalapa")
    result = read(tmp_path / "f.csv", f"{header}\n{line}\n{line}")
    values = result.rows[0].values
    assert (values["withdrawal_date"], values["grade_level"], values["multiple_birth"], values["birth_state"]) == (
        "",
        "",
        "",
        "Jalapa",
    )
    assert warnings(result) == [
        (Caution.UNKNOWN_CODE, "birth_state", 2, 2),
        (Caution.UNKNOWN_CODE, "grade_level", 2, 2),
        (Caution.UNKNOWN_CODE, "multiple_birth", 2, 2),
        (Caution.UNREADABLE_DATE, "withdrawal_date", 2, 2),
    ]
    assert "99/99/9999" in result.rows[0].raw


@pytest.mark.parametrize("filler", ["9999-12-31", "1/1/1753", "0001-01-01"])
def test_an_open_end_filler_is_no_date(tmp_path, filler):
    assert value_of(tmp_path, "withdrawal_date", filler) == ""
    assert read_rows(tmp_path / "f.csv", row(qualifying_arrival_date=filler)).quarantined[0].reason is Reason.BAD_DATE


def test_text_that_is_too_long_is_kept_and_counted(tmp_path):
    result = read_rows(tmp_path / "f.csv", row(first_name="A" * 51), row(first_name="A" * 50))
    assert result.rows[0].values["first_name"] == "A" * 51
    assert warnings(result) == [(Caution.OVER_LONG, "first_name", 1, 2)]


def test_an_unlikely_age_is_accepted_and_counted(tmp_path):
    result = read_rows(tmp_path / "f.csv", row(birth_date="1989-05-05"), row(birth_date="2005-05-05"))
    assert len(result.rows) == 2
    assert warnings(result) == [(Caution.UNLIKELY_AGE, "birth_date", 1, 2)]


def test_warnings_of_quarantined_rows_are_not_counted(tmp_path):
    assert not warnings(read_rows(tmp_path / "f.csv", row(first_name="A" * 51, enrollment_type="99")))


def test_m_is_male_where_f_occurs(tmp_path):
    result = read_rows(tmp_path / "f.csv", row(sex="M"), row(sex="F"), row(sex="H"))
    assert [each.values["sex"] for each in result.rows] == ["M", "F", "M"]
    assert not result.report.notes


def test_h_and_m_are_hombre_and_mujer_where_no_f_occurs_and_the_report_says_so(tmp_path):
    result = read_rows(tmp_path / "f.csv", row(sex="M"), row(sex="H"), row(sex="m"))
    assert [each.values["sex"] for each in result.rows] == ["F", "M", "F"]
    assert "mujer" in result.report.notes[0]


def test_a_day_first_column_is_read_so_throughout_and_the_report_says_so(tmp_path):
    days = ["13/08/2012", "03/08/2012", "31/12/2012", "25/01/2013"]
    result = read_rows(tmp_path / "f.csv", *(row(birth_date=day, enrollment_date="1/2/2025") for day in days))
    assert [each.values["birth_date"] for each in result.rows] == [
        "2012-08-13",
        "2012-08-03",
        "2012-12-31",
        "2013-01-25",
    ]
    assert {each.values["enrollment_date"] for each in result.rows} == {"2025-01-02"}
    assert result.report.notes == ("Column `birth_date`: dates are read as day/month/year.",)


def test_one_day_first_date_does_not_turn_the_column(tmp_path):
    result = read_rows(tmp_path / "f.csv", row(birth_date="13/08/2012"), row(birth_date="03/08/2012"))
    assert [fault.reason for fault in result.quarantined] == [Reason.BAD_DATE]
    assert result.rows[0].values["birth_date"] == "2012-03-08"


def test_reasons_are_counted_by_field_with_their_first_lines(tmp_path):
    faults = [row(sex="Q")] * 7 + [row(birth_date="soon")]
    counts = read_rows(tmp_path / "f.csv", row(), *faults).report.reasons
    assert [(each.reason, each.field, each.lines, each.first_lines) for each in counts] == [
        (Reason.BAD_CODE, "sex", 7, (3, 4, 5, 6, 7)),
        (Reason.BAD_DATE, "birth_date", 1, (10,)),
    ]
