"""With whom an item stands: district of the latest enrollment, lowest level with an administrator; and who works on it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import claims, handling, regions
from linkage.identity.notices import NoticeKind, To, mark_sent, tell, unsent
from linkage.identity.views import Account, PlaceView, Status, Verdict
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

HERE = {"school_district": "Weslaco ISD"}


def _regions(world: World, region: str, *districts: str) -> None:
    with world.database.unit_of_work() as session:
        regions.assign(session, None, "TX", region, districts, now=world.tick())


def _item(world: World, first: dict[str, str] | None = None, second: dict[str, str] | None = None) -> int:
    world.upload("TX", child("T1", **(HERE if first is None else first)))
    world.upload("TX", child("T2", **(HERE if second is None else second)))
    return world.open_item(world.record("TX", "T1"), world.record("TX", "T2"))


def _places(world: World, who: Account, item_id: int) -> tuple[PlaceView, ...]:
    return world.item(who, item_id).summary.places


def _district_person(world: World, name: str = "dora", district: str = "Weslaco ISD") -> Account:
    return world.person(name, "TX", "district_data_administrator", district=district)


def _told(world: World) -> list[tuple[NoticeKind, To]]:
    with world.database.unit_of_work(read_only=True) as session:
        return [(one.kind, one.to) for one in unsent(session)]


def test_an_item_stands_at_the_lowest_level_at_which_somebody_is(world: World) -> None:
    ana = world.person("ana", "TX")
    _regions(world, "Valley", "Weslaco ISD")
    item_id = _item(world)
    assert _places(world, ana, item_id) == (PlaceView("TX", "state", "Valley", "Weslaco ISD", ""),)
    world.person("rita", "TX", "regional_data_administrator", region="Valley")
    world.upload("TX", child("T3", **HERE))
    with_region = world.open_item(world.record("TX", "T1"), world.record("TX", "T3"))
    assert _places(world, ana, with_region)[0].level == "region"
    dora = _district_person(world)
    world.upload("TX", child("T4", **HERE))
    with_district = world.open_item(world.record("TX", "T1"), world.record("TX", "T4"))
    assert _places(world, dora, with_district)[0].level == "district"


def test_somebody_who_may_not_decide_counts_as_nobody(world: World) -> None:
    world.person("pat", "TX", "primary_user", district="Weslaco ISD")
    assert _places(world, world.person("ana", "TX"), _item(world))[0].level == "state"


def test_the_district_of_the_enrollment_that_began_last_comes_first_and_both_may_act(world: World) -> None:
    weslaco, donna = _district_person(world), _district_person(world, "dan", "Donna ISD")
    item_id = _item(world, HERE, {"school_district": "Donna ISD", "enrollment_date": "2025-11-03"})
    assert _places(world, weslaco, item_id)[0].district == "Donna ISD"
    assert Verdict.DIFFERENT in world.item(weslaco, item_id).allowed
    assert Verdict.DIFFERENT in world.item(donna, item_id).allowed
    with pytest.raises(UnknownIdError):
        world.item(_district_person(world, "eva", "Alamo ISD"), item_id)


def test_an_older_enrollment_that_arrives_later_changes_no_district(world: World) -> None:
    dora, dan = _district_person(world), _district_person(world, "dan", "Donna ISD")
    item_id = _item(world)
    world.upload("TX", child("T2", school_district="Donna ISD", enrollment_date="2024-09-02", school_name="Old"))
    assert _places(world, dora, item_id)[0].district == "Weslaco ISD"
    world.upload("TX", child("T2", school_district="Donna ISD", enrollment_date="2026-01-07", school_name="New"))
    assert _places(world, dora, item_id)[0].district == "Donna ISD"
    assert Verdict.DIFFERENT in world.item(dan, item_id).allowed
    assert world.problems() == []


def test_a_pair_across_two_states_stands_in_both_and_each_hears_of_it(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    assert [place.state for place in _places(world, pair.ana, item_id)] == ["TX", "WA"]
    world.decide(pair.ana, item_id, Verdict.SAME)
    assert _told(world) == [(NoticeKind.VALIDATION_WANTED, To(state="WA"))]
    world.decide(pair.wanda, item_id, Verdict.VALIDATE)
    told = dict(_told(world)[1:])
    assert told == {NoticeKind.VALIDATED: To(account_id=pair.ana.id), NoticeKind.RECORD_MOVED: To(state="WA")}


def test_regions_are_set_as_a_whole_and_items_follow(world: World) -> None:
    ana = world.person("ana", "TX")
    item_id = _item(world)
    world.person("rita", "TX", "regional_data_administrator", region="Valley")
    _regions(world, "Valley", "Weslaco ISD", "Donna ISD")
    assert _places(world, ana, item_id)[0] == PlaceView("TX", "region", "Valley", "Weslaco ISD", "")
    _regions(world, "Coast", "Weslaco ISD")
    with world.database.unit_of_work(read_only=True) as session:
        assert regions.listed(session) == {"TX": {"Coast": ["Weslaco ISD"], "Valley": ["Donna ISD"]}}
    assert _places(world, ana, item_id)[0] == PlaceView("TX", "state", "Coast", "Weslaco ISD", "")
    _regions(world, "Coast")
    with world.database.unit_of_work(read_only=True) as session:
        assert regions.listed(session, "TX") == {"TX": {"Valley": ["Donna ISD"]}}
    assert world.problems() == []


def test_regions_are_the_business_of_their_states_region_administrator(world: World) -> None:
    for who in (world.person("ana", "TX"), world.person("rex", "WA", "state_region_administrator")):
        with pytest.raises(NotAllowedError), world.database.unit_of_work() as session:
            regions.assign(session, who, "TX", "Valley", ["Weslaco ISD"], now=world.now)
    for state, region in (("XX", "Valley"), ("TX", " ")):
        with pytest.raises(StateChangeError), world.database.unit_of_work() as session:
            regions.assign(session, None, state, region, [], now=world.now)


def test_a_claim_is_for_some_minutes_and_for_one_person(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.CLAIM)
    assert world.item(pair.ben, item_id).summary.claimed_until == world.now + timedelta(minutes=20)
    with pytest.raises(NotAllowedError, match="Somebody else"):
        world.decide(pair.ben, item_id, Verdict.DIFFERENT)
    world.now += timedelta(minutes=15)
    with world.database.unit_of_work() as session:
        handling.keep_claim(session, pair.ana, item_id, world.now)
        handling.keep_claim(session, pair.ben, item_id, world.now + timedelta(hours=1))
    world.now += timedelta(minutes=15)
    assert world.item(pair.ben, item_id).summary.status is Status.CLAIMED
    world.now += timedelta(minutes=5)
    assert world.item(pair.ben, item_id).summary.status is Status.OPEN
    assert world.decide(pair.ben, item_id, Verdict.DIFFERENT).status is Status.APPLIED


def test_a_state_administrator_releases_what_somebody_else_has_claimed(world: World) -> None:
    dora, dan, ana = _district_person(world), _district_person(world, "dan"), world.person("ana", "TX")
    item_id = _item(world)
    world.decide(dora, item_id, Verdict.CLAIM)
    with pytest.raises(NotAllowedError):
        world.decide(dan, item_id, Verdict.RELEASE)
    assert world.decide(ana, item_id, Verdict.RELEASE).status is Status.OPEN
    assert Verdict.DIFFERENT in world.item(dan, item_id).allowed


def test_somebody_at_work_locks_every_student_of_the_item(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    students = world.students()

    def locked(record: int) -> str:
        with world.database.unit_of_work(read_only=True) as session:
            return claims.locked(session, [students[record]], world.now)

    assert locked(pair.texas) == locked(pair.washington) == ""
    world.decide(pair.ana, item_id, Verdict.CLAIM)
    assert locked(pair.washington) == (
        f"Student {students[pair.washington]} is in worklist item {item_id}: somebody is working on it."
    )
    world.now += timedelta(minutes=20)
    assert locked(pair.texas) == ""
    world.decide(pair.ana, item_id, Verdict.SAME)
    assert "waits for its validation" in locked(pair.texas)
    world.decide(pair.wanda, item_id, Verdict.REJECT)
    assert locked(pair.texas) == ""


def test_an_item_is_handed_sideways_or_down_never_up(world: World) -> None:
    dora, dan, ana = _district_person(world), _district_person(world, "dan"), world.person("ana", "TX")
    item_id = _item(world)
    for whom in ("state", "region", "ana"):
        with pytest.raises(StateChangeError, match="sideways or down"):
            world.decide(dora, item_id, Verdict.REASSIGN, whom=whom)
    with pytest.raises(UnknownIdError):
        world.decide(dora, item_id, Verdict.REASSIGN, whom="nobody")
    world.decide(dora, item_id, Verdict.REASSIGN, whom="DAN")
    assert _places(world, dora, item_id)[0].assignee == "Dan of TX"
    assert _told(world) == [(NoticeKind.HANDED_TO_YOU, To(account_id=dan.id))]
    world.decide(ana, item_id, Verdict.REASSIGN, whom="district")
    assert _places(world, dora, item_id)[0].assignee == ""


def test_what_was_passed_up_is_decided_above(world: World) -> None:
    dora, ana = _district_person(world), world.person("ana", "TX")
    item_id = _item(world)
    assert world.decide(dora, item_id, Verdict.ESCALATE).status is Status.ESCALATED
    assert _told(world) == [(NoticeKind.PASSED_UP, To(state="TX"))]
    with pytest.raises(NotAllowedError, match="passed up"):
        world.decide(dora, item_id, Verdict.DIFFERENT)
    with pytest.raises(StateChangeError, match="nobody above"):
        world.decide(ana, item_id, Verdict.ESCALATE)
    assert world.decide(ana, item_id, Verdict.DIFFERENT).status is Status.APPLIED


def test_information_is_asked_of_the_other_state_by_a_day_to_come(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    with pytest.raises(StateChangeError, match="over"):
        world.decide(
            pair.ana,
            item_id,
            Verdict.NEED_INFORMATION,
            note="Asked.",
            whom="other_state",
            due=(world.now - timedelta(days=2)).date(),
        )
    world.decide(pair.ana, item_id, Verdict.NEED_INFORMATION, note="Asked.", whom="other_state", due=world.now.date())
    assert _told(world) == [(NoticeKind.INFORMATION_WANTED, To(state="WA"))]


def test_the_proposer_hears_of_a_rejection_and_of_an_undo_but_not_of_what_he_does_himself(
    world: World, pair: Pair
) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME)
    world.decide(pair.wanda, item_id, Verdict.REJECT)
    assert _told(world)[-1] == (NoticeKind.REJECTED, To(account_id=pair.ana.id))
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.undo(pair.ben, decision)
    assert (NoticeKind.DECISION_UNDONE, To(account_id=pair.ana.id)) in _told(world)
    _, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    before = len([one for one in _told(world) if one[0] is NoticeKind.DECISION_UNDONE])
    world.undo(pair.ana, decision)
    assert len([one for one in _told(world) if one[0] is NoticeKind.DECISION_UNDONE]) == before


def test_a_notice_is_written_once_sent_once_and_says_ids_only(world: World, pair: Pair) -> None:
    with world.database.unit_of_work() as session:
        to = To(account_id=pair.ana.id)
        assert tell(session, NoticeKind.REMINDER, to, "item 1", at=world.now)
        assert not tell(session, NoticeKind.REMINDER, to, "item 1", at=world.now)
        with pytest.raises(ValueError, match="ids"):
            tell(session, NoticeKind.REMINDER, to, "item 2", at=world.now, payload={"name": "Ximena Quetzal"})
    with world.database.unit_of_work() as session:
        (notice,) = unsent(session)
        assert (mark_sent(session, [notice.notice_id], world.now), unsent(session)) == (1, [])
        assert mark_sent(session, [notice.notice_id], world.now) == 0


def test_a_decision_that_is_refused_tells_nobody(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    version = world.item(pair.ana, item_id).summary.version
    world.decide(pair.ana, item_id, Verdict.SAME)
    told = _told(world)
    with pytest.raises(ConflictError):
        world.decide(pair.wanda, item_id, Verdict.SAME, version=version)
    assert _told(world) == told


def test_a_person_of_the_state_level_only_releases(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.wanda, item_id, Verdict.CLAIM)
    without = replace(pair.ana, permissions=pair.ana.permissions - {"item:release"})
    assert Verdict.RELEASE not in world.item(without, item_id).allowed
    assert Verdict.RELEASE in world.item(pair.ana, item_id).allowed
