"""The values a record offers for each key of a blocking rule; a record may offer several, and meets under any of them.

Values are hashes of texts (`hash64`) or small numbers, so that two tables offer the same value for the same thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from linkage.block.kernels import append, gather, pairs_of
from linkage.hashing import hash64, hash_column
from linkage.records import (
    FIRST,
    LAST1,
    LAST2,
    MIDDLE,
    MISSING,
    CodeColumn,
    DateColumn,
    Int32,
    Int64,
    StandardTable,
    Token,
)
from linkage.standardize.phonetics import es_keys

_PREFIX = 4
# More tokens than this in one name, or more readings of one token, are noise, and would make keys without end.
MOST_TOKENS = 8
MOST_SOUNDS = 6

NAME_ROLES: Mapping[str, tuple[str, ...]] = {
    "given": ("child",),
    "surname": ("child",),
    "name": ("child",),
    "parent": ("parent1", "parent2"),
}
# Where in the name its tokens stand; of a role not named here, anywhere.
_SLOTS = {"given": (FIRST, MIDDLE), "surname": (LAST1, LAST2), "parent": (FIRST, MIDDLE)}


@dataclass(frozen=True, slots=True)
class Offers:
    """What each row offers for one key: row i offers values[offsets[i]:offsets[i + 1]], no value twice."""

    offsets: Int64  # n + 1
    values: Int64


class Offerer:
    """What the rows of a table offer for a key ("surname.sound", "birth_date.either_order"); each is worked out once, whichever thread asks."""

    def __init__(self, table: StandardTable) -> None:
        self.table = table
        self._offers: dict[str, Offers] = {}
        self._codes: dict[str, tuple[Int64, Int32]] = {}
        self._there: dict[str, NDArray[np.bool_]] = {}
        self._alone = RLock()

    def __call__(self, key: str) -> Offers:
        with self._alone:
            if key not in self._offers:
                self._offers[key] = self._offered(key)
        return self._offers[key]

    def there(self, key: str) -> NDArray[np.bool_]:
        """Which rows offer anything for the key."""
        if key not in self._there:
            self._there[key] = np.diff(self(key).offsets) > 0
        return self._there[key]

    def _offered(self, key: str) -> Offers:
        role, _, take = key.partition(".")
        if role in self.table.dates:
            return _date_offers(self.table.dates[role], take)
        if role not in NAME_ROLES:
            return _code_offers(self.table.codes[role], take)
        if role not in self._codes:
            self._codes[role] = _codes(self.table, role)
        if take == "sound_pair":
            return _pairs(self(f"{role}.main_sound"))
        if take == "sound_set":
            return _sets(self(f"{role}.main_sound"))
        return self._gathered(role, take)

    def _gathered(self, role: str, take: str) -> Offers:
        offsets, codes = self._codes[role]
        uses = np.bincount(codes, minlength=len(self.table.tokens))
        offered, values = _token_offers(self.table.tokens.tokens, uses > 0, role, take)
        starts, found = np.empty_like(offsets), np.empty(uses @ np.diff(offered), dtype=np.int64)
        end = gather(offsets, codes, offered, values, starts, found)
        return Offers(starts, found[:end])


def _codes(table: StandardTable, role: str) -> tuple[Int64, Int32]:
    """Token codes of the role's names, row after row: (offsets n + 1, codes); at most MOST_TOKENS a row."""
    low, high = _SLOTS.get(role, (FIRST, LAST2))
    offsets, codes = np.zeros(len(table) + 1, dtype=np.int64), np.empty(0, dtype=np.int32)
    for column in (table.names[name] for name in NAME_ROLES[role] if name in table.names):
        room = np.empty(len(codes) + len(column.tokens), dtype=np.int32)
        starts = np.empty_like(offsets)
        end = append(offsets, codes, column.offsets, column.tokens, column.slots, low, high, MOST_TOKENS, starts, room)
        offsets, codes = starts, room[:end]
    return offsets, codes


def _token_offers(tokens: Sequence[Token], used: NDArray[np.bool_], role: str, take: str) -> tuple[Int64, Int64]:
    """What each distinct token that is used offers: (offsets tokens + 1, values)."""
    texts: list[str] = []
    ends = [0]
    for token, there in zip(tokens, used.tolist(), strict=True):
        if there:
            texts += _texts(token, role, take)
        ends.append(len(texts))
    return np.array(ends, dtype=np.int64), hash_column(texts)


def _texts(token: Token, role: str, take: str) -> Sequence[str]:
    if take == "token":
        return (token.text,)
    if take == "soundex":
        return (token.soundex or token.text,)
    given = role != "surname"
    own, forms = token.es_given_keys if given else token.es_keys, _forms(token, role)
    if take == "sound":
        return _sounds(own, [_heard(form, given=given) for form in forms])
    return (_main_sound(own, [_heard(form, given=given) for form in forms]),)


def _sounds(own: frozenset[str], full: list[frozenset[str]]) -> list[str]:
    """Spanish keys of the token and of every full form that it may stand for: nicknames meet here too."""
    return sorted(own.union(*full))[:MOST_SOUNDS]


def _main_sound(own: frozenset[str], full: list[frozenset[str]]) -> str:
    """One sound that stands for the token: of its one full form, if it has one, else its own."""
    return min(full[0] if len(full) == 1 else own)


@cache
def _heard(form: str, *, given: bool) -> frozenset[str]:
    """Sounds of a full form: there are as many as the name rules list."""
    return es_keys(form, given=given)


def _forms(token: Token, role: str) -> set[str]:
    """Full forms that the token may stand for; of a form of several words the first."""
    forms: frozenset[str] = frozenset()
    if role != "surname":
        forms = token.given_spellings | token.given_formals
    if role in ("surname", "name"):
        forms |= token.surname_spellings | token.surname_formals
    return {form.split(" ")[0] for form in forms}


def _pairs(each: Offers) -> Offers:
    """A number for every two values of a row, in either order."""
    sizes = np.diff(each.offsets)
    offsets = np.concatenate(([0], np.cumsum(sizes * (sizes - 1) // 2)))
    values = np.empty(offsets[-1], dtype=np.int64)
    pairs_of(each.offsets, each.values, values)
    return Offers(offsets, values)


def _sets(each: Offers) -> Offers:
    """All values of a row as one number, whatever their order; nothing where there are fewer than two different ones."""
    total = np.concatenate(([0], np.cumsum(each.values)))  # runs over, as sums of hashes may
    return _each(np.diff(each.offsets) > 1, total[each.offsets[1:]] - total[each.offsets[:-1]])


def _each(there: NDArray[np.bool_], *values: Int64) -> Offers:
    """The same number of values for every row, none where there is nothing."""
    offsets = np.concatenate(([0], np.cumsum(there))) * len(values)
    return Offers(offsets, np.stack([value[there] for value in values], axis=1).ravel())


def _date_offers(column: DateColumn, take: str) -> Offers:
    """Dates as numbers; a missing date (year 0) offers nothing."""
    if take == "either_calendar":
        return _both_readings(column)
    year, month, day = (part.astype(np.int64) for part in (column.year, column.month, column.day))
    return _each(year != 0, *_date_values(year, month, day, take))


def _date_values(year: Int64, month: Int64, day: Int64, take: str) -> tuple[Int64, ...]:
    match take:
        case "date":
            return (year * 10_000 + month * 100 + day,)
        case "either_order":
            return (year * 10_000 + np.minimum(month, day) * 100 + np.maximum(month, day),)
        case "two_parts":
            return year * 100 + month, -(year * 100 + day), month * 100 + day
        case "year":
            return (year,)
        case "year_window":
            return year, year + 1
        case "day":
            return (day,)
        case _:  # month_day
            return (month * 100 + day,)


def _both_readings(column: DateColumn) -> Offers:
    """The date as it stands, and its other reading where it has one."""
    years = np.stack([column.year, column.other_year], axis=1).astype(np.int64)
    months = np.stack([column.month, column.other_month], axis=1)
    days = np.stack([column.day, column.other_day], axis=1)
    there = years != 0
    offsets = np.concatenate(([0], np.cumsum(there.sum(axis=1)))).astype(np.int64)
    return Offers(offsets, (years * 10_000 + months * 100 + days)[there])


def _code_offers(column: CodeColumn, take: str) -> Offers:
    values = [value[:_PREFIX] if take == "prefix" else value for value in column.values]
    hashes = np.array([*map(hash64, values), 0], dtype=np.int64)  # the last one stands for MISSING
    return _each(column.codes != MISSING, hashes[column.codes])
