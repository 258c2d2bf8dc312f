"""Records that stand ready: what is new meets all of them at once, under the census that they were counted in.

One record against all (search before a new one is created) and a scan of what has changed both come here. Because a census
decides with a pair's two records alone, they say what a full scan under the same census says.
"""

from dataclasses import dataclass

import numpy as np

from linkage.block.index import build_index
from linkage.compare.census import Census
from linkage.compare.prepare import side_of
from linkage.engine.bulk import Ask, meet_all
from linkage.engine.local import Engine, Scored, Space, floor_bits
from linkage.records import StandardTable
from linkage.score.model import Model
from linkage.score.plan import plan_of


@dataclass(frozen=True, slots=True)
class Standing:
    """`space`: built with all keys (`stand`), those of one record as well, so that a record yet to come finds its partners."""

    engine: Engine
    model: Model
    space: Space

    @classmethod
    def stand(cls, engine: Engine, model: Model, table: StandardTable, census: Census | None = None) -> "Standing":
        """The records of a table. `census`: of the scan that counted them; without it they are counted now."""
        return cls(engine, model, engine.prepare(table, census, singletons=True))

    def search(self, table: StandardTable, least: float, *, workers: int = 1) -> Scored:
        """Pairs (row of `table`, standing row) with a probability of at least `least`, ascending. `table`: one record or a few."""
        census = self.space.census
        index = build_index(table, self.engine.blocking, crowding=census.crowding, singletons=True)
        blocks = [self.space.index.blocks_of(index.keys_of(row)) for row in range(len(table))]
        ask = Ask(
            side=side_of(table, self.engine.fields, census),
            rows=np.arange(len(table), dtype=np.int64),
            offsets=np.append(0, np.cumsum([len(one) for one in blocks])).astype(np.int64),
            entry_block=np.concatenate([np.empty(0, dtype=np.int32), *blocks]),
            against=self.space.side,
            index=self.space.index,
            new=np.zeros(len(self.space.side.people), dtype=np.uint8),
        )
        kept = meet_all(ask, plan_of(self.model, census.records), floor_bits(least), workers=workers)
        return Scored.of(kept, self.model, census, least)

    def scan(self, table: StandardTable, least: float, *, workers: int = 0) -> tuple[Scored, Scored]:
        """What a full scan under the same census finds of the new records: (row of `table`, standing row), and pairs of new ones."""
        among, _ = self.engine.find(self.engine.prepare(table, self.space.census), self.model, least, workers=workers)
        return self.search(table, least, workers=workers), among
