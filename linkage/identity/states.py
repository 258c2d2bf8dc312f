"""The states of a worklist item as one table: from where, by which word, to where, with which right, by whom.

docs/decisions.md shows the same table to people; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from linkage.identity.views import FLAGGED, LEVELS, Account, Kind, Status, Verdict
from linkage.identity.words import NOT_OF_KIND, STANDING, VERDICTS, level_in_words

UNFINISHED = (
    Status.OPEN,
    Status.CLAIMED,
    Status.ESCALATED,
    Status.WAITING_VALIDATION,
    Status.WAITING_INFORMATION,
    Status.APPROVED,
)
UNDECIDED = (Status.OPEN, Status.CLAIMED, Status.ESCALATED)
ASKING = (*UNDECIDED, Status.WAITING_INFORMATION)  # nobody has answered yet


class Who(StrEnum):
    """Which of the people who hold the right; everybody must have a record of the item in his or her jurisdiction."""

    ANYONE = "anyone"
    CLAIMANT = "whoever has claimed the item"
    CLAIMANT_OR_ABOVE = "whoever has claimed the item, or a level above"
    PROPOSER = "whoever proposed it"
    SECOND = "somebody else than the proposer; across States, of another State"
    SERVICE = "the service itself"


@dataclass(frozen=True, slots=True)
class Move:
    """`to_if_flagged`: where an item goes that a person opened: its question ends with the answer. `only`: for items of this kind."""

    to: Status
    permission: str
    who: Who = Who.ANYONE
    to_if_flagged: Status | None = None
    only: Kind | None = None


# A proposal (same, regroup) goes straight to APPLIED where the policy asks for no second person, and to APPROVED where it
# has to wait for its day; see `decisions`.
_DECIDING: Mapping[Verdict, tuple[Status, str]] = {
    Verdict.CLAIM: (Status.CLAIMED, "item:decide"),
    Verdict.SAME: (Status.WAITING_VALIDATION, "item:decide"),
    Verdict.REGROUP: (Status.WAITING_VALIDATION, "item:decide"),
    Verdict.DIFFERENT: (Status.APPLIED, "item:decide"),
    Verdict.TWINS: (Status.APPLIED, "item:decide"),
    Verdict.SETTLE_DATE: (Status.WAITING_INFORMATION, "item:decide"),
    Verdict.NEED_INFORMATION: (Status.WAITING_INFORMATION, "item:decide"),
    Verdict.ESCALATE: (Status.ESCALATED, "item:decide"),
    Verdict.REASSIGN: (Status.OPEN, "item:decide"),
}

MOVES: Mapping[tuple[Status, Verdict], Move] = MappingProxyType(
    {
        **{(Status.OPEN, verdict): Move(to, right) for verdict, (to, right) in _DECIDING.items()},
        **{(Status.ESCALATED, verdict): Move(to, right) for verdict, (to, right) in _DECIDING.items()},
        **{
            (Status.CLAIMED, verdict): Move(to, right, Who.CLAIMANT)
            for verdict, (to, right) in _DECIDING.items()
            if verdict is not Verdict.CLAIM
        },
        (Status.CLAIMED, Verdict.RELEASE): Move(Status.OPEN, "item:decide", Who.CLAIMANT_OR_ABOVE),
        (Status.WAITING_VALIDATION, Verdict.VALIDATE): Move(Status.APPLIED, "item:validate", Who.SECOND),
        (Status.WAITING_VALIDATION, Verdict.REJECT): Move(Status.OPEN, "item:validate", Who.SECOND, Status.REJECTED),
        (Status.WAITING_VALIDATION, Verdict.WITHDRAW): Move(
            Status.OPEN, "item:withdraw", Who.PROPOSER, Status.WITHDRAWN
        ),
        (Status.WAITING_VALIDATION, Verdict.ESCALATE): Move(Status.WAITING_VALIDATION, "item:validate"),
        (Status.WAITING_VALIDATION, Verdict.REASSIGN): Move(Status.WAITING_VALIDATION, "item:validate"),
        (Status.WAITING_INFORMATION, Verdict.REOPEN): Move(Status.OPEN, "item:decide"),
        (Status.WAITING_INFORMATION, Verdict.ESCALATE): Move(Status.ESCALATED, "item:decide"),
        (Status.WAITING_INFORMATION, Verdict.REASSIGN): Move(Status.WAITING_INFORMATION, "item:decide"),
        (Status.WAITING_INFORMATION, Verdict.APPLY): Move(Status.APPLIED, "", Who.SERVICE),
        **{  # whoever asked for a birth date takes the question back
            (status, Verdict.WITHDRAW): Move(Status.WITHDRAWN, "item:withdraw", Who.PROPOSER, only=Kind.BIRTH_DATE)
            for status in ASKING
        },
        (Status.APPROVED, Verdict.APPLY): Move(Status.APPLIED, "", Who.SERVICE),
        (Status.APPROVED, Verdict.WITHDRAW): Move(Status.OPEN, "item:validate", Who.ANYONE, Status.WITHDRAWN),
        (Status.APPLIED, Verdict.UNDO): Move(Status.OPEN, "decision:undo", Who.ANYONE, Status.WITHDRAWN),
    }
)

_ALWAYS = {
    Verdict.CLAIM,
    Verdict.RELEASE,
    Verdict.REASSIGN,
    Verdict.ESCALATE,
    Verdict.NEED_INFORMATION,
    Verdict.REOPEN,
}
_PROPOSING = {Verdict.VALIDATE, Verdict.REJECT, Verdict.WITHDRAW, Verdict.APPLY, Verdict.UNDO}
_NEAR = _ALWAYS | _PROPOSING | {Verdict.SAME, Verdict.REGROUP, Verdict.DIFFERENT, Verdict.TWINS}

SECOND = frozenset({Verdict.VALIDATE, Verdict.REJECT})

# What a second person who has not seen the proposal may answer, by what the item asks.
_ONE_CHILD = frozenset({Verdict.SAME, Verdict.REGROUP, Verdict.NEED_INFORMATION})
_MAY_BE_TWO = _ONE_CHILD | {Verdict.DIFFERENT, Verdict.TWINS}
ANSWERS: Mapping[Kind, frozenset[Verdict]] = MappingProxyType(
    {
        Kind.NEAR_MATCH: _MAY_BE_TWO,
        Kind.IDENTITY_RETURNED: _MAY_BE_TWO,
        Kind.VALIDATE_MERGE: _MAY_BE_TWO,
        Kind.SUGGESTED_SPLIT: _ONE_CHILD,
        Kind.VALIDATE_SPLIT: _ONE_CHILD,
        Kind.BIRTH_DATE: frozenset(),
    }
)

# What two people whose independent answers differed leave to a third.
_ANSWERING = _MAY_BE_TWO | {Verdict.CLAIM}

# What can be said of an item of each kind at all.
WORDS_OF_KIND: Mapping[Kind, frozenset[Verdict]] = MappingProxyType(
    {
        Kind.NEAR_MATCH: frozenset(_NEAR),
        Kind.IDENTITY_RETURNED: frozenset(_NEAR),
        Kind.SUGGESTED_SPLIT: frozenset(_ALWAYS | _PROPOSING | {Verdict.SAME, Verdict.REGROUP}),
        Kind.VALIDATE_MERGE: frozenset({Verdict.SAME, Verdict.REASSIGN, Verdict.ESCALATE} | _PROPOSING),
        Kind.VALIDATE_SPLIT: frozenset({Verdict.REGROUP, Verdict.REASSIGN, Verdict.ESCALATE} | _PROPOSING),
        Kind.BIRTH_DATE: frozenset(_ALWAYS | {Verdict.SETTLE_DATE, Verdict.APPLY, Verdict.WITHDRAW, Verdict.UNDO}),
    }
)


@dataclass(frozen=True, slots=True)
class Situation:
    """Where an item stands, for one person at one moment. An expired claim is none: `status` is OPEN again.

    `not_state`: the State whose people may not validate, "" for none. `level`: where the item stands in the person's State.
    `disagreed`: the two whose independent answers differed. `third`: whether somebody else can decide it.
    """

    status: Status
    proposer_id: int | None = None
    not_state: str = ""
    kind: Kind = Kind.NEAR_MATCH
    claimed_by: int | None = None
    level: str = LEVELS[0]
    disagreed: tuple[int, ...] = ()
    third: bool = False

    def after(self, move: Move) -> Status:
        """The state that a move leads to, for an item of this kind."""
        return move.to_if_flagged if move.to_if_flagged and self.kind in FLAGGED else move.to


def allowed(situation: Situation, account: Account) -> frozenset[Verdict]:
    """What this person may do now, given that the item is in his or her scope."""
    return frozenset(verdict for verdict in Verdict if not refusal(situation, verdict, account))


def refusal(situation: Situation, verdict: Verdict, account: Account | None) -> str:
    """Why this person may not say this now, in words; "" if he or she may. `account` None: the service itself."""
    move = MOVES.get((situation.status, verdict))
    if move is None or move.only not in (None, situation.kind):
        return f"“{VERDICTS[verdict]}” is not possible: {STANDING[situation.status]}"
    if verdict not in WORDS_OF_KIND[situation.kind]:
        return NOT_OF_KIND[situation.kind]
    if account is None:
        return "" if move.who is Who.SERVICE or verdict is Verdict.ESCALATE else "Only a person can say this."
    if move.who is Who.SERVICE:
        return "The service does this itself when the day has come."
    if not account.may(move.permission):
        return "Your role does not include this."
    if LEVELS.index(account.level) < LEVELS.index(situation.level) and verdict is not Verdict.WITHDRAW:
        return f"This item was passed up; an administrator of {level_in_words(situation.level)} decides it."
    if verdict in _ANSWERING and situation.third and account.id in situation.disagreed:
        return disagreement(situation, account)
    return _WHO[move.who](situation, account)


def disagreement(situation: Situation, account: Account) -> str:
    """That two answers differed, and who decides now; "" if none did or the item is not open."""
    if not situation.disagreed or situation.status not in UNDECIDED:
        return ""
    if account.id not in situation.disagreed:
        return "Two administrators answered this differently, each without knowing the other's answer."
    if not situation.third:
        return "You and another administrator answered this differently. Nobody else can decide it, so you may."
    return "You and another administrator answered this differently; a third one decides it."


def why_nothing(situation: Situation, account: Account) -> str:
    """Why the person can do nothing with the item but hand it on, in words; "" if there is something."""
    if allowed(situation, account) - {Verdict.ESCALATE, Verdict.REASSIGN}:
        return ""
    if situation.status is Status.WAITING_VALIDATION:
        return refusal(situation, Verdict.VALIDATE, account)
    if situation.status in UNDECIDED and situation.third and account.id in situation.disagreed:
        return disagreement(situation, account)
    if situation.status is Status.CLAIMED:
        return refusal(situation, Verdict.RELEASE, account)
    settled = (Status.REJECTED, Status.WITHDRAWN, Status.SUPERSEDED)
    return STANDING[situation.status] if situation.status in settled else "Your role does not include this."


def _anyone(_situation: Situation, _account: Account) -> str:
    return ""


def _claimant(situation: Situation, account: Account) -> str:
    return "" if account.id == situation.claimed_by else "Somebody else is working on this item; wait until it is free."


def _claimant_or_above(situation: Situation, account: Account) -> str:
    if account.level == LEVELS[-1] and account.may("item:release"):
        return ""
    return _claimant(situation, account)


def _proposer(situation: Situation, account: Account) -> str:
    return "" if account.id == situation.proposer_id else "Only the person who proposed it can withdraw it."


def _second(situation: Situation, account: Account) -> str:
    if account.id == situation.proposer_id:
        return "You proposed this; another administrator must validate it."
    if situation.not_state and account.state == situation.not_state:
        return "Your State proposed this; an administrator of the other State must validate it."
    return ""


_WHO = {
    Who.ANYONE: _anyone,
    Who.CLAIMANT: _claimant,
    Who.CLAIMANT_OR_ABOVE: _claimant_or_above,
    Who.PROPOSER: _proposer,
    Who.SECOND: _second,
}
