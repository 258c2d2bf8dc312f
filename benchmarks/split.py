"""Invented families at scale, cut into records that are stored and records that arrive; used by incremental.py and one_record.py.

The rows of the file stand in random order, so that the last ones are a fair sample: about one in five is a further record of a
child who is stored already.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.peers import data
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.tables import read_records
from linkage.records import RecordTable, TextColumn


@dataclass(frozen=True, slots=True)
class Split:
    """`whole`: the file with all records, the stored ones first; `child_of`: record id -> child."""

    whole: Path
    stored: RecordTable
    new: RecordTable
    child_of: Mapping[str, str]


def split(stored: int, new: int, folder: Path) -> Split:
    """`stored` and `new` records of the same families, made in `folder` unless they are there already."""
    made = data.families(stored + new, folder)
    table = canonical_columns(read_records(made.files[0], "record_id", "stored")[0])
    with made.truth.open(encoding="utf-8", newline="") as file:
        child_of = {row["record_id"]: row["child_id"] for row in csv.DictReader(file)}
    return Split(made.files[0], rows(table, 0, stored), rows(table, stored, stored + new), child_of)


def rows(table: RecordTable, start: int, stop: int) -> RecordTable:
    """Some rows, as they would be read by themselves: their columns hold no other text."""
    columns = {name: TextColumn.of(column.rows(np.arange(start, stop))) for name, column in table.columns.items()}
    return RecordTable(table.ids[start:stop], columns, table.sources[start:stop])
