"""The tables of `nearmatch evaluate --truth` and `nearmatch rules diff --table`: one table with ids that stay the same."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from pathlib import Path

from linkage.commands.common import console
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.tables import ID_COLUMNS, join, read_records
from linkage.errors import ModelError
from linkage.ingest.table import read_plain_table
from linkage.ingest.upload import read_upload
from linkage.records import RecordTable, TextColumn
from rules.matching import ModelFile
from rules.mde_list import load_mde_list

STUDENT_ID = "state_student_id"


def read_labelled(paths: Sequence[Path], id_column: str, model: ModelFile | None, today: date) -> RecordTable:
    """All tables as one. Ids are those of `id_column` or of the first usual id column, one record a row.

    An upload without such a column is read as `nearmatch ingest` reads it: one record a student, called after the file and the
    State student ID (`TX.csv` -> TX:100234), as in the truth.csv of `nearmatch sample`. Raises LinkageError.
    """
    wanted = id_column or (model.record_id if model else "")
    tables = [_read(path, wanted, model, today) for path in paths]
    for number, table in enumerate(tables):
        for other, path in zip(tables[:number], paths, strict=False):
            if set(table.ids) & set(other.ids):
                raise ModelError(
                    f"{paths[number].name} and {path.name} have record ids in common.",
                    "Give each record an id of its own.",
                )
    return reduce(join, tables)


def _read(path: Path, wanted: str, model: ModelFile | None, today: date) -> RecordTable:
    headers = read_plain_table(path).headers
    if wanted or model or any(name in headers for name in ID_COLUMNS):
        table, unread = read_records(path, wanted, path.stem)
        if unread:
            console.print(f"{path.name}: {len(unread):,} lines could not be read and are left out.")
        return table if model else canonical_columns(table)
    mde = load_mde_list()
    if not any(claim.column == STUDENT_ID for header in headers if (claim := mde.claim(header))):
        raise ModelError(
            f"{path.name} has no column with record ids; its columns are {', '.join(headers)}.", "Name it with `--id`."
        )
    return _read_upload(path, today)


def _read_upload(path: Path, today: date) -> RecordTable:
    """Students of an upload; of a student with several rows the last one counts."""
    mde = load_mde_list()
    result = read_upload(path, mde=mde, today=today)
    latest = {row.values[STUDENT_ID]: row.values for row in result.rows}
    if result.quarantined:
        console.print(f"{path.name}: {len(result.quarantined):,} lines cannot be used and are left out.")
    columns = {
        column: TextColumn.of(values[column] for values in latest.values()) for column in mde.block("demographic")
    }
    return RecordTable(tuple(f"{path.stem.upper()}:{one}" for one in latest), columns, (path.stem,) * len(latest))
