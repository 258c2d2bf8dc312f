"""How many joinings and separations one person may make in an hour: a slip of a list must not become a hundred merges."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from linkage.errors import StateChangeError
from linkage.identity.context import policy
from linkage.identity.views import Account, Verdict
from linkage.store.models import Decision

LIMITED = (Verdict.SAME, Verdict.REGROUP, Verdict.VALIDATE)
WINDOW = timedelta(hours=1)


def refuse_too_many(
    session: Session, account: Account | None, verdict: Verdict, now: datetime, *, beside: int = 0
) -> None:
    """Raises StateChangeError if this person has reached `most_an_hour` of the policy; says when it goes on.

    `beside`: how many more are to come before this one that are not stored yet.
    """
    if account is None or verdict not in LIMITED:
        return
    most = policy(session).decisions.most_an_hour
    recent = select(func.count(Decision.id), func.min(Decision.at)).where(
        Decision.actor_id == account.id, Decision.verdict.in_(LIMITED), Decision.at > now - WINDOW
    )
    number, first = session.execute(recent).one()
    if number + beside >= most:
        raise StateChangeError(
            f"That would be more than {most} merges and splits in an hour.",
            f"Go on after {(first if number else now) + WINDOW:%H:%M} UTC.",
        )
