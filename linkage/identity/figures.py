"""Figures of one person's own work, for that person alone: no list of people is made of them anywhere.

Pace is of today; agreement and undoing are of the last three months, for they need time to show.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from statistics import median

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, aliased

from linkage.identity.business_days import zone_of
from linkage.identity.context import policy, require
from linkage.identity.views import Account, Verdict
from linkage.store.models import BatchItem, Decision

LATELY = timedelta(days=90)
DECIDING = (
    Verdict.SAME,
    Verdict.DIFFERENT,
    Verdict.TWINS,
    Verdict.REGROUP,
    Verdict.SETTLE_DATE,
    Verdict.NEED_INFORMATION,
    Verdict.VALIDATE,
    Verdict.REJECT,
)
_PROPOSING = (Verdict.SAME, Verdict.REGROUP)


@dataclass(frozen=True, slots=True)
class Lately:
    """`agreed` of `answered` proposals were validated by a second person, `undone` of `applied` decisions were taken back by anybody."""

    answered: int
    agreed: int
    applied: int
    undone: int


@dataclass(frozen=True, slots=True)
class Today:
    """`seconds`: the median between two decisions of today made one by one, pauses left out; None before the second one."""

    decisions: int
    seconds: float | None


def today(session: Session, account: Account, *, now: datetime) -> Today:
    """Today's figures of this person, who is the one that asks."""
    require(account, "item:view")
    made = _made_today(session, account, now)
    return Today(
        decisions=len(made),
        seconds=_pace([at for at, alone in made if alone], timedelta(minutes=policy(session).decisions.claim_minutes)),
    )


def lately(session: Session, account: Account, *, now: datetime) -> Lately:
    """The figures of three months of this person, who is the one that asks."""
    require(account, "item:view")
    return Lately(*_answered(session, account, now), *_applied(session, account, now))


def _made_today(session: Session, account: Account, now: datetime) -> Sequence[tuple[datetime, bool]]:
    """When this person decided since midnight in his or her State, and whether one by one; oldest first."""
    zone = zone_of(policy(session), account.state)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    alone = ~exists().where(BatchItem.decision_id == Decision.id)
    statement = select(Decision.at, alone).where(
        Decision.actor_id == account.id, Decision.verdict.in_(DECIDING), Decision.at >= midnight
    )
    rows = session.execute(statement.order_by(Decision.at, Decision.id))
    return [(at, bool(one)) for at, one in rows]


def _pace(moments: Sequence[datetime], pause: timedelta) -> float | None:
    """The median of the seconds between two decisions; what took longer than `pause` was no work on one item."""
    gaps = [(after - before).total_seconds() for before, after in pairwise(moments) if after - before <= pause]
    return median(gaps) if gaps else None


def _answered(session: Session, account: Account, now: datetime) -> tuple[int, int]:
    """How many of this person's proposals a second person has answered, and how many of these were validated."""
    answer = aliased(Decision)
    validated = func.count(case((answer.verdict == str(Verdict.VALIDATE), 1)))
    statement = (
        select(func.count(), validated)
        .select_from(Decision)
        .join(answer, answer.answers_id == Decision.id)
        .where(Decision.actor_id == account.id, Decision.verdict.in_(_PROPOSING), Decision.at > now - LATELY)
        .where(answer.verdict.in_([Verdict.VALIDATE, Verdict.REJECT]))
    )
    answered, agreed = session.execute(statement).one()
    return answered, agreed


def _applied(session: Session, account: Account, now: datetime) -> tuple[int, int]:
    """How many of this person's decisions took effect, and how many of these were taken back."""
    statement = select(func.count(), func.count(Decision.undone_by)).where(
        Decision.actor_id == account.id, Decision.applied_at.is_not(None), Decision.at > now - LATELY
    )
    applied, undone = session.execute(statement).one()
    return applied, undone
