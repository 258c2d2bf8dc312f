"""All other columns: text -> folded or normal form, dictionary coded."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from linkage.records import MISSING, CodeColumn
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


def code_column(values: Sequence[str]) -> CodeColumn:
    """Codes in the order of first appearance."""
    codes: dict[str, int] = {"": MISSING}
    numbers = [codes.setdefault(value, len(codes) - 1) for value in values]
    return CodeColumn(np.array(numbers, dtype=np.int32), tuple(codes)[1:])


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
