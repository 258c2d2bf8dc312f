"""What the service joins by itself: a record of one State sent again under another ID, and nothing else."""

import pytest

from linkage.identity import automatic
from linkage.identity.views import Status, Verdict
from linkage.store.models import ScoredPair, WorklistItem
from rules.policy import Policy
from tests.identity_helpers import World, child, nobody_validates

pytest_plugins = ["tests.identity_fixtures"]
NOT_COUNTED = {
    "enrollment_date": "2019-09-02",
    "qualifying_arrival_date": "2018-06-01",
    "eligibility_expiration_date": "2021-05-31",
}


@pytest.fixture
def alone(world: World) -> World:
    """One person is enough, also for children in the count."""
    world.database.policy = nobody_validates(world.database.policy)
    return world


def again(world: World, state: str = "TX", **changes: str) -> int:
    """The child arrives twice; the item about both, in `auto` and without a guard."""
    world.upload("TX", child("T1", parent2_last="Ocampo", **NOT_COUNTED))
    world.upload(state, child("T2", **({"parent2_last": "Ocampo"} | NOT_COUNTED | changes)))
    item = world.open_item(world.record("TX", "T1"), world.record(state, "T2"))
    with world.database.unit_of_work() as session:
        session.get_one(WorklistItem, item).probability = 0.999
        session.query(ScoredPair).update({"band": "auto"})
    return item


def joined(world: World, item: int) -> bool:
    with world.database.unit_of_work() as session:
        assert (item in automatic.candidates(session)) or world.database.policy.decisions.link_automatically == "never"
        return automatic.link_by_itself(session, item, world.tick()) is not None


def test_a_record_sent_again_is_joined_by_the_service_and_undone_by_a_person(alone: World) -> None:
    item = again(alone)
    assert joined(alone, item)
    ana = alone.person("ana", "TX")
    (decision,) = alone.item(ana, item).decisions
    assert (decision.actor, decision.actor_id) == ("Near Match", None)
    assert len(set(alone.students().values())) == 1
    alone.undo(ana, decision.decision_id)
    assert len(set(alone.students().values())) == 2
    assert alone.problems() == []


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("WA", {}),
        ("TX", {"first_name": "Jimena"}),
        ("TX", {"birth_date": "2012-08-04"}),
        ("TX", {"parent2_last": "", "parent2_first": ""}),
        ("TX", {"parent2_first": "Aurelia"}),
    ],
)
def test_whatever_differs_or_is_missing_is_for_a_person(alone: World, state: str, changes: dict[str, str]) -> None:
    item = again(alone, state, **changes)
    assert not joined(alone, item)
    assert alone.item(alone.person("ana", "TX"), item).summary.status is Status.OPEN


def test_a_guard_a_switch_or_the_child_count_keeps_the_service_from_joining(world: World) -> None:
    item = again(
        world, enrollment_date="2025-09-02", eligibility_expiration_date="2028-05-31", residency_date="2025-10-01"
    )
    assert not joined(world, item)
    off = nobody_validates(world.database.policy)
    off = _with(off, link_automatically="never")
    world.database.policy = off
    assert not joined(world, item)
    world.database.policy = _with(off, link_automatically="same_record_resent")
    with world.database.unit_of_work() as session:
        session.get_one(WorklistItem, item).guards = ["GUARD-MB"]
    with world.database.unit_of_work() as session:
        assert automatic.candidates(session) == []


def _with(policy: Policy, **decisions: str) -> Policy:
    return policy.model_copy(update={"decisions": policy.decisions.model_copy(update=decisions)})


def test_a_claimed_item_is_left_to_its_claimant(alone: World) -> None:
    item = again(alone)
    ana = alone.person("ana", "TX")
    alone.decide(ana, item, Verdict.CLAIM)
    with alone.database.unit_of_work() as session:
        assert automatic.link_by_itself(session, item, alone.tick()) is None
