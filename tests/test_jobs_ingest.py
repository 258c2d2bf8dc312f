"""Storing uploads: nothing twice, nothing overwritten, nothing lost, and all or nothing."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from linkage.errors import ColumnMappingError, InputFileError, UnknownIdError
from linkage.identity.record_views import record_views
from linkage.identity.views import RecordView
from linkage.ingest.mapping import ColumnMapping
from linkage.jobs import ingest_upload
from linkage.jobs.ingest_upload import UploadOutcome, ingest_file
from linkage.jobs.upload_store import saved_mapping
from linkage.store.models import LedgerEvent, SourceRecordVersion, SourceRow, Student, Upload, UploadQuarantine
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]


def _counts(outcome: UploadOutcome) -> tuple[int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged


def _stored(world: World) -> list[int]:
    with world.database.unit_of_work(read_only=True) as session:
        tables = (Upload, SourceRecordVersion, SourceRow, Student, UploadQuarantine, LedgerEvent)
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def _record(world: World, state: str, name: str) -> RecordView:
    number = world.record(state, name)
    with world.database.unit_of_work(read_only=True) as session:
        return record_views(session, [number])[number]


def _ingest(world: World, path: Path, state: str = "TX", mapping: ColumnMapping | None = None) -> UploadOutcome:
    now = world.tick()
    return ingest_file(world.database, path, state, now=now, today=now.date(), ids=world.ids, mapping=mapping)


def test_a_new_student_gets_a_record_a_version_and_a_student_of_its_own(world: World) -> None:
    outcome = world.upload("TX", child("T1"), child("T2"))
    assert _counts(outcome) == (2, 0, 0)
    assert _record(world, "TX", "T1").version == 1
    assert len(set(world.students().values())) == 2
    assert world.problems() == []


def test_the_same_file_again_changes_nothing_at_all(world: World) -> None:
    first = world.upload("TX", child("T1"), child("T2"), name="upload.csv")
    before = _stored(world)
    again = _ingest(world, world.folder / "upload.csv")
    assert _counts(again) == (0, 0, 2)
    assert (again.upload_id, again.sent_before) == (None, world.now.replace(minute=world.now.minute - 1))
    assert again.changes_nothing
    assert not first.changes_nothing
    assert _stored(world) == before


def test_the_same_rows_in_another_file_are_noted_and_change_no_record(world: World) -> None:
    world.upload("TX", child("T1"), child("T2"))
    before = _stored(world)
    outcome = world.upload("TX", child("T2"), child("T1"))
    assert _counts(outcome) == (0, 0, 2)
    assert outcome.sent_before is None
    after = _stored(world)
    assert after[1:5] == before[1:5]
    assert after[0] == before[0] + 1
    assert world.problems() == []


def test_a_changed_row_makes_a_new_version_and_keeps_the_old(world: World) -> None:
    world.upload("TX", child("T1", birth_date="2012-08-03"))
    outcome = world.upload("TX", child("T1", birth_date="2012-03-08"))
    assert _counts(outcome) == (0, 1, 0)
    record = _record(world, "TX", "T1")
    assert (record.version, record.values["birth_date"], record.raw["birth_date"]) == (2, "2012-03-08", "2012-03-08")
    with world.database.unit_of_work(read_only=True) as session:
        dates = session.scalars(select(SourceRecordVersion.birth_date).order_by(SourceRecordVersion.number)).all()
        rows = session.scalars(select(SourceRow).order_by(SourceRow.id)).all()
    assert dates == ["2012-08-03", "2012-03-08"]
    assert [(row.first_version, row.last_version) for row in rows] == [(1, 1), (2, None)]
    assert world.problems() == []


def test_a_later_withdrawal_changes_the_row_and_a_new_school_adds_one(world: World) -> None:
    world.upload("TX", child("T1"))
    world.upload("TX", child("T1", withdrawal_date="2026-01-15"))
    world.upload("TX", child("T1", school_name="Hillside", enrollment_date="2026-01-20"))
    record = _record(world, "TX", "T1")
    assert record.version == 3
    assert [one.school for one in record.enrollments] == ["Lakeside", "Hillside"]
    assert str(record.enrollments[0].end) == "2026-01-15"
    assert len(record.moves) == 1


def test_several_rows_of_one_student_are_one_record(world: World) -> None:
    rows = [child("T1"), child("T1", enrollment_date="2026-01-20", school_name="Hillside"), child("T1")]
    outcome = world.upload("TX", *rows)
    assert _counts(outcome) == (1, 0, 0)
    with world.database.unit_of_work(read_only=True) as session:
        upload = session.scalars(select(Upload)).one()
    assert (upload.rows_accepted, upload.rows_new, upload.rows_repeated) == (3, 2, 1)
    assert world.problems() == []


def test_rows_that_only_share_their_key_are_all_kept(world: World) -> None:
    rows = [child("T1", grade_level="03"), child("T1", grade_level="04")]
    world.upload("TX", *rows)
    assert [one.grade for one in _record(world, "TX", "T1").enrollments] == ["03", "04"]
    assert _counts(world.upload("TX", *rows, child("T9"))) == (1, 0, 1)


def test_rows_that_disagree_about_the_child_are_counted_and_the_last_one_counts(world: World) -> None:
    outcome = world.upload("TX", child("T1", sex="F"), child("T1", sex="M", enrollment_date="2026-01-20"))
    assert outcome.disagreeing == 1
    assert _record(world, "TX", "T1").values["sex"] == "M"


def test_two_states_may_use_the_same_student_number(world: World) -> None:
    world.upload("TX", child("7"))
    assert _counts(world.upload("WA", child("7"))) == (1, 0, 0)
    assert len(world.students()) == 2


def test_quarantined_lines_are_stored_with_their_text(world: World) -> None:
    outcome = world.upload("TX", child("T1"), child("T2", birth_date="someday"), child("T3", first_name=""))
    report = outcome.report
    assert (report.accepted, report.quarantined, report.header_lines, report.lines_read) == (1, 2, 1, 4)
    with world.database.unit_of_work(read_only=True) as session:
        lines = session.scalars(select(UploadQuarantine).order_by(UploadQuarantine.line)).all()
    assert [(one.line, one.reason, one.field) for one in lines] == [
        (3, "bad_date", "birth_date"),
        (4, "missing_mandatory", "first_name"),
    ]
    assert "someday" in lines[0].raw
    assert world.problems() == []


def _renamed(path: Path, header: str, state_student_id: str) -> Path:
    names = ["state_student_id", "first_name", header, "sex", "birth_date", "qualifying_arrival_date"]
    names += ["eligibility_expiration_date", "enrollment_type", "enrollment_date"]
    cells = [state_student_id, "Ximena", "Quetzal", "F", "2012-08-03", "2025-06-01", "2028-05-31", "01", "2025-09-02"]
    path.write_text(",".join(names) + "\n" + ",".join(cells) + "\n", encoding="utf-8")
    return path


def test_a_mapping_is_saved_for_the_sender_and_used_for_the_next_file(world: World, tmp_path: Path) -> None:
    odd = _renamed(tmp_path / "odd.csv", "Clan", "T1")
    with pytest.raises(ColumnMappingError, match="Clan"):
        _ingest(world, odd)
    _ingest(world, odd, mapping=ColumnMapping({"last_name_1": "Clan"}))
    outcome = _ingest(world, _renamed(tmp_path / "next.csv", "Clan", "T2"))
    assert _counts(outcome) == (1, 0, 0)
    assert not outcome.mapping_renewed
    with pytest.raises(ColumnMappingError):
        _ingest(world, _renamed(tmp_path / "other_state.csv", "Clan", "W1"), "WA")
    with world.database.unit_of_work(read_only=True) as session:
        saved = saved_mapping(session, "TX")
        assert saved
        assert saved.columns["last_name_1"] == "Clan"
        assert saved_mapping(session, "WA") is None


def test_a_sender_whose_columns_changed_is_recognized_anew(world: World, tmp_path: Path) -> None:
    _ingest(world, _renamed(tmp_path / "odd.csv", "Clan", "T1"), mapping=ColumnMapping({"last_name_1": "Clan"}))
    outcome = _ingest(world, _renamed(tmp_path / "plain.csv", "last_name_1", "T2"))
    assert outcome.mapping_renewed
    assert _counts(outcome) == (1, 0, 0)


def test_a_file_that_cannot_be_read_and_a_state_that_does_not_exist_change_nothing(
    world: World, tmp_path: Path
) -> None:
    zipped = tmp_path / "zipped.csv"
    zipped.write_bytes(b"PK\x03\x04" + bytes(100))
    before = _stored(world)
    with pytest.raises(InputFileError):
        _ingest(world, zipped)
    with pytest.raises(UnknownIdError, match="postal code"):
        _ingest(world, zipped, "XX")
    assert _stored(world) == before


def test_a_failure_at_the_very_end_leaves_nothing_behind(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _stored(world)

    def fail(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(ingest_upload, "_append_to_ledger", fail)
    with pytest.raises(OSError):  # noqa: PT011 - the bare error above
        world.upload("TX", child("T1"))
    assert _stored(world) == before


def test_an_id_that_somebody_has_is_never_given_again(world: World, pair: Pair) -> None:
    class Repeating:
        def __init__(self) -> None:
            self.turn = 0

        def student_id(self) -> str:
            self.turn += 1
            return taken if self.turn < 4 else world_ids.student_id()

    taken = world.students()[pair.texas]
    world_ids = world.ids
    world.ids = Repeating()  # type: ignore[assignment]
    world.upload("TX", child("T5"), child("T6"))
    assert list(world.students().values()).count(taken) == 1
    assert world.problems() == []
