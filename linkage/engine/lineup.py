"""Records that stand in one row of numbers although they were read at different times: what is stored, and behind it what is new.

Every part keeps the arrays that it was read into. Given pairs of rows are compared and judged part by part.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from linkage.compare.census import Census
from linkage.compare.kernels.sides import Side
from linkage.compare.prepare import plan_of_levels
from linkage.compare.vector import levels_of
from linkage.engine.judging import Judge, Judgement
from linkage.engine.local import Scored, Space
from linkage.engine.matcher import Matcher
from linkage.records import Int8, Int64, LevelTable, PairTable
from linkage.score.facts import RecordFacts, record_facts
from linkage.score.weigh import weigh

Texts = NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Part:
    """Records read at one time, as comparing and judging need them: row i of each is one record."""

    ids: Texts
    side: Side
    facts: RecordFacts

    @classmethod
    def of(cls, matcher: Matcher, space: Space) -> "Part":
        """The records of a table that is about students."""
        return cls(np.array(space.table.ids, dtype=np.str_), space.side, record_facts(space.table, matcher.rulebook))

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Lineup:
    """Row i is row `row[i]` of parts[part[i]]; a row of a part that stands nowhere is out. All are seen under one census."""

    matcher: Matcher
    census: Census
    parts: tuple[Part, ...]
    part: Int8
    row: Int64

    @classmethod
    def of(cls, matcher: Matcher, census: Census, part: Part) -> "Lineup":
        """All records of one part."""
        return cls(matcher, census, (part,), np.zeros(len(part), dtype=np.int8), np.arange(len(part)))

    @classmethod
    def joined(cls, matcher: Matcher, census: Census, stored: Part, living: Int64, new: Part) -> "Lineup":
        """The `living` rows of what is stored, and all that is new behind them."""
        part = np.repeat(np.array([0, 1], dtype=np.int8), [len(living), len(new)])
        return cls(matcher, census, (stored, new), part, np.append(living, np.arange(len(new))))

    def __len__(self) -> int:
        return len(self.row)

    @property
    def ids(self) -> tuple[str, ...]:
        """The id of each row."""
        return tuple(name for number, part in enumerate(self.parts) for name in part.ids[self._rows(number)].tolist())

    @property
    def sources(self) -> Int64:
        """One number a row: that of the State or file it comes from."""
        return np.concatenate([part.facts.source[self._rows(number)] for number, part in enumerate(self.parts)])

    def score(self, pairs: PairTable) -> Scored:
        """Compare and weigh the given pairs of rows, whether or not blocking lets them meet."""
        engine, model = self.matcher.engine, self.matcher.ready()
        plan = plan_of_levels(engine.fields, engine.levels)
        levels = np.zeros((len(pairs), len(engine.fields)), dtype=np.int8)
        rarity = np.zeros((len(pairs), len(engine.fields)))
        for one, other, here, ends in self._by_part(pairs):
            found = levels_of(one.side, other.side, ends, plan)
            levels[here], rarity[here] = found.levels, found.rarity
        compared = LevelTable(levels, rarity)
        return Scored(pairs, compared, weigh(model, compared, self.census.records))

    def judge(self, scored: Scored) -> Judgement:
        """Guards and bands of pairs of rows."""
        guards, bands = np.zeros(len(scored.pairs), dtype=np.int64), np.zeros(len(scored.pairs), dtype=np.int8)
        for one, other, here, ends in self._by_part(scored.pairs):
            judging = Judge(self.matcher.engine.fields, self.matcher.rulebook, (one.facts, other.facts))
            some = scored.take(here)
            found = judging.judge(ends, some.compared, some.weights.probability)
            guards[here], bands[here] = found.guards, found.bands
        return Judgement(guards, bands)

    def _rows(self, number: int) -> Int64:
        """The rows of a part that stand here; the parts stand one behind the other."""
        rows: Int64 = self.row[self.part == number]
        return rows

    def _by_part(self, pairs: PairTable) -> Iterator[tuple[Part, Part, Int64, PairTable]]:
        """Both parts, which of the pairs lie between them, and the rows of these in their parts."""
        left, right = self.part[pairs.left], self.part[pairs.right]
        for one, other in product(range(len(self.parts)), repeat=2):
            here = np.flatnonzero((left == one) & (right == other))
            if len(here):
                ends = PairTable.of(self.row[pairs.left[here]], self.row[pairs.right[here]])
                yield self.parts[one], self.parts[other], here, ends
