"""People and their sessions. A session lives on the server, so that it can be ended there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, UtcDateTime, primary_id, reference, text


class AccountRow(Base):
    """A person who may sign in. `state` is the jurisdiction, "" for none; usernames are kept in lower case."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("username"),
        CheckConstraint("username = lower(username) AND username <> ''", name="username"),
        CheckConstraint("failed_count >= 0", name="failed_count"),
    )

    id: Mapped[int] = primary_id()
    username: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = text()
    password_hash: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool]
    failed_count: Mapped[int]
    disabled: Mapped[bool]
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """One signed-in browser. Only the SHA-256 of its token is kept."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = reference("account.id", index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
