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
            figures = (
                ("precision", one.precision, one.precision_range),
                ("recall", one.recall, one.recall_range),
                ("F1", one.f1, one.f1_range),
            )
            said = (f"{title} {value:.4f} ({low:.3f}-{high:.3f})" for title, value, (low, high) in figures)
            print(f"  {name:<6} " + "  ".join(said))
        wrong = (f"{one.kind} {one.joined} of {one.pairs:,} ({one.auto} in auto)" for one in trial.false_merges)
        print("  joined though different: " + ", ".join(wrong))
        one = trial.clusters
        print(f"  children found exactly: {one.exact:,} of {one.true_groups:,}; B-cubed F1 {one.b3_f1:.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
