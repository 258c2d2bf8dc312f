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

from linkage.block.index import RuleBlocks
from linkage.cluster.groups import Limits, group, weak_bridges
from linkage.cluster.links import Links, Pair
from linkage.engine.judging import Judge, group_numbers
from linkage.engine.local import Progress, Scored, Space, evidence, judge, mark_several, source_numbers
from linkage.engine.matcher import Matcher
from linkage.propose.near_matches import propose
from linkage.propose.reviews import reviews, unexplained
from linkage.propose.splits import SplitLimits, falling_apart, propose_splits
from linkage.records import Float64, Int64, PairEvidence, PairTable, Proposal, RecordTable
from rules.rulebook import Rulebook

IdPair = tuple[str, str]

# Below this a bridge inside a group is called weak.
WEAK_BRIDGE = 0.9


@dataclass(frozen=True, slots=True)
class Found:
    """What a run found: `near_matches` counts pairs at or above the near band."""

    records: int
    candidate_pairs: int
    near_matches: int
    proposals: tuple[Proposal, ...]
    blocking: tuple[RuleBlocks, ...]


def find_duplicates(
    table: RecordTable,
    rulebook: Rulebook,
    *,
    must_link: frozenset[IdPair] = frozenset(),
    cannot_link: frozenset[IdPair] = frozenset(),
    same_student: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Found:
    """Near matches among the records of `table`, and students that fall apart.

    `same_student`: record id -> student; its records stay together. `must_link`: pairs that a person has called one child and
    that nothing has put in question since; against them no split is proposed.
    """
    matcher = Matcher.of_rules(rulebook)
    space = matcher.prepare(table, progress=progress)
    scored, compared = matcher.engine.find(space, matcher.ready(), rulebook.policy.bands.near, progress=progress)
    judging = Judge.of(matcher.engine.fields, rulebook, space.table)
    run = _Run(matcher, space, judging, _Decided(must_link, cannot_link, same_student or {}))
    proposals = run.near_matches(scored) + run.splits()
    return Found(len(table), compared, len(scored.pairs), proposals, space.index.rules)


@dataclass(frozen=True, slots=True)
class _Decided:
    must_link: frozenset[IdPair]
    cannot_link: frozenset[IdPair]
    same_student: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Run:
    """From scored pairs to proposals, given what people have decided."""

    matcher: Matcher
    space: Space
    judging: Judge
    decided: _Decided

    def near_matches(self, scored: Scored) -> tuple[Proposal, ...]:
        policy, names = self.matcher.rulebook.policy, self.space.table.ids
        together = self._rows(self.decided.must_link) + self._one_student()
        refused = self._rows(self.decided.cannot_link)
        ends, chances = scored.pairs, scored.weights.probability
        links = Links.of(len(names), ends.left, ends.right, chances, must=together, cannot=refused).unanswered()
        limits = Limits(policy.groups.link, policy.groups.most_members)
        shown = reviews(group(links, limits, names), links, names, limits.most)
        undecided = self._explain(links.left, links.right)
        together_on_screen = group_numbers(len(names), shown)
        explained = mark_several(
            undecided, policy, together_on_screen, source_numbers(self.space.table)
        ) | self._explain(*unexplained(shown, links))
        weak = weak_bridges(shown, links, limits.link, WEAK_BRIDGE)
        by_id = {(one.left, one.right): one for one in explained.values()}
        groups = [self._ids(rows) for rows in shown]
        return propose(groups, by_id, self.decided.same_student, {self._ids(rows) for rows in weak})

    def splits(self) -> tuple[Proposal, ...]:
        groups, names = self.matcher.rulebook.policy.groups, self.space.table.ids
        vouched = np.array(self._rows(self.decided.must_link), dtype=np.int64).reshape(-1, 2)
        limits = SplitLimits(groups.split, groups.link, groups.most_members)
        fallen = falling_apart(self.decided.same_student, names, vouched, limits, self._score)
        ends = np.array([pair for one in fallen for pair in combinations(one.shown, 2)], dtype=np.int64).reshape(-1, 2)
        explained = self._explain(ends[:, 0], ends[:, 1])
        return propose_splits(fallen, names, {(one.left, one.right): one for one in explained.values()})

    def _score(self, left: Int64, right: Int64) -> Float64:
        """The probability of any pairs, whether or not blocking let them meet."""
        return self._scored(left, right).weights.probability

    def _explain(self, left: Int64, right: Int64) -> dict[Pair, PairEvidence]:
        scored = self._scored(left, right)
        return evidence(self.space.table, scored, judge(self.judging, scored), self.matcher.ready())

    def _scored(self, left: Int64, right: Int64) -> Scored:
        return self.matcher.engine.score(self.space, PairTable.of(left, right), self.matcher.ready())

    def _rows(self, pairs: Iterable[IdPair]) -> list[Pair]:
        """Pairs of ids as pairs of rows; those of records that are not in the table are left out."""
        row = {record: number for number, record in enumerate(self.space.table.ids)}
        return [(row[left], row[right]) for left, right in pairs if left in row and right in row]

    def _one_student(self) -> list[Pair]:
        """Each record that belongs to a student, with that student's first record."""
        first: dict[str, int] = {}
        student = self.decided.same_student
        owned = [(row, student[record]) for row, record in enumerate(self.space.table.ids) if record in student]
        pairs = [(first.setdefault(owner, row), row) for row, owner in owned]
        return [(one, other) for one, other in pairs if one != other]

    def _ids(self, rows: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(self.space.table.ids[number] for number in rows)
