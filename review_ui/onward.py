"""Where a decision leads: on to the next item of the list that one came from, with what came of it at the top."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from linkage.identity import taking_back, worklist
from linkage.identity.taking_back import JustSaid
from linkage.identity.views import Outcome, Verdict
from linkage.store.database import Session
from review_ui.forms import LARGEST
from review_ui.forms_worklist import carried, read_class, read_wanted
from review_ui.services import account, database, now

# What leaves the item with the person who said it.
STAYS = {Verdict.CLAIM, Verdict.RELEASE, Verdict.REOPEN, Verdict.WITHDRAW, Verdict.UNDO}


def onward(outcome: Outcome, verdict: Verdict, *, stays: bool = False) -> Response:
    """To the next item, to the end of the list, back to the class of which it is a sample, or back to this one."""
    wanted, sampled = read_wanted(), read_class()
    query = carried() | {"done": str(outcome.decision_id)}
    if stays or verdict in STAYS:
        return redirect(url_for("review.show", item_id=outcome.item_id, **query), 303)
    if sampled:
        return redirect(
            url_for("bulk.one", code=sampled["class"], answer=sampled["answer"], done=outcome.decision_id), 303
        )
    with database().unit_of_work(read_only=True) as session:
        following = worklist.next_item(session, account(), outcome.item_id, now=now(), wanted=wanted)
    if following is None:
        return redirect(url_for("review.end", **query), 303)
    return redirect(url_for("review.show", item_id=following, **query), 303)


def just_said(session: Session) -> JustSaid | None:
    """The decision that led to this page, for what stands at its top; None if none did."""
    number = request.args.get("done", 0, type=int)
    if not 0 < number <= LARGEST:
        return None
    return taking_back.just_said(session, account(), number, now=now())
