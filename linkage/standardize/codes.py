"""All other columns: text -> folded or normal form, dictionary coded."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from linkage.records import MISSING, CodeColumn, Int32, TextColumn
from linkage.standardize.layout import CodeKind
from rules.folding import LOST
from rules.name_tables import NameTables

_YES_NO: Mapping[str, str] = {
    **dict.fromkeys(("Y", "YES", "S", "SI", "1", "T", "TRUE"), "Y"),
    **dict.fromkeys(("N", "NO", "0", "F", "FALSE"), "N"),
}


def read_values(texts: Sequence[str], kind: CodeKind, tables: NameTables) -> list[str]:
    """The normal form of each text, "" = missing. Every distinct text is read once."""
    reader = _reader(kind, tables)
    read = {text: reader(text) for text in set(texts)}
    return [read[text] for text in texts]


def read_column(column: TextColumn, kind: CodeKind, tables: NameTables) -> TextColumn:
    """The column in normal form, "" = missing."""
    normal = TextColumn.of(read_values(column.values, kind, tables))
    return TextColumn(normal.codes[column.codes], normal.values)


def code_column(values: TextColumn) -> CodeColumn:
    """Codes in the order of first appearance, "" = MISSING."""
    said = np.array([bool(value) for value in values.values], dtype=np.bool_)
    order, number_of = by_appearance(values.codes[said[values.codes]], len(said))
    return CodeColumn(number_of[values.codes], tuple(values.values[code] for code in order.tolist()))


def by_appearance(codes: Int32, size: int) -> tuple[Int32, Int32]:
    """The codes (0 .. size - 1) that occur, in the order of first appearance; and the place of each in it, else MISSING."""
    first = np.full(size, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # of equal codes the last one written stays
    occurring = np.flatnonzero(first >= 0)
    order = occurring[np.argsort(first[occurring])].astype(np.int32)
    place = np.full(size, MISSING, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    return order, place


def _reader(kind: CodeKind, tables: NameTables) -> Callable[[str], str]:
    def plain(text: str) -> str:
        return " ".join(tables.fold(text).replace(LOST, " ").split())

    def value(text: str) -> str:
        folded = plain(text)
        return "" if folded in tables.empty_values else folded

    if kind is CodeKind.SEX:
        return lambda text: tables.sexes.get(plain(text), "")
    if kind is CodeKind.SUFFIX:
        return lambda text: tables.suffixes.get(plain(text), "")
    if kind in (CodeKind.YES_NO, CodeKind.MULTIPLE_BIRTH):
        return lambda text: _YES_NO.get(plain(text), "")
    if kind is CodeKind.STATE:
        return lambda text: tables.states.get(plain(text)) or value(text)
    if kind is CodeKind.COUNTRY:
        return lambda text: tables.countries.get(plain(text)) or value(text)
    return value
