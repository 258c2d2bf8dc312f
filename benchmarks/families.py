"""Invented families that the shipped weights have not seen: what is joined, shown, mixed up, and how long it takes.

    python benchmarks/families.py

The weights were estimated on seed 101. Here are other seeds, with as much damage and with half as much again.
"""

import sys
import time

from linkage.evaluate.rates import Rates
from linkage.evaluate.sample import generate
from linkage.evaluate.trial import run_trial
from rules.rulebook import load_rulebook

RECORDS = 20_000
RUNS = ((900, 1.0), (901, 1.5))


def main() -> int:
    for seed, damage in RUNS:
        sample = generate(seed, records=RECORDS, rates=Rates().scaled(damage))
        start = time.perf_counter()
        trial = run_trial(sample, load_rulebook())
        seconds = time.perf_counter() - start
        print(
            f"seed {seed}, damage x {damage}: {trial.records:,} records, {trial.candidate_pairs:,} pairs, {seconds:.1f} s"
        )
        for name, one in (("link", trial.linked), ("shown", trial.near), ("auto", trial.auto)):
            print(f"  {name:<6} precision {one.precision:.4f}  recall {one.recall:.4f}  F1 {one.f1:.4f}")
        wrong = (f"{one.kind} {one.joined} of {one.pairs:,} ({one.auto} in auto)" for one in trial.false_merges)
        print("  joined though different: " + ", ".join(wrong))
    return 0


if __name__ == "__main__":
    sys.exit(main())
