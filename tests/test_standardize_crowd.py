"""A whole table is read as its people are read one by one, by `PersonReader.read`, which defines what is right."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate, record_table
from linkage.records import MISSING, NameColumn, RecordTable, StandardTable, TextColumn
from linkage.standardize import MDE_LAYOUT, standardize
from linkage.standardize.codes import by_appearance, code_column, read_values
from linkage.standardize.people import Person, PersonReader
from tests.sample_helpers import reordered
from tests.standardize_helpers import RULEBOOK, TABLES, standard

READERS = {parent: PersonReader(TABLES, parent=parent, suffixes=True) for parent in (False, True)}
ROLES = tuple(MDE_LAYOUT.names)


def one_by_one(table: RecordTable, role: str) -> list[Person]:
    columns = [table.columns.get(name) or [""] * len(table) for name in MDE_LAYOUT.names[role].columns]
    return [READERS[role != "child"].read(*texts) for texts in zip(*columns, strict=True)]


def parts(column: NameColumn, table: StandardTable) -> list[list[tuple[str, int, bool]]]:
    texts = [table.tokens.tokens[code].text for code in column.tokens.tolist()]
    rows = zip(texts, column.slots.tolist(), map(bool, column.particle.tolist()), strict=True)
    flat = list(rows)
    return [flat[start:end] for start, end in zip(column.offsets[:-1], column.offsets[1:], strict=True)]


def values(table: StandardTable, column: str) -> list[str]:
    coded = table.codes[column]
    return ["" if code == MISSING else coded.values[code] for code in coded.codes.tolist()]


def assert_read_as_one_by_one(table: RecordTable) -> None:
    found = standardize(table, MDE_LAYOUT, RULEBOOK)
    for role in ROLES:
        people = one_by_one(table, role)
        assert parts(found.names[role], found) == [[tuple(part) for part in person.parts] for person in people]
    children = one_by_one(table, "child")
    written = {column: table.columns[column] for column in ("suffix", "multiple_birth")}
    normal = {name: read_values(list(texts), MDE_LAYOUT.kind(name), TABLES) for name, texts in written.items()}
    assert values(found, "suffix") == [v or p.suffix for v, p in zip(normal["suffix"], children, strict=True)]
    twins = ["Y" if p.twin else v for v, p in zip(normal["multiple_birth"], children, strict=True)]
    assert values(found, "multiple_birth") == twins


@pytest.mark.parametrize("damage", [1.0, 4.0])
def test_a_table_of_damaged_names_reads_as_its_people_one_by_one(damage: float) -> None:
    assert_read_as_one_by_one(record_table(generate(151, records=1500, rates=Rates().scaled(damage)))[0])


WORDS = st.sampled_from(
    [
        *(
            "de la",
            "DEL",
            "García",
            "NA",
            "Jr",
            "Naw",
            "Ma",
            "?",
            "TWIN A",
            "Abdul",
            "San",
            "Y",
            "Mª",
            "DELACRUZ",
            "J.",
        ),
        *("0", "Ana María", "Ana", "López", "John", "Doe", "Baby", "Van", "María José", "III", "Sr", "Finado", "Juan"),
        *("Villa", "Real", "d'Angelo", "O'Brien", "LUNAREYES", "Ti Jean", "Muñoz-Cruz", "Eh", "Blut", "x1", "MU?OZ"),
    ]
)
FIELDS = st.one_of(st.just(""), WORDS, st.lists(WORDS, max_size=3).map(" ".join), st.text(max_size=12))
NAME_COLUMNS = tuple(column for name in MDE_LAYOUT.names.values() for column in name.columns if column)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(*[FIELDS] * len(NAME_COLUMNS)), min_size=1, max_size=6))
def test_any_texts_read_as_their_people_one_by_one(rows: list[tuple[str, ...]]) -> None:
    assert_read_as_one_by_one(table_of_names(rows))


def table_of_names(rows: Iterable[tuple[str, ...]]) -> RecordTable:
    columns = dict(zip(NAME_COLUMNS, map(TextColumn.of, zip(*rows, strict=True)), strict=True))
    count = len(columns["first_name"])
    blank = {name: TextColumn.blank(count) for name in ("suffix", "multiple_birth")}
    return RecordTable(tuple(map(str, range(count))), columns | blank, ("TX",) * count)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(*[FIELDS] * len(NAME_COLUMNS)), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_codes_only(rows: list[tuple[str, ...]], dice: object) -> None:
    table = table_of_names(rows)
    order = list(range(len(rows)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    forward = standardize(table, MDE_LAYOUT, RULEBOOK)
    shuffled = standardize(reordered(table, order), MDE_LAYOUT, RULEBOOK)
    for role in ROLES:
        there = parts(forward.names[role], forward)
        assert parts(shuffled.names[role], shuffled) == [there[row] for row in order]


def test_a_name_that_stands_twice_counts_once_and_keeps_the_particle_of_either() -> None:
    rows = [("Luz", "de la Luz", "Cruz", "Cruz"), ("Luz", "Ana", "Luz", "De la Cruz")]
    names = MDE_LAYOUT.names["child"].columns
    table = standard(*(dict(zip(names, row, strict=True)) for row in rows))
    assert parts(table.names["child"], table) == [
        [("LUZ", 0, True), ("CRUZ", 2, False)],
        [("LUZ", 0, False), ("ANA", 1, False), ("LUZ", 2, False), ("CRUZ", 3, True)],
    ]


def test_tokens_are_those_that_somebody_bears_numbered_as_they_appear() -> None:
    table = standard({"first_name": "Zoe", "last_name_1": "-"}, {"first_name": "Ana", "parent1_first": "Zoe"})
    assert [token.text for token in table.tokens.tokens] == ["ZOE", "ANA"]
    assert table.names["parent1"].tokens.tolist() == [0]


def test_a_value_that_no_row_has_is_not_in_the_result() -> None:
    base = table_of_names([("Ana",) + ("",) * (len(NAME_COLUMNS) - 1)])
    wide = replace(base, columns={**base.columns, "last_name_1": TextColumn(np.array([1], np.int32), ("Xyz", "Luna"))})
    assert [token.text for token in standardize(wide, MDE_LAYOUT, RULEBOOK).tokens.tokens] == ["ANA", "LUNA"]


@given(st.lists(st.integers(0, 9)))
def test_numbering_by_appearance_is_what_a_dictionary_does(codes: list[int]) -> None:
    order, place = by_appearance(np.array(codes, dtype=np.int32), 10)
    assert order.tolist() == list(dict.fromkeys(codes))
    assert [order[place[code]] for code in codes] == codes
    assert (place[[code for code in range(10) if code not in codes]] == MISSING).all()


@given(st.lists(st.sampled_from(["", "A", "B", "C"])))
def test_codes_appear_in_order_and_nothing_is_missing(texts: list[str]) -> None:
    column = code_column(TextColumn.of(texts))
    assert column.values == tuple(dict.fromkeys(text for text in texts if text))
    assert ["" if code == MISSING else column.values[code] for code in column.codes] == texts
