"""New records against all that is stored, and a full scan of both, side by side.

    python -m benchmarks.incremental                     # 5,000 against 1,000,000
    python -m benchmarks.incremental --stored 100000 --new 500

The scan of the new ones must find exactly the pairs with a new record that the full scan finds, with the same probabilities.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.peers.data import FOLDER
from benchmarks.peers.process import timed
from benchmarks.split import Split, split
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.tables import read_records
from linkage.compare.census import Census
from linkage.engine.matcher import Matcher
from linkage.engine.standing import NearPairs, Standing
from linkage.store.standing_files import Kept, Moment, keep, load, newest
from rules.rulebook import load_rulebook

Pairs = Mapping[tuple[str, str], float]  # ids in ascending order -> probability


@dataclass(frozen=True, slots=True)
class Scan:
    """How long it took, the most memory it held (0 = not measured), and the pairs with a new record that it found."""

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
    matcher = Matcher.of_rules(load_rulebook())
    with TemporaryDirectory(dir=chosen.data) as folder:
        standing, _ = Standing.stand(matcher, made.stored)
        start = time.perf_counter()
        keep(Path(folder), Kept(standing, np.ones(chosen.stored, dtype=np.int32), Moment(0, 0, "")))
        print(f"standing records written in {time.perf_counter() - start:.1f} s, {size(Path(folder)):.2f} GB")
        part = scan_of_the_new(made, matcher, Path(folder))
    full = full_scan(made, matcher, standing.census)
    share = part.seconds / full.seconds
    print(f"full scan of {chosen.stored + chosen.new:,}: {full.seconds:.1f} s, {full.peak_gb:.1f} GB")
    print(f"{chosen.new:,} new against {chosen.stored:,}: {part.seconds:.2f} s, {share:.1%} of it")
    other = dict(full.pairs.items() ^ part.pairs.items())
    print(f"pairs with a new record: {len(part.pairs):,}; not the same in both: {len(other):,}")
    return int(bool(other))


def size(folder: Path) -> float:
    """Gigabytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e9


def full_scan(made: Split, matcher: Matcher, census: Census) -> Scan:
    """`nearmatch link` on the whole file, for the time; the pairs as a full scan under the same census finds them."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "linkage.cli", "link", str(made.whole), "--id", "record_id"]
        run = timed([*command, "--out", str(Path(folder) / "clusters.csv")])
    whole = canonical_columns(read_records(made.whole, "record_id", "stored")[0])
    space = matcher.engine.prepare(matcher.standardize(whole), census)
    scored, _ = matcher.engine.find(space, matcher.ready(), matcher.near)
    return Scan(run.seconds, run.peak_gb, of_the_new(NearPairs.of(scored), whole.ids, made))


def scan_of_the_new(made: Split, matcher: Matcher, folder: Path) -> Scan:
    """The incremental scan, from opening the standing records to all pairs."""
    start = time.perf_counter()
    met = load(newest(folder), matcher.rulebook).standing.scan(made.new)
    seconds = time.perf_counter() - start
    return Scan(seconds, 0.0, of_the_new(met.near, met.lineup.ids, made))


def of_the_new(near: NearPairs, ids: Sequence[str], made: Split) -> Pairs:
    """The pairs with a new record: ids in ascending order -> probability."""
    new = set(made.new.ids)
    named = ((ids[one], ids[other]) for one, other in zip(near.left.tolist(), near.right.tolist(), strict=True))
    both = zip(named, near.probability.tolist(), strict=True)
    return {(min(pair), max(pair)): chance for pair, chance in both if new & set(pair)}


if __name__ == "__main__":
    sys.exit(main())
