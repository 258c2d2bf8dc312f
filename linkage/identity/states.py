"""The states of a worklist item as one table: from where, by which word, to where, with which right, by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from linkage.identity.views import Account, Status, Verdict

UNFINISHED = (Status.OPEN, Status.WAITING_VALIDATION, Status.WAITING_INFORMATION)


class Who(StrEnum):
    """Which of the people who hold the right; everybody must be of a State that has a record in the item."""

    ANYONE = "anyone"
    PROPOSER = "proposer"
    SECOND = "second"  # never the proposer; across States nobody of the proposer's State either


@dataclass(frozen=True, slots=True)
class Move:
    to: Status
    permission: str
    who: Who = Who.ANYONE


# SAME goes straight to APPLIED where the policy asks for no second person; see `decisions`.
MOVES: Mapping[tuple[Status, Verdict], Move] = MappingProxyType(
    {
        (Status.OPEN, Verdict.SAME): Move(Status.WAITING_VALIDATION, "item:decide"),
        (Status.OPEN, Verdict.DIFFERENT): Move(Status.APPLIED, "item:decide"),
        (Status.OPEN, Verdict.TWINS): Move(Status.APPLIED, "item:decide"),
        (Status.OPEN, Verdict.NEED_INFORMATION): Move(Status.WAITING_INFORMATION, "item:decide"),
        (Status.WAITING_VALIDATION, Verdict.VALIDATE): Move(Status.APPLIED, "item:validate", Who.SECOND),
        (Status.WAITING_VALIDATION, Verdict.REJECT): Move(Status.OPEN, "item:validate", Who.SECOND),
        (Status.WAITING_VALIDATION, Verdict.WITHDRAW): Move(Status.OPEN, "item:decide", Who.PROPOSER),
        (Status.WAITING_INFORMATION, Verdict.REOPEN): Move(Status.OPEN, "item:decide"),
        (Status.APPLIED, Verdict.UNDO): Move(Status.OPEN, "decision:undo"),
    }
)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where an item stands: `not_state` is the State whose people may not validate, "" for none.

    `split`: it asks whether one student is one child.
    """

    status: Status
    proposer_id: int | None = None
    not_state: str = ""
    split: bool = False


def allowed(situation: Situation, account: Account) -> frozenset[Verdict]:
    """What this person may do now, given that the item is in his or her scope."""
    return frozenset(verdict for verdict in Verdict if not refusal(situation, verdict, account))


def refusal(situation: Situation, verdict: Verdict, account: Account) -> str:
    """Why this person may not say this now, in words; "" if he or she may."""
    move = MOVES.get((situation.status, verdict))
    if move is None:
        return f"“{_words(verdict)}” is not possible: {_STANDING[situation.status]}"
    if not account.may(move.permission):
        return "Your role does not include this."
    if situation.split and verdict in (Verdict.DIFFERENT, Verdict.TWINS):
        return "A split is made in the student's history: open the student and take back the merge that joined the records."
    proposed = account.id == situation.proposer_id
    if move.who is Who.PROPOSER and not proposed:
        return "Only the person who proposed the merge can withdraw it."
    if move.who is Who.SECOND and proposed:
        return "You proposed this merge; another administrator must validate it."
    if move.who is Who.SECOND and situation.not_state and account.state == situation.not_state:
        return "Your State proposed this merge; an administrator of the other State must validate it."
    return ""


def why_nothing(situation: Situation, account: Account) -> str:
    """Why the person can do nothing at all with the item, in words; "" if there is something."""
    if allowed(situation, account):
        return ""
    if situation.status is Status.WAITING_VALIDATION:
        return refusal(situation, Verdict.VALIDATE, account)
    return _STANDING[situation.status] if situation.status is Status.SUPERSEDED else "Your role does not include this."


def _words(verdict: Verdict) -> str:
    return verdict.value.replace("_", " ")


_STANDING = {
    Status.OPEN: "the item is open.",
    Status.WAITING_VALIDATION: "a merge is proposed and waits for its validation.",
    Status.WAITING_INFORMATION: "the item waits for information; reopen it first.",
    Status.APPLIED: "the item is decided; undo the decision first.",
    Status.SUPERSEDED: "a later scan has replaced this item.",
}
