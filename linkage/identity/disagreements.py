"""Two people answered one item independently and differently: a third decides, as long as there is one.

`worklist_item.disagreed` holds the two. Who else could decide is one condition, for a query and for one item alike.
"""

from functools import lru_cache

from sqlalchemy import ColumnElement, Text, and_, cast, exists, literal, or_, select, type_coerce
from sqlalchemy.orm import Session

from linkage.identity import ownership
from linkage.identity.context import roles
from linkage.identity.views import LEVELS, Account
from linkage.store.models import AccountRow, Decision, ItemConcern, ItemPlace, RegionDistrict, WorklistItem


def shut_out(session: Session, account: Account) -> ColumnElement[bool]:
    """The items that this person leaves to a third one; as `states.refusal` says it."""
    return _left_to_a_third(str(account.id), _deciding(session))


def third_person(session: Session, item_id: int) -> bool:
    """Whether somebody else than the two can decide an item about which they differ."""
    statement = select(WorklistItem.id).where(WorklistItem.id == item_id, _third(_deciding(session)))
    return session.scalar(statement) is not None


def to_a_third(session: Session, item: WorklistItem, decision: Decision, proposal: Decision) -> str:
    """Leave the item to a third person, one level up where somebody is; who that is, in words."""
    item.disagreed = [who for who in (proposal.actor_id, decision.actor_id) if who is not None]
    session.flush()
    places = select(ItemPlace).where(ItemPlace.item_id == item.id, ItemPlace.level != LEVELS[-1])
    for place in session.scalars(places.execution_options(populate_existing=True)):
        here = place.level, place.assignee_id
        place.level, place.assignee_id = ownership.level_above(session, place), None
        session.flush()
        if not third_person(session, item.id):
            place.level, place.assignee_id = here
            session.flush()
    if third_person(session, item.id):
        return "The item is open again; a third administrator decides it."
    return "The item is open again. Nobody else can decide it, so either of you may."


def _deciding(session: Session) -> tuple[str, ...]:
    return tuple(role.id for role in roles(session).roles if "item:decide" in role.permissions)


@lru_cache(maxsize=256)  # to put these conditions together takes longer than to ask the database
def _left_to_a_third(account_id: str, deciding: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(_among_the_two(literal(account_id)), _third(deciding))


@lru_cache
def _third(deciding: tuple[str, ...]) -> ColumnElement[bool]:
    """Another active account may decide the item: of its jurisdiction, and not below the level at which it stands."""
    somebody = exists().where(
        AccountRow.role.in_(deciding),
        ~AccountRow.disabled,
        ~_among_the_two(cast(AccountRow.id, Text)),
        or_(_concerned(), _handed()),
        ~_below(),
    )
    return somebody.correlate(WorklistItem)


def _among_the_two(account_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether this id is one of the two, who stand in the row as JSON: [12,34]."""
    stored = type_coerce(WorklistItem.disagreed, Text)
    return or_(stored.like("[" + account_id + ",%"), stored.like("%," + account_id + "]"))


def _concerned() -> ColumnElement[bool]:
    """The item has a record of the account's State, region or district, as in `scope.in_scope`."""
    region = select(RegionDistrict.district).where(
        RegionDistrict.state == AccountRow.state, RegionDistrict.region == AccountRow.region
    )
    own = or_(
        and_(AccountRow.region == "", AccountRow.district == ""),
        ItemConcern.district == AccountRow.district,
        and_(AccountRow.region != "", ItemConcern.district.in_(region.correlate(AccountRow))),
    )
    concerned = exists().where(ItemConcern.item_id == WorklistItem.id, ItemConcern.state == AccountRow.state, own)
    return concerned.correlate(WorklistItem, AccountRow)


def _handed() -> ColumnElement[bool]:
    handed = exists().where(ItemPlace.item_id == WorklistItem.id, ItemPlace.assignee_id == AccountRow.id)
    return handed.correlate(WorklistItem, AccountRow)


def _below() -> ColumnElement[bool]:
    """The item was passed up, in the account's State, to a level above the account."""
    above = or_(
        and_(AccountRow.district != "", ItemPlace.level.in_(LEVELS[1:])),
        and_(AccountRow.district == "", AccountRow.region != "", ItemPlace.level == LEVELS[2]),
    )
    passed = exists().where(ItemPlace.item_id == WorklistItem.id, ItemPlace.state == AccountRow.state, above)
    return passed.correlate(WorklistItem, AccountRow)
