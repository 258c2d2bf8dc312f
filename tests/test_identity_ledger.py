"""The ledger: one event for each state change, and no child's data ever gets into it."""

import pytest
from sqlalchemy import select, text

from linkage.identity import ledger
from linkage.identity.ledger import EventKind
from linkage.identity.ledger_check import verify_chain
from linkage.identity.views import Verdict
from linkage.store.database import Database
from linkage.store.models import Decision, LedgerEvent, LedgerHead, SourceRecordVersion
from tests.identity_helpers import START, Pair, World, child
from tests.ledger_mutations import disarm

pytest_plugins = ["tests.identity_fixtures"]


def test_a_tail_cut_off_together_with_the_head_is_found_by_the_decisions(world: World, pair: Pair) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    with world.database.unit_of_work() as session:
        disarm(session)
        session.execute(text("DELETE FROM ledger_event WHERE seq > 3"))
        last = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq.desc())).first()
        assert last
        head = session.get_one(LedgerHead, 1)
        head.seq, head.hash = last.seq, last.hash
        session.flush()
        assert verify_chain(session) == []
    problems = world.problems()
    with world.database.unit_of_work(read_only=True) as session:
        untold = {f"Decision {one}: no event in the ledger." for one in session.scalars(select(Decision.id))}
    assert untold < set(problems)  # and the record that was moved


def test_every_state_change_is_one_event_in_order(world: World, pair: Pair) -> None:
    item_id, decision = world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    world.undo(pair.ana, decision)
    world.decide(pair.ana, item_id, Verdict.TWINS)
    with world.database.unit_of_work(read_only=True) as session:
        events = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq)).all()
    assert [event.kind for event in events] == ["upload_stored"] * 2 + ["scan_reconciled"] + ["decision_made"] * 4
    assert [event.seq for event in events] == list(range(1, 8))
    assert [event.actor_id for event in events[3:]] == [pair.ana.id, pair.wanda.id, pair.ana.id, pair.ana.id]


CANARY = {
    "first_name": "Zacnité",
    "middle_name": "Canaria",
    "last_name_1": "Tlacuilo",
    "last_name_2": "Ñandú",
    "birth_date": "2011-11-23",
    "birth_city": "Ixmiquilpan",
    "parent1_first": "Eleuterio",
    "parent2_last": "Xicoténcatl",
    "school_name": "Canary School",
    "telephone": "9565550142",
}


def test_no_name_date_or_note_gets_into_the_ledger(world: World, pair: Pair) -> None:
    world.upload("TX", child("CANARYID7", **CANARY), name="Tlacuilo.csv")
    canary = world.record("TX", "CANARYID7")
    item_id, decision = world.merge(pair.ana, pair.wanda, canary, pair.washington)
    world.undo(pair.ana, decision, note="Zacnité has a cousin.")
    world.decide(pair.ana, item_id, Verdict.NEED_INFORMATION, note="Ask Eleuterio Tlacuilo.")
    with world.database.unit_of_work(read_only=True) as session:
        kept = " ".join(session.scalars(select(SourceRecordVersion.last_name_1)))
        written = " ".join(
            f"{event.kind} {event.payload}" for event in session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq))
        )
    assert "Tlacuilo" in kept
    found = [word for word in (*CANARY.values(), "CANARYID7", "cousin", "ana") if word.casefold() in written.casefold()]
    assert found == []


@pytest.mark.parametrize("payload", [{"note": "Zacnité Tlacuilo"}, {"a": [["2011-11-23"]]}, {"b": 0.5}, {"Name": 1}])
def test_free_text_is_refused_before_it_is_written(database: Database, payload: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="ids, codes and digests"), database.unit_of_work() as session:
        ledger.append(session, EventKind.DECISION_MADE, actor_id=1, at=START, payload=payload)
