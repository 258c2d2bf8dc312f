"""No merge before the birth date is settled."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity.regrouping import Group
from linkage.identity.states import UNFINISHED
from linkage.identity.views import Kind
from linkage.store.models import ItemMember, WorklistItem


def refuse_unsettled(session: Session, students: Mapping[int, str], groups: Sequence[Group]) -> None:
    """Raises StateChangeError if records would come together whose birth date somebody still has to settle; names the item.

    `students`: record -> student as it is; `groups`: the students to be.
    """
    group_of = {record: number for number, group in enumerate(groups) for record in group.records}
    for item_id, members in _unfinished(session, list(group_of)).items():
        known = [record for record in members if record in group_of]
        if any(group_of[a] == group_of[b] and students[a] != students[b] for a, b in combinations(known, 2)):
            raise StateChangeError(
                f"The birth date of these records is not settled yet: item {item_id}.",
                "Settle it and wait for the corrected record, or say that these are different children.",
            )


def _unfinished(session: Session, records: Sequence[int]) -> Mapping[int, list[int]]:
    """Unfinished birth-date item -> those of the records that it is about."""
    statement = (
        select(ItemMember.item_id, ItemMember.source_record_id)
        .join(WorklistItem, WorklistItem.id == ItemMember.item_id)
        .where(WorklistItem.kind == str(Kind.BIRTH_DATE), WorklistItem.status.in_(UNFINISHED))
        .where(ItemMember.source_record_id.in_(records))
        .order_by(ItemMember.item_id, ItemMember.source_record_id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for item_id, record in session.execute(statement):
        found[item_id].append(record)
    return found
