"""The figures as a Markdown table, and the place in docs/benchmarks.md where it goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.measure import Accuracy

BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
_HEAD = (
    "data", "program", "seconds", "ours = 1", "GB", "candidate pairs",
    "precision", "recall", "F1", "best F1", "clusters F1", "whole F1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One program on one data set. `yardstick`: the run of ours that the others' time is divided by."""

    data: str
    program: str
    yardstick: bool
    seconds: float
    peak_gb: float
    candidates: int
    right: Accuracy


def markdown(rows: Sequence[Row]) -> str:
    """A table, one line a row; the data set is named where it changes."""
    yards = {row.data: row.seconds for row in rows if row.yardstick}
    lines = [_line(_HEAD), _line(["---", "---", *["--:"] * (len(_HEAD) - 2)])]
    last = ""
    for row in rows:
        lines.append(_line(_cells(row, yards.get(row.data), new=row.data != last)))
        last = row.data
    return "\n".join(lines)


def write_into(page: Path, text: str) -> None:
    """Replace what stands between the two marks of the page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def _cells(row: Row, yard: float | None, *, new: bool) -> list[str]:
    right = row.right
    scored = (right.scored.precision, right.scored.recall, right.scored.f1, right.best, right.joined.f1, right.whole.f1)
    return [
        row.data if new else "",
        row.program,
        f"{row.seconds:.1f}",
        f"{row.seconds / yard:.1f}" if yard else "",
        f"{row.peak_gb:.1f}",
        f"{row.candidates:,}",
        *(f"{share:.4f}" for share in scored),
    ]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
