"""People and their sessions. A session lives on the server, so that it can be ended there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, UtcDateTime, primary_id, reference, text


class AccountRow(Base):
    """A person who may sign in. Usernames are kept in lower case.

    The jurisdiction is a State, or a region or a district of it; "" for none.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("username"),
        CheckConstraint("username = lower(username) AND username <> ''", name="username"),
        CheckConstraint("failed_count >= 0", name="failed_count"),
        CheckConstraint(
            "(region = '' OR district = '') AND (state <> '' OR (region || district) = '')", name="jurisdiction"
        ),
    )

    id: Mapped[int] = primary_id()
    username: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = text()
    region: Mapped[str] = text(added=True)
    district: Mapped[str] = text(added=True)
    password_hash: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool]
    failed_count: Mapped[int]
    disabled: Mapped[bool]
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class RegionDistrict(Base):
    """Which region of a State a school district belongs to. Where a State has no regions there are no rows."""

    __tablename__ = "region_district"

    state: Mapped[str] = mapped_column(Text, primary_key=True)
    district: Mapped[str] = mapped_column(Text, primary_key=True)
    region: Mapped[str] = mapped_column(Text, index=True)


class SessionRow(Base):
    """One signed-in browser. Only the SHA-256 of its token is kept."""

    __tablename__ = "session"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = reference("account.id", index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
