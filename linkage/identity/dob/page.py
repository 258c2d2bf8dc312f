"""A birth-date item as a screen or a report shows it: both sides, the evidence, the log, the next step and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.identity import scope
from linkage.identity.context import dob_evidence, state_name
from linkage.identity.dob import steps
from linkage.identity.dob.procedures import CHOOSE, OPEN
from linkage.identity.dob.settling import objection, to_correct
from linkage.identity.dob.sides import Side
from linkage.identity.dob.steps import Standing
from linkage.identity.states import ASKING
from linkage.identity.views import Account, Status
from linkage.identity.worklist import situation_of
from linkage.store.models import AccountRow, BirthDateEvidence, BirthDateStep, WorklistItem
from rules.dob_evidence import DobEvidence, Step

Names = Mapping[int, tuple[str, str]]  # account -> display name, State


@dataclass(frozen=True, slots=True)
class SideView:
    """What one record says. `role`: receiving or sending; `must_correct`: it differs from the settled date."""

    record_id: str
    state: str
    state_student_id: str
    role: str
    birth_date: str
    document: str  # in words; "" if none is named
    rank: int  # 0 for the strongest tier
    must_correct: bool


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A document that somebody saw. `withdrawn_by` and `withdrawn_note`: "" while it counts. `own`: this person's State entered it."""

    evidence_id: int
    record_id: str
    code: str
    document: str
    rank: int
    birth_date: date
    seen_by: str
    seen_at: str
    seen_on: date
    recorded_by: str
    recorded: datetime
    withdrawn_by: str
    withdrawn_note: str
    own: bool


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """Evidence on which a date could be settled: which sides then correct their records, and why it takes a reason and a note ("": it does not)."""

    evidence_id: int
    corrects: tuple[SideView, ...]
    objection: str


@dataclass(frozen=True, slots=True)
class StepView:
    """A line of the log. `result` and `owner` are "" where somebody chose a procedure. `step`: its id in `procedure`."""

    procedure: str
    step: str
    title: str
    result: str
    owner: str
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CaseView:
    """`procedure`: id of the one in force, `chosen` by somebody or as `suggested`. `next_step` None: see `turn`, which says in words
    what is to be done and by whom. `agreed_date` None: not settled.
    """

    item_id: int
    version: int
    status: Status
    near_match_id: int
    procedure: str
    procedure_title: str
    suggested: str
    chosen: bool
    sides: tuple[SideView, ...]
    evidence: tuple[EvidenceView, ...]  # the best first, what is withdrawn last
    choices: tuple[ChoiceView, ...]  # the evidence in force, the best first
    log: tuple[StepView, ...]
    next_step: Step | None
    turn: str
    agreed_date: date | None
    rests_on: int | None


def case(session: Session, account: Account, item_id: int, *, now: datetime) -> CaseView:
    """Everything known of a birth-date item. Raises UnknownIdError (not in scope), StateChangeError (another kind of item)."""
    item = scope.item_in_scope(session, account, item_id)
    where, rules = steps.standing(session, item), dob_evidence(session)
    rows = session.scalars(select(BirthDateEvidence).where(BirthDateEvidence.item_id == item_id)).all()
    log = steps.log_of(session, item_id)
    names = _names(session, rows, log)
    sides = _sides(where, rules)
    status = situation_of(item, now).status
    return CaseView(
        item_id=item.id,
        version=item.version,
        status=status,
        near_match_id=where.case.near_match_id,
        procedure=where.procedure,
        procedure_title=rules.procedures[where.procedure].title,
        suggested=where.suggested,
        chosen=bool(where.case.procedure),
        sides=sides,
        evidence=_evidence(rows, names, rules, account.state),
        choices=_choices(where, sides),
        log=tuple(_step(one, names, rules) for one in log),
        next_step=where.progress.step if _undecided(where, status) else None,
        turn=_turn(where, item, status),
        agreed_date=date.fromisoformat(where.case.agreed_date) if where.case.agreed_date else None,
        rests_on=where.case.evidence_id,
    )


def _undecided(where: Standing, status: Status) -> bool:
    return status in ASKING and not where.case.agreed_date


def _turn(where: Standing, item: WorklistItem, status: Status) -> str:
    if _undecided(where, status):
        if where.progress.step is not None:
            return f"{where.progress.step.title}: {steps.whose(where, where.progress.step)}."
        if where.progress.then == "stop":
            return f"These are two children: say so on near match {where.case.near_match_id}."
        return "Settle the birth date: an administrator of either State."
    if status is Status.WAITING_INFORMATION:
        owed = to_correct(where.sides, where.case.agreed_date)
        return (
            f"{_states(owed)} must correct {_records(owed)} and send it again." if owed else "Wait for the next scan."
        )
    return f"Decide near match {where.case.near_match_id}." if item.status == Status.APPLIED else ""


def _states(sides: Sequence[Side]) -> str:
    return " and ".join(sorted({state_name(side.state) for side in sides}))


def _records(sides: Sequence[Side]) -> str:
    return "record " + ", ".join(str(side.record_id) for side in sides)


def _sides(where: Standing, rules: DobEvidence) -> tuple[SideView, ...]:
    agreed = where.case.agreed_date
    owed = {side.record_id for side in to_correct(where.sides, agreed)} if agreed else set()
    return tuple(
        SideView(
            record_id=str(side.record_id),
            state=side.state,
            state_student_id=side.state_student_id,
            role="receiving" if side.record_id == where.case.receiving_record_id else "sending",
            birth_date=side.birth_date,
            document=rules.title_of(side.document),
            rank=rules.rank_of(side.document),
            must_correct=side.record_id in owed,
        )
        for side in where.sides
    )


def _evidence(
    rows: Sequence[BirthDateEvidence], names: Names, rules: DobEvidence, state: str
) -> tuple[EvidenceView, ...]:
    views = [
        EvidenceView(
            evidence_id=row.id,
            record_id=str(row.source_record_id),
            code=row.document,
            document=rules.title_of(row.document),
            rank=rules.rank_of(row.document),
            birth_date=date.fromisoformat(row.birth_date),
            seen_by=row.seen_by,
            seen_at=row.seen_at,
            seen_on=date.fromisoformat(row.seen_on),
            recorded_by=names[row.recorded_by][0],
            recorded=row.recorded,
            withdrawn_by=names[row.withdrawn_by][0] if row.withdrawn_by else "",
            withdrawn_note=row.withdrawn_note,
            own=names[row.recorded_by][1] == state,
        )
        for row in rows
    ]
    return tuple(sorted(views, key=lambda one: (bool(one.withdrawn_by), one.rank, one.evidence_id)))


def _choices(where: Standing, sides: Sequence[SideView]) -> tuple[ChoiceView, ...]:
    return tuple(
        ChoiceView(
            evidence_id=claim.evidence_id,
            corrects=tuple(side for side in sides if side.birth_date and side.birth_date != claim.birth_date),
            objection=objection(where, claim)[0],
        )
        for claim in where.claims
        if claim.evidence_id is not None
    )


def _step(row: BirthDateStep, names: Names, rules: DobEvidence) -> StepView:
    procedure = rules.procedures.get(row.procedure)
    step = procedure.step(row.step) if procedure else None
    result = step.result(row.result) if step else None
    if row.step == OPEN:
        title = "Opened"
    elif row.step == CHOOSE:
        title = f"Procedure chosen: {procedure.title}" if procedure else "Procedure as the evidence suggests"
    else:
        title = step.title if step else row.step
    return StepView(
        procedure=row.procedure,
        step=row.step,
        title=title,
        result=result.title if result else row.result,
        owner=row.owner,
        note=row.note,
        actor=names[row.actor_id][0],
        at=row.at,
    )


def _names(session: Session, rows: Sequence[BirthDateEvidence], log: Sequence[BirthDateStep]) -> Names:
    people = {row.recorded_by for row in rows} | {row.withdrawn_by for row in rows} | {step.actor_id for step in log}
    statement = select(AccountRow.id, AccountRow.display_name, AccountRow.state).where(
        AccountRow.id.in_(people - {None})
    )
    return {account: (name, state) for account, name, state in session.execute(statement)}
