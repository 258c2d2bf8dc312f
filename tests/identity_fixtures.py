"""Fixtures of the small world of `identity_helpers`, on both databases. Loaded by the test files that use it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkage.store.database import Database
from tests.identity_helpers import Pair, World, child


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return World(database, tmp_path)


@pytest.fixture
def pair(world: World) -> Pair:
    world.upload("TX", child("T1"))
    world.upload("WA", child("W1", first_name="XIMENA", last_name_2=""))
    return Pair(
        world.record("TX", "T1"),
        world.record("WA", "W1"),
        world.person("ana", "TX"),
        world.person("ben", "TX"),
        world.person("wanda", "WA"),
    )
