"""The consolidated record to hand on: one HTML page to print, JSON, and CSV. Each says the whole record; right student:export.

`exported` is the way out: it leaves an event in the ledger. People read the page, so it is in the language of its reader; programs read
JSON and CSV, which are the same for everybody.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from sqlalchemy.orm import Session

from linkage.formulas import harmless
from linkage.identity import ledger
from linkage.identity.context import require, state_name
from linkage.identity.ledger import EventKind
from linkage.identity.student.reader import ENGLISH, Reader
from linkage.identity.student.views import ConsolidatedRecord, ConsolidatedView
from linkage.identity.views import Account
from linkage.identity.words import VERDICTS
from rules.mde_list import load_mde_list

FORMAT = 1  # of the JSON; docs/consolidated-record.md lists its keys
FORMS = ("html", "json", "csv")
CSV_HEADER = ("section", "number", "what", "value", "from", "to", "source", "note")


def exported(
    session: Session, account: Account, student: ConsolidatedView, form: str, *, now: datetime, reader: Reader = ENGLISH
) -> str:
    """The record in one of FORMS; the ledger keeps who took which student out, in which form. Raises NotAllowedError."""
    if form == "html":
        text = as_html(student, account, made=now, reader=reader)
    else:
        text = as_csv(student, account) if form == "csv" else as_json(student, account, made=now)
    payload = {"student": student.student_id, "form": form}
    ledger.append(
        session, EventKind.STUDENT_EXPORTED, actor_id=account.id, at=now, payload=payload, through=account.through
    )
    return text


def as_html(student: ConsolidatedView, account: Account, *, made: datetime, reader: Reader = ENGLISH) -> str:
    """One page that stands alone: no script, nothing loaded from elsewhere, ready to print. Raises NotAllowedError."""
    require(account, "student:print")
    return _template(reader).render(student=student, made=made, made_by=account.display_name)


def as_json(student: ConsolidatedView, account: Account, *, made: datetime) -> str:
    """Every value with its origin; the keys stand in docs/consolidated-record.md. Raises NotAllowedError."""
    require(account, "student:export")
    record = student.record
    content = {
        "format": FORMAT,
        "made": made,
        "student_id": student.student_id,
        "ids": [asdict(one) for one in student.ids],
        "fields": [asdict(one) for one in record.fields if one.value or one.others],
        "source_records": [
            {"record_id": one.record_id, "state": one.state, "state_student_id": one.state_student_id}
            | {"version": one.version, "received": one.received, "values": dict(one.values)}
            for one in record.records
        ],
        "versions": [asdict(one) for one in record.versions],
        "timeline": [asdict(one) for one in record.timeline],
        "stays": [asdict(one) for one in student.stays],
        "disputes": [asdict(one) for one in record.disputes],
        "decisions": [asdict(one) for one in student.decisions],
    }
    return json.dumps(content, ensure_ascii=False, indent=2, default=_text) + "\n"


def as_csv(student: ConsolidatedView, account: Account) -> str:
    """One table of all sections, header CSV_HEADER; no cell is a formula to a spreadsheet. Raises NotAllowedError."""
    require(account, "student:export")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(CSV_HEADER)
    writer.writerows([harmless(_text(cell)) for cell in row] for row in _rows(student))
    return text.getvalue()


def _rows(student: ConsolidatedView) -> Iterator[tuple[object, ...]]:
    for one in student.ids:
        yield "id", "", one.kind, one.value, one.since, "", one.state, ""
    yield from _record_rows(student.record)
    for stay in student.stays:
        source = f"{stay.state} {stay.state_student_id}"
        yield "stay", "", stay.student_id, source, stay.joined, stay.left, stay.joined_by, stay.left_by
    for made in student.decisions:
        note = "; ".join(filter(None, (made.reason, made.note, "undone" if made.undone else "")))
        yield "decision", made.decision_id, made.verdict, "", made.at, "", made.actor, note


def _record_rows(record: ConsolidatedRecord) -> Iterator[tuple[object, ...]]:
    for field in record.fields:
        if field.value:
            yield "field", "", field.title, field.value, "", "", field.source, field.why
        for source, other in field.others:
            yield "other value", "", field.title, other, "", "", source, ""
    for entry in record.timeline:
        also = f"at the same time as {_listed(entry.overlaps)}" if entry.overlaps else ""
        yield entry.kind, entry.number, entry.district, entry.what, entry.start, entry.end, entry.state, also
    for version in record.versions:
        for change in version.changes:
            source = f"{version.state} {version.state_student_id}, upload {version.upload_id}"
            yield "change", version.number, change.title, change.after, version.received, "", source, change.before
    for said in record.disputes:
        yield (
            "dispute",
            said.dispute_id,
            said.made_by,
            said.statement,
            said.entered,
            said.withdrawn,
            said.entered_by,
            "",
        )


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


def _text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else str(value)


def _in_words(column: str, value: str, reader: Reader) -> str:
    """A code as the element list has it, Texas for TX, in the language of the reader; a name stays as it is."""
    elements = load_mde_list()
    codes = elements.codes_of(elements.element(column))
    return reader.say(codes.title(value)) if codes else value


@cache
def _template(reader: Reader) -> Template:
    environment = Environment(
        loader=PackageLoader("linkage.identity.student", "."),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(reader.gettext, reader.ngettext, newstyle=True)  # type: ignore[attr-defined] # of the extension
    environment.globals.update(language=reader.language)
    environment.filters.update(
        day=reader.day,
        moment=reader.moment,
        note=reader.note,
        say=reader.say,
        said=lambda verdict: reader.say(VERDICTS[verdict]),
        state_name=lambda code: reader.say(state_name(code)),
        words=lambda column, value: _in_words(column, value, reader),
    )
    return environment.get_template("record.html")
