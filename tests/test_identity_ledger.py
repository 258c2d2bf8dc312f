"""The ledger: one event for each state change, and no child's data ever gets into it."""

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from linkage.errors import NotAllowedError
from linkage.identity import accounts, ledger, recording, sessions
from linkage.identity.ledger import EventKind
from linkage.identity.ledger_check import verify_chain
from linkage.identity.student.export import FORMS, exported
from linkage.identity.students import consolidated
from linkage.identity.views import Door, Verdict
from linkage.store.base import canonical_json
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


def _doors(world: World) -> list[tuple[str, object]]:
    """Kind and door of every event, in order."""
    with world.database.unit_of_work(read_only=True) as session:
        events = session.scalars(select(LedgerEvent).order_by(LedgerEvent.seq)).all()
    return [(event.kind, json.loads(event.payload).get("through")) for event in events]


def test_every_event_says_through_which_door_somebody_came(world: World, pair: Pair) -> None:
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.CLAIM)
    world.decide(replace(pair.ana, through=Door.COMMAND_LINE), item_id, Verdict.RELEASE)
    with world.database.unit_of_work() as session:
        named = accounts.named(session, "wanda")
        token = sessions.start(session, named.id, world.now)
        visit = sessions.visit(session, token, world.now)
    assert (named.through, visit.account.through if visit else None) == (Door.COMMAND_LINE, Door.SCREEN)
    assert [door for kind, door in _doors(world) if kind == "decision_made"] == ["screen", "command_line"]
    assert [door for kind, door in _doors(world) if kind != "decision_made"] == ["service"] * 3
    assert world.problems() == []


def test_events_from_before_there_were_doors_are_as_sound(
    world: World, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as older:
        older.setattr(ledger, "canonical_json", lambda said: canonical_json(_without_door(said)))
        world.merge(pair.ana, pair.wanda, pair.texas, pair.washington)
    item_id = world.open_item(pair.texas, pair.washington)
    world.decide(pair.ana, item_id, Verdict.CLAIM)
    assert ("decision_made", None) in _doors(world)
    assert _doors(world)[-1] == ("decision_made", "screen")
    assert world.problems() == []


def test_a_person_s_decision_that_claims_to_be_the_service_s_own_is_found(
    world: World, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "door_of", lambda _account: Door.SERVICE)
    decision = world.decide(pair.ana, world.open_item(pair.texas, pair.washington), Verdict.TWINS).decision_id
    assert any(f"Decision {decision}: is not what event" in problem for problem in world.problems())


def _without_door(said: object) -> object:
    return {name: value for name, value in said.items() if name != "through"} if isinstance(said, dict) else said


def test_who_takes_a_student_out_is_kept_and_whoever_may_not_leaves_nothing(world: World, pair: Pair) -> None:
    student = world.students()[pair.texas]
    for who, forms in ((pair.ana, FORMS), (world.person("sam", "TX", "secondary_user"), ("json", "csv"))):
        for form in forms:
            refused = pytest.raises(NotAllowedError) if who.username == "sam" else nullcontext()
            with refused, world.database.unit_of_work() as session:
                exported(session, who, consolidated(session, who, student), form, now=world.tick())
    with world.database.unit_of_work(read_only=True) as session:
        statement = select(LedgerEvent).where(LedgerEvent.kind == str(EventKind.STUDENT_EXPORTED))
        events = session.scalars(statement.order_by(LedgerEvent.seq)).all()
    told = [{"form": form, "student": student, "through": "screen"} for form in FORMS]
    assert [json.loads(event.payload) for event in events] == told
    assert {event.actor_id for event in events} == {pair.ana.id}


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
