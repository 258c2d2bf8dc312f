"""All comparisons of a model over one standard table, one pair at a time."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from linkage.compare.census import NameShares
from linkage.compare.rarity import Rarity, learn
from linkage.records import MISSING, CodeColumn, StandardTable
from rules.matching import MatchField
from tests.oracle.dates import BirthDates
from tests.oracle.given import GivenNames
from tests.oracle.parents import Parents
from tests.oracle.person import NOBODY, Name, NameReader, read_names
from tests.oracle.relations import Relations
from tests.oracle.surnames import Surnames
from tests.oracle.values import Birthplace, Code, MultipleBirth, Sex, Text


class Comparison(Protocol):
    """One field: the level of a pair of rows, and by how many bits the agreeing value is rarer than usual."""

    def level(self, left: int, right: int) -> tuple[str, float]: ...


class Comparisons:
    """Builds the comparison of a field over one standard table; name columns are read once."""

    def __init__(self, table: StandardTable, shares: NameShares) -> None:
        self._table = table
        relations = Relations(table.tokens)
        self._child = read_names(table.names["child"]) if "child" in table.names else []
        self._parents = self._read_parents()
        adults = [adult for both in self._parents for adult in both]
        self._shares = shares
        counted = self._child
        given = learn(Counter(_texts([*counted, *adults], relations, surnames=False)), shares.given)
        surname = learn(Counter(_texts(counted, relations, surnames=True)), shares.surname)
        self._reader = NameReader(relations, given, surname)

    def of(self, field: MatchField) -> Comparison:
        """The comparison that `field.compare` names. Raises KeyError where the table lacks the column."""
        return _BUILDERS[field.compare](self, field)

    def _read_parents(self) -> list[tuple[Name, Name]]:
        first, second = (
            read_names(self._table.names[role]) if role in self._table.names else [NOBODY] * len(self._table)
            for role in ("parent1", "parent2")
        )
        return list(zip(first, second, strict=True))

    def _known_parents(self) -> list[tuple[Name, Name]] | None:
        return self._parents if "parent1" in self._table.names else None

    def given_names(self, _: MatchField) -> Comparison:
        return GivenNames(self._child, self._known_parents(), self._reader)

    def surnames(self, _: MatchField) -> Comparison:
        return Surnames(self._child, self._known_parents(), self._reader)

    def birth_date(self, field: MatchField) -> Comparison:
        return BirthDates(self._table.dates[field.columns[0]])

    def sex(self, field: MatchField) -> Comparison:
        return Sex(self._column(field), self._child or None, self._reader.relations)

    def suffix(self, field: MatchField) -> Comparison:
        return Code(self._column(field), slips=False)

    def multiple_birth(self, field: MatchField) -> Comparison:
        return MultipleBirth(self._column(field))

    def parents(self, _: MatchField) -> Comparison:
        return Parents(self._parents, self._reader)

    def birthplace(self, field: MatchField) -> Comparison:
        city, state, country = (self._table.codes[column] for column in field.columns)
        return Birthplace(city, state, country, self._rarity(city, self._shares.city))

    def text(self, field: MatchField) -> Comparison:
        column = self._column(field)
        return Text(column, self._rarity(column, {}))

    def code(self, field: MatchField) -> Comparison:
        return Code(self._column(field), slips=True)

    def _column(self, field: MatchField) -> CodeColumn:
        return self._table.codes[field.columns[0]]

    def _rarity(self, column: CodeColumn, shipped: Mapping[str, float]) -> Rarity:
        codes = column.codes.tolist()
        return learn(Counter(column.values[code] for code in codes if code != MISSING), shipped)


def _texts(names: Sequence[Name], relations: Relations, *, surnames: bool) -> list[str]:
    return [text for name in names for text in relations.texts(name.surnames if surnames else name.given)]


_BUILDERS: Mapping[str, Callable[[Comparisons, MatchField], Comparison]] = {
    "given_names": Comparisons.given_names,
    "surnames": Comparisons.surnames,
    "birth_date": Comparisons.birth_date,
    "sex": Comparisons.sex,
    "suffix": Comparisons.suffix,
    "multiple_birth": Comparisons.multiple_birth,
    "parents": Comparisons.parents,
    "birthplace": Comparisons.birthplace,
    "text": Comparisons.text,
    "code": Comparisons.code,
}
