"""What people are to be told, and what they have said about a record without deciding anything."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, Json, UtcDateTime, primary_id, reference, text


class Notice(Base):
    """The outbox: written in the same transaction as what it tells of, sent later. Ids only, never a name or a date of birth.

    It goes to one account, or to the administrators of a State (or of a region or district of it). `key` makes it once only.
    """

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (state = '')", name="addressee"),
        UniqueConstraint("key"),
        Index("ix_notice_unsent", "created", sqlite_where=sql("sent IS NULL"), postgresql_where=sql("sent IS NULL")),
    )

    id: Mapped[int] = primary_id()
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    sent: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = reference("account.id", nullable=True, index=True)
    state: Mapped[str] = text()
    region: Mapped[str] = text()
    district: Mapped[str] = text()
    item_id: Mapped[int | None] = reference("worklist_item.id", nullable=True, index=True)
    decision_id: Mapped[int | None] = reference("decision.id", nullable=True)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class DisputeStatement(Base):
    """What a parent or student says against a record; shown with it wherever it is shown. Never deleted, at most withdrawn."""

    __tablename__ = "dispute_statement"
    __table_args__ = (CheckConstraint("statement <> ''", name="statement"), UniqueConstraint("idempotency_key"))

    id: Mapped[int] = primary_id()
    source_record_id: Mapped[int] = reference("source_record.id", index=True)
    statement: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)  # parent, student, guardian
    entered_by: Mapped[int] = reference("account.id")
    entered: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = reference("account.id", nullable=True)
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)
    idempotency_key: Mapped[str] = mapped_column(Text)
