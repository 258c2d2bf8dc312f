"""Classes of open items that are alike in everything that the comparison saw, and the sample that must be looked at before one is decided whole.

Only near matches of two records, without a guard, a dispute or a newer version of a record. What is alike are codes, never a child's data.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, exists, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from linkage.identity.context import require, state_name
from linkage.identity.scope import in_scope
from linkage.identity.states import UNDECIDED
from linkage.identity.views import Account, Kind, Verdict
from linkage.identity.work_lists import decidable
from linkage.store.base import canonical_json
from linkage.store.models import (
    BatchItem,
    Decision,
    ItemMember,
    ScoredPair,
    SourceRecord,
    SourceRecordVersion,
    WorklistItem,
)

FEWEST = 5  # items that make a class
EXAMPLES = 3
LEAST, SHARE, MOST = 5, 0.05, 20  # how many of a class are looked at one by one
ANSWERS = (Verdict.SAME, Verdict.DIFFERENT, Verdict.TWINS)
_SAID = (*ANSWERS, Verdict.REGROUP, Verdict.NEED_INFORMATION)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What the items of a class have in common. `levels`: of each field compared, the level that the two records reach."""

    states: tuple[str, ...]
    band: str
    levels: tuple[tuple[str, str], ...]
    in_child_count: bool

    @property
    def codes(self) -> Mapping[str, Any]:
        """The same as codes, to be kept."""
        levels = [list(level) for level in self.levels]
        return {"states": list(self.states), "band": self.band, "levels": levels, "in_child_count": self.in_child_count}

    @classmethod
    def of(cls, codes: Mapping[str, Any]) -> "Likeness":
        """What was kept as codes."""
        levels = tuple((field, level) for field, level in codes["levels"])
        return cls(tuple(codes["states"]), codes["band"], levels, codes["in_child_count"])

    @property
    def code(self) -> str:
        """A short name for addresses: 16 hexadecimal digits."""
        return hashlib.sha256(canonical_json(self.codes).encode()).hexdigest()[:16]


class Candidate(NamedTuple):
    """An item of a class."""

    item_id: int
    version: int
    records: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClassView:
    """`common`: what the items have in common, in sentences. `examples`: ids of items, the most probable first."""

    likeness: Likeness
    count: int
    common: tuple[str, ...]
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """The items to be decided one by one before the others; `same` and `otherwise`: what this person has said of them today."""

    items: tuple[int, ...]
    same: tuple[int, ...]
    otherwise: tuple[int, ...]

    @property
    def refusal(self) -> str:
        """Why the others cannot be decided together yet, in words; "" if they can."""
        if self.otherwise:
            listed = ", ".join(map(str, self.otherwise))
            return f"You answered otherwise in the sample (item {listed}): these items are not alike. Decide them one by one."
        missing = len(self.items) - len(self.same)
        if missing:
            return f"Look at {missing} more of the sample of {len(self.items)} one by one first."
        return ""


def classes(session: Session, account: Account, now: datetime) -> tuple[ClassView, ...]:
    """The classes of this person's open items that can be decided together, the largest first. Two queries.

    What this person has said something of today counts among the fewest as well: the sample of a small class does not end it.
    """
    require(account, "item:decide")
    said = _said_today(session, account, now)
    found: dict[Likeness, list[int]] = {}
    looked_at: Counter[Likeness] = Counter()
    words: dict[Likeness, tuple[str, ...]] = {}
    for likeness, one, lines in _read(session, account, _open_or(said, session, account, now)):
        if one.item_id in said:
            looked_at[likeness] += 1
        else:
            found.setdefault(likeness, []).append(one.item_id)
        words.setdefault(likeness, _common(likeness, lines))
    large = [
        ClassView(like, len(ids), words[like], tuple(ids[:EXAMPLES]))
        for like, ids in found.items()
        if len(ids) + looked_at[like] >= FEWEST
    ]
    return tuple(sorted(large, key=lambda one: (-one.count, one.likeness.code)))


def enough(session: Session, account: Account, now: datetime) -> bool:
    """Whether this person has items enough that could be of one class; quick, as it does not look how alike they are."""
    if not account.may("item:decide"):
        return False
    statement = _candidates().where(in_scope(account), _open(session, account, now)).order_by(None)
    return len(session.scalars(statement.with_only_columns(WorklistItem.id).limit(FEWEST)).all()) == FEWEST


def class_of(session: Session, account: Account, code: str, now: datetime) -> ClassView | None:
    """The class with this code; None if there is none (any more)."""
    return next((one for one in classes(session, account, now) if one.likeness.code == code), None)


def open_items(
    session: Session, account: Account, likeness: Likeness, now: datetime, among: Collection[int] | None = None
) -> list[Candidate]:
    """The items of a class that this person can decide now, the most probable first."""
    wanted = _open(session, account, now)
    if among is not None:
        wanted = and_(wanted, WorklistItem.id.in_(among))
    return [one for like, one, _ in _read(session, account, wanted) if like == likeness]


def sample(session: Session, account: Account, likeness: Likeness, verdict: Verdict, now: datetime) -> Sample:
    """Which items this person decides one by one today before the rest: by chance, but the same ones however often one asks."""
    said = _said_today(session, account, now)
    wanted = _open_or(said, session, account, now)
    ids = [one.item_id for like, one, _ in _read(session, account, wanted) if like == likeness]
    number = min(len(ids), MOST, max(LEAST, math.ceil(SHARE * len(ids))))
    seed = f"{account.id} {likeness.code} {now.astimezone(UTC).date()}"
    items = sorted(ids, key=lambda one: hashlib.sha256(f"{seed} {one}".encode()).digest())[:number]
    return Sample(
        items=tuple(items),
        same=tuple(one for one in items if said.get(one) is verdict),
        otherwise=tuple(one for one in items if said.get(one, verdict) is not verdict),
    )


def _said_today(session: Session, account: Account, now: datetime) -> dict[int, Verdict]:
    """Item -> what this person last said of it today, by itself and not in a batch."""
    midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    statement = select(Decision.item_id, Decision.verdict).where(
        Decision.actor_id == account.id,
        Decision.at >= midnight,
        Decision.verdict.in_(_SAID),
        Decision.undone_by.is_(None),
        ~exists().where(BatchItem.decision_id == Decision.id),
    )
    return {item_id: Verdict(said) for item_id, said in session.execute(statement.order_by(Decision.id))}


def _open(session: Session, account: Account, now: datetime) -> ColumnElement[bool]:
    return and_(decidable(session, account, now), WorklistItem.status.in_([str(one) for one in UNDECIDED]))


def _open_or(said: Collection[int], session: Session, account: Account, now: datetime) -> ColumnElement[bool]:
    return or_(_open(session, account, now), WorklistItem.id.in_(sorted(said)))


def _read(
    session: Session, account: Account, wanted: ColumnElement[bool]
) -> Iterator[tuple[Likeness, Candidate, Sequence[Sequence[Any]]]]:
    """What makes an item one of a class, and the lines of its evidence; the most probable first."""
    for item_id, version, counted, pair, *states in session.execute(_candidates().where(in_scope(account), wanted)):
        levels = tuple((line[0], line[2]) for line in pair.lines if line[2])
        likeness = Likeness(tuple(sorted(set(states))), pair.band, levels, counted)
        yield likeness, Candidate(item_id, version, (pair.record_a, pair.record_b)), pair.lines


def _candidates() -> Select[int, int, bool, ScoredPair, str, str]:
    one, other = aliased(SourceRecord), aliased(SourceRecord)
    third = exists().where(
        ItemMember.item_id == WorklistItem.id,
        ItemMember.source_record_id.not_in([ScoredPair.record_a, ScoredPair.record_b]),
    )
    newer = exists().where(
        ItemMember.item_id == WorklistItem.id,
        SourceRecordVersion.source_record_id == ItemMember.source_record_id,
        SourceRecordVersion.is_current,
        SourceRecordVersion.number != ItemMember.version,
    )
    none = "[]"
    return (
        select(WorklistItem.id, WorklistItem.version, WorklistItem.in_child_count, ScoredPair, one.state, other.state)
        .join(ScoredPair, ScoredPair.item_id == WorklistItem.id)
        .join(one, one.id == ScoredPair.record_a)
        .join(other, other.id == ScoredPair.record_b)
        .where(
            WorklistItem.kind == str(Kind.NEAR_MATCH),
            type_coerce(WorklistItem.guards, Text) == none,
            type_coerce(ScoredPair.guards, Text) == none,
            type_coerce(WorklistItem.disagreed, Text) == none,
            ~third,
            ~newer,
        )
        .order_by(WorklistItem.probability.desc(), WorklistItem.id)
    )


def _common(likeness: Likeness, lines: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    states = " and ".join(map(state_name, likeness.states))
    counted = "A child is in the current child count." if likeness.in_child_count else "No child is in the child count."
    return (f"Two records of {states}, no guard.", *(line[3] for line in lines if line[2]), counted)
