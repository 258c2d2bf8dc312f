"""Which column holds which element: guessed, given, saved, and refused where it would be a guess too many."""

import pytest

from linkage.errors import ColumnMappingError
from linkage.ingest.mapping import ColumnMapping, map_columns, recognized
from tests.ingest_helpers import GOOD, MDE, read, row

PLAIN = list(GOOD)
BY_NUMBER = [str(MDE.element(column).number) for column in PLAIN]
SPANISH = [
    "Matrícula",
    "Nombre",
    "Apellido Paterno",
    "Sexo",
    "Fecha de Nacimiento",
    "Fecha de Llegada",
    "Fin de Elegibilidad",
]
SPANISH += ["Tipo de Inscripción", "Fecha de Inscripción"]
SCHOOL = ["SSID", "FName", "LName", "Gender", "DOB", "QAD", "EOE", "Enroll Type", "Entry Date"]


@pytest.mark.parametrize("header", [PLAIN, BY_NUMBER, SPANISH, SCHOOL, [f"MDE {n}" for n in BY_NUMBER]], ids=str)
def test_a_header_is_mapped_by_name_number_synonym_or_spanish_name(header):
    assert dict(map_columns(header, MDE).columns) == dict(zip(PLAIN, header, strict=True))


def test_the_order_of_the_columns_does_not_matter():
    assert map_columns(PLAIN[::-1], MDE) == map_columns(PLAIN, MDE)


def test_headers_that_no_element_uses_are_listed():
    assert map_columns([*PLAIN, "Shoe Size", "", "Bus"], MDE).unmapped == ("Shoe Size", "Bus")


def test_a_number_or_a_title_wins_over_a_synonym():
    mapping = map_columns([*PLAIN, "Student ID"], MDE)
    assert mapping.columns["state_student_id"] == "state_student_id"
    assert mapping.unmapped == ("Student ID",)


def test_an_optional_element_with_two_claimants_is_left_out_and_named():
    mapping = map_columns([*PLAIN, "Phone", "Phone Number"], MDE)
    assert mapping.contested == ("telephone",)
    assert "telephone" not in mapping.columns
    assert mapping.unmapped == ("Phone", "Phone Number")


def test_a_given_mapping_wins_and_the_rest_is_guessed():
    header = ["Surname used at school" if name == "last_name_1" else name for name in PLAIN] + ["Last Name"]
    mapping = map_columns(header, MDE, ColumnMapping({"last_name_1": "Surname used at school"}))
    assert mapping.columns["last_name_1"] == "Surname used at school"
    assert mapping.unmapped == ("Last Name",)


def test_a_given_header_is_found_apart_from_case_and_accents():
    mapping = map_columns([*PLAIN, "Año Escolar"], MDE, ColumnMapping({"school_name": "ANO ESCOLAR"}))
    assert mapping.columns["school_name"] == "Año Escolar"


def test_a_given_empty_header_says_that_there_is_no_such_column(tmp_path):
    given = ColumnMapping({"middle_name": ""})
    mapping = map_columns([*PLAIN, "Middle Name"], MDE, given)
    assert (mapping.columns["middle_name"], mapping.unmapped) == ("", ("Middle Name",))
    content = ",".join([*PLAIN, "Middle Name"]) + f"\n{row()},Luz"
    assert read(tmp_path / "f.csv", content, mapping=given).rows[0].values["middle_name"] == ""


def test_a_mapping_that_is_saved_and_given_back_gives_the_same_result(tmp_path):
    content = f"{','.join(SCHOOL)}\n{row()}"
    first = read(tmp_path / "f.csv", content)
    saved = ColumnMapping(first.report.mapping.columns)
    assert read(tmp_path / "f.csv", content, mapping=saved) == first


def test_options_are_read_and_laid_over_a_saved_mapping():
    options = ColumnMapping.from_options(["last_name_1=Apellido = Paterno", " middle_name ="], MDE)
    assert options.columns == {"last_name_1": "Apellido = Paterno", "middle_name": ""}
    saved = ColumnMapping({"last_name_1": "Last", "first_name": "First"})
    assert saved.overridden_by(options).columns == {
        "last_name_1": "Apellido = Paterno",
        "first_name": "First",
        "middle_name": "",
    }


@pytest.mark.parametrize("option", ["last_name_1", "shoe_size=Shoe", "=Shoe", ""])
def test_an_option_that_names_no_element_is_refused_with_the_names_of_all(option):
    with pytest.raises(ColumnMappingError, match="does not name an element") as refusal:
        ColumnMapping.from_options([option], MDE)
    assert "residency_verification_date" in refusal.value.remedy


@pytest.mark.parametrize("element", MDE.mandatory, ids=lambda element: element.column)
def test_a_mandatory_element_without_a_column_is_named_with_what_is_left_and_what_to_write(element):
    header = ["Shoe Size" if name == element.column else name for name in PLAIN]
    with pytest.raises(ColumnMappingError) as refusal:
        map_columns(header, MDE)
    assert f"{element.title} (MDE {element.number}, `{element.column}`)" in refusal.value.message
    assert "Columns left over: `Shoe Size`" in refusal.value.message
    assert f'--map {element.column}="Shoe Size"' in refusal.value.remedy


def test_one_of_the_four_dates_needs_a_column():
    with pytest.raises(ColumnMappingError, match="None of these dates has a column"):
        map_columns(PLAIN[:-1], MDE)
    assert map_columns([*PLAIN[:-1], "MDE 70"], MDE).columns["residency_date"] == "MDE 70"


def test_a_mandatory_element_with_two_claimants_is_refused():
    with pytest.raises(ColumnMappingError, match="claimed by 2 columns: `DOB`, `Birthday`") as refusal:
        map_columns([name for name in PLAIN if name != "birth_date"] + ["DOB", "Birthday"], MDE)
    assert '--map birth_date="DOB"' in refusal.value.remedy


def test_two_columns_of_one_name_must_be_renamed_if_the_name_is_needed():
    with pytest.raises(ColumnMappingError, match="claimed by 2 columns") as refusal:
        map_columns([*PLAIN, "sex"], MDE)
    assert "Rename" in refusal.value.remedy
    assert map_columns([*PLAIN, "Notes", "Notes"], MDE).unmapped == ("Notes", "Notes")


@pytest.mark.parametrize("given", [{"first_name": "Gone"}, {"first_name": "Notes"}])
def test_a_given_header_that_is_gone_or_there_twice_is_refused(given):
    with pytest.raises(ColumnMappingError, match="is mapped to") as refusal:
        map_columns([*PLAIN, "Notes", "Notes"], MDE, ColumnMapping(given))
    assert "--map first_name=" in refusal.value.remedy


def test_one_header_cannot_be_given_to_two_elements():
    with pytest.raises(ColumnMappingError, match="mapped to `first_name`, `middle_name`"):
        map_columns(PLAIN, MDE, ColumnMapping({"first_name": "sex", "middle_name": "sex"}))


def test_known_headers_are_counted():
    assert recognized(["First Name", "MDE 10", "Shoe Size"], MDE) == 2
