"""Raw name fields -> tokens: the catalogue of how names get mangled, as a table."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.records import LAST1
from linkage.standardize.glued import Divider
from tests.standardize_helpers import TABLES, read, written


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        # two surnames in one field, hyphenated, repeated
        ("Ana | | García | López", "ANA |  | GARCIA | LOPEZ"),
        ("Ana | | GARCIA-LOPEZ |", "ANA |  | GARCIA LOPEZ | "),
        ("Elmer | | Funes | Funes", "ELMER |  | FUNES | "),
        ("Francisco | Pedro | Francisco |", "FRANCISCO | PEDRO | FRANCISCO | "),
        # particles: before, alone in a field, parked behind the given name, glued
        ("Luz | | De la Cruz |", "LUZ |  | +CRUZ | "),
        ("Luz | | De La | Cruz", "LUZ |  |  | +CRUZ"),
        ("Luz | | DELACRUZ |", "LUZ |  | +CRUZ | "),
        ("María de la | | Cruz |", "MARIA |  | +CRUZ | "),
        ("María de la Luz | | Ponce de León |", "MARIA +LUZ |  | PONCE +LEON | "),
        ("Luz | | Torre Muñoz de la |", "LUZ |  | TORRE MUNOZ | "),
        ("Ana y Rosa | | García y Luna |", "ANA +ROSA |  | GARCIA +LUNA | "),
        ("Ana | | Vda. de López |", "ANA |  | +LOPEZ | "),
        ("Maria da Conceição | | da Silva e Souza |", "MARIA +CONCEICAO |  | +SILVA +SOUZA | "),
        ("Ana | | San | Martín", "ANA |  |  | +MARTIN"),
        # words that are particles elsewhere and names here
        ("Del | | Smith |", "DEL |  | SMITH | "),
        ("Ben Thomas | | Do |", "BEN THOMAS |  | DO | "),
        ("Lan | Thi | Nguyen Van |", "LAN | THI | NGUYEN VAN | "),
        # glued names
        ("Ana | | MARTINEZCRUZ |", "ANA |  | MARTINEZ CRUZ | "),
        ("Ana | | LUNAREYES |", "ANA |  | LUNA REYES | "),
        ("ANASOFIA | | Luna |", "ANA SOFIA |  | LUNA | "),
        ("Juancarlos | | Montesdeoca |", "JUAN CARLOS |  | MONTES +OCA | "),
        ("Mariana | | Villanueva |", "MARIANA |  | VILLANUEVA | "),
        ("Ana | | DELGADO | DESOTO", "ANA |  | DELGADO | +SOTO"),
        # names of two words that are one
        ("Abdul Rahman | | Abd al-Malik |", "ABDULRAHMAN |  | ABDALMALIK | "),
        ("Ana | | O Brien |", "ANA |  | OBRIEN | "),
        ("Ana | | De la O |", "ANA |  | +O | "),
        ("Ana | | Villa Real |", "ANA |  | VILLAREAL | "),
        ("Ana | | Senlwi |", "ANA |  | +LOUIS | "),
        # abbreviations stay tokens
        ("Ma. Gpe. | | Hdez |", "MA GPE |  | HDEZ | "),
        # digits read for letters
        ("L0UIS | | GARC1A 2 |", "LOUIS |  | GARCIA | "),
        # placeholders
        ("Ana | NMN | Luna | SIN APELLIDO", "ANA |  | LUNA | "),
        ("Ana | X | Luna | X", "ANA | X | LUNA | "),
        ("Ana | NA | Luna |", "ANA |  | LUNA | "),
        ("Mai | Na | Vang |", "MAI | NA | VANG | "),
        ("Na | | Vang |", "NA |  | VANG | "),
        ("JOHN | | DOE |", " |  |  | "),
        ("Karl | | Doe |", "KARL |  | DOE | "),
        ("Ana | - | Luna | 000", "ANA |  | LUNA | "),
        # titles
        ("Sr. Juan | | Luna |", "JUAN |  | LUNA | "),
        ("Naw Eh Blut | | Paw |", "EH BLUT |  | PAW | "),
        ("Naw | Eh Blut | Paw |", " | EH BLUT | PAW | "),
        ("Naw | | Paw |", "NAW |  | PAW | "),
        ("Ma Elena | | Luna |", "MA ELENA |  | LUNA | "),
        # other scripts
        ("Иван | | Петров |", "ИВАН |  | ПЕТРОВ | "),
    ],
)
def test_a_name_becomes_its_tokens(name: str, tokens: str) -> None:
    assert written(name) == tokens


@pytest.mark.parametrize(
    ("name", "tokens", "suffix"),
    [
        ("Carlos Jr | | García |", "CARLOS |  | GARCIA | ", "JR"),
        ("Carlos | | García | III", "CARLOS |  | GARCIA | ", "III"),
        ("Carlos | Jr. | García |", "CARLOS |  | GARCIA | ", "JR"),
        ("Carlos | | Silva Neto |", "CARLOS |  | SILVA | ", "NETO"),
        ("Carlos | | Silva | Filho", "CARLOS |  | SILVA | ", "JR"),
        ("Carlos | | Lopez Sr. |", "CARLOS |  | LOPEZ | ", "SR"),
        ("Junior | | Neto |", "JUNIOR |  | NETO | ", ""),
        ("Carlos | Junior | García |", "CARLOS | JUNIOR | GARCIA | ", ""),
        ("Carlos | V | García |", "CARLOS | V | GARCIA | ", ""),
    ],
)
def test_a_suffix_leaves_the_name_only_where_it_can_be_no_name(name: str, tokens: str, suffix: str) -> None:
    assert written(name) == tokens
    assert read(name).suffix == suffix


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("DECEASED | | |", " |  |  | "),
        ("Finado Juan | | López |", "JUAN |  | LOPEZ | "),
        ("Rosa | | MISMA |", "ROSA |  |  | "),
        ("Juan | | Gómez Jr |", "JUAN |  | GOMEZ | "),
    ],
)
def test_parents_have_placeholders_of_their_own(name: str, tokens: str) -> None:
    assert written(name, parent=True) == tokens


def test_a_twin_without_a_name_is_missing_and_a_twin() -> None:
    assert read("TWIN A | | Luna |").twin
    assert written("TWIN A | | Luna |") == " |  | LUNA | "
    assert not read("Ana | | Luna |").twin


def test_a_word_that_can_be_divided_in_two_ways_stays_whole() -> None:
    scope = TABLES.surname
    known = Divider(scope, surnames=True)
    assert known.divide("CRUZREYES") == ("CRUZ", "REYES")
    assert known.divide("REYES") == ("REYES",)
    assert known.divide("CRUZXYZQ") == ("CRUZXYZQ",)


def test_every_known_surname_stays_one_name() -> None:
    divider = Divider(TABLES.surname, surnames=True)
    divided = {name for name in TABLES.surname.full if len(divider.divide(name)) > 1}
    assert divided <= set(TABLES.surname.divided)


FIELDS = st.text(max_size=25) | st.sampled_from(
    ["de la", "García", "NA", "Jr", "Naw", "?", "TWIN A", "Abdul", "San", "Y", "Mª", "DELACRUZ", "J.", "0", "Ana María"]
)


@settings(max_examples=300, deadline=None)
@given(FIELDS, FIELDS, FIELDS, FIELDS)
def test_any_text_gives_folded_tokens_each_once_a_pool(first: str, middle: str, last1: str, last2: str) -> None:
    parts = read("|".join(field.replace("|", " ") for field in (first, middle, last1, last2))).parts
    assert all(part.text and " " not in part.text for part in parts)
    assert all(part.text == TABLES.fold(part.text) for part in parts)
    assert [part.slot for part in parts] == sorted(part.slot for part in parts)
    pools = [(part.slot >= LAST1, part.text) for part in parts]
    assert len(pools) == len(set(pools))


# Vietnamese Do before another name is the Portuguese particle.
SURNAMES = sorted(name for name in TABLES.surname.full if (name,) not in TABLES.surname.particles.before)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SURNAMES), st.sampled_from(SURNAMES))
def test_two_surnames_read_the_same_however_they_are_written(one: str, two: str) -> None:
    def surnames(text: str) -> set[str]:
        return {part.text for part in read(text).parts if part.slot >= LAST1}

    apart = surnames(f"Xyz | | {one} | {two}")
    assert surnames(f"Xyz | | {one}-{two} |") == apart
    assert surnames(f"Xyz | | {one} {two} |".lower()) == apart
