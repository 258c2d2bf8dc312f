"""The values a record offers for each key of a blocking rule; a record may offer several, and meets under any of them."""

from collections.abc import Callable, Mapping
from itertools import combinations

from linkage.records import LAST1, MISSING, CodeColumn, DateColumn, NameColumn, StandardTable, Token

Offer = tuple[str, ...]
Reader = Callable[[int], Offer]

_PREFIX = 4


def reader(table: StandardTable, key: str) -> Reader:
    """How to read `key` ("surname.sound", "birth_date.either_order", "postcode.value") of a row."""
    role, _, take = key.partition(".")
    if role in NAME_ROLES:
        return _name_reader(table, role, take)
    if role in table.dates:
        return _date_reader(table.dates[role], take)
    return _code_reader(table.codes[role], take)


NAME_ROLES: Mapping[str, tuple[str, ...]] = {
    "given": ("child",),
    "surname": ("child",),
    "name": ("child",),
    "parent": ("parent1", "parent2"),
}


def _name_reader(table: StandardTable, role: str, take: str) -> Reader:
    columns = [table.names[name] for name in NAME_ROLES[role] if name in table.names]
    offers = [_token_offer(token, role, take) for token in table.tokens.tokens]

    def read(row: int) -> Offer:
        groups = [offers[code] for column in columns for code in _codes(column, row, role)]
        if take == "sound_set":
            return (" ".join(sorted(group[0] for group in groups)),) if len(groups) > 1 else ()
        if take == "sound_pair":
            return _pairs([group[0] for group in groups])
        return tuple(sorted({value for group in groups for value in group}))

    return read


def _codes(column: NameColumn, row: int, role: str) -> list[int]:
    start, end = int(column.offsets[row]), int(column.offsets[row + 1])
    both = zip(column.tokens[start:end].tolist(), column.slots[start:end].tolist(), strict=True)
    if role == "name":
        return [code for code, _ in both]
    return [code for code, slot in both if (slot >= LAST1) == (role == "surname")]


def _token_offer(token: Token, role: str, take: str) -> Offer:
    if take == "token":
        return (token.text,)
    if take == "soundex":
        return (token.soundex or token.text,)
    keys = _sounds(token, role)
    return (min(keys),) if take in ("sound_pair", "sound_set") else tuple(sorted(keys))


def _sounds(token: Token, role: str) -> set[str]:
    """Spanish keys of the token and of every full form that it may stand for (nicknames meet here too)."""
    if role == "surname":
        return set(token.es_keys) | {f"={form}" for form in _forms(token.surname_spellings, token.surname_formals)}
    forms = _forms(token.given_spellings, token.given_formals)
    if role == "name":
        forms |= _forms(token.surname_spellings, token.surname_formals)
    return set(token.es_given_keys) | {f"={form}" for form in forms} | {f"={token.text}"}


def _forms(spellings: frozenset[str], formals: frozenset[str]) -> set[str]:
    return {form.split(" ")[0] for form in spellings | formals}


def _pairs(values: list[str]) -> Offer:
    return tuple(sorted({"|".join(sorted(pair)) for pair in combinations(values, 2)}))


def _date_reader(column: DateColumn, take: str) -> Reader:
    year, month, day = column.year.tolist(), column.month.tolist(), column.day.tolist()
    others = zip(column.other_year.tolist(), column.other_month.tolist(), column.other_day.tolist(), strict=True)
    other = ["-".join(map(str, numbers)) if numbers[0] else "" for numbers in others]
    takes: Mapping[str, Callable[[int], Offer]] = {
        "date": lambda row: (f"{year[row]}-{month[row]}-{day[row]}",),
        "either_order": lambda row: (f"{year[row]}-{min(month[row], day[row])}-{max(month[row], day[row])}",),
        "either_calendar": lambda row: tuple(filter(None, (f"{year[row]}-{month[row]}-{day[row]}", other[row]))),
        "year": lambda row: (f"{year[row]}",),
        "year_window": lambda row: (f"{year[row]}", f"{year[row] + 1}"),
        "day": lambda row: (f"{day[row]}",),
        "month_day": lambda row: (f"{month[row]}-{day[row]}",),
    }
    take_of = takes[take]
    return lambda row: take_of(row) if year[row] else ()


def _code_reader(column: CodeColumn, take: str) -> Reader:
    codes, values = column.codes.tolist(), column.values

    def read(row: int) -> Offer:
        if codes[row] == MISSING:
            return ()
        value = values[codes[row]]
        return (value[:_PREFIX] if take == "prefix" else value,)

    return read
