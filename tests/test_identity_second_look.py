"""The blind second look: the second person answers without knowing the first answer; two different answers go to a third person."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, update

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity import decisions, flags, second_look, states, students, worklist
from linkage.identity.views import Account, Door, ItemView, Outcome, Part, Request, Status, Verdict
from linkage.identity.work_lists import decidable
from linkage.store.database import Database
from linkage.store.models import AccountRow, ItemPlace, LedgerEvent, WorklistItem
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

DISTRICT = "district_data_administrator"


def _answer(world: World, who: Account, item_id: int, verdict: Verdict, *, key: str = "", **more: object) -> Outcome:
    version = more.pop("version", None) or world.item(who, item_id).summary.version
    request = Request(item_id, version, verdict, key or f"key-{next(world.keys)}", **more)  # type: ignore[arg-type]
    with world.database.unit_of_work() as session:
        return second_look.answer(session, who, request, now=world.tick())


def _parts(*parts: list[int]) -> tuple[Part, ...]:
    return tuple(Part(tuple(map(str, part))) for part in parts)


@pytest.fixture
def waiting(world: World, pair: Pair) -> int:
    """Ana of Texas says "same child"; it waits for Wanda of Washington."""
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.SAME, note="Same mother.", reason="parent")
    return item_id


@pytest.fixture
def openly(database_url: str, world: World) -> Iterator[World]:
    """The same world where the second person sees the first answer."""
    rules = world.database.policy
    open_rules = rules.model_copy(update={"decisions": rules.decisions.model_copy(update={"second_look": "open"})})
    world.database = Database(database_url, policy=open_rules)
    yield world
    world.database.close()


def test_the_second_person_sees_the_case_and_not_the_first_answer(world: World, pair: Pair, waiting: int) -> None:
    view = world.item(pair.wanda, waiting)
    assert view.blind
    assert not view.decisions
    assert "Same mother." not in repr(view)
    assert "Ana" not in repr(view)
    assert not view.allowed & {Verdict.VALIDATE, Verdict.REJECT}
    assert {Verdict.SAME, Verdict.DIFFERENT, Verdict.TWINS, Verdict.NEED_INFORMATION} <= view.answers
    for who in (pair.ana, pair.ben):  # who proposed it, and who may not answer
        told = world.item(who, waiting)
        assert (told.blind, told.answers, len(told.decisions)) == (False, frozenset(), 1)


def test_the_history_of_the_student_does_not_tell_the_first_answer_either(
    world: World, pair: Pair, waiting: int
) -> None:
    def history(who: Account) -> str:
        with world.database.unit_of_work(read_only=True) as session:
            found = students.consolidated(session, who, world.students()[pair.texas])
        return repr((found.decisions, found.history))

    assert "Ana" not in history(pair.wanda)
    assert "Ana" in history(pair.ana)
    _answer(world, pair.wanda, waiting, Verdict.DIFFERENT)
    assert "Ana" in history(pair.wanda)


def test_where_the_policy_says_open_the_second_person_sees_the_proposal(
    openly: World, pair: Pair, waiting: int
) -> None:
    view = openly.item(pair.wanda, waiting)
    assert (view.blind, len(view.decisions)) == (False, 1)
    assert {Verdict.VALIDATE, Verdict.REJECT} <= view.allowed


@pytest.mark.parametrize("verdict", [Verdict.VALIDATE, Verdict.REJECT])
@pytest.mark.parametrize("door", list(Door))
def test_nobody_validates_or_rejects_unasked_through_the_screen(
    world: World, pair: Pair, waiting: int, verdict: Verdict, door: Door
) -> None:
    request = Request(waiting, world.item(pair.wanda, waiting).summary.version, verdict, "unasked")
    decide = partial(decisions.decide, account=replace(pair.wanda, through=door), request=request, now=world.tick())
    with world.database.unit_of_work() as session:
        if door is not Door.SCREEN:
            assert decide(session).status in (Status.APPLIED, Status.OPEN)
            return
        with pytest.raises(StateChangeError, match="You have not said yet what you would decide"):
            decide(session)
    assert _answer(world, pair.wanda, waiting, Verdict.SAME).status is Status.APPLIED


def test_with_an_open_second_look_the_screen_validates_in_one_word(openly: World, pair: Pair, waiting: int) -> None:
    request = Request(waiting, openly.item(pair.wanda, waiting).summary.version, Verdict.VALIDATE, "openly")
    with openly.database.unit_of_work() as session:
        assert decisions.decide(session, pair.wanda, request, now=openly.tick()).status is Status.APPLIED


def test_two_equal_answers_are_a_validated_merge(world: World, pair: Pair, waiting: int) -> None:
    outcome = _answer(world, pair.wanda, waiting, Verdict.SAME, note="School agrees.")
    assert outcome.status is Status.APPLIED
    assert len(set(world.students().values())) == 1
    first, second = world.item(pair.wanda, waiting).decisions
    assert (first.verdict, first.note) == (Verdict.SAME, "Same mother.")
    assert (second.verdict, second.answer, second.note) == (Verdict.VALIDATE, Verdict.SAME, "School agrees.")
    assert world.problems() == []


def test_two_different_answers_merge_nothing_and_are_both_kept(world: World, pair: Pair, waiting: int) -> None:
    before = world.students()
    outcome = _answer(world, pair.wanda, waiting, Verdict.DIFFERENT, note="Another mother.")
    assert outcome.status is Status.OPEN
    assert "“same child”, then “different children”" in outcome.sentence
    assert world.students() == before
    first, second = world.item(pair.ben, waiting).decisions
    assert (first.verdict, second.verdict, second.answer) == (Verdict.SAME, Verdict.REJECT, Verdict.DIFFERENT)
    with world.database.unit_of_work(read_only=True) as session:
        last = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq.desc())).first()
        assert last
        payload = json.loads(last.payload)
        assert session.get_one(WorklistItem, waiting).disagreed == [pair.ana.id, pair.wanda.id]
    assert (payload["blind"], payload["answer"], payload["verdict"]) == (True, "different", "reject")
    assert "mother" not in last.payload
    assert world.problems() == []


def test_a_third_person_decides_and_the_two_do_not(world: World, pair: Pair, waiting: int) -> None:
    _answer(world, pair.wanda, waiting, Verdict.DIFFERENT)
    for who in (pair.ana, pair.wanda):
        view = world.item(who, waiting)
        assert view.allowed == {Verdict.ESCALATE, Verdict.REASSIGN}
        assert "a third one decides it" in view.refusal
        for verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.TWINS, Verdict.CLAIM):
            with pytest.raises(NotAllowedError, match="third"):
                world.decide(who, waiting, verdict)
    assert "answered this differently" in world.item(pair.ben, waiting).disagreement
    assert world.decide(pair.ben, waiting, Verdict.DIFFERENT).status is Status.APPLIED


def test_where_there_is_no_third_person_either_of_the_two_may(world: World, pair: Pair, waiting: int) -> None:
    with world.database.unit_of_work() as session:
        session.execute(update(AccountRow).where(AccountRow.id == pair.ben.id).values(disabled=True))
    outcome = _answer(world, pair.wanda, waiting, Verdict.DIFFERENT)
    assert "Nobody else can decide it" in outcome.sentence
    for who in (pair.ana, pair.wanda):
        view = world.item(who, waiting)
        assert Verdict.SAME in view.allowed
        assert "Nobody else can decide it" in view.disagreement
    world.person("bea", "TX")  # somebody has come
    assert Verdict.SAME not in world.item(pair.ana, waiting).allowed


def test_a_disagreement_in_a_district_goes_one_level_up(world: World) -> None:
    dora, dan = (world.person(name, "TX", DISTRICT, district="Donna ISD") for name in ("dora", "dan"))
    ana = world.person("ana", "TX")
    world.upload("TX", *(child(name, school_district="Donna ISD") for name in ("T1", "T2")))
    item_id = world.open_item(world.record("TX", "T1"), world.record("TX", "T2"))
    world.decide(dora, item_id, Verdict.SAME)
    _answer(world, dan, item_id, Verdict.TWINS)
    with world.database.unit_of_work(read_only=True) as session:
        assert session.get_one(ItemPlace, (item_id, "TX")).level == "state"
    assert world.decide(ana, item_id, Verdict.TWINS).status is Status.APPLIED


def test_nobody_above_means_that_a_colleague_of_the_district_decides(world: World) -> None:
    dora, dan, dina = (world.person(name, "TX", DISTRICT, district="Donna ISD") for name in ("dora", "dan", "dina"))
    world.upload("TX", *(child(name, school_district="Donna ISD") for name in ("T1", "T2")))
    item_id = world.open_item(world.record("TX", "T1"), world.record("TX", "T2"))
    world.decide(dora, item_id, Verdict.SAME)
    _answer(world, dan, item_id, Verdict.DIFFERENT)
    assert Verdict.SAME not in world.item(dan, item_id).allowed
    assert world.decide(dina, item_id, Verdict.DIFFERENT).status is Status.APPLIED


@pytest.mark.parametrize("agree", [True, False])
def test_parts_are_compared_record_by_record(world: World, pair: Pair, agree: bool) -> None:
    world.upload("TX", child("T2"))
    third = world.record("TX", "T2")
    item_id = world.open_item(pair.texas, pair.washington, third)
    world.decide(pair.ana, item_id, Verdict.REGROUP, parts=_parts([pair.texas, pair.washington], [third]))
    said = _parts([third], [pair.washington, pair.texas]) if agree else _parts([third, pair.texas], [pair.washington])
    outcome = _answer(world, pair.wanda, item_id, Verdict.REGROUP, parts=said)
    assert (outcome.status is Status.APPLIED) is agree
    assert world.problems() == []


@pytest.mark.parametrize("more", [{"members": [0, 1]}, {}])
def test_the_same_word_about_other_records_is_another_answer(
    world: World, pair: Pair, more: dict[str, list[int]]
) -> None:
    world.upload("TX", child("T2"))
    records = [pair.texas, pair.washington, world.record("TX", "T2")]
    item_id = world.open_item(*records)
    world.decide(pair.ana, item_id, Verdict.SAME, members=records[:2])
    members = tuple(str(records[one]) for one in more["members"]) if more else None
    outcome = _answer(world, pair.wanda, item_id, Verdict.SAME, members=members)
    assert (outcome.status is Status.APPLIED) is bool(more)


def test_a_flagged_merge_that_the_second_person_answers_otherwise_is_rejected(world: World, pair: Pair) -> None:
    both = tuple(world.students().values())
    request = Request(0, 0, Verdict.SAME, "flag")
    with world.database.unit_of_work() as session:
        flagged = flags.flag_merge(session, pair.ana, both, request, now=world.tick())
    assert world.item(pair.wanda, flagged.item_id).blind
    assert _answer(world, pair.wanda, flagged.item_id, Verdict.TWINS).status is Status.REJECTED


def test_the_same_answer_sent_twice_counts_once(world: World, pair: Pair, waiting: int) -> None:
    version = world.item(pair.wanda, waiting).summary.version
    once = _answer(world, pair.wanda, waiting, Verdict.DIFFERENT, key="k", version=version)
    assert _answer(world, pair.wanda, waiting, Verdict.DIFFERENT, key="k", version=version) == once
    with pytest.raises(StateChangeError):
        _answer(world, pair.wanda, waiting, Verdict.SAME, key="k", version=version)


def test_who_may_not_validate_may_not_answer_either(world: World, pair: Pair, waiting: int) -> None:
    for who in (pair.ana, pair.ben):
        with pytest.raises(NotAllowedError):
            _answer(world, who, waiting, Verdict.SAME)
    with pytest.raises(StateChangeError):
        _answer(world, pair.wanda, waiting, Verdict.NEED_INFORMATION)
    with pytest.raises(StateChangeError):
        _answer(world, pair.wanda, waiting, Verdict.SETTLE_DATE)


def test_after_an_undo_everybody_may_answer_anew(world: World, pair: Pair, waiting: int) -> None:
    _answer(world, pair.wanda, waiting, Verdict.DIFFERENT)
    decided = world.decide(pair.ben, waiting, Verdict.DIFFERENT)
    world.undo(pair.ben, decided.decision_id)
    assert Verdict.SAME in world.item(pair.wanda, waiting).allowed


def test_the_worklist_and_the_rule_agree_on_what_can_be_decided(world: World, pair: Pair, waiting: int) -> None:
    """For everybody and every situation that two answers can lead to."""
    dora = world.person("dora", "TX", DISTRICT, district="Donna ISD")
    everybody = [pair.ana, pair.ben, pair.wanda, dora]
    _same_rule(world, everybody, waiting)
    _answer(world, pair.wanda, waiting, Verdict.DIFFERENT)
    _same_rule(world, everybody, waiting)
    for disabled in (True, False):
        with world.database.unit_of_work() as session:
            session.execute(update(AccountRow).where(AccountRow.id == pair.ben.id).values(disabled=disabled))
        _same_rule(world, everybody, waiting)
    world.decide(pair.ben, waiting, Verdict.CLAIM)
    _same_rule(world, everybody, waiting)
    world.decide(pair.ben, waiting, Verdict.SAME)
    _same_rule(world, everybody, waiting)


def _same_rule(world: World, everybody: list[Account], item_id: int) -> None:
    for who in everybody:
        with world.database.unit_of_work(read_only=True) as session:
            row = session.get_one(WorklistItem, item_id)
            statement = select(WorklistItem.id).where(decidable(session, who, world.now), WorklistItem.id == item_id)
            listed = session.scalar(statement) is not None
            situation = worklist.situation_for(session, row, who, world.now)
        allowed = states.allowed(situation, who)
        assert listed == bool(allowed & {Verdict.SAME, Verdict.VALIDATE}), who.username


def test_an_open_view_is_there_for_the_command_line(world: World, pair: Pair, waiting: int) -> None:
    with world.database.unit_of_work(read_only=True) as session:
        view: ItemView = worklist.item(session, pair.wanda, waiting, now=world.now, openly=True)
    assert (view.blind, len(view.decisions)) == (False, 1)
    assert Verdict.VALIDATE in view.allowed
