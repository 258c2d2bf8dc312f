"""One record against all that are stored, as in a search before a student is created: milliseconds, and what is found.

python -m benchmarks.one_record                      # 200 searches among 1,000,000
python -m benchmarks.one_record --stored 100000
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.peers.data import FOLDER
from benchmarks.split import Split, rows, split
from linkage.engine.matcher import Matcher
from linkage.engine.standing import Standing
from linkage.records import RecordTable
from linkage.store.standing_files import Kept, Moment, keep, load, newest
from rules.rulebook import load_rulebook

Search = Callable[
    [RecordTable, int], Sequence[str]
]  # a table and a row of it -> ids of the stored records to show, best first


def main() -> int:
    """Prepare once, search many times, print the median and what was found of the children who are stored."""
    parser = argparse.ArgumentParser(description="Search one record among many.")
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--data", type=Path, default=FOLDER, help="where the data are (default: %(default)s)")
    chosen = parser.parse_args()
    made = split(chosen.stored, max(5_000, chosen.searches), chosen.data)
    start = time.perf_counter()
    with TemporaryDirectory(dir=chosen.data) as folder:
        search = prepared_search(made.stored, Path(folder))
        search(made.new, len(made.new) - 1)  # the first one compiles
        print(f"prepared {chosen.stored:,} records in {time.perf_counter() - start:.1f} s")
        report(made, search, chosen.searches)
    return 0


def report(made: Split, search: Search, searches: int) -> None:
    """Search the first `searches` new records and print times, and the share of children found who are stored."""
    stored = {made.child_of[record] for record in made.stored.ids}
    milliseconds, shown, known, found = [], [], 0, 0
    for row, record in enumerate(made.new.ids[:searches]):
        start = time.perf_counter()
        answer = search(made.new, row)
        milliseconds.append(1_000 * (time.perf_counter() - start))
        shown.append(len(answer))
        child = made.child_of[record]
        if child in stored:
            known += 1
            found += child in {made.child_of[one] for one in answer}
    median, slow, slowest = np.percentile(milliseconds, [50, 95, 100])
    print(f"{searches:,} searches: median {median:.1f} ms, 95 of 100 within {slow:.1f} ms, slowest {slowest:.1f} ms")
    print(f"records shown: {np.mean(shown):.1f} a search; children found: {found} of {known} who are stored")


def prepared_search(stored: RecordTable, folder: Path) -> Search:
    """All that is done once: a full scan, whose standing records are kept on disk and opened again. The function returned is
    what is timed.
    """
    rulebook = load_rulebook()
    made, _ = Standing.stand(Matcher.of_rules(rulebook), stored)
    keep(folder, Kept(made, np.ones(len(stored), dtype=np.int32), Moment(0, 0, "")))
    start = time.perf_counter()
    standing = load(newest(folder), rulebook).standing
    print(f"opened in {1_000 * (time.perf_counter() - start):.0f} ms")

    def search(table: RecordTable, row: int) -> Sequence[str]:
        found = standing.search(rows(table, row, row + 1))
        best_first = np.argsort(-found.weights.probability, kind="stable")
        return [stored.ids[place] for place in found.pairs.right[best_first].tolist()]

    return search


if __name__ == "__main__":
    sys.exit(main())
