"""What somebody with all rights to the database can do to the ledger, at random places: changed, deleted, inserted, reordered, cut, forged.

mutations(database, heads, number, seed)    yields each mutation's name and what the check says of it; nothing of it stays
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from random import Random

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from linkage.identity import ledger_check
from linkage.identity.ledger import GENESIS, Link
from linkage.identity.ledger_heads import SignedHead
from linkage.identity.verify import check
from linkage.store.database import Database
from linkage.store.models import LedgerEvent, LedgerHead

Mutation = Callable[[Session, Random, int], None]  # session, dice, length of the ledger
COLUMNS = ("seq", "prev_hash", "kind", "actor_id", "at", "payload")


def disarm(session: Session) -> None:
    """What only somebody with the keys of the database can do: take the triggers away."""
    if session.get_bind().dialect.name == "sqlite":
        names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        for table in ("ledger_event", "ledger_head"):
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))


def mutations(
    database: Database, heads: Sequence[SignedHead], number: int, seed: int
) -> Iterator[tuple[str, list[str]]]:
    """Every kind in turn, each at a place of its own."""
    dice, names = Random(seed), sorted(KINDS)
    with database.unit_of_work() as session:
        disarm(session)
        length = session.get_one(LedgerHead, 1).seq
    for count in range(number):
        name = names[count % len(names)]
        with database.engine.connect() as connection, Session(connection) as session:
            KINDS[name](session, dice, length)
            found = list(ledger_check.problems(session, heads))
            yield name, found or [problem for finding in check(session) for problem in finding.problems]
            session.rollback()


def _change_a_payload(session: Session, dice: Random, length: int) -> None:
    event = _event(session, dice.randint(1, length))
    payload = json.loads(event.payload)
    payload["account"] += dice.randint(1, 9)
    _set(session, event.seq, payload=json.dumps(payload, sort_keys=True, separators=(",", ":")))


def _space_out_a_payload(session: Session, dice: Random, length: int) -> None:
    event = _event(session, dice.randint(1, length))
    _set(session, event.seq, payload=event.payload.replace(":", ": ", 1))


def _change_the_kind(session: Session, dice: Random, length: int) -> None:
    _set(session, dice.randint(1, length), kind=dice.choice(["password_reset", "account_disabled"]))


def _change_who(session: Session, dice: Random, length: int) -> None:
    event = _event(session, dice.randint(1, length))
    _set(session, event.seq, actor_id=dice.choice([None, (event.actor_id or 0) + dice.randint(1, 9)]))


def _change_when(session: Session, dice: Random, length: int) -> None:
    event = _event(session, dice.randint(1, length))
    _set(session, event.seq, at=event.at + timedelta(microseconds=dice.choice([-1, 1]) * dice.randint(1, 10**9)))


def _change_a_hash(session: Session, dice: Random, length: int) -> None:
    name = dice.choice(["hash", "prev_hash"])
    _set(session, dice.randint(1, length), **{name: f"{dice.getrandbits(256):064x}"})


def _delete_one(session: Session, dice: Random, length: int) -> None:
    session.execute(delete(LedgerEvent).where(LedgerEvent.seq == dice.randint(1, length)))


def _delete_a_stretch(session: Session, dice: Random, length: int) -> None:
    first = dice.randint(1, length)
    session.execute(delete(LedgerEvent).where(LedgerEvent.seq.between(first, first + dice.randint(1, 5))))


def _swap_two(session: Session, dice: Random, length: int) -> None:
    one, other = dice.sample(range(1, length + 1), 2)
    for old, new in ((one, 10_000), (other, one), (10_000, other)):
        _set(session, old, seq=new)


def _insert_a_copy(session: Session, dice: Random, length: int) -> None:
    """With a right hash of its own, and the later events pushed on."""
    events = _all(session)
    place = dice.randint(1, length)
    _write(session, [*events[:place], _after(events[place - 1], _invented(events, dice)), *events[place:]])


def _cut_the_tail(session: Session, dice: Random, length: int) -> None:
    session.execute(delete(LedgerEvent).where(LedgerEvent.seq >= dice.randint(1, length)))


def _cut_the_tail_with_its_head(session: Session, dice: Random, length: int) -> None:
    _write_with_head(session, _all(session)[: dice.randint(0, length - 1)])


def _change_and_hash_anew(session: Session, dice: Random, length: int) -> None:
    """The event's own hash is right again; the next link no longer fits, or the head."""
    _change_a_payload(session, dice, length)
    for event in session.scalars(select(LedgerEvent)).all():
        _set(session, event.seq, hash=_link(event).digest())


def _forge_the_tail(session: Session, dice: Random, length: int) -> None:
    """Every hash from some event on is right, and so is the head row."""
    _change_a_payload(session, dice, length)
    _write_with_head(session, _chained(_all(session)))


def _forge_without_one(session: Session, dice: Random, length: int) -> None:
    events = _all(session)
    del events[dice.randrange(length)]
    _write_with_head(session, _chained(events))


def _forge_with_one_more(session: Session, dice: Random, length: int) -> None:
    events = _all(session)
    events.insert(dice.randrange(length), _invented(events, dice))
    _write_with_head(session, _chained(events))


def _forge_another_order(session: Session, dice: Random, length: int) -> None:
    events = _all(session)
    one, other = dice.sample(range(length), 2)
    events[one], events[other] = events[other], events[one]
    _write_with_head(session, _chained(events))


def _change_the_head(session: Session, dice: Random, length: int) -> None:
    change = dice.choice([{"seq": length + 1}, {"seq": length - 1}, {"hash": f"{dice.getrandbits(256):064x}"}])
    session.execute(update(LedgerHead).values(**change))


def _delete_the_head(session: Session, _dice: Random, _length: int) -> None:
    session.execute(delete(LedgerHead))


def _add_a_decision_nobody_made(session: Session, dice: Random, length: int) -> None:
    """A right link at the end, head row included: what it tells of is not there."""
    last = _event(session, length)
    payload = f'{{"decision":{dice.randint(1, 99)}}}'
    link = Link(length + 1, last.hash, "decision_made", 1, last.at, payload)
    _write_with_head(session, [*_all(session), link])


KINDS: Mapping[str, Mutation] = {
    one.__name__.removeprefix("_").replace("_", " "): one
    for one in (
        _change_a_payload,
        _space_out_a_payload,
        _change_the_kind,
        _change_who,
        _change_when,
        _change_a_hash,
        _delete_one,
        _delete_a_stretch,
        _swap_two,
        _insert_a_copy,
        _cut_the_tail,
        _cut_the_tail_with_its_head,
        _change_and_hash_anew,
        _forge_the_tail,
        _forge_without_one,
        _forge_with_one_more,
        _forge_another_order,
        _change_the_head,
        _delete_the_head,
        _add_a_decision_nobody_made,
    )
}


def _event(session: Session, seq: int) -> LedgerEvent:
    return session.get_one(LedgerEvent, seq, populate_existing=True)


def _set(session: Session, number: int, **values: object) -> None:
    session.execute(update(LedgerEvent).where(LedgerEvent.seq == number).values(**values))


def _all(session: Session) -> list[Link]:
    statement = select(LedgerEvent).order_by(LedgerEvent.seq).execution_options(populate_existing=True)
    return [_link(event) for event in session.scalars(statement)]


def _link(event: LedgerEvent) -> Link:
    return Link(*(getattr(event, column) for column in COLUMNS))


def _invented(events: Sequence[Link], dice: Random) -> Link:
    """An event like one that is there, of somebody else."""
    return events[dice.randrange(len(events))]._replace(actor_id=dice.randint(1_000, 9_999))


def _after(before: Link, link: Link) -> Link:
    return link._replace(seq=before.seq + 1, prev_hash=before.digest())


def _chained(links: Sequence[Link]) -> list[Link]:
    """The same events as one chain with right hashes."""
    chain: list[Link] = []
    for link in links:
        chain.append(_after(chain[-1], link) if chain else link._replace(seq=1, prev_hash=GENESIS))
    return chain


def _write(session: Session, links: Sequence[Link]) -> None:
    """These events instead of those that are there, by their order; each with its own right hash."""
    session.execute(delete(LedgerEvent))
    session.expunge_all()
    rows = [link._replace(seq=seq)._asdict() | {"hash": link.digest()} for seq, link in enumerate(links, start=1)]
    if rows:
        session.execute(insert(LedgerEvent), rows)


def _write_with_head(session: Session, links: Sequence[Link]) -> None:
    _write(session, links)
    last = links[-1].digest() if links else GENESIS
    session.execute(update(LedgerHead).values(seq=len(links), hash=last))
