"""A table of records -> StandardTable: tokens, dates, codes, and what travels between columns."""

from dataclasses import replace

import numpy as np
import pytest

from linkage.records import MISSING, StandardTable, TextColumn
from linkage.standardize import Layout, NameLayout, build_tokens, standardize
from linkage.standardize.dates import read_date
from linkage.standardize.layout import MDE_LAYOUT, CodeKind
from tests.standardize_helpers import RULEBOOK, TABLES, standard, table_of


def tokens(table: StandardTable, role: str, row: int) -> list[str]:
    column = table.names[role]
    codes = column.tokens[column.offsets[row] : column.offsets[row + 1]]
    return [table.tokens.tokens[code].text for code in codes]


def value(table: StandardTable, column: str, row: int) -> str | None:
    code = table.codes[column].codes[row]
    return None if code == MISSING else table.codes[column].values[code]


@pytest.mark.parametrize(
    ("text", "numbers", "valid", "soft"),
    [
        ("2012-08-03", (2012, 8, 3), True, False),
        ("08/03/2012", (2012, 8, 3), True, False),
        ("19450332", (1945, 3, 32), False, False),
        ("2012-13-03", (2012, 13, 3), False, False),
        ("2009-01-01", (2009, 1, 1), True, True),
        ("1900-01-01", (0, 0, 0), False, False),
        ("9999-12-31", (0, 0, 0), False, False),
        ("0000-00-00", (0, 0, 0), False, False),
        ("soon", (0, 0, 0), False, False),
        ("", (0, 0, 0), False, False),
    ],
)
def test_dates_keep_their_numbers(text: str, numbers: tuple[int, int, int], valid: bool, soft: bool) -> None:
    found = read_date(text, TABLES)
    assert ((found.year, found.month, found.day), found.valid, found.soft) == (numbers, valid, soft)


def test_date_columns_have_the_promised_types() -> None:
    column = standard({"birth_date": "2012-08-03"}, {"birth_date": ""}, {"birth_date": "2012-13-99"}).dates[
        "birth_date"
    ]
    assert column.year.dtype == np.int32
    assert {each.dtype for each in (column.month, column.day, column.valid, column.soft)} == {np.dtype(np.int8)}
    assert (column.year.tolist(), column.month.tolist(), column.day.tolist()) == (
        [2012, 0, 2012],
        [8, 0, 13],
        [3, 0, 99],
    )
    assert column.valid.tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("column", "written", "normal"),
    [
        ("sex", "Femenino", "F"),
        ("sex", "H", "M"),
        ("sex", "Non-Binary", "X"),
        ("sex", "?", None),
        ("suffix", "3rd", "III"),
        ("suffix", "Filho", "JR"),
        ("suffix", "esq", None),
        ("multiple_birth", "yes", "Y"),
        ("multiple_birth", "0", "N"),
        ("multiple_birth", "unknown", None),
        ("birth_state", "Michoacán de Ocampo", "MICH"),
        ("birth_state", "Texas", "TX"),
        ("birth_state", "MS", "MS"),
        ("birth_state", "ND", "ND"),
        ("birth_state", "Huehuetenango", "HUEHUETENANGO"),
        ("birth_country", "EE.UU.", "US"),
        ("birth_country", "MEX", "MX"),
        ("birth_country", "N/A", None),
        ("birth_city", "Cd. Juárez (Chih.)", "CD JUAREZ CHIH"),
        ("birth_city", "Desconocido", None),
        ("birth_city", "MU¤OZ?", "MUNOZ"),
        ("birth_date_verification", "1003", "1003"),
    ],
)
def test_codes_are_brought_to_their_normal_form(column: str, written: str, normal: str | None) -> None:
    assert value(standard({column: written}), column, 0) == normal


def test_a_suffix_in_a_name_field_fills_the_suffix_unless_it_is_filled() -> None:
    table = standard(
        {"last_name_1": "García Jr"}, {"last_name_1": "García Jr", "suffix": "III"}, {"last_name_1": "García"}
    )
    assert [value(table, "suffix", row) for row in range(3)] == ["JR", "III", None]
    assert tokens(table, "child", 0) == ["GARCIA"]


def test_without_a_suffix_column_nothing_is_taken_from_the_name() -> None:
    layout = Layout(names={"child": NameLayout(first="first_name", last1="last_name_1")})
    assert tokens(standard({"last_name_1": "García Jr"}, layout=layout), "child", 0) == ["GARCIA", "JR"]


def test_twin_in_a_name_field_sets_multiple_birth() -> None:
    table = standard({"first_name": "TWIN B", "multiple_birth": "N"}, {"first_name": "Ana", "multiple_birth": "N"})
    assert [value(table, "multiple_birth", row) for row in range(2)] == ["Y", "N"]


def test_parents_are_read_from_their_own_columns() -> None:
    table = standard(
        {"first_name": "Ana", "parent1_first": "Finado Juan", "parent1_last": "Luna", "parent2_first": "SELF"}
    )
    assert tokens(table, "parent1", 0) == ["JUAN", "LUNA"]
    assert tokens(table, "parent2", 0) == []


def test_a_table_with_other_columns_is_read_by_its_own_layout() -> None:
    layout = Layout(
        names={"child": NameLayout(first="given_name", last1="surname")},
        dates=("date_of_birth",),
        codes=("postcode", "gender"),
        kinds={"gender": CodeKind.SEX},
    )
    row = {
        "given_name": "Ana",
        "surname": "García",
        "date_of_birth": "20120803",
        "postcode": "2-604",
        "gender": "female",
    }
    plain = table_of([{}])
    table = standardize(
        replace(plain, columns={name: TextColumn.of([text]) for name, text in row.items()}), layout, RULEBOOK
    )
    assert tokens(table, "child", 0) == ["ANA", "GARCIA"]
    assert table.dates["date_of_birth"].year.tolist() == [2012]
    assert (value(table, "postcode", 0), value(table, "gender", 0)) == ("2 604", "F")


def test_a_missing_column_counts_as_empty_and_an_empty_table_is_fine() -> None:
    assert set(MDE_LAYOUT.columns()) >= {"first_name", "parent2_last", "birth_date", "birth_country"}
    empty = standardize(table_of([]), MDE_LAYOUT, RULEBOOK)
    assert len(empty) == 0
    assert empty.names["child"].offsets.tolist() == [0]
    bare = standardize(replace(table_of([{}]), columns={"first_name": TextColumn.of(["Ana"])}), MDE_LAYOUT, RULEBOOK)
    assert tokens(bare, "child", 0) == ["ANA"]


def test_the_order_of_the_rows_changes_codes_only() -> None:
    rows = [
        {"first_name": "Ma. Luz", "last_name_1": "De la Cruz", "birth_date": "2012-08-03", "birth_state": "Oaxaca"},
        {"first_name": "José", "last_name_1": "García-López", "birth_date": "2010-01-01", "birth_state": "TX"},
        {"first_name": "MU?OZ", "last_name_1": "TWIN", "birth_date": "", "birth_state": ""},
    ]
    forward, backward = standard(*rows), standard(*reversed(rows))
    for row in range(3):
        back = 2 - row
        assert tokens(forward, "child", row) == tokens(backward, "child", back)
        assert value(forward, "birth_state", row) == value(backward, "birth_state", back)
        assert forward.dates["birth_date"].year[row] == backward.dates["birth_date"].year[back]
    assert {token.text: token for token in forward.tokens.tokens} == {t.text: t for t in backward.tokens.tokens}


def test_a_token_carries_what_the_rules_know_of_its_text() -> None:
    lupita, hdez, lost, maria, odd = build_tokens(["LUPITA", "HDEZ", "MU?OZ", "MARIA", "Ж"], TABLES).tokens
    assert "GUADALUPE" in lupita.given_formals
    assert hdez.surname_formals == {"HERNANDEZ"}
    assert lost.wildcard
    assert maria.weak
    assert (odd.soundex, odd.metaphone, odd.es_keys) == ("", "", {"Ж"})
