"""What stands beside the records of an item on the review page: the record they would make together, their journeys, earlier values and IDs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from linkage.identity.context import policy
from linkage.identity.masking import Mask
from linkage.identity.reveals import left_today, mask_of
from linkage.identity.student.consolidate import consolidated_record
from linkage.identity.student.identifiers import leading_to
from linkage.identity.student.views import ConsolidatedRecord
from linkage.identity.views import Account, ItemView
from rules.guards import AttendanceGuard


@dataclass(frozen=True, slots=True)
class SideBySide:
    """`together`: what the records would say as one student, values masked. `retired`: student ID -> IDs that lead to it.

    `left_today`: how many masked values the person may still look at, None for who sees everything.
    """

    together: ConsolidatedRecord
    retired: Mapping[str, tuple[str, ...]]
    attendance: AttendanceGuard
    mask: Mask
    left_today: int | None


def side_by_side(session: Session, account: Account, item: ItemView, *, now: datetime) -> SideBySide:
    """For an item that this person may see. The page itself is masked where it is put together, after the differences are found."""
    records = [int(record.record_id) for record in item.records]
    mask = mask_of(session, account, records, now)
    students = leading_to(session, (record.student_id for record in item.records))
    return SideBySide(
        together=mask.together(consolidated_record(session, records)),
        retired={one: tuple(other.id for other in retired) for one, (_, *retired) in students.items()},
        attendance=policy(session).guards.attendance,
        mask=mask,
        left_today=left_today(session, account, now) if account.masked else None,
    )
