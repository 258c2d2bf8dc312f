"""The guided steps of a case: which procedure it follows, what was done, what comes next and whose turn it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity import scope
from linkage.identity.context import dob_evidence, state_name
from linkage.identity.dob import cases, evidence, procedures
from linkage.identity.dob.cases import Entry
from linkage.identity.dob.evidence import Claim
from linkage.identity.dob.procedures import CHOOSE, Done, Progress
from linkage.identity.dob.sides import Side, sides_of
from linkage.identity.views import Account
from linkage.store.database import lock_identity
from linkage.store.models import BirthDateCase, BirthDateStep, WorklistItem
from rules.dob_evidence import PROCEDURES, Procedure, Step


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. `suggested`: the procedure that the evidence asks for; `procedure`: the one in force."""

    case: BirthDateCase
    sides: Sequence[Side]
    claims: Sequence[Claim]  # the best first
    suggested: str
    procedure: str
    progress: Progress

    def states_of(self, owner: str) -> list[str]:
        """The States of the receiving or the sending side, by code."""
        receiving = self.case.receiving_record_id
        return sorted({side.state for side in self.sides if (side.record_id == receiving) == (owner == "receiving")})


def standing(session: Session, item: WorklistItem) -> Standing:
    """Raises StateChangeError if the item is not about a birth date."""
    case = cases.case_of(session, item)
    sides = sides_of(session, scope.members_of(session, item.id))
    claims = evidence.claims(session, item.id, sides)
    suggested = procedures.suggested(case.receiving_record_id, evidence.holders(claims))
    name = case.procedure or suggested
    done = [Done(one.procedure, one.step, one.result) for one in log_of(session, item.id)]
    progress = procedures.progress(name, dob_evidence(session).procedures[name], done)
    return Standing(case, sides, claims, suggested, name, progress)


def log_of(session: Session, item_id: int) -> list[BirthDateStep]:
    """Everything that was done on the way, oldest first."""
    statement = select(BirthDateStep).where(BirthDateStep.item_id == item_id).order_by(BirthDateStep.id)
    return list(session.scalars(statement))


def choose(session: Session, account: Account, entry: Entry, procedure: str, *, now: datetime) -> Standing:
    """Follow this procedure from its first step on; "" follows what the evidence suggests.

    Raises UnknownIdError, NotAllowedError, ConflictError, StateChangeError (no such procedure).
    """
    lock_identity(session)
    if procedure and procedure not in PROCEDURES:
        raise StateChangeError(f"There is no procedure {procedure!r}.", f"Choose one of: {', '.join(PROCEDURES)}.")
    if not _sent_before(session, account, entry, (CHOOSE, "")):
        item = cases.take(session, account, entry, now)
        cases.case_of(session, item).procedure = procedure
        _keep(
            session, item, account, entry, BirthDateStep(procedure=procedure, step=CHOOSE, result="", owner="", at=now)
        )
    return standing(session, scope.item_in_scope(session, account, entry.item_id))


def record(session: Session, account: Account, entry: Entry, step_id: str, result: str, *, now: datetime) -> Standing:
    """Say what came of a step of the procedure in force: the next one, or one before it again.

    Raises UnknownIdError, NotAllowedError (the step is the other State's), ConflictError, StateChangeError (no such step or result,
    or steps before it are still to be done).
    """
    lock_identity(session)
    if not _sent_before(session, account, entry, (step_id, result)):
        item = cases.take(session, account, entry, now)
        where = standing(session, item)
        step = _allowed_step(session, account, where, step_id, result)
        row = BirthDateStep(procedure=where.procedure, step=step_id, result=result, owner=step.owner, at=now)
        _keep(session, item, account, entry, row)
    return standing(session, scope.item_in_scope(session, account, entry.item_id))


def whose(where: Standing, step: Step) -> str:
    """Whose turn a step is, in words."""
    return f"an administrator of {' or '.join(map(state_name, where.states_of(step.owner)))}"


def _allowed_step(session: Session, account: Account, where: Standing, step_id: str, result: str) -> Step:
    procedure: Procedure = dob_evidence(session).procedures[where.procedure]
    step = procedure.step(step_id)
    if step is None:
        known = ", ".join(one.id for one in procedure.steps)
        raise StateChangeError(f"This procedure has no step {step_id!r}.", f"Its steps: {known}.")
    if step.result(result) is None:
        known = ", ".join(one.id for one in step.results)
        raise StateChangeError(f"{result!r} cannot come of this step.", f"Choose one of: {known}.")
    following = where.progress.step
    if following is not None and procedure.steps.index(step) > procedure.steps.index(following):
        raise StateChangeError(
            f"Something comes before it: {following.title[0].lower()}{following.title[1:]}.", "Do that first."
        )
    if account.state not in where.states_of(step.owner):
        raise NotAllowedError(f"This step is for {whose(where, step)}.")
    return step


def _sent_before(session: Session, account: Account, entry: Entry, asked: tuple[str, str]) -> bool:
    """Whether the same entry has come before; `asked`: step and result. Raises StateChangeError if the key meant something else."""
    statement = select(BirthDateStep).where(BirthDateStep.idempotency_key == entry.idempotency_key)
    stored = session.scalars(statement).one_or_none()
    if stored is None:
        return False
    said = (stored.item_id, stored.actor_id, stored.step, stored.result)
    cases.refuse_other_use(said == (entry.item_id, account.id, *asked))
    return True


def _keep(session: Session, item: WorklistItem, account: Account, entry: Entry, row: BirthDateStep) -> None:
    row.item_id, row.actor_id, row.note = item.id, account.id, entry.note.strip()
    row.idempotency_key = entry.idempotency_key
    session.add(row)
    session.flush()
    more = {"step": row.id, "procedure": row.procedure, "name": row.step, "result": row.result}
    cases.tell_ledger(session, item, "step_done", by=account, at=row.at, more=more)
