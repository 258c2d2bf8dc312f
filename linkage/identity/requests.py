"""What a request says, checked by itself: which records, which parts, which IDs they keep, why."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity.context import policy
from linkage.identity.states import SECOND
from linkage.identity.views import Account, Door, Request, Verdict, door_of
from linkage.store.models import Decision, WorklistItem
from rules.policy import Policy

FEWEST = 2  # records that one can say something of


def chosen(members: Mapping[int, int], wanted: Sequence[str] | None) -> Mapping[int, int]:
    """Record id -> version looked at, of the chosen members: the current one, for an upload that changes one changes the item."""
    if wanted is None:
        return members
    picked = {record_id: version for record_id, version in members.items() if str(record_id) in wanted}
    if len(picked) < len(set(wanted)):
        raise UnknownIdError("A chosen record is not part of this item.", "Look at the item again.")
    if len(picked) < FEWEST:
        raise StateChangeError("A decision needs two records.", "Choose at least two.")
    if len(set(wanted)) < len(wanted):
        raise StateChangeError("A record stands in two parts.", "Put each record into one part.")
    return picked


def part_numbers(request: Request) -> Mapping[int, int]:
    if request.verdict is not Verdict.REGROUP:
        return {}
    if len(request.parts) < FEWEST or not all(part.records for part in request.parts):
        raise StateChangeError(
            "To divide records takes two parts with a record in each.", "Make two parts, or say “same child”."
        )
    return {int(record): number for number, part in enumerate(request.parts) for record in part.records}


def detail(request: Request) -> Mapping[str, Any]:
    """What the verdict needs beside its records; ids and codes only."""
    if request.verdict is Verdict.SAME:
        return {"keep": request.keep} if request.keep else {}
    if request.verdict is Verdict.REGROUP:
        keeps = {part.records[0]: part.keeps for part in request.parts if part.keeps}
        return {"between": str(request.between), "keeps": keeps}
    if request.answer:
        said = [[int(record) for record in part.records] for part in request.parts]
        if not said and request.members is not None:
            said = [sorted(map(int, request.members))]
        return {"blind": True, "answer": str(request.answer), "between": str(request.between), "parts": said}
    return {}


def refuse_unknown_reason(session: Session, request: Request) -> None:
    if request.reason and policy(session).decisions.reason(request.reason) is None:
        raise StateChangeError(f"There is no reason {request.reason!r}.", "Choose one of the list.")


def refuse_missing_reason(session: Session, item: WorklistItem, request: Request) -> None:
    """Whoever joins records in spite of a guard says why, where the policy asks for it. Raises StateChangeError."""
    if request.verdict is Verdict.SAME and not request.reason and needs_reason(policy(session), item.guards):
        raise StateChangeError("This item carries a warning: say why it is the same child.", "Choose a reason.")


def refuse_unasked_validation(session: Session, account: Account | None, request: Request) -> None:
    """Where the second look is blind, whoever comes through the screen answers, and `second_look` says whether that validates.

    At the command line the proposal is seen openly, and one word is enough. Raises StateChangeError.
    """
    blind = policy(session).decisions.second_look == "blind" and door_of(account) is Door.SCREEN
    if blind and request.verdict in SECOND and request.answer is None:
        raise StateChangeError(
            "You have not said yet what you would decide; the proposal is shown after that.",
            "Look at the item again and give your own answer.",
        )


def needs_reason(rules: Policy, guards: Sequence[str]) -> bool:
    """Whether "same child" needs a reason of an item with these guards."""
    return bool(guards) and rules.decisions.warned_needs_reason == "always"


def between(decision: Decision) -> Verdict:
    """What the parts of a regrouping are to each other: different children, or twins or siblings."""
    return Verdict(decision.detail.get("between", Verdict.DIFFERENT))


def keeps(decision: Decision, parts: Sequence[Sequence[int]]) -> Mapping[int, str]:
    """The first record of a part -> the student ID that the part is to keep, where somebody chose one."""
    chosen: Mapping[str, str] = decision.detail.get("keeps", {})
    one = decision.detail.get("keep", "")
    return {parts[0][0]: one} if one else {int(record): student for record, student in chosen.items()}
