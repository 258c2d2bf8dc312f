"""Every pair of state and verdict, for everybody: the table is the rule."""

from dataclasses import replace
from itertools import product

import pytest

from linkage.identity.states import MOVES, Situation, Who, allowed, refusal, why_nothing
from linkage.identity.views import Account, Status, Verdict
from linkage.identity.worklist import waiting_for

EVERYTHING = frozenset({"item:view", "item:decide", "item:validate", "decision:undo"})
ANA = Account(1, "ana", "Ana", "state_data_administrator", "TX", EVERYTHING)
BEN = replace(ANA, id=2, username="ben")
WANDA = replace(ANA, id=3, username="wanda", state="WA")

EXPECTED = {
    Status.OPEN: {Verdict.SAME, Verdict.DIFFERENT, Verdict.TWINS, Verdict.NEED_INFORMATION},
    Status.WAITING_VALIDATION: {Verdict.VALIDATE, Verdict.REJECT, Verdict.WITHDRAW},
    Status.WAITING_INFORMATION: {Verdict.REOPEN},
    Status.APPLIED: {Verdict.UNDO},
    Status.SUPERSEDED: set(),
}


@pytest.mark.parametrize(("status", "verdict"), list(product(Status, Verdict)))
def test_every_pair_of_state_and_verdict_is_either_in_the_table_or_refused(status: Status, verdict: Verdict) -> None:
    assert ((status, verdict) in MOVES) == (verdict in EXPECTED[status])
    reasons = [refusal(Situation(status, proposer_id=1), verdict, who) for who in (ANA, WANDA)]
    assert ("" in reasons) == (verdict in EXPECTED[status])
    assert all(reason.endswith((".", "")) for reason in reasons)


@pytest.mark.parametrize(("status", "verdict"), list(MOVES))
def test_nobody_does_anything_without_the_permission_named_in_the_table(status: Status, verdict: Verdict) -> None:
    for who in (ANA, WANDA):
        without = replace(who, permissions=EVERYTHING - {MOVES[status, verdict].permission})
        assert refusal(Situation(status, proposer_id=1), verdict, without)


@pytest.mark.parametrize(
    ("who", "not_state", "can"),
    [
        (ANA, "", {Verdict.WITHDRAW}),
        (BEN, "", {Verdict.VALIDATE, Verdict.REJECT}),
        (ANA, "TX", {Verdict.WITHDRAW}),
        (BEN, "TX", set()),
        (WANDA, "TX", {Verdict.VALIDATE, Verdict.REJECT}),
    ],
)
def test_who_can_do_what_while_a_merge_waits(who: Account, not_state: str, can: set[Verdict]) -> None:
    situation = Situation(Status.WAITING_VALIDATION, proposer_id=1, not_state=not_state)
    assert allowed(situation, who) == can
    assert bool(why_nothing(situation, who)) == (not can)


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
