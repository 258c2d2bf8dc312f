"""What the score of a pair depends on besides its two records: how many records there are, and how common each value is.

A census is taken once, of a whole table, and then holds. Given a census, the score of a pair depends on its two records alone:
a full scan, a scan of what is new and one record against all say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

import numpy as np

from linkage.block.crowding import NOTHING_CROWDED, Crowding
from linkage.compare.rarity import Rarity, learn
from linkage.records import LAST1, MISSING, CodeColumn, NameColumn, StandardTable
from rules.matching import MatchField


@dataclass(frozen=True, slots=True)
class NameShares:
    """Shares of names and birth towns that ship with the rules; empty for a table that is not about migrant students."""

    given: Mapping[str, float] = dataclass_field(default_factory=dict)
    surname: Mapping[str, float] = dataclass_field(default_factory=dict)
    city: Mapping[str, float] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Census:
    """`records`: size of the table. `texts`: rarity by column of the text fields and of the birth town.

    `crowding`: blocking keys that too many records share.
    """

    records: int
    given: Rarity
    surname: Rarity
    texts: Mapping[str, Rarity]
    crowding: Crowding


def take_census(table: StandardTable, fields: Sequence[MatchField], shares: NameShares, crowding: Crowding) -> Census:
    """Count `table` and smooth the counts with the shares of the rules. `crowding`: as learned from the same table."""
    given = count_names(table, ("child", "parent1", "parent2"), surnames=False)
    surname = count_names(table, ("child",), surnames=True)
    texts = {
        column: learn(count_values(table.codes[column]), shipped)
        for column, shipped in _text_columns(fields, shares).items()
    }
    return Census(len(table), learn(given, shares.given), learn(surname, shares.surname), texts, crowding)


def census_of_rules(records: int, fields: Sequence[MatchField], shares: NameShares) -> Census:
    """The census of the invented families that the shipped weights come from: for pairs without a table around them."""
    texts = {column: learn({}, shipped) for column, shipped in _text_columns(fields, shares).items()}
    return Census(records, learn({}, shares.given), learn({}, shares.surname), texts, NOTHING_CROWDED)


def _text_columns(fields: Sequence[MatchField], shares: NameShares) -> dict[str, Mapping[str, float]]:
    """The text columns whose values may be rare, each with its shipped shares."""
    shipped: dict[str, Mapping[str, float]] = {}
    for field in fields:
        if field.compare == "text":
            shipped[field.columns[0]] = {}
        elif field.compare == "birthplace":
            shipped[field.columns[0]] = shares.city
    return shipped


def count_names(table: StandardTable, roles: Sequence[str], *, surnames: bool) -> dict[str, int]:
    """How often each given name, or each surname, stands in the names of these roles."""
    counts = np.zeros(len(table.tokens), dtype=np.int64)
    for role in roles:
        column: NameColumn | None = table.names.get(role)
        if column is not None:
            wanted = column.tokens[(column.slots >= LAST1) == surnames]
            counts += np.bincount(wanted, minlength=len(counts))
    seen = np.flatnonzero(counts).tolist()
    return {table.tokens.tokens[code].text: int(counts[code]) for code in seen}


def count_values(column: CodeColumn) -> dict[str, int]:
    """How many rows have each value."""
    counts = np.bincount(column.codes[column.codes != MISSING], minlength=len(column.values))
    return {value: int(count) for value, count in zip(column.values, counts.tolist(), strict=True) if count}
