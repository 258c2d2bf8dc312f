"""Decisions that a model may learn from: pairs of records in the versions that people looked at, and what they said.

Left out: what was undone, a "same child" that no second person has validated, and what one person alone keeps saying.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from linkage.identity.regrouping import CANNOT_LINK, MUST_LINK, TWINS
from linkage.identity.views import Verdict
from linkage.store.models import Decision, PairConstraint

_SAID = {MUST_LINK: Verdict.SAME, CANNOT_LINK: Verdict.DIFFERENT, TWINS: Verdict.TWINS}

VersionOf = tuple[int, int]  # source record, number of the version


@dataclass(frozen=True, slots=True)
class DecidedPair:
    """`verdict`: same, different or twins, as the last decision about the two records says."""

    left: VersionOf
    right: VersionOf
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class DecidedPairs:
    """`alone`: pairs left out because one person alone stands behind them."""

    pairs: tuple[DecidedPair, ...]
    alone: int

    def count(self, *verdicts: Verdict) -> int:
        """How many pairs were decided so."""
        return sum(one.verdict in verdicts for one in self.pairs)


def decided_pairs(session: Session) -> DecidedPairs:
    """All pairs that a model may learn from, in the order of their records.

    A "no" is one person's by the rules of the house. So that nobody's habit becomes the model, the "no" of one person count
    only as far as the others together have said as many; the earliest count.
    """
    validation = aliased(Decision)
    validated = (
        select(validation.id)
        .where(
            validation.answers_id == Decision.id,
            validation.verdict == str(Verdict.VALIDATE),
            validation.actor_id != Decision.actor_id,
        )
        .exists()
    )
    statement = (
        select(PairConstraint, Decision.actor_id, validated)
        .join(Decision, Decision.id == PairConstraint.decision_id)
        .where(Decision.undone_by.is_(None))
        .order_by(PairConstraint.id)
    )
    last = {(row[0].record_a, row[0].record_b): row for row in session.execute(statement)}
    backed: list[DecidedPair] = []
    refusals: list[tuple[int | None, DecidedPair]] = []
    alone = 0
    for constraint, actor, second in sorted(last.values(), key=lambda row: row[0].id):
        one = DecidedPair(
            (constraint.record_a, constraint.version_a),
            (constraint.record_b, constraint.version_b),
            _SAID[constraint.kind],
        )
        if second:
            backed.append(one)
        elif constraint.kind != MUST_LINK:
            refusals.append((actor, one))
        else:
            alone += 1
    kept = _balanced(refusals)
    pairs = sorted([*backed, *kept], key=lambda one: (one.left, one.right))
    return DecidedPairs(tuple(pairs), alone + len(refusals) - len(kept))


def _balanced(refusals: Sequence[tuple[int | None, DecidedPair]]) -> list[DecidedPair]:
    """The refusals without the surplus of the person who has said most of them."""
    counts = Counter(actor for actor, _ in refusals)
    busiest, most = counts.most_common(1)[0] if counts else (0, 0)
    room = {actor: len(refusals) for actor in counts} | {busiest: len(refusals) - most}
    kept = []
    for actor, one in refusals:
        if room[actor] > 0:
            room[actor] -= 1
            kept.append(one)
    return kept
