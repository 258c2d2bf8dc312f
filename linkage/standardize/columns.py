"""Source records as text -> StandardTable. The whole of standardizing on one screen."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from linkage.records import CodeColumn, NameColumn, RecordTable, StandardTable, TextColumn
from linkage.standardize.codes import by_appearance, code_column, read_column
from linkage.standardize.crowd import People, read_people
from linkage.standardize.dates import date_column
from linkage.standardize.layout import CHILD, CodeKind, Layout
from linkage.standardize.people import PersonReader
from linkage.standardize.tokens import TokenIndex
from rules.name_tables import NameTables
from rules.rulebook import Rulebook


def standardize(table: RecordTable, layout: Layout, rulebook: Rulebook) -> StandardTable:
    """Records in comparable form; a column that the table lacks counts as empty. Row i stays row i.

    Codes of tokens and values depend on the order of the rows; everything else depends on the row alone.
    """
    tables = rulebook.tables
    index = TokenIndex()
    people = _read_roles(table, layout, tables, index)
    names, index = _numbered({role: read.names for role, read in people.items()}, index)
    child = people.get(CHILD)
    return StandardTable(
        ids=table.ids,
        sources=table.sources,
        tokens=index.table(tables),
        names=names,
        dates={column: date_column(_column(table, column), tables) for column in layout.dates},
        codes={column: _code_column(table, layout, column, tables, child) for column in layout.codes},
    )


def _column(table: RecordTable, column: str) -> TextColumn:
    return table.columns.get(column) or TextColumn.blank(len(table))


def _read_roles(table: RecordTable, layout: Layout, tables: NameTables, index: TokenIndex) -> dict[str, People]:
    """All roles; the parents have one reader, for a name that one of them bears is seldom read for the first time."""
    moves_suffix = bool(layout.column_of(CodeKind.SUFFIX))
    child = PersonReader(tables, parent=False, suffixes=moves_suffix)
    parent = PersonReader(tables, parent=True, suffixes=True)
    return {
        role: read_people(
            [_column(table, column) for column in name.columns], child if role == CHILD else parent, index
        )
        for role, name in layout.names.items()
    }


def _numbered(names: Mapping[str, NameColumn], index: TokenIndex) -> tuple[dict[str, NameColumn], TokenIndex]:
    """Tokens numbered in the order in which they appear, role by role; those that no person bears are gone."""
    tokens = [column.tokens for column in names.values()]
    order, number_of = by_appearance(np.concatenate([np.empty(0, dtype=np.int32), *tokens]), len(index))
    numbered = {role: replace(column, tokens=number_of[column.tokens]) for role, column in names.items()}
    return numbered, index.kept(order.tolist())


def _code_column(
    table: RecordTable, layout: Layout, column: str, tables: NameTables, child: People | None
) -> CodeColumn:
    """The suffix field wins over a suffix in a name field; but TWIN A in a name field is stronger than an N, which is often
    nobody's answer.
    """
    kind = layout.kind(column)
    values = read_column(_column(table, column), kind, tables)
    if child and kind is CodeKind.SUFFIX:
        values = values.or_else(child.suffixes)
    if child and kind is CodeKind.MULTIPLE_BIRTH:
        values = child.twins.or_else(values)
    return code_column(values)
