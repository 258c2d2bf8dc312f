"""Who is told what of a decision. Called once, by `recording.finish`, in the decision's own unit of work."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from linkage.identity.memberships import Regrouping
from linkage.identity.notices import NoticeKind, To, places_of, tell
from linkage.identity.views import Status, Verdict
from linkage.store.models import Decision, SourceRecord, WorklistItem


def tell_of(
    session: Session, item: WorklistItem, decision: Decision, regrouping: Regrouping, answered: Decision | None
) -> None:
    """Put into the outbox what others must know of this decision."""
    hear = _HEAR.get(Verdict(decision.verdict))
    if hear:
        hear(session, item, decision, answered)
    _records_moved(session, item, decision, regrouping)


def _proposed(session: Session, item: WorklistItem, decision: Decision, _answered: Decision | None) -> None:
    if item.status != Status.WAITING_VALIDATION:
        return
    for place in places_of(session, item.id):
        if place.state != item.not_state:
            _tell(session, NoticeKind.VALIDATION_WANTED, To.at(place), item, decision)


def _answered(kind: NoticeKind) -> "_Hear":
    """The person whose decision was answered, unless he or she answered it."""

    def hear(session: Session, item: WorklistItem, decision: Decision, answered: Decision | None) -> None:
        if answered and answered.actor_id and answered.actor_id != decision.actor_id:
            _tell(session, kind, To(account_id=answered.actor_id), item, decision)

    return hear


def _handed(session: Session, item: WorklistItem, decision: Decision, _answered: Decision | None) -> None:
    for place in places_of(session, item.id):
        if place.state == decision.detail.get("state"):
            _tell(session, NoticeKind.HANDED_TO_YOU, To.at(place), item, decision)


def _passed_up(session: Session, item: WorklistItem, decision: Decision, _answered: Decision | None) -> None:
    for place in places_of(session, item.id):
        if place.state in decision.detail.get("states", []):
            _tell(session, NoticeKind.PASSED_UP, To.at(place), item, decision)


def _asked(session: Session, item: WorklistItem, decision: Decision, _answered: Decision | None) -> None:
    """The other State is asked through its administrators; a parent, school or recruiter by those of one's own."""
    own = decision.detail.get("state")
    for place in places_of(session, item.id):
        if (place.state != own) is (item.information_from == "other_state"):
            _tell(session, NoticeKind.INFORMATION_WANTED, To.at(place), item, decision)


def _to_correct(session: Session, item: WorklistItem, decision: Decision, _answered: Decision | None) -> None:
    """Those with whom the item stands in the States whose records differ from the settled birth date."""
    records: dict[str, list[int]] = {}
    for record_id in decision.detail["corrects"]:
        records.setdefault(session.get_one(SourceRecord, record_id).state, []).append(record_id)
    for place in places_of(session, item.id):
        if place.state in records:
            payload = {"records": records[place.state]}
            _tell(session, NoticeKind.CORRECTION_WANTED, To.at(place), item, decision, payload=payload)


def _records_moved(session: Session, item: WorklistItem, decision: Decision, regrouping: Regrouping) -> None:
    moves: dict[str, list[list[int | str]]] = {}
    for move in regrouping.moves:
        state = session.get_one(SourceRecord, move.record_id).state
        moves.setdefault(state, []).append([move.record_id, move.came_from, move.went_to])
    for state, moved in sorted(moves.items()):
        _tell(session, NoticeKind.RECORD_MOVED, To(state=state), item, decision, payload={"moves": moved})


def _tell(
    session: Session,
    kind: NoticeKind,
    to: To,
    item: WorklistItem,
    decision: Decision,
    *,
    payload: Mapping[str, Any] | None = None,
) -> None:
    about = f"decision {decision.id}"
    tell(session, kind, to, about, at=decision.at, item_id=item.id, decision_id=decision.id, payload=payload)


_Hear = Callable[[Session, WorklistItem, Decision, Decision | None], None]
_HEAR: Mapping[Verdict, _Hear] = {
    Verdict.SAME: _proposed,
    Verdict.REGROUP: _proposed,
    Verdict.VALIDATE: _answered(NoticeKind.VALIDATED),
    Verdict.REJECT: _answered(NoticeKind.REJECTED),
    Verdict.APPLY: _answered(NoticeKind.APPLIED),
    Verdict.UNDO: _answered(NoticeKind.DECISION_UNDONE),
    Verdict.REASSIGN: _handed,
    Verdict.ESCALATE: _passed_up,
    Verdict.NEED_INFORMATION: _asked,
    Verdict.SETTLE_DATE: _to_correct,
}
