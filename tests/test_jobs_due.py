"""What the clock asks for, with the clock in hand: reminders, passing up, days that come. Time never approves anything."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from linkage.errors import NotAllowedError
from linkage.identity import blackouts, decisions
from linkage.identity.notices import NoticeKind, unsent
from linkage.identity.views import Account, Request, Status, Verdict
from linkage.jobs.due import Done, do_what_is_due
from linkage.store.models import Decision, LedgerEvent, Notice, RegionDistrict, WorklistItem
from rules.policy import Blackout
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def _due(world: World, **later: float) -> Done:
    world.now += timedelta(**later)
    return do_what_is_due(world.database, now=world.now)


def _stored(world: World, item_id: int) -> WorklistItem:
    with world.database.unit_of_work(read_only=True) as session:
        return session.get_one(WorklistItem, item_id)


def _told(world: World, kind: NoticeKind) -> list[tuple[str, str, str]]:
    with world.database.unit_of_work(read_only=True) as session:
        return [(one.to.state, one.to.region, one.to.district) for one in unsent(session) if one.kind is kind]


def _levels(world: World, who: Account, item_id: int) -> list[str]:
    return [place.level for place in world.item(who, item_id).summary.places]


def _district(world: World) -> tuple[Account, int]:
    """A Texan item that stands with a district of a region."""
    with world.database.unit_of_work() as session:
        session.add(RegionDistrict(state="TX", district="Weslaco ISD", region="Valley"))
    dora = world.person("dora", "TX", "district_data_administrator", district="Weslaco ISD")
    world.person("rita", "TX", "regional_data_administrator", region="Valley")
    world.person("ana", "TX")
    world.upload("TX", *(child(name, school_district="Weslaco ISD") for name in ("T1", "T2")))
    return dora, world.open_item(world.record("TX", "T1"), world.record("TX", "T2"))


def test_nothing_happens_before_its_time_and_everything_once(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    assert _due(world, hours=1) == Done()
    assert _due(world, hours=24).reminded == [item_id]  # nobody has looked at it
    assert _due(world, minutes=1) == Done()
    world.now = _stored(world, item_id).resolve_due - timedelta(days=2)
    assert _due(world).reminded == [item_id]
    assert _due(world) == Done()
    assert sorted(_told(world, NoticeKind.REMINDER)) == [("TX", "", "")] * 2 + [("WA", "", "")] * 2


def test_a_reminder_is_told_to_the_ledger_once_for_all_who_are_reminded(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    for _ in range(2):
        _due(world, hours=25)
    with world.database.unit_of_work(read_only=True) as session:
        events = session.scalars(select(LedgerEvent).where(LedgerEvent.kind == "people_reminded")).all()
    told = {"item": item_id, "what": "reminder", "decision": None, "told": 2, "through": "service"}
    assert [json.loads(event.payload) for event in events] == [told]


def test_who_has_answered_is_not_reminded_to_answer(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.CLAIM)
    assert _due(world, hours=25).reminded == []


def test_what_is_overdue_goes_up_one_level_at_a_time_and_no_further_than_the_state(world: World) -> None:
    dora, item_id = _district(world)
    assert _levels(world, dora, item_id) == ["district"]
    world.now = _stored(world, item_id).resolve_due
    assert _due(world, minutes=1).passed_up == []
    levels = []
    for _ in range(6):
        done = _due(world, days=1)
        assert _due(world).passed_up == []  # the same moment again
        levels += [(_levels(world, dora, item_id)[0], bool(done.passed_up))]
    assert Counter(passed for _, passed in levels)[True] == 2
    assert [level for level, passed in levels if passed] == ["region", "state"]
    assert _stored(world, item_id).status == Status.ESCALATED
    with world.database.unit_of_work(read_only=True) as session:
        events = session.scalars(select(LedgerEvent).where(LedgerEvent.kind == "decision_made")).all()
    said = [json.loads(event.payload) for event in events]
    assert [(one["verdict"], one["item"], one["through"]) for one in said] == [("escalate", item_id, "service")] * 2
    assert _told(world, NoticeKind.PASSED_UP) == [("TX", "Valley", ""), ("TX", "", "")]
    assert Verdict.SAME not in world.item(dora, item_id).allowed
    assert world.problems() == []


def test_who_is_at_it_is_not_disturbed(world: World) -> None:
    dora, item_id = _district(world)
    world.now = _stored(world, item_id).resolve_due + timedelta(days=4)
    world.decide(dora, item_id, Verdict.CLAIM)
    assert _due(world).passed_up == []
    assert _due(world, minutes=21).passed_up == [item_id]


def test_information_that_is_overdue_is_told_once_and_the_item_waits_on(world: World) -> None:
    dora, item_id = _district(world)
    day = (world.now + timedelta(days=3)).date()
    world.decide(dora, item_id, Verdict.NEED_INFORMATION, note="Asked.", whom="parent", due=day)
    assert _due(world, days=3).information_overdue == []  # the day is not over in Texas
    assert _due(world, days=1).information_overdue == [item_id]
    assert _due(world, days=1).information_overdue == []
    assert _stored(world, item_id).status == Status.WAITING_INFORMATION


def _approved(world: World, pair: Pair) -> int:
    """A merge that somebody has validated on a day on which nothing may change."""
    frozen = Blackout.model_validate({"from": date(2026, 3, 1), "to": date(2026, 3, 20), "title": "Count"})
    world.database.policy = world.database.policy.model_copy(update={"blackouts": (frozen,)})
    item_id, _ = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    assert _stored(world, item_id).status == Status.APPROVED
    return item_id


def test_an_approved_decision_is_applied_on_its_day_and_once(world: World, pair: Pair) -> None:
    item_id = _approved(world, pair)
    assert _due(world, days=10).applied == []
    world.now = _stored(world, item_id).applies_at or world.now
    assert world.now == datetime(2026, 3, 21, 7, 0, tzinfo=UTC)  # midnight where the day ends last
    assert _due(world).applied == [item_id]
    assert _due(world).applied == []
    assert len(set(world.students().values())) == 1
    assert world.problems() == []


def test_a_new_blackout_holds_back_what_was_approved_before(world: World, pair: Pair) -> None:
    _approved(world, pair)
    longer = Blackout.model_validate({"from": date(2026, 3, 1), "to": date(2026, 4, 20), "title": "Count"})
    world.database.policy = world.database.policy.model_copy(update={"blackouts": (longer,)})
    assert _due(world, days=25).applied == []
    assert blackouts.applies_at(world.database.policy, ["TX"], world.now) is not None
    assert _due(world, days=40).applied != []


def test_an_approved_decision_that_something_contradicts_waits_and_its_people_are_told(
    world: World, pair: Pair
) -> None:
    """Meanwhile Washington has said that a third record, which is the Texan child by now, is another one."""
    item_id = _approved(world, pair)
    world.upload("TX", child("T2"))
    other = world.record("TX", "T2")
    world.database.policy = world.database.policy.model_copy(update={"blackouts": ()})
    world.merge(pair.ana, pair.ben, pair.texas, other)
    world.decide(pair.wanda, world.open_item(other, pair.washington), Verdict.DIFFERENT)
    done = _due(world, days=30)
    assert (done.applied, [one for one, _ in done.refused]) == ([], [item_id])
    assert "different children" in done.refused[0][1]
    _due(world, days=1)
    assert len(_told(world, NoticeKind.NOT_APPLIED)) == 2
    assert _stored(world, item_id).status == Status.APPROVED


def test_a_year_in_which_nobody_acts_approves_nothing(world: World, pair: Pair) -> None:
    """One item of each state that waits for a person; every day of a year the job runs."""
    world.upload("TX", *(child(f"T{number}") for number in range(2, 6)))
    others = [world.record("TX", f"T{number}") for number in range(2, 6)]
    items = [world.open_item(pair.texas, pair.washington)]
    items += list(world.scan([pair.texas, pair.washington], *([pair.texas, one] for one in others)).changes.opened)
    world.decide(pair.ana, items[1], Verdict.CLAIM)
    world.decide(pair.ana, items[2], Verdict.SAME)
    world.decide(pair.ana, items[3], Verdict.NEED_INFORMATION, note="Asked.", whom="school")
    world.decide(pair.wanda, items[0], Verdict.SAME)
    before = world.snapshot()
    for _ in range(366):
        done = _due(world, days=1)
        assert (done.applied, done.refused) == ([], [])
    assert world.snapshot() == before
    with world.database.unit_of_work(read_only=True) as session:
        by_service = set(session.scalars(select(Decision.verdict).where(Decision.actor_id.is_(None))))
        applied = session.scalars(select(Decision.id).where(Decision.applied_at.is_not(None))).all()
        told = Counter(session.scalars(select(Notice.kind)))
    assert (by_service <= {Verdict.ESCALATE}, applied) == (True, [])
    assert told[NoticeKind.REMINDER] <= 6 * len(items)  # a reminder a deadline and State, not one a day
    assert world.problems() == []


def test_an_item_that_is_opened_again_has_its_time_anew(world: World, pair: Pair) -> None:
    item_id, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.now += timedelta(days=200)
    world.undo(pair.ana, decision)
    assert _stored(world, item_id).resolve_due > world.now
    assert _due(world).passed_up == []


def test_the_service_may_not_say_more_than_that(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    for verdict in (Verdict.DIFFERENT, Verdict.VALIDATE, Verdict.REOPEN, Verdict.APPLY):
        with pytest.raises(NotAllowedError), world.database.unit_of_work() as session:
            decisions.decide(session, None, Request(item_id, 1, verdict, f"k-{verdict}"), now=world.now)
