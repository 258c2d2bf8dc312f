"""A standard table -> the arrays that the kernels read, for the fields of a model and under a census."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from linkage.compare.census import Census
from linkage.compare.kernels.fields import MOST_LEVELS, Plan
from linkage.compare.kernels.levels import KINDS, positions
from linkage.compare.kernels.sides import (
    END,
    FACTS,
    FIRST_SURNAME,
    PARENT1,
    PARENT2,
    START,
    UNISEX_NAME,
    Pool,
    Side,
    Texts,
    date_facts,
    hashed,
    people_matrix,
    running_rarity,
    token_matrix,
)
from linkage.compare.kernels.tokens import FLAGS, GIVEN, PARTS_OF_A_BIT, SURNAME, TOKEN_COLUMNS, UNISEX
from linkage.compare.kernels.values import NO_VALUE, V_RARITY, VALUE_COLUMNS
from linkage.hashing import hash64
from linkage.records import Float64, Int64, StandardTable
from rules.matching import Level, MatchField

# Columns of the facts matrix that a field of each kind takes.
_TAKEN: Mapping[str, int] = {"sex": 1, "suffix": 1, "multiple_birth": 1, "code": 1, "text": 1, "birthplace": 3}
# More than a sum of bits loses as a 32-bit number.
_ROUNDING = 1e-3
_NOT_SAID = frozenset({"X"})  # sex X says neither girl nor boy


def in_order(fields: Sequence[MatchField]) -> list[int]:
    """Numbers of the fields in the order in which a pair is compared: cheap and telling ones first."""
    return sorted(range(len(fields)), key=lambda number: (KINDS.index(fields[number].compare), number))


def fact_columns(fields: Sequence[MatchField]) -> Int64:
    """Which columns of the facts each field reads (fields in the order of comparing x 3); unused ones are 0."""
    columns = np.zeros((len(fields), 3), dtype=np.int64)
    after = FACTS
    for row, number in enumerate(in_order(fields)):
        taken = _TAKEN.get(fields[number].compare, 0)
        columns[row, :taken] = np.arange(after, after + taken)
        after += taken
    return columns


def side_of(table: StandardTable, fields: Sequence[MatchField], census: Census) -> Side:
    """The table as one side of a comparison."""
    pool = Pool()
    tok = token_matrix(table.tokens.tokens, pool, census.given, census.surname)
    people, tokens = people_matrix(table)
    texts = Texts(pool)
    facts = [*_fixed_facts(table, tok, people, tokens)]
    for number in in_order(fields):
        facts += _facts_of(table, fields[number], texts, census)
    no_bounds = np.zeros((0, 0), dtype=np.float32)
    side = Side(people, tokens, tok, pool.array(), np.stack(facts, axis=1), texts.array(), no_bounds)
    return side._replace(bound=_bounds(side, fields))


def _fixed_facts(table: StandardTable, tok: Int64, people: NDArray[np.int32], tokens: Int64) -> list[Int64]:
    """The columns that every table has; 0 where it lacks one."""
    facts = [np.zeros(len(table), dtype=np.int64)] * FACTS
    if table.dates:
        for place, numbers in date_facts(next(iter(table.dates.values()))).items():
            facts[place] = numbers
    named = people[:, START] < people[:, FIRST_SURNAME]
    first = tokens[np.minimum(people[:, START], len(tokens) - 1)] // TOKEN_COLUMNS
    facts[UNISEX_NAME] = np.where(named & (tok[first, FLAGS] & UNISEX != 0), 1, 0)
    return facts


def _facts_of(table: StandardTable, field: MatchField, texts: Texts, census: Census) -> list[Int64]:
    columns = [table.codes[column] for column in field.columns if column in table.codes]
    if field.compare in ("sex", "suffix"):
        return [hashed(columns[0], _NOT_SAID if field.compare == "sex" else frozenset())]
    if field.compare == "multiple_birth":
        said = hashed(columns[0])
        return [np.where(said == 0, 0, np.where(said == hash64("Y"), 2, 1))]
    if field.compare == "code":
        return [texts.add(columns[0], None)]
    if field.compare == "text":
        return [texts.add(columns[0], census.texts.get(field.columns[0]))]
    if field.compare == "birthplace":
        city, state, country = columns
        return [texts.add(city, census.texts.get(field.columns[0])), hashed(state), hashed(country)]
    return []


def _bounds(side: Side, fields: Sequence[MatchField]) -> NDArray[np.float32]:
    """Most rarity excess (bits, before limits) that each row can reach in each field, fields in the order of comparing."""
    bounds = np.zeros((len(side.people), len(fields)), dtype=np.float32)
    columns = fact_columns(fields)
    given, surname = running_rarity(side, GIVEN), running_rarity(side, SURNAME)

    def between(running: Float64, start: int, end: int) -> Float64:
        most: Float64 = running[side.people[:, end]] - running[side.people[:, start]]
        return most

    for row, number in enumerate(in_order(fields)):
        kind = fields[number].compare
        if kind == "given_names":
            bounds[:, row] = between(given, START, FIRST_SURNAME)
        elif kind == "surnames":
            bounds[:, row] = between(surname, FIRST_SURNAME, END)
        elif kind == "parents":
            bounds[:, row] = sum(between(given, role + START, role + FIRST_SURNAME) for role in (PARENT1, PARENT2))
        elif kind in ("text", "birthplace"):
            bits = np.append(np.maximum(side.texts[:, V_RARITY], 0), 0) / PARTS_OF_A_BIT
            places = side.facts[:, columns[row, 0]]
            bounds[:, row] = bits[np.where(places == NO_VALUE, -1, places // VALUE_COLUMNS)]
    return bounds + np.float32(_ROUNDING)


def plan_of_levels(fields: Sequence[MatchField], levels: Mapping[str, Sequence[Level]]) -> Plan:
    """A plan that only tells the levels; every weight in it is 0. Raises ModelError where a list of levels is not the known one."""
    order = in_order(fields)
    position = np.zeros((len(order), MOST_LEVELS), dtype=np.int8)
    for row, number in enumerate(order):
        places = positions(fields[number].compare, levels[fields[number].compare])
        position[row, : len(places)] = places
    return Plan(
        kinds=np.array([KINDS.index(fields[number].compare) for number in order], dtype=np.int8),
        columns=fact_columns(fields),
        target=np.array(order, dtype=np.int64),
        position=position,
        match=np.zeros((len(order), MOST_LEVELS)),
        alike=np.zeros((0, len(order), MOST_LEVELS)),
        shared=np.zeros(len(order), dtype=np.int8),
        family=np.zeros(0, dtype=np.int8),
        rest=np.zeros(len(order) + 1),
        others=np.zeros(1),
        prior=0.0,
        rarity_share=0.0,
        rarity_least=0.0,
        rarity_most=0.0,
        has_parents=any(field.compare == "parents" for field in fields),
    )
