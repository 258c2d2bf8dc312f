"""Source records as text -> StandardTable. The whole of standardizing on one screen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.records import CodeColumn, NameColumn, RecordTable, StandardTable, TextColumn
from linkage.standardize.codes import code_column, read_values
from linkage.standardize.dates import date_column
from linkage.standardize.layout import CHILD, CodeKind, Layout, NameLayout
from linkage.standardize.people import Person, PersonReader
from linkage.standardize.tokens import TokenIndex
from rules.name_tables import NameTables
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class FromNames:
    """What the name fields of each child said besides names."""

    suffixes: tuple[str, ...]
    twins: tuple[bool, ...]


def standardize(table: RecordTable, layout: Layout, rulebook: Rulebook) -> StandardTable:
    """Records in comparable form; a column that the table lacks counts as empty. Row i stays row i.

    Codes of tokens and values depend on the order of the rows; everything else depends on the row alone.
    """
    tables = rulebook.tables
    index = TokenIndex()
    names: dict[str, NameColumn] = {}
    said = FromNames(("",) * len(table), (False,) * len(table))
    for role, name in layout.names.items():
        moves_suffix = role != CHILD or bool(layout.column_of(CodeKind.SUFFIX))
        reader = PersonReader(tables, parent=role != CHILD, suffixes=moves_suffix)
        people = _read_people(table, name, reader)
        names[role] = _name_column(people, index)
        if role == CHILD:
            said = FromNames(tuple(p.suffix for p in people), tuple(p.twin for p in people))
    return StandardTable(
        ids=table.ids,
        sources=table.sources,
        tokens=index.table(tables),
        names=names,
        dates={column: date_column(_texts(table, column), tables) for column in layout.dates},
        codes={column: _code_column(table, layout, column, tables, said) for column in layout.codes},
    )


def _texts(table: RecordTable, column: str) -> Sequence[str]:
    return tuple(table.columns.get(column) or TextColumn.blank(len(table)))


def _read_people(table: RecordTable, layout: NameLayout, reader: PersonReader) -> list[Person]:
    return [reader.read(*texts) for texts in zip(*(_texts(table, column) for column in layout.columns), strict=True)]


def _name_column(people: Iterable[Person], index: TokenIndex) -> NameColumn:
    offsets, tokens, slots, particles = [0], [], [], []
    for person in people:
        for part in person.parts:
            tokens.append(index.code(part.text))
            slots.append(part.slot)
            particles.append(part.particle)
        offsets.append(len(tokens))
    return NameColumn(
        offsets=np.array(offsets, dtype=np.int64),
        tokens=np.array(tokens, dtype=np.int32),
        slots=np.array(slots, dtype=np.int8),
        particle=np.array(particles, dtype=np.int8),
    )


def _code_column(table: RecordTable, layout: Layout, column: str, tables: NameTables, said: FromNames) -> CodeColumn:
    kind = layout.kind(column)
    values = read_values(_texts(table, column), kind, tables)
    complete = _COMPLETED_BY.get(kind)
    return code_column(complete(values, said) if complete else values)


def _with_suffixes(values: Sequence[str], said: FromNames) -> list[str]:
    """The suffix field wins over a suffix in a name field."""
    return [value or suffix for value, suffix in zip(values, said.suffixes, strict=True)]


def _with_twins(values: Sequence[str], said: FromNames) -> list[str]:
    """TWIN A in a name field is stronger than an N, which is often nobody's answer."""
    return ["Y" if twin else value for value, twin in zip(values, said.twins, strict=True)]


_COMPLETED_BY: Mapping[CodeKind, Callable[[Sequence[str], FromNames], list[str]]] = {
    CodeKind.SUFFIX: _with_suffixes,
    CodeKind.MULTIPLE_BIRTH: _with_twins,
}
