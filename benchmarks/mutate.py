"""Random mutations of the ledger by somebody with all rights to the database: how many are found. Exits with 1 if one is not.

python -m benchmarks.mutate                      # 1,000, half of them on SQLite, half on PostgreSQL
python -m benchmarks.mutate --mutations 5000 --seed 7
"""

import argparse
import sys
import tempfile
from collections import Counter

from linkage.identity import ledger
from linkage.identity.ledger import EventKind
from linkage.identity.ledger_heads import SignedHead
from linkage.store.database import Database
from linkage.store.models import LedgerHead
from tests.identity_helpers import START
from tests.ledger_mutations import mutations
from tests.postgres_server import running

LENGTH = 60


def main() -> int:
    """Mutate, verify, take back; print what was tried and found of each kind."""
    parser = argparse.ArgumentParser(description="Mutate the ledger at random.")
    parser.add_argument("--mutations", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=20261122)
    chosen = parser.parse_args()
    half = chosen.mutations // 2
    with tempfile.TemporaryDirectory() as name:
        missed = _mutated("SQLite", f"sqlite:///{name}/nearmatch.sqlite3", chosen.mutations - half, chosen.seed)
    with running() as server:
        missed += _mutated("PostgreSQL", server.url("postgres"), half, chosen.seed + 1)
    return int(missed > 0)


def _mutated(title: str, url: str, number: int, seed: int) -> int:
    """Returns how many were not found."""
    database = Database(url)
    database.upgrade()
    head = _filled(database)
    tried, missed = Counter[str](), Counter[str]()
    for kind, problems in mutations(database, [head], number, seed):
        tried[kind] += 1
        missed[kind] += not problems
    database.close()
    print(f"{title}: {tried.total():,} mutations of {len(tried)} kinds, {tried.total() - missed.total():,} found")
    for kind, count in sorted(tried.items()):
        print(f"  {kind}: {count - missed[kind]} of {count}")
    return missed.total()


def _filled(database: Database) -> SignedHead:
    with database.unit_of_work() as session:
        for number in range(LENGTH):
            payload = {"account": number, "role": "primary_user", "state": "TX"}
            ledger.append(session, EventKind.ACCOUNT_CREATED, actor_id=number, at=START, payload=payload)
        last = session.get_one(LedgerHead, 1)
        return SignedHead(last.seq, last.hash, START, "")


if __name__ == "__main__":
    sys.exit(main())
