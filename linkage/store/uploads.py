"""What arrived: uploads, the lines that could not be used, and each sender's column mapping."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, Json, UtcDateTime, primary_id, reference, text


class Upload(Base):
    """One file of one State, accounted for line by line: the four counts of lines add up to `lines_read`.

    The accepted lines hold `rows_accepted` rows (a quoted cell may span lines): new, changed, unchanged or repeated
    ones; repeated: another row of the same file says the same move and enrollment. `header` is as sent.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("lines_read = lines_accepted + lines_quarantined + lines_blank + lines_header", name="lines"),
        CheckConstraint("rows_accepted = rows_new + rows_changed + rows_unchanged + rows_repeated", name="rows"),
        Index("ix_upload_state_file_digest", "state", "file_digest"),
    )

    id: Mapped[int] = primary_id()
    state: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    file_digest: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = text()
    delimiter: Mapped[str] = text()
    received: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = reference("account.id", nullable=True)
    mde_version: Mapped[str] = text()
    header: Mapped[list[str]] = mapped_column(Json)
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    lines_read: Mapped[int]
    lines_accepted: Mapped[int]
    lines_quarantined: Mapped[int]
    lines_blank: Mapped[int]
    lines_header: Mapped[int]
    rows_accepted: Mapped[int]
    rows_new: Mapped[int]
    rows_changed: Mapped[int]
    rows_unchanged: Mapped[int]
    rows_repeated: Mapped[int]
    students_new: Mapped[int]
    students_changed: Mapped[int]
    students_unchanged: Mapped[int]


class UploadQuarantine(Base):
    """A stretch of physical lines that could not be used, with its text, so that the sender can mend it."""

    __tablename__ = "upload_quarantine"
    __table_args__ = (CheckConstraint("line <= last_line", name="lines"),)

    id: Mapped[int] = primary_id()
    upload_id: Mapped[int] = reference("upload.id", index=True)
    line: Mapped[int]
    last_line: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = text()
    found: Mapped[str] = text()  # the fault in words, without personal data
    raw: Mapped[str] = mapped_column(Text)


class SavedMapping(Base):
    """Which of a sender's headers is which element: MDE column -> header. Used for the sender's next file."""

    __tablename__ = "column_mapping"
    __table_args__ = (UniqueConstraint("state"),)

    id: Mapped[int] = primary_id()
    state: Mapped[str] = mapped_column(Text)
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    saved: Mapped[datetime] = mapped_column(UtcDateTime)
