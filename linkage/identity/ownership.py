"""Whose an item is, and with whom it stands: kept with every item, renewed when its students or their records change.

An item is the business of each State and district with a record of one of its students (`item_concern`, which `scope` reads). In each
State it stands in one place: with the district of the latest enrollment, or the lowest level above it that has an administrator.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, insert, select, update
from sqlalchemy.orm import Session

from linkage.identity import child_count, deadlines, scope
from linkage.identity.context import policy, roles
from linkage.store.chunks import chunks
from linkage.store.models import (
    AccountRow,
    ItemConcern,
    ItemMember,
    ItemPlace,
    Membership,
    RegionDistrict,
    SourceRow,
    WorklistItem,
)

Jurisdiction = tuple[str, str, str]  # State, region, district


def opened(session: Session, items: Sequence[WorklistItem], now: datetime) -> None:
    """Items have just opened, or opened again: whose they are, where they stand, by when they must be settled."""
    rows = {row.id: row for row in items}
    renew(session, rows, now)
    states = scope.states_of_items(session, list(rows))
    for item_id, row in rows.items():
        due = deadlines.due(policy(session), states[item_id], now)
        row.answer_due, row.resolve_due = due.answer, due.resolve
    session.flush()


def renew(session: Session, item_ids: Iterable[int], now: datetime) -> None:
    """Bring concerns, places and the child count of these items up to date. Whoever an item was handed to keeps it."""
    levels = _Levels.of(session)
    for ids in chunks(sorted(set(item_ids))):
        records = _records(session, ids)
        _store_concerns(session, ids, records)
        _store_places(session, ids, records, levels)
        _mark_counted(session, ids, records, now)


def renew_students(session: Session, students: Iterable[str], now: datetime) -> None:
    """Records have come to these students or left them."""
    for some in chunks(sorted(set(students))):
        about = select(Membership.source_record_id).where(
            Membership.student_id.in_(some), Membership.valid_to.is_(None)
        )
        renew(session, _items_about(session, about), now)


def renew_records(session: Session, record_ids: Iterable[int], now: datetime) -> None:
    """These records are of another district than before."""
    for some in chunks(sorted(set(record_ids))):
        students = select(Membership.student_id).where(
            Membership.source_record_id.in_(some), Membership.valid_to.is_(None)
        )
        about = select(Membership.source_record_id).where(
            Membership.student_id.in_(students), Membership.valid_to.is_(None)
        )
        renew(session, _items_about(session, about), now)


def level_above(session: Session, place: ItemPlace) -> str:
    """Where an item goes that is passed up: the region if there is one and somebody in it, else the State."""
    at_region = _Levels.of(session).of_place(place.state, place.region, "") == "region"
    return "region" if place.level == "district" and at_region else "state"


@dataclass(frozen=True, slots=True)
class _Levels:
    """Which jurisdictions have an administrator who can decide, and which region a district belongs to."""

    administered: frozenset[Jurisdiction]
    regions: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, session: Session) -> "_Levels":
        deciding = [role.id for role in roles(session).roles if "item:decide" in role.permissions]
        accounts = select(AccountRow.state, AccountRow.region, AccountRow.district).where(
            AccountRow.role.in_(deciding), ~AccountRow.disabled
        )
        found = frozenset((state, region, district) for state, region, district in session.execute(accounts))
        regions = select(RegionDistrict.state, RegionDistrict.district, RegionDistrict.region)
        return cls(found, {(state, district): region for state, district, region in session.execute(regions)})

    def of_place(self, state: str, region: str, district: str) -> str:
        """The lowest level at which somebody is."""
        if district and (state, "", district) in self.administered:
            return "district"
        return "region" if region and (state, region, "") in self.administered else "state"

    def nobody_at(self, place: ItemPlace) -> bool:
        """Whether an item stands nowhere yet, or where there is no administrator any more."""
        if place.level == "district":
            return (place.state, "", place.district) not in self.administered
        return not place.level or (place.level == "region" and (place.state, place.region, "") not in self.administered)


@dataclass(frozen=True, slots=True)
class _Record:
    """A record of one of an item's students. `district`: of its latest enrollment, which began on `since`."""

    id: int
    state: str
    district: str
    since: tuple[str, int]


def _records(session: Session, ids: Sequence[int]) -> dict[int, list[_Record]]:
    """Item id -> the records of its students."""
    found = session.execute(scope.jurisdiction().where(ItemMember.item_id.in_(ids)).distinct()).all()
    rows = (
        select(SourceRow.source_record_id, SourceRow.enrollment_date, SourceRow.id)
        .where(SourceRow.source_record_id.in_(sorted({record_id for _, record_id, _, _ in found})))
        .where(SourceRow.last_version.is_(None), SourceRow.school_district != "")
    )
    since: dict[int, tuple[str, int]] = {}
    for record_id, begun, row_id in session.execute(rows):
        since[record_id] = max(since.get(record_id, ("", 0)), (begun, row_id))
    records: dict[int, list[_Record]] = {item_id: [] for item_id in ids}
    for item_id, record_id, state, district in found:
        records[item_id].append(_Record(record_id, state, district, since.get(record_id, ("", 0))))
    return records


def _store_concerns(session: Session, ids: Sequence[int], records: Mapping[int, Sequence[_Record]]) -> None:
    wanted = {(item_id, one.state, one.district) for item_id in ids for one in records[item_id]}
    columns = (ItemConcern.item_id, ItemConcern.state, ItemConcern.district)
    stored = {(row[0], row[1], row[2]) for row in session.execute(select(*columns).where(ItemConcern.item_id.in_(ids)))}
    for item_id, state, district in sorted(stored - wanted):
        one = (ItemConcern.item_id == item_id) & (ItemConcern.state == state) & (ItemConcern.district == district)
        session.execute(delete(ItemConcern).where(one))
    new = [dict(zip(("item_id", "state", "district"), row, strict=True)) for row in sorted(wanted - stored)]
    if new:
        session.execute(insert(ItemConcern), new)


def _store_places(
    session: Session, ids: Sequence[int], records: Mapping[int, Sequence[_Record]], levels: _Levels
) -> None:
    statement = select(ItemPlace).where(ItemPlace.item_id.in_(ids)).execution_options(populate_existing=True)
    stored = {(place.item_id, place.state): place for place in session.scalars(statement)}
    statuses = select(WorklistItem.id, WorklistItem.status).where(WorklistItem.id.in_(ids))
    status = dict(session.execute(statuses).all())
    for item_id in ids:
        latest: dict[str, _Record] = {}
        for one in sorted(records[item_id], key=lambda record: (record.since, record.id)):
            latest[one.state] = one
        for state, record in sorted(latest.items()):
            region = levels.regions.get((state, record.district), "")
            place = stored.pop((item_id, state), None)
            if place is None:
                place = ItemPlace(item_id=item_id, state=state, status=status[item_id], level="", assignee_id=None)
                session.add(place)
            moved = (place.district, place.region) != (record.district, region) and not place.assignee_id
            if moved or levels.nobody_at(place):
                place.level = levels.of_place(state, region, record.district)
            place.district, place.region = record.district, region
    for place in stored.values():
        session.delete(place)
    session.flush()


def _mark_counted(
    session: Session, ids: Sequence[int], records: Mapping[int, Sequence[_Record]], now: datetime
) -> None:
    everybody = {one.id for found in records.values() for one in found}
    counted = {one.record_id for one in child_count.counted(session, everybody, now.date())}
    for value in (True, False):
        some = [item_id for item_id in ids if any(one.id in counted for one in records[item_id]) is value]
        changed = (WorklistItem.id.in_(some), WorklistItem.in_child_count.is_not(value))
        session.execute(update(WorklistItem).where(*changed).values(in_child_count=value))


def _items_about(session: Session, records: Select[int]) -> list[int]:
    statement = select(ItemMember.item_id).where(ItemMember.source_record_id.in_(records)).distinct()
    return sorted(session.scalars(statement))
