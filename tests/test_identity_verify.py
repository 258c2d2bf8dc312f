"""Each invariant notices when it is broken, and only it."""

import pytest
from sqlalchemy import text

from linkage.identity.verify import check
from linkage.identity.views import Verdict
from tests.identity_helpers import Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

BREAKS = {
    "lines": "UPDATE upload SET lines_quarantined = 1, lines_read = lines_read + 1",
    "versions": "UPDATE source_record_version SET number = 7 WHERE source_record_id = 1",
    "rows": "UPDATE source_row SET last_version = 9 WHERE source_record_id = 1",
    "one_student": "UPDATE membership SET valid_to = valid_from WHERE source_record_id = 3 AND valid_to IS NULL",
    "student_ids": "INSERT INTO student (id, created) SELECT '111111111111', received FROM upload WHERE id = 1",
    "redirects": "UPDATE student SET redirect_to = (SELECT max(id) FROM student AS s WHERE s.id <> student.id)",
    "groups": "UPDATE pair_constraint SET kind = 'twins', active = :no, ended_at = (SELECT received FROM upload WHERE id = 1)"
    " WHERE kind = 'must_link'",
    "statements": "UPDATE pair_constraint SET active = :no, ended_at = (SELECT received FROM upload WHERE id = 1) WHERE kind = 'twins'",
    "retired_ids": "UPDATE student SET redirect_to = (SELECT max(s.id) FROM student AS s WHERE s.id <> student.redirect_to"
    " AND s.redirect_to IS NULL) WHERE redirect_to IS NOT NULL",
    "refusals": "UPDATE pair_constraint SET kind = 'twins' WHERE kind = 'must_link'",
    "items": "DELETE FROM item_member WHERE item_id = (SELECT max(id) FROM worklist_item)",
    "waiting": "UPDATE worklist_item SET version = 1 WHERE id = 1",
    "places": "INSERT INTO item_place (item_id, state, status, level, district, region) "
    "SELECT id, 'WA', status, 'state', '', '' FROM worklist_item ORDER BY id DESC LIMIT 1",
    "concerns": "UPDATE item_concern SET district = 'Elsewhere' WHERE item_id = 1",
    "decisions": "UPDATE decision SET applied_at = at WHERE verdict = 'need_information'",
    "told": "UPDATE decision SET actor_id = (SELECT max(id) FROM account) WHERE verdict = 'twins'",
    "ledger": "UPDATE ledger_head SET seq = seq + 1",
}


@pytest.fixture
def full(world: World, pair: Pair) -> World:
    """A merge in force, a refusal, an item that waits, and a record nobody has looked at."""
    world.upload("TX", child("T2"), child("T3"))
    second, third = world.record("TX", "T2"), world.record("TX", "T3")
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.decide(pair.ana, world.open_item(pair.texas, second), Verdict.TWINS)
    world.decide(pair.ana, world.open_item(second, third), Verdict.NEED_INFORMATION, note="Asked.")
    return world


def test_a_store_in_use_is_whole(full: World) -> None:
    with full.database.unit_of_work(read_only=True) as session:
        findings = check(session)
    assert [finding.name for finding in findings] == list(BREAKS)
    assert [finding.problems for finding in findings] == [()] * len(BREAKS)


@pytest.mark.parametrize("name", list(BREAKS))
def test_a_broken_invariant_is_named(full: World, name: str) -> None:
    with full.database.unit_of_work() as session:
        statement = text(BREAKS[name])
        session.execute(statement.bindparams(no=False) if ":no" in BREAKS[name] else statement)
    with full.database.unit_of_work(read_only=True) as session:
        broken = {finding.name: finding.problems for finding in check(session) if not finding.holds}
    assert name in broken
    assert all(len(problem) > 10 for problem in broken[name])
