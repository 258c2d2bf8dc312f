"""Our comparators and our blocking for pipelines of the Python Record Linkage Toolkit (`recordlinkage`). See docs/recordlinkage.md.

Columns are told by keyword, under the names of a migrant-student record: `first_name="given_name"`, or, where the two tables
call it differently, `first_name=("given_name", "first")`. Whatever else stands in the frames is left alone.
`recordlinkage` keeps pandas below 3; nothing else of the pipeline imports either.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from recordlinkage.base import BaseCompareFeature, BaseIndexAlgorithm

from linkage.block.index import build_index
from linkage.compare.vector import NameShares, compare_pairs
from linkage.records import Int64, PairTable, RecordTable, StandardTable, TextColumn
from linkage.standardize.columns import standardize
from linkage.standardize.layout import MDE_LAYOUT, Layout
from rules.matching import BlockingRule, Level, MatchField, check_blocking
from rules.rulebook import load_rulebook

Column = str | tuple[str, str]  # in both tables, or in the left and in the right one

NAME = ("first_name", "middle_name", "last_name_1", "last_name_2")
PARENTS = ("parent1_first", "parent1_last", "parent2_first", "parent2_last")
BIRTHPLACE = ("birth_city", "birth_state", "birth_country")
VALUE = "value"

# How far a level speaks for one person. Above one half: the same person may well have both values.
AGREEMENT = {"equal": 1.0, "compatible": 0.75, "similar": 0.25, "differs": 0.0}

_LAYOUT = Layout(MDE_LAYOUT.names, MDE_LAYOUT.dates, (*MDE_LAYOUT.codes, VALUE))
_NO_SHARES = NameShares()  # a feature says which level a pair reaches; how rare the names are is for a model


class LevelFeature(BaseCompareFeature):  # type: ignore[misc]
    """One comparison of rules/matching.yaml as a feature: a number from 0 (differs) to 1 (the same) for each pair.

    `levels=True` adds a second feature, the id of the level ("swapped", "nickname"). `missing_value` is the number for a
    pair of which one value is missing; 0.0 is the habit of recordlinkage, 0.5 is neutral.
    """

    compare: ClassVar[str]
    compared: ClassVar[tuple[str, ...]]  # the columns of which at least one is needed
    context: ClassVar[tuple[str, ...]] = ()  # columns that make the comparison sharper

    def __init__(
        self, *, label: str | None = None, levels: bool = False, missing_value: float = 0.0, **columns: Column
    ) -> None:
        """Raises ValueError for a column that the comparison does not take, or if it gets nothing to compare."""
        _check(type(self).__name__, columns, self.compared, self.context)
        self.columns = tuple(columns)
        self.levels = levels
        self.missing_value = missing_value
        labels = [label, f"{label}_level" if label else None] if levels else label
        super().__init__(_side(columns, 0), _side(columns, 1), label=labels)

    def _compute_vectorized(self, *args: "pd.Series[Any]") -> NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]:
        half = len(self.columns)
        rows, pairs = _distinct_rows(args[:half], args[half:])
        columns = {name: tuple(row[at] for row in rows) for at, name in enumerate(self.columns)}
        found = self._levels(_standard(columns, len(rows)), pairs)
        levels = load_rulebook().matching.comparisons[self.compare]
        numbers = np.array([self._number(level) for level in levels])[found]
        return (numbers, np.array([level.id for level in levels], dtype=object)[found]) if self.levels else numbers

    def _levels(self, table: StandardTable, pairs: PairTable) -> Int64:
        fields = [_field(self)]
        if self.compared != PARENTS and set(PARENTS) & set(self.columns):
            fields.append(_field(Parents))  # only beside it do the surnames look at the parents
        found = compare_pairs(table, pairs, fields, load_rulebook().matching.comparisons, shares=_NO_SHARES)
        return found.levels[:, 0].astype(np.int64)

    def _number(self, level: Level) -> float:
        return AGREEMENT.get(level.strength, self.missing_value)


class GivenNames(LevelFeature):
    """Spellings, nicknames, initials, another order, one of several names; with the surnames also an exchange of the two."""

    compare = "given_names"
    compared = NAME[:2]
    context = NAME[2:]


class Surnames(LevelFeature):
    """One of two, exchanged, glued, misspelled; with given names and parents also filed elsewhere or taken from a parent."""

    compare = "surnames"
    compared = NAME[2:]
    context = (*NAME[:2], *PARENTS)


class BirthDate(LevelFeature):
    """Day and month swapped, a wrong digit, January 1, another calendar. Year first, or month/day/year."""

    compare = "birth_date"
    compared = ("birth_date",)


class Sex(LevelFeature):
    """The given names tell whether boys and girls carry them."""

    compare = "sex"
    compared = ("sex",)
    context = NAME


class Suffix(LevelFeature):
    """Jr. and III, also where they stand behind a name."""

    compare = "suffix"
    compared = ("suffix",)
    context = NAME


class MultipleBirth(LevelFeature):
    """Yes or no, or a name field that says TWIN A."""

    compare = "multiple_birth"
    compared = ("multiple_birth",)
    context = NAME


class Parents(LevelFeature):
    """Two adults in any order."""

    compare = "parents"
    compared = PARENTS


class Birthplace(LevelFeature):
    """Town, State and country."""

    compare = "birthplace"
    compared = BIRTHPLACE


class Text(LevelFeature):
    """Streets, towns and the like: `Text(value="address_1")`."""

    compare = "text"
    compared = (VALUE,)


class Code(LevelFeature):
    """Numbers and postcodes: `Code(value="postcode")`."""

    compare = "code"
    compared = (VALUE,)


class NameBlocks(BaseIndexAlgorithm):  # type: ignore[misc]
    """The blocking rules of rules/matching.yaml as an index: the pairs of records that share all keys of one rule.

    Rules whose columns are not given are left out. `rules`: rules of your own, each a list of keys such as
    ["birth_date.date", "name.sound"] (docs/model-file.md lists them).
    """

    def __init__(self, *, rules: Iterable[Sequence[str]] | None = None, **columns: Column) -> None:
        """Raises ValueError for a column or a key that does not exist."""
        _check("NameBlocks", columns, (*NAME, "birth_date", *PARENTS), ())
        super().__init__()
        self.columns = columns
        fields = _fields(columns)
        if rules is None:
            offered = (_served(fields, rule) for rule in load_rulebook().matching.blocking)
            self.rules = tuple(rule for rule in offered if rule)
        else:
            self.rules = tuple(BlockingRule(id=" + ".join(keys), keys=tuple(keys)) for keys in rules)
            check_blocking(fields, self.rules)

    def _link_index(self, df_a: "pd.DataFrame", df_b: "pd.DataFrame") -> "pd.MultiIndex":
        pairs = self._pairs([df_a, df_b])
        return pd.MultiIndex.from_arrays([df_a.index[pairs.left], df_b.index[pairs.right - len(df_a)]])

    def _dedup_index(self, df_a: "pd.DataFrame") -> "pd.MultiIndex":
        """The later row first, as the other indexes of recordlinkage do, so that their pairs can be united."""
        pairs = self._pairs([df_a])
        return pd.MultiIndex.from_arrays([df_a.index[pairs.right], df_a.index[pairs.left]])

    def _pairs(self, frames: Sequence["pd.DataFrame"]) -> PairTable:
        columns = {
            name: tuple(
                text
                for side, frame in enumerate(frames)
                for text in _texts(frame[column if isinstance(column, str) else column[side]])
            )
            for name, column in self.columns.items()
        }
        sources = tuple(str(side) for side, frame in enumerate(frames) for _ in range(len(frame)))
        table = _standard(columns, len(sources), sources)
        numbers = np.array(sources, dtype=np.int64) if len(frames) > 1 else None
        return build_index(table, self.rules).all_pairs(numbers)


def _check(what: str, columns: dict[str, Column], compared: Sequence[str], context: Sequence[str]) -> None:
    unknown = [name for name in columns if name not in (*compared, *context)]
    if unknown:
        raise ValueError(f"{what} takes no column `{unknown[0]}`; it takes {', '.join((*compared, *context))}.")
    if not any(name in compared for name in columns):
        raise ValueError(f"{what} needs one of the columns {', '.join(compared)}.")


def _side(columns: dict[str, Column], side: int) -> list[str]:
    return [column if isinstance(column, str) else column[side] for column in columns.values()]


def _texts(series: "pd.Series[Any]") -> list[str]:
    """Cells as text, missing ones empty; whole numbers without a point."""
    missing = series.isna().tolist()
    return ["" if none else _text(value) for value, none in zip(series.tolist(), missing, strict=True)]


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return value.isoformat()[:10] if isinstance(value, pd.Timestamp) else str(value)


def _distinct_rows(
    left: Sequence["pd.Series[Any]"], right: Sequence["pd.Series[Any]"]
) -> tuple[list[tuple[str, ...]], PairTable]:
    """The distinct rows of both sides, and the pairs as their numbers: a record is read once, however many pairs it is in."""
    numbers: dict[tuple[str, ...], int] = {}
    ends = [
        np.array(
            [numbers.setdefault(row, len(numbers)) for row in zip(*map(_texts, side), strict=True)], dtype=np.int64
        )
        for side in (left, right)
    ]
    return list(numbers), PairTable.of(ends[0], ends[1])


def _standard(columns: dict[str, tuple[str, ...]], size: int, sources: tuple[str, ...] = ()) -> StandardTable:
    ids = tuple(map(str, range(size)))
    coded = {name: TextColumn.of(texts) for name, texts in columns.items()}
    return standardize(RecordTable(ids, coded, sources or ("",) * size), _LAYOUT, load_rulebook())


def _fields(columns: Iterable[str]) -> tuple[MatchField, ...]:
    """The comparisons that the columns allow; they decide which blocking keys there are."""
    given = set(columns)
    return tuple(_field(kind) for kind in (GivenNames, Surnames, BirthDate, Parents) if given & set(kind.compared))


def _field(kind: LevelFeature | type[LevelFeature]) -> MatchField:
    return MatchField(id=kind.compare, title=kind.compare, compare=kind.compare, columns=kind.compared)


def _served(fields: tuple[MatchField, ...], rule: BlockingRule) -> BlockingRule | None:
    """The rule with the refinements that these fields can serve; None if they cannot serve its keys."""
    if not _can_serve(fields, rule.keys):
        return None
    return rule.model_copy(update={"refine": tuple(key for key in rule.refine if _can_serve(fields, (key,)))})


def _can_serve(fields: tuple[MatchField, ...], keys: tuple[str, ...]) -> bool:
    try:
        check_blocking(fields, (BlockingRule(id="asked", keys=keys),))
    except ValueError:
        return False
    return True
