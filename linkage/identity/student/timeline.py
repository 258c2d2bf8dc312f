"""Qualifying moves and enrollments of all records on one timeline, with overlaps marked. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

from linkage.identity.student.views import TimelineEntry
from linkage.identity.views import RecordView
from rules.guards import AttendanceGuard

MOVE, ENROLLMENT = "move", "enrollment"


def timeline(records: Sequence[RecordView], limits: AttendanceGuard) -> tuple[TimelineEntry, ...]:
    """By day; what has no day comes first."""
    entries = [entry for record in records for entry in (*_moves(record), *_enrollments(record))]
    entries.sort(key=lambda one: (one.start or one.end or date.min, one.kind != MOVE, one.what, one.record_id))
    numbered = [replace(entry, number=number) for number, entry in enumerate(entries, 1)]
    meets: dict[int, list[int]] = {}
    for one, other in combinations((entry for entry in numbered if entry.kind == ENROLLMENT), 2):
        if _meet(_stretch(one, limits), _stretch(other, limits)):
            meets.setdefault(one.number, []).append(other.number)
            meets.setdefault(other.number, []).append(one.number)
    return tuple(replace(entry, overlaps=tuple(sorted(meets.get(entry.number, ())))) for entry in numbered)


def _moves(record: RecordView) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            number=0,
            kind=MOVE,
            start=move.qualifying_arrival,
            end=move.qualifying_arrival,
            what=f"{move.from_place or 'unknown'} to {move.to_place or 'unknown'}",
            district="",
            grade="",
            state=record.state,
            record_id=record.record_id,
        )
        for move in record.moves
    ]


def _enrollments(record: RecordView) -> list[TimelineEntry]:
    return [
        TimelineEntry(
            number=0,
            kind=ENROLLMENT,
            start=one.start,
            end=one.end,
            what=one.school,
            district=one.district,
            grade=one.grade,
            state=record.state,
            record_id=record.record_id,
        )
        for one in record.enrollments
    ]


def _stretch(entry: TimelineEntry, limits: AttendanceGuard) -> tuple[date, date] | None:
    """First and last day; None where no first day is known."""
    if entry.start is None:
        return None
    return entry.start, entry.end or likely_end(entry.start, limits)


def likely_end(start: date, limits: AttendanceGuard) -> date:
    """Where an enrollment ends that has no withdrawal: with its school year, and not sooner than the least days after."""
    month, day = (int(part) for part in limits.school_year_ends.split("-"))
    this_year = date(start.year, month, day)
    ends = this_year if this_year >= start else date(start.year + 1, month, day)
    return max(ends, start + timedelta(days=limits.open_ended_days))


def _meet(one: tuple[date, date] | None, other: tuple[date, date] | None) -> bool:
    """Whether both cover some day, apart from a day on which the one ends and the other begins."""
    return one is not None and other is not None and one[0] < other[1] and other[0] < one[1]
