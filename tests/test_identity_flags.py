"""What a person starts without a scan: merges and splits that are flagged, and candidates none of which is the child."""

from dataclasses import replace

import pytest

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import flags
from linkage.identity.views import Account, Outcome, Part, Request, Status, Verdict
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def asked(world: World, verdict: Verdict, **more: object) -> Request:
    return Request(0, 0, verdict, f"flag-{next(world.keys)}", **more)  # type: ignore[arg-type]


def flag_merge(world: World, who: Account, *records: int, keep: str = "") -> Outcome:
    students = [world.students()[record] for record in records]
    with world.database.unit_of_work() as session:
        return flags.flag_merge(session, who, students, asked(world, Verdict.SAME, keep=keep), now=world.tick())


def flag_split(world: World, who: Account, *parts: list[int]) -> Outcome:
    student = world.students()[parts[0][0]]
    made = tuple(Part(tuple(map(str, part))) for part in parts)
    with world.database.unit_of_work() as session:
        return flags.flag_split(session, who, student, asked(world, Verdict.REGROUP, parts=made), now=world.tick())


def test_a_flagged_merge_waits_for_the_other_state_and_keeps_the_id_that_was_chosen(world: World, pair: Pair) -> None:
    kept = world.students()[pair.washington]
    flagged = flag_merge(world, pair.ana, pair.texas, pair.washington, keep=kept)
    assert flagged.status is Status.WAITING_VALIDATION
    with pytest.raises(NotAllowedError, match="other State"):
        world.decide(pair.ben, flagged.item_id, Verdict.VALIDATE)
    assert world.decide(pair.wanda, flagged.item_id, Verdict.VALIDATE).status is Status.APPLIED
    assert set(world.students().values()) == {kept}
    assert world.problems() == []


def test_a_primary_user_flags_and_never_decides_alone(world: World, pair: Pair) -> None:
    pat = world.person("pat", "TX", "primary_user")
    flagged = flag_merge(world, pat, pair.texas, pair.washington)
    assert flagged.status is Status.WAITING_VALIDATION
    with pytest.raises(NotAllowedError):
        world.decide(
            replace(pat, permissions=pat.permissions | {"item:view"}), flagged.item_id, Verdict.VALIDATE, version=2
        )


@pytest.mark.parametrize(
    ("verdict", "status"), [(Verdict.REJECT, Status.REJECTED), (Verdict.WITHDRAW, Status.WITHDRAWN)]
)
def test_a_flag_that_is_not_wanted_is_over_and_frees_the_students(
    world: World, pair: Pair, verdict: Verdict, status: Status
) -> None:
    flagged = flag_merge(world, pair.ana, pair.texas, pair.washington)
    who = pair.wanda if verdict is Verdict.REJECT else pair.ana
    assert world.decide(who, flagged.item_id, verdict).status is status
    assert flag_merge(world, pair.ana, pair.texas, pair.washington).status is Status.WAITING_VALIDATION


def test_nobody_flags_a_student_that_somebody_is_working_on(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    world.decide(pair.wanda, item, Verdict.CLAIM)
    with pytest.raises(ConflictError, match=f"worklist item {item}: somebody is working on it"):
        flag_merge(world, pair.ana, pair.texas, pair.washington)


def test_a_flagged_split_divides_the_student_once_it_is_validated_and_its_undo_ends_the_item(
    world: World, pair: Pair
) -> None:
    before = world.students()
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    flagged = flag_split(world, pair.ana, [pair.texas], [pair.washington])
    world.decide(pair.wanda, flagged.item_id, Verdict.VALIDATE)
    assert world.students() == before
    undone = world.undo(pair.wanda, flagged.decision_id)
    assert undone.status is Status.WITHDRAWN
    assert len(set(world.students().values())) == 1
    assert world.problems() == []


def test_every_record_of_a_student_must_be_in_a_part(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"))
    third = world.record("TX", "T2")
    item = world.open_item(pair.texas, pair.washington, third)
    world.decide(pair.ana, item, Verdict.SAME)
    world.decide(pair.wanda, item, Verdict.VALIDATE)
    with pytest.raises(StateChangeError, match="Not every record"):
        flag_split(world, pair.ana, [pair.texas], [pair.washington])


def test_flags_of_other_states_students_and_of_retired_ids_are_refused(world: World, pair: Pair) -> None:
    with pytest.raises(NotAllowedError, match="jurisdiction"):
        flag_merge(world, world.person("flo", "FL"), pair.texas, pair.washington)
    with pytest.raises(StateChangeError, match="two students"):
        flag_merge(world, pair.ana, pair.texas)
    retired = world.students()[pair.washington]
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    survivor = world.students()[pair.texas]
    gone = retired if retired != survivor else None
    for student, error in ((gone, StateChangeError), ("000000000000", UnknownIdError)):
        if student:
            with pytest.raises(error), world.database.unit_of_work() as session:
                flags.flag_merge(session, pair.ana, [survivor, student], asked(world, Verdict.SAME), now=world.tick())


def test_rejecting_a_list_records_a_no_for_each_that_was_shown_and_none_among_them(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"), child("T3"))
    shown = [world.record("TX", "T2"), world.record("TX", "T3")]
    with world.database.unit_of_work() as session:
        done = flags.reject_candidates(
            session, pair.ana, pair.texas, shown, asked(world, Verdict.DIFFERENT), now=world.tick()
        )
    assert done.sentence == "Noted: none of the 2 shown is this child."
    for one in shown:
        with pytest.raises(ConflictError, match="different children"):
            world.decide(pair.ana, world.open_item(pair.texas, one), Verdict.SAME)
    assert world.decide(pair.ana, world.open_item(*shown), Verdict.SAME).status is Status.WAITING_VALIDATION
    world.undo(pair.ana, done.decision_id)
    assert (
        world.decide(pair.ana, world.open_item(pair.texas, shown[0]), Verdict.SAME).status is Status.WAITING_VALIDATION
    )
    assert world.problems() == []


def test_nobody_rejects_a_list_of_other_states_records(world: World, pair: Pair) -> None:
    flo, request = world.person("flo", "FL"), asked(world, Verdict.DIFFERENT)
    with pytest.raises(NotAllowedError, match="jurisdiction"), world.database.unit_of_work() as session:
        flags.reject_candidates(session, flo, pair.texas, [pair.washington], request, now=world.tick())
    assert world.problems() == []


def test_the_same_flag_sent_twice_is_one(world: World, pair: Pair) -> None:
    request = asked(world, Verdict.SAME)
    students = list(world.students().values())
    for _ in range(2):
        with world.database.unit_of_work() as session:
            flags.flag_merge(session, pair.ana, students, request, now=world.tick())
    assert world.problems() == []
