"""Finding a child: by name (also by how it sounds), by birth date (also with day and month swapped), by any ID ever given."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from linkage.identity import name_keys
from linkage.identity.context import require
from linkage.identity.name_keys import SOUNDEX, TOKEN
from linkage.identity.record_views import NAME_COLUMNS
from linkage.identity.reveals import mask_of
from linkage.identity.students import survivor_of
from linkage.identity.views import Account, SearchHit
from linkage.store.models import Membership, NameKey, SourceRecord, SourceRecordVersion

# Month first, as it is written where the forms come from; day first where it cannot be a month.
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y")


def problems(*, name: str, birth_date: str, any_id: str) -> Mapping[str, str]:
    """What cannot be searched for, by field, and why: better than to say that nobody was found. Empty if all is well."""
    if not (name.strip() or birth_date.strip() or any_id.strip()):
        return {"name": "Fill at least one field."}
    found = {}
    if name.strip() and not name_keys.tokens(name):
        found["name"] = "A name has letters."
    if birth_date.strip() and not _dates(birth_date):
        found["birth_date"] = "This is no date. Write it like 2012-08-03 or 08/03/2012."
    return found


def find(
    session: Session,
    account: Account,
    *,
    name: str = "",
    birth_date: str = "",
    any_id: str = "",
    limit: int = 50,
    now: datetime | None = None,
) -> list[SearchHit]:
    """Records that meet everything given, the closest first. A date that cannot be read finds nothing.

    A masked role sees dots; with `now`, also what the person has revealed.

    Every token of `name` must be in the name or sound like one that is; order, accents and which surname do not matter.
    """
    require(account, "student:search")
    if problems(name=name, birth_date=birth_date, any_id=any_id):
        return []
    words = name_keys.tokens(name)
    dates = _dates(birth_date)
    statement = _records()
    if words:
        statement = _by_name(statement, words)
    if dates:
        statement = statement.where(SourceRecordVersion.birth_date.in_(dates))
        statement = statement.order_by(case((SourceRecordVersion.birth_date == dates[0], 0), else_=1))
    if any_id.strip():
        statement = _by_id(session, statement, any_id.strip())
    statement = statement.order_by(SourceRecordVersion.last_name_1, SourceRecordVersion.first_name, SourceRecord.id)
    found = session.execute(statement.limit(limit)).all()
    hits = [_hit(*row, words=words, dates=dates, any_id=any_id.strip()) for row in found]
    mask = mask_of(session, account, (hit.record_id for hit in hits), now)
    return [mask.hit(hit) for hit in hits]


def _records() -> Select[SourceRecord, SourceRecordVersion, str]:
    return (
        select(SourceRecord, SourceRecordVersion, Membership.student_id)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .join(Membership, Membership.source_record_id == SourceRecord.id)
        .where(SourceRecordVersion.is_current, Membership.valid_to.is_(None))
    )


def _by_name(
    statement: Select[SourceRecord, SourceRecordVersion, str], words: list[str]
) -> Select[SourceRecord, SourceRecordVersion, str]:
    codes = name_keys.sounds(words)
    exact = func.sum(case((NameKey.kind == TOKEN, 1), else_=0))
    alike = func.sum(case((NameKey.kind == SOUNDEX, 1), else_=0))
    met = (
        select(NameKey.source_record_id, exact.label("exact"))
        .where(
            or_(
                (NameKey.kind == TOKEN) & NameKey.key.in_(words),
                (NameKey.kind == SOUNDEX) & NameKey.key.in_(codes),
            )
        )
        .group_by(NameKey.source_record_id)
        .having(alike == len(codes))
        .subquery()
    )
    return statement.join(met, met.c.source_record_id == SourceRecord.id).order_by(met.c.exact.desc())


def _by_id(
    session: Session, statement: Select[SourceRecord, SourceRecordVersion, str], any_id: str
) -> Select[SourceRecord, SourceRecordVersion, str]:
    survivor = survivor_of(session, _digits(any_id))
    by_state_id = SourceRecord.state_student_id.in_({any_id, any_id.upper(), any_id.lower()})
    if survivor is None:
        return statement.where(by_state_id)
    return statement.where(or_(by_state_id, Membership.student_id == survivor))


def _dates(text: str) -> list[str]:
    """The date as written, then with day and month swapped, if that is a date as well."""
    for pattern in _DATES:
        try:
            read = datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a birth date has no time zone
        except ValueError:
            continue
        return list(dict.fromkeys([read.isoformat(), *_swapped(read)]))
    return []


def _swapped(read: date) -> list[str]:
    try:
        return [read.replace(month=read.day, day=read.month).isoformat()]
    except ValueError:
        return []


def _hit(
    record: SourceRecord,
    version: SourceRecordVersion,
    student_id: str,
    *,
    words: list[str],
    dates: list[str],
    any_id: str,
) -> SearchHit:
    name = " ".join(filter(None, (getattr(version, column) for column in NAME_COLUMNS)))
    reasons = []
    if any_id:
        reasons.append(_why_id(record, student_id, any_id))
    if words:
        reasons.append("same name" if set(words) <= set(name_keys.tokens(name)) else "sounds like")
    if dates:
        reasons.append("same birth date" if version.birth_date == dates[0] else "day and month swapped")
    return SearchHit(
        student_id=student_id,
        record_id=str(record.id),
        state=record.state,
        state_student_id=record.state_student_id,
        name=name,
        birth_date=version.birth_date,
        why=", ".join(reasons),
    )


def _why_id(record: SourceRecord, student_id: str, any_id: str) -> str:
    if record.state_student_id.upper() == any_id.upper():
        return "State student ID"
    return "student ID" if student_id == _digits(any_id) else "retired ID"


def _digits(any_id: str) -> str:
    """A student ID without the gaps with which screens show it and people write it."""
    return re.sub(r"[\s-]", "", any_id)
