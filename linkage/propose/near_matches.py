"""Groups of records -> near-match proposals."""

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

from linkage.records import PairEvidence, Proposal

NEAR_MATCH = "near_match"
BRIDGE = "GUARD-BRIDGE"

Members = tuple[str, ...]
Evidence = Mapping[tuple[str, str], PairEvidence]


def propose(
    groups: Sequence[Members],
    evidence: Evidence,
    same_student: Mapping[str, str],
    bridges: AbstractSet[Members],
) -> tuple[Proposal, ...]:
    """One proposal a group that is not one student already, the most probable first.

    `groups`: record ids; `evidence`: by pair of ids, in either order; `same_student`: record id -> student id;
    `bridges`: groups that a weak bridge holds together.
    """
    made = []
    for members in groups:
        student = {record: same_student.get(record, record) for record in members}
        if len(set(student.values())) < 2:
            continue
        inside = pairs_among(members, evidence)
        made.append(
            proposal(NEAR_MATCH, members, inside, weakest_link(student, inside), guards=[BRIDGE] * (members in bridges))
        )
    return tuple(sorted(made, key=lambda one: (-one.probability, one.key)))


def pairs_among(members: Members, evidence: Evidence) -> list[PairEvidence]:
    """The evidence on the pairs of these records, in the order of the records."""
    both = (evidence.get((a, b)) or evidence.get((b, a)) for a, b in combinations(members, 2))
    return [found for found in both if found]


def proposal(
    kind: str,
    members: Members,
    pairs: Sequence[PairEvidence],
    probability: float,
    *,
    guards: Sequence[str] = (),
    parts: tuple[Members, ...] = (),
) -> Proposal:
    """A proposal with its key, its members in order and the guards of all its pairs; `guards`: those of the whole."""
    ordered = tuple(sorted(members, key=natural))
    return Proposal(
        key=hashlib.sha256("|".join((kind, *ordered)).encode()).hexdigest()[:20],
        kind=kind,
        members=ordered,
        pairs=tuple(pairs),
        guards=tuple(dict.fromkeys([*(guard for pair in pairs for guard in pair.guards), *guards])),
        probability=probability,
        parts=parts,
    )


def natural(record: str) -> tuple[int, str]:
    """Sorts 9 before 10: ids that are numbers in the order of their numbers."""
    return len(record), record


def weakest_link(student: Mapping[str, str], pairs: Sequence[PairEvidence]) -> float:
    """Probability at which the students, joined best pair first, are all connected."""
    part = dict(student)
    weakest = 1.0
    for pair in sorted(pairs, key=lambda one: -one.probability):
        a, b = part[pair.left], part[pair.right]
        if a != b:
            part = {record: (a if root == b else root) for record, root in part.items()}
            weakest = pair.probability
    return weakest
