"""Sessions: who is signed in, and for how long."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linkage.identity.accounts import account_of
from linkage.identity.context import policy
from linkage.identity.preferences import Preferences, as_kept
from linkage.identity.views import Account, Door
from linkage.store.models import AccountRow, Preference, SessionRow

SEEN_EVERY = timedelta(minutes=1)  # how often the last use of a session is written down


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a person who is signed in. `preferences`: None as long as nothing was chosen."""

    account: Account
    must_change_password: bool
    seen_due: bool  # the session's last use was written down a while ago
    preferences: Preferences | None


def start(session: Session, account_id: int, now: datetime) -> str:
    """A new session; the token goes to the browser and is kept nowhere here."""
    token = secrets.token_urlsafe(32)
    session.add(SessionRow(token_hash=_hash_of(token), account_id=account_id, created=now, last_seen=now))
    session.flush()
    return token


def visit(session: Session, token: str, now: datetime) -> Visit | None:
    """Whose session this is; None if it has ended, by choice, by idling, by age, or because the account was disabled.

    Reads only, so that no page waits for a writer; where `seen_due` is set, `keep_alive` is to follow.
    """
    limits = policy(session).sessions
    statement = (
        select(SessionRow, AccountRow, Preference)
        .join(AccountRow, AccountRow.id == SessionRow.account_id)
        .outerjoin(Preference, Preference.account_id == AccountRow.id)
        .where(SessionRow.token_hash == _hash_of(token), SessionRow.ended.is_(None), ~AccountRow.disabled)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    current, row, chosen = found
    idle = now - current.last_seen >= timedelta(minutes=limits.idle_minutes)
    if idle or now - current.created >= timedelta(hours=limits.absolute_hours):
        return None
    return Visit(
        account=account_of(session, row, Door.SCREEN),
        must_change_password=row.must_change_password,
        seen_due=now - current.last_seen >= SEEN_EVERY,
        preferences=as_kept(chosen),
    )


def keep_alive(session: Session, token: str, now: datetime) -> None:
    """The session was used now: idling begins anew. A session that has been ended meanwhile stays ended."""
    used = (SessionRow.token_hash == _hash_of(token)) & SessionRow.ended.is_(None)
    session.execute(update(SessionRow).where(used).values(last_seen=now))


def end(session: Session, token: str, now: datetime) -> None:
    """Sign out. An unknown or ended token is no error."""
    own = (SessionRow.token_hash == _hash_of(token)) & SessionRow.ended.is_(None)
    session.execute(update(SessionRow).where(own).values(ended=now))


def _hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
