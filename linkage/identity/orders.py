"""In which order items stand on a list, and what stands before and after a place in it.

A place is the sort key of an item, not the item: it stays where it is when the item has left the list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, case, false, func, literal, or_
from sqlalchemy.orm import Session

from linkage.identity.views import Account
from linkage.identity.work_lists import Sort, Wanted, decidable
from linkage.store.base import UtcDateTime
from linkage.store.models import WorklistItem

_NEVER = datetime(9999, 12, 31, tzinfo=UTC)  # what is due on no day stands behind all that is

Place = Sequence[Any]  # the value of each key


@dataclass(frozen=True, slots=True)
class Key:
    """One of the values by which a list is sorted."""

    of: SQLColumnExpression[Any]
    descending: bool = False

    @property
    def forwards(self) -> ColumnElement[Any]:
        return self.of.desc() if self.descending else self.of.asc()

    @property
    def backwards(self) -> ColumnElement[Any]:
        return self.of.asc() if self.descending else self.of.desc()

    def beyond(self, value: Any, *, ahead: bool) -> ColumnElement[bool]:
        """Whether an item stands after this value (`ahead`), or before it."""
        found: ColumnElement[bool] = self.of > value if ahead is not self.descending else self.of < value
        return found


def keys(session: Session, wanted: Wanted, account: Account, now: datetime) -> tuple[Key, ...]:
    """What a list is sorted by; of equals the older item comes first."""
    probable = Key(WorklistItem.probability, descending=True)
    if wanted.decidable_first:
        return Key(case((decidable(session, account, now), 0), else_=1)), probable, Key(WorklistItem.id)
    ways: Mapping[Sort, tuple[Key, ...]] = {
        Sort.DECIDABLE: (Key(WorklistItem.changed, descending=True) if wanted.finished else probable,),
        Sort.PROBABILITY: (probable,),
        Sort.DUE: (Key(func.coalesce(WorklistItem.resolve_due, literal(_NEVER, UtcDateTime()))),),
        Sort.OLDEST: (Key(WorklistItem.created),),
        Sort.NEWEST: (Key(WorklistItem.created, descending=True),),
    }
    return *ways[wanted.sort], Key(WorklistItem.id)


def order(session: Session, wanted: Wanted, account: Account, now: datetime) -> tuple[ColumnElement[Any], ...]:
    """The order of a page."""
    return tuple(key.forwards for key in keys(session, wanted, account, now))


def beside(sorted_by: Sequence[Key], place: Place, *, ahead: bool) -> ColumnElement[bool]:
    """The items after a place (`ahead`), or before it."""
    found: ColumnElement[bool] = false()
    for key, value in reversed(list(zip(sorted_by, place, strict=True))):
        found = or_(key.beyond(value, ahead=ahead), and_(key.of == value, found))
    return and_(~sorted_by[0].beyond(place[0], ahead=not ahead), found)  # said as well, for an index to begin there
