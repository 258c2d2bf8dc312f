"""What people set for themselves on the screen, and what they did there that is no decision."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, Json, UtcDateTime, one_of, primary_id, reference, text

LANGUAGES = ("en", "es")
THEMES = ("system", "light", "dark")
DENSITIES = ("comfortable", "compact")


class Preference(Base):
    """How a person wants the screens. `keys`: action -> letter, where the person chose another one than ours."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint(one_of("language", LANGUAGES), name="language"),
        CheckConstraint(one_of("theme", THEMES), name="theme"),
        CheckConstraint(one_of("density", DENSITIES), name="density"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="RESTRICT"), primary_key=True)
    language: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(Text)
    density: Mapped[str] = mapped_column(Text)
    shortcuts: Mapped[bool]
    keys: Mapped[dict[str, str]] = mapped_column(Json, default=dict)


class SavedView(Base):
    """A worklist with its filters under a name. `query`: the filters as in the page's address; never a search, which may name a child."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("account_id", "name"), CheckConstraint("name <> ''", name="name"))

    id: Mapped[int] = primary_id()
    account_id: Mapped[int] = reference("account.id")
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(UtcDateTime)


class Reveal(Base):
    """A masked value that somebody has looked at: whose, which field (an MDE column), from which item. Never the value."""

    __tablename__ = "reveal"
    __table_args__ = (Index("ix_reveal_account_id_at", "account_id", "at"),)

    id: Mapped[int] = primary_id()
    account_id: Mapped[int] = reference("account.id")
    source_record_id: Mapped[int] = reference("source_record.id", index=True)
    field: Mapped[str] = mapped_column(Text)
    item_id: Mapped[int | None] = reference("worklist_item.id", nullable=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class BlockingMiss(Base):
    """Two records that a person put beside each other and the scan had not: material for measuring what blocking misses.

    `probability`: what the engine says of them once it looks; NULL where it could not.
    """

    __tablename__ = "blocking_miss"
    __table_args__ = (
        CheckConstraint("record_a < record_b", name="order"),
        UniqueConstraint("item_id", "record_a", "record_b"),
    )

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    record_a: Mapped[int] = reference("source_record.id", index=True)
    record_b: Mapped[int] = reference("source_record.id", index=True)
    account_id: Mapped[int] = reference("account.id")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    probability: Mapped[float | None]


class Batch(Base):
    """Many items of one class decided together. `sample`: the items that the person had looked at one by one before."""

    __tablename__ = "batch"
    __table_args__ = (UniqueConstraint("idempotency_key"),)

    id: Mapped[int] = primary_id()
    account_id: Mapped[int] = reference("account.id", index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(Text)
    likeness: Mapped[dict[str, Any]] = mapped_column(Json)  # what makes the items one class; codes only
    sample: Mapped[list[int]] = mapped_column(Json)
    idempotency_key: Mapped[str] = mapped_column(Text)
    undone: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BatchItem(Base):
    """An item of a batch and what came of it; `decision_id` NULL and `refusal` filled where it could not be decided."""

    __tablename__ = "batch_item"
    __table_args__ = (CheckConstraint("decision_id IS NULL OR refusal = ''", name="outcome"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("batch.id", ondelete="RESTRICT"), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("worklist_item.id", ondelete="RESTRICT"), primary_key=True)
    decision_id: Mapped[int | None] = reference("decision.id", nullable=True)
    refusal: Mapped[str] = text()
