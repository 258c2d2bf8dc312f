"""Dividing and regrouping: five records into two students in one save, IDs kept, given back or new, and taken back exactly."""

import pytest

from linkage.errors import ConflictError, StateChangeError, UnknownIdError
from linkage.identity import previews
from linkage.identity.views import Part, Request, Status, Verdict
from tests.identity_helpers import World, child

pytest_plugins = ["tests.identity_fixtures"]


@pytest.fixture
def five(world: World) -> list[int]:
    """Records of Texas; Ana and Ben are there to decide."""
    names = [f"T{number}" for number in range(5)]
    world.upload("TX", *map(child, names))
    world.person("ana", "TX")
    world.person("ben", "TX")
    return [world.record("TX", name) for name in names]


def merged(world: World, records: list[int], keep: str = "") -> int:
    """One student of these records; returns the decision."""
    decision = world.decide(world.people["ana"], world.open_item(*records), Verdict.SAME, keep=keep).decision_id
    world.decide(world.people["ben"], world.unfinished_about(records) or 0, Verdict.VALIDATE)
    return decision


def divided(world: World, *parts: list[int], keeps: dict[int, str] | None = None, **more: object) -> int:
    """These parts, proposed and validated; returns the decision."""
    records = [record for part in parts for record in part]
    item = world.open_item(*records)
    made = tuple(Part(tuple(map(str, part)), (keeps or {}).get(part[0], "")) for part in parts)
    decision = world.decide(world.people["ana"], item, Verdict.REGROUP, parts=made, **more).decision_id
    world.decide(world.people["ben"], item, Verdict.VALIDATE)
    return decision


def test_five_records_become_two_students_in_one_save_and_five_again_in_one_undo(world: World, five: list[int]) -> None:
    before = world.snapshot()
    decision = divided(world, five[:3], five[3:])
    students = world.students()
    assert [len({students[one] for one in part}) for part in (five[:3], five[3:])] == [1, 1]
    assert len(set(students.values())) == 2
    world.undo(world.people["ben"], decision)
    assert world.snapshot() == before
    assert world.problems() == []


def test_a_split_gives_the_old_ids_back_and_undoing_it_brings_the_merge_back(world: World, five: list[int]) -> None:
    homes = world.students()
    merged(world, five[:3], keep=homes[five[0]])
    whole = world.snapshot()
    decision = divided(world, [five[0], five[2]], [five[1]])
    students = world.students()
    assert (students[five[0]], students[five[1]]) == (homes[five[0]], homes[five[1]])
    world.undo(world.people["ana"], decision)
    assert world.snapshot() == whole


def test_the_part_that_somebody_chose_keeps_the_id_and_the_other_gets_a_new_one(world: World, five: list[int]) -> None:
    homes = world.students()
    merged(world, five[:2], keep=homes[five[0]])
    divided(world, [five[0]], [five[1]], keeps={five[1]: homes[five[0]]})
    students, leads = world.snapshot()
    assert students[five[1]] == homes[five[0]]
    assert students[five[0]] not in homes.values()
    assert leads[homes[five[1]]] == students[five[1]]
    assert world.problems() == []


def test_tomorrows_scan_does_not_join_what_was_divided_today(world: World, five: list[int]) -> None:
    merged(world, five[:2])
    divided(world, [five[0]], [five[1]], between=Verdict.TWINS)
    item = world.open_item(*five[:2])
    with pytest.raises(ConflictError, match="are twins"):
        world.decide(world.people["ana"], item, Verdict.SAME)


def test_half_a_student_cannot_be_divided(world: World, five: list[int]) -> None:
    merged(world, five[:3])
    item = world.open_item(five[0], five[1], five[3])
    parts = (Part((str(five[0]),)), Part((str(five[1]), str(five[3]))))
    with pytest.raises(StateChangeError, match=f"nobody says where record {five[2]} goes"):
        world.decide(world.people["ana"], item, Verdict.REGROUP, parts=parts)


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ([[0, 1]], StateChangeError),
        ([[0], []], StateChangeError),
        ([[0, 1], [1]], StateChangeError),
        ([[0], [4]], UnknownIdError),
    ],
)
def test_parts_that_make_no_sense_are_refused(
    world: World, five: list[int], parts: list[list[int]], error: type[Exception]
) -> None:
    item = world.open_item(*five[:2])
    made = tuple(Part(tuple(str(five[one]) for one in part)) for part in parts)
    with pytest.raises(error):
        world.decide(world.people["ana"], item, Verdict.REGROUP, parts=made)


def test_an_id_of_other_students_cannot_be_kept(world: World, five: list[int]) -> None:
    foreign = world.students()[five[4]]
    with pytest.raises(UnknownIdError):
        world.decide(world.people["ana"], world.open_item(*five[:2]), Verdict.SAME, keep=foreign)


def test_an_undo_that_would_join_what_somebody_has_called_different_is_refused(world: World, five: list[int]) -> None:
    merged(world, five[:2])
    split = divided(world, [five[0]], [five[1]])
    merged(world, [five[1], five[2]])
    world.decide(world.people["ben"], world.open_item(five[0], five[2]), Verdict.DIFFERENT)
    with pytest.raises(ConflictError, match="are different children; this would join them"):
        world.undo(world.people["ana"], split)
    assert world.problems() == []


def test_a_merge_that_is_undone_after_more_was_added_leaves_the_addition_where_it_was_joined(
    world: World, five: list[int]
) -> None:
    homes = world.students()
    first = merged(world, five[:2])
    merged(world, [five[1], five[2]])
    world.undo(world.people["ana"], first)
    students = world.students()
    assert students[five[0]] == homes[five[0]]
    assert students[five[1]] == students[five[2]] != students[five[0]]


def test_a_preview_refuses_to_keep_the_id_of_another_child_as_the_decision_does(world: World, five: list[int]) -> None:
    item = world.open_item(*five[:2])
    stranger = world.students()[five[4]]
    request = Request(item, 1, Verdict.SAME, "key-of-the-preview", keep=stranger)
    with world.database.unit_of_work(read_only=True) as session, pytest.raises(UnknownIdError, match=stranger):
        previews.preview(session, world.people["ana"], request, now=world.now)


def test_the_preview_says_what_the_decision_then_does(world: World, five: list[int]) -> None:
    merged(world, five[:2])
    item = world.open_item(*five[:4])
    parts = (Part(tuple(map(str, five[:3]))), Part((str(five[3]),)))
    version = world.item(world.people["ana"], item).summary.version
    request = Request(item, version, Verdict.REGROUP, "key-of-the-preview", parts=parts)
    with world.database.unit_of_work(read_only=True) as session:
        seen = previews.preview(session, world.people["ana"], request, now=world.now)
        afterwards = previews.records_afterwards(session, world.people["ana"], seen, now=world.now)
    assert seen.second_person == "the child is in the current child count"
    assert (seen.applies_at, seen.told, seen.refusal) == (None, ("Texas",), "")
    assert seen.count == "Merging lowers the count of Texas by 1."
    assert [len(one.records) for one in afterwards] == [3, 1]
    world.decide(world.people["ana"], item, Verdict.REGROUP, parts=parts)
    world.decide(world.people["ben"], item, Verdict.VALIDATE)
    students, leads = world.snapshot()
    assert {group.student_id: set(group.records) for group in seen.groups} == {
        students[five[0]]: set(five[:3]),
        students[five[3]]: {five[3]},
    }
    assert all(leads[one] for one in seen.retired)
    assert world.item(world.people["ana"], item).summary.status is Status.APPLIED
