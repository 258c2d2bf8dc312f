"""The worklist: what waits, for whom, and everything known of one item. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from linkage.identity import applying, history, states
from linkage.identity.context import require, state_name
from linkage.identity.record_views import display_names, record_views
from linkage.identity.scope import in_scope, item_in_scope, level_in, states_of_items
from linkage.identity.second_person import second_person
from linkage.identity.states import UNFINISHED, Situation
from linkage.identity.views import LEVELS, Account, ItemSummary, ItemView, Kind, Status
from linkage.records import EvidenceLine, PairEvidence
from linkage.store.models import ItemMember, ScoredPair, SourceRecord, WorklistItem


def page(
    session: Session, account: Account, *, status: Status | None, offset: int, limit: int, now: datetime
) -> tuple[list[ItemSummary], int]:
    """One page of the person's items and how many there are in all; `status` None: all that can still be decided.

    First what this person can decide now, then what waits for others; the most probable first.
    """
    require(account, "item:view")
    wanted = [str(status)] if status else [str(one) for one in UNFINISHED]
    condition = and_(WorklistItem.status.in_(wanted), in_scope(account))
    total = session.scalar(select(func.count()).select_from(WorklistItem).where(condition)) or 0
    statement = select(WorklistItem).where(condition).order_by(*_order(account, now)).offset(offset).limit(limit)
    return summaries(session, session.scalars(statement).all(), now), total


def counts(session: Session, account: Account) -> Mapping[Status, int]:
    """How many items of the person's State stand in each status."""
    require(account, "item:view")
    statement = select(WorklistItem.status, func.count()).where(in_scope(account)).group_by(WorklistItem.status)
    found = dict.fromkeys(Status, 0)
    return found | {Status(status): number for status, number in session.execute(statement)}


def item(session: Session, account: Account, item_id: int, *, now: datetime) -> ItemView:
    """The review page. Raises UnknownIdError if the item does not exist or belongs to other people."""
    row = item_in_scope(session, account, item_id)
    members = session.execute(_members([row.id])).all()
    records = record_views(session, [member.source_record_id for member in members])
    situation = situation_of(row, now, level_in(session, row.id, account))
    return ItemView(
        summary=summaries(session, [row], now)[0],
        records=tuple(records.values()),
        pairs=_evidence(session, row.id),
        decisions=history.decisions_of(session, row.id),
        allowed=states.allowed(situation, account),
        refusal=states.why_nothing(situation, account),
        master=applying.survivor(session, list(records)),
        second_person=second_person(session, row, account, list(records), now).why,
        changed_since=tuple(
            str(member.source_record_id)
            for member in members
            if records[member.source_record_id].version != member.version
        ),
        returned=row.returned_reason,
    )


def next_item(session: Session, account: Account, after: int | None, *, now: datetime) -> int | None:
    """The next item this person can decide, in the order of the worklist; after the last one, the first one again."""
    require(account, "item:view")
    statement = (
        select(WorklistItem.id)
        .where(in_scope(account), _decidable(account, now), WorklistItem.id != (after or 0))
        .order_by(WorklistItem.probability.desc(), WorklistItem.id)
        .limit(1)
    )
    here = session.get(WorklistItem, after) if after else None
    if here is None:
        return session.scalar(statement)
    further = or_(
        WorklistItem.probability < here.probability,
        and_(WorklistItem.probability == here.probability, WorklistItem.id > here.id),
    )
    return session.scalar(statement.where(further)) or session.scalar(statement)


def situation_of(row: WorklistItem, now: datetime, level: str = LEVELS[0]) -> Situation:
    """Where an item stands at this moment: a claim that has expired is none. `level`: where it stands in the reader's State."""
    status, claimed_by = Status(row.status), row.claimed_by
    if status is Status.CLAIMED and row.claimed_until is not None and row.claimed_until <= now:
        status, claimed_by = Status.OPEN, None
    return Situation(status, row.proposer_id, row.not_state, Kind(row.kind), claimed_by, level)


def summaries(session: Session, rows: Sequence[WorklistItem], now: datetime) -> list[ItemSummary]:
    """Items as rows of the worklist, in a fixed number of queries."""
    members: dict[int, list[tuple[int, str]]] = {row.id: [] for row in rows}
    for item_id, record_id, state, _ in session.execute(_members(list(members))):
        members[item_id].append((record_id, state))
    names = display_names(session, (record_id for found in members.values() for record_id, _ in found))
    home = states_of_items(session, list(members))
    return [_summary(row, situation_of(row, now), members[row.id], names, home[row.id]) for row in rows]


def _summary(
    row: WorklistItem,
    situation: Situation,
    members: Sequence[tuple[int, str]],
    names: Mapping[int, str],
    home: Sequence[str],
) -> ItemSummary:
    """`home`: the States to which the item belongs, which may be more than those of its records."""
    return ItemSummary(
        item_id=row.id,
        kind=row.kind,
        status=situation.status,
        version=row.version,
        states=tuple(sorted({state for _, state in members})),
        record_count=len(members),
        probability=row.probability,
        guards=tuple(row.guards),
        created=row.created,
        waiting_for=waiting_for(situation, home),
        names=tuple(names[record_id] for record_id, _ in members),
    )


def waiting_for(situation: Situation, home: Sequence[str]) -> str:
    """Whom or what an item of these States waits for: "a Washington administrator"; "" if for nobody special."""
    if situation.status is Status.WAITING_INFORMATION:
        return "more information"
    if situation.status is not Status.WAITING_VALIDATION:
        return ""
    others = [state_name(state) for state in home if state != situation.not_state]
    if not situation.not_state or not others:
        return "another administrator"
    article = "an" if others[0][0] in "AEIO" else "a"  # "a Utah administrator"
    return f"{article} {' or '.join(others)} administrator"


def _members(item_ids: Sequence[int]) -> Select[int, int, str, int]:
    return (
        select(ItemMember.item_id, ItemMember.source_record_id, SourceRecord.state, ItemMember.version)
        .join(SourceRecord, SourceRecord.id == ItemMember.source_record_id)
        .where(ItemMember.item_id.in_(item_ids))
        .order_by(ItemMember.item_id, ItemMember.source_record_id)
    )


def _decidable(account: Account, now: datetime) -> ColumnElement[bool]:
    """What this person can decide now; the same rule as `states.refusal`, for a query."""
    second = and_(
        WorklistItem.status == str(Status.WAITING_VALIDATION),
        WorklistItem.proposer_id != account.id,
        WorklistItem.not_state.not_in([account.state]) | (WorklistItem.not_state == ""),
        literal(account.may("item:validate")),
    )
    free = or_(
        WorklistItem.status.in_([str(Status.OPEN), str(Status.ESCALATED)]),
        and_(
            WorklistItem.status == str(Status.CLAIMED),
            or_(WorklistItem.claimed_by == account.id, WorklistItem.claimed_until <= now),
        ),
    )
    return or_(and_(free, literal(account.may("item:decide"))), second)


def _order(account: Account, now: datetime) -> tuple[ColumnElement[Any], ...]:
    return case((_decidable(account, now), 0), else_=1), WorklistItem.probability.desc(), WorklistItem.id.asc()


def _evidence(session: Session, item_id: int) -> tuple[PairEvidence, ...]:
    statement = (
        select(ScoredPair).where(ScoredPair.item_id == item_id).order_by(ScoredPair.record_a, ScoredPair.record_b)
    )
    return tuple(
        PairEvidence(
            left=str(pair.record_a),
            right=str(pair.record_b),
            weight=pair.weight,
            probability=pair.probability,
            band=pair.band,
            guards=tuple(pair.guards),
            lines=tuple(EvidenceLine(*line) for line in pair.lines),
        )
        for pair in session.scalars(statement)
    )
