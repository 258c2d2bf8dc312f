"""One row as sent -> an accepted row with normalized values, or a quarantined line."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial

from linkage.ingest.mapping import ColumnMapping
from linkage.ingest.reasons import Caution, Reason
from linkage.ingest.result import AcceptedRow, QuarantinedLine
from linkage.ingest.source import Body, RawRow
from linkage.ingest.values import (
    clean,
    is_day_first,
    is_hombre_mujer,
    is_nothing,
    parse_date,
    parse_sex,
    shape,
)
from rules.mde_list import CodeList, MdeElement, MdeList

EARLIEST, LATEST = (
    date(1900, 1, 1),
    date(2100, 1, 1),
)  # a date outside is a slip of the keyboard or an "open end" filler
OLDEST_CHILD = 22  # years; eligibility ends with the 22nd birthday
YEARS_AHEAD = 10  # how far in the future a two-digit year of a move or an enrollment may lie


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that is not understood: the reason if the element is needed, the caution if not, and what is kept then."""

    reason: Reason
    caution: Caution
    kept: str = ""


CellReader = Callable[[str], "str | Trouble"]


@dataclass(frozen=True, slots=True)
class Field:
    """One element, the position of its column in a row, and how its cells are read."""

    element: MdeElement
    position: int
    read: CellReader


@dataclass(frozen=True, slots=True)
class ReadRow:
    """What became of one row. `cautions`: (caution, column) of an accepted row."""

    outcome: AcceptedRow | QuarantinedLine
    cautions: tuple[tuple[Caution, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the rows of one file. `notes` says how whole columns are understood."""

    body: Body
    mde: MdeList
    today: date
    fields: tuple[Field, ...]
    notes: tuple[str, ...]

    @classmethod
    def for_file(cls, body: Body, mapping: ColumnMapping, mde: MdeList, today: date) -> "RowReader":
        """Looks at whole columns first: a column is day-month-year, or H/M, altogether or not at all."""
        fields: list[Field] = []
        notes: list[str] = []
        for column, header in mapping.columns.items():
            if header:
                element, position = mde.element(column), body.header.index(header)
                read, note = _reader(element, body, position, mde, today)
                fields.append(Field(element, position, read))
                if note:
                    notes.append(f"Column `{header}`: {note}")
        return cls(body, mde, today, tuple(fields), tuple(notes))

    def read(self, row: RawRow) -> ReadRow:
        """The first fault in the order of the elements quarantines the row; what is only odd becomes a caution."""
        values = dict.fromkeys(self.mde.columns, "")
        troubled: dict[str, Trouble] = {}
        cautions = [(Caution.EXTRA_EMPTY_CELLS, "")] if len(row.cells) > len(self.body.header) else []
        for field in self.fields:
            column, cell = field.element.column, row.cells[field.position]
            value = field.read(cell)
            if isinstance(value, Trouble):
                if field.element.mandatory:
                    return self._quarantined(row, value.reason, field)
                cautions.append((value.caution, column))
                troubled[column] = value
                value = value.kept
            elif not value and field.element.mandatory:
                return self._quarantined(row, Reason.MISSING_MANDATORY, field)
            elif len(value) > field.element.max_length and field.element.type in ("name", "text"):
                cautions.append((Caution.OVER_LONG, column))
            values[column] = value
        if not any(values[column] for column in self.mde.at_least_one):
            return self._no_enrollment_date(row, troubled)
        if int(values["birth_date"][:4]) < self.today.year - OLDEST_CHILD:
            cautions.append((Caution.UNLIKELY_AGE, "birth_date"))
        return ReadRow(AcceptedRow(row.line, row.last_line, values, row.cells), tuple(cautions))

    def _no_enrollment_date(self, row: RawRow, troubled: dict[str, Trouble]) -> ReadRow:
        """None of the dates of which one is needed: a misspelt one is the likelier reason and is named first."""
        for field in self.fields:
            if field.element.column in self.mde.at_least_one and field.element.column in troubled:
                return self._quarantined(row, Reason.BAD_DATE, field)
        return self._quarantined(row, Reason.NO_ENROLLMENT_DATE, None)

    def _quarantined(self, row: RawRow, reason: Reason, field: Field | None) -> ReadRow:
        column, found = ("", "four empty cells") if field is None else (field.element.column, _found(row, field))
        return ReadRow(QuarantinedLine(row.line, row.last_line, reason, column, found, self.body.text_of(row)))


def _found(row: RawRow, field: Field) -> str:
    return shape(clean(row.cells[field.position]))


def _reader(element: MdeElement, body: Body, position: int, mde: MdeList, today: date) -> tuple[CellReader, str]:
    """How the cells of one column are read, and a note if the column is of an unusual kind."""
    cells = (row.cells[position] for row in body.rows)
    if element.type == "date":
        day_first = is_day_first(map(clean, cells))
        birth = element.column == "birth_date"
        limit = today if birth else date(today.year + YEARS_AHEAD, 12, 31)
        parse = partial(parse_date, today=limit, day_first=day_first, serial=body.serial_dates)
        note = "dates are read as day/month/year." if day_first else ""
        return partial(_read_date, parse=parse, latest=today if birth else LATEST, birth=birth), note
    if element.type == "sex":
        return _sex_reader(cells)
    codes = mde.codes_of(element)
    if codes:
        return partial(_read_code, codes=codes), ""
    return (clean if element.type == "name" else _read_text), ""


def _sex_reader(cells: Iterable[str]) -> tuple[CellReader, str]:
    hombre_mujer = is_hombre_mujer(set(cells))
    note = "H and no F occurs, so H is hombre (male) and M is mujer (female)." if hombre_mujer else ""
    return partial(_read_sex, hombre_mujer=hombre_mujer), note


def _read_text(cell: str) -> str:
    return "" if is_nothing(cell) else clean(cell)


def _read_date(cell: str, *, parse: Callable[[str], date | None], latest: date, birth: bool) -> str | Trouble:
    text = clean(cell)
    if is_nothing(text):
        return ""
    day = parse(text)
    if day is None:
        return Trouble(Reason.BAD_DATE, Caution.UNREADABLE_DATE)
    if not EARLIEST <= day <= latest:
        return Trouble(Reason.BIRTH_DATE_OUT_OF_RANGE if birth else Reason.BAD_DATE, Caution.UNREADABLE_DATE)
    return day.isoformat()


def _read_sex(cell: str, *, hombre_mujer: bool) -> str | Trouble:
    sex = parse_sex(clean(cell), hombre_mujer=hombre_mujer)
    return Trouble(Reason.BAD_CODE, Caution.UNKNOWN_CODE) if sex is None else sex


def _read_code(cell: str, *, codes: CodeList) -> str | Trouble:
    text = clean(cell)
    code = codes.find(text)  # before "nothing": None is a code of the medical alert
    if code is not None or is_nothing(text):
        return code or ""
    return Trouble(Reason.BAD_CODE, Caution.UNKNOWN_CODE, kept=text if codes.unknown == "keep" else "")
