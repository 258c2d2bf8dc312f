"""Every pair of state and verdict, for everybody: the table is the rule."""

from dataclasses import replace
from itertools import product

import pytest

from linkage.identity.states import MOVES, WORDS_OF_KIND, Situation, Who, allowed, refusal, why_nothing
from linkage.identity.views import Account, Kind, Status, Verdict
from linkage.identity.worklist import waiting_for

RIGHTS = frozenset({"item:view", "item:decide", "item:validate", "item:withdraw", "item:release", "decision:undo"})
ANA = Account(1, "ana", "Ana", "state_data_administrator", "TX", RIGHTS)
BEN = replace(ANA, id=2, username="ben")
WANDA = replace(ANA, id=3, username="wanda", state="WA")
DORA = replace(ANA, id=4, username="dora", district="Weslaco ISD")
RITA = replace(ANA, id=5, username="rita", region="Region One")

_DECIDING = {
    Verdict.SAME,
    Verdict.REGROUP,
    Verdict.DIFFERENT,
    Verdict.TWINS,
    Verdict.SETTLE_DATE,
    Verdict.NEED_INFORMATION,
    Verdict.ESCALATE,
    Verdict.REASSIGN,
}
MOVING = {Verdict.ESCALATE, Verdict.REASSIGN}
EXPECTED = {
    Status.OPEN: _DECIDING | {Verdict.CLAIM, Verdict.WITHDRAW},
    Status.ESCALATED: _DECIDING | {Verdict.CLAIM, Verdict.WITHDRAW},
    Status.CLAIMED: _DECIDING | {Verdict.RELEASE, Verdict.WITHDRAW},
    Status.WAITING_VALIDATION: {
        Verdict.VALIDATE,
        Verdict.REJECT,
        Verdict.WITHDRAW,
        Verdict.ESCALATE,
        Verdict.REASSIGN,
    },
    Status.WAITING_INFORMATION: {
        Verdict.REOPEN,
        Verdict.ESCALATE,
        Verdict.REASSIGN,
        Verdict.APPLY,
        Verdict.WITHDRAW,
    },
    Status.APPROVED: {Verdict.APPLY, Verdict.WITHDRAW},
    Status.APPLIED: {Verdict.UNDO},
    Status.REJECTED: set(),
    Status.WITHDRAWN: set(),
    Status.SUPERSEDED: set(),
}


def situations(status: Status) -> list[Situation]:
    """The status for every kind of item; claimed and proposed by Ana."""
    claimed = 1 if status is Status.CLAIMED else None
    return [Situation(status, proposer_id=1, kind=kind, claimed_by=claimed) for kind in Kind]


@pytest.mark.parametrize(("status", "verdict"), list(product(Status, Verdict)))
def test_every_pair_of_state_and_verdict_is_either_in_the_table_or_refused(status: Status, verdict: Verdict) -> None:
    assert ((status, verdict) in MOVES) == (verdict in EXPECTED[status])
    everybody = (ANA, WANDA, None)
    reasons = [refusal(one, verdict, who) for one in situations(status) for who in everybody]
    assert ("" in reasons) == (verdict in EXPECTED[status])
    assert all(reason.endswith((".", "")) for reason in reasons)


@pytest.mark.parametrize(("status", "verdict"), [pair for pair, move in MOVES.items() if move.who is not Who.SERVICE])
def test_nobody_does_anything_without_the_permission_named_in_the_table(status: Status, verdict: Verdict) -> None:
    for who, situation in product((ANA, WANDA), situations(status)):
        without = replace(who, permissions=RIGHTS - {MOVES[status, verdict].permission})
        assert refusal(situation, verdict, without)


def test_the_service_applies_and_passes_up_and_decides_nothing() -> None:
    done = {verdict for status, verdict in MOVES for one in situations(status) if not refusal(one, verdict, None)}
    assert done == {Verdict.APPLY, Verdict.ESCALATE}
    assert not any(refusal(one, Verdict.APPLY, ANA) == "" for status in Status for one in situations(status))


@pytest.mark.parametrize("kind", Kind)
def test_what_is_said_of_an_item_fits_its_kind(kind: Kind) -> None:
    sayable = allowed(Situation(Status.OPEN, kind=kind), ANA)
    assert sayable == {
        verdict for verdict in EXPECTED[Status.OPEN] - {Verdict.WITHDRAW} if verdict in WORDS_OF_KIND[kind]
    }
    assert (Verdict.SETTLE_DATE in sayable) == (kind is Kind.BIRTH_DATE)
    assert (Verdict.DIFFERENT in sayable) == (kind in (Kind.NEAR_MATCH, Kind.IDENTITY_RETURNED))


@pytest.mark.parametrize("status", [Status.OPEN, Status.CLAIMED, Status.ESCALATED, Status.WAITING_INFORMATION])
def test_only_whoever_asked_for_a_birth_date_takes_the_question_back(status: Status) -> None:
    for kind in Kind:
        asked = Situation(status, proposer_id=1, kind=kind, claimed_by=2)
        assert (Verdict.WITHDRAW in allowed(asked, ANA)) == (kind is Kind.BIRTH_DATE)
        assert Verdict.WITHDRAW not in allowed(asked, BEN)


@pytest.mark.parametrize(
    ("status", "verdict"), [(status, verdict) for status, verdict in MOVES if MOVES[status, verdict].to_if_flagged]
)
def test_what_a_person_flagged_ends_with_its_answer(status: Status, verdict: Verdict) -> None:
    flagged = Situation(status, kind=Kind.VALIDATE_SPLIT)
    assert flagged.after(MOVES[status, verdict]) in (Status.REJECTED, Status.WITHDRAWN)
    assert Situation(status).after(MOVES[status, verdict]) is Status.OPEN


def test_a_claimed_item_is_decided_by_its_claimant_and_freed_by_the_state() -> None:
    claimed = Situation(Status.CLAIMED, claimed_by=ANA.id)
    assert Verdict.SAME in allowed(claimed, ANA)
    assert allowed(claimed, BEN) == allowed(claimed, replace(WANDA, state="TX")) == {Verdict.RELEASE}
    assert allowed(claimed, DORA) == frozenset()
    assert "Somebody else is working" in why_nothing(claimed, DORA)


def test_what_was_passed_up_is_not_decided_below() -> None:
    at_region = Situation(Status.ESCALATED, level="region")
    assert "passed up" in refusal(at_region, Verdict.SAME, DORA)
    assert allowed(at_region, RITA) == allowed(at_region, ANA) == allowed(Situation(Status.OPEN), DORA)
    assert not allowed(replace(at_region, level="state"), RITA)


@pytest.mark.parametrize(
    ("who", "not_state", "can"),
    [
        (ANA, "", {Verdict.WITHDRAW} | MOVING),
        (BEN, "", {Verdict.VALIDATE, Verdict.REJECT} | MOVING),
        (ANA, "TX", {Verdict.WITHDRAW} | MOVING),
        (BEN, "TX", MOVING),
        (WANDA, "TX", {Verdict.VALIDATE, Verdict.REJECT} | MOVING),
    ],
)
def test_who_can_do_what_while_a_merge_waits(who: Account, not_state: str, can: set[Verdict]) -> None:
    situation = Situation(Status.WAITING_VALIDATION, proposer_id=1, not_state=not_state)
    assert allowed(situation, who) == can


def test_whatever_the_second_person_does_is_never_open_to_the_proposer() -> None:
    seconds = [verdict for (_, verdict), move in MOVES.items() if move.who is Who.SECOND]
    assert seconds == [Verdict.VALIDATE, Verdict.REJECT]
    for state in ("", "TX", "WA"):
        situation = Situation(Status.WAITING_VALIDATION, proposer_id=1, not_state=state)
        assert not allowed(situation, replace(ANA, state="WA")) & set(seconds)


@pytest.mark.parametrize(
    ("not_state", "home", "words"),
    [
        ("TX", ["TX", "WA"], "a Washington administrator"),
        ("WA", ["FL", "OR", "WA"], "a Florida or Oregon administrator"),
        ("TX", ["OR", "TX"], "an Oregon administrator"),
        ("TX", ["TX", "UT"], "a Utah administrator"),
        ("", ["TX"], "another administrator"),
    ],
)
def test_the_worklist_says_whom_an_item_waits_for(not_state: str, home: list[str], words: str) -> None:
    assert waiting_for(Situation(Status.WAITING_VALIDATION, 1, not_state), home) == words
