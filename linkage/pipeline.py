"""The whole main job on one screen: records in, proposals out.

    standardize   names become tokens, dates numbers, places codes
    block         which pairs are worth a look
    compare       what each field of a pair says: a level, in words
    score         what the levels weigh together: bits, a probability, guards
    cluster       pairs -> groups, respecting what people have decided
    propose       groups -> near matches for a person to decide

Pure: no database, no clock, no network. The same records, rules and decisions give the same answer in any row order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from linkage.block.candidates import RuleReport
from linkage.cluster.groups import Limits, Links, group, weak_bridges
from linkage.engine.local import Progress, evidence, mark_several
from linkage.engine.matcher import Matcher
from linkage.propose.near_matches import propose
from linkage.records import PairEvidence, Proposal, RecordTable, StandardTable
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
    blocking: tuple[RuleReport, ...]


def find_duplicates(
    table: RecordTable,
    rulebook: Rulebook,
    *,
    must_link: frozenset[IdPair] = frozenset(),
    cannot_link: frozenset[IdPair] = frozenset(),
    same_student: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> Found:
    """Near matches among the records of `table`, given what people have decided and who is one student already."""
    matcher = Matcher.of_rules(rulebook)
    standard = matcher.standardize(table)
    candidates = matcher.engine.candidates(standard)
    scored = matcher.score(standard, candidates.pairs, progress=progress)
    near = rulebook.policy.bands.near
    rows = np.flatnonzero(scored.weights.probability >= near).tolist()
    pairs = evidence(matcher.engine, standard, scored, matcher.ready(), rulebook, rows=rows)
    proposals = _proposals(standard, pairs, rulebook, _Decided(must_link, cannot_link, same_student or {}))
    return Found(len(table), len(candidates.pairs), len(pairs), proposals, candidates.reports)


@dataclass(frozen=True, slots=True)
class _Decided:
    must_link: frozenset[IdPair]
    cannot_link: frozenset[IdPair]
    same_student: Mapping[str, str]


def _proposals(
    table: StandardTable,
    pairs: Mapping[tuple[int, int], PairEvidence],
    rulebook: Rulebook,
    decided: _Decided,
) -> tuple[Proposal, ...]:
    row = {record: number for number, record in enumerate(table.ids)}
    refused = _as_rows(decided.cannot_link, row)
    undecided = {pair: one for pair, one in pairs.items() if pair not in refused}
    links = Links({pair: one.probability for pair, one in undecided.items()}, _as_rows(decided.must_link, row), refused)
    limits = Limits(rulebook.policy.groups.link, rulebook.policy.groups.most_members)
    groups = list(group(links, limits).groups)
    members = groups + sorted(set(undecided) - _inside(groups))  # what no group holds is shown as a pair
    bridges = {_ids(table, one): bool(weak_bridges(one, links, WEAK_BRIDGE)) for one in members}
    marked = mark_several(undecided, rulebook.policy, groups)
    by_id = {(one.left, one.right): one for one in marked.values()}
    return propose([_ids(table, one) for one in members], by_id, decided.same_student, bridges)


def _as_rows(pairs: frozenset[IdPair], row: Mapping[str, int]) -> frozenset[tuple[int, int]]:
    known = [(row[left], row[right]) for left, right in pairs if left in row and right in row]
    return frozenset((min(pair), max(pair)) for pair in known)


def _inside(groups: Iterable[tuple[int, ...]]) -> set[tuple[int, int]]:
    return {(a, b) for members in groups for a in members for b in members if a < b}


def _ids(table: StandardTable, rows: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(table.ids[number] for number in rows)
