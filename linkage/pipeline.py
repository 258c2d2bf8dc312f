"""The whole main job on one screen: records in, proposals out.

    standardize   names become tokens, dates numbers, places codes
    block         which pairs are worth a look
    compare       what each field of a pair says: a level, in words
    score         what the levels weigh together: bits, a probability, guards
    cluster       pairs -> groups, respecting what people have decided
    propose       groups -> near matches, and students that fall apart, for a person to decide

Pure: no database, no clock, no network. The same records, rules and decisions give the same answer in any row order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from linkage.cluster.groups import Limits, group, weak_bridges
from linkage.cluster.links import Links, Pair
from linkage.engine.judging import group_numbers
from linkage.engine.lineup import Lineup
from linkage.engine.local import Progress, evidence, mark_several
from linkage.engine.matcher import Matcher
from linkage.engine.standing import NearPairs, Standing
from linkage.propose.near_matches import propose
from linkage.propose.reviews import reviews, unexplained
from linkage.propose.splits import SplitLimits, falling_apart, propose_splits
from linkage.records import Float64, Int64, PairEvidence, PairTable, Proposal, RecordTable
from rules.policy import Policy
from rules.rulebook import Rulebook

IdPair = tuple[str, str]

# Below this a bridge inside a group is called weak.
WEAK_BRIDGE = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: `near_matches` counts pairs at or above the near band, `candidate_pairs` those compared in it.

    `standing`: what the run found out of all records; None if it began with what an earlier one had found.
    """

    records: int
    candidate_pairs: int
    near_matches: int
    proposals: tuple[Proposal, ...]
    standing: Standing | None = None


def find_duplicates(
    table: RecordTable,
    rulebook: Rulebook,
    *,
    must_link: frozenset[IdPair] = frozenset(),
    cannot_link: frozenset[IdPair] = frozenset(),
    same_student: Mapping[str, str] | None = None,
    standing: Standing | None = None,
    progress: Progress | None = None,
) -> Found:
    """Near matches among the records of `table`, and students that fall apart.

    `standing`: all records of an earlier run under the same rules. Then `table` holds those that are new or have changed since,
    and the result is that of a run over all of them, under the census of the earlier run.

    `same_student`: record id -> student; its records stay together. `must_link`: pairs that a person has called one child and
    that nothing has put in question since; against them no split is proposed.
    """
    if standing:
        met, made = standing.scan(table, progress=progress), None
    else:
        made, met = Standing.stand(Matcher.of_rules(rulebook), table, progress=progress)
    run = _Run(rulebook.policy, met.lineup, met.lineup.ids, _Decided(must_link, cannot_link, same_student or {}))
    proposals = run.near_matches(met.near) + run.splits()
    return Found(len(met.lineup), met.compared, len(met.near), proposals, made)


@dataclass(frozen=True, slots=True)
class _Decided:
    must_link: frozenset[IdPair]
    cannot_link: frozenset[IdPair]
    same_student: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Run:
    """From scored pairs to proposals, given what people have decided."""

    policy: Policy
    lineup: Lineup
    names: tuple[str, ...]  # the id of each row
    decided: _Decided

    def near_matches(self, near: NearPairs) -> tuple[Proposal, ...]:
        policy, names = self.policy, self.names
        together = self._rows(self.decided.must_link) + self._one_student()
        refused = self._rows(self.decided.cannot_link)
        links = Links.of(
            len(names), near.left, near.right, near.probability, must=together, cannot=refused
        ).unanswered()
        limits = Limits(policy.groups.link, policy.groups.most_members)
        shown = reviews(group(links, limits, names), links, names, limits.most)
        undecided = self._explain(links.left, links.right)
        together_on_screen = group_numbers(len(names), shown)
        explained = mark_several(undecided, policy, together_on_screen, self.lineup.sources) | self._explain(
            *unexplained(shown, links)
        )
        weak = weak_bridges(shown, links, limits.link, WEAK_BRIDGE)
        by_id = {(one.left, one.right): one for one in explained.values()}
        groups = [self._ids(rows) for rows in shown]
        return propose(groups, by_id, self.decided.same_student, {self._ids(rows) for rows in weak})

    def splits(self) -> tuple[Proposal, ...]:
        groups, names = self.policy.groups, self.names
        vouched = np.array(self._rows(self.decided.must_link), dtype=np.int64).reshape(-1, 2)
        limits = SplitLimits(groups.split, groups.link, groups.most_members)
        fallen = falling_apart(self.decided.same_student, names, vouched, limits, self._score)
        ends = np.array([pair for one in fallen for pair in combinations(one.shown, 2)], dtype=np.int64).reshape(-1, 2)
        explained = self._explain(ends[:, 0], ends[:, 1])
        return propose_splits(fallen, names, {(one.left, one.right): one for one in explained.values()})

    def _score(self, left: Int64, right: Int64) -> Float64:
        """The probability of any pairs, whether or not blocking let them meet."""
        return self.lineup.score(PairTable.of(left, right)).weights.probability

    def _explain(self, left: Int64, right: Int64) -> dict[Pair, PairEvidence]:
        scored = self.lineup.score(PairTable.of(left, right))
        return evidence(self.names, scored, self.lineup.judge(scored), self.lineup.matcher.ready())

    def _rows(self, pairs: Iterable[IdPair]) -> list[Pair]:
        """Pairs of ids as pairs of rows; those of records that are not in the table are left out."""
        row = {record: number for number, record in enumerate(self.names)}
        return [(row[left], row[right]) for left, right in pairs if left in row and right in row]

    def _one_student(self) -> list[Pair]:
        """Each record that belongs to a student, with that student's first record."""
        first: dict[str, int] = {}
        student = self.decided.same_student
        owned = [(row, student[record]) for row, record in enumerate(self.names) if record in student]
        pairs = [(first.setdefault(owner, row), row) for row, owner in owned]
        return [(one, other) for one, other in pairs if one != other]

    def _ids(self, rows: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.names[number] for number in rows)
