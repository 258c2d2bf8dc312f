"""What somebody must decide: scans, worklist items, their records and the evidence for each pair."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, BigId, Json, UtcDateTime, primary_id, reference, text

UNFINISHED = "status IN ('open', 'waiting_validation', 'waiting_information')"


class Scan(Base):
    """One run of the pipeline over all current records that led to changes, with the rules it used."""

    __tablename__ = "scan"

    id: Mapped[int] = primary_id()
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    rulebook_hash: Mapped[str] = mapped_column(Text)
    last_version_id: Mapped[int] = mapped_column(BigId)  # the newest source record version that the scan has read
    records: Mapped[int]
    candidate_pairs: Mapped[int]
    near_matches: Mapped[int]
    proposals: Mapped[int]
    opened: Mapped[int]
    refreshed: Mapped[int]
    superseded: Mapped[int]


class WorklistItem(Base):
    """Two to five records: a near match, or a student who may be two children. Every change makes `version` one larger.

    While it waits for a validation, `waiting_decision_id` is the proposal, `proposer_id` may not validate it, and, if
    `not_state` is filled, nobody of that State may.
    """

    __tablename__ = "worklist_item"
    __table_args__ = (
        CheckConstraint(
            "status IN ('open', 'waiting_validation', 'waiting_information', 'applied', 'superseded')", name="status"
        ),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        CheckConstraint(
            "(status = 'waiting_validation') = (waiting_decision_id IS NOT NULL AND proposer_id IS NOT NULL)",
            name="waiting_has_proposer",
        ),
        Index(
            "uq_worklist_item_unfinished",
            "key",
            unique=True,
            sqlite_where=sql(UNFINISHED),
            postgresql_where=sql(UNFINISHED),
        ),
        Index("ix_worklist_item_status_probability", "status", "probability"),
    )

    id: Mapped[int] = primary_id()
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)  # near_match, suggested_split
    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    probability: Mapped[float]
    guards: Mapped[list[str]] = mapped_column(Json)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    changed: Mapped[datetime] = mapped_column(UtcDateTime)
    scan_id: Mapped[int] = reference("scan.id", index=True)
    returned_reason: Mapped[str] = text()
    proposer_id: Mapped[int | None] = reference("account.id", nullable=True)
    not_state: Mapped[str] = text()
    waiting_decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id", ondelete="RESTRICT", use_alter=True)
    )


class ItemMember(Base):
    """A source record of an item, and the version of it that the proposal saw."""

    __tablename__ = "item_member"
    __table_args__ = (Index("ix_item_member_source_record_id", "source_record_id"),)

    item_id: Mapped[int] = mapped_column(ForeignKey("worklist_item.id", ondelete="RESTRICT"), primary_key=True)
    source_record_id: Mapped[int] = mapped_column(ForeignKey("source_record.id", ondelete="RESTRICT"), primary_key=True)
    version: Mapped[int]


class ScoredPair(Base):
    """The evidence an item shows for one pair: the score of these versions under these rules."""

    __tablename__ = "scored_pair"
    __table_args__ = (
        CheckConstraint("record_a < record_b", name="order"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        CheckConstraint("band IN ('auto', 'near', 'none')", name="band"),
        UniqueConstraint("item_id", "record_a", "record_b"),
    )

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    scan_id: Mapped[int] = reference("scan.id", index=True)
    record_a: Mapped[int] = reference("source_record.id", index=True)
    record_b: Mapped[int] = reference("source_record.id", index=True)
    version_a: Mapped[int]
    version_b: Mapped[int]
    weight: Mapped[float]
    probability: Mapped[float]
    band: Mapped[str] = mapped_column(Text)
    guards: Mapped[list[str]] = mapped_column(Json)
    lines: Mapped[list[list[Any]]] = mapped_column(Json)  # field, title, level, sentence, weight
    rulebook_hash: Mapped[str] = mapped_column(Text)
