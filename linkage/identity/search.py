"""Finding a child: by name (also by sound and nickname), by birth date (also a part of it, or day and month swapped), by any ID ever given."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from linkage.identity import name_keys
from linkage.identity.context import require
from linkage.identity.name_forms import other_forms, sound_codes
from linkage.identity.name_keys import SOUNDEX, TOKEN
from linkage.identity.record_views import NAME_COLUMNS, full_name
from linkage.identity.reveals import mask_of
from linkage.identity.students import survivor_of
from linkage.identity.views import Account, SearchHit
from linkage.store.models import Membership, NameKey, SourceRecord, SourceRecordVersion
from rules.name_tables import NameTables

_MONTH = re.compile(
    r"(?P<year>(?:19|20)\d\d)-(?P<month>0?[1-9]|1[0-2])|(?P<first>0?[1-9]|1[0-2])[/-](?P<last>(?:19|20)\d\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
# Month first, as it is written where the forms come from; day first where it cannot be a month.
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%Y%m%d", "%d/%m/%Y", "%d-%m-%Y")


def problems(*, name: str, birth_date: str, any_id: str) -> Mapping[str, str]:
    """What cannot be searched for, by field, and why: better than to say that nobody was found. Empty if all is well."""
    if not (name.strip() or birth_date.strip() or any_id.strip()):
        return {"name": "Fill at least one field."}
    found = {}
    if name.strip() and not name_keys.tokens(name):
        found["name"] = "A name has letters."
    if birth_date.strip() and _born(birth_date) is None:
        found["birth_date"] = "This is no date. Write it like 2012-08-03, 08/03/2012, 2012-08 or 2012."
    return found


def find(
    session: Session,
    account: Account,
    *,
    name: str = "",
    birth_date: str = "",
    any_id: str = "",
    tables: NameTables | None = None,
    limit: int = 50,
    now: datetime | None = None,
) -> list[SearchHit]:
    """Records that meet everything given, the closest first, each with the reasons. A date that cannot be read finds nothing.

    Every word of `name` must be in the name, or sound like a word that is, or be another form of one by the name rules (`tables`);
    order, accents and which surname do not matter. A masked role sees dots; with `now`, also what the person has revealed.
    """
    require(account, "student:search")
    if problems(name=name, birth_date=birth_date, any_id=any_id):
        return []
    asked = [_Word.of(word, tables) for word in name_keys.tokens(name)]
    born = _born(birth_date)
    statement = _records()
    if asked:
        statement = _by_name(statement, asked)
    if born:
        statement = statement.where(born.meets())
        statement = statement.order_by(case((SourceRecordVersion.birth_date == born.first, 0), else_=1))
    if any_id.strip():
        statement = _by_id(session, statement, any_id.strip())
    statement = statement.order_by(SourceRecordVersion.last_name_1, SourceRecordVersion.first_name, SourceRecord.id)
    found = session.execute(statement.limit(limit)).all()
    hits = [_hit(*row, asked=asked, born=born, any_id=any_id.strip()) for row in found]
    mask = mask_of(session, account, (hit.record_id for hit in hits), now)
    return [mask.hit(hit) for hit in hits]


def hits_of(
    session: Session, account: Account, record_ids: Iterable[int | str], now: datetime | None = None
) -> dict[str, SearchHit]:
    """Record id -> its line, as `find` shows it and without a reason: records that were found in another way, or stand beside others."""
    require(account, "student:search")
    numbers = sorted({int(one) for one in record_ids})
    rows = session.execute(_records().where(SourceRecord.id.in_(numbers))).all()
    mask = mask_of(session, account, numbers, now)
    hits = (_hit(*row, asked=(), born=None, any_id="") for row in rows)
    return {hit.record_id: mask.hit(hit) for hit in hits}


def whole_date(text: str) -> str:
    """A birth date as typed, in ISO form; "" for none, and for a month or a year."""
    born = _born(text)
    return born.first if born and born.first == born.last else ""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that was typed. `forms`: its nicknames and spellings; `codes`: how it may sound."""

    text: str
    forms: frozenset[str]
    codes: tuple[str, ...]

    @classmethod
    def of(cls, text: str, tables: NameTables | None) -> "_Word":
        forms = other_forms(text, tables) if tables else frozenset()
        return cls(text, forms, tuple(sound_codes(text)))

    def meets(self) -> ColumnElement[bool]:
        written = (NameKey.kind == TOKEN) & NameKey.key.in_([self.text, *sorted(self.forms)])
        return written | ((NameKey.kind == SOUNDEX) & NameKey.key.in_(self.codes))


@dataclass(frozen=True, slots=True)
class _Born:
    """A birth date as typed. `first`, `last`: the days between which it lies; `swapped`: with day and month exchanged, "" if no date."""

    first: str
    last: str
    swapped: str
    why: str

    def meets(self) -> ColumnElement[bool]:
        born = SourceRecordVersion.birth_date
        within = born.between(self.first, self.last)
        return within | (born == self.swapped) if self.swapped else within


def _records() -> Select[SourceRecord, SourceRecordVersion, str]:
    return (
        select(SourceRecord, SourceRecordVersion, Membership.student_id)
        .join(SourceRecordVersion, SourceRecordVersion.source_record_id == SourceRecord.id)
        .join(Membership, Membership.source_record_id == SourceRecord.id)
        .where(SourceRecordVersion.is_current, Membership.valid_to.is_(None))
    )


def _by_name(
    statement: Select[SourceRecord, SourceRecordVersion, str], asked: Sequence[_Word]
) -> Select[SourceRecord, SourceRecordVersion, str]:
    texts = [word.text for word in asked]
    forms = sorted({form for word in asked for form in word.forms})
    written = NameKey.kind == TOKEN
    met = (
        select(
            NameKey.source_record_id,
            func.sum(case((written & NameKey.key.in_(texts), 1), else_=0)).label("exact"),
            func.sum(case((written & NameKey.key.in_(forms), 1), else_=0)).label("forms"),
        )
        .where(or_(*(word.meets() for word in asked)))
        .group_by(NameKey.source_record_id)
        .having(and_(*(func.max(case((word.meets(), 1), else_=0)) == 1 for word in asked)))
        .subquery()
    )
    return statement.join(met, met.c.source_record_id == SourceRecord.id).order_by(
        met.c.exact.desc(), met.c.forms.desc()
    )


def _by_id(
    session: Session, statement: Select[SourceRecord, SourceRecordVersion, str], any_id: str
) -> Select[SourceRecord, SourceRecordVersion, str]:
    survivor = survivor_of(session, _digits(any_id))
    by_state_id = SourceRecord.state_student_id.in_({any_id, any_id.upper(), any_id.lower()})
    if survivor is None:
        return statement.where(by_state_id)
    return statement.where(or_(by_state_id, Membership.student_id == survivor))


def _born(text: str) -> _Born | None:
    """A day, a month ("2012-08", "08/2012") or a year; None if it is none of these."""
    text = text.strip()
    if _YEAR.fullmatch(text):
        return _Born(f"{text}-00-00", f"{text}-99-99", "", "born in that year")
    month = _MONTH.fullmatch(text)
    if month:
        at = f"{month['year'] or month['last']}-{int(month['month'] or month['first']):02}"
        return _Born(f"{at}-00", f"{at}-99", "", "born in that month")
    for pattern in _DATES:
        try:
            read = datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a birth date has no time zone
        except ValueError:
            continue
        return _Born(read.isoformat(), read.isoformat(), _swapped(read), "same birth date")
    return None


def _swapped(read: date) -> str:
    try:
        return read.replace(month=read.day, day=read.month).isoformat()
    except ValueError:
        return ""


def _hit(
    record: SourceRecord,
    version: SourceRecordVersion,
    student_id: str,
    *,
    asked: Sequence[_Word],
    born: _Born | None,
    any_id: str,
) -> SearchHit:
    name = full_name(getattr(version, column) for column in NAME_COLUMNS)
    reasons = []
    if any_id:
        reasons.append(_why_id(record, student_id, any_id))
    reasons += _why_name(asked, set(name_keys.tokens(name)))
    if born:
        within = born.first <= version.birth_date <= born.last
        reasons.append(born.why if within else "day and month swapped")
    return SearchHit(
        student_id=student_id,
        record_id=str(record.id),
        state=record.state,
        state_student_id=record.state_student_id,
        name=name,
        birth_date=version.birth_date,
        why=", ".join(reasons),
    )


def _why_name(asked: Sequence[_Word], name: set[str]) -> list[str]:
    others = [word for word in asked if word.text not in name]
    if not others:
        return ["same name"] if asked else []
    formed = [word for word in others if word.forms & name]
    return ["another form of the name"] * bool(formed) + ["sounds like"] * (len(formed) < len(others))


def _why_id(record: SourceRecord, student_id: str, any_id: str) -> str:
    if record.state_student_id.upper() == any_id.upper():
        return "State student ID"
    return "student ID" if student_id == _digits(any_id) else "retired ID"


def _digits(any_id: str) -> str:
    """A student ID without the gaps with which screens show it and people write it."""
    return re.sub(r"[\s-]", "", any_id)
