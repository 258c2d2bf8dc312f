"""Groups of records -> near-match proposals."""

import hashlib
from collections.abc import Mapping, Sequence

from linkage.records import PairEvidence, Proposal

NEAR_MATCH = "near_match"


def propose(
    groups: Sequence[tuple[str, ...]],
    evidence: Mapping[tuple[str, str], PairEvidence],
    same_student: Mapping[str, str],
    bridges: Mapping[tuple[str, ...], bool],
) -> tuple[Proposal, ...]:
    """One proposal a group that is not one student already.

    `groups`: record ids; `evidence`: by pair of ids, smaller row first; `same_student`: record id -> student id;
    `bridges`: groups that a weak bridge holds together.
    """
    made = []
    for members in groups:
        students = {same_student.get(record, record) for record in members}
        if len(students) < 2:
            continue
        inside = [found for pair, found in evidence.items() if pair[0] in members and pair[1] in members]
        made.append(_proposal(members, inside, weak_bridge=bridges.get(members, False)))
    return tuple(sorted(made, key=lambda one: (-one.probability, one.key)))


def _proposal(members: tuple[str, ...], pairs: list[PairEvidence], *, weak_bridge: bool) -> Proposal:
    guards = [guard for pair in pairs for guard in pair.guards] + (["GUARD-BRIDGE"] if weak_bridge else [])
    ordered = tuple(sorted(members, key=_natural))
    return Proposal(
        key=_key(ordered),
        kind=NEAR_MATCH,
        members=ordered,
        pairs=tuple(pairs),
        guards=tuple(dict.fromkeys(guards)),
        probability=_weakest_link(ordered, pairs),
    )


def _natural(record: str) -> tuple[int, str]:
    """Sorts 9 before 10: ids that are numbers in the order of their numbers."""
    return len(record), record


def _key(members: tuple[str, ...]) -> str:
    return hashlib.sha256("|".join((NEAR_MATCH, *members)).encode()).hexdigest()[:20]


def _weakest_link(members: tuple[str, ...], pairs: list[PairEvidence]) -> float:
    """Probability at which the members, joined best pair first, are all connected."""
    part = {record: record for record in members}
    weakest = 1.0
    for pair in sorted(pairs, key=lambda one: -one.probability):
        a, b = part[pair.left], part[pair.right]
        if a != b:
            part = {record: (a if root == b else root) for record, root in part.items()}
            weakest = pair.probability
    return weakest
