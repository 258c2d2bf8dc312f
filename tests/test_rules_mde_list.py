"""The element list: complete, without collisions, and every header and spelling leads to one element or code."""

import pytest

from rules.errors import RuleFileError
from rules.mde_list import CURRENT, Claim, fold, load_mde_list
from rules.rule_paths import FOLDER_VARIABLE, rule_path

MDE = load_mde_list()

COLUMNS = {
    2: "state_student_id",
    4: "first_name",
    6: "last_name_1",
    9: "sex",
    10: "birth_date",
    20: "qualifying_arrival_date",
    26: "eligibility_expiration_date",
    28: "enrollment_date",
    29: "enrollment_type",
    42: "grade_level",
    49: "withdrawal_date",
    70: "residency_date",
    73: "residency_verification_date",
}


def test_the_numbers_and_the_mandatory_elements_are_those_of_the_federal_list():
    assert [element.number for element in MDE.elements] == [*range(2, 27), *range(28, 48), 49, 70, 73]
    assert [element.number for element in MDE.mandatory] == [2, 4, 6, 9, 10, 20, 26, 29]
    assert [MDE.element(column).number for column in MDE.at_least_one] == [28, 49, 70, 73]
    assert {number: element.column for element in MDE.elements if (number := element.number) in COLUMNS} == COLUMNS


def test_blocks_hold_the_demographic_and_move_elements():
    assert len(MDE.block("demographic")) == 18
    assert MDE.block("move")[0] == "qualifying_arrival_date"


@pytest.mark.parametrize("element", MDE.elements, ids=lambda element: element.column)
def test_every_header_of_an_element_means_it_and_nothing_else(element):
    number = element.number
    exact = [
        element.column,
        element.title,
        element.title.upper(),
        f"{number}",
        f"#{number}",
        f"MDE {number}",
        f"mde{number:02}",
    ]
    exact += [
        f"MDE{number:02} {element.title}",
        f"MDE_{number}_{element.column}",
        f"{number}. {element.title}",
        f"MDE #{number}: whatever",
    ]
    assert {MDE.claim(header) for header in exact} == {Claim(element.column, exact=True)}
    for synonym in element.synonyms:
        for header in (synonym, synonym.upper(), synonym.replace(" ", "_"), f" {synonym} "):
            assert MDE.claim(header) == Claim(element.column, exact=False)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Comment",
        "MDE 27",
        "MDE 1",
        "99",
        "3 Year Plan",
        "MDE 4 Last Name 1",
        "4 Last Name 1",
        "1st Name",
        "2012",
        "4th",
        "#",
        "12345",
    ],
)
def test_a_header_that_names_no_element_or_contradicts_itself_is_not_claimed(header):
    assert MDE.claim(header) is None


@pytest.mark.parametrize("name", MDE.code_lists)
def test_every_spelling_of_a_code_is_found(name):
    codes = MDE.code_lists[name]
    for code, spellings in codes.codes.items():
        assert {codes.find(text) for text in (code, *spellings, code.lower(), spellings[0].upper())} == {code}
    assert codes.find("no such thing") is None


def test_michoacan_is_not_michigan():
    states = MDE.code_lists["states"]
    assert (states.find("Mich."), states.find("MI"), states.find("michoacan de ocampo")) == ("MIC", "MI", "MIC")
    assert (states.title("MIC"), states.title("Jalapa")) == ("Michoacán", "Jalapa")


def test_folding_takes_case_accents_and_punctuation_away():
    assert fold(" Año-de_NACIMIENTO (1°) ") == "anodenacimiento1"


BREAKS = {
    "a header of two elements": ("synonyms: [Student Middle Name,", "synonyms: [First Name,", "stands twice: for"),
    "a spelling of two codes": ("M: [Male,", "M: [Female,", "spelling of both"),
    "a number twice": ("{number: 3,", "{number: 2,", "stands twice"),
    "an unknown code list": ("codes: grades", "codes: grads", "does not exist"),
    "a code without a list": ("type: code, codes: grades,", "type: code,", "names no code list"),
    "an unknown column in at_least_one": ("[enrollment_date, w", "[enrolment_date, w", "not a column"),
    "an unknown type": ("type: sex,", "type: gender,", "Input should be"),
}


@pytest.mark.parametrize("case", BREAKS)
def test_a_list_that_contradicts_itself_is_refused_with_the_reason(tmp_path, case):
    old, new, reason = BREAKS[case]
    text = rule_path(CURRENT).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError, match=reason):
        load_mde_list(path)


def test_a_list_of_ones_own_is_read_instead_of_the_shipped_one(tmp_path, monkeypatch):
    own = tmp_path / CURRENT
    own.parent.mkdir()
    shipped = rule_path(CURRENT).read_text(encoding="utf-8")
    own.write_text(shipped.replace("synonyms: [", "synonyms: [Vorname, ", 1), encoding="utf-8")
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    assert load_mde_list().claim("Vorname")
    monkeypatch.delenv(FOLDER_VARIABLE)
    assert load_mde_list().claim("Vorname") is None


def test_a_column_that_is_not_in_the_list_is_refused():
    with pytest.raises(ValueError, match="shoe_size"):
        MDE.element("shoe_size")
