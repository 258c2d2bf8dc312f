"""The ledger: whatever is done to it afterwards is found, and no child's data ever gets into it."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from linkage.identity import ledger
from linkage.identity.ledger import EventKind, verify_chain
from linkage.identity.views import Verdict
from linkage.store.database import Database
from linkage.store.models import Decision, LedgerEvent, LedgerHead, SourceRecordVersion
from tests.identity_helpers import START, Pair, World, child

pytest_plugins = ["tests.identity_fixtures"]

LENGTH = 12


def _fill(database: Database) -> None:
    with database.unit_of_work() as session:
        for number in range(LENGTH):
            payload = {"account": number, "role": "primary_user", "state": "TX"}
            ledger.append(session, EventKind.ACCOUNT_CREATED, actor_id=number, at=START, payload=payload)


def _free(session: Session) -> None:
    """What only somebody with the keys of the database can do: take the triggers away."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER ledger_event_no_update"))
        session.execute(text("DROP TRIGGER ledger_event_no_delete"))
    else:
        session.execute(text("DROP TRIGGER ledger_event_append_only ON ledger_event"))


def _flip_payload(session: Session, number: int) -> None:
    session.execute(
        text("UPDATE ledger_event SET payload = replace(payload, 'TX', 'WA') WHERE seq = :n"), {"n": number}
    )


def _change_actor(session: Session, number: int) -> None:
    session.execute(text("UPDATE ledger_event SET actor_id = actor_id + 1 WHERE seq = :n"), {"n": number})


def _delete(session: Session, number: int) -> None:
    session.execute(text("DELETE FROM ledger_event WHERE seq = :n"), {"n": number})


def _truncate(session: Session, number: int) -> None:
    session.execute(text("DELETE FROM ledger_event WHERE seq >= :n"), {"n": number})


def _swap(session: Session, number: int) -> None:
    other = number % LENGTH + 1
    for old, new in ((number, 1000), (other, number), (1000, other)):
        session.execute(text("UPDATE ledger_event SET seq = :new WHERE seq = :old"), {"old": old, "new": new})


def _insert(session: Session, number: int) -> None:
    event = session.get_one(LedgerEvent, number)
    session.execute(text("UPDATE ledger_event SET seq = seq + 100 WHERE seq > :n"), {"n": number})
    session.execute(text("UPDATE ledger_event SET seq = seq - 99 WHERE seq > 100"))
    copy = {"seq": number + 1, "prev_hash": event.hash, "hash": "f" * 64, "kind": event.kind, "payload": event.payload}
    session.add(LedgerEvent(**copy, actor_id=1, at=event.at))
    session.flush()


def _forge_and_rehash(session: Session, number: int) -> None:
    """Change one event and make its own hash right again: the next link no longer fits."""
    _flip_payload(session, number)
    event = session.get_one(LedgerEvent, number, populate_existing=True)
    forged = ledger._hash_of(event)
    session.execute(text("UPDATE ledger_event SET hash = :hash WHERE seq = :n"), {"hash": forged, "n": number})


TAMPERINGS = [_flip_payload, _change_actor, _delete, _truncate, _swap, _insert, _forge_and_rehash]


class _TakenBackError(Exception):
    pass


@pytest.mark.parametrize("tamper", TAMPERINGS)
def test_tampering_is_found_wherever_it_happens(database: Database, tamper: Callable[[Session, int], None]) -> None:
    _fill(database)
    for number in Random(3).sample(range(1, LENGTH + 1), 5):
        with pytest.raises(_TakenBackError), database.unit_of_work() as session:
            _tamper_and_take_back(session, tamper, number)
    with database.unit_of_work(read_only=True) as session:
        assert verify_chain(session) == []


def _tamper_and_take_back(session: Session, tamper: Callable[[Session, int], None], number: int) -> None:
    _free(session)
    tamper(session, number)
    assert verify_chain(session) != []
    raise _TakenBackError


def test_a_tail_cut_off_together_with_the_head_is_found_by_the_decisions(world: World, pair: Pair) -> None:
    world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    with world.database.unit_of_work() as session:
        _free(session)
        session.execute(text("DELETE FROM ledger_event WHERE seq > 3"))
        last = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq.desc())).first()
        assert last
        head = session.get_one(LedgerHead, 1)
        head.seq, head.hash = last.seq, last.hash
        session.flush()
        assert verify_chain(session) == []
    problems = world.problems()
    with world.database.unit_of_work(read_only=True) as session:
        assert [f"Decision {one}: no event in the ledger." for one in session.scalars(select(Decision.id))] == problems


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
