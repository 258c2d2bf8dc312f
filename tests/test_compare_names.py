"""Literal pairs of names and the level each must reach."""

import pytest

from tests.compare_helpers import child, levels


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Ana | María | Ochoa |", "ANA | MARIA | Ochoa |", "same"),
        ("Ana Sofía | | Ochoa |", "Anasofia | | Ochoa |", "same"),
        ("Yesenia | | Ochoa |", "Jessenia | | Ochoa |", "spelling"),
        ("Monserrat | | Ochoa |", "Montserrat | | Ochoa |", "spelling"),
        ("María | Elena | Ochoa |", "María | | Ochoa |", "middle_missing"),
        ("María | Elena | Ochoa |", "María | E. | Ochoa |", "middle_missing"),
        ("María | Elena | Ochoa |", "Elena | | Ochoa |", "middle_missing"),
        ("Blanca | Estela | Ochoa |", "Estela | | Ochoa |", "call_name"),
        ("Blanca | Estela | Ochoa |", "Estela | Blanca | Ochoa |", "inverted"),
        ("Guadalupe | | Ochoa |", "Lupita | | Ochoa |", "nickname"),
        ("Ma. | Gpe. | Ochoa |", "María | Guadalupe | Ochoa |", "nickname"),
        ("Beto | | Ochoa |", "Roberto | | Ochoa |", "nickname"),
        ("G | | Ochoa |", "Guadalupe | | Ochoa |", "initial"),
        ("Xochiquetzal | | Ochoa |", "Xochiqetzal | | Ochoa |", "spelling"),
        ("Brunilga | | Ochoa |", "Brunilfa | | Ochoa |", "typo"),
        ("Chema | | Ochoa |", "José María | | Ochoa |", "nickname"),
        ("Gas | | Ochoa |", "Gaspara | | Ochoa |", "nickname"),
        ("Angel | | Ochoa |", "Angela | | Ochoa |", "sounds"),
        ("María | Elena | Ochoa |", "María | Julia | Ochoa |", "weak_shared"),
        ("José | García | Hernández |", "José | Luis | García | Hernández", "middle_missing"),
        ("José | García | Hernández |", "José | | García | Hernández", "same"),
        ("Brenda | Elena | Ochoa |", "Brenda | Julia | Ochoa |", "one_shared"),
        ("Alberto | | Ochoa |", "Roberto | | Ochoa |", "different"),
        ("Daniel | | Ochoa |", "Daniela | | Ochoa |", "sounds"),
        ("Wilner | | Joseph |", "Joseph | | Wilner |", "exchanged"),
        ("FNU | | Ochoa |", "Ana | | Ochoa |", "missing"),
        ("Mu?iz | | Ochoa |", "Muñiz | | Ochoa |", "spelling"),
    ],
)
def test_given_names_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels(child(left), child(right))["given"] == level
    assert levels(child(right), child(left))["given"] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Ana | | García | López", "Ana | | Garcia-Lopez |", "both_same"),
        ("Ana | | García | López", "Ana | | GARCIA LOPEZ |", "both_same"),
        ("Ana | | Luna | Reyes", "Ana | | LUNAREYES |", "both_same"),
        ("Ana | | de la Cruz |", "Ana | | Delacruz |", "one_same"),
        ("Ana | | Ponce De | León Vega", "Ana | | Ponce de León | Vega", "both_same"),
        ("Ana | | Hernández |", "Ana | | Hdez |", "spelling"),
        ("Ana | | Jiménez |", "Ana | | Gimenes |", "spelling"),
        ("Ana | | García | López", "Ana | | López | García", "swapped"),
        ("Ana | | García | López", "Ana | | García |", "one_missing"),
        ("Ana | | García | López", "Ana | | López |", "second_alone"),
        ("Ana | García | López |", "Ana | | García | López", "as_middle"),
        ("Ana | | Xolocotzi |", "Ana | | Xolocotsi |", "spelling"),
        ("Ana | | Xolocotzi |", "Ana | | Xolocotz |", "typo"),
        ("Ana | | García | López", "Ana | | García | Ruiz", "one_shared"),
        ("Ana | | García |", "Ana | | Gracia |", "sounds"),
        ("Ana | | García |", "Ana | | Ochoa |", "different"),
        ("Ana | | SIN APELLIDO |", "Ana | | Ochoa |", "missing"),
    ],
)
def test_surnames_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels(child(left), child(right))["surname"] == level
    assert levels(child(right), child(left))["surname"] == level


def test_a_surname_taken_from_a_parent_is_seen() -> None:
    before = child("Ana | | Quiroz |", parent1_first="Luis", parent1_last="Bernal")
    assert levels(before, child("Ana | | Bernal |"))["surname"] == "parent_surname"


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (("Luis", "Bernal", "Rosa", "Peña"), ("Rosa", "Peña", "Luis", "Bernal"), "both_same"),
        (("Luis", "Bernal", "Rosa", "Peña"), ("", "", "Rosa", "Bernal"), "one_same"),
        (("Luis", "Bernal", "", ""), ("José Luis", "Bernal", "Rosa", "Peña"), "one_same"),
        (("Jesús", "Bernal", "", ""), ("Chuy", "Bernal", "", ""), "one_alike"),
        (("Luis", "Bernal", "Rosa", "Peña"), ("Pedro", "Bernal", "Rosa", "Peña"), "one_of_two"),
        (("Luis", "Bernal", "Rosa", "Peña"), ("Pedro", "Ruiz", "Elva", "Ortiz"), "both_differ"),
        (("Luis", "Bernal", "", ""), ("Pedro", "Bernal", "", ""), "one_differs"),
        (("", "Bernal", "", ""), ("Pedro", "Bernal", "", ""), "surname_only"),
        (("", "", "", ""), ("Pedro", "Bernal", "", ""), "missing"),
        (("UNKNOWN", "UNKNOWN", "", ""), ("Pedro", "Bernal", "", ""), "missing"),
    ],
)
def test_parents_reach_their_level(left: tuple[str, ...], right: tuple[str, ...], level: str) -> None:
    columns = ("parent1_first", "parent1_last", "parent2_first", "parent2_last")
    one = child("Ana | | Ochoa |", **dict(zip(columns, left, strict=True)))
    two = child("Ana | | Ochoa |", **dict(zip(columns, right, strict=True)))
    assert levels(one, two)["parents"] == level
    assert levels(two, one)["parents"] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (("Morelia", "MICH", "MX"), ("MORELIA", "Michoacán", "México"), "same_city"),
        (("Morelia", "", "MX"), ("Morella", "", "MX"), "city_alike"),
        (("Morelia", "MICH", "MX"), ("", "MICH", "MX"), "same_state"),
        (("", "", "MX"), ("Morelia", "MICH", "MX"), "same_country"),
        (("", "", "GT"), ("Morelia", "MICH", "MX"), "different"),
        (("", "", ""), ("Morelia", "MICH", "MX"), "missing"),
    ],
)
def test_birthplaces_reach_their_level(left: tuple[str, ...], right: tuple[str, ...], level: str) -> None:
    columns = ("birth_city", "birth_state", "birth_country")
    one = child("Ana | | Ochoa |", **dict(zip(columns, left, strict=True)))
    two = child("Ana | | Ochoa |", **dict(zip(columns, right, strict=True)))
    assert levels(one, two)["birthplace"] == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [("Y", "Y", "both"), ("Y", "", "one"), ("N", "Y", "one"), ("N", "", "neither"), ("", "", "missing")],
)
def test_the_twin_mark_counts_where_one_record_has_it(left: str, right: str, level: str) -> None:
    one, two = child("Ana | | Ochoa |", multiple_birth=left), child("Ana | | Ochoa |", multiple_birth=right)
    assert levels(one, two)["multiple_birth"] == level


def test_another_sex_says_less_where_boys_and_girls_carry_the_name() -> None:
    assert levels(child("Ana | | Ochoa |", sex="F"), child("Ana | | Ochoa |", sex="M"))["sex"] == "different"
    assert levels(child("Guadalupe | | Ochoa |", sex="F"), child("Guadalupe | | Ochoa |", sex="M"))["sex"] == "unisex"
