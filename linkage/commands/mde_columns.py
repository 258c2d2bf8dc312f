"""A table whose headers mean Minimum Data Elements, with the columns under their canonical names."""

from collections import Counter

from linkage.errors import ColumnMappingError, ModelError
from linkage.records import RecordTable, TextColumn
from rules.mde_list import load_mde_list

_NEEDED = ("first_name", "last_name_1", "birth_date")


def canonical_columns(table: RecordTable) -> RecordTable:
    """Rename the columns that name an element, drop the rest. Raises ModelError where the table is not MDE-shaped."""
    mde = load_mde_list()
    claimed = {column: claim.column for column in table.columns if (claim := mde.claim(column))}
    for inside, times in Counter(claimed.values()).items():
        if times > 1:
            both = ", ".join(f"`{column}`" for column, of in claimed.items() if of == inside)
            raise ColumnMappingError(
                f"{mde.element(inside).title} is claimed by {times} columns: {both}.", "Rename or remove one of them."
            )
    columns = {inside: table.columns[column] for column, inside in claimed.items()}
    missing = [column for column in _NEEDED if column not in columns]
    if missing:
        raise ModelError(
            f"No column is a {mde.element(missing[0]).title}; the columns are {', '.join(table.columns)}.",
            "Name the columns after the elements, or say with `--model` what is compared how (docs/model-file.md).",
        )
    absent = {column: TextColumn.blank(len(table)) for column in mde.block("demographic") if column not in columns}
    return RecordTable(table.ids, columns | absent, table.sources)
