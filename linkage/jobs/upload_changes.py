"""What an upload changes, compared with what is stored. Pure: reads nothing, writes nothing.

A row is known again by its natural key: the qualifying move, and the first day, place and type of the enrollment. So a later
withdrawal date is a change of the same row, and a new school is a new row. Rows that are not sent stay as they are.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from linkage.ingest.folding import StudentUpload
from linkage.ingest.result import AcceptedRow
from linkage.store.base import canonical_json
from linkage.store.records import DEMOGRAPHICS, ROW_COLUMNS


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """A stored source record: number of its current version, digest, and its current rows: natural key -> (id, digest)."""

    record_id: int
    number: int
    digest: str
    rows: Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class KeyedRow:
    key: str
    digest: str
    row: AcceptedRow


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One student of an upload. `replaced`: ids of the stored rows whose key came with other content."""

    upload: StudentUpload
    known: KnownRecord | None
    digest: str
    new: tuple[KeyedRow, ...]
    changed: tuple[KeyedRow, ...]
    replaced: tuple[int, ...]
    unchanged: int
    repeated: int

    @property
    def version(self) -> int:
        """Number of the version this makes, or of the present one if nothing changes."""
        if self.known is None:
            return 1
        return self.known.number + 1 if self.differs else self.known.number

    @property
    def differs(self) -> bool:
        return self.known is None or bool(self.new or self.changed) or self.digest != self.known.digest


def changes(students: Iterable[StudentUpload], known: Mapping[str, KnownRecord]) -> list[RecordChange]:
    """One entry a student, in the order of the upload; `known` by State student ID."""
    return [_change(student, known.get(student.state_student_id)) for student in students]


def row_digest(values: Mapping[str, str]) -> str:
    """Digest of everything a row says, demographics included: the text as sent is kept whenever its content is new."""
    return _digest([values[column] for column in (*DEMOGRAPHICS, *ROW_COLUMNS)])


def demographics_digest(values: Mapping[str, str]) -> str:
    return _digest([values[column] for column in DEMOGRAPHICS])


def _change(student: StudentUpload, known: KnownRecord | None) -> RecordChange:
    stored = known.rows if known else {}
    rows = _keyed(student.rows)
    changed = [row for row in rows if row.key in stored and stored[row.key][1] != row.digest]
    new = [row for row in rows if row.key not in stored]
    return RecordChange(
        upload=student,
        known=known,
        digest=demographics_digest(student.demographics),
        new=tuple(new),
        changed=tuple(changed),
        replaced=tuple(stored[row.key][0] for row in changed),
        unchanged=len(rows) - len(new) - len(changed),
        repeated=len(student.rows) - len(rows),
    )


def _keyed(rows: Iterable[AcceptedRow]) -> list[KeyedRow]:
    """Rows with their keys. Rows that say the same are taken once; rows that only share a key are numbered, none is lost."""
    keyed: list[KeyedRow] = []
    seen: dict[str, list[str]] = {}
    for row in rows:
        key, digest = _natural_key(row.values), row_digest(row.values)
        digests = seen.setdefault(key, [])
        if digest in digests:
            continue
        digests.append(digest)
        keyed.append(KeyedRow(f"{key}.{len(digests)}", digest, row))
    return keyed


def _natural_key(values: Mapping[str, str]) -> str:
    starts = ("enrollment_date", "residency_date", "residency_verification_date", "withdrawal_date")
    places = ("school_id", "school_name", "facility_name")
    move = [values["qualifying_arrival_date"], values["move_to_city"].casefold(), values["move_to_state"]]
    start = next((values[column] for column in starts if values[column]), "")
    place = next((values[column].casefold() for column in places if values[column]), "")
    return _digest([*move, start, place, values["enrollment_type"]])[:32]


def _digest(values: list[str]) -> str:
    return hashlib.sha256(canonical_json(values).encode()).hexdigest()
