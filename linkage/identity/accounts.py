"""Accounts: who may sign in, and with which role and jurisdiction. Nothing here says whether a user name exists."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from linkage.errors import NotAllowedError, StateChangeError, UnknownIdError
from linkage.identity import ledger, passwords
from linkage.identity.context import is_state, policy, roles
from linkage.identity.ledger import EventKind
from linkage.identity.views import Account, Door
from linkage.store.models import AccountRow, RegionDistrict, SessionRow


def create(  # noqa: PLR0917 - the fields of the form, in its order
    session: Session,
    username: str,
    display_name: str,
    role: str,
    state: str,
    password: str,
    now: datetime,
    must_change: bool = True,
    *,
    region: str = "",
    district: str = "",
) -> Account:
    """A new account. The jurisdiction is `state` ("TX"), or a region or a district of it; "" for none.

    Raises StateChangeError: the name is taken, the role, State or region is unknown, the role is of another level, or the password is
    refused.
    """
    username = username.strip().casefold()
    _refuse_account(session, username, role)
    _refuse_jurisdiction(session, role, state, region, district)
    reason = passwords.refusal(
        password, username=username, display_name=display_name, state=state, policy=policy(session).sessions
    )
    if reason:
        raise StateChangeError(reason)
    row = AccountRow(
        username=username,
        display_name=display_name.strip(),
        role=role,
        state=state,
        region=region,
        district=district,
        password_hash=passwords.hash_password(password),
        must_change_password=must_change,
        failed_count=0,
        disabled=False,
        created=now,
    )
    session.add(row)
    session.flush()
    _tell_ledger(session, EventKind.ACCOUNT_CREATED, row, now, Door.COMMAND_LINE)
    return account_of(session, row, Door.SCREEN)


def authenticate(session: Session, username: str, password: str, now: datetime) -> Account | None:
    """The person, or None: unknown, wrong or disabled look alike and take equally long. Too many wrong tries disable."""
    statement = select(AccountRow).where(AccountRow.username == username.strip().casefold()).with_for_update()
    row = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    right = passwords.matches(password, row.password_hash if row else None)
    if row is None or row.disabled:
        return None
    if right:
        row.failed_count = 0
        return account_of(session, row, Door.SCREEN)
    row.failed_count += 1
    if row.failed_count >= policy(session).sessions.wrong_passwords:
        row.disabled = True
        _tell_ledger(session, EventKind.ACCOUNT_DISABLED, row, now, Door.SERVICE)
    return None


def must_change_password(session: Session, account_id: int) -> bool:
    """Whether the password is a one-time password still."""
    return _row(session, account_id).must_change_password


def change_password(session: Session, account_id: int, old: str, new: str, now: datetime) -> str:
    """Replace the password and end every session of the account: start a new one afterwards.

    "" if done, otherwise why not, in words.
    """
    row = _row(session, account_id)
    if not passwords.matches(old, row.password_hash):
        return "The present password is not right."
    if old == new:
        return "The new password must differ from the present one."
    reason = passwords.refusal(
        new, username=row.username, display_name=row.display_name, state=row.state, policy=policy(session).sessions
    )
    if reason:
        return reason
    _set_password(session, row, new, now, one_time=False)
    _tell_ledger(session, EventKind.PASSWORD_CHANGED, row, now, Door.SCREEN)
    return ""


def reset(session: Session, username: str, password: str, now: datetime) -> None:
    """Give an account a one-time password, enable it and end its sessions. Raises UnknownIdError."""
    row = _by_name(session, username)
    row.disabled = False
    row.failed_count = 0
    _set_password(session, row, password, now, one_time=True)
    _tell_ledger(session, EventKind.PASSWORD_RESET, row, now, Door.COMMAND_LINE)


def listed(session: Session) -> list[tuple[Account, bool]]:
    """All accounts by user name, each with whether it is disabled."""
    rows = session.scalars(select(AccountRow).order_by(AccountRow.username))
    return [(account_of(session, row, Door.SCREEN), row.disabled) for row in rows]


def named(session: Session, username: str) -> Account:
    """The account, for a command that acts with its rights. Raises UnknownIdError, NotAllowedError (disabled)."""
    row = _by_name(session, username)
    if row.disabled:
        raise NotAllowedError("This account is disabled.", "`nearmatch accounts reset` enables it.")
    return account_of(session, row, Door.COMMAND_LINE)


def account_of(session: Session, row: AccountRow, through: Door) -> Account:
    """The person as the rest of the house knows him or her, with what the role permits."""
    role = roles(session).find(row.role)
    return Account(
        id=row.id,
        username=row.username,
        display_name=row.display_name,
        role=row.role,
        state=row.state,
        permissions=role.permissions if role else frozenset(),
        region=row.region,
        district=row.district,
        through=through,
        masked=bool(role and role.masked),
    )


def _by_name(session: Session, username: str) -> AccountRow:
    row = session.scalars(select(AccountRow).where(AccountRow.username == username.strip().casefold())).one_or_none()
    if row is None:
        raise UnknownIdError("No account has this user name.", "`nearmatch accounts list` shows them all.")
    return row


def _refuse_account(session: Session, username: str, role: str) -> None:
    if not username or any(letter.isspace() for letter in username):
        raise StateChangeError("A user name is one word.", "Write it without blanks, as in maria.lopez.")
    if session.scalar(select(AccountRow.id).where(AccountRow.username == username)):
        raise StateChangeError("This user name is taken.", "Choose another one.")
    if roles(session).find(role) is None:
        known = ", ".join(one.id for one in roles(session).roles)
        raise StateChangeError(f"There is no role `{role}`.", f"The roles are: {known}.")


def _refuse_jurisdiction(session: Session, role: str, state: str, region: str, district: str) -> None:
    if state and not is_state(state):
        raise StateChangeError(f"`{state}` is not the postal code of a State.", "Write it like TX.")
    if (region or district) and not state:
        raise StateChangeError("A region or a district is of a State.", "Say which.")
    if region and district:
        raise StateChangeError("An account is of a region or of a district, not of both.", "Leave one out.")
    known = (RegionDistrict.state == state, RegionDistrict.region == region)
    if region and session.scalar(select(RegionDistrict.district).where(*known).limit(1)) is None:
        raise StateChangeError(f"{state} has no region `{region}`.", "`nearmatch regions list` shows them all.")
    level = "district" if district else "region" if region else "state"
    wanted = roles(session).find(role)
    if wanted is not None and wanted.level not in ("", level):
        raise StateChangeError(
            f"The role `{role}` is of one {wanted.level}, not of one {level}.", f"Say of which {wanted.level}."
        )


def _set_password(session: Session, row: AccountRow, password: str, now: datetime, *, one_time: bool) -> None:
    row.password_hash = passwords.hash_password(password)
    row.must_change_password = one_time
    own = (SessionRow.account_id == row.id) & SessionRow.ended.is_(None)
    session.execute(update(SessionRow).where(own).values(ended=now))


def _row(session: Session, account_id: int) -> AccountRow:
    row = session.get(AccountRow, account_id)
    if row is None:
        raise UnknownIdError(f"There is no account {account_id}.", "`nearmatch accounts list` shows them all.")
    return row


def _tell_ledger(session: Session, kind: EventKind, row: AccountRow, at: datetime, through: Door) -> None:
    """Only a person at the screen changes a password; the rest is done by no account."""
    actor = row.id if through is Door.SCREEN else None
    payload = {"account": row.id, "role": row.role, "state": row.state}
    ledger.append(session, kind, actor_id=actor, at=at, payload=payload, through=through)
