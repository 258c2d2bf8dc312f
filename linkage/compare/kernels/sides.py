"""A table as the kernels read it: a few arrays of numbers. Two sides are compared, often the same table twice.

Texts, forms, sounds and codes are 64-bit numbers of what they say (linkage.hashing), so that two tables need no common dictionary.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from linkage.compare.kernels.names import MOST
from linkage.compare.kernels.tokens import FLAGS as TOKEN_FLAGS
from linkage.compare.kernels.tokens import (
    FOLK,
    GIVEN,
    HEARD,
    ID,
    LENGTH,
    LETTERS,
    MASK,
    METAPHONE,
    PARTS_OF_A_BIT,
    PHRASES,
    RARITY,
    SETS,
    SOUNDEX,
    SURNAME,
    TOKEN_COLUMNS,
    UNISEX,
    WEAK,
    WILDCARD,
)
from linkage.compare.kernels.values import (
    NO_VALUE,
    V_ID,
    V_LENGTH,
    V_LETTERS,
    V_MASK,
    V_RARITY,
    V_SORTED,
    V_SORTED_LENGTH,
    VALUE_COLUMNS,
)
from linkage.compare.rarity import Rarity
from linkage.hashing import hash64
from linkage.records import (
    LAST1,
    MIDDLE,
    MISSING,
    CodeColumn,
    DateColumn,
    Float64,
    Int64,
    NameColumn,
    StandardTable,
    Token,
)

# Columns of the people matrix: for each role where its tokens begin, where its middle names, surnames and end are.
START, FIRST_MIDDLE, FIRST_SURNAME, END = range(4)
ROLES = ("child", "parent1", "parent2")
CHILD, PARENT1, PARENT2, PERSON = 0, 4, 8, 12  # where the columns of each role begin, and how many there are

# Columns of the facts matrix that are there for every table; the columns of the fields follow.
DATE, OTHER_DATE, DAY_NUMBER, SOFT, UNISEX_NAME = range(5)
FACTS = 5


class Side(NamedTuple):
    """`people`: rows x PERSON, places in `tokens`, which says where in `tok` each token's row begins. `pool`: letters and sets.

    `facts`: rows x columns of dates and codes. `texts`: distinct texts x columns. `bound`: rows x fields, most rarity there can be.
    """

    people: NDArray[np.int32]
    tokens: Int64
    tok: Int64
    pool: Int64
    facts: Int64
    texts: Int64
    bound: NDArray[np.float32]


class Pool:
    """Collects letters and keys in one long array."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._letters: dict[str, int] = {}
        self._hashes: dict[str, int] = {}

    def letters(self, text: str) -> int:
        """Where the letters of `text` begin."""
        start = self._letters.get(text)
        if start is None:
            start = self._letters[text] = len(self._numbers)
            self._numbers.extend(map(ord, text))
        return start

    def key(self, text: str) -> int:
        found = self._hashes.get(text)
        if found is None:
            found = self._hashes[text] = hash64(text)
        return found

    def keys(self, texts: Iterable[str]) -> int:
        """Adds a set, sorted; returns where it ends."""
        if texts:
            self._numbers.extend(sorted(map(self.key, texts)))
        return len(self._numbers)

    def mask(self, *texts: str) -> int:
        """A bit of 64 for each text."""
        mask = 0
        for text in texts:
            mask |= 1 << (self.key(text) & 63)
        return _signed(mask)

    def phrases(self, phrases: Sequence[Sequence[str]]) -> int:
        """Adds the number of phrases, then each one's length and words; -1 where there are none."""
        if not phrases:
            return -1
        start = len(self._numbers)
        self._numbers.append(len(phrases))
        for words in phrases:
            self._numbers += [len(words), *map(self.key, words)]
        return start

    def end(self) -> int:
        return len(self._numbers)

    def array(self) -> Int64:
        return np.array(self._numbers or [0], dtype=np.int64)


def token_matrix(tokens: Sequence[Token], pool: Pool, given: Rarity, surname: Rarity) -> Int64:
    """One row a token (columns of kernels.tokens)."""
    rows = [_token_row(token, pool, given, surname) for token in tokens]
    return np.array(rows or [[0] * TOKEN_COLUMNS], dtype=np.int64)


def in_parts(bits: float) -> int:
    """Bits as a whole number of their smallest parts: sums of these do not depend on their order."""
    return round(bits * PARTS_OF_A_BIT)


def _token_row(token: Token, pool: Pool, given: Rarity, surname: Rarity) -> list[int]:
    text = token.text
    row = [0] * TOKEN_COLUMNS
    row[ID], row[LETTERS], row[LENGTH], row[MASK] = pool.key(text), pool.letters(text), len(text), letter_mask(text)
    row[SOUNDEX], row[METAPHONE] = pool.key(token.soundex), pool.key(token.metaphone)
    row[TOKEN_FLAGS] = WEAK * token.weak + WILDCARD * token.wildcard + UNISEX * token.unisex
    row[RARITY + GIVEN], row[RARITY + SURNAME] = in_parts(given.excess(text)), in_parts(surname.excess(text))
    row[PHRASES] = pool.phrases([form.split() for form in sorted(token.given_formals) if " " in form])
    row[FOLK + GIVEN] = pool.mask(text, *token.given_spellings, *token.given_formals, *token.given_confusables)
    row[FOLK + SURNAME] = pool.mask(text, *token.surname_spellings, *token.surname_formals, *token.surname_confusables)
    row[HEARD + GIVEN], row[HEARD + SURNAME] = pool.mask(*token.es_given_keys), pool.mask(*token.es_keys)
    row[SETS] = pool.end()
    for number, names in enumerate(_sets(token), start=1):
        row[SETS + number] = pool.keys(names)
    return row


def _sets(token: Token) -> tuple[frozenset[str], ...]:
    """In the order of kernels.tokens: keys, spellings, formals, confusables; given before surname."""
    return (
        token.es_given_keys, token.es_keys, token.given_spellings, token.surname_spellings,
        token.given_formals, token.surname_formals, token.given_confusables, token.surname_confusables,
    )  # fmt: skip


def letter_mask(text: str) -> int:
    """Which letters occur, one bit a letter (letters 64 apart share a bit); signed like every number here."""
    mask = 0
    for letter in set(text):
        mask |= 1 << (ord(letter) & 63)
    return _signed(mask)


def _signed(mask: int) -> int:
    return mask - (1 << 64) if mask >> 63 else mask


def people_matrix(table: StandardTable) -> tuple[NDArray[np.int32], Int64]:
    """Where each role's names lie in one list of tokens, and that list: where each token's row of the token matrix begins."""
    people = np.zeros((len(table), PERSON), dtype=np.int32)
    lists: list[NDArray[np.int32]] = []
    before = 0
    for number, role in enumerate(ROLES):
        column = table.names.get(role)
        if column is None:
            people[:, 4 * number : 4 * number + 4] = before
            continue
        people[:, 4 * number : 4 * number + 4] = _parts(column) + before
        lists.append(column.tokens)
        before += len(column.tokens)
    codes = np.concatenate(lists) if lists else np.zeros(0, dtype=np.int32)
    return people, np.append(codes, 0).astype(np.int64) * TOKEN_COLUMNS


def _parts(column: NameColumn) -> NDArray[np.int32]:
    """START, FIRST_MIDDLE, FIRST_SURNAME, END of each row; at most MOST names before and after FIRST_SURNAME."""
    start, end = column.offsets[:-1], column.offsets[1:]
    before_surname = np.append(0, np.cumsum(column.slots < LAST1))
    before_middle = np.append(0, np.cumsum(column.slots < MIDDLE))
    given = before_surname[end] - before_surname[start]
    first = before_middle[end] - before_middle[start]
    surname = start + given
    # Of a longer name the last given names and the first surnames are kept: what lies around the middle.
    start = np.maximum(start, surname - MOST)
    middle = np.clip(column.offsets[:-1] + first, start, surname)
    return np.stack([start, middle, surname, np.minimum(end, surname + MOST)], axis=1).astype(np.int32)


def date_facts(column: DateColumn) -> dict[int, Int64]:
    """DATE, OTHER_DATE, DAY_NUMBER and SOFT of each row."""
    year, month, day = (part.astype(np.int64) for part in (column.year, column.month, column.day))
    other = (part.astype(np.int64) for part in (column.other_year, column.other_month, column.other_day))
    return {
        DATE: _in_digits(year, month, day),
        OTHER_DATE: _in_digits(*other),
        DAY_NUMBER: _day_numbers(year, month, day, column.valid.astype(bool)),
        SOFT: column.soft.astype(np.int64),
    }


def _in_digits(year: Int64, month: Int64, day: Int64) -> Int64:
    """Dates with a decimal digit every four bits (kernels.dates); 0 where there is none."""
    digits = year * 10_000 + month * 100 + day
    written = np.zeros(len(digits), dtype=np.int64)
    for place in range(8):
        written |= (digits // 10**place % 10) << (4 * place)
    return np.where(year == 0, 0, written)


def _day_numbers(year: Int64, month: Int64, day: Int64, valid: NDArray[np.bool_]) -> Int64:
    """Days as `date.toordinal`; an impossible date counts from its year and month alone."""
    numbers = (year * 365.25 + month * 30.4 + day).astype(np.int64)
    if valid.any():
        months = (year[valid] - 1970) * 12 + month[valid] - 1
        days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + day[valid] - 1
        numbers[valid] = days + date(1970, 1, 1).toordinal()
    return numbers


def hashed(column: CodeColumn, ignore: frozenset[str] = frozenset()) -> Int64:
    """The 64-bit number of each row's value, 0 where it is missing or to be ignored."""
    numbers = np.array([0 if value in ignore else hash64(value) for value in column.values] + [0], dtype=np.int64)
    return numbers[np.where(column.codes == MISSING, len(column.values), column.codes)]


class Texts:
    """The distinct texts of all text columns of a table, as the kernels read them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._rows: list[list[int]] = []

    def add(self, column: CodeColumn, rarity: Rarity | None) -> Int64:
        """Adds a column's values; returns where the row of each record's text begins, NO_VALUE where there is none."""
        before = len(self._rows)
        self._rows += [self._row(text, rarity.excess(text) if rarity else 0.0) for text in column.values]
        codes = column.codes.astype(np.int64)
        return np.where(codes == MISSING, NO_VALUE, (codes + before) * VALUE_COLUMNS)

    def _row(self, text: str, excess: float) -> list[int]:
        ordered = " ".join(sorted(text.split()))
        row = [0] * VALUE_COLUMNS
        row[V_ID], row[V_LETTERS], row[V_LENGTH] = self._pool.key(text), self._pool.letters(text), len(text)
        row[V_MASK], row[V_SORTED], row[V_SORTED_LENGTH] = letter_mask(text), self._pool.letters(ordered), len(ordered)
        row[V_RARITY] = in_parts(excess)
        return row

    def array(self) -> Int64:
        return np.array(self._rows or [[0] * VALUE_COLUMNS], dtype=np.int64)


def running_rarity(side: Side, scope: int) -> Float64:
    """Most rarity (bits) that all tokens ahead of each place in `side.tokens` can add."""
    bits = np.maximum(side.tok[:, RARITY + scope], 0) / PARTS_OF_A_BIT
    return np.append(0.0, np.cumsum(bits[side.tokens // TOKEN_COLUMNS]))
