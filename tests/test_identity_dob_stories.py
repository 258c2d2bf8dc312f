"""A birth date is settled: one story for each procedure, from the conflict to the merge."""

import pytest

from linkage.errors import NotAllowedError, StateChangeError
from linkage.identity.views import Status, Verdict
from tests.dob_helpers import BAPTISM, CERTIFICATE, PASSPORT, TEXAS_SAYS, WASHINGTON_SAYS, WORD, Conflict, conflict
from tests.identity_helpers import World

pytest_plugins = ["tests.identity_fixtures"]


def merged(case: Conflict) -> bool:
    """Decide the near match and say whether the two are one student now."""
    case.world.scan([case.texas, case.washington])
    case.world.decide(case.ana, case.near, Verdict.SAME)
    case.world.decide(case.wanda, case.near, Verdict.VALIDATE)
    students = case.world.students()
    return students[case.texas] == students[case.washington]


def test_the_receiving_state_holds_the_certificate_and_the_sending_state_corrects_its_record(world: World) -> None:
    case = conflict(world, texas=WORD, washington=CERTIFICATE)
    view = case.view()
    assert (view.procedure, view.chosen) == ("receiving_state", False)
    assert [side.role for side in view.sides] == ["sending", "receiving"]
    assert view.turn == "Confirm with the recruiter: an administrator of Washington."
    case.do(case.wanda, "ask_recruiter", "no_answer")
    assert case.view().turn.startswith("Confirm with the recruiter")
    proof = case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.do(case.wanda, "ask_recruiter", "confirmed")
    case.do(case.wanda, "tell_other_state", "same_child")
    settled = case.settle(case.wanda, proof)
    assert settled.status is Status.WAITING_INFORMATION
    assert f"Texas must correct record {case.texas}" in settled.sentence
    assert case.view().turn == f"Texas must correct record {case.texas} and send it again."
    case.texas_sends(birth_date=WASHINGTON_SAYS)
    assert case.view().status is Status.APPLIED
    assert merged(case)
    assert world.problems() == []


def test_the_sending_state_holds_the_certificate_and_looks_at_it(world: World) -> None:
    case = conflict(world, texas=CERTIFICATE, washington=WORD)
    assert case.view().procedure == "sending_state"
    case.do(case.wanda, "ask_recruiter", "none_used")
    case.do(case.wanda, "ask_other_state", "asked")
    assert case.view().turn == "Look at the certificate: an administrator of Texas."
    with pytest.raises(NotAllowedError, match="administrator of Texas"):
        case.do(case.wanda, "confirm_certificate", "same_child")
    proof = case.see(case.ana, case.texas, CERTIFICATE, TEXAS_SAYS)
    case.do(case.ana, "confirm_certificate", "same_child")
    case.settle(case.wanda, proof)
    case.washington_sends(birth_date=TEXAS_SAYS)
    assert case.view().status is Status.APPLIED
    assert merged(case)


def test_both_hold_a_certificate_and_the_parent_says_which_is_right(world: World) -> None:
    case = conflict(world, texas=CERTIFICATE, washington=CERTIFICATE)
    assert case.view().procedure == "both"
    case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.do(case.wanda, "check_own_entry", "as_entered")
    proof = case.see(case.ana, case.texas, CERTIFICATE, TEXAS_SAYS)
    case.do(case.ana, "check_other_entry", "as_entered")
    for step, result in (
        ("ask_for_copy", "received"),
        ("compare_parents", "both_fit"),
        ("ask_recruiter", "answered"),
        ("ask_parent", "chose_one"),
    ):
        case.do(case.wanda, step, result)
    with pytest.raises(StateChangeError, match="a document that is as good"):
        case.settle(case.wanda, proof)
    case.settle(case.wanda, proof, reason="parent", note="The mother says that the Texas paper is right.")
    case.washington_sends(birth_date=TEXAS_SAYS)
    assert merged(case)
    assert world.problems() == []


def test_a_typing_error_against_ones_own_certificate_ends_the_search(world: World) -> None:
    case = conflict(world, texas=CERTIFICATE, washington=CERTIFICATE)
    proof = case.see(case.wanda, case.washington, CERTIFICATE, TEXAS_SAYS)
    case.do(case.wanda, "check_own_entry", "typing_error")
    assert case.view().turn.startswith("Settle the birth date")
    case.settle(case.wanda, proof)
    case.washington_sends(birth_date=TEXAS_SAYS)
    assert case.view().status is Status.APPLIED


def test_nobody_holds_a_certificate_and_the_next_most_reliable_document_counts(world: World) -> None:
    case = conflict(world, texas=BAPTISM, washington=WORD)
    assert case.view().procedure == "neither"
    case.do(case.wanda, "list_documents", "none")
    case.see(case.ana, case.texas, BAPTISM, TEXAS_SAYS)
    case.do(case.ana, "list_other_documents", "entered")
    passport = case.see(case.wanda, case.washington, PASSPORT, WASHINGTON_SAYS)
    case.do(case.wanda, "ask_parent", "document_shown")
    assert [one.code for one in case.view().evidence] == [PASSPORT, BAPTISM]
    case.settle(case.ana, passport)
    case.texas_sends(birth_date=WASHINGTON_SAYS, birth_date_verification=PASSPORT)
    assert merged(case)


def test_a_certificate_that_turns_up_changes_the_procedure(world: World) -> None:
    case = conflict(world, texas=BAPTISM, washington=WORD)
    case.do(case.wanda, "list_documents", "none")
    case.do(case.ana, "list_other_documents", "none")
    case.see(case.wanda, case.washington, CERTIFICATE, WASHINGTON_SAYS)
    case.do(case.wanda, "ask_recruiter", "confirmed")
    view = case.view()
    assert view.procedure == view.suggested == "receiving_state"
    assert view.next_step
    assert view.next_step.id == "tell_other_state"
    case.choose(case.wanda, "neither")
    view = case.view()
    assert (view.procedure, view.suggested, view.chosen) == ("neither", "receiving_state", True)
    assert view.next_step
    assert view.next_step.id == "list_documents"
    assert len(view.log) == 4


def test_two_children_end_the_question_by_the_near_match(world: World) -> None:
    case = conflict(world, texas=BAPTISM, washington=WORD)
    case.do(case.wanda, "list_documents", "none")
    case.do(case.ana, "list_other_documents", "none")
    case.do(case.wanda, "ask_parent", "other_child")
    assert case.view().turn == f"These are two children: say so on near match {case.near}."
    world.decide(case.ana, case.near, Verdict.TWINS)
    assert case.view().status is Status.SUPERSEDED
    assert world.problems() == []
