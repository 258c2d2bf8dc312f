"""A long list in portions that fit into one query each: SQLite bounds the variables of a statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

AT_ONCE = 500

Item = TypeVar("Item")


def chunks(items: Sequence[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """The items in their order, so many at a time; the last portion may be smaller, none is empty."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
