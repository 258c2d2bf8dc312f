"""The values a record offers for each key of a blocking rule; a record may offer several, and meets under any of them.

Values are hashes of texts (`hash64`) or small numbers, so that two tables offer the same value for the same thing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from linkage.block.kernels import gather, pairs_of
from linkage.hashing import hash64
from linkage.records import LAST1, MISSING, CodeColumn, DateColumn, Int32, Int64, NameColumn, StandardTable, Token
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


@dataclass(frozen=True, slots=True)
class Offers:
    """What each row offers for one key: row i offers values[offsets[i]:offsets[i + 1]], no value twice."""

    offsets: Int64  # n + 1
    values: Int64


class Offerer:
    """What the rows of a table offer for a key ("surname.sound", "birth_date.either_order"); each is worked out once."""

    def __init__(self, table: StandardTable) -> None:
        self.table = table
        self._offers: dict[str, Offers] = {}
        self._codes: dict[str, tuple[Int64, Int32]] = {}
        self._there: dict[str, NDArray[np.bool_]] = {}

    def __call__(self, key: str) -> Offers:
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
            return Offers(*pairs_of(*self._gathered(role, "main_sound")))
        if take == "sound_set":
            return _sets(*self._gathered(role, "main_sound"))
        return Offers(*self._gathered(role, take))

    def _gathered(self, role: str, take: str) -> tuple[Int64, Int64]:
        offsets, codes = self._codes[role]
        used = np.bincount(codes, minlength=len(self.table.tokens)) > 0
        return gather(offsets, codes, *_token_offers(self.table.tokens.tokens, used, role, take))


def _codes(table: StandardTable, role: str) -> tuple[Int64, Int32]:
    """Token codes of the role's names, row after row: (offsets n + 1, codes); at most MOST_TOKENS a row."""
    columns = [table.names[name] for name in NAME_ROLES[role] if name in table.names]
    rows = np.concatenate([_rows(column) for column in columns])
    codes = np.concatenate([column.tokens for column in columns])
    if role != "name":
        slots = np.concatenate([column.slots for column in columns])
        wanted = (slots >= LAST1) == (role == "surname")
        rows, codes = rows[wanted], codes[wanted]
    if len(columns) > 1:
        order = np.argsort(rows, kind="stable")
        rows, codes = rows[order], codes[order]
    offsets = _offsets(rows, len(table))
    short = np.arange(len(rows)) - offsets[rows] < MOST_TOKENS
    return _offsets(rows[short], len(table)), codes[short]


def _rows(column: NameColumn) -> Int64:
    return np.repeat(np.arange(len(column.offsets) - 1, dtype=np.int64), np.diff(column.offsets))


def _offsets(rows: Int64, size: int) -> Int64:
    return np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=size)))).astype(np.int64)


def _token_offers(tokens: Sequence[Token], used: NDArray[np.bool_], role: str, take: str) -> tuple[Int64, Int64]:
    """What each distinct token that is used offers: (offsets tokens + 1, values)."""
    both = zip(tokens, used.tolist(), strict=True)
    many = [[hash64(text) for text in _texts(token, role, take)] if there else [] for token, there in both]
    offsets = np.cumsum([0, *map(len, many)], dtype=np.int64)
    return offsets, np.array([value for values in many for value in values], dtype=np.int64)


def _texts(token: Token, role: str, take: str) -> list[str]:
    if take == "token":
        return [token.text]
    if take == "soundex":
        return [token.soundex or token.text]
    if take == "sound":
        return sorted(_sounds(token, role))[:MOST_SOUNDS]
    return [_main_sound(token, role)]


def _sounds(token: Token, role: str) -> set[str]:
    """Spanish keys of the token and of every full form that it may stand for: nicknames meet here too."""
    given = role != "surname"
    own = token.es_given_keys if given else token.es_keys
    return set(own).union(*(_heard(form, given=given) for form in _forms(token, role)))


def _main_sound(token: Token, role: str) -> str:
    """One sound that stands for the token: of its one full form, if it has one, else its own."""
    given = role != "surname"
    forms = _forms(token, role)
    if len(forms) == 1:
        return min(_heard(forms.pop(), given=given))
    return min(token.es_given_keys if given else token.es_keys)


@cache
def _heard(form: str, *, given: bool) -> frozenset[str]:
    """Sounds of a full form: there are as many as the name rules list."""
    return es_keys(form, given=given)


def _forms(token: Token, role: str) -> set[str]:
    """Full forms that the token may stand for; of a form of several words the first."""
    forms: set[str] = set()
    if role != "surname":
        forms |= token.given_spellings | token.given_formals
    if role in ("surname", "name"):
        forms |= token.surname_spellings | token.surname_formals
    return {form.split(" ")[0] for form in forms}


def _sets(offsets: Int64, values: Int64) -> Offers:
    """All values of a row as one number, whatever their order; nothing where there are fewer than two different ones."""
    total = np.concatenate(([0], np.cumsum(values)))  # runs over, as sums of hashes may
    several = np.diff(offsets) > 1
    sums = total[offsets[1:]] - total[offsets[:-1]]
    return _each(several, sums)


def _each(there: NDArray[np.bool_], *values: Int64) -> Offers:
    """The same number of values for every row, none where there is nothing."""
    offsets = np.concatenate(([0], np.cumsum(there))) * len(values)
    return Offers(offsets.astype(np.int64), np.stack(values, axis=1)[there].ravel().astype(np.int64))


def _date_offers(column: DateColumn, take: str) -> Offers:
    """Dates as numbers; a missing date (year 0) offers nothing."""
    if take == "either_calendar":
        return _both_readings(column)
    year, month, day = (part.astype(np.int64) for part in (column.year, column.month, column.day))
    year_month, year_day, month_day = year * 100 + month, -(year * 100 + day), month * 100 + day
    takes: Mapping[str, tuple[Int64, ...]] = {
        "date": (year_month * 100 + day,),
        "either_order": (year * 10_000 + np.minimum(month, day) * 100 + np.maximum(month, day),),
        "two_parts": (year_month, year_day, month_day),
        "year": (year,),
        "year_window": (year, year + 1),
        "day": (day,),
        "month_day": (month_day,),
    }
    return _each(year != 0, *takes[take])


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
