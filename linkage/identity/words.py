"""What people say of an item, how it stands and why something cannot be said of it, in the words of the screen and of paper."""

from collections.abc import Mapping
from types import MappingProxyType

from linkage.identity.views import Kind, Status, Verdict

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SAME: "Same child",
        Verdict.DIFFERENT: "Different children",
        Verdict.TWINS: "Twins",
        Verdict.NEED_INFORMATION: "Need more information",
        Verdict.VALIDATE: "Validated: same child",
        Verdict.REJECT: "Not validated",
        Verdict.WITHDRAW: "Withdrawn",
        Verdict.REOPEN: "Opened again",
        Verdict.UNDO: "Undone",
        Verdict.REGROUP: "Regrouped",
        Verdict.SETTLE_DATE: "Birth date settled",
        Verdict.CLAIM: "Taken",
        Verdict.RELEASE: "Given back",
        Verdict.REASSIGN: "Handed on",
        Verdict.ESCALATE: "Passed up",
        Verdict.APPLY: "Applied",
    }
)

# Why something cannot be said of an item of this kind.
NOT_OF_KIND: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.NEAR_MATCH: "A near match is not about a birth date.",
        Kind.IDENTITY_RETURNED: "A near match is not about a birth date.",
        Kind.SUGGESTED_SPLIT: "These records are one student: keep them together, or say which records are which child.",
        Kind.VALIDATE_MERGE: "Somebody proposed this merge: validate it or reject it.",
        Kind.VALIDATE_SPLIT: "Somebody proposed this split: validate it or reject it.",
        Kind.BIRTH_DATE: "This item is about a birth date: say which date is right, and by which document.",
    }
)

# How an item stands, after a colon.
STANDING: Mapping[Status, str] = MappingProxyType(
    {
        Status.OPEN: "the item is open.",
        Status.CLAIMED: "somebody is working on the item.",
        Status.ESCALATED: "the item was passed up and is open there.",
        Status.WAITING_VALIDATION: "a proposal waits for its validation.",
        Status.WAITING_INFORMATION: "the item waits for information; reopen it first.",
        Status.APPROVED: "the item is decided and waits for its day.",
        Status.APPLIED: "the item is decided; undo the decision first.",
        Status.REJECTED: "the proposal was rejected.",
        Status.WITHDRAWN: "the proposal was withdrawn.",
        Status.SUPERSEDED: "a later scan has replaced this item.",
    }
)


def level_in_words(level: str) -> str:
    """One of LEVELS, for a sentence."""
    return {"district": "the district", "region": "the region", "state": "the State"}[level]
