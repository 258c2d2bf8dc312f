"""Near Match, Splink and recordlinkage on the same files, one after the other on this machine: time, memory, accuracy.

    make bench-peers                                                    # all of it; about half an hour
    python -m benchmarks.peers.run --records 10000 100000 --febrl      # a part

Each program runs in a fresh process. Its time runs from the start of the process, imports included, until its clusters are
written. Then it writes the pairs that the measures need, which is not timed; Near Match runs once more for that. Memory is the
most that the process and its children held at once while they were timed. The table is written into docs/benchmarks.md with `--write`.
"""

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers import data
from benchmarks.peers.data import DataSet
from benchmarks.peers.measure import Accuracy, accuracy, read_truth
from benchmarks.peers.process import Answer, ours, peer
from benchmarks.peers.table import Row, markdown, write_into

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
PEERS = ("ours", "splink", "labels", "ecm")
NAMES = {
    "ours": "**Near Match**",
    "cold": "Near Match, first run ever",
    "splink": "Splink 5",
    "labels": "recordlinkage, 3,000 labels",
    "ecm": "recordlinkage, ECM",
}


def main() -> int:
    """Run what the command line asks for, print the table, and put it into the page where that is wanted."""
    chosen = _arguments()
    if "splink" in chosen.peers and not Path(chosen.python).exists():
        raise SystemExit(
            f"There is no {chosen.python} with Splink: `make bench-peers` makes it, `--peers` leaves Splink out."
        )
    sets = [data.families(records, chosen.data) for records in chosen.records]
    if chosen.febrl:
        sets += data.febrl(chosen.data)
    rows: list[Row] = []
    for one in sets:
        for who in chosen.peers:
            rows += _run(who, one, chosen.python)
            last = rows[-1]
            said = f"{last.data}, {last.program}: {last.seconds:.1f} s, {last.peak_gb:.1f} GB, F1 {last.right.scored.f1:.4f}"
            print(said, file=sys.stderr, flush=True)
    table = f"{_machine()}\n\n{markdown(rows)}"
    print(table)
    if chosen.write:
        write_into(PAGE, table)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare Near Match with other programs.")
    parser.add_argument("--records", type=int, nargs="*", default=[], help="sizes of the invented families")
    parser.add_argument("--febrl", action="store_true", help="FEBRL 3 and 4 as well")
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=PEERS, help="which programs")
    parser.add_argument(
        "--python", default=".venv-peers/bin/python", help="Python that has Splink (default: %(default)s)"
    )
    parser.add_argument("--data", type=Path, default=data.FOLDER, help="where the data are (default: %(default)s)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    return parser.parse_args()


def _run(who: str, one: DataSet, python: str) -> Sequence[Row]:
    """One program on one data set; ours gives two rows where kernels had to be compiled first."""
    known = read_truth(one.truth, one.group, one.files)
    with TemporaryDirectory() as folder:
        if who == "ours":
            cold, warm = ours(one, Path(folder))
            found = {"cold": cold, "ours": warm}
        else:
            found = {who: peer(who, one, Path(folder), python)}
        rows = []
        for name, answer in found.items():
            right = accuracy(known, answer.clusters, answer.pairs, answer.threshold)
            rows.append(_row(one, name, answer, right))
    return rows


def _row(one: DataSet, name: str, answer: Answer, right: Accuracy) -> Row:
    return Row(one.name, NAMES[name], name == "ours", answer.seconds, answer.peak_gb, answer.candidates, right)


def _machine() -> str:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    command = " ".join(["python -m benchmarks.peers.run", *sys.argv[1:]])
    return f"{os.cpu_count()} cores, {memory:.0f} GB, Python {platform.python_version()}. `{command}`"


if __name__ == "__main__":
    sys.exit(main())
