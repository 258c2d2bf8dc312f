"""Which birth date is right: the evidence, the guided steps, the settled date. The page stands at the address of its item."""

import logging
from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from linkage.errors import ConflictError, LinkageError, StateChangeError
from linkage.identity import decisions, escalation, handling, worklist
from linkage.identity.context import dob_evidence, policy
from linkage.identity.dob import cases, evidence, page, steps
from linkage.identity.reveals import mask_of
from linkage.identity.views import Verdict
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import DecisionForm, new_key, read_key
from review_ui.forms_birth_date import Typed, read_document, read_entry, read_number, read_settling, typed
from review_ui.forms_worklist import carried, read_wanted
from review_ui.language import say
from review_ui.onward import just_said
from review_ui.present.birth_date import build_birth_date, documents
from review_ui.present.standing import build_standing
from review_ui.services import account, database, now

area = Blueprint("birth_dates", __name__)
HANDLING = (Verdict.NEED_INFORMATION, Verdict.ESCALATE, Verdict.REASSIGN)  # what moves the question and settles nothing
log = logging.getLogger("near_match.web")


@area.post("/items/<number:item_id>/birth-date")
@needs("item:decide")
def ask(item_id: int) -> ResponseReturnValue:
    """From a near match: open its birth-date item, or go to the one there is."""
    with database().unit_of_work() as session:
        opened = cases.open_case(
            session, account(), item_id, read_number("version"), idempotency_key=read_key(), now=now()
        )
    return redirect(url_for("review.show", item_id=opened, **carried()), 303)


@area.post("/items/<number:item_id>/evidence")
@needs("item:decide")
def add_evidence(item_id: int) -> ResponseReturnValue:
    entry = read_entry(item_id)
    return _entered(
        item_id, "evidence", lambda session: evidence.add(session, account(), entry, read_document(), now=now())
    )


@area.post("/items/<number:item_id>/evidence/<number:evidence_id>/withdraw")
@needs("item:decide")
def withdraw_evidence(item_id: int, evidence_id: int) -> ResponseReturnValue:
    entry = read_entry(item_id)
    return _entered(
        item_id,
        f"withdraw-{evidence_id}",
        lambda session: evidence.withdraw(session, account(), entry, evidence_id, now=now()),
    )


@area.post("/items/<number:item_id>/steps")
@needs("item:decide")
def record_step(item_id: int) -> ResponseReturnValue:
    entry, step = read_entry(item_id), request.form.get("step", "")
    result = request.form.get("result", "")
    return _entered(
        item_id,
        f"step-{step}",
        lambda session: steps.record(session, account(), entry, step, result, now=now()),
    )


@area.post("/items/<number:item_id>/procedure")
@needs("item:decide")
def choose_procedure(item_id: int) -> ResponseReturnValue:
    entry, wanted = read_entry(item_id), request.form.get("procedure", "")
    return _entered(item_id, "procedure", lambda session: steps.choose(session, account(), entry, wanted, now=now()))


@area.post("/items/<number:item_id>/settle")
@needs("item:decide")
def settle(item_id: int) -> ResponseReturnValue:
    return _entered(
        item_id,
        "settle",
        lambda session: decisions.decide(session, account(), read_settling(item_id), now=now()),
    )


def _entered(item_id: int, form: str, enter: Callable[..., object]) -> ResponseReturnValue:
    """`enter` is given the session. What was refused is shown with its reason, and with what was typed."""
    try:
        with database().unit_of_work() as session:
            enter(session)
    except StateChangeError as error:
        return show(item_id, error, typed(form)), status_of(error)
    log.info("event=birth_date account=%d item=%d", account().id, item_id)
    entered = form.split("-", maxsplit=1)[0]
    return redirect(url_for("review.show", item_id=item_id, entered=entered, **carried()), 303)


def show(
    item_id: int,
    problem: LinkageError | None = None,
    sent: Typed | None = None,
    handled: DecisionForm | None = None,
) -> str:
    """The page. `problem`, and `sent` or `handled`: a form that was refused. Raises UnknownIdError, StateChangeError (another kind of item)."""
    with database().unit_of_work(read_only=True) as session:
        item = worklist.item(session, account(), item_id, now=now())
        case = page.case(session, account(), item_id, now=now())
        mask = mask_of(session, account(), (side.record_id for side in case.sides), now())
        rules, reasons = dob_evidence(session), policy(session).decisions.reasons
        place = worklist.neighbours(session, account(), read_wanted(), item_id, now=now())
        next_up = escalation.next_up(session, account(), item_id)
        above = bool(next_up and next_up.level)
        colleagues = handling.colleagues(session, account()) if Verdict.REASSIGN in item.allowed else []
        done = just_said(session)
    log.info("event=sensitive_read account=%d item=%d", account().id, item_id)
    return render_template(
        "birth_date.html",
        item=mask.item(item),
        about=build_birth_date(case, item, rules, mask, account()),
        documents=documents(rules),
        procedures=rules.procedures,
        reasons=[(one.id, say(one.title)) for one in reasons],
        entered=request.args.get("entered", ""),
        done=done,
        place=place,
        query=carried(),
        standing=build_standing(item, account().id, None, next_up, now()),
        asks=[str(one) for one in HANDLING if one in item.allowed and (one is not Verdict.ESCALATE or above)],
        handled=handled,
        asked=handling.ASKED,
        levels=handling.levels_of(account()),
        colleagues=colleagues,
        problem=problem,
        conflict=isinstance(problem, ConflictError),
        sent=sent or Typed(),
        form_key=new_key(),
        today=now().date(),
    )
