"""A small invented sample, the same for every test that only needs some records."""

from functools import lru_cache

from linkage.evaluate.sample import Sample, Truth, generate, record_table
from linkage.records import RecordTable, TextColumn

# Not the seed that the shipped weights were estimated on.
SEED = 4711


@lru_cache
def small_sample(records: int = 400) -> Sample:
    return generate(SEED, records=records)


@lru_cache
def small_table(records: int = 400) -> tuple[RecordTable, tuple[Truth, ...]]:
    return record_table(small_sample(records))


def reordered(table: RecordTable, order: list[int]) -> RecordTable:
    columns = {name: TextColumn(values.codes[order], values.values) for name, values in table.columns.items()}
    ids, sources = tuple(table.ids[row] for row in order), tuple(table.sources[row] for row in order)
    return RecordTable(ids, columns, sources)
