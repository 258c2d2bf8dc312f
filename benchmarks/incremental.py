"""New records against all that is stored, and a full scan of both, side by side.

    python -m benchmarks.incremental                     # 5,000 against 1,000,000
    python -m benchmarks.incremental --stored 100000 --new 500

The scan of the new ones must find exactly the pairs with a new record that the full scan finds, with the same probabilities.
"""

import argparse
import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.data import FOLDER
from benchmarks.peers.process import timed
from benchmarks.split import Split, split

Pairs = Mapping[tuple[str, str], float]  # ids in ascending order -> probability


@dataclass(frozen=True, slots=True)
class Scan:
    """How long it took, the most memory it held, and the pairs with a new record that it found."""

    seconds: float
    peak_gb: float
    pairs: Pairs


def main() -> int:
    """Scan both ways and say what the new ones cost. Exit code 1 if they found other pairs."""
    parser = argparse.ArgumentParser(description="An incremental scan and a full one.")
    parser.add_argument("--stored", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=5_000)
    parser.add_argument("--data", type=Path, default=FOLDER, help="where the data are (default: %(default)s)")
    chosen = parser.parse_args()
    made = split(chosen.stored, chosen.new, chosen.data)
    full = full_scan(made)
    part = scan_of_the_new(made)
    share = part.seconds / full.seconds
    print(f"full scan of {chosen.stored + chosen.new:,}: {full.seconds:.1f} s, {full.peak_gb:.1f} GB")
    print(
        f"{chosen.new:,} new against {chosen.stored:,}: {part.seconds:.2f} s, {share:.1%} of it, {part.peak_gb:.1f} GB"
    )
    other = dict(full.pairs.items() ^ part.pairs.items())
    print(f"pairs with a new record: {len(part.pairs):,}; not the same in both: {len(other):,}")
    return int(bool(other))


def full_scan(made: Split) -> Scan:
    """`nearmatch link` on the whole file; once without the pairs for the time, once with them."""
    with TemporaryDirectory() as folder:
        clusters, pairs = Path(folder) / "clusters.csv", Path(folder) / "pairs.csv"
        command = [sys.executable, "-m", "linkage.cli", "link", str(made.whole), "--id", "record_id"]
        run = timed([*command, "--out", str(clusters)])
        timed([*command, "--out", str(clusters), "--pairs", str(pairs)])
        new = set(made.new.ids)
        found = {}
        with pairs.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["id_a"] in new or row["id_b"] in new:
                    found[min(row["id_a"], row["id_b"]), max(row["id_a"], row["id_b"])] = float(row["probability"])
    return Scan(run.seconds, run.peak_gb, found)


def scan_of_the_new(made: Split) -> Scan:
    """The incremental scan: what is stored was prepared before and is not timed; from `made.new` to its pairs is.

    Probabilities are rounded to six digits, as in the file of pairs.
    """
    raise SystemExit(f"The engine cannot yet scan {len(made.new):,} new records alone.")


if __name__ == "__main__":
    sys.exit(main())
