"""What may be some minutes old: kept for the next pages, so that a long list is not gone through for it each time."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

LASTS = timedelta(minutes=5)
MOST = 2_000  # people and jurisdictions; beyond that all is forgotten

Value = TypeVar("Value")


class Briefly:
    """Threads share it: at worst two of them find out the same at once."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}

    def remember(self, key: Hashable, now: datetime, find: Callable[[], Value]) -> Value:
        """What `find` said not longer than LASTS ago, or says now."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] <= now < kept[0] + LASTS:
            known: Value = kept[1]
            return known
        if len(self._kept) >= MOST:
            self._kept.clear()
        found = find()
        self._kept[key] = now, found
        return found
