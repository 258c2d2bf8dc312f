"""The items before and after one, in the list that a person came from: sorted and narrowed as it was there."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Label, case, func, select
from sqlalchemy.orm import Session

from linkage.errors import UnknownIdError
from linkage.identity.context import require
from linkage.identity.list_lengths import known_length
from linkage.identity.orders import Key, Place, beside, keys
from linkage.identity.scope import in_scope
from linkage.identity.views import Account
from linkage.identity.work_lists import Wanted, condition, decidable, listed
from linkage.store.models import WorklistItem

EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Ids of items, None at the ends of the list. `position`: from 1; None if the item is not, or no longer, on the list, and among
    what is finished.
    """

    previous: int | None
    next: int | None
    position: int | None
    total: int


def neighbours(
    session: Session, account: Account, wanted: Wanted, item_id: int, *, now: datetime, decided: bool = False
) -> Neighbours:
    """What stands before and after an item. Raises UnknownIdError.

    `decided`: this person has just decided it. Its place is then where it stood as long as it could be decided.
    """
    require(account, "item:view")
    walk = _Walk(session, account, wanted, now)
    place, listed = walk.place(item_id, decided=decided)
    if wanted.finished:  # a list of years: nobody goes through it to say how many stand before this one
        before, after = (walk.nearest(place, item_id, ahead=ahead) for ahead in (False, True))
        length = known_length(session, account, wanted, now=now)
        return Neighbours(before, after, None, walk.length() if length is None else length)
    total, earlier, previous, following = walk.beside(place, item_id)
    return Neighbours(previous, following, earlier + 1 if listed and not decided else None, total)


def next_item(
    session: Session, account: Account, after: int | None, *, now: datetime, wanted: Wanted = EVERYTHING
) -> int | None:
    """The next item of the list that this person can decide; after the last one, the first one again."""
    return _decidable(_Walk(session, account, wanted, now), after, ahead=True)


def previous_item(
    session: Session, account: Account, before: int | None, *, now: datetime, wanted: Wanted = EVERYTHING
) -> int | None:
    """The item before this one that this person can decide; before the first one, the last one."""
    return _decidable(_Walk(session, account, wanted, now), before, ahead=False)


def _decidable(walk: "_Walk", item_id: int | None, *, ahead: bool) -> int | None:
    require(walk.account, "item:view")
    among = decidable(walk.session, walk.account, walk.now)
    found = None
    if item_id:
        place, _ = walk.place(item_id, decided=True)
        found = walk.nearest(place, item_id, among, ahead=ahead)
    return found or walk.nearest(None, item_id, among, ahead=ahead)


@dataclass(frozen=True)
class _Walk:
    """One person's way through one list."""

    session: Session
    account: Account
    wanted: Wanted
    now: datetime

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        return keys(self.session, self.wanted, self.account, self.now)

    @cached_property
    def listed(self) -> ColumnElement[bool]:
        return listed(self.session, self.wanted, self.account, self.now)

    def place(self, item_id: int, *, decided: bool) -> tuple[Place, bool]:
        """Where an item stands or stood, and whether it is on the list."""
        on_list = case((condition(self.session, self.wanted, self.account, self.now), 1), else_=0)
        statement = select(on_list, *(key.of for key in self.keys))
        found = self.session.execute(statement.where(WorklistItem.id == item_id, in_scope(self.account))).one_or_none()
        if found is None:
            raise UnknownIdError(f"There is no worklist item {item_id}.", "It may belong to another State.")
        listed, *place = found
        if self.wanted.decidable_first and (decided or not listed):
            place[0] = 0  # among those that can be decided, as before
        return place, bool(listed)

    def beside(self, place: Place, item_id: int) -> tuple[int, int, int | None, int | None]:
        """How long the list is, how many items stand before a place in it, and the one before and the one after. One query.

        The list is gone through once and sorted never: that takes half as long.
        """
        values: list[Label[Any]] = [key.of.label(f"key{number}") for number, key in enumerate(self.keys)]
        rows = select(WorklistItem.id, *values).where(self.listed).cte().prefix_with("MATERIALIZED")
        keys = [replace(key, of=rows.c[value.name]) for key, value in zip(self.keys, values, strict=True)]
        number, other = select(func.count()).select_from(rows), select(rows.c.id).where(rows.c.id != item_id).limit(1)
        before, after = (beside(keys, place, ahead=ahead) for ahead in (False, True))
        statement = select(
            number.scalar_subquery(),
            number.where(before).scalar_subquery(),
            other.where(before).order_by(*(key.backwards for key in keys)).scalar_subquery(),
            other.where(after).order_by(*(key.forwards for key in keys)).scalar_subquery(),
        )
        total, earlier, previous, following = self.session.execute(statement).one()
        return total, earlier, previous, following

    def length(self) -> int:
        return self.session.scalar(select(func.count()).select_from(WorklistItem).where(self.listed)) or 0

    def nearest(
        self, place: Place | None, but: int | None, among: ColumnElement[bool] | None = None, *, ahead: bool
    ) -> int | None:
        """The first item after a place, or the last one before it; `place` None: of the whole list."""
        statement = select(WorklistItem.id).where(self.listed, WorklistItem.id != (but or 0))
        if among is not None:
            statement = statement.where(among)
        if place is not None:
            statement = statement.where(beside(self.keys, place, ahead=ahead))
        order = (key.forwards if ahead else key.backwards for key in self.keys)
        return self.session.scalar(statement.order_by(*order).limit(1))
