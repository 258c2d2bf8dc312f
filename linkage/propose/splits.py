"""Students whose records fall apart (twins merged long ago) -> proposals to look at them again.

The links that merges made are left out, except those that a person's "same child" still vouches for. What is left must
fall into parts clearly: no pair between two parts reaches `apart`, and within each part the links from `link` on connect all.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from linkage.cluster.groups import Rows
from linkage.cluster.links import Links, Pair, components
from linkage.propose.near_matches import Evidence, natural, pairs_among, proposal
from linkage.records import Float64, Int64, Proposal

SPLIT = "suggested_split"

Score = Callable[[Int64, Int64], Float64]  # rows left, right -> probability


@dataclass(frozen=True, slots=True)
class SplitLimits:
    """`apart`: a pair below it cannot be one child. `link`: one at or above it may. `most`: records shown in a review."""

    apart: float
    link: float
    most: int


@dataclass(frozen=True, slots=True)
class FallenApart:
    """A student's records in parts; `shown` are those that a review shows, `strongest` the best pair between two parts."""

    parts: tuple[Rows, ...]
    shown: Rows
    strongest: float


def falling_apart(
    same_student: Mapping[str, str], names: Sequence[str], vouched: Int64, limits: SplitLimits, score: Score
) -> tuple[FallenApart, ...]:
    """The students whose records fall apart, by their first record.

    `same_student`: record id -> student; `names`: record id of each row; `vouched`: k x 2 rows, pairs that stay together
    whatever the score; `score`: probability of any pairs of rows, whether or not blocking lets them meet.
    """
    students = _several(same_student, names)
    ends = np.array([pair for rows in students for pair in combinations(rows, 2)], dtype=np.int64).reshape(-1, 2)
    if not len(ends):
        return ()
    left, right = ends[:, 0], ends[:, 1]
    links = Links(len(names), left, right, score(left, right), vouched, ends[:0])
    loose, tight = _components(links, limits.apart), _components(links, limits.link)
    chance = dict(zip(zip(left.tolist(), right.tolist(), strict=True), links.probability.tolist(), strict=True))
    found = []
    for rows in students:
        parts = _by(loose, rows)
        if len(parts) > 1 and len(_by(tight, rows)) == len(parts):
            found.append(_fallen(parts, {pair: chance[pair] for pair in combinations(rows, 2)}, limits.most))
    return tuple(found)


def propose_splits(fallen: Sequence[FallenApart], names: Sequence[str], evidence: Evidence) -> tuple[Proposal, ...]:
    """One proposal a student, the clearest first; `evidence` explains the pairs of the records shown.

    The probability is that of the strongest pair between two parts: the most that speaks for one child.
    """
    made = []
    for one in fallen:
        members = tuple(names[row] for row in one.shown)
        parts = tuple(tuple(sorted((names[row] for row in part), key=natural)) for part in one.parts)
        made.append(proposal(SPLIT, members, pairs_among(members, evidence), one.strongest, parts=parts))
    return tuple(sorted(made, key=lambda one: (one.probability, one.key)))


def _several(same_student: Mapping[str, str], names: Sequence[str]) -> list[Rows]:
    """Rows of the students with two records or more, both in the order of their names."""
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name in same_student:
            rows.setdefault(same_student[name], []).append(row)
    several = (sorted(found, key=lambda row: natural(names[row])) for found in rows.values() if len(found) > 1)
    return sorted(map(tuple, several), key=lambda found: natural(names[found[0]]))


def _components(links: Links, least: float) -> Int64:
    holds = links.probability >= least
    left = np.concatenate([links.left[holds], links.must[:, 0]])
    right = np.concatenate([links.right[holds], links.must[:, 1]])
    return components(links.size, left, right)


def _by(label: Int64, rows: Rows) -> tuple[Rows, ...]:
    parts: dict[int, list[int]] = {}
    for row in rows:
        parts.setdefault(int(label[row]), []).append(row)
    return tuple(map(tuple, parts.values()))


def _fallen(parts: tuple[Rows, ...], chance: Mapping[Pair, float], most: int) -> FallenApart:
    part_of = {row: number for number, part in enumerate(parts) for row in part}
    across = {pair: one for pair, one in chance.items() if part_of[pair[0]] != part_of[pair[1]]}
    strongest = max(across, key=across.__getitem__)
    order = dict.fromkeys([*strongest, *_in_turn(parts)])
    return FallenApart(parts, tuple(sorted(list(order)[:most])), across[strongest])


def _in_turn(parts: tuple[Rows, ...]) -> Iterator[int]:
    """The first record of each part, then the second of each."""
    for at in range(max(map(len, parts))):
        yield from (part[at] for part in parts if at < len(part))
