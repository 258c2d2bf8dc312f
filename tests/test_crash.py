"""Ingest, scan and apply killed at random instants: nothing lost, nothing doubled, nothing half there. `benchmarks/kill.py` does it 200 times."""

from collections import Counter
from pathlib import Path

import pytest

from tests.crash import STEPS, PostgresStore, SqliteStore, Store, kill, scenario
from tests.postgres_server import PostgresServer

KILLS = {"sqlite": 16, "postgresql": 9}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_whatever_is_killed_and_run_again_ends_as_if_nobody_had_killed_it(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    made = scenario(_store(kind, tmp_path, request), tmp_path)
    killed = list(kill(made, KILLS[kind], seed=1))
    assert [(one.step, one.at, one.faults) for one in killed if one.faults] == []
    died = Counter(one.step for one in killed if one.died)
    assert died.total() == KILLS[kind]
    assert set(died) == set(STEPS)


def _store(kind: str, folder: Path, request: pytest.FixtureRequest) -> Store:
    if kind == "sqlite":
        return SqliteStore(folder)
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return PostgresStore(server.run, server.url)
