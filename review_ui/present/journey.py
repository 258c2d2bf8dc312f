"""Schools and moves of all records on one axis of time, in percent of its width, and the same as lines of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linkage.identity.student.timeline import ENROLLMENT, likely_end
from linkage.identity.student.views import TimelineEntry
from rules.guards import AttendanceGuard

LEFT, WIDTH = 1.0, 98.0  # percent: what lies on the first day is not cut in half
MOST_TICKS = 6
LEAST = 6.0  # percent that an entry takes at least, so that its number is readable
ROW, LANE_HEAD, FOOT = 26, 24, 22  # pixels


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An enrollment, or a move where `width` is 0. `y`: pixels from the top of its row. `open`: no withdrawal is known."""

    number: int
    x: float
    width: float
    y: int
    open: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """The entries of one record. `y` and `height` in pixels."""

    label: str
    state: str
    y: int
    height: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. `overlaps`: (number, label of its record) of the enrollments at the same time."""

    entry: TimelineEntry
    label: str
    overlaps: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Journey:
    """`lanes` is empty where no day is known."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    overlaps: tuple[Stretch, ...]
    lines: tuple[Line, ...]
    height: int


def build_journey(entries: Sequence[TimelineEntry], labels: Mapping[str, str], limits: AttendanceGuard) -> Journey:
    """`labels`: record id -> "Record 1", in the order of the columns."""
    spans = {
        entry.number: (entry.start, entry.end or likely_end(entry.start, limits))
        if entry.kind == ENROLLMENT
        else (entry.start, entry.start)
        for entry in entries
        if entry.start
    }
    by_number = {entry.number: entry for entry in entries}
    lines = tuple(
        Line(
            entry,
            labels[entry.record_id],
            tuple((number, labels[by_number[number].record_id]) for number in entry.overlaps),
        )
        for entry in entries
    )
    if not spans:
        return Journey((), (), (), lines, 0)
    scale = _Scale(min(start for start, _ in spans.values()), max(end for _, end in spans.values()))
    lanes = _lanes(entries, spans, labels, scale)
    return Journey(
        lanes=lanes,
        ticks=scale.ticks(),
        overlaps=tuple(scale.stretch(start, end) for start, end in _shared(entries, spans)),
        lines=lines,
        height=sum(lane.height for lane in lanes) + FOOT,
    )


Spans = Mapping[int, tuple[date, date]]  # number of an entry -> its first and last day


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date

    def x(self, day: date) -> float:
        days = max((self.last - self.first).days, 1)
        return round(LEFT + WIDTH * (day - self.first).days / days, 2)

    def stretch(self, start: date, end: date) -> Stretch:
        return Stretch(self.x(start), round(self.x(end) - self.x(start), 2))

    def ticks(self) -> tuple[Tick, ...]:
        """Whole years; the first day and the last one where no year begins between them."""
        years = list(range(self.first.year + 1, self.last.year + 1))
        step = -(-len(years) // MOST_TICKS) or 1
        return tuple(Tick(self.x(date(year, 1, 1)), str(year)) for year in years[::step])


def _lanes(
    entries: Sequence[TimelineEntry], spans: Spans, labels: Mapping[str, str], scale: _Scale
) -> tuple[Lane, ...]:
    lanes: list[Lane] = []
    y = 0
    for record_id, label in labels.items():
        own = [entry for entry in entries if entry.record_id == record_id and entry.number in spans]
        marks, rows = _in_rows(own, spans, scale)
        height = LANE_HEAD + rows * ROW
        state = next((entry.state for entry in own), "")
        lanes.append(Lane(label, state, y, height, marks))
        y += height
    return tuple(lanes)


def _in_rows(own: Sequence[TimelineEntry], spans: Spans, scale: _Scale) -> tuple[tuple[Mark, ...], int]:
    """Each entry in the first row in which there is room, and how many rows there are."""
    ends: list[float] = []
    marks = []
    for entry in own:
        place = scale.stretch(*spans[entry.number])
        row = next((at for at, end in enumerate(ends) if end <= place.x), len(ends))
        ends[row:] = [*[place.x + max(place.width, LEAST)], *ends[row + 1 :]]
        is_open = entry.kind == ENROLLMENT and entry.end is None
        marks.append(Mark(entry.number, place.x, place.width, LANE_HEAD + row * ROW, is_open))
    return tuple(marks), max(len(ends), 1)


def _shared(entries: Sequence[TimelineEntry], spans: Spans) -> list[tuple[date, date]]:
    """The stretches in which two enrollments overlap, those that touch made one."""
    found = sorted(
        (max(spans[entry.number][0], spans[other][0]), min(spans[entry.number][1], spans[other][1]))
        for entry in entries
        for other in entry.overlaps
        if entry.number < other
    )
    merged: list[tuple[date, date]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
