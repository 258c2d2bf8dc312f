"""`rules/name_shares.csv`: how common names and birth towns are, as shares of all names of their kind."""

import csv
from collections.abc import Mapping
from pathlib import Path

from rules.errors import RuleFileError

NAME_SHARES = "name_shares.csv"
KINDS = ("given", "surname", "city")
HEADER = ("kind", "text", "share")

Shares = Mapping[str, Mapping[str, float]]  # kind -> folded text -> share


def load_shares(path: Path) -> Shares:
    """Read the shares; every kind has an entry. Raises RuleFileError with the line."""
    shares: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file))
    except FileNotFoundError:
        raise RuleFileError(path, 1, "the file is missing.", "Restore it from version control.") from None
    for number, line in enumerate(lines[1:], start=2):
        kind, text, share = _checked(path, number, line)
        shares[kind][text] = share
    return shares


def _checked(path: Path, number: int, line: list[str]) -> tuple[str, str, float]:
    remedy = f"A line is {','.join(HEADER)} with a kind of {', '.join(KINDS)} and a share between 0 and 1."
    if len(line) != len(HEADER) or line[0] not in KINDS or not line[1]:
        raise RuleFileError(path, number, f"found {','.join(line)!r}.", remedy)
    try:
        share = float(line[2])
    except ValueError:
        raise RuleFileError(path, number, f"`{line[2]}` is no number.", remedy) from None
    if not 0 < share <= 1:
        raise RuleFileError(path, number, f"`{line[2]}` is not between 0 and 1.", remedy)
    return line[0], line[1], share
