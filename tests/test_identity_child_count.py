"""The child count: who is in it, and what a regrouping does to it."""

from datetime import date

import pytest

from linkage.identity.child_count import Effect, Period, counted, effect
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

DAY = date(2026, 3, 2)


def in_count(world: World, **values: str) -> bool:
    world.upload("TX", child("C1", **values))
    with world.database.unit_of_work(read_only=True) as session:
        return bool(counted(session, [world.record("TX", "C1")], DAY))


TURNS_THREE = {"birth_date": "2023-01-10", "enrollment_date": "2026-02-01"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"birth_date": "2022-09-01"}, True),  # three on the first day
        (TURNS_THREE, False),  # an enrollment is not enough for whoever turns three
        (TURNS_THREE | {"residency_verification_date": "2026-01-09"}, False),
        (TURNS_THREE | {"residency_verification_date": "2026-01-10"}, True),
        (TURNS_THREE | {"residency_verification_date": "2026-09-01"}, False),  # the next period
        ({"birth_date": "2023-09-01", "residency_verification_date": "2026-08-31"}, False),
        ({"birth_date": "2003-09-02"}, True),  # still twenty-one on the first day
        ({"birth_date": "2003-09-01"}, False),
        ({"enrollment_date": "2024-09-02"}, False),  # nothing in the period
        ({"enrollment_date": "2024-09-02", "withdrawal_date": "2025-10-01"}, True),
        ({"enrollment_date": "2024-09-02", "residency_verification_date": "2025-12-01"}, True),
        ({"eligibility_expiration_date": "2025-08-31"}, False),
        ({"eligibility_expiration_date": "2025-09-01"}, False),  # enrolled the day after
        ({"eligibility_expiration_date": "2025-09-02"}, True),
        ({"qualifying_arrival_date": "2022-09-02", "eligibility_expiration_date": "2025-09-01"}, False),
        ({"qualifying_arrival_date": "2025-10-01", "enrollment_date": "2024-09-02"}, True),  # a new COE
    ],
)
def test_category_one(world: World, values: dict[str, str], expected: bool) -> None:
    assert in_count(world, **values) == expected


def regrouped(world: World, before: list[set[int]], after: list[set[int]]) -> Effect:
    with world.database.unit_of_work(read_only=True) as session:
        return effect(session, before, after, DAY)


def test_the_effect_on_each_state_is_said_in_words(world: World, pair: Pair) -> None:
    world.upload("TX", child("T2"), child("T3", enrollment_date="2020-09-01", qualifying_arrival_date="2020-08-01"))
    second, gone = world.record("TX", "T2"), world.record("TX", "T3")
    apart, joined = [{pair.texas}, {second}], [{pair.texas, second}]
    merged = regrouped(world, apart, joined)
    assert (merged.sentence, dict(merged.changes)) == ("Merging lowers the count of Texas by 1.", {"TX": -1})
    assert regrouped(world, joined, apart).sentence == "Splitting raises the count of Texas by 1."
    across = regrouped(world, [{pair.texas}, {pair.washington}], [{pair.texas, pair.washington}])
    assert (across.sentence, across.changes) == ("Merging does not change the child count.", {})
    assert not regrouped(world, [{second}, {gone}], [{second, gone}]).changes
    before = [{pair.texas, gone}, {second, pair.washington}]
    assert not regrouped(world, before, [{pair.texas, pair.washington}, {second, gone}]).changes
    moved = regrouped(world, before, [{pair.texas, second}, {gone, pair.washington}])
    assert moved.sentence == "Regrouping lowers the count of Texas by 1."
    assert moved.period == Period(date(2025, 9, 1), date(2026, 8, 31))
