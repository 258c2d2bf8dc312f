"""The ledger: every state change, chained. Rows are only ever added; triggers refuse everything else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, BigId, UtcDateTime


class LedgerEvent(Base):
    """One link. `payload` is canonical JSON of ids, counts and digests: never a name, a date of birth or a note.

    `actor_id` is no foreign key on purpose: an auditor can verify an exported ledger without the other tables.
    """

    __tablename__ = "ledger_event"
    __table_args__ = (CheckConstraint("seq >= 1", name="seq"), UniqueConstraint("hash"))

    seq: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    prev_hash: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload: Mapped[str] = mapped_column(Text)


class LedgerHead(Base):
    """The last link, in a single row: writers queue for it, and a ledger cut off at its end does not fit it."""

    __tablename__ = "ledger_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigId)
    hash: Mapped[str] = mapped_column(Text)
