"""Whether two given records would have met, and under which rules. `score-pairs`, `explain`."""

from collections.abc import Sequence

import numpy as np

from linkage.block.crowding import NOTHING_CROWDED, Crowding
from linkage.block.index import build_index
from linkage.block.rule_blocks import rule_of
from linkage.records import StandardTable
from rules.matching import BlockingRule


class Meeting:
    """Tells of any two rows whether they share a key. `crowding`: that of the scan that is asked about."""

    def __init__(
        self, table: StandardTable, rules: Sequence[BlockingRule], crowding: Crowding = NOTHING_CROWDED
    ) -> None:
        self._rules = [rule.id for rule in rules]
        self._index = build_index(table, rules, crowding=crowding, singletons=True)

    def would_meet(self, left: int, right: int) -> bool:
        return bool(self.met_by(left, right))

    def met_by(self, left: int, right: int) -> tuple[str, ...]:
        """Ids of the rules under which the two rows meet."""
        shared = np.intersect1d(self._index.keys_of(left), self._index.keys_of(right))
        return tuple(self._rules[number] for number in np.unique(rule_of(shared)).tolist())
