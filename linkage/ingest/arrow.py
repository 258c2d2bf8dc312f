"""What Arrow reads in columns: plain lines and Parquet files. Text as it stands; nothing is taken for a number or for missing."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from linkage.ingest.result import QuarantinedLine
from linkage.ingest.source import cell_fault
from linkage.ingest.typed import text_of
from linkage.records import Int64, TextColumn

if TYPE_CHECKING:
    import pyarrow as pa

MOST_CELLS = 250_000_000  # a GB of codes
_BLOCK = 1 << 22


@dataclass(frozen=True, slots=True)
class BulkTable:
    """What the careful reader would have made of the file: header as written, trimmed cells, first line of each row."""

    header: tuple[str, ...]
    columns: tuple[TextColumn, ...]
    lines: Int64
    faults: tuple[QuarantinedLine, ...]
    encoding: str


def read_plain_lines(lines: bytes | memoryview, width: int, delimiter: str, rows: int) -> list[TextColumn] | None:
    """The cells of `rows` lines of `width` cells as they stand; None if Arrow sees anything else in them."""
    import pyarrow as pa  # noqa: PLC0415 - a third of a second that small files should not pay
    import pyarrow.csv  # noqa: PLC0415

    names = [str(number) for number in range(width)]
    if not rows:
        return [TextColumn.of(()) for _ in names]
    types = dict.fromkeys(names, pa.string())
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(lines),
            pyarrow.csv.ReadOptions(column_names=names, block_size=_BLOCK),
            pyarrow.csv.ParseOptions(delimiter=delimiter, ignore_empty_lines=False),
            pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False),
        )
    except pa.ArrowException:
        return None
    if table.num_rows != rows:
        return None
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(_column, table.columns))


def read_parquet_in_bulk(data: bytes) -> BulkTable | None:
    """A Parquet file; None if only the careful reader can tell what it says."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet  # noqa: PLC0415

    try:
        file = pyarrow.parquet.ParquetFile(pa.BufferReader(data))
        if not 0 < file.metadata.num_rows * file.metadata.num_columns <= MOST_CELLS:
            return None
        table = file.read()
        columns = [_typed_column(column) for column in table.columns]
    except (pa.ArrowException, OSError, ValueError, OverflowError):
        return None
    if any(cell_fault(column.values) for column in columns):
        return None
    header = tuple(table.column_names)
    kept = ~empty_or_header(columns, header)
    return BulkTable(
        header, trimmed([column.rows(kept) for column in columns]), np.flatnonzero(kept) + 1, (), "Parquet"
    )


def _column(chunked: "pa.ChunkedArray") -> TextColumn:
    """A column of texts without null."""
    chunks = chunked.dictionary_encode().chunks  # all have one dictionary
    codes = [chunk.indices.to_numpy() for chunk in chunks]
    return TextColumn(np.concatenate(codes), tuple(chunks[0].dictionary.to_numpy(zero_copy_only=False)))


def _typed_column(chunked: "pa.ChunkedArray") -> TextColumn:
    """A column of any type as text; null is the empty text."""
    chunks = chunked.dictionary_encode().unify_dictionaries().chunks
    texts = TextColumn.of(["", *map(text_of, chunks[0].dictionary.to_pylist())])
    codes = [chunk.indices.fill_null(-1).to_numpy() for chunk in chunks]
    return TextColumn(texts.codes[np.concatenate(codes) + 1], texts.values)


def empty_or_header(columns: Sequence[TextColumn], header: Sequence[str]) -> NDArray[np.bool_]:
    """Rows in which nothing stands, and repetitions of the header (files put one behind the other)."""
    found = np.zeros(len(columns[0]), dtype=np.bool_)
    found[_rows_of(columns, [title.__eq__ for title in header])] = True
    found[_rows_of(columns, [_is_blank] * len(columns))] = True
    return found


def _is_blank(text: str) -> bool:
    return not text.strip()


def _rows_of(columns: Sequence[TextColumn], wanted: Sequence[Callable[[str], bool]]) -> NDArray[np.intp]:
    """The rows in which every column has a value that it wants."""
    rows = np.arange(len(columns[0]))
    for column, wants in sorted(zip(columns, wanted, strict=True), key=lambda pair: len(pair[0].values)):
        here = np.zeros(len(column.values), dtype=np.bool_)
        for code in np.unique(column.codes[rows]).tolist():
            here[code] = wants(column.values[code])
        rows = rows[here[column.codes[rows]]]
    return rows


def trimmed(columns: Sequence[TextColumn]) -> tuple[TextColumn, ...]:
    """The columns without white space around their texts."""
    return tuple(map(_trimmed, columns))


def _trimmed(column: TextColumn) -> TextColumn:
    stripped = tuple(map(str.strip, column.values))
    if stripped == column.values:
        return column
    texts = TextColumn.of(stripped)
    return TextColumn(texts.codes[column.codes], texts.values)
