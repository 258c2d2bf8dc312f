"""The records of the store as a table: with all enrollments that are current, whichever records are asked for."""

from linkage.engine.matcher import Matcher
from linkage.pair_scoring import score_pairs
from linkage.records import ENROLLMENT_COLUMNS, Enrollments, RecordTable
from linkage.store.current import current_table, one_table
from rules.rulebook import load_rulebook
from tests.identity_helpers import World, child

pytest_plugins = ["tests.identity_fixtures"]


def _stays(table: RecordTable) -> list[list[tuple[str, ...]]]:
    """First day, last day and State of each enrollment of each record, as stored."""
    assert table.enrollments is not None
    given: Enrollments = table.enrollments
    read = ("enrollment_date", "withdrawal_date", "facility_state")
    rows = list(zip(*(given.columns[column] for column in read), strict=True))
    return [rows[start:end] for start, end in zip(given.offsets[:-1], given.offsets[1:], strict=True)]


def test_every_current_enrollment_of_a_record_is_in_the_table(world: World) -> None:
    fall = {"enrollment_date": "2025-09-02", "facility_state": "TX"}
    spring = {"enrollment_date": "2026-01-12", "facility_state": "TX"}
    world.upload("TX", child("T1", **fall), child("T2", **fall), child("T1", **spring))
    world.upload("WA", child("W1", enrollment_date="", residency_date="2025-10-01"))
    world.upload("TX", child("T1", **fall, withdrawal_date="2025-12-19"))  # the same row, now with its last day
    with world.database.unit_of_work(read_only=True) as session:
        table, _ = current_table(session)
        turned = one_table(session, ("WA:W1", "TX:T1"))
    autumn = ("2025-09-02", "2025-12-19", "TX")
    stays = dict(zip(table.ids, map(sorted, _stays(table)), strict=True))
    first, second, third = (str(world.record(*key)) for key in (("TX", "T1"), ("TX", "T2"), ("WA", "W1")))
    assert stays == {
        first: [autumn, ("2026-01-12", "", "TX")],
        second: [("2025-09-02", "", "TX")],
        third: [("", "", "")],
    }
    assert [sorted(some) for some in _stays(turned)] == [stays[third], stays[first]]
    assert set(table.enrollments.columns) == set(ENROLLMENT_COLUMNS)


def test_explain_sees_an_enrollment_that_a_later_row_has_not_replaced(world: World) -> None:
    world.upload("TX", child("T1", enrollment_date="2025-09-02", facility_state="TX", withdrawal_date="2025-12-19"))
    world.upload("TX", child("T1", enrollment_date="2026-02-02", facility_state="TX", withdrawal_date="2026-02-20"))
    world.upload("WA", child("W1", enrollment_date="2025-10-01", facility_state="WA", withdrawal_date="2025-11-10"))
    rulebook = load_rulebook()
    with world.database.unit_of_work(read_only=True) as session:
        table = one_table(session, ("TX:T1", "WA:W1"))
    assert "GUARD-ATTENDANCE" in score_pairs(table, [(0, 1)], rulebook)[0].evidence.guards


def test_an_empty_store_is_an_empty_table(world: World) -> None:
    with world.database.unit_of_work(read_only=True) as session:
        table, versions = current_table(session)
    assert (len(table), versions, _stays(table)) == (0, {}, [])
    assert len(Matcher.of_rules(load_rulebook()).standardize(table)) == 0
