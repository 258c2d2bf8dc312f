"""How long one decision takes with 100,000 students and 5,000 open items, on SQLite: the whole unit of work, as on the review page.

    python -m benchmarks.deciding
    python -m benchmarks.deciding --students 20000 --open 1000

The database is that of benchmarks.worklist. Each kind of decision is made on items of its own.
"""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from benchmarks.worklist import NOW, filled
from linkage.identity import decisions, worklist
from linkage.identity.scope import in_scope
from linkage.identity.views import Account, Request, Verdict
from linkage.store.database import Database
from linkage.store.models import WorklistItem

TIMES = 60
VERDICTS = (Verdict.DIFFERENT, Verdict.TWINS, Verdict.SAME, Verdict.CLAIM)


def main() -> None:
    """Fill a database, decide, and print the median and the 95th percentile of each kind."""
    with filled("How long a decision takes.") as (database, people):
        with database.unit_of_work(read_only=True) as session:
            items = iter(
                session.scalars(select(WorklistItem.id).where(in_scope(people[0]), WorklistItem.status == "open")).all()
            )
        for verdict in VERDICTS:
            _measured(database, people[0], verdict, items)


def _measured(database: Database, who: Account, verdict: Verdict, items: Iterator[int]) -> None:
    reading, deciding = [], []
    for at in range(TIMES):
        item_id, now = next(items), NOW + timedelta(hours=at)  # not sixty merges an hour
        begun = time.perf_counter()
        with database.unit_of_work(read_only=True) as session:
            version = worklist.item(session, who, item_id, now=now).summary.version
        read = time.perf_counter()
        request = Request(item_id, version, verdict, f"{verdict}-{item_id}-of-the-benchmark", reason="documents")
        with database.unit_of_work() as session:
            decisions.decide(session, who, request, now=now)
        reading.append(1000 * (read - begun))
        deciding.append(1000 * (time.perf_counter() - read))
    for name, times in (("review page of", reading), ("decide", deciding)):
        print(
            f"{name:15}{verdict:12} median {statistics.median(times):5.1f} ms, 95 in 100 within {_late(times):5.1f} ms"
        )


def _late(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    main()
