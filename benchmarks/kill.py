"""Ingest, scan and apply killed at random instants: what is lost, doubled or half there. Exits with 1 if anything is.

python -m benchmarks.kill                     # 200 kills, half of them on SQLite, half on PostgreSQL
python -m benchmarks.kill --kills 20 --seed 7 --database sqlite
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.crash import PostgresStore, SqliteStore, Store, kill, scenario
from tests.postgres_server import running

DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Kill, run again, compare; print the counts of both databases."""
    parser = argparse.ArgumentParser(description="Kill the command line at random instants.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--database", choices=["both", *DATABASES], default="both")
    chosen = parser.parse_args()
    parts = len(DATABASES) if chosen.database == "both" else 1
    faults = 0
    if chosen.database != "postgresql":
        with tempfile.TemporaryDirectory() as name:
            faults += _killed("SQLite", SqliteStore(Path(name)), Path(name), chosen.kills // parts, chosen.seed)
    if chosen.database != "sqlite":
        with running(durable=True) as server, tempfile.TemporaryDirectory() as name:
            store = PostgresStore(server.run, server.url)
            faults += _killed("PostgreSQL", store, Path(name), chosen.kills // parts, chosen.seed + 1)
    return int(faults > 0)


def _killed(title: str, store: Store, folder: Path, number: int, seed: int) -> int:
    """Returns how many of the kills left something wrong."""
    made = scenario(store, folder)
    died: Counter[str] = Counter()
    outran = faulty = 0
    for one in kill(made, number, seed):
        died[one.step] += one.died
        outran += not one.died
        faulty += bool(one.faults)
        for fault in one.faults:
            print(f"  {one.step}, {one.at}: {fault}")
    steps = ", ".join(f"{step} {count}" for step, count in sorted(died.items()))
    print(
        f"{title}: {sum(died.values())} kills ({steps}), {outran} runs were faster than the kill; {faulty} left something wrong"
    )
    return faulty


if __name__ == "__main__":
    sys.exit(main())
