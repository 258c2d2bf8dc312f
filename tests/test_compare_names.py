"""Literal pairs of names and the level each must reach."""

import numpy as np
import pytest

from linkage.records import PairTable
from tests.compare_helpers import MATCHER, child, levels
from tests.standardize_helpers import table_of


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
        ("Khalidzzmail | | Ochoa |", "Khalid | | Ochoa |", "nickname"),
        ("Mgl. | | Ochoa |", "Miguel | | Ochoa |", "nickname"),
        ("Paolita | | Ochoa |", "Paola | | Ochoa |", "nickname"),
        ("Oar | | Ochoa |", "Omar | | Ochoa |", "typo"),
        ("Andrea | | Zurenia Vega |", "Zurenia | | Vega |", "call_name"),
        ("Angel | | Ochoa |", "Angela | | Ochoa |", "sounds"),
        ("María | Elena | Ochoa |", "María | Julia | Ochoa |", "weak_shared"),
        ("José | García | Hernández |", "José | Luis | García | Hernández", "middle_missing"),
        ("José | García | Hernández |", "José | | García | Hernández", "same"),
        ("Brenda | Elena | Ochoa |", "Brenda | Julia | Ochoa |", "one_shared"),
        ("Alberto | | Ochoa |", "Roberto | | Ochoa |", "different"),
        ("Daniel | | Ochoa |", "Daniela | | Ochoa |", "sounds"),
        ("Wilner | | Joseph |", "Joseph | | Wilner |", "exchanged"),
        ("Kiran | Kaur | Sandhu |", "Sandhu | Kaur | Kiran |", "exchanged"),
        ("Gdlpe | | Ochoa |", "Guadalupe | | Ochoa |", "nickname"),
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
        ("Andrea | | Zurenia | Vega", "Zurenia | | Vega |", "one_same"),
        ("Ana | | García |", "Ana | | Gracia |", "sounds"),
        ("Ana | | García |", "Ana | | Ochoa |", "different"),
        ("Ana | | SIN APELLIDO |", "Ana | | Ochoa |", "missing"),
    ],
)
def test_surnames_reach_their_level(left: str, right: str, level: str) -> None:
    assert levels(child(left), child(right))["surname"] == level
    assert levels(child(right), child(left))["surname"] == level


def test_a_parents_name_behind_the_given_name_is_no_evidence_for_the_child() -> None:
    ours, theirs = "Said | Shukri | Abdullahi |", "Abdi | Shukri | Abdullahi |"
    assert levels(child(ours), child(theirs))["given"] == "one_shared"
    assert levels(child(ours, parent2_first="Shukri"), child(theirs))["given"] == "different"
    mother = {"parent2_first": "Sonia"}
    assert levels(child("Evelin | Sonia | Vega |", **mother), child("Sonia | Evelin | Vega |", **mother))["given"] == (
        "inverted"
    )
    alone = child("Shukri | | Abdullahi |", parent2_first="Shukri")
    assert levels(child(ours), alone)["given"] == "weak_shared"


def test_a_name_that_both_children_carry_first_is_theirs_even_if_it_is_a_parents_too() -> None:
    father = {"parent1_first": "José"}
    assert levels(child("José | Luis | Vega |", **father), child("José | L. | Vega |", **father))["given"] == (
        "middle_missing"
    )


def test_singh_as_middle_name_and_as_surname_says_less_than_a_rare_name() -> None:
    def rarity(surname: str) -> float:
        table = MATCHER.standardize(table_of([child(f"Ana | | {surname} |"), child(f"Ana | {surname} | Ochoa |")]))
        space = MATCHER.engine.lone_pairs(table, MATCHER.ready().population)
        one = PairTable(np.array([0]), np.array([1]), np.array([0]))
        number = [field.id for field in MATCHER.engine.fields].index("surname")
        return float(MATCHER.engine.score(space, one, MATCHER.ready()).compared.rarity[0, number])

    assert rarity("García") < 0 < rarity("Xolocotzi")


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
