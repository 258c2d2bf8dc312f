"""All that the review page shows, read in one go: the item, its place in the list, what a merge would do, what was said just now."""

import logging

from flask import render_template, request

from linkage.errors import ConflictError, LinkageError, StateChangeError, UnknownIdError
from linkage.identity import asking, escalation, handling, previews, requests, worklist
from linkage.identity.previews import Preview
from linkage.identity.scope import item_in_scope
from linkage.identity.side_by_side import side_by_side
from linkage.identity.views import ItemView, Kind, Request, Verdict
from linkage.store.database import Session
from review_ui.forms import DecisionForm, new_key
from review_ui.forms_worklist import carried, read_wanted
from review_ui.onward import just_said
from review_ui.present.explanation import Reading
from review_ui.present.review import build_review
from review_ui.present.standing import build_standing
from review_ui.present.why import build_why
from review_ui.services import account, database, now, services
from review_ui.views import birth_dates
from rules.rulebook import load_rulebook

log = logging.getLogger("near_match.web")


def show(item_id: int, sent: DecisionForm | None = None, problem: LinkageError | None = None) -> str:
    """`sent` and `problem`: what the person has chosen, and why it was refused; both are kept on the page."""
    person, at, wanted, rules, rulebook = account(), now(), read_wanted(), database().policy, load_rulebook()
    with database().unit_of_work(read_only=True) as session:
        if item_in_scope(session, person, item_id).kind == Kind.BIRTH_DATE:
            return birth_dates.show(item_id, problem, handled=sent)
        item = worklist.item(session, person, item_id, now=at)
        beside = side_by_side(session, person, item, now=at)
        place = worklist.neighbours(session, person, wanted, item_id, now=at)
        next_up = escalation.next_up(session, person, item_id)
        known = asking.known_of(session, item, rulebook, ask_now="ask" in request.args)
        colleagues = handling.colleagues(session, person) if Verdict.REASSIGN in item.allowed else []
        preview, unclear = _preview(session, item, sent)
        done = just_said(session)
    log.info("event=sensitive_read account=%d item=%d", person.id, item_id)
    review = build_review(
        item,
        services().groups,
        beside,
        preview=preview,
        needs_reason=requests.needs_reason(rules, item.summary.guards),
        meant=sent.members if sent else (),
        keep=sent.keep if sent else "",
        above=bool(next_up and next_up.level),
    )
    return render_template(
        "review.html",
        review=review,
        why=build_why(item, Reading(rules.bands, rulebook.weights), known, rulebook.matching.blocking),
        standing=build_standing(item, person.id, preview, next_up, at),
        place=place,
        query=carried(),
        done=done,
        sent=sent,
        problem=problem or unclear,
        conflict=isinstance(problem, ConflictError),
        asked=handling.ASKED,
        levels=handling.levels_of(person),
        colleagues=colleagues,
        reasons=rules.decisions.reasons,
        phrases=rules.decisions.phrases,
        form_key=new_key(),
    )


def _preview(session: Session, item: ItemView, sent: DecisionForm | None) -> tuple[Preview | None, LinkageError | None]:
    """What the merge would do that this person has in mind; or why that is unclear."""
    if Verdict.SAME not in item.allowed:
        return None, None
    wished = Request(item.summary.item_id, item.summary.version, Verdict.SAME, "")
    if sent and sent.verdict in (None, Verdict.SAME):
        wished = sent.request(item.summary.item_id)
    try:
        return previews.preview(session, account(), wished, now=now()), None
    except (StateChangeError, UnknownIdError) as error:
        return None, error
