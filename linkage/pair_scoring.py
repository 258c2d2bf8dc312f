"""Scores given pairs of records with the model and the name shares of the rules as shipped. `score-pairs`, `explain`.

A pair's score does not depend on the other pairs of the file: no counts are taken from it, and the two records are taken to
come from a table of the model's own size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from linkage.engine.judging import Judge
from linkage.engine.local import evidence, judge
from linkage.engine.matcher import Matcher
from linkage.records import PairEvidence, PairTable, RecordTable
from rules.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class ScoredPair:
    """`met_by`: the blocking rules that would have found the pair, were no key crowded; none = a scan never compares it."""

    evidence: PairEvidence
    met_by: tuple[str, ...]

    @property
    def blocked(self) -> bool:
        """Whether blocking would have found the pair."""
        return bool(self.met_by)


def score_pairs(table: RecordTable, pairs: Sequence[tuple[int, int]], rulebook: Rulebook) -> tuple[ScoredPair, ...]:
    """Score the given pairs of rows, in the order given."""
    matcher = Matcher.of_rules(rulebook)
    model = matcher.ready()
    space = matcher.engine.lone_pairs(matcher.standardize(table), model.population)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    asked = PairTable.of(ends[:, 0], ends[:, 1])
    scored = matcher.engine.score(space, asked, model)
    judged = judge(Judge.of(matcher.engine.fields, rulebook, space.table), scored)
    found = evidence(space.table.ids, scored, judged, model)
    return tuple(ScoredPair(found[left, right], space.index.met_by(left, right)) for left, right in pairs)
