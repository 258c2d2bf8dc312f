"""What may be a minute old: kept for the next pages, so that a long list is not gone through for it each time."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import Any, TypeVar

LASTS = timedelta(minutes=1)
MOST = 2_000  # people and jurisdictions; beyond that all is forgotten

Value = TypeVar("Value")


class Briefly:
    """Threads share it: at worst two of them find out the same at once."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[datetime, Any]] = {}

    def remember(self, key: Hashable, now: datetime, find: Callable[[], Value]) -> Value:
        """What `find` said within the last minute, or says now."""
        at, value = self._kept.get(key, (None, None))
        if at is None or not at <= now < at + LASTS:
            if len(self._kept) >= MOST:
                self._kept.clear()
            value = find()
            self._kept[key] = now, value
        found: Value = value
        return found
