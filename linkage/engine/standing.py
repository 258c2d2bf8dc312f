"""Records that stand ready: what is new meets all of them at once, under the census that they were counted in.

One record against all (search before a new one is created) and a scan of what has changed both come here. Because a census
decides with a pair's two records alone, they say what a full scan under the same census says.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from linkage.block.index import BlockIndex
from linkage.compare.census import Census
from linkage.engine.bulk import Ask, Kept, meet_all
from linkage.engine.lineup import Lineup, Part
from linkage.engine.local import Progress, Scored, Space, floor_bits
from linkage.engine.matcher import Matcher
from linkage.records import Float64, Int64, RecordTable
from linkage.score.plan import plan_of


@dataclass(frozen=True, slots=True)
class NearPairs:
    """Pairs of rows that are probable enough to be shown to a person."""

    left: Int64
    right: Int64
    probability: Float64

    @classmethod
    def of(cls, scored: Scored) -> "NearPairs":
        return cls(scored.pairs.left, scored.pairs.right, scored.weights.probability)

    def __len__(self) -> int:
        return len(self.left)

    def to(self, left: Int64, right: Int64) -> "NearPairs":
        """The same with other numbers for the left rows and for the right rows; pairs of a row that has none (-1) are left out."""
        kept = (left[self.left] >= 0) & (right[self.right] >= 0)
        return NearPairs(left[self.left[kept]], right[self.right[kept]], self.probability[kept])

    @classmethod
    def together(cls, several: Sequence["NearPairs"]) -> "NearPairs":
        """All of them."""
        left, right, probability = (
            np.concatenate([getattr(one, name) for one in several]) for name in ("left", "right", "probability")
        )
        return cls(left, right, probability)


@dataclass(frozen=True, slots=True)
class Met:
    """Records that have met, and the probable pairs of their rows. `compared`: how many pairs were looked at for it."""

    lineup: Lineup
    near: NearPairs
    compared: int


@dataclass(frozen=True, slots=True)
class Standing:
    """`index`: with the keys of single rows, so that a record yet to come finds its partners. `near`: of the rows that stand."""

    matcher: Matcher
    census: Census
    part: Part
    index: BlockIndex
    near: NearPairs

    @classmethod
    def stand(cls, matcher: Matcher, table: RecordTable, *, progress: Progress | None = None) -> tuple["Standing", Met]:
        """A full scan: all records meet."""
        space = matcher.prepare(table, singletons=True, progress=progress)
        scored, compared = matcher.engine.find(space, matcher.ready(), matcher.near, progress=progress)
        part, near = Part.of(matcher, space), NearPairs.of(scored)
        standing = cls(matcher, space.census, part, space.index, near)
        return standing, Met(Lineup.of(matcher, space.census, part), near, compared)

    def beside(self, table: RecordTable) -> "Standing":
        """Other records that stand ready under the same census."""
        new, none = self._prepared(table), np.empty(0, dtype=np.int64)
        pairs = NearPairs(none, none, np.empty(0))
        return Standing(self.matcher, self.census, Part.of(self.matcher, new), new.index, pairs)

    def search(self, table: RecordTable) -> Scored:
        """Pairs (row of `table`, standing row) at or above the near band, ascending. `table`: one record or a few."""
        return self._scored(self._meet(self._prepared(table)))

    def scan(self, table: RecordTable, *, workers: int = 0, progress: Progress | None = None) -> Met:
        """What a full scan under the same census finds. Each record of `table` is new, or takes the place of that with its id."""
        new, matcher = self._prepared(table), self.matcher
        among, compared = matcher.engine.find(new, matcher.ready(), matcher.near, workers=workers, progress=progress)
        across = self._meet(new, workers=workers)
        living = self._living(table.ids)
        lineup = Lineup.joined(matcher, self.census, self.part, np.flatnonzero(living), Part.of(matcher, new))
        before = np.where(living, np.cumsum(living) - 1, -1)
        behind = np.arange(len(table)) + np.count_nonzero(living)
        near = [
            self.near.to(before, before),
            NearPairs.of(self._scored(across)).to(behind, before),
            NearPairs.of(among).to(behind, behind),
        ]
        return Met(lineup, NearPairs.together(near), compared + across.compared)

    def _prepared(self, table: RecordTable) -> Space:
        return self.matcher.engine.prepare(self.matcher.standardize(table), self.census, singletons=True)

    def _living(self, replaced: Sequence[str]) -> NDArray[np.bool_]:
        """The standing rows that no record replaces."""
        gone = set(replaced)
        return np.array([record not in gone for record in self.part.ids.tolist()], dtype=np.bool_)

    def _meet(self, new: Space, *, workers: int = 0) -> Kept:
        """Each new row with the standing rows that share a key."""
        block = self.index.blocks_of(new.index.keys)[new.index.entry_block]
        known = np.append(0, np.cumsum(block >= 0))
        ask = Ask(
            side=new.side,
            rows=np.arange(len(new.table), dtype=np.int64),
            offsets=known[new.index.offsets],
            entry_block=block[block >= 0],
            against=self.part.side,
            index=self.index,
            new=np.zeros(len(self.part), dtype=np.uint8),
        )
        plan = plan_of(self.matcher.ready(), self.census.records)
        return meet_all(ask, plan, floor_bits(self.matcher.near), workers=workers)

    def _scored(self, kept: Kept) -> Scored:
        return Scored.of(kept, self.matcher.ready(), self.census, self.matcher.near)
