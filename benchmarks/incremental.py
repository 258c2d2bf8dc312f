"""New records against all that is stored, and a full scan of both, side by side.

    python -m benchmarks.incremental                     # 5,000 against 1,000,000
    python -m benchmarks.incremental --stored 100000 --new 500

The scan of the new ones must find exactly the pairs with a new record that the full scan finds, with the same probabilities.
"""

import argparse
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.data import FOLDER
from benchmarks.peers.process import timed
from benchmarks.split import Split, split
from linkage.commands.mde_columns import canonical_columns
from linkage.commands.tables import read_records
from linkage.compare.census import Census
from linkage.engine.local import Scored
from linkage.engine.matcher import Matcher
from linkage.engine.standing import Standing
from rules.rulebook import load_rulebook

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
    matcher = Matcher.of_rules(load_rulebook())
    standing = Standing.stand(matcher.engine, matcher.ready(), matcher.standardize(made.stored))
    part = scan_of_the_new(made, matcher, standing)
    full = full_scan(made, matcher, standing.space.census)
    share = part.seconds / full.seconds
    print(f"full scan of {chosen.stored + chosen.new:,}: {full.seconds:.1f} s, {full.peak_gb:.1f} GB")
    print(
        f"{chosen.new:,} new against {chosen.stored:,}: {part.seconds:.2f} s, {share:.1%} of it, {part.peak_gb:.1f} GB"
    )
    other = dict(full.pairs.items() ^ part.pairs.items())
    print(f"pairs with a new record: {len(part.pairs):,}; not the same in both: {len(other):,}")
    return int(bool(other))


def full_scan(made: Split, matcher: Matcher, census: Census) -> Scan:
    """`nearmatch link` on the whole file, for the time; the pairs as a full scan under the same census finds them."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "linkage.cli", "link", str(made.whole), "--id", "record_id"]
        run = timed([*command, "--out", str(Path(folder) / "clusters.csv")])
    whole = canonical_columns(read_records(made.whole, "record_id", "stored")[0])
    space = matcher.engine.prepare(matcher.standardize(whole), census)
    scored, _ = matcher.engine.find(space, matcher.ready(), matcher.rulebook.policy.bands.near)
    new = set(made.new.ids)
    pairs = by_ids(scored, whole.ids, whole.ids)
    return Scan(run.seconds, run.peak_gb, {pair: chance for pair, chance in pairs.items() if new & set(pair)})


def scan_of_the_new(made: Split, matcher: Matcher, standing: Standing) -> Scan:
    """The incremental scan: what is stored was prepared before and is not timed; from `made.new` to its pairs is."""
    start = time.perf_counter()
    across, among = standing.scan(matcher.standardize(made.new), matcher.rulebook.policy.bands.near)
    seconds = time.perf_counter() - start
    found = by_ids(across, made.new.ids, made.stored.ids) | by_ids(among, made.new.ids, made.new.ids)
    return Scan(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, found)


def by_ids(scored: Scored, left: Sequence[str], right: Sequence[str]) -> Pairs:
    """Ids in ascending order -> probability."""
    rows = zip(scored.pairs.left.tolist(), scored.pairs.right.tolist(), strict=True)
    named = ((left[one], right[other]) for one, other in rows)
    return {
        (min(pair), max(pair)): chance for pair, chance in zip(named, scored.weights.probability.tolist(), strict=True)
    }


if __name__ == "__main__":
    sys.exit(main())
