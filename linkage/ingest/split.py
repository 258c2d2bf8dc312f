"""One line -> cells, by RFC 4180 with any delimiter; says where a quote is left open or does not belong.

`csv.reader` is not used: over a whole file one open quote makes it swallow or drop the neighbours without a word.
"""

from dataclasses import dataclass
from enum import Enum

QUOTE = '"'


class Ending(Enum):
    """How the last cell of the text ended."""

    COMPLETE = "complete"
    OPEN = "open"  # inside a quoted cell
    STRAY = "stray"  # a quote in a quoted cell that neither closes it nor is doubled


@dataclass(frozen=True, slots=True)
class Split:
    cells: tuple[str, ...]  # the complete cells before the fault, if there is one
    ending: Ending
    fault_at: int = -1  # where the quote stands that opened the faulty cell


def split(text: str, delimiter: str) -> Split:
    """Cut `text` (without its line end) into cells. A quote counts only as the first character of a cell."""
    if QUOTE not in text:
        return Split(tuple(text.split(delimiter)), Ending.COMPLETE)
    cells: list[str] = []
    at = 0
    while True:
        if text.startswith(QUOTE, at):
            end, ending = _closing_quote(text, at + 1, delimiter)
            if ending is not Ending.COMPLETE:
                return Split(tuple(cells), ending, at)
            cells.append(text[at + 1 : end].replace(QUOTE * 2, QUOTE))
            at = end + 1
        else:
            end = text.find(delimiter, at)
            cells.append(text[at : end if end >= 0 else None])
            at = end if end >= 0 else len(text)
        if at >= len(text):
            return Split(tuple(cells), Ending.COMPLETE)
        at += len(delimiter)


def continue_quoted(line: str, delimiter: str) -> Ending:
    """How a line ends its quoted cell, if the line begins inside one: COMPLETE when the cell is closed on it."""
    return _closing_quote(line, 0, delimiter)[1]


def _closing_quote(text: str, at: int, delimiter: str) -> tuple[int, Ending]:
    """Position of the quote that closes the cell whose inside begins at `at`."""
    while True:
        at = text.find(QUOTE, at)
        if at < 0:
            return at, Ending.OPEN
        if text.startswith(QUOTE, at + 1):
            at += 2
        elif at + 1 == len(text) or text.startswith(delimiter, at + 1):
            return at, Ending.COMPLETE
        else:
            return at, Ending.STRAY
