"""A date-of-birth conflict: its procedure, the steps done, and the evidence that people have seen. No scans of papers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, UtcDateTime, primary_id, reference, text


class BirthDateCase(Base):
    """One conflict, beside its worklist item. `near_match_id`: the item that waits for it; a merge follows only then.

    `procedure`: which of the four guided ways it goes, by who holds a birth certificate. Once settled: the date agreed on, by
    which evidence, and which State is asked to correct its own record.
    """

    __tablename__ = "birth_date_case"
    __table_args__ = (
        CheckConstraint("procedure IN ('', 'receiving_state', 'sending_state', 'both', 'neither')", name="procedure"),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("worklist_item.id", ondelete="RESTRICT"), primary_key=True)
    near_match_id: Mapped[int | None] = reference("worklist_item.id", nullable=True, index=True)
    procedure: Mapped[str] = text()
    receiving_record_id: Mapped[int] = reference("source_record.id")
    agreed_date: Mapped[str] = text()  # YYYY-MM-DD
    evidence_id: Mapped[int | None] = reference("birth_date_evidence.id", nullable=True)


class BirthDateEvidence(Base):
    """A document that somebody saw: which (code of rules/dob_evidence.yaml), what date it says, who saw it, where, when."""

    __tablename__ = "birth_date_evidence"
    __table_args__ = (Index("ix_birth_date_evidence_item_id", "item_id"),)

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    source_record_id: Mapped[int] = reference("source_record.id")
    document: Mapped[str] = mapped_column(Text)
    birth_date: Mapped[str] = mapped_column(Text)
    seen_by: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[str] = text()
    seen_on: Mapped[str] = text()
    recorded_by: Mapped[int] = reference("account.id")
    recorded: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[int | None] = reference("account.id", nullable=True)
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)


class BirthDateStep(Base):
    """One thing done on the way: a step of the procedure, its result, by whom."""

    __tablename__ = "birth_date_step"
    __table_args__ = (Index("ix_birth_date_step_item_id", "item_id"),)

    id: Mapped[int] = primary_id()
    item_id: Mapped[int] = reference("worklist_item.id")
    step: Mapped[str] = mapped_column(Text)  # a step of rules/dob_evidence.yaml
    result: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = text()
    actor_id: Mapped[int] = reference("account.id")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
