"""The worklist: what waits, for whom, and everything known of one item. Reads only."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from linkage.identity import applying, disagreements, history, states
from linkage.identity.context import policy, require, state_name
from linkage.identity.list_lengths import counts, known_length, list_counts
from linkage.identity.neighbours import neighbours, next_item, previous_item
from linkage.identity.orders import order
from linkage.identity.record_views import NAME_COLUMNS, full_name, record_views, values_then
from linkage.identity.reveals import mask_of
from linkage.identity.scope import item_in_scope, level_in, members_seen
from linkage.identity.second_person import second_person
from linkage.identity.states import Situation
from linkage.identity.views import LEVELS, Account, ItemSummary, ItemView, Kind, PlaceView, Status, Verdict
from linkage.identity.work_lists import Wanted, listed
from linkage.records import EvidenceLine, PairEvidence
from linkage.store.models import (
    AccountRow,
    ItemMember,
    ItemPlace,
    ScoredPair,
    SourceRecord,
    SourceRecordVersion,
    WorklistItem,
)

PAGE = 50  # rows

__all__ = [
    "PAGE", "counts", "item", "list_counts", "neighbours", "next_item", "page", "previous_item", "situation_for", "situation_of", "summaries",
    "waiting_for",
]  # fmt: skip


def page(
    session: Session, account: Account, wanted: Wanted, *, offset: int = 0, limit: int = PAGE, now: datetime
) -> tuple[list[ItemSummary], int]:
    """One page of the person's items, and how many there are in all."""
    require(account, "item:view")
    found = listed(session, wanted, account, now)
    # Ids alone are sorted and counted: whole rows of a long list would be carried along for nothing.
    length = known_length(session, account, wanted, now=now)
    statement = select(WorklistItem.id, func.count().over() if length is None else literal(length)).where(found)
    sorted_ids = statement.order_by(*order(session, wanted, account, now)).offset(offset).limit(limit)
    ids = session.execute(sorted_ids).all()
    if ids or not offset:
        mask = mask_of(session, account)
        of = {row.id: row for row in session.scalars(_items([one for one, _ in ids]))}
        rows = [mask.summary(one) for one in summaries(session, [of[one] for one, _ in ids], now)]
        return rows, ids[0][1] if ids else 0
    beyond = select(func.count()).select_from(WorklistItem)  # the list has become shorter than that
    return [], session.scalar(beyond.where(found)) or 0


def item(session: Session, account: Account, item_id: int, *, now: datetime, openly: bool = False) -> ItemView:
    """The review page. Raises UnknownIdError if the item does not exist or belongs to other people.

    With the true values, for differences are found in them: what a masked role is shown passes through `reveals.mask_of` first.
    Whoever may validate a proposal does not see it before he or she has answered (`second_look`), unless the policy or `openly` says so.
    """
    row = item_in_scope(session, account, item_id)
    members = members_seen(session, row.id)
    records = record_views(session, [record for record, _, _ in members])
    older = {record: seen for record, seen, current in members if seen != current}
    situation = situation_for(session, row, account, now)
    allowed = states.allowed(situation, account)
    blind = not openly and policy(session).decisions.second_look == "blind" and Verdict.VALIDATE in allowed
    decisions = history.decisions_of(session, row.id)
    return ItemView(
        summary=_summary(
            row,
            situation_of(row, now),
            [(one.state, full_name(map(one.values.__getitem__, NAME_COLUMNS))) for one in records.values()],
            _places(session, [row.id])[row.id],
        ),
        records=tuple(records.values()),
        pairs=_evidence(session, row.id),
        decisions=tuple(one for one in decisions if not (blind and one.decision_id == row.waiting_decision_id)),
        allowed=allowed - states.SECOND if blind else allowed,
        refusal=states.why_nothing(situation, account),
        master=applying.survivor(session, list(records)),
        second_person=second_person(session, Kind(row.kind), account, list(records), now).why,
        changed_since=tuple(str(record) for record in older),
        returned=row.returned_reason,
        blind=blind,
        answers=states.ANSWERS[situation.kind] if blind else frozenset(),
        disagreement=states.disagreement(situation, account),
        then={str(record): values for record, values in values_then(session, older).items()} if older else {},
    )


def situation_for(session: Session, row: WorklistItem, account: Account | None, now: datetime) -> Situation:
    """Where an item stands at this moment, for one person; `account` None: for the service itself."""
    situation = situation_of(row, now, level_in(session, row.id, account))
    return replace(situation, third=bool(row.disagreed) and disagreements.third_person(session, row.id))


def situation_of(row: WorklistItem, now: datetime, level: str = LEVELS[0]) -> Situation:
    """Where an item stands at this moment: a claim that has expired is none. `level`: where it stands in the reader's State."""
    status, claimed_by = Status(row.status), row.claimed_by
    if status is Status.CLAIMED and row.claimed_until is not None and row.claimed_until <= now:
        status, claimed_by = Status.OPEN, None
    return Situation(
        status, row.proposer_id, row.not_state, Kind(row.kind), claimed_by, level, tuple(row.disagreed or ())
    )


def summaries(session: Session, rows: Sequence[WorklistItem], now: datetime) -> list[ItemSummary]:
    """Items as rows of the worklist. Two queries."""
    members: dict[int, list[tuple[str, str]]] = {row.id: [] for row in rows}
    for item_id, state, *names in session.execute(_members(list(members))):
        members[item_id].append((state, full_name(names)))
    places = _places(session, list(members))
    return [_summary(row, situation_of(row, now), members[row.id], places[row.id]) for row in rows]


def _summary(
    row: WorklistItem, situation: Situation, members: Sequence[tuple[str, str]], places: Sequence[PlaceView]
) -> ItemSummary:
    """`members`: the State and the name of each record. The item may belong to more States than these: to those of its places."""
    return ItemSummary(
        item_id=row.id,
        kind=row.kind,
        status=situation.status,
        version=row.version,
        states=tuple(sorted({state for state, _ in members})),
        record_count=len(members),
        probability=row.probability,
        guards=tuple(row.guards),
        created=row.created,
        waiting_for=waiting_for(situation, [place.state for place in places]),
        names=tuple(name for _, name in members),
        places=tuple(places),
        answer_due=row.answer_due if row.answered is None else None,
        resolve_due=row.resolve_due,
        in_child_count=row.in_child_count,
        claimed_until=row.claimed_until if situation.status is Status.CLAIMED else None,
        information_due=row.information_due if situation.status is Status.WAITING_INFORMATION else None,
    )


def _members(item_ids: Sequence[int]) -> Select[Any]:
    """Item, State and parts of the name of every record of these items."""
    version = SourceRecordVersion
    return (
        select(ItemMember.item_id, SourceRecord.state, *(getattr(version, column) for column in NAME_COLUMNS))
        .join(SourceRecord, SourceRecord.id == ItemMember.source_record_id)
        .join(version, (version.source_record_id == ItemMember.source_record_id) & version.is_current)
        .where(ItemMember.item_id.in_(item_ids))
        .order_by(ItemMember.item_id, ItemMember.source_record_id)
    )


def _places(session: Session, item_ids: Sequence[int]) -> dict[int, list[PlaceView]]:
    """Item -> where it stands in each State to which it belongs, by code."""
    columns = ItemPlace.state, ItemPlace.level, ItemPlace.region, ItemPlace.district
    statement = (
        select(ItemPlace.item_id, *columns, func.coalesce(AccountRow.display_name, ""))
        .outerjoin(AccountRow, AccountRow.id == ItemPlace.assignee_id)
        .where(ItemPlace.item_id.in_(item_ids))
        .order_by(ItemPlace.item_id, ItemPlace.state)
    )
    found: dict[int, list[PlaceView]] = {item_id: [] for item_id in item_ids}
    for item_id, *place in session.execute(statement):
        found[item_id].append(PlaceView(*place))
    return found


def waiting_for(situation: Situation, home: Sequence[str]) -> str:
    """Whom or what an item of these States waits for: "a Washington administrator"; "" if for nobody special."""
    if situation.status is Status.WAITING_INFORMATION:
        return "more information"
    if situation.status is not Status.WAITING_VALIDATION:
        return ""
    others = [state_name(state) for state in home if state != situation.not_state]
    if not situation.not_state or not others:
        return "another administrator"
    states = " or ".join(others)
    return f"an {states} administrator" if states[0] in "AEIO" else f"a {states} administrator"  # a Utah administrator


def _items(item_ids: Sequence[int]) -> Select[WorklistItem]:
    return select(WorklistItem).where(WorklistItem.id.in_(item_ids))


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
