"""What each State says of each child: source records, their versions, and their rows of moves and enrollments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from linkage.store.base import Base, Json, UtcDateTime, primary_id, reference, text


class SourceRecord(Base):
    """One child as one State knows it, keyed by (State, State student ID). Never overwritten: see the versions.

    `home_student_id` is the student made for this record when it first came; merges do not change it. `district` is the school
    district of its latest enrollment.
    """

    __tablename__ = "source_record"
    __table_args__ = (
        UniqueConstraint("state", "state_student_id"),
        Index("ix_source_record_state_student_id", "state_student_id"),
        Index("ix_source_record_state_district", "state", "district"),
    )

    id: Mapped[int] = primary_id()
    state: Mapped[str] = mapped_column(Text)
    state_student_id: Mapped[str] = mapped_column(Text)
    home_student_id: Mapped[str] = reference("student.id", index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    district: Mapped[str] = text(added=True)


class SourceRecordVersion(Base):
    """The demographics (MDE 3-19) of a source record, as one upload left them. Numbers run 1, 2, 3 without gaps."""

    __tablename__ = "source_record_version"
    __table_args__ = (
        UniqueConstraint("source_record_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index(
            "uq_source_record_version_current",
            "source_record_id",
            unique=True,
            sqlite_where=sql("is_current"),
            postgresql_where=sql("is_current"),
        ),
        Index("ix_source_record_version_birth_date", "birth_date"),
    )

    id: Mapped[int] = primary_id()
    source_record_id: Mapped[int] = reference("source_record.id")
    number: Mapped[int]
    is_current: Mapped[bool]
    upload_id: Mapped[int] = reference("upload.id", index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(Text)
    state_student_id_type: Mapped[str] = text()
    first_name: Mapped[str] = text()
    middle_name: Mapped[str] = text()
    last_name_1: Mapped[str] = text()
    last_name_2: Mapped[str] = text()
    suffix: Mapped[str] = text()
    sex: Mapped[str] = text()
    birth_date: Mapped[str] = text()
    multiple_birth: Mapped[str] = text()
    birth_city: Mapped[str] = text()
    birth_state: Mapped[str] = text()
    birth_country: Mapped[str] = text()
    birth_date_verification: Mapped[str] = text()
    parent1_first: Mapped[str] = text()
    parent1_last: Mapped[str] = text()
    parent2_first: Mapped[str] = text()
    parent2_last: Mapped[str] = text()


class SourceRow(Base):
    """One qualifying move with one enrollment (MDE 20-49, 70, 73) of a source record, and the line as it was sent.

    A row whose content changes is closed (`last_version`) and a new one takes its `natural_key`. The headers of the raw
    cells are those of the upload.
    """

    __tablename__ = "source_row"
    __table_args__ = (
        CheckConstraint("last_version IS NULL OR last_version >= first_version", name="versions"),
        Index(
            "uq_source_row_current",
            "source_record_id",
            "natural_key",
            unique=True,
            sqlite_where=sql("last_version IS NULL"),
            postgresql_where=sql("last_version IS NULL"),
        ),
    )

    id: Mapped[int] = primary_id()
    source_record_id: Mapped[int] = reference("source_record.id", index=True)
    upload_id: Mapped[int] = reference("upload.id", index=True)
    line: Mapped[int]
    natural_key: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    first_version: Mapped[int]
    last_version: Mapped[int | None]
    raw: Mapped[list[str]] = mapped_column(Json)
    qualifying_arrival_date: Mapped[str] = text()
    move_from_city: Mapped[str] = text()
    move_from_state: Mapped[str] = text()
    move_from_country: Mapped[str] = text()
    move_to_city: Mapped[str] = text()
    move_to_state: Mapped[str] = text()
    eligibility_expiration_date: Mapped[str] = text()
    enrollment_date: Mapped[str] = text()
    enrollment_type: Mapped[str] = text()
    school_name: Mapped[str] = text()
    project_type: Mapped[str] = text()
    school_id: Mapped[str] = text()
    facility_name: Mapped[str] = text()
    facility_address_1: Mapped[str] = text()
    facility_address_2: Mapped[str] = text()
    facility_address_3: Mapped[str] = text()
    facility_city: Mapped[str] = text()
    school_district: Mapped[str] = text()
    facility_state: Mapped[str] = text()
    facility_zip: Mapped[str] = text()
    telephone: Mapped[str] = text()
    grade_level: Mapped[str] = text()
    el_indicator: Mapped[str] = text()
    iep_indicator: Mapped[str] = text()
    med_alert: Mapped[str] = text()
    pfs_flag: Mapped[str] = text()
    immunization_flag: Mapped[str] = text()
    withdrawal_date: Mapped[str] = text()
    residency_date: Mapped[str] = text()
    residency_verification_date: Mapped[str] = text()


class NameKey(Base):
    """The name tokens of a source record's current version, as written and as they sound: makes search indexed."""

    __tablename__ = "name_key"
    __table_args__ = (
        CheckConstraint("kind IN ('token', 'soundex')", name="kind"),
        Index("ix_name_key_kind_key", "kind", "key", "source_record_id"),
    )

    source_record_id: Mapped[int] = mapped_column(ForeignKey("source_record.id", ondelete="RESTRICT"), primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)


def _columns(model: type[Base], first: str) -> tuple[str, ...]:
    names = [column.name for column in model.__table__.columns]
    return tuple(names[names.index(first) :])


DEMOGRAPHICS = _columns(SourceRecordVersion, "state_student_id_type")  # MDE 3-19
ROW_COLUMNS = _columns(SourceRow, "qualifying_arrival_date")  # MDE 20-49, 70, 73
