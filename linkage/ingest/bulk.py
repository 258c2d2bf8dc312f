"""Large delimited files, column by column, with exactly the result of the careful reader in `text.py`, or none at all.

Nearly all lines of nearly all files are plain: as many cells as the header, quotes where they belong. A kernel finds the
others. Those go through the careful reader, the plain ones through Arrow, which keeps each distinct text once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from linkage.errors import InputFileError
from linkage.ingest.arrow import BulkTable, empty_or_header, read_plain_lines, trimmed
from linkage.ingest.physical import PhysicalLines, encoding_of, lines_of
from linkage.ingest.plain_lines import odd_lines
from linkage.ingest.result import QuarantinedLine
from linkage.ingest.text import MAX_RECORD_LINES, SAMPLE_LINES, Cutter, Opening, open_text
from linkage.records import TextColumn

_BOM = b"\xef\xbb\xbf"
_OPENING_LINES = 4 * SAMPLE_LINES


@dataclass(frozen=True, slots=True)
class _Odd:
    """What the careful reader makes of the lines that are not plain. `spans`: first line, last line, begin and end byte."""

    spans: list[tuple[int, int, int, int]] = field(default_factory=list)
    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)  # line, cells
    faults: list[QuarantinedLine] = field(default_factory=list)


def read_text_in_bulk(data: bytes) -> BulkTable | None:
    """A delimited file; None if only the careful reader can tell what it says."""
    try:
        codec, name = encoding_of(data)
        text = data if codec.startswith("utf-8") else data.decode(codec).encode()
        begin = len(_BOM) if text.startswith(_BOM) else 0
        lines, _ = _lines_at(text, begin, _OPENING_LINES)
        opening = open_text(lines, lambda _: 0)
        if opening.head > SAMPLE_LINES:
            return None
        begin += len("".join(lines.texts[: opening.header.last + 1]).encode())
        return _read_body(text, begin, opening, name)
    except (InputFileError, UnicodeError):
        return None


def _read_body(text: bytes, begin: int, opening: Opening, encoding: str) -> BulkTable | None:
    width, before = len(opening.header.cells), opening.header.last + 1
    most = text.count(b"\n", begin) // 4 + _OPENING_LINES
    lines, found = odd_lines(np.frombuffer(text, dtype=np.uint8)[begin:], ord(opening.delimiter), width, most)
    if lines < 0:
        return None
    odd = _read_odd(text, [(int(line), begin + int(at)) for line, at in found], opening, before)
    plain = np.ones(lines, dtype=np.bool_)
    for first, last, _, _ in odd.spans:
        plain[first : last + 1] = False
    columns = _read_plain(text, begin, odd, opening, int(plain.sum()))
    if columns is None:
        return None
    kept = ~empty_or_header(columns, opening.header.cells)
    line_of = np.flatnonzero(plain)
    odd_at = np.array([line for line, _ in odd.rows], dtype=np.int64)
    place = np.searchsorted(line_of, odd_at)
    cells = zip(*(cells for _, cells in odd.rows), strict=True) if odd.rows else [()] * width
    kept = np.insert(kept, place, True)
    columns = [_inserted(column, place, texts).rows(kept) for column, texts in zip(columns, cells, strict=True)]
    line_of = np.insert(line_of, place, odd_at)[kept] + before + 1
    return BulkTable(opening.header.cells, trimmed(columns), line_of, tuple(odd.faults), encoding)


def _inserted(column: TextColumn, place: NDArray[np.intp], texts: Sequence[str]) -> TextColumn:
    """The column with further texts, each in front of the row that stands at its place."""
    if not texts:
        return column
    both = column.followed_by(TextColumn.of(texts))
    return TextColumn(np.insert(both.codes[: len(column)], place, both.codes[len(column) :]), both.values)


def _read_odd(text: bytes, found: Iterable[tuple[int, int]], opening: Opening, before: int) -> _Odd:
    """A quote left open may take the following lines along, plain or not, as with the careful reader."""
    odd, width = _Odd(), len(opening.header.cells)
    done = -1
    for line, at in found:
        if line <= done:
            continue
        lines, ends = _lines_at(text, at, MAX_RECORD_LINES)
        last = 0
        if lines.texts[0].strip():
            cutter = Cutter(lines, opening.delimiter, width)
            cut = cutter.cut(0)
            last = cut.last
            if cut.reason:
                odd.faults.append(cutter.fault(0, cut, cut.reason, before + line))
            elif any(map(str.strip, cut.cells)) and cut.cells != opening.header.cells:
                odd.rows.append((line, cut.cells[:width]))
        done = line + last
        odd.spans.append((line, done, at, ends[last]))
    return odd


def _lines_at(text: bytes, at: int, count: int) -> tuple[PhysicalLines, list[int]]:
    """At most `count` lines from a byte on, and where each ends."""
    ends: list[int] = []
    end = at
    while len(ends) < count and end < len(text):
        end = text.find(b"\n", end) + 1 or len(text)
        ends.append(end)
    return PhysicalLines(lines_of(text[at:end].decode()), "UTF-8", frozenset()), ends


def _read_plain(text: bytes, begin: int, odd: _Odd, opening: Opening, rows: int) -> list[TextColumn] | None:
    whole = memoryview(text)
    starts, stops = [begin, *(end for *_, end in odd.spans)], [*(at for _, _, at, _ in odd.spans), len(text)]
    pieces = [whole[start:stop] for start, stop in zip(starts, stops, strict=True)]
    lines = pieces[0] if len(pieces) == 1 else b"".join(pieces)
    return read_plain_lines(lines, len(opening.header.cells), opening.delimiter, rows)
