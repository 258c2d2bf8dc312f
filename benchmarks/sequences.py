"""Random sequences of deciding, undoing, uploading and scanning against the reference model of the tests.

python -m benchmarks.sequences                # 2,000 sequences of 15 steps on SQLite: about half an hour on two quiet cores
python -m benchmarks.sequences --runs 100 --seed 7
"""

import argparse
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from linkage.store.database import Database
from tests.identity_helpers import World
from tests.identity_machine import DecidingMachine

AT_ONCE = 50  # sequences that share a database
_SETTINGS = settings(
    max_examples=AT_ONCE,
    stateful_step_count=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    database=None,
    suppress_health_check=list(HealthCheck),
)


def main() -> int:
    """Stops at the first difference with the steps that lead to it; else says how many sequences agreed."""
    parser = argparse.ArgumentParser(description="Decisions against the reference model.")
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    start = time.perf_counter()
    for first in range(0, chosen.runs, AT_ONCE):
        _run(chosen.seed + first)
        print(f"{first + AT_ONCE:,} sequences agree with the model, {time.perf_counter() - start:.0f} s", flush=True)
    return 0


def _run(number: int) -> None:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'model.sqlite3'}")
        database.upgrade()
        machine = type("Deciding", (DecidingMachine,), {"world": World(database, Path(folder))})
        run_state_machine_as_test(seed(number)(machine), settings=_SETTINGS)
        database.close()


if __name__ == "__main__":
    sys.exit(main())
