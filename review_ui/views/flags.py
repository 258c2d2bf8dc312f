"""A merge that no scan has proposed: choose the students, see what would come of it, say why."""

import logging
from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from linkage.errors import LinkageError, StateChangeError, UnknownIdError
from linkage.identity import flags, previews, search, students
from linkage.identity.context import policy
from linkage.identity.student.views import ConsolidatedView
from linkage.identity.views import Outcome, SearchHit
from review_ui.access import needs
from review_ui.errors import status_of
from review_ui.forms import SearchForm, new_key, read_search
from review_ui.forms_students import FlagForm, flag_request, read_flag, read_students
from review_ui.language import say
from review_ui.present.student import side_by_side
from review_ui.services import account, database, now
from rules.rulebook import load_rulebook

area = Blueprint("flags", __name__)
log = logging.getLogger("near_match.web")
HITS = 20
TWO = 2


@area.get("/flags/merge")
@needs("student:propose")
def merge() -> ResponseReturnValue:
    return _page()


@area.post("/flags/merge/find")
@needs("student:propose")
def find() -> ResponseReturnValue:
    """Names and birth dates are personal data and have no place in an address."""
    form = read_search()
    problems = search.problems(name=form.name, birth_date=form.birth_date, any_id=form.any_id)
    with database().unit_of_work(read_only=True) as session:
        hits = search.find(
            session,
            account(),
            name=form.name,
            birth_date=form.birth_date,
            any_id=form.any_id,
            tables=load_rulebook().tables,
            limit=HITS,
            now=now(),
        )
    log.info("event=sensitive_search account=%d hits=%d", account().id, len(hits))
    return _page(looked=form, hits=hits, problems=tuple(problems.values())), 400 if problems else 200


@area.post("/flags/merge")
@needs("student:propose")
def flag() -> ResponseReturnValue:
    form = read_flag()
    try:
        with database().unit_of_work() as session:
            outcome = flags.flag_merge(session, account(), read_students(), flag_request(form), now=now())
    except (StateChangeError, UnknownIdError) as error:
        return _page(form, error), status_of(error)
    log.info("event=decision account=%d item=%d decision=%d", account().id, outcome.item_id, outcome.decision_id)
    return _onward(outcome, read_students()[0])


def _onward(outcome: Outcome, student_id: str) -> Response:
    """To the new item; who sees no items goes back to the student."""
    if account().may("item:view"):
        return redirect(url_for("review.show", item_id=outcome.item_id, done=outcome.decision_id), 303)
    return redirect(url_for("students.show", student_id=student_id, noted="flagged"), 303)


def _page(
    form: FlagForm | None = None,
    problem: LinkageError | None = None,
    *,
    looked: SearchForm | None = None,
    hits: Sequence[SearchHit] | None = None,
    problems: Sequence[str] = (),
) -> str:
    chosen, unknown = _chosen()
    numbers = [one.student_id for one in chosen]
    with database().unit_of_work(read_only=True) as session:
        preview = previews.preview_merge(session, account(), numbers, now=now()) if len(chosen) >= TWO else None
        merged = previews.records_afterwards(session, account(), preview, now=now()) if preview else ()
        reasons = policy(session).decisions.reasons
    log.info("event=sensitive_read account=%d students=%s", account().id, ",".join(numbers))
    return render_template(
        "flag_merge.html",
        students=chosen,
        numbers=numbers,
        preview=preview,
        rows=side_by_side(chosen, merged[0] if merged else None) if preview else (),
        form=form or FlagForm(),
        problem=problem or unknown,
        looked=looked or SearchForm(),
        hits=hits,
        problems=problems,
        reasons=[(one.id, say(one.title)) for one in reasons],
        form_key=new_key(),
    )


def _chosen() -> tuple[list[ConsolidatedView], LinkageError | None]:
    """The students as they are now, each once; a retired ID is its survivor. And which ID nobody has."""
    found: dict[str, ConsolidatedView] = {}
    try:
        for number in read_students():
            with database().unit_of_work(read_only=True) as session:
                student = students.consolidated(session, account(), number, now=now())
            found.setdefault(student.student_id, student)
    except (StateChangeError, UnknownIdError) as error:
        return list(found.values()), error
    return list(found.values()), None
