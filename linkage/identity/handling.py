"""What happens to an item without deciding it: claimed, released, handed on, passed up, waiting for information, open again.

A claim keeps others from deciding or flagging the item's students for some minutes; it ends by itself, and time decides nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError, UnknownIdError
from linkage.identity import ownership, recording, scope
from linkage.identity.business_days import ends, zone_of
from linkage.identity.context import policy, roles, state_name
from linkage.identity.notices import places_of
from linkage.identity.recording import Deed
from linkage.identity.views import LEVELS, Account, Kind, Outcome, Status, Verdict
from linkage.store.models import AccountRow, ItemPlace, WorklistItem

ASKED = ("recruiter", "other_state", "parent", "school")  # of whom information may be asked


def leave_claim(item: WorklistItem) -> None:
    """Whatever is done with a claimed item ends the claim."""
    if item.status == Status.CLAIMED:
        item.status = str(Status.OPEN)
    item.claimed_by = item.claimed_until = None


def keep_claim(session: Session, account: Account, item_id: int, now: datetime) -> None:
    """The person is still at it: the minutes begin anew. Changes no version, for nothing else has changed."""
    until = now + timedelta(minutes=policy(session).decisions.claim_minutes)
    mine = (WorklistItem.id == item_id, WorklistItem.claimed_by == account.id, WorklistItem.claimed_until > now)
    session.execute(update(WorklistItem).where(*mine).values(claimed_until=until))


def _claim(session: Session, deed: Deed) -> Outcome:
    if deed.account is None:
        raise StateChangeError("Only a person can claim an item.")
    minutes = policy(session).decisions.claim_minutes
    deed.item.status, deed.item.claimed_by = str(Status.CLAIMED), deed.account.id
    deed.item.claimed_until = deed.at + timedelta(minutes=minutes)
    return recording.finish(session, deed, f"The item is yours for {minutes} minutes.")


def _release(session: Session, deed: Deed) -> Outcome:
    return recording.finish(session, deed, "The item is free again.")


def _need_information(session: Session, deed: Deed) -> Outcome:
    request = deed.request
    if not deed.decision.note:
        raise StateChangeError("Say in the note what information is needed and whom you ask.")
    if request.whom and request.whom not in ASKED:
        raise StateChangeError(
            f"Information cannot be asked of {request.whom!r}.", f"Choose one of: {', '.join(ASKED)}."
        )
    deed.item.status, deed.item.information_from = str(Status.WAITING_INFORMATION), request.whom
    deed.item.information_due = wanted_by(session, deed)
    deed.decision.detail = {"state": deed.account.state} if deed.account else {}
    return recording.finish(session, deed, "Saved. The item waits for information; reopen it when it is there.")


def wanted_by(session: Session, deed: Deed) -> datetime | None:
    """The end of the day by which information is wanted, where the person is. Raises StateChangeError if that day is over."""
    if deed.request.due is None:
        return None
    state = deed.account.state if deed.account else scope.states_of_items(session, [deed.item.id])[deed.item.id][0]
    end = ends(deed.request.due, zone_of(policy(session), state))
    if end <= deed.at:
        raise StateChangeError("That day is over.", "Choose a later day.")
    return end


def _reopen(session: Session, deed: Deed) -> Outcome:
    deed.item.status, deed.item.information_from, deed.item.information_due = str(Status.OPEN), "", None
    return recording.finish(session, deed, "The item is open again.")


def _escalate(session: Session, deed: Deed) -> Outcome:
    """One level up, in the State of the person; the service passes it up in every State."""
    places = [one for one in _places(session, deed) if one.level != LEVELS[-1]]
    if not places:
        raise StateChangeError(
            "The item stands at the State already; there is nobody above.", "Hand it to a colleague."
        )
    for place in places:
        place.level, place.assignee_id = ownership.level_above(session, place), None
    # A settled birth date goes on waiting for the corrected record.
    settled = deed.item.kind == Kind.BIRTH_DATE and deed.item.status == Status.WAITING_INFORMATION
    if deed.item.status != Status.WAITING_VALIDATION and not settled:
        deed.item.status, deed.item.information_from, deed.item.information_due = str(Status.ESCALATED), "", None
    deed.decision.detail = {"states": [place.state for place in places]}
    where = " and ".join(sorted({_office(one.level, one.state) for one in places}))
    return recording.finish(session, deed, f"Passed up to {where}.")


def _office(level: str, state: str) -> str:
    """One of LEVELS, in words; each written out, for the catalogue of a language holds it whole."""
    name = state_name(state)
    return {"district": f"the district of {name}", "region": f"the region of {name}", "state": f"the State of {name}"}[
        level
    ]


def _reassign(session: Session, deed: Deed) -> Outcome:
    """Sideways or down, in the State of the person: to a level, or to one administrator."""
    if deed.account is None:
        raise StateChangeError("Only a person can hand an item to somebody.")
    whom = deed.request.whom
    deed.decision.detail = {"state": deed.account.state}
    for place in _places(session, deed):
        if whom in LEVELS:
            if whom not in levels_of(deed.account):
                raise StateChangeError("An item is handed sideways or down.", "Pass it up instead.")
            place.level, place.assignee_id = whom, None
            return recording.finish(session, deed, f"Handed to {_office(whom, place.state)}.")
        colleague = _colleague(session, deed.account, whom)
        level = _level(colleague)
        if level not in levels_of(deed.account):
            raise StateChangeError("An item is handed sideways or down.", "Pass it up instead.")
        place.level, place.assignee_id = level, colleague.id
        return recording.finish(session, deed, f"Handed to {colleague.display_name}.")
    raise UnknownIdError("This item does not stand in your State.", "It may belong to another State.")


def colleagues(session: Session, account: Account) -> list[tuple[str, str]]:
    """Who in the person's State an item may be handed to, besides the person: user name and display name, by name."""
    deciding = [role.id for role in roles(session).roles if "item:decide" in role.permissions]
    statement = select(AccountRow).where(
        AccountRow.state == account.state,
        AccountRow.role.in_(deciding),
        AccountRow.id != account.id,
        ~AccountRow.disabled,
    )
    found = session.scalars(statement.order_by(AccountRow.display_name, AccountRow.id))
    return [(one.username, one.display_name) for one in found if _level(one) in levels_of(account)]


def levels_of(account: Account) -> tuple[str, ...]:
    """The levels to which this person may hand an item: sideways or down."""
    return LEVELS[: LEVELS.index(account.level) + 1]


def _level(row: AccountRow) -> str:
    return "district" if row.district else "region" if row.region else "state"


def _colleague(session: Session, account: Account, username: str) -> AccountRow:
    statement = select(AccountRow).where(
        AccountRow.username == username.strip().casefold(), AccountRow.state == account.state, ~AccountRow.disabled
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise UnknownIdError(f"There is no {username!r} in your State.", "Choose somebody of the list.")
    return found


def _places(session: Session, deed: Deed) -> list[ItemPlace]:
    """Those in the State of the person; all of them for the service."""
    places = places_of(session, deed.item.id)
    return [one for one in places if deed.account is None or one.state == deed.account.state]


EFFECTS: Mapping[Verdict, Callable[[Session, Deed], Outcome]] = {
    Verdict.CLAIM: _claim,
    Verdict.RELEASE: _release,
    Verdict.REASSIGN: _reassign,
    Verdict.ESCALATE: _escalate,
    Verdict.NEED_INFORMATION: _need_information,
    Verdict.REOPEN: _reopen,
}
