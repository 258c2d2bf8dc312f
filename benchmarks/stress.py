"""Many people decide on a few hot items at once, on both databases. Exits with 1 if a version has two winners or anything is lost.

python -m benchmarks.stress                           # 50 threads, 20 items
python -m benchmarks.stress --threads 10 --tries 5
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from linkage.store.database import Database
from rules.in_force import load_policy
from tests.identity_helpers import World
from tests.postgres_server import running
from tests.stress import stress


def main() -> int:
    """Print, for each database, how many won, were told, were refused; and every fault."""
    parser = argparse.ArgumentParser(description="Many threads on a few hot items.")
    parser.add_argument("--threads", type=int, default=50)
    parser.add_argument("--items", type=int, default=20)
    parser.add_argument("--tries", type=int, default=20, help="of each thread")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        faults = _stressed("SQLite", f"sqlite:///{name}/nearmatch.sqlite3", Path(name), chosen)
        with running(durable=True) as server:
            faults += _stressed("PostgreSQL", server.url("postgres"), Path(name), chosen)
    return int(faults > 0)


def _stressed(title: str, url: str, folder: Path, chosen: argparse.Namespace) -> int:
    policy = load_policy()
    unlimited = policy.model_copy(update={"decisions": policy.decisions.model_copy(update={"most_an_hour": 1_000_000})})
    database = Database(url, policy=unlimited)
    database.upgrade()
    start = time.perf_counter()
    report = stress(World(database, folder), threads=chosen.threads, items=chosen.items, tries=chosen.tries)
    seconds = time.perf_counter() - start
    database.close()
    counts = report.counts
    print(
        f"{title}: {len(report.tries):,} tries of {chosen.threads} threads on {chosen.items} items in {seconds:.0f} s: {counts['won']:,} won, "
        f"{counts['told']:,} were told who was faster, {counts['refused']:,} refused by the rules, {counts['broken']:,} broken; "
        f"{len(report.faults())} faults"
    )
    for fault in report.faults():
        print(f"  {fault}")
    return len(report.faults())


if __name__ == "__main__":
    sys.exit(main())
