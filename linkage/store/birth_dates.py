"""A date-of-birth conflict: its procedure, the steps done, and the evidence that people have seen. No scans of papers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, UtcDateTime, one_of, primary_id, reference, text
from rules.dob_evidence import PROCEDURES


class BirthDateCase(Base):
    """One conflict, beside its worklist item. `near_match_id`: the item that waits for it; a merge follows only then.

    `procedure`: which of the guided ways somebody chose; "" follows what the evidence suggests. `receiving_record_id`: the record
    with the latest move or enrollment. Once settled: by which decision, on which date, resting on which evidence.
    """

    __tablename__ = "birth_date_case"
    __table_args__ = (
        CheckConstraint(one_of("procedure", ("", *PROCEDURES)), name="procedure"),
        CheckConstraint(
            "(decision_id IS NULL) = (agreed_date = '') AND (decision_id IS NULL) = (evidence_id IS NULL)",
            name="settled",
        ),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("worklist_item.id", ondelete="RESTRICT"), primary_key=True)
    near_match_id: Mapped[int] = reference("worklist_item.id", index=True)
    procedure: Mapped[str] = text()
    receiving_record_id: Mapped[int] = reference("source_record.id")
    agreed_date: Mapped[str] = text()  # YYYY-MM-DD
    evidence_id: Mapped[int | None] = reference("birth_date_evidence.id", nullable=True)
    decision_id: Mapped[int | None] = reference("decision.id", nullable=True)


class BirthDateEvidence(Base):
    """A document that somebody saw: which (code of rules/dob_evidence.yaml), what date it says, who saw it, where, when.

    `source_record_id`: the record that it speaks for.
    """

    __tablename__ = "birth_date_evidence"
    __table_args__ = (
        Index("ix_birth_date_evidence_item_id", "item_id"),
        UniqueConstraint("idempotency_key"),
        CheckConstraint("(withdrawn_by IS NULL) = (withdrawn IS NULL)", name="withdrawn"),
    )

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    source_record_id: Mapped[int] = reference("source_record.id", index=True)
    document: Mapped[str] = mapped_column(Text)
    birth_date: Mapped[str] = mapped_column(Text)
    seen_by: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[str] = mapped_column(Text)
    seen_on: Mapped[str] = mapped_column(Text)  # YYYY-MM-DD
    recorded_by: Mapped[int] = reference("account.id")
    recorded: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = reference("account.id", nullable=True)
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_note: Mapped[str] = text()
    idempotency_key: Mapped[str] = mapped_column(Text)


class BirthDateStep(Base):
    """One thing done on the way, never changed: a step of a procedure, whose it was, its result, by whom.

    Asking the question (`step` "open") and choosing a procedure ("choose") are such as well; their `result` is "".
    """

    __tablename__ = "birth_date_step"
    __table_args__ = (Index("ix_birth_date_step_item_id", "item_id"), UniqueConstraint("idempotency_key"))

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    procedure: Mapped[str] = mapped_column(Text)
    step: Mapped[str] = mapped_column(Text)
    result: Mapped[str] = text()
    owner: Mapped[str] = text()  # receiving, sending
    note: Mapped[str] = text()
    actor_id: Mapped[int] = reference("account.id")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    idempotency_key: Mapped[str] = mapped_column(Text)
