"""Delimited text -> rows, one record at a time.

A record normally is one physical line. A quote left open may continue it, but only over MAX_RECORD_LINES lines, and only
if what comes out is a whole row. Otherwise the line that opened the quote is quarantined alone and reading resumes at
the very next physical line, so that a damaged line never takes its neighbours along.
"""

from dataclasses import dataclass

from linkage.errors import InputFileError
from linkage.ingest.physical import PhysicalLines, read_lines
from linkage.ingest.reasons import REASONS, Reason
from linkage.ingest.result import QuarantinedLine
from linkage.ingest.source import Body, RawRow, Recognize, cell_fault
from linkage.ingest.split import Ending, Split, continue_quoted, split
from linkage.ingest.values import clean

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_LINES = 50
MAX_RECORD_LINES = 50
MAX_RECORD_CHARS = 262_144


@dataclass(frozen=True, slots=True)
class Cut:
    """One record that begins at some physical line and ends at index `last`; or a fault with its reason."""

    last: int
    cells: tuple[str, ...]
    reason: Reason | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts records out of the lines. `width`: cells of the header, 0 while the header itself is being read."""

    lines: PhysicalLines
    delimiter: str
    width: int = 0

    def cut(self, index: int) -> Cut:
        """The record that begins at physical line `index` (from 0)."""
        fault = self._line_fault(index)
        if fault:
            return fault
        first = split(_body(self.lines.texts[index]), self.delimiter)
        if first.ending is Ending.STRAY:
            return Cut(index, (), Reason.STRAY_QUOTE, f"a quote inside cell {len(first.cells) + 1}")
        if first.ending is Ending.COMPLETE:
            return self._checked(index, first.cells)
        return self._continued(index, first) or Cut(
            index, (), Reason.UNTERMINATED_QUOTE, f"a quote opened in cell {len(first.cells) + 1}"
        )

    def fault(self, index: int, cut: Cut, reason: Reason, before: int = 0) -> QuarantinedLine:
        """The account of a faulty cut; `before`: how many lines of the file stand before those of the cutter."""
        text = "".join(self.lines.texts[index : cut.last + 1])
        return QuarantinedLine(before + index + 1, before + cut.last + 1, reason, "", cut.found, text)

    def _line_fault(self, index: int) -> Cut | None:
        text = self.lines.texts[index]
        if index in self.lines.undecodable:
            return Cut(index, (), Reason.UNDECODABLE, f"bytes that are not {self.lines.encoding}")
        if "\0" in text:
            return Cut(index, (), Reason.NUL_BYTE, f"NUL bytes: {text.count(chr(0))}")
        return None

    def _checked(self, last: int, cells: tuple[str, ...]) -> Cut:
        fault = cell_fault(cells)
        if fault:
            return Cut(last, (), *fault)
        if self.width and not self._is_row(cells):
            return Cut(last, (), Reason.RAGGED_ROW, f"{_cells(len(cells))}; the header has {self.width}")
        return Cut(last, cells)

    def _is_row(self, cells: tuple[str, ...]) -> bool:
        """As many cells as the header, or more with nothing in the extra ones (a spreadsheet's trailing delimiters)."""
        return len(cells) == self.width or (len(cells) > self.width and not any(map(str.strip, cells[self.width :])))

    def _continued(self, index: int, first: Split) -> Cut | None:
        """The record whose quote opened on line `index` and is closed on a later one; None if there is no such row."""
        size = len(self.lines.texts[index])
        for last in range(index + 1, min(index + MAX_RECORD_LINES, len(self.lines.texts))):
            size += len(self.lines.texts[last])
            ending = continue_quoted(_body(self.lines.texts[last]), self.delimiter)
            if size > MAX_RECORD_CHARS or ending is Ending.STRAY or self._line_fault(last):
                return None
            if ending is Ending.COMPLETE:
                whole = split(_body("".join(self.lines.texts[index : last + 1])), self.delimiter)
                if whole.ending is Ending.STRAY:
                    return None
                if whole.ending is Ending.COMPLETE:
                    cut = self._checked(last, whole.cells)
                    return None if cut.reason or self._swallows(index, cut, first) else cut
        return None

    def _swallows(self, index: int, cut: Cut, first: Split) -> bool:
        """Whether the quote was rather never meant to open: the quoted cell took in what looks like rows or their rest.

        - The header: a column name with both a line break and a delimiter in it.
        - The rest of the opening line, from the quote on, is what is missing of a row (three cells or more; fewer are
          as likely to be an address with a comma).
        - A line inside is a row of its own. The closing line counts unless the cell is the row's first: only there a
          proper closing line may look like a row. Tables of three columns or fewer are exempt, for the same commas.
        """
        if not self.width:
            return any(self.delimiter in cell and len(cell.splitlines()) > 1 for cell in cut.cells)
        lines = [_body(text) for text in self.lines.texts[index : cut.last + 1]]
        missing = self.width - len(first.cells)
        if missing > 3 and lines[0].count(self.delimiter, first.fault_at) == missing - 1:
            return True
        inside = lines[1:] if first.cells else lines[1:-1]
        parts = (split(line, self.delimiter) for line in inside if self.width > 3)
        return any(part.ending is Ending.COMPLETE and len(part.cells) == self.width for part in parts)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a table begins. `start`: lines before it (Excel's `sep=;`); `head`: index of the line where the header begins."""

    delimiter: str
    header: Cut
    head: int
    start: int


def open_text(lines: PhysicalLines, recognize: Recognize) -> Opening:
    """Raises InputFileError when no header can be read. Looks at the header and the SAMPLE_LINES behind it."""
    announced, start = _announced_delimiter(lines)
    head = _first_line(lines, start)
    delimiter = announced or _guess_delimiter(lines, head, recognize)
    header = Cutter(lines, delimiter).cut(head)
    if header.reason:
        words = REASONS[header.reason]
        raise InputFileError(f"The header (line {head + 1}) cannot be read. {words.sentence}", words.remedy)
    return Opening(delimiter, header, head, start)


def read_text(data: bytes, recognize: Recognize) -> Body:
    """Raises InputFileError when no header can be read."""
    lines = read_lines(data)
    return _read_rows(lines, open_text(lines, recognize))


def _read_rows(lines: PhysicalLines, opening: Opening) -> Body:
    header, announced = opening.header, opening.start
    cutter = Cutter(lines, opening.delimiter, len(header.cells))
    blank = opening.head - opening.start
    header_lines = header.last + 1 - blank
    rows: list[RawRow] = []
    faults: list[QuarantinedLine] = []
    index = header.last + 1
    while index < len(lines.texts):
        cut = cutter.cut(index) if lines.texts[index].strip() else Cut(index, ())
        count = cut.last - index + 1
        if cut.reason:
            faults.append(cutter.fault(index, cut, cut.reason))
        elif not any(map(str.strip, cut.cells)):
            blank += count
        elif cut.cells == header.cells:
            header_lines += count  # files put one behind the other
        else:
            rows.append(RawRow(index + 1, cut.last + 1, cut.cells))
        index = cut.last + 1
    return Body(
        encoding=lines.encoding,
        delimiter=cutter.delimiter,
        header=tuple(map(clean, header.cells)),
        rows=tuple(rows),
        faults=tuple(faults),
        lines_read=len(lines.texts),
        blank=blank,
        header_lines=header_lines,
        notes=(f"The file names its delimiter itself (line {announced}).",) if announced else (),
        texts=lines.texts,
    )


def _announced_delimiter(lines: PhysicalLines) -> tuple[str, int]:
    """Excel's `sep=;` in front of the header: the delimiter, and the index of the line after it."""
    first = _body(lines.texts[0])
    return (first[4:], 1) if first[:4].lower() == "sep=" and first[4:] in DELIMITERS else ("", 0)


def _first_line(lines: PhysicalLines, start: int) -> int:
    for index in range(start, len(lines.texts)):
        if lines.texts[index].strip():
            return index
    raise InputFileError("The file has no line with text in it.", "Export it again; nothing was stored.")


def _guess_delimiter(lines: PhysicalLines, head: int, recognize: Recognize) -> str:
    """The delimiter with which the header has most known names, then most following lines the header's width."""
    sample = [_body(text) for text in lines.texts[head + 1 : head + 1 + SAMPLE_LINES] if text.strip()]

    def merit(delimiter: str) -> tuple[int, int, int]:
        header = Cutter(lines, delimiter).cut(head)
        width = len(header.cells)
        alike = sum(len(split(text, delimiter).cells) == width for text in sample) if width > 1 else 0
        return recognize(header.cells), alike, width

    return max(DELIMITERS, key=merit)


def _body(text: str) -> str:
    return text.rstrip("\r\n")


def _cells(count: int) -> str:
    return f"{count} cell{'s' if count != 1 else ''}"
