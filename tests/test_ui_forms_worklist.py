"""Filters in an address: what is read is what was written, and a word that is none is refused."""

from datetime import timedelta

import pytest
from werkzeug.exceptions import BadRequest

from linkage.identity.saved_views import FILTERS
from linkage.identity.views import Kind, Status
from linkage.identity.work_lists import Sort, Wanted, WorkList
from review_ui.forms_worklist import NAMES, as_query, read_wanted

EVERYTHING = Wanted(
    list=WorkList.OVERDUE,
    kind=Kind.NEAR_MATCH,
    state="WA",
    district="Weslaco ISD",
    older_than=timedelta(days=7),
    least=0.5,
    below=0.9,
    guard="GUARD-MB",
    in_child_count=False,
    assignee="dora",
    sort=Sort.DUE,
)


@pytest.mark.parametrize(
    "wanted",
    [EVERYTHING, Wanted(), Wanted(status=Status.APPLIED), Wanted(least=0.9), Wanted(below=0.5)],
)
def test_what_stands_in_an_address_is_read_again(site, wanted):
    with site.app.test_request_context("/worklist", query_string=as_query(wanted)):
        assert read_wanted() == wanted


def test_every_filter_can_be_kept_in_a_view_and_a_search_stands_in_no_address(site):
    assert set(NAMES) == FILTERS
    assert set(as_query(EVERYTHING)) == FILTERS - {"status"}
    assert "T100" not in str(as_query(Wanted(search="T100")))


@pytest.mark.parametrize(
    "address",
    ["list=none", "kind=x", "state=Texas", "age=-1", "age=²", "age=99999", "band=9", "band=90-50", "band=0-101",
     "counted=maybe", "sort=up", "district=" + "x" * 61],
)  # fmt: skip
def test_a_word_that_is_none_is_refused(site, address):
    with site.app.test_request_context(f"/worklist?{address}"), pytest.raises(BadRequest):
        read_wanted()


def test_empty_filters_narrow_nothing(site):
    with site.app.test_request_context("/worklist?" + "".join(f"{name}=&" for name in NAMES)):
        assert read_wanted() == Wanted()
