"""docs/decisions.md shows the table of moves as it is."""

import re

from linkage.identity.states import MOVES
from linkage.identity.views import Kind
from tests.paths import ROOT

TEXT = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")


def test_the_table_of_states_is_the_one_in_the_program() -> None:
    rows = [
        [cell.strip().strip("`") for cell in line.strip("|").split("|")]
        for line in TEXT.splitlines()
        if line.startswith("|")
    ]
    shown = {(row[0], row[1]): tuple(row[2:]) for row in rows if len(row) == 6 and row[0] not in ("from", "---")}
    assert shown == {
        (status, verdict): (str(move.to), str(move.to_if_flagged or ""), move.permission, move.who.value)
        for (status, verdict), move in MOVES.items()
    }


def test_every_kind_of_item_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)) == set(Kind)
