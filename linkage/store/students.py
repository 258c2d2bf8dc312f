"""Who is who: students with their 12-digit IDs, and which source record belongs to which student."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, UtcDateTime, primary_id, reference


class Student(Base):
    """One child. An ID once given is never deleted: once it has no records it leads to the student of the record it was made for."""

    __tablename__ = "student"
    __table_args__ = (
        # Cuts digits off both ends: what is left of a text of digits alone is nothing.
        CheckConstraint("length(id) = 12 AND trim(id, '0123456789') = ''", name="twelve_digits"),
        CheckConstraint("redirect_to <> id", name="no_self_redirect"),
    )

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    redirect_to: Mapped[str | None] = reference("student.id", nullable=True, index=True)


class Membership(Base):
    """A source record belongs to a student from `valid_from` on; at most one at a time (partial unique index)."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_current",
            "source_record_id",
            unique=True,
            sqlite_where=sql("valid_to IS NULL"),
            postgresql_where=sql("valid_to IS NULL"),
        ),
    )

    id: Mapped[int] = primary_id()
    source_record_id: Mapped[int] = reference("source_record.id", index=True)
    student_id: Mapped[str] = reference("student.id", index=True)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opened_by: Mapped[int | None] = reference("decision.id", nullable=True)
    closed_by: Mapped[int | None] = reference("decision.id", nullable=True)
