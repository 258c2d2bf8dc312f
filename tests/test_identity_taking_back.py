"""Taking back at once what one has just said, the reason that a warning asks for, and who is next above an item."""

from datetime import timedelta

import pytest

from linkage.errors import ConflictError, StateChangeError
from linkage.identity import escalation, previews, taking_back
from linkage.identity.taking_back import JustSaid
from linkage.identity.views import Account, Outcome, Request, Status, Verdict
from tests.identity_helpers import Pair, World

pytest_plugins = ["tests.identity_fixtures"]


def said(world: World, who: Account, outcome: Outcome, after: float = 0) -> JustSaid | None:
    with world.database.unit_of_work(read_only=True) as session:
        return taking_back.just_said(session, who, outcome.decision_id, now=world.now + timedelta(seconds=after))


def take_back(world: World, who: Account, found: JustSaid) -> Outcome:
    with world.database.unit_of_work() as session:
        return taking_back.take_back(session, who, found, idempotency_key="back", now=world.now)


@pytest.mark.parametrize(
    ("verdict", "back"),
    [
        (Verdict.DIFFERENT, Verdict.UNDO),
        (Verdict.SAME, Verdict.WITHDRAW),
        (Verdict.NEED_INFORMATION, Verdict.REOPEN),
    ],
)
def test_one_word_takes_back_whatever_was_said(world: World, pair: Pair, verdict: Verdict, back: Verdict) -> None:
    item = world.open_item(pair.texas, pair.washington)
    found = said(world, pair.ana, world.decide(pair.ana, item, verdict, note="Why."))
    assert found is not None
    assert found.back is back
    assert 0 < found.seconds <= world.database.policy.decisions.undo_at_once_seconds
    assert take_back(world, pair.ana, found).status is Status.OPEN
    again = said(world, pair.ana, Outcome(item, Status.OPEN, "", "", found.decision.decision_id))
    assert again is not None
    assert again.back is None


def test_after_the_seconds_it_takes_a_question_first(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    found = said(world, pair.ana, world.decide(pair.ana, item, Verdict.DIFFERENT), after=60)
    assert found is not None
    assert (found.back, found.seconds) == (Verdict.UNDO, 0)
    with pytest.raises(StateChangeError, match="no longer"):
        take_back(world, pair.ana, found)


def test_only_the_person_who_said_it_takes_it_back_at_once(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    outcome = world.decide(pair.ana, item, Verdict.DIFFERENT)
    assert said(world, pair.wanda, outcome) is None


def test_what_somebody_has_answered_meanwhile_is_not_withdrawn(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    found = said(world, pair.ana, world.decide(pair.ana, item, Verdict.SAME))
    world.decide(pair.wanda, item, Verdict.REJECT)
    assert found is not None
    with pytest.raises(ConflictError, match="rejected"):
        take_back(world, pair.ana, found)


def test_same_child_in_spite_of_a_warning_asks_for_a_reason(world: World, pair: Pair) -> None:
    world.scan([pair.texas, pair.washington], guards=["GUARD-MB"])
    with world.database.unit_of_work(read_only=True) as session:
        assert world.item(pair.ana, 1).summary.guards
        found = previews.preview(session, pair.ana, Request(1, 1, Verdict.SAME, ""), now=world.now)
    assert found.validator == "a Washington administrator"
    with pytest.raises(StateChangeError, match="say why"):
        world.decide(pair.ana, 1, Verdict.SAME)
    assert world.decide(pair.ana, 1, Verdict.SAME, reason="parent").status is Status.WAITING_VALIDATION


def test_at_the_state_nobody_is_above_and_a_finished_item_goes_nowhere(world: World, pair: Pair) -> None:
    item = world.open_item(pair.texas, pair.washington)
    with world.database.unit_of_work(read_only=True) as session:
        found = escalation.next_up(session, pair.ana, item)
    assert found == escalation.NextUp("", None)
    world.decide(pair.ana, item, Verdict.DIFFERENT)
    with world.database.unit_of_work(read_only=True) as session:
        assert escalation.next_up(session, pair.ana, item) is None
