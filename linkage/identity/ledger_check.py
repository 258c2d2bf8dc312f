"""Whether the ledger is whole: every link recomputed, the chain held against its head and against the heads that were signed.

The events are streamed, so that memory does not grow with the ledger. Faults that follow each other are told as one stretch.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from linkage.identity.ledger import GENESIS, Link
from linkage.identity.ledger_heads import SignedHead
from linkage.store.models import LedgerEvent, LedgerHead

BATCH = 1000  # events held at a time

Progress = Callable[[int], None]

_MISSING = ("Event {0} is missing.", "Events {0} to {1} are missing.")
_CHANGED = ("Event {0} is not what was written.", "Events {0} to {1} are not what was written.")
_LOOSE = (
    "Event {0} does not continue the event before it.",
    "Events {0} to {1} do not continue the events before them.",
)


def verify_chain(session: Session) -> list[str]:
    """What does not fit, in words. An empty list: the ledger is whole."""
    return list(problems(session))


def problems(session: Session, heads: Sequence[SignedHead] = (), *, progress: Progress | None = None) -> Iterator[str]:
    """What does not fit, one after the other. `heads`: signed ones whose signature has been checked; `progress`: events read.

    The chain alone finds what was changed, deleted, inserted or reordered, and a tail cut off while the head row stayed. Only signed
    heads find a tail that was cut off together with the head row, or written anew with right hashes.
    """
    chain = _Chain(heads)
    yield from chain.signed(0, GENESIS)
    for read, row in enumerate(_events(session), start=1):
        yield from chain.link(*row)
        if progress and read % BATCH == 0:
            progress(read)
    yield from chain.end()
    head = session.get(LedgerHead, 1, populate_existing=True)
    if head is None or (head.seq, head.hash) != (chain.number, chain.hash):
        says = f"event {head.seq}" + (" with another hash" if head.seq == chain.number else "") if head else "nothing"
        yield f"The ledger ends at event {chain.number}, but its head row says {says}."


def _events(session: Session) -> Iterator[tuple[str, Link]]:
    """Every event by number, its stored hash first. Moments as the driver gives them: what somebody has spoiled must not stop the check."""
    event = LedgerEvent
    said = (event.seq, event.prev_hash, event.kind, event.actor_id, type_coerce(event.at, NullType()), event.payload)
    statement = select(event.hash, *said).order_by(event.seq).execution_options(yield_per=BATCH)
    for own, *link in session.execute(statement):
        yield own, Link._make(link)


@dataclass(slots=True)
class _Stretch:
    """Faults of one kind at numbers that follow each other."""

    words: tuple[str, str]
    first: int
    last: int

    def __str__(self) -> str:
        return self.words[self.first < self.last].format(self.first, self.last)


class _Chain:
    """The chain so far, and the faults that are not told yet because they may go on."""

    def __init__(self, heads: Sequence[SignedHead]) -> None:
        self.number, self.hash = 0, GENESIS
        self._open: dict[tuple[str, str], _Stretch] = {}
        self._heads: dict[int, list[SignedHead]] = defaultdict(list)
        for head in heads:
            self._heads[head.seq].append(head)

    def link(self, own: str, link: Link) -> Iterator[str]:
        """One more event: what is wrong with it, or was wrong before it."""
        faults: dict[tuple[str, str], tuple[int, int]] = {}
        seq = link.seq
        if seq > self.number + 1:
            faults[_MISSING] = (self.number + 1, seq - 1)
        if link.prev_hash != self.hash:
            faults[_LOOSE] = (seq, seq)
        if own != _recomputed(link):
            faults[_CHANGED] = (seq, seq)
        yield from self._note(faults)
        self.number, self.hash = seq, own
        yield from self.signed(seq, own)

    def signed(self, seq: int, own: str) -> Iterator[str]:
        """The event against the heads that were signed when it was the last one."""
        for head in self._heads.pop(seq, ()):
            if head.hash != own:
                yield f"Event {seq} is not the one that was signed {_day(head)}: it, or what comes before it, was written anew."

    def end(self) -> Iterator[str]:
        """What is left to tell after the last event."""
        yield from self._note({})
        for seq in sorted(self._heads):
            for head in self._heads[seq]:
                yield f"Event {seq}, signed {_day(head)}, is not in the ledger."

    def _note(self, faults: dict[tuple[str, str], tuple[int, int]]) -> Iterator[str]:
        for words in [words for words in self._open if words not in faults or words is _MISSING]:
            yield str(self._open.pop(words))
        for words, (first, last) in faults.items():
            self._open.setdefault(words, _Stretch(words, first, last)).last = last


def _recomputed(link: Link) -> str:
    """The hash that the event should have; "" if what stands there cannot be an event at all."""
    try:
        return link._replace(at=_moment(link.at)).digest()
    except (AttributeError, TypeError, ValueError):
        return ""


def _moment(stored: object) -> datetime:
    """A stored moment. SQLite keeps text, in UTC: exactly as it was written, for other text is a change."""
    if not isinstance(stored, str):
        return cast(datetime, stored)
    moment = datetime.fromisoformat(stored)
    if f"{moment:%Y-%m-%d %H:%M:%S.%f}" != stored:
        raise ValueError(stored)
    return moment.replace(tzinfo=UTC)


def _day(head: SignedHead) -> str:
    return f"on {head.at:%Y-%m-%d}"
