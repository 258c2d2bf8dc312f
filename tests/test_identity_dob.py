"""What holds for every birth-date conflict: no merge before, ranks, one winner, nothing deleted, only its own correction closes it."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from linkage.errors import ConflictError, NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity.dob import cases, page, procedures
from linkage.identity.dob.evidence import Claim, contradicting
from linkage.identity.dob.page import CaseView
from linkage.identity.dob.procedures import CHOOSE, Done
from linkage.identity.notices import NoticeKind, To, unsent
from linkage.identity.views import Account, Kind, Part, Status, Verdict
from linkage.store.models import ItemPlace, LedgerEvent, WorklistItem
from rules.dob_evidence import PROCEDURES
from rules.in_force import load_dob_evidence
from tests.dob_helpers import (
    BAPTISM,
    CERTIFICATE,
    PASSPORT,
    TEXAS_SAYS,
    WASHINGTON_SAYS,
    WORD,
    Conflict,
    conflict,
    two_records,
)
from tests.identity_helpers import World, child

pytest_plugins = ["tests.identity_fixtures"]

RULES = load_dob_evidence()
CODES = [code for tier in RULES.tiers for code in tier.documents]
OVERRIDE = {"reason": "other", "note": "Seen with my own eyes."}


@pytest.fixture
def case(world: World) -> Conflict:
    return conflict(world, texas=WORD, washington=CERTIFICATE)


@given(st.sampled_from(CODES), st.sampled_from(CODES))
def test_whatever_is_trusted_no_less_and_says_another_date_contradicts(chosen: str, other: str) -> None:
    for code in (other, f"0{other}"):
        claims = [Claim(1, chosen, "a", RULES.rank_of(chosen), 1), Claim(2, code, "b", RULES.rank_of(code), 2)]
        assert bool(contradicting(claims, claims[0])) == (RULES.rank_of(other) <= RULES.rank_of(chosen))
        assert not contradicting([claims[0], Claim(2, code, "a", 0, 2)], claims[0])


def test_the_procedure_follows_who_holds_a_certificate() -> None:
    found = [procedures.suggested(1, holders) for holders in ({1}, {2}, {1, 2, 3}, set())]
    assert tuple(found) == PROCEDURES


@pytest.mark.parametrize("name", PROCEDURES)
def test_every_result_of_every_step_leads_somewhere(name: str) -> None:
    procedure = RULES.procedures[name]
    for step, result in [(one, result) for one in procedure.steps for result in one.results]:
        found = procedures.progress(name, procedure, [Done(name, step.id, result.id)])
        place = procedure.steps.index(step)
        expected = {"again": step, "start_over": procedure.steps[0], "settle": None, "stop": None}
        following = procedure.steps[place + 1] if place + 1 < len(procedure.steps) else None
        assert found.step == expected.get(result.then, following)
        assert (found.then == "stop") == (result.then == "stop")
        for anew in (Done(name, CHOOSE, ""), Done("another", step.id, result.id)):
            log = [Done(name, step.id, result.id), anew]
            assert procedures.progress(name, procedure, log).step == procedure.steps[0]


def test_a_near_match_is_not_merged_before_its_birth_date_is_settled(case: Conflict) -> None:
    world, two = case.world, (case.texas, case.washington)
    world.upload("TX", child("T3"))
    third = world.record("TX", "T3")
    (whole,) = world.scan(two, (*two, third)).changes.opened
    parts = (Part(tuple(map(str, two))), Part((str(third),)))
    for item in (case.near, whole):
        with pytest.raises(StateChangeError, match=f"item {case.item}"):
            world.decide(case.ana, item, Verdict.SAME)
    with pytest.raises(StateChangeError, match=f"item {case.item}"):
        world.decide(case.ana, whole, Verdict.REGROUP, parts=parts)
    joined = world.decide(case.ana, whole, Verdict.SAME, members=[case.texas, third])
    assert joined.status is Status.WAITING_VALIDATION
    assert world.problems() == []


def test_a_proposal_that_waits_is_not_validated_once_somebody_asks_for_the_birth_date(world: World) -> None:
    records = two_records(world, WORD, WORD)
    ana, wanda = world.person("ana", "TX"), world.person("wanda", "WA")
    near = world.open_item(*records)
    world.decide(ana, near, Verdict.SAME)
    with world.database.unit_of_work() as session:
        item = cases.open_case(session, wanda, near, 2, now=world.tick())
    with pytest.raises(StateChangeError, match=f"item {item}"):
        world.decide(wanda, near, Verdict.VALIDATE)
    world.decide(wanda, item, Verdict.WITHDRAW)
    world.decide(wanda, near, Verdict.VALIDATE)
    assert len(set(world.students().values())) == 1


def test_the_question_is_asked_once_of_the_right_version_about_different_dates(case: Conflict) -> None:
    world = case.world
    with world.database.unit_of_work() as session:
        assert cases.open_case(session, case.wanda, case.near, 1, now=world.tick()) == case.item
        with pytest.raises(StateChangeError, match="Only a near match"):
            cases.open_case(session, case.ana, case.item, 1, now=world.tick())
    world.upload("TX", child("T2", birth_date=TEXAS_SAYS))
    near = world.open_item(case.texas, world.record("TX", "T2"))
    with pytest.raises(ConflictError), world.database.unit_of_work() as session:
        cases.open_case(session, case.ana, near, 7, now=world.tick())
    with pytest.raises(StateChangeError, match="same birth date"), world.database.unit_of_work() as session:
        cases.open_case(session, case.ana, near, 1, now=world.tick())


def test_a_scan_opens_an_item_where_both_dates_rest_on_documents(world: World) -> None:
    records = two_records(world, CERTIFICATE, PASSPORT)
    world.upload("TX", child("T2", birth_date="2011-01-05", birth_date_verification=WORD))
    other = world.record("TX", "T2")
    outcome = world.scan(records, (records[0], other), guards=("GUARD-VERIFIED",))
    (item,) = outcome.birth_dates.opened
    with world.database.unit_of_work(read_only=True) as session:
        row = session.get_one(WorklistItem, item)
        view = page.case(session, world.person("ana", "TX"), item, now=world.now)
    assert (row.kind, row.status, view.procedure) == (Kind.BIRTH_DATE, Status.OPEN, "sending_state")
    assert not world.scan(records, (records[0], other), guards=("GUARD-VERIFIED",)).birth_dates.opened
    with pytest.raises(NotAllowedError):
        world.decide(world.person("ana", "TX"), item, Verdict.WITHDRAW)
    world.upload("TX", child("T1", birth_date=TEXAS_SAYS, birth_date_verification=WORD))
    assert world.scan(records, guards=("GUARD-VERIFIED",)).birth_dates.superseded == (item,)
    assert world.problems() == []


def test_better_evidence_is_overridden_only_with_a_reason_and_a_note(case: Conflict) -> None:
    passport = case.see(case.ana, case.texas, PASSPORT, TEXAS_SAYS)
    case.do(case.wanda, "ask_recruiter", "confirmed")
    case.do(case.wanda, "tell_other_state", "same_child")
    for more in ({}, {"reason": "other"}, {"note": "Believe me."}, {"reason": "other", "note": "  "}):
        with pytest.raises(StateChangeError, match=f"better: record {case.washington} as it was sent"):
            case.settle(case.ana, passport, **more)
    assert case.settle(case.ana, passport, **OVERRIDE).status is Status.WAITING_INFORMATION


def test_a_date_is_not_settled_on_nothing_nor_before_the_steps_are_done(case: Conflict) -> None:
    with pytest.raises(StateChangeError, match="rests on evidence"):
        case.settle(case.ana, None)
    with pytest.raises(UnknownIdError):
        case.settle(case.ana, 999)
    proof = case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    with pytest.raises(StateChangeError, match="confirm with the recruiter"):
        case.settle(case.ana, proof)
    with pytest.raises(StateChangeError, match="comes before it"):
        case.do(case.wanda, "tell_other_state", "same_child")
    for step, result in (("ask_parent", "chose_one"), ("ask_recruiter", "chose_one")):
        with pytest.raises(StateChangeError):
            case.do(case.wanda, step, result)


def test_only_the_corrected_record_closes_only_its_own_item(world: World) -> None:
    case = conflict(world, texas=WORD, washington=CERTIFICATE)
    world.upload("TX", child("T7", birth_date="2010-01-01"), child("T8", birth_date="2010-02-01"))
    others = world.record("TX", "T7"), world.record("TX", "T8")
    (near,) = world.scan((case.texas, case.washington), others).changes.opened
    with world.database.unit_of_work() as session:
        other = cases.open_case(session, case.ana, near, 1, now=world.tick())
    second = Conflict(world, *others, case.ana, case.wanda, near, other)
    for one, says in ((case, WASHINGTON_SAYS), (second, "2010-01-01")):
        one.settle(case.ana, one.see(case.ana, one.texas, CERTIFICATE, says), **OVERRIDE)
    case.texas_sends(birth_date="2012-08-04")
    case.washington_sends(last_name_2="")
    assert case.view().status is Status.WAITING_INFORMATION
    case.texas_sends(birth_date=WASHINGTON_SAYS)
    assert (case.view().status, second.view().status) == (Status.APPLIED, Status.WAITING_INFORMATION)
    decision = world.item(case.ana, case.item).decisions[-1]
    assert (decision.verdict, decision.actor_id) == (Verdict.APPLY, None)
    assert world.problems() == []


def test_a_settled_date_that_turns_out_wrong_is_reopened_or_undone(case: Conflict) -> None:
    world = case.world
    proof = case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.settle(case.wanda, proof, **OVERRIDE)
    with pytest.raises(StateChangeError, match="rests on this evidence"):
        case.withdraw(case.wanda, proof)
    with world.database.unit_of_work() as session:
        session.get_one(ItemPlace, (case.item, "TX")).level = "district"
    assert world.decide(case.ana, case.item, Verdict.ESCALATE).status is Status.WAITING_INFORMATION
    assert world.decide(case.ana, case.item, Verdict.REOPEN).status is Status.OPEN
    assert case.view().agreed_date is None
    settled = case.settle(case.wanda, proof, **OVERRIDE)
    case.texas_sends(birth_date=WASHINGTON_SAYS)
    world.undo(case.ana, settled.decision_id)
    world.scan([case.texas, case.washington])
    assert case.view().status is Status.OPEN
    with pytest.raises(StateChangeError, match=f"item {case.item}"):
        world.decide(case.ana, case.near, Verdict.SAME)
    right = case.see(case.ana, case.texas, CERTIFICATE, TEXAS_SAYS)
    again = case.settle(case.ana, right, **OVERRIDE)
    assert "Texas and Washington must correct" in again.sentence
    assert world.problems() == []


def test_dates_that_come_to_agree_by_themselves_leave_nothing_to_settle(case: Conflict) -> None:
    case.texas_sends(birth_date=WASHINGTON_SAYS)
    assert case.world.scan([case.texas, case.washington]).birth_dates.superseded == (case.item,)
    case.world.decide(case.ana, case.near, Verdict.SAME)
    assert case.world.problems() == []


def test_where_the_records_agree_already_the_date_is_settled_at_once(case: Conflict) -> None:
    proof = case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.texas_sends(birth_date=WASHINGTON_SAYS)
    assert case.settle(case.ana, proof, **OVERRIDE).status is Status.APPLIED
    assert case.world.problems() == []


def test_evidence_is_withdrawn_by_the_state_that_entered_it_and_stays_to_be_seen(case: Conflict) -> None:
    proof = case.see(case.ana, case.texas, CERTIFICATE, TEXAS_SAYS)
    assert case.view().procedure == "both"
    with pytest.raises(NotAllowedError, match="Texas entered"):
        case.withdraw(case.wanda, proof)
    with pytest.raises(StateChangeError, match="note"):
        case.withdraw(case.ana, proof, note=" ")
    case.withdraw(case.ana, proof)
    case.withdraw(case.ana, proof)
    view = case.view()
    assert (view.procedure, len(view.evidence)) == ("receiving_state", 1)
    assert view.evidence[0].withdrawn_note == "Read wrongly."


@pytest.mark.parametrize(
    ("code", "says"), [("1234", TEXAS_SAYS), ("", TEXAS_SAYS), (BAPTISM, "2026-12-31"), (BAPTISM, "2026-02-21")]
)
def test_impossible_evidence_is_refused(case: Conflict, code: str, says: str) -> None:
    with pytest.raises(StateChangeError):
        case.see(case.ana, case.texas, code, says)
    assert case.view().evidence == ()


def test_entries_take_the_version_and_the_same_entry_twice_counts_once(case: Conflict) -> None:
    entry = case.entry(key="once")
    first = case.see(case.ana, case.texas, BAPTISM, TEXAS_SAYS, entry=entry)
    assert case.see(case.ana, case.texas, BAPTISM, TEXAS_SAYS, entry=entry) == first
    with pytest.raises(ConflictError, match="evidence, a step"):
        case.see(case.wanda, case.texas, BAPTISM, TEXAS_SAYS, entry=case.entry(version=entry.version))
    with pytest.raises(StateChangeError, match="something else"):
        case.see(case.wanda, case.texas, BAPTISM, TEXAS_SAYS, entry=entry)
    step = case.entry(key="step")
    for _ in range(2):
        case.do(case.wanda, "ask_recruiter", "confirmed", entry=step)
    assert len(case.view().log) == 1
    with pytest.raises(StateChangeError, match="something else"):
        case.do(case.wanda, "ask_recruiter", "not_seen", entry=step)


def test_the_same_question_sent_twice_is_asked_once_even_when_it_is_answered_by_then(world: World) -> None:
    ana, near = world.person("ana", "TX"), world.open_item(*two_records(world, WORD, WORD))
    other = world.person("ben", "TX")

    def ask(who: Account = ana, key: str = "once") -> int:
        version = world.item(who, near).summary.version
        with world.database.unit_of_work() as session:
            return cases.open_case(session, who, near, version, idempotency_key=key, now=world.tick())

    item = ask()
    world.decide(ana, item, Verdict.WITHDRAW)
    assert ask() == item
    assert [one.title for one in _page(world, ana, item).log] == ["Opened"]
    with pytest.raises(StateChangeError, match="something else"):
        ask(other)
    assert ask(other, "another") != item
    assert world.problems() == []


def _page(world: World, who: Account, item: int) -> CaseView:
    with world.database.unit_of_work(read_only=True) as session:
        return page.case(session, who, item, now=world.now)


def test_only_the_state_that_must_correct_its_record_is_told_so_in_the_same_breath(case: Conflict) -> None:
    proof = case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.settle(case.wanda, proof, **OVERRIDE)
    with case.world.database.unit_of_work(read_only=True) as session:
        told = [one for one in unsent(session) if one.kind is NoticeKind.CORRECTION_WANTED]
    assert [(one.to, one.item_id, one.payload) for one in told] == [
        (To(state="TX"), case.item, {"records": [case.texas]})
    ]


def test_other_states_and_other_roles_see_and_enter_nothing(case: Conflict) -> None:
    flo = case.world.person("flo", "FL")
    for deed in (lambda: case.view(flo), lambda: case.see(flo, case.texas, BAPTISM, TEXAS_SAYS)):
        with pytest.raises(UnknownIdError):
            deed()
    with pytest.raises(UnknownIdError):
        case.see(case.ana, 999, BAPTISM, TEXAS_SAYS)


def test_the_ledger_tells_of_every_entry_without_a_date(case: Conflict) -> None:
    proof = case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.do(case.wanda, "ask_recruiter", "confirmed")
    case.settle(case.wanda, proof, **OVERRIDE)
    with case.world.database.unit_of_work(read_only=True) as session:
        events = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq)).all()
    told = [json.loads(event.payload)["what"] for event in events if event.kind == "birth_date_changed"]
    assert told == ["opened", "evidence_entered", "step_done", "settled"]
    assert not any(says in event.payload for event, says in product(events, (TEXAS_SAYS, WASHINGTON_SAYS)))
    assert case.world.problems() == []
