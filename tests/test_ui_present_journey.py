"""Surnames in parts, and journeys on an axis."""

from datetime import date

import pytest

from linkage.identity.student.views import TimelineEntry
from review_ui.present.journey import build_journey
from review_ui.present.names import parted, same_but_particles, surname_parts
from rules.rulebook import load_rulebook

TABLES = load_rulebook().tables
LIMITS = load_rulebook().policy.guards.attendance


def parts(first: str, second: str) -> list[tuple[str, str]]:
    found, _ = surname_parts(first, second, parted(first, TABLES), parted(second, TABLES))
    return [(part.label, part.text) for part in found]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("De la Cruz", "Luna", [("Particle", "De la"), ("First surname", "Cruz"), ("Second surname", "Luna")]),
        ("García López", "", [("First surname", "García"), ("Second surname", "López")]),
        ("GARCÍA-LÓPEZ", "", [("First surname", "GARCÍA"), ("Second surname", "LÓPEZ")]),
        ("García", "", [("First surname", "García")]),
        ("", "", []),
    ],
)
def test_a_surname_is_taken_apart_into_labelled_parts(first, second, expected):
    assert parts(first, second) == expected


def test_only_surnames_that_hold_more_than_their_fields_say_are_worth_a_row():
    assert not surname_parts("García", "López", parted("García", TABLES), parted("López", TABLES))[1]
    assert surname_parts("García López", "", parted("García López", TABLES), ())[1]


def test_a_particle_alone_is_told_from_another_name():
    assert same_but_particles("De la Cruz", "Cruz", TABLES)
    assert not same_but_particles("De la Cruz", "Luna", TABLES)
    assert not same_but_particles("", "", TABLES)


def stay(number: int, record: str, start: str, end: str = "", overlaps: tuple[int, ...] = ()) -> TimelineEntry:
    ends = date.fromisoformat(end) if end else None
    return TimelineEntry(
        number, "enrollment", date.fromisoformat(start), ends, "School", "", "", "TX", record, overlaps
    )


LABELS = {"7": "Record 1", "8": "Record 2"}


def test_each_record_has_a_lane_and_overlaps_are_shaded_once():
    entries = (
        stay(1, "7", "2024-08-01", "2025-05-31", (2,)),
        stay(2, "8", "2025-01-01", "2025-12-31", (1, 3)),
        stay(3, "7", "2025-05-31", "2025-08-01", (2,)),
    )
    found = build_journey(entries, LABELS, LIMITS)
    assert [(lane.label, [mark.number for mark in lane.marks]) for lane in found.lanes] == [
        ("Record 1", [1, 3]),
        ("Record 2", [2]),
    ]
    assert len(found.overlaps) == 1
    assert found.lines[1].overlaps == ((1, "Record 1"), (3, "Record 1"))


def test_what_is_drawn_stays_on_the_axis_and_bars_in_one_row_do_not_meet():
    entries = tuple(stay(number, "7", f"202{number}-08-01", f"202{number + 1}-09-01") for number in range(1, 6))
    (lane, empty) = build_journey(entries, LABELS, LIMITS).lanes
    assert all(mark.x >= 0 and mark.x + mark.width <= 100 for mark in lane.marks)
    assert len({mark.y for mark in lane.marks}) == 2
    assert empty.marks == ()


def test_an_enrollment_without_withdrawal_is_drawn_to_the_end_of_its_school_year_and_marked():
    ((mark,), _) = (lane.marks for lane in build_journey((stay(1, "7", "2024-08-01"),), LABELS, LIMITS).lanes)
    assert mark.open
    assert mark.width == 98.0


def test_where_no_day_is_known_nothing_is_drawn_and_the_lines_remain():
    entry = TimelineEntry(1, "enrollment", None, None, "School", "", "", "TX", "7")
    found = build_journey((entry,), LABELS, LIMITS)
    assert found.lanes == ()
    assert [line.label for line in found.lines] == ["Record 1"]
