"""What the filled rows of one item say, as a request; or why that cannot be told, by line. Looks at nothing but the sheet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from linkage.errors import StateChangeError
from linkage.identity.views import Part, Request, Verdict
from linkage.jobs.sheet_files import FilledRow
from linkage.jobs.worklist_sheet import DECISIONS, TO_FILL, YES, Column
from rules.mde_list import fold

Rows = Sequence[FilledRow]

_WORDS = (Verdict.SAME, Verdict.DIFFERENT, Verdict.TWINS, Verdict.NEED_INFORMATION)
_VERDICTS = dict(zip(map(fold, DECISIONS), _WORDS, strict=True))
_LONGEST_NUMBER = 9  # digits; no item, version or part has more


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sheet asks for one item. `students`: record id -> student ID, of all its rows; `kept`: the records marked under Keep."""

    request: Request
    students: dict[str, str]
    kept: tuple[str, ...]


def asked(rows: Rows, digest: str, reasons: Collection[str]) -> Asked | None:
    """The request of an item's rows; None if nothing is filled in. `digest`: of the file; `reasons`: the codes there are.

    Raises StateChangeError where the rows contradict each other or say what nobody can; it names the line, never what stands there.
    """
    if not any(_cell(row, column) for row in rows for column in TO_FILL):
        return None
    _agreed(rows, Column.VERSION)
    item_id, version = _number(rows[0], Column.ITEM), _number(rows[0], Column.VERSION)
    verdict = _verdict(rows)
    reason, note = _agreed(rows, Column.REASON).casefold(), _agreed(rows, Column.NOTE)
    if reason and reason not in reasons:
        raise _at(_filled(rows, Column.REASON)[0], "there is no such reason; choose one of the list.")
    if verdict is Verdict.NEED_INFORMATION and not note:
        raise _at(rows[0], "say in the note what information is needed and whom you ask.")
    if "\0" in note:
        raise _at(_filled(rows, Column.NOTE)[0], "the note holds a character that cannot be stored.")
    students = _students(rows)
    kept, parts = _kept(rows), _parts(rows, verdict)
    ids = [students[_cell(row, Column.RECORD)] for row in kept]
    if not parts and len(kept) > (verdict is Verdict.SAME):
        raise _at(kept[-1], "keep belongs to same, in one row, or to parts.")
    request = Request(
        item_id,
        version,
        Verdict.REGROUP if parts else verdict,
        f"sheet-{digest}-{item_id}-{version}",
        note=note,
        reason=reason,
        parts=parts,
        between=verdict if parts else Verdict.DIFFERENT,
        keep=ids[0] if ids and not parts else "",
    )
    return Asked(request, students, tuple(_cell(row, Column.RECORD) for row in kept))


def _cell(row: FilledRow, column: Column) -> str:
    return row.values[column].strip()


def _filled(rows: Rows, column: Column) -> list[FilledRow]:
    return [row for row in rows if _cell(row, column)]


def _at(row: FilledRow, what: str) -> StateChangeError:
    return StateChangeError(f"Line {row.line}: {what}")


def _number(row: FilledRow, column: Column) -> int:
    text = _cell(row, column)
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER):
        raise _at(row, f"what stands under {column} is no number.")
    return int(text)


def _agreed(rows: Rows, column: Column) -> str:
    """What the rows of an item say together: one of them is enough, but two must not differ."""
    filled = _filled(rows, column)
    for row in filled[1:]:
        if fold(_cell(row, column)) != fold(_cell(filled[0], column)):
            raise _at(row, f"{column} is not what line {filled[0].line} of the same item says.")
    return _cell(filled[0], column) if filled else ""


def _verdict(rows: Rows) -> Verdict:
    word = fold(_agreed(rows, Column.DECISION))
    if not word:
        raise _at(rows[0], "something is filled in for this item, but no decision.")
    if word not in _VERDICTS:
        raise _at(_filled(rows, Column.DECISION)[0], f"a decision is one of: {', '.join(DECISIONS)}.")
    return _VERDICTS[word]


def _students(rows: Rows) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        _number(row, Column.RECORD)
        if _cell(row, Column.RECORD) in found:
            raise _at(row, "this record of the item stands in the sheet twice.")
        found[_cell(row, Column.RECORD)] = _cell(row, Column.STUDENT_ID)
    return found


def _kept(rows: Rows) -> list[FilledRow]:
    for row in _filled(rows, Column.KEEP):
        if fold(_cell(row, Column.KEEP)) != fold(YES):
            raise _at(row, f"under {Column.KEEP} stands {YES}, or nothing.")
    return _filled(rows, Column.KEEP)


def _parts(rows: Rows, verdict: Verdict) -> tuple[Part, ...]:
    """The records by the number of their part; none if no row has one."""
    numbered = _filled(rows, Column.PART)
    if not numbered:
        return ()
    if verdict not in (Verdict.DIFFERENT, Verdict.TWINS):
        raise _at(numbered[0], "parts belong to different, or to twins.")
    for row in rows:
        if row not in numbered:
            raise _at(row, "the part is missing; every row of the item needs one.")
    parts: dict[int, list[FilledRow]] = {}
    for row in numbered:
        parts.setdefault(_number(row, Column.PART), []).append(row)
    return tuple(_part(parts[number]) for number in sorted(parts))


def _part(rows: Rows) -> Part:
    kept = _kept(rows)
    if len(kept) > 1:
        raise _at(kept[1], f"line {kept[0].line} keeps the student ID of this part already.")
    return Part(tuple(_cell(row, Column.RECORD) for row in rows), _cell(kept[0], Column.STUDENT_ID) if kept else "")
