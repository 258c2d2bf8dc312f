"""What people have decided, and what follows from it for later scans."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, Json, UtcDateTime, one_of, primary_id, reference, text

VERDICTS = (
    "same", "different", "twins", "regroup", "settle_date", "need_information", "validate", "reject", "withdraw", "reopen",
    "undo", "claim", "release", "reassign", "escalate", "apply",
)  # fmt: skip


class Decision(Base):
    """One thing one person said of one version of an item. Never changed, except that it is applied, then undone.

    `actor_id` is None where the service itself acts (it applies what was approved, it passes on what is overdue). `answers_id`:
    the decision that a validation, rejection, withdrawal or undo speaks of. `detail`: what the verdict needs beside its records:
    which part keeps which ID, to whom an item goes, whom somebody asks; codes and ids only. The outcome is kept, so that the same
    request sent twice (`idempotency_key`) gets the same answer.
    """

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(one_of("verdict", VERDICTS), name="verdict"),
        # The last guard of "one decision wins": two decisions on one version cannot both be stored.
        UniqueConstraint("item_id", "item_version"),
        UniqueConstraint("idempotency_key"),
        Index("ix_decision_answers_id", "answers_id"),
    )

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    item_version: Mapped[int]
    verdict: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[int | None] = reference("account.id", nullable=True, index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = text()
    reason: Mapped[str] = text(added=True)  # a code of policy.yaml
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default=sql("'{}'"))
    idempotency_key: Mapped[str] = mapped_column(Text)
    answers_id: Mapped[int | None] = reference("decision.id", nullable=True)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by: Mapped[int | None] = reference("decision.id", nullable=True)
    outcome_status: Mapped[str] = text()
    outcome_sentence: Mapped[str] = text()
    outcome_student: Mapped[str] = text()


class DecisionMember(Base):
    """A source record that a decision speaks of, in the version that was looked at, and into which part it puts it."""

    __tablename__ = "decision_member"
    __table_args__ = (
        CheckConstraint("part >= 0", name="part"),
        Index("ix_decision_member_source_record_id", "source_record_id"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id", ondelete="RESTRICT"), primary_key=True)
    source_record_id: Mapped[int] = mapped_column(ForeignKey("source_record.id", ondelete="RESTRICT"), primary_key=True)
    version: Mapped[int]
    part: Mapped[int] = mapped_column(default=0, server_default=sql("0"))


class PairConstraint(Base):
    """What a decision says of two source records: one child (must_link), or not (cannot_link, twins).

    Of two in force about the same pair the later decision counts (a split overrules the merge before it), and if it is undone
    the earlier one counts again. A "no" carries the fingerprints of the identity fields that were seen; it ends for good when one of
    them changes.
    """

    __tablename__ = "pair_constraint"
    __table_args__ = (
        CheckConstraint("record_a < record_b", name="order"),
        CheckConstraint("kind IN ('must_link', 'cannot_link', 'twins')", name="kind"),
        CheckConstraint("active = (ended_at IS NULL)", name="ended"),
        CheckConstraint(one_of("ended_because", ("", "undone", "overruled", "identity_changed")), name="ended_because"),
        UniqueConstraint("decision_id", "record_a", "record_b"),
        Index("ix_pair_constraint_record_a", "record_a"),
        Index("ix_pair_constraint_record_b", "record_b"),
        Index("ix_pair_constraint_active", "kind", sqlite_where=sql("active"), postgresql_where=sql("active")),
    )

    id: Mapped[int] = primary_id()
    decision_id: Mapped[int] = reference("decision.id")
    kind: Mapped[str] = mapped_column(Text)
    record_a: Mapped[int] = reference("source_record.id")
    record_b: Mapped[int] = reference("source_record.id")
    version_a: Mapped[int]
    version_b: Mapped[int]
    fingerprint_a: Mapped[str] = mapped_column(Text)
    fingerprint_b: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str] = text()  # "", undone, overruled, identity_changed
