"""Which birth date is right, as people settle it on the screen: the four procedures, evidence, and what is refused."""

import re

from linkage.identity import accounts
from tests.birth_date_visits import (
    BAPTISM,
    CERTIFICATE,
    NEAR_MATCH,
    TEXAS,
    TEXAS_SAYS,
    WASHINGTON,
    WASHINGTON_SAYS,
    WORD,
    ask,
    send_record,
)
from tests.ui_helpers import PASSWORD


def test_the_receiving_state_holds_the_certificate_and_the_sending_state_corrects_its_record(site, tmp_path):
    question = ask(site, tmp_path, washington=CERTIFICATE)
    page = question.page(question.washington)
    assert "only the record of Washington, where the child was last, rests on a birth certificate" in page
    assert "Confirm with the recruiter: an administrator of Washington." in page
    question.saw(question.washington, "Washington", CERTIFICATE, WASHINGTON_SAYS)
    question.step(question.washington, "ask_recruiter", "confirmed", "Seen at the kitchen table.")
    question.step(question.washington, "tell_other_state", "same_child")
    response = question.settle(question.texas, 1)
    assert response.status_code == 303
    page = question.page()
    assert "Texas must correct its record" in page
    assert "To be corrected" in page
    assert "Seen at the kitchen table." in page
    send_record(site, TEXAS, tmp_path, birth_date=WASHINGTON_SAYS)
    assert f"Open near match {NEAR_MATCH}" in question.page()
    assert question.texas.decide(NEAR_MATCH, "same").status_code == 303


def test_the_sending_state_holds_the_certificate_and_looks_at_it_itself(site, tmp_path):
    question = ask(site, tmp_path, texas=CERTIFICATE)
    question.step(question.washington, "ask_recruiter", "none_used")
    question.step(question.washington, "ask_other_state", "asked")
    refused = question.step(question.washington, "confirm_certificate", "same_child")
    assert refused.status_code == 403
    assert "This step is for an administrator of Texas." in refused.text
    question.saw(question.texas, "Texas", CERTIFICATE, TEXAS_SAYS)
    question.step(question.texas, "confirm_certificate", "same_child")
    question.settle(question.texas, 1)
    assert "Washington must correct its record" in question.page()
    send_record(site, WASHINGTON, tmp_path, birth_date=TEXAS_SAYS)
    assert f"Decide near match {NEAR_MATCH}." in question.page()


def test_both_hold_a_certificate_and_a_typing_error_ends_the_questions(site, tmp_path):
    question = ask(site, tmp_path, texas=CERTIFICATE, washington=CERTIFICATE)
    question.saw(question.washington, "Washington", CERTIFICATE, TEXAS_SAYS)
    question.step(question.washington, "check_own_entry", "typing_error")
    page = question.page()
    assert "Settle the birth date: an administrator of either State." in page
    assert "Not needed" in page
    assert question.settle(question.texas, 1).status_code == 303
    send_record(site, WASHINGTON, tmp_path, birth_date=TEXAS_SAYS)
    assert "Open near match" in question.page()


def test_neither_holds_a_certificate_and_the_better_document_counts(site, tmp_path):
    question = ask(site, tmp_path)
    assert "no record rests on a birth certificate" in question.page()
    question.saw(question.washington, "Washington", WORD, WASHINGTON_SAYS)
    question.step(question.washington, "list_documents", "entered")
    question.saw(question.texas, "Texas", BAPTISM, TEXAS_SAYS)
    question.step(question.texas, "list_other_documents", "entered")
    question.step(question.washington, "ask_parent", "word_only")
    page = question.page()
    assert (
        page.index("Baptismal or church certificate</label>")
        if False
        else page.index("evidence 2") < page.index("evidence 1")
    )
    assert question.settle(question.texas, 2).status_code == 303
    send_record(site, WASHINGTON, tmp_path, birth_date=TEXAS_SAYS)
    assert "Open near match" in question.page()


def test_settling_against_as_good_a_document_takes_a_reason_and_a_note_and_keeps_what_was_typed(site, tmp_path):
    question = ask(site, tmp_path, texas=CERTIFICATE, washington=CERTIFICATE)
    question.saw(question.texas, "Texas", CERTIFICATE, TEXAS_SAYS)
    assert "Takes a reason and a note." in question.page()
    refused = question.settle(question.texas, 1, note="Both parents were there.")
    assert refused.status_code == 400
    assert "There is another date on a document that is as good" in refused.text
    assert ">Both parents were there.</textarea>" in refused.text
    assert re.search(r'name="evidence" value="1"[^>]* checked', refused.text)
    assert question.settle(question.texas, 1, note="Both parents were there.", reason="parent").status_code == 303


def test_evidence_is_withdrawn_by_the_state_that_entered_it_and_stays_to_be_seen(site, tmp_path):
    question = ask(site, tmp_path)
    question.saw(question.texas, "Texas", BAPTISM, TEXAS_SAYS)
    assert "Withdraw evidence 1" not in question.page(question.washington)
    other = question.send(question.washington, "evidence/1/withdraw", note="Not ours.")
    assert other.status_code == 403
    assert question.send(question.texas, "evidence/1/withdraw", note="Read wrongly.").status_code == 303
    page = question.page()
    assert "nm-evidence__withdrawn" in page
    assert "<q>Read wrongly.</q>" in page


def test_an_impossible_document_is_refused_with_its_fields_kept(site, tmp_path):
    question = ask(site, tmp_path)
    refused = question.saw(question.texas, "Texas", BAPTISM, "last summer")
    assert refused.status_code == 400
    assert "Fill in the birth date on the document." in refused.text
    assert 'value="Rosa Ibarra"' in refused.text
    assert f'value="{BAPTISM}" selected' in refused.text


def test_whoever_was_slower_is_told_and_nothing_is_lost(site, tmp_path):
    question = ask(site, tmp_path)
    question.page(question.washington)
    stale = {name: question.washington.field(name) for name in ("version", "key")}
    question.saw(question.texas, "Texas", BAPTISM, TEXAS_SAYS)
    refused = question.washington.send(
        f"/items/{question.item}/procedure", **stale, procedure="both", note="We have one too."
    )
    assert refused.status_code == 409
    assert "Somebody was faster" in refused.text
    assert "We have one too." in refused.text


def test_another_way_is_chosen_and_the_page_says_what_the_evidence_would_suggest(site, tmp_path):
    question = ask(site, tmp_path)
    question.send(question.texas, "procedure", procedure="both", note="Both say that they have one.")
    page = question.page()
    assert "Somebody chose this way." in page
    assert "Check your own entry: an administrator of Washington." in page


def test_a_settled_date_is_reopened_and_the_question_withdrawn(site, tmp_path):
    question = ask(site, tmp_path)
    question.saw(question.texas, "Texas", CERTIFICATE, TEXAS_SAYS)
    question.settle(question.texas, 1, reason="documents", note="There is no doubt.")
    assert "Settled:" in question.page()
    question.texas.send_decision(question.item, "reopen", "A second paper has come up.")
    assert "Settled:" not in question.page()
    assert "Near match" in question.texas.get(f"/items/{NEAR_MATCH}").text
    question.page()
    question.texas.send_decision(question.item, "withdraw")
    assert "Withdrawn" in question.page()
    assert question.texas.decide(NEAR_MATCH, "same").status_code == 303


def test_a_settled_date_is_taken_back_after_the_correction(site, tmp_path):
    question = ask(site, tmp_path)
    question.saw(question.texas, "Texas", CERTIFICATE, TEXAS_SAYS)
    question.settle(question.texas, 1, reason="documents", note="There is no doubt.")
    send_record(site, WASHINGTON, tmp_path, birth_date=TEXAS_SAYS)
    (undo,) = re.findall(rf'href="(/items/{question.item}/undo/\d+)"', question.page())
    question.texas.get(undo)
    assert question.texas.send(undo, note="The paper was forged.", key=question.texas.field("key")).status_code == 303
    assert "Open near match" not in question.page()


def test_a_masked_role_works_with_dots_and_still_sees_what_agrees(site, tmp_path):
    question = ask(site, tmp_path)
    question.saw(question.texas, "Texas", BAPTISM, TEXAS_SAYS)
    masked = masked_person(site)
    page = masked.get(f"/items/{question.item}").text
    assert "••••-••-••" in page
    assert TEXAS_SAYS not in page
    assert WASHINGTON_SAYS not in page
    assert "Aug 3, 2012" not in page
    assert "as record" in page


def masked_person(site):
    with site.database.unit_of_work() as session:
        accounts.create(
            session, "masked", "Mara Skedd", "data_reviewer", "TX", PASSWORD, site.clock(), must_change=False
        )
    return site.sign_in("masked")
