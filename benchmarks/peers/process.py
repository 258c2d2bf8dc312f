"""A program in a fresh process: how long until its clusters are written, and how much memory it and its children held."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.peers.data import DataSet
from rules.rulebook import load_rulebook

HERE = Path(__file__).parent
FEBRL_MODEL = HERE.parent / "models" / "febrl.yaml"
_EVERY = 0.05  # seconds between two looks at the memory
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program did: seconds to the clusters, peak in GB, its candidate pairs, its files, its own threshold."""

    seconds: float
    peak_gb: float
    candidates: int
    clusters: Path
    pairs: Path
    threshold: float


def ours(one: DataSet, folder: Path) -> tuple[Answer, Answer]:
    """`nearmatch link` before anything was compiled, and with compiled kernels at hand."""
    clusters, pairs = folder / "clusters.csv", folder / "pairs.csv"
    command = [sys.executable, "-m", "linkage.cli", "link", *map(str, one.files), "--out", str(clusters)]
    command += ["--id", "record_id"]
    if one.group == "person":
        command += ["--model", str(FEBRL_MODEL)]
    kernels = {"NUMBA_CACHE_DIR": str(folder / "kernels")}
    cold, warm = (timed(command, kernels) for _ in range(2))
    timed([*command, "--pairs", str(pairs)], kernels)
    threshold = load_rulebook().policy.groups.link

    def answer(run: Run) -> Answer:
        return Answer(run.seconds, run.peak_gb, _said_candidates(run.output), clusters, pairs, threshold)

    return answer(cold), answer(warm)


def peer(who: str, one: DataSet, folder: Path, python: str) -> Answer:
    """Splink under `python`, recordlinkage under this one."""
    clusters, pairs = folder / "clusters.csv", folder / "pairs.csv"
    kind = "febrl" if one.group == "person" else "families"
    tail = [*map(str, one.files), "--data", kind, "--out", str(clusters), "--pairs", str(pairs)]
    if who == "splink":
        run = timed([python, str(HERE / "with_splink.py"), *tail])
    else:
        program = [sys.executable, "-W", "ignore", str(HERE / "with_recordlinkage.py")]
        run = timed([*program, *tail, "--way", who, "--truth", str(one.truth), "--group", one.group])
    if run.report is None:
        raise RuntimeError(f"{who} said nothing of its clusters:\n{run.output}")
    return Answer(run.seconds, run.peak_gb, int(run.report["candidates"]), clusters, pairs, run.report["threshold"])


@dataclass(frozen=True, slots=True)
class Run:
    """`report`: the line of JSON that a program prints once its clusters are written; the clock stops there, or at the end."""

    seconds: float
    peak_gb: float
    output: str
    report: Mapping[str, float] | None


def timed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Run a command; raises RuntimeError with its last words where it fails."""
    start = time.perf_counter()
    lines, report, seconds, peak = [], None, 0.0, 0.0
    with (
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, **(environment or {})},
        ) as process,
        _Memory(process.pid) as memory,
    ):
        for line in process.stdout or ():
            lines.append(line)
            if line.startswith("{") and report is None:
                seconds, peak, report = time.perf_counter() - start, memory.peak, json.loads(line)
        process.wait()
        if report is None:
            seconds, peak = time.perf_counter() - start, memory.peak
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{''.join(lines[-20:])}")
    return Run(seconds, peak, "".join(lines), report)


class _Memory:
    """Watches the resident memory of a process and all its children, in GB. Pages that they share count for each."""

    def __init__(self, pid: int) -> None:
        self.peak = 0.0
        self._pid, self._over = pid, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, sum(map(_resident, _family(self._pid))) / 2**30)


def _family(pid: int) -> Iterator[int]:
    """The process, its children and theirs."""
    yield pid
    try:
        threads = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # ended meanwhile
        return
    for child in " ".join(threads).split():
        yield from _family(int(child))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _said_candidates(output: str) -> int:
    said = re.search(r"([\d,]+)\s+candidate\s+pairs", output)
    return int(said[1].replace(",", "")) if said else 0
