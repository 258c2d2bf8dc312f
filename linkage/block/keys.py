"""The values a record offers for each key of a blocking rule; a record may offer several, and meets under any of them.

Values are hashes of texts (`hash64`) or small numbers, so that two tables offer the same value for the same thing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

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


def offers(table: StandardTable, key: str) -> Offers:
    """What every row offers for `key` ("surname.sound", "birth_date.either_order", "postcode.value")."""
    role, _, take = key.partition(".")
    if role in NAME_ROLES:
        return _name_offers(table, role, take)
    if role in table.dates:
        return _date_offers(table.dates[role], take)
    return _code_offers(table.codes[role], take)


def _name_offers(table: StandardTable, role: str, take: str) -> Offers:
    offsets, codes = _codes(table, role)
    offered, values = _token_offers(table.tokens.tokens, role, take)
    if take == "sound_pair":
        return Offers(*pairs_of(*gather(offsets, codes, offered, values)))
    if take == "sound_set":
        return _sets(offsets, values[codes])
    return Offers(*gather(offsets, codes, offered, values))


def _codes(table: StandardTable, role: str) -> tuple[Int64, Int32]:
    """Token codes of the role's names, row after row: (offsets n + 1, codes); at most MOST_TOKENS a row."""
    columns = [table.names[name] for name in NAME_ROLES[role] if name in table.names]
    rows = np.concatenate([_rows(column) for column in columns])
    codes = np.concatenate([column.tokens for column in columns])
    if role != "name":
        slots = np.concatenate([column.slots for column in columns])
        wanted = (slots >= LAST1) == (role == "surname")
        rows, codes = rows[wanted], codes[wanted]
    order = np.argsort(rows, kind="stable")
    rows, codes = rows[order], codes[order]
    offsets = _offsets(rows, len(table))
    short = np.arange(len(rows)) - offsets[rows] < MOST_TOKENS
    return _offsets(rows[short], len(table)), codes[short]


def _rows(column: NameColumn) -> Int64:
    return np.repeat(np.arange(len(column.offsets) - 1, dtype=np.int64), np.diff(column.offsets))


def _offsets(rows: Int64, size: int) -> Int64:
    return np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=size)))).astype(np.int64)


def _token_offers(tokens: Iterable[Token], role: str, take: str) -> tuple[Int64, Int64]:
    """What each distinct token offers: (offsets tokens + 1, values)."""
    many = [[hash64(text) for text in _texts(token, role, take)] for token in tokens]
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
    forms = _forms(token, role)
    return set(token.es_given_keys if given else token.es_keys).union(*(es_keys(form, given=given) for form in forms))


def _main_sound(token: Token, role: str) -> str:
    """One sound that stands for the token: of its one full form, if it has one, else its own."""
    given = role != "surname"
    forms = _forms(token, role)
    if len(forms) == 1:
        return min(es_keys(forms.pop(), given=given))
    return min(token.es_given_keys if given else token.es_keys)


def _forms(token: Token, role: str) -> set[str]:
    """Full forms that the token may stand for; of a form of several words the first."""
    forms: set[str] = set()
    if role != "surname":
        forms |= token.given_spellings | token.given_formals
    if role in ("surname", "name"):
        forms |= token.surname_spellings | token.surname_formals
    return {form.split(" ")[0] for form in forms}


def _sets(offsets: Int64, values: Int64) -> Offers:
    """All values of a row as one number, whatever their order; nothing where there are fewer than two."""
    total = np.concatenate(([0], np.cumsum(values)))  # runs over, as sums of hashes may
    several = np.diff(offsets) > 1
    sums = total[offsets[1:]] - total[offsets[:-1]]
    return _one_each(several, sums)


def _one_each(there: "np.ndarray[tuple[int], np.dtype[np.bool_]]", values: Int64) -> Offers:
    return Offers(np.concatenate(([0], np.cumsum(there))).astype(np.int64), values[there].astype(np.int64))


def _date_offers(column: DateColumn, take: str) -> Offers:
    """Dates as numbers; a missing date (year 0) offers nothing."""
    year, month, day = (part.astype(np.int64) for part in (column.year, column.month, column.day))
    there = year != 0
    takes: Mapping[str, Callable[[], Int64]] = {
        "date": lambda: year * 10_000 + month * 100 + day,
        "either_order": lambda: year * 10_000 + np.minimum(month, day) * 100 + np.maximum(month, day),
        "year": lambda: year,
        "year_window": lambda: year,
        "day": lambda: day,
        "month_day": lambda: month * 100 + day,
    }
    if take == "either_calendar":
        return _both_readings(column)
    once = _one_each(there, takes[take]())
    if take != "year_window":
        return once
    return Offers(once.offsets * 2, np.stack([once.values, once.values + 1], axis=1).ravel())


def _both_readings(column: DateColumn) -> Offers:
    """The date as it stands, and its other reading where it has one."""
    years = np.stack([column.year, column.other_year], axis=1).astype(np.int64)
    months = np.stack([column.month, column.other_month], axis=1)
    days = np.stack([column.day, column.other_day], axis=1)
    there = years != 0
    return Offers(
        np.concatenate(([0], np.cumsum(there.sum(axis=1)))).astype(np.int64),
        (years * 10_000 + months * 100 + days)[there],
    )


def _code_offers(column: CodeColumn, take: str) -> Offers:
    values = [value[:_PREFIX] if take == "prefix" else value for value in column.values]
    hashes = np.array([*map(hash64, values), 0], dtype=np.int64)  # the last one stands for MISSING
    return _one_each(column.codes != MISSING, hashes[column.codes])
