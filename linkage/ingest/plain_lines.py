"""The kernel that tells plain lines from odd ones, at the speed of memory."""

import numpy as np
from numpy.typing import NDArray

from linkage.compiled import kernel, loop
from linkage.ingest.source import MAX_CELL
from linkage.records import Int64

_LF, _CR, _QUOTE, _BOM = 10, 13, 34, 0xEF
_AT_CELL, _IN_CELL, _IN_QUOTES, _BEHIND_QUOTE, _BROKEN = 0, 1, 2, 3, 4


@loop
def odd_lines(data: NDArray[np.uint8], delimiter: int, width: int, most: int) -> tuple[int, Int64]:
    """Number of lines, and line (from 0) and first byte of each that is not plain; -1 where this is not for the kernel to say.

    Plain: `width` cells; a quote only as first character of a cell, or doubled, or as its last; no NUL, no overlong cell, no
    byte order mark. -1: more than `most` lines are odd, or a CR without LF ends a line.
    """
    telling = np.zeros(256, dtype=np.bool_)  # any other byte only goes on with the cell that it stands in
    for byte in (0, _LF, _CR, _QUOTE, delimiter):
        telling[byte] = True
    odd = np.empty((most, 2), dtype=np.int64)
    count = line = at = 0
    while at < len(data):
        start = cell = at
        cells, state, longest = 1, _AT_CELL, 0
        while at < len(data) and data[at] != _LF:
            byte = data[at]
            if byte == _CR:
                if at + 1 == len(data) or data[at + 1] != _LF:
                    return -1, odd[:0]
            else:
                state = _next(state, byte, delimiter)
                if state == _AT_CELL:
                    longest = max(longest, at - cell)
                    cells += 1
                    cell = at + 1
            at += 1
            while state not in (_AT_CELL, _BEHIND_QUOTE) and at < len(data) and not telling[data[at]]:
                at += 1
        nothing = data[start] == _LF or data[start] == _CR or data[start] == _BOM
        if nothing or cells != width or state in (_IN_QUOTES, _BROKEN) or max(longest, at - cell) > MAX_CELL:
            if count == most:
                return -1, odd[:0]
            odd[count, 0], odd[count, 1] = line, start
            count += 1
        line += 1
        at += 1
    return line, odd[:count]


@kernel
def _next(state: int, byte: int, delimiter: int) -> int:
    """Where in its line the reader is behind this byte. What is broken stays so until the line ends."""
    if state == _BROKEN or byte == 0:
        return _BROKEN
    if state == _IN_QUOTES:
        return _BEHIND_QUOTE if byte == _QUOTE else _IN_QUOTES
    if byte == delimiter:
        return _AT_CELL
    if byte == _QUOTE and state != _IN_CELL:
        return _IN_QUOTES
    return _BROKEN if state == _BEHIND_QUOTE else _IN_CELL
