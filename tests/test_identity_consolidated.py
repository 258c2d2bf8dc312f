"""The consolidated record field by field: rules, versions, timeline, IDs, disputes, and a fixed number of queries."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity.student import disputes
from linkage.identity.student.consolidate import consolidated_record
from linkage.identity.student.survivorship import AGREE, LAST, ONLY, survive
from linkage.identity.student.timeline import likely_end, timeline
from linkage.identity.student.views import ConsolidatedField, ConsolidatedRecord
from linkage.identity.students import consolidated
from linkage.identity.views import EnrollmentView, MoveView, RecordView, Verdict
from linkage.store.records import DEMOGRAPHICS
from rules.in_force import load_dob_evidence, load_policy
from tests.dob_helpers import CERTIFICATE, PASSPORT, TEXAS_SAYS, WASHINGTON_SAYS, WORD, conflict
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

RULES, LIMITS = load_dob_evidence(), load_policy().guards.attendance
EARLY, LATE = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2))


def record(
    name: str,
    received: datetime,
    *,
    moves: tuple[MoveView, ...] = (),
    enrollments: tuple[EnrollmentView, ...] = (),
    **values: str,
) -> RecordView:
    filled = dict.fromkeys(DEMOGRAPHICS, "") | values
    return RecordView(name, "TX", f"T{name}", "", 1, received, filled, {}, moves, enrollments)


def field(fields: tuple[ConsolidatedField, ...], column: str) -> ConsolidatedField:
    return next(one for one in fields if one.column == column)


@pytest.mark.parametrize(
    ("late", "early", "settled", "shown", "why"),
    [
        (("a", WORD), ("b", PASSPORT), {}, "b", "On the most reliable document."),
        (("a", WORD), ("b", WORD), {}, "a", LAST),
        (("a", "01004"), ("b", CERTIFICATE), {}, "a", LAST),
        (("a", ""), ("b", ""), {}, "a", LAST),
        (("", CERTIFICATE), ("b", ""), {}, "b", ONLY),
        (("a", ""), ("a", PASSPORT), {}, "a", AGREE),
        (("a", WORD), ("b", CERTIFICATE), {"a": PASSPORT}, "a", "Settled by evidence: passport."),
        (("a", WORD), ("b", CERTIFICATE), {"c": PASSPORT}, "b", "On the most reliable document."),
    ],
)
def test_the_birth_date_goes_by_what_was_settled_then_by_document_then_by_arrival(
    late: tuple[str, str], early: tuple[str, str], settled: dict[str, str], shown: str, why: str
) -> None:
    records = [
        record(str(number), received, birth_date=born, birth_date_verification=code)
        for number, received, (born, code) in ((1, LATE, late), (2, EARLY, early))
    ]
    fields = survive(records, RULES, settled, frozenset())
    assert (field(fields, "birth_date").value, field(fields, "birth_date").why) == (shown, why)
    verified = dict((late, early)).get(shown, "")
    assert field(fields, "birth_date_verification").value in (verified, late[1], early[1])


def test_other_fields_take_what_the_last_record_says_that_says_anything() -> None:
    records = [record("1", LATE, suffix="", sex="F"), record("2", EARLY, suffix="Jr.", sex="M")]
    fields = survive(records, RULES, {}, {"2"})
    assert (field(fields, "suffix").value, field(fields, "suffix").why) == ("Jr.", ONLY)
    sex = field(fields, "sex")
    assert (sex.value, sex.why, sex.others) == ("F", LAST, (("TX, received 2026-01-01", "M"),))
    assert (sex.disputed, field(fields, "first_name").disputed) == (True, False)
    assert field(fields, "first_name").source == field(fields, "first_name").why == ""


def enrolled(start: date | None, end: date | None = None, school: str = "Lakeside") -> EnrollmentView:
    return EnrollmentView(start, end, "01", school, "", "03")


def test_moves_and_enrollments_stand_on_one_timeline_and_overlaps_are_marked() -> None:
    move = MoveView(date(2025, 6, 1), "Weslaco, TX", "", date(2028, 5, 31))
    one = record("1", EARLY, moves=(move,), enrollments=(enrolled(date(2025, 9, 2), date(2025, 11, 3)), enrolled(None)))
    two = record("2", LATE, enrollments=(enrolled(date(2025, 11, 3)), enrolled(date(2026, 6, 30), date(2026, 8, 1))))
    three = record("3", LATE, enrollments=(enrolled(date(2025, 11, 1), date(2025, 11, 5), "Hillside"),))
    found = timeline([one, two, three], LIMITS)
    assert [entry.number for entry in found] == [1, 2, 3, 4, 5, 6]
    assert [entry.kind for entry in found[:2]] == ["enrollment", "move"]
    assert found[1].what == "Weslaco, TX to unknown"
    assert [entry.overlaps for entry in found] == [(), (), (4,), (3, 5), (4,), ()]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 9, 2), date(2026, 6, 30)),
        (date(2026, 1, 9), date(2026, 6, 30)),
        (date(2026, 6, 15), date(2026, 8, 14)),
        (date(2026, 7, 1), date(2027, 6, 30)),
    ],
)
def test_an_enrollment_without_withdrawal_ends_with_its_school_year(start: date, end: date) -> None:
    assert likely_end(start, LIMITS) == end


def read(world: World, *records: int) -> ConsolidatedRecord:
    with world.database.unit_of_work(read_only=True) as session:
        return consolidated_record(session, records)


def test_a_preview_shows_the_record_that_a_merge_would_make_and_a_settled_date_counts(world: World) -> None:
    case = conflict(world, texas=CERTIFICATE, washington=WORD)
    shown = field(read(world, case.texas, case.washington).fields, "birth_date")
    assert (shown.value, shown.source) == (TEXAS_SAYS, "TX, seen on birth certificate, received 2026-03-02")
    assert shown.others == (("WA, seen on parent's affidavit, received 2026-03-02", WASHINGTON_SAYS),)
    proof = case.see(case.wanda, case.washington, PASSPORT, WASHINGTON_SAYS)
    case.settle(case.wanda, proof, reason="documents", note="The certificate is of the brother.")
    case.texas_sends(birth_date=WASHINGTON_SAYS)
    assert field(read(world, case.texas, case.washington).fields, "birth_date").why == "Settled by evidence: passport."


def test_every_version_says_what_it_changed_and_which_upload_brought_it(world: World, pair: Pair) -> None:
    world.upload("TX", child("T1", birth_date="2012-03-08"))
    world.upload("TX", child("T1", birth_date="2012-03-08", school_name="Hillside"))
    first, other, second, third = read(world, pair.texas, pair.washington).versions
    assert [one.number for one in (first, other, second, third)] == [1, 1, 2, 3]
    assert [change.after for change in first.changes if change.title == "First Name"] == ["Ximena"]
    assert [(one.title, one.before, one.after) for one in second.changes] == [
        ("Birth Date", "2012-08-03", "2012-03-08")
    ]
    assert (third.changes, third.rows, third.upload_id) == ((), 1, 4)


def test_ids_and_stays_tell_which_record_joined_or_left_by_which_decision(world: World, pair: Pair) -> None:
    home = world.students()
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    with world.database.unit_of_work(read_only=True) as session:
        view = consolidated(session, pair.ana, home[pair.washington])
    assert [(one.kind, one.value) for one in view.ids] == [
        ("current", home[pair.texas]),
        ("retired", home[pair.washington]),
        ("state_id", "T1"),
        ("state_id", "W1"),
    ]
    left = next(one for one in view.stays if one.left)
    assert (left.student_id, left.joined_by) == (home[pair.washington], "")
    assert left.left_by == f"Decision {decision}. Ana of TX said “same child”."
    assert [one.verdict for one in view.decisions] == [Verdict.SAME, Verdict.VALIDATE]
    world.undo(pair.ana, decision)
    with world.database.unit_of_work(read_only=True) as session:
        view = consolidated(session, pair.ana, home[pair.texas])
    assert [one.value for one in view.ids] == [home[pair.texas], "T1"]
    assert len(view.stays) == 2


def test_disputes_are_entered_withdrawn_and_shown_and_only_by_those_who_may(world: World, pair: Pair) -> None:
    petra = world.person("petra", "TX", "privacy_act_administrator")

    def enter(key: str = "once", said: str = " Her name is Jimena. ", by: str = "parent", who: int = pair.texas) -> int:
        with world.database.unit_of_work() as session:
            return disputes.enter(session, petra, who, said, made_by=by, idempotency_key=key, now=world.tick())

    first = enter()
    assert enter() == first
    for wrong in ({"said": "x"}, {"key": "a", "said": " "}, {"key": "b", "by": "neighbour"}, {"key": ""}):
        with pytest.raises(StateChangeError):
            enter(**wrong)
    with pytest.raises(UnknownIdError):
        enter("c", who=999)
    shown = read(world, pair.texas, pair.washington)
    assert [(one.statement, one.made_by, one.withdrawn) for one in shown.disputes] == [
        ("Her name is Jimena.", "parent", None)
    ]
    assert field(shown.fields, "first_name").disputed
    assert not field(read(world, pair.washington).fields, "first_name").disputed
    with pytest.raises(NotAllowedError), world.database.unit_of_work() as session:
        disputes.withdraw(session, pair.ana, first, now=world.tick())
    for _ in range(2):
        with world.database.unit_of_work() as session:
            disputes.withdraw(session, petra, first, now=world.tick())
    shown = read(world, pair.texas)
    assert shown.disputes[0].withdrawn
    assert not any(one.disputed for one in shown.fields)
    assert world.problems() == []


def test_a_longer_history_takes_no_more_queries(world: World, pair: Pair) -> None:
    def queries(student: str) -> int:
        seen: list[str] = []
        listen = (world.database.engine, "before_cursor_execute", lambda *call: seen.append(call[2]))
        event.listen(*listen)
        with world.database.unit_of_work(read_only=True) as session:
            consolidated(session, pair.ana, student)
        event.remove(*listen)
        return len(seen)

    home = world.students()
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    few = queries(home[pair.washington])
    world.upload("TX", *(child(f"T{number}") for number in range(2, 6)))
    for number in range(2, 6):
        world.merge(pair.ana, pair.wanda, world.record("TX", f"T{number}"), pair.texas)
    assert queries(home[pair.washington]) == few
