"""What somebody must decide: scans, worklist items, their records and the evidence for each pair."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, BigId, Json, UtcDateTime, one_of, primary_id, reference, text

KINDS = ("near_match", "identity_returned", "suggested_split", "validate_merge", "validate_split", "birth_date")
STATUSES = (
    "open", "claimed", "escalated", "waiting_validation", "waiting_information", "approved",
    "applied", "rejected", "withdrawn", "superseded",
)  # fmt: skip
LEVELS = ("district", "region", "state")
UNFINISHED = one_of("status", STATUSES[:6])


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
    """Records about which somebody must decide. Every change makes `version` one larger.

    `scan_id` is the scan that proposed it, `flagged_by` the person who did: one of the two. While it waits for a validation
    or for its day, `waiting_decision_id` is the proposal; `proposer_id` may not validate it, and, if `not_state` is filled, nobody
    of that State may. `claimed_by` works on it until `claimed_until`. `answer_due` and `resolve_due` are the deadlines; `answered`
    is when somebody first did something, `reminded` when the service last spoke of a deadline. `in_child_count`: whether one of its
    children counted when it was last looked at; a decision looks again. `disagreed`: the two accounts whose independent answers differed.
    """

    __tablename__ = "worklist_item"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("status", STATUSES), name="status"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("probability >= 0 AND probability <= 1", name="probability"),
        CheckConstraint("(scan_id IS NULL) = (flagged_by IS NOT NULL)", name="origin"),
        CheckConstraint(
            "(status IN ('waiting_validation', 'approved')) = (waiting_decision_id IS NOT NULL)",
            name="waits_for_decision",
        ),
        CheckConstraint("status <> 'waiting_validation' OR proposer_id IS NOT NULL", name="waiting_has_proposer"),
        CheckConstraint(
            "(status = 'claimed') = (claimed_by IS NOT NULL) AND (claimed_by IS NULL) = (claimed_until IS NULL)",
            name="claimed",
        ),
        CheckConstraint("(status = 'approved') = (applies_at IS NOT NULL)", name="approved_has_day"),
        Index(
            "uq_worklist_item_unfinished",
            "key",
            unique=True,
            sqlite_where=sql(UNFINISHED),
            postgresql_where=sql(UNFINISHED),
        ),
        Index("ix_worklist_item_status_probability", "status", "probability"),
        Index("ix_worklist_item_status_resolve_due", "status", "resolve_due"),
        Index("ix_worklist_item_changed", "changed"),
        Index("uq_worklist_item_id_status", "id", "status", unique=True),  # for the places, which follow it
    )

    id: Mapped[int] = primary_id()
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column()
    probability: Mapped[float]
    guards: Mapped[list[str]] = mapped_column(Json)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    changed: Mapped[datetime] = mapped_column(UtcDateTime)
    scan_id: Mapped[int | None] = reference("scan.id", nullable=True, index=True)
    flagged_by: Mapped[int | None] = reference("account.id", nullable=True)
    returned_reason: Mapped[str] = text()
    proposer_id: Mapped[int | None] = reference("account.id", nullable=True)
    not_state: Mapped[str] = text()
    waiting_decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id", ondelete="RESTRICT", use_alter=True)
    )
    claimed_by: Mapped[int | None] = reference("account.id", nullable=True, index=True)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applies_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolve_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded: Mapped[datetime | None] = mapped_column(UtcDateTime)
    information_from: Mapped[str] = text(added=True)  # a word of `handling.ASKED`, own_state; "" while nobody is asked
    information_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_child_count: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    disagreed: Mapped[list[int]] = mapped_column(Json, default=list, server_default=sql("'[]'"))

    # The mapper writes an item only as it has read it: StaleDataError rather than a lost update. `recording.claim` counts.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012 - read once, by SQLAlchemy


class ItemConcern(Base):
    """Whose item it is: each State and district ("" where none is known) with a record of one of its students, kept as they change.

    It follows from memberships and records (`identity.ownership` renews it, `nearmatch verify` compares); a worklist of thousands of
    items cannot be read from these each time.
    """

    __tablename__ = "item_concern"

    item_id: Mapped[int] = mapped_column(ForeignKey("worklist_item.id", ondelete="RESTRICT"), primary_key=True)
    state: Mapped[str] = mapped_column(Text, primary_key=True)
    district: Mapped[str] = mapped_column(Text, primary_key=True)


class ItemPlace(Base):
    """Where an item stands in one State: at which level, in which district and region, with whom if it was handed to somebody.

    The district is that of the latest enrollment among the State's records of the item; "" where none is known. There is one place
    for each State with a concern. `status` is the item's, which the database keeps so: what stands where is found in one index.
    """

    __tablename__ = "item_place"
    __table_args__ = (
        ForeignKeyConstraint(
            ["item_id", "status"], ["worklist_item.id", "worklist_item.status"], onupdate="CASCADE", ondelete="RESTRICT"
        ),
        CheckConstraint(one_of("level", LEVELS), name="level"),
        Index("ix_item_place_assignee_id", "assignee_id"),
        Index("ix_item_place_state_status_item_id", "state", "status", "item_id"),
    )

    item_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    state: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = text()
    region: Mapped[str] = text()
    assignee_id: Mapped[int | None] = reference("account.id", nullable=True)


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
