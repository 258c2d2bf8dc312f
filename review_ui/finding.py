"""Searching for a page: by what was typed, and by the engine, among records that are not on the page already."""

import logging
from collections.abc import Collection

from linkage.identity import search
from linkage.identity.alike import find_alike
from linkage.identity.memberships import records_of
from linkage.identity.views import Likeness
from linkage.store.database import Session
from review_ui.forms import SearchForm
from review_ui.present.search import Results, build_results
from review_ui.services import account, now, services
from rules.rulebook import load_rulebook

HITS = 50
LIKELY = 5
log = logging.getLogger("near_match.web")


def results_of(session: Session, form: SearchForm, without: Collection[str] = ()) -> Results:
    """`without`: students that are on the page. Nothing is found where the form has a problem."""
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
    alike = _alike(session, form, LIKELY + len(without))
    students = {*(one.student_id for one in hits), *(one.student_id for one in alike)}
    others = search.hits_of(session, account(), records_of(session, students), now())
    found = build_results(hits, alike, others, without=without, limit=HITS)
    log.info("event=sensitive_search account=%d hits=%d likely=%d", account().id, found.records_met, len(found.likely))
    return found


def problems_of(form: SearchForm) -> dict[str, str]:
    """Field -> what is wrong with it."""
    return dict(search.problems(name=form.name, birth_date=form.birth_date, any_id=form.any_id))


def _alike(session: Session, form: SearchForm, limit: int) -> list[Likeness]:
    """The engine knows names and birth dates; for an ID alone it is not asked."""
    desk = services().desk
    if desk is None or not form.name:
        return []
    date = search.whole_date(form.birth_date)
    return find_alike(desk, session, account(), name=form.name, birth_date=date, limit=limit)
