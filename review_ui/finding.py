"""Searching for a page: by what was typed, and by the engine, among records that are not on the page already."""

import logging
from collections.abc import Collection

from linkage.identity import search
from linkage.identity.alike import find_alike
from linkage.identity.memberships import records_of
from linkage.identity.views import Likeness
from review_ui.forms import SearchForm
from review_ui.present.search import Results, build_results
from review_ui.services import account, database, now, services
from rules.rulebook import load_rulebook

HITS = 50
LIKELY = 5
log = logging.getLogger("near_match.web")


def results_of(form: SearchForm, without: Collection[str] = ()) -> Results:
    """`without`: students that are on the page. Nothing is found where the form has a problem."""
    tables, desk = load_rulebook().tables, services().desk
    typed = {"name": form.name, "birth_date": form.birth_date, "any_id": form.any_id}
    alike: list[Likeness] = []
    with database().unit_of_work(read_only=True) as session:
        hits = search.find(session, account(), **typed, tables=tables, limit=HITS, now=now())
        if desk and form.name:  # the engine knows names and birth dates; for an ID alone it is not asked
            date, most = search.whole_date(form.birth_date), LIKELY + len(without)
            alike = find_alike(desk, session, account(), name=form.name, birth_date=date, limit=most)
        students = {*(hit.student_id for hit in hits), *(one.student_id for one in alike)}
        others = search.hits_of(session, account(), records_of(session, students), now())
    found = build_results(hits, alike, others, without=without, limit=HITS)
    log.info("event=sensitive_search account=%d hits=%d likely=%d", account().id, found.records_met, len(found.likely))
    return found


def problems_of(form: SearchForm) -> dict[str, str]:
    """Field -> what is wrong with it."""
    return dict(search.problems(name=form.name, birth_date=form.birth_date, any_id=form.any_id))
