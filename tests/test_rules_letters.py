"""Names written with other letters: what is added to the tables, and what is left alone."""

from hypothesis import given
from hypothesis import strategies as st

from linkage.standardize.tokens import make_token
from rules.letters import Letters, with_endings, written_otherwise
from tests.standardize_helpers import TABLES

WORDS = st.text("ACDMNR", min_size=1, max_size=8)
WAYS = {"M": ("RN",), "RN": ("M",), "D": ("CL",)}


def test_a_scanned_name_is_a_spelling_of_the_name_meant() -> None:
    assert TABLES.given.spellings["CARRNEN"] == {"CARMEN"}
    assert TABLES.given.spellings["EMESTO"] == {"ERNESTO"}


def test_a_name_of_its_own_never_becomes_a_spelling_of_another() -> None:
    """CLARA read as DARA, MARIO as MARLO: short words and known names are left alone."""
    assert "DARA" not in TABLES.given.spellings
    before = TABLES.given.spellings
    after = written_otherwise(TABLES.given, [Letters({"IO": ("IA",)}, None)]).spellings
    assert after["MARIA"] == before["MARIA"]
    assert all(after[name] == before[name] for name in before)


def test_an_orthography_serves_the_names_of_its_rules_only() -> None:
    assert TABLES.surname.spellings["ISHTABALAN"] == {"IXTABALAN"}
    assert "SHIMENES" not in TABLES.surname.spellings


@given(st.sets(WORDS, min_size=1, max_size=4))
def test_every_added_spelling_leads_back_to_its_name(names: set[str]) -> None:
    served = frozenset(names) & TABLES.surname.full | {"MEDRANO", "CORDOBA"} & TABLES.surname.full
    added = written_otherwise(TABLES.surname, [Letters(WAYS, served)])
    for spelling in added.spellings.keys() - TABLES.surname.spellings.keys():
        (name,) = added.spellings[spelling]
        undone = spelling.replace("RN", "M").replace("CL", "D")
        assert name in served
        assert undone == name.replace("RN", "M").replace("CL", "D")


def test_a_pet_name_leads_to_every_name_it_can_be_made_of() -> None:
    formals = TABLES.given.formals
    assert formals["PABLITO"] == {"PABLO"}
    assert formals["DIEGUITO"] == {"DIEGO"}
    assert {"ALFRED", "ALFREDO"} <= formals["ALFREDITO"]
    assert "PABLITO" not in TABLES.surname.formals


def test_a_pet_name_that_is_listed_or_a_name_of_its_own_is_left_alone() -> None:
    scope = TABLES.given
    after = with_endings(scope, {"A": ("ITA",), "O": ("A",)})
    assert after.formals["ANITA"] == scope.formals["ANITA"]
    assert after.formals.get("MARIA") == scope.formals.get("MARIA")  # MARIO with another ending is MARIA


def test_the_longest_ending_counts() -> None:
    after = with_endings(TABLES.given, {"CA": ("QUITAX",), "A": ("ITAX",)})
    assert "BLANQUITAX" in after.formals
    assert "BLANCITAX" not in after.formals


def test_an_unknown_surname_may_be_one_word_with_its_particle() -> None:
    assert make_token("ALMASRI", TABLES).surname_formals == {"MASRI"}
    assert make_token("DELAHOYA", TABLES).surname_formals == {"HOYA"}
    assert make_token("MASRI", TABLES).es_keys <= make_token("ALMASRI", TABLES).es_keys


def test_a_known_surname_keeps_its_first_letters() -> None:
    for known in ("ALVARADO", "DELGADO", "ELIZONDO", "DELGADILLO"):
        assert not make_token(known, TABLES).surname_formals
